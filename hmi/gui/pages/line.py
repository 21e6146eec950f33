"""Line: one line's machines in flow order, their values, their speeds and what happened."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.facade.data import JournalItem
from hmi.facade.data import Page as Slice
from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.plant.events import EventList, line_events
from hmi.gui.pages.plant.histories import HistoryFeed
from hmi.gui.pages.plant.line_plate import LossPlate, StatePlate, make_strip, scrolled, show_strip
from hmi.gui.pages.plant.losses import is_doubtful
from hmi.gui.pages.plant.machine_group import GroupRow, MachineGroup
from hmi.gui.pages.plant.oee_feed import OeeFeed
from hmi.gui.pages.plant.production import shift_word, target_counts
from hmi.gui.pages.plant.speed_plate import SpeedPlate
from hmi.gui.pages.plant.stops import StopList, stop_rows
from hmi.gui.pages.plant.views import LineView, PlantView, derive
from hmi.gui.theme import current
from hmi.gui.widgets.empty import EmptyNotice
from hmi.gui.widgets.figures import figure, signed
from hmi.gui.widgets.plate import Plate

_SLOW_TICKS = 10
_EVENTS_US = 8 * 3_600_000_000
LEAST_HEIGHT_WITH_PAST = 660
"""Below this page height the plates of the last hour would squeeze the values; 1366 x 768 has 684."""


class LinePage(Page):
    """One line (L2) in two views: Work and States."""

    manual_page = "window"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self._view = PlantView((), (), {})
        self._history = HistoryFeed(bridge, self)
        self._oee = OeeFeed(bridge, self, with_machines=True)
        self._chosen = 0
        self._show_states = False
        self._journal: list[JournalItem] = []
        self._journal_open = False
        self._open = False
        self._ticks = 0
        self._body: QWidget | None = None
        self._past: QWidget | None = None
        self._groups: list[MachineGroup] = []
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        bridge.plant_changed.connect(self._build)
        bridge.tags_changed.connect(self._on_tags)
        bridge.alarms_changed.connect(self._on_alarms)
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
        self._ask_journal()
        self._refresh()

    def closed(self) -> None:
        self._open = False
        self._history.stop()
        self._oee.stop()

    def is_settled(self) -> bool:
        return self._history.is_settled and self._oee.is_settled and not self._journal_open

    def show_target(self, target: Target) -> None:
        for index, line in enumerate(self._view.lines):
            for number, view in enumerate(line.machines):
                if target.machine == view.machine.path or any(tag.startswith(view.machine.path) for tag in target.tags):
                    self._choose(index)
                    self._strip.tiles[number].setFocus(Qt.FocusReason.ShortcutFocusReason)
                    return

    def regions(self) -> list[QWidget]:
        if not self._view.lines:
            return [self]
        return [self._head, *self._groups, self._speed, self._events]

    def _line(self) -> LineView:
        return self._view.lines[min(self._chosen, len(self._view.lines) - 1)]

    def _choose(self, index: int) -> None:
        if index != self._chosen and 0 <= index < len(self._view.lines):
            self._chosen = index
            self._build()

    def _build(self) -> None:
        self._view = derive(self.bridge.plant)
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
        self._groups = []
        self._past = None
        if not self._view.lines:
            reason = self.tr("The configuration names no line; add lines and machines to plant.yaml.")
            layout.addWidget(EmptyNotice(self.tr("No lines"), reason), 1)
            self._history.watch(())
            return
        layout.addWidget(self._make_head(), 35)
        self._lower = QStackedWidget(self._body)
        self._lower.addWidget(self._make_work(gap))
        self._lower.addWidget(self._make_states(gap))
        self._lower.setCurrentIndex(1 if self._show_states else 0)
        layout.addWidget(self._lower, 60)
        paths = [*self._speed.history_paths(), *(b.tag.path for b in self._line().buffers)]
        paths += [view.speed_tag for view in self._line().machines]
        for group in self._groups:
            paths += group.history_paths()
        self._history.watch(paths)
        self._watched = frozenset(
            path
            for view in self._line().machines
            for path in (view.speed_tag, view.state_tag, view.setpoint_tag, view.total_tag, view.reject_tag)
        ) | frozenset(buffer.tag.path for buffer in self._line().buffers)
        self._refresh()

    def _make_head(self) -> Plate:
        line = self._line()
        self._head = Plate(line.title, parent=self._body, title_height=38)
        self._head.setMinimumHeight(292 if self.compact else 320)
        self._head.setMaximumHeight(450)
        self._figures = QLabel(self._head)
        self._figures.setTextFormat(Qt.TextFormat.RichText)
        self._head.tools.addWidget(self._figures)
        if len(self._view.lines) > 1:
            chooser = QComboBox(self._head)
            chooser.addItems([known.title for known in self._view.lines])
            chooser.setCurrentIndex(self._chosen)
            chooser.currentIndexChanged.connect(self._choose)
            chooser.setAccessibleName(self.tr("Line"))
            self._head.tools.addWidget(chooser)
        views = QButtonGroup(self._head)
        row = QHBoxLayout()
        row.setSpacing(0)
        for index, text in enumerate((self.tr("Work"), self.tr("States"))):
            button = QPushButton(text, self._head)
            button.setCheckable(True)
            button.setProperty("kind", "segment")
            button.setProperty("place", "last" if index else "first")
            button.setChecked(index == int(self._show_states))
            views.addButton(button, index)
            row.addWidget(button)
        views.idClicked.connect(self._switch)
        self._head.tools.addSpacing(6)
        self._head.tools.addLayout(row)
        self._strip = make_strip(line)
        self._strip.set_compact(self.compact)
        self._strip.tile_clicked.connect(self._trend_machine)
        self._strip.trend_wanted.connect(self._trend_machine)
        self._strip.buffer_clicked.connect(self._trend_buffer)
        self._head.content.addSpacing(6)
        self._head.content.addWidget(scrolled(self._strip), 1)
        return self._head

    def _make_work(self, gap: int) -> QWidget:
        line = self._line()
        work = QWidget(self._body)
        layout = QVBoxLayout(work)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap)
        if any(view.indicators for view in line.machines):
            plate = Plate(parent=work)
            plate.set_margins(0, 6)
            plate.setMaximumHeight(270)
            for view in line.machines:
                group = MachineGroup(self.bridge, self._view, view, self._history, plate)
                group.go.connect(self.go)
                self._groups.append(group)
            plate.content.addWidget(GroupRow(self._groups, self._strip, plate), 1)
            layout.addWidget(plate, 24)
        self._past = QWidget(work)
        row = QHBoxLayout(self._past)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        self._speed = SpeedPlate(self.bridge, line, self._history, work)
        self._speed.go.connect(self.go)
        row.addWidget(self._speed, 1)
        events = Plate(self.tr("Events"), parent=work)
        events.set_title(self.tr("Events"), self.tr("%1, newest first").replace("%1", line.title))
        events.set_right(self.tr("8 h"))
        events.setFixedWidth(360 if self.compact else 508)
        self._events = EventList(events)
        events.content.addWidget(self._events, 1)
        row.addWidget(events)
        layout.addWidget(self._past, 33)
        self._give_way()
        return work

    def _give_way(self) -> None:
        """On a low screen the last hour gives way before any value does (design: drop history, never a value)."""
        if self._past is not None:
            self._past.setVisible(not self._groups or self.height() >= LEAST_HEIGHT_WITH_PAST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    def _make_states(self, gap: int) -> QWidget:
        line = self._line()
        states = QWidget(self._body)
        whole = QVBoxLayout(states)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(gap)
        layout = QHBoxLayout()
        layout.setSpacing(gap)
        whole.addLayout(layout, 27)
        self._timeline = StatePlate(self.bridge, line, self._oee, states)
        self._timeline.time_wanted.connect(lambda t_us: self.go.emit("trends", Target(at_us=t_us)))
        self._losses = LossPlate(self.bridge, line, self._oee, self.compact, states)
        layout.addWidget(self._timeline, 1)
        layout.addWidget(self._losses)
        plate = Plate(self.tr("Stops"), parent=states)
        plate.set_title(self.tr("Stops"), self.tr("newest first, minor stops left out"))
        self._stops = StopList(plate)
        self._stops.time_wanted.connect(lambda t_us: self.go.emit("trends", Target(at_us=t_us)))
        plate.content.addWidget(self._stops, 1)
        whole.addWidget(plate, 30)
        return states

    def _switch(self, index: int) -> None:
        self._show_states = index == 1
        self._lower.setCurrentIndex(index)
        self._refresh()

    def _on_tags(self, paths: frozenset[str]) -> None:
        if not self._open or not self._view.lines:
            return
        if self._watched & paths:
            show_strip(self._strip, self.bridge, self._line(), self._history, self._oee, quick=True)
        for group in self._groups:
            group.take(paths)

    def _on_alarms(self) -> None:
        if self._open:
            self._ask_journal()
            self._refresh()

    def _refresh_soon(self) -> None:
        self._ticks = _SLOW_TICKS

    def _tick(self) -> None:
        self._ticks += 1
        if self._ticks >= _SLOW_TICKS:
            self._refresh()

    def _refresh(self) -> None:
        self._ticks = 0
        if not self._open or not self._view.lines:
            return
        self._show_strip()
        self._show_figures()
        if self._show_states:
            self._timeline.refresh()
            self._losses.refresh()
            self._show_stops()
            return
        for group in self._groups:
            group.refresh()
        self._speed.refresh()
        line = self._line()
        spans = {view.machine.name: self._oee.spans(line.line.name, view.machine.name) for view in line.machines}
        rows = line_events(line, self._journal, spans, self.bridge.plant.timezone, self.bridge.now_us)
        self._events.set_rows(rows)

    def _show_stops(self) -> None:
        line = self._line()
        names = {view.machine.name: view.title for view in line.machines}
        spans = [span for name in names for span in self._oee.spans(line.line.name, name)]
        zone, now = self.bridge.plant.timezone, self.bridge.now_us
        self._stops.set_rows(stop_rows(spans, names, line.line.constraint, zone, now))

    def _show_strip(self) -> None:
        show_strip(self._strip, self.bridge, self._line(), self._history, self._oee)

    def _show_figures(self) -> None:
        line = self._line()
        item = self._oee.item(line.line.name, line.line.constraint)
        self._head.set_title(line.title, shift_word(item))
        if item is None:
            self._figures.setText("")
            return
        parts = []
        about = "~" if is_doubtful(item) else ""
        text = self.tr("n/a") if item.oee is None else f"{about}{figure(100 * item.oee, 1)} %"
        target = self.tr(" of %1").replace("%1", figure(100 * item.target, 1)) if item.target else ""
        parts.append(f"OEE <b>{text}</b>{target}")
        good = item.counts.get("good")
        if good is not None:
            parts.append(self.tr("Good <b>%1</b>").replace("%1", figure(good, 0)))
            due, _ = target_counts(self.bridge.plant, item)
            if due is not None:
                words = self.tr("Behind <b>%1</b>") if good < due else self.tr("Ahead <b>%1</b>")
                parts.append(words.replace("%1", signed(abs(good - due), 0).lstrip("+\u2009")))
        colour = current().tokens.colour["text2"]
        strong = current().tokens.colour["text1"]
        joined = "&nbsp;&nbsp;&nbsp; ".join(parts).replace("<b>", f'<span style="color:{strong};font-weight:600">')
        self._figures.setText(f'<span style="color:{colour}">{joined.replace("</b>", "</span>")}</span>')

    def _ask_journal(self) -> None:
        now = self.bridge.now_us
        if self._journal_open or not now:
            return
        self._journal_open = True
        future = self.bridge.facade.journal(now - _EVENTS_US, now + 1, limit=200)
        self.bridge.ask(future, self._on_journal, self._on_journal_error, owner=self)

    def _on_journal(self, page: Slice[JournalItem]) -> None:
        self._journal_open = False
        self._journal = page.items
        self._refresh()

    def _on_journal_error(self, error: Exception) -> None:
        self._journal_open = False

    def _trend_machine(self, number: int) -> None:
        self.go.emit("trends", Target(tags=(self._line().machines[number].speed_tag,)))

    def _trend_buffer(self, number: int) -> None:
        self.go.emit("trends", Target(tags=(self._line().buffers[number].tag.path,)))
