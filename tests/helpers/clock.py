"""A clock that moves only when told."""

from __future__ import annotations

import threading

EPOCH_US = 1_763_712_000_000_000
"""2025-11-21T08:00:00Z, a fixed start for tests."""


class ManualClock:
    """Both clocks in one hand: `advance` moves them together, `step_wall` only the wall clock."""

    def __init__(self, now_us: int = EPOCH_US) -> None:
        self._lock = threading.Lock()
        self._now_us = now_us
        self._monotonic_us = 1_000_000_000

    def now_us(self) -> int:
        with self._lock:
            return self._now_us

    def monotonic_us(self) -> int:
        with self._lock:
            return self._monotonic_us

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now_us += round(seconds * 1_000_000)
            self._monotonic_us += round(seconds * 1_000_000)

    def step_wall(self, seconds: float) -> None:
        with self._lock:
            self._now_us += round(seconds * 1_000_000)
