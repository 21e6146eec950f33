"""What a formula reads and what it gives: values with quality."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from hmi.model.quality import GOOD
from hmi.model.samples import Scalar


class Kind(Enum):
    """Kind of a value as far as it is known before the plant runs."""

    NUMBER = "a number"
    BOOLEAN = "true or false"
    TEXT = "text"
    UNKNOWN = "a value the server decides"


@dataclass(frozen=True, slots=True)
class Operand:
    """One tag as a formula sees it.

    value: None when there is no usable value; status: StatusCode, bad for a stale tag; age_s: seconds since the last
    value came, None if none ever came.
    """

    value: Scalar | None
    status: int
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a formula gives; value is None exactly when the status is bad."""

    value: Scalar | None
    status: int = GOOD


def kind_of_type(type_name: str) -> Kind:
    """Kind of a tag type of `contract.md` 5; the empty type is decided by the server."""
    if type_name == "":
        return Kind.UNKNOWN
    if type_name == "bool":
        return Kind.BOOLEAN
    if type_name.startswith("string"):
        return Kind.TEXT
    return Kind.NUMBER
