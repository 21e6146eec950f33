"""The alarm table and its painting: bar, symbol, state word, bold while unacknowledged, FIRST tag."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hmi.facade.data import AlarmItem
from hmi.gui.i18n import translate
from hmi.gui.pages.alarm.model import COLUMNS, ITEM_ROLE, READING_ROLE, AlarmModel
from hmi.gui.shown import AlarmReading, badge_of, is_unacknowledged, state_words, symbol_of
from hmi.gui.theme import current, font, font_px
from hmi.gui.theme.strokes import frame, horizontal
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol, paint_badge
from hmi.gui.widgets.painting.text import CENTRE, LEFT, RIGHT, lines, width, write
from hmi.gui.widgets.painting.values import write_reading
from hmi.gui.widgets.ringed_table import RingedTable

Index = QModelIndex | QPersistentModelIndex
ROW = 50
_BAR = 6
_WIDTHS = {"priority": 68, "state": 136, "time": 92, "area": 180, "value": 136, "limit": 70, "age": 66}
_SMALL = {"priority": 56, "state": 122, "time": 88, "area": 0, "value": 134, "limit": 66, "age": 62}
_RIGHT = ("value", "limit", "age")


class AlarmDelegate(QStyledItemDelegate):
    """Paints every cell itself; no widgets in cells."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_ROLE)
        if not isinstance(item, AlarmItem):
            return
        theme = current()
        rect = QRectF(option.rect)
        state = option.state
        ground = theme.colour("plate")
        if state & QStyle.StateFlag.State_Selected:
            ground = theme.colour("selected")
        elif state & QStyle.StateFlag.State_MouseOver:
            ground = theme.colour("hover")
        painter.save()
        painter.fillRect(rect, ground)
        horizontal(painter, rect.left(), rect.right() + 1, rect.bottom() - 0.5, theme.colour("line1"))
        column = COLUMNS[index.column()]
        if column == "priority":
            self._symbol(painter, rect, item, ground)
        elif column == "alarm":
            self._message(painter, rect, item, str(index.data()))
        elif column == "value":
            self._value(painter, rect, index.data(READING_ROLE), str(index.data() or ""))
        else:
            self._text(painter, rect, item, column, str(index.data() or ""))
        painter.restore()

    def _symbol(self, painter: QPainter, rect: QRectF, item: AlarmItem, ground: QColor) -> None:
        theme = current()
        if is_unacknowledged(item) and item.active:
            look = theme.tokens.alarm[item.priority]
            painter.fillRect(QRectF(rect.left(), rect.top(), _BAR, rect.height() - 1), QColor(look.fill))
            painter.fillRect(QRectF(rect.left() + _BAR, rect.top(), 2, rect.height() - 1), QColor(look.outline))
        edge = 26.0
        square = QRectF(rect.left() + 33 - edge / 2, rect.center().y() - edge / 2, edge, edge)
        badge = badge_of(item)
        if badge:
            paint_badge(painter, square.adjusted(2, 2, -2, -2), badge, theme)
        elif item.state != "NORMAL":
            paint_alarm_symbol(painter, square, symbol_of(item), theme, flash().phase, ground)

    def _message(self, painter: QPainter, rect: QRectF, item: AlarmItem, text: str) -> None:
        theme = current()
        bold = is_unacknowledged(item) and item.active
        style = font("operate", 600 if bold else 400)
        place = rect.adjusted(0, 0, -10, 0)
        tag = translate("Alarms", "FIRST")
        tag_wide = width(tag, font_px(11, 600)) + 12 if item.first_out else 0.0
        room = place.width() - (tag_wide + 10 if tag_wide else 0)
        colour = theme.colour("text1")
        if width(text, style) <= room:
            used = write(painter, QRectF(place.left(), place.top(), room + 1, place.height()), text, style, colour)
        else:
            two = lines(text, font("body", 600 if bold else 400), room)
            used = max(width(line, font("body", 600)) for line in two)
            top = place.center().y() - 10 * len(two)
            for number, line in enumerate(two):
                row = QRectF(place.left(), top + 20 * number, room + 1, 20)
                write(painter, row, line, font("body", 600 if bold else 400), colour)
        if tag_wide:
            box = QRectF(place.left() + min(used, room) + 10, place.center().y() - 9, tag_wide, 18)
            frame(painter, box, theme.colour("text2"), 1.0, radius=1.0)
            write(painter, box, tag, font_px(11, 600), theme.colour("text1"), CENTRE, elide=False)

    def _value(self, painter: QPainter, rect: QRectF, reading: AlarmReading | None, text: str) -> None:
        if reading is not None:
            style = font("operate" if reading.number is not None else "body", 600)
            write_reading(painter, rect.adjusted(0, 0, -8, 0), text, style, reading.quality, current())

    def _text(self, painter: QPainter, rect: QRectF, item: AlarmItem, column: str, text: str) -> None:
        theme = current()
        bold = is_unacknowledged(item) and item.active
        style, colour = font("body"), theme.colour("text2")
        if column == "state":
            style, colour = font("body", 600 if bold else 400), theme.colour("text1" if bold else "text2")
        elif column == "time":
            style, colour = font("operate", 600 if bold else 400), theme.colour("text1")
        elif column == "area":
            style = font("label")
        align = RIGHT if column in _RIGHT else LEFT
        left = 12 if column == "do" else 0
        write(painter, rect.adjusted(left, 0, -8, 0), text, style, colour, align)


class AlarmHead(QHeaderView):
    """Painted like the table: heads of figures stand right; insets: where the cells of a column begin."""

    def __init__(
        self,
        names: tuple[str, ...],
        right: tuple[str, ...],
        parent: QWidget | None = None,
        insets: dict[str, int] | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._names, self._right, self._insets = names, right, insets or {}
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setFixedHeight(33)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        theme = current()
        place = QRectF(rect)
        painter.save()
        painter.fillRect(place, theme.colour("plate"))
        horizontal(painter, place.left(), place.right() + 1, place.bottom() - 0.5, theme.colour("line2"))
        text = str(self.model().headerData(logical, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or "")
        name = self._names[logical]
        align = RIGHT if name in self._right else LEFT
        left = self._insets.get(name, 0)
        write(painter, place.adjusted(left, 0, -8, 0), text, font("label"), theme.colour("text2"), align)
        painter.restore()


class AlarmTable(RingedTable):
    """The list. still: the pointer or the keyboard's selection is in it, so nothing may move.

    released: the reader has left, the order may follow again.
    """

    released = Signal()
    acknowledge_wanted = Signal()

    def __init__(self, model: AlarmModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inside = False
        self._small = False
        self.setModel(model)
        self.setHorizontalHeader(AlarmHead(COLUMNS, _RIGHT, self, {"priority": 20, "do": 12}))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setItemDelegate(AlarmDelegate(self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        model.modelReset.connect(self._follow_flash)
        model.dataChanged.connect(self._follow_flash)

    @property
    def still(self) -> bool:
        """True while somebody reads or works in the list."""
        return self._inside or (self.hasFocus() and self.currentIndex().isValid())

    def set_small(self, small: bool) -> None:
        """Leaves the area out and narrows the rest."""
        self._small = small
        self._share()

    def visible_rows(self) -> list[int]:
        """The rows that can be seen entirely or in part."""
        model = self.model()
        first = self.rowAt(1)
        last = self.rowAt(self.viewport().height() - 2)
        if first < 0:
            return []
        return list(range(first, (last if last >= 0 else model.rowCount() - 1) + 1))

    def wanted_height(self) -> int:
        """The height at which every row shows."""
        return self.horizontalHeader().height() + ROW * self.model().rowCount() + 2

    def _share(self) -> None:
        widths = dict(_SMALL if self._small else _WIDTHS)
        widths["state"] = max(widths["state"], int(max(width(word, font("body")) for word in state_words())) + 14)
        rest = max(200, self.viewport().width() - sum(widths.values()))
        do = 0 if self._small and rest < 480 else round(rest * 0.41)
        widths["do"] = do
        widths["alarm"] = rest - do
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, widths[column] == 0)
            if widths[column]:
                self.setColumnWidth(number, widths[column])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._inside = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._inside = False
        super().leaveEvent(event)
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            self.released.emit()
            return
        super().keyPressEvent(event)

    def _follow_flash(self) -> None:
        model = self.model()
        wanted = isinstance(model, AlarmModel) and any(is_unacknowledged(item) for item in model.rows)
        flash().follow(self.viewport(), wanted and self.isVisible())
