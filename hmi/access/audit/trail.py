"""The audit trail of a running station: recorded before it is answered, searched, shortened, verified."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from hmi.access.audit import store
from hmi.access.audit.checking import Anchor, AnchorKind, AuditCheck
from hmi.access.audit.store import AuditSearch, StoredAudit
from hmi.access.audit.witness import Witness, WitnessReading
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.model.access import AuditRow
from hmi.model.timestamps import US_PER_S, iso
from hmi.storage.database import Database
from hmi.storage.faults import StorageError
from hmi.wire.witness import WitnessKind, WitnessRecord

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_log = structlog.get_logger("audit")

INTENDED: Final = "intended"
"""Result of a row that was stored before a deed outside the database; a second row says what came of it."""

WITNESS_EVERY_S: Final = 1.0
"""How often `witness_head` is meant to be called."""

_RETRY_US: Final = 5 * US_PER_S
_TIMEOUT_S: Final = 30.0
_NOTES_SHOWN: Final = 3


class AuditTrail:
    """Records who did what. Safe from any thread; a done future means that the rows are on disk.

    witness: the file beside the database, None = none is kept. A row that cannot be stored makes its future fail with
    a `StorageError` in words, and nothing of it is kept: the deed must not happen then. `problem` says so until rows
    are stored again, which the trail tries by itself.
    """

    def __init__(self, database: Database, station: str, clock: Clock, witness: Witness | None = None) -> None:
        self._database = database
        self._station = station
        self._clock = clock
        self._witness = witness
        self._central: Callable[[], Sequence[WitnessRecord]] | None = None
        self._conditions = ConditionLog(_log)
        self._lock = threading.Lock()
        self._removing = threading.Lock()
        self._problem = ""
        self._unreported = ""
        self._retry_us = 0
        self._suspicion = ""
        self._witness_problem = ""
        self._witnessing = False

    def attach_central(self, witnesses: Callable[[], Sequence[WitnessRecord]]) -> None:
        """Gives `verify` what the central server remembers; it may raise a PlantError."""
        self._central = witnesses

    def start(self) -> None:
        """Opens the witness; a trail whose witness is gone or not this station's gets a row that says so.

        A witness that cannot be opened does not keep the station from starting: `suspicion` tells, and it is tried on.
        """
        self.witness_head()

    def note_restored(self, backup: str, actor: str) -> None:
        """Puts on record that the database was just put back from a backup; called once then, in place of `start`.

        The witness is told first: what it knows of later rows is no sign of a cut from now on, but of this.
        """
        now_us = self._clock.now_us()
        seq, row_hash = self._head()
        old = ""
        if self._witness is not None:
            self._witness.begin(now_us)
            newest = self._witness.newest
            old = str(newest.seq) if newest is not None else ""
            self._witness.restored(seq, row_hash, now_us, backup)
            self._witnessing = True
        row = AuditRow(now_us, actor, "BACKUP_RESTORED", backup, old=old, new=str(seq), unit="row", result="done")
        self._database.writer.run(lambda connection: self.append_in(connection, [row]), _TIMEOUT_S)
        self.witness_head()

    def stop(self) -> None:
        """Lets the witness know the last rows; called when nobody records any more, before the database closes."""
        if self._witness is not None:
            self.witness_head()

    @property
    def witness(self) -> Witness | None:
        """The file beside the database."""
        return self._witness

    @property
    def problem(self) -> str:
        """Why rows cannot be stored now, in plain words; empty while they can."""
        with self._lock:
            return self._problem

    @property
    def failing(self) -> bool:
        """True while rows cannot be stored."""
        return bool(self.problem)

    @property
    def suspicion(self) -> str:
        """What looked like tampering since the start, or why nobody would notice it now; empty if all is well.

        In plain words; `verify` knows for sure.
        """
        with self._lock:
            return self._suspicion or self._witness_problem

    def record(self, *rows: AuditRow) -> Future[None]:
        """Stores rows in their order, all or none."""
        done: Future[None] = Future()
        done.set_running_or_notify_cancel()  # what is under way cannot be called back

        def finish(future: Future[list[StoredAudit]]) -> None:
            fault = future.exception()
            if fault is not None:
                done.set_exception(fault)
            else:
                done.set_result(None)

        stored = self._database.writer.submit(lambda connection: store.append(connection, rows, self._station))
        self.watch(stored).add_done_callback(finish)
        return done

    def intend(self, row: AuditRow) -> Future[None]:
        """Stores that something outside the database is about to be done; without it the deed must not happen."""
        return self.record(row if row.result else replace(row, result=INTENDED))

    def append_in(self, connection: Connection, rows: Sequence[AuditRow]) -> list[StoredAudit]:
        """Adds rows within the caller's transaction, so that a fact and its row are stored together or not at all."""
        return store.append(connection, rows, self._station)

    def watch(self, stored: Future[T]) -> Future[T]:
        """Follows a transaction with rows in it, for `problem`; returns the same future.

        A refusal of the fact itself is none of the trail's: only a `StorageError` counts.
        """
        stored.add_done_callback(self._followed)
        return stored

    def search(self, search: AuditSearch) -> list[StoredAudit]:
        """Rows that fit, in order of `seq`."""
        with self._database.reader() as connection:
            return store.query(connection, search)

    def signed(self) -> Iterator[StoredAudit]:
        """Every signed row, oldest first, read in blocks."""
        after = 0
        while True:
            with self._database.reader() as connection:
                block = store.signed(connection, after)
            if not block:
                return
            yield from block
            after = block[-1].seq

    def prune(self, before_us: int) -> int:
        """Removes the rows recorded before a moment, on record and known to the witness; returns how many."""
        with self._removing:
            with self._database.reader() as connection:
                found = store.removable(connection, before_us)
            if found is None:
                return 0
            _, last, last_hash = found
            now_us = self._clock.now_us()
            if self._witness is not None:
                self._witness.permit(last, last_hash, now_us)
            work = lambda connection: store.prune(connection, before_us, self._station, now_us, last)  # noqa: E731
            return self._database.writer.run(work, _TIMEOUT_S)

    def witness_head(self) -> None:
        """Tells the witness the newest row and tries to store again what could not be; cheap while nothing changed."""
        self._report_failure()
        if self._witness is None:
            return
        try:
            self._begin_witness(self._witness)
            seq, row_hash = self._head()
            said = self._witness.note(seq, row_hash, self._clock.now_us()) if seq or self._witness.newest else ""
        except PlantError as fault:
            with self._lock:
                self._witness_problem = f"the audit witness is not kept: {fault}"
            self._conditions.raised("witness", f"the audit witness is not kept: {fault}")
            return
        with self._lock:
            self._witness_problem = ""
        self._conditions.cleared("witness", "the audit witness is kept again")
        if said:
            _log.warning("the audit trail looks tampered with; 'audit verify' names the row", reason=said)
            with self._lock:
                self._suspicion = said

    def verify(self) -> AuditCheck:
        """Follows the whole chain and holds it against the witness file and the central server; slow."""
        notes: list[str] = []
        anchors: list[Anchor] = []
        if self._central is not None:
            try:
                records = [record for record in self._central() if self._believes(record)]
            except PlantError as fault:
                notes.append(f"the central server could not be asked: {fault}")
            else:
                anchors += held(records, "central", notes)
        reading = WitnessReading()
        with ExitStack() as stack:
            # A removal may not come between what the witness says and the view of the database, which begins at `head`.
            with self._removing:
                if self._witness is not None:
                    try:
                        reading = self._witness.reading()
                    except PlantError as fault:
                        notes.append(f"the witness could not be read: {fault}")
                    else:
                        anchors += held(reading.records, "local", notes)
                connection = stack.enter_context(self._database.reader())
                store.head(connection)
            found = store.verify_trail(connection, anchors)
        return concluded(found, reading, notes)

    def _begin_witness(self, witness: Witness) -> None:
        if self._witnessing:
            return
        said = witness.begin(self._clock.now_us())
        if said and self._head()[0]:
            row = AuditRow(self._clock.now_us(), "system", "AUDIT_WITNESS_NEW", reason=said)
            self._database.writer.run(lambda connection: self.append_in(connection, [row]), _TIMEOUT_S)
        self._witnessing = True

    def _head(self) -> tuple[int, str]:
        with self._database.reader() as connection:
            return store.head(connection)

    def _believes(self, record: WitnessRecord) -> bool:
        """A row seen elsewhere needs no proof; that rows were set aside is believed only of this station itself."""
        return record.kind is WitnessKind.HEAD or self._witness is None or self._witness.is_own(record)

    def _followed(self, future: Future[Any]) -> None:
        fault = None if future.cancelled() else future.exception()
        if future.cancelled() or (fault is not None and not isinstance(fault, StorageError)):
            return
        with self._lock:
            if fault is None:
                self._problem = ""
            else:
                self._problem = self._unreported = str(fault)
        if fault is None:
            self._conditions.cleared("store", "the audit trail is stored again")
        else:
            self._conditions.raised("store", f"the audit trail cannot be stored: {fault}")

    def _report_failure(self) -> None:
        """Puts a past failure on record, which also shows whether rows can be stored again."""
        with self._lock:
            said, now_us = self._unreported, self._clock.monotonic_us()
            if not said or now_us < self._retry_us:
                return
            self._retry_us = now_us + _RETRY_US

        def reported(future: Future[None]) -> None:
            with self._lock:
                if future.exception() is None and self._unreported == said:
                    self._unreported = ""

        row = AuditRow(self._clock.now_us(), "system", "AUDIT_FAILED", reason=said, result="stored again")
        self.record(row).add_done_callback(reported)


def held(records: Sequence[WitnessRecord], source: str, notes: list[str]) -> list[Anchor]:
    """What the trail has to be held against, in the order it was witnessed; rows that a restore set aside are noted."""
    heads: list[WitnessRecord] = []
    permits: list[Anchor] = []
    for record in sorted(records, key=lambda one: one.n):
        if record.kind is WitnessKind.PRUNED:
            permits.append(Anchor(record.seq, record.hash, record.t_us, source, AnchorKind.PRUNED, record.n))
            continue
        if record.kind is WitnessKind.RESTORED:
            gone = max((head.seq for head in heads if head.seq > record.seq), default=0)
            heads = [head for head in heads if head.seq <= record.seq]
            if gone:
                rows = f"row {gone} was" if gone == record.seq + 1 else f"rows {record.seq + 1} to {gone} were"
                note = f"{rows} set aside at {iso(record.t_us)} by restoring backup {record.backup}"
                if note not in notes:
                    notes.append(note)
        if record.seq:
            heads.append(record)
    return [Anchor(head.seq, head.hash, head.t_us, source, n=head.n) for head in heads] + permits


def concluded(found: AuditCheck, reading: WitnessReading, notes: Sequence[str]) -> AuditCheck:
    """The check with what the witnesses themselves gave cause to say."""
    said = list(notes[-_NOTES_SHOWN:])
    if found.ok and reading.changed:
        lines = "a line" if reading.changed == 1 else f"{reading.changed} lines"
        first = reading.sure_seq + 1
        said.insert(0, f"{lines} of the witness file were not made by this station: nothing vouches for row {first} on")
        return replace(found, ok=False, first_bad_seq=first, reason="; ".join(said))
    if found.ok and found.rows and found.witness == "none":
        said.append("no witness knows this trail: rows cut off at its end would not be missed")
    return replace(found, reason="; ".join(([found.reason] if found.reason else []) + said))
