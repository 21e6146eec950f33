"""What a tag is: its path, source, type, scaling, ranges and storage (`contract.md` 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

CALCULATED: Final = "calc"
"""Device name that marks a calculated tag; its address is the expression."""

RESERVED_ROOTS: Final = ("system", "oee", "analytics")
"""First path parts of values the station computes."""


class Store(StrEnum):
    """Which samples history keeps."""

    ALL = "all"
    CHANGE = "change"
    DEADBAND = "deadband"
    SWING = "swing"
    NO = "no"


class Access(StrEnum):
    """What may be done with the tag's source."""

    READ = "read"
    WRITE = "write"
    WRITE_ONLY = "write-only"
    MOMENTARY = "momentary"


@dataclass(frozen=True, slots=True)
class Scaling:
    """Raw to engineering units.

    Either value = raw * scale + offset, or raw_low..raw_high mapped on low..high when both raw ends are given.
    """

    scale: float = 1.0
    offset: float = 0.0
    raw_low: float | None = None
    raw_high: float | None = None
    low: float | None = None
    high: float | None = None
    clamp: bool = False


@dataclass(frozen=True, slots=True)
class TagDefinition:
    """One configured tag; the number is given by the database and is 0 until then.

    type: a name of `contract.md` 5 (`uint16`, `float32`, `string:8`, ...) or empty for "as the server says" (OPC UA).
    scan_us: 0 means the device's scan. low/high: engineering range; normal_low/high: band on indicators.
    labels: {integer: word}; bad_values: raw register patterns read as bad.
    """

    path: str
    device: str
    address: str
    number: int = 0
    type: str = ""
    order: str = "ABCD"
    scaling: Scaling = field(default_factory=Scaling)
    unit: str = ""
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    write_low: float | None = None
    write_high: float | None = None
    normal_low: float | None = None
    normal_high: float | None = None
    deadband: float = 0.0
    store: Store = Store.ALL
    scan_us: int = 0
    access: Access = Access.READ
    labels: dict[int, str] = field(default_factory=dict)
    bad_values: tuple[int, ...] = ()
    description: str = ""
    was: str = ""

    @property
    def is_calculated(self) -> bool:
        """True if the value comes from an expression over other tags."""
        return self.device == CALCULATED

    @property
    def is_text(self) -> bool:
        """True for string types."""
        return self.type.startswith("string")

    @property
    def is_stepped(self) -> bool:
        """True if the value holds between samples: bits, states and texts are drawn as steps."""
        return self.type == "bool" or self.is_text or bool(self.labels)
