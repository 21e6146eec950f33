"""Bad quality: the tag's StatusCode is bad for longer than 5 s, unless its device is down, which has its own alarm."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, unknown_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import GOOD, status_reason


@dataclass(frozen=True, slots=True)
class BadQualityCondition:
    """True while the reading cannot be used; never answers "cannot tell"."""

    tag: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.tag,)

    def evaluate(self, situation: Situation) -> Verdict:
        reading = situation.reading(self.tag)
        if reading.usable:
            return Verdict(False, reading.value, GOOD)
        return Verdict(True, status_reason(reading.status), reading.status)


def build(definition: AlarmDefinition, tags: Tags) -> BadQualityCondition:
    """Watches the quality of one tag."""
    return BadQualityCondition(definition.tag)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The tag exists."""
    return unknown_tag("tag", definition.tag, tags)


def kind(definition: AlarmDefinition) -> Kind:
    """Suppressed by design while the device does not answer."""
    return Kind(explained_by_device=True, default_on_delay_us=5_000_000)
