"""Link availability of the last 8 hours, from the history of `system/devices/NAME/connected`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.facade.data import HistoryAnswer, HistoryQuery
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.plots.series import points
from hmi.gui.theme import font, font_px
from hmi.gui.theme.hatch import fill_hatch
from hmi.gui.theme.strokes import frame, hair, horizontal, snap_rect
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import clock, figure
from hmi.gui.widgets.painting.text import CENTRE, RIGHT, width, write
from hmi.gui.widgets.painting.timelines import time_marks
from hmi.gui.widgets.structs import FloatArray, TimeArray

SPAN_US = 8 * 3_600_000_000
_LEAST_REST_US = 60_000_000


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One device: times without answer, times without record, share of the recorded time that it answered."""

    name: str
    down: tuple[tuple[int, int], ...]
    unknown: tuple[tuple[int, int], ...]
    share: float | None


def link_row(
    name: str, t_us: TimeArray, value: FloatArray, gaps: list[tuple[int, int]], from_us: int, to_us: int
) -> LinkRow:
    """Spans from samples of a boolean that hold until the next one, and from recorded gaps."""
    unknown = [(max(from_us, start), min(to_us, end)) for start, end in gaps if end > from_us and start < to_us]
    if len(t_us) == 0:
        return LinkRow(name, (), ((from_us, to_us),), None)
    if int(t_us[0]) > from_us + _LEAST_REST_US:
        unknown.append((from_us, int(t_us[0])))
    down: list[tuple[int, int]] = []
    for index, number in enumerate(value.tolist()):
        start = max(from_us, int(t_us[index]))
        end = int(t_us[index + 1]) if index + 1 < len(t_us) else to_us
        if end <= start or number >= 0.5 or np.isnan(number):
            continue
        if down and down[-1][1] == start:
            down[-1] = (down[-1][0], end)
        else:
            down.append((start, end))
    missing = sum(end - start for start, end in unknown)
    known = (to_us - from_us) - missing
    lost = sum(end - start for start, end in down)
    return LinkRow(name, tuple(down), tuple(unknown), max(0.0, 1 - lost / known) if known > 0 else None)


class LinkFeed(QObject):
    """Asks the history of every device's link when the page opens and once a minute."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._open = False
        self._asked_us = 0
        self.rows: list[LinkRow] = []
        self.from_us, self.to_us = 0, 1
        self.problem = ""

    @property
    def is_settled(self) -> bool:
        """True when no answer is on its way."""
        return not self._open

    @property
    def was_read(self) -> bool:
        """True once the question was put, or if the plant has no such tags to ask for."""
        return self._asked_us > 0

    def read(self, force: bool = False) -> None:
        """Asks unless the last answer is younger than a minute."""
        now = self._bridge.now_us
        if self._open or not now or (not force and now - self._asked_us < 60_000_000):
            return
        paths = [self._path(device.name) for device in self._bridge.plant.devices]
        paths = [path for path in paths if self._bridge.definition(path) is not None]
        self._asked_us = now
        if not paths:
            return
        self._open = True
        self.from_us, self.to_us = now - SPAN_US, now
        query = HistoryQuery(paths, self.from_us, now, "minmax", 2000)
        self._bridge.ask(self._bridge.facade.history(query), self._take, self._fail, self)

    @staticmethod
    def _path(device: str) -> str:
        return f"system/devices/{device}/connected"

    def _take(self, answer: HistoryAnswer) -> None:
        self._open, self.problem = False, ""
        known = {series.path: series for series in answer.series}
        rows = []
        for device in self._bridge.plant.devices:
            path = self._path(device.name)
            gaps = [(gap.from_us, gap.to_us or self.to_us) for gap in answer.gaps if gap.path == path]
            series = known.get(path)
            t_us, value = points(series) if series is not None else (np.zeros(0, np.int64), np.zeros(0, np.float64))
            rows.append(link_row(device.name, t_us, value, gaps, self.from_us, self.to_us))
        self.rows = rows
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._open, self.problem = False, str(error)
        self.changed.emit()


class LinkBars(Painted):
    """One bar a device; answering is pale and full length, no answer is hatched, no record stays empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LinkRow] = []
        self._from, self._to, self._zone = 0, 1, "UTC"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_rows(self, rows: list[LinkRow], from_us: int, to_us: int, zone: str) -> None:
        """Shows another time."""
        self._rows, self._from, self._to, self._zone = rows, from_us, to_us, zone
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(900, 34 * max(2, len(self._rows)) + 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, 22 * max(2, len(self._rows)) + 26)

    def spoken(self) -> str:
        known = [row for row in self._rows if row.share is not None]
        return ", ".join(f"{row.name} {figure(100 * (row.share or 0), 2)} %" for row in known)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        if not self._rows:
            write(painter, rect, translate("Devices", "Not read yet"), font("body"), theme.colour("text2"), CENTRE)
            return
        names = min(190.0, max(104.0, *(width(row.name, font("body")) + 22 for row in self._rows)))
        plot = QRectF(rect.left() + names, rect.top(), rect.width() - names - 96, rect.height() - 28)
        pitch = plot.height() / len(self._rows)
        for number, row in enumerate(self._rows):
            line = QRectF(plot.left(), plot.top() + number * pitch, plot.width(), pitch)
            self._draw_row(painter, rect, line, row)
        for mark in time_marks(self._from, self._to, self._zone, max(2, int(plot.width() // 120))):
            x = self._x(plot, mark)
            place = QRectF(x - 40, plot.bottom() + 6, 80, 18)
            words = clock(mark, self._zone, False)
            write(painter, place, words, font("label"), theme.colour("text3"), CENTRE, elide=False)
        horizontal(painter, plot.left(), plot.right(), plot.bottom() + 2, theme.colour("line1"))

    def _x(self, plot: QRectF, t_us: int) -> float:
        return plot.left() + (t_us - self._from) / max(1, self._to - self._from) * plot.width()

    def _draw_row(self, painter: QPainter, rect: QRectF, line: QRectF, row: LinkRow) -> None:
        theme = self.theme
        dpr = self.devicePixelRatioF()
        name = QRectF(rect.left(), line.top(), line.left() - rect.left() - 10, line.height())
        write(painter, name, row.name, font("body"), theme.colour("text1"))
        tall = min(16.0, line.height() * 0.6)
        bar = QRectF(line.left(), line.center().y() - tall / 2 + 2, line.width(), tall)
        painter.fillRect(snap_rect(bar, dpr), theme.colour("run"))
        for start, end in row.unknown:
            hole = QRectF(self._x(line, start), bar.top(), self._x(line, end) - self._x(line, start), bar.height())
            painter.fillRect(snap_rect(hole, dpr), theme.colour("plate"))
            frame(painter, hole, theme.colour("planned"), hair(dpr))
        for start, end in row.down:
            left = self._x(line, start)
            stop = QRectF(left, bar.top() - 6, max(3.0, self._x(line, end) - left), bar.height() + 6)
            painter.fillRect(snap_rect(stop, dpr), theme.colour("plate"))
            fill_hatch(painter, stop, theme.tokens.colour["unknown"], 8.0, 1.2, rising=False)
            frame(painter, stop, theme.colour("unknown"), hair(dpr), dashed=True)
        share = "----" if row.share is None else figure(100 * row.share, 2)
        place = QRectF(line.right() + 10, line.top(), 62, line.height())
        write(painter, place, share, font("body", 500), theme.colour("text1"), RIGHT, elide=False)
        write(
            painter, QRectF(place.right() + 4, line.top(), 20, line.height()), "%", font_px(11), theme.colour("text3")
        )


def note_of(feed: LinkFeed) -> str:
    """Words beside the title."""
    if feed.problem:
        return fill(translate("Devices", "history cannot be read: %1"), feed.problem)
    return translate("Devices", "last 8 h")
