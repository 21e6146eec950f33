"""When to poll next and how long to wait before the next attempt; pure, time and randomness are passed in."""

from __future__ import annotations

import random
from typing import Final

_STEPS_US: Final = (1_000_000, 2_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000)
_JITTER: Final = 0.1


def next_slot(due_us: int, now_us: int, period_us: int, phase_us: int) -> tuple[int, int]:
    """The first time on the grid phase + n * period after `now_us`, and how many slots since `due_us` were missed.

    A grid does not drift, and a missed slot is skipped and counted, never queued.
    """
    passed = (now_us - phase_us) // period_us
    missed = passed - (due_us - phase_us) // period_us
    return phase_us + (passed + 1) * period_us, max(0, missed)


class Backoff:
    """Waiting times 1, 2, 5, 10 ... s up to a maximum, each jittered so that many devices do not knock together."""

    def __init__(self, max_us: int, rng: random.Random) -> None:
        self._max_us = max_us
        self._rng = rng
        self._step = 0

    def next_us(self) -> int:
        """How long to wait before the next attempt."""
        wait = min(self._max_us, _STEPS_US[min(self._step, len(_STEPS_US) - 1)])
        self._step += 1
        return round(wait * (1 - _JITTER * self._rng.random()))

    def reset(self) -> None:
        """Begins anew after a success."""
        self._step = 0
