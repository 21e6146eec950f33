"""The last few measurements of something, for percentiles."""

from __future__ import annotations

import math


class RecentValues:
    """Keeps the last `capacity` numbers; written by one thread, read by any (a list copy is atomic)."""

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._values: list[float] = []
        self._next = 0

    def add(self, value: float) -> None:
        """Adds a number, forgetting the oldest when full."""
        if len(self._values) < self._capacity:
            self._values.append(value)
            return
        self._values[self._next] = value
        self._next = (self._next + 1) % self._capacity

    def percentile(self, fraction: float) -> float | None:
        """The nearest-rank percentile (0.5 = median); None before the first number."""
        ordered = sorted(self._values.copy())
        if not ordered:
            return None
        return ordered[min(len(ordered) - 1, max(0, math.ceil(fraction * len(ordered)) - 1))]

    def __len__(self) -> int:
        return len(self._values)
