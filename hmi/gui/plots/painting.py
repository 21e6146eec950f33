"""Painting of trend panes: reduced to pixel columns first, so a frame costs the same for an hour and for a month."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from hmi.gui.plots.scales import decimals_of, ticks
from hmi.gui.plots.structs import GapSpan, PaneState, PenState, TrendState
from hmi.gui.theme import Theme, font
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import dashed_line, frame, horizontal, pen, ratio, snap, snap_rect, vertical
from hmi.gui.widgets.figures import clock, figure, local
from hmi.gui.widgets.painting.fills import paint_state_fill
from hmi.gui.widgets.painting.sparks import polygon, reduce_columns, runs
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import CENTRE, LEFT, RIGHT, width, write
from hmi.gui.widgets.painting.timelines import time_marks
from hmi.gui.widgets.structs import FloatArray

SMOOTH_TRAVEL = 9000.0
"""Up to this many pixels of way a pen is drawn antialiased in its full width; above, one pixel wide and sharp."""

_PIECE = 24
"""Points of one stroke: Qt's antialiased wide strokes cost the square of their length where they cross themselves."""

AXIS = 26.0
ALARM_LINE = 30.0
BAND = 22.0
LEFT_ROOM = 52.0


class Layout:
    """Where the parts of a trend stand in its rectangle."""

    def __init__(self, rect: QRectF, state: TrendState) -> None:
        left = rect.left() + LEFT_ROOM
        self.left, self.right = left, max(left + 10, rect.right() - 8)
        top = rect.top() + 4
        self.alarms: QRectF | None = None
        if state.marks is not None:
            self.alarms = QRectF(left, top, self.right - left, ALARM_LINE - 8)
            top += ALARM_LINE
        bottom = rect.bottom() - AXIS
        gap = 14.0
        count = max(1, len(state.panes))
        room = bottom - top - gap * (count - 1) - (BAND if state.band is not None else 0.0)
        shares = [max(0.1, pane.share) for pane in state.panes] or [1.0]
        self.panes: list[QRectF] = []
        self.band: QRectF | None = None
        for index, share in enumerate(shares):
            tall = max(20.0, room * share / sum(shares))
            self.panes.append(QRectF(left, top, self.right - left, tall))
            top += tall
            if index == 0 and state.band is not None:
                self.band = QRectF(left, top + 6, self.right - left, BAND - 8)
                top += BAND
            top += gap
        self.axis = QRectF(left, bottom, self.right - left, AXIS)
        self._state = state

    def x(self, t_us: int) -> float:
        """Horizontal place of a moment."""
        state = self._state
        return self.left + (t_us - state.from_us) / max(1, state.to_us - state.from_us) * (self.right - self.left)

    def time(self, x: float) -> int:
        """Moment under a horizontal place."""
        state = self._state
        share = (x - self.left) / max(1.0, self.right - self.left)
        return state.from_us + round(share * (state.to_us - state.from_us))


def paint_trend(painter: QPainter, rect: QRectF, state: TrendState, theme: Theme) -> None:
    """Paints everything but the cursors."""
    layout = Layout(rect, state)
    most = max(2, int((layout.right - layout.left) // 96))
    marks = list(time_marks(state.from_us, state.to_us, state.zone, most))
    if layout.alarms is not None:
        _alarm_line(painter, rect, layout, state, theme)
    for pane, box in zip(state.panes, layout.panes, strict=False):
        _pane(painter, box, pane, state, layout, marks, theme)
    if layout.band is not None and state.band is not None:
        _band(painter, rect, layout, state, theme)
    _time_axis(painter, layout, state, marks, theme)


def _alarm_line(painter: QPainter, rect: QRectF, layout: Layout, state: TrendState, theme: Theme) -> None:
    box = layout.alarms
    if box is None:
        return
    words = QCoreApplication.translate("Trend", "Alarms")
    write(
        painter,
        QRectF(rect.left(), box.top(), LEFT_ROOM - 8, box.height()),
        words,
        font("label"),
        theme.colour("text2"),
        RIGHT,
    )
    horizontal(painter, box.left(), box.right(), box.bottom() + 2, theme.colour("line2"))
    for mark in state.marks or ():
        if state.from_us <= mark.t_us <= state.to_us:
            x = layout.x(mark.t_us)
            paint_alarm_symbol(painter, QRectF(x - 9, box.center().y() - 9, 18, 18), mark.symbol, theme)


def _pane(
    painter: QPainter, box: QRectF, pane: PaneState, state: TrendState, layout: Layout, marks: list[int], theme: Theme
) -> None:
    dpr = ratio(painter)
    painter.fillRect(snap_rect(box, dpr), theme.colour("chart"))
    if pane.band_low is not None or pane.band_high is not None:
        low = pane.low if pane.band_low is None else pane.band_low
        high = pane.high if pane.band_high is None else pane.band_high
        top, bottom = _y(box, pane, high), _y(box, pane, low)
        pale = QColor(theme.colour("band"))
        pale.setAlphaF(0.45)
        painter.fillRect(snap_rect(QRectF(box.left(), top, box.width(), max(1.0, bottom - top)), dpr), pale)
    _value_axis(painter, box, pane, theme)
    for mark in marks:
        vertical(painter, layout.x(mark), box.top(), box.bottom(), theme.colour("grid"))
    painter.save()
    painter.setClipRect(snap_rect(box.adjusted(0, -1, 5, 1), dpr))
    for gap in pane.gaps:
        _gap(painter, box, gap, state, layout, theme)
    if state.show_limits:
        for limit in pane.limits:
            _limit(painter, box, pane, limit.value, theme)
    if pane.setpoint is not None:
        _line(painter, box, pane, pane.setpoint, state, theme, QColor(theme.colour("text2")), (2.0, 3.0))
    for item in reversed(pane.pens):
        token = theme.tokens.pens[item.pen % len(theme.tokens.pens)]
        _line(painter, box, pane, item, state, theme, QColor(token.colour), token.dash, token.width)
    painter.restore()
    frame(painter, box, theme.colour("line2"), 1.0)
    _texts(painter, box, pane, state, layout, theme)


def _word_axis(painter: QPainter, box: QRectF, pane: PaneState, theme: Theme) -> None:
    free_below = box.bottom() + 9
    for value, word in sorted(pane.words):
        y = _y(box, pane, value)
        horizontal(painter, box.left(), box.right(), y, theme.colour("grid"))
        if y + 8 <= free_below:
            place, align = QRectF(box.left() - LEFT_ROOM, y - 9, LEFT_ROOM - 8, 18), RIGHT
            if width(word, font("label")) > place.width():
                under = y - 18 < box.top() + 24
                place, align = QRectF(box.left() + 10, y + 2 if under else y - 18, box.width() / 2, 16), LEFT
            write(painter, place, word, font("label"), theme.colour("text3"), align)
            free_below = y - 8


def _value_axis(painter: QPainter, box: QRectF, pane: PaneState, theme: Theme) -> None:
    if pane.words:
        _word_axis(painter, box, pane, theme)
        return
    values = ticks(pane.low, pane.high, max(2, int(box.height() // 42)))
    decimals = decimals_of(values)
    for value in values:
        y = _y(box, pane, value)
        if box.top() + 2 < y < box.bottom() - 2:
            horizontal(painter, box.left(), box.right(), y, theme.colour("grid"))
        place = QRectF(box.left() - LEFT_ROOM, y - 9, LEFT_ROOM - 8, 18)
        write(painter, place, figure(value, decimals), font("label"), theme.colour("text3"), RIGHT, elide=False)


def _y(box: QRectF, pane: PaneState, value: float) -> float:
    span = pane.high - pane.low if pane.high > pane.low else 1.0
    return box.bottom() - (value - pane.low) / span * box.height()


def _gap(painter: QPainter, box: QRectF, gap: GapSpan, state: TrendState, layout: Layout, theme: Theme) -> None:
    end = gap.to_us if gap.to_us is not None else (state.now_us or state.to_us)
    left = max(box.left(), layout.x(gap.from_us))
    right = min(box.right(), layout.x(end))
    if right <= left:
        return
    hole = QRectF(left, box.top(), max(2.0, right - left), box.height())
    fill_hatch(painter, hole, theme.tokens.colour["stalehatch"], 9.0, 1.2, rising=False)
    if gap.from_us > state.from_us:
        dashed_line(painter, QPointF(left, box.top()), QPointF(left, box.bottom()), theme.colour("line3"), 1.0, 3.0)


def _limit(painter: QPainter, box: QRectF, pane: PaneState, value: float, theme: Theme) -> None:
    if not pane.low <= value <= pane.high:
        return
    y = snap(_y(box, pane, value), ratio(painter))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen(theme.colour("text2"), 1.0, (8.0, 4.0)))
    painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    painter.restore()


def _texts(painter: QPainter, box: QRectF, pane: PaneState, state: TrendState, layout: Layout, theme: Theme) -> None:
    titled = 0.0
    if pane.title:
        place = QRectF(box.left() + 10, box.top() + 5, box.width() - 20, 18)
        titled = write(painter, place, pane.title, font("label", 600), theme.colour("text1")) + 16
    if state.show_limits:
        decimals = decimals_of(ticks(pane.low, pane.high, 5)) + 1
        for limit in pane.limits:
            if pane.low <= limit.value <= pane.high:
                y = _y(box, pane, limit.value)
                words = f"{limit.name} {figure(limit.value, decimals if limit.value % 1 else 0)}"
                beside = titled if y - 18 < box.top() + 22 else 0.0
                above = QRectF(box.left() + 8 + beside, y - 18, 200, 16)
                write(painter, above, words, font("label"), theme.colour("text2"))
    row = 0
    for gap in pane.gaps:
        end = gap.to_us if gap.to_us is not None else (state.now_us or state.to_us)
        left, right = layout.x(gap.from_us), layout.x(end)
        if not gap.cause or right < box.left() or left > box.right() or right - left < 6:
            continue
        wide = width(gap.cause, font("label"))
        start = left - wide - 8
        if start <= box.left() + 4:
            inside = max(left, box.left()) + 8
            start = inside if right - inside > wide + 8 else min(right + 8, box.right() - wide - 8)
        place = QRectF(max(box.left() + 4, start), box.bottom() - 24 - 18 * row, wide + 1, 18)
        painter.fillRect(place.adjusted(-3, 0, 3, 0), theme.colour("chart"))
        write(painter, place, gap.cause, font("label"), theme.colour("text2"))
        row = (row + 1) % 3


def _line(
    painter: QPainter,
    box: QRectF,
    pane: PaneState,
    item: PenState,
    state: TrendState,
    theme: Theme,
    colour: QColor,
    dash: tuple[float, ...],
    thick: float = 1.2,
) -> None:
    if len(item.t_us) == 0:
        return
    start = max(0, int(np.searchsorted(item.t_us, state.from_us)) - 1)
    end = min(len(item.t_us), int(np.searchsorted(item.t_us, state.to_us, side="right")) + 1)
    times, values = item.t_us[start:end], item.value[start:end]
    columns = max(16, int(box.width() * ratio(painter)))
    x, y = reduce_columns(times, values, state.from_us, state.to_us, columns)
    px = box.left() + x * box.width()
    span = pane.high - pane.low if pane.high > pane.low else 1.0
    py = box.bottom() - (y - pane.low) / span * box.height()
    py = np.clip(py, box.top() - 4000.0, box.bottom() + 4000.0)
    smooth = float(np.nansum(np.abs(np.diff(py)))) + box.width() <= SMOOTH_TRAVEL
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    stroke = pen(colour, thick if smooth else 1.0, dash)
    stroke.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    painter.setPen(stroke)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for xs, ys in runs(px, py, item.stepped):
        if smooth:
            _stroke_in_pieces(painter, xs, ys, stroke)
        else:
            painter.drawPolyline(polygon(xs, ys))
    painter.restore()
    if item.live and len(values) and not np.isnan(values[-1]) and state.now_us and times[-1] <= state.to_us:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(float(px[-1]), float(py[-1])), 3.0, 3.0)
        painter.restore()


def _stroke_in_pieces(painter: QPainter, xs: FloatArray, ys: FloatArray, stroke: QPen) -> None:
    way = np.r_[0.0, np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))]
    dashed = stroke.style() != Qt.PenStyle.SolidLine
    for start in range(0, max(1, len(xs) - 1), _PIECE):
        if dashed:
            stroke.setDashOffset(float(way[start]) / stroke.widthF())
            painter.setPen(stroke)
        painter.drawPolyline(polygon(xs[start : start + _PIECE + 1], ys[start : start + _PIECE + 1]))


def _band(painter: QPainter, rect: QRectF, layout: Layout, state: TrendState, theme: Theme) -> None:
    box, row = layout.band, state.band
    if box is None or row is None:
        return
    label = QRectF(rect.left(), box.top() - 2, LEFT_ROOM - 8, box.height() + 4)
    write(painter, label, row.name, font("label"), theme.colour("text2"), RIGHT)
    end = state.now_us or state.to_us
    for span in row.spans:
        left = max(box.left(), layout.x(span.from_us))
        right = min(box.right(), layout.x(min(end, span.to_us)))
        if right > left:
            paint_state_fill(painter, QRectF(left, box.top(), right - left, box.height()), span.kind, theme)


def _time_axis(painter: QPainter, layout: Layout, state: TrendState, marks: list[int], theme: Theme) -> None:
    span = state.to_us - state.from_us
    seconds = span < 10 * 60_000_000
    daily = span > 36 * 3_600_000_000
    previous = ""
    for mark in marks:
        moment = local(mark, state.zone)
        text = clock(mark, state.zone, seconds)
        day = f"{moment.day}.{moment.month}."
        if daily and (day != previous or (moment.hour == 0 and moment.minute == 0)):
            text = day if (moment.hour, moment.minute) == (0, 0) else f"{day} {text}"
            previous = day
        x = layout.x(mark)
        wide = width(text, font("label"))
        left = min(max(x - wide / 2, layout.left - 8), layout.right + 8 - wide)
        place = QRectF(left, layout.axis.top() + 4, wide + 1, 18)
        write(painter, place, text, font("label"), theme.colour("text3"), CENTRE, elide=False)


def paint_cursors(painter: QPainter, rect: QRectF, state: TrendState, theme: Theme, hover_us: int | None) -> None:
    """Paints cursors A and B with their flags, and a thin line under the pointer."""
    layout = Layout(rect, state)
    if not layout.panes:
        return
    accent = theme.colour("accent")
    if hover_us is not None and state.from_us <= hover_us <= state.to_us:
        for box in layout.panes:
            vertical(painter, layout.x(hover_us), box.top(), box.bottom(), theme.colour("line3"))
    for letter, moment in (("A", state.cursor_a_us), ("B", state.cursor_b_us)):
        if moment is None or not state.from_us <= moment <= state.to_us:
            continue
        x = layout.x(moment)
        for box in layout.panes:
            vertical(painter, x, box.top(), box.bottom(), accent, 2.0)
            flag = QRectF(x - 9, box.top() - 5, 18, 17)
            painter.fillRect(snap_rect(flag, ratio(painter)), accent)
            write(
                painter,
                flag,
                letter,
                font("micro", 600),
                theme.colour("onink" if not theme.is_dark else "ground"),
                CENTRE,
                elide=False,
            )
