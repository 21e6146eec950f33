"""Pens by name beside a plot's title: line sample, name, value now."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.theme import font
from hmi.gui.theme.strokes import pen
from hmi.gui.widgets.base import Painted, size
from hmi.gui.widgets.painting.text import width, write

_SAMPLE = 22.0


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One pen; words: name and value or quality, e.g. `Labeller, stale`."""

    pen: int
    words: str


class PenLegend(Painted):
    """A row of pens, right-aligned; what does not fit is left out at the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        """Names these pens."""
        if entries != self._entries:
            self._entries = entries
            self.updateGeometry()
            self.refresh()

    def sizeHint(self) -> QSize:
        return size(self._needed(self._entries), 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 22)

    def spoken(self) -> str:
        return ", ".join(entry.words for entry in self._entries)

    @staticmethod
    def _needed(entries: tuple[LegendEntry, ...]) -> float:
        return sum(_SAMPLE + 6 + width(entry.words, font("label")) + 14 for entry in entries)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        entries = self._entries
        while entries and self._needed(entries) > rect.width() + 14:
            entries = entries[:-1]
        x = rect.right() - self._needed(entries) + 14
        for entry in entries:
            token = self.theme.tokens.pens[entry.pen % len(self.theme.tokens.pens)]
            painter.setPen(pen(QColor(token.colour), 2.0, token.dash))
            y = int(rect.center().y())
            painter.drawLine(int(x), y, int(x + _SAMPLE), y)
            x += _SAMPLE + 6
            place = QRectF(x, rect.top(), rect.right() - x + 1, rect.height())
            x += write(painter, place, entry.words, font("label"), self.theme.colour("text2")) + 14
