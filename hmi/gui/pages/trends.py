"""The Trends page: up to eight tags over any time, live and back, with limits, gaps, states and alarms."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.page import Page, Target
from hmi.gui.pages.parts import ElidedWords, KeyButton, Message, Plate, Segments, Words, keep_margin
from hmi.gui.pages.plant.losses import timeline_row
from hmi.gui.pages.plant.views import derive
from hmi.gui.pages.trend.cursors import CursorValues
from hmi.gui.pages.trend.feed import TrendFeed
from hmi.gui.pages.trend.keys import KeyHints
from hmi.gui.pages.trend.legend import LegendRow, LegendState, PenRows
from hmi.gui.pages.trend.panes import PaneBuilder, Scales
from hmi.gui.pages.trend.pens import MOST_PENS, PenSet, can_be_drawn, pen_name, usual_pens
from hmi.gui.pages.trend.picker import PenPicker
from hmi.gui.pages.trend.view import TrendView
from hmi.gui.pages.trend.words import (
    date_words,
    difference_words,
    notice_words,
    resolution_words,
    span_words,
    value_words,
)
from hmi.gui.plots.pane import LEAST_SPAN_US, MOST_SPAN_US
from hmi.gui.plots.structs import AlarmMark, TrendState
from hmi.gui.shown import machine_of, moment, value_state
from hmi.gui.theme import current, icon_pixmap
from hmi.gui.widgets.charts import TimelineLegend
from hmi.gui.widgets.figures import clock
from hmi.gui.widgets.structs import AlarmSymbolState, TimelineRow

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
_SPANS = {"10min": 10 * MINUTE_US, "1h": HOUR_US, "8h": 8 * HOUR_US, "24h": 24 * HOUR_US, "7d": 168 * HOUR_US}
_LEGEND, _LEGEND_COMPACT = 338, 300
_DRAW_EVERY_TICKS = 2
_BEFORE_MOMENT = 0.7
_NEAR_PX = 3


class TrendsPage(Page):
    """Keys: Space live or hold, + − zoom, ← → cursor, Shift+← → move in time, L limits, F fit, C cursors, P pens."""

    manual_page: ClassVar[str] = "window"

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, parent)
        self.pens = PenSet()
        self._plant = derive(bridge.plant)
        self.feed = TrendFeed(bridge, self)
        self.cursors = CursorValues(bridge, self.feed, self)
        self._scales = Scales()
        self._builder = PaneBuilder(bridge, self._plant, self.feed, self.pens, self._scales)
        self._live = True
        self._span_us = HOUR_US
        self._from_us, self._to_us = 0, 1
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
        self._restyle()

    # what others call

    @property
    def is_live(self) -> bool:
        """True while the right edge follows now."""
        return self._live

    @property
    def view_us(self) -> tuple[int, int]:
        """Start and end of the time on screen."""
        return self._from_us, self._to_us

    def show_pens(self, paths: list[str], from_us: int | None = None, to_us: int | None = None) -> None:
        """Draws these tags, if a time is given over that time; without one the time on screen stays."""
        wanted = [path for path in dict.fromkeys(paths) if can_be_drawn(self.bridge.definition(path))][:MOST_PENS]
        if wanted and all(path in self.pens for path in wanted):
            self.pens.selected = wanted[0]
        elif wanted:
            self.pens.replace(wanted)
            self._scales.forget()
        if from_us is not None and to_us is not None:
            self._set_range(from_us, to_us)
        self._pens_changed()

    def show_target(self, target: Target) -> None:
        if target.tags:
            self.show_pens(list(target.tags))
        elif not len(self.pens):
            self.show_pens(usual_pens(self._plant))
        if target.at_us is not None:
            self._go_to(target.at_us)

    def _go_to(self, at_us: int) -> None:
        now = self.bridge.now_us
        if not (self._live and now - self._span_us * 0.95 <= at_us <= now):
            from_us = at_us - round(_BEFORE_MOMENT * self._span_us)
            self._set_range(from_us, from_us + self._span_us)
        self._move_cursor("A", at_us)

    def opened(self) -> None:
        self._is_open = True
        if not len(self.pens):
            self.show_pens(usual_pens(self._plant))
        self._follow_now()
        self.feed.start()
        self._look()
        self._redraw()
        self.view.setFocus()

    def closed(self) -> None:
        self._is_open = False
        self.feed.stop()

    def regions(self) -> list[QWidget]:
        return [self.ranges, self.view, self.legend]

    def is_settled(self) -> bool:
        return self.bridge.now_us > 0 and self.feed.is_settled and self.cursors.is_settled and not self._dirty

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._side.setFixedWidth(_LEGEND_COMPACT if compact else _LEGEND)
        keep_margin(self._whole, compact)
        self._whole.setSpacing(8 if compact else 10)
        self._kinds.setVisible(not compact)
        self._band_name.setVisible(not compact)
        self._hints.setVisible(not compact)

    # parts

    def _build(self) -> None:
        plate = Plate(translate("Trends", "Trend"), tools=True, tall=48)
        plate.body.setContentsMargins(8, 0, 12, 8)
        plate.head.setSpacing(8)
        self._head = plate
        self.ranges = Segments(
            (
                ("10min", translate("Trends", "10 min")),
                ("1h", translate("Trends", "1 h")),
                ("8h", translate("Trends", "8 h")),
                ("24h", translate("Trends", "24 h")),
                ("7d", translate("Trends", "7 d")),
            ),
            "1h",
        )
        self.ranges.chosen.connect(self._range_chosen)
        self.mode = Segments((("live", translate("Trends", "Live")), ("hold", translate("Trends", "Hold"))), "live")
        self.mode.chosen.connect(lambda cell: self.set_live(cell == "live"))
        self.zoom_out = self._small("minus", translate("Trends", "Longer time (−)"), partial(self._zoom, 2.0))
        self.zoom_in = self._small("plus", translate("Trends", "Shorter time (+)"), partial(self._zoom, 0.5))
        self.cursor_button = KeyButton(translate("Trends", "Cursors"), icon_name="cursor", kind="quiet")
        self.cursor_button.setCheckable(True)
        self.cursor_button.setToolTip(translate("Trends", "Set or clear cursors A and B (C)"))
        self.cursor_button.clicked.connect(self.flip_cursors)
        for part in (self.ranges, self.zoom_out, self.zoom_in, self.mode, self.cursor_button):
            plate.head.addWidget(part)
        self._notice_row = QWidget()
        row = QHBoxLayout(self._notice_row)
        row.setContentsMargins(8, 0, 8, 6)
        row.setSpacing(8)
        self._notice_icon = QLabel()
        self.notice = ElidedWords("", "body", "text1", 500)
        row.addWidget(self._notice_icon)
        row.addWidget(self.notice, 1)
        self._notice_row.hide()
        self.view = TrendView()
        self.view.range_wanted.connect(self._set_range)
        self.view.cursor_moved.connect(self._move_cursor)
        self.view.key.connect(self._key)
        self._foot = ElidedWords("", "label", "text2")
        self._band_name = Words("", "label", "text2")
        self._kinds = TimelineLegend()
        foot = QHBoxLayout()
        foot.setContentsMargins(52, 2, 0, 0)
        foot.setSpacing(12)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._band_name)
        foot.addWidget(self._kinds)
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._notice_row)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self._empty = Message(
            translate("Trends", "No pen is chosen"),
            translate("Trends", "Choose up to eight tags. Any page also opens its value here with T."),
        )
        choose = KeyButton(translate("Trends", "Choose pens"), "P", kind="primary", tall=44)
        choose.clicked.connect(self.choose_pens)
        self._empty.row.addWidget(choose)
        self._empty.row.addStretch(1)
        self._stack = QStackedWidget()
        self._stack.addWidget(drawn)
        self._stack.addWidget(self._empty)
        plate.body.addWidget(self._stack, 1)
        self._side = self._build_side()
        self._whole = QHBoxLayout(self)
        keep_margin(self._whole, False)
        self._whole.setSpacing(10)
        self._whole.addWidget(plate, 1)
        self._whole.addWidget(self._side)
        self._side.setFixedWidth(_LEGEND)

    def _small(self, icon_name: str, hint: str, run: object) -> KeyButton:
        made = KeyButton("", icon_name=icon_name)
        made.setToolTip(hint)
        made.setAccessibleName(hint)
        made.clicked.connect(run)
        return made

    def _build_side(self) -> Plate:
        side = Plate(translate("Trends", "Pens"), tools=True, tall=40)
        side.body.setContentsMargins(0, 0, 0, 8)
        side.head.setSpacing(6)
        self._pens_plate = side
        self.add_button = KeyButton(translate("Trends", "Choose"), "P", kind="quiet")
        self.add_button.clicked.connect(self.choose_pens)
        self.remove_button = KeyButton("", icon_name="x", kind="quiet")
        self.remove_button.setToolTip(translate("Trends", "Take the selected pen away (Delete)"))
        self.remove_button.setAccessibleName(self.remove_button.toolTip())
        self.remove_button.clicked.connect(lambda: self.remove_pen(self.pens.selected))
        side.head.addWidget(self.remove_button)
        side.head.addWidget(self.add_button)
        self.legend = PenRows()
        self.legend.selected.connect(self._select)
        self.legend.removed.connect(self.remove_pen)
        self.legend.setMouseTracking(True)
        self._at_a = ElidedWords("", "label", "text1")
        self._at_b = ElidedWords("", "label", "text1")
        self._apart = ElidedWords("", "label", "text1", 600)
        self._hints = KeyHints()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        times = QVBoxLayout()
        times.setContentsMargins(14, 10, 14, 10)
        times.setSpacing(1)
        for words in (self._at_a, self._at_b, self._apart):
            times.addWidget(words)
        column.addLayout(times)
        column.addWidget(self._hints)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        side.body.addWidget(area, 1)
        return side

    def _restyle(self) -> None:
        colour = current().tokens.colour["text1"]
        self._notice_icon.setPixmap(icon_pixmap("octagon", 18, colour, self.devicePixelRatioF()))
        self._dirty = True

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
        self._look()
        self._redraw()

    def _pens_changed(self) -> None:
        self.feed.watch(self._builder.followed())
        self.cursors.follow(self.pens.paths)
        self.remove_button.setEnabled(bool(len(self.pens)))
        self._stack.setCurrentIndex(0 if len(self.pens) else 1)
        self._look()
        self._redraw()

    # time

    def set_live(self, live: bool) -> None:
        """Follows now, or holds the time on screen."""
        self._live = live
        self._follow_now()
        self._look()
        self._redraw()

    def _follow_now(self) -> None:
        now = self.bridge.now_us
        if now and (self._live or self._from_us == 0):
            self._to_us = now
            self._from_us = now - self._span_us

    def _range_chosen(self, cell: str) -> None:
        span = _SPANS[cell]
        if self._live:
            self._span_us = span
            self.set_live(True)
            return
        centre = self.cursors.place("A")
        if centre is None or not self._from_us <= centre <= self._to_us:
            centre = (self._from_us + self._to_us) // 2
        self._set_range(centre - span // 2, centre + span // 2)

    def _set_range(self, from_us: int, to_us: int) -> None:
        span = min(MOST_SPAN_US, max(LEAST_SPAN_US, to_us - from_us))
        now = self.bridge.now_us
        moved_only = span == self._span_us
        self._span_us = span
        self._live = bool(now) and from_us + span >= now and (self._live or moved_only)
        self._to_us = min(now, from_us + span) if now else from_us + span
        self._from_us = self._to_us - span
        self._look()
        self._redraw()

    def _zoom(self, factor: float, _checked: bool = False) -> None:
        span = min(MOST_SPAN_US, max(LEAST_SPAN_US, round(self._span_us * factor)))
        if self._live:
            self._span_us = span
            self.set_live(True)
            return
        anchor = self.cursors.place("A")
        if anchor is None or not self._from_us <= anchor <= self._to_us:
            anchor = (self._from_us + self._to_us) // 2
        share = (anchor - self._from_us) / max(1, self._to_us - self._from_us)
        from_us = anchor - round(share * span)
        self._set_range(from_us, from_us + span)

    def _look(self) -> None:
        columns = round(max(200, self.view.width() - 60) * self.devicePixelRatioF())
        self.feed.look(self._from_us, self._to_us, columns, self._machine())
        current_span = next((name for name, span in _SPANS.items() if span == self._span_us), "")
        self.ranges.set_current(current_span)
        self.mode.set_current("live" if self._live else "hold")

    def _machine(self) -> tuple[str, str]:
        for path in (self.pens.selected, *self.pens.paths):
            owner = machine_of(self.bridge.plant, path) if path else ""
            for line in self.bridge.plant.lines:
                for machine in line.machines:
                    if machine.path == owner:
                        return line.name, machine.name
        return "", ""

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modified = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if modified or not self._key(event.key()):
            super().keyPressEvent(event)

    def _key(self, key: int) -> bool:
        actions = {
            Qt.Key.Key_Space: lambda: self.set_live(not self._live),
            Qt.Key.Key_Plus: lambda: self._zoom(0.5),
            Qt.Key.Key_Equal: lambda: self._zoom(0.5),
            Qt.Key.Key_Minus: lambda: self._zoom(2.0),
            Qt.Key.Key_L: self.flip_limits,
            Qt.Key.Key_F: self.fit_scales,
            Qt.Key.Key_C: self.flip_cursors,
            Qt.Key.Key_P: self.choose_pens,
        }
        run = actions.get(Qt.Key(key))
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

    def flip_cursors(self, _checked: bool = False) -> None:
        """Sets A and B into the view, or clears them."""
        wanted = self.cursors.place("A") is None and self.cursors.place("B") is None
        third = (self._to_us - self._from_us) // 3
        self.cursors.set_place("A", self._from_us + third if wanted else None)
        self.cursors.set_place("B", self._from_us + 2 * third if wanted else None)
        self._redraw()

    def _move_cursor(self, letter: str, t_us: int) -> None:
        self.cursors.set_place(letter, t_us)
        self._redraw()

    # drawing

    def _fed(self) -> None:
        self._dirty = True
        self.cursors.follow(self.pens.paths)

    def _tick(self) -> None:
        self._ticks += 1
        if not self._is_open or self._ticks % _DRAW_EVERY_TICKS:
            return
        before = self._to_us
        if self._live or self._from_us == 0:
            self._follow_now()
            if before <= 1 < self._to_us:
                self._look()
            self.feed.look(self._from_us, self._to_us, self._columns(), self._machine())
        pixel = (self._to_us - self._from_us) / max(1, self._columns())
        if self._dirty or abs(self._to_us - self._drawn_us) >= pixel:
            self._redraw()
        elif self._ticks % 10 == 0:
            self._show_notice()
            self._show_legend()

    def _columns(self) -> int:
        return round(max(200, self.view.width() - 60) * self.devicePixelRatioF())

    def _redraw(self) -> None:
        if not self._is_open or self._to_us <= 1:
            return
        self._dirty = False
        self._drawn_us = self._to_us
        zone, now = self.bridge.plant.timezone, self.bridge.now_us
        panes = self._builder.build((self._from_us, self._to_us))
        row = self._band()
        state = TrendState(
            panes,
            self._from_us,
            self._to_us,
            now,
            zone,
            self._marks(),
            row,
            self.cursors.place("A"),
            self.cursors.place("B"),
            self._show_limits,
        )
        self.view.set_state(state)
        shown = [
            int(np.count_nonzero((pen.t_us >= self._from_us) & (pen.t_us <= self._to_us)))
            for pane in panes
            for pen in pane.pens
        ]
        span = f"{moment(self._from_us, zone, now)} – {moment(self._to_us, zone, now)}"
        self._head.note.setText("" if self.compact else f"{span}   {span_words(self._span_us)}")
        words = [resolution_words(self.feed, max(shown, default=0)), date_words(self._from_us, self._to_us, zone)]
        self._foot.set_text("     ".join(words))
        self._show_kinds(row)
        self._show_notice()
        self._show_legend()

    def _band(self) -> TimelineRow | None:
        if not self._machine()[1]:
            return None
        return timeline_row(translate("Trends", "State"), self.feed.spans, self.bridge.now_us)

    def _show_kinds(self, row: TimelineRow | None) -> None:
        spans = row.spans if row is not None else ()
        kinds = {span.kind for span in spans if span.to_us > self._from_us and span.from_us < self._to_us}
        self._kinds.set_kinds(tuple(kind for kind in TimelineLegend.names() if kind in kinds))
        line, machine = self._machine()
        titles = [
            known.title or known.name
            for owner in self.bridge.plant.lines
            for known in owner.machines
            if (owner.name, known.name) == (line, machine)
        ]
        self._band_name.setText(fill(translate("Trends", "State of %1:"), titles[0]) if titles and kinds else "")

    def _marks(self) -> tuple[AlarmMark, ...]:
        return tuple(
            AlarmMark(item.t_event_us, AlarmSymbolState(item.priority, acked=True), item.message or item.alarm_id)
            for item in self.feed.journal
            if not item.hidden
        )

    def _show_notice(self) -> None:
        words = notice_words(self.feed)
        self.notice.set_text(words)
        self._notice_row.setVisible(bool(words))

    def _show_legend(self) -> None:
        if not self._is_open:
            return
        plant, zone, now = self.bridge.plant, self.bridge.plant.timezone, self.bridge.now_us
        rows = []
        a, b = self.cursors.place("A"), self.cursors.place("B")
        for path in self.pens.paths:
            definition = self.bridge.definition(path)
            if definition is None:
                continue
            at_a, at_b = self.cursors.value("A", path), self.cursors.value("B", path)
            known_a, known_b = self.cursors.is_known("A", path), self.cursors.is_known("B", path)
            apart = difference_words(definition, at_a, at_b) if a is not None and b is not None else ""
            name = pen_name(plant, definition)
            rows.append(
                LegendRow(
                    path,
                    name,
                    self.pens.slot(path),
                    value_state(self.bridge, path, label=name),
                    value_words(definition, at_a, known_a) if a is not None else "",
                    value_words(definition, at_b, known_b) if b is not None else "",
                    apart if known_a and known_b else "",
                )
            )
        heads = [f"{letter} {clock(at, zone, False)}" if at is not None else "" for letter, at in (("A", a), ("B", b))]
        self.legend.set_state(LegendState(tuple(rows), self.pens.selected, heads[0], heads[1]))
        self._pens_plate.note.setText(fill(translate("Trends", "%1 of %2"), len(rows), MOST_PENS))
        for letter, at, place in (("A", a, self._at_a), ("B", b, self._at_b)):
            words = ""
            if at is not None:
                words = f"{letter}   {moment(at, zone, now)}   {self._alarm_near(at)}".strip()
            place.set_text(words)
            place.setVisible(bool(words))
        self._apart.set_text(f"B − A   {span_words(b - a)}" if a is not None and b is not None else "")
        self._apart.setVisible(a is not None and b is not None)
        self.cursor_button.setChecked(a is not None or b is not None)

    def _alarm_near(self, t_us: int) -> str:
        slack = _NEAR_PX * (self._to_us - self._from_us) / max(1, self.view.width())
        near = [item for item in self.feed.journal if not item.hidden and abs(item.t_event_us - t_us) <= slack]
        found = min(near, key=lambda item: abs(item.t_event_us - t_us), default=None)
        return (found.message or found.alarm_id) if found is not None else ""
