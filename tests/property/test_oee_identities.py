"""What must hold for any history of a machine: the identity of OEE, bounds, sums over cuts."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.model.equipment import OeeRules, StateClass
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.oee.engine.counters import delta
from hmi.oee.engine.figures import Calendar, Times, figures, times_of
from hmi.oee.engine.intervals import Interval
from hmi.oee.engine.tracker import MachineRules, Tracked, on_sample, on_time

S = 1_000_000


@st.composite
def histories(draw: st.DrawFn) -> list[Interval]:
    found: list[Interval] = []
    t_us = 0
    for _ in range(draw(st.integers(0, 25))):
        t_us += draw(st.sampled_from([0, 0, 0, 30 * S]))
        length = draw(st.integers(1, 900)) * S
        kind = draw(st.sampled_from(list(StateClass)))
        runs = kind is StateClass.RUN
        total = draw(st.integers(0, 1000)) if runs else 0
        good = draw(st.integers(0, total))
        rate = draw(st.sampled_from([0.5, 1.0, 10.0]))
        found.append(Interval(t_us, t_us + length, 1, kind, rate, total=total, good=good))
        t_us += length
    return found


def end_of(history: list[Interval]) -> int:
    return max((one.to_us for one in history), default=S)


calendars = st.lists(st.tuples(st.integers(0, 9000), st.integers(1, 3000)), max_size=4).map(
    lambda pairs: Calendar(breaks=[], scheduled=merge([(begin * S, (begin + length) * S) for begin, length in pairs]))
)


def merge(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    from hmi.oee.shifts import merged

    return merged(ranges)


@settings(max_examples=200, deadline=None)
@given(histories(), st.sampled_from([0, 60 * S, 300 * S, 10**12]), calendars)
def test_identity_and_bounds(history: list[Interval], threshold_us: int, calendar: Calendar) -> None:
    end = end_of(history)
    times = times_of(history, 0, end, calendar, threshold_us)
    parts = (
        times.not_scheduled + times.planned_stop + times.unknown
        + times.unplanned + times.setup + times.run + times.micro_stop
    )  # fmt: skip
    assert parts == end, "every microsecond is booked once"
    found = figures(times)
    for name in ("availability", "quality", "coverage"):
        value = getattr(found, name)
        assert value is None or 0 <= value <= 1 + 1e-12, name
    assert found.performance is None or found.performance >= 0
    if times.pbt:
        assert found.oee is not None
        if times.run:
            assert found.oee == pytest.approx(times.fully_productive / times.pbt)
        if found.availability is not None and found.performance is not None and found.quality is not None:
            assert found.oee == pytest.approx(found.availability * found.performance * found.quality)
    else:
        assert (found.availability, found.oee) == (None, None)


@settings(max_examples=100, deadline=None)
@given(histories())
def test_oee_does_not_depend_on_the_micro_stop_threshold(history: list[Interval]) -> None:
    found = [times_of(history, 0, end_of(history), micro_stop_us=limit) for limit in (0, 60 * S, 10**12)]
    if found[0].run:
        values = [figures(times).oee for times in found]
        assert values == [pytest.approx(values[0])] * 3


@settings(max_examples=100, deadline=None)
@given(histories(), st.lists(st.integers(0, 25_000), max_size=4))
def test_cut_ranges_sum_up_to_the_whole(history: list[Interval], cuts: list[int]) -> None:
    end = end_of(history)
    edges = sorted({0, end, *(cut * S for cut in cuts if cut * S < end)})
    total = Times()
    for begin, until in pairwise(edges):
        total.add(times_of(history, begin, until, micro_stop_us=300 * S))
    whole = times_of(history, 0, end, micro_stop_us=300 * S)
    assert (total.total, total.good) == (whole.total, whole.good), "no item is lost or counted twice at a boundary"
    assert (total.run, total.unknown, total.calendar) == (whole.run, whole.unknown, whole.calendar)


polls = st.lists(
    st.tuples(
        st.integers(1, 20),
        st.sampled_from([6, 6, 6, 2, 9, None]),
        st.integers(0, 30),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(polls, st.integers(0, 999))
def test_every_counted_item_is_booked_once(script: list[tuple[int, int | None, int, bool]], start: int) -> None:
    states = {6: StateClass.RUN, 2: StateClass.STOP, 9: StateClass.BREAKDOWN}
    machine = MachineRules(OeeRules("s", "t", 10.0, states, reject_tag="r", counter_modulus=1000), stale_us=12 * S)
    tracked = Tracked()
    made: dict[int, Interval] = {}
    t_us, counter, expected, readings = 0, start, 0, 0
    previous: tuple[int, int] | None = None
    for wait_s, state, items, counts in script:
        t_us += wait_s * S
        counter = (counter + items) % 1000
        feed = [("s", state, GOOD if state is not None else BAD_TIMEOUT)]
        if counts:
            feed.append(("t", counter, GOOD))
        for tag, value, status in feed:
            tracked, changed = on_sample(machine, tracked, tag, None if value is None else float(value), status, t_us)
            made.update({one.from_us: one for one in changed})
        tracked, changed = on_time(machine, tracked, t_us + S // 2)
        made.update({one.from_us: one for one in changed})
        if counts:
            if previous is not None and tracked.open is not None and readings:
                expected += delta(previous[1], counter, (t_us - previous[0]) / 1e6, 0.1, 1000).items
            previous = (t_us, counter)
            readings += 1 if tracked.open is not None else 0
    ordered = [made[key] for key in sorted(made)]
    assert sum(one.total + one.gap_total for one in ordered) <= expected + 1000
    for left, right in pairwise(ordered):
        assert left.to_us <= right.from_us or left.length_us == 0, "intervals do not overlap"
        assert left.to_us >= right.from_us, "and leave no hole"
    if script and all(state is not None for _, state, _, _ in script):
        assert sum(one.total + one.gap_total for one in ordered) == expected
