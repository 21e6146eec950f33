"""Every component in every state on one page, as in the design pictures: `python -m tests.gui.gallery FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from hmi.gui import theme
from hmi.gui.i18n import use_language
from hmi.gui.theme.strokes import frame, horizontal, pen
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.fills import paint_state_fill
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol, paint_badge
from hmi.gui.widgets.painting.text import write
from hmi.gui.widgets.registry import WIDGETS
from hmi.gui.widgets.structs import AlarmSymbolState
from tests.gui import widget_samples as samples

CLASSES = {entry.cls.__name__: entry.cls for entry in WIDGETS}
_VALUES = (
    ("good", "good"),
    ("uncertain", "uncertain"),
    ("bad", "bad, last value"),
    ("stale", "stale, age"),
    ("never", "never connected"),
    ("simulated", "simulated"),
    ("forced", "forced"),
    ("out of service", "out of service"),
    ("alarm 1 unacked", "alarm 1, unack"),
    ("alarm 1 acked", "alarm 1, acked"),
    ("alarm 2 unacked", "alarm 2, unack"),
    ("alarm 2 acked", "alarm 2, acked"),
    ("alarm 3 unacked", "alarm 3, unack"),
    ("alarm 3 acked", "alarm 3, acked"),
    ("alarm 4 unacked", "alarm 4, unack"),
    ("alarm 4 acked", "alarm 4, acked"),
)
_PLATES = {
    "Value box": (12, 12, 632, 296),
    "Moving analogue indicator with its last hour on the same scale": (654, 12, 620, 376),
    "Alarm symbol": (12, 318, 396, 304),
    "Timeline fill": (418, 318, 226, 304),
    "Machine state": (654, 398, 394, 240),
    "Trend pens (5–8 dashed)": (1058, 398, 216, 240),
    "Button": (1284, 12, 624, 150),
    "Field": (1284, 172, 624, 120),
    "Machine tile and buffer": (12, 632, 1262, 436),
    "Bars": (1284, 302, 624, 336),
    "State timeline, waterfall": (1284, 648, 624, 420),
}


class Gallery(QWidget):
    """All states on one page."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(1920, 1080)
        self._captions: list[tuple[int, int, str]] = []
        self._values()
        self._indicators()
        self._chips()
        self._buttons()
        self._tiles()
        self._bars()

    def _add(self, kind: str, state: object, x: int, y: int, w: int, h: int) -> QWidget:
        widget = CLASSES[kind](state, parent=self)  # type: ignore[call-arg]
        widget.setGeometry(x, y, w, h)
        return widget

    def _values(self) -> None:
        for index, (name, caption) in enumerate(_VALUES):
            x, y = 27 + index % 4 * 152, 54 + index // 4 * 60
            self._add("ValueBox", samples.VALUES[name], x, y, 160, 38)
            self._captions.append((x, y + 38, caption))

    def _indicators(self) -> None:
        names = ("good", "off normal", "alarm", "uncertain", "stale", "bad", "never", "clipped")
        for index, name in enumerate(names):
            self._add("Indicator", samples.INDICATORS[name], 669 + index % 4 * 146, 56 + index // 4 * 164, 136, 158)

    def _chips(self) -> None:
        order = ("good", "idle", "starved", "blocked", "held", "stopped", "aborted", "setup", "complete", "bad")
        for index, name in enumerate(order):
            self._add("StateChip", samples.CHIPS[name], 669 + index % 2 * 188, 440 + index // 2 * 33, 182, 26)

    def _buttons(self) -> None:
        x = 1299
        for text, kind in (("Apply", "primary"), ("Secondary", ""), ("Checked", ""), ("Quiet", "quiet")):
            button = QPushButton(text, self)
            button.setProperty("kind", kind)
            if text == "Checked":
                button.setCheckable(True)
                button.setChecked(True)
            button.setGeometry(x, 56, 104, 32)
            x += 114
        x = 1299
        for text, kind in (("Disabled", ""), ("Needs engineer", "locked")):
            button = QPushButton(text, self)
            button.setProperty("kind", kind)
            button.setEnabled(kind != "")
            button.setGeometry(x, 98, 140, 32)
            x += 150
        for index, text in enumerate(("1 h", "8 h", "24 h")):
            button = QPushButton(text, self)
            button.setProperty("kind", "segment")
            button.setProperty("place", ("first", "middle", "last")[index])
            button.setCheckable(True)
            button.setChecked(index == 0)
            button.setGeometry(1640 + 56 * index, 98, 56, 32)
        field = QLineEdit("600", self)
        field.setGeometry(1299, 214, 280, 32)
        locked = QLineEdit("10.20.1.13", self)
        locked.setReadOnly(True)
        locked.setGeometry(1600, 214, 280, 32)

    def _tiles(self) -> None:
        x = 26
        for name in ("acked", "stale", "stopped", "uncertain"):
            self._add("MachineTile", samples.TILES[name], x, 676, 214, 380)
            buffer = {"acked": "good", "stale": "alarm", "stopped": "stale", "uncertain": "never"}[name]
            self._add("Buffer", samples.BUFFERS[buffer], x + 220, 780, 92, 120)
            x += 318

    def _bars(self) -> None:
        for index, name in enumerate(("strong", "good", "uncertain", "never")):
            self._add("Bullet", samples.BULLETS[name], 1299, 346 + 32 * index, 290, 28)
        self._add("ParetoBars", samples.PARETOS["good"], 1299, 478, 594, 156)
        self._add("FactList", samples.FACTS["good"], 1620, 346, 270, 66)
        self._add("StateTimeline", samples.TIMELINE, 1299, 690, 594, 96)
        self._add("Waterfall", samples.WATERFALLS["good"], 1299, 790, 594, 270)

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("ground"))
        for title, (x, y, w, h) in _PLATES.items():
            frame(painter, QRectF(x, y, w, h), look.colour("line1"), 1.0, look.colour("plate"), radius=3.0)
            write(painter, QRectF(x + 15, y + 12, w - 30, 20), title, theme.font("label", 600), look.colour("text2"))
            horizontal(painter, x + 15, x + w - 15, y + 36, look.colour("line2"))
        for x, y, text in self._captions:
            write(painter, QRectF(x, y, 140, 16), text, theme.font("micro"), look.colour("text2"))
        self._symbols(painter, look)
        self._fills(painter, look)
        self._pens(painter, look)
        painter.end()

    @staticmethod
    def _symbols(painter: QPainter, look: theme.Theme) -> None:
        rows = (
            ("Unack, flashes 1 Hz", "unacked"),
            ("Acknowledged", "acked"),
            ("Returned, unack", "returned"),
            ("Latched", "latched"),
        )
        for index, (text, kind) in enumerate(rows):
            y = 388 + 34 * index
            write(painter, QRectF(27, y, 120, 24), text, theme.font("micro"), look.colour("text1"))
            for priority in (1, 2, 3, 4):
                state = samples.SYMBOLS[f"{kind} {priority}"]
                assert isinstance(state, AlarmSymbolState)
                paint_alarm_symbol(painter, QRectF(90 + 58 * priority, y, 26, 26), state, look)
        for index, letter in enumerate("SDO"):
            paint_badge(painter, QRectF(28 + 94 * index, 530, 18, 18), letter, look)

    @staticmethod
    def _fills(painter: QPainter, look: theme.Theme) -> None:
        kinds = ("run", "minor", "internal", "ext", "breakdown", "setup", "planned", "unknown")
        for index, kind in enumerate(kinds):
            paint_state_fill(painter, QRectF(432, 364 + 31 * index, 56, 24), kind, look)
            write(painter, QRectF(500, 364 + 31 * index, 130, 24), kind, theme.font("label"), look.colour("text2"))

    @staticmethod
    def _pens(painter: QPainter, look: theme.Theme) -> None:
        for index, token in enumerate(look.tokens.pens):
            x, y = 1073 + index % 2 * 100, 452 + index // 2 * 28
            painter.setPen(pen(QColor(token.colour), token.width, token.dash))
            painter.drawLine(x, y, x + 44, y)
            write(painter, QRectF(x + 52, y - 10, 20, 20), str(index + 1), theme.font("label"), look.colour("text1"))


def main(folder: str) -> int:
    """Writes states-light.png and states-dark.png."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    Path(folder).mkdir(parents=True, exist_ok=True)
    use_language(app, "en")
    flash().freeze()
    for name in theme.THEMES:
        theme.apply(app, name)
        page = Gallery()
        page.grab().save(str(Path(folder) / f"states-{name}.png"))
        page.deleteLater()
    flash().thaw()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
