"""Published examples and the vectors of the specification for OEE; tables are read from the specification itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hmi.model.equipment import Break, OeeRules, Plant, Shift, StateClass
from hmi.model.timestamps import to_us
from hmi.oee.engine.counters import delta
from hmi.oee.engine.figures import Calendar, Figures, Times, figures, times_of
from hmi.oee.engine.intervals import Interval
from hmi.oee.engine.tracker import MachineRules, Tracked, on_sample
from hmi.oee.shifts import ShiftCalendar
from tests.helpers.counterparts import SHARED_DATA, need

SPECIFICATION = SHARED_DATA.parent / "domain.md"
MIN = 60_000_000
RUN, STOP, PLANNED, DOWN, UNKNOWN = (
    StateClass.RUN, StateClass.STOP, StateClass.PLANNED, StateClass.BREAKDOWN, StateClass.UNKNOWN,
)  # fmt: skip


def section(begin: str, end: str) -> str:
    need(SPECIFICATION.exists(), "the domain specification beside the project")
    return SPECIFICATION.read_text(encoding="utf-8").split(begin, 1)[1].split(end, 1)[0]


def day(*parts: tuple[StateClass, float, int, int], ict_s: float, start: int = 0) -> list[Interval]:
    """Intervals one after another: (class, minutes, total, good)."""
    found = []
    for kind, minutes, total, good in parts:
        end = start + round(minutes * MIN)
        found.append(Interval(start, end, 6, kind, 1 / ict_s, total=total, good=good))
        start = end
    return found


def measure(intervals: list[Interval], micro_stop_us: int = 0, calendar_us: int = 0) -> Figures:
    end = max(one.to_us for one in intervals)
    return figures(times_of(intervals, 0, max(end, calendar_us), micro_stop_us=micro_stop_us))


def percent(found: Figures) -> list[float | None]:
    parts = (found.availability, found.performance, found.quality, found.oee)
    return [None if part is None else round(part * 100, 2) for part in parts]


E1 = day((PLANNED, 60, 0, 0), (DOWN, 47, 0, 0), (RUN, 373, 19_271, 18_848), ict_s=1.0)


def test_e1_vorne() -> None:
    assert percent(measure(E1)) == [88.81, 86.11, 97.80, 74.79]


def test_e2_wikipedia() -> None:
    found = measure(day((DOWN, 60, 0, 0), (RUN, 390, 242, 221), ict_s=90.0))
    assert percent(found) == [86.67, 93.08, 91.32, 73.67]


def test_e3_unrounded() -> None:
    assert percent(measure(day((DOWN, 60, 0, 0), (RUN, 420, 400, 380), ict_s=60.0))) == [87.5, 95.24, 95.0, 79.17]


def test_e4_haltless() -> None:
    found = measure(day((DOWN, 72, 0, 0), (RUN, 408, 750, 720), ict_s=30.0))
    assert [None if part is None else round(part, 1) for part in percent(found)] == [85.0, 91.9, 96.0, 75.0]


def test_o1_aggregation_sums_times() -> None:
    second = day((DOWN, 180, 0, 0), (RUN, 300, 540, 500), ict_s=30.0)
    assert percent(measure(second)) == [62.5, 90.0, 92.59, 52.08]
    total = Times()
    total.add(times_of(E1, 0, 480 * MIN))
    total.add(times_of(second, 0, 480 * MIN))
    assert percent(figures(total)) == [74.78, 87.84, 95.42, 62.68]


def test_o2_two_products() -> None:
    first = day((RUN, 190, 1800, 1764), ict_s=6.0)
    second = day((RUN, 190, 800, 792), (DOWN, 100, 0, 0), ict_s=12.0, start=190 * MIN)
    assert percent(measure(first + second)) == [79.17, 89.47, 98.47, 69.75]


@pytest.mark.parametrize(
    ("threshold_min", "expected"), [(5, [91.67, 83.33, 98.0, 74.86]), (1, [86.67, 88.14, 98.0, 74.86])]
)
def test_o3_threshold_moves_loss_but_not_oee(threshold_min: int, expected: list[float]) -> None:
    parts: list[tuple[StateClass, float, int, int]] = [(STOP, 40, 0, 0), (RUN, 2, 0, 0)]
    for number in range(12):
        parts += [(STOP, 2, 0, 0), (RUN, 34.5, 1100 if number == 0 else 0, 1078 if number == 0 else 0)]
    assert sum(minutes for _, minutes, _, _ in parts) == 480
    assert percent(measure(day(*parts, ict_s=20.0), micro_stop_us=threshold_min * MIN)) == expected


def test_o4_gap() -> None:
    intervals = day((DOWN, 40, 0, 0), (RUN, 380, 700, 690), (UNKNOWN, 60, 0, 0), ict_s=30.0)
    intervals[-1] = replace(intervals[-1], gap_total=90, gap_good=88)
    found = measure(intervals)
    assert percent(found) == [90.48, 92.11, 98.57, 82.14]
    assert found.coverage == pytest.approx(0.875)
    assert round((found.oee_if_unknown_down or 0) * 100, 2) == 71.88
    assert found.counts == {"total": 790, "good": 778, "reject": 12, "in_gap": 90, "quarantined": 0}
    assert found.warnings == ["only 88% of the planned time was observed"]


def test_o5_teep() -> None:
    calendar = Calendar(scheduled=[(0, 480 * MIN)], breaks=[(0, 60 * MIN)])
    found = figures(times_of(E1, 0, 1440 * MIN, calendar))
    assert round((found.teep or 0) * 100, 2) == 21.81
    assert found.times_s["not_scheduled"] == 960 * 60
    assert percent(found) == [88.81, 86.11, 97.80, 74.79]


def test_a_missing_interval_is_unknown_never_down() -> None:
    found = figures(times_of([], 0, 480 * MIN))
    assert percent(found) == [None, None, None, None]
    assert (found.coverage, found.times_s["unknown"]) == (0.0, 480 * 60)


def test_division_by_zero() -> None:
    assert percent(measure(day((PLANNED, 60, 0, 0), ict_s=1.0))) == [None, None, None, None]
    assert percent(measure(day((DOWN, 60, 0, 0), ict_s=1.0))) == [0.0, None, None, 0.0]
    assert percent(measure(day((RUN, 60, 0, 0), ict_s=1.0))) == [100.0, 0.0, None, 0.0]


def test_performance_above_one_is_shown_with_a_warning() -> None:
    found = measure(day((RUN, 1, 120, 120), ict_s=1.0))
    assert found.performance == 2.0
    assert found.warnings == ["performance above 100 %: the ideal rate is too slow or the count is wrong"]


def counter_rows() -> list[list[str]]:
    table = section("### 2.4 Counters", "### 2.5")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if " -> " in line]
    return [row for row in rows if re.match(r"\d+ -> \d+", row[0])]


@pytest.mark.parametrize("position", range(6))
def test_counter_table(position: int) -> None:
    rows = counter_rows()
    assert len(rows) == 6
    readings, timing, modulus_text, result = rows[position]
    previous, now = (int(part) for part in readings.split(" -> "))
    dt_s, ideal_s = (float(part) for part in timing.split(","))
    modulus_text = modulus_text.split(" ", 1)[0]
    modulus = {"any": 65536, "2^32": 2**32}.get(modulus_text) or int(modulus_text)
    found = delta(previous, now, dt_s, ideal_s, modulus)
    match = re.match(r"(ROLLOVER|RESET|JUMP)? ?(\d+)", result)
    assert match
    assert (found.items, found.move.value) == (int(match[2]), (match[1] or "forward").lower())
    assert found.implausible == ("implausible" in result)
    assert bool(found.quarantined) == ("quarantined" in result)


RULES = MachineRules(OeeRules("state", "total", 1.0, {6: RUN, 2: STOP}, reject_tag="reject"), stale_us=30_000_000)


def boundary(states: list[tuple[int, int]]) -> tuple[int, int]:
    """Counts before and after 06:00:00 = second 10, from 1000 at 0 s to 1010 at 20 s."""
    tracked = Tracked()
    made: dict[int, Interval] = {}
    feed = [(t, "state", value) for t, value in states] + [(0, "total", 1000), (20, "total", 1010)]
    for t_s, tag, value in sorted(feed, key=lambda item: item[0]):
        tracked, changed = on_sample(RULES, tracked, tag, float(value), 0, t_s * 1_000_000)
        made.update({one.from_us: one for one in changed})
    before = times_of(made.values(), 0, 10_000_000)
    after = times_of(made.values(), 10_000_000, 20_000_000)
    return before.total, after.total


def test_count_over_a_shift_boundary_is_split_by_running_time() -> None:
    assert boundary([(0, 6)]) == (5, 5)
    assert boundary([(0, 2), (10, 6)]) == (0, 10)


NIGHT = Plant("p", "Europe/Berlin", shifts=(Shift("night", 22 * 60, 6 * 60),))


@pytest.mark.parametrize(
    ("label", "hours"), [("2026-03-28/night", 7), ("2026-10-24/night", 9), ("2026-01-10/night", 8)]
)
def test_night_shift_over_summer_time(label: str, hours: int) -> None:
    run = ShiftCalendar(NIGHT).named(label)
    assert run.to_us - run.from_us == hours * 3_600_000_000
    assert run.label == label


def wall(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC))


def test_current_last_break_holiday_and_lines() -> None:
    early = Shift(
        "early", 360, 840, days=(0, 1, 2, 3, 4), breaks=(Break(540, 30 * MIN), Break(700, MIN, planned=False))
    )
    late = Shift("late", 840, 1320, lines=("bottling",))
    calendar = ShiftCalendar(Plant("p", "Europe/Berlin", shifts=(early, late), holidays=("2026-01-06",)))
    now = wall("2026-01-05T09:10:00")
    current = calendar.at(now)
    assert current is not None
    assert current.label == "2026-01-05/early"
    assert current.breaks == ((wall("2026-01-05T09:00:00"), wall("2026-01-05T09:30:00")),)
    assert calendar.at(wall("2026-01-05T14:00:00"), "packing") is None
    last = calendar.before(now, "packing")
    assert last is not None
    assert last.label == "2026-01-02/early"
    assert calendar.runs(wall("2026-01-06T00:00:00"), wall("2026-01-07T00:00:00")) == []


def test_rotating_cycle() -> None:
    shifts = (Shift("early", 360, 840), Shift("late", 840, 1320))
    calendar = ShiftCalendar(Plant("p", "UTC", shifts=shifts, cycle=("2026-01-01", ("early", "late", "off"))))
    runs = calendar.runs(to_us(datetime(2026, 1, 1, tzinfo=UTC)), to_us(datetime(2026, 1, 7, tzinfo=UTC)))
    assert [run.label for run in runs] == [
        "2026-01-01/early", "2026-01-02/late", "2026-01-04/early", "2026-01-05/late",
    ]  # fmt: skip


def test_more_rejects_than_items_give_no_figure_of_quality() -> None:
    hour_us = 3_600_000_000
    times = Times(calendar=hour_us, run=hour_us, net_run=hour_us, total=1900, good=-93)
    found = figures(times)
    assert found.availability == 1.0
    assert (found.quality, found.oee, found.nee, found.teep) == (None, None, None, None)
    assert any("more rejects than items" in warning for warning in found.warnings)
