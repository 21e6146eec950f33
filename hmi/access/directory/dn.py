"""Names of directory entries in one form, so that two spellings of the same name are equal (RFC 4514)."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"(?:\\[0-9a-fA-F]{2})+|\\(.)", re.DOTALL)
_PART: Final = re.compile(r"((?:\\.|[^\\,+;])*)([,+;]|\Z)", re.DOTALL)


class DnError(ValueError):
    """The text is not a distinguished name."""


def same_dn(text: str) -> str:
    """A form that is equal for equal names: without spaces between the parts, escapes resolved, in small letters."""
    parts: list[str] = []
    at = 0
    while True:
        part = _PART.match(text, at)
        if part is None:
            raise DnError("not a distinguished name")
        kind, equals, value = part[1].partition("=")
        if not equals or not kind.strip():
            raise DnError("not a distinguished name")
        parts.append(f"{kind.strip().casefold()}={_value(value)!r}")
        if not part[2]:
            return "\n".join(parts)
        # a name part of several attributes stays one part
        parts.append("+" if part[2] == "+" else ",")
        at = part.end()


def _value(text: str) -> str:
    # directories compare names without regard to case and to spaces around and between words
    return " ".join(_ESCAPE.sub(_plain, text).casefold().split())


def _plain(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return escape[1]
    return bytes.fromhex(escape[0].replace("\\", "")).decode("utf-8", "replace")
