"""Lets the central server remember the audit trail, and asks it what it remembers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from hmi.agent.store import OutboxStore
from hmi.agent.transport import CentralClient, Outcome
from hmi.base.clock import Clock
from hmi.base.errors import PlantError, UnreachableError
from hmi.model.station import AgentSettings
from hmi.model.timestamps import US_PER_S
from hmi.wire.witness import WitnessKind, WitnessRecord, from_record, to_record

STREAM: Final = "audit"
JOB: Final = "audit witness"
EVERY_S: Final = 1.0
"""How often it is looked whether something is to be shipped."""

SOONEST_US: Final = 60 * US_PER_S
LATEST_US: Final = 3_600 * US_PER_S
ROWS: Final = 1_000
_MARK: Final = "audit_witness_n"
_WAIT_S: Final = 5.0
_PAGE: Final = 1_000
_MOST_PAGES: Final = 1_000


class WitnessSource(Protocol):
    """The station's own witness of its audit trail."""

    @property
    def newest(self) -> WitnessRecord | None:
        """The newest row it knows."""
        ...

    def unshipped(self, after_n: int) -> list[WitnessRecord]:
        """Facts after a number and the newest head, in their order."""
        ...


class WitnessShipping:
    """Puts witnesses into the outbox: a changed head at most once a minute or at once after 1,000 rows, and each hour.

    That rows were removed or a backup was put back goes out at once.
    """

    def __init__(self, outbox: OutboxStore, source: WitnessSource, clock: Clock) -> None:
        self._outbox = outbox
        self._source = source
        self._clock = clock
        self._lock = threading.Lock()
        self._shipped: WitnessRecord | None = None
        self._shipped_us = 0
        self._facts_n: int | None = None

    def run(self, last: bool = False) -> bool:
        """Adds what is due and says if anything was. last: the station stops, so whatever has changed is due.

        Raises PlantError if the outbox does not take it; the next call tries again.
        """
        with self._lock:
            newest, before = self._source.newest, self._shipped
            if newest is None:
                return False
            if self._facts_n is None:
                self._facts_n = self._outbox.mark(_MARK) or 0
            records = self._source.unshipped(self._facts_n)
            facts = [record.n for record in records if record.kind is not WitnessKind.HEAD]
            if not facts and not self._is_due(newest, before, last):
                return False
            try:
                self._outbox.add(STREAM, tuple(to_record(record) for record in records)).result(_WAIT_S)
            except TimeoutError:
                raise PlantError("the outbox does not answer: the audit witness is not shipped now") from None
            if facts:
                self._facts_n = facts[-1]
                self._outbox.set_mark(_MARK, facts[-1])
            self._shipped, self._shipped_us = newest, self._clock.monotonic_us()
            return True

    def _is_due(self, newest: WitnessRecord, before: WitnessRecord | None, last: bool) -> bool:
        passed_us = self._clock.monotonic_us() - self._shipped_us
        if before is None or passed_us >= LATEST_US:
            return True
        if (before.seq, before.hash) == (newest.seq, newest.hash):
            return False
        return last or passed_us >= SOONEST_US or abs(newest.seq - before.seq) >= ROWS


def central_witnesses(settings: AgentSettings, resolve: Callable[[str], str], station: str) -> Sequence[WitnessRecord]:
    """What the central server remembers of this station's audit trail, oldest first; raises PlantError in plain words.

    resolve: the secret behind a reference.
    """
    key = resolve(settings.key) if settings.key else ""
    client = CentralClient(settings.central, settings.ca)
    found: list[WitnessRecord] = []
    cursor = ""
    try:
        for _ in range(_MOST_PAGES):
            path = f"/api/v1/stations/{station}/witnesses?limit={_PAGE}" + (f"&cursor={cursor}" if cursor else "")
            verdict = client.read(key, path)
            if verdict.outcome is not Outcome.TAKEN or verdict.body is None:
                raise UnreachableError(verdict.reason or "the answer is not of a central server")
            try:
                found += [from_record(item) for item in verdict.body["items"]]
                cursor = str(verdict.body["next"] or "")
            except (KeyError, TypeError, ValueError):
                raise PlantError("the answer is not of a central server") from None
            if not cursor.isascii() or not cursor.isdigit():
                return found
    finally:
        client.close()
    return found
