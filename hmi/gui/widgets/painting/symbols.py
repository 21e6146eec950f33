"""Alarm symbols and the S, D, O badges."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from hmi.gui.theme import Theme, font_px
from hmi.gui.theme.strokes import ratio, snap
from hmi.gui.widgets.flash import STEADY, Phase
from hmi.gui.widgets.painting.text import CENTRE, write
from hmi.gui.widgets.structs import AlarmSymbolState


def symbol_path(shape: str, rect: QRectF) -> QPainterPath:
    """Outline of a priority's shape whose stroke of two pixels stays inside `rect`."""
    side = min(rect.width(), rect.height())
    centre = rect.center()
    path = QPainterPath()
    if shape == "square":
        half = side * 0.41
        path.addRoundedRect(QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half), 1.5, 1.5)
        return path
    if shape == "diamond":
        half = side * 0.5 - 1.6
        points = [(0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0)]
    else:
        half, up, down = side * 0.5 - 1.9, side * 0.5 - 2.2, side * 0.38 - 0.6
        points = [(0.0, -up), (half, down), (-half, down)]
        if shape == "triangle_down":
            points = [(x, -y) for x, y in points]
    path.moveTo(centre.x() + points[0][0], centre.y() + points[0][1])
    for x, y in points[1:]:
        path.lineTo(centre.x() + x, centre.y() + y)
    path.closeSubpath()
    return path


_DIGIT_RISE = {"square": 0.0, "diamond": 0.0, "triangle_up": 0.10, "triangle_down": -0.12}
_DIGIT_SIZE = {"square": 0.62, "diamond": 0.56, "triangle_up": 0.58, "triangle_down": 0.58}


def paint_alarm_symbol(
    painter: QPainter,
    rect: QRectF,
    state: AlarmSymbolState,
    theme: Theme,
    phase: Phase = STEADY,
    ground: QColor | None = None,
    outline: QColor | None = None,
) -> None:
    """Paints a symbol into a square. ground: what lies behind, needed for the halo of the lock of a latched one."""
    look = theme.tokens.alarm[state.priority]
    dpr = ratio(painter)
    side = min(rect.width(), rect.height())
    box = QRectF(snap(rect.center().x() - side / 2, dpr), snap(rect.center().y() - side / 2, dpr), side, side)
    filled = state.active or state.latched
    if state.flashes and not phase.unacked:
        filled = False
    thin = not state.active and not state.latched and state.flashes and not phase.returned
    line = outline or QColor(look.outline)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = symbol_path(look.shape, box)
    stroke = 1.0 if thin else 2.0 if side > 20 else 1.6
    painter.setPen(QPen(line, stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
    painter.setBrush(QColor(look.fill) if filled else Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    if phase.reduced and state.flashes:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(line, 1.0))
        painter.drawRect(box.adjusted(-1.5, -1.5, 1.5, 1.5))
    digit = QColor(look.text) if filled else line
    shift = _DIGIT_RISE[look.shape] * side
    size = max(9, round(side * _DIGIT_SIZE[look.shape]))
    write(painter, box.translated(0, shift), str(state.priority), font_px(size, 600), digit, CENTRE, elide=False)
    if state.latched:
        _paint_lock(painter, box, side, line, ground or theme.colour("plate"))
    painter.restore()


def _paint_lock(painter: QPainter, box: QRectF, side: float, line: QColor, ground: QColor) -> None:
    size = max(8.0, side * 0.38)
    body = QRectF(box.right() - size * 0.72, box.bottom() - size * 0.42, size * 0.86, size * 0.60)
    shackle = QRectF(body.center().x() - size * 0.25, body.top() - size * 0.38, size * 0.5, size * 0.7)
    halo = body.united(shackle).adjusted(-1.2, -1.2, 1.2, 1.2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(halo, 1.5, 1.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(line, 1.4))
    painter.drawRoundedRect(body, 0.8, 0.8)
    path = QPainterPath(QPointF(shackle.left(), body.top()))
    path.lineTo(shackle.left(), shackle.center().y())
    path.arcTo(QRectF(shackle.left(), shackle.top(), shackle.width(), shackle.width()), 180, -180)
    path.lineTo(shackle.right(), body.top())
    painter.drawPath(path)


def paint_badge(painter: QPainter, rect: QRectF, letter: str, theme: Theme) -> None:
    """Paints the round S, D or O badge into a square."""
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("hidden"))
    painter.drawEllipse(box)
    size = max(9, round(side * 0.62))
    write(painter, box, letter, font_px(size, 600), theme.colour("hiddent"), CENTRE, elide=False)
    painter.restore()
