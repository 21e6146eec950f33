"""Where time comes from; logic receives it, never asks for it."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Source of time; a test passes one it can move."""

    def now_us(self) -> int:
        """Microseconds since 1970 UTC; may step when the system clock is set."""
        ...

    def monotonic_us(self) -> int:
        """Microseconds that never step, from an arbitrary start."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_us(self) -> int:
        return time.time_ns() // 1_000

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1_000
