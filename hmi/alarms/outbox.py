"""The way of alarm rows into the database: in order, one write at a time, tried again until it works."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from hmi.access.audit import store as audit_store
from hmi.alarms import store
from hmi.alarms.engine.values import AlarmStatus
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.model.access import AuditRow
from hmi.model.alarms import AlarmRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_RETRY_US: Final = 1_000_000
_LATE_US: Final = 5_000_000
CAPACITY: Final = 100_000


class Writer(Protocol):
    """The one who commits."""

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Runs the work in a transaction; the future resolves after the commit."""
        ...


@dataclass(slots=True)
class Entry:
    """Rows of one step, the states they lead to, and who wants to know when they are stored.

    audits: what people did, for the audit trail in the same transaction. on_result: called once with None after the
    commit, or with the reason of the first failure; the entry is kept and tried again after a failure. on_stored:
    called after the commit, however late.
    """

    rows: Sequence[AlarmRow]
    states: Mapping[str, AlarmStatus]
    t_put_us: int
    on_result: Callable[[BaseException | None], None] | None = None
    on_stored: Callable[[], None] | None = None
    audits: Sequence[AuditRow] = ()
    told: bool = False


class Outbox:
    """Keeps entries until they are committed; beyond `CAPACITY` waiting rows the oldest are lost and counted."""

    def __init__(self, writer: Writer, clock: Clock, station: str = "") -> None:
        self._writer = writer
        self._clock = clock
        self._station = station
        self._lock = threading.Condition()
        self._waiting: deque[Entry] = deque()
        self._rows = 0
        self._in_flight: list[Entry] = []
        self._retry_at_us = 0
        self.lost_rows = 0
        self.problem = ""

    def put(self, entry: Entry) -> None:
        """Takes an entry and sends it as soon as those before it are stored."""
        lost: list[Entry] = []
        with self._lock:
            self._waiting.append(entry)
            self._rows += len(entry.rows)
            while self._rows > CAPACITY and len(self._waiting) > 1:
                place = self._first_to_lose()
                oldest = self._waiting[place]
                del self._waiting[place]
                self._rows -= len(oldest.rows)
                self.lost_rows += len(oldest.rows)
                # the rows are gone, the states they led to need not be: after a restart they must be true
                following = self._waiting[place]
                following.states = {**oldest.states, **following.states}
                lost.append(oldest)
        self._tell(lost, PlantError("too many alarm rows wait for the database; this one was given up"))
        self.pump()

    def _first_to_lose(self) -> int:
        """Place of the oldest entry without a person's deed; what somebody did is given up last."""
        for place, entry in enumerate(self._waiting):
            if place < len(self._waiting) - 1 and not any(row.actor for row in entry.rows):
                return place
        return 0

    def pump(self, *, at_once: bool = False) -> None:
        """Sends what waits, unless a write is under way or the last failure is too recent; call it regularly.

        at_once: also right after a failure.
        """
        with self._lock:
            if self._in_flight or not self._waiting:
                return
            if self.problem and not at_once and self._clock.monotonic_us() < self._retry_at_us:
                return
            self._in_flight = list(self._waiting)
            self._waiting.clear()
            self._rows = 0
            sent = list(self._in_flight)
        rows = [row for entry in sent for row in entry.rows]
        states: dict[str, AlarmStatus] = {}
        for entry in sent:
            states.update(entry.states)
        audits = [audit for entry in sent for audit in entry.audits]
        t_recorded_us = self._clock.now_us()

        def work(connection: Connection) -> list[store.StoredRow]:
            stored = store.append(connection, rows, states, t_recorded_us)
            audit_store.append(connection, audits, self._station)
            return stored

        future = self._writer.submit(work)
        future.add_done_callback(self._on_done)

    def wait_empty(self, timeout_s: float) -> bool:
        """Waits until nothing is left to store; False if the time was not enough."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._in_flight and not self._waiting, timeout_s)

    @property
    def backlog(self) -> int:
        """Rows not yet stored."""
        with self._lock:
            return self._rows + sum(len(entry.rows) for entry in self._in_flight)

    @property
    def late(self) -> bool:
        """True if a write failed or rows have waited for more than 5 s."""
        with self._lock:
            oldest = self._in_flight[0] if self._in_flight else self._waiting[0] if self._waiting else None
            waited = oldest is not None and self._clock.monotonic_us() - oldest.t_put_us > _LATE_US
            return bool(self.problem) or waited

    def _on_done(self, future: Future[list[store.StoredRow]]) -> None:
        fault = future.exception()
        if fault is None:
            self._stored()
        else:
            self._refused(fault)

    def _stored(self) -> None:
        try:
            for entry in self._in_flight:
                if entry.on_stored is not None:
                    entry.on_stored()
            self._tell(self._in_flight, None)
        finally:
            # only now: who waits for an empty outbox also waits until everybody was told
            with self._lock:
                self._in_flight = []
                self.problem = ""
                self._lock.notify_all()
        self.pump()

    def _refused(self, fault: BaseException) -> None:
        with self._lock:
            sent, self._in_flight = self._in_flight, []
            self.problem = str(fault) or type(fault).__name__
            self._retry_at_us = self._clock.monotonic_us() + _RETRY_US
            self._waiting.extendleft(reversed(sent))
            self._rows += sum(len(entry.rows) for entry in sent)
            self._lock.notify_all()
        self._tell(sent, fault)

    @staticmethod
    def _tell(entries: Sequence[Entry], fault: BaseException | None) -> None:
        for entry in entries:
            if not entry.told:
                entry.told = True
                if entry.on_result is not None:
                    entry.on_result(fault)
