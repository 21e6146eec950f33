"""Plates: the panels of a page, with a title row and room for widgets."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from hmi.gui.theme import current, font
from hmi.gui.theme.strokes import frame, vertical
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.glances import TITLE, paint_title
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.text import RIGHT, width, write
from hmi.gui.widgets.structs import AlarmSymbolState


class Plate(QWidget):
    """A panel. content: the layout for what it shows; tools: the right end of the title row."""

    def __init__(
        self,
        title: str = "",
        subtitle: str = "",
        parent: QWidget | None = None,
        *,
        sideways: bool = False,
        title_height: int = int(TITLE),
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._subtitle = subtitle
        self._right = ""
        self._title_height = title_height
        self._symbol: AlarmSymbolState | None = None
        self._theme = current()
        self._theme.changed.connect(self.update)
        pad = int(self._theme.tokens.space["plate_x"])
        outer = QVBoxLayout(self)
        self._outer = outer
        self._strut: QWidget | None = None
        outer.setContentsMargins(pad, 0 if title else pad - 2, pad, pad - 2)
        outer.setSpacing(0)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        if title:
            self._strut = QWidget(self)
            self._strut.setFixedHeight(title_height)
            self._strut.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
            self._row.addWidget(self._strut, 1)
            outer.addLayout(self._row)
        self.tools = self._row
        self.content: QBoxLayout = QHBoxLayout() if sideways else QVBoxLayout()
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(0)
        outer.addLayout(self.content, 1)
        self.setAccessibleName(title)
        self._reserve()

    def set_margins(self, top: int, bottom: int) -> None:
        """Other distances above and below the content."""
        margins = self._outer.contentsMargins()
        self._outer.setContentsMargins(margins.left(), top, margins.right(), bottom)

    @property
    def title(self) -> str:
        """The heading."""
        return self._title

    @property
    def right(self) -> str:
        """The words at the right end of the title row."""
        return self._right

    def set_title(self, title: str, subtitle: str = "") -> None:
        """Changes the heading and the words after it."""
        if (title, subtitle) != (self._title, self._subtitle):
            self._title, self._subtitle = title, subtitle
            self.setAccessibleName(title)
            self._reserve()
            self.update()

    def set_right(self, text: str, symbol: AlarmSymbolState | None = None) -> None:
        """Words at the right end of the title row, with the plate's worst alarm before them."""
        if (text, symbol) != (self._right, self._symbol):
            self._right, self._symbol = text, symbol
            flash().follow(self, symbol is not None and symbol.flashes)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        rect = QRectF(self.rect())
        frame(painter, rect, theme.colour("line1"), 1.0, theme.colour("plate"), radius=theme.tokens.radius["plate"])
        pad = theme.tokens.space["plate_x"]
        row = QRectF(rect.left() + pad - 2, rect.top() + 1, rect.width() - 2 * pad + 4, self._title_height)
        if self._right:
            wide = write(painter, row, self._right, font("label"), theme.colour("text2"), RIGHT)
            row = row.adjusted(0, 0, -wide - 8, 0)
        if self._symbol is not None:
            square = QRectF(row.right() - 20, row.center().y() - 10, 20, 20)
            paint_alarm_symbol(painter, square, self._symbol, theme, flash().phase)
            row = row.adjusted(0, 0, -28, 0)
        if self._title:
            paint_title(painter, row.adjusted(0, 0, -self._tools_width(), 0), self._title, self._subtitle, theme)
        painter.end()

    def _reserve(self) -> None:
        if self._strut is not None and self._row.count() > 1:
            self._strut.setMinimumWidth(int(self.title_width()))

    def _tools_width(self) -> float:
        total = 0
        for index in range(1, self._row.count()):
            item = self._row.itemAt(index)
            if item is not None and item.geometry().width() > 0:
                total += item.geometry().width() + self._row.spacing()
        return float(total)

    def title_width(self) -> float:
        """Room the heading takes."""
        return width(self._title, font("heading")) + width(self._subtitle, font("label")) + 24


class Rule(QWidget):
    """A vertical hairline between two parts of a plate, from edge to edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        current().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        vertical(painter, 0.5, 0, self.height(), current().colour("line1"))
        painter.end()
