"""What pages are made of: plates, words, tabs, segments, search fields, buttons with their key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from hmi.gui.theme import current, font, font_px, icon_pixmap, paint_icon
from hmi.gui.theme.strokes import frame, horizontal
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.painting.text import CENTRE, width, write


def keep_margin(layout: QLayout, compact: bool) -> None:
    """The margin of a page to the frame."""
    tokens = current().tokens
    margin = int(tokens.compact["page"] if compact else tokens.space["page"])
    layout.setContentsMargins(margin, margin, margin, margin)


class Words(QLabel):
    """A label in a style and colour of the tokens; elides at the end with a tooltip if asked to."""

    def __init__(
        self,
        text: str = "",
        style: str = "label",
        colour: str = "text2",
        *,
        weight: int | None = None,
        wrap: bool = False,
    ) -> None:
        super().__init__(text)
        self._colour = colour
        self.setFont(font(style, weight))
        self.setWordWrap(wrap)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._theme = current()
        self._theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.colour(self._colour))
        self.setPalette(palette)


class ElidedWords(Painted):
    """One line that ends in an ellipsis where its place ends, and then tells the rest on hover."""

    def __init__(self, text: str = "", style: str = "label", colour: str = "text2", weight: int | None = None) -> None:
        super().__init__()
        self._text, self._font, self._colour = text, font(style, weight), colour
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_text(self, text: str) -> None:
        """Shows another text."""
        if text != self._text:
            self._text = text
            self.updateGeometry()
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(int(width(self._text, self._font)) + 2, self._font.pixelSize() + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(30, self._font.pixelSize() + 6)

    def spoken(self) -> str:
        return self._text

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        self.setToolTip(self._text if width(self._text, self._font) > rect.width() + 1 else "")
        write(painter, rect, self._text, self._font, self.theme.colour(self._colour))


class Plate(QFrame):
    """A region with a title row and a body. tools: the title row is taller for buttons, which go into `head`."""

    def __init__(self, title: str = "", note: str = "", *, tools: bool = False, tall: int = 0) -> None:
        super().__init__()
        self.setProperty("kind", "plate")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(12, 0, 10 if tools else 14, 0)
        self.head.setSpacing(10)
        self.title = Words(title, "heading", "text1")
        self.note = Words(note, "label", "text3")
        self.head.addWidget(self.title)
        self.head.addWidget(self.note)
        self.head.addStretch(1)
        self._top = QWidget()
        self._top.setLayout(self.head)
        self._top.setFixedHeight(tall or (52 if tools else 34))
        whole.addWidget(self._top)
        if not (title or tools):
            self._top.hide()
        self.body = QVBoxLayout()
        self.body.setContentsMargins(14, 0, 14, 12)
        self.body.setSpacing(0)
        whole.addLayout(self.body, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = current()
        frame(painter, self.rect().toRectF(), theme.colour("line1"), 1.0, theme.colour("plate"), radius=3.0)
        painter.end()


class Hair(QWidget):
    """A horizontal hairline."""

    def __init__(self, colour: str = "line1") -> None:
        super().__init__()
        self._colour = colour
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        horizontal(painter, 0, self.width(), 0.5, current().colour(self._colour))
        painter.end()


class Tabs(Painted):
    """Tabs with counts; one tab stop, arrows change the tab."""

    chosen = Signal(str)

    def __init__(self, tabs: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = list(tabs)
        self._counts: dict[str, int] = {}
        self._current = self._tabs[0][0]
        self._px, self._pad = 15, 15
        self._under = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.refresh()

    @property
    def current(self) -> str:
        """Id of the tab in front."""
        return self._current

    def set_compact(self, compact: bool) -> None:
        """Smaller letters and less room."""
        self._px, self._pad = (14, 10) if compact else (15, 15)
        self.updateGeometry()
        self.refresh()

    def set_counts(self, counts: dict[str, int]) -> None:
        """Numbers after the titles."""
        if counts != self._counts:
            self._counts = dict(counts)
            self.updateGeometry()
            self.refresh()

    def choose(self, tab: str) -> None:
        """Brings a tab to the front."""
        if tab != self._current:
            self._current = tab
            self.refresh()
            self.chosen.emit(tab)

    def spoken(self) -> str:
        return ", ".join(f"{title} {self._counts.get(tab, '')}".strip() for tab, title in self._tabs)

    def _places(self) -> list[tuple[str, str, str, QRectF]]:
        x = 0.0
        found = []
        for tab, title in self._tabs:
            count = str(self._counts[tab]) if tab in self._counts else ""
            wide = width(title, font_px(self._px, 600)) + 2 * self._pad + 1
            wide += width(count, font_px(self._px)) + 7 if count else 0
            found.append((tab, title, count, QRectF(x, 0, wide, self.height())))
            x += wide
        return found

    def sizeHint(self) -> QSize:
        return QSize(int(self._places()[-1][3].right()) + 1, 44)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        for tab, title, count, place in self._places():
            chosen = tab == self._current
            if tab == self._under and not chosen:
                painter.fillRect(place, self.theme.colour("hover"))
            colour = self.theme.colour("text1" if chosen else "text2")
            style, plain = font_px(self._px, 600 if chosen else 400), font_px(self._px)
            left = self._pad
            used = write(painter, place.adjusted(left, 0, 0, 0), title, style, colour, elide=False)
            counted = place.adjusted(left + 7 + used, 0, 0, 0)
            write(painter, counted, count, plain, self.theme.colour("text2"), elide=False)
            if chosen:
                mark = QRectF(place.left(), place.bottom() - 3, place.width(), 3)
                painter.fillRect(mark, self.theme.colour("accent"))

    def _tab_at(self, x: float) -> str:
        return next((tab for tab, _, _, place in self._places() if place.left() <= x < place.right()), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = self._tab_at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._under = ""
        self.update()
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        tab = self._tab_at(event.position().x())
        if tab and event.button() == Qt.MouseButton.LeftButton:
            self.choose(tab)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            names = [tab for tab, _ in self._tabs]
            index = names.index(self._current) + step
            if 0 <= index < len(names):
                self.choose(names[index])
        else:
            super().keyPressEvent(event)


class Segments(QWidget):
    """A row of exclusive buttons."""

    chosen = Signal(str)

    def __init__(self, cells: Sequence[tuple[str, str]], current_cell: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for index, (cell, title) in enumerate(cells):
            made = QPushButton(title)
            made.setCheckable(True)
            made.setProperty("kind", "segment")
            last = index == len(cells) - 1
            made.setProperty(
                "place", "only" if len(cells) == 1 else "first" if index == 0 else "last" if last else "middle"
            )
            made.clicked.connect(lambda _=False, cell=cell: self.chosen.emit(cell))
            self._group.addButton(made)
            self._buttons[cell] = made
            row.addWidget(made)
        if current_cell:
            self.set_current(current_cell)

    def set_current(self, cell: str) -> None:
        """Checks a cell without telling; an unknown one unchecks all."""
        wanted = self._buttons.get(cell)
        if wanted is not None:
            wanted.setChecked(True)
            return
        self._group.setExclusive(False)
        for made in self._buttons.values():
            made.setChecked(False)
        self._group.setExclusive(True)


class SearchField(QLineEdit):
    """A field with a magnifier and the key that leads to it."""

    def __init__(self, placeholder: str, key: str = "/") -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setMinimumWidth(160)
        self.setTextMargins(26, 0, 22 if key else 0, 0)
        self._key = key

    def event(self, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if escape and event.type() == QEvent.Type.ShortcutOverride and self.text():
            event.accept()  # before the window's own Escape
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = self.height() / 2
        paint_icon(painter, QRectF(10, middle - 9, 18, 18), "search", current().colour("text2"))
        if not self.text() and not self.hasFocus() and self._key:
            paint_key(painter, QRectF(self.width() - 30, middle - 10, 20, 20), self._key)
        painter.end()


def paint_key(painter: QPainter, rect: QRectF, key: str, colour: QColor | None = None) -> None:
    """A key cap with its letter."""
    theme = current()
    line = colour or theme.colour("text2")
    frame(painter, rect, colour or theme.colour("line3"), 1.0, radius=3.0)
    horizontal(painter, rect.left() + 2, rect.right() - 2, rect.bottom() - 1.5, colour or theme.colour("line3"))
    write(painter, rect, key, font("micro"), line, CENTRE, elide=False)


class KeyButton(QPushButton):
    """A button that shows its key. kind: primary, secondary, quiet; tall: 44 for acting, 32 for the rest."""

    def __init__(self, text: str, key: str = "", icon_name: str = "", kind: str = "secondary", tall: int = 32) -> None:
        super().__init__(text)
        self._key = key
        self._icon_name = icon_name
        self._tall = tall
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        key = max(20.0, width(self._key, font("micro")) + 12) + 8 if self._key else 0.0
        glyph = (26 if self.text() else 18) if self._icon_name else 0
        wide = width(self.text(), font("body", 500))
        return QSize(max(self._tall, int(wide + key + glyph) + 26), self._tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        theme = current()
        primary = self.property("kind") == "primary"
        colour = theme.colour("onink" if primary else "text1")
        style = font("body", 500)
        if self.property("kind") == "locked":
            colour = theme.colour("text3")
        if not self.isEnabled():
            colour = theme.colour("disabled")
        wide = width(self.text(), style)
        key_wide = max(20.0, width(self._key, font("micro")) + 12) if self._key else 0.0
        glyph = (26 if self.text() else 18) if self._icon_name else 0
        total = wide + (8 + key_wide if self._key else 0) + glyph
        x = (self.width() - total) / 2
        middle = self.height() / 2
        if self._icon_name:
            paint_icon(painter, QRectF(x, middle - 9, 18, 18), self._icon_name, colour)
            x += 26
        write(painter, QRectF(x, 0, wide + 1, self.height()), self.text(), style, colour, elide=False)
        if self._key:
            paint_key(painter, QRectF(x + wide + 8, middle - 10, key_wide, 20), self._key, colour)
        painter.end()


class Message(QFrame):
    """Empty, error or progress in words: what is, why, one thing to do."""

    def __init__(self, title: str, words: str = "", problem: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(6)
        row = QHBoxLayout()
        if problem:
            mark = QLabel()
            mark.setPixmap(icon_pixmap("octagon", 20, current().tokens.colour["text1"], 2.0))
            row.addWidget(mark)
        self.title = Words(title, "operate", "text1", weight=600)
        row.addWidget(self.title, 1)
        column.addLayout(row)
        self.words = Words(words, "body", "text2", wrap=True)
        column.addWidget(self.words)
        self.row = QHBoxLayout()
        column.addLayout(self.row)
        column.addStretch(1)
