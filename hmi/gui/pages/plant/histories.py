"""The last hour of some tags: asked once at opening, then carried on with the live values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import structlog
from PySide6.QtCore import QObject, Signal

from hmi.base.log import ConditionLog
from hmi.facade.data import Gap, HistoryAnswer, HistoryQuery
from hmi.gui.bridge import Bridge, TagQuality
from hmi.gui.plots.series import append, points
from hmi.gui.widgets.structs import FloatArray, SparkState, TimeArray

HOUR_US = 3_600_000_000
_BUCKETS = 360
_AT_ONCE = 40
_TAIL = 400
_LEAST_STEP_US = 900_000
_RETRY_US = 10_000_000


@dataclass(slots=True)
class _Track:
    t_us: TimeArray = field(default_factory=lambda: np.zeros(0, np.int64))
    value: FloatArray = field(default_factory=lambda: np.zeros(0, np.float64))
    tail_t: list[int] = field(default_factory=list)
    tail_v: list[float] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    lost_us: int | None = None

    def settle(self, keep_from_us: int) -> None:
        """Moves the live tail into the arrays and forgets what is too old."""
        if self.tail_t:
            new_t, new_v = np.array(self.tail_t, np.int64), np.array(self.tail_v, np.float64)
            self.t_us, self.value = append(self.t_us, self.value, new_t, new_v, keep_from_us)
            self.tail_t, self.tail_v = [], []


class HistoryFeed(QObject):
    """Keeps the last hour of the watched tags while its page is open.

    changed: a history answer or a refusal arrived; `error` says why in words. Values between answers come from the live
    mirror, a lost value leaves a gap.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None, span_us: int = HOUR_US) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._span_us = span_us
        self._tracks: dict[str, _Track] = {}
        self._open = 0
        self._asked = False
        self._running = False
        self._retry_at_us: int | None = None
        self._faults = ConditionLog(structlog.get_logger("window"))
        self.error = ""
        bridge.tags_changed.connect(self._take)
        bridge.ticked.connect(self._tick)

    @property
    def is_settled(self) -> bool:
        """True when no history is on its way."""
        return self._open == 0 and (self._asked or not self._running or not self._tracks)

    def watch(self, paths: Iterable[str]) -> None:
        """Follows these tags from now on; known ones keep what they have."""
        wanted = dict.fromkeys(path for path in paths if path)
        self._tracks = {path: self._tracks.get(path) or _Track() for path in wanted}
        self._asked = False
        self._tick()

    def start(self) -> None:
        """To be called when the page opens: asks for the past again, because nothing was followed meanwhile."""
        self._running = True
        self._asked = False
        self._tick()

    def stop(self) -> None:
        """To be called when the page closes."""
        self._running = False

    def span(self) -> tuple[int, int]:
        """Start and end of what is kept now."""
        now = self._bridge.now_us
        return now - self._span_us, now

    def series(self, path: str) -> tuple[TimeArray, FloatArray]:
        """Times and values of a tag, NaN where it was lost; empty for an unknown one."""
        track = self._tracks.get(path)
        if track is None:
            return np.zeros(0, np.int64), np.zeros(0, np.float64)
        track.settle(self.span()[0])
        return broken(track.t_us, track.value, track.gaps)

    def gaps(self, path: str) -> tuple[tuple[int, int, str], ...]:
        """Times without data: start, end, cause in words; the running loss ends now."""
        track = self._tracks.get(path)
        if track is None:
            return ()
        start, now = self.span()
        found = []
        tag = self._bridge.tag(path)
        for gap in track.gaps:
            if gap.to_us is not None and gap.to_us > start:
                found.append((gap.from_us, gap.to_us, gap.detail or gap.cause.replace("_", " ")))
        lost = tag is None or tag.quality in (TagQuality.STALE, TagQuality.BAD)
        if lost and tag is not None:
            since = track.lost_us or self._last_known(track) or tag.t_receive_us
            open_gap = next((gap for gap in track.gaps if gap.to_us is None), None)
            cause = (open_gap.detail or open_gap.cause.replace("_", " ")) if open_gap is not None else tag.reason
            if open_gap is not None:
                since = min(since, open_gap.from_us) if since else open_gap.from_us
            if since and since < now:
                found.append((max(start, since), now, cause))
        return tuple(found)

    def spark(
        self,
        path: str,
        low: float,
        high: float,
        band: tuple[float | None, float | None] = (None, None),
        stepped: bool = False,
    ) -> SparkState:
        """The last hour as a sparkline on a scale."""
        start, now = self.span()
        t_us, value = self.series(path)
        gaps = tuple((begin, end) for begin, end, _ in self.gaps(path))
        return SparkState(t_us, value, start, max(start + 1, now), low, high, band[0], band[1], gaps, stepped)

    def _last_known(self, track: _Track) -> int | None:
        known = np.flatnonzero(~np.isnan(track.value))
        return int(track.t_us[known[-1]]) if len(known) else None

    def _tick(self) -> None:
        if self._retry_at_us is not None and self._bridge.now_us >= self._retry_at_us:
            self._retry_at_us, self._asked = None, False
        if not self._running or self._asked or not self._tracks or not self._bridge.now_us:
            return
        self._asked = True
        start, now = self.span()
        paths = list(self._tracks)
        for first in range(0, len(paths), _AT_ONCE):
            part = paths[first : first + _AT_ONCE]
            query = HistoryQuery(part, start, now, "minmax", _BUCKETS)
            self._open += 1
            self._bridge.ask(
                self._bridge.facade.history(query), partial(self._answered, part), self._failed, owner=self
            )

    def _answered(self, paths: list[str], answer: HistoryAnswer) -> None:
        self._open -= 1
        self.error = ""
        self._faults.cleared("history", "the last hour can be read again")
        for series in answer.series:
            track = self._tracks.get(series.path)
            if track is None:
                continue
            t_us, value = points(series)
            start = self.span()[0]
            track.settle(start)
            track.t_us, track.value = append(t_us, value, track.t_us, track.value, start)
        for path in paths:
            track = self._tracks.get(path)
            if track is not None:
                track.gaps = [gap for gap in answer.gaps if gap.path == path]
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        self._open -= 1
        self.error = str(error)
        self._faults.raised("history", "the last hour cannot be read", reason=self.error)
        self._retry_at_us = self._bridge.now_us + _RETRY_US
        self.changed.emit()

    def _take(self, paths: frozenset[str]) -> None:
        if not self._running:
            return
        for path in self._tracks.keys() & paths:
            tag = self._bridge.tag(path)
            track = self._tracks[path]
            if tag is None:
                continue
            if tag.quality in (TagQuality.GOOD, TagQuality.UNCERTAIN) and isinstance(tag.value, int | float):
                at, number = tag.t_source_us or tag.t_receive_us, float(tag.value)
                track.lost_us = None
            else:
                at, number = self._bridge.now_us, float("nan")
                if track.lost_us is None:
                    track.lost_us = tag.t_receive_us or at
            last = track.tail_t[-1] if track.tail_t else int(track.t_us[-1]) if len(track.t_us) else 0
            if at > last and (at - last >= _LEAST_STEP_US or _matters(track, number)):
                track.tail_t.append(at)
                track.tail_v.append(number)
            if len(track.tail_t) >= _TAIL:
                track.settle(self.span()[0])


def broken(t_us: TimeArray, value: FloatArray, gaps: list[Gap]) -> tuple[TimeArray, FloatArray]:
    """The points with a NaN where each closed gap begins, so that no line joins what lies before and after it."""
    starts = np.array([gap.from_us for gap in gaps if gap.to_us is not None], np.int64)
    if len(starts) == 0 or len(t_us) == 0:
        return t_us, value
    places = np.searchsorted(t_us, starts, side="right")
    inside = (places > 0) & (places < len(t_us))
    starts, places = starts[inside], places[inside]
    return np.insert(t_us, places, starts), np.insert(value, places, np.nan)


def _matters(track: _Track, number: float) -> bool:
    """True if a value that came early must not be skipped: it begins or ends a loss, or leaves what was seen lately."""
    if not track.tail_v:
        return False
    last = track.tail_v[-1]
    if np.isnan(number) or np.isnan(last):
        return bool(np.isnan(number) != np.isnan(last))
    recent = track.tail_v[-30:]
    return number > max(recent) or number < min(recent)
