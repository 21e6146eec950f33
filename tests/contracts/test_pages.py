"""Every page of the registry: opens, speaks German, survives long words and right to left, closes without a trace."""

from __future__ import annotations

import gc
import importlib
import inspect
import pkgutil
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

import hmi.gui.pages
from hmi.gui.i18n import use_language
from hmi.gui.pages.help import manual_pages
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.registry import PAGES, page
from hmi.gui.theme import icon_names
from hmi.settings.station_file import PAGES as START_PAGES
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

IDS = [entry.id for entry in PAGES]


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = make_stage(qapp)
    yield made
    made.close()
    use_language(qapp, "en")


def test_the_list_is_the_files() -> None:
    found = set()
    for module in pkgutil.iter_modules(hmi.gui.pages.__path__):
        if module.ispkg or module.name in ("page", "registry", "parts", "permit", "minitrend", "first_start"):
            continue
        loaded = importlib.import_module(f"hmi.gui.pages.{module.name}")
        classes = [
            kind
            for _, kind in inspect.getmembers(loaded, inspect.isclass)
            if issubclass(kind, Page) and kind is not Page and kind.__module__ == loaded.__name__
        ]
        assert len(classes) == 1, f"{module.name} holds {len(classes)} pages"
        found.add(module.name)
    assert found == set(IDS)


def test_ids_keys_and_icons_are_unique() -> None:
    assert len(set(IDS)) == len(IDS)
    assert len({entry.key for entry in PAGES}) == len(PAGES)
    assert {entry.icon for entry in PAGES} <= set(icon_names())
    with pytest.raises(KeyError):
        page("reports")


def test_the_window_can_open_with_every_page() -> None:
    assert list(START_PAGES) == IDS, "PAGES in hmi/settings/station_file.py"


@pytest.mark.parametrize("page_id", IDS)
def test_f1_finds_a_page_of_the_manual(stage: Stage, page_id: str) -> None:
    stage.window.open_page(page_id)
    stage.settle()
    opened = stage.window.page(page_id)
    assert opened is not None
    assert opened.manual_page in {known.name for known in manual_pages()}, "manual_page names resources/docs/manual/"


class Shown(QObject):
    """Counts windows that appear besides the one under test."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.window, self.others = window, []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_window = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_window and watched is not self.window:
            self.others.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("page_id", IDS)
def test_opens_inside_the_window_and_paints(stage: Stage, page_id: str) -> None:
    watcher = Shown(stage.window)
    stage.app.installEventFilter(watcher)
    stage.window.open_page(page_id)
    stage.settle()
    stage.app.removeEventFilter(watcher)
    opened = stage.window.page(page_id)
    assert opened is not None and opened.isVisible()
    assert watcher.others == []
    assert not stage.window.grab().isNull()
    assert opened.regions()


@pytest.mark.parametrize("page_id", IDS)
def test_takes_targets_it_does_not_know(stage: Stage, page_id: str) -> None:
    stage.window.open_page(page_id, Target())
    stage.window.open_page(page_id, Target(("no/such/tag",), "no/alarm", "nobody", "no/machine", 1, "nothing"))
    stage.settle()
    assert stage.window.current_page == page_id


@pytest.mark.parametrize("page_id", IDS)
def test_every_page_survives_an_empty_plant(qapp: QApplication, page_id: str) -> None:
    from dataclasses import replace

    facade = FakeFacade(disturbed=False)
    facade.plant_value = replace(facade.plant_value, lines=(), tags=(), alarms=(), devices=(), areas=(), shifts=())
    facade.tags_now, facade.sources = {}, {}
    stage = make_stage(qapp, facade)
    stage.window.open_page(page_id)
    stage.settle()
    assert not stage.window.grab().isNull()
    stage.close()


class Stretched(QTranslator):
    """Every text 40 % longer, as another language might be."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, disambiguation: str = "", n: int = -1) -> str:
        return text + "~" * max(2, round(len(text) * 0.4))


@pytest.mark.parametrize("page_id", IDS)
def test_german_stretched_and_right_to_left(qapp: QApplication, page_id: str) -> None:
    stage = make_stage(qapp, size=(1366, 768), language="de")
    stage.window.open_page(page_id)
    stage.settle()
    assert not stage.window.grab().isNull()
    stage.close()
    stretched = Stretched()
    qapp.installTranslator(stretched)
    try:
        stage = make_stage(qapp, size=(1366, 768))
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        stage.window.open_page(page_id)
        stage.settle()
        assert not stage.window.grab().isNull()
        assert (stage.window.width(), stage.window.height()) == (1366, 768)
        stage.close()
    finally:
        qapp.removeTranslator(stretched)
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        QLocale.setDefault(QLocale("en"))


@pytest.mark.parametrize("page_id", IDS)
def test_closes_without_a_leak(stage: Stage, page_id: str) -> None:
    bridge = stage.bridge
    opened = page(page_id).load(bridge)
    opened.setParent(stage.window)
    opened.resize(1200, 800)
    opened.show()
    opened.opened()
    for _ in range(3):
        stage.pass_time(0.1)
    watch = weakref.ref(opened)
    opened.closed()
    opened.deleteLater()
    del opened
    stage.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    stage.settle()
    gc.collect()
    stage.pass_time(0.1)
    gc.collect()
    assert watch() is None, f"{page_id} is still held"


def test_opening_and_closing_many_times_leaves_no_subscription(qapp: QApplication) -> None:
    facade = FakeFacade()
    for _ in range(3):
        stage = make_stage(qapp, facade)
        stage.window.open_page("alarms")
        stage.settle()
        stage.close()
    gc.collect()
    assert len(facade.listeners) == 0
