"""Due times of delays, shelves and re-alarms: the next one is found without looking at all alarms."""

from __future__ import annotations

import heapq
from enum import IntEnum


class Timer(IntEnum):
    """What a due time is for."""

    ON_DELAY = 1
    OFF_DELAY = 2
    SHELF = 3
    REALARM = 4
    RECHECK = 5


Key = tuple[str, Timer]


class Timers:
    """Due times by alarm and purpose, at most one each; equal due times fire in the order they were set."""

    def __init__(self) -> None:
        self._due: dict[Key, tuple[int, int]] = {}
        self._heap: list[tuple[int, int, Key]] = []
        self._set_count = 0

    def copy(self) -> Timers:
        """An independent copy."""
        other = Timers()
        other._due = self._due.copy()
        other._heap = self._heap.copy()
        other._set_count = self._set_count
        return other

    def set(self, alarm_id: str, timer: Timer, due_us: int) -> None:
        """Starts or moves a timer; due_us is monotonic."""
        self._set_count += 1
        key = (alarm_id, timer)
        self._due[key] = (due_us, self._set_count)
        heapq.heappush(self._heap, (due_us, self._set_count, key))
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(due, count, key) for key, (due, count) in self._due.items()]
            heapq.heapify(self._heap)

    def cancel(self, alarm_id: str, timer: Timer) -> None:
        """Stops a timer; one that does not run is ignored."""
        self._due.pop((alarm_id, timer), None)

    def runs(self, alarm_id: str, timer: Timer) -> bool:
        """True while the timer is waiting."""
        return (alarm_id, timer) in self._due

    def next_due_us(self) -> int | None:
        """Monotonic time of the next timer, None without one."""
        while self._heap:
            due_us, count, key = self._heap[0]
            if self._due.get(key) == (due_us, count):
                return due_us
            heapq.heappop(self._heap)
        return None

    def take_due(self, monotonic_us: int) -> tuple[str, Timer, int] | None:
        """Removes and returns the next timer due by now, None if none is."""
        due_us = self.next_due_us()
        if due_us is None or due_us > monotonic_us:
            return None
        _, _, key = heapq.heappop(self._heap)
        del self._due[key]
        return key[0], key[1], due_us

    def __len__(self) -> int:
        return len(self._due)
