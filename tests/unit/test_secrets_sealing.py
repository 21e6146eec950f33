"""The station's own key: what it seals opens only with the same key and purpose, and the key itself stays hidden."""

from __future__ import annotations

import os
import pickle
import stat
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.secrets import SecretError, SecretStore
from hmi.secrets.keys import is_key, new_key
from hmi.secrets.sealing import SealingKey
from tests.unit.test_secrets import LockedKeyring, MemoryKeyring

KEY = SealingKey(bytes(range(32)), source="environment")
OTHER = SealingKey(bytes(range(1, 33)), source="environment")
TEXT = "JBSWY3DPEHPK3PXP"


def headless(**environment: str) -> SecretStore:
    return SecretStore(environment, list)


def with_keyring(backend: MemoryKeyring) -> SecretStore:
    return SecretStore({}, lambda: [backend])


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), purpose=st.text("abc/:-\n", max_size=20))
def test_what_is_sealed_opens_again(text: str, purpose: str) -> None:
    sealed = KEY.seal(text, purpose)
    assert KEY.open(sealed, purpose) == text
    assert sealed != KEY.seal(text, purpose)
    assert text not in sealed or len(text) < 10


@settings(max_examples=300)
@given(data=st.data())
def test_any_changed_character_is_refused(data: st.DataObject) -> None:
    sealed = KEY.seal(TEXT, "totp:anna")
    place = data.draw(st.integers(0, len(sealed) - 1))
    letter = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != sealed[place]))
    with pytest.raises(SecretError):
        KEY.open(sealed[:place] + letter + sealed[place + 1 :], "totp:anna")


def test_letters_that_decode_to_the_same_bytes_are_refused_too() -> None:
    sealed = KEY.seal(TEXT, "totp:anna")
    assert sealed.endswith("=") and not sealed.endswith("==")
    for letter in string.ascii_letters + string.digits + "-_":
        if letter != sealed[-2]:
            with pytest.raises(SecretError):
                KEY.open(f"{sealed[:-2]}{letter}=", "totp:anna")


@given(cut=st.integers(0, 60))
def test_a_cut_is_refused(cut: int) -> None:
    sealed = KEY.seal(TEXT, "totp:anna")
    with pytest.raises(SecretError):
        KEY.open(sealed[:cut], "totp:anna")


def test_another_purpose_or_key_is_refused_in_plain_words() -> None:
    sealed = KEY.seal(TEXT, "totp:anna")
    with pytest.raises(SecretError, match="does not belong here"):
        KEY.open(sealed, "totp:bert")
    with pytest.raises(SecretError, match="another key than this station has now"):
        OTHER.open(sealed, "totp:anna")
    with pytest.raises(SecretError, match="not in the form"):
        KEY.open(TEXT, "totp:anna")


def test_no_error_shows_the_text() -> None:
    for sealed in (KEY.seal(TEXT, "a"), OTHER.seal(TEXT, "b"), TEXT):
        with pytest.raises(SecretError) as caught:
            KEY.open(sealed, "b")
        assert TEXT not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


@given(st.binary(max_size=200))
def test_a_mac_is_known_by_the_same_key_only(data: bytes) -> None:
    mac = KEY.mac(data)
    assert len(mac) == 64
    assert KEY.verify_mac(data, mac)
    assert not KEY.verify_mac(data + b"x", mac)
    assert not KEY.verify_mac(data, mac[:-1] + ("0" if mac[-1] != "0" else "1"))
    assert not KEY.verify_mac(data, "ü" + mac)
    assert not OTHER.verify_mac(data, mac)


def test_the_key_is_in_no_repr_and_not_pickled() -> None:
    key = new_key()
    sealing = SealingKey(bytes.fromhex(key), source="file")
    assert repr(sealing) == "SealingKey(source='file', created=False)"
    with pytest.raises(TypeError):
        pickle.dumps(sealing)


def test_a_headless_station_keeps_its_key_in_a_file_of_its_own(tmp_path: Path) -> None:
    first = SealingKey.load(tmp_path / "data", headless())
    file = tmp_path / "data" / "seal.key"
    assert (first.source, first.created) == ("file", True)
    assert is_key(file.read_text(encoding="ascii").strip())
    assert [entry.name for entry in (tmp_path / "data").iterdir()] == ["seal.key"]
    again = SealingKey.load(tmp_path / "data", headless())
    assert (again.source, again.created) == ("file", False)
    assert again.open(first.seal(TEXT, "totp"), "totp") == TEXT


def test_a_keyring_takes_the_key_and_no_file_is_made(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    first = SealingKey.load(tmp_path, with_keyring(backend))
    again = SealingKey.load(tmp_path, with_keyring(backend))
    assert (first.source, first.created) == ("keyring", True)
    assert (again.source, again.created) == ("keyring", False)
    assert is_key(backend.entries["plant-hmi", "station-seal"])
    assert again.open(first.seal(TEXT, "totp"), "totp") == TEXT
    assert [entry.name for entry in tmp_path.iterdir()] == ["seal.keyring"]
    assert backend.entries["plant-hmi", "station-seal"] not in (tmp_path / "seal.keyring").read_text(encoding="ascii")


def test_a_file_that_is_there_is_not_left_for_a_keyring(tmp_path: Path) -> None:
    first = SealingKey.load(tmp_path, headless())
    again = SealingKey.load(tmp_path, with_keyring(MemoryKeyring()))
    assert (again.source, again.created) == ("file", False)
    assert again.open(first.seal(TEXT, "totp"), "totp") == TEXT


def test_environment_and_credential_go_first(tmp_path: Path) -> None:
    (tmp_path / "plant-hmi-station-seal").write_text(new_key() + "\n", encoding="ascii")
    given_by_systemd = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert SealingKey.load(tmp_path, headless(**given_by_systemd)).source == "credential"
    given_both = {**given_by_systemd, "PLANT_HMI_SECRET_STATION_SEAL": new_key()}
    assert SealingKey.load(tmp_path, headless(**given_both)).source == "environment"
    assert not (tmp_path / "seal.key").exists()


def test_a_weak_key_is_refused_without_showing_it(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="64 hexadecimal digits") as caught:
        SealingKey.load(tmp_path, headless(PLANT_HMI_SECRET_STATION_SEAL="summer2026"))
    assert "summer2026" not in str(caught.value)
    (tmp_path / "seal.key").touch(0o600)
    with pytest.raises(SecretError, match=r"seal\.key is not a key"):
        SealingKey.load(tmp_path, headless())


def test_a_locked_keyring_makes_no_second_key(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="is locked"):
        SealingKey.load(tmp_path, with_keyring(LockedKeyring()))
    assert not list(tmp_path.iterdir())


def test_a_keyring_that_is_away_makes_no_second_key(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    first = SealingKey.load(tmp_path, with_keyring(ring))
    assert first.created
    sealed = first.seal(TEXT, "totp:anna")
    for store in (headless(), with_keyring(MemoryKeyring())):  # no desktop session; another account's keyring
        with pytest.raises(SecretError, match="not found from here; start the station as that account") as refused:
            SealingKey.load(tmp_path, store)
        assert ring.get_password("plant-hmi", "station-seal") not in str(refused.value)
    assert not (tmp_path / "seal.key").exists()
    assert SealingKey.load(tmp_path, with_keyring(ring)).open(sealed, "totp:anna") == TEXT
    key = ring.get_password("plant-hmi", "station-seal") or ""
    given = SealingKey.load(tmp_path, headless(PLANT_HMI_SECRET_STATION_SEAL=key))
    assert given.open(sealed, "totp:anna") == TEXT
    (tmp_path / "seal.keyring").unlink()  # the word that it is lost
    assert SealingKey.load(tmp_path, headless()).created


def test_a_key_found_in_the_keyring_of_an_earlier_version_is_noted_too(tmp_path: Path) -> None:
    ring = MemoryKeyring()
    SealingKey.load(tmp_path, with_keyring(ring))
    (tmp_path / "seal.keyring").unlink()
    assert not SealingKey.load(tmp_path, with_keyring(ring)).created
    with pytest.raises(SecretError, match="not found from here"):
        SealingKey.load(tmp_path, headless())


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_file_others_can_reach_is_refused(tmp_path: Path) -> None:
    SealingKey.load(tmp_path, headless())
    file = tmp_path / "seal.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for mode in (0o640, 0o604, 0o620, 0o660):
        file.chmod(mode)
        with pytest.raises(SecretError, match="chmod 600"):
            SealingKey.load(tmp_path, headless())
    file.chmod(0o400)
    assert not SealingKey.load(tmp_path, headless()).created


def test_a_key_that_appears_meanwhile_is_taken_and_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = SealingKey.load(tmp_path, headless())
    monkeypatch.setattr(Path, "exists", lambda self: False)
    late = SealingKey.load(tmp_path, headless())
    assert (late.source, late.created) == ("file", False)
    assert late.open(first.seal(TEXT, "totp"), "totp") == TEXT
    assert [entry.name for entry in tmp_path.iterdir()] == ["seal.key"]


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder belongs", encoding="ascii")
    with pytest.raises(SecretError, match="cannot be created"):
        SealingKey.load(tmp_path / "data", headless())
