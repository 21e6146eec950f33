"""A distinct secret goes into every input that takes one; none comes out anywhere but where this file says so.

Looked at: logs at level DEBUG, both output streams, every file of the data folders while everything runs and after the
end, databases row by row, backups and what is packed in them, what was shipped, every answer of the two servers, what
commands print, and the command lines and environments of processes.
"""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import os
import sqlite3
import stat
import sys
import tarfile
import zlib
from collections.abc import Iterator
from concurrent.futures import Future
from fnmatch import fnmatchcase
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
import structlog
import zstandard

from hmi.api.server import ApiServer
from hmi.base.log import close_log_files, configure_logging
from hmi.facade.access_data import SignedIn
from hmi.model.access import Credentials
from hmi.model.station import ApiSettings
from hmi.secrets.keys import new_key
from tests.helpers.canary import Canary, Search, Sighting, canary, everything_below, forms, of_process, opened
from tests.helpers.canary_plant import CanaryPlant
from tests.helpers.clock import ManualClock
from tests.helpers.counterparts import ROOT
from tests.helpers.memory_facade import MemoryFacade
from tests.helpers.ports import free_port
from tests.helpers.postgres import PostgresServer
from tests.helpers.program import Program, children_of, command
from tests.helpers.secret_service import secret_service

pytestmark = pytest.mark.counterpart

ALLOWED = (
    ("control token", "*: data/control.token", "the file itself, 0600, gone at the end"),
    ("key of the seals", "*: data/seal.key", "the key where there is no keyring, 0600, in no backup"),
    ("private key of the API", "*: data/pki/own/api.key", "the key itself, 0600, in no backup"),
    ("admin token of the central server", "while it runs: central/central.json", "the file itself, 0600"),
    ("agent key (SHA-256)", "*: central/central.db*", "a hash by which the server knows 256 random bits"),
    ("word in the field of a name (*)", "answer *: * 40?", "a refusal names the word to who sent it; not kept"),
    ("key typed as place (*)", "answer *: POST /api/v1/session 403", "the same: told to who sent it, not kept"),
    ("secret in a path (*)", "answer *: DELETE /api/v1/sessions/* 404", "the same: told to who sent it, not kept"),
    ("session token * (plain)", "answer *: DELETE /api/v1/sessions/* 404", "the same: told to who sent it, not kept"),
)  # fmt: skip
"""The only places: canary (and how it is written), where, why."""


def is_allowed(sighting: Sighting) -> bool:
    """True if this file says that the secret may stand there."""
    what = (sighting.canary, f"{sighting.canary} ({sighting.form})")
    return any(
        fnmatchcase(sighting.where, where) and any(fnmatchcase(name, known) for name in what)
        for known, where, _ in ALLOWED
    )


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> CanaryPlant:
    plant = CanaryPlant(tmp_path_factory.mktemp("canary"))
    plant.run()
    return plant


@pytest.mark.timeout(600)
def test_no_secret_comes_out(plant: CanaryPlant) -> None:
    sightings = Search(plant.canaries).of(plant.outputs)
    assert [sighting for sighting in sightings if not is_allowed(sighting)] == []
    unseen = [
        known
        for known, where, _ in ALLOWED
        if not any(
            fnmatchcase(s.where, where)
            and (fnmatchcase(s.canary, known) or fnmatchcase(f"{s.canary} ({s.form})", known))
            for s in sightings
        )
    ]
    assert unseen == [], "these places need no permission any more"


@pytest.mark.timeout(600)
def test_everything_was_used_and_looked_at(plant: CanaryPlant) -> None:
    assert len(plant.canaries) > 60
    assert len({one.value for one in plant.canaries}) == len(plant.canaries)
    log = plant.outputs["after the end: data/logs/station.log"].decode()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["level"] for line in lines} >= {"debug", "info"}
    assert {line.get("path") for line in lines} >= {"/api/v1/users/{name}", "/api/v1/sessions/{session_id}", "other"}
    audit = plant.outputs["after the end: data/station.db!audit"].decode()
    for action in (
        "SIGN_IN", "SIGN_IN_FAILED", "USER_ADDED", "PASSWORD_CHANGED", "PASSWORD_RESET", "PIN_CHANGED", "BADGE_CHANGED",
        "SECOND_FACTOR_ON", "SECOND_FACTOR_OFF", "BREAK_GLASS_SEALED", "BREAK_GLASS_USED", "DENIED", "AUDIT_EXPORTED",
    ):  # fmt: skip
        assert action in audit, action
    assert "unknown name" in audit and "unknown session" in audit
    where = "\n".join(plant.outputs)
    for part in (
        "config/station.yaml", "data/station.db-wal", "data/station.db!audit", ".tar.zst!zst!station.db!access_users",
        "central/central.db", "central/backups/", "data/audit-witness.jsonl", "GET /metrics", "GET /health/detailed",
        "GET /api/v1/audit/export 200", "command history export", "command user list", "station stderr", "central GET",
    ):  # fmt: skip
        assert part in where, part
    manifests = [name for name in plant.outputs if name.endswith("!manifest.json")]
    for place in ("while it runs: data", "while it runs: central", "after the end: data", "after the end: central"):
        assert any(name.startswith(place) for name in manifests), place
    assert "does not accept user and password" in log  # so the driver did send them


@pytest.mark.skipif(os.name != "posix", reason="rights of files are another matter there")
def test_files_that_hold_secrets_are_for_their_owner_only(plant: CanaryPlant) -> None:
    for file in (plant.data / "seal.key", plant.data / "pki" / "own" / "api.key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert plant.modes == {"control.token": 0o600, "station.json": 0o600, "central.json": 0o600}
    assert not (plant.data / "control.token").exists()


# the search itself


@pytest.mark.parametrize("form", list(forms("Kanari-0123456789ab/+ &%")))
def test_the_search_knows_every_form(form: str) -> None:
    secret = Canary("secret", "Kanari-0123456789ab/+ &%")
    search = Search([secret])
    assert search.sightings("", b"before " + forms(secret.value)[form] + b" after")
    assert not search.sightings("", b"before Kanari-0123456789ac/+ &% after")


def test_the_search_looks_into_archives_databases_and_packed_values(tmp_path: Path) -> None:
    secret = canary("packed", 1)
    packer = zstandard.ZstdCompressor()
    connection = sqlite3.connect(tmp_path / "x.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE t (a TEXT, b BLOB)")
    connection.execute("INSERT INTO t VALUES (?, ?)", ("x", zlib.compress(f"say {secret.value}".encode())))
    connection.commit()
    live = everything_below(tmp_path)
    connection.close()
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.add(tmp_path / "x.db", "deep/x.db")
    (tmp_path / "backup.tar.zst").write_bytes(packer.compress(content.getvalue()))
    (tmp_path / "x.db").unlink()
    search = Search([secret])
    assert [sighting.where for sighting in search.of(live)] == ["x.db (live)!t"]
    assert [s.where for s in search.of(everything_below(tmp_path))] == ["backup.tar.zst!zst!deep/x.db!t"]
    assert search.of(dict(opened("plain", secret.value.swapcase().encode())))


# a defect


class FailingFacade(MemoryFacade):
    """A station with a defect right where secrets are."""

    def sign_in(self, credentials: Credentials) -> Future[SignedIn]:
        secret = dataclasses.astuple(credentials)  # a variable of the frame that fails
        try:
            raise ValueError(f"cannot work with {credentials} of {len(secret)}")
        except ValueError as cause:
            raise RuntimeError(f"defect {credentials!r}") from cause


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Stderr of a program that logs everything, also into `station.log`."""
    stderr = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    configure_logging("DEBUG", tmp_path / "station.log")
    yield stderr
    close_log_files()
    logging.getLogger().setLevel(logging.WARNING)
    structlog.reset_defaults()


def test_the_trace_of_a_defect_holds_no_secret(tmp_path: Path, terminal: io.StringIO, expect_log_errors: None) -> None:
    names = [field.name for field in dataclasses.fields(Credentials) if not field.repr]
    secrets = [canary(name, number) for number, name in enumerate(names)]
    body = {secret.name: secret.value for secret in secrets if secret.name != "session"}
    token = canary("token", 99)
    api = ApiServer(FailingFacade(), ApiSettings(port=0), ZoneInfo("UTC"), ManualClock(), "control")
    api.start()
    try:
        headers = {"Authorization": f"Bearer {token.value}"}
        answer = requests.post(f"{api.url}/api/v1/session?password=x", json=body, headers=headers, timeout=10)
    finally:
        api.stop()
    assert answer.status_code == 500
    log = (tmp_path / "station.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log and "RuntimeError" in terminal.getvalue()
    outputs = {"log": log.encode(), "stderr": terminal.getvalue().encode(), "answer": answer.content}
    assert Search([*secrets, token]).of(outputs) == []


# configuration


def test_a_secret_written_into_the_configuration_is_not_repeated(tmp_path: Path) -> None:
    secrets: list[Canary] = []

    def literal(name: str) -> str:
        secrets.append(Canary(name, f"Kanari{len(secrets):02}f3a9c1"))
        return secrets[-1].value

    station = {
        "id": "x",
        "storage": {
            "url": f"postgresql+psycopg://plant:{literal('URL of the database')}@127.0.0.1:1/x",
            "password": literal("database"), "key": literal("database key"),
        },
        "agent": {"central": f"http://me:{literal('URL of the central server')}@127.0.0.1:1", "key": literal("agent")},
        "api": {"key": literal("api")},
        "access": {
            "places": [{"name": "desk", "key": literal("place")}],
            "ldap": {
                "url": f"ldaps://me:{literal('URL of the directory')}@127.0.0.1", "user_base": "ou=people,dc=x",
                "bind_dn": "cn=x", "bind_password": literal("bind password"),
            },
            "oidc": {
                "issuer": f"https://me:{literal('URL of the provider')}@127.0.0.1", "client_id": "x",
                "secret": literal("client secret"),
            },
        },
    }  # fmt: skip
    server = {
        "name": "server", "driver": "opcua", "url": f"opc.tcp://me:{literal('URL of a server')}@127.0.0.1:1",
        "security": "Basic256Sha256/SignAndEncrypt", "user": "anna", "password": literal("OPC UA"),
    }  # fmt: skip
    other = {**server, "name": "other", "url": f"http://me:{literal('wrong URL of a server')}@127.0.0.1:1"}
    config = tmp_path / "config"
    config.mkdir()
    (config / "station.yaml").write_text(json.dumps(station), encoding="utf-8")
    plant = {"plant": {"name": "X", "timezone": "UTC"}, "devices": [server, other]}
    (config / "plant.yaml").write_text(json.dumps(plant), encoding="utf-8")
    (config / "tags.csv").write_text("path,device,address\n", encoding="utf-8")
    where = ("--config", str(config), "--data", str(tmp_path / "data"), "--log-level", "DEBUG")
    outputs = {}
    for words in (
        ("check",), ("check", "--json"), ("run", "--headless", "--seconds", "1"), ("secret", "list"),
        ("user", "list"), ("history", "info"), ("database", "info"), ("backup", "create"),
    ):  # fmt: skip
        done = command(*words, *where)
        assert done.returncode != 0 or words[0] == "secret", words
        outputs[" ".join(words)] = (done.stdout + done.stderr).encode()
    assert outputs["check"].count(b": error: ") >= len(secrets) - 2
    assert Search(secrets).of({**outputs, **everything_below(tmp_path / "data")}) == []


# databases and children


def test_the_key_of_the_database_and_the_simulated_plant(tmp_path: Path) -> None:
    key, plc, central = Canary("key of the database", new_key()), canary("password of a PLC", 1), canary("agent key", 2)
    config, data = tmp_path / "config", tmp_path / "data"
    config.mkdir()
    for file in (ROOT / "config" / "demo").iterdir():
        text = file.read_text(encoding="utf-8")
        text = text.replace("  url: sqlite  ", "  key: keyring:station-db\n  url: sqlite  ").replace(
            "port: 8000", "port: 0"
        )
        text = text.replace("  metrics_every:", "  central: http://127.0.0.1:1\n  key: env:CENTRAL\n  metrics_every:")
        (config / file.name).write_text(text, encoding="utf-8")
    folder = tmp_path / "credentials"
    folder.mkdir()
    env = {
        "PLANT_HMI_SECRET_STATION_DB": key.value, "PLANT_HMI_SECRET_PLC_USER": plc.value, "CENTRAL": central.value,
        "CREDENTIALS_DIRECTORY": str(folder),
    }  # fmt: skip
    where = ("--config", str(config), "--data", str(data))
    outputs: dict[str, bytes] = {}
    with Program("run", "--headless", "--log-level", "DEBUG", *where, env=env) as station:
        station.ready()
        children = children_of(station.pid)
        assert any("simulate" in line for line in children.values())
        for pid in children:
            outputs |= {f"child {name}": content for name, content in of_process(pid).items()}
        assert str(folder).encode() not in outputs["child process environ"]
        for words in (("database", "info", "--json"), ("backup", "create", "--json"), ("secret", "list", "--json")):
            done = command(*words, *where, env=env)
            assert done.returncode == 0, done.stderr
            outputs[" ".join(words)] = (done.stdout + done.stderr).encode()
        outputs |= {f"while it runs: {name}": content for name, content in everything_below(data).items()}
        assert station.terminate() == 0
        outputs |= {"stdout": "\n".join(station.lines).encode(), "stderr": "\n".join(station.messages).encode()}
    outputs |= everything_below(data)
    assert json.loads(outputs["database info --json"])["encrypted"] is True
    seal = Canary("key of the seals", (data / "seal.key").read_text(encoding="ascii").strip())
    found = Search([key, plc, central, seal]).of(outputs)
    assert {sighting.where for sighting in found} == {"seal.key", "while it runs: seal.key"}


def test_the_password_of_a_database_server(tmp_path: Path, postgres: PostgresServer) -> None:
    password = canary("password of the database", 1)
    env = {"DATABASE_PASSWORD": password.value}
    outputs: dict[str, bytes] = {}
    for name, url in (
        ("there", postgres.new_database()),
        ("away", f"postgresql+psycopg://plant@127.0.0.1:{free_port()}/plant"),
    ):
        config, data = tmp_path / name / "config", tmp_path / name / "data"
        config.mkdir(parents=True)
        station = f'id: x\nstorage: {{url: "{url}", password: env:DATABASE_PASSWORD}}\napi: {{port: 0}}\n'
        (config / "station.yaml").write_text(station, encoding="utf-8")
        (config / "plant.yaml").write_text("plant: {name: X, timezone: UTC}\n", encoding="utf-8")
        (config / "tags.csv").write_text("path,device,address\n", encoding="utf-8")
        where = ("--config", str(config), "--data", str(data), "--log-level", "DEBUG")
        for words in (("run", "--headless", "--seconds", "2"), ("backup", "create"), ("database", "info", "--json")):
            done = command(*words, *where, env=env)
            assert (done.returncode == 0) is (name == "there"), (words, done.stderr)
            outputs[f"{name} {words[0]}"] = (done.stdout + done.stderr).encode()
        outputs |= {f"{name} {file}": content for file, content in everything_below(tmp_path / name).items()}
    assert any("!dump/" in where for where in outputs)
    assert Search([password]).of(outputs) == []


def test_a_secret_given_to_the_keyring(tmp_path: Path) -> None:
    secret, outputs = canary("value for the keyring", 1), {}
    where = ("--config", str(tmp_path), "--data", str(tmp_path / "data"))
    with secret_service() as service:
        for words, typed in (
            (("secret", "set", "plc-user"), secret.value + "\n"),
            (("secret", "list", "--json"), ""),
            (("secret", "set", "not lawful"), secret.value + "\n"),
            (("secret", "delete", "plc-user"), ""),
        ):
            done = service.program(*words, *where, typed=typed)
            assert (done.returncode == 0) is (words[-1] != "not lawful"), done.stderr
            outputs[" ".join(words)] = (done.stdout + done.stderr).encode()
        outputs |= everything_below(service.folder / ".local")
    assert Search([secret]).of(outputs) == []
