"""The line below the alarm list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import paint_key
from hmi.gui.theme import font
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.painting.text import width, write


class ListFoot(Painted):
    """How many are listed, how they are ordered, and which keys work; a click ends the hold."""

    def __init__(self) -> None:
        super().__init__()
        self._left = ""
        self._rest = ""
        self._newer = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_words(self, listed: int, waiting: int, newer: int, tab: str) -> None:
        """Says what the list holds."""
        self._left = fill(translate("Alarms", "%1 listed, %2 unacknowledged"), listed, waiting)
        if tab != "active":
            self._left = fill(translate("Alarms", "%1 listed"), listed)
        self._rest = ""
        if tab == "active":
            self._rest = translate(
                "Alarms", "Order: unacknowledged, priority, newest. The list holds still while the pointer is on it."
            )
        self._newer = fill(translate("Alarms", "%1 newer above"), newer) if newer else ""
        self.set_clickable(bool(newer))
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(600, 44)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 44)

    def spoken(self) -> str:
        return ". ".join(part for part in (self._newer, self._left, self._rest) if part)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        theme = self.theme
        x = 20.0
        keys = self._keys()
        needed = sum(
            sum(width(key, font("micro")) + 18 for key in names) + width(text, font("label")) + 12
            for names, text in keys
        )
        end = rect.right() - 12 - needed
        if self._newer:
            x += write(painter, rect.adjusted(x, 0, 0, 0), self._newer, font("body", 600), theme.colour("text1")) + 22
        room = rect.adjusted(x, 0, 0, 0)
        x += write(painter, room, self._left, font("label"), theme.colour("text2"), elide=False) + 22
        show_keys = x + 60 < end
        room = QRectF(x, rect.top(), (end - 16 if show_keys else rect.right() - 10) - x, rect.height())
        if room.width() > 60:
            write(painter, room, self._rest, font("label"), theme.colour("text2"))
        if not show_keys:
            return
        x = end
        for names, text in keys:
            for key in names:
                wide = max(21.0, width(key, font("micro")) + 12)
                paint_key(painter, QRectF(x, rect.center().y() - 10, wide, 20), key)
                x += wide + 4
            x += (
                write(
                    painter,
                    QRectF(x + 1, rect.top(), 200, rect.height()),
                    text,
                    font("label"),
                    theme.colour("text2"),
                    elide=False,
                )
                + 13
            )

    def _keys(self) -> list[tuple[tuple[str, ...], str]]:
        return [
            (("↑", "↓"), translate("Alarms", "select")),
            (("A",), translate("Alarms", "acknowledge")),
            (("G",), translate("Alarms", "go to display")),
        ]
