"""The user area: plant clock, shift, and who sits here; a click opens what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.theme import font_px, paint_icon
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.painting.text import write


@dataclass(frozen=True, slots=True)
class UserState:
    """Clock in the plant's zone (empty = not known), date and shift, user, note; short: said in the compact frame.

    icon: `user` or `lock`. strong: the note stands out. stale: the station does not answer, the clock shows its last
    word. spoken: what a press does, for people who listen.
    """

    clock: str = ""
    date: str = ""
    user: str = ""
    note: str = ""
    hint: str = ""
    short: str = ""
    stale: bool = False
    icon: str = "user"
    strong: bool = False
    spoken: str = ""


class UserArea(Painted):
    """One target of the whole cell; Enter, Space or a click asks for the menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = UserState()
        self._compact = False
        self.set_clickable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def state(self) -> UserState:
        """What is shown."""
        return self._state

    def set_state(self, state: UserState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.setToolTip(state.hint)
            self.setAccessibleDescription(state.spoken)
            self.refresh()

    def set_compact(self, compact: bool) -> None:
        """Clock and user only."""
        self._compact = compact
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(124, 55) if self._compact else QSize(192, 91)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def spoken(self) -> str:
        return ", ".join(text for text in (self._state.date, self._state.user, self._state.note) if text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        text1, text2, text3 = (self.theme.colour(name) for name in ("text1", "text2", "text3"))
        state = self._state
        if self.hovered:
            painter.fillRect(rect, self.theme.colour("hover"))
        colour = text3 if state.stale else text1
        if state.stale:
            place = QRectF(rect.left() + 6, 5, rect.width() - 12, 28)
            fill_hatch(painter, place, self.theme.tokens.colour["stalehatch"], 7.0, 1.1)
        x = rect.left() + (8 if self._compact else 17)
        arrow = 14.0
        wide = rect.right() - x - 4 - arrow
        if self._compact:
            write(painter, QRectF(x, 9, wide + 4, 24), state.clock, font_px(20, 600), colour, elide=False)
            paint_icon(painter, QRectF(x, 34, 13, 13), state.icon, text2)
            write(painter, QRectF(x + 17, 32, wide - 17, 17), state.short or state.user, font_px(12), text2)
            paint_icon(painter, QRectF(rect.right() - 17, 34, 13, 13), "chevron-down", text2)
            return
        write(painter, QRectF(x, 5, wide, 28), state.clock, font_px(25, 500), colour, elide=False)
        write(painter, QRectF(x, 33, wide + arrow, 18), state.date, font_px(13), text3)
        paint_icon(painter, QRectF(x, 55, 15, 15), state.icon, text1 if state.icon == "lock" else text2)
        write(painter, QRectF(x + 20, 53, wide - 20, 18), state.user, font_px(13, 500), text1)
        weight = 600 if state.strong else 400
        write(
            painter,
            QRectF(x + 20, 70, wide - 20, 16),
            state.note,
            font_px(12, weight),
            text1 if state.strong else text2,
        )
        paint_icon(painter, QRectF(rect.right() - 21, 55, 15, 15), "chevron-down", text2)
