"""The tables of the Administration page: rows of words, painted in one look; columns share the width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hmi.gui.pages.alarm.table import AlarmHead
from hmi.gui.theme import current, font, paint_icon
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.ringed_table import RingedTable

Index = QModelIndex | QPersistentModelIndex
LOOK = Qt.ItemDataRole.UserRole + 1
KEY = Qt.ItemDataRole.UserRole + 2
_INSET = 14
_GLYPH = 24


@dataclass(frozen=True, slots=True)
class Column:
    """One column. wide: its width when the rest is shared, by `share`; rank 2 leaves in the compact frame."""

    name: str
    title: Callable[[], str]
    wide: int
    share: float = 0.0
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell is written. faint: a row that is not in force; icon: before the text."""

    strong: bool = False
    colour: str = "text2"
    icon: str = ""


class RowsModel(QAbstractTableModel):
    """Rows of one kind. Subclasses say what a cell reads, how it looks and by what a row is known again."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Any] = []

    @property
    def rows(self) -> list[Any]:
        """What is shown."""
        return self._rows

    def text(self, row: Any, column: str) -> str:
        """The words of a cell."""
        raise NotImplementedError

    def key(self, row: Any) -> str:
        """What a row is known by when the station answers again."""
        raise NotImplementedError

    def look(self, row: Any, column: str) -> Look:
        """How a cell is written."""
        first = column == self.columns[0].name
        return Look(strong=first, colour="text1" if first else "text2")

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Takes in the rows of now; the same rows with other words do not move anything."""
        if [self.key(row) for row in rows] == [self.key(row) for row in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row(self, number: int) -> Any:
        """The row shown there, None outside."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def number_of(self, key: str) -> int:
        """Where a row stands, -1 for an unknown one."""
        return next((number for number, row in enumerate(self._rows) if self.key(row) == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].title()

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = self.columns[index.column()].name
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self.text(row, column)
        if role == LOOK:
            return self.look(row, column)
        if role == KEY:
            return self.key(row)
        return None


class RowsDelegate(QStyledItemDelegate):
    """Paints a cell: ground, hairline, glyph, words."""

    def __init__(self, tall: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tall = tall

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, self._tall)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        look = index.data(LOOK)
        if not isinstance(model, RowsModel) or not isinstance(look, Look):
            return
        painter.save()
        rect = paint_ground(painter, option)
        theme = current()
        inner = rect.adjusted(_INSET if index.column() == 0 else 0, 0, -10, 0)
        if look.icon:
            square = QRectF(inner.left(), inner.center().y() - 8, 16, 16)
            paint_icon(painter, square, look.icon, theme.colour(look.colour))
            inner = inner.adjusted(_GLYPH, 0, 0, 0)
        style = font("body", 500 if look.strong else 400)
        write(painter, inner, str(index.data() or ""), style, theme.colour(look.colour))
        painter.restore()


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> QRectF:
    """The ground of a cell with its hairline; the cell's rectangle."""
    theme, rect = current(), QRectF(option.rect)
    ground = "plate"
    if option.state & QStyle.StateFlag.State_Selected:
        ground = "selected"
    elif option.state & QStyle.StateFlag.State_MouseOver:
        ground = "hover"
    painter.fillRect(rect, theme.colour(ground))
    horizontal(painter, rect.left(), rect.right() + 1, rect.bottom() - 0.5, theme.colour("line1"))
    return rect


class RowsTable(RingedTable):
    """A table of rows; one tab stop, the arrows move inside.

    picked(key): another row is the current one. opened: Enter or a double click on it.
    """

    picked = Signal(str)
    opened = Signal()

    def __init__(self, model: RowsModel, name: str, tall: int = 40, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows_model = model
        self._small = False
        self._wanted = ""
        self.setAccessibleName(name)
        self.setModel(model)
        names = tuple(column.name for column in model.columns)
        self.setHorizontalHeader(AlarmHead(names, (), self, {names[0]: _INSET}))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(tall)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setItemDelegate(RowsDelegate(tall, self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        self.doubleClicked.connect(self.opened)
        model.modelReset.connect(self._restore)

    @property
    def key(self) -> str:
        """What the current row is known by; empty without one."""
        return str(self.currentIndex().data(KEY) or "") if self.currentIndex().isValid() else ""

    def choose(self, key: str) -> None:
        """Makes a row the current one, at once or when it is there."""
        self._wanted = key
        self._restore()

    def set_small(self, small: bool) -> None:
        """Leaves the columns of second rank out."""
        self._small = small
        self._share()

    def _restore(self) -> None:
        number = self._rows_model.number_of(self._wanted) if self._wanted else -1
        if number < 0 and self._rows_model.rowCount():
            number = 0
        if number >= 0 and number != self.currentIndex().row():
            self.selectRow(number)
        self._share()

    def _current_changed(self, index: QModelIndex, _before: QModelIndex) -> None:
        key = str(index.data(KEY) or "") if index.isValid() else ""
        if key:
            self._wanted = key
        self.picked.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home and not event.modifiers():
            event.ignore()  # the window's key for the Overview
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        columns = self._rows_model.columns
        shown = [column for column in columns if not (self._small and column.rank > 1)]
        fixed = {column.name: self._width_of(column) for column in shown}
        rest = self.viewport().width() - sum(fixed.values())
        total = sum(column.share for column in shown) or 1.0
        for number, column in enumerate(columns):
            self.setColumnHidden(number, column not in shown)
            if column in shown:
                extra = int(max(0, rest) * column.share / total)
                self.setColumnWidth(number, fixed[column.name] + extra)

    def _width_of(self, column: Column) -> int:
        inset = _INSET if column is self._rows_model.columns[0] else 0
        return max(column.wide, ceil(width(column.title(), font("label"))) + 14 + inset)
