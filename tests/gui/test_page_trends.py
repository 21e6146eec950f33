"""Trends: nothing is drawn that was not answered or heard, nothing is joined over a gap, no place is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from hmi.base.errors import PlantError
from hmi.facade.data import Gap, HistoryAnswer, HistoryQuery
from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Target
from hmi.gui.pages.trend.pens import PenSet, pen_name
from hmi.gui.pages.trend.picker import PenPicker
from hmi.gui.pages.trend.timespan import HOUR_US, TimeSpan
from hmi.gui.pages.trend.track import Track, broken, held
from hmi.gui.pages.trend.words import span_words
from hmi.gui.pages.trends import TrendsPage
from hmi.gui.plots.painting import Layout
from hmi.gui.plots.structs import GapSpan, PaneState, PenState
from hmi.model.quality import BAD_SENSOR_FAILURE
from hmi.model.tags import Store
from tests.gui.pictures import dress, picture
from tests.helpers.fake_facade import FakeFacade
from tests.helpers.fake_plant import LABELLER_SILENT_US, NOW_US, at

SPEEDS = ("line1/filler/speed", "line1/capper/speed", "line1/packer/speed", "line1/labeller/speed")
PRESSURE, FILL = "utilities/air/pressure", "line1/conveyor2/fill"
SECOND = 1_000_000


class Scene:
    """A page on the fake station whose clocks stand until `pass_time`."""

    def __init__(self, qtbot: Any, facade: FakeFacade) -> None:
        self.qtbot, self.facade = qtbot, facade
        self.seconds = [1000.0]
        self.bridge = Bridge(facade, monotonic=lambda: self.seconds[0])
        self.bridge.start()
        self.bridge._timer.stop()
        qtbot.waitUntil(lambda: self.bridge.is_ready, timeout=5000)
        self.page = TrendsPage(self.bridge)
        for part in (self.page.feed, self.page.feed._questions):
            part._monotonic = lambda: self.seconds[0]
        self.page.resize(1832, 956)
        self.page.show()

    def open(self, *tags: str, at_us: int | None = None) -> TrendsPage:
        self.page.show_target(Target(tags=tags, at_us=at_us))
        self.page.opened()
        self.settle()
        return self.page

    def settle(self) -> None:
        self.bridge.tick()
        self.bridge.tick()
        self.qtbot.waitUntil(lambda: self.page.feed.is_settled and self.page.cursors.is_settled, timeout=5000)
        self.bridge.tick()
        self.bridge.tick()
        self.qtbot.wait(1)

    def pass_time(self, seconds: float, ticks: int = 4) -> None:
        for _ in range(ticks):
            self.seconds[0] += seconds / ticks
            self.facade.advance(seconds / ticks)
            for path, tag in self.facade.tags_now.items():
                if not tag.stale:
                    self.facade.set_tag(path, tag.value, tag.status)
            self.bridge.tick()
            self.qtbot.wait(1)
        self.bridge.tick()
        self.qtbot.wait(1)

    def close(self) -> None:
        self.facade.release()
        self.bridge.stop()
        self.page.closed()
        shiboken6.delete(self.page)
        shiboken6.delete(self.bridge)

    def pen(self, name: str) -> PenState:
        return next(pen for pane in self.page.view.state.panes for pen in pane.pens if pen.name == name)

    def pane(self, name: str) -> PaneState:
        return next(pane for pane in self.page.view.state.panes if any(pen.name == name for pen in pane.pens))

    @property
    def asked(self) -> list[HistoryQuery]:
        return self.facade.history_queries  # type: ignore[attr-defined, no-any-return]


class Station(FakeFacade):
    """Remembers what history was asked, and may answer otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.history_queries: list[HistoryQuery] = []
        self.change: Callable[[HistoryQuery, HistoryAnswer], HistoryAnswer] | None = None

    def history(self, query: HistoryQuery) -> Any:
        self.history_queries.append(query)
        if self.change is None:
            return super().history(query)
        change, plain = self.change, super().history(query).result() if "history" not in self._stalled else None
        return self._answer("history", lambda: change(query, plain or HistoryAnswer([], [])))


@pytest.fixture
def scene(qtbot: Any) -> Iterator[Scene]:
    dress("light")
    made = Scene(qtbot, Station())
    yield made
    made.close()


# pure parts


def test_a_line_is_never_joined_over_a_gap() -> None:
    t_us, value = np.array([0, 10, 20, 90, 100], np.int64), np.array([1.0, 2, 3, 4, 5])
    times, values = broken(t_us, value, [GapSpan(25, 80)])
    assert times.tolist() == [0, 10, 20, 25, 90, 100]
    assert np.isnan(values[3])
    assert broken(t_us, value, [GapSpan(100, None)])[1].tolist() == [1.0, 2, 3, 4, 5]


def test_a_track_takes_history_over_what_was_heard_live() -> None:
    track = Track()
    for second in range(1, 6):
        assert track.add_live(second * SECOND, float(second))
    assert not track.add_live(3 * SECOND, 9.0)
    stored = np.array([1, 2], np.int64) * SECOND
    track.replace(stored, np.array([10.0, 20.0]), asked_us=5 * SECOND)
    times, values = track.points()
    assert (times // SECOND).tolist() == [1, 2, 3, 4, 5]
    assert values.tolist() == [10.0, 20.0, 3.0, 4.0, 5.0]
    track.answer(np.array([2, 3, 4, 5], np.int64) * SECOND, np.full(4, 7.0), 2 * SECOND, 9 * SECOND)
    assert track.points()[1].tolist() == [10.0, 7.0, 7.0, 7.0, 7.0]
    assert track.at(int(2.5 * SECOND)) == 7.0
    assert track.at(0) is None
    assert track.at(int(2.5 * SECOND), [GapSpan(2 * SECOND, 3 * SECOND)]) is None


def test_a_held_value_is_drawn_up_to_its_break() -> None:
    t_us, value = np.array([0, 50, 80, 90], np.int64), np.array([1.0, np.nan, 2.0, 2.0])
    times, values = held(t_us, value)
    assert times.tolist() == [0, 50, 50, 80, 90]
    assert values[:2].tolist() == [1.0, 1.0]
    assert np.isnan(values[2])
    assert held(t_us[2:], value[2:])[1].tolist() == [2.0, 2.0]
    assert len(held(t_us[:0], value[:0])[0]) == 0


def test_a_pen_keeps_its_number() -> None:
    pens = PenSet()
    for index in range(8):
        assert pens.add(f"a/{index}")
    assert not pens.add("a/9")
    assert not pens.add("a/3")
    pens.remove("a/2")
    assert pens.slot("a/3") == 3
    assert pens.add("a/9")
    assert pens.slot("a/9") == 2
    pens.selected = "a/9"
    pens.remove("a/9")
    assert pens.selected in pens


def test_live_and_hold_keep_the_place_of_each_other() -> None:
    now, time = 100 * HOUR_US, TimeSpan()
    time.follow(now)
    assert (time.from_us, time.to_us) == (now - HOUR_US, now)
    time.set_live(False, now)
    time.follow(now + HOUR_US)
    assert time.to_us == now
    time.set_span(8 * HOUR_US, now, None)
    assert (time.live, time.to_us) == (False, now)
    time.move(time.from_us - HOUR_US, time.to_us - HOUR_US, now)
    assert (time.live, time.to_us) == (False, now - HOUR_US)
    time.move(time.from_us + 2 * HOUR_US, time.to_us + 2 * HOUR_US, now)
    assert (time.live, time.to_us) == (True, now)
    time.set_span(HOUR_US, now)
    assert (time.live, time.from_us) == (True, now - HOUR_US)
    time.go_to(now - 30 * HOUR_US, now)
    assert not time.live
    assert time.from_us < now - 30 * HOUR_US < time.to_us


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.25, "0.250 s"),
        (12, "12 s"),
        (612, "10 min 12 s"),
        (3600, "1 h"),
        (11_100, "3 h 05 min"),
        (187_200, "2 d 4 h"),
    ],
)
def test_lengths_in_words(seconds: float, words: str) -> None:
    assert span_words(round(seconds * 1e6)) == words


# the page


def test_one_unit_a_pane_with_band_limits_and_setpoint(scene: Scene) -> None:
    page = scene.open(*SPEEDS, PRESSURE, FILL)
    state = page.view.state
    assert [len(pane.pens) for pane in state.panes] == [4, 1, 1]
    assert [(line.name, line.value) for line in scene.pane("Air pressure").limits] == [("LoLo", 5.2), ("Lo", 5.8)]
    air = scene.pane("Air pressure")
    assert (air.band_low, air.band_high) == (6.3, 7.0)
    assert air.low < 5.18
    assert air.high > 7.0
    speed = scene.pane("Filler speed")
    assert speed.setpoint is not None
    assert speed.setpoint.value[-1] == 560
    assert "normal range of Filler speed" in speed.title
    assert scene.pen("Labeller speed").name == pen_name(
        scene.bridge.plant, next(tag for tag in scene.bridge.plant.tags if tag.path == SPEEDS[3])
    )
    assert state.to_us - state.from_us == HOUR_US
    assert state.to_us == NOW_US


def test_a_silent_device_leaves_a_gap_with_its_cause(scene: Scene) -> None:
    scene.open(*SPEEDS)
    pane = scene.pane("Labeller speed")
    gap = next(gap for gap in pane.gaps if gap.to_us is None)
    assert gap.from_us == LABELLER_SILENT_US
    assert gap.cause == "labeller: no answer since 10:37:52"
    labeller = scene.pen("Labeller speed")
    known = labeller.t_us[~np.isnan(labeller.value)]
    assert known[-1] <= LABELLER_SILENT_US
    assert not labeller.live
    assert scene.pen("Filler speed").live
    scene.pass_time(8)
    labeller = scene.pen("Labeller speed")
    assert labeller.t_us[~np.isnan(labeller.value)][-1] <= LABELLER_SILENT_US
    assert scene.pen("Filler speed").t_us[-1] > NOW_US + 4 * SECOND


def test_a_closed_gap_is_named_and_not_crossed(scene: Scene) -> None:
    begin, end = at("10:10:00"), at("10:15:00")

    def with_gap(query: HistoryQuery, answer: HistoryAnswer) -> HistoryAnswer:
        series = []
        for item in answer.series:
            keep = [i for i, t in enumerate(item.t_us) if not begin < t < end]
            series.append(
                replace(
                    item,
                    t_us=[item.t_us[i] for i in keep],
                    value=[item.value[i] for i in keep],
                    status=[item.status[i] for i in keep],
                )
            )
        gaps = [Gap(path, begin, end, "disk_full", "") for path in query.paths]
        return HistoryAnswer(series, [*answer.gaps, *gaps])

    scene.facade.change = with_gap  # type: ignore[attr-defined]
    scene.open(PRESSURE)
    pen = scene.pen("Air pressure")
    inside = (pen.t_us >= begin) & (pen.t_us <= end)
    assert np.isnan(pen.value[inside]).any()
    assert not (~np.isnan(pen.value[(pen.t_us > begin) & (pen.t_us < end)])).any()
    assert "disk full, recording paused" in [gap.cause for gap in scene.pane("Air pressure").gaps]


def test_bad_values_break_the_line(scene: Scene) -> None:
    scene.open(PRESSURE)
    scene.pass_time(1)
    scene.facade.set_tag(PRESSURE, status=BAD_SENSOR_FAILURE)
    scene.bridge.tick()
    scene.pass_time(2)
    gaps = scene.pane("Air pressure").gaps
    assert any(gap.to_us is None and gap.cause.startswith("sensor fault since") for gap in gaps)
    assert np.isnan(scene.pen("Air pressure").value[-1])


def test_states_and_bits_are_steps(scene: Scene) -> None:
    scene.open("line1/filler/jam", "line1/filler/state", PRESSURE)
    assert [len(pane.pens) for pane in scene.page.view.state.panes] == [1, 1, 1]
    assert scene.pen("Filler jam").stepped
    assert not scene.pen("Air pressure").stepped
    assert scene.pane("Filler jam").words == ((0.0, "off"), (1.0, "on"))
    assert scene.pane("Air pressure").words == ()
    low, high = scene.pane("Filler jam").low, scene.pane("Filler jam").high
    assert low < 0 < 1 < high


def test_raw_samples_or_minima_and_maxima_are_named(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    assert "raw samples per pen" in page.chart.foot.spoken()
    page._range_chosen("7d")
    scene.settle()
    assert "min/max of" in page.chart.foot.spoken()
    assert "raw" not in page.chart.foot.spoken()
    assert scene.asked[-1].mode in ("minmax", "raw")
    assert any(query.mode == "minmax" for query in scene.asked)


def test_an_answer_that_was_cut_is_not_taken_for_all(scene: Scene) -> None:
    scene.facade.change = lambda query, answer: (  # type: ignore[attr-defined]
        replace(answer, next="0_5_1") if query.mode == "raw" else answer
    )
    page = scene.open(PRESSURE)
    assert [query.mode for query in scene.asked][:2] == ["raw", "minmax"]
    assert "min/max of" in page.chart.foot.spoken()


def test_live_moves_and_hold_does_not(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    scene.pass_time(60)
    assert page.view.state.to_us >= NOW_US + 59 * SECOND
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    held = page.view.state.from_us, page.view.state.to_us
    scene.pass_time(60)
    assert (page.view.state.from_us, page.view.state.to_us) == held
    assert not page.time.live
    QTest.keyClick(page.view, Qt.Key.Key_Space)
    assert page.view.state.to_us >= NOW_US + 119 * SECOND


def test_zoom_and_pan_leave_live_and_come_back(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    QTest.keyClick(page.view, Qt.Key.Key_Plus)
    assert page.view.state.to_us - page.view.state.from_us == HOUR_US // 2
    assert page.time.live
    page.view.range_wanted.emit(page.view.state.from_us - HOUR_US, page.view.state.to_us - HOUR_US)
    assert not page.time.live
    assert page.view.state.to_us == NOW_US - HOUR_US
    QTest.keyClick(page.view, Qt.Key.Key_Minus)
    assert page.view.state.to_us - page.view.state.from_us == HOUR_US
    assert not page.time.live
    page.view.range_wanted.emit(NOW_US - HOUR_US + SECOND, NOW_US + SECOND)
    assert page.time.live
    assert page.view.state.to_us == NOW_US


def test_only_the_newest_question_counts(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    before = page.feed._loaded
    scene.facade.stall("history")
    asked = len(scene.asked)
    for hours in range(2, 30, 2):
        page._move(NOW_US - hours * HOUR_US, NOW_US - (hours - 1) * HOUR_US)
    scene.qtbot.waitUntil(lambda: len(scene.asked) > asked, timeout=2000)
    scene.qtbot.wait(200)
    assert len(scene.asked) - asked <= 2
    page._move(NOW_US - 50 * HOUR_US, NOW_US - 49 * HOUR_US)
    scene.qtbot.waitUntil(lambda: scene.asked[-1].to_us < NOW_US - 40 * HOUR_US, timeout=2000)
    assert page.feed._loaded == before
    scene.facade.release("history")
    scene.settle()
    assert page.feed._loaded is not None
    assert page.feed._loaded[0] <= NOW_US - 50 * HOUR_US
    pen = scene.pen("Air pressure")
    assert pen.t_us[0] <= NOW_US - 50 * HOUR_US + 60 * SECOND
    assert pen.t_us[-1] < NOW_US - 48 * HOUR_US


def test_a_late_answer_to_an_older_question_is_dropped(scene: Scene) -> None:
    questions = scene.page.feed._questions
    taken: list[str] = []
    older: Future[str] = Future()
    newer: Future[str] = Future()
    assert older.set_running_or_notify_cancel()
    questions.send("whole", older, taken.append)
    questions.send("whole", newer, taken.append)
    newer.set_result("newer")
    scene.qtbot.waitUntil(lambda: bool(taken), timeout=2000)
    older.set_result("older")
    scene.qtbot.wait(30)
    assert taken == ["newer"]
    waiting: Future[str] = Future()
    questions.send("whole", waiting, taken.append)
    questions.drop_all()
    assert waiting.cancelled()
    assert not questions.is_open()


def test_a_stalled_history_is_named_while_live_goes_on(scene: Scene) -> None:
    scene.facade.stall("history")
    page = scene.page
    page.show_target(Target(tags=(PRESSURE,)))
    page.opened()
    scene.qtbot.waitUntil(lambda: bool(scene.asked), timeout=2000)
    scene.pass_time(5, ticks=10)
    scene.pass_time(5, ticks=10)
    assert page.chart.notice.spoken() == "History does not answer yet. Live values go on."
    pen = scene.pen("Air pressure")
    assert pen.t_us[-1] >= NOW_US + 8 * SECOND
    assert pen.t_us[0] >= NOW_US
    assert "history not read" in [gap.cause for gap in scene.pane("Air pressure").gaps]
    scene.facade.release("history")
    scene.settle()
    scene.pass_time(1)
    assert page.chart.notice.spoken() == ""
    assert scene.pen("Air pressure").t_us[0] < NOW_US - 3000 * SECOND


def test_a_refusing_history_is_named(scene: Scene) -> None:
    def refuse(query: HistoryQuery, answer: HistoryAnswer) -> HistoryAnswer:
        raise PlantError("the history is being restored")

    scene.facade.change = refuse  # type: ignore[attr-defined]
    page = scene.open(PRESSURE)
    scene.pass_time(2)
    assert page.chart.notice.spoken() == ("History cannot be read: the history is being restored. Live values go on.")


def test_an_unread_journal_does_not_pass_for_no_alarms(scene: Scene) -> None:
    scene.facade.stall("journal")
    page = scene.page
    page.show_target(Target(tags=(PRESSURE,)))
    page.opened()
    scene.qtbot.waitUntil(lambda: bool(scene.asked), timeout=2000)
    scene.pass_time(4, ticks=20)
    assert "journal is not read" in page.chart.notice.spoken()


def test_alarms_stand_on_the_line_and_take_the_cursor(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    marks = page.view.state.marks
    assert marks is not None
    assert at("10:31:40") in [mark.t_us for mark in marks]
    page._move_cursor("A", at("10:31:40"))
    page._move_cursor("B", at("10:41:52"))
    assert "Compressor 2 tripped" in page.side._at_a.spoken()
    assert page.side._apart.spoken() == "B − A   10 min 12 s"
    row = page.side.legend.state.rows[0]
    assert (row.a, row.b, row.difference) == ("6.66", "5.21", "−\u20091.45")


def test_cursor_values_are_stored_samples_also_between_minima_and_maxima(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    page._range_chosen("7d")
    scene.settle()
    page._move_cursor("A", at("10:31:40") - 20 * HOUR_US)
    assert page.side.legend.state.rows[0].a == "…"
    scene.settle()
    assert scene.asked[-1].mode == "at"
    assert scene.asked[-1].to_us == at("10:31:40") - 20 * HOUR_US
    assert page.side.legend.state.rows[0].a not in ("…", "----", "")


def test_a_cursor_in_a_gap_has_no_value(scene: Scene) -> None:
    page = scene.open(*SPEEDS)
    page._move_cursor("A", at("10:30:00"))
    page._move_cursor("B", at("10:40:00"))
    row = page.side.legend.state.rows[3]
    assert row.name == "Labeller speed"
    assert (row.b, row.difference) == ("----", "----")
    assert row.a not in ("", "----")


def test_tags_that_are_not_stored_say_so(scene: Scene) -> None:
    tags = tuple(replace(tag, store=Store.NO) if tag.path == PRESSURE else tag for tag in scene.bridge.plant.tags)
    scene.facade.plant_value = replace(scene.facade.plant_value, tags=tags)
    scene.facade._emit("configuration")
    scene.facade.change = lambda query, answer: HistoryAnswer([], [])  # type: ignore[attr-defined]
    scene.qtbot.waitUntil(
        lambda: (known := scene.bridge.definition(PRESSURE)) is not None and known.store is Store.NO, timeout=2000
    )
    scene.open(PRESSURE)
    scene.pass_time(6)
    pane = scene.pane("Air pressure")
    assert any(gap.cause == "not recorded" for gap in pane.gaps)
    assert len(scene.pen("Air pressure").t_us) >= 3


def test_targets_choose_pens_and_time(scene: Scene) -> None:
    page = scene.open(at_us=at("06:30:00"))
    assert sorted(page.pens.paths) == sorted(SPEEDS)
    assert not page.time.live
    assert page.view.state.from_us < at("06:30:00") < page.view.state.to_us
    assert page.cursors.place("A") == at("06:30:00")
    page.show_pens([PRESSURE], at("08:00:00"), at("09:00:00"))
    assert page.pens.paths == [PRESSURE]
    assert (page.view.state.from_us, page.view.state.to_us) == (at("08:00:00"), at("09:00:00"))
    page.show_target(Target(tags=(PRESSURE,), at_us=at("10:31:40")))
    assert page.pens.paths == [PRESSURE]


def test_the_picker_finds_and_counts(scene: Scene, qtbot: Any) -> None:
    page = scene.open(PRESSURE)
    picker = PenPicker(scene.bridge, page.pens, page)
    picker.toggled.connect(page._toggled)
    picker.show()
    picker.field.setText("conveyor fill")
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    assert "line1/conveyor1/fill" in page.pens
    assert picker.count.text().startswith("2 of 8 pens")
    for path in [tag.path for tag in scene.bridge.plant.tags if tag.path.startswith("line1/filler/")][:6]:
        page.pens.add(path)
    assert page.pens.is_full
    QTest.keyClick(picker.field, Qt.Key.Key_Down)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        QTest.keyClick(picker.tree, key)
    assert "line1/conveyor2/fill" not in page.pens
    assert "Take one away first" in picker.count.text()
    picker.field.setText("zzz")
    assert "no tag fits" in picker.count.text()
    shiboken6.delete(picker)


def test_pens_go_with_the_keyboard(scene: Scene) -> None:
    page = scene.open(PRESSURE, FILL)
    QTest.keyClick(page.side.legend, Qt.Key.Key_Down)
    assert page.pens.selected == FILL
    QTest.keyClick(page.side.legend, Qt.Key.Key_Delete)
    assert page.pens.paths == [PRESSURE]
    QTest.keyClick(page.side.legend, Qt.Key.Key_L)
    assert not page.view.state.show_limits
    QTest.keyClick(page.side.legend, Qt.Key.Key_C)
    assert page.view.state.cursor_a_us is not None
    QTest.keyClick(page.view, Qt.Key.Key_C)
    assert page.view.state.cursor_a_us is None
    page.remove_pen(PRESSURE)
    assert page.chart._stack.currentIndex() == 1


def test_a_click_on_an_alarm_sets_the_cursor(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    scene.qtbot.waitExposed(page)
    layout = Layout(QRectF(page.view.rect()), page.view.state)
    assert layout.alarms is not None
    place = QPoint(round(layout.x(at("10:34:10"))) + 2, round(layout.alarms.center().y()))
    QTest.mouseClick(page.view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert page.cursors.place("A") == at("10:34:10")


def test_the_scale_holds_still_until_a_value_leaves_it(scene: Scene) -> None:
    page = scene.open(PRESSURE)
    before = scene.pane("Air pressure").low, scene.pane("Air pressure").high
    page._range_chosen("10min")
    scene.settle()
    assert (scene.pane("Air pressure").low, scene.pane("Air pressure").high) == before
    scene.facade.set_tag(PRESSURE, 12.5)
    scene.pass_time(4)
    assert scene.pane("Air pressure").high > 12.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("size", [(1832, 956, False), (1290, 684, True)])
def test_every_theme_and_size_has_room(scene: Scene, name: str, size: tuple[int, int, bool]) -> None:
    dress(name)
    page = scene.open(*SPEEDS, PRESSURE, FILL)
    page.set_compact(size[2])
    page.resize(size[0], size[1])
    scene.settle()
    image = picture(page)
    assert len(np.unique(image.reshape(-1, 3), axis=0)) > 40
    assert page.minimumSizeHint().width() <= size[0]
    assert page.minimumSizeHint().height() <= size[1]
    for part in page.findChildren(QWidget):
        if part.isVisible() and part.focusPolicy() != Qt.FocusPolicy.NoFocus and part.width() > 1:
            assert part.accessibleName() or getattr(part, "text", lambda: "")() or part.focusProxy(), part


def test_an_opened_page_leaves_nothing_behind(qtbot: Any) -> None:
    facade = Station()
    made = Scene(qtbot, facade)
    made.open(PRESSURE)
    made.page.closed()
    facade.stall("history")
    made.page.opened()
    qtbot.wait(150)
    made.page.closed()
    assert made.page.feed.is_settled
    made.close()
    qtbot.wait(20)
