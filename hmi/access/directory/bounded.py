"""Calls that may hang, such as looking up a name on a dead network, with a fixed time for the one who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from hmi.access.directory.contract import DirectoryUnreachableError
from hmi.base.clock import Clock, SystemClock

T = TypeVar("T")
_MOST_AT_ONCE: Final = 8


class Deadline:
    """A point in time by which an answer must be there."""

    def __init__(self, timeout_us: int, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._end_us = self._clock.monotonic_us() + timeout_us

    def left_s(self) -> float:
        """Seconds that are left, above 0; raises TimeoutError when there are none."""
        left_us = self._end_us - self._clock.monotonic_us()
        if left_us <= 0:
            raise TimeoutError("no answer in time")
        return left_us / 1_000_000


class BoundedCalls:
    """Runs each call in a thread of its own and lets go of it at its deadline.

    A call let go of ends by its own timeouts; its answer is thrown away. Only a few may run at once, so that a server
    that hangs cannot fill the machine with threads.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def run(self, call: Callable[[Deadline], T], timeout_us: int, late: str) -> T:
        """The call's answer or error; raises DirectoryUnreachableError with the sentence `late` at the deadline."""
        deadline = Deadline(timeout_us)
        if not self._free.acquire(timeout=timeout_us / 1_000_000):
            raise DirectoryUnreachableError(late)
        done: Future[T] = Future()

        def work() -> None:
            try:
                done.set_result(call(deadline))
            except BaseException as fault:
                # whatever it was belongs to the one who waits
                done.set_exception(fault)
            finally:
                self._free.release()

        try:
            threading.Thread(target=work, name=self._name, daemon=True).start()
        except RuntimeError:  # the machine is out of threads; nobody would release
            self._free.release()
            raise DirectoryUnreachableError(late) from None
        try:
            return done.result(deadline.left_s())
        except TimeoutError:
            raise DirectoryUnreachableError(late) from None
