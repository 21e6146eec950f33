"""Stops of a line as a table: start, length, machine, state."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import StateSpan
from hmi.gui.pages.plant.losses import class_word, length, state_words, timeline_row
from hmi.gui.theme import font
from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import clock
from hmi.gui.widgets.painting.fills import paint_state_fill
from hmi.gui.widgets.painting.text import RIGHT, write

translate = QCoreApplication.translate
_HEAD = 26.0
_ROW = 33.0
_QUIET = ("run", "micro_stop", "planned")


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop. running: it still lasts; strong: at the machine that sets the line's figure."""

    t_us: int
    start: str
    length: str
    kind: str
    what: str
    machine: str
    running: bool
    strong: bool


def stop_rows(
    spans: list[StateSpan], names: dict[str, str], constraint: str, zone: str, now_us: int
) -> tuple[StopRow, ...]:
    """Stops of all machines, newest first; minor and planned ones are left out."""
    rows = []
    for span in spans:
        if span.state_class in _QUIET or span.machine not in names:
            continue
        word = class_word(span.state_class)
        what = state_words(span, f"{word}: {span.state_name}")
        kind = timeline_row("", [span], now_us).spans[0].kind
        rows.append(
            StopRow(
                span.from_us,
                clock(span.from_us, zone),
                length(span, now_us),
                kind,
                what,
                names[span.machine],
                span.to_us is None,
                span.machine == constraint,
            )
        )
    return tuple(sorted(rows, key=lambda row: -row.t_us))


class StopList(Painted):
    """Rows under a head; arrows and wheel scroll, a click asks for that time on Trends."""

    time_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[StopRow, ...] = ()
        self._first = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_clickable(True)
        self.refresh()

    def set_rows(self, rows: tuple[StopRow, ...]) -> None:
        """Shows other stops; the place in the list is kept."""
        if rows != self._rows:
            self._rows = rows
            self._first = min(self._first, max(0, len(rows) - 1))
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(500, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 70)

    def spoken(self) -> str:
        if not self._rows:
            return translate("Stops", "no stops")
        return "; ".join(f"{row.start} {row.machine} {row.what} {row.length}" for row in self._rows[:8])

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        label, muted = font("label"), theme.colour("text2")
        columns = self._columns(rect)
        heads = (
            translate("Stops", "Start"),
            translate("Stops", "Length"),
            translate("Stops", "State"),
            translate("Stops", "Machine"),
        )
        for index, (place, words) in enumerate(zip(columns, heads, strict=True)):
            head = QRectF(place.left(), rect.top(), place.width(), _HEAD)
            write(painter, head, words, label, muted, RIGHT if index == 1 else Qt.AlignmentFlag.AlignLeft)
        y = rect.top() + _HEAD
        horizontal(painter, rect.left(), rect.right(), y, theme.colour("line2"))
        if not self._rows:
            words = translate("Stops", "No stops in this time.")
            write(painter, QRectF(rect.left(), y + 4, rect.width(), 24), words, font("body"), muted)
        for row in self._rows[self._first :]:
            if y + _ROW > rect.bottom() + 1:
                break
            weight = 500 if row.running else 400
            body = font("body", weight)
            cells = [QRectF(place.left(), y, place.width(), _ROW) for place in columns]
            write(painter, cells[0], row.start, body, theme.colour("text1"))
            write(painter, cells[1], row.length, body, theme.colour("text1"), RIGHT)
            paint_state_fill(painter, QRectF(cells[2].left(), y + 9, 15, 15), row.kind, theme)
            words = row.what + (" " + translate("Stops", "(still)") if row.running else "")
            write(painter, cells[2].adjusted(23, 0, 0, 0), words, body, theme.colour("text1"))
            write(painter, cells[3], row.machine, body, theme.colour("text1" if row.strong else "text2"))
            y += _ROW
            horizontal(painter, rect.left(), rect.right(), y, theme.colour("line1"))

    @staticmethod
    def _columns(rect: QRectF) -> list[QRectF]:
        rest = rect.width() - 166
        machine = min(180.0, rest * 0.3)
        state = min(460.0, rest - machine - 12)
        return [
            QRectF(rect.left(), 0, 84, 0),
            QRectF(rect.left() + 84, 0, 62, 0),
            QRectF(rect.left() + 166, 0, state, 0),
            QRectF(rect.left() + 166 + state + 12, 0, machine, 0),
        ]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._first + int((event.position().y() - _HEAD) // _ROW)
        if event.position().y() > _HEAD and 0 <= index < len(self._rows):
            self.time_wanted.emit(self._rows[index].t_us)
        super().mouseReleaseEvent(event)

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
        seen = max(1, int((self.height() - _HEAD) // _ROW))
        self._first = min(max(0, len(self._rows) - seen), max(0, self._first + step))
        self.refresh()
