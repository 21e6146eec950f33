"""Reads OPC UA addresses such as `nsu=http://plant/oven;s=Temperature`; pure."""

from __future__ import annotations

import base64
import binascii
import uuid
from dataclasses import dataclass
from typing import Final

EXPECTED: Final = "nsu=URI;s=Name (or i=Number, g=GUID, b=Base64 instead of s=)"


class NodeAddressError(ValueError):
    """An address that cannot be read."""


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """A node: its namespace by URI (stable) or by index (may change with the server), and its identifier.

    kind: `s`, `i`, `g` or `b`. uri: empty if given by index.
    """

    kind: str
    identifier: str | int | uuid.UUID | bytes
    uri: str = ""
    index: int = 0

    @property
    def is_by_index(self) -> bool:
        """True if the namespace is an index other than the fixed 0."""
        return not self.uri and self.index != 0


def parse_node(text: str) -> NodeAddress:
    """The node an address names; raises NodeAddressError in plain words."""
    body = text.strip()
    if not body:
        raise NodeAddressError("the address is empty")
    uri, index = "", 0
    if body.startswith("nsu="):
        uri, semicolon, body = body[4:].partition(";")
        if not semicolon or not uri:
            raise NodeAddressError(f"'{text}' has no identifier behind the namespace")
    elif body.startswith("ns="):
        number, semicolon, body = body[3:].partition(";")
        if not semicolon or not number.isdigit() or int(number) > 65_535:
            raise NodeAddressError(f"'{number}' is not a namespace index")
        index = int(number)
    kind, equals, raw = body.partition("=")
    if not equals or kind not in ("s", "i", "g", "b") or not raw:
        raise NodeAddressError(f"'{text}' is not an OPC UA address")
    return NodeAddress(kind, _identifier(kind, raw), uri, index)


def _identifier(kind: str, raw: str) -> str | int | uuid.UUID | bytes:
    if kind == "s":
        return raw
    if kind == "i":
        if not raw.isdigit() or int(raw) > 2**32 - 1:
            raise NodeAddressError(f"'{raw}' is not a numeric identifier")
        return int(raw)
    try:
        return uuid.UUID(raw) if kind == "g" else base64.b64decode(raw, validate=True)
    except (ValueError, binascii.Error):
        raise NodeAddressError(f"'{raw}' is not {'a GUID' if kind == 'g' else 'Base64'}") from None
