"""The common part of every painted widget: theme, focus ring, hover, words for people who listen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.theme import Theme, current
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.flash import flash

KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Painted(QWidget):
    """A widget without children that paints one struct.

    `clicked`: left button or Enter; `trend_wanted`: T. Subclasses implement `draw`, `spoken` and `flashes`.
    """

    clicked = Signal()
    trend_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._ringed = False
        self.hovered = False
        self.is_clickable = False
        self._watched = current()
        self._watched.changed.connect(self._restyled)

    @property
    def theme(self) -> Theme:
        """The theme in force."""
        return self._watched

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        """Paints the struct into the whole widget."""
        raise NotImplementedError

    def spoken(self) -> str:
        """Name and value in words."""
        raise NotImplementedError

    def flashes(self) -> bool:
        """True while an unacknowledged symbol is shown."""
        return False

    def refresh(self) -> None:
        """To be called after the struct changed: repaints, speaks and joins or leaves the beat."""
        words = self.spoken()
        if words != self.accessibleName():
            self.setAccessibleName(words)
        flash().follow(self, self.flashes() and self.isVisible())
        self.update()

    def set_clickable(self, clickable: bool) -> None:
        """Shows a hand and reacts to hover where a click does something."""
        self.is_clickable = clickable
        self.setCursor(Qt.CursorShape.PointingHandCursor if clickable else Qt.CursorShape.ArrowCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.draw(painter, QRectF(self.rect()))
        if self._ringed and self.hasFocus():
            frame(
                painter, QRectF(self.rect()), self.theme.colour("accent"), self.theme.tokens.line["focus"], radius=3.0
            )
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD_REASONS
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self.update()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.hovered = self.is_clickable
        if self.hovered:
            self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.hovered:
            self.hovered = False
            self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
        elif event.button() == Qt.MouseButton.RightButton:
            self.trend_wanted.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit()
        elif event.key() == Qt.Key.Key_T and not event.modifiers():
            self.trend_wanted.emit()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        flash().follow(self, self.flashes())

    def hideEvent(self, event: QHideEvent) -> None:
        flash().follow(self, False)

    def _restyled(self) -> None:
        self.updateGeometry()
        self.update()


def size(width: float, height: float) -> QSize:
    """QSize of rounded-up logical pixels."""
    return QSize(int(-(-width // 1)), int(-(-height // 1)))
