"""The tag table: any number of rows, values painted as value boxes, only what is visible is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import translate
from hmi.gui.pages.alarm.table import AlarmHead
from hmi.gui.shown import quality_word, value_state
from hmi.gui.theme import current, font
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.figures import age, figure
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.text import RIGHT, write
from hmi.gui.widgets.painting.values import paint_value
from hmi.gui.widgets.ringed_table import RingedTable
from hmi.gui.widgets.spoken import value_words

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("path", "value", "quality", "age", "device", "address", "unit", "scan")
_RIGHT = ("age", "scan")
_WIDTHS = {"value": 190, "quality": 110, "age": 74, "device": 128, "unit": 74, "scan": 74}
_ROW = 34


class TagModel(QAbstractTableModel):
    """Paths in order; cells are looked up in the bridge's mirror when they are painted."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._paths: list[str] = []

    @property
    def paths(self) -> list[str]:
        """The rows."""
        return self._paths

    def show_paths(self, paths: Sequence[str]) -> None:
        """Shows these tags."""
        if list(paths) == self._paths:
            return
        self.beginResetModel()
        self._paths = list(paths)
        self.endResetModel()

    def touch(self, first: int, last: int) -> None:
        """Tells the view that live cells of these rows may have changed."""
        last = min(last, len(self._paths) - 1)
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, 1), self.index(last, 3))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._paths)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            "path": translate("Tags", "Path"),
            "value": translate("Tags", "Value"),
            "quality": translate("Tags", "Quality"),
            "age": translate("Tags", "Age"),
            "device": translate("Tags", "Device"),
            "address": translate("Tags", "Address"),
            "unit": translate("Tags", "Unit"),
            "scan": translate("Tags", "Scan"),
        }[COLUMNS[section]]

    def data(self, index: Index, role: int = 0) -> Any:
        if not index.isValid() or index.row() >= len(self._paths):
            return None
        path = self._paths[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return path
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(path, COLUMNS[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return value_words(value_state(self._bridge, path, label=path))
        return None

    def _text(self, path: str, column: str) -> str:
        tag = self._bridge.tag(path)
        if tag is None:
            return path if column == "path" else ""
        definition = tag.definition
        if column == "path":
            return path
        if column == "value":
            return value_words(value_state(self._bridge, path, label=path))
        if column == "quality":
            return quality_word(tag)
        if column == "age":
            return "" if tag.age_s is None else age(tag.age_s) if tag.age_s >= 60 else f"{figure(tag.age_s, 1)} s"
        if column == "device":
            return definition.device
        if column == "address":
            return definition.address
        if column == "unit":
            return definition.unit
        scan_us = definition.scan_us or next(
            (device.scan_us for device in self._bridge.plant.devices if device.name == definition.device), 0
        )
        return f"{figure(scan_us / 1e6)} s" if scan_us else ""


class TagDelegate(QStyledItemDelegate):
    """Paints the cells."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        path = str(index.data(Qt.ItemDataRole.UserRole) or "")
        theme, rect = current(), QRectF(option.rect)
        ground = "plate"
        if option.state & QStyle.StateFlag.State_Selected:
            ground = "selected"
        elif option.state & QStyle.StateFlag.State_MouseOver:
            ground = "hover"
        painter.save()
        painter.fillRect(rect, theme.colour(ground))
        horizontal(painter, rect.left(), rect.right() + 1, rect.bottom() - 0.5, theme.colour("line1"))
        column = COLUMNS[index.column()]
        inner = rect.adjusted(14 if column in ("path", "device") else 0, 0, -8, 0)
        if column == "value":
            state = value_state(self._bridge, path, show_age=False)
            place = inner.adjusted(0, 2, 0, -3)
            paint_value(painter, place, state, theme, "body", flash().phase, ground=theme.colour(ground))
        else:
            text = str(index.data() or "")
            strong = column == "path"
            if column == "quality":
                tag = self._bridge.tag(path)
                strong = tag is not None and tag.quality.value != "good"
            colour = theme.colour("text1" if strong else "text2")
            weight = 500 if strong and column == "quality" else 400
            align = RIGHT if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
            write(painter, inner, text, font("body", weight), colour, align)
        painter.restore()


class TagTable(RingedTable):
    """The table; `visible_rows` is what is refreshed."""

    def __init__(self, model: TagModel, delegate: TagDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._small = False
        self.setModel(model)
        self.setHorizontalHeader(AlarmHead(COLUMNS, _RIGHT, self, {"path": 14, "device": 14}))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        delegate.setParent(self)
        self.setItemDelegate(delegate)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_small(self, small: bool) -> None:
        """Leaves address, unit and scan out."""
        self._small = small
        self._share()

    def visible_rows(self) -> tuple[int, int]:
        """First and last row that can be seen; (-1, -1) if there is none."""
        first = self.rowAt(1)
        last = self.rowAt(self.viewport().height() - 2)
        count = self.model().rowCount()
        return (-1, -1) if first < 0 else (first, last if last >= 0 else count - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _share(self) -> None:
        widths = dict(_WIDTHS)
        if self._small:
            widths.update(unit=0, scan=0, value=160, quality=96, device=110)
        rest = max(160, self.viewport().width() - sum(widths.values()))
        widths["address"] = 0 if self._small else round(rest * 0.34)
        widths["path"] = rest - widths["address"]
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, widths[column] == 0)
            if widths[column]:
                self.setColumnWidth(number, widths[column])
