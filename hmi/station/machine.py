"""The computer the station runs on: disk, memory, clock."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

CLOCK_JUMP_LIMIT_US = 2_000_000
CLOCK_JUMP_SHOWN_US = 600_000_000


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """What was read of the computer; ratios 0..1, sizes in bytes."""

    disk_free_ratio: float
    memory_used_ratio: float
    process_memory_bytes: int


def read_machine(data_dir: Path) -> MachineFigures:
    """Reads disk and memory now; takes well under a millisecond."""
    disk = psutil.disk_usage(str(data_dir))
    memory = psutil.virtual_memory()
    resident = psutil.Process(os.getpid()).memory_info().rss
    return MachineFigures(disk.free / disk.total, memory.percent / 100.0, resident)


class ClockWatch:
    """Notices that the wall clock jumped against the monotonic one (`domain.md` 1.5, system alarms)."""

    def __init__(self) -> None:
        self._last: tuple[int, int] | None = None
        self._jumped_at_us: int | None = None
        self._jump_us = 0

    def look(self, now_us: int, monotonic_us: int) -> int:
        """Microseconds the wall clock jumped since the last look, 0 below 2 s."""
        last, self._last = self._last, (now_us, monotonic_us)
        if last is None:
            return 0
        jump = (now_us - last[0]) - (monotonic_us - last[1])
        if abs(jump) <= CLOCK_JUMP_LIMIT_US:
            return 0
        self._jumped_at_us, self._jump_us = monotonic_us, jump
        return jump

    def problem(self, monotonic_us: int) -> str:
        """A sentence for ten minutes after a jump, else empty."""
        if self._jumped_at_us is None or monotonic_us - self._jumped_at_us > CLOCK_JUMP_SHOWN_US:
            return ""
        direction = "forward" if self._jump_us > 0 else "back"
        return f"the clock jumped {direction} by {abs(self._jump_us) / 1e6:.1f} s"
