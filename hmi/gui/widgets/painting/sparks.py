"""Sparklines: a short history without axes; gaps stay gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from hmi.gui.theme import Theme
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import ratio
from hmi.gui.widgets.structs import FloatArray, SparkState, TimeArray


def reduce_columns(
    t_us: TimeArray, value: FloatArray, from_us: int, to_us: int, columns: int
) -> tuple[FloatArray, FloatArray]:
    """Positions 0..1 and values with at most four points a pixel column (first, min, max, last); NaN are kept.

    No peak is lost: every column keeps its smallest and its largest value.
    """
    span = max(1, to_us - from_us)
    if len(t_us) <= 2 * columns:
        return (t_us - from_us) / span, value
    column = np.clip(((t_us - from_us) * columns) // span, 0, columns - 1)
    starts = np.flatnonzero(np.r_[True, np.diff(column) != 0])
    ends = np.r_[starts[1:], len(column)] - 1
    low = np.fmin.reduceat(value, starts)
    high = np.fmax.reduceat(value, starts)
    holes = np.add.reduceat(np.isnan(value), starts) > 0
    x = (column[starts] + 0.5) / columns
    rising = value[starts] <= value[ends]
    middle = np.where(rising, low, high), np.where(rising, high, low)
    y = np.column_stack((value[starts], middle[0], middle[1], value[ends])).reshape(-1)
    y[3::4] = np.where(holes, np.nan, y[3::4])
    return np.repeat(x, 4), y


def paint_spark(
    painter: QPainter,
    rect: QRectF,
    state: SparkState,
    theme: Theme,
    colour: QColor | None = None,
) -> None:
    """Paints band, gaps and line; values outside the scale are cut at its ends."""
    _paint_band(painter, rect, state, theme)
    for start, end in state.gaps:
        left = _x(rect, state, max(start, state.from_us))
        right = _x(rect, state, min(end, state.to_us))
        if right - left >= 1:
            hole = QRectF(left, rect.top(), right - left, rect.height())
            fill_hatch(painter, hole, theme.tokens.colour["stalehatch"], 9.0, 1.2, rising=False)
    if len(state.t_us) == 0:
        return
    columns = max(8, int(rect.width() * ratio(painter)))
    x, y = reduce_columns(state.t_us, state.value, state.from_us, state.to_us, columns)
    inside = (x >= 0) & (x <= 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(rect.adjusted(0, -1, 0, 1), Qt.ClipOperation.IntersectClip)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line = QPen(colour or theme.colour("spark"), theme.tokens.line["spark"])
    line.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    painter.setPen(line)
    span = state.high - state.low if state.high > state.low else 1.0
    px = rect.left() + x[inside] * rect.width()
    py = rect.bottom() - np.clip((y[inside] - state.low) / span, 0.0, 1.0) * rect.height()
    for xs, ys in runs(px, py, state.stepped):
        painter.drawPolyline(polygon(xs, ys))
    painter.restore()


def runs(px: FloatArray, py: FloatArray, stepped: bool) -> list[tuple[FloatArray, FloatArray]]:
    """Unbroken runs of finite points; a stepped pen gets its corners, a single point a short dash."""
    good = ~np.isnan(py)
    edges = np.flatnonzero(np.diff(np.r_[False, good, False].astype(np.int8)))
    found: list[tuple[FloatArray, FloatArray]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        xs, ys = px[start:end], py[start:end]
        if stepped and len(xs) > 1:
            xs, ys = np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1]
        if len(xs) == 1:
            xs, ys = np.r_[xs - 0.5, xs + 0.5], np.r_[ys, ys]
        found.append((xs, ys))
    return found


def polygon(xs: FloatArray, ys: FloatArray) -> QPolygonF:
    """A polygon from two arrays, copied in one go."""
    made = QPolygonF()
    made.resize(len(xs))
    wrap: Any = shiboken6.VoidPtr  # its stub knows neither the size nor the buffer protocol
    view = np.frombuffer(wrap(made.data(), len(xs) * 16, True), np.float64).reshape(-1, 2)
    view[:, 0] = xs
    view[:, 1] = ys
    return made


class SparkCache:
    """A painted sparkline kept until its struct, its place or the theme changes; values repaint ten times as often."""

    def __init__(self) -> None:
        self._state: SparkState | None = None
        self._key: tuple[float, ...] = ()
        self._theme = ""
        self._pixmap: QPixmap | None = None

    def paint(self, painter: QPainter, rect: QRectF, state: SparkState, theme: Theme) -> None:
        """Paints like `paint_spark`."""
        dpr = ratio(painter)
        key = (rect.left() % 1, rect.top() % 1, rect.width(), rect.height(), dpr)
        if self._pixmap is None or state is not self._state or key != self._key or theme.name != self._theme:
            pixmap = QPixmap(int((rect.width() + 4) * dpr) + 1, int((rect.height() + 4) * dpr) + 1)
            pixmap.setDevicePixelRatio(dpr)
            pixmap.fill(Qt.GlobalColor.transparent)
            inner = QPainter(pixmap)
            place = QRectF(2 + rect.left() % 1, 2 + rect.top() % 1, rect.width(), rect.height())
            paint_spark(inner, place, state, theme)
            inner.end()
            self._pixmap, self._state, self._key, self._theme = pixmap, state, key, theme.name
        painter.drawPixmap(QPointF(rect.left() // 1 - 2, rect.top() // 1 - 2), self._pixmap)


def _paint_band(painter: QPainter, rect: QRectF, state: SparkState, theme: Theme) -> None:
    if state.band_low is None and state.band_high is None:
        return
    low = state.low if state.band_low is None else state.band_low
    high = state.high if state.band_high is None else state.band_high
    top, bottom = _y(rect, state, high), _y(rect, state, low)
    pale = QColor(theme.colour("band"))
    pale.setAlphaF(0.6)
    painter.fillRect(QRectF(rect.left(), top, rect.width(), max(1.0, bottom - top)), pale)


def _x(rect: QRectF, state: SparkState, t_us: int) -> float:
    return rect.left() + (t_us - state.from_us) / max(1, state.to_us - state.from_us) * rect.width()


def _y(rect: QRectF, state: SparkState, value: float) -> float:
    span = state.high - state.low if state.high > state.low else 1.0
    return rect.bottom() - min(1.0, max(0.0, (value - state.low) / span)) * rect.height()
