"""The Trends page: up to eight tags over any time, live and back, with limits, gaps, states and alarms."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import keep_margin
from hmi.gui.pages.plant.views import derive
from hmi.gui.pages.trend.chart import ChartPlate
from hmi.gui.pages.trend.cursors import CursorValues
from hmi.gui.pages.trend.feed import TrendFeed
from hmi.gui.pages.trend.panes import PaneBuilder, Scales
from hmi.gui.pages.trend.pens import MOST_PENS, PenSet, can_be_drawn, usual_pens
from hmi.gui.pages.trend.picker import PenPicker
from hmi.gui.pages.trend.rows import band, band_title, cursor_words, kinds_of, legend_state, machine_shown, marks
from hmi.gui.pages.trend.side import PensPlate
from hmi.gui.pages.trend.timespan import SPANS, TimeSpan
from hmi.gui.pages.trend.words import date_words, notice_words, resolution_words, span_words
from hmi.gui.plots.structs import PaneState, TrendState
from hmi.gui.shown import moment
from hmi.gui.theme import current

_DRAW_EVERY_TICKS = 2
_WORDS_EVERY_TICKS = 10
_NEAR_PX = 3


class TrendsPage(Page):
    """Keys: Space live or hold, + − zoom, ← → cursor, Shift+← → move in time, L limits, F fit, C cursors, P pens."""

    manual_page: ClassVar[str] = "window"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self.pens = PenSet()
        self.time = TimeSpan()
        self.feed = TrendFeed(bridge, self)
        self.cursors = CursorValues(bridge, self.feed, self)
        self._plant = derive(bridge.plant)
        self._scales = Scales()
        self._builder = PaneBuilder(bridge, self._plant, self.feed, self.pens, self._scales)
        self._show_limits = True
        self._is_open = False
        self._dirty = True
        self._drawn_us = 0
        self._ticks = 0
        self._build()
        self.feed.changed.connect(self._fed)
        self.cursors.changed.connect(self._show_legend)
        bridge.ticked.connect(self._tick)
        bridge.alarms_changed.connect(self._show_legend)
        current().changed.connect(self._restyle)

    def _build(self) -> None:
        self.chart = ChartPlate()
        self.view = self.chart.view
        self.chart.ranges.chosen.connect(self._range_chosen)
        self.chart.mode.chosen.connect(lambda cell: self.set_live(cell == "live"))
        self.chart.zoom_wanted.connect(self.zoom)
        self.chart.cursors_wanted.connect(self.flip_cursors)
        self.chart.pens_wanted.connect(self.choose_pens)
        self.view.range_wanted.connect(self._move)
        self.view.cursor_moved.connect(self._move_cursor)
        self.view.key.connect(self._key)
        self.side = PensPlate()
        self.side.choose_wanted.connect(self.choose_pens)
        self.side.remove_wanted.connect(self.remove_pen)
        self.side.legend.selected.connect(self._select)
        self._whole = QHBoxLayout(self)
        keep_margin(self._whole, False)
        self._whole.setSpacing(10)
        self._whole.addWidget(self.chart, 1)
        self._whole.addWidget(self.side)

    # what others call

    def show_pens(self, paths: list[str], from_us: int | None = None, to_us: int | None = None) -> None:
        """Draws these tags, if a time is given over that time; without one the time on screen stays.

        Tags that are drawn already stay among their neighbours; others replace what is drawn.
        """
        wanted = [path for path in dict.fromkeys(paths) if can_be_drawn(self.bridge.definition(path))][:MOST_PENS]
        if wanted and all(path in self.pens for path in wanted):
            self.pens.selected = wanted[0]
        elif wanted:
            self.pens.replace(wanted)
            self._scales.forget()
        if from_us is not None and to_us is not None:
            self.time.live = False
            self.time.move(from_us, to_us, self.bridge.now_us)
        self._pens_changed()

    def show_target(self, target: Target) -> None:
        if target.tags:
            self.show_pens(list(target.tags))
        elif not len(self.pens):
            self.show_pens(usual_pens(self._plant))
        if target.at_us is not None:
            self.time.go_to(target.at_us, self.bridge.now_us)
            self.cursors.set_place("A", target.at_us)
            self._changed()

    def opened(self) -> None:
        self._is_open = True
        if not len(self.pens):
            self.show_pens(usual_pens(self._plant))
        self.time.follow(self.bridge.now_us)
        self.feed.start()
        self._changed()
        self.view.setFocus()

    def closed(self) -> None:
        self._is_open = False
        self.feed.stop()

    def regions(self) -> list[QWidget]:
        return [self.chart.ranges, self.view, self.side.legend]

    def is_settled(self) -> bool:
        return self.time.is_placed and self.feed.is_settled and self.cursors.is_settled and not self._dirty

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        keep_margin(self._whole, compact)
        self._whole.setSpacing(8 if compact else 10)
        self.chart.set_compact(compact)
        self.side.set_compact(compact)

    # pens

    def choose_pens(self) -> None:
        """Opens the picker."""
        picker = PenPicker(self.bridge, self.pens, self)
        picker.toggled.connect(self._toggled)
        picker.place_below(self.mapTo(self.window(), self.rect().topLeft()).y())
        picker.show()

    def _toggled(self, path: str, drawn: bool) -> None:
        if drawn:
            self.pens.add(path)
            self.pens.selected = path
        else:
            self.pens.remove(path)
        self._pens_changed()

    def remove_pen(self, path: str) -> None:
        """Takes a pen away."""
        self.pens.remove(path)
        self._pens_changed()

    def _select(self, path: str) -> None:
        self.pens.selected = path
        self._changed()

    def _pens_changed(self) -> None:
        self.feed.watch(self._builder.followed())
        self.cursors.follow(self.pens.paths)
        self.chart.show_empty(not len(self.pens))
        self._changed()

    # time

    def set_live(self, live: bool) -> None:
        """Follows now, or holds the time on screen."""
        self.time.set_live(live, self.bridge.now_us)
        self._changed()

    def zoom(self, factor: float) -> None:
        """Shows a longer (above 1) or shorter time."""
        self.time.set_span(round(self.time.span_us * factor), self.bridge.now_us, self.cursors.place("A"))
        self._changed()

    def _range_chosen(self, cell: str) -> None:
        self.time.set_span(SPANS[cell], self.bridge.now_us, self.cursors.place("A"))
        self._changed()

    def _move(self, from_us: int, to_us: int) -> None:
        self.time.move(from_us, to_us, self.bridge.now_us)
        self._changed()

    def _changed(self) -> None:
        self._look()
        self.chart.ranges.set_current(self.time.name)
        self.chart.mode.set_current("live" if self.time.live else "hold")
        self._redraw()

    def _columns(self) -> int:
        return round(max(200, self.view.width() - 60) * self.devicePixelRatioF())

    def _look(self) -> None:
        if self.time.is_placed:
            shown = machine_shown(self.bridge, self.pens)
            machine = (shown[0], shown[1].name) if shown is not None else ("", "")
            self.feed.look(self.time.from_us, self.time.to_us, self._columns(), machine)

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modified = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if modified or not self._key(event.key()):
            super().keyPressEvent(event)

    def _key(self, key: int) -> bool:
        actions = {
            Qt.Key.Key_Space: lambda: self.set_live(not self.time.live),
            Qt.Key.Key_Plus: lambda: self.zoom(0.5),
            Qt.Key.Key_Equal: lambda: self.zoom(0.5),
            Qt.Key.Key_Minus: lambda: self.zoom(2.0),
            Qt.Key.Key_L: self.flip_limits,
            Qt.Key.Key_F: self.fit_scales,
            Qt.Key.Key_C: self.flip_cursors,
            Qt.Key.Key_P: self.choose_pens,
        }
        run = next((run for known, run in actions.items() if known == key), None)
        if run is not None:
            run()
        return run is not None

    def flip_limits(self) -> None:
        """Shows or hides limits."""
        self._show_limits = not self._show_limits
        self._redraw()

    def fit_scales(self) -> None:
        """Fits every scale to what is on screen."""
        self._scales.forget()
        self._redraw()

    # cursors

    def flip_cursors(self) -> None:
        """Sets A and B into the view, or clears them."""
        wanted = self.cursors.place("A") is None and self.cursors.place("B") is None
        third = (self.time.to_us - self.time.from_us) // 3
        self.cursors.set_place("A", self.time.from_us + third if wanted else None)
        self.cursors.set_place("B", self.time.from_us + 2 * third if wanted else None)
        self._redraw()

    def _move_cursor(self, letter: str, t_us: int) -> None:
        self.cursors.set_place(letter, t_us)
        self._redraw()

    # drawing

    def _restyle(self) -> None:
        self._dirty = True

    def _fed(self) -> None:
        self._dirty = True
        self.cursors.follow(self.pens.paths)

    def _tick(self) -> None:
        self._ticks += 1
        if not self._is_open or self._ticks % _DRAW_EVERY_TICKS:
            return
        if self.time.live or not self.time.is_placed:
            self.time.follow(self.bridge.now_us)
        self._look()
        pixel = (self.time.to_us - self.time.from_us) / max(1, self._columns())
        if self._dirty or abs(self.time.to_us - self._drawn_us) >= pixel:
            self._redraw()
        elif self._ticks % _WORDS_EVERY_TICKS == 0:
            if self.chart.say(notice_words(self.feed)):
                self._redraw()
            self._show_legend()

    def _redraw(self) -> None:
        if not self._is_open or not self.time.is_placed:
            return
        self._dirty = False
        from_us, to_us = self.time.from_us, self.time.to_us
        self._drawn_us = to_us
        zone, now = self.bridge.plant.timezone, self.bridge.now_us
        panes = self._builder.build((from_us, to_us))
        machine = machine_shown(self.bridge, self.pens)
        row = band(self.bridge, self.feed) if machine is not None else None
        a, b = self.cursors.place("A"), self.cursors.place("B")
        self.view.set_state(
            TrendState(panes, from_us, to_us, now, zone, marks(self.feed), row, a, b, self._show_limits)
        )
        span = f"{moment(from_us, zone, now)} – {moment(to_us, zone, now)}   {span_words(self.time.span_us)}"
        self.chart.note.setText("" if self.compact else span)
        words = (resolution_words(self.feed, _most_points(panes, from_us, to_us)), date_words(from_us, to_us, zone))
        self.chart.foot.set_text("     ".join(words))
        kinds = kinds_of(row, from_us, to_us)
        self.chart.show_kinds(kinds, band_title(machine[1]) if machine is not None and kinds else "")
        self.chart.say(notice_words(self.feed))
        self._show_legend()

    def _show_legend(self) -> None:
        if not self._is_open:
            return
        a, b = self.cursors.place("A"), self.cursors.place("B")
        slack = _NEAR_PX * (self.time.to_us - self.time.from_us) / max(1, self.view.width())
        self.side.show_state(
            legend_state(self.bridge, self.pens, self.cursors),
            cursor_words(self.bridge, self.feed, "A", a, slack),
            cursor_words(self.bridge, self.feed, "B", b, slack),
            f"B − A   {span_words(b - a)}" if a is not None and b is not None else "",
        )
        self.chart.cursor_button.setChecked(a is not None or b is not None)


def _most_points(panes: tuple[PaneState, ...], from_us: int, to_us: int) -> int:
    """Points on screen of the pen that has most."""
    counts = [
        int(np.count_nonzero((pen.t_us >= from_us) & (pen.t_us <= to_us) & ~np.isnan(pen.value)))
        for pane in panes
        for pen in pane.pens
    ]
    return max(counts, default=0)
