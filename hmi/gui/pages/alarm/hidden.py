"""Alarms that make no sound: who hid them, why, and until when; asked from the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import AlarmItem, JournalItem, Page
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.shown import place
from hmi.gui.theme import font
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import age
from hmi.gui.widgets.painting.symbols import paint_badge
from hmi.gui.widgets.painting.text import RIGHT, width, write

LISTS = ("shelved", "suppressed", "out_of_service")
_EVENTS = ("SHELVE", "OOS_ON")
_DAYS_US = 40 * 86_400_000_000
_ROW = 36.0


@dataclass(frozen=True, slots=True)
class HiddenRow:
    """One hidden alarm, or a group of those suppressed at one place."""

    badge: str
    text: str
    why: str
    left: str


class HidingFeed(QObject):
    """Who shelved or took out of service what, newest first."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._rows: dict[tuple[str, str], JournalItem] = {}
        self._open = 0

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return self._open == 0

    def read(self) -> None:
        """Asks the journal, if anything is hidden by people."""
        bridge = self._bridge
        people = bridge.hidden_alarms("shelved") or bridge.hidden_alarms("out_of_service")
        if self._open or not bridge.now_us or not people:
            return
        for event in _EVENTS:
            self._open += 1
            future = bridge.facade.journal(bridge.now_us - _DAYS_US, bridge.now_us + 1, event=event, limit=200)
            bridge.ask(future, self._take, self._fail, self)

    def why(self, item: AlarmItem) -> str:
        """Who and why, as recorded; empty if the journal says nothing."""
        if item.suppressed and not item.oos:
            return translate("Alarms", "by design")
        row = self._rows.get((item.id, "OOS_ON" if item.oos else "SHELVE"))
        if row is None:
            return ""
        return ": ".join(part for part in (row.actor, row.comment) if part)

    def _take(self, page: Page[JournalItem]) -> None:
        self._open -= 1
        for row in page.items:
            self._rows.setdefault((row.alarm_id, row.event), row)
        self.changed.emit()

    def _fail(self, _error: Exception) -> None:
        self._open -= 1


def time_left(item: AlarmItem, now_us: int) -> str:
    """Until a shelved alarm comes back."""
    if item.shelved_until_us is None:
        return ""
    return fill(translate("Alarms", "%1 left"), age((item.shelved_until_us - now_us) / 1e6))


def hidden_rows(bridge: Bridge, feed: HidingFeed) -> list[HiddenRow]:
    """Shelved, suppressed (grouped by place), out of service."""
    now = bridge.now_us
    rows = [
        HiddenRow("S", item.message, feed.why(item), time_left(item, now)) for item in bridge.hidden_alarms("shelved")
    ]
    groups: dict[str, list[AlarmItem]] = {}
    for item in bridge.hidden_alarms("suppressed"):
        groups.setdefault(place(bridge.plant, item), []).append(item)
    for where, items in groups.items():
        text = items[0].message
        if len(items) > 1:
            text = fill(translate("Alarms", "%1, %2 alarms"), where.split(" / ")[-1], len(items))
        rows.append(HiddenRow("D", text, translate("Alarms", "by design"), ""))
    rows += [HiddenRow("O", item.message, feed.why(item), "") for item in bridge.hidden_alarms("out_of_service")]
    return rows


def hidden_count(bridge: Bridge) -> int:
    """How many alarms are hidden now."""
    return sum(len(bridge.hidden_alarms(state)) for state in LISTS)


class HiddenList(Painted):
    """The rows; what does not fit is counted in the last one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[HiddenRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: Sequence[HiddenRow]) -> None:
        """Shows other alarms."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(500, int(_ROW * max(2, len(self._rows))))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 80)

    def spoken(self) -> str:
        return "; ".join(f"{badge_word(row.badge)}: {row.text} {row.why} {row.left}".strip() for row in self._rows)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        if not self._rows:
            words = translate("Alarms", "No alarm is shelved, suppressed or out of service.")
            write(painter, QRectF(0, 0, rect.width(), _ROW), words, font("body"), theme.colour("text2"))
            return
        fit = max(1, int(rect.height() // _ROW))
        shown = self._rows if len(self._rows) <= fit else self._rows[: fit - 1]
        for number, row in enumerate(shown):
            place_ = QRectF(rect.left(), rect.top() + number * _ROW, rect.width(), _ROW)
            horizontal(painter, place_.left(), place_.right(), place_.top(), theme.colour("line1"))
            paint_badge(painter, QRectF(place_.left() + 2, place_.center().y() - 9, 18, 18), row.badge, theme)
            left = width(row.left, font("body"))
            text = place_.adjusted(36, 0, 0, 0)
            whole = place_.width() - 120
            asked = width(row.text, font("body")) + 2
            whys = width(row.why, font("label")) + 2
            # in columns as long as the alarm's text fits; its words come before the reason
            text.setWidth(max(whole * 0.40, min(asked, whole - min(whys, whole * 0.25))) if row.why else whole)
            write(painter, text, row.text, font("body"), theme.colour("text1"))
            why = QRectF(text.right() + 12, place_.top(), place_.right() - left - 16 - text.right() - 12, _ROW)
            if row.why:
                write(painter, why, row.why, font("label"), theme.colour("text2"))
            write(painter, place_, row.left, font("body"), theme.colour("text1"), RIGHT, elide=False)
        if len(shown) < len(self._rows):
            more = fill(translate("Alarms", "and %1 more in the tabs above"), len(self._rows) - len(shown))
            place_ = QRectF(rect.left() + 36, rect.top() + len(shown) * _ROW, rect.width() - 36, _ROW)
            write(painter, place_, more, font("label"), theme.colour("text3"))


def badge_word(badge: str) -> str:
    """What a badge letter means."""
    return {
        "S": translate("AlarmState", "Shelved"),
        "D": translate("AlarmState", "By design"),
        "O": translate("AlarmState", "Out of service"),
    }[badge]
