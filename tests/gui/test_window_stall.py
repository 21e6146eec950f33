"""A stalled database leaves the window at full speed: live values, clock, alarms and keys go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QElapsedTimer, QEvent, QObject
from PySide6.QtWidgets import QApplication

from hmi.gui.bridge import TICK_MS
from hmi.gui.frame.who import user_of
from hmi.gui.pages import registry
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

PAGES = [entry.id for entry in registry.PAGES]
SLOW = ("history", "journal", "oee", "states")


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = make_stage(qapp)
    yield made
    made.close()


class Frames(QObject):
    """Counts paints of one widget."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


@pytest.mark.parametrize("page_id", PAGES)
def test_two_seconds_without_a_database_lose_no_tick(stage: Stage, page_id: str) -> None:
    stage.facade.stall(*SLOW)
    stage.window.open_page(page_id)
    live_before = stage.facade.calls.count("live")
    ticks: list[bool] = []
    stage.bridge.ticked.connect(lambda: ticks.append(True))
    clock_before = user_of(stage.bridge).clock
    for number in range(20):
        stage.facade.advance(0.1)
        stage.facade.set_tag("line1/filler/speed", 540.0 + number)
        stage.pass_time(0.1)
    assert len(ticks) == 40
    assert stage.facade.calls.count("live") - live_before == 40, "each tick was answered before the next one asked"
    assert not stage.bridge.is_silent
    tag = stage.bridge.tag("line1/filler/speed")
    assert tag is not None and tag.value == 559.0
    assert user_of(stage.bridge).clock != clock_before
    stage.facade.release()
    stage.settle()
    assert stage.window.current_page == page_id


def test_frames_go_on_while_the_database_stalls(stage: Stage) -> None:
    stage.window.open_page("overview")
    stage.settle()
    frames = Frames()
    page = stage.window.page("overview")
    assert page is not None
    for child in page.findChildren(QObject):
        child.installEventFilter(frames)
    stage.facade.stall(*SLOW)
    counts = []
    for number in range(5):
        before = frames.count
        stage.facade.set_tag("utilities/air/pressure", 5.2 + number / 100)
        stage.pass_time(0.1)
        counts.append(frames.count - before)
    assert all(counts), f"a changed value was not painted: {counts}"


def test_a_stalled_question_is_not_repeated(stage: Stage) -> None:
    stage.facade.stall("history", "journal")
    stage.window.open_page("alarms")
    stage.pass_time(0.5, ticks=5)
    asked = stage.facade.calls.count("journal"), stage.facade.calls.count("history")
    stage.pass_time(3.0, ticks=30)
    assert (stage.facade.calls.count("journal"), stage.facade.calls.count("history")) == asked


def test_no_call_of_the_bridge_waits_for_its_answer(stage: Stage) -> None:
    stage.facade.stall("live", "alarms", "devices", "plant", "station", *SLOW)
    timer = QElapsedTimer()
    timer.start()
    for _ in range(50):
        stage.bridge.tick()
    stage.settle()
    assert timer.elapsed() < 50 * TICK_MS, "fifty ticks took longer than fifty tick times: something waited"


def test_a_late_history_answer_of_a_closed_page_is_dropped(stage: Stage) -> None:
    facade: FakeFacade = stage.facade
    facade.stall("history")
    stage.window.open_page("tags")
    stage.settle()
    stage.window._drop("tags")
    stage.window._current = ""
    stage.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    stage.settle()
    waiting = stage.bridge.open_requests
    facade.release()
    stage.settle()
    assert stage.bridge.open_requests <= waiting
    stage.window.open_page("tags")
    assert stage.window.current_page == "tags"
