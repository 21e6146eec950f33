"""How often an alarm came before, how long it stayed, how fast it was acknowledged."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from hmi.facade.data import AlarmItem, JournalItem, Page
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import ElidedWords, Hair, Words
from hmi.gui.widgets.figures import age, local

_DAYS = 90
_DAY_US = 86_400_000_000
_BEFORE = 3


class BeforeList(QWidget):
    """The last activations of one alarm, from the journal."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._item: AlarmItem | None = None
        self._open = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open

    def show_item(self, item: AlarmItem | None) -> None:
        """Asks for the earlier activations of an alarm."""
        clear(self._column)
        self._item, now = item, self._bridge.now_us
        if item is None or not now:
            return
        self._open = True
        wanted = item.id
        future = self._bridge.facade.journal(now - _DAYS * _DAY_US, now + 1, alarm=_literal(wanted), limit=500)
        self._bridge.ask(future, lambda page: self._take(wanted, page), self._fail, self)

    def _fail(self, error: Exception) -> None:
        self._open = False
        clear(self._column)
        words = fill(translate("Alarms", "Earlier times cannot be read: %1"), str(error))
        self._column.addWidget(Words(words, "label", "text2", wrap=True))

    def _take(self, wanted: str, page: Page[JournalItem]) -> None:
        self._open = False
        if self._item is None or wanted != self._item.id:
            return
        clear(self._column)
        current = self._item.activation_id
        times = activations(page.items)
        earlier = [entry for entry in times if entry[0] != current]
        if not earlier:
            return
        self._column.addSpacing(8)
        self._column.addWidget(Hair("line2"))
        self._column.addSpacing(8)
        self._column.addWidget(Words(translate("Alarms", "Before"), "heading", "text1"))
        self._column.addSpacing(6)
        zone = self._bridge.plant.timezone
        for _activation, start, end, _acked, comment in earlier[:_BEFORE]:
            self._column.addWidget(Hair())
            row = QHBoxLayout()
            row.setContentsMargins(0, 5, 0, 5)
            then = local(start, zone)
            when = Words(f"{then.day}.{then.month}. {then:%H:%M}", "label", "text2")
            when.setFixedWidth(92)
            length = Words(age((end - start) / 1e6) if end else "", "label", "text2")
            length.setFixedWidth(60)
            row.addWidget(when)
            row.addWidget(length)
            row.addWidget(ElidedWords(comment, "label", "text1"), 1)
            self._column.addLayout(row)
        waits = [(acked - start) / 1e6 for _a, start, _e, acked, _c in times if acked]
        words = fill(translate("Alarms", "%1 times in %2 days"), len(times), _DAYS)
        if waits:
            median = age(statistics.median(waits))
            words = fill(translate("Alarms", "%1, median acknowledged after %2"), words, median)
        self._column.addSpacing(6)
        self._column.addWidget(Words(words, "label", "text2", wrap=True))


def activations(rows: Sequence[JournalItem]) -> list[tuple[int, int, int, int, str]]:
    """Activations in journal rows, newest first: (id, start, end or 0, acknowledged or 0, comment)."""
    starts = {row.activation_id: row.t_event_us for row in rows if row.event == "ACTIVATE"}
    ends = {row.activation_id: row.t_event_us for row in rows if row.event == "CLEAR"}
    acked = {row.activation_id: row.t_event_us for row in rows if row.event == "ACK"}
    comments = {row.activation_id: row.comment for row in rows if row.event == "ACK" and row.comment}
    found = [(key, start, ends.get(key, 0), acked.get(key, 0), comments.get(key, "")) for key, start in starts.items()]
    return sorted(found, key=lambda entry: -entry[1])


def _literal(text: str) -> str:
    """A glob that matches only this text."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)


def clear(layout: QGridLayout | QVBoxLayout) -> None:
    """Takes every widget out of a layout of rows."""
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
