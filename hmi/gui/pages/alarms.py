"""The Alarms page: lists, journal, annunciation rate, what is hidden, and the detail of one alarm."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from hmi.facade.data import AlarmItem
from hmi.gui.acknowledging import Acknowledging, Order, Outcome
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.alarm.charts import RateBars, RateFeed, rate_note
from hmi.gui.pages.alarm.detail import AlarmDetail
from hmi.gui.pages.alarm.foot import ListFoot
from hmi.gui.pages.alarm.hidden import LISTS, HiddenList, HidingFeed, hidden_count, hidden_rows, time_left
from hmi.gui.pages.alarm.journal import JournalView
from hmi.gui.pages.alarm.model import AlarmModel, counts
from hmi.gui.pages.alarm.table import AlarmTable
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import KeyButton, Message, Plate, SearchField, Tabs, Words, keep_margin
from hmi.gui.pages.permit import PermitButton
from hmi.gui.people import scopes_of
from hmi.gui.shown import is_unacknowledged, machine_of, place
from hmi.model.access import Permission

_DETAIL = 448


class AlarmsPage(Page):
    """Keys: A acknowledge, R reset, G go to display, T trend, / filter."""

    manual_page: ClassVar[str] = "alarms"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._selected = ""
        self.detail = AlarmDetail(bridge)
        self._acknowledging = Acknowledging(bridge, self)
        self._acknowledging.finished.connect(self._acknowledged)
        self.hiding = HidingFeed(bridge, self)
        self.hiding.changed.connect(self._show_hidden)
        self.model = AlarmModel(bridge, self, self._why)
        self.table = AlarmTable(self.model)
        self.table.released.connect(self._refresh)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.table.doubleClicked.connect(lambda _index: self._go_to_display(self.detail.item))
        self.detail.display_wanted.connect(self._go_to_display)
        self.detail.trend_wanted.connect(self._go_to_trend)
        self.journal = JournalView(bridge)
        self.rate = RateFeed(bridge, self)
        self.rate.changed.connect(self._show_rate)
        self._build()
        self._bind_keys()
        bridge.alarms_changed.connect(self._alarms_changed)
        bridge.tags_changed.connect(self._values_changed)
        bridge.ticked.connect(self._tick)
        self._beat = 0
        self._was_read = False
        self._refresh()
        self._show_hidden()

    def _build(self) -> None:
        self.tabs = Tabs(
            (
                ("active", translate("Alarms", "Active")),
                ("shelved", translate("Alarms", "Shelved")),
                ("suppressed", translate("Alarms", "Suppressed")),
                ("out_of_service", translate("Alarms", "Out of service")),
                ("journal", translate("Alarms", "Journal")),
            )
        )
        self.tabs.chosen.connect(self._tab_chosen)
        self.filter = SearchField(translate("Alarms", "Filter"))
        self.filter.setMaximumWidth(220)
        self.filter.textChanged.connect(self._filter_changed)
        self.important = KeyButton(translate("Alarms", "Priority 1–2"), icon_name="filter")
        self.important.setCheckable(True)
        self.important.toggled.connect(self._refresh)
        self.page_button = PermitButton(Permission.ALARM_ACK, "", tall=32, people=self.bridge.people)
        self.page_button.acted.connect(self._acknowledge_visible)
        plate = Plate(tools=True, tall=46)
        plate.body.setContentsMargins(0, 0, 0, 0)
        plate.head.setContentsMargins(1, 0, 10, 0)
        plate.title.hide()
        plate.note.hide()
        plate.head.insertWidget(0, self.tabs)
        plate.head.addWidget(self.filter)
        plate.head.addWidget(self.important)
        plate.head.addWidget(self.page_button)
        self._foot = ListFoot()
        self._foot.clicked.connect(self._release)
        self._answer = Words("", "body", "text1", weight=500, wrap=True)
        self._answer.setContentsMargins(16, 4, 16, 8)
        self._answer.hide()
        self._empty = Message("", "")
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(1, 0, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.table)
        column.addWidget(self._foot)
        column.addWidget(self._answer)
        column.addWidget(self._empty)
        column.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(listed)
        self._stack.addWidget(self.journal)
        plate.body.addWidget(self._stack)
        self._list_plate = plate
        self._rate_plate = Plate(translate("Alarms", "Annunciations per 10 min"))
        self._rate_plate.body.setContentsMargins(10, 0, 10, 8)
        self._rate_now = Words("", "label", "text2")
        self._rate_plate.head.addWidget(self._rate_now)
        self._bars = RateBars()
        self._rate_plate.body.addWidget(self._bars)
        self._hidden_plate = Plate(translate("Alarms", "Hidden now"))
        self._hidden_list = HiddenList()
        self._hidden_plate.body.addWidget(self._hidden_list)
        self._bottom = QWidget()
        row = QHBoxLayout(self._bottom)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self._rate_plate, 48)
        row.addWidget(self._hidden_plate, 52)
        self._bottom.setFixedHeight(213)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(plate, 1)
        left.addWidget(self._bottom)
        self._whole = QHBoxLayout(self)
        keep_margin(self._whole, False)
        self._whole.setSpacing(10)
        self._whole.addLayout(left, 1)
        self._whole.addWidget(self.detail)
        self.detail.setFixedWidth(_DETAIL)

    def _bind_keys(self) -> None:
        for key, run in (
            ("A", self.detail.acknowledge),
            ("R", self.detail.send_reset),
            ("G", lambda: self._go_to_display(self.detail.item)),
            ("T", lambda: self._go_to_trend(self.detail.item)),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._whole, compact)
        self._bottom.setVisible(not compact)
        self.table.set_small(compact)
        self.detail.setFixedWidth(360 if compact else _DETAIL)
        self.tabs.set_compact(compact)
        self._whole.setSpacing(8 if compact else 10)
        self.important.setVisible(not compact)
        self.filter.setMinimumWidth(110 if compact else 160)

    def opened(self) -> None:
        self._was_read = False
        self._refresh()
        self._read()
        self.table.setFocus()

    def show_target(self, target: Target) -> None:
        if not target.alarm:
            return
        self.filter.clear()
        self.important.setChecked(False)
        for tab in ("active", *LISTS):
            items = self._items(tab)
            if any(item.id == target.alarm for item in items):
                self.tabs.choose(tab)
                break
        self._selected = target.alarm
        self._refresh(force=True)

    def regions(self) -> list[QWidget]:
        return [self.tabs, self.table if self.tabs.current != "journal" else self.journal.table, self.detail.act]

    def find_field(self) -> QWidget:
        return self.filter

    def is_settled(self) -> bool:
        return (
            self._was_read
            and self.rate.is_settled
            and self.hiding.is_settled
            and self.detail.is_settled
            and self.journal.model.is_settled
        )

    def _read(self) -> None:
        if self.bridge.now_us and not self._was_read:
            self._was_read = True
            self.rate.read()
            self.hiding.read()
            if self.tabs.current == "journal":
                self.journal.read()

    def _tick(self) -> None:
        if not self.isVisible():
            return
        self._read()
        self._beat = (self._beat + 1) % 10
        if self._beat == 0:
            self.model.refresh_ages()
            self._bars.set_state(self.rate.state)
            if not self.table.still and self.model.newer:
                self._refresh()

    def _items(self, tab: str) -> list[AlarmItem]:
        if tab == "active":
            return list(self.bridge.alarms.items) if self.bridge.alarms is not None else []
        return self.bridge.hidden_alarms(tab)

    def _alarms_changed(self) -> None:
        if self.isVisible():
            self._refresh()
            self.rate.read()
            self.hiding.read()
            self._show_hidden()

    def _values_changed(self, paths: frozenset[str]) -> None:
        if self.isVisible():
            self.model.refresh_values(paths)

    def _why(self, item: AlarmItem) -> str:
        return ", ".join(part for part in (self.hiding.why(item), time_left(item, self.bridge.now_us)) if part)

    def _filtered(self) -> list[AlarmItem]:
        words = self.filter.text().lower().split()
        found = []
        for item in self._items(self.tabs.current):
            if self.important.isChecked() and item.priority > 2:
                continue
            text = f"{item.message} {item.id} {item.tag} {place(self.bridge.plant, item)}".lower()
            if all(word in text for word in words):
                found.append(item)
        return found

    def _refresh(self, _checked: object = None, *, force: bool = False) -> None:
        tab = self.tabs.current
        self.tabs.set_counts({name: len(self._items(name)) for name in ("active", *LISTS)})
        if tab == "journal":
            return
        still = self.table.still and not force
        self.model.show_rows(self._filtered(), still)
        self._select()
        listed, waiting = counts(self.model.rows)
        seen = [item for item in self._seen() if is_unacknowledged(item)]
        words = translate("Alarms", "Ack visible unacknowledged (%1)")
        if self.compact:
            words = translate("Alarms", "Ack visible (%1)")
        self.page_button.set_words(fill(words, len(seen)))
        self.page_button.set_scopes([scopes_of(self.bridge.plant, item) for item in seen])
        self.page_button.setEnabled(bool(seen) and not self._acknowledging.is_busy)
        self._foot.set_words(listed, waiting, self.model.newer, tab)
        empty = not self.model.rows
        self.table.setVisible(not empty)
        self._foot.setVisible(not empty)
        self._empty.setVisible(empty)
        if empty:
            self._show_empty()
        self._fit()

    def _fit(self) -> None:
        room = self._stack.height() - self._foot.sizeHint().height() - (40 if self._answer.isVisible() else 0)
        self.table.setFixedHeight(max(90, min(self.table.wanted_height(), room)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _show_empty(self) -> None:
        if self.filter.text() or self.important.isChecked():
            self._empty.title.setText(translate("Alarms", "No alarm fits the filter"))
            self._empty.words.setText(translate("Alarms", "Clear the filter to see the whole list."))
            return
        titles = {
            "active": translate("Alarms", "No active alarms"),
            "shelved": translate("Alarms", "No shelved alarms"),
            "suppressed": translate("Alarms", "No suppressed alarms"),
            "out_of_service": translate("Alarms", "No alarm is out of service"),
        }
        self._empty.title.setText(titles[self.tabs.current])
        hidden = hidden_count(self.bridge)
        words = fill(translate("Alarms", "%1 alarms are hidden."), hidden) if hidden else ""
        self._empty.words.setText(words)

    def _select(self) -> None:
        row = self.model.row_of(self._selected)
        if row < 0 and self.model.rows:
            row = 0
        item = self.model.item(row)
        if item is not None and self.table.currentIndex().row() != row:
            self.table.selectRow(row)
        self._selected = item.id if item is not None else self._selected
        self.detail.show_item(item)

    def _row_chosen(self, index: object, _before: object) -> None:
        row = self.table.currentIndex().row()
        item = self.model.item(row)
        if item is not None:
            self._selected = item.id
            self.detail.show_item(item)

    def _seen(self) -> list[AlarmItem]:
        if not self.table.isVisible():
            return list(self.model.rows)
        rows = (self.model.item(row) for row in self.table.visible_rows())
        return [item for item in rows if item is not None]

    def _release(self) -> None:
        self.table.clearFocus()
        self._refresh(force=True)

    def _acknowledge_visible(self) -> None:
        orders = [Order(item.id, item.activation_id, item.message) for item in self._seen() if is_unacknowledged(item)]
        if self._acknowledging.acknowledge(orders, self.detail.comment.text().strip()):
            self._answer.hide()
            self.page_button.setEnabled(False)
            self.page_button.set_words(translate("Alarms", "Sending…"))

    def _acknowledged(self, outcome: Outcome) -> None:
        words = list(outcome.refused)
        if outcome.done and outcome.refused:
            words.insert(0, fill(translate("Alarms", "%1 acknowledged."), len(outcome.done)))
        self._answer.setText("\n".join(words))
        self._answer.setVisible(bool(words))
        self._refresh()

    def _tab_chosen(self, tab: str) -> None:
        self._stack.setCurrentIndex(1 if tab == "journal" else 0)
        self.page_button.setVisible(tab == "active")
        self.important.setVisible(tab != "journal" and not self.compact)
        self.detail.setVisible(tab != "journal")
        if tab == "journal":
            self.journal.read()
            self.journal.narrow(self.filter.text())
        else:
            self._refresh(force=True)

    def _filter_changed(self, words: str) -> None:
        if self.tabs.current == "journal":
            self.journal.narrow(words)
        else:
            self._refresh(force=True)

    def _show_rate(self) -> None:
        state = self.rate.state
        self._bars.set_state(state)
        left, right = rate_note(state)
        if self.rate.problem:
            left = fill(translate("Alarms", "the journal cannot be read: %1"), self.rate.problem)
        self._rate_plate.note.setText(left)
        self._rate_now.setText(right)

    def _show_hidden(self) -> None:
        self._hidden_list.set_rows(hidden_rows(self.bridge, self.hiding))
        count = hidden_count(self.bridge)
        one = translate("Alarms", "1 alarm makes no sound")
        words = fill(translate("Alarms", "%1 alarms make no sound"), count)
        self._hidden_plate.note.setText(one if count == 1 else words)

    def _go_to_display(self, item: AlarmItem | None) -> None:
        if item is None:
            return
        machine = machine_of(self.bridge.plant, item.tag) or machine_of(self.bridge.plant, item.id)
        if item.type == "comm_failure":
            self.go.emit("devices", Target(device=item.tag))
        elif machine or any(item.tag.startswith(line.name + "/") for line in self.bridge.plant.lines):
            self.go.emit("line", Target(machine=machine, tags=(item.tag,)))
        else:
            self.go.emit("overview", Target(tags=(item.tag,)))

    def _go_to_trend(self, item: AlarmItem | None) -> None:
        if item is not None and self.bridge.definition(item.tag) is not None:
            self.go.emit("trends", Target(tags=(item.tag,), at_us=item.t_active_us))
