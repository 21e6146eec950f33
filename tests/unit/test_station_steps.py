"""What the station does when its clock is set."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmi.station.machine import ClockWatch
from hmi.station.parts import Parts
from hmi.station.steps import EvaluationSteps
from tests.helpers.clock import EPOCH_US, ManualClock


@pytest.mark.parametrize(
    ("step_s", "gaps"),
    [
        (3600, [("*", EPOCH_US + 1_000_000, EPOCH_US + 3_601_000_000, "clock", "the clock was set forward")]),
        (-3600, []),
    ],
)
def test_a_set_clock_leaves_a_gap_where_time_is_missing_and_wakes_the_jobs(
    step_s: int, gaps: list[tuple[Any, ...]]
) -> None:
    clock, noted, woken, recorded = ManualClock(), [], [], []
    steps = EvaluationSteps()
    steps._parts = cast(
        Parts,
        SimpleNamespace(
            clock=clock,
            clock_watch=ClockWatch(),
            history=SimpleNamespace(note_gap=lambda *gap: noted.append(gap)),
            jobs=SimpleNamespace(clock_stepped=lambda: woken.append(True)),
            people=SimpleNamespace(record=lambda *row, **fields: recorded.append((*row, fields["new"]))),
        ),
    )
    steps._watch_clock()
    clock.advance(1)
    clock.step_wall(step_s)
    steps._watch_clock()
    steps._watch_clock()
    assert (noted, woken) == (gaps, [True])
    direction = "forward" if step_s > 0 else "back"
    assert recorded == [("CLOCK_STEPPED", "clock", f"3600.000 s {direction}")]
