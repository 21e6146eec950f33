"""The design tokens of `resources/themes/tokens.json` as checked, frozen values. No Qt in here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from hmi.gui.theme.places import resources


@dataclass(frozen=True, slots=True)
class AlarmFill:
    """Look of one alarm priority. shape: `square`, `triangle_up`, `triangle_down` or `diamond`."""

    fill: str
    text: str
    shape: str
    name: str
    outline: str


@dataclass(frozen=True, slots=True)
class PenToken:
    """One of the eight trend pens. dash: empty = solid, else dash and gap in pen widths' worth of pixels."""

    colour: str
    dash: tuple[float, ...]
    width: float


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """One name of the type scale, in pixels at 100 %."""

    px: int
    line: int
    weight: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every value of one theme. Colours are `#RRGGBB` (shadow alone is `rgba()`); lengths are pixels at 100 %.

    alarm: by priority 1..4. size: scalars by name; the stepped sizes are `icon_sizes` and `symbol_sizes`.
    """

    name: str
    colour: Mapping[str, str]
    alarm: Mapping[int, AlarmFill]
    pens: tuple[PenToken, ...]
    type: Mapping[str, TypeStyle]
    family: str
    features: Mapping[str, int]
    unit_ratio: float
    glance_tracking: float
    space: Mapping[str, float]
    radius: Mapping[str, float]
    line: Mapping[str, float]
    size: Mapping[str, float]
    icon_sizes: tuple[int, ...]
    symbol_sizes: tuple[int, ...]
    compact: Mapping[str, float]
    motion: Mapping[str, float]


THEMES = ("light", "dark")


@cache
def load_tokens(name: str) -> Tokens:
    """Tokens of the theme `light` or `dark`; KeyError for another name."""
    document = json.loads((resources() / "themes" / "tokens.json").read_text(encoding="utf-8"))
    theme = document["themes"][name]
    type_scale = document["type"]
    size = document["size"]
    return Tokens(
        name=name,
        colour=MappingProxyType({key: str(entry["value"]) for key, entry in theme["colour"].items()}),
        alarm=MappingProxyType({int(key): AlarmFill(**entry) for key, entry in theme["alarm"].items()}),
        pens=tuple(PenToken(entry["value"], _dash(entry["dash"]), float(entry["width"])) for entry in theme["pens"]),
        type=MappingProxyType({key: TypeStyle(*entry) for key, entry in type_scale["scale"].items()}),
        family=type_scale["family"],
        features=MappingProxyType(dict(type_scale["features"])),
        unit_ratio=float(type_scale["unit_ratio"]),
        glance_tracking=float(type_scale["glance_tracking"]),
        space=_numbers(document["space"]),
        radius=_numbers(document["radius"]),
        line=_numbers(document["line"]),
        size=_numbers(size),
        icon_sizes=tuple(size["icon"]),
        symbol_sizes=tuple(size["symbol"]),
        compact=_numbers(document["compact"]),
        motion=_numbers(document["motion"]),
    )


def _numbers(section: Mapping[str, Any]) -> Mapping[str, float]:
    return MappingProxyType({key: value for key, value in section.items() if isinstance(value, int | float)})


def _dash(text: str) -> tuple[float, ...]:
    return () if text == "solid" else tuple(float(part) for part in text.split())
