"""Overview: every line with its figure, its machines in flow order, states and losses; every unit with its values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.line_plate import LinePlate, LossPlate, StatePlate
from hmi.gui.pages.plant.oee_feed import OeeFeed
from hmi.gui.pages.plant.unit_plate import UnitPlate, UnitRow
from hmi.gui.pages.plant.views import PlantView, derive
from hmi.gui.theme import current
from hmi.gui.widgets.empty import EmptyNotice

_SLOW_TICKS = 10
_UNITS_A_ROW = 4


class OverviewPage(Page):
    """The whole plant at a glance (L1). No commands here."""

    manual_page = "window"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._view = PlantView((), (), {})
        self._history = HistoryFeed(bridge, self)
        self._oee = OeeFeed(bridge, self, with_machines=True)
        self._lines: list[LinePlate] = []
        self._states: list[StatePlate] = []
        self._losses: list[LossPlate] = []
        self._units: list[UnitPlate] = []
        self._ticks = 0
        self._open = False
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        bridge.plant_changed.connect(self._build)
        bridge.tags_changed.connect(self._on_tags)
        bridge.alarms_changed.connect(self._refresh)
        bridge.devices_changed.connect(self._refresh_soon)
        bridge.ticked.connect(self._tick)
        self._history.changed.connect(self._refresh)
        self._oee.changed.connect(self._refresh)
        self._build()

    def set_compact(self, compact: bool) -> None:
        if compact != self.compact:
            super().set_compact(compact)
            self._build()

    def opened(self) -> None:
        self._open = True
        self._history.start()
        self._oee.start()
        self._refresh()

    def closed(self) -> None:
        self._open = False
        self._history.stop()
        self._oee.stop()

    def is_settled(self) -> bool:
        return self._history.is_settled and self._oee.is_settled

    def regions(self) -> list[QWidget]:
        return [*self._lines, *self._states, *self._losses, *self._units] or [self]

    def _build(self) -> None:
        self._view = derive(self.bridge.plant)
        tokens = current().tokens
        page = int(tokens.compact["page"] if self.compact else tokens.space["page"])
        gap = int(tokens.compact["gap"] if self.compact else tokens.space["gap"])
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(page, page, page, page)
        layout.setSpacing(gap)
        self._lines, self._states, self._losses, self._units = [], [], [], []
        shares = (28, 18, 20) if self.compact else (34, 23, 34)
        for line in self._view.lines:
            plate = LinePlate(self.bridge, line, self._history, self._oee, self.compact)
            plate.go.connect(self.go)
            layout.addWidget(plate, shares[0])
            self._lines.append(plate)
            row = QHBoxLayout()
            row.setSpacing(gap)
            states = StatePlate(self.bridge, line, self._oee)
            losses = LossPlate(self.bridge, line, self._oee, self.compact)
            states.time_wanted.connect(self._show_time)
            row.addWidget(states, 1)
            row.addWidget(losses)
            layout.addLayout(row, shares[1])
            self._states.append(states)
            self._losses.append(losses)
        if self._view.units:
            for units in self._unit_rows(gap):
                layout.addWidget(units, shares[2])
        layout.addStretch(0)
        if not self._view.lines and not self._view.units:
            layout.addWidget(self._nothing(), 1)
        self._history.watch(self._paths())
        old = self._scroll.takeWidget()
        if old is not None:
            old.deleteLater()
        self._scroll.setWidget(body)
        self._refresh()

    def _unit_rows(self, gap: int) -> list[UnitRow]:
        """Units in rows of four."""
        for unit in self._view.units:
            plate = UnitPlate(self.bridge, self._view, unit, self._history, self.compact)
            plate.go.connect(self.go)
            self._units.append(plate)
        rows = [self._units[start : start + _UNITS_A_ROW] for start in range(0, len(self._units), _UNITS_A_ROW)]
        return [UnitRow(row, gap) for row in rows]

    def _nothing(self) -> QWidget:
        return EmptyNotice(
            self.tr("No lines and no measured units"),
            self.tr("The configuration names neither a line with machines nor a tag with a normal range.")
            if self.bridge.plant.name
            else self.tr("The station has not told its configuration yet."),
        )

    def _paths(self) -> list[str]:
        found = [path for plate in self._lines for path in plate.history_paths()]
        return found + [path for plate in self._units for path in plate.history_paths()]

    def _on_tags(self, paths: frozenset[str]) -> None:
        if not self._open:
            return
        for plate in self._lines:
            plate.take(paths)
        for unit in self._units:
            unit.take(paths)

    def _refresh_soon(self) -> None:
        self._ticks = _SLOW_TICKS

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks >= _SLOW_TICKS:
            self._refresh()

    def _refresh(self) -> None:
        self._ticks = 0
        if not self._open:
            return
        plates: list[LinePlate | StatePlate | LossPlate | UnitPlate]
        plates = [*self._lines, *self._states, *self._losses, *self._units]
        for plate in plates:
            plate.refresh()

    def _show_time(self, t_us: int) -> None:
        self.go.emit("trends", Target(at_us=t_us))
