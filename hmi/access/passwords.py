"""Slow salted hashes of passwords, PINs and badges, and the rules a new one has to keep (`domain.md` 6.2, 3)."""

from __future__ import annotations

import base64
import secrets
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import hash_secret_raw

from hmi.base.errors import PlantError

LONGEST: Final = 1024
PIN_SHORTEST: Final = 4
PIN_LONGEST: Final = 12
BADGE_SHORTEST: Final = 4
BADGE_LONGEST: Final = 128


class Hasher:
    """Hashes and compares secrets; comparing with nobody's takes as long as comparing with somebody's.

    time_cost, memory_kib, parallelism: argon2id's; the defaults are RFC 9106's second choice, about 0.1 s.
    """

    def __init__(self, time_cost: int = 3, memory_kib: int = 65_536, parallelism: int = 4) -> None:
        self._hasher = PasswordHasher(time_cost, memory_kib, parallelism)
        self._cost = (time_cost, memory_kib, parallelism)
        self._nobody = self._unknown()

    def hash(self, secret: str) -> str:
        """The hash to keep."""
        return self._hasher.hash(_bytes(secret))

    def verify(self, kept: str, secret: str) -> bool:
        """True if the secret is the one behind a kept hash; an empty hash is nobody's: same work, False."""
        try:
            return self._hasher.verify(kept or self._nobody, _bytes(secret)) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False

    def is_outdated(self, kept: str) -> bool:
        """True if a kept hash was made with less work than today's."""
        try:
            return bool(kept) and self._hasher.check_needs_rehash(kept)
        except (Argon2Error, InvalidHashError):
            return False

    def badge(self, badge: str, salt: bytes) -> str:
        """The hash under which a badge is found: slow, and the same each time under one salt."""
        time_cost, memory_kib, parallelism = self._cost
        raw = hash_secret_raw(_bytes(badge), salt, time_cost, memory_kib, parallelism, 32, Type.ID)
        return base64.b64encode(raw).decode()

    def _unknown(self) -> str:
        time_cost, memory_kib, parallelism = self._cost
        salt, digest = (base64.b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (16, 32))
        return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"


def _bytes(secret: str) -> bytes:
    """Half a character, as a broken keyboard layout or a hostile request may send, is a wrong secret and no defect."""
    return secret[:LONGEST].encode("utf-8", "surrogatepass")


def check_password(password: str, user: str, shortest: int) -> None:
    """Raises PlantError, in words that say what is needed, for a password that is too easy."""
    if len(password) < shortest:
        raise PlantError(f"the password is too short: use at least {shortest} characters, e.g. four words")
    if len(password) > LONGEST:
        raise PlantError(f"the password is too long: use at most {LONGEST} characters")
    if user and user in password.lower():
        raise PlantError("the password contains the user name: choose one that does not")
    if len(set(password)) < 4:
        raise PlantError("the password repeats the same few characters: choose one that does not")


def check_pin(pin: str) -> None:
    """Raises PlantError for a PIN that is no PIN or too easy."""
    if not (pin.isascii() and pin.isdigit() and PIN_SHORTEST <= len(pin) <= PIN_LONGEST):
        raise PlantError(f"a PIN has {PIN_SHORTEST} to {PIN_LONGEST} digits")
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise PlantError("the PIN is one digit repeated or a row: choose another")


def check_badge(badge: str) -> None:
    """Raises PlantError for something that is not what a badge reader sends."""
    if not (badge.isprintable() and BADGE_SHORTEST <= len(badge) <= BADGE_LONGEST):
        raise PlantError(f"a badge has {BADGE_SHORTEST} to {BADGE_LONGEST} characters: hold it to the reader once more")
