"""Which shift is when: local wall time of the plant turned into UTC ranges (`domain.md` 2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hmi.base.errors import PlantError
from hmi.model.equipment import Break, Plant, Shift
from hmi.model.timestamps import to_datetime, to_us
from hmi.oee.engine.figures import Calendar, Range

_MINUTES_A_DAY: Final = 1_440


@dataclass(frozen=True, slots=True)
class ShiftRun:
    """One shift on one production day, which is the date it starts on. Times are UTC, `to` is exclusive.

    breaks: planned breaks inside it.
    """

    name: str
    day: date
    from_us: int
    to_us: int
    breaks: tuple[Range, ...] = ()

    @property
    def label(self) -> str:
        """`2026-01-02/early`, the form `--shift` takes."""
        return f"{self.day.isoformat()}/{self.name}"


class ShiftCalendar:
    """Shifts of a plant in its time zone, with holidays, rotation and breaks."""

    def __init__(self, plant: Plant) -> None:
        self._zone = ZoneInfo(plant.timezone)
        self._shifts = plant.shifts
        self._holidays = frozenset(date.fromisoformat(text) for text in plant.holidays)
        self._cycle: tuple[date, tuple[str, ...]] | None = None
        if plant.cycle is not None and plant.cycle[1]:
            self._cycle = (date.fromisoformat(plant.cycle[0]), plant.cycle[1])

    @property
    def empty(self) -> bool:
        """True if no shifts are configured: all time is scheduled then."""
        return not self._shifts

    def runs(self, from_us: int, to_us: int, line: str = "") -> list[ShiftRun]:
        """Shifts of a line that touch a range, in time order."""
        first = self._local_date(from_us) - timedelta(days=2)
        last = self._local_date(to_us) + timedelta(days=1)
        found = [
            run
            for run in self._every(first, last, line)
            if run.from_us < to_us and run.to_us > from_us
        ]  # fmt: skip
        return sorted(found, key=lambda run: (run.from_us, run.to_us, run.name))

    def at(self, t_us: int, line: str = "") -> ShiftRun | None:
        """The shift going on at a time; of overlapping ones the one that began last."""
        running = self.runs(t_us, t_us + 1, line)
        return running[-1] if running else None

    def before(self, t_us: int, line: str = "") -> ShiftRun | None:
        """The last shift that has ended by a time, up to 60 days back."""
        for days in (3, 14, 60):
            ended = [run for run in self.runs(t_us - days * 86_400_000_000, t_us, line) if run.to_us <= t_us]
            if ended:
                return max(ended, key=lambda run: run.to_us)
        return None

    def named(self, text: str, line: str = "") -> ShiftRun:
        """The shift of `DATE/NAME`; PlantError if there is none."""
        day_text, _, name = text.partition("/")
        try:
            day = date.fromisoformat(day_text)
        except ValueError:
            raise PlantError(f"'{text}' is not a shift; expected current, last or e.g. 2026-01-02/early") from None
        for run in self._every(day, day, line):
            if run.name == name:
                return run
        names = ", ".join(shift.name for shift in self._shifts) or "none"
        raise PlantError(f"there is no shift '{name}' on {day.isoformat()}; configured shifts: {names}")

    def calendar(self, from_us: int, to_us: int, line: str = "") -> Calendar:
        """Scheduled time and planned breaks of a range."""
        if self.empty:
            return Calendar()
        runs = self.runs(from_us, to_us, line)
        scheduled = merged([(run.from_us, run.to_us) for run in runs])
        return Calendar(scheduled, merged([pause for run in runs for pause in run.breaks]))

    def _every(self, first: date, last: date, line: str) -> Iterator[ShiftRun]:
        day = first
        while day <= last:
            if day not in self._holidays:
                for shift in self._shifts:
                    if self._works(shift, day) and (not line or not shift.lines or line in shift.lines):
                        yield self._run(shift, day)
            day += timedelta(days=1)

    def _works(self, shift: Shift, day: date) -> bool:
        if self._cycle is not None and shift.name in self._cycle[1]:
            start, pattern = self._cycle
            return pattern[(day - start).days % len(pattern)] == shift.name
        return day.weekday() in shift.days

    def _run(self, shift: Shift, day: date) -> ShiftRun:
        end_min = shift.end_min if shift.end_min > shift.start_min else shift.end_min + _MINUTES_A_DAY
        from_us, to_us = self._wall(day, shift.start_min), self._wall(day, end_min)
        pauses = [self._pause(shift, pause, day) for pause in shift.breaks if pause.planned]
        inside = [(max(begin, from_us), min(end, to_us)) for begin, end in pauses]
        return ShiftRun(shift.name, day, from_us, to_us, tuple(merged([one for one in inside if one[0] < one[1]])))

    def _pause(self, shift: Shift, pause: Break, day: date) -> Range:
        start_min = pause.start_min if pause.start_min >= shift.start_min else pause.start_min + _MINUTES_A_DAY
        begin = self._wall(day, start_min)
        return begin, begin + pause.length_us

    def _wall(self, day: date, minutes: int) -> int:
        # A wall time that the zone skips becomes the moment the clocks moved to; one it has twice is the first.
        wall = datetime.combine(day + timedelta(days=minutes // _MINUTES_A_DAY), time(), self._zone)
        minute = minutes % _MINUTES_A_DAY
        return to_us(wall.replace(hour=minute // 60, minute=minute % 60, fold=0).astimezone(UTC))

    def _local_date(self, t_us: int) -> date:
        return to_datetime(t_us).astimezone(self._zone).date()


def merged(ranges: Sequence[Range]) -> list[Range]:
    """The same times without overlaps, in order."""
    found: list[Range] = []
    for begin, end in sorted(ranges):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
