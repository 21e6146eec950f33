"""The own icon set: SVG drawn in `currentColor`, rendered sharp per size, colour and scale."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from hmi.gui.theme.places import resources
from hmi.gui.theme.strokes import ratio


@cache
def icon_names() -> tuple[str, ...]:
    """Every icon there is; state glyphs are named `state/...`."""
    folder = resources() / "icons"
    return tuple(sorted(file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.svg")))


@cache
def _source(name: str) -> str:
    return (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=1024)
def icon_pixmap(name: str, size: float, colour: str, dpr: float = 1.0) -> QPixmap:
    """Icon as a pixmap of `size` logical pixels; FileNotFoundError for an unknown name."""
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    pixmap = QPixmap(round(size * dpr), round(size * dpr))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Paints an icon into a square at device resolution."""
    dpr = ratio(painter)
    pixmap = icon_pixmap(name, rect.width(), colour.name(), dpr)
    painter.drawPixmap(rect, pixmap, QRectF(0, 0, pixmap.width(), pixmap.height()))


def icon(name: str, size: int, normal: str, disabled: str = "", checked: str = "", dpr: float = 2.0) -> QIcon:
    """QIcon for buttons with normal, disabled and checked colours."""
    made = QIcon()
    made.addPixmap(icon_pixmap(name, size, normal, dpr), QIcon.Mode.Normal, QIcon.State.Off)
    if disabled:
        made.addPixmap(icon_pixmap(name, size, disabled, dpr), QIcon.Mode.Disabled, QIcon.State.Off)
    if checked:
        made.addPixmap(icon_pixmap(name, size, checked, dpr), QIcon.Mode.Normal, QIcon.State.On)
    return made


def icon_size(size: int) -> QSize:
    """QSize of a square icon."""
    return QSize(size, size)
