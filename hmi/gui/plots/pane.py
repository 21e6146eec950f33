"""The trend widget: stacked panes, pointer and keyboard; what it shows is decided by who feeds it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.plots.painting import Layout, paint_cursors, paint_trend
from hmi.gui.plots.structs import TrendState
from hmi.gui.theme import current
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.figures import clock

LEAST_SPAN_US = 1_000_000
MOST_SPAN_US = 3660 * 86_400_000_000
KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
"""Ways to get the focus after which the ring is shown."""


class TrendPane(QWidget):
    """Paints a `TrendState`.

    range_wanted(from_us, to_us): zoom by wheel or + and −, pan by dragging or Shift with arrows; nothing moves until
    somebody sets a new state. cursor_moved("A" or "B", t_us): click or ← → (Shift+click, or B before, moves B).
    hovered(t_us or None).
    """

    range_wanted = Signal(object, object)
    cursor_moved = Signal(str, object)
    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = TrendState()
        self._cache: QPixmap | None = None
        self._hover_us: int | None = None
        self._pressed: tuple[QPointF, int, int] | None = None
        self._dragged = False
        self._which = "A"
        self.interactive = True
        self._ringed = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._theme = current()
        self._theme.changed.connect(self._forget)

    @property
    def state(self) -> TrendState:
        """What is shown."""
        return self._state

    def set_state(self, state: TrendState) -> None:
        """Shows another state; setting only other cursors repaints nothing but them."""
        before, self._state = self._state, state
        same = replace(state, cursor_a_us=before.cursor_a_us, cursor_b_us=before.cursor_b_us)
        if not _identical(same, before):
            self._cache = None
        self._speak()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(900, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        dpr = self.devicePixelRatioF()
        wanted = self.size() * dpr
        if self._cache is None or self._cache.size() != wanted:
            self._cache = QPixmap(wanted)
            self._cache.setDevicePixelRatio(dpr)
            self._cache.fill(Qt.GlobalColor.transparent)
            static = QPainter(self._cache)
            paint_trend(static, rect, self._state, self._theme)
            static.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._cache)
        paint_cursors(painter, rect, self._state, self._theme, self._hover_us)
        if self._ringed and self.hasFocus() and self.interactive:
            frame(painter, rect, self._theme.colour("accent"), self._theme.tokens.line["focus"], radius=3.0)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ringed = event.reason() in KEYBOARD
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._cache = None
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.interactive:
            event.ignore()
            return
        layout = Layout(QRectF(self.rect()), self._state)
        self._zoom(0.8 if event.angleDelta().y() > 0 else 1.25, layout.time(event.position().x()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.interactive:
            self._pressed = (event.position(), self._state.from_us, self._state.to_us)
            self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layout = Layout(QRectF(self.rect()), self._state)
        if self._pressed is not None:
            start, from_us, to_us = self._pressed
            dx = event.position().x() - start.x()
            if abs(dx) > 4 or self._dragged:
                self._dragged = True
                shift = -round(dx / max(1.0, layout.right - layout.left) * (to_us - from_us))
                self.range_wanted.emit(from_us + shift, to_us + shift)
            return
        t_us = layout.time(event.position().x())
        self._hover_us = t_us if self._state.from_us <= t_us <= self._state.to_us else None
        self.hovered.emit(self._hover_us)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or self._dragged:
            return
        t_us = Layout(QRectF(self.rect()), self._state).time(event.position().x())
        if self._state.from_us <= t_us <= self._state.to_us:
            self._which = "B" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "A"
            self.cursor_moved.emit(self._which, t_us)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover_us = None
        self.hovered.emit(None)
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, state = event.key(), self._state
        span = state.to_us - state.from_us
        backward = key == Qt.Key.Key_Left
        if not self.interactive:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            shift = -span // 8 if backward else span // 8
            self.range_wanted.emit(state.from_us + shift, state.to_us + shift)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            at = state.cursor_a_us if self._which == "A" else state.cursor_b_us
            at = (state.from_us + state.to_us) // 2 if at is None else at
            layout = Layout(QRectF(self.rect()), state)
            step = max(1, round(span / max(1.0, layout.right - layout.left)))
            moved = at - step if backward else at + step
            self.cursor_moved.emit(self._which, min(state.to_us, max(state.from_us, moved)))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(0.5, self._centre())
        elif key == Qt.Key.Key_Minus:
            self._zoom(2.0, self._centre())
        elif key == Qt.Key.Key_B:
            self._which = "B"
            self.cursor_moved.emit("B", self._hover_us or self._centre())
        else:
            super().keyPressEvent(event)

    def _centre(self) -> int:
        cursor = self._state.cursor_a_us if self._which == "A" else self._state.cursor_b_us
        return cursor if cursor is not None else (self._state.from_us + self._state.to_us) // 2

    def _zoom(self, factor: float, around_us: int) -> None:
        state = self._state
        span = state.to_us - state.from_us
        wanted = min(MOST_SPAN_US, max(LEAST_SPAN_US, round(span * factor)))
        share = (around_us - state.from_us) / max(1, span)
        from_us = around_us - round(share * wanted)
        self.range_wanted.emit(from_us, from_us + wanted)

    def _speak(self) -> None:
        state = self._state
        names = [pen.name for pane in state.panes for pen in pane.pens]
        span = f"{clock(state.from_us, state.zone)} – {clock(state.to_us, state.zone)}"
        what = self.tr("Trend")
        words = f"{what}: {', '.join(names)}; {span}"
        if words != self.accessibleName():
            self.setAccessibleName(words)

    def _forget(self) -> None:
        self._cache = None
        self.update()


def _identical(one: TrendState, other: TrendState) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in TrendState.__dataclass_fields__)
