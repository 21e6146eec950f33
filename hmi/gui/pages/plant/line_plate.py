"""The plates of a line: figure, strip and production; states; losses."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from hmi.facade.data import OeeItem
from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Target
from hmi.gui.pages.plant.builders import buffer_state, tile_state
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.losses import oee_figure, pareto, timeline_row, total_loss
from hmi.gui.pages.plant.oee_feed import OeeFeed
from hmi.gui.pages.plant.production import count_state, shift_word
from hmi.gui.pages.plant.strip import LineStrip
from hmi.gui.pages.plant.views import LineView
from hmi.gui.widgets.charts import ParetoBars, StateTimeline, TimelineLegend
from hmi.gui.widgets.figures import clock, figure
from hmi.gui.widgets.glances import CountFigure, OeeFigure
from hmi.gui.widgets.plate import Plate, Rule
from hmi.gui.widgets.structs import TimelineState

translate = QCoreApplication.translate

LEGEND = ("run", "minor", "breakdown", "internal", "ext", "setup", "planned", "unknown")


def make_strip(line: LineView) -> LineStrip:
    """An empty strip for a line."""
    return LineStrip(len(line.machines), tuple(buffer.after for buffer in line.buffers))


def show_strip(
    strip: LineStrip, bridge: Bridge, line: LineView, history: HistoryFeed, oee: OeeFeed, *, quick: bool = False
) -> None:
    """Fills a strip with what is known now; quick: values only, the histories shown stay."""
    name, constraint = line.line.name, line.line.constraint
    start = oee.range_us[0]
    tiles = []
    for view, tile in zip(line.machines, strip.tiles, strict=True):
        machine = view.machine.name
        item = oee.machine_item(name, machine, constraint)
        known = tile.state.spark if quick else None
        tiles.append(tile_state(bridge, view, history, oee.spans(name, machine), item, start, known))
    strip.show_states(tiles, [buffer_state(bridge, view, history) for view in line.buffers])


def scrolled(strip: LineStrip) -> QScrollArea:
    """The strip in a place that scrolls sideways when the machines do not fit."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumWidth(200)
    area.setWidget(strip)
    area.viewport().setAutoFillBackground(False)
    strip.setAutoFillBackground(False)
    return area


class LinePlate(Plate):
    """OEE figure, strip and production of one line."""

    go = Signal(str, object)

    def __init__(
        self,
        bridge: Bridge,
        line: LineView,
        history: HistoryFeed,
        oee: OeeFeed,
        compact: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent, sideways=True)
        self._bridge, self._line, self._history, self._oee, self._compact = bridge, line, history, oee, compact
        self.setAccessibleName(line.title)
        self.setMinimumHeight(264 if compact else 300)
        self.setMaximumHeight(430)
        self._figure = OeeFigure(parent=self)
        self._figure.set_compact(compact)
        self._figure.set_clickable(True)
        self._figure.clicked.connect(lambda: self.go.emit("oee", Target()))
        self._strip = make_strip(line)
        self._strip.set_compact(compact)
        self._strip.tile_clicked.connect(self._open_machine)
        self._strip.trend_wanted.connect(self._trend_machine)
        self._strip.buffer_clicked.connect(self._trend_buffer)
        has_figures = any(machine.rules is not None for machine in line.machines) or line.line.oee is not None
        self._count: CountFigure | None = None
        self.set_margins(0, 0)
        if has_figures:
            self.content.addWidget(self._figure)
            self.content.addSpacing(14)
            self.content.addWidget(Rule(self))
        self.content.addSpacing(14 if has_figures else 0)
        area = scrolled(self._strip)
        area.setContentsMargins(0, 12, 0, 12)
        area.setViewportMargins(0, 10, 0, 10)
        self.content.addWidget(area, 1)
        if has_figures and not compact:
            self._count = CountFigure(parent=self)
            self.content.addSpacing(14)
            self.content.addWidget(Rule(self))
            self.content.addSpacing(12)
            self.content.addWidget(self._count)
        self._figure.setVisible(has_figures)
        self._watched = frozenset(self._tag_paths())

    def history_paths(self) -> list[str]:
        """Tags whose last hour is shown."""
        paths = [machine.speed_tag for machine in self._line.machines]
        return paths + [buffer.tag.path for buffer in self._line.buffers]

    def _tag_paths(self) -> list[str]:
        found = self.history_paths()
        for machine in self._line.machines:
            found += [machine.state_tag, machine.setpoint_tag, machine.total_tag, machine.reject_tag]
        return found

    def take(self, paths: frozenset[str]) -> None:
        """Repaints if one of the shown tags changed."""
        if self._watched & paths:
            show_strip(self._strip, self._bridge, self._line, self._history, self._oee, quick=True)

    def refresh(self) -> None:
        """Shows what is known now."""
        self._show_strip()
        item = self._item()
        zone = self._bridge.plant.timezone
        title = self._line.title
        constraint = next((machine for machine in self._line.machines if machine.is_constraint), None)
        subtitle = self.tr("OEE, %1").replace("%1", shift_word(item)) if item is not None else self.tr("OEE")
        if constraint is not None and not self._compact:
            subtitle = self.tr("OEE this shift, at %1").replace("%1", constraint.title)
        if item is not None and 0 < item.shift_to_us < self._bridge.now_us:
            ended = clock(item.shift_to_us, zone, seconds=False)
            subtitle = self.tr("OEE, %1, ended %2").replace("%1", shift_word(item)).replace("%2", ended)
        self._figure.set_state(oee_figure(title, subtitle, item, zone, self._oee.error))
        if self._count is not None:
            self._count.set_state(count_state(self._bridge, self._line, item))

    def _item(self) -> OeeItem | None:
        return self._oee.item(self._line.line.name, self._line.line.constraint)

    def _show_strip(self) -> None:
        show_strip(self._strip, self._bridge, self._line, self._history, self._oee)

    def _open_machine(self, number: int) -> None:
        self.go.emit("line", Target(machine=self._line.machines[number].machine.path))

    def _trend_machine(self, number: int) -> None:
        self.go.emit("trends", Target(tags=(self._line.machines[number].speed_tag,)))

    def _trend_buffer(self, number: int) -> None:
        self.go.emit("trends", Target(tags=(self._line.buffers[number].tag.path,)))


class StatePlate(Plate):
    """State timeline of a line's machines over the shift."""

    time_wanted = Signal(object)

    def __init__(self, bridge: Bridge, line: LineView, oee: OeeFeed, parent: QWidget | None = None) -> None:
        super().__init__(translate("StatePlate", "Machine states"), parent=parent)
        self._bridge, self._line, self._oee = bridge, line, oee
        self._heading = self.tr("Machine states")
        self.set_title(self._heading)
        self.setMinimumHeight(120)
        self.setMaximumHeight(110 + 52 * max(3, len(line.machines)))
        legend = TimelineLegend(LEGEND, self)
        self.tools.addWidget(legend)
        self._timeline = StateTimeline(parent=self)
        self._timeline.time_wanted.connect(self.time_wanted)
        self.content.addWidget(self._timeline, 1)

    def refresh(self) -> None:
        """Shows what is known now."""
        start, end = self._oee.range_us
        now, zone = self._bridge.now_us, self._bridge.plant.timezone
        if end <= start:
            return
        name = self._line.line.name
        rows = tuple(
            timeline_row(view.title, self._oee.spans(name, view.machine.name), min(now, end), start)
            for view in self._line.machines
            if view.rules is not None
        )
        self._timeline.set_state(TimelineState(rows, start, end, now, zone))
        words = f"{clock(start, zone, seconds=False)} – {clock(end, zone, seconds=False)}"
        self.set_title(self._heading, words)


class LossPlate(Plate):
    """Losses of a line over the shift, largest first."""

    def __init__(
        self, bridge: Bridge, line: LineView, oee: OeeFeed, compact: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(translate("LossPlate", "Losses"), parent=parent)
        self._bridge, self._line, self._oee = bridge, line, oee
        self._heading = self.tr("Losses") if compact else self.tr("Losses this shift")
        self.setFixedWidth(330 if compact else 440)
        self.setMaximumHeight(110 + 52 * max(3, len(line.machines)))
        self.set_title(self._heading)
        self._bars = ParetoBars(parent=self)
        self.content.addWidget(self._bars, 1)

    def refresh(self) -> None:
        """Shows what is known now."""
        constraint = self._line.line.constraint
        item = self._oee.item(self._line.line.name, constraint)
        spans = self._oee.spans(self._line.line.name, constraint)
        self._bars.set_state(pareto(item, spans, self._bridge.now_us))
        if item is not None:
            lost, planned = total_loss(item)
            words = (
                self.tr("%1 min of %2")
                .replace("%1", figure(lost, 1))
                .replace("%2", figure(planned, 0 if planned >= 10 else 1))
            )
            self.set_title(self._heading, words)
