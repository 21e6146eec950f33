"""The value box: `[symbol] value unit [mark]` in every state of `ui.md` 5."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from hmi.gui.theme import Theme, font, font_px, paint_icon
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import dashed_line, frame, horizontal, ratio, snap
from hmi.gui.widgets.figures import age, figure
from hmi.gui.widgets.flash import STEADY, Phase
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol, paint_badge
from hmi.gui.widgets.painting.text import CENTRE, LEFT, RIGHT, width, write, write_at
from hmi.gui.widgets.structs import Quality, ValueState

_SYMBOL = {"operate": 18, "body": 18, "label": 16, "value_s": 20, "value_m": 20, "value_l": 26, "count": 26}
_BOX_PAD = {"operate": 7, "body": 6, "label": 5, "value_s": 8, "value_m": 10, "value_l": 10, "count": 12}

_ONE_SIZE = ("body", "label")
"""Sizes of lists, where value and unit are one text."""


@dataclass(frozen=True, slots=True)
class _Parts:
    shown: str
    figure_font: QFont
    unit_font: QFont
    figure_width: float
    unit_gap: float
    unit_width: float
    pad: float
    symbol: float
    symbol_gap: float
    mark: str
    mark_gap: float
    mark_width: float
    height: float

    @property
    def body_width(self) -> float:
        return 2 * self.pad + self.figure_width + self.unit_gap + self.unit_width

    @property
    def total_width(self) -> float:
        return self.symbol + self.symbol_gap + self.body_width + self.mark_gap + self.mark_width


def shown_text(state: ValueState) -> str:
    """The figure or word as it stands in the box, without unit; empty = four dashes are drawn."""
    if not state.has_value or state.quality is Quality.NEVER or state.hidden == "O":
        return ""
    text = state.text or figure(state.number if state.number is not None else 0.0, state.decimals)
    return "~" + text if state.quality is Quality.UNCERTAIN else text


def _is_filled(state: ValueState) -> bool:
    alarm = state.alarm
    return (
        alarm is not None
        and alarm.active
        and not alarm.acked
        and state.quality in (Quality.GOOD, Quality.UNCERTAIN)
        and state.hidden != "O"
    )


def _is_framed(state: ValueState) -> bool:
    alarm = state.alarm
    return (
        alarm is not None
        and alarm.active
        and alarm.acked
        and state.quality in (Quality.GOOD, Quality.UNCERTAIN)
        and state.hidden != "O"
    )


def _parts(state: ValueState, theme: Theme, style: str, badge: bool = True) -> _Parts:
    tokens = theme.tokens
    px = tokens.type[style].px
    weight = 600 if _is_filled(state) or _is_framed(state) else tokens.type[style].weight
    figure_font = font(style, weight)
    unit_px = px if style in _ONE_SIZE else max(11, round(px * tokens.unit_ratio))
    unit_font = font_px(unit_px, 500 if _is_filled(state) else 400)
    shown = shown_text(state)
    figure_width = width(shown, figure_font) if shown else px * 2.5
    has_box = _is_filled(state) or _is_framed(state) or state.forced
    stale = state.quality is Quality.STALE and shown != ""
    pad = float(_BOX_PAD.get(style, 8)) if has_box else 4.0 if stale else 0.0
    mark, mark_width = _mark(state, shown, badge)
    symbol = float(_SYMBOL.get(style, 22)) if state.alarm is not None else 0.0
    return _Parts(
        shown=shown,
        figure_font=figure_font,
        unit_font=unit_font,
        figure_width=figure_width,
        unit_gap=px * (0.3 if style in _ONE_SIZE else 0.14) if state.unit else 0.0,
        unit_width=width(state.unit, unit_font) if state.unit else 0.0,
        pad=pad,
        symbol=symbol,
        symbol_gap=6.0 if symbol else 0.0,
        mark=mark,
        mark_gap=8.0 if mark else 0.0,
        mark_width=mark_width,
        height=round(px * (1.5 if has_box else 1.32)),
    )


def _mark(state: ValueState, shown: str, badge: bool) -> tuple[str, float]:
    if state.hidden and badge:
        return "badge", 16.0
    if state.hidden == "O":
        return "", 0.0
    if state.quality is Quality.NEVER:
        return "unlink", 16.0
    if state.quality is Quality.BAD:
        return "box", 16.0
    if state.quality is Quality.STALE and state.show_age and state.age_s is not None and shown:
        return "age", 18.0 + width(age(state.age_s), font("label"))
    if state.forced:
        return "hand", 16.0
    if state.simulated:
        return "sim", 34.0
    return "", 0.0


def value_size(state: ValueState, theme: Theme, style: str = "value_m") -> QSizeF:
    """Place a value takes when nothing is cut."""
    parts = _parts(state, theme, style)
    return QSizeF(parts.total_width, parts.height)


def paint_value(
    painter: QPainter,
    rect: QRectF,
    state: ValueState,
    theme: Theme,
    style: str = "value_m",
    phase: Phase = STEADY,
    align: Qt.AlignmentFlag = LEFT,
    ground: QColor | None = None,
    badge: bool = True,
) -> QRectF:
    """Paints a value into `rect`, vertically centred; returns its place. badge False: S, D, O stand at the label."""
    parts = _parts(state, theme, style, badge)
    if parts.total_width > rect.width() and parts.mark == "age":
        parts = _parts(_without_age(state), theme, style, badge)
    dpr = ratio(painter)
    x = rect.left() if align == LEFT else rect.right() - parts.total_width
    if align == CENTRE:
        x = rect.center().x() - parts.total_width / 2
    x = snap(x, dpr)
    painter.save()
    if state.alarm is not None:
        square = QRectF(x, rect.center().y() - parts.symbol / 2, parts.symbol, parts.symbol)
        paint_alarm_symbol(painter, square, state.alarm, theme, phase, ground)
        x += parts.symbol + parts.symbol_gap
    body = QRectF(x, snap(rect.center().y() - parts.height / 2, dpr), parts.body_width, parts.height)
    _paint_body(painter, body, state, theme, parts, style)
    mark = QRectF(body.right() + parts.mark_gap, body.top(), parts.mark_width, body.height())
    _paint_mark(painter, mark, state, theme, parts)
    painter.restore()
    left = rect.left() if align == LEFT else x
    return QRectF(left, body.top(), parts.total_width, parts.height)


def _without_age(state: ValueState) -> ValueState:
    return replace(state, show_age=False)


def _paint_body(painter: QPainter, body: QRectF, state: ValueState, theme: Theme, parts: _Parts, style: str) -> None:
    colour = theme.colour("text1")
    unit_colour = theme.colour("text1" if style in _ONE_SIZE else "text3")
    quality = state.quality
    if quality in (Quality.STALE, Quality.BAD, Quality.NEVER) or state.hidden == "O":
        colour = unit_colour = theme.colour("text3")
    if _is_filled(state) and state.alarm is not None:
        look = theme.tokens.alarm[state.alarm.priority]
        frame(painter, body, QColor(look.outline), 2.0, QColor(look.fill), radius=2.0)
        colour = unit_colour = QColor(look.text)
    elif _is_framed(state) and state.alarm is not None:
        look = theme.tokens.alarm[state.alarm.priority]
        frame(painter, body, QColor(look.outline), 2.0)
        frame(painter, body.adjusted(2, 2, -2, -2), QColor(look.fill), 3.0)
    elif state.forced:
        frame(painter, body, theme.colour("text1"), 2.0, radius=2.0)
    if quality is Quality.STALE and parts.shown:
        fill_hatch(painter, body, theme.tokens.colour["stalehatch"], 7.0, 1.1)
    metrics = QFontMetricsF(parts.figure_font)
    baseline = body.center().y() + metrics.capHeight() / 2
    x = body.left() + parts.pad
    if parts.shown:
        write_at(painter, x, baseline, parts.shown, parts.figure_font, colour)
    else:
        _paint_dashes(painter, x, baseline, theme.tokens.type[style].px, colour)
    end = x + parts.figure_width
    if state.unit:
        write_at(painter, end + parts.unit_gap, baseline, state.unit, parts.unit_font, unit_colour)
        end += parts.unit_gap + parts.unit_width
    if quality is Quality.UNCERTAIN and parts.shown and not _is_filled(state):
        y = body.bottom() - 2
        dashed_line(painter, QPointF(x, y), QPointF(end, y), theme.colour("text1"), 2.0, 2.0)
    if quality is Quality.STALE and parts.shown:
        y = body.bottom() - 0.5
        dashed_line(painter, QPointF(body.left(), y), QPointF(body.right(), y), theme.colour("text2"), 1.0, 3.0)
    if quality is Quality.BAD and parts.shown:
        horizontal(painter, x, end, baseline - metrics.capHeight() * 0.46, colour, 2.0)


def write_reading(
    painter: QPainter, rect: QRectF, text: str, figure_font: QFont, quality: Quality, theme: Theme
) -> None:
    """Writes a value standing right in a row of a table, drawn as its quality asks: stale hatched, bad struck out."""
    known = quality in (Quality.GOOD, Quality.UNCERTAIN)
    metrics = QFontMetricsF(figure_font)
    wide = min(metrics.horizontalAdvance(text), rect.width())
    tall = metrics.capHeight() + 12
    body = QRectF(rect.right() - wide - 3, rect.center().y() - tall / 2, wide + 6, tall)
    if quality is Quality.STALE and text:
        fill_hatch(painter, body, theme.tokens.colour["stalehatch"], 7.0, 1.1)
        y = body.bottom() - 0.5
        dashed_line(painter, QPointF(body.left(), y), QPointF(body.right(), y), theme.colour("text2"), 1.0, 3.0)
    write(painter, rect, text, figure_font, theme.colour("text1" if known else "text3"), RIGHT)
    if quality is Quality.BAD and text:
        horizontal(painter, body.left() + 3, body.right() - 3, rect.center().y(), theme.colour("text3"), 2.0)


def _paint_dashes(painter: QPainter, x: float, baseline: float, px: int, colour: QColor) -> None:
    dpr = ratio(painter)
    thick = max(1.0, round(px * 0.09 * dpr) / dpr)
    y = snap(baseline - px * 0.36, dpr)
    for index in range(4):
        painter.fillRect(QRectF(snap(x + px * (0.1 + 0.6 * index), dpr), y, snap(px * 0.36, dpr), thick), colour)


def _paint_mark(painter: QPainter, rect: QRectF, state: ValueState, theme: Theme, parts: _Parts) -> None:
    square = QRectF(rect.left(), rect.center().y() - 8, 16, 16)
    if parts.mark == "badge":
        paint_badge(painter, square, state.hidden, theme)
    elif parts.mark == "unlink":
        paint_icon(painter, square, "unlink", theme.colour("text2"))
    elif parts.mark == "box":
        paint_icon(painter, square.adjusted(-1, -1, 1, 1), "box-x", theme.colour("text1"))
    elif parts.mark == "hand":
        paint_icon(painter, square.adjusted(-1, -1, 1, 1), "hand", theme.colour("text1"))
    elif parts.mark == "sim":
        tag = QRectF(rect.left(), rect.center().y() - 9, 34, 18)
        frame(painter, tag, theme.colour("line3"), 1.0, dashed=True)
        write(painter, tag, "SIM", font_px(12, 600), theme.colour("text2"), CENTRE, elide=False)
    elif parts.mark == "age" and state.age_s is not None:
        paint_icon(painter, QRectF(rect.left(), rect.center().y() - 7, 14, 14), "clock", theme.colour("text3"))
        write(painter, rect.adjusted(18, 0, 0, 0), age(state.age_s), font("label"), theme.colour("text3"), elide=False)


__all__ = ["LEFT", "RIGHT", "paint_value", "shown_text", "value_size", "write_reading"]
