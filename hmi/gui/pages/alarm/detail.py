"""The detail pane of one alarm: value, consequence, what to do now, how long there is, and the buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hmi.facade.data import AlarmItem
from hmi.gui.acknowledging import Acknowledging, Order, Outcome
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.alarm.before import BeforeList, clear
from hmi.gui.pages.minitrend import MiniTrend
from hmi.gui.pages.parts import ElidedWords, Hair, KeyButton, Plate, Words
from hmi.gui.pages.permit import PermitButton
from hmi.gui.people import scopes_of
from hmi.gui.plant_index import index_of
from hmi.gui.shown import (
    alarm_limit,
    alarm_value,
    badge_of,
    is_unacknowledged,
    place,
    state_word,
    symbol_of,
    value_state,
)
from hmi.gui.widgets.figures import age, clock, figure
from hmi.gui.widgets.scrolling import scrolling
from hmi.gui.widgets.structs import ValueState
from hmi.gui.widgets.values import AlarmSymbol, ValueBox
from hmi.model.access import Permission


class AlarmDetail(Plate):
    """Shows one alarm and acts on it.

    display_wanted, trend_wanted: the buttons of that name. sent: a command went out or came back.
    """

    display_wanted = Signal(object)
    trend_wanted = Signal(object)
    closed = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._item: AlarmItem | None = None
        self._acknowledging = Acknowledging(bridge, self)
        self._acknowledging.finished.connect(self._finished)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.symbol = AlarmSymbol(edge=34)
        self._title = Words("", "title", "text1", wrap=True)
        self._sub = ElidedWords("", "label", "text2")
        self._value = ValueBox(ValueState(), "value_l")
        self._limit = Words("", "label", "text2")
        self._trend = MiniTrend(bridge)
        self._trend.setFixedHeight(158)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(10)
        self._facts.setVerticalSpacing(10)
        self._facts.setColumnMinimumWidth(0, 102)
        self._facts.setColumnStretch(1, 1)
        self._before = BeforeList(bridge)
        self._build()
        bridge.tags_changed.connect(self._live)
        bridge.ticked.connect(self._tick)
        self._beat = 0
        self.show_item(None)

    def _build(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 8)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.symbol, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._title)
        names.addWidget(self._sub)
        head.addLayout(names, 1)
        column.addLayout(head)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._value)
        row.addWidget(self._limit, 1)
        column.addLayout(row)
        column.addWidget(self._trend)
        column.addLayout(self._facts)
        column.addWidget(self._before)
        column.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)
        self.body.addWidget(Hair("line2"))
        self.body.addLayout(self._buttons())

    def _buttons(self) -> QVBoxLayout:
        self.comment = QLineEdit()
        self.comment.setPlaceholderText(translate("Alarms", "Comment (optional)"))
        self.comment.setAccessibleName(translate("Alarms", "Comment"))
        self.comment.returnPressed.connect(self.acknowledge)
        self.answer = Words("", "body", "text1", weight=500, wrap=True)
        self.answer.hide()
        people, act, reset = self._bridge.people, Permission.ALARM_ACK, Permission.ALARM_RESET
        self.act = PermitButton(act, translate("Alarms", "Acknowledge"), "A", "check", "primary", people=people)
        self.act.acted.connect(self._send_acknowledge)
        self.reset = PermitButton(reset, translate("Alarms", "Reset"), "R", "", "primary", people=people)
        self.reset.acted.connect(self._send_reset)
        self.display = KeyButton(translate("Alarms", "Go to display"), "G", "", "secondary", 44)
        self.display.clicked.connect(lambda: self.display_wanted.emit(self._item))
        self.trend = KeyButton(translate("Alarms", "Trend"), "T", "", "secondary", 44)
        self.trend.clicked.connect(lambda: self.trend_wanted.emit(self._item))
        grid = QGridLayout()
        grid.setSpacing(8)
        grid.addWidget(self.act, 0, 0)
        grid.addWidget(self.reset, 0, 0)
        grid.addWidget(self.display, 0, 1)
        grid.addWidget(self.comment, 1, 0)
        grid.addWidget(self.trend, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout()
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.answer)
        column.addLayout(grid)
        return column

    @property
    def item(self) -> AlarmItem | None:
        """The alarm shown."""
        return self._item

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return self._trend.is_settled and self._before.is_settled

    def show_item(self, item: AlarmItem | None) -> None:
        """Shows an alarm; None = nothing chosen."""
        changed = (item.id if item else "") != (self._item.id if self._item else "")
        self._item = item
        if changed:
            self.answer.hide()
            self.comment.clear()
        has_symbol = item is not None and item.state != "NORMAL" and not badge_of(item)
        self.symbol.set_state(symbol_of(item) if item is not None and has_symbol else None)
        self.symbol.setVisible(has_symbol)
        if item is None:
            self._title.setText(translate("Alarms", "No alarm selected"))
            self._sub.set_text(translate("Alarms", "Select one to see what it means and what to do."))
        else:
            self._title.setText(item.message or item.id)
            words = [item.tag or item.id, fill(translate("Alarms", "class %1"), _class_word(item.alarm_class))]
            self._sub.set_text(" · ".join(words))
        path = item.tag if item is not None and self._bridge.definition(item.tag) is not None else ""
        definition = self._bridge.definition(path)
        numeric = definition is not None and not definition.is_text
        self._value.setVisible(bool(path))
        self._limit.setVisible(item is not None)
        self._trend.setVisible(bool(path) and numeric)
        self._trend.follow(path if numeric else "")
        self._show_value()
        self._show_facts()
        self._show_buttons()
        if changed:
            self._before.show_item(item)

    def acknowledge(self) -> None:
        """Acknowledges the alarm shown, with the comment; where it is locked, offers the sign-in."""
        if self.act.isEnabled():
            self.act.click()

    def _send_acknowledge(self) -> None:
        item = self._item
        if item is None or not is_unacknowledged(item) or self._acknowledging.is_busy:
            return
        self._acknowledging.acknowledge([Order(item.id, item.activation_id, item.message)], self.comment.text().strip())
        self._show_buttons()

    def send_reset(self) -> None:
        """Resets the latched alarm shown; where it is locked, offers the sign-in."""
        if self.reset.isEnabled():
            self.reset.click()

    def _send_reset(self) -> None:
        item = self._item
        if item is None or item.state != "LATCHED_ACK" or self._acknowledging.is_busy:
            return
        self._acknowledging.reset(Order(item.id, item.activation_id, item.message), self.comment.text().strip())
        self._show_buttons()

    def say(self, words: str) -> None:
        """Writes a result where the action was taken."""
        self.answer.setText(words)
        self.answer.setVisible(bool(words))

    def _finished(self, outcome: Outcome) -> None:
        if outcome.refused:
            self.say(outcome.refused[0])
        elif outcome.done:
            self.comment.clear()
            self.say(translate("Alarms", "Done and recorded."))
        self._show_buttons()

    def _show_buttons(self) -> None:
        item = self._item
        busy = self._acknowledging.is_busy
        can_reset = item is not None and item.state == "LATCHED_ACK"
        can_act = item is not None and is_unacknowledged(item)
        self.act.setVisible(not can_reset)
        self.reset.setVisible(can_reset)
        self.act.setEnabled(can_act and not busy)
        self.reset.setEnabled(not busy)
        self.act.set_words(translate("Alarms", "Sending…") if busy else translate("Alarms", "Acknowledge"))
        scopes = [scopes_of(self._bridge.plant, item)] if item is not None else []
        self.act.set_scopes(scopes)
        self.reset.set_scopes(scopes)
        self.comment.setEnabled((can_act or can_reset) and not busy)
        self.display.setEnabled(item is not None)
        self.trend.setEnabled(item is not None and self._bridge.definition(item.tag) is not None)

    def _show_value(self) -> None:
        item = self._item
        if item is None:
            return
        definition = self._bridge.definition(item.tag)
        if definition is not None:
            self._value.set_state(value_state(self._bridge, item.tag))
        lines = []
        limit = alarm_limit(self._bridge, item)
        if limit:
            lines.append(fill(translate("Alarms", "limit %1"), limit))
        if definition is not None and definition.normal_low is not None and definition.normal_high is not None:
            low, high = (
                figure(definition.normal_low, definition.decimals),
                figure(definition.normal_high, definition.decimals),
            )
            lines.append(fill(translate("Alarms", "normal %1 – %2"), low, high))
        if definition is None:
            value = alarm_value(self._bridge, item)
            lines.insert(0, value)
        self._limit.setText("\n".join(line for line in lines if line))
        self._limit.setVisible(any(lines))

    def _show_facts(self) -> None:
        clear(self._facts)
        item = self._item
        if item is None:
            return
        rows: list[tuple[str, str, bool]] = []
        rows.append((translate("Alarms", "State"), self._state_words(item), False))
        rows.append((translate("Alarms", "Place"), place(self._bridge.plant, item), False))
        if item.consequence:
            rows.append((translate("Alarms", "Consequence"), item.consequence, False))
        if item.action:
            rows.append((translate("Alarms", "Do now"), item.action, True))
        else:
            rows.append((translate("Alarms", "Do now"), translate("Alarms", "not written down yet"), False))
        if item.respond_within_s is not None:
            rows.append((translate("Alarms", "Time to respond"), self._respond_words(item), False))
        if item.cause:
            rows.append((translate("Alarms", "Cause"), item.cause, False))
        first_out = self._first_out_words(item)
        if first_out:
            rows.append((translate("Alarms", "First out"), first_out, False))
        for number, (label, text, strong) in enumerate(rows):
            name = Words(label, "label", "text2", wrap=True)
            name.setAlignment(Qt.AlignmentFlag.AlignTop)
            words = Words(text, "operate", "text1", weight=600 if strong else 400, wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(name, number, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(words, number, 1)

    def _state_words(self, item: AlarmItem) -> str:
        words = state_word(item)
        if item.acked and item.acked_by and item.t_ack_us:
            when = clock(item.t_ack_us, self._bridge.plant.timezone)
            words = fill(translate("Alarms", "%1 by %2 at %3"), words, item.acked_by, when)
        return words

    def _respond_words(self, item: AlarmItem) -> str:
        within = item.respond_within_s or 0.0
        words = fill(translate("Alarms", "%1 min"), figure(within / 60, None))
        if item.active and not item.acked and item.t_active_us:
            left = within - (self._bridge.now_us - item.t_active_us) / 1e6
            if left > 0:
                return fill(translate("Alarms", "%1, %2 left"), words, age(left))
            return fill(translate("Alarms", "%1, over for %2"), words, age(-left))
        return words

    def _first_out_words(self, item: AlarmItem) -> str:
        groups = index_of(self._bridge.plant).groups
        group = groups.get(item.id, "")
        listed = self._bridge.alarms.items if self._bridge.alarms is not None else []
        members = [other for other in listed if group and groups.get(other.id) == group and other.order > 0]
        if len(members) < 2:
            return ""
        members.sort(key=lambda other: (other.order, other.t_active_us or 0))
        zone = self._bridge.plant.timezone
        words = [f"{clock(other.t_active_us or 0, zone)} {other.message}" for other in members]
        return fill(translate("Alarms", "%1, then %2"), words[0], ", ".join(words[1:]))

    def _live(self, paths: frozenset[str]) -> None:
        if self._item is not None and self._item.tag in paths and self.isVisible():
            self._show_value()

    def _tick(self) -> None:
        self._beat = (self._beat + 1) % 10
        if self._beat == 0 and self.isVisible() and self._item is not None:
            self._show_value()
            if self._item.respond_within_s is not None:
                self._show_facts()


def _class_word(name: str) -> str:
    return {
        "safety": translate("AlarmClass", "safety"),
        "environment": translate("AlarmClass", "environment"),
        "quality": translate("AlarmClass", "quality"),
        "machine": translate("AlarmClass", "machine"),
        "diagnostic": translate("AlarmClass", "diagnostic"),
    }.get(name, name)
