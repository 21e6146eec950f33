"""The device table: link, answer time and its last hour, errors, good values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
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

from hmi.facade.data import DeviceItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import translate
from hmi.gui.pages.alarm.table import AlarmHead
from hmi.gui.pages.device.diagnosis import error_count, link_icon, link_word, protocol
from hmi.gui.theme import current, font, font_px, paint_icon
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.figures import age, figure
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.sparks import paint_spark
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import RIGHT, width, write
from hmi.gui.widgets.ringed_table import RingedTable
from hmi.gui.widgets.structs import AlarmSymbolState, SparkState

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("device", "link", "for", "protocol", "address", "scan", "answer", "hour", "errors", "values")
_RIGHT = ("for", "scan", "answer", "errors", "values")
_ROW = 56
_WIDTHS = {
    "device": 158,
    "link": 160,
    "for": 84,
    "protocol": 128,
    "scan": 76,
    "answer": 92,
    "hour": 172,
    "errors": 84,
    "values": 118,
}


class DeviceModel(QAbstractTableModel):
    """Devices in configured order."""

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._rows: list[DeviceItem] = []

    @property
    def rows(self) -> list[DeviceItem]:
        """What is shown."""
        return self._rows

    def show_rows(self, rows: Sequence[DeviceItem]) -> None:
        """Takes in the devices of now."""
        if [item.name for item in rows] == [item.name for item in self._rows]:
            self._rows = list(rows)
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def item(self, row: int) -> DeviceItem | None:
        """The device in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            "device": translate("Devices", "Device"),
            "link": translate("Devices", "Link"),
            "for": translate("Devices", "For"),
            "protocol": translate("Devices", "Protocol"),
            "address": translate("Devices", "Address"),
            "scan": translate("Devices", "Scan"),
            "answer": translate("Devices", "Answer"),
            "hour": translate("Devices", "Last 60 min"),
            "errors": translate("Devices", "Errors"),
            "values": translate("Devices", "Good values"),
        }[COLUMNS[section]]

    def data(self, index: Index, role: int = 0) -> Any:
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(item, COLUMNS[index.column()])
        return None

    def text(self, item: DeviceItem, column: str) -> str:
        """The words of a cell."""
        if column == "device":
            return item.title or item.name
        if column == "link":
            return link_word(item)
        if column == "for":
            return age((self._bridge.now_us - item.since_us) / 1e6) if item.since_us else ""
        if column == "protocol":
            return protocol(item.driver)
        if column == "address":
            return item.address
        if column == "scan":
            return f"{figure(item.scan_ms.asked / 1000)} s"
        if column == "answer":
            return (
                "----"
                if item.response_ms.p50 is None
                else f"{figure(item.response_ms.p50, 0 if item.response_ms.p50 >= 10 else 1)} ms"
            )
        if column == "errors":
            return figure(error_count(item), 0)
        if column == "values":
            return f"{item.tags - item.bad_tags} / {item.tags}"
        return ""


class DeviceDelegate(QStyledItemDelegate):
    """Paints the cells. symbol and spark: looked up by device name while painting."""

    def __init__(
        self,
        symbol: Callable[[str], AlarmSymbolState | None],
        spark: Callable[[str], SparkState | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self._spark = spark

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(item, DeviceItem):
            return
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
        text = str(index.data() or "")
        well = item.state == "connected"
        text1, text2 = theme.colour("text1"), theme.colour("text2")
        inner = rect.adjusted(0, 0, -8, 0)
        if column == "device":
            symbol = self._symbol(item.name)
            room = rect.adjusted(14, 0, -30 if symbol else -6, 0)
            write(painter, room, text, font("operate", 600 if not well else 500), text1)
            if symbol is not None:
                square = QRectF(rect.right() - 26, rect.center().y() - 11, 22, 22)
                paint_alarm_symbol(painter, square, symbol, theme, flash().phase, theme.colour(ground))
        elif column == "link":
            paint_icon(painter, QRectF(rect.left() + 2, rect.center().y() - 9, 18, 18), link_icon(item), text1)
            write(
                painter, rect.adjusted(30, 0, -4, 0), text, font("body", 400 if well else 600), text2 if well else text1
            )
        elif column == "hour":
            spark = self._spark(item.name)
            if spark is not None:
                paint_spark(painter, rect.adjusted(14, 16, -10, -16), spark, theme)
        elif column == "answer" and item.response_ms.p50 is not None:
            number, _, unit = text.partition(" ")
            unit_wide = width(unit, font_px(11))
            write(painter, inner, unit, font_px(11), theme.colour("text3"), RIGHT)
            write(painter, inner.adjusted(0, 0, -unit_wide - 3, 0), number, font("operate"), text1, RIGHT)
        elif column == "values":
            good, _, rest = text.partition(" / ")
            tail = f" / {rest}"
            wide = width(tail, font("body"))
            write(painter, inner, tail, font("body"), theme.colour("text3"), RIGHT)
            write(
                painter,
                inner.adjusted(0, 0, -wide, 0),
                good,
                font("operate", 600 if item.bad_tags else 500),
                text1,
                RIGHT,
            )
        else:
            strong = column == "errors" and text != "0"
            style = font(
                "operate" if column in ("errors", "scan") else "body",
                600 if strong else 400 if column != "scan" else 500,
            )
            align = RIGHT if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
            left = 14 if column == "protocol" else 0
            write(
                painter,
                inner.adjusted(left, 0, 0, 0),
                text,
                style,
                text1 if strong or column in ("scan", "errors") else text2,
                align,
            )
        painter.restore()


class DeviceTable(RingedTable):
    """The table."""

    def __init__(self, model: DeviceModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._small = False
        self.setModel(model)
        self.setHorizontalHeader(AlarmHead(COLUMNS, _RIGHT, self, {"device": 14, "protocol": 14, "hour": 14}))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        model.modelReset.connect(self._share)

    def set_small(self, small: bool) -> None:
        """Leaves protocol and address out."""
        self._small = small
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Home:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _address_width(self) -> int:
        model = self.model()
        rows = model.rows if isinstance(model, DeviceModel) else []
        return max((ceil(width(item.address, font("body"))) for item in rows), default=0) + 12

    def _share(self) -> None:
        widths = dict(_WIDTHS)
        if self._small:
            widths.update(protocol=0, hour=110, link=140, answer=84)
        rest = self.viewport().width() - sum(widths.values())
        widths["address"] = 0 if self._small else max(110, round(rest * 0.62), min(self._address_width(), rest))
        widths["hour"] += max(0, rest - widths["address"])
        if rest < 0:  # history gives way before values do
            widths["hour"] = widths["hour"] + rest if widths["hour"] + rest >= 40 else 0
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, widths[column] == 0)
            if widths[column]:
                self.setColumnWidth(number, widths[column])
