"""State chips: glyph and word, filled only for what stands still by itself."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QPainter

from hmi.gui.theme import Theme, font, paint_icon
from hmi.gui.theme.strokes import frame, snap_rect
from hmi.gui.theme.strokes import ratio as device_ratio
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.structs import StateChipState

_FILLED = {"held": "internal", "stopped": "text3", "aborted": "down"}
KINDS = ("run", "idle", "starved", "blocked", "held", "stopped", "aborted", "setup", "complete", "unknown")

_HEIGHT = 24.0
_PAD = 9.0
_GLYPH = 16.0
_GAP = 7.0


def chip_size(state: StateChipState, theme: Theme) -> QSizeF:
    """Place of a chip in full."""
    return QSizeF(2 * _PAD + _GLYPH + _GAP + width(state.word, font("body", 500)), _HEIGHT)


def paint_chip(painter: QPainter, rect: QRectF, state: StateChipState, theme: Theme, right: bool = False) -> QRectF:
    """Paints a chip at the left (or right) of `rect`, vertically centred; returns its place."""
    size = chip_size(state, theme)
    wide = min(size.width(), rect.width())
    left = rect.right() - wide if right else rect.left()
    box = snap_rect(QRectF(left, rect.center().y() - _HEIGHT / 2, wide, _HEIGHT), device_ratio(painter))
    kind = state.kind if state.kind in KINDS else "unknown"
    radius = theme.tokens.radius["control"]
    text: QColor
    if kind in _FILLED:
        fill = theme.colour(_FILLED[kind])
        text = theme.colour("onink")
        frame(painter, box, fill, 1.0, fill, radius=radius)
    elif kind == "run":
        text = theme.colour("text1")
        frame(painter, box, theme.colour("text2"), theme.tokens.line["control"], theme.colour("plate2"), radius=radius)
    elif kind == "unknown":
        text = theme.colour("text2")
        frame(painter, box, theme.colour("text2"), theme.tokens.line["control"], radius=radius, dashed=True)
    else:
        text = theme.colour("text1")
        frame(painter, box, theme.colour("line3"), theme.tokens.line["state"], radius=radius)
    glyph = QRectF(box.left() + _PAD, box.center().y() - _GLYPH / 2, _GLYPH, _GLYPH)
    paint_icon(painter, glyph, f"state/{kind}", text)
    word = QRectF(glyph.right() + _GAP, box.top(), box.right() - _PAD - glyph.right() - _GAP + 1, box.height())
    write(painter, word, state.word, font("body", 500), text)
    return box
