"""OEE: the figure of a line, where the time went, states, reasons and stops of a shift."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from hmi.facade.data import OeeItem, OeeQuery
from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.plant.line_plate import StatePlate
from hmi.gui.pages.plant.losses import is_doubtful, oee_figure, pareto, total_loss, waterfall
from hmi.gui.pages.plant.oee_feed import OeeFeed
from hmi.gui.pages.plant.production import count_unit, shift_word
from hmi.gui.pages.plant.stops import StopList, stop_rows
from hmi.gui.pages.plant.views import LineView, PlantView, derive
from hmi.gui.theme import current
from hmi.gui.widgets.charts import ParetoBars, Waterfall
from hmi.gui.widgets.empty import EmptyNotice
from hmi.gui.widgets.figures import clock, figure
from hmi.gui.widgets.glances import OeeFigure
from hmi.gui.widgets.plate import Plate
from hmi.gui.widgets.structs import FactState
from hmi.gui.widgets.values import FactList

_DAY_US = 86_400_000_000


class OeePage(Page):
    """Figures of one line over the running shift, the last one, or the last 24 hours."""

    manual_page = "oee"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._view = PlantView((), (), {})
        self._feed = OeeFeed(bridge, self)
        self._chosen = 0
        self._time = 0
        self._in_points = False
        self._open = False
        self._body: QWidget | None = None
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        bridge.plant_changed.connect(self._build)
        self._feed.changed.connect(self._refresh)
        self._build()

    def set_compact(self, compact: bool) -> None:
        if compact != self.compact:
            super().set_compact(compact)
            self._build()

    def opened(self) -> None:
        self._open = True
        self._feed.start()
        self._refresh()

    def closed(self) -> None:
        self._open = False
        self._feed.stop()

    def is_settled(self) -> bool:
        return self._feed.is_settled

    def show_target(self, target: Target) -> None:
        for index, line in enumerate(self._view.lines):
            if target.machine and any(view.machine.path == target.machine for view in line.machines):
                self._choose(index)

    def regions(self) -> list[QWidget]:
        if not self._view.lines:
            return [self]
        return [self._head, self._where, self._states, self._reasons, self._stops_plate]

    def _line(self) -> LineView:
        return self._view.lines[min(self._chosen, len(self._view.lines) - 1)]

    def _choose(self, index: int) -> None:
        if index != self._chosen and 0 <= index < len(self._view.lines):
            self._chosen = index
            self._build()

    def _build(self) -> None:
        view = derive(self.bridge.plant)
        measured = tuple(line for line in view.lines if line.line.oee or any(m.rules for m in line.machines))
        self._view = PlantView(measured, (), {})
        tokens = current().tokens
        page = int(tokens.compact["page"] if self.compact else tokens.space["page"])
        gap = int(tokens.compact["gap"] if self.compact else tokens.space["gap"])
        if self._body is not None:
            self._outer.removeWidget(self._body)
            self._body.deleteLater()
        self._body = QWidget(self)
        layout = QVBoxLayout(self._body)
        layout.setContentsMargins(page, page, page, page)
        layout.setSpacing(gap)
        self._outer.addWidget(self._body)
        if not measured:
            reason = self.tr("No line has OEE rules; add them to a line or machine in plant.yaml.")
            layout.addWidget(EmptyNotice(self.tr("No OEE figures"), reason), 1)
            return
        top = QHBoxLayout()
        top.setSpacing(gap)
        top.addWidget(self._make_head())
        top.addWidget(self._make_where(), 1)
        layout.addLayout(top, 40)
        middle = QHBoxLayout()
        middle.setSpacing(gap)
        self._states = StatePlate(self.bridge, self._line(), self._feed, self._body)
        self._states.time_wanted.connect(lambda t_us: self.go.emit("trends", Target(at_us=t_us)))
        middle.addWidget(self._states, 1)
        middle.addWidget(self._make_reasons())
        layout.addLayout(middle, 25)
        layout.addWidget(self._make_stops(), 28)
        self._refresh()

    def _make_head(self) -> Plate:
        self._head = Plate(parent=self._body)
        self._head.set_margins(0, 8)
        self._head.setAccessibleName(self._line().title)
        self._head.setFixedWidth(290 if self.compact else 360)
        self._figure = OeeFigure(parent=self._head)
        self._figure.set_compact(self.compact)
        self._figure.setMinimumWidth(250 if self.compact else 330)
        self._head.content.addWidget(self._figure, 1)
        self._facts = FactList(row=28.0, parent=self._head)
        self._head.content.addWidget(self._facts)
        return self._head

    def _make_where(self) -> Plate:
        self._where = Plate(self.tr("Where the time went"), parent=self._body, title_height=48)
        self._where.setMinimumHeight(260)
        if len(self._view.lines) > 1:
            chooser = QComboBox(self._where)
            chooser.addItems([line.title for line in self._view.lines])
            chooser.setCurrentIndex(self._chosen)
            chooser.currentIndexChanged.connect(self._choose)
            chooser.setAccessibleName(self.tr("Line"))
            self._where.tools.addWidget(chooser)
        times = (self.tr("Shift"), self.tr("Last shift"), self.tr("24 h"))
        self._segment(times, self._time, self._set_time)
        self._segment((self.tr("Minutes"), self.tr("Points")), int(self._in_points), self._set_points)
        self._fall = Waterfall(parent=self._where)
        self._where.content.addWidget(self._fall, 1)
        self._missing = EmptyNotice(
            self.tr("No figures for this time"), self.tr("No shift was planned or nothing is known.")
        )
        self._missing.setParent(self._where)
        self._where.content.addWidget(self._missing, 1)
        self._missing.hide()
        return self._where

    def _segment(self, texts: tuple[str, ...], chosen: int, changed: object) -> None:
        group = QButtonGroup(self._where)
        row = QHBoxLayout()
        row.setSpacing(0)
        for index, text in enumerate(texts):
            button = QPushButton(text, self._where)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setProperty("place", "first" if index == 0 else "last" if index == len(texts) - 1 else "middle")
            button.setChecked(index == chosen)
            group.addButton(button, index)
            row.addWidget(button)
        group.idClicked.connect(changed)
        self._where.tools.addSpacing(6)
        self._where.tools.addLayout(row)

    def _make_reasons(self) -> Plate:
        self._reasons = Plate(self.tr("Losses"), parent=self._body)
        self._reasons.setFixedWidth(360 if self.compact else 560)
        self._reasons.setMinimumHeight(130)
        self._bars = ParetoBars(parent=self._reasons)
        self._reasons.content.addWidget(self._bars, 1)
        return self._reasons

    def _make_stops(self) -> Plate:
        self._stops_plate = Plate(self.tr("Stops"), parent=self._body)
        self._stops_plate.set_title(self.tr("Stops"), self.tr("newest first, minor stops left out"))
        self._stops_plate.setMinimumHeight(110)
        self._stops = StopList(self._stops_plate)
        self._stops.time_wanted.connect(lambda t_us: self.go.emit("trends", Target(at_us=t_us)))
        self._stops_plate.content.addWidget(self._stops, 1)
        return self._stops_plate

    def _set_time(self, index: int) -> None:
        self._time = index
        now = self.bridge.now_us
        queries = (OeeQuery(), OeeQuery(shift="last"), OeeQuery(from_us=now - _DAY_US, to_us=now))
        self._feed.ask_for(queries[index])

    def _set_points(self, index: int) -> None:
        self._in_points = index == 1
        self._refresh()

    def _refresh(self) -> None:
        if not self._open or not self._view.lines:
            return
        line = self._line()
        item = self._feed.item(line.line.name, line.line.constraint)
        constraint = line.line.constraint or (line.machines[0].machine.name if line.machines else "")
        spans = self._feed.spans(line.line.name, constraint)
        now = self.bridge.now_us
        zone = self.bridge.plant.timezone
        self._figure.set_state(oee_figure(line.title, self._subtitle(item, zone), item, zone, self._feed.error))
        self._facts.set_state(self._fact_rows(line, item))
        fall = waterfall(item, spans, now, self._in_points)
        self._fall.set_state(fall)
        self._fall.setVisible(bool(fall.bars))
        self._missing.setVisible(not fall.bars and self._feed.is_settled)
        self._bars.set_state(pareto(item, spans, now))
        self._states.refresh()
        names = {view.machine.name: view.title for view in line.machines}
        every = [span for name in names for span in self._feed.spans(line.line.name, name)]
        self._stops.set_rows(stop_rows(every, names, constraint, zone, now))
        if item is not None:
            lost, planned = total_loss(item)
            self._reasons.set_title(
                self.tr("Losses"),
                self.tr("%1 min of %2")
                .replace("%1", figure(lost, 1))
                .replace("%2", figure(planned, 0 if planned >= 10 else 1)),
            )
            if planned > 0:
                words = self.tr("minutes; 1 point of OEE = %1 min").replace("%1", figure(planned / 100, 2))
                self._where.set_title(
                    self.tr("Where the time went"), self.tr("points of OEE") if self._in_points else words
                )

    def _subtitle(self, item: OeeItem | None, zone: str) -> str:
        if item is None:
            return ""
        start, end = clock(item.from_us, zone, seconds=False), clock(item.to_us, zone, seconds=False)
        running = item.to_us >= self.bridge.now_us - 120_000_000
        until = self.tr("now") if running else end
        words = f"{start} – {until}"
        shift = shift_word(item)
        return f"{shift}, {words}" if shift else words

    def _fact_rows(self, line: LineView, item: OeeItem | None) -> tuple[FactState, ...]:
        if item is None:
            return ()
        good, total = item.counts.get("good"), item.counts.get("total")
        rows = []
        if good is not None and total is not None:
            words = self.tr("%1 of %2").replace("%1", figure(good, 0)).replace("%2", figure(total, 0))
            rows.append(FactState(self.tr("Good / total, %1").replace("%1", count_unit(self.bridge, line)), words))
        if item.ideal_rate_per_s > 0:
            rate = f"{figure(item.ideal_rate_per_s * 60, 0)} /min"
            rows.append(FactState(self.tr("Ideal rate"), rate))
        coverage = self.tr("n/a") if item.coverage is None else f"{figure(100 * item.coverage, 1)} %"
        rows.append(FactState(self.tr("Observed"), coverage, dim=is_doubtful(item)))
        if item.oee_if_unknown_down is not None and item.coverage is not None and item.coverage < 0.9995:
            low, high = item.oee_if_unknown_down, item.oee_if_unknown_run
            if high is not None:
                words = f"{figure(100 * low, 1)} – {figure(100 * high, 1)} %"
                rows.append(FactState(self.tr("Unknown as down – run"), words))
        if item.teep is not None:
            rows.append(FactState(self.tr("TEEP"), f"{figure(100 * item.teep, 1)} %"))
        for key, label in (("in_gap", self.tr("Counted during gaps")), ("quarantined", self.tr("Quarantined"))):
            if item.counts.get(key):
                rows.append(FactState(label, figure(item.counts[key], 0)))
        return tuple(rows[: 1 if self.compact else 6])
