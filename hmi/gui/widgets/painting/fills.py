"""How a time in a machine state looks in a timeline and in its legend: pattern and height before grey value."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from hmi.gui.theme import Theme
from hmi.gui.theme.hatch import fill_dots, fill_hatch
from hmi.gui.theme.strokes import frame, hair, ratio, snap_rect

KINDS = ("run", "minor", "breakdown", "internal", "ext", "setup", "planned", "unknown")
LOW_SHARE = 0.66
MINOR_SHARE = 0.85
TICK = 1.6
"""Least width of a stop in pixels, so that a short one is not lost."""


def paint_state_fill(painter: QPainter, rect: QRectF, kind: str, theme: Theme) -> None:
    """Paints one span into the full height of its row; run and planned take the lower two thirds."""
    dpr = ratio(painter)
    low = QRectF(rect.left(), rect.bottom() - rect.height() * LOW_SHARE, rect.width(), rect.height() * LOW_SHARE)
    if kind == "run":
        painter.fillRect(snap_rect(low, dpr), theme.colour("run"))
    elif kind == "planned":
        painter.fillRect(snap_rect(low, dpr), theme.colour("plate"))
        frame(painter, low, theme.colour("planned"), hair(dpr))
    elif kind == "minor":
        tall = rect.height() * MINOR_SHARE
        tick = QRectF(rect.left(), rect.bottom() - tall, max(rect.width(), TICK), tall)
        painter.fillRect(snap_rect(tick, dpr), theme.colour("internal"))
    elif kind == "internal":
        painter.fillRect(snap_rect(_at_least(rect), dpr), theme.colour("internal"))
    elif kind == "breakdown":
        painter.fillRect(snap_rect(_at_least(rect), dpr), theme.colour("down"))
    elif kind == "ext":
        box = snap_rect(_at_least(rect), dpr)
        painter.fillRect(box, theme.colour("plate"))
        fill_hatch(painter, box, theme.tokens.colour["ext"], 8.0, 2.3)
        frame(painter, box, theme.colour("ext"), hair(dpr))
    elif kind == "setup":
        box = snap_rect(_at_least(rect), dpr)
        painter.fillRect(box, theme.colour("plate"))
        fill_dots(painter, box, theme.tokens.colour["setup"], 6.0, 2.0)
        frame(painter, box, theme.colour("setup"), hair(dpr))
    else:
        box = snap_rect(_at_least(rect), dpr)
        painter.fillRect(box, theme.colour("plate"))
        fill_hatch(painter, box, theme.tokens.colour["unknown"], 9.0, 1.1, rising=False)
        frame(painter, box, theme.colour("unknown"), hair(dpr), dashed=True)


def _at_least(rect: QRectF) -> QRectF:
    return QRectF(rect.left(), rect.top(), max(rect.width(), TICK), rect.height())
