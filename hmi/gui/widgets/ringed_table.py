"""A table whose current row carries the focus ring while the keyboard works in it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTableView, QWidget

from hmi.gui.theme import current
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import KEYBOARD_REASONS


class RingedTable(QTableView):
    """Selection and focus are two things: the ground shows the row, the ring shows where keys go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ringed = False

    @property
    def is_ringed(self) -> bool:
        """True while the ring shows."""
        return self._ringed and self.hasFocus() and self.currentIndex().isValid()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD_REASONS
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._ringed = True
        super().keyPressEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ringed = False
        super().mousePressEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.is_ringed:
            return
        row = self.visualRect(self.currentIndex())
        painter = QPainter(self.viewport())
        place = QRectF(0, row.top(), self.viewport().width(), row.height())
        frame(painter, place, current().colour("accent"), 2.0)
        painter.end()
