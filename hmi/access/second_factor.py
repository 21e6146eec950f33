"""The second factor: time-based codes (RFC 6238), each accepted once."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import quote

import pyotp

PURPOSE: Final = "second factor"
"""What the seed is sealed for."""

_STEP_US: Final = 30_000_000
_NEIGHBOURS: Final = (0, -1, 1)


def new_seed() -> str:
    """A fresh seed as the text an authenticator takes."""
    return pyotp.random_base32()


def address(seed: str, user: str, station: str) -> str:
    """The address behind a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=f"{user}@{station}", issuer_name=quote("Plant HMI"))


def accepted_step(seed: str, code: str, now_us: int, last_step: int) -> int | None:
    """The time step a code belongs to, None if it is wrong or not newer than the last one used.

    One step of 30 s before and after is accepted for clocks that differ a little.
    """
    given = code.replace(" ", "").encode("utf-8", "replace")
    now_step = now_us // _STEP_US
    generator = pyotp.TOTP(seed)
    for neighbour in _NEIGHBOURS:
        step = now_step + neighbour
        # by the number of the step, not by a local time, of which one hour comes twice in autumn
        if hmac.compare_digest(given, generator.generate_otp(step).encode()):
            return step if step > last_step else None
    return None
