"""Counts observations in buckets, for durations that are shown as distributions."""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HistogramFigures:
    """A histogram at one moment. bounds: upper bounds; counts: per bucket, one more than bounds (the rest)."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    sum: float

    @property
    def count(self) -> int:
        """Observations so far."""
        return sum(self.counts)


class Histogram:
    """Counts values from any thread."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = tuple(sorted(bounds))
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, value: float) -> None:
        """Counts one value."""
        bucket = bisect_left(self._bounds, value)
        with self._lock:
            self._counts[bucket] += 1
            self._sum += value

    def figures(self) -> HistogramFigures:
        """What was counted so far."""
        with self._lock:
            return HistogramFigures(self._bounds, tuple(self._counts), self._sum)
