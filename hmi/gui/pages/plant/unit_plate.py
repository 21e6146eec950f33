"""The plate of a unit: indicators side by side, facts below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Target
from hmi.gui.pages.plant.builders import indicator_state, unit_facts, unit_title
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.views import PlantView, UnitView
from hmi.gui.widgets.plate import Plate
from hmi.gui.widgets.values import FactList, Indicator

MOST_INDICATORS = 3
LEAST_WIDTH = 114
GAP = 10
_PADS = 28


class UnitRow(QWidget):
    """Units side by side in proportion to their indicators; second-rank indicators drop out from the right."""

    def __init__(self, plates: list[UnitPlate], gap: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plates = plates
        self._gap = gap
        for plate in plates:
            plate.setParent(self)
        self.setMinimumHeight(max(plate.minimumHeight() for plate in plates))
        self.setMaximumHeight(400)
        self.setMinimumWidth(sum(UnitPlate.needed(1) for _ in plates) + gap * (len(plates) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.width() - self._gap * (len(self._plates) - 1)
        counts = [plate.count for plate in self._plates]
        for keep_alarms in (True, False):
            while sum(UnitPlate.needed(count) for count in counts) > room:
                index = self._next(counts, keep_alarms)
                if index is None:
                    break
                counts[index] -= 1
        needed = [UnitPlate.needed(count) for count in counts]
        x = 0.0
        for plate, count, share in zip(self._plates, counts, needed, strict=True):
            plate.show_first(count)
            wide = room * share / max(1, sum(needed))
            plate.setGeometry(round(x), 0, round(x + wide) - round(x), self.height())
            x += wide + self._gap

    def _next(self, counts: list[int], keep_alarms: bool) -> int | None:
        """The unit that gives up an indicator: the last of those that still show the most of what they have."""
        free = [i for i, count in enumerate(counts) if count > 1 and not (keep_alarms and self._plates[i].has_alarm())]
        whole = [i for i in free if counts[i] == self._plates[i].count]
        return max(whole or free, default=None)


class UnitPlate(Plate):
    """Two or three indicators and up to three facts; compact drops the facts and second-rank indicators."""

    go = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        plant: PlantView,
        view: UnitView,
        history: HistoryFeed,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(view.title, parent=parent)
        self._bridge, self._plant, self._view, self._history = bridge, plant, view, history
        self._shown = view.indicators[:MOST_INDICATORS]
        self._indicators = [Indicator(parent=self) for _ in self._shown]
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_clickable(True)
            for signal in (indicator.clicked, indicator.trend_wanted):
                signal.connect(lambda path=tag.path: self.go.emit("trends", Target(tags=(path,))))
            indicator.setMaximumHeight(196)
            indicator.setMinimumWidth(LEAST_WIDTH)
            row.addWidget(indicator, 1)
        self.content.addLayout(row, 1)
        self._facts: FactList | None = None
        if view.facts and not compact:
            self._facts = FactList(parent=self)
            self.content.addSpacing(8)
            self.content.addWidget(self._facts)
        self.content.addStretch(0)
        self.setMinimumHeight(170 if compact else 290 if self._facts is not None else 240)
        self._watched = frozenset([tag.path for tag in self._shown] + [tag.path for tag in view.facts[:3]])

    def history_paths(self) -> list[str]:
        """Tags whose last hour is shown."""
        return [tag.path for tag in self._shown]

    @property
    def count(self) -> int:
        """Indicators there are to show."""
        return len(self._shown)

    def has_alarm(self) -> bool:
        """True while one of the indicators is in alarm, so that none may be dropped."""
        return any(indicator.state.value.alarm is not None for indicator in self._indicators)

    def show_first(self, count: int) -> None:
        """Drops second-rank indicators that do not fit."""
        for index, indicator in enumerate(self._indicators):
            indicator.setVisible(index < count)

    @staticmethod
    def needed(count: int) -> int:
        """Width of a plate with so many indicators."""
        return max(1, count) * LEAST_WIDTH + (max(1, count) - 1) * GAP + _PADS

    def take(self, paths: frozenset[str]) -> None:
        """Repaints what changed."""
        if not self._watched & paths:
            return
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            if tag.path in paths:
                known = indicator.state.spark
                indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history, known))
        if self._facts is not None:
            self._facts.set_state(unit_facts(self._bridge, self._view))

    def refresh(self) -> None:
        """Shows what is known now."""
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history))
        if self._facts is not None:
            self._facts.set_state(unit_facts(self._bridge, self._view))
        self.set_right(*unit_title(self._bridge, self._view))
