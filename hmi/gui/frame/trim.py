"""Small parts of the frame: separators, the veil behind a dialog, the note about an action."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from hmi.gui import theme
from hmi.gui.i18n import translate


class Separator(QWidget):
    """A vertical hairline between the cells of the banner."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().colour("line2"))
        painter.end()


class Veil(QWidget):
    """The page behind a dialog, pale; banner, rail and status line stay as they are."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over.parentWidget())
        self.setGeometry(over.geometry())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(0.62)
        painter.fillRect(self.rect(), theme.current().colour("ground"))
        painter.end()


class FrameNote(QFrame):
    """What came of an action in the frame, in words, until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "plate")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        self._icon = QLabel()
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setFont(theme.font("operate"))
        close = QToolButton()
        close.setProperty("kind", "quiet")
        close.setText(translate("Dialog", "Close"))
        close.clicked.connect(self.hide)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(close)
        self.hide()

    def say(self, words: str, icon: str = "octagon") -> None:
        """Shows the words with a sign: octagon for a problem, check for what was done."""
        colour = theme.current().tokens.colour["text1"]
        self._icon.setPixmap(theme.icon_pixmap(icon, 20, colour, self.devicePixelRatioF()))
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()

    def take_back(self, words: str) -> None:
        """Hides the note if it still says these words: they are not true any more."""
        if words and self._words.text() == words:
            self.hide()
