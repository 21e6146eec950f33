"""Machine tiles and the buffers between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from hmi.gui.theme import Theme, font
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import frame, horizontal, ratio, snap_rect, vertical
from hmi.gui.widgets.flash import STEADY, Phase
from hmi.gui.widgets.painting.chips import chip_size, paint_chip
from hmi.gui.widgets.painting.sparks import SparkCache
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import RIGHT, lines, width, write
from hmi.gui.widgets.painting.values import paint_value, value_size
from hmi.gui.widgets.structs import BufferState, FactState, Quality, TileState, ValueState

_BRIGHT = ("run",)
_EDGE = 9.0


def tile_ground(kind: str, theme: Theme) -> QColor:
    """Ground of a tile: bright while running, dark while standing, the plate itself while unknown."""
    if kind in _BRIGHT:
        return theme.colour("plate2")
    return theme.colour("plate") if kind == "unknown" else theme.colour("sunken")


def paint_tile(
    painter: QPainter,
    rect: QRectF,
    state: TileState,
    theme: Theme,
    phase: Phase = STEADY,
    compact: bool = False,
    hovered: bool = False,
    cache: SparkCache | None = None,
) -> None:
    """Paints a whole machine tile; compact keeps one figure."""
    dpr = ratio(painter)
    kind = state.chip.kind
    ground = tile_ground(kind, theme)
    box = snap_rect(rect, dpr)
    unknown = kind == "unknown"
    line = theme.colour("text2") if unknown else theme.colour("line3") if hovered else theme.colour("line2")
    frame(painter, box, line, 1.0, ground, radius=0.0 if unknown else theme.tokens.radius["plate"], dashed=unknown)
    if unknown:
        edge = QRectF(box.left() + 1, box.top() + 1, _EDGE, box.height() - 2)
        fill_hatch(painter, edge, theme.tokens.colour["text2"], 5.0, 1.4)
    inner = box.adjusted(19 if unknown else 13, 0, -13, 0)
    y = box.top() + _paint_head(painter, box, inner, state, theme, phase, ground)
    y = _paint_state(painter, inner, y, state, theme)
    if state.speed is not None:
        style = fitting(state.speed, theme, ("value_l", "value_m", "value_s"), inner.width())
        place = QRectF(inner.left(), y, inner.width(), 44)
        paint_value(painter, place, state.speed, theme, style, phase, ground=ground)
        y += 46
    write(painter, QRectF(inner.left(), y, inner.width(), 20), state.note, font("label"), theme.colour("text2"))
    y += 26
    facts = state.facts[:1] if compact else state.facts
    bottom = _paint_facts(painter, inner, box.bottom() - 12, facts, theme, phase)
    if state.spark is not None and bottom - y > 34:
        tall = min(bottom - y - 18, max(42.0, (bottom - y) * 0.62), 110.0)
        (cache or SparkCache()).paint(painter, QRectF(inner.left(), y, inner.width(), tall), state.spark, theme)


def _paint_head(
    painter: QPainter, box: QRectF, inner: QRectF, state: TileState, theme: Theme, phase: Phase, ground: QColor
) -> float:
    alarm = state.alarm
    name = theme.colour("text1")
    outline: QColor | None = None
    filled = alarm is not None and alarm.active and not alarm.acked
    head = QRectF(box.left(), box.top(), box.width(), 36)
    row = QRectF(inner.left(), box.top() + 13, inner.width(), 22)
    if filled and alarm is not None:
        look = theme.tokens.alarm[alarm.priority]
        frame(painter, head, QColor(look.outline), 2.0, QColor(look.fill))
        name = QColor(look.text)
        outline = QColor("#1A1A1A") if look.text != "#FFFFFF" else QColor("#FFFFFF")
        row = QRectF(inner.left(), head.top(), inner.width(), head.height())
    room = 34.0 if alarm is not None else 0.0
    write(painter, row.adjusted(0, 0, -room, 0), state.name, font("operate", 600), name)
    if alarm is not None:
        size = 26.0 if filled else 22.0
        square = QRectF(inner.right() - size + 2, row.center().y() - size / 2, size, size)
        fill = QColor(theme.tokens.alarm[alarm.priority].fill) if filled else ground
        paint_alarm_symbol(painter, square, alarm, theme, phase, fill, outline)
    return 42.0


def _paint_state(painter: QPainter, inner: QRectF, y: float, state: TileState, theme: Theme) -> float:
    row = QRectF(inner.left(), y, inner.width(), 26)
    chip = paint_chip(painter, row, state.chip, theme)
    since = QRectF(chip.right() + 7, row.top(), inner.right() - chip.right() - 5, row.height())
    for words in (state.since, state.since.rpartition(" ")[2]):
        if since.width() >= width(words, font("label")):
            write(painter, since, words, font("label"), theme.colour("text3"))
            break
    return y + 30


def fitting(state: ValueState, theme: Theme, styles: tuple[str, ...], room: float) -> str:
    """The largest of some sizes in which nothing of a value is cut; the smallest if none is."""
    return next((style for style in styles if value_size(state, theme, style).width() <= room), styles[-1])


def _paint_facts(
    painter: QPainter, inner: QRectF, bottom: float, facts: tuple[FactState, ...], theme: Theme, phase: Phase
) -> float:
    if not facts:
        return bottom
    row = 22.0
    top = bottom - row * len(facts)
    for index, fact in enumerate(facts):
        place = QRectF(inner.left(), top + index * row, inner.width(), row)
        paint_fact(painter, place, fact, theme, phase, small=True)
    horizontal(painter, inner.left(), inner.right(), top - 6, theme.colour("line2"))
    return top - 6


def paint_fact(
    painter: QPainter, rect: QRectF, fact: FactState, theme: Theme, phase: Phase = STEADY, small: bool = False
) -> None:
    """Paints one line of facts: label left, words, value or chip right."""
    right = rect.right()
    body = font("label" if small else "body", 400)
    room = rect
    if fact.text:
        wide = min(width(fact.text, body), rect.width() * 0.75)
        place = QRectF(right - wide - 1, rect.top(), wide + 1, rect.height())
        write(painter, place, fact.text, body, theme.colour("text3" if fact.dim else "text1"), RIGHT)
        right -= wide + 8
    if fact.value is not None:
        took = paint_value(
            painter,
            QRectF(rect.left(), rect.top(), right - rect.left(), rect.height()),
            fact.value,
            theme,
            "label" if small else "body",
            phase,
            RIGHT,
        )
        right -= took.width() + 8
    if fact.chip is not None:
        wide = chip_size(fact.chip, theme).width()
        paint_chip(painter, QRectF(right - wide, rect.top(), wide, rect.height()), fact.chip, theme, right=True)
        right -= wide + 8
    if fact.symbol is not None:
        paint_alarm_symbol(painter, QRectF(right - 18, rect.center().y() - 9, 18, 18), fact.symbol, theme, phase)
        right -= 26
    room = QRectF(rect.left(), rect.top(), right - rect.left() - 4, rect.height())
    write(painter, room, fact.label, font("label"), theme.colour("text3" if fact.dim else "text2"))


def paint_buffer(painter: QPainter, rect: QRectF, state: BufferState, theme: Theme, phase: Phase = STEADY) -> None:
    """Paints the name, the fill bar with its high mark, the fill and an estimate, from the top of `rect`."""
    write(painter, QRectF(rect.left(), rect.top(), rect.width(), 18), state.name, font("label"), theme.colour("text2"))
    bar = QRectF(rect.left(), rect.top() + 22, rect.width(), 14)
    dpr = ratio(painter)
    painter.fillRect(snap_rect(bar, dpr), theme.colour("track"))
    value = state.fill
    known = value.number is not None and value.quality in (Quality.GOOD, Quality.UNCERTAIN)
    if known and value.number is not None:
        share = min(1.0, max(0.0, value.number / 100.0))
        painter.fillRect(
            snap_rect(QRectF(bar.left(), bar.top(), bar.width() * share, bar.height()), dpr), theme.colour("bar")
        )
        alarm = value.alarm
        if alarm is not None and alarm.active and state.high is not None and value.number > state.high:
            look = theme.tokens.alarm[alarm.priority]
            left = bar.left() + bar.width() * state.high / 100.0
            over = QRectF(left, bar.top(), max(5.0, bar.left() + bar.width() * share - left), bar.height())
            frame(painter, over, QColor(look.outline), 1.5, QColor(look.fill))
    else:
        fill_hatch(painter, bar, theme.tokens.colour["stalehatch"], 7.0, 1.1)
    frame(painter, bar, theme.colour("bandedge"), 1.0)
    if state.high is not None:
        x = bar.left() + bar.width() * state.high / 100.0
        vertical(painter, x, bar.top() - 2, bar.bottom() + 2, theme.colour("text2"), 2.0)
    place = QRectF(rect.left(), bar.bottom() + 3, rect.width(), 30)
    paint_value(
        painter, place, value, theme, fitting(value, theme, ("value_s", "operate", "label"), rect.width()), phase
    )
    for index, line in enumerate(lines(state.note, font("micro"), rect.width())):
        row = QRectF(rect.left(), place.bottom() + 2 + 16 * index, rect.width(), 16)
        write(painter, row, line, font("micro"), theme.colour("text2"))
