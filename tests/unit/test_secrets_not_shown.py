"""Secrets stay out of what is printed of a value, an error, a log line, a child's environment and a backup's folder."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, text

from hmi.access.accounts import Change
from hmi.access.directory.contract import BrowserFlow
from hmi.access.directory.ldap_session import Answer
from hmi.access.passwords import check_badge, check_password, check_pin
from hmi.access.recognition import Recognised
from hmi.access.signing_in import Outcome
from hmi.access.store import Account
from hmi.base.errors import PlantError
from hmi.base.log import close_log_files, configure_logging
from hmi.facade.access_data import BrowserSignIn, SignatureRequest, SignedIn, TotpEnrolment, UserChange
from hmi.model.access import Credentials, Method, User
from hmi.model.station import (
    AccessSettings,
    AgentSettings,
    ApiSettings,
    LdapSettings,
    OidcSettings,
    PlaceSettings,
    StationSettings,
    StorageSettings,
)
from hmi.secrets import FoundSecret, SecretError, SecretStore, references_in, without_secrets
from hmi.secrets.keys import new_key
from hmi.secrets.sealing import SealingKey
from hmi.storage.backup import Backups
from hmi.storage.cipher import FileKey
from tests.helpers.canary import Canary, Search
from tests.helpers.clock import ManualClock
from tests.helpers.databases import running_database

SECRET = "Kanari-7f3a/+ &%"
FOUND = Search([Canary("secret", SECRET)])


def filled(kind: type, *names: str) -> object:
    """A value whose named fields hold the secret."""
    given = dict.fromkeys(names, SECRET)
    for field in dataclasses.fields(kind):
        if field.name not in given and field.default is field.default_factory is dataclasses.MISSING:
            given[field.name] = "x"
    return kind(**given)


SECRETS_OF = [
    (Credentials, ("password", "pin", "badge", "code", "totp", "new_password", "place_key", "session")),
    (UserChange, ("password", "pin", "badge")),
    (Change, ("password", "pin", "badge")),
    (SignedIn, ("token", "message")),
    (Outcome, ("token", "message")),
    (BrowserSignIn, ("flow",)),
    (BrowserFlow, ("nonce", "verifier")),
    (TotpEnrolment, ("secret", "uri")),
    (Account, ("password_hash", "pin_hash", "badge_hash", "totp_sealed")),
    (FoundSecret, ("value",)),
    (Answer, ("message",)),
]


@pytest.mark.parametrize(("kind", "names"), SECRETS_OF, ids=[kind.__name__ for kind, _ in SECRETS_OF])
def test_a_value_does_not_print_its_secrets(kind: type, names: tuple[str, ...]) -> None:
    value = filled(kind, *names)
    for shown in (repr(value), str(value), f"{value}", repr([value]), repr({"x": (value,)})):
        assert FOUND.sightings("", shown.encode()) == []
    # every field that is a secret by its name is among those tried here
    by_name = {"password", "pin", "badge", "code", "totp", "token", "new_password", "place_key", "verifier", "nonce"}
    texts = {field.name for field in dataclasses.fields(kind) if "str" in str(field.type)}
    assert texts & by_name <= set(names)


def test_values_that_hold_others_do_not_print_their_secrets() -> None:
    own = Credentials(user="ana", password=SECRET, totp=SECRET)
    account = Account(User("ana", "Ana", ()), password_hash=SECRET)
    wish = SignatureRequest("backup.create", "backup", "why", own, dataclasses.replace(own, pin=SECRET))
    recognised = Recognised(account, account, Method.PASSWORD, (), code_hash=SECRET)
    for value in (wish, recognised, [own], PlantError(f"{own} {account}")):
        assert FOUND.sightings("", repr(value).encode()) == []


def test_keys_do_not_print_themselves() -> None:
    key = new_key()
    search = Search([Canary("key", key)])
    for value in (FileKey(key), SealingKey(bytes.fromhex(key), source="file"), SecretStore({"X": key})):
        assert search.sightings("", repr(value).encode()) == []


def test_settings_hold_references_and_no_secret() -> None:
    reference = "keyring:name"
    settings = StationSettings(
        "x",
        "X",
        storage=StorageSettings(password=reference, key=reference),
        agent=AgentSettings(key=reference),
        api=ApiSettings(key=reference),
        access=AccessSettings(
            places=(PlaceSettings("a", key=reference),),
            ldap=LdapSettings(bind_password=reference),
            oidc=OidcSettings(secret=reference),
        ),
    )
    assert references_in(settings) == {reference}
    assert repr(settings).count(reference) == 7


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (check_pin, SECRET),
        (check_badge, SECRET + "\n"),
        (lambda given: check_password(given, "ana", 50), SECRET),
        (lambda given: check_password(given, SECRET.lower(), 8), SECRET),
        (FileKey, SECRET),
        (SecretStore({}).resolve, SECRET),
        (SecretStore({}).resolve, f"env:{SECRET}"),
    ],
)
def test_a_refusal_does_not_repeat_the_secret(check: object, value: str) -> None:
    with pytest.raises((PlantError, SecretError)) as refused:
        check(value)  # type: ignore[operator]
    assert FOUND.sightings("", f"{refused.value} {refused.value!r}".encode()) == []


@pytest.fixture
def log_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], tuple[str, str]]]:
    """What stands in the log's file and on stderr, with everything logged."""
    file, terminal = tmp_path / "station.log", io.StringIO()
    monkeypatch.setattr(sys, "stderr", terminal)
    configure_logging("DEBUG", file)
    yield lambda: (file.read_text(encoding="utf-8"), terminal.getvalue())
    close_log_files()
    logging.getLogger().setLevel(logging.WARNING)
    structlog.reset_defaults()


def test_the_log_hides_what_looks_like_a_secret(
    log_lines: Callable[[], tuple[str, str]], expect_log_errors: None
) -> None:
    token, key = "phs_" + "Kanari7f3aKanari7f3a", "phk_0123456789ab_" + "Kanari7f3aKanari7f3a"
    log = structlog.get_logger("test")
    log.warning("asked", password=SECRET, token=SECRET, path=f"/api/v1/sessions/{token}", device="filler")
    logging.getLogger("urllib3").debug("sent %s", {"Authorization": f"Bearer {SECRET[:15]}", "key": key})
    local = SECRET
    try:
        raise ValueError(f"refused {token}")
    except ValueError:
        log.exception("a defect")
        logging.getLogger("uvicorn.error").exception("a defect of a library")
    assert local
    file, terminal = log_lines()
    written = file + terminal
    search = Search([Canary("secret", SECRET), Canary("token", token), Canary("key", key)])
    assert search.sightings("", written.encode()) == []
    assert "Kanari" not in written
    first = json.loads(file.splitlines()[0])
    assert (first["device"], first["password"], first["path"]) == (
        "filler",
        "(hidden)",
        "/api/v1/sessions/phs_(hidden)",
    )
    assert written.count("ValueError: refused phs_(hidden)") == 4  # the trace itself is there, in file and on stderr


def test_a_child_gets_no_secret_of_the_environment() -> None:
    environment = {
        "PATH": "/bin", "LANG": "C", "PLANT_HMI_SECRET_PLC_USER": SECRET, "plant_hmi_secret_x": SECRET,
        "PLC": SECRET, "CREDENTIALS_DIRECTORY": "/run/credentials", "PLANT_HMI_CONFIG": "/etc/plant",
        "PLANT_HMI_CENTRAL_DATABASE_PASSWORD": SECRET, "PLANT_HMI_DEMO_CENTRAL_KEY": SECRET,
    }  # fmt: skip
    left = without_secrets(environment, {"env:PLC", "keyring:plc-user", "nonsense"})
    assert left == {"PATH": "/bin", "LANG": "C", "PLANT_HMI_CONFIG": "/etc/plant"}


def test_an_error_of_the_database_names_no_values(tmp_path: Path, expect_log_errors: None) -> None:
    with running_database(tmp_path, ManualClock()) as database:

        def insert(connection: Connection) -> None:
            connection.execute(text("CREATE TABLE once (name TEXT PRIMARY KEY, hash TEXT)"))
            for _ in range(2):
                connection.execute(text("INSERT INTO once VALUES ('ana', :hash)"), {"hash": SECRET})

        with pytest.raises(Exception, match="UNIQUE") as fault:
            database.writer.run(insert, 10)
    assert "INSERT INTO once" in str(fault.value)
    assert FOUND.sightings("", f"{fault.value} {fault.value!r}".encode()) == []


def test_a_backup_leaves_private_keys_where_they_are(tmp_path: Path) -> None:
    config, data, clock = tmp_path / "config", tmp_path / "data", ManualClock()
    (config / "tls").mkdir(parents=True)
    begin, end = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"
    keys = {"tls/own.pem": f"{begin}\n{SECRET}\n{end}\n", "own.key": SECRET, "own.p12": SECRET, "seal.key": SECRET}
    others = {"station.yaml": "id: x\n", "tls/ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"}
    for name, content in {**keys, **others}.items():
        (config / name).write_text(content, encoding="utf-8")
        (config / name).chmod(0o600)
    backups = Backups(data, clock)
    with running_database(data, clock) as database:
        made = backups.create(database, config, "x")
    backups.restore(made.id, tmp_path / "there")
    found = {
        file.relative_to(tmp_path / "there" / "config").as_posix() for file in _files(tmp_path / "there" / "config")
    }
    assert found == set(others)
    # put back in place, the machine's own keys stay with the certificates they belong to
    (config / "tls" / "ca.pem").write_text("changed", encoding="utf-8")
    backups.replace(made.id, config)
    assert {file.relative_to(config).as_posix(): file.read_text(encoding="utf-8") for file in _files(config)} == {
        **others,
        **keys,
    }
    if os.name == "posix":
        assert stat.S_IMODE((config / "own.key").stat().st_mode) == 0o600


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
