"""The alarm list as a table whose order holds still while somebody reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from hmi.facade.data import AlarmItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import translate
from hmi.gui.shown import (
    alarm_age,
    alarm_limit,
    alarm_reading,
    alarm_time,
    alarm_value,
    badge_of,
    is_unacknowledged,
    place,
    state_word,
    symbol_of,
)
from hmi.gui.widgets.spoken import alarm_words

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole
READING_ROLE = Qt.ItemDataRole.UserRole + 1
COLUMNS = ("priority", "state", "time", "alarm", "area", "value", "limit", "age", "do")


@dataclass(frozen=True, slots=True)
class Held:
    """What is listed while the order holds: rows in place, and how many new ones wait above."""

    rows: tuple[AlarmItem, ...]
    newer: int


def hold(shown: Sequence[AlarmItem], fresh: Sequence[AlarmItem], still: bool) -> Held:
    """The rows to show: `fresh` as it is, or, while `still`, every shown row in its place with its new state.

    A row that left the list stays as normal until the hold ends, so that nothing moves under the pointer.
    """
    if not still or not shown:
        return Held(tuple(fresh), 0)
    now = {(item.id): item for item in fresh}
    rows = []
    for item in shown:
        known = now.pop(item.id, None)
        rows.append(
            known if known is not None else replace(item, state="NORMAL", active=False, acked=True, latched=False)
        )
    return Held(tuple(rows), len(now))


def head(column: str) -> str:
    """Title of a column."""
    return {
        "priority": translate("Alarms", "Pr."),
        "state": translate("Alarms", "State"),
        "time": translate("Alarms", "Time"),
        "alarm": translate("Alarms", "Alarm"),
        "area": translate("Alarms", "Area"),
        "value": translate("Alarms", "Value"),
        "limit": translate("Alarms", "Limit"),
        "age": translate("Alarms", "Age"),
        "do": translate("Alarms", "Do"),
    }[column]


class AlarmModel(QAbstractTableModel):
    """Rows of `AlarmItem`; ages change with the bridge's clock. why: who hid an alarm, why, until when."""

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, why: Callable[[AlarmItem], str] | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._why = why
        self._rows: tuple[AlarmItem, ...] = ()
        self.newer = 0

    @property
    def rows(self) -> tuple[AlarmItem, ...]:
        """The alarms shown, in order."""
        return self._rows

    def show_rows(self, fresh: Sequence[AlarmItem], still: bool) -> None:
        """Takes in the list of now; `still` keeps what is shown in place."""
        held = hold(self._rows, fresh, still)
        self.newer = held.newer
        if [item.id for item in held.rows] == [item.id for item in self._rows]:
            self._rows = held.rows
            if held.rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(held.rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self._rows = held.rows
        self.endResetModel()

    def refresh_ages(self) -> None:
        """Tells the view that ages have advanced and values may have aged."""
        if self._rows:
            last = len(self._rows) - 1
            for column in (COLUMNS.index("value"), COLUMNS.index("age")):
                self.dataChanged.emit(self.index(0, column), self.index(last, column))

    def refresh_values(self, paths: frozenset[str]) -> None:
        """Tells the view which rows' live values have changed."""
        column = COLUMNS.index("value")
        for row, item in enumerate(self._rows):
            if item.tag in paths:
                self.dataChanged.emit(self.index(row, column), self.index(row, column))

    def item(self, row: int) -> AlarmItem | None:
        """The alarm in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_of(self, alarm: str) -> int:
        """The row of an alarm, -1 if it is not listed."""
        return next((row for row, item in enumerate(self._rows) if item.id == alarm), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            if COLUMNS[section] == "do" and self._rows and badge_of(self._rows[0]):
                return translate("Alarms", "Why, until")
            return head(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        item = self.item(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role == ITEM_ROLE:
            return item
        if role == READING_ROLE:
            return alarm_reading(self._bridge, item)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(item, COLUMNS[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.message}, {alarm_words(symbol_of(item))}"
        return None

    def text(self, item: AlarmItem, column: str) -> str:
        """The words of a cell."""
        bridge = self._bridge
        if column == "priority":
            return str(item.priority)
        if column == "state":
            return state_word(item)
        if column == "time":
            return alarm_time(item, bridge.plant.timezone, bridge.now_us)
        if column == "alarm":
            return item.message or item.id
        if column == "area":
            return place(bridge.plant, item)
        if column == "value":
            return alarm_value(bridge, item)
        if column == "limit":
            return alarm_limit(bridge, item)
        if column == "age":
            return alarm_age(item, bridge.now_us)
        if self._why is not None and badge_of(item):
            return self._why(item)
        return item.action.split(". ")[0].rstrip(".") if item.action else ""


def counts(rows: Sequence[AlarmItem]) -> tuple[int, int]:
    """Listed, and unacknowledged among them."""
    listed = [item for item in rows if item.state != "NORMAL"]
    return len(listed), sum(1 for item in listed if is_unacknowledged(item))
