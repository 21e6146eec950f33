"""The keys of the page, as key caps with their words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy

from hmi.gui.i18n import translate
from hmi.gui.pages.parts import paint_key
from hmi.gui.theme import font
from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.painting.text import width, write

_LINE = 26.0
_PAD = 14.0


class KeyHints(Painted):
    """Wraps like text."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.refresh()

    def _hints(self) -> list[tuple[tuple[str, ...], str]]:
        return [
            (("←", "→"), translate("Trends", "move cursor")),
            (("+", "−"), translate("Trends", "zoom")),
            (("Space",), translate("Trends", "hold")),
            (("L",), translate("Trends", "limits")),
            (("F",), translate("Trends", "fit scale")),
            (("C",), translate("Trends", "cursors")),
        ]

    def spoken(self) -> str:
        return "; ".join(f"{' '.join(keys)} {words}" for keys, words in self._hints())

    def _places(self, wide: float) -> list[tuple[float, float, tuple[str, ...], str]]:
        found = []
        x, y = _PAD, 4.0
        for keys, words in self._hints():
            needed = sum(self._cap(key) + 4 for key in keys) + 3 + width(words, font("label"))
            if x > _PAD and x + needed > wide - _PAD:
                x, y = _PAD, y + _LINE
            found.append((x, y, keys, words))
            x += needed + 14
        return found

    @staticmethod
    def _cap(key: str) -> float:
        return max(20.0, width(key, font("micro")) + 12)

    def heightForWidth(self, wide: int) -> int:
        return int(self._places(wide)[-1][1] + _LINE + 4)

    def sizeHint(self) -> QSize:
        return QSize(300, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        for left, top, keys, words in self._places(rect.width()):
            x = left
            for key in keys:
                wide = self._cap(key)
                paint_key(painter, QRectF(x, top + 3, wide, 20), key)
                x += wide + 4
            place = QRectF(x + 3, top, rect.right() - x, _LINE)
            write(painter, place, words, font("label"), self.theme.colour("text2"), elide=False)
