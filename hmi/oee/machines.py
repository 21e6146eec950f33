"""Which machines and lines are measured, and by which tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hmi.model.equipment import Line, OeeRules, Plant
from hmi.model.tags import TagDefinition
from hmi.oee.engine.tracker import MachineRules

_SHORTEST_STALE_US: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing measured: a machine of a line, or a line as one (empty machine)."""

    line: str
    machine: str
    rules: MachineRules

    @property
    def point(self) -> tuple[str, str]:
        """Line and machine."""
        return self.line, self.machine

    @property
    def tags(self) -> tuple[str, ...]:
        """Paths that feed it."""
        rules = self.rules.rules
        paths = (rules.state_tag, rules.mode_tag, rules.product_tag, rules.total_tag, rules.good_tag, rules.reject_tag)
        return tuple(path for path in paths if path)


def measured(plant: Plant, tags: Mapping[str, TagDefinition]) -> list[Measured]:
    """Everything with an OEE rule, in configured order."""
    scans = {device.name: device.scan_us for device in plant.devices}
    found: list[Measured] = []
    for line in plant.lines:
        rules = [("", line.oee)] if line.oee is not None else []
        rules += [(machine.name, machine.oee) for machine in line.machines if machine.oee is not None]
        for machine, rule in rules:
            if rule is not None:
                stale_us = _stale_us(rule, tags, scans)
                found.append(Measured(line.name, machine, MachineRules(rule, line.name, plant.products, stale_us)))
    return found


def line_point(line: Line, known: Iterable[Measured]) -> Measured | None:
    """Where a line's figure is measured: the line itself, else its constraint machine, else its only one."""
    own = {one.machine: one for one in known if one.line == line.name}
    if "" in own:
        return own[""]
    if line.constraint in own:
        return own[line.constraint]
    return next(iter(own.values()), None)


def _stale_us(rule: OeeRules, tags: Mapping[str, TagDefinition], scans: Mapping[str, int]) -> int:
    tag = tags.get(rule.state_tag)
    scan_us = (tag.scan_us or scans.get(tag.device, 0)) if tag is not None else 0
    return max(_SHORTEST_STALE_US, 3 * scan_us)
