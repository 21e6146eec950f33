"""Rows of machine states on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from hmi.gui.theme import Theme, font
from hmi.gui.theme.strokes import horizontal, vertical
from hmi.gui.widgets.figures import clock, local, zone
from hmi.gui.widgets.painting.fills import paint_state_fill
from hmi.gui.widgets.painting.text import CENTRE, LEFT, RIGHT, width, write
from hmi.gui.widgets.structs import TimelineSpan, TimelineState
from hmi.model.timestamps import to_us as to_us_of

_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)
AXIS = 26.0
_ORDER = {"run": 0, "planned": 1, "unknown": 2, "setup": 3, "ext": 4, "internal": 5, "breakdown": 6, "minor": 7}


def time_marks(from_us: int, to_us: int, zone_name: str, most: int) -> Iterator[int]:
    """Moments for axis labels on round plant times, at most `most`; days with 23 or 25 hours come out right."""
    minute = 60_000_000
    wanted = max(1, (to_us - from_us) // minute // max(1, most))
    step = next((s for s in _STEPS_MIN if s >= wanted), 1440 * max(1, round(wanted / 1440)))
    tz = zone(zone_name)
    day = local(from_us, zone_name).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    day -= timedelta(days=day.toordinal() % (step // 1440) if step > 1440 else 0)
    last = day + timedelta(microseconds=to_us - from_us) + timedelta(days=2)
    before, wall = from_us - 1, day
    while wall <= last:
        for fold in (0, 1) if step <= 60 else (0,):
            moment = wall.replace(tzinfo=tz, fold=fold)
            mark = to_us_of(moment)
            is_real = local(mark, zone_name).replace(tzinfo=None) == wall
            if is_real and before < mark <= to_us:
                yield mark
                before = mark
        wall += timedelta(minutes=step)


def timeline_plot(rect: QRectF, state: TimelineState) -> QRectF:
    """Where the spans are painted: right of the names, above the axis."""
    names = max((width(row.name, font("body")) for row in state.rows), default=0.0)
    left = min(rect.width() * 0.3, max(66.0, names + 24))
    return QRectF(rect.left() + left, rect.top() + 6, rect.width() - left - 14, rect.height() - AXIS - 6)


def row_rect(plot: QRectF, state: TimelineState, index: int) -> QRectF:
    """Place of one row's spans inside the plot."""
    pitch = plot.height() / max(1, len(state.rows))
    tall = min(34.0, max(14.0, pitch * 0.78))
    return QRectF(plot.left(), plot.top() + index * pitch + (pitch - tall) / 2, plot.width(), tall)


def x_of(plot: QRectF, state: TimelineState, t_us: int) -> float:
    """Horizontal place of a moment."""
    return plot.left() + (t_us - state.from_us) / max(1, state.to_us - state.from_us) * plot.width()


def span_at(plot: QRectF, state: TimelineState, place: QPointF) -> tuple[int, TimelineSpan] | None:
    """Row number and span under a point."""
    t_us = state.from_us + round((place.x() - plot.left()) / max(1.0, plot.width()) * (state.to_us - state.from_us))
    slack = round(2 / max(1.0, plot.width()) * (state.to_us - state.from_us))
    for index, row in enumerate(state.rows):
        if not row_rect(plot, state, index).adjusted(0, -4, 0, 4).contains(place):
            continue
        found = [span for span in row.spans if span.from_us - slack <= t_us < span.to_us + slack]
        if found:
            return index, min(found, key=lambda span: span.to_us - span.from_us)
    return None


def paint_timeline(painter: QPainter, rect: QRectF, state: TimelineState, theme: Theme) -> None:
    """Paints names, spans, axis and the now line."""
    plot = timeline_plot(rect, state)
    most = max(2, int(plot.width() // 96))
    marks = list(time_marks(state.from_us, state.to_us, state.zone, most))
    for mark in marks:
        vertical(painter, x_of(plot, state, mark), plot.top(), plot.bottom(), theme.colour("line1"))
    end = min(state.to_us, state.now_us) if state.now_us else state.to_us
    for index, row in enumerate(state.rows):
        place = row_rect(plot, state, index)
        name = QRectF(rect.left(), place.top(), plot.left() - rect.left() - 10, place.height())
        write(painter, name, row.name, font("body"), theme.colour("text1"))
        horizontal(painter, plot.left(), plot.right(), place.bottom(), theme.colour("line1"))
        for span in sorted(row.spans, key=lambda item: _ORDER.get(item.kind, 2)):
            left = max(plot.left(), x_of(plot, state, span.from_us))
            right = min(x_of(plot, state, end), x_of(plot, state, span.to_us))
            if right >= plot.left() and left <= plot.right() and right >= left:
                paint_state_fill(painter, QRectF(left, place.top(), right - left, place.height()), span.kind, theme)
    _axis(painter, plot, state, marks, theme)
    if state.from_us <= state.now_us <= state.to_us:
        _now(painter, plot, x_of(plot, state, state.now_us), theme)


def _axis(painter: QPainter, plot: QRectF, state: TimelineState, marks: list[int], theme: Theme) -> None:
    for mark in marks:
        x = x_of(plot, state, mark)
        vertical(painter, x, plot.bottom() + 2, plot.bottom() + 6, theme.colour("line3"))
        text = clock(mark, state.zone, seconds=False)
        wide = width(text, font("label"))
        align = CENTRE
        place = QRectF(x - wide, plot.bottom() + 7, 2 * wide, 18)
        if x - wide / 2 < plot.left():
            place, align = QRectF(plot.left(), place.top(), 2 * wide, 18), LEFT
        elif x + wide / 2 > plot.right() + 14:
            place, align = QRectF(plot.right() + 2 - 2 * wide, place.top(), 2 * wide, 18), RIGHT
        write(painter, place, text, font("label"), theme.colour("text3"), align, elide=False)


def _now(painter: QPainter, plot: QRectF, x: float, theme: Theme) -> None:
    accent = theme.colour("accent")
    vertical(painter, x, plot.top() - 2, plot.bottom(), accent, 2.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    tip = plot.top() + 2
    painter.drawPolygon(QPolygonF([QPointF(x - 5, tip - 6), QPointF(x + 5, tip - 6), QPointF(x, tip)]))
    painter.restore()
