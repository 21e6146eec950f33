"""Discrete: a bit, state or text equals the alarm value."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, unknown_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

_WORDS = {"true": 1, "yes": 1, "on": 1, "false": 0, "no": 0, "off": 0}


def alarm_value(limit: float | str | None, tag: TagDefinition | None) -> Scalar | None:
    """The value that means alarm: a number, the number behind a label, or a text; None if it cannot be told."""
    if limit is None:
        return 1 if tag is not None and tag.type == "bool" else None
    if isinstance(limit, int | float):
        return limit
    text = limit.strip()
    if tag is not None:
        for number, label in tag.labels.items():
            if label.casefold() == text.casefold():
                return number
        if tag.is_text:
            return text
    if text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    try:
        return float(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class DiscreteCondition:
    """True while the value equals the alarm value; shown with the configured word."""

    tag: str
    alarm_value: Scalar
    shown: float | str | None

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.tag,)

    def evaluate(self, situation: Situation) -> Verdict:
        reading = situation.reading(self.tag)
        if not reading.usable:
            return Verdict(None, None, reading.status, self.shown)
        return Verdict(reading.value == self.alarm_value, reading.value, reading.status, self.shown)


def build(definition: AlarmDefinition, tags: Tags) -> DiscreteCondition:
    """Compares with the number behind a label."""
    value = alarm_value(definition.limit, tags.get(definition.tag))
    return DiscreteCondition(definition.tag, 1 if value is None else value, definition.limit)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The tag exists and the limit is one of its values or labels."""
    problems = unknown_tag("tag", definition.tag, tags)
    tag = tags.get(definition.tag)
    if tag is not None and alarm_value(definition.limit, tag) is None:
        labels = ", ".join(tag.labels.values())
        expected = "a value or a label of the tag" + (f": {labels}" if labels else "")
        problems.append(Problem("limit", f"'{definition.limit}' is not a value of '{tag.path}'", expected))
    return problems


def kind(definition: AlarmDefinition) -> Kind:
    """An ordinary condition."""
    return Kind()
