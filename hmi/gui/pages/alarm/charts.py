"""Annunciations per 10 minutes, from the journal, as bars against the flood limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import JournalItem, Page
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.theme import font, font_px
from hmi.gui.theme.strokes import dashed_line, horizontal, snap_rect, vertical
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import clock, figure
from hmi.gui.widgets.painting.text import CENTRE, RIGHT, write

BUCKET_US = 600_000_000
BUCKETS = 48
FLOOD = 10
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class RateState:
    """Counts per bucket, oldest first; the last one is running. known False: the journal has not answered."""

    counts: tuple[int, ...] = ()
    to_us: int = 0
    zone: str = "UTC"
    known: bool = False

    @property
    def total(self) -> int:
        """All annunciations shown."""
        return sum(self.counts)


def buckets(times_us: Sequence[int], to_us: int) -> tuple[int, ...]:
    """Annunciations per 10 minutes over the last 8 hours, the last bucket ends now."""
    counts = [0] * BUCKETS
    start = to_us - BUCKETS * BUCKET_US
    for t_us in times_us:
        number = (t_us - start) // BUCKET_US
        if 0 <= number < BUCKETS:
            counts[number] += 1
    return tuple(counts)


class RateFeed(QObject):
    """Reads the activations of the last 8 hours once and carries them on with each new one."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._times: dict[int, int] = {}
        self._open = False
        self._known = False
        self.problem = ""

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open

    @property
    def state(self) -> RateState:
        """What is known now."""
        now = self._bridge.now_us
        return RateState(buckets(list(self._times.values()), now), now, self._bridge.plant.timezone, self._known)

    def read(self) -> None:
        """Asks for what is missing."""
        now = self._bridge.now_us
        if self._open or not now:
            return
        start = now - BUCKETS * BUCKET_US
        newest = max(self._times.values(), default=start)
        self._times = {seq: t for seq, t in self._times.items() if t >= start}
        self._ask(max(start, newest), now + 1_000_000, None)

    def _ask(self, from_us: int, to_us: int, cursor: str | None) -> None:
        self._open = True
        future = self._bridge.facade.journal(from_us, to_us, event="ACTIVATE", limit=_PAGE, cursor=cursor)
        self._bridge.ask(future, lambda page: self._take(page, from_us, to_us), self._fail, self)

    def _take(self, page: Page[JournalItem], from_us: int, to_us: int) -> None:
        self._open, self._known, self.problem = False, True, ""
        self._times.update({row.seq: row.t_event_us for row in page.items if not row.hidden})
        if page.next is not None and len(self._times) < 20 * _PAGE:
            self._ask(from_us, to_us, page.next)
            return
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._open, self.problem = False, str(error)
        self.changed.emit()


def rate_note(state: RateState) -> tuple[str, str]:
    """Words beside the title: the last 8 hours, and now."""
    if not state.known:
        return translate("Alarms", "journal not read yet"), ""
    average = state.total / BUCKETS
    left = fill(translate("Alarms", "last 8 h: %1, average %2"), figure(state.total, 0), figure(average, 1))
    now = state.counts[-1]
    verdict = translate("Alarms", "flood") if now > FLOOD else translate("Alarms", "no flood")
    return left, fill(translate("Alarms", "now %1, %2"), now, verdict)


class RateBars(Painted):
    """The bars."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RateState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_state(self, state: RateState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(600, 150)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 90)

    def spoken(self) -> str:
        return ", ".join(part for part in rate_note(self._state) if part)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        state, theme = self._state, self.theme
        if not state.known:
            return
        plot = QRectF(rect.left() + 44, rect.top() + 18, rect.width() - 88, rect.height() - 46)
        highest = max(FLOOD * 1.0, *state.counts)
        y_flood = plot.bottom() - FLOOD / highest * plot.height()
        dashed_line(
            painter, QPointF(plot.left(), y_flood), QPointF(plot.right(), y_flood), theme.colour("text2"), 1.0, 6.0
        )
        small = font("label")
        write(painter, QRectF(plot.left() - 44, y_flood - 9, 36, 18), str(FLOOD), small, theme.colour("text3"), RIGHT)
        write(painter, QRectF(plot.left() - 44, plot.bottom() - 9, 36, 18), "0", small, theme.colour("text3"), RIGHT)
        words = fill(translate("Alarms", "flood above %1"), FLOOD)
        write(painter, QRectF(plot.left(), y_flood - 19, plot.width(), 18), words, small, theme.colour("text2"), RIGHT)
        pitch = plot.width() / BUCKETS
        for number, count in enumerate(state.counts):
            if count:
                tall = count / highest * plot.height()
                bar = QRectF(plot.left() + number * pitch, plot.bottom() - tall, pitch - 2, tall)
                last = number == BUCKETS - 1
                painter.fillRect(snap_rect(bar, self.devicePixelRatioF()), theme.colour("text2" if last else "bar"))
        horizontal(painter, plot.left(), plot.right(), plot.bottom(), theme.colour("text3"))
        for number in range(0, BUCKETS + 1, 6):
            x = plot.left() + number * pitch
            t_us = state.to_us - (BUCKETS - number) * BUCKET_US
            vertical(painter, x, plot.bottom(), plot.bottom() + 4, theme.colour("line3"))
            place = QRectF(x - 30, plot.bottom() + 6, 60, 18)
            write(
                painter, place, clock(t_us, state.zone, False), font_px(13), theme.colour("text3"), CENTRE, elide=False
            )
