"""Indicators of a machine under its name and the address of its device."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Target
from hmi.gui.pages.plant.builders import indicator_state
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.strip import LineStrip
from hmi.gui.pages.plant.views import MachineView, PlantView
from hmi.gui.theme import current
from hmi.gui.widgets.figures import clock
from hmi.gui.widgets.painting.glances import TITLE, paint_title
from hmi.gui.widgets.values import Indicator
from hmi.model.devices import LinkState

MOST = 3
_LEAST = 114
_GAP = 8


class MachineGroup(QWidget):
    """Up to three indicators; as many as fit, none below its least width."""

    go = Signal(str, object)

    def __init__(
        self, bridge: Bridge, plant: PlantView, view: MachineView, history: HistoryFeed, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge, self._plant, self._view, self._history = bridge, plant, view, history
        self._subtitle = ""
        self._shown = view.indicators[:MOST]
        self._indicators = [Indicator(parent=self) for _ in self._shown]
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_clickable(True)
            for signal in (indicator.clicked, indicator.trend_wanted):
                signal.connect(lambda path=tag.path: self.go.emit("trends", Target(tags=(path,))))
        self.setMinimumSize(_LEAST, 200)
        current().changed.connect(self.update)

    def history_paths(self) -> list[str]:
        """Tags whose last hour is shown."""
        return [tag.path for tag in self._shown]

    def take(self, paths: frozenset[str]) -> None:
        """Repaints what changed."""
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            if tag.path in paths:
                known = indicator.state.spark
                indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history, known))

    def refresh(self) -> None:
        """Shows what is known now."""
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history))
        words = self._address()
        if words != self._subtitle:
            self._subtitle = words
            self.setAccessibleName(f"{self._view.title} {words}")
            self.update()

    def _address(self) -> str:
        device = next((item for item in self._bridge.devices if item.name == self._view.device), None)
        if device is None:
            return ""
        if device.state == LinkState.CONNECTED:
            return device.address
        since = clock(device.since_us, self._bridge.plant.timezone)
        if device.state == LinkState.DISABLED:
            return self.tr("%1, switched off").replace("%1", device.address)
        return self.tr("%1, silent since %2").replace("%1", device.address).replace("%2", since)

    def resizeEvent(self, event: QResizeEvent) -> None:
        fit = max(1, min(len(self._indicators), (self.width() + _GAP) // (_LEAST + _GAP)))
        wide = min(150, (self.width() - _GAP * (fit - 1)) // max(1, fit))
        wide = max(_LEAST, min(wide, 124))
        for index, indicator in enumerate(self._indicators):
            indicator.setVisible(index < fit)
            indicator.setGeometry(index * (wide + _GAP), int(TITLE) - 2, wide, min(196, self.height() - int(TITLE) + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_title(painter, QRectF(0, 0, self.width(), TITLE), self._view.title, self._subtitle, current())
        painter.end()


class GroupRow(QWidget):
    """Groups under the tiles of a strip of the same width."""

    def __init__(self, groups: list[MachineGroup], strip: LineStrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups, self._strip = groups, strip
        for group in groups:
            group.setParent(self)
        self.setMinimumHeight(200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        places = self._strip.places(self.width())
        edges = [left for left, _ in places[1:]] + [self.width() + 16]
        for group, (left, _), end in zip(self._groups, places, edges, strict=True):
            group.setGeometry(left, 0, max(_LEAST, end - left - 16), self.height())
