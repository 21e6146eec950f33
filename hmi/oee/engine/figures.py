"""Times, factors and OEE of a range from intervals and the calendar (`domain.md` 2.1, 2.2, 2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Final

from hmi.model.equipment import StateClass
from hmi.oee.engine.intervals import Interval

MICRO_STOP: Final = "micro_stop"
LEAST_COVERAGE: Final = 0.9
_MINOR: Final = frozenset({StateClass.STOP, StateClass.WAITING, StateClass.STARVED, StateClass.BLOCKED})
"""Classes of which a short stop is a performance loss; breakdown and setup never are."""

_NOT_STANDING: Final = frozenset({StateClass.RUN, StateClass.PLANNED, StateClass.UNKNOWN})
_COUNTER_TOLERANCE: Final = 2

Range = tuple[int, int]


@dataclass(slots=True)
class Times:
    """The time model in microseconds (net and fully productive time may carry fractions). Sums of it may be divided."""

    calendar: float = 0
    not_scheduled: float = 0
    planned_stop: float = 0
    unplanned: float = 0
    setup: float = 0
    run: float = 0
    micro_stop: float = 0
    net_run: float = 0
    fully_productive: float = 0
    unknown: float = 0
    total: int = 0
    good: int = 0
    gap_total: int = 0
    gap_good: int = 0
    quarantined: int = 0
    outside: int = 0

    @property
    def apt(self) -> float:
        """Actual production time: run and micro-stops."""
        return self.run + self.micro_stop

    @property
    def pbt(self) -> float:
        """Planned busy time as far as it was observed."""
        return self.apt + self.unplanned + self.setup

    def add(self, other: Times) -> None:
        """Adds the times of another machine, shift or day: figures of several are made from sums, never averaged."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True, slots=True)
class Figures:
    """OEE and its factors as fractions, None = not available; times in seconds by the names of `contract.md` 7."""

    availability: float | None
    performance: float | None
    quality: float | None
    oee: float | None
    nee: float | None
    teep: float | None
    coverage: float | None
    oee_if_unknown_down: float | None
    oee_if_unknown_run: float | None
    times_s: dict[str, float]
    counts: dict[str, int]
    warnings: list[str] = field(default_factory=list)


def figures(times: Times) -> Figures:
    """Figures of summed times, by the rules for division by zero of `domain.md` 2.2."""
    pbt, apt = times.pbt, times.apt
    availability = _ratio(apt, pbt)
    performance = _ratio(times.net_run, apt)
    quality = _ratio(times.fully_productive, times.net_run) if apt else None
    oee = _ratio(times.fully_productive if apt else 0.0, pbt)
    nee = None
    if pbt and performance is not None:
        nee = (apt + times.setup) / pbt * performance * (quality or 0.0)
    elif pbt:
        nee = 0.0
    planned = pbt + times.unknown
    as_run = None
    if planned and performance is not None:
        as_run = (apt + times.unknown) / planned * performance * (quality or 0.0)
    if_down = _ratio(times.fully_productive, planned)
    if times.good < -_COUNTER_TOLERANCE:
        # more rejects than items: nothing that rests on good items can be said
        quality = oee = nee = as_run = if_down = None
    return Figures(
        availability=availability,
        performance=performance,
        quality=quality,
        oee=oee,
        nee=nee,
        teep=_ratio(times.fully_productive, times.calendar) if oee is not None else None,
        coverage=_ratio(pbt, planned),
        oee_if_unknown_down=if_down,
        oee_if_unknown_run=as_run,
        times_s=_seconds(times),
        counts={
            "total": times.total + times.gap_total,
            "good": times.good + times.gap_good,
            "reject": times.total + times.gap_total - times.good - times.gap_good,
            "in_gap": times.gap_total,
            "quarantined": times.quarantined,
        },
        warnings=_warnings(times, performance, pbt, planned),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _seconds(times: Times) -> dict[str, float]:
    by_name = {
        "calendar": times.calendar,
        "not_scheduled": times.not_scheduled,
        "planned_stop": times.planned_stop,
        "pbt": times.pbt,
        "unplanned": times.unplanned,
        "setup": times.setup,
        "apt": times.apt,
        "micro_stop": times.micro_stop,
        "speed_loss": times.run - times.net_run,
        "net_run": times.net_run,
        "quality_loss": times.net_run - times.fully_productive,
        "fully_productive": times.fully_productive,
        "unknown": times.unknown,
    }
    return {name: us / 1e6 for name, us in by_name.items()}


def _warnings(times: Times, performance: float | None, pbt: float, planned: float) -> list[str]:
    found: list[str] = []
    if performance is not None and performance > 1:
        found.append("performance above 100 %: the ideal rate is too slow or the count is wrong")
    if planned and pbt / planned < LEAST_COVERAGE:
        found.append(f"only {pbt / planned:.0%} of the planned time was observed")
    if times.good > times.total + _COUNTER_TOLERANCE:
        found.append("more good items than items: check the counters")
    if times.good < -_COUNTER_TOLERANCE:
        found.append("more rejects than items: quality and OEE are not known; check the counters")
    if times.total and not times.apt:
        found.append("items were counted although the machine never ran: check the states")
    if times.quarantined:
        found.append("a counter jumped; its items are not counted until a person has judged them")
    if times.outside:
        found.append(f"{times.outside} items were made outside scheduled time and are not part of the figures")
    return found


@dataclass(frozen=True, slots=True)
class Calendar:
    """Scheduled time and planned breaks inside it, both as sorted ranges that do not overlap.

    scheduled None: no shifts are configured, all time is scheduled.
    """

    scheduled: Sequence[Range] | None = None
    breaks: Sequence[Range] = ()


ALWAYS: Final = Calendar()


def times_of(
    intervals: Iterable[Interval], from_us: int, to_us: int, calendar: Calendar = ALWAYS, micro_stop_us: int = 0
) -> Times:
    """Sums up a range. Time without an interval is unknown; a planned break counts as busy only while it runs.

    Give intervals that reach beyond the range by the micro-stop threshold, so that a stop across its edge is judged
    by its whole length.
    """
    ordered = sorted((one for one in intervals if one.to_us >= one.from_us), key=lambda one: (one.from_us, one.to_us))
    minor = minor_stops(ordered, micro_stop_us)
    times = Times(calendar=to_us - from_us)
    cuts = _cuts(from_us, to_us, calendar)
    scheduled = _Cursor(calendar.scheduled)
    breaks = _Cursor(calendar.breaks)
    known_until = from_us
    for index, one in enumerate(ordered):
        if one.to_us < from_us or one.from_us >= to_us or (one.to_us == from_us and one.length_us > 0):
            continue
        begin = max(one.from_us, known_until)
        if begin > known_until:
            _unobserved(times, known_until, begin, cuts, calendar)
        end = min(one.to_us, to_us)
        for part in _parts(one, begin, end, cuts):
            _book(times, part, index in minor, scheduled, breaks, calendar)
        known_until = max(known_until, end)
    if known_until < to_us:
        _unobserved(times, known_until, to_us, cuts, calendar)
    return times


def minor_stops(ordered: Sequence[Interval], micro_stop_us: int) -> set[int]:
    """Positions of intervals that belong to a stop shorter than the threshold with only minor causes."""
    minor: set[int] = set()
    stretch: list[int] = []

    def close() -> None:
        if stretch and all(ordered[index].state_class in _MINOR for index in stretch):
            length = ordered[stretch[-1]].to_us - ordered[stretch[0]].from_us
            if length < micro_stop_us:
                minor.update(stretch)
        stretch.clear()

    for index, one in enumerate(ordered):
        apart = bool(stretch) and one.from_us > ordered[stretch[-1]].to_us
        if one.state_class in _NOT_STANDING or apart:
            close()
        if one.state_class not in _NOT_STANDING:
            stretch.append(index)
    close()
    return minor


class _Cursor:
    """Answers whether rising times lie in sorted ranges, in one pass."""

    def __init__(self, ranges: Sequence[Range] | None) -> None:
        self._ranges = ranges
        self._at = 0

    def holds(self, t_us: int) -> bool:
        if self._ranges is None:
            return True
        while self._at < len(self._ranges) and self._ranges[self._at][1] <= t_us:
            self._at += 1
        return self._at < len(self._ranges) and self._ranges[self._at][0] <= t_us


def _cuts(from_us: int, to_us: int, calendar: Calendar) -> list[int]:
    edges = {edge for pair in (*(calendar.scheduled or ()), *calendar.breaks) for edge in pair}
    return sorted(edge for edge in edges if from_us < edge < to_us)


def _parts(one: Interval, begin: int, end: int, cuts: Sequence[int]) -> Iterable[Interval]:
    if begin >= end:
        if one.length_us <= 0:
            yield one
        return
    edges = [begin, *(cut for cut in cuts if begin < cut < end), end]
    for left, right in pairwise(edges):
        part = one.cut(left, right)
        if part is not None:
            yield part


def _book(
    times: Times, part: Interval, is_minor: bool, scheduled: _Cursor, breaks: _Cursor, calendar: Calendar
) -> None:
    length = part.length_us
    if not scheduled.holds(part.from_us):
        times.not_scheduled += length
        times.outside += part.total + part.gap_total
        return
    runs = part.state_class is StateClass.RUN
    if part.state_class is StateClass.PLANNED or (not runs and breaks.holds(part.from_us)):
        times.planned_stop += length
    elif part.state_class is StateClass.UNKNOWN:
        times.unknown += length
    elif runs:
        times.run += length
    elif is_minor:
        times.micro_stop += length
    elif part.state_class is StateClass.SETUP:
        times.setup += length
    else:
        times.unplanned += length
    times.total += part.total
    times.good += part.good
    times.gap_total += part.gap_total
    times.gap_good += part.gap_good
    times.quarantined += part.quarantined
    times.net_run += part.total * 1e6 / part.ideal_rate_per_s
    times.fully_productive += part.good * 1e6 / part.ideal_rate_per_s


def _unobserved(times: Times, begin: int, end: int, cuts: Sequence[int], calendar: Calendar) -> None:
    scheduled, breaks = _Cursor(calendar.scheduled), _Cursor(calendar.breaks)
    edges = [begin, *(cut for cut in cuts if begin < cut < end), end]
    for left, right in pairwise(edges):
        if not scheduled.holds(left):
            times.not_scheduled += right - left
        elif breaks.holds(left):
            times.planned_stop += right - left
        else:
            times.unknown += right - left
