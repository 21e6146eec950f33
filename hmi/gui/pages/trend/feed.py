"""What the Trends page draws: history of the wanted time, carried on live, with gaps, states and annunciations.

Questions never pile up: a newer one cancels the older, and an answer to an older one is dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from hmi.facade.data import Gap, HistoryAnswer, HistoryQuery, JournalItem, Page, StateSpan
from hmi.gui.bridge import Bridge, TagQuality
from hmi.gui.i18n import translate
from hmi.gui.pages.trend.causes import cause_words, gap_words, since
from hmi.gui.pages.trend.pens import is_held
from hmi.gui.pages.trend.questions import Questions
from hmi.gui.pages.trend.track import Track, held
from hmi.gui.plots.series import points
from hmi.gui.plots.structs import GapSpan
from hmi.gui.widgets.structs import FloatArray, TimeArray
from hmi.model.tags import Store

RAW_MOST = 40_000
MOST_MARKS = 300
WAIT_WORDS_AFTER_S = 1.0
_SETTLE_MS = 120
_MARGIN = 0.25
_ABOUT_HISTORY = ("whole", "tail", "lead")
_TAIL_EVERY_S = 2.0
_OVERLAP_US = 5_000_000
_STATES_EVERY_S = 5.0
_AGAIN_LEAST_S, _AGAIN_MOST_S = 60.0, 900.0


class TrendFeed(QObject):
    """changed: something to draw anew. All times in microseconds, in source time."""

    changed = Signal()

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._monotonic = monotonic
        self._tracks: dict[str, Track] = {}
        self._gaps: dict[str, list[Gap]] = {}
        self._running = False
        self._view = (0, 1)
        self._columns = 1000
        self._machine = ("", "")
        self._loaded: tuple[int, int] | None = None
        self._wanted: tuple[int, int] | None = None
        self._wanted_step_us = 0
        self._step_us = 0
        self._complete_us = 0
        self._questions = Questions(bridge, self, monotonic=monotonic)
        self._questions.answered.connect(self.changed)
        self._asked_s = self._tail_s = self._states_s = -1e9
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLE_MS)
        self._settling.timeout.connect(self._ask_whole)
        self.spans: list[StateSpan] = []
        self.journal: list[JournalItem] = []
        self.journal_is_cut = False
        bridge.tags_changed.connect(self._take)
        bridge.ticked.connect(self._tick)
        bridge.alarms_changed.connect(self._ask_journal)

    # what is known

    @property
    def is_settled(self) -> bool:
        """True when nothing is on its way or about to be asked."""
        return not self._questions.is_open() and not self._settling.isActive()

    @property
    def is_raw(self) -> bool:
        """True if stored samples are drawn, not minima and maxima."""
        return self._step_us == 0

    @property
    def step_us(self) -> int:
        """Width of the minima and maxima drawn; 0 for stored samples."""
        return self._step_us

    @property
    def waiting_s(self) -> float:
        """How long the oldest question about history has been open."""
        return self._questions.waiting_s(*_ABOUT_HISTORY)

    @property
    def problem(self) -> str:
        """Why history cannot be read, as the station says it; empty if it can."""
        problems = self._questions.problems
        return next((problems[name] for name in _ABOUT_HISTORY if name in problems), "")

    def unread(self) -> tuple[GapSpan, ...]:
        """Times on screen that history has not answered for, once that is worth saying."""
        if not self.problem and self.waiting_s < WAIT_WORDS_AFTER_S:
            return ()
        words = translate("Trends", "history not read")
        if self._loaded is None:
            return (GapSpan(self._view[0], self._view[1], words),)
        found = []
        if self._view[0] < self._loaded[0]:
            found.append(GapSpan(self._view[0], min(self._view[1], self._loaded[0]), words))
        if self._loaded[1] < self._view[1] and not self._reaches_now():
            found.append(GapSpan(max(self._view[0], self._loaded[1]), self._view[1], words))
        return tuple(found)

    @property
    def missing(self) -> list[str]:
        """What besides values is not known: `journal`, `states`."""
        asked = self._questions
        return [
            name
            for name in ("journal", "states")
            if name in asked.problems or asked.waiting_s(name) >= WAIT_WORDS_AFTER_S
        ]

    def holds(self, t_us: int) -> bool:
        """True if the stored samples around a moment are here, not only minima and maxima."""
        return self.is_raw and self._covers((t_us, t_us)) and t_us <= self._bridge.now_us

    def series(self, path: str) -> tuple[TimeArray, FloatArray]:
        """Points of a tag, broken at its gaps; a held value goes on to its latest confirmation."""
        track = self._tracks.get(path)
        if track is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float64)
        t_us, value = track.points(self.gaps(path), with_live=self._is_current)
        tag = self._bridge.tag(path)
        if tag is None or not len(t_us) or not is_held(tag.definition):
            return t_us, value
        t_us, value = held(t_us, value)
        if np.isnan(value[-1]):
            return t_us, value
        confirmed = tag.t_receive_us
        if tag.quality in (TagQuality.GOOD, TagQuality.UNCERTAIN) and confirmed > t_us[-1] and self._is_current:
            return np.r_[t_us, np.int64(confirmed)], np.r_[value, value[-1]]
        return t_us, value

    def sample_at(self, path: str, t_us: int) -> float | None:
        """The stored or live sample at or before a moment, as far as this feed holds it."""
        track = self._tracks.get(path)
        if track is None or t_us > self._bridge.now_us:
            return None
        return track.at(t_us, self.gaps(path), with_live=self._is_current)

    def gaps(self, path: str) -> tuple[GapSpan, ...]:
        """Times without data and why; the loss that lasts has no end."""
        tag, track = self._bridge.tag(path), self._tracks.get(path)
        if tag is None or track is None:
            return ()
        zone, now, device = self._bridge.plant.timezone, self._bridge.now_us, tag.definition.device
        found = [GapSpan(gap.from_us, gap.to_us, gap_words(gap, device, zone, now)) for gap in self._gaps.get(path, ())]
        lasting = any(gap.to_us is None for gap in found)
        if tag.definition.store is Store.NO:
            begun = track.first_live_us or now
            found.append(GapSpan(min(self._view[0], begun), begun, cause_words("not_recorded", device)))
        if track.lost_us is not None and not lasting:
            if self._bridge.is_silent:
                words = translate("Trends", "station does not answer")
            else:
                words = tag.reason or translate("Trends", "no values")
            found.append(GapSpan(track.lost_us, None, since(words, track.lost_us, zone, now)))
        return tuple(found)

    @property
    def _is_current(self) -> bool:
        return self._loaded is None or self._reaches_now()

    # what is wanted

    def start(self) -> None:
        """To be called when the page opens: asks anew, because nothing was followed meanwhile."""
        self._running = True
        self._loaded = None
        self._tracks = {path: self._new_track(path) for path in self._tracks}
        self._note_losses()
        self._ask_soon()

    def stop(self) -> None:
        """To be called when the page closes; what is on its way is dropped."""
        self._running = False
        self._settling.stop()
        self._questions.drop_all()

    def watch(self, paths: list[str]) -> None:
        """Follows these tags; known ones keep what they have until history answers."""
        wanted = list(dict.fromkeys(paths))
        if wanted == list(self._tracks):
            return
        self._tracks = {path: self._tracks.get(path) or self._new_track(path) for path in wanted}
        self._loaded = self._wanted = None
        self._note_losses()
        self._ask_soon()

    def look(self, from_us: int, to_us: int, columns: int, machine: tuple[str, str]) -> None:
        """Says what is on screen: a time in so many pixel columns, and whose states (line, machine)."""
        same_machine = machine == self._machine
        self._view, self._columns, self._machine = (from_us, to_us), max(16, columns), machine
        if not self._is_asked() and (not self._covers(self._view) or self._is_coarse(self._step_us)):
            self._ask_soon()
        elif not same_machine:
            self._ask_states()

    def _new_track(self, path: str) -> Track:
        definition = self._bridge.definition(path)
        return Track(definition is None or definition.store is not Store.NO)

    def _covers(self, view: tuple[int, int]) -> bool:
        if self._loaded is None:
            return False
        return self._loaded[0] <= view[0] and (view[1] <= self._loaded[1] or self._reaches_now())

    def _reaches_now(self) -> bool:
        return self._loaded is not None and self._complete_us > 0 and self._loaded[1] >= self._complete_us

    def _is_coarse(self, step_us: int) -> bool:
        return step_us > 2 * (self._view[1] - self._view[0]) / self._columns

    def _is_asked(self) -> bool:
        """True if what is on its way is what is wanted: time that passes is no reason to ask again."""
        if self._wanted is None or not self._questions.is_open("whole"):
            return False
        from_us, to_us = self._wanted
        slack = max(2_000_000, (self._view[1] - self._view[0]) // 4)
        inside = from_us <= self._view[0] and self._view[1] <= to_us + slack
        return inside and not self._is_coarse(self._wanted_step_us)

    def _ask_soon(self) -> None:
        if self._running and self._tracks and not self._settling.isActive():
            self._settling.start()

    # questions

    def _ask_whole(self) -> None:
        now = self._bridge.now_us
        if not self._running or not self._tracks:
            return
        if not now:
            self._settling.start()
            return
        self._questions.drop_all()
        margin = round(_MARGIN * (self._view[1] - self._view[0]))
        wanted = (self._view[0] - margin, min(self._view[1] + margin, now))
        if wanted[1] <= wanted[0]:
            wanted = (wanted[0], wanted[0] + 1)
        self._asked_s = self._tail_s = self._monotonic()
        held = [path for path in self._tracks if self._is_sparse(path)]
        if held:
            query = HistoryQuery(held, wanted[0] - 60_000_000, wanted[0], "at", 60)
            self._questions.send("lead", self._bridge.facade.history(query), partial(self._on_lead, wanted))
        self._ask(wanted, wanted[1] == now, raw=self._expected(wanted) <= RAW_MOST)
        self._ask_states()
        self._ask_journal()

    def _ask(self, wanted: tuple[int, int], reached: bool, *, raw: bool) -> None:
        paths = list(self._tracks)
        if raw:
            query = HistoryQuery(paths, *wanted, "raw", RAW_MOST)
        else:
            columns = round(self._columns * (wanted[1] - wanted[0]) / max(1, self._view[1] - self._view[0]))
            query = HistoryQuery(paths, *wanted, "minmax", min(8000, max(16, columns)))
        self._wanted, self._wanted_step_us = wanted, 0 if raw else (wanted[1] - wanted[0]) // query.points
        self._questions.send(
            "whole", self._bridge.facade.history(query), partial(self._on_whole, wanted, query, reached)
        )

    def _expected(self, wanted: tuple[int, int]) -> float:
        """How many samples history may hold; changes alone are far fewer than scans, and a wrong guess is noticed."""
        scans = {device.name: device.scan_us for device in self._bridge.plant.devices}
        total = 0.0
        for path in self._tracks:
            definition = self._bridge.definition(path)
            if definition is not None:
                every = definition.scan_us or scans.get(definition.device, 0) or 1_000_000
                share = 1.0 if definition.store is Store.ALL else 0.1
                total += share * (wanted[1] - wanted[0]) / every
        return total

    def _is_sparse(self, path: str) -> bool:
        definition = self._bridge.definition(path)
        return definition is not None and definition.store not in (Store.ALL, Store.NO)

    def _on_whole(self, wanted: tuple[int, int], query: HistoryQuery, reached: bool, answer: HistoryAnswer) -> None:
        if query.mode == "raw" and answer.next is not None:
            self._ask(wanted, reached, raw=False)
            return
        answered = {series.path: series for series in answer.series}
        for path, track in self._tracks.items():
            series = answered.get(path)
            empty = np.zeros(0, np.int64), np.zeros(0, np.float64)
            track.replace(*(points(series) if series is not None else empty), wanted[1])
        self._gaps = {path: [gap for gap in answer.gaps if gap.path == path] for path in self._tracks}
        self._step_us = 0 if query.mode == "raw" else max(1, (wanted[1] - wanted[0]) // query.points)
        self._loaded = wanted
        self._complete_us = wanted[1] if reached else 0

    def _on_lead(self, wanted: tuple[int, int], answer: HistoryAnswer) -> None:
        for series in answer.series:
            track = self._tracks.get(series.path)
            if track is None or not len(series.t_us):
                continue
            t_us, value = points(series)
            if t_us[-1] <= wanted[0]:
                track.lead(int(t_us[-1]), float(value[-1]))

    def _ask_tail(self) -> None:
        self._tail_s = self._monotonic()
        until = self._bridge.now_us
        from_us = max(self._loaded[0] if self._loaded else 0, self._complete_us - _OVERLAP_US)
        query = HistoryQuery(list(self._tracks), from_us, until, "raw", 100_000)
        self._questions.send("tail", self._bridge.facade.history(query), partial(self._on_tail, from_us, until))

    def _on_tail(self, from_us: int, until: int, answer: HistoryAnswer) -> None:
        if self._loaded is None:
            return
        if answer.next is not None:
            self._ask_soon()
            return
        answered = {series.path: series for series in answer.series}
        for path, track in self._tracks.items():
            series = answered.get(path)
            empty = np.zeros(0, np.int64), np.zeros(0, np.float64)
            track.answer(*(points(series) if series is not None else empty), from_us, until)
            fresh = [gap for gap in answer.gaps if gap.path == path]
            starts = {gap.from_us for gap in fresh}
            older = [gap for gap in self._gaps.get(path, ()) if gap.from_us not in starts and gap.to_us is not None]
            self._gaps[path] = older + fresh
        self._loaded = (self._loaded[0], until)
        self._complete_us = until

    def _ask_states(self) -> None:
        self._states_s = self._monotonic()
        line, machine = self._machine
        if not machine or not self._running:
            self.spans = []
            return
        from_us, to_us = self._around()
        self._questions.send("states", self._bridge.facade.states(line, machine, from_us, to_us), self._on_states)

    def _on_states(self, spans: list[StateSpan]) -> None:
        self.spans = spans

    def _ask_journal(self) -> None:
        if not self._running or not self._tracks or not self._bridge.now_us:
            return
        from_us, to_us = self._around()
        future = self._bridge.facade.journal(from_us, to_us, event="ACTIVATE", limit=MOST_MARKS)
        self._questions.send("journal", future, self._on_journal)

    def _on_journal(self, page: Page[JournalItem]) -> None:
        self.journal, self.journal_is_cut = page.items, page.next is not None

    def _around(self) -> tuple[int, int]:
        margin = round(_MARGIN * (self._view[1] - self._view[0]))
        from_us = self._view[0] - margin
        return from_us, max(from_us + 1, min(self._view[1] + margin, self._bridge.now_us + 1))

    # live

    def _tick(self) -> None:
        now_s = self._monotonic()
        if not self._running or not self._tracks or not self._bridge.now_us:
            return
        if self._bridge.is_silent:
            self._note_losses()
        if self._settling.isActive() or self._questions.is_open(*_ABOUT_HISTORY):
            return
        if self._loaded is None or not self._reaches_now():
            if self.problem and now_s - self._asked_s >= _STATES_EVERY_S:
                self._ask_soon()
            return
        again = min(_AGAIN_MOST_S, max(_AGAIN_LEAST_S, (self._view[1] - self._view[0]) / 4e6))
        if now_s - self._asked_s >= again:
            self._ask_soon()
        elif now_s - self._tail_s >= _TAIL_EVERY_S:
            self._ask_tail()
            if now_s - self._states_s >= _STATES_EVERY_S:
                self._ask_states()

    def _note_losses(self) -> None:
        for path in self._tracks:
            self._hear(path)

    def _take(self, paths: frozenset[str]) -> None:
        if not self._running:
            return
        heard = [self._hear(path) for path in self._tracks.keys() & paths]
        if any(heard):
            self.changed.emit()

    def _hear(self, path: str) -> bool:
        tag, track = self._bridge.tag(path), self._tracks[path]
        if tag is None:
            return False
        if tag.quality in (TagQuality.GOOD, TagQuality.UNCERTAIN) and isinstance(tag.value, int | float):
            was_lost, track.lost_us = track.lost_us is not None, None
            return track.add_live(tag.t_source_us or tag.t_receive_us, float(tag.value)) or was_lost
        if track.lost_us is None:
            track.lost_us = tag.t_receive_us or self._bridge.now_us
            return track.add_live(max(track.last_us + 1, track.lost_us), float("nan")) or True
        return False
