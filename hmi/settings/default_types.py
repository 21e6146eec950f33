"""Type of a tag whose `type` cell is empty (`contract.md` 5)."""

from __future__ import annotations

import re
from typing import Final

_BIT: Final = re.compile(
    r"(?:coil|discrete|co|di):.*"  # tables of bits
    r"|[01]\d{4,5}|[01]x\d+"  # the same in five or six digits
    r"|.*\.\d{1,2}",  # a bit of a register
    re.IGNORECASE,
)


def default_type(driver: str, address: str) -> str:
    """`bool` for addresses of bits, empty where the server decides (OPC UA), else the protocol's plain number."""
    if driver == "opcua":
        return ""
    if driver == "replay":
        return "float64"
    return "bool" if _BIT.fullmatch(address.strip()) else "uint16"
