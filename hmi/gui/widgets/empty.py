"""What is missing, why, and one thing to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from hmi.gui.theme import current, font, paint_icon
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.painting.text import lines, write


class EmptyNotice(QWidget):
    """A quiet notice in the middle of its place. problem: adds the octagon, for errors."""

    def __init__(self, title: str, reason: str = "", parent: QWidget | None = None, *, problem: bool = False) -> None:
        super().__init__(parent)
        self._title, self._reason, self._problem = title, reason, problem
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{title}. {reason}")
        current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 110)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = current()
        painter = QPainter(self)
        wide = min(440.0, self.width() - 24.0)
        rows = lines(self._reason, font("body"), wide - 32, 3) if self._reason else []
        box = QRectF((self.width() - wide) / 2, max(8.0, self.height() / 2 - 60), wide, 56 + 20 * len(rows))
        frame(painter, box, theme.colour("line2"), 1.0, theme.colour("plate"), radius=theme.tokens.radius["plate"])
        x = box.left() + 16
        if self._problem:
            paint_icon(painter, QRectF(x, box.top() + 16, 20, 20), "octagon", theme.colour("text1"))
            x += 28
        write(painter, QRectF(x, box.top() + 14, wide - 40, 24), self._title, font("operate"), theme.colour("text1"))
        for index, row in enumerate(rows):
            place = QRectF(box.left() + 16, box.top() + 42 + 20 * index, wide - 32, 20)
            write(painter, place, row, font("body"), theme.colour("text2"))
        painter.end()
