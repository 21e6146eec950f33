"""The trend of the page: the common pane with the keys and hints only this page has."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from hmi.gui.plots.painting import Layout
from hmi.gui.plots.pane import TrendPane
from hmi.gui.plots.structs import AlarmMark
from hmi.gui.widgets.figures import clock

_NEAR = 11.0


class TrendView(TrendPane):
    """key(Qt key): a key the pane leaves to the page. A click on an alarm sets the cursor on it."""

    key = Signal(int)
    _KEYS = (
        Qt.Key.Key_Plus,
        Qt.Key.Key_Equal,
        Qt.Key.Key_Minus,
        Qt.Key.Key_Space,
        Qt.Key.Key_L,
        Qt.Key.Key_C,
        Qt.Key.Key_F,
    )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self._KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.key.emit(event.key())
        else:
            super().keyPressEvent(event)

    def mark_at(self, x: float, y: float) -> AlarmMark | None:
        """The alarm under a point of the alarm line."""
        layout = Layout(QRectF(self.rect()), self.state)
        box = layout.alarms
        if box is None or not box.adjusted(-_NEAR, -2, _NEAR, 4).contains(x, y):
            return None
        near = [mark for mark in self.state.marks or () if abs(layout.x(mark.t_us) - x) <= _NEAR]
        return min(near, key=lambda mark: abs(layout.x(mark.t_us) - x), default=None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        mark = self.mark_at(event.position().x(), event.position().y())
        if mark is not None and event.button() == Qt.MouseButton.LeftButton:
            shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            super().mouseReleaseEvent(event)
            self.cursor_moved.emit("B" if shifted else "A", mark.t_us)
            return
        super().mouseReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = event.pos()
            mark = self.mark_at(place.x(), place.y())
            if mark is not None:
                QToolTip.showText(event.globalPos(), f"{clock(mark.t_us, self.state.zone)}  {mark.text}", self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
