"""Digits to touch: a PIN with gloves or without a keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from hmi.gui import theme
from hmi.gui.i18n import translate

_KEY = 92
_LAYOUT = ("123", "456", "789", "<0>")


class NumberPad(QWidget):
    """typed(digit), erased and entered; it never takes the focus, so a keyboard goes on beside it."""

    typed = Signal(str)
    erased = Signal()
    entered = Signal()

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for row, line in enumerate(_LAYOUT):
            for column, sign in enumerate(line):
                grid.addWidget(self._key(sign), row, column)
        grid.setColumnStretch(3, 1)

    def _key(self, sign: str) -> QPushButton:
        words = {"<": translate("SignIn", "Delete"), ">": translate("SignIn", "Enter")}.get(sign, sign)
        key = QPushButton(words)
        key.setFont(theme.font("value_s" if sign.isdigit() else "body"))
        key.setProperty("tall", "touch")
        key.setFixedWidth(_KEY)
        key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        key.setAutoDefault(False)
        key.setAccessibleName(words)
        if sign.isdigit():
            key.clicked.connect(lambda: self.typed.emit(sign))
        elif sign == "<":
            key.clicked.connect(self.erased)
        else:
            key.clicked.connect(self.entered)
        return key
