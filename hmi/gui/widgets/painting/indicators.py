"""The moving analogue indicator: the last hour and the scale of now in one drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from hmi.gui.theme import Theme, font
from hmi.gui.theme.strokes import frame, horizontal, pen, ratio, snap, snap_rect
from hmi.gui.widgets.flash import STEADY, Phase
from hmi.gui.widgets.painting.sparks import SparkCache
from hmi.gui.widgets.painting.symbols import paint_badge
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.painting.values import paint_value, value_size
from hmi.gui.widgets.structs import IndicatorState, Quality

_SCALE = 12.0
_PROUD = 3.0
_POINTER = 12.0
_SETPOINT = 9.0


def paint_indicator(
    painter: QPainter,
    rect: QRectF,
    state: IndicatorState,
    theme: Theme,
    phase: Phase = STEADY,
    cache: SparkCache | None = None,
) -> None:
    """Paints label, history, scale, pointer and value box into `rect`."""
    _paint_label(painter, QRectF(rect.left(), rect.top(), rect.width(), 18), state, theme)
    box_height = 34.0
    body = QRectF(rect.left(), rect.top() + 27, rect.width(), rect.height() - 27 - box_height - 6)
    scale = QRectF(rect.right() - _SCALE - _SETPOINT - 6, body.top(), _SCALE, body.height())
    if scale.left() - rect.left() > 110:
        scale.moveLeft(rect.left() + min(130.0, rect.width() * 0.82) - _SCALE)
    history = QRectF(body.left(), body.top(), scale.left() - _POINTER - _PROUD - 4 - body.left(), body.height())
    if state.spark is not None and history.width() > 20:
        (cache or SparkCache()).paint(painter, history, state.spark, theme)
    _paint_scale(painter, scale, state, theme)
    _paint_setpoint(painter, scale, state, theme)
    _paint_pointer(painter, scale, state, theme)
    place = QRectF(rect.left(), rect.bottom() - box_height, rect.width(), box_height)
    style = "value_m" if value_size(state.value, theme, "value_m").width() <= rect.width() else "value_s"
    paint_value(painter, place, state.value, theme, style, phase, badge=False)


def _paint_label(painter: QPainter, rect: QRectF, state: IndicatorState, theme: Theme) -> None:
    badge = 22.0 if state.value.hidden else 0.0
    place = rect.adjusted(0, 0, -badge, 0)
    wide = write(painter, place, state.label, font("label"), theme.colour("text2"))
    if badge:
        left = rect.left() + min(wide, width(state.label, font("label"))) + 8
        paint_badge(painter, QRectF(left, rect.center().y() - 8, 16, 16), state.value.hidden, theme)


def _y(scale: QRectF, state: IndicatorState, value: float) -> float:
    span = state.high - state.low if state.high > state.low else 1.0
    return scale.bottom() - min(1.0, max(0.0, (value - state.low) / span)) * scale.height()


def _paint_scale(painter: QPainter, scale: QRectF, state: IndicatorState, theme: Theme) -> None:
    dpr = ratio(painter)
    box = snap_rect(scale, dpr)
    painter.fillRect(box, theme.colour("track"))
    if state.normal_low is not None or state.normal_high is not None:
        low = state.low if state.normal_low is None else state.normal_low
        high = state.high if state.normal_high is None else state.normal_high
        normal = QRectF(box.left(), _y(scale, state, high), box.width(), _y(scale, state, low) - _y(scale, state, high))
        painter.fillRect(snap_rect(normal, dpr), theme.colour("bandedge"))
    frame(painter, box, theme.colour("line2"), 1.0)
    for zone in state.zones:
        top, bottom = _y(scale, state, zone.high), _y(scale, state, zone.low)
        look = theme.tokens.alarm[zone.priority]
        frame(
            painter,
            QRectF(box.left(), top, box.width(), max(4.0, bottom - top)),
            QColor(look.outline),
            1.5,
            QColor(look.fill),
        )
    for limit in state.limits:
        if state.low <= limit <= state.high:
            y = _y(scale, state, limit)
            horizontal(painter, box.left() - _PROUD, box.right() + _PROUD, y, theme.colour("text2"), 1.5)


def _paint_setpoint(painter: QPainter, scale: QRectF, state: IndicatorState, theme: Theme) -> None:
    if state.setpoint is None:
        return
    y = snap(_y(scale, state, state.setpoint), ratio(painter))
    tip = scale.right() + 2
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("text2"), 1.3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF([QPointF(tip, y), QPointF(tip + 7, y - 4.5), QPointF(tip + 7, y + 4.5)]))
    painter.restore()


def _paint_pointer(painter: QPainter, scale: QRectF, state: IndicatorState, theme: Theme) -> None:
    value = state.value
    if value.number is None or value.hidden == "O" or value.quality in (Quality.BAD, Quality.NEVER):
        return
    dpr = ratio(painter)
    y = snap(_y(scale, state, value.number), dpr)
    colour = theme.colour("pointer")
    tip = scale.left() + 1
    points = [QPointF(tip, y), QPointF(tip - _POINTER, y - 7.5), QPointF(tip - _POINTER, y + 7.5)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if value.quality is Quality.STALE:
        painter.setPen(pen(theme.colour("text3"), 1.3, (2.5, 2.0)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(points))
        painter.restore()
        return
    if value.quality is Quality.UNCERTAIN:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(points))
    if not state.low <= value.number <= state.high:
        _paint_chevron(painter, tip - _POINTER - 3, y, value.number > state.high, colour)
    painter.restore()
    if value.quality is Quality.UNCERTAIN:
        step = 3.0
        x = scale.left()
        while x < scale.right():
            horizontal(painter, x, min(x + step, scale.right()), y, colour, 2.0)
            x += 2 * step - 1
    else:
        horizontal(painter, scale.left(), scale.right(), y, colour, 2.0)


def _paint_chevron(painter: QPainter, x: float, y: float, upward: bool, colour: QColor) -> None:
    rise = -4.0 if upward else 4.0
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(
        QPolygonF([QPointF(x - 8, y - rise / 2), QPointF(x - 4, y + rise / 2), QPointF(x, y - rise / 2)])
    )
