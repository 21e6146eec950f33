"""The one writer: work from any thread, one thread, grouped commits."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy import Connection

from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.histogram import Histogram, HistogramFigures
from hmi.base.log import ConditionLog
from hmi.storage.faults import ConnectionLostError, StorageBusyError, is_environment_fault, plain_fault

T = TypeVar("T")
_log = structlog.get_logger("storage")

_GROUP_LIMIT: Final = 500
_KEPT_DURATIONS: Final = 1_000
_COMMIT_BOUNDS_S: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class _Item:
    work: Callable[[Connection], Any]
    future: Future[Any]
    result: Any = None
    error: BaseException | None = None


class StorageWriter:
    """Runs work on the only writing connection and answers after the commit is on disk.

    `submit` never blocks. Work of several callers shares a commit; each runs in a savepoint, so that one that fails
    fails alone. When the database itself fails nothing of the group is kept: locked or server gone, all of it gets a
    `StorageError`; disk full, each work is tried once more by itself. A `StorageError` means: not stored, ask again
    later or tell the person. So work may run twice; it must have no effect outside its connection and must not commit.

    connect: opens a transaction on the writing connection; place: file or server for messages.
    """

    name = "storage"

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection]],
        place: str,
        clock: Clock,
        capacity: int = 10_000,
    ) -> None:
        self._connect = connect
        self._place = place
        self._clock = clock
        self.capacity = capacity
        self._items: deque[_Item] = deque()
        self._ready = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._conditions = ConditionLog(_log)
        self._problem = ""
        self._last_commit_us = 0
        self._durations: deque[float] = deque(maxlen=_KEPT_DURATIONS)
        self._histogram = Histogram(_COMMIT_BOUNDS_S)
        self._commits = 0
        self._refused = 0

    def start(self) -> None:
        """Starts the writer thread; work submitted before waits for it."""
        with self._ready:
            if self._thread is not None:
                return
            self._stopping = False
            self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=False)
        self._thread.start()

    def stop(self) -> None:
        """Commits everything submitted so far and ends; later work is refused."""
        with self._ready:
            self._stopping = True
            self._ready.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()
            self._thread = None
        self._refuse_rest()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queues `work`; the future has its result once committed, or its error if nothing of it was kept."""
        future: Future[T] = Future()
        with self._ready:
            if self._stopping:
                refusal = "the station is stopping; nothing more is stored"
            elif len(self._items) >= self.capacity:
                self._refused += 1
                refusal = f"{self._place} is too slow: {self.capacity} writes are waiting; try again in a moment"
            else:
                self._items.append(_Item(work, future))
                self._ready.notify()
                return future
        future.set_exception(StorageBusyError(refusal))
        return future

    def run(self, work: Callable[[Connection], T], timeout_s: float | None = None) -> T:
        """Submits and waits, or does the work here while the writer thread does not run (start-up, commands).

        Never call it from the writer thread or the window's thread.
        """
        if self._thread is not None:
            return self.submit(work).result(timeout_s)
        future: Future[T] = Future()
        self._write([_Item(work, future)])
        return future.result()

    @property
    def problem(self) -> str:
        """Why the last commit failed, in plain words; empty while all is well."""
        return self._problem

    @property
    def last_commit_us(self) -> int:
        """When the last commit ended; 0 before the first."""
        return self._last_commit_us

    @property
    def commit_durations(self) -> list[float]:
        """Seconds of the last commits (at most 1000), oldest first."""
        with self._ready:
            return list(self._durations)

    @property
    def commit_histogram(self) -> HistogramFigures:
        """How long commits took since the start, in seconds."""
        return self._histogram.figures()

    @property
    def commits(self) -> int:
        """Commits since the start."""
        return self._commits

    @property
    def backlog(self) -> int:
        """Work waiting now."""
        with self._ready:
            return len(self._items)

    @property
    def refused(self) -> int:
        """Work refused since the start because too much was waiting."""
        return self._refused

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._items and not self._stopping:
                    self._ready.wait()
                if not self._items:
                    return
                group = [self._items.popleft() for _ in range(min(len(self._items), _GROUP_LIMIT))]
            self._write(group)

    def _write(self, group: list[_Item]) -> None:
        try:
            self._commit(group)
        except BaseException as error:
            if not is_environment_fault(error):
                _log.exception("commit failed")
            if len(group) == 1 or self._concerns_all(error):
                for item in group:
                    self._fail(item, error)
                return
            for item in group:
                item.error = item.result = None
                self._write([item])
            return
        for item in group:
            if not item.future.set_running_or_notify_cancel():
                continue
            if item.error is not None:
                item.future.set_exception(item.error)
            else:
                item.future.set_result(item.result)

    def _commit(self, group: list[_Item]) -> None:
        began_us = self._clock.monotonic_us()
        try:
            with self._connect() as connection:
                if len(group) == 1:
                    group[0].result = group[0].work(connection)  # the transaction is its savepoint
                else:
                    for item in group:
                        self._run_one(connection, item)
        except BaseException as error:
            if len(group) > 1 or is_environment_fault(error):
                raise
            group[0].error = error
        with self._ready:
            self._durations.append((self._clock.monotonic_us() - began_us) / 1e6)
        self._histogram.observe((self._clock.monotonic_us() - began_us) / 1e6)
        self._commits += 1
        self._last_commit_us = self._clock.now_us()
        if self._problem:
            self._problem = ""
            self._conditions.cleared("write", "the database takes data again", place=self._place)

    def _run_one(self, connection: Connection, item: _Item) -> None:
        savepoint = connection.begin_nested()
        try:
            item.result = item.work(connection)
            savepoint.commit()
        except BaseException as error:
            if is_environment_fault(error):
                raise
            savepoint.rollback()
            item.error = error

    def _concerns_all(self, error: BaseException) -> bool:
        """True where trying each work by itself would only wait once more for each: a lock, a lost server."""
        return is_environment_fault(error) and isinstance(
            plain_fault(error, self._place), StorageBusyError | ConnectionLostError
        )

    def _fail(self, item: _Item, error: BaseException) -> None:
        fault: BaseException = error
        if is_environment_fault(error) and not isinstance(error, PlantError):
            fault = plain_fault(error, self._place)
            fault.__cause__ = error
            self._problem = str(fault)
            self._conditions.raised("write", str(fault), place=self._place)
        if item.future.set_running_or_notify_cancel():
            item.future.set_exception(fault)

    def _refuse_rest(self) -> None:
        with self._ready:
            rest = list(self._items)
            self._items.clear()
        for item in rest:
            if item.future.set_running_or_notify_cancel():
                item.future.set_exception(StorageBusyError("the station is stopping; this was not stored"))
