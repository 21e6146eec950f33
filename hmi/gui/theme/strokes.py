"""Lines that fall on device pixels at every scale."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen


def ratio(painter: QPainter) -> float:
    """Device pixels per logical pixel of what is painted on."""
    device = painter.device()
    return float(device.devicePixelRatio()) if device is not None else 1.0


def snap(value: float, dpr: float) -> float:
    """The nearest device pixel edge."""
    return round(value * dpr) / dpr


def snap_rect(rect: QRectF, dpr: float) -> QRectF:
    """Rectangle with all edges on device pixels."""
    left, top = snap(rect.left(), dpr), snap(rect.top(), dpr)
    return QRectF(left, top, snap(rect.right(), dpr) - left, snap(rect.bottom(), dpr) - top)


def border(width: float, dpr: float) -> float:
    """Width of a border in logical pixels: a whole number of device pixels, at least one; halves go down."""
    return max(1, math.ceil(width * dpr - 0.5)) / dpr


def hair(dpr: float) -> float:
    """Width of a hairline: one device pixel, two at 150 % (ui.md 6)."""
    return (2 if 1.4 <= dpr < 1.9 else 1) / dpr


def horizontal(painter: QPainter, x1: float, x2: float, y: float, colour: QColor, width: float | None = None) -> None:
    """A sharp horizontal line: hairline, or `width` logical pixels rounded to device pixels."""
    dpr = ratio(painter)
    thick = hair(dpr) if width is None else border(width, dpr)
    left = snap(min(x1, x2), dpr)
    painter.fillRect(QRectF(left, snap(y - thick / 2, dpr), snap(max(x1, x2), dpr) - left, thick), colour)


def vertical(painter: QPainter, x: float, y1: float, y2: float, colour: QColor, width: float | None = None) -> None:
    """A sharp vertical line: hairline, or `width` logical pixels rounded to device pixels."""
    dpr = ratio(painter)
    thick = hair(dpr) if width is None else border(width, dpr)
    top = snap(min(y1, y2), dpr)
    painter.fillRect(QRectF(snap(x - thick / 2, dpr), top, thick, snap(max(y1, y2), dpr) - top), colour)


def inner_frame(rect: QRectF, width: float, dpr: float) -> tuple[QRectF, float]:
    """Rectangle and pen width that stroke a border inside `rect` on device pixels."""
    thick = border(width, dpr)
    whole = snap_rect(rect, dpr)
    half = thick / 2
    return whole.adjusted(half, half, -half, -half), thick


def frame(
    painter: QPainter,
    rect: QRectF,
    colour: QColor,
    width: float = 1.0,
    fill: QColor | None = None,
    radius: float = 0.0,
    dashed: bool = False,
) -> None:
    """A filled or open rectangle whose border lies inside `rect`; a dashed border has 4-3 dashes."""
    dpr = ratio(painter)
    box, thick = inner_frame(rect, width, dpr)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, radius > 0)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.setPen(pen(colour, thick, (4.0, 3.0) if dashed else ()))
    if radius > 0:
        painter.drawRoundedRect(box, radius, radius)
    else:
        painter.drawRect(box)
    painter.restore()


def pen(colour: QColor, width: float, dash: tuple[float, ...] = ()) -> QPen:
    """Pen in logical pixels; `dash` is given in pixels, whatever the width."""
    made = QPen(colour, width)
    made.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    made.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash:
        made.setDashPattern([part / width for part in dash])
    return made


def dashed_line(painter: QPainter, start: QPointF, end: QPointF, colour: QColor, width: float, dash: float) -> None:
    """An axis-parallel dashed or dotted line without antialiasing; dash and gap have the same length."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(colour, width, (dash, dash)))
    painter.drawLine(start, end)
    painter.restore()
