"""How numbers are written: the shortest text that reads back to the same bits of the tag's type (`contract.md` 1)."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from hmi.model.samples import Scalar

_FLOATS: Final[dict[str, type[np.floating[Any]]]] = {
    "float16": np.float16,
    "float32": np.float32,
    "float64": np.float64,
}


def format_value(value: Scalar, value_type: str = "") -> str:
    """Text of a value: `true`, `75`, `0.1`, `NaN`, `Infinity`; `value_type` is a type name of `contract.md` 5.

    A float32 0.1 prints `0.1`; an integer type prints no decimal point unless its scaled value has a fraction.
    """
    if isinstance(value, str):
        return value
    if value_type == "bool" or isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return format_float(value, value_type)


def format_float(value: float, value_type: str = "float64") -> str:
    """Shortest decimal text of a float of the given width; whole numbers without a decimal point."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    width = _FLOATS.get(value_type, np.float64)
    with np.errstate(over="ignore"):
        narrow: np.floating[Any] = width(value)
    if not np.isfinite(narrow):
        narrow = np.float64(value)  # scaled beyond the type of the raw value
    if narrow == np.trunc(narrow) and abs(narrow) < 1e16:
        return np.format_float_positional(narrow, trim="-", unique=True)
    positional = np.format_float_positional(narrow, trim="-", unique=True)
    if 1e-5 <= abs(float(narrow)) < 1e16:
        return positional
    return np.format_float_scientific(narrow, trim="-", unique=True)
