"""What happened on a line, newest first: annunciations, acknowledgements and stops."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import JournalItem, StateSpan
from hmi.gui.pages.plant.losses import class_word
from hmi.gui.pages.plant.views import LineView
from hmi.gui.theme import font
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import age, clock
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import RIGHT, width, write
from hmi.gui.widgets.structs import AlarmSymbolState

translate = QCoreApplication.translate
_ROW = 32.0
_LEAST_STOP_US = 30_000_000
_TOLD = ("ACTIVATE", "CLEAR", "ACK", "RESET", "SHELVE", "UNSHELVE")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One happening. origin: who or what said it, e.g. `state`, `weber`; strong: an annunciation."""

    t_us: int
    time: str
    text: str
    origin: str
    symbol: AlarmSymbolState | None = None
    strong: bool = False


def line_events(
    line: LineView, journal: list[JournalItem], spans: dict[str, list[StateSpan]], zone: str, now_us: int
) -> tuple[EventRow, ...]:
    """Events of a line: its own alarms, those of its devices, and its stops; newest first."""
    rows = [
        _alarm_row(item, zone)
        for item in journal
        if item.event in _TOLD and not item.hidden and _belongs(line, item.alarm_id)
    ]
    for view in line.machines:
        for span in spans.get(view.machine.name, []):
            row = _state_row(view.title, span, zone, now_us)
            if row is not None:
                rows.append(row)
    return tuple(sorted(rows, key=lambda row: -row.t_us))


def _belongs(line: LineView, alarm_id: str) -> bool:
    if alarm_id.startswith(line.line.name + "/"):
        return True
    return any(alarm_id == f"system/devices/{view.device}/comm" for view in line.machines if view.device)


def _alarm_row(item: JournalItem, zone: str) -> EventRow:
    verb = {
        "ACTIVATE": "",
        "CLEAR": translate("Events", "cleared"),
        "ACK": translate("Events", "acknowledged"),
        "RESET": translate("Events", "reset"),
        "SHELVE": translate("Events", "shelved"),
        "UNSHELVE": translate("Events", "unshelved"),
    }.get(item.event, item.event.replace("_", " ").lower())
    text = item.message or item.alarm_id
    origin = item.actor.partition(":")[2] or item.actor or (translate("Events", "alarm") if verb else "")
    symbol = AlarmSymbolState(item.priority, acked=True) if not verb else None
    words = f"{text}: {verb}" if verb else text
    return EventRow(item.t_event_us, clock(item.t_event_us, zone), words, origin, symbol, strong=not verb)


def _state_row(title: str, span: StateSpan, zone: str, now_us: int) -> EventRow | None:
    end = span.to_us if span.to_us is not None else now_us
    if span.state_class in ("run", "micro_stop", "planned") or end - span.from_us < _LEAST_STOP_US:
        return None
    word = class_word(span.state_class).lower()
    name = span.state_name.lower()
    adds = name not in ("", word) and span.state_class != "unknown"
    text = f"{title}: {name}, {word}" if adds else f"{title}: {word}"
    if span.to_us is not None:
        text += f", {age((end - span.from_us) / 1e6)}"
    return EventRow(span.from_us, clock(span.from_us, zone), text, translate("Events", "state"))


class EventList(Painted):
    """Rows with hairlines; arrows and wheel scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[EventRow, ...] = ()
        self._first = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    @property
    def rows(self) -> tuple[EventRow, ...]:
        """What is shown, newest first."""
        return self._rows

    def set_rows(self, rows: tuple[EventRow, ...]) -> None:
        """Shows other events; the place in the list is kept."""
        if rows != self._rows:
            self._rows = rows
            self._first = min(self._first, max(0, len(rows) - 1))
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(420, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 96)

    def spoken(self) -> str:
        if not self._rows:
            return translate("Events", "no events")
        return "; ".join(f"{row.time} {row.text}" for row in self._rows[self._first : self._first + 8])

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        if not self._rows:
            place = QRectF(rect.left(), rect.top() + 4, rect.width(), 24)
            write(
                painter,
                place,
                translate("Events", "Nothing happened in this time."),
                font("body"),
                theme.colour("text2"),
            )
        y = rect.top()
        for row in self._rows[self._first :]:
            if y + _ROW > rect.bottom():
                break
            horizontal(painter, rect.left(), rect.right(), y + 0.5, theme.colour("line1"))
            if row.symbol is not None:
                paint_alarm_symbol(painter, QRectF(rect.left() + 2, y + 6, 20, 20), row.symbol, theme)
            line = QRectF(rect.left() + 34, y, 68, _ROW)
            write(painter, line, row.time, font("label"), theme.colour("text2"))
            wide = width(row.origin, font("label"))
            right = QRectF(rect.right() - wide - 1, y, wide + 1, _ROW)
            write(painter, right, row.origin, font("label"), theme.colour("text3"), RIGHT)
            text = QRectF(rect.left() + 110, y, rect.width() - 122 - wide, _ROW)
            write(painter, text, row.text, font("body", 500 if row.strong else 400), theme.colour("text1"))
            y += _ROW

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll(-1 if event.angleDelta().y() > 0 else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -6, Qt.Key.Key_PageDown: 6}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._scroll(step)

    def _scroll(self, step: int) -> None:
        seen = max(1, int(self.height() // _ROW))
        self._first = min(max(0, len(self._rows) - seen), max(0, self._first + step))
        self.refresh()
