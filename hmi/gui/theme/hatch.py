"""Hatches and dots as tiles at device resolution; Qt's own patterns do not scale."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from hmi.gui.theme.strokes import ratio, snap_rect


@lru_cache(maxsize=256)
def hatch_tile(colour: str, pitch: float, width: float, dpr: float, rising: bool = True) -> QPixmap:
    """A seamless tile of 45 degree lines; rising lines go up to the right. pitch: horizontal distance of lines."""
    side = max(3, round(pitch * dpr))
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), width * dpr, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    for shift in (-side, 0, side):
        if rising:
            painter.drawLine(QPointF(shift - side, 2 * side), QPointF(shift + 2 * side, -side))
        else:
            painter.drawLine(QPointF(shift - side, -side), QPointF(shift + 2 * side, 2 * side))
    painter.end()
    tile.setDevicePixelRatio(dpr)
    return tile


@lru_cache(maxsize=64)
def dot_tile(colour: str, pitch: float, size: float, dpr: float) -> QPixmap:
    """A seamless tile of dots set in quincunx."""
    side = max(4, 2 * round(pitch * dpr / 2))
    diameter = max(1.0, size * dpr)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    quarter = side / 4
    for x, y in ((quarter, quarter), (3 * quarter, 3 * quarter)):
        painter.drawEllipse(QPointF(x, y), diameter / 2, diameter / 2)
    painter.end()
    tile.setDevicePixelRatio(dpr)
    return tile


def fill_hatch(
    painter: QPainter, rect: QRectF, colour: str, pitch: float = 6.0, width: float = 1.2, rising: bool = True
) -> None:
    """Hatches a rectangle; lines continue from one rectangle to the next that starts on the same tile."""
    _tile(painter, rect, hatch_tile(colour, pitch, width, ratio(painter), rising))


def fill_dots(painter: QPainter, rect: QRectF, colour: str, pitch: float = 5.0, size: float = 1.7) -> None:
    """Dots a rectangle."""
    _tile(painter, rect, dot_tile(colour, pitch, size, ratio(painter)))


def hatch_path(painter: QPainter, path: QPainterPath, colour: str, pitch: float = 6.0, width: float = 1.2) -> None:
    """Hatches any shape."""
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    fill_hatch(painter, path.boundingRect(), colour, pitch, width)
    painter.restore()


def _tile(painter: QPainter, rect: QRectF, tile: QPixmap) -> None:
    whole = snap_rect(rect, ratio(painter))
    if whole.width() <= 0 or whole.height() <= 0:
        return
    painter.drawTiledPixmap(whole, tile, QPointF())
