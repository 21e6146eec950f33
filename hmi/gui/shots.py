"""Pictures of every page, without a display: the same window, settled data, the flash frozen in its filled phase."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.facade.contract import Facade

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from hmi.gui.window import Window

SETTLE_S = 8.0
_QUIET_S = 0.35


@dataclass(frozen=True, slots=True)
class ShotSize:
    """A picture's size in logical pixels and its scale, e.g. 1920 x 1080 at 2.0 = 3840 x 2160."""

    width: int
    height: int
    scale: float = 1.0

    @property
    def name(self) -> str:
        """As it stands in file names: `1920x1080`, `1920x1080@2x`."""
        base = f"{self.width}x{self.height}"
        return base if self.scale == 1.0 else f"{base}@{self.scale:g}x"


REFERENCE = ShotSize(1920, 1080)
COMPACT = ShotSize(1366, 768)
DOUBLE = ShotSize(1920, 1080, 2.0)


def take_shots(
    facade: Facade,
    folder: Path,
    sizes: Sequence[ShotSize] = (REFERENCE,),
    themes: Sequence[str] = ("light", "dark"),
    languages: Sequence[str] = ("en",),
    pages: Sequence[str] = (),
) -> list[Path]:
    """Writes `PAGE-THEME-SIZE[-LANGUAGE].png` for every page and returns the files; pages empty = all.

    Uses the offscreen platform unless a Qt application already runs. A page whose data do not come in time is
    pictured as it is then.
    """
    app = _application()
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    with _without_size_hint_notes():
        for language in languages:
            for theme_name in themes:
                for size in sizes:
                    files += _series(app, facade, folder, size, theme_name, language, pages)
    return files


@contextmanager
def _without_size_hint_notes() -> Iterator[None]:
    """Drops the one line the offscreen platform writes about every window; all else is handed on as before."""
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

    def take(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        if "does not support propagateSizeHints" in words:
            return
        if before is not None:
            before(kind, context, words)
        else:
            sys.stderr.write(qFormatLogMessage(kind, context, words) + "\n")

    before = qInstallMessageHandler(take)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication(["plant-hmi"])


def _series(
    app: QApplication,
    facade: Facade,
    folder: Path,
    size: ShotSize,
    theme_name: str,
    language: str,
    pages: Sequence[str],
) -> list[Path]:
    from PySide6.QtCore import QEvent

    from hmi.gui import theme
    from hmi.gui.bridge import Bridge
    from hmi.gui.i18n import use_language
    from hmi.gui.pages.registry import PAGES
    from hmi.gui.window import Window

    use_language(app, language)
    theme.apply(app, theme_name)
    window = Window()
    window.resize(size.width, size.height)
    bridge = Bridge(facade, window)
    window.attach(bridge)
    bridge.start()
    window.show()
    files = []
    try:
        _wait(app, lambda: bridge.is_ready and bridge.alarms is not None and bool(window.current_page), SETTLE_S)
        for entry in PAGES:
            if pages and entry.id not in pages:
                continue
            window.open_page(entry.id)
            _settle(app, window, entry.id)
            suffix = "" if language == "en" else f"-{language}"
            file = folder / f"{entry.id}-{theme_name}-{size.name}{suffix}.png"
            picture(window, file, size.scale)
            files.append(file)
    finally:
        bridge.stop()
        window.close_now()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app.processEvents()
    return files


def picture(window: Window, file: Path, scale: float = 1.0) -> None:
    """Writes the window as it stands, rendered at `scale` device pixels a logical pixel."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage, QPainter, QRegion
    from PySide6.QtWidgets import QWidget

    from hmi.gui.widgets.flash import flash

    flash().freeze()
    try:
        image = QImage(window.size() * scale, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(scale)
        painter = QPainter(image)
        window.render(
            painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
        )
        painter.end()
    finally:
        flash().thaw()
    image.save(str(file))


def _settle(app: QApplication, window: Window, page_id: str) -> None:
    def settled() -> bool:
        page = window.page(page_id)
        return page is not None and page.is_settled()

    _wait(app, settled, SETTLE_S)
    end = time.monotonic() + _QUIET_S
    _wait(app, lambda: time.monotonic() >= end, 2 * _QUIET_S)
    _wait(app, settled, SETTLE_S)


def _wait(app: QApplication, done: Callable[[], bool], limit_s: float) -> None:
    end = time.monotonic() + limit_s
    while not done() and time.monotonic() < end:
        app.processEvents()
        time.sleep(0.005)
    app.processEvents()
