"""A window on the fake station for tests: time moves by hand, answers come at once unless stalled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.gui import theme
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import use_language
from hmi.gui.window import Window
from tests.helpers.fake_facade import FakeFacade


@dataclass
class Stage:
    """Everything of one window. `seconds` is the monotonic time the bridge sees."""

    app: QApplication
    facade: FakeFacade
    bridge: Bridge
    window: Window
    seconds: list[float]

    def pass_time(self, seconds: float, ticks: int = 1) -> None:
        """Moves the bridge's clock and lets it tick."""
        for _ in range(ticks):
            self.seconds[0] += seconds / ticks
            self.bridge.tick()
            self.settle()
        self.bridge.tick()
        self.settle()

    def settle(self) -> None:
        """Delivers what is queued."""
        for _ in range(4):
            self.app.processEvents()

    def close(self) -> None:
        """Ends the window and deletes its widgets."""
        self.bridge.stop()
        self.window.close_now()
        self.window.deleteLater()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        self.settle()


def make_stage(
    app: QApplication, facade: FakeFacade | None = None, *, size: tuple[int, int] = (1920, 1080), language: str = "en"
) -> Stage:
    """A shown window with its pages not yet opened."""
    use_language(app, language)
    theme.apply(app, "light")
    station = facade or FakeFacade()
    seconds = [1000.0]
    monotonic: Callable[[], float] = lambda: seconds[0]  # noqa: E731
    window = Window()
    window.resize(*size)
    bridge = Bridge(station, window, monotonic=monotonic)
    window.attach(bridge)
    bridge.start()
    bridge._timer.stop()
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window, 3000)
    stage = Stage(app, station, bridge, window, seconds)
    stage.settle()
    bridge.tick()
    stage.settle()
    return stage
