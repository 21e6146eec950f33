"""The rail: one item per page with the worst alarm that can be seen there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.theme import font_px, paint_icon
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import CENTRE, write
from hmi.gui.widgets.spoken import alarm_words
from hmi.gui.widgets.structs import AlarmSymbolState


@dataclass(frozen=True, slots=True)
class RailItem:
    """One page. key: its shortcut as shown; group: items of one group stand together."""

    page: str
    icon: str
    title: str
    key: str
    group: int
    symbol: AlarmSymbolState | None = None


class Rail(Painted):
    """One tab stop; arrows move, Enter opens."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[RailItem, ...] = ()
        self._current = ""
        self._cursor = 0
        self._under = -1
        self._compact = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_items(self, items: tuple[RailItem, ...]) -> None:
        """Shows these pages."""
        if items != self._items:
            self._items = items
            self.refresh()

    def set_current(self, page: str) -> None:
        """Marks the page in front."""
        self._current = page
        self._cursor = next((i for i, item in enumerate(self._items) if item.page == page), 0)
        self.refresh()

    def set_compact(self, compact: bool) -> None:
        """Smaller items."""
        self._compact = compact
        self.updateGeometry()
        self.refresh()

    def sizeHint(self) -> QSize:
        tokens = self.theme.tokens
        return QSize(int(tokens.compact["rail"] if self._compact else tokens.size["rail"]), 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 100)

    def spoken(self) -> str:
        parts = []
        for item in self._items:
            words = item.title
            if item.symbol is not None:
                words += ", " + alarm_words(item.symbol)
            parts.append(words)
        return "; ".join(parts)

    def flashes(self) -> bool:
        return any(item.symbol is not None and item.symbol.flashes for item in self._items)

    def _item_rect(self, index: int) -> QRectF:
        tall = 64.0 if not self._compact else 56.0
        gap = 9.0 if not self._compact else 4.0
        groups = sorted({item.group for item in self._items[: index + 1]})
        top = (4.0 if not self._compact else 2.0) + index * tall + (len(groups) - 1) * gap
        return QRectF(0, top, self.width(), tall)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        previous = None
        for index, item in enumerate(self._items):
            place = self._item_rect(index)
            if previous is not None and previous != item.group:
                y = place.top() - (5 if not self._compact else 2)
                horizontal(painter, 16, rect.width() - 16, y, self.theme.colour("line2"))
            previous = item.group
            self._draw_item(painter, place, item, index)

    def _draw_item(self, painter: QPainter, place: QRectF, item: RailItem, index: int) -> None:
        chosen = item.page == self._current
        ground = self.theme.colour("frame")
        if chosen:
            ground = self.theme.colour("plate")
            painter.fillRect(place, ground)
            painter.fillRect(QRectF(0, place.top(), 4, place.height()), self.theme.colour("accent"))
        elif index == self._under or (index == self._cursor and self._ringed and self.hasFocus()):
            ground = self.theme.colour("hover")
            painter.fillRect(place, ground)
        colour = self.theme.colour("text1" if chosen else "text2")
        middle = place.center().x()
        top = place.top() + (14 if not self._compact else 9)
        paint_icon(painter, QRectF(middle - 12, top, 24, 24), item.icon, colour)
        label = QRectF(place.left() + 2, top + 25, place.width() - 4, 22)
        write(painter, label, item.title, font_px(13, 600 if chosen else 400), colour, CENTRE)
        if item.symbol is not None:
            edge = 18.0
            badge = QRectF(middle + 16, place.top() + (4 if not self._compact else 2), edge, edge)
            paint_alarm_symbol(painter, badge, item.symbol, self.theme, flash().phase, ground)

    def _index_at(self, y: float) -> int:
        for index in range(len(self._items)):
            place = self._item_rect(index)
            if place.top() <= y < place.bottom():
                return index
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._index_at(event.position().y())
        if under != self._under:
            self._under = under
            self.setToolTip(f"{self._items[under].title} ({self._items[under].key})" if under >= 0 else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = -1
        super().leaveEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.wanted.emit(self._items[index].page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._cursor = min(len(self._items) - 1, max(0, self._cursor + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._items:
            self.wanted.emit(self._items[self._cursor].page)
        else:
            super().keyPressEvent(event)
