"""Words where there is nothing to show yet, and beside a button what came of pressing it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from hmi.gui.pages.parts import KeyButton, Words
from hmi.gui.theme import paint_icon
from hmi.gui.widgets.base import Painted


class Glyph(Painted):
    """An icon in a colour of the tokens; it follows the theme."""

    def __init__(self, icon: str, edge: int = 18, colour: str = "text1") -> None:
        super().__init__()
        self._icon, self._edge, self._colour = icon, edge, colour
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        """Another icon."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._edge, self._edge)

    def spoken(self) -> str:
        return ""

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_icon(painter, rect, self._icon, self.theme.colour(self._colour))


class Outcome(QWidget):
    """What came of the last action, where it was taken; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._glyph = Glyph("check")
        self._words = Words("", "body", "text1", wrap=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said, empty if nothing is."""
        return self._words.text() if not self.isHidden() else ""

    def done(self, words: str) -> None:
        """It worked."""
        self._say("check", words)

    def waiting(self, words: str) -> None:
        """It is on its way."""
        self._say("clock", words)

    def problem(self, words: str) -> None:
        """It did not work."""
        self._say("octagon", words)

    def clear(self) -> None:
        """Nothing to say."""
        self.hide()
        self._words.setText("")

    def _say(self, icon: str, words: str) -> None:
        self._glyph.set_icon(icon)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()


class Notice(QWidget):
    """Empty, refused, in error or being waited for: what is, why, and one or two things to do."""

    def __init__(self) -> None:
        super().__init__()
        box = QWidget()
        box.setMaximumWidth(560)
        column = QVBoxLayout(box)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._glyph = Glyph("octagon", 22)
        self.title = Words("", "title", "text1", wrap=True)
        head.addWidget(self._glyph, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.title, 1)
        self.words = Words("", "operate", "text2", weight=400, wrap=True)
        self.row = QHBoxLayout()
        self.row.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addSpacing(6)
        column.addLayout(self.row)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(box, 8)
        across.addStretch(1)
        whole.addLayout(across)
        whole.addStretch(3)
        self.buttons: list[KeyButton] = []

    def show_words(
        self, title: str, words: str, icon: str = "", actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    ) -> None:
        """Says something; the first action is the primary one."""
        self.title.setText(title)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self._glyph.setVisible(bool(icon))
        if icon:
            self._glyph.set_icon(icon)
        self.setAccessibleName(f"{title}. {words}")
        wanted = [text for text, _ in actions]
        if wanted == [button.text() for button in self.buttons]:
            return  # a button that has the focus stays the same one while only the words change
        empty_layout(self.row)
        self.buttons = []
        for number, (text, run) in enumerate(actions):
            button = KeyButton(text, kind="secondary" if number else "primary", tall=44)
            button.clicked.connect(run)
            self.row.addWidget(button)
            self.buttons.append(button)
        self.row.addStretch(1)


def empty_layout(layout: QLayout) -> None:
    """Takes everything out of a layout and deletes the widgets."""
    while (taken := layout.takeAt(0)) is not None:
        widget, inner = taken.widget(), taken.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            empty_layout(inner)
