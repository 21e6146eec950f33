"""Secrets: where they come from, which keyrings are trusted, and that a value never leaks."""

from __future__ import annotations

import io
import logging

import keyring
import keyring.backend
import keyring.errors
import pytest
from keyring.backends import chainer, fail, null

from hmi.cli.main import main
from hmi.secrets import SecretError, SecretStore, is_reference, standing_variable, trusted_backends
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


@pytest.mark.parametrize("text", ["keyring:plc-user", "keyring:a", "env:PLC_PASSWORD", "env:_x"])
def test_references(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    ["", "secret", "keyring:", "keyring:Upper", "keyring:a b", "env:", "env:1X", "env:A-B", "vault:x", "KEYRING:a"],
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
    with pytest.raises(SecretError, match=r"no keyring that can be trusted.*PLANT_HMI_SECRET_PLC_USER"):
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


def test_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from hmi.cli import registry

    monkeypatch.setattr(registry, "GROUPS", ("secret",))
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
    assert printed.out == 'plc\n{"items":["plc"]}\n'
    assert VALUE not in printed.out + printed.err
    assert "nothing was deleted" in printed.err
