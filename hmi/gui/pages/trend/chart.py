"""The plate with the trend: tools above, what is missing in words, the panes, resolution and states below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from hmi.gui.i18n import translate
from hmi.gui.pages.parts import ElidedWords, KeyButton, Message, Plate, Segments, Words
from hmi.gui.pages.trend.view import TrendView
from hmi.gui.theme import current, icon_pixmap
from hmi.gui.widgets.charts import TimelineLegend

_AXIS_ROOM = 52


class ChartPlate(Plate):
    """zoom_wanted(factor), pens_wanted, cursors_wanted; the segments and the view have their own signals."""

    zoom_wanted = Signal(float)
    cursors_wanted = Signal()
    pens_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(translate("Trends", "Trend"), tools=True, tall=48)
        self.body.setContentsMargins(8, 0, 12, 8)
        self.head.setSpacing(8)
        self.ranges = Segments(
            (
                ("10min", translate("Trends", "10 min")),
                ("1h", translate("Trends", "1 h")),
                ("8h", translate("Trends", "8 h")),
                ("24h", translate("Trends", "24 h")),
                ("7d", translate("Trends", "7 d")),
            ),
            "1h",
        )
        self.mode = Segments((("live", translate("Trends", "Live")), ("hold", translate("Trends", "Hold"))), "live")
        longer = _small("minus", translate("Trends", "Longer time (−)"))
        longer.clicked.connect(lambda: self.zoom_wanted.emit(2.0))
        shorter = _small("plus", translate("Trends", "Shorter time (+)"))
        shorter.clicked.connect(lambda: self.zoom_wanted.emit(0.5))
        self.cursor_button = KeyButton(translate("Trends", "Cursors"), icon_name="cursor", kind="quiet")
        self.cursor_button.setCheckable(True)
        self.cursor_button.setToolTip(translate("Trends", "Set or clear cursors A and B (C)"))
        self.cursor_button.clicked.connect(self.cursors_wanted)
        for part in (self.ranges, longer, shorter, self.mode, self.cursor_button):
            self.head.addWidget(part)
        self.view = TrendView()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._drawn())
        self._stack.addWidget(self._nothing())
        self.body.addWidget(self._stack, 1)
        current().changed.connect(self._restyle)
        self._restyle()

    def _drawn(self) -> QWidget:
        self._notice_row = QWidget()
        row = QHBoxLayout(self._notice_row)
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(8)
        self._notice_icon = QLabel()
        self.notice = ElidedWords("", "body", "text1", 500)
        row.addWidget(self._notice_icon)
        row.addWidget(self.notice, 1)
        self._notice_row.hide()
        self.foot = ElidedWords("", "label", "text2")
        self._band_name = Words("", "label", "text2")
        self._kinds = TimelineLegend()
        foot = QHBoxLayout()
        foot.setContentsMargins(_AXIS_ROOM, 2, 0, 0)
        foot.setSpacing(12)
        foot.addWidget(self.foot, 1)
        foot.addWidget(self._band_name)
        foot.addWidget(self._kinds)
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notice_row)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        return made

    def _nothing(self) -> QWidget:
        empty = Message(
            translate("Trends", "No pen is chosen"),
            translate("Trends", "Choose up to eight tags. Any page also opens its value here with T."),
        )
        choose = KeyButton(translate("Trends", "Choose pens"), "P", kind="primary", tall=44)
        choose.clicked.connect(self.pens_wanted)
        empty.row.addWidget(choose)
        empty.row.addStretch(1)
        return empty

    def show_empty(self, empty: bool) -> None:
        """Shows what to do instead of a chart without pens."""
        self._stack.setCurrentIndex(1 if empty else 0)

    def set_compact(self, compact: bool) -> None:
        """Drops what only explains."""
        self._kinds.setVisible(not compact)
        self._band_name.setVisible(not compact)

    def say(self, words: str) -> bool:
        """Says what is missing, empty = nothing; True if that is news."""
        news = words != self.notice.spoken()
        self.notice.set_text(words)
        self._notice_row.setVisible(bool(words))
        return news

    def show_kinds(self, kinds: tuple[str, ...], title: str) -> None:
        """Names the fills of the state band and whose states they are."""
        self._kinds.set_kinds(kinds)
        self._band_name.setText(title)

    def _restyle(self) -> None:
        colour = current().tokens.colour["text1"]
        self._notice_icon.setPixmap(icon_pixmap("octagon", 18, colour, self.devicePixelRatioF()))


def _small(icon_name: str, hint: str) -> KeyButton:
    made = KeyButton("", icon_name=icon_name)
    made.setToolTip(hint)
    made.setAccessibleName(hint)
    return made
