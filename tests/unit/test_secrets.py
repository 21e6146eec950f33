"""Secrets: where they come from, which keyrings are trusted, and that a value never leaks."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import chainer, fail, null

from hmi.cli.main import main
from hmi.secrets import (
    SecretError,
    SecretStore,
    is_reference,
    references_in,
    standing_variable,
    trusted_backends,
)
from hmi.secrets import store as store_module

VALUE = "s3cret-Value"


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory that claims to be the operating system's."""

    __module__ = "keyring.backends.SecretService"
    priority = 0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class LockedKeyring(MemoryKeyring):
    __module__ = "keyring.backends.SecretService"

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked(f"cannot unlock {VALUE}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"no room for {password}")


class PlainFileKeyring(MemoryKeyring):
    __module__ = "keyrings.alt.file"


def store(*backends: MemoryKeyring, **environment: str) -> SecretStore:
    return SecretStore(environment, lambda: backends)


def credentials(folder: Path, **files: str) -> dict[str, str]:
    """The environment of a service that systemd gave these credentials."""
    for name, content in files.items():
        (folder / name.replace("_", "-")).write_text(content, encoding="utf-8")
    return {"CREDENTIALS_DIRECTORY": str(folder)}


@pytest.fixture
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANT_HMI_CONFIG", str(tmp_path / "config"))


@pytest.mark.parametrize("text", ["keyring:plc-user", "keyring:a", "env:PLC_PASSWORD", "env:_x", "credential:a-b"])
def test_references(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "keyring:",
        "keyring:Upper",
        "keyring:a b",
        "env:",
        "env:1X",
        "env:A-B",
        "vault:x",
        "KEYRING:a",
        "credential:../x",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    assert not is_reference(text)


def test_set_resolve_list_delete() -> None:
    backend = MemoryKeyring()
    secrets = store(backend)
    secrets.set("plc-user", VALUE)
    secrets.set("api", "x")
    assert backend.entries["plant-hmi", "plc-user"] == VALUE
    assert secrets.resolve("keyring:plc-user") == VALUE
    assert secrets.names() == ["api", "plc-user"]
    secrets.delete("api")
    assert secrets.names() == ["plc-user"]
    with pytest.raises(SecretError, match="'api' is not in the keyring"):
        secrets.delete("api")


def test_the_environment_goes_before_the_keyring() -> None:
    backend = MemoryKeyring()
    backend.set_password("plant-hmi", "plc-user", "old")
    assert standing_variable("plc-user") == "PLANT_HMI_SECRET_PLC_USER"
    assert store(backend, PLANT_HMI_SECRET_PLC_USER=VALUE).resolve("keyring:plc-user") == VALUE
    assert store(backend, PLANT_HMI_SECRET_PLC_USER="").resolve("keyring:plc-user") == "old"
    assert store(PLC=VALUE).resolve("env:PLC") == VALUE


def test_a_headless_box_is_told_the_variable() -> None:
    ways = r"no keyring that can be trusted.*PLANT_HMI_SECRET_PLC_USER.*credential plant-hmi-plc-user.*unlocked"
    with pytest.raises(SecretError, match=ways):
        store().resolve("keyring:plc-user")
    with pytest.raises(SecretError, match="PLANT_HMI_SECRET_PLC_USER"):
        store().set("plc-user", VALUE)


@pytest.mark.parametrize("reference", ["env:MISSING", "keyring:missing"])
def test_a_missing_secret_is_named(reference: str) -> None:
    with pytest.raises(SecretError, match=r"MISSING|'missing'.*secret set missing"):
        store(MemoryKeyring()).resolve(reference)


def test_no_value_in_any_error_repr_or_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = store(LockedKeyring(), PLANT_HMI_SECRET_OTHER=VALUE)
    messages = [repr(secrets)]
    for call in (
        lambda: secrets.resolve(VALUE),
        lambda: secrets.resolve("keyring:plc"),
        lambda: secrets.set("plc", VALUE),
        lambda: secrets.delete("plc"),
        secrets.names,
    ):
        with pytest.raises(SecretError) as caught:
            call()
        messages.append(str(caught.value))
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert VALUE not in "\n".join(messages) + caplog.text
    assert "is locked" in messages[2]


def test_an_empty_value_and_a_bad_name_are_refused() -> None:
    with pytest.raises(SecretError, match="empty"):
        store(MemoryKeyring()).set("plc", "")
    with pytest.raises(SecretError, match="not a name"):
        store(MemoryKeyring()).set("PLC User", VALUE)


def test_a_spoilt_index_does_no_harm() -> None:
    backend = MemoryKeyring()
    backend.set_password("plant-hmi", ":names", "{not json")
    secrets = store(backend)
    secrets.set("plc", VALUE)
    assert secrets.names() == ["plc"]


def test_only_the_operating_systems_keyrings_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    good, plain = MemoryKeyring(), PlainFileKeyring()

    class Chain(chainer.ChainerBackend):
        backends = (plain, good)  # type: ignore[assignment]

    for chosen, expected in (
        (Chain(), [good]),
        (good, [good]),
        (plain, []),
        (null.Keyring(), []),
        (fail.Keyring(), []),
    ):
        monkeypatch.setattr(keyring, "get_keyring", lambda chosen=chosen: chosen)
        assert list(trusted_backends()) == expected


def test_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_configuration: None
) -> None:
    backend = MemoryKeyring()
    monkeypatch.setattr(store_module.SecretStore.__init__, "__defaults__", (None, lambda: [backend]))
    monkeypatch.setattr("sys.stdin", io.StringIO(VALUE + "\n"))
    assert main(["secret", "set", "plc"]) == 0
    assert backend.entries["plant-hmi", "plc"] == VALUE
    assert main(["secret", "list"]) == 0
    assert main(["secret", "list", "--json"]) == 0
    assert main(["secret", "delete", "plc"]) == 0
    assert main(["secret", "delete", "plc"]) == 1
    printed = capsys.readouterr()
    assert printed.out == 'plc  keyring\n{"items":["plc"],"sources":[{"name":"plc","source":"keyring"}]}\n'
    assert VALUE not in printed.out + printed.err
    assert "nothing was deleted" in printed.err


def test_credentials_of_a_service_go_between_variable_and_keyring(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    backend.set_password("plant-hmi", "plc", "from keyring")
    given = credentials(tmp_path, plc="second\n")
    assert store(backend, **given).resolve("keyring:plc") == "second"
    credentials(tmp_path, plant_hmi_plc="first\r\n")
    assert store(backend, **given).resolve("keyring:plc") == "first"
    assert store(**given).resolve("keyring:plc") == "first"
    assert store(backend, **given).resolve("credential:plc") == "first"
    assert store(backend, PLANT_HMI_SECRET_PLC="set", **given).resolve("keyring:plc") == "set"
    assert store(backend, PLANT_HMI_SECRET_PLC="set", **given).resolve("credential:plc") == "first"
    assert store(backend, CREDENTIALS_DIRECTORY=str(tmp_path / "none")).resolve("keyring:plc") == "from keyring"


def test_a_missing_or_spoilt_credential_is_told(tmp_path: Path) -> None:
    given = credentials(tmp_path, empty="\n", long="x" * 70_000)
    (tmp_path / "binary").write_bytes(b"\xff\xfe" + VALUE.encode())
    (tmp_path / "folder").mkdir()
    with pytest.raises(SecretError, match=r"no credential 'plc'.*LoadCredentialEncrypted=plant-hmi-plc"):
        store(MemoryKeyring(), **given).resolve("credential:plc")
    for name, words in (("empty", "not text"), ("long", "too long"), ("binary", "not text"), ("folder", "be read")):
        with pytest.raises(SecretError, match=words) as caught:
            store(MemoryKeyring(), **given).resolve(f"keyring:{name}")
        assert VALUE not in str(caught.value)


def test_a_keyring_that_breaks_is_not_needed_for_what_the_service_is_given(tmp_path: Path) -> None:
    given = credentials(tmp_path, plc=VALUE)
    assert store(LockedKeyring(), **given).resolve("keyring:plc") == VALUE
    found = store(LockedKeyring(), **given).find("plc")
    assert found is not None
    assert (found.value, found.kind, found.place) == (VALUE, "credential", "credential plc")
    assert VALUE not in repr(found)


def test_references_are_found_however_deep() -> None:
    from hmi.model.station import AccessSettings, ApiSettings, PlaceSettings, StationSettings, StorageSettings

    settings = StationSettings(
        id="demo",
        name="keyring",
        storage=StorageSettings(password="env:DB"),
        api=ApiSettings(key="keyring:api"),
        access=AccessSettings(places=(PlaceSettings("desk", key="credential:desk"),)),
    )
    assert references_in({"a": [settings]}) == {"env:DB", "keyring:api", "credential:desk"}


STATION = """\
id: demo
agent: {central: "http://127.0.0.1:4000", key: "keyring:central"}
storage: {url: "postgresql+psycopg://plant@127.0.0.1/plant", password: "env:DB_PASSWORD"}
api: {key: "credential:api"}
"""
PLANT = "plant: {name: Demo, timezone: UTC}\n"


def _list(capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = main(["secret", "list", *more])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_list_tells_where_each_configured_secret_comes_from(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, no_configuration: None
) -> None:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "station.yaml").write_text(STATION)
    (folder / "plant.yaml").write_text(PLANT)
    (folder / "tags.csv").write_text("path,device,address\n")
    for name, value in {**credentials(tmp_path, plant_hmi_api=VALUE), "DB_PASSWORD": VALUE}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(store_module.SecretStore.__init__, "__defaults__", (None, tuple))
    code, out, err = _list(capsys)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "central  nowhere",
        "credential:api  credential plant-hmi-api",
        "env:DB_PASSWORD  environment variable DB_PASSWORD",
    ]
    backend = MemoryKeyring()
    backend.set_password("plant-hmi", "central", VALUE)
    SecretStore({}, lambda: [backend]).set("api", VALUE)
    monkeypatch.setattr(store_module.SecretStore.__init__, "__defaults__", (None, lambda: [backend]))
    code, out, err = _list(capsys, "--json")
    answer = json.loads(out)
    assert answer["items"] == ["api"]
    assert {each["name"]: each["source"] for each in answer["sources"]} == {
        "api": "credential plant-hmi-api",  # given to the service, so it goes before the keyring
        "central": "keyring",
        "credential:api": "credential plant-hmi-api",
        "env:DB_PASSWORD": "environment variable DB_PASSWORD",
    }
    assert VALUE not in out
    (folder / "station.yaml").write_text("id: [\n")
    code, out, err = _list(capsys)
    assert (code, out) == (0, "api  credential plant-hmi-api\n")
    assert "see 'plant-hmi check'" in err


def test_setting_a_secret_that_something_else_stands_in_for_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLANT_HMI_SECRET_PLC", VALUE)
    monkeypatch.setattr(store_module.SecretStore.__init__, "__defaults__", (None, lambda: [MemoryKeyring()]))
    monkeypatch.setattr("sys.stdin", io.StringIO("other\n"))
    assert main(["secret", "set", "plc"]) == 0
    told = capsys.readouterr().err
    assert told == "The environment variable PLANT_HMI_SECRET_PLC is set and goes before the keyring.\n"


def test_a_headless_list_without_any_configuration_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_configuration: None
) -> None:
    monkeypatch.setattr(store_module.SecretStore.__init__, "__defaults__", (None, tuple))
    code, out, err = _list(capsys)
    assert (code, out) == (1, "")
    assert "no keyring that can be trusted" in err
