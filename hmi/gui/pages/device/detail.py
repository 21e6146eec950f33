"""The detail pane of one device: a sentence, what happened, figures, what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hmi.facade.data import AlarmItem, DeviceItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.device.diagnosis import advice, error_count, kind_word, link_icon, link_word, protocol, sentence
from hmi.gui.pages.parts import ElidedWords, Hair, KeyButton, Plate, Words
from hmi.gui.shown import moment, symbol_of
from hmi.gui.theme import font, paint_icon
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import age, figure
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.scrolling import scrolling
from hmi.gui.widgets.values import AlarmSymbol


def comm_alarm(bridge: Bridge, device: str) -> AlarmItem | None:
    """The listed communication alarm of a device."""
    listed = bridge.alarms.items if bridge.alarms is not None else []
    return next((item for item in listed if item.type == "comm_failure" and item.tag == device), None)


class DeviceDetail(Plate):
    """One device in words."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._shown: tuple[object, ...] = ()
        self.body.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(16, 14, 16, 8)
        self._column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._symbol = AlarmSymbol(edge=34)
        names = QVBoxLayout()
        names.setSpacing(1)
        self._title = Words("", "title", "text1")
        self._sub = ElidedWords("", "label", "text2")
        names.addWidget(self._title)
        names.addWidget(self._sub)
        self._chip = _LinkChip()
        head.addWidget(self._symbol)
        head.addLayout(names, 1)
        head.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        self._sentence = Words("", "operate", "text1", weight=400, wrap=True)
        self._steps = QGridLayout()
        self._facts = QVBoxLayout()
        self._facts.setSpacing(0)
        self._advice = QVBoxLayout()
        self._advice.setSpacing(5)
        self._column.addLayout(head)
        self._column.addWidget(self._sentence)
        self._column.addLayout(self._steps)
        self._column.addLayout(self._facts)
        self._column.addLayout(self._advice)
        self._column.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)
        self.body.addWidget(Hair("line2"))
        self.values_wanted = KeyButton(translate("Devices", "Show its values"), kind="primary", tall=44)
        self.trend_wanted = KeyButton(translate("Devices", "Trend of answer time"), tall=44)
        self.help_wanted = KeyButton(translate("Devices", "Manual"), "F1", tall=44)
        grid = QGridLayout()
        grid.setContentsMargins(16, 12, 16, 14)
        grid.setSpacing(8)
        grid.addWidget(self.values_wanted, 0, 0, 1, 2)
        grid.addWidget(self.trend_wanted, 1, 0)
        grid.addWidget(self.help_wanted, 1, 1)
        self.body.addLayout(grid)

    def show_item(self, item: DeviceItem | None, alarm: AlarmItem | None) -> None:
        """Shows a device; None = none chosen."""
        self.setEnabled(item is not None)
        if item is None:
            self._title.setText(translate("Devices", "No device selected"))
            return
        self._symbol.set_state(symbol_of(alarm) if alarm is not None else None)
        self._symbol.setVisible(alarm is not None)
        self._title.setText(item.title or item.name)
        self._sub.set_text(f"{protocol(item.driver)}, {item.address}")
        self._chip.set_item(item)
        self._sentence.setText(sentence(item))
        steps, facts, todo = self._step_words(item, alarm), self._fact_words(item, alarm), advice(item)
        shown = (item.name, tuple(steps), tuple(facts), tuple(todo))
        if shown == self._shown:
            return
        self._shown = shown
        for layout in (self._steps, self._facts, self._advice):
            _clear(layout)
        for number, (when, text) in enumerate(steps):
            self._steps.addWidget(_Dot(number == len(steps) - 1), number, 0)
            self._steps.addWidget(Words(when, "body", "text2"), number, 1)
            self._steps.addWidget(Words(text, "body", "text1", wrap=True), number, 2)
        self._steps.setColumnStretch(2, 1)
        self._steps.setHorizontalSpacing(14)
        self._steps.setVerticalSpacing(10)
        for label, text in facts:
            self._facts.addWidget(Hair())
            row = QHBoxLayout()
            row.setContentsMargins(0, 7, 0, 7)
            name = Words(label, "label", "text2")
            name.setFixedWidth(150)
            row.addWidget(name)
            row.addWidget(Words(text, "body", "text1", wrap=True), 1)
            self._facts.addLayout(row)
        if todo:
            self._advice.addWidget(Words(translate("Devices", "What to do"), "label", "text2"))
            for number, text in enumerate(todo, start=1):
                self._advice.addWidget(Words(f"{number}. {text}", "operate", "text1", weight=400, wrap=True))

    def _step_words(self, item: DeviceItem, alarm: AlarmItem | None) -> list[tuple[str, str]]:
        zone, now = self._bridge.plant.timezone, self._bridge.now_us
        steps: list[tuple[int, str]] = []
        if item.since_us:
            word = translate("Devices", "Last good answer") if item.state == "down" else link_word(item)
            steps.append((item.since_us, word))
        if alarm is not None and alarm.t_active_us:
            steps.append(
                (alarm.t_active_us, fill(translate("Devices", "Alarm raised, %1 values not good"), item.bad_tags))
            )
        if item.last_error and item.t_last_error_us:
            steps.append((item.t_last_error_us, fill(translate("Devices", "Last error: %1"), item.last_error)))
        steps.sort()
        return [(moment(t_us, zone, now), text) for t_us, text in steps]

    def _fact_words(self, item: DeviceItem, alarm: AlarmItem | None) -> list[tuple[str, str]]:
        bridge = self._bridge
        facts = []
        if item.bad_tags:
            words = figure(item.bad_tags, 0)
            if item.state == "down":
                since = age((bridge.now_us - item.since_us) / 1e6)[:-3] or "0"
                words = fill(translate("Devices", "%1, oldest about %2 min"), words, since)
            facts.append((translate("Devices", "Values not good"), words))
        own = {tag.path for tag in bridge.plant.tags if tag.device == item.name}
        hidden = sum(1 for known in bridge.hidden_alarms("suppressed") if known.tag in own)
        raised = 1 if alarm is not None else 0
        if raised or hidden:
            facts.append(
                (
                    translate("Devices", "Alarms"),
                    fill(translate("Devices", "%1 raised, %2 suppressed by design"), raised, hidden),
                )
            )
        if item.state == "down" and item.since_us:
            since_words = moment(item.since_us, bridge.plant.timezone, bridge.now_us)
            facts.append(
                (
                    translate("Devices", "History"),
                    fill(translate("Devices", "gap since %1, cause: device"), since_words),
                )
            )
        if item.response_ms.p50 is not None:
            words = fill(translate("Devices", "%1 ms median"), figure(item.response_ms.p50, 1))
            if item.response_ms.p99 is not None:
                words = fill(translate("Devices", "%1, %2 ms at 99 %"), words, figure(item.response_ms.p99, 1))
            facts.append((translate("Devices", "Answer"), words))
        if item.scan_ms.p50 is not None:
            words = fill(
                translate("Devices", "asked %1 ms, achieved %2 ms"),
                figure(item.scan_ms.asked, 0),
                figure(item.scan_ms.p50, 0),
            )
            facts.append((translate("Devices", "Scan"), words))
        facts.append((translate("Devices", "Requests"), figure(item.requests, 0)))
        if item.overruns:
            facts.append((translate("Devices", "Skipped scans"), figure(item.overruns, 0)))
        if error_count(item):
            words = ", ".join(
                f"{figure(count, 0)} {kind_word(kind)}"
                for kind, count in sorted(item.errors.items(), key=lambda entry: -entry[1])
            )
            facts.append((translate("Devices", "Errors since start"), words))
        breaker = {
            "open": translate("Devices", "open: one try per waiting time"),
            "half_open": translate("Devices", "half open: trying"),
        }.get(item.breaker)
        if breaker:
            facts.append((translate("Devices", "Breaker"), breaker))
        return facts


class _LinkChip(Painted):
    """The link state in a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._icon, self._word = "link", ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_item(self, item: DeviceItem) -> None:
        """Shows a device's link."""
        icon_name, word = link_icon(item), link_word(item)
        if (icon_name, word) != (self._icon, self._word):
            self._icon, self._word = icon_name, word
            self.updateGeometry()
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(int(width(self._word, font("body", 500))) + 44, 26)

    def spoken(self) -> str:
        return self._word

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        frame(painter, rect, self.theme.colour("text2"), 1.0, radius=3.0)
        paint_icon(painter, QRectF(8, rect.center().y() - 8, 16, 16), self._icon, self.theme.colour("text1"))
        write(
            painter, rect.adjusted(30, 0, -4, 0), self._word, font("body", 500), self.theme.colour("text1"), elide=False
        )


class _Dot(Painted):
    """A step: solid = happened, ring = the newest."""

    def __init__(self, newest: bool) -> None:
        super().__init__()
        self._newest = newest
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(14, 20)

    def spoken(self) -> str:
        return ""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        square = QRectF(rect.left() + 1, rect.center().y() - 4.5, 9, 9)
        if self._newest:
            frame(painter, square, self.theme.colour("text2"), 1.5, radius=4.5)
        else:
            painter.fillRect(square, self.theme.colour("text2"))


def _clear(layout: QVBoxLayout | QGridLayout) -> None:
    while (taken := layout.takeAt(0)) is not None:
        widget, inner = taken.widget(), taken.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QHBoxLayout):
            while (part := inner.takeAt(0)) is not None:
                held = part.widget()
                if held is not None:
                    held.hide()
                    held.deleteLater()
