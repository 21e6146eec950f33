"""Overview, Line and OEE show what the station knows, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from hmi.base.errors import PlantError
from hmi.facade.data import OeeItem
from hmi.gui import theme
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import LANGUAGES, use_language
from hmi.gui.pages.line import LinePage
from hmi.gui.pages.oee import OeePage
from hmi.gui.pages.overview import OverviewPage
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.plant.events import EventList
from hmi.gui.pages.plant.speed_plate import SpeedPlate
from hmi.gui.pages.plant.stops import StopList
from hmi.gui.pages.plant.unit_plate import UnitPlate
from hmi.gui.pages.plant.views import tag_title
from hmi.gui.widgets.charts import StateTimeline, Waterfall
from hmi.gui.widgets.empty import EmptyNotice
from hmi.gui.widgets.glances import CountFigure, OeeFigure
from hmi.gui.widgets.machines import Buffer, MachineTile
from hmi.gui.widgets.painting import text
from hmi.gui.widgets.structs import Quality
from hmi.gui.widgets.values import Indicator
from hmi.model.equipment import Plant
from tests.gui.pictures import alarm_pixels, dress, picture
from tests.helpers.fake_facade import FakeFacade

PAGES: dict[str, type[Page]] = {"overview": OverviewPage, "line": LinePage, "oee": OeePage}
SIZES = {"1920": (1832, 956, False), "1366": (1290, 684, True)}
# 1280 is what a full HD screen at 150 % leaves; labels may be cut there.
SCREENS = {**SIZES, "1280": (1204, 636, True)}
Opener = Callable[..., Page]


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def opener(qtbot: Any, clock: _Clock) -> Iterator[Opener]:
    made: list[tuple[Bridge, Page]] = []

    def open_page(kind: str, facade: FakeFacade, size: str = "1920", settled: bool = True) -> Page:
        dress("light")
        bridge = Bridge(facade, monotonic=clock)
        page = PAGES[kind](bridge)
        wide, high, compact = SCREENS[size]
        page.set_compact(compact)
        page.resize(wide, high)
        made.append((bridge, page))
        bridge.start()
        page.show()
        page.opened()
        if settled:
            qtbot.waitUntil(lambda: bridge.is_ready and bridge.alarms is not None and page.is_settled(), timeout=8000)
            qtbot.waitUntil(lambda: bool(bridge.devices), timeout=8000)
            bridge.alarms_changed.emit()
        return page

    yield open_page
    for bridge, page in made:
        bridge.stop()
        page.closed()
        shiboken6.delete(page)
        shiboken6.delete(bridge)


def _tiles(page: Page) -> dict[str, MachineTile]:
    return {tile.state.name: tile for tile in page.findChildren(MachineTile)}


@pytest.mark.parametrize("kind", ["overview", "line"])
def test_the_strip_tells_the_story_of_the_pictures(kind: str, opener: Opener) -> None:
    page = opener(kind, FakeFacade())
    tiles = _tiles(page)
    assert list(tiles) == ["Filler", "Capper", "Labeller", "Packer"]
    labeller = tiles["Labeller"].state
    assert labeller.chip.kind == "unknown"
    assert labeller.since == "for 4:26"
    assert labeller.speed is not None
    assert labeller.speed.quality is Quality.STALE
    assert labeller.note == "PLC does not answer"
    assert labeller.alarm is not None
    assert labeller.alarm.priority == 2
    assert not labeller.alarm.acked
    assert labeller.spark is not None
    assert labeller.spark.gaps
    assert tiles["Packer"].state.chip.kind == "starved"
    assert tiles["Filler"].state.note == "setpoint 560 · ideal 600"
    buffers = {buffer.state.name: buffer.state for buffer in page.findChildren(Buffer)}
    assert buffers["Conveyor 2"].note == "full in about 3 min"
    assert buffers["Conveyor 1"].note == ""


def test_the_overview_figures_are_those_of_the_station(opener: Opener) -> None:
    page = opener("overview", FakeFacade())
    (figure,) = page.findChildren(OeeFigure)
    assert "71.1 %" in figure.accessibleName()
    assert "target 78.0 %" in figure.accessibleName()
    (count,) = page.findChildren(CountFigure)
    assert "107\u2009472" in count.accessibleName()
    assert "10\u2009464" in count.accessibleName()


def test_indicators_show_quality_alarm_and_what_is_hidden(opener: Opener) -> None:
    page = opener("overview", FakeFacade())
    states = {indicator.state.label: indicator.state for indicator in page.findChildren(Indicator)}
    assert states["Zone 3"].value.quality is Quality.UNCERTAIN
    assert states["Zone 3"].value.hidden == "S"
    assert states["Conductivity"].value.hidden == "O"
    pressure = states["Pressure"]
    assert [(zone.priority, zone.low, zone.high) for zone in pressure.zones] == [(3, 5.2, 5.8), (1, 4.0, 5.2)]
    assert pressure.value.alarm is not None
    assert len(states["Conductivity"].spark.t_us) == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("name", theme.THEMES)
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", list(PAGES))
def test_a_normal_plant_has_no_alarm_colour(kind: str, size: str, name: str, opener: Opener) -> None:
    page = opener(kind, FakeFacade(disturbed=False), size)
    dress(name)
    page.repaint()
    assert alarm_pixels(picture(page, ground="ground")) == 0


@pytest.mark.parametrize("kind", list(PAGES))
def test_pages_fill_the_smallest_screen(kind: str, opener: Opener) -> None:
    page = opener(kind, FakeFacade(), "1366")
    least = page.minimumSizeHint()
    assert least.width() <= 1290
    assert least.height() <= 684
    image = picture(page, ground="ground")
    assert (np.abs(image.astype(int) - image[0, 0].astype(int)).max(axis=2) > 2).mean() > 0.5


class _Elided(QFontMetricsF):
    found: ClassVar[set[str]] = set()

    def elidedText(self, text: str, mode: Qt.TextElideMode, width: float, flags: int = 0) -> str:
        shown = super().elidedText(text, mode, width, flags)
        if shown != text:
            _Elided.found.add(text)
        return shown


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("kind", list(PAGES))
def test_only_labels_are_cut(
    kind: str, size: str, language: str, scale: float, opener: Opener, monkeypatch: pytest.MonkeyPatch, qapp: Any
) -> None:
    """Labels, captions and sentences of explanation may end in an ellipsis; values, states and alarms never do."""
    use_language(qapp, language)
    try:
        page = opener(kind, FakeFacade(), size)
        qapp.processEvents()
        _Elided.found.clear()
        monkeypatch.setattr(text, "QFontMetricsF", _Elided)
        picture(page, scale, "ground")
    finally:
        use_language(qapp, "en")
    labels = {tag_title(tag) for tag in page.bridge.plant.tags}
    spoken = " ".join(widget.accessibleName() for widget in page.findChildren(Waterfall))
    rows = {event.text for events in page.findChildren(EventList) for event in events.rows}
    wrong = {words for words in _Elided.found if words not in labels and words not in spoken and words not in rows}
    assert not wrong


def test_a_silent_station_leaves_nothing_looking_live(opener: Opener, clock: _Clock, qtbot: Any) -> None:
    facade = FakeFacade()
    page = opener("overview", facade)
    facade.stall("live")
    page.bridge.tick()
    clock.now += 3.0
    page.bridge.tick()
    assert page.bridge.is_silent
    for tile in _tiles(page).values():
        assert tile.state.chip.kind == "unknown", tile.state.name
        assert tile.state.speed is not None
        assert tile.state.speed.quality is Quality.STALE
    for indicator in page.findChildren(Indicator):
        assert indicator.state.value.quality in (Quality.STALE, Quality.NEVER), indicator.state.label
    facade.release("live")
    qtbot.waitUntil(lambda: not page.bridge.is_silent, timeout=4000)
    qtbot.waitUntil(lambda: _tiles(page)["Filler"].state.chip.kind == "run", timeout=4000)


def test_a_unit_names_the_silence_of_its_device(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade(disturbed=False)
    page = opener("overview", facade)
    plate = next(plate for plate in page.findChildren(UnitPlate) if plate.title == "Energy")
    assert plate.right == "utilities"
    facade.silence_device("energy_meter")
    qtbot.waitUntil(lambda: plate.right == "PLC does not answer", timeout=4000)


def test_a_device_that_returns_is_live_again(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade()
    page = opener("overview", facade)
    facade.recover_device("labeller")
    qtbot.waitUntil(lambda: _tiles(page)["Labeller"].state.chip.kind == "run", timeout=4000)


def test_a_slow_database_does_not_hold_the_page(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade()
    facade.stall("history", "oee", "states", "journal")
    page = opener("overview", facade, settled=False)
    qtbot.waitUntil(lambda: "Filler" in _tiles(page) and _tiles(page)["Filler"].state.chip.kind == "run", timeout=4000)
    assert not page.is_settled()
    assert _tiles(page)["Filler"].state.speed.number == 548.0  # type: ignore[union-attr]
    facade.release()
    qtbot.waitUntil(page.is_settled, timeout=4000)
    qtbot.waitUntil(lambda: "71.1" in page.findChildren(OeeFigure)[0].accessibleName(), timeout=4000)


@pytest.mark.parametrize("kind", list(PAGES))
def test_an_empty_plant_says_what_is_missing(kind: str, opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade(disturbed=False)
    facade.plant_value = Plant("Empty", "UTC")
    page = opener(kind, facade, settled=False)
    qtbot.waitUntil(lambda: bool(page.bridge.plant.name) and bool(page.findChildren(EmptyNotice)), timeout=4000)
    assert page.findChildren(EmptyNotice)[0].accessibleName()
    assert not page.findChildren(MachineTile)


def test_two_lines_are_two_plates_and_a_choice(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade(disturbed=False)
    (line,) = facade.plant_value.lines
    facade.plant_value = replace(facade.plant_value, lines=(line, replace(line, name="line2", title="Line 2")))
    page = opener("overview", facade)
    assert len(page.findChildren(MachineTile)) == 8
    second = opener("line", facade)
    assert isinstance(second, LinePage)
    second._choose(1)
    assert second._line().title == "Line 2"


def test_arrows_move_inside_the_strip(opener: Opener) -> None:
    page = opener("overview", FakeFacade())
    tiles = list(_tiles(page).values())
    page.activateWindow()
    tiles[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(tiles[0], Qt.Key.Key_Right)
    assert tiles[1].focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert tiles[0].focusPolicy() == Qt.FocusPolicy.ClickFocus


def test_a_click_on_a_tile_leads_to_its_line_and_on_an_indicator_to_its_trend(opener: Opener) -> None:
    page = opener("overview", FakeFacade())
    asked: list[tuple[str, Target]] = []
    page.go.connect(lambda where, target: asked.append((where, target)))
    QTest.mouseClick(_tiles(page)["Capper"], Qt.MouseButton.LeftButton)
    pressure = next(i for i in page.findChildren(Indicator) if i.state.label == "Pressure")
    QTest.mouseClick(pressure, Qt.MouseButton.LeftButton)
    assert asked == [
        ("line", Target(machine="line1/capper")),
        ("trends", Target(tags=("utilities/air/pressure",))),
    ]


def test_live_values_reach_the_page_and_its_history(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade()
    page = opener("overview", facade)
    facade.advance(2.0)
    facade.set_tag("line1/filler/speed", 431.0)
    qtbot.waitUntil(lambda: _tiles(page)["Filler"].state.speed.number == 431.0, timeout=4000)  # type: ignore[union-attr]
    page.bridge.alarms_changed.emit()
    spark = _tiles(page)["Filler"].state.spark
    assert spark is not None
    assert spark.value[-1] == 431.0


def test_the_oee_page_shows_another_shift_or_says_there_is_none(opener: Opener, qtbot: Any) -> None:
    page = opener("oee", FakeFacade())
    assert isinstance(page, OeePage)
    assert page._fall.isVisible()
    page._set_time(1)
    qtbot.waitUntil(page.is_settled, timeout=4000)
    qtbot.waitUntil(page._missing.isVisible, timeout=4000)
    assert not page._fall.isVisible()


def test_the_states_view_of_a_line_lists_its_stops(opener: Opener, qtbot: Any) -> None:
    page = opener("line", FakeFacade())
    assert isinstance(page, LinePage)
    page._switch(1)
    (timeline,) = page.findChildren(StateTimeline)
    assert timeline.isVisible()
    (stops,) = page.findChildren(StopList)
    assert stops.accessibleName().startswith("10:41:30 Packer Starved: Suspended 0:48")


def test_figures_that_cannot_be_read_say_so(opener: Opener, qtbot: Any) -> None:
    facade = FakeFacade()
    page = opener("overview", facade)

    def refuse(_query: object) -> Future[list[OeeItem]]:
        future: Future[list[OeeItem]] = Future()
        future.set_exception(PlantError("the database is locked; look at the disk"))
        return future

    facade.oee = refuse  # type: ignore[method-assign]
    assert isinstance(page, OverviewPage)
    page._oee._asked = -1e9
    page.bridge.tick()
    figure = page.findChildren(OeeFigure)[0]
    qtbot.waitUntil(lambda: "the database is locked" in figure.accessibleName(), timeout=4000)
    assert figure.state.dim


def test_a_page_in_the_back_asks_for_nothing(opener: Opener, clock: _Clock, qtbot: Any) -> None:
    facade = FakeFacade()
    page = opener("overview", facade)
    page.closed()
    facade.calls.clear()
    for _ in range(4):
        clock.now += 5.0
        page.bridge.tick()
        qtbot.wait(5)
    assert not {"history", "oee", "states", "journal"} & set(facade.calls)


def test_on_a_low_screen_the_last_hour_gives_way_and_no_value_is_cut(opener: Opener) -> None:
    assert opener("line", FakeFacade(), "1366").findChild(SpeedPlate).isVisible()
    page = opener("line", FakeFacade(), "1280")
    assert not page.findChild(SpeedPlate).isVisible()
    indicators = [one for one in page.findChildren(Indicator) if one.isVisible()]
    assert indicators
    for indicator in indicators:
        assert indicator.height() >= indicator.minimumSizeHint().height()
        assert indicator.mapTo(page, indicator.rect().bottomLeft()).y() <= page.height()
