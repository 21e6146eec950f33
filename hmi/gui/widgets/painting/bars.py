"""Bars with targets, sorted causes, and the loss waterfall."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from hmi.gui.theme import Theme, font
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import dashed_line, frame, hair, horizontal, ratio, snap_rect, vertical
from hmi.gui.widgets.figures import figure, signed
from hmi.gui.widgets.painting.text import CENTRE, LEFT, RIGHT, lines, width, write, write_at
from hmi.gui.widgets.structs import BulletState, ParetoState, WaterfallBar, WaterfallState

translate = QCoreApplication.translate


def paint_bullet(painter: QPainter, rect: QRectF, state: BulletState, theme: Theme) -> None:
    """Paints label, bar with target mark and figure in one row; a strong one is the bar alone."""
    if state.strong:
        tall = 13.0
        _bar(painter, QRectF(rect.left(), rect.center().y() - tall / 2, rect.width(), tall), state, theme)
        return
    label_room = min(rect.width() * 0.38, max(96.0, width(state.label, font("label")) + 8))
    colour = theme.colour("text3" if state.dim or state.ratio is None else "text1")
    text = (
        translate("OeeFigure", "n/a")
        if state.ratio is None
        else ("~" if state.dim else "") + figure(100 * state.ratio, 1)
    )
    unit = width("%", font("micro")) + 3 if state.ratio is not None else 0.0
    figure_room = max(62.0, width(text, font("operate")) + unit + 2)
    label = QRectF(rect.left(), rect.top(), label_room, rect.height())
    write(painter, label, state.label, font("label"), theme.colour("text2"))
    bar = QRectF(label.right() + 4, rect.center().y() - 4, rect.width() - label_room - figure_room - 12, 8)
    _bar(painter, bar, state, theme)
    place = QRectF(rect.right() - figure_room, rect.top(), figure_room - unit, rect.height())
    write(painter, place, text, font("operate"), colour, RIGHT, elide=False)
    if unit:
        base = rect.adjusted(0, 2, 0, 2)
        write(painter, base, "%", font("micro"), theme.colour("text3"), RIGHT, elide=False)


def _bar(painter: QPainter, bar: QRectF, state: BulletState, theme: Theme) -> None:
    dpr = ratio(painter)
    painter.fillRect(snap_rect(bar, dpr), theme.colour("track"))
    if state.ratio is not None:
        share = min(1.0, max(0.0, state.ratio))
        filled = QRectF(bar.left(), bar.top(), bar.width() * share, bar.height())
        if state.dim:
            fill_hatch(painter, filled, theme.tokens.colour["bar"], 6.0, 2.0)
        else:
            painter.fillRect(snap_rect(filled, dpr), theme.colour("down" if state.strong else "bar"))
    else:
        fill_hatch(painter, bar, theme.tokens.colour["stalehatch"], 7.0, 1.1)
    if state.target is not None:
        x = bar.left() + bar.width() * min(1.0, max(0.0, state.target))
        vertical(painter, x, bar.top() - 4, bar.bottom() + 4, theme.colour("text1"), theme.tokens.line["target"])


def pareto_label_width(state: ParetoState, limit: float) -> float:
    """Room the labels need, at most `limit`."""
    needed = max((width(bar.label, font("body")) for bar in state.bars), default=0.0)
    return min(limit, needed + 16)


def paint_pareto(painter: QPainter, rect: QRectF, state: ParetoState, theme: Theme, row: float = 26.0) -> None:
    """Paints sorted bars from the top; what does not fit is left out at the end, the smallest first."""
    if not state.bars:
        write(
            painter, QRectF(rect.left(), rect.top(), rect.width(), 24), state.empty, font("body"), theme.colour("text2")
        )
        return
    count = min(len(state.bars), max(1, int(rect.height() // 20)))
    pitch = min(row + 4, rect.height() / count)
    label_room = pareto_label_width(state, rect.width() * 0.42)
    tail = max(
        width(figure(bar.value, state.decimals), font("operate")) + width(bar.detail, font("label")) + 18
        for bar in state.bars[:count]
    )
    room = max(20.0, rect.width() - label_room - tail)
    largest = max(bar.value for bar in state.bars) or 1.0
    for index, bar in enumerate(state.bars[:count]):
        place = QRectF(rect.left(), rect.top() + index * pitch, rect.width(), pitch)
        label = QRectF(place.left(), place.top(), label_room - 8, pitch)
        write(painter, label, bar.label, font("body"), theme.colour("text1"))
        tall = min(12.0, pitch * 0.5)
        long = max(2.0, room * bar.value / largest)
        block = QRectF(rect.left() + label_room, place.center().y() - tall / 2, long, tall)
        painter.fillRect(snap_rect(block, ratio(painter)), theme.colour("down" if index == 0 else "bar"))
        x = block.right() + 6
        text = figure(bar.value, state.decimals)
        wide = write(
            painter, QRectF(x, place.top(), 200, pitch), text, font("operate"), theme.colour("text1"), LEFT, elide=False
        )
        rest = QRectF(x + wide + 5, place.top() + 1, rect.right() - x - wide - 5, pitch)
        write(painter, rest, bar.detail, font("label"), theme.colour("text3"))


def waterfall_floor(state: WaterfallState) -> float:
    """Where the axis starts: above zero only if all the action is in the upper half."""
    least = min((bar.minutes for bar in state.bars if bar.kind != "loss"), default=0.0)
    most = max((bar.minutes for bar in state.bars), default=0.0)
    if most <= 0 or least < 0.5 * most:
        return 0.0
    step = nice_step(most - least)
    return max(0.0, (int((least - 0.45 * (most - least)) / step)) * step)


def _highest(state: WaterfallState) -> float:
    """The highest place a bar reaches; a gain (P above 100 %) may reach above its total."""
    level, highest = 0.0, 0.0
    for bar in state.bars:
        level = level - bar.minutes if bar.kind == "loss" else bar.minutes
        highest = max(highest, level)
    return highest


def nice_step(span: float, parts: int = 6) -> float:
    """A round distance of grid lines: 1, 2 or 5 times a power of ten."""
    if span <= 0:
        return 1.0
    rough = span / parts
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 5, 10):
        if rough <= factor * power:
            return factor * power
    return 10 * power


class _Scale:
    def __init__(self, plot: QRectF, floor: float, top: float) -> None:
        self.plot = plot
        self.floor = floor
        self.top = top

    def y(self, minutes: float) -> float:
        span = self.top - self.floor or 1.0
        return self.plot.bottom() - max(0.0, (minutes - self.floor) / span) * self.plot.height()


def paint_waterfall(painter: QPainter, rect: QRectF, state: WaterfallState, theme: Theme) -> None:
    """Paints totals, hatched losses, brackets with the factors, and the target."""
    if not state.bars:
        return
    floor = waterfall_floor(state)
    top = _highest(state)
    plot = QRectF(rect.left() + 44, rect.top() + 46, rect.width() - 76, rect.height() - 46 - 46)
    scale = _Scale(plot, floor, max(top, floor + 1e-9))
    _grid(painter, scale, theme)
    pitch = plot.width() / len(state.bars)
    wide = min(pitch * 0.72, 110.0)
    level = 0.0
    for index, bar in enumerate(state.bars):
        centre = plot.left() + (index + 0.5) * pitch
        level = _column(painter, scale, bar, centre, wide, level, theme, state)
        if index + 1 < len(state.bars):
            y = scale.y(level)
            dashed_line(
                painter,
                QPointF(centre + wide / 2, y),
                QPointF(centre + pitch - wide / 2, y),
                theme.colour("line3"),
                1.0,
                2.0,
            )
        _caption(painter, QRectF(centre - pitch / 2, plot.bottom() + 4, pitch, 40), bar, theme)
    for bracket in state.brackets:
        left = plot.left() + (bracket.first + 0.5) * pitch - wide / 2 - 4
        right = plot.left() + (bracket.last + 0.5) * pitch + wide / 2 + 4
        _bracket(painter, left, right, rect.top() + 16, bracket.text, theme)
    if state.target is not None:
        y = scale.y(state.target)
        left = plot.right() - pitch - 10
        horizontal(painter, left, rect.right() - 16, y, theme.colour("text1"), 2.0)
        words = translate("Waterfall", "target %1").replace("%1", figure(state.target, 1))
        wide_words = width(words, font("label"))
        above = QRectF(rect.right() - 18 - wide_words, y - 21, wide_words + 2, 17)
        painter.fillRect(above.adjusted(-2, 0, 0, 0), theme.colour("plate"))
        write(painter, above, words, font("label"), theme.colour("text1"), RIGHT, elide=False)
    horizontal(painter, plot.left(), rect.right() - 16, plot.bottom(), theme.colour("line3"))


def _grid(painter: QPainter, scale: _Scale, theme: Theme) -> None:
    step = nice_step(scale.top - scale.floor)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    minutes = scale.floor + step
    if scale.floor == 0:
        minutes = 0.0
    while minutes <= scale.top:
        y = scale.y(minutes)
        if minutes > scale.floor:
            horizontal(painter, scale.plot.left(), scale.plot.right() + 20, y, theme.colour("line1"))
        place = QRectF(scale.plot.left() - 50, y - 9, 42, 18)
        write(painter, place, figure(minutes, decimals), font("label"), theme.colour("text3"), RIGHT, elide=False)
        minutes += step


def _column(
    painter: QPainter,
    scale: _Scale,
    bar: WaterfallBar,
    centre: float,
    wide: float,
    level: float,
    theme: Theme,
    state: WaterfallState,
) -> float:
    left = centre - wide / 2
    dpr = ratio(painter)
    if bar.kind == "loss":
        lower = level - bar.minutes
        gain = bar.minutes < 0
        top, bottom = sorted((scale.y(level), scale.y(lower)))
        box = snap_rect(QRectF(left, top, wide, max(1.5, bottom - top)), dpr)
        fill_hatch(painter, box, theme.tokens.colour["bar"], 6.0, 2.0)
        frame(painter, box, theme.colour("line3"), hair(dpr))
        place = QRectF(centre - 60, box.top() - 23 if gain else box.bottom() + 3, 120, 20)
        write(painter, place, signed(-bar.minutes, 1), font("operate"), theme.colour("text1"), CENTRE, elide=False)
        return lower
    top = scale.y(bar.minutes)
    box = snap_rect(QRectF(left, top, wide, scale.plot.bottom() - top), dpr)
    painter.fillRect(box, theme.colour("down" if bar.kind == "result" else "bar"))
    if scale.floor > 0 and box.height() > 12:
        _break(painter, box, theme)
    place, colour = QRectF(centre - 60, top - 23, 120, 20), theme.colour("text1")
    if _is_crossed(scale, state, bar, top) and wide > width(figure(bar.minutes, 1), font("operate")) + 4:
        place, colour = QRectF(centre - 60, top + 3, 120, 20), theme.colour("onink")
    write(painter, place, figure(bar.minutes, 1), font("operate"), colour, CENTRE, elide=False)
    return bar.minutes


def _is_crossed(scale: _Scale, state: WaterfallState, bar: WaterfallBar, top: float) -> bool:
    """True if the target line would cross the result's figure, which then stands inside its bar."""
    if state.target is None or bar.kind != "result":
        return False
    return -2 <= top - scale.y(state.target) < 28


def _break(painter: QPainter, box: QRectF, theme: Theme) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("plate"), 3.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    y = box.bottom() - 7
    painter.drawPolyline(
        QPolygonF([QPointF(box.left(), y + 3), QPointF(box.center().x(), y - 2), QPointF(box.right(), y + 3)])
    )
    painter.restore()


def _caption(painter: QPainter, place: QRectF, bar: WaterfallBar, theme: Theme) -> None:
    room = place.width() - 4
    fits = width(bar.label, font("label")) <= room
    narrow = any(width(word, font("label")) > room for word in bar.label.split(" "))
    small = font("micro") if narrow else font("label")
    for index, line in enumerate(lines(bar.label, small, room, 1 if fits else 2)):
        row = QRectF(place.left(), place.top() + 18 * index, place.width(), 18)
        write(painter, row, line, small, theme.colour("text2"), CENTRE)
    if bar.points is not None and fits:
        row = QRectF(place.left(), place.top() + 19, place.width(), 16)
        write(painter, row, bar_points(bar.points), font("micro"), theme.colour("text3"), CENTRE)


def bar_points(points: float) -> str:
    """Percentage points in words."""
    return translate("Waterfall", "%1 points").replace("%1", figure(points, 1))


def _bracket(painter: QPainter, left: float, right: float, y: float, text: str, theme: Theme) -> None:
    colour = theme.colour("line3")
    wide = width(text, font("body", 500)) + 20
    centre = (left + right) / 2
    if right - left > wide + 16:
        horizontal(painter, left, centre - wide / 2, y, colour)
        horizontal(painter, centre + wide / 2, right, y, colour)
        vertical(painter, left, y, y + 7, colour)
        vertical(painter, right, y, y + 7, colour)
    metrics_shift = 5.0
    write_at(painter, centre - wide / 2 + 10, y + metrics_shift, text, font("body", 500), theme.colour("text1"))
