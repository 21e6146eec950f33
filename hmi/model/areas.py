"""Areas of a plant as rights and control are divided: configured areas, lines, and what else tags begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hmi.model.equipment import Plant

SYSTEM: Final = "system"
"""Area of the alarms on devices and on the station itself; a role may be limited to it, no place controls it."""

_COMPUTED: Final = (SYSTEM, "oee", "analytics")


def control_areas(plant: Plant) -> Mapping[str, str]:
    """The areas between which control is divided, with titles: areas, lines outside of any, and other roots of tags."""
    found = {area.name: area.title for area in plant.areas}
    inside = set()
    for line in plant.lines:
        if line.area:
            inside.add(line.name)
        else:
            found.setdefault(line.name, line.title)
    for tag in plant.tags:
        root = tag.path.partition("/")[0]
        if root not in inside and root not in _COMPUTED:
            found.setdefault(root, "")
    return found


def assignable_areas(plant: Plant) -> frozenset[str]:
    """Areas a role may be limited to: those of control, and every line."""
    return frozenset(control_areas(plant)) | {line.name for line in plant.lines} | {SYSTEM}
