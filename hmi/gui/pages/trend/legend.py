"""The pens beside the trend: line sample, name, live value, path, values at the cursors and their difference."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy

from hmi.gui.i18n import translate
from hmi.gui.theme import font
from hmi.gui.theme.strokes import horizontal, pen
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.text import RIGHT, width, write
from hmi.gui.widgets.painting.values import paint_value, value_size
from hmi.gui.widgets.spoken import value_words
from hmi.gui.widgets.structs import ValueState

ROW = 62.0
HEAD = 24.0
_PAD = 14.0


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One pen. a, b, difference: words at the cursors, empty where a cursor is not set."""

    path: str
    name: str
    pen: int
    value: ValueState
    a: str = ""
    b: str = ""
    difference: str = ""


@dataclass(frozen=True, slots=True)
class LegendState:
    """All rows; heads: words above the cursor columns."""

    rows: tuple[LegendRow, ...] = ()
    selected: str = ""
    a: str = ""
    b: str = ""


class PenRows(Painted):
    """One tab stop: arrows select a pen, Delete asks to remove it. selected, removed: path of the pen."""

    selected = Signal(str)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._state = LegendState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh()

    @property
    def state(self) -> LegendState:
        """What is shown."""
        return self._state

    def set_state(self, state: LegendState) -> None:
        """Shows another moment."""
        if state == self._state:
            return
        grown = len(state.rows) != len(self._state.rows)
        self._state = state
        if grown:
            self.updateGeometry()
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(300, int(HEAD + ROW * len(self._state.rows)) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    def spoken(self) -> str:
        chosen = next((row for row in self._state.rows if row.path == self._state.selected), None)
        if chosen is None:
            return translate("Trends", "Pens")
        words = f"{chosen.name}, {value_words(chosen.value)}"
        for letter, text in (("A", chosen.a), ("B", chosen.b), ("B − A", chosen.difference)):
            if text:
                words += f", {letter} {text}"
        return words

    def flashes(self) -> bool:
        return any(row.value.alarm is not None and row.value.alarm.flashes for row in self._state.rows)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        columns = self._columns(rect)
        head = QRectF(rect.left(), rect.top(), rect.width(), HEAD)
        third = "B − A" if self._state.a and self._state.b else ""
        for text, (left, right) in zip((self._state.a, self._state.b, third), columns, strict=True):
            place = QRectF(left, head.top(), right - left, HEAD - 4)
            write(painter, place, text, font("label"), self.theme.colour("text3"), RIGHT, elide=False)
        y = rect.top() + HEAD
        for row in self._state.rows:
            self._row(painter, QRectF(rect.left(), y, rect.width(), ROW), row, columns)
            y += ROW

    def _columns(self, rect: QRectF) -> list[tuple[float, float]]:
        style = font("label")
        rows = self._state.rows
        wide = []
        for head, texts in (
            (self._state.a, [row.a for row in rows]),
            (self._state.b, [row.b for row in rows]),
            ("B − A" if self._state.b and self._state.a else "", [row.difference for row in rows]),
        ):
            wide.append(max([width(head, style), *(width(text, style) for text in texts)], default=0.0))
        right = rect.right() - _PAD
        found: list[tuple[float, float]] = []
        for needed in reversed(wide):
            found.insert(0, (right - needed, right))
            right -= needed + (14 if needed else 0)
        return found

    def _row(self, painter: QPainter, box: QRectF, row: LegendRow, columns: list[tuple[float, float]]) -> None:
        theme = self.theme
        chosen = row.path == self._state.selected
        ground = theme.colour("selected") if chosen else None
        if chosen:
            painter.fillRect(box.adjusted(1, 0, -1, -1), theme.colour("selected"))
        horizontal(painter, box.left() + _PAD, box.right() - _PAD, box.bottom() - 0.5, theme.colour("line1"))
        token = theme.tokens.pens[row.pen % len(theme.tokens.pens)]
        painter.save()
        painter.setPen(pen(QColor(token.colour), 2.0, token.dash))
        middle = int(box.top() + 21)
        painter.drawLine(int(box.left() + _PAD), middle, int(box.left() + _PAD + 26), middle)
        painter.restore()
        needed = min(value_size(row.value, theme, "value_s").width(), box.width() * 0.55)
        value = QRectF(box.right() - _PAD - needed, box.top() + 4, needed, 34)
        paint_value(painter, value, row.value, theme, "value_s", flash().phase, RIGHT, ground)
        left = box.left() + _PAD + 35
        name = QRectF(left, box.top() + 8, max(20.0, value.left() - 8 - left), 26)
        write(painter, name, row.name, font("operate", 500), theme.colour("text1"))
        texts = (row.a, row.b, row.difference)
        first = min((place[0] for text, place in zip(texts, columns, strict=True) if text), default=box.right() - _PAD)
        below = box.top() + 36
        path = QRectF(box.left() + _PAD, below, max(20.0, first - 10 - box.left() - _PAD), 20)
        write(painter, path, row.path, font("label"), theme.colour("text2"))
        for index, (text, (start, end)) in enumerate(zip(texts, columns, strict=True)):
            colour = theme.colour("text1" if index == 2 else "text2")
            place = QRectF(start, below, end - start, 20)
            write(painter, place, text, font("label", 500 if index == 2 else 400), colour, RIGHT, elide=False)

    def _row_at(self, y: float) -> LegendRow | None:
        index = int((y - HEAD) // ROW)
        return self._state.rows[index] if y >= HEAD and 0 <= index < len(self._state.rows) else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.selected.emit(row.path)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        hint = f"{row.name}\n{row.value.hint}" if row is not None else ""
        if hint != self.toolTip():
            self.setToolTip(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        paths = [row.path for row in self._state.rows]
        at = paths.index(self._state.selected) if self._state.selected in paths else -1
        if step and paths:
            self.selected.emit(paths[min(len(paths) - 1, max(0, at + step))])
        elif event.key() == Qt.Key.Key_Delete and at >= 0:
            self.removed.emit(paths[at])
        else:
            super().keyPressEvent(event)
