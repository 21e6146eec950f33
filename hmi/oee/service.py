"""The OEE service: follows machine states and counters, stores what happened, answers figures of any time.

It has no thread of its own: the station's evaluation thread calls `evaluate` about once a second.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import structlog

from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.model.equipment import Plant
from hmi.model.samples import SampleBatch
from hmi.model.timestamps import to_datetime, to_us
from hmi.oee import store
from hmi.oee.engine.figures import MICRO_STOP, Figures, figures, minor_stops, times_of
from hmi.oee.engine.intervals import Interval, joined
from hmi.oee.engine.tracker import Tracked, on_sample, on_time, resume
from hmi.oee.machines import Measured, line_point, measured
from hmi.oee.shifts import ShiftCalendar, ShiftRun
from hmi.oee.store import Point

if TYPE_CHECKING:
    from hmi.storage.database import Database

_log = structlog.get_logger("oee")

_KEPT_US: Final = 48 * 3_600_000_000
_FLUSH_US: Final = 5_000_000
_TRUSTED_SOURCE_TIME_US: Final = 60_000_000
FIGURE_TAGS: Final = ("oee", "availability", "performance", "quality", "coverage")
"""Figures published as tags `oee/<line>/<figure>`."""


@dataclass(frozen=True, slots=True)
class OeeView:
    """Figures of one line or machine, by the fields of the facade's `OeeItem`."""

    line: str
    machine: str
    shift: str
    from_us: int
    to_us: int
    state: str
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
    target: float
    warnings: list[str]
    shift_from_us: int
    shift_to_us: int
    ideal_rate_per_s: float


@dataclass(frozen=True, slots=True)
class SpanView:
    """A machine in one state, by the fields of the facade's `StateSpan`."""

    line: str
    machine: str
    from_us: int
    to_us: int | None
    state: int | None
    state_name: str
    state_class: str


class OeeService:
    """Everything measured in a plant. Safe to call from any thread; `evaluate` belongs to the evaluation thread.

    last_good_us: when a tag number was last received good, for sources that do not repeat an unchanged value.
    """

    def __init__(
        self,
        database: Database,
        plant: Plant,
        clock: Clock,
        last_good_us: Callable[[int], int | None] | None = None,
    ) -> None:
        self._database = database
        self._plant = plant
        self._clock = clock
        self._last_good_us = last_good_us
        self._zone = ZoneInfo(plant.timezone)
        tags = {tag.path: tag for tag in plant.tags}
        self._numbers = {path: tag.number for path, tag in tags.items()}
        self.shifts = ShiftCalendar(plant)
        self._measured = {one.point: one for one in measured(plant, tags)}
        self._by_number: dict[int, list[tuple[Measured, str]]] = {}
        for one in self._measured.values():
            for path in one.tags:
                if path in self._numbers:
                    self._by_number.setdefault(self._numbers[path], []).append((one, path))
        self._lock = threading.RLock()
        self._tracked: dict[Point, Tracked] = {point: Tracked() for point in self._measured}
        self._intervals: dict[Point, dict[int, Interval]] = {point: {} for point in self._measured}
        self._memory_from_us = 0
        self._dirty: dict[tuple[Point, int], Interval] = {}
        self._in_flight: dict[tuple[Point, int], Interval] = {}
        self._saving: Future[None] | None = None
        self._last_flush_us = 0
        self._conditions = ConditionLog(_log)

    def start(self) -> None:
        """Loads the last two days and goes on counting where it stopped; call once before the first `evaluate`."""
        now_us = self._clock.now_us()
        with self._database.reader() as connection, self._lock:
            self._memory_from_us = now_us - _KEPT_US
            for point, one in self._measured.items():
                kept = store.load(connection, point, self._memory_from_us, now_us + 1)
                self._intervals[point] = {interval.from_us: interval for interval in kept}
                newest = store.last(connection, point)
                if newest is not None:
                    self._tracked[point] = resume(one.rules, newest)
                    self._intervals[point][newest.from_us] = newest

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Stores what is open; call it before the writer stops. False if it could not be stored in time."""
        for _ in range(2):
            self._flush()
            with self._lock:
                saving = self._saving
            if saving is not None:
                try:
                    saving.exception(timeout_s)
                except TimeoutError:
                    return False
        with self._lock:
            return not self._dirty

    def evaluate(self, batch: SampleBatch | None = None) -> None:
        """Follows new samples in their order, lets time pass and stores what is due."""
        with self._lock:
            if batch is not None:
                self._feed(batch)
            self._pass_time()
            self._prune()
        if self._clock.monotonic_us() - self._last_flush_us >= _FLUSH_US:
            self._flush()

    def current(self, line: str) -> OeeView | None:
        """Figures of a line for the running shift; None outside shifts or if the line is not measured."""
        shift = self._running_shift(line)
        point = self._line_point(line)
        return self._shift_view(point, shift) if point is not None and shift is not None else None

    def figures(
        self,
        line: str = "",
        machine: str = "",
        shift: str = "current",
        from_us: int | None = None,
        to_us: int | None = None,
    ) -> list[OeeView]:
        """Figures of one machine, one line, or all lines: of a shift (`current last DATE/NAME`) or a range.

        Outside shifts `current` is the shift that ended last, named in the answer.
        """
        views: list[OeeView] = []
        for one in self._chosen(line, machine):
            if from_us is not None and to_us is not None:
                views.append(self._range_view(one, from_us, min(to_us, max(from_us, self._clock.now_us()))))
                continue
            run = self._shift(shift, one.line)
            if run is not None:
                views.append(self._shift_view(one, run))
        return views

    def states(self, line: str, machine: str, from_us: int, to_us: int) -> list[SpanView]:
        """State spans in time order of the chosen machines; empty line or machine = all."""
        spans: list[SpanView] = []
        for one in self._measured.values():
            if (line and one.line != line) or (machine and one.machine != machine):
                continue
            spans += self._spans(one, from_us, to_us)
        return sorted(spans, key=lambda span: (span.from_us, span.line, span.machine))

    def published(self) -> dict[str, float | None]:
        """Values of the tags `oee/<line>/<figure>` for the running shift; None where not available."""
        values: dict[str, float | None] = {}
        for line in self._plant.lines:
            if self._line_point(line.name) is None:
                continue
            view = self.current(line.name)
            for name in FIGURE_TAGS:
                values[f"oee/{line.name}/{name}"] = getattr(view, name) if view is not None else None
        return values

    def counts(self) -> dict[str, dict[str, int]]:
        """{line: counts of the running shift}, for metrics."""
        found: dict[str, dict[str, int]] = {}
        for line in self._plant.lines:
            view = self.current(line.name)
            if view is not None:
                found[line.name] = view.counts
        return found

    def _feed(self, batch: SampleBatch) -> None:
        statuses = batch.status.tolist()
        for index, number in enumerate(batch.tag.tolist()):
            for one, path in self._by_number.get(number, ()):
                t_us, received_us = int(batch.t_source_us[index]), int(batch.t_receive_us[index])
                if abs(t_us - received_us) > _TRUSTED_SOURCE_TIME_US:
                    t_us = received_us
                tracked, changed = on_sample(
                    one.rules, self._tracked[one.point], path, batch.scalar(index), statuses[index], t_us
                )
                self._take(one.point, tracked, changed)

    def _pass_time(self) -> None:
        now_us = self._clock.now_us()
        for point, one in self._measured.items():
            good_us = None
            if self._last_good_us is not None:
                number = self._numbers.get(one.rules.rules.state_tag)
                good_us = self._last_good_us(number) if number is not None else None
            tracked, changed = on_time(one.rules, self._tracked[point], now_us, good_us)
            self._take(point, tracked, changed)

    def _take(self, point: Point, tracked: Tracked, changed: list[Interval]) -> None:
        self._tracked[point] = tracked
        for interval in changed:
            self._intervals[point][interval.from_us] = interval
            self._dirty[point, interval.from_us] = interval

    def _prune(self) -> None:
        limit_us = self._clock.now_us() - _KEPT_US
        if limit_us - self._memory_from_us < _KEPT_US // 48:
            return
        self._memory_from_us = limit_us
        unsaved = self._dirty.keys() | self._in_flight.keys()
        for point, kept in self._intervals.items():
            self._intervals[point] = {
                begin: one for begin, one in kept.items() if one.to_us >= limit_us or (point, begin) in unsaved
            }

    def _flush(self) -> None:
        with self._lock:
            if self._saving is not None and not self._saving.done():
                return
            self._last_flush_us = self._clock.monotonic_us()
            if not self._dirty:
                return
            sent, self._dirty = self._dirty, {}
            self._in_flight = sent
            rows = [(key[0], interval) for key, interval in sent.items()]
        saving = self._database.writer.submit(lambda connection: store.save(connection, rows))
        with self._lock:
            self._saving = saving

        def on_done(future: Future[None]) -> None:
            fault = future.exception()
            with self._lock:
                self._in_flight = {}
            if fault is None:
                self._conditions.cleared("store", "OEE intervals are stored again")
                return
            self._conditions.raised("store", "OEE intervals cannot be stored; they are kept", reason=str(fault))
            with self._lock:
                self._dirty = {**sent, **self._dirty}

        saving.add_done_callback(on_done)

    def _chosen(self, line: str, machine: str) -> list[Measured]:
        if machine:
            found = [
                one for one in self._measured.values() if one.machine == machine and line in ("", one.line)
            ]  # fmt: skip
            if not found:
                raise PlantError(f"machine '{machine}' is not measured; it has no oee rules in plant.yaml")
            return found
        if line:
            point = self._line_point(line)
            if point is None:
                raise PlantError(f"line '{line}' is not measured; it has no oee rules in plant.yaml")
            return [point]
        points = [self._line_point(known.name) for known in self._plant.lines]
        return [point for point in points if point is not None]

    def _line_point(self, line: str) -> Measured | None:
        known = next((one for one in self._plant.lines if one.name == line), None)
        return line_point(known, self._measured.values()) if known is not None else None

    def _running_shift(self, line: str) -> ShiftRun | None:
        now_us = self._clock.now_us()
        return self._day(now_us, 0) if self.shifts.empty else self.shifts.at(now_us, line)

    def _shift(self, shift: str, line: str) -> ShiftRun | None:
        now_us = self._clock.now_us()
        if shift in ("current", "last"):
            if self.shifts.empty:
                return self._day(now_us, 0 if shift == "current" else -1)
            running = self.shifts.at(now_us, line) if shift == "current" else None
            return running or self.shifts.before(now_us, line)
        return self.shifts.named(shift, line)

    def _day(self, now_us: int, days: int) -> ShiftRun:
        day = to_datetime(now_us).astimezone(self._zone).date() + timedelta(days=days)
        begin = datetime.combine(day, time(), self._zone)
        end = datetime.combine(day + timedelta(days=1), time(), self._zone)
        return ShiftRun("day", day, to_us(begin), to_us(end))

    def _shift_view(self, one: Measured, run: ShiftRun) -> OeeView:
        to_us = max(run.from_us, min(run.to_us, self._clock.now_us()))
        return self._view(one, run.from_us, to_us, run)

    def _range_view(self, one: Measured, from_us: int, to_us: int) -> OeeView:
        return self._view(one, from_us, to_us, None)

    def _view(self, one: Measured, from_us: int, to_us: int, run: ShiftRun | None) -> OeeView:
        rules = one.rules.rules
        intervals = self._between(one.point, from_us - rules.micro_stop_us, to_us + rules.micro_stop_us)
        calendar = self.shifts.calendar(from_us, to_us, one.line)
        found: Figures = figures(times_of(intervals, from_us, to_us, calendar, rules.micro_stop_us))
        with self._lock:
            tracked = self._tracked[one.point]
        return OeeView(
            line=one.line,
            machine=one.machine,
            shift=run.label if run is not None else "",
            from_us=from_us,
            to_us=to_us,
            state=self._state_name(one, tracked.open),
            availability=found.availability,
            performance=found.performance,
            quality=found.quality,
            oee=found.oee,
            nee=found.nee,
            teep=found.teep,
            coverage=found.coverage,
            oee_if_unknown_down=found.oee_if_unknown_down,
            oee_if_unknown_run=found.oee_if_unknown_run,
            times_s=found.times_s,
            counts=found.counts,
            target=rules.target,
            warnings=found.warnings,
            shift_from_us=run.from_us if run is not None else from_us,
            shift_to_us=run.to_us if run is not None else to_us,
            ideal_rate_per_s=one.rules.rate(tracked.product),
        )

    def _between(self, point: Point, from_us: int, to_us: int) -> list[Interval]:
        with self._lock:
            kept = list(self._intervals[point].values())
            memory_from_us = self._memory_from_us
        inside = [one for one in kept if one.to_us >= from_us and one.from_us < to_us]
        if from_us >= memory_from_us:
            return inside
        with self._database.reader() as connection:
            stored = store.load(connection, point, from_us, to_us)
        newer = {one.from_us: one for one in inside}
        return list({**{one.from_us: one for one in stored}, **newer}.values())

    def _spans(self, one: Measured, from_us: int, to_us: int) -> list[SpanView]:
        micro_us = one.rules.rules.micro_stop_us
        merged = joined(
            interval
            for interval in self._between(one.point, from_us - micro_us, to_us + micro_us)
            if interval.length_us > 0
        )
        minor = minor_stops(merged, micro_us)
        with self._lock:
            current = self._tracked[one.point].open
        spans: list[SpanView] = []
        for index, interval in enumerate(merged):
            begin, end = max(from_us, interval.from_us), min(to_us, interval.to_us)
            if end <= begin:
                continue
            is_open = current is not None and current.to_us == interval.to_us and interval.to_us <= to_us
            spans.append(
                SpanView(
                    line=one.line,
                    machine=one.machine,
                    from_us=begin,
                    to_us=None if is_open else end,
                    state=interval.state,
                    state_name=self._state_name(one, interval),
                    state_class=MICRO_STOP if index in minor else interval.state_class.value,
                )
            )
        return spans

    def _state_name(self, one: Measured, interval: Interval | None) -> str:
        if interval is None or interval.state is None:
            return "unknown"
        return one.rules.rules.state_names.get(interval.state, f"state {interval.state}")
