"""The journal tab: time range, event and text filter over rows that are fetched as one scrolls."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from hmi.facade.data import JournalItem, Page
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.alarm.table import AlarmHead
from hmi.gui.pages.parts import Segments, Words
from hmi.gui.plant_index import index_of
from hmi.gui.shown import moment, place_of_path, scalar_text
from hmi.gui.theme import current, font
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import RIGHT, write
from hmi.gui.widgets.ringed_table import RingedTable
from hmi.gui.widgets.structs import AlarmSymbolState
from hmi.model.alarms import AlarmEvent
from hmi.model.tags import TagDefinition

Index = QModelIndex | QPersistentModelIndex
_COLUMNS = ("priority", "time", "event", "alarm", "area", "value", "limit", "actor", "comment")
_RIGHT = ("value", "limit")
_WIDTHS = {"priority": 52, "time": 128, "event": 128, "area": 190, "value": 130, "limit": 76, "actor": 124}
_PAGE = 200
_ROW = 36
HOUR_US = 3_600_000_000
RANGES = {"1h": HOUR_US, "8h": 8 * HOUR_US, "24h": 24 * HOUR_US, "7d": 168 * HOUR_US, "30d": 720 * HOUR_US}


def event_word(event: str) -> str:
    """A journal event in words."""
    refused = event.endswith("_REJECTED")
    words = {
        "ACTIVATE": translate("Journal", "came"),
        "CLEAR": translate("Journal", "went"),
        "ACK": translate("Journal", "acknowledged"),
        "RESET": translate("Journal", "reset"),
        "SHELVE": translate("Journal", "shelved"),
        "UNSHELVE": translate("Journal", "unshelved"),
        "UNSHELVE_EXPIRED": translate("Journal", "shelving over"),
        "SUPPRESS": translate("Journal", "suppressed"),
        "UNSUPPRESS": translate("Journal", "shown again"),
        "OOS_ON": translate("Journal", "out of service"),
        "OOS_OFF": translate("Journal", "in service"),
        "REALARM": translate("Journal", "came again"),
        "RESTORE": translate("Journal", "after restart"),
        "SILENCE": translate("Journal", "silenced"),
        "QUALITY_BAD": translate("Journal", "quality bad"),
        "QUALITY_GOOD": translate("Journal", "quality good"),
        "COMMENT": translate("Journal", "comment"),
    }
    word = words.get(event.removesuffix("_REJECTED"), event)
    return fill(translate("Journal", "refused: %1"), word) if refused else word


class JournalModel(QAbstractTableModel):
    """Rows newest first; `fetchMore` asks the station for the next part."""

    asked = Signal()
    answered = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._all: list[JournalItem] = []
        self._rows: list[JournalItem] = []
        self._next: str | None = None
        self._open = False
        self._question = 0
        self._range = (0, 0)
        self._event = ""
        self._words = ""
        self.problem = ""

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open

    @property
    def has_more(self) -> bool:
        """True if the station has older rows in the range."""
        return self._next is not None

    def ask(self, from_us: int, to_us: int, event: str) -> None:
        """Reads a range anew; `event` empty = all."""
        self._range, self._event = (from_us, to_us), event
        self._question += 1
        self._open = False
        self._request(None)

    def narrow(self, words: str) -> None:
        """Shows only rows whose alarm, area, actor or comment contain the words."""
        self._words = words.lower()
        self.beginResetModel()
        self._rows = [row for row in self._all if self._fits(row)]
        self.endResetModel()

    def _fits(self, row: JournalItem) -> bool:
        text = f"{row.message} {row.alarm_id} {row.area} {row.actor} {row.comment}".lower()
        return all(part in text for part in self._words.split())

    def _request(self, cursor: str | None) -> None:
        if self._open:
            return
        self._open = True
        question = self._question
        future = self._bridge.facade.journal(*self._range, event=self._event, limit=_PAGE, cursor=cursor)
        self._bridge.ask(future, lambda page: self._take(page, question, cursor is None), self._fail, self)
        self.asked.emit()

    def _take(self, page: Page[JournalItem], question: int, first: bool) -> None:
        if question != self._question:
            return
        self._open, self._next, self.problem = False, page.next, ""
        fits = [row for row in page.items if self._fits(row)]
        if first:
            self.beginResetModel()
            self._all, self._rows = list(page.items), fits
            self.endResetModel()
        elif fits:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fits) - 1)
            self._all += page.items
            self._rows += fits
            self.endInsertRows()
        else:
            self._all += page.items
        self.answered.emit()

    def _fail(self, error: Exception) -> None:
        self._open, self.problem = False, str(error)
        self.answered.emit()

    def row(self, number: int) -> JournalItem | None:
        """The journal row shown there."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._next is not None and not self._open

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._request(self._next)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            "priority": translate("Alarms", "Pr."),
            "time": translate("Alarms", "Time"),
            "event": translate("Journal", "Event"),
            "alarm": translate("Alarms", "Alarm"),
            "area": translate("Alarms", "Area"),
            "value": translate("Alarms", "Value"),
            "limit": translate("Alarms", "Limit"),
            "actor": translate("Journal", "By"),
            "comment": translate("Journal", "Comment"),
        }[_COLUMNS[section]]

    def data(self, index: Index, role: int = 0) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, _COLUMNS[index.column()])
        return None

    def _text(self, row: JournalItem, column: str) -> str:
        bridge = self._bridge
        if column == "priority":
            return str(row.priority)
        if column == "time":
            text = moment(row.t_event_us, bridge.plant.timezone, bridge.now_us)
            return f"~{text}" if row.time_uncertain else text
        if column == "event":
            return event_word(row.event)
        if column == "alarm":
            return row.message or row.alarm_id
        if column == "area":
            return row.area if " / " in row.area else place_of_path(bridge.plant, row.area)
        if column == "value":
            return "" if row.value is None else scalar_text(row.value, self._definition(row))
        if column == "limit":
            return "" if row.limit is None else scalar_text(row.limit, self._definition(row), "")
        return row.actor if column == "actor" else row.comment

    def _definition(self, row: JournalItem) -> TagDefinition | None:
        tag = index_of(self._bridge.plant).alarm_tags.get(row.alarm_id, "")
        return self._bridge.definition(tag)


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(row, JournalItem):
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
        column = _COLUMNS[index.column()]
        if column == "priority":
            if row.event == "ACTIVATE":
                square = QRectF(rect.left() + 20, rect.center().y() - 10, 20, 20)
                paint_alarm_symbol(painter, square, AlarmSymbolState(row.priority, acked=True), theme)
        else:
            came = row.event == "ACTIVATE"
            strong = column in ("time", "alarm")
            style = font("body", 500 if came and column == "alarm" else 400)
            colour = theme.colour("text1" if strong or column in _RIGHT else "text2")
            align = RIGHT if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
            left = 14 if column == "actor" else 0
            write(painter, rect.adjusted(left, 0, -8, 0), str(index.data() or ""), style, colour, align)
        painter.restore()


class JournalTable(RingedTable):
    """The rows."""

    def __init__(self, model: JournalModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setHorizontalHeader(AlarmHead(_COLUMNS, _RIGHT, self, {"priority": 20, "actor": 14}))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setItemDelegate(_Delegate(self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rest = max(200, self.viewport().width() - sum(_WIDTHS.values()))
        widths = {**_WIDTHS, "alarm": round(rest * 0.62), "comment": rest - round(rest * 0.62)}
        for number, column in enumerate(_COLUMNS):
            self.setColumnWidth(number, widths[column])


class JournalView(QWidget):
    """Filters above the table; the text filter is the page's own field."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._range = "8h"
        self.model = JournalModel(bridge, self)
        self.model.answered.connect(self._say)
        self.model.asked.connect(self._say)
        self.table = JournalTable(self.model)
        self.ranges = Segments(
            (
                ("1h", translate("Journal", "1 h")),
                ("8h", translate("Journal", "8 h")),
                ("24h", translate("Journal", "24 h")),
                ("7d", translate("Journal", "7 d")),
                ("30d", translate("Journal", "30 d")),
            ),
            "8h",
        )
        self.ranges.chosen.connect(self._choose_range)
        self.events = QComboBox()
        self.events.setAccessibleName(translate("Journal", "Event"))
        self.events.addItem(translate("Journal", "All events"), "")
        for event in AlarmEvent:
            self.events.addItem(event_word(event.value), event.value)
        self.events.addItem(translate("Journal", "refused commands"), "*_REJECTED")
        self.events.currentIndexChanged.connect(self.read)
        self.words = Words("", "label", "text3")
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(10)
        row.addWidget(self.ranges)
        row.addWidget(self.events)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)

    def read(self) -> None:
        """Reads the chosen range up to now."""
        now = self._bridge.now_us
        if now:
            event = str(self.events.currentData() or "")
            self.model.ask(now - RANGES[self._range], now + 1_000_000, event)

    def narrow(self, words: str) -> None:
        """Filters by text."""
        self.model.narrow(words)
        self._say()

    def _choose_range(self, name: str) -> None:
        self._range = name
        self.read()

    def _say(self) -> None:
        if self.model.problem:
            self.words.setText(fill(translate("Journal", "The journal cannot be read: %1"), self.model.problem))
        elif not self.model.is_settled:
            self.words.setText(translate("Journal", "Reading…"))
        else:
            more = translate("Journal", "older ones follow when you scroll") if self.model.has_more else ""
            count = fill(translate("Journal", "%1 rows, newest first"), self.model.rowCount())
            self.words.setText(", ".join(part for part in (count, more) if part))
