"""Rate of change: how fast a value moved over a window, in units a minute."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, is_number, unknown_tag
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem
from hmi.model.quality import BAD_TYPE_MISMATCH

_KEPT_PER_WINDOW = 100
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class RateCondition:
    """A positive limit watches both directions, a negative one only a fall of at least that rate.

    The change is taken over the full window also while fewer than a window's samples exist, so that two samples
    close together cannot look like a steep ramp.
    """

    tag: str
    limit: float
    deadband: float
    window_us: int

    @property
    def sources(self) -> tuple[str, ...]:
        return (self.tag,)

    def evaluate(self, situation: Situation) -> Verdict:
        reading = situation.reading(self.tag)
        kept: tuple[tuple[int, float], ...] = situation.memory or ()  # type: ignore[assignment]
        if not reading.usable:
            return Verdict(None, None, reading.status, self.limit, kept)
        if not is_number(reading.value):
            return Verdict(None, reading.value, BAD_TYPE_MISMATCH, self.limit, kept)
        assert isinstance(reading.value, int | float)
        now, value = reading.t_us, float(reading.value)
        kept = tuple((t, v) for t, v in kept if now - self.window_us <= t < now)
        oldest = kept[0] if kept else None
        if oldest is None:
            return Verdict(False, 0.0, reading.status, self.limit, ((now, value),))
        rate = (value - oldest[1]) / self.window_us * _MINUTE_US
        if now - kept[-1][0] >= self.window_us // _KEPT_PER_WINDOW:
            kept = (*kept, (now, value))
        speed = abs(rate) if self.limit >= 0 else -rate
        limit = abs(self.limit)
        on = speed >= limit or (situation.on and not speed < limit - self.deadband)
        return Verdict(on, rate, reading.status, self.limit, kept)


def build(definition: AlarmDefinition, tags: Tags) -> RateCondition:
    """The limit is in units a minute."""
    limit = float(definition.limit) if isinstance(definition.limit, int | float) else math.inf
    return RateCondition(definition.tag, limit, definition.deadband, max(definition.window_us, 1))


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The tag exists, the limit is a number, the window is longer than nothing."""
    problems = unknown_tag("tag", definition.tag, tags)
    if not isinstance(definition.limit, int | float) or definition.limit == 0:
        problems.append(Problem("limit", f"'{definition.limit}' is no rate", "units a minute; negative = only falling"))
    if definition.window_us <= 0:
        problems.append(Problem("window", "the window is empty", "a duration, e.g. 10 s"))
    return problems


def kind(definition: AlarmDefinition) -> Kind:
    """An unchanged value ends a ramp, so equal samples matter."""
    return Kind(repeats_matter=True)
