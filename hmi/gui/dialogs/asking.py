"""A small dialog that asks a person for something: fields, one verb, the refusal inside. It never blocks the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hmi.gui import theme
from hmi.gui.dialogs.dialog import Dialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import KeyButton, Words

FIELD = 36
LABEL = 132
_BELOW_BANNER = 16
_MOST = 128


class Mark(QWidget):
    """The sign before a sentence: octagon for a problem, clock for waiting."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = "octagon"
        self.setFixedSize(20, 20)

    def set_icon(self, name: str) -> None:
        """Shows another sign."""
        self._icon = name
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme.paint_icon(painter, self.rect().toRectF(), self._icon, theme.current().colour("text1"))
        painter.end()


class Sentence(QWidget):
    """One line of words with its sign; hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._mark = Mark()
        self._words = Words("", "body", "text1", weight=500, wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty = nothing."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, icon: str = "octagon") -> None:
        """Says something; empty words hide it."""
        self._mark.set_icon(icon)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class AskDialog(Dialog):
    """Fields with their labels, hints below them, Cancel and one verb; Enter in a field presses the verb.

    Not modal: silencing and acknowledging stay possible beside it. Subclasses implement `send`.
    """

    def __init__(self, parent: QWidget, title: str, verb: str, note: str = "", wide: int = 480) -> None:
        super().__init__(parent, title, note, wide)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._busy = False
        self.above = QVBoxLayout()
        self.above.setSpacing(8)
        self.rows = QGridLayout()
        self.rows.setHorizontalSpacing(12)
        self.rows.setVerticalSpacing(6)
        self.rows.setColumnMinimumWidth(0, LABEL)
        self.rows.setColumnStretch(1, 1)
        self.below = QVBoxLayout()
        self.below.setSpacing(8)
        self.sentence = Sentence()
        self.cancel = KeyButton(translate("Dialog", "Cancel"), "Esc", tall=44)
        self.cancel.clicked.connect(self.reject)
        self.verb = KeyButton(verb, kind="primary", tall=44)
        self.verb.clicked.connect(self.press)
        for button in (self.cancel, self.verb):
            button.setAutoDefault(False)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.addStretch(1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.verb)
        for part in (self.above, self.rows, self.below):
            self.body.addLayout(part)
        self.body.addWidget(self.sentence)
        self.body.addSpacing(4)
        self.body.addLayout(self.foot)

    def add_field(self, label: str, *, secret: bool = False, hint: str = "") -> Field:
        """A labelled line at the end of the fields."""
        field = Field(self, label, secret, hint)
        field.line.returnPressed.connect(self.press)
        return field

    @property
    def is_busy(self) -> bool:
        """True while the station was asked and has not answered."""
        return self._busy

    def press(self) -> None:
        """Presses the verb, unless an answer is on its way."""
        if not self._busy and self.verb.isVisibleTo(self) and self.verb.isEnabled():
            self.sentence.say("")
            self.send()

    def send(self) -> None:
        """Checks the entries and asks the station."""
        raise NotImplementedError

    def lacks(self, *fields: Field) -> bool:
        """True, with a sentence, if one of these that is shown is empty: sent, it would count as a failed attempt."""
        for field in fields:
            if field.is_shown and not field.text.strip():
                self.say(fill(translate("Asking", "%1: nothing is typed there yet."), field.line.accessibleName()))
                field.focus()
                return True
        return False

    def wait(self, words: str = "") -> None:
        """The station was asked."""
        self._busy = True
        self.verb.setEnabled(False)
        self.sentence.say(words, "clock")
        self.refit()

    def refuse(self, error: Exception) -> None:
        """The station said no: its sentence, and everything stays as typed."""
        words = str(error)
        self.say(words[:1].upper() + words[1:])

    def say(self, words: str) -> None:
        """A problem in words."""
        self._busy = False
        self.verb.setEnabled(True)
        self.sentence.say(words)
        self.refit()

    def refit(self) -> None:
        """Takes the height that is needed now and stays inside the window."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.resize(self.width(), self._tall())
        if self.isVisible():
            self._keep_inside()

    def _tall(self) -> int:
        layout = self.layout()
        if layout is None:
            return self.height()
        if layout.hasHeightForWidth():
            return layout.totalHeightForWidth(self.width())
        return layout.totalSizeHint().height()

    def show_in_window(self) -> None:
        """Shows it in the middle of the window below the banner, with the focus in its first field."""
        self.refit()
        window = self._window()
        corner = window.mapToGlobal(window.rect().topLeft())
        x = max(0, (window.width() - self.width()) // 2)
        self.move(corner.x() + x, corner.y() + max(self._top(), (window.height() - self.height()) // 3))
        self._keep_inside()
        self.show()
        self.activateWindow()

    def _window(self) -> QWidget:
        parent = self.parentWidget()
        return parent.window() if parent is not None else self

    def _top(self) -> int:
        tokens = theme.current().tokens
        compact = self._window().width() < tokens.compact["below_width"]
        return int(tokens.compact["banner"] if compact else tokens.size["banner"]) + _BELOW_BANNER

    def _keep_inside(self) -> None:
        window = self._window()
        corner = window.mapToGlobal(window.rect().topLeft())
        lowest = corner.y() + window.height() - self.height() - 8
        top = corner.y() + self._top()
        self.move(self.x(), max(top - _BELOW_BANNER + 4, min(max(self.y(), top), lowest)))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refit()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.height() != self._tall():
            self.refit()  # parts that were added or changed their words while it is open
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()  # a field or a button has taken it; QDialog would press some default button
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)


class Field:
    """A label, a line and its hint in an `AskDialog`, shown and hidden together."""

    def __init__(self, dialog: AskDialog, label: str, secret: bool, hint: str) -> None:
        self._dialog = dialog
        self.line = QLineEdit()
        self.line.setFont(theme.font("operate", 400))
        self.line.setFixedHeight(FIELD)
        self.line.setMaxLength(_MOST if not secret else 1024)
        self.line.setAccessibleName(label)
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
            self.line.setInputMethodHints(
                Qt.InputMethodHint.ImhHiddenText
                | Qt.InputMethodHint.ImhSensitiveData
                | Qt.InputMethodHint.ImhNoAutoUppercase
            )
        self._name = Words(label, "label", "text2", wrap=True)
        self._name.setMinimumSize(QSize(LABEL, FIELD))
        self._name.setBuddy(self.line)
        self._hint = Words(hint, "label", "text3", wrap=True)
        row = dialog.rows.rowCount()
        dialog.rows.addWidget(self._name, row, 0, Qt.AlignmentFlag.AlignTop)
        dialog.rows.addWidget(self.line, row, 1)
        dialog.rows.addWidget(self._hint, row + 1, 1)
        self.line.setAccessibleDescription(hint)
        self._hint.setVisible(bool(hint))

    @property
    def text(self) -> str:
        """What was typed."""
        return self.line.text()

    @property
    def is_shown(self) -> bool:
        """True while it is part of the dialog."""
        return not self.line.isHidden()

    def set_hint(self, hint: str) -> None:
        """Says something below the line."""
        self._hint.setText(hint)
        self.line.setAccessibleDescription(hint)
        self._hint.setVisible(bool(hint) and self.is_shown)

    def show(self, shown: bool = True) -> None:
        """Shows or hides label, line and hint."""
        self._name.setVisible(shown)
        self.line.setVisible(shown)
        self._hint.setVisible(shown and bool(self._hint.text()))

    def focus(self) -> None:
        """Goes into the line and selects what stands there."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()
