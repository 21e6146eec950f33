"""The speeds of all machines of a line over the last hour in one plot."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from hmi.gui.bridge import Bridge, TagQuality
from hmi.gui.pages.page import Target
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.views import LineView, MachineView
from hmi.gui.plots.legend import LegendEntry, PenLegend
from hmi.gui.plots.pane import TrendPane
from hmi.gui.plots.scales import fit
from hmi.gui.plots.structs import GapSpan, PaneState, PenState, TrendState
from hmi.gui.shown import quality_word
from hmi.gui.widgets.figures import figure
from hmi.gui.widgets.plate import Plate


class SpeedPlate(Plate):
    """One pane; only machines whose speed has the unit of the first one."""

    go = Signal(str, object)

    def __init__(self, bridge: Bridge, line: LineView, history: HistoryFeed, parent: QWidget | None = None) -> None:
        super().__init__(" ", parent=parent)
        self._bridge, self._line, self._history = bridge, line, history
        self._heading = self.tr("Speed")
        self.set_title(self._heading)
        self._legend = PenLegend(self)
        self.tools.addWidget(self._legend)
        self._pane = TrendPane(self)
        self._pane.interactive = False
        self._pane.setToolTip(self.tr("Double-click or T opens these speeds on Trends"))
        self.content.addWidget(self._pane, 1)
        self._views = [view for view in line.machines if self._unit(view) == self._unit_of_line()]
        self.setMinimumHeight(150)

    def history_paths(self) -> list[str]:
        """Tags whose last hour is shown."""
        found = [view.speed_tag for view in self._views]
        return found + [view.setpoint_tag for view in self._views if view.setpoint_tag and view.is_constraint]

    def _unit(self, view: MachineView) -> str | None:
        definition = self._bridge.definition(view.speed_tag) if view.speed_tag else None
        return definition.unit if definition is not None else None

    def _unit_of_line(self) -> str:
        return next((unit for view in self._line.machines if (unit := self._unit(view)) is not None), "")

    def refresh(self) -> None:
        """Shows the last hour as it is known now."""
        start, now = self._history.span()
        if now <= 0:
            return
        pens, entries, gaps = [], [], []
        for number, view in enumerate(self._views):
            t_us, value = self._history.series(view.speed_tag)
            tag = self._bridge.tag(view.speed_tag)
            live = tag is not None and tag.quality in (TagQuality.GOOD, TagQuality.UNCERTAIN)
            pens.append(PenState(view.title, number, t_us, value, live=live))
            if tag is not None and live and isinstance(tag.value, int | float):
                words = f"{view.title} {figure(float(tag.value), tag.definition.decimals)}"
            else:
                words = f"{view.title}, {quality_word(tag)}" if tag is not None else view.title
            entries.append(LegendEntry(number, words))
            for begin, end, cause in self._history.gaps(view.speed_tag):
                gaps.append(GapSpan(begin, end, cause))
        setpoint = self._setpoint()
        lows, highs = [0.0], []
        if setpoint is not None and len(setpoint.value):
            highs.append(float(setpoint.value.max()))
        low, high = fit(pens, extra=[*lows, *highs])
        pane = PaneState("", low, high * 1.08 if high > 0 else high, tuple(pens), setpoint=setpoint, gaps=tuple(gaps))
        zone = self._bridge.plant.timezone
        self._pane.set_state(TrendState((pane,), start, now, now, zone))
        self._legend.set_entries(tuple(entries))
        unit = self._unit_of_line()
        words = self.tr("%1, last 60 min").replace("%1", unit) if unit else self.tr("last 60 min")
        self.set_title(self._heading, words)

    def _setpoint(self) -> PenState | None:
        view = next((view for view in self._views if view.is_constraint and view.setpoint_tag), None)
        if view is None:
            return None
        t_us, value = self._history.series(view.setpoint_tag)
        return PenState(self.tr("Setpoint"), 0, t_us, value, stepped=True, live=False) if len(t_us) else None

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.go.emit("trends", Target(tags=tuple(view.speed_tag for view in self._views)))
