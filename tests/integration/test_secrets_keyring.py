"""The commands against a real keyring: GNOME Keyring over D-Bus, unlocked and locked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.secret_service import SecretService, secret_service

pytestmark = pytest.mark.counterpart

VALUE = "kFdNRtp-4711-äöü"


@pytest.fixture
def desktop() -> Iterator[SecretService]:
    with secret_service() as service:
        yield service


def test_set_resolve_list_delete(desktop: SecretService) -> None:
    done = desktop.program("secret", "set", "plc-user", typed=VALUE + "\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    answer = json.loads(desktop.program("secret", "list", "--json").stdout)
    assert answer == {"items": ["plc-user"], "sources": [{"name": "plc-user", "source": "keyring"}]}
    resolved = desktop.run(
        "-c", "from hmi.secrets import SecretStore; print(SecretStore().resolve('keyring:plc-user'))"
    )
    assert resolved.stdout == VALUE + "\n"
    kept = list(desktop.folder.rglob("*.keyring"))
    assert kept and all(VALUE.encode() not in file.read_bytes() for file in kept)
    assert desktop.program("secret", "delete", "plc-user").returncode == 0
    assert desktop.program("secret", "list").stdout == ""
    again = desktop.program("secret", "delete", "plc-user")
    assert (again.returncode, again.stderr) == (
        1,
        "The secret 'plc-user' is not in the keyring; nothing was deleted.\n",
    )


def test_a_locked_keyring_is_told_in_one_sentence(desktop: SecretService) -> None:
    assert desktop.program("secret", "set", "plc-user", typed=VALUE + "\n").returncode == 0
    desktop.lock()
    for arguments in (("list",), ("delete", "plc-user"), ("set", "plc-user")):
        refused = desktop.program("secret", *arguments, typed="other\n")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("The keyring of this machine is locked; unlock it or ")
        assert refused.stderr.count("\n") == 1
    resolved = desktop.run(
        "-c",
        "from hmi.secrets import SecretStore; print(SecretStore().resolve('keyring:plc-user'))",
        env={"PLANT_HMI_SECRET_PLC_USER": "stand-in"},
    )
    assert resolved.stdout == "stand-in\n"


def test_the_station_key_goes_into_the_keyring(desktop: SecretService, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from hmi.secrets import SecretStore\n"
        "from hmi.secrets.sealing import SealingKey\n"
        "key = SealingKey.load(Path(sys.argv[1]), SecretStore())\n"
        "print(key, sys.argv[2] and key.open(sys.argv[2], 'totp') or key.seal('TEXT', 'totp'))"
    )
    first = desktop.run("-c", script, str(tmp_path), "").stdout.split()
    again = desktop.run("-c", script, str(tmp_path), first[-1]).stdout.split()
    assert " ".join(first[:-1]) == "SealingKey(source='keyring', created=True)"
    assert " ".join(again) == "SealingKey(source='keyring', created=False) TEXT"
    words = "the key of this station is in the keyring\n"
    assert {file.name: file.read_text(encoding="ascii") for file in tmp_path.iterdir()} == {"seal.keyring": words}
    desktop.lock()
    refused = desktop.run("-c", script, str(tmp_path), first[-1])
    assert "SecretError: The keyring of this machine is locked" in refused.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["seal.keyring"]


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_other_back_ends_are_not_taken_even_when_asked_for(desktop: SecretService, backend: str) -> None:
    refused = desktop.program("secret", "set", "plc-user", typed="x\n", env={"PYTHON_KEYRING_BACKEND": backend})
    assert refused.returncode == 1
    assert "no keyring that can be trusted" in refused.stderr


def test_a_file_back_end_in_the_chain_is_passed_over(desktop: SecretService, tmp_path: Path) -> None:
    """A back end that ranks above the Secret Service, as keyrings.alt and cryptfile bring, never sees a value."""
    package = tmp_path / "keyrings" / "alt"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "file.py").write_text(
        "import keyring.backend, pathlib\n"
        "class PlaintextKeyring(keyring.backend.KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username):\n"
        "        return None\n"
        "    def set_password(self, service, username, password):\n"
        f"        pathlib.Path({str(tmp_path / 'leaked')!r}).write_text(password)\n"
        "    def delete_password(self, service, username):\n"
        "        pass\n"
    )
    script = (
        "import keyring, keyrings.alt.file as other; from hmi.secrets import SecretStore, trusted_backends\n"
        "from keyring.backends.chainer import ChainerBackend\n"
        "chain = ChainerBackend(); keyring.set_keyring(chain)\n"
        "assert type(chain.backends[0]) is other.PlaintextKeyring\n"
        "SecretStore().set('plc-user', 'value')\n"
        "print([type(each).__module__ for each in trusted_backends()], SecretStore().resolve('keyring:plc-user'))"
    )
    done = desktop.run("-c", script, env={"PYTHONPATH": f"{tmp_path}"})
    assert done.stderr == ""
    assert done.stdout == "['keyring.backends.SecretService'] value\n"
    assert not (tmp_path / "leaked").exists()
