"""Worker threads of a front end with a limit on what waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NoReturn, TypeVar

from hmi.base.errors import BusyError

T = TypeVar("T")

_LIMIT: Final = 64


class Workers:
    """A few named threads; beyond `_LIMIT` calls that wait or run, one more is refused with the sentence `busy`."""

    def __init__(self, count: int, name: str, busy: str) -> None:
        self._count = count
        self._busy = busy
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._free = threading.BoundedSemaphore(_LIMIT)

    def start(self) -> None:
        """Makes the threads now, so that the first call does not wait for them."""
        gate = threading.Barrier(self._count + 1)
        for _ in range(self._count):
            self._pool.submit(gate.wait)
        gate.wait()

    def stop(self) -> None:
        """Answers what was asked and ends the threads."""
        self._pool.shutdown(wait=True)

    def do(self, work: Callable[[], T]) -> Future[T]:
        """The future of a call that may block."""
        if not self._free.acquire(blocking=False):
            return done(self._refuse)
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._free.release())
        return future

    def _refuse(self) -> NoReturn:
        raise BusyError(self._busy)


def done(work: Callable[[], T]) -> Future[T]:
    """A finished future of something that only looks at memory."""
    future: Future[T] = Future()
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)
    return future
