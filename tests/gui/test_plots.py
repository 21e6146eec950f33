"""Trends lose no peak, join no gap, and count days of 23 and 25 hours right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.facade.data import Gap, Series
from hmi.gui.plots.pane import TrendPane
from hmi.gui.plots.scales import fit, ticks
from hmi.gui.plots.series import append, gap_spans, points, value_at
from hmi.gui.plots.structs import AlarmMark, GapSpan, LimitLine, PaneState, PenState, TrendState
from hmi.gui.widgets.figures import age, figure, local, signed
from hmi.gui.widgets.painting.bars import nice_step
from hmi.gui.widgets.painting.sparks import polygon, reduce_columns, runs
from hmi.gui.widgets.painting.timelines import time_marks
from hmi.gui.widgets.structs import AlarmSymbolState
from hmi.model.timestamps import to_us
from tests.gui.pictures import dress, grey, picture, saturated_pixels

MINUTE = 60_000_000


@settings(max_examples=60, deadline=None)
@given(st.integers(300, 3000), st.integers(8, 120), st.randoms(use_true_random=False))
def test_no_peak_is_lost(count: int, columns: int, random: object) -> None:
    seed = random.randint(0, 2**31)  # type: ignore[attr-defined]
    values = np.random.default_rng(seed).normal(0, 1, count)
    values[seed % count] = 50.0
    values[(seed * 7) % count] = -50.0 if (seed * 7) % count != seed % count else 50.0
    t = np.linspace(0, 3600e6, count).astype(np.int64)
    x, y = reduce_columns(t, values, 0, 3_600_000_001, columns)
    assert y.max() == values.max()
    assert y.min() == values.min()
    assert (np.diff(x) >= -1e-12).all()
    assert len(x) <= max(4 * columns, 2 * columns)


def test_a_gap_is_never_joined() -> None:
    values = np.full(4000, 5.0)
    values[1000:1100] = np.nan
    t = np.arange(4000, dtype=np.int64) * 1_000_000
    x, y = reduce_columns(t, values, 0, 4_000_000_000, 200)
    assert np.isnan(y).any()
    assert len(runs(x, y, stepped=False)) == 2


def test_steps_have_corners_and_single_points_are_seen() -> None:
    (xs, ys), (single, _) = runs(np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 4.0, np.nan, 2.0]), stepped=True)
    assert list(zip(xs, ys, strict=True)) == [(0, 1), (1, 1), (1, 4)]
    assert len(single) == 2
    made = polygon(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert [(made.at(i).x(), made.at(i).y()) for i in range(2)] == [(1.0, 3.0), (2.0, 4.0)]


def test_a_min_max_answer_becomes_points_that_keep_its_extremes() -> None:
    series = Series("a", "", "minmax", [0, 10], [2.0, 3.0], [0, 0], [0.5, 3.0], [9.0, 3.0], [1.0, 3.0], [2.0, 3.0])
    t, value = points(series)
    assert value.tolist() == [1.0, 0.5, 9.0, 2.0, 3.0]
    assert t.tolist() == [0, 0, 0, 0, 10]


def test_bad_rows_are_gaps() -> None:
    _, value = points(Series("a", "", "raw", [0, 1, 2], [1.0, 2.0, None], [0, 0x80000000, 0]))
    assert np.isnan(value[1:]).all()
    assert value[0] == 1.0


def test_a_cursor_reads_what_is_drawn() -> None:
    pen = PenState("a", 0, np.array([0, 10, 20, 30]), np.array([0.0, 10.0, np.nan, 5.0]))
    assert value_at(pen, 5) == 5.0
    assert value_at(pen, 15) is None
    assert value_at(pen, 25) is None
    assert value_at(pen, 31) is None
    stepped = PenState("a", 0, np.array([0, 10]), np.array([1.0, 2.0]), stepped=True)
    assert value_at(stepped, 9) == 1.0


def test_live_points_follow_history_without_repeating_it() -> None:
    t, value = append(np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0]), np.array([2, 3, 4]), np.array([9.0, 9.0, 4.0]), 2)
    assert t.tolist() == [1, 2, 3, 4]
    assert value.tolist() == [1.0, 2.0, 3.0, 4.0]


def test_gaps_name_their_cause() -> None:
    gaps = [Gap("a", 0, None, "device_down", ""), Gap("b", 0, 1, "x", "")]
    assert gap_spans(gaps, "a", "Labeller") == (GapSpan(0, None, "Labeller: device down"),)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-19", 24)])
def test_axis_marks_stand_on_round_plant_hours(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    start = to_us(datetime.fromisoformat(day).replace(tzinfo=zone))
    marks = list(time_marks(start, start + hours * 60 * MINUTE, "Europe/Berlin", 13))
    assert all(local(mark, "Europe/Berlin").minute == 0 for mark in marks)
    assert local(marks[0], "Europe/Berlin").hour == 0
    assert marks == sorted(set(marks))
    assert local(marks[-1], "Europe/Berlin").hour == 0
    assert all(local(mark, "Europe/Berlin").hour % 2 == 0 for mark in marks)


def test_scales_are_round() -> None:
    assert nice_step(112, 6) == 20
    assert nice_step(0.7, 5) == pytest.approx(0.2)
    assert ticks(4.5, 7.5, 4) == [5, 6, 7]
    pen = PenState("a", 0, np.array([0, 1]), np.array([3.1, 8.7]))
    assert fit([pen]) == (2.0, 10.0)
    assert fit([pen], 0, 100) == (0, 100)
    low, high = fit([PenState("a", 0, np.array([0, 1]), np.array([np.nan, np.nan]))])
    assert high > low


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(107472, 0, "107\u2009472"), (-6.9, 1, "\u22126.9"), (-0.04, 1, "0.0"), (5.18, 2, "5.18"), (1e-3, None, "0.001")],
)
def test_figures(value: float, decimals: int | None, text: str) -> None:
    assert figure(value, decimals) == text


def test_ages_and_differences() -> None:
    assert [age(s) for s in (26, 2328, 9000, 260_000)] == ["0:26", "38:48", "2:30 h", "3 d"]
    assert signed(-6.9, 1) == "\u2212\u20096.9"
    assert signed(0.0, 1) == "0.0"


def _trend() -> TrendState:
    t = np.linspace(0, 60 * MINUTE, 600).astype(np.int64)
    values = 50 + 10 * np.sin(np.linspace(0, 20, 600))
    values[500:] = np.nan
    pane = PaneState(
        "Speed",
        0,
        100,
        (PenState("Filler", 0, t, values), PenState("State", 4, t, np.round(values / 50), stepped=True)),
        30,
        70,
        (LimitLine("Hi", 80.0),),
        gaps=(GapSpan(int(t[500]), None, "no answer"),),
    )
    marks = (AlarmMark(30 * MINUTE, AlarmSymbolState(2, True)),)
    return TrendState((pane,), 0, 60 * MINUTE, 60 * MINUTE, "UTC", marks, cursor_a_us=10 * MINUTE)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_a_trend_is_painted_in_both_themes(name: str, qapp: QApplication) -> None:
    dress(name)
    pane = TrendPane()
    pane.resize(700, 300)
    empty = grey(picture(pane))
    pane.set_state(_trend())
    full = picture(pane)
    assert (np.abs(grey(full) - empty) > 15).mean() > 0.02
    assert saturated_pixels(full) > 100
    assert "Filler" in pane.accessibleName()


def test_the_trend_asks_and_never_moves_by_itself(qtbot: object, qapp: QApplication) -> None:
    dress("light")
    pane = TrendPane()
    pane.resize(700, 300)
    pane.set_state(_trend())
    pane.show()
    asked: list[tuple[int, int]] = []
    moved: list[tuple[str, int]] = []
    pane.range_wanted.connect(lambda start, end: asked.append((start, end)))
    pane.cursor_moved.connect(lambda which, at: moved.append((which, at)))
    QTest.keyClick(pane, Qt.Key.Key_Plus)
    QTest.keyClick(pane, Qt.Key.Key_Right)
    QTest.keyClick(pane, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert asked[0] == (5 * MINUTE, 35 * MINUTE)
    assert asked[1][0] < 0
    assert moved[0][0] == "A"
    assert moved[0][1] > 10 * MINUTE
    assert pane.state.from_us == 0
    pane.deleteLater()
