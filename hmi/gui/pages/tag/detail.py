"""The detail of one tag: value, status code decoded, where it comes from, where it is used."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hmi.gui.bridge import Bridge, LiveTag
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.minitrend import MiniTrend
from hmi.gui.pages.parts import ElidedWords, Hair, KeyButton, Plate, Words
from hmi.gui.shown import quality_word, value_state
from hmi.gui.widgets.figures import age, clock, figure
from hmi.gui.widgets.scrolling import scrolling
from hmi.gui.widgets.structs import ValueState
from hmi.gui.widgets.values import ValueBox
from hmi.model.tags import Access, TagDefinition


class TagDetail(Plate):
    """Follows one tag."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._path = ""
        self._users = ""
        self._labels: list[tuple[Words, Words]] = []
        self.body.setContentsMargins(0, 0, 0, 0)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 14, 16, 8)
        column.setSpacing(10)
        self._title = Words("", "title", "text1", wrap=True)
        self._sub = ElidedWords("", "label", "text2")
        self._value = ValueBox(ValueState(), "value_l")
        self._trend = MiniTrend(bridge, 10)
        self._trend.setFixedHeight(170)
        column.addWidget(self._title)
        column.addWidget(self._sub)
        column.addWidget(self._value)
        column.addWidget(self._trend)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(0)
        column.addLayout(self._facts)
        column.addStretch(1)
        area = scrolling(inside)
        self.trend_wanted = KeyButton(translate("Tags", "Trend"), "T", "trends", "primary", 44)
        self.alarm_wanted = KeyButton(translate("Tags", "Its alarm"), "", "alarms", "secondary", 44)
        row = QHBoxLayout()
        row.setContentsMargins(16, 12, 16, 14)
        row.setSpacing(8)
        row.addWidget(self.trend_wanted, 1)
        row.addWidget(self.alarm_wanted, 1)
        self.body.addWidget(area, 1)
        self.body.addWidget(Hair("line2"))
        self.body.addLayout(row)

    @property
    def path(self) -> str:
        """The tag shown."""
        return self._path

    @property
    def is_settled(self) -> bool:
        """True when no history is on its way."""
        return self._trend.is_settled

    def show_path(self, path: str) -> None:
        """Shows another tag; empty = none."""
        definition = self._bridge.definition(path)
        self._path = path if definition is not None else ""
        self._users = self._used(definition) if definition is not None else ""
        self._trend.follow(self._path if definition is not None and not definition.is_text else "")
        self._trend.setVisible(definition is not None and not definition.is_text)
        self._value.setVisible(definition is not None)
        self.trend_wanted.setEnabled(definition is not None and not definition.is_text)
        if definition is None:
            self._title.setText(translate("Tags", "No tag selected"))
            self._sub.set_text("")
        else:
            self._title.setText(definition.description or definition.path.rsplit("/", 1)[-1])
            self._sub.set_text(definition.path)
        self.refresh()

    def refresh(self) -> None:
        """Repaints what is live."""
        tag = self._bridge.tag(self._path) if self._path else None
        self.alarm_wanted.setEnabled(tag is not None and self._bridge.alarm_of(self._path) is not None)
        if tag is None:
            self._show(())
            return
        self._value.set_state(value_state(self._bridge, self._path))
        self._show(tuple(self._rows(tag)))

    def _rows(self, tag: LiveTag) -> list[tuple[str, str]]:
        definition = tag.definition
        zone = self._bridge.plant.timezone
        rows = [(translate("Tags", "Quality"), self._quality(tag))]
        rows.append((translate("Tags", "Status code"), f"{tag.status_name}, 0x{tag.status & 0xFFFFFFFF:08X}"))
        if tag.t_source_us:
            rows.append(
                (
                    translate("Tags", "Source time"),
                    f"{clock(tag.t_source_us, zone)}.{tag.t_source_us // 1000 % 1000:03d}",
                )
            )
        if tag.t_receive_us and tag.age_s is not None:
            received = fill(translate("Tags", "%1, %2 ago"), clock(tag.t_receive_us, zone), age(tag.age_s))
            rows.append((translate("Tags", "Received"), received))
        rows.append((translate("Tags", "Source"), self._source(definition)))
        kind = definition.type or translate("Tags", "as the server says")
        if definition.order != "ABCD":
            kind = f"{kind}, {definition.order}"
        rows.append((translate("Tags", "Type"), kind))
        ranges = _range(definition.low, definition.high, definition)
        if ranges:
            rows.append((translate("Tags", "Range"), ranges))
        normal = _range(definition.normal_low, definition.normal_high, definition)
        if normal:
            rows.append((translate("Tags", "Normal"), normal))
        rows.append((translate("Tags", "Stored"), _store_word(definition)))
        rows.append((translate("Tags", "Access"), _access_word(definition)))
        rows.append((translate("Tags", "Used by"), self._users))
        return rows

    def _quality(self, tag: LiveTag) -> str:
        word = quality_word(tag)
        return f"{word}, {tag.reason}" if tag.reason else word

    def _source(self, definition: TagDefinition) -> str:
        if definition.is_calculated:
            return fill(translate("Tags", "calculated: %1"), definition.address)
        return f"{definition.device}  {definition.address}".strip()

    def _used(self, definition: TagDefinition) -> str:
        plant = self._bridge.plant
        users = [alarm.id for alarm in plant.alarms if definition.path in (alarm.tag, alarm.reference)]
        braced = "{" + definition.path + "}"
        users += [alarm.id for alarm in plant.alarms if braced in alarm.expression or braced in alarm.enable]
        users += [tag.path for tag in plant.tags if tag.is_calculated and braced in tag.address]
        for line in plant.lines:
            for where, rules in ((line.name, line.oee), *((machine.path, machine.oee) for machine in line.machines)):
                if rules is not None and definition.path in (
                    rules.state_tag,
                    rules.total_tag,
                    rules.good_tag,
                    rules.reject_tag,
                    rules.mode_tag,
                    rules.product_tag,
                ):
                    users.append(fill(translate("Tags", "OEE of %1"), where))
        return "\n".join(dict.fromkeys(users)) or translate("Tags", "nothing")

    def _show(self, rows: tuple[tuple[str, str], ...]) -> None:
        while len(self._labels) < len(rows):
            name, text = Words("", "label", "text2"), Words("", "body", "text1", wrap=True)
            name.setFixedWidth(110)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row = QHBoxLayout()
            row.setContentsMargins(0, 6, 0, 6)
            row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(text, 1)
            self._facts.addWidget(Hair())
            self._facts.addLayout(row)
            self._labels.append((name, text))
        for number, (name, text) in enumerate(self._labels):
            shown = rows[number] if number < len(rows) else ("", "")
            if name.text() != shown[0]:
                name.setText(shown[0])
            if text.text() != shown[1]:
                text.setText(shown[1])


def _range(low: float | None, high: float | None, definition: TagDefinition) -> str:
    if low is None and high is None:
        return ""
    ends = [figure(end, definition.decimals) if end is not None else "…" for end in (low, high)]
    return f"{ends[0]} – {ends[1]} {definition.unit}".strip()


def _store_word(definition: TagDefinition) -> str:
    words = {
        "all": translate("Tags", "every sample"),
        "change": translate("Tags", "each change"),
        "deadband": fill(translate("Tags", "changes of %1 and more"), figure(definition.deadband)),
        "swing": fill(translate("Tags", "swinging door %1"), figure(definition.deadband)),
        "no": translate("Tags", "not stored"),
    }
    return words.get(definition.store.value, definition.store.value)


def _access_word(definition: TagDefinition) -> str:
    return {
        Access.READ: translate("Tags", "read"),
        Access.WRITE: translate("Tags", "read and write"),
        Access.WRITE_ONLY: translate("Tags", "write only"),
        Access.MOMENTARY: translate("Tags", "momentary"),
    }[definition.access]
