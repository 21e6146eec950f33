"""Deviation: a value differs from its setpoint by a limit or more, blanked for a while after the setpoint moves."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, unknown_tag
from hmi.alarms.conditions.limits import check_limit, limit_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem


@dataclass(frozen=True, slots=True)
class DeviationCondition:
    """Compares the distance of tag and reference with the limit; while blanked the last answer holds."""

    tag: str
    reference: str
    limit: float
    deadband: float
    blank_us: int

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.tag, self.reference)

    def evaluate(self, situation: Situation) -> Verdict:
        reading, setpoint = situation.reading(self.tag), situation.reading(self.reference)
        memory: tuple[float, int] | None = situation.memory  # type: ignore[assignment]
        for one in (setpoint, reading):
            if not one.usable or not isinstance(one.value, int | float):
                return Verdict(None, reading.value, one.status, self.limit, memory)
        assert isinstance(reading.value, int | float)
        assert isinstance(setpoint.value, int | float)
        if memory is None:
            memory = (float(setpoint.value), situation.t_us - self.blank_us)
        elif memory[0] != setpoint.value:
            memory = (float(setpoint.value), situation.t_us)
        blank_left_us = memory[1] + self.blank_us - situation.t_us
        if blank_left_us > 0:
            return Verdict(situation.on, reading.value, reading.status, self.limit, memory, blank_left_us)
        distance = abs(reading.value - setpoint.value)
        on = distance >= self.limit or (situation.on and not distance < self.limit - self.deadband)
        return Verdict(on, reading.value, reading.status, self.limit, memory)


def build(definition: AlarmDefinition, tags: Tags) -> DeviationCondition:
    """`reference` is the setpoint's tag."""
    limit = float(definition.limit) if isinstance(definition.limit, int | float) else 0.0
    return DeviationCondition(
        definition.tag, definition.reference, limit, definition.deadband, definition.blank_us
    )  # fmt: skip


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """Both tags exist and the limit is a positive number."""
    problems = unknown_tag("tag", definition.tag, tags) + unknown_tag("reference", definition.reference, tags)
    if limit_tag(definition.limit):
        problems.append(Problem("limit", "the limit of a deviation is fixed", "a number above 0"))
    else:
        problems += check_limit(definition, tags)
        if isinstance(definition.limit, int | float) and definition.limit <= 0:
            problems.append(Problem("limit", f"{definition.limit} would always be exceeded", "a number above 0"))
    return problems


def kind(definition: AlarmDefinition) -> Kind:
    """An ordinary condition."""
    return Kind()
