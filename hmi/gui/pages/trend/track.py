"""The points of one pen: what history answered, and after it what the window itself heard live."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hmi.gui.plots.structs import GapSpan
from hmi.gui.widgets.structs import FloatArray, TimeArray

LATE_US = 3_000_000
"""History is complete up to this long before a question: it commits once a second."""

_TAIL = 200
_MOST_LIVE = 100_000


class Track:
    """Times and values in time order; NaN breaks the line. A tag that is not stored keeps all its live points."""

    def __init__(self, is_stored: bool = True) -> None:
        self._is_stored = is_stored
        self._t_us: TimeArray = np.zeros(0, np.int64)
        self._value: FloatArray = np.zeros(0, np.float64)
        self._live_t: TimeArray = np.zeros(0, np.int64)
        self._live_v: FloatArray = np.zeros(0, np.float64)
        self._tail_t: list[int] = []
        self._tail_v: list[float] = []
        self.lost_us: int | None = None

    @property
    def last_us(self) -> int:
        """Time of the newest point, 0 without one."""
        if self._tail_t:
            return self._tail_t[-1]
        if len(self._live_t):
            return int(self._live_t[-1])
        return int(self._t_us[-1]) if len(self._t_us) else 0

    @property
    def first_live_us(self) -> int | None:
        """Time of the oldest point heard live."""
        self._settle()
        return int(self._live_t[0]) if len(self._live_t) else None

    def answer(self, t_us: TimeArray, value: FloatArray, from_us: int, asked_us: int) -> None:
        """Takes history from `from_us` on, asked at `asked_us`; live points it covers are forgotten."""
        before = int(np.searchsorted(self._t_us, from_us))
        self._t_us = np.concatenate((self._t_us[:before], t_us))
        self._value = np.concatenate((self._value[:before], value))
        if self._is_stored:
            self._settle()
            newest = int(t_us[-1]) if len(t_us) else 0
            start = int(np.searchsorted(self._live_t, max(newest, asked_us - LATE_US), side="right"))
            self._live_t, self._live_v = self._live_t[start:], self._live_v[start:]

    def replace(self, t_us: TimeArray, value: FloatArray, asked_us: int) -> None:
        """Takes a whole new answer."""
        self._t_us, self._value = self._t_us[:0], self._value[:0]
        self.answer(t_us, value, 0, asked_us)

    def lead(self, t_us: int, value: float) -> None:
        """Puts the value that was known before the first point in front of it."""
        if not len(self._t_us) or t_us < self._t_us[0]:
            self._t_us, self._value = np.r_[np.int64(t_us), self._t_us], np.r_[value, self._value]

    def add_live(self, t_us: int, value: float) -> bool:
        """Adds a live point at the end; False if it is not newer."""
        if t_us <= self.last_us:
            return False
        if np.isnan(value):
            newest = next((part[-1] for part in (self._tail_v, self._live_v, self._value) if len(part)), None)
            if newest is None or np.isnan(newest):
                return False
        self._tail_t.append(t_us)
        self._tail_v.append(value)
        if len(self._tail_t) >= _TAIL:
            self._settle()
        return True

    def points(self, gaps: Sequence[GapSpan] = (), *, with_live: bool = True) -> tuple[TimeArray, FloatArray]:
        """All points, broken at every gap; without live ones where history does not reach them."""
        if not with_live:
            return broken(self._t_us, self._value, gaps)
        self._settle()
        t_us = np.concatenate((self._t_us, self._live_t))
        value = np.concatenate((self._value, self._live_v))
        return broken(t_us, value, gaps)

    def at(self, t_us: int, gaps: Sequence[GapSpan] = (), *, with_live: bool = True) -> float | None:
        """The sample at or before a moment; None inside a gap, and where there is none or a bad one."""
        if any(gap.from_us < t_us and (gap.to_us is None or t_us < gap.to_us) for gap in gaps):
            return None
        times, values = self.points(gaps, with_live=with_live)
        index = int(np.searchsorted(times, t_us, side="right")) - 1
        if index < 0 or np.isnan(values[index]):
            return None
        return float(values[index])

    def _settle(self) -> None:
        if self._tail_t:
            self._live_t = np.concatenate((self._live_t, np.array(self._tail_t, np.int64)))[-_MOST_LIVE:]
            self._live_v = np.concatenate((self._live_v, np.array(self._tail_v, np.float64)))[-_MOST_LIVE:]
            self._tail_t, self._tail_v = [], []


def broken(t_us: TimeArray, value: FloatArray, gaps: Sequence[GapSpan]) -> tuple[TimeArray, FloatArray]:
    """The points with a NaN at the beginning of every gap, so that no line crosses it."""
    starts = sorted({gap.from_us for gap in gaps})
    if not starts or not len(t_us):
        return t_us, value
    times, values = t_us, value
    for start in reversed(starts):
        place = int(np.searchsorted(times, start, side="right"))
        if 0 < place < len(times):
            moment = max(start, int(times[place - 1]))
            times = np.r_[times[:place], np.int64(moment), times[place:]]
            values = np.r_[values[:place], np.nan, values[place:]]
    return times, values


def held(t_us: TimeArray, value: FloatArray) -> tuple[TimeArray, FloatArray]:
    """The points of a value that holds until the next one, drawn up to where it breaks."""
    ends = np.flatnonzero(~np.isnan(value[:-1]) & np.isnan(value[1:])) + 1
    return np.insert(t_us, ends, t_us[ends]), np.insert(value, ends, value[ends - 1])
