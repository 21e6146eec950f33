"""Starts the window: frame first, then the station in a thread, then the pages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog

from hmi.base.errors import Exit, PlantError, UnreachableError
from hmi.model.station import WindowSettings

if TYPE_CHECKING:
    from hmi.facade.contract import Facade

_log = structlog.get_logger("window")
NO_DISPLAY = (
    "No display found, so there is no window. Run without one: plant-hmi run --headless; or start in a desktop session."
)


def require_display() -> None:
    """Raises UnreachableError if no window can be shown here; tried in a child, because Qt would abort this process."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UnreachableError(NO_DISPLAY)
    probe = [sys.executable, "-c", "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"]
    if getattr(sys, "frozen", False):
        return
    if subprocess.run(probe, capture_output=True, check=False).returncode != 0:
        raise UnreachableError(NO_DISPLAY)


def run_window(
    open_station: Callable[[], Any],
    settings: WindowSettings | None = None,
    *,
    seconds: float | None = None,
    arguments: list[str] | None = None,
) -> int:
    """Shows the window at once, opens the station behind it and returns the exit code when the window is closed.

    open_station runs in a thread and returns the `Facade`; a PlantError it raises is shown in the window. seconds: the
    window closes by itself after that time. Raises UnreachableError without a display.
    """
    require_display()
    settings = settings or WindowSettings()
    app = _application(settings, arguments)
    from PySide6.QtCore import QTimer

    from hmi.gui.window import Window

    window = Window(
        start_page=settings.start_page, kiosk=settings.kiosk, sound=settings.sound, offer_administrator=True
    )
    opening = _Opening(open_station, window)
    _show(window, settings)
    QTimer.singleShot(0, opening.start)
    if seconds is not None:
        QTimer.singleShot(round(seconds * 1000), window.close_now)
    with _signals(window.close_now):
        app.exec()
    opening.finish()
    _discard(app, window)
    return int(opening.exit_code)


def ask_first_start(
    config: Path, settings: WindowSettings | None = None, check: Callable[[Path], list[str]] | None = None
) -> str:
    """Shows the first-start choice and returns `demo`, the folder of a chosen configuration, or empty if closed.

    check: gives the problems of a folder in words; one with problems cannot be chosen.
    """
    require_display()
    settings = settings or WindowSettings()
    app = _application(settings, None)
    from hmi.gui.first import FirstWindow

    window = FirstWindow(config, check)
    _show(window.window, settings)
    with _signals(window.window.close):
        app.exec()
    _discard(app, window.window)
    return window.choice


def _application(settings: WindowSettings, arguments: list[str] | None) -> Any:
    if settings.scale_percent:
        os.environ.setdefault("QT_SCALE_FACTOR", str(settings.scale_percent / 100))
    from PySide6.QtWidgets import QApplication

    from hmi.gui import theme
    from hmi.gui.i18n import use_language

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication([sys.argv[0], *(arguments or [])])
    app.setApplicationName("Plant HMI")
    app.setApplicationDisplayName("Plant HMI")
    app.setQuitOnLastWindowClosed(True)
    use_language(app, settings.language)
    theme.apply(app, settings.theme)
    return app


def _show(window: Any, settings: WindowSettings) -> None:
    screen = window.screen().availableGeometry()
    window.resize(min(1920, screen.width()), min(1080, screen.height()))
    if settings.kiosk:
        window.showFullScreen()
    elif screen.width() <= 1920 or screen.height() <= 1080:
        window.showMaximized()
    else:
        window.show()


def _discard(app: Any, window: Any) -> None:
    """Deletes the window now: Qt objects that outlive the application may crash the interpreter's end."""
    from PySide6.QtCore import QEvent

    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    app.processEvents()


class _Opening:
    """The station's start in a thread, and the bridge once it is there."""

    def __init__(self, open_station: Callable[[], Any], window: Any) -> None:
        from hmi.gui.delivery import Delivery

        self._open_station = open_station
        self._window = window
        self._thread: threading.Thread | None = None
        self._delivery = Delivery(window)
        self._bridge: Any = None
        self.exit_code = Exit.DONE

    def start(self) -> None:
        """Called once the event loop runs, so the first frame is on screen before anything heavy."""
        from concurrent.futures import Future

        future: Future[Facade] = Future()

        def work() -> None:
            try:
                future.set_result(self._open_station())
            except BaseException as error:
                future.set_exception(error if isinstance(error, Exception) else RuntimeError(str(error)))

        self._delivery.expect(future, self._opened, self._failed, self._window)
        self._thread = threading.Thread(target=work, name="open-station")
        self._thread.start()

    def _opened(self, facade: Facade) -> None:
        from hmi.gui.bridge import Bridge

        self._bridge = Bridge(facade, self._window)
        self._window.attach(self._bridge)
        self._bridge.start()

    def _failed(self, error: Exception) -> None:
        from hmi.gui.i18n import fill, translate

        if isinstance(error, PlantError):
            self.exit_code = error.exit_code
            words = fill(translate("Window", "The station cannot start.\n%1"), str(error))
        else:
            self.exit_code = Exit.DEFECT
            _log.error("the station could not be opened", exc_info=error)
            words = translate(
                "Window", "The station cannot start because of a defect.\nThe log says more: logs/station.log"
            )
        self._window.say(words)

    def finish(self) -> None:
        """Ends the bridge and waits for a start that is still under way."""
        if self._bridge is not None:
            self._bridge.stop()
        self._delivery.close()
        if self._thread is not None:
            self._thread.join()


class _signals:  # noqa: N801
    """SIGINT and SIGTERM close the window while the block runs; only in the main thread."""

    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._close()

        from PySide6.QtCore import QTimer

        self._wake = QTimer()
        self._wake.timeout.connect(lambda: None)
        self._wake.start(200)
        self._before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._before:
            self._wake.stop()
