"""A second factor being set up: the code an authenticator app scans, and the key for typing it in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import segno
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from hmi.gui import theme
from hmi.gui.dialogs.asking import FIELD
from hmi.gui.i18n import translate
from hmi.gui.pages.parts import Words

_QUIET_MODULES = 4
"""White border a reader needs around the code."""


class QrCode(QWidget):
    """A QR code in black on white, whatever the theme: phones read nothing else for certain."""

    def __init__(self, text: str, module: int = 4) -> None:
        super().__init__()
        self.matrix = tuple(tuple(bool(cell) for cell in row) for row in segno.make_qr(text, error="m").matrix)
        self._module = module
        edge = (len(self.matrix) + 2 * _QUIET_MODULES) * module
        self.setFixedSize(QSize(edge, edge))
        self.setAccessibleName(translate("Own", "QR code for the authenticator app"))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        ink = QColor("black")
        for y, row in enumerate(self.matrix):
            for x, dark in enumerate(row):
                if dark:
                    left, top = (x + _QUIET_MODULES) * self._module, (y + _QUIET_MODULES) * self._module
                    painter.fillRect(left, top, self._module, self._module, ink)
        painter.end()


class EnrolmentCard(QWidget):
    """What to do with an `otpauth:` address: scan it, or type the key that stands in it."""

    def __init__(self, uri: str) -> None:
        super().__init__()
        self.code = QrCode(uri)
        self.key = QLineEdit(parse_qs(urlsplit(uri).query).get("secret", [""])[0])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(6)
        steps = translate(
            "Own", "1. Scan this with the app, or type the key below into it.\n2. Type the code it shows."
        )
        column.addWidget(Words(steps, "body", "text1", wrap=True))
        column.addWidget(Words(translate("Own", "Key"), "label", "text2"))
        self.key.setReadOnly(True)
        self.key.setFixedHeight(FIELD)
        self.key.setFont(theme.font("body"))
        self.key.setCursorPosition(0)
        self.key.setAccessibleName(translate("Own", "Key"))
        column.addWidget(self.key)
        column.addStretch(1)
        row.addLayout(column, 1)
