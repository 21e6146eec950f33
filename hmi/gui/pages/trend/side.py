"""The plate beside the trend: pens with their values, times of the cursors, keys."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from hmi.gui.i18n import fill, translate
from hmi.gui.pages.parts import ElidedWords, KeyButton, Plate
from hmi.gui.pages.trend.keys import KeyHints
from hmi.gui.pages.trend.legend import LegendState, PenRows
from hmi.gui.pages.trend.pens import MOST_PENS
from hmi.gui.widgets.scrolling import scrolling

_WIDE, _COMPACT = 338, 300


class PensPlate(Plate):
    """choose_wanted: the picker; remove_wanted(path)."""

    choose_wanted = Signal()
    remove_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(translate("Trends", "Pens"), tools=True, tall=40)
        self.body.setContentsMargins(0, 0, 0, 8)
        self.head.setSpacing(6)
        self.legend = PenRows()
        self.choose = KeyButton(translate("Trends", "Choose"), "P", kind="quiet")
        self.choose.clicked.connect(self.choose_wanted)
        self.remove = KeyButton("", icon_name="x", kind="quiet")
        self.remove.setToolTip(translate("Trends", "Take the selected pen away (Delete)"))
        self.remove.setAccessibleName(self.remove.toolTip())
        self.remove.clicked.connect(lambda: self.remove_wanted.emit(self.legend.state.selected))
        self.head.addWidget(self.remove)
        self.head.addWidget(self.choose)
        self.legend.removed.connect(self.remove_wanted)
        self._at_a = ElidedWords("", "label", "text1")
        self._at_b = ElidedWords("", "label", "text1")
        self._apart = ElidedWords("", "label", "text1", 600)
        self._hints = KeyHints()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        times = QVBoxLayout()
        times.setContentsMargins(14, 10, 14, 10)
        times.setSpacing(1)
        for words in (self._at_a, self._at_b, self._apart):
            times.addWidget(words)
        column.addLayout(times)
        column.addWidget(self._hints)
        column.addStretch(1)
        self.body.addWidget(scrolling(inside), 1)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Narrower, without the keys."""
        self.setFixedWidth(_COMPACT if compact else _WIDE)
        self._hints.setVisible(not compact)

    def show_state(self, state: LegendState, at_a: str, at_b: str, apart: str) -> None:
        """Shows pens, and the cursors' times in words; empty = not set."""
        self.legend.set_state(state)
        self.remove.setEnabled(bool(state.selected))
        self.note.setText(fill(translate("Trends", "%1 of %2"), len(state.rows), MOST_PENS))
        for place, words in ((self._at_a, at_a), (self._at_b, at_b), (self._apart, apart)):
            place.set_text(words)
            place.setVisible(bool(words))
