"""The figures a page is about: OEE with its factors, and the production count."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from hmi.gui.theme import Theme, font, font_px, paint_icon
from hmi.gui.theme.strokes import ratio, snap_rect, vertical
from hmi.gui.widgets.figures import figure, signed
from hmi.gui.widgets.painting.bars import paint_bullet
from hmi.gui.widgets.painting.text import lines, width, write, write_at
from hmi.gui.widgets.painting.tiles import paint_fact
from hmi.gui.widgets.structs import BulletState, CountFigureState, OeeFigureState

translate = QCoreApplication.translate
TITLE = 34.0
MOST_TITLE = 60.0


def paint_title(painter: QPainter, rect: QRectF, title: str, subtitle: str, theme: Theme) -> None:
    """Paints the title row of a plate or of a part of it."""
    tall = rect.height() if rect.height() <= MOST_TITLE else TITLE
    row = QRectF(rect.left(), rect.top(), rect.width(), tall)
    wide = write(painter, row, title, font("heading"), theme.colour("text1"))
    rest = row.adjusted(wide + 9, 0, 0, 0)
    write(painter, rest, subtitle, font("label"), theme.colour("text2"))


def paint_oee(painter: QPainter, rect: QRectF, state: OeeFigureState, theme: Theme, compact: bool = False) -> None:
    """Paints figure, target, gap in words, factors, coverage."""
    paint_title(painter, rect, state.title, state.subtitle, theme)
    big = font("glance") if not compact else font("value_l")
    if compact and rect.width() > 200:
        big = font_px(48, 500)
    colour = theme.colour("text3" if state.dim or state.ratio is None else "text1")
    top = rect.top() + TITLE
    text = translate("OeeFigure", "n/a") if state.ratio is None else figure(100 * state.ratio, 1)
    if state.dim and state.ratio is not None:
        text = "~" + text
    baseline = top + 8 + QFontMetricsF(big).capHeight()
    if width(text, big) + 40 > rect.width():
        big = font("value_l")
    x = rect.left() + write_at(painter, rect.left() + 1, baseline, text, big, colour)
    if state.ratio is not None:
        x += 9 + write_at(painter, x + 9, baseline, "%", font_px(28), theme.colour("text3"))
    _target(painter, rect, x + 14, baseline, state, theme)
    y = baseline + 16
    strong = BulletState("", state.ratio, state.target, strong=True, dim=state.dim)
    paint_bullet(painter, QRectF(rect.left(), y, rect.width(), 24), strong, theme)
    y += 36
    for factor in state.factors:
        paint_bullet(painter, QRectF(rect.left(), y, rect.width(), 28), factor, theme)
        y += 28
    y += 6
    if state.problem:
        paint_icon(painter, QRectF(rect.left(), y + 1, 16, 16), "octagon", theme.colour("text1"))
        for line in lines(state.problem, font("label"), rect.width() - 22, 3):
            write(
                painter, QRectF(rect.left() + 22, y, rect.width() - 22, 18), line, font("label"), theme.colour("text1")
            )
            y += 18
    for line in lines(state.note, font("label"), rect.width(), 2):
        if y + 18 <= rect.bottom():
            write(painter, QRectF(rect.left(), y, rect.width(), 18), line, font("label"), theme.colour("text2"))
        y += 18


def oee_height(state: OeeFigureState, wide: float) -> float:
    """Height in which nothing of the figure is left out."""
    problem = len(lines(state.problem, font("label"), wide - 22, 3)) if state.problem else 0
    note = len(lines(state.note, font("label"), wide, 2)) if state.note else 0
    return TITLE + 8 + 44 + 16 + 36 + 28 * len(state.factors) + 6 + 18 * (problem + note) + 4


def _target(painter: QPainter, rect: QRectF, x: float, baseline: float, state: OeeFigureState, theme: Theme) -> None:
    if state.target is None:
        return
    room = rect.right() - x
    target = translate("OeeFigure", "target %1").replace("%1", figure(100 * state.target, 1))
    if room < width(target, font("label")):
        return
    write_at(painter, x, baseline - 17, target, font("label"), theme.colour("text2"))
    if state.ratio is not None:
        gap = round(100 * state.ratio, 1) - round(100 * state.target, 1)
        words = translate("OeeFigure", "%1 points").replace("%1", signed(gap, 1))
        for shown in (words, signed(gap, 1)):
            if room >= width(shown, font("label", 500)):
                write_at(painter, x, baseline, shown, font("label", 500), theme.colour("text1"))
                break


def paint_count(painter: QPainter, rect: QRectF, state: CountFigureState, theme: Theme) -> None:
    """Paints count, bar towards the shift's target with the mark of now, and facts."""
    paint_title(painter, rect, state.title, state.subtitle, theme)
    big = font("count")
    baseline = rect.top() + TITLE + 8 + QFontMetricsF(big).capHeight()
    known = state.count is not None
    text = figure(state.count, 0) if state.count is not None else "----"
    x = rect.left() + write_at(painter, rect.left(), baseline, text, big, theme.colour("text1" if known else "text3"))
    unit = QRectF(x + 12, baseline - 15, rect.right() - x - 12, 18)
    write(painter, unit, state.unit, font("label"), theme.colour("text2"))
    y = baseline + 20
    if state.planned:
        _progress(painter, QRectF(rect.left(), y, rect.width(), 12), state, theme)
        y += 26
    for fact in state.facts:
        if y + 24 > rect.bottom():
            break
        paint_fact(painter, QRectF(rect.left(), y, rect.width(), 24), fact, theme, small=True)
        y += 24


def _progress(painter: QPainter, bar: QRectF, state: CountFigureState, theme: Theme) -> None:
    planned = state.planned or 1.0
    painter.fillRect(snap_rect(bar, ratio(painter)), theme.colour("track"))
    if state.count is not None:
        share = min(1.0, max(0.0, state.count / planned))
        done = QRectF(bar.left(), bar.top(), bar.width() * share, bar.height())
        painter.fillRect(snap_rect(done, ratio(painter)), theme.colour("down"))
    if state.due is not None:
        x = bar.left() + bar.width() * min(1.0, max(0.0, state.due / planned))
        vertical(painter, x, bar.top() - 4, bar.bottom() + 4, theme.colour("text1"), theme.tokens.line["target"])
