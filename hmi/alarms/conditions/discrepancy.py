"""Discrepancy: a command and its feedback differ for longer than the travel time."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, unknown_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem


@dataclass(frozen=True, slots=True)
class DiscrepancyCondition:
    """True while feedback and command differ; the travel time is the on-delay."""

    command: str
    feedback: str

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.command, self.feedback)

    def evaluate(self, situation: Situation) -> Verdict:
        command, feedback = situation.reading(self.command), situation.reading(self.feedback)
        if not command.usable:
            return Verdict(None, feedback.value, command.status)
        if not feedback.usable:
            return Verdict(None, None, feedback.status)
        return Verdict(command.value != feedback.value, feedback.value, feedback.status)


def build(definition: AlarmDefinition, tags: Tags) -> DiscrepancyCondition:
    """`tag` is the command, `reference` the feedback."""
    return DiscrepancyCondition(definition.tag, definition.reference)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """Both tags exist."""
    return unknown_tag("tag", definition.tag, tags) + unknown_tag("reference", definition.reference, tags)


def kind(definition: AlarmDefinition) -> Kind:
    """`window` is the travel time unless an on-delay is given."""
    return Kind(default_on_delay_us=definition.window_us)
