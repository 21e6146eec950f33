"""The common dialog: inside the window below the banner, one shadow, Esc closes, the banner stays free."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from hmi.gui.i18n import translate
from hmi.gui.theme import current, font, icon
from hmi.gui.theme.strokes import frame


class Dialog(QDialog):
    """A frameless dialog with title, note and body. The page behind is veiled by the window while it is open."""

    def __init__(self, parent: QWidget, title: str, note: str = "", wide: int = 560) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(title)
        self.setFixedWidth(wide)
        theme = current()
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.colour("dialog"))
        self.setPalette(palette)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 12, 18, 16)
        whole.setSpacing(12)
        head = QHBoxLayout()
        self._heading = QLabel(title)
        self._heading.setFont(font("title"))
        head.addWidget(self._heading)
        if note:
            small = QLabel(note)
            small.setFont(font("label"))
            small.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            head.addWidget(small)
        head.addStretch(1)
        close = QToolButton()
        close.setProperty("kind", "quiet")
        close.setIcon(icon("x", 18, theme.tokens.colour["text1"]))
        close.setToolTip(translate("Dialog", "Close (Esc)"))
        close.setAccessibleName(translate("Dialog", "Close"))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.reject)
        head.addWidget(close)
        whole.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        whole.addLayout(self.body)

    def set_title(self, title: str) -> None:
        """Another title, seen and spoken."""
        self._heading.setText(title)
        self.setAccessibleName(title)

    def place_below(self, banner_height: int) -> None:
        """Moves it to the middle of the window, below the banner."""
        parent = self.parentWidget()
        if parent is None:
            return
        window = parent.window()
        self.adjustSize()
        x = max(0, (window.width() - self.width()) // 2)
        y = max(banner_height + 24, (window.height() - self.height()) // 3)
        self.move(
            window.mapToGlobal(window.rect().topLeft()).x() + x, window.mapToGlobal(window.rect().topLeft()).y() + y
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().colour("dialog"))
        frame(painter, self.rect().toRectF(), current().colour("text3"), 1.0)
        painter.end()
