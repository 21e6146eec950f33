"""The plate of a unit: indicators side by side, facts below."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Target
from hmi.gui.pages.plant.builders import indicator_state, unit_facts, unit_title
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.views import PlantView, UnitView
from hmi.gui.widgets.plate import Plate
from hmi.gui.widgets.values import FactList, Indicator

MOST_INDICATORS = 3


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
        count = len(view.indicators[:MOST_INDICATORS])
        self._shown = view.indicators[: max(1, count - 1) if compact and count < MOST_INDICATORS else count]
        self.weight = 10 * max(2, len(self._shown))
        self._indicators = [Indicator(parent=self) for _ in self._shown]
        row = QHBoxLayout()
        row.setSpacing(14)
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_clickable(True)
            for signal in (indicator.clicked, indicator.trend_wanted):
                signal.connect(lambda path=tag.path: self.go.emit("trends", Target(tags=(path,))))
            row.addWidget(indicator, 1)
        self.content.addLayout(row, 1)
        self._facts: FactList | None = None
        if view.facts and not compact:
            self._facts = FactList(parent=self)
            self.content.addSpacing(8)
            self.content.addWidget(self._facts)
        self.setMinimumHeight(170 if compact else 240)
        self._watched = frozenset([tag.path for tag in self._shown] + [tag.path for tag in view.facts[:3]])

    def history_paths(self) -> list[str]:
        """Tags whose last hour is shown."""
        return [tag.path for tag in self._shown]

    def take(self, paths: frozenset[str]) -> None:
        """Repaints what changed."""
        if not self._watched & paths:
            return
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            if tag.path in paths:
                indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history))
        if self._facts is not None:
            self._facts.set_state(unit_facts(self._bridge, self._view))

    def refresh(self) -> None:
        """Shows what is known now."""
        for indicator, tag in zip(self._indicators, self._shown, strict=True):
            indicator.set_state(indicator_state(self._bridge, self._plant, tag, self._history))
        if self._facts is not None:
            self._facts.set_state(unit_facts(self._bridge, self._view))
        self.set_right(*unit_title(self._bridge, self._view))
