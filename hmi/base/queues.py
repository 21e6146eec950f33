"""Queues with a cap, a visible backlog and a stated loss policy."""

from __future__ import annotations

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class BoundedQueue(Generic[T]):
    """Hands items from any thread to one consumer; when full the oldest item is dropped and counted.

    capacity: largest sum of weights held; an item's weight is given by the producer (1 unless told).
    """

    def __init__(self, name: str, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("a queue holds at least one item")
        self.name = name
        self.capacity = capacity
        self._items: deque[tuple[T, int]] = deque()
        self._weight = 0
        self._dropped = 0
        self._closed = False
        self._ready = threading.Condition()

    @property
    def depth(self) -> int:
        """Weight waiting now."""
        with self._ready:
            return self._weight

    @property
    def dropped(self) -> int:
        """Weight dropped since the start because the queue was full."""
        with self._ready:
            return self._dropped

    def put(self, item: T, weight: int = 1) -> list[T]:
        """Adds an item and never blocks; returns the items dropped to make room (usually none).

        After `close` the item itself is dropped, counted and returned.
        """
        lost: list[T] = []
        with self._ready:
            if self._closed:
                self._dropped += weight
                return [item]
            self._items.append((item, weight))
            self._weight += weight
            while self._weight > self.capacity and len(self._items) > 1:
                old, old_weight = self._items.popleft()
                self._weight -= old_weight
                self._dropped += old_weight
                lost.append(old)
            self._ready.notify()
        return lost

    def take_all(self, timeout_s: float | None = None) -> list[T]:
        """All waiting items, oldest first; waits up to `timeout_s` for the first one. Empty on timeout or close."""
        with self._ready:
            if not self._items and not self._closed:
                self._ready.wait(timeout_s)
            items = [item for item, _ in self._items]
            self._items.clear()
            self._weight = 0
            return items

    def close(self) -> None:
        """Wakes the consumer; what is waiting can still be taken, nothing more goes in."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    @property
    def closed(self) -> bool:
        """True after `close`."""
        with self._ready:
            return self._closed
