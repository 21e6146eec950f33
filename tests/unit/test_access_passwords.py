"""Slow hashes and the rules for passwords, PINs and badges."""

from __future__ import annotations

import pytest

from hmi.access import passwords
from hmi.access.passwords import Hasher
from hmi.base.errors import PlantError


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(1, 8, 1)


def test_a_hash_is_salted_argon2id_and_holds_no_secret(hasher: Hasher) -> None:
    first, second = hasher.hash("correct horse"), hasher.hash("correct horse")
    assert first.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert first != second
    assert "correct" not in first
    assert hasher.verify(first, "correct horse")
    assert hasher.verify(second, "correct horse")
    assert not hasher.verify(first, "correct horse ")


def test_the_defaults_are_the_second_choice_of_rfc_9106() -> None:
    assert Hasher().hash("x").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$v=19$m=8,t=1,p=1$x$y", "x" * 5000])
def test_nobodys_and_broken_hashes_fit_nothing(hasher: Hasher, kept: str) -> None:
    for secret in ("", "no hash", "x", kept):
        assert not hasher.verify(kept, secret)


@pytest.mark.parametrize("secret", ["\ud800 half a character", "nul \x00 inside", "ü€🔑", "x" * 5000])
def test_odd_secrets_are_secrets_like_others(hasher: Hasher, secret: str) -> None:
    kept = hasher.hash(secret)
    assert hasher.verify(kept, secret)
    assert not hasher.verify(kept, "other")
    assert not hasher.verify("", secret)
    assert hasher.badge(secret, b"0" * 16) == hasher.badge(secret, b"0" * 16)


def test_a_hash_of_less_work_is_outdated(hasher: Hasher) -> None:
    kept = hasher.hash("x")
    assert not hasher.is_outdated(kept)
    assert Hasher(2, 16, 1).is_outdated(kept)
    assert not hasher.is_outdated("")
    assert not hasher.is_outdated("no hash")


def test_a_badge_is_found_again_only_under_its_salt(hasher: Hasher) -> None:
    assert hasher.badge("0041-7788", b"a" * 16) == hasher.badge("0041-7788", b"a" * 16)
    assert hasher.badge("0041-7788", b"a" * 16) != hasher.badge("0041-7788", b"b" * 16)
    assert "0041" not in hasher.badge("0041-7788", b"a" * 16)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "too short: use at least 10"),
        ("", "too short"),
        ("x" * 1025, "at most 1024"),
        ("i am anna today", "contains the user name"),
        ("I AM ANNA TODAY", "contains the user name"),
        ("abababababab", "repeats the same few"),
    ],
)
def test_an_easy_password_is_refused_with_what_to_do(password: str, words: str) -> None:
    with pytest.raises(PlantError, match=words):
        passwords.check_password(password, "anna", 10)


def test_a_good_password_needs_no_special_signs() -> None:
    passwords.check_password("four plain words here", "anna", 10)
    passwords.check_password("1234567890", "", 10)


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "٣٣٤٥", "1111", "1234", "9876", "12 34"])
def test_an_easy_pin_is_refused(pin: str) -> None:
    with pytest.raises(PlantError, match="PIN"):
        passwords.check_pin(pin)


@pytest.mark.parametrize("pin", ["2580", "1357", "112233445566", "0000001"])
def test_a_pin_that_is_neither_a_row_nor_one_digit_is_taken(pin: str) -> None:
    passwords.check_pin(pin)


@pytest.mark.parametrize("badge", ["", "abc", "x" * 129, "12\n34", "12\x0034"])
def test_what_no_reader_sends_is_no_badge(badge: str) -> None:
    with pytest.raises(PlantError, match="badge"):
        passwords.check_badge(badge)
