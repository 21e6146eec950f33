"""The written form of a 256-bit key: 64 hexadecimal digits, nothing weaker."""

from __future__ import annotations

import re
import secrets
from typing import Final

KEY_FORM: Final = "64 hexadecimal digits, as 'openssl rand -hex 32' prints them"
"""What stands in a message about a key that is none."""

_KEY = re.compile(r"[0-9a-fA-F]{64}")


def new_key() -> str:
    """A fresh random key in its written form."""
    return secrets.token_hex(32)


def is_key(text: str) -> bool:
    """True for the written form of a key."""
    return _KEY.fullmatch(text) is not None
