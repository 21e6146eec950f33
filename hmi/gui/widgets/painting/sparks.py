"""Sparklines: a short history without axes; gaps stay gaps."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

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
    for polygon in polygons(rect, x[inside], y[inside], state.low, state.high, state.stepped):
        painter.drawPolyline(polygon)
    painter.restore()


def polygons(
    rect: QRectF, x: FloatArray, y: FloatArray, low: float, high: float, stepped: bool = False
) -> list[QPolygonF]:
    """Unbroken runs of points as polygons in `rect`; NaN breaks the line, never becomes zero."""
    if len(x) == 0:
        return []
    span = high - low if high > low else 1.0
    px = rect.left() + x * rect.width()
    py = rect.bottom() - np.clip((y - low) / span, 0.0, 1.0) * rect.height()
    good = ~np.isnan(y)
    edges = np.flatnonzero(np.diff(np.r_[False, good, False].astype(np.int8)))
    found: list[QPolygonF] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        xs, ys = px[start:end], py[start:end]
        if stepped and len(xs) > 1:
            xs, ys = np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1]
        if len(xs) == 1:
            xs, ys = np.r_[xs - 0.5, xs + 0.5], np.r_[ys, ys]
        found.append(QPolygonF([QPointF(a, b) for a, b in zip(xs.tolist(), ys.tolist(), strict=True)]))
    return found


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
