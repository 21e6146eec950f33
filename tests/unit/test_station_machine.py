from __future__ import annotations

from pathlib import Path

from hmi.station.machine import ClockWatch, read_machine
from tests.helpers.clock import ManualClock


def test_a_jump_of_the_wall_clock_is_seen_and_told_for_ten_minutes() -> None:
    clock, watch = ManualClock(), ClockWatch()

    def look() -> int:
        return watch.look(clock.now_us(), clock.monotonic_us())

    assert look() == 0
    clock.advance(3600)
    assert look() == 0
    clock.step_wall(1.9)
    assert look() == 0
    clock.step_wall(-60)
    assert look() == -60_000_000
    assert watch.problem(clock.monotonic_us()) == "the clock jumped back by 60.0 s"
    clock.advance(601)
    assert look() == 0
    assert watch.problem(clock.monotonic_us()) == ""


def test_figures_are_plausible(tmp_path: Path) -> None:
    figures = read_machine(tmp_path)
    assert figures.disk_free_ratio is not None
    assert figures.memory_used_ratio is not None
    assert figures.process_memory_bytes is not None
    assert 0 < figures.disk_free_ratio <= 1
    assert 0 < figures.memory_used_ratio < 1
    assert figures.process_memory_bytes > 1_000_000
