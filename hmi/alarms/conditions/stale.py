"""Stale: no good value came for longer than the tag's timeout although its device answers (`domain.md` 4.4)."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, stale_source, unknown_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import GOOD


@dataclass(frozen=True, slots=True)
class StaleCondition:
    """True while the tag store calls the tag stale."""

    tag: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (stale_source(self.tag),)

    def evaluate(self, situation: Situation) -> Verdict:
        return Verdict(bool(situation.reading(stale_source(self.tag)).value), None, GOOD)


def build(definition: AlarmDefinition, tags: Tags) -> StaleCondition:
    """Watches the staleness of one tag."""
    return StaleCondition(definition.tag)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The tag exists."""
    return unknown_tag("tag", definition.tag, tags)


def kind(definition: AlarmDefinition) -> Kind:
    """Suppressed by design while the device does not answer."""
    return Kind(explained_by_device=True)
