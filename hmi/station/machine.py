"""The computer the station runs on: disk, memory, clock."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from hmi.base.clock import Clock

FIGURES_LIMIT_US = 10_000_000
CLOCK_JUMP_LIMIT_US = 2_000_000
CLOCK_JUMP_SHOWN_US = 600_000_000


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """What was read of the computer; ratios 0..1, sizes in bytes, None = not known now."""

    disk_free_ratio: float | None = None
    memory_used_ratio: float | None = None
    process_memory_bytes: int | None = None


def read_machine(data_dir: Path) -> MachineFigures:
    """Reads disk and memory now; a disk that hangs makes it wait, a data folder that is gone has no figure."""
    memory = psutil.virtual_memory().percent / 100.0
    resident = psutil.Process(os.getpid()).memory_info().rss
    try:
        disk = psutil.disk_usage(str(data_dir))
    except OSError:
        return MachineFigures(None, memory, resident)
    return MachineFigures(disk.free / disk.total if disk.total else 0.0, memory, resident)


class MachineWatch:
    """The latest figures of the computer. `refresh` is a background job, so nobody who asks ever waits for a disk."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._read: tuple[int, MachineFigures] | None = None

    def refresh(self) -> None:
        """Reads the figures anew."""
        figures = read_machine(self._data_dir)
        self._read = (self._clock.monotonic_us(), figures)

    @property
    def figures(self) -> MachineFigures:
        """The figures last read; nothing is known if that was too long ago."""
        read = self._read
        if read is None or self._clock.monotonic_us() - read[0] > FIGURES_LIMIT_US:
            return MachineFigures()
        return read[1]


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

    def jumped_within(self, span_us: int, monotonic_us: int) -> bool:
        """True if a jump was seen in the last `span_us`."""
        return self._jumped_at_us is not None and monotonic_us - self._jumped_at_us <= span_us

    def problem(self, monotonic_us: int) -> str:
        """A sentence for ten minutes after a jump, else empty."""
        if self._jumped_at_us is None or monotonic_us - self._jumped_at_us > CLOCK_JUMP_SHOWN_US:
            return ""
        direction = "forward" if self._jump_us > 0 else "back"
        return f"the clock jumped {direction} by {abs(self._jump_us) / 1e6:.1f} s"
