"""System: a condition of the station itself, e.g. disk nearly full or the database not writable."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.builtin import SYSTEM_CONDITIONS
from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, system_source
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import GOOD


@dataclass(frozen=True, slots=True)
class SystemCondition:
    """True while the station reports the condition of this name."""

    name: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (system_source(self.name),)

    def evaluate(self, situation: Situation) -> Verdict:
        return Verdict(bool(situation.reading(system_source(self.name)).value), None, GOOD)


def build(definition: AlarmDefinition, tags: Tags) -> SystemCondition:
    """Watches the condition named in `tag`."""
    return SystemCondition(definition.tag)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The name is one the station reports."""
    if definition.tag in SYSTEM_CONDITIONS:
        return []
    names = ", ".join(SYSTEM_CONDITIONS)
    return [Problem("tag", f"the station has no condition '{definition.tag}'", f"one of {names}")]


def kind(definition: AlarmDefinition) -> Kind:
    """An ordinary condition."""
    return Kind()
