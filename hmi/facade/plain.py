"""Facade data to JSON and back, by the conventions of `contract.md` 1."""

from __future__ import annotations

import dataclasses
import math
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, Final, TypeVar, get_type_hints

from pydantic import TypeAdapter

from hmi.model.samples import EXACT_INTEGER
from hmi.model.timestamps import US_PER_S, iso, to_us

T = TypeVar("T")

_NON_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

_RENAMED: Final = {
    "alarm_class": "class",
    "state_from": "from",
    "state_to": "to",
    "p1": "1",
    "p2": "2",
    "p3": "3",
    "p4": "4",
}
"""Field names that Python keeps for itself or that cannot start with a digit."""


def number(value: float | int) -> float | int | str:
    """A JSON-safe number: non-finite floats and integers beyond 2^53 become text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_INTEGER else str(value)
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def to_plain(value: Any) -> Any:
    """JSON-ready form of a facade value: moments as ISO text under the name without `_us`, numbers safe."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        plain: dict[str, Any] = {}
        for field in dataclasses.fields(value):
            content = getattr(value, field.name)
            name = _RENAMED.get(field.name, field.name)
            if _is_duration(type(value), name):
                plain[f"{name[:-3]}_s"] = None if content is None else content / US_PER_S
            elif name.endswith("_us"):
                plain[name[:-3]] = _moments(content)
            else:
                plain[name] = to_plain(content)
        return plain
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(key): to_plain(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, int | float):
        return number(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def _is_duration(kind: Any, name: str) -> bool:
    """Configuration values (`hmi.model`) carry durations, front-end data moments; `t_` always marks a moment."""
    return name.endswith("_us") and kind.__module__.startswith("hmi.model.") and not name.startswith("t_")


def _moments(value: Any) -> Any:
    if isinstance(value, list):
        return [_moments(item) for item in value]
    if value is None or isinstance(value, str):
        return value
    return iso(value)


def from_plain(kind: type[T], plain: Any) -> T:
    """The facade value of a type from its JSON form; unknown keys are ignored. Raises ValueError if it does not fit."""
    return TypeAdapter(kind).validate_python(_restore(kind, plain))


def _restore(kind: Any, plain: Any) -> Any:
    present = [one for one in getattr(kind, "__args__", ()) if one is not type(None)]
    if isinstance(kind, UnionType) and len(present) == 1 and dataclasses.is_dataclass(present[0]):
        kind = present[0]
    origin = getattr(kind, "__origin__", None)
    bound: dict[Any, Any] = {}
    if dataclasses.is_dataclass(origin):
        bound = dict(zip(getattr(origin, "__parameters__", ()), kind.__args__, strict=True))
        kind = origin
    if dataclasses.is_dataclass(kind) and isinstance(plain, dict):
        restored: dict[str, Any] = {}
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            name = _RENAMED.get(field.name, field.name)
            if _is_duration(kind, name):
                seconds = plain.get(f"{name[:-3]}_s")
                restored[field.name] = None if seconds is None else round(seconds * US_PER_S)
            elif name.endswith("_us"):
                if name[:-3] in plain:
                    restored[field.name] = _microseconds(plain[name[:-3]])
            elif name in plain:
                restored[field.name] = _restore(_bind(hints[field.name], bound), plain[name])
        return restored
    arguments: tuple[Any, ...] = getattr(kind, "__args__", ())
    if isinstance(plain, list):
        inner = arguments[0] if arguments else Any
        return [_restore(inner, item) for item in plain]
    if isinstance(plain, dict):
        inner = arguments[1] if len(arguments) == 2 else Any
        return {key: _restore(inner, item) for key, item in plain.items()}
    if isinstance(plain, str) and plain in _NON_FINITE and float in (kind, *arguments):
        return _NON_FINITE[plain]
    return plain


def _bind(kind: Any, bound: dict[Any, Any]) -> Any:
    for variable in getattr(kind, "__parameters__", ()):
        if variable in bound:
            return kind[bound[variable]]
    return bound.get(kind, kind)


def _microseconds(value: Any) -> Any:
    if isinstance(value, list):
        return [_microseconds(item) for item in value]
    if isinstance(value, str):
        return to_us(datetime.fromisoformat(value))
    return value
