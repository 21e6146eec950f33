"""The small trend of a detail pane: one tag, its last minutes, normal range and limits on one scale."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.plots.pane import TrendPane
from hmi.gui.plots.scales import fit
from hmi.gui.plots.structs import GapSpan, LimitLine, PaneState, PenState, TrendState
from hmi.model.alarms import AlarmType
from hmi.model.equipment import Plant

MINUTE_US = 60_000_000
_LIMIT_NAMES = {AlarmType.HIHI: "HiHi", AlarmType.HI: "Hi", AlarmType.LO: "Lo", AlarmType.LOLO: "LoLo"}


def limits_of(plant: Plant, path: str) -> tuple[LimitLine, ...]:
    """The fixed limits of the alarms on a tag, with their names."""
    return tuple(
        LimitLine(_LIMIT_NAMES[alarm.type], float(alarm.limit))
        for alarm in plant.alarms
        if alarm.tag == path and alarm.type in _LIMIT_NAMES and isinstance(alarm.limit, int | float)
    )


class MiniTrend(QWidget):
    """Follows one tag while it is visible; an unknown tag or one without history shows an empty chart."""

    def __init__(self, bridge: Bridge, minutes: int = 30) -> None:
        super().__init__()
        from PySide6.QtWidgets import QVBoxLayout

        self._bridge = bridge
        self._path = ""
        self._feed = HistoryFeed(bridge, self, minutes * MINUTE_US)
        self._feed.changed.connect(self._draw)
        bridge.ticked.connect(self._tick)
        self._beat = 0
        self.pane = TrendPane()
        self.pane.interactive = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pane)

    @property
    def is_settled(self) -> bool:
        """True when no history is on its way."""
        return self._feed.is_settled

    def follow(self, path: str) -> None:
        """Shows another tag; empty = none."""
        if path == self._path:
            return
        self._path = path
        self._feed.watch([path] if path else [])
        self._feed.start()
        self._draw()

    def _tick(self) -> None:
        self._beat = (self._beat + 1) % 10
        if self._beat == 0 and self.isVisible():
            self._draw()

    def _draw(self) -> None:
        definition = self._bridge.definition(self._path)
        start, end = self._feed.span()
        if definition is None or end <= 0:
            self.pane.set_state(TrendState(from_us=start, to_us=max(start + 1, end)))
            return
        t_us, value = self._feed.series(self._path)
        pen = PenState(definition.path, 0, t_us, value, definition.unit, definition.decimals, definition.is_stepped)
        limits = limits_of(self._bridge.plant, self._path)
        extra = [line.value for line in limits]
        extra += [bound for bound in (definition.normal_low, definition.normal_high) if bound is not None]
        low, high = fit([pen], extra=extra)
        if not definition.is_stepped:
            margin = 0.06 * (high - low)
            low, high = low - margin, high + margin
        gaps = tuple(GapSpan(a, b, "") for a, b, _cause in self._feed.gaps(self._path))
        pane = PaneState("", low, high, (pen,), definition.normal_low, definition.normal_high, limits, gaps=gaps)
        zone = self._bridge.plant.timezone
        self.pane.set_state(TrendState((pane,), start, end, zone=zone))
