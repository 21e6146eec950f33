"""HiHi, Hi, Lo, LoLo: a value against a limit with a deadband (`domain.md` 1.4)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, is_number, unknown_tag
from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.problems import Problem
from hmi.model.quality import BAD_TYPE_MISMATCH

_LEVELS = {
    AlarmType.HIHI: Kind(depth=2, side=1),
    AlarmType.HI: Kind(depth=1, side=1),
    AlarmType.LO: Kind(depth=1, side=-1),
    AlarmType.LOLO: Kind(depth=2, side=-1),
}


def limit_tag(limit: float | str | None) -> str:
    """Path inside `{path}`; empty if the limit is not a tag."""
    if isinstance(limit, str) and limit.startswith("{") and limit.endswith("}"):
        return limit[1:-1].strip()
    return ""


def check_limit(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """Problems of a limit that must be a number or a tag, and of the deadband."""
    problems: list[Problem] = []
    path = limit_tag(definition.limit)
    if path:
        problems += unknown_tag("limit", path, tags)
    elif not isinstance(definition.limit, int | float) or not math.isfinite(definition.limit):
        problems.append(Problem("limit", f"'{definition.limit}' is not a limit", "a number or a tag in braces"))
    if definition.deadband < 0 or not math.isfinite(definition.deadband):
        problems.append(Problem("deadband", f"{definition.deadband} is no deadband", "a number of at least 0"))
    return problems


@dataclass(frozen=True, slots=True)
class LimitCondition:
    """On at the limit itself; off only strictly beyond limit and deadband."""

    tag: str
    limit: float
    limit_path: str
    deadband: float
    above: bool

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.tag, self.limit_path) if self.limit_path else (self.tag,)

    def evaluate(self, situation: Situation) -> Verdict:
        reading = situation.reading(self.tag)
        limit: float = self.limit
        if self.limit_path:
            source = situation.reading(self.limit_path)
            if not source.usable or not isinstance(source.value, int | float):
                return Verdict(None, reading.value, source.status)
            limit = float(source.value)
        value = reading.value
        if not reading.usable:
            return Verdict(None, None, reading.status, limit)
        if not is_number(value):
            return Verdict(None, value, BAD_TYPE_MISMATCH, limit)
        assert isinstance(value, int | float)
        if self.above:
            on = value >= limit or (situation.on and not value < limit - self.deadband)
        else:
            on = value <= limit or (situation.on and not value > limit + self.deadband)
        return Verdict(on, value, reading.status, limit)


def build(definition: AlarmDefinition, tags: Tags) -> LimitCondition:
    """The comparator of a hihi, hi, lo or lolo alarm."""
    path = limit_tag(definition.limit)
    limit = float(definition.limit) if isinstance(definition.limit, int | float) else 0.0
    return LimitCondition(definition.tag, limit, path, definition.deadband, _LEVELS[definition.type].side > 0)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The tag exists and is a number, the limit is a number or a tag."""
    problems = unknown_tag("tag", definition.tag, tags)
    tag = tags.get(definition.tag)
    if tag is not None and tag.is_text:
        problems.append(Problem("tag", f"'{tag.path}' is a text and has no limits", "a tag with a number"))
    return problems + check_limit(definition, tags)


def kind(definition: AlarmDefinition) -> Kind:
    """Depth and side of the level."""
    return _LEVELS[definition.type]
