"""The alarm banner: the most important unacknowledged alarms, counts by priority, whether alarms run at all."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import AlarmCounts
from hmi.gui.i18n import fill, translate
from hmi.gui.theme import font, font_px, paint_icon
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import frame, horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol, paint_badge
from hmi.gui.widgets.painting.text import CENTRE, RIGHT, width, write
from hmi.gui.widgets.painting.values import write_reading
from hmi.gui.widgets.spoken import alarm_words, quality_words
from hmi.gui.widgets.structs import AlarmSymbolState, Quality, ValueState


@dataclass(frozen=True, slots=True)
class BannerRow:
    """One alarm in the banner. key: (alarm id, activation)."""

    key: tuple[str, int]
    symbol: AlarmSymbolState
    time: str
    text: str
    place: str
    value: str
    age: str
    quality: Quality = Quality.GOOD


@dataclass(frozen=True, slots=True)
class BannerState:
    """What the banner says. not_running: words if alarms are not evaluated; empty: words if nothing waits."""

    rows: tuple[BannerRow, ...] = ()
    empty: str = ""
    not_running: str = ""


class BannerRows(Painted):
    """The rows; a click or Enter asks for the alarm's display. rows: 3, compact 1."""

    opened = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = BannerState()
        self._most = 3
        self._cursor = 0
        self._under = -1
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_compact(self, compact: bool) -> None:
        """One tall row instead of three."""
        self._most = 1 if compact else 3
        self.updateGeometry()
        self.refresh()

    def set_state(self, state: BannerState) -> None:
        """Shows other alarms."""
        if state != self._state:
            self._state = state
            self._cursor = min(self._cursor, max(0, len(self.seen) - 1))
            self.refresh()

    @property
    def state(self) -> BannerState:
        """What is shown."""
        return self._state

    @property
    def seen(self) -> tuple[BannerRow, ...]:
        """The rows that can be seen: what `Ack page` acts on."""
        if self._state.not_running:
            return ()
        return self._state.rows[: self._most]

    def sizeHint(self) -> QSize:
        return QSize(600, 91 if self._most == 3 else 55)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, self.sizeHint().height())

    def spoken(self) -> str:
        if self._state.not_running:
            return self._state.not_running
        if not self._state.rows:
            return self._state.empty
        return "; ".join(
            ", ".join(
                part
                for part in (
                    row.text,
                    row.place,
                    row.value,
                    quality_words(ValueState(quality=row.quality)),
                    alarm_words(row.symbol),
                )
                if part
            )
            for row in self.seen
        )

    def flashes(self) -> bool:
        return any(row.symbol.flashes for row in self.seen)

    def _row_rect(self, index: int) -> QRectF:
        tall = self.height() / self._most
        return QRectF(0, index * tall, self.width(), tall)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        if self._state.not_running:
            self._draw_not_running(painter, rect)
            return
        if not self._state.rows:
            write(
                painter,
                rect.adjusted(14, 0, -14, 0),
                self._state.empty,
                font("operate", 400),
                self.theme.colour("text2"),
            )
            return
        for index, row in enumerate(self.seen):
            place = self._row_rect(index)
            if index == self._under or (index == self._cursor and self._ringed and self.hasFocus()):
                painter.fillRect(place, self.theme.colour("hover"))
            if index:
                horizontal(painter, 0, rect.right(), place.top(), self.theme.colour("line2"))
            self._draw_row(painter, place, row)

    def _draw_row(self, painter: QPainter, place: QRectF, row: BannerRow) -> None:
        big = self._most == 1
        edge = 20 if not big else 24
        paint_alarm_symbol(
            painter,
            QRectF(11, place.center().y() - edge / 2, edge, edge),
            row.symbol,
            self.theme,
            flash().phase,
            self.theme.colour("frame"),
        )
        text1, text2, text3 = (self.theme.colour(name) for name in ("text1", "text2", "text3"))
        size = font_px(18 if big else 16, 600)
        plain = font_px(18 if big else 16, 500)
        right = place.right() - 12
        paint_icon(painter, QRectF(right - 18, place.center().y() - 8, 16, 16), "chevron-right", text2)
        ages = QRectF(right - 96, place.top(), 70, place.height())
        write(painter, ages, row.age, font_px(15), text3, RIGHT, elide=False)
        x = 42.0
        x += width("00:00:00", plain) + (14 if big else 17)
        write(painter, QRectF(42, place.top(), 100, place.height()), row.time, plain, text1, elide=False)
        value_width = width(row.value, plain)
        room = ages.left() + 18 - value_width - 16 - x
        text_width = min(width(row.text, size), max(room, 60.0))
        write(painter, QRectF(x, place.top(), text_width + 1, place.height()), row.text, size, text1)
        left = room - text_width - 14
        if left > 40:
            write(
                painter,
                QRectF(x + text_width + 13, place.top(), left, place.height()),
                row.place,
                font_px(15 if big else 14),
                text3,
            )
        value_right = ages.left() + (18 if big else 6)
        value_place = QRectF(value_right - value_width - 4, place.top(), value_width + 4, place.height())
        write_reading(painter, value_place, row.value, plain, row.quality, self.theme)

    def _draw_not_running(self, painter: QPainter, rect: QRectF) -> None:
        painter.fillRect(rect, self.theme.colour("ink"))
        ink = self.theme.colour("onink")
        paint_icon(painter, QRectF(12, rect.center().y() - 14, 28, 28), "octagon", ink)
        title = translate("Banner", "ALARMS NOT RUNNING")
        x = 52.0
        big = font_px(22 if self._most == 3 else 18, 600)
        used = write(painter, QRectF(x, 0, rect.width() - x, rect.height()), title, big, ink)
        rest = QRectF(x + used + 18, 0, rect.right() - x - used - 30, rect.height())
        write(painter, rest, self._state.not_running, font("operate"), ink)

    def _index_at(self, y: float) -> int:
        index = int(y // max(1.0, self.height() / self._most))
        return index if 0 <= index < len(self.seen) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        under = self._index_at(event.position().y())
        if under != self._under:
            self._under = under
            self.setCursor(Qt.CursorShape.PointingHandCursor if under >= 0 else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self.seen[under].text + "\n" + self.seen[under].place if under >= 0 else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = -1
        super().leaveEvent(event)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._open(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.seen:
            self._cursor = min(len(self.seen) - 1, max(0, self._cursor + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_G) and self.seen:
            self._open(self._cursor)
        else:
            super().keyPressEvent(event)

    def _open(self, index: int) -> None:
        alarm, activation = self.seen[index].key
        self.opened.emit(alarm, activation)


class CountsView(Painted):
    """Unacknowledged / listed alarms by priority, and the shelved ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: AlarmCounts | None = None
        self._compact = False
        self._stale = False
        self.set_clickable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_compact(self, compact: bool) -> None:
        """Figures beside the symbols instead of below."""
        self._compact = compact
        self.updateGeometry()
        self.refresh()

    def set_counts(self, counts: AlarmCounts | None) -> None:
        """Shows other counts; None = not known."""
        if counts != self._counts:
            self._counts = counts
            self.refresh()

    @property
    def is_stale(self) -> bool:
        """True while the counts are only the last known ones."""
        return self._stale

    def set_stale(self, stale: bool) -> None:
        """Hatches the counts while alarms do not run."""
        if stale != self._stale:
            self._stale = stale
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(312, 55) if self._compact else QSize(283, 91)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def spoken(self) -> str:
        if self._counts is None:
            return translate("Banner", "alarm counts not known")
        if self._stale:
            return translate("Banner", "alarm counts are old")
        return fill(translate("Banner", "%1 unacknowledged, %2 shelved"), self._counts.unacked, self._counts.shelved)

    def _figures(self, priority: int) -> tuple[str, str]:
        if self._counts is None:
            return "–", "–"
        listed = {1: self._counts.p1, 2: self._counts.p2, 3: self._counts.p3, 4: self._counts.p4}[priority]
        return str(self._counts.unacked_by_priority.get(str(priority), 0)), str(listed)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        if self.hovered:
            painter.fillRect(rect, self.theme.colour("hover"))
        if self._stale:
            fill_hatch(painter, rect, self.theme.tokens.colour["stalehatch"], 7.0, 1.1)
        pitch = (rect.width() - (0 if self._compact else 12)) / 5
        for index in range(5):
            cell = QRectF(rect.left() + (2 if self._compact else 9) + index * pitch, rect.top(), pitch, rect.height())
            self._draw_cell(painter, cell, index + 1)

    def _draw_cell(self, painter: QPainter, cell: QRectF, priority: int) -> None:
        text1, text3 = self.theme.colour("text3" if self._stale else "text1"), self.theme.colour("text3")
        middle = cell.center()
        edge = 22.0
        if self._compact:
            square = QRectF(cell.left() + 5, middle.y() - edge / 2, edge, edge)
        else:
            square = QRectF(middle.x() - edge / 2, cell.top() + 23, edge, edge)
        shelved = "–" if self._counts is None else str(self._counts.shelved)
        if priority == 5:
            paint_badge(painter, square, "S", self.theme)
            unacked, rest = shelved, ""
        else:
            unacked, listed = self._figures(priority)
            shown = AlarmSymbolState(priority, acked=True, active=listed not in ("0", "–"))
            quiet = None if shown.active else self.theme.colour("line3")
            paint_alarm_symbol(painter, square, shown, self.theme, ground=self.theme.colour("frame"), outline=quiet)
            rest = f"/{listed}" if self._compact else f" / {listed}"
        first = font_px(16, 600 if priority < 5 else 400)
        second = font_px(16)
        wide = width(unacked, first) + width(rest, second)
        x = square.right() + 5 if self._compact else middle.x() - wide / 2
        y = cell if self._compact else QRectF(cell.left(), cell.top() + 50, cell.width(), 22)
        colour = text1 if priority < 5 else self.theme.colour("text2")
        used = write(painter, QRectF(x, y.top(), 60, y.height()), unacked, first, colour, elide=False)
        write(painter, QRectF(x + used, y.top(), 60, y.height()), rest, second, text3, elide=False)


class Logo(Painted):
    """The mark of the product; a click goes home."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_clickable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setToolTip(translate("Frame", "Overview (Home)"))
        self.refresh()

    def spoken(self) -> str:
        return translate("Frame", "Overview")

    def sizeHint(self) -> QSize:
        return QSize(88, 91)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        edge = 36.0
        square = QRectF(rect.center().x() - edge / 2, rect.center().y() - edge / 2, edge, edge)
        paint_icon(painter, square, "product", self.theme.colour("text1"))


def tag_frame(painter: QPainter, rect: QRectF, text: str, colour: QColor) -> None:
    """A small dashed tag with a word, e.g. SIM."""
    frame(painter, rect, colour, 1.0, dashed=True)
    write(painter, rect, text, font_px(12, 600), colour, CENTRE, elide=False)
