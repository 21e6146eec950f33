"""The outbox: what is to be shipped, numbered once, kept in the station's database until the server has it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from hmi.base.clock import Clock
from hmi.storage.database import Database
from hmi.storage.schema.core import meta
from hmi.storage.schema.outbox import outbox_backups, outbox_batches, outbox_streams
from hmi.wire.batches import Batch, Record, decode, encode

CAPACITY: Final = 200_000
"""Batches kept per station, a month at one every 15 s; beyond it the oldest is dropped and counted."""

_WAIT_S: Final = 30.0
_AUTH: Final = (401, 403)
_VERIFIED: Final = "backup_verified_us"


@dataclass(frozen=True, slots=True)
class OutboxBatch:
    """A batch that waits, with its bytes exactly as they are sent."""

    stream: str
    epoch: int
    seq: int
    created_us: int
    records: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Added:
    """A batch that was kept. dropped: (stream, records) lost because the outbox was full."""

    seq: int
    stream: str
    records: int
    dropped: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OutboxBackup:
    """A backup that waits to be shipped."""

    id: str
    path: str
    sha256: str
    bytes: int
    created_us: int


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """What waits and what became of the rest. waiting, shipped, dropped: records by stream.

    oldest_us: creation of the oldest batch that waits. set_aside: shipments the server refused for good;
    set_aside_reason: why the last of them was refused.
    """

    waiting: dict[str, int] = field(default_factory=dict)
    shipped: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    oldest_us: int | None = None
    set_aside: int = 0
    set_aside_reason: str = ""
    backups_waiting: int = 0
    backup_shipped_us: int | None = None
    backup_verified_us: int | None = None


class OutboxStore:
    """The outbox of one station. Every change is committed before it is answered."""

    def __init__(self, database: Database, station: str, clock: Clock, capacity: int = CAPACITY) -> None:
        self._database = database
        self._station = station
        self._clock = clock
        self._capacity = capacity
        self._lock = threading.Lock()
        self._figures: OutboxFigures | None = None
        # Counted once and then followed: adding up a month of batches at every question would be slow.
        self._waiting = self._count_waiting()

    def add(self, stream: str, records: tuple[Record, ...]) -> Future[Added]:
        """Numbers records as one batch and keeps them; the future ends after the commit."""
        now_us = self._clock.now_us()
        future = self._database.writer.submit(lambda connection: self._add(connection, stream, records, now_us))
        future.add_done_callback(self._added)
        return future

    def next_batch(self) -> OutboxBatch | None:
        """The oldest batch that waits; batches of a stream come in the order of their numbers."""
        table = outbox_batches
        with self._database.reader() as connection:
            streams = connection.execute(select(outbox_streams.c.stream).order_by(outbox_streams.c.stream)).scalars()
            firsts = [
                connection.execute(
                    select(table)
                    .where(table.c.stream == stream, table.c.refused_us.is_(None))
                    .order_by(table.c.epoch, table.c.seq)
                    .limit(1)
                ).first()
                for stream in streams.all()
            ]
        row = min((row for row in firsts if row is not None), key=lambda row: row.created_us, default=None)
        if row is None:
            return None
        return OutboxBatch(row.stream, row.epoch, row.seq, row.created_us, row.records, row.body)

    def delivered(self, batch: OutboxBatch) -> None:
        """Forgets a batch the server has stored."""

        def work(connection: Connection) -> None:
            if connection.execute(delete(outbox_batches).where(*_is(batch))).rowcount:
                _count(connection, batch.stream, "shipped", batch.records)

        self._run(work)
        self._changed(batch.stream, -batch.records)

    def refused(self, batch: OutboxBatch, status: int, reason: str) -> None:
        """Sets a batch aside: it is kept and shown, and not sent again."""
        values = {"refused_us": self._clock.now_us(), "refused_status": status, "reason": reason}
        self._run(lambda connection: connection.execute(update(outbox_batches).where(*_is(batch)).values(**values)))
        self._changed(batch.stream, -batch.records)

    def begin_epoch(self, stream: str) -> None:
        """Gives every waiting batch of a stream a number of a new epoch, because its own was used for other content."""
        now_us = self._clock.now_us()

        def work(connection: Connection) -> None:
            table = outbox_batches
            old = connection.execute(select(outbox_streams.c.epoch).where(outbox_streams.c.stream == stream)).scalar()
            epoch = max(now_us, (old or 0) + 1)
            waiting = (table.c.stream == stream, table.c.refused_us.is_(None))
            rows = connection.execute(select(table).where(*waiting).order_by(table.c.epoch, table.c.seq)).all()
            connection.execute(delete(table).where(*waiting))
            for seq, row in enumerate(rows, start=1):
                body = encode(Batch(self._station, epoch, seq, decode(row.body).records))
                connection.execute(
                    insert(table).values(
                        stream=stream, epoch=epoch, seq=seq, created_us=row.created_us, records=row.records, body=body
                    )
                )
            values = {"epoch": epoch, "next_seq": len(rows) + 1}
            connection.execute(update(outbox_streams).where(outbox_streams.c.stream == stream).values(**values))

        self._run(work)

    def release_unauthorised(self) -> None:
        """Lets shipments that were refused for a wrong key wait again; called before `add`, when the key may be new."""

        def work(connection: Connection) -> None:
            for table in (outbox_batches, outbox_backups):
                connection.execute(
                    update(table)
                    .where(table.c.refused_status.in_(_AUTH))
                    .values(refused_us=None, refused_status=None, reason="")
                )

        self._run(work)
        waiting = self._count_waiting()
        with self._lock:
            self._waiting = waiting

    def add_backup(self, backup: OutboxBackup, verified_us: int | None) -> None:
        """Notes a backup that is to be shipped."""

        def work(connection: Connection) -> None:
            connection.execute(delete(outbox_backups).where(outbox_backups.c.id == backup.id))
            connection.execute(
                insert(outbox_backups).values(
                    id=backup.id, path=backup.path, sha256=backup.sha256, bytes=backup.bytes,
                    created_us=backup.created_us, verified_us=verified_us,
                )
            )  # fmt: skip

        self._run(work)

    def next_backup(self) -> OutboxBackup | None:
        """The newest backup that waits: the plant is best served by the latest one."""
        table = outbox_backups
        statement = (
            select(table)
            .where(table.c.shipped_us.is_(None), table.c.refused_us.is_(None))
            .order_by(table.c.created_us.desc(), table.c.id)
            .limit(1)
        )
        with self._database.reader() as connection:
            row = connection.execute(statement).first()
        return None if row is None else OutboxBackup(row.id, row.path, row.sha256, row.bytes, row.created_us)

    def backup_delivered(self, backup: OutboxBackup) -> None:
        """Notes that the server has verified a backup; older ones that were refused no longer matter."""
        table = outbox_backups
        now_us = self._clock.now_us()

        def work(connection: Connection) -> None:
            connection.execute(update(table).where(table.c.id == backup.id).values(shipped_us=now_us))
            connection.execute(
                delete(table).where(table.c.refused_us.is_not(None), table.c.created_us < backup.created_us)
            )

        self._run(work)

    def forget_refused(self, before_us: int) -> None:
        """Forgets batches that were set aside before a moment; they are never sent again anyway."""
        table = outbox_batches
        self._run(lambda connection: connection.execute(delete(table).where(table.c.refused_us < before_us)))

    def backup_refused(self, backup_id: str, status: int, reason: str) -> None:
        """Sets a backup aside that the server refused, or whose file is gone."""
        values = {"refused_us": self._clock.now_us(), "refused_status": status, "reason": reason}
        statement = update(outbox_backups).where(outbox_backups.c.id == backup_id).values(**values)
        self._run(lambda connection: connection.execute(statement))

    def note_verified(self, t_us: int) -> None:
        """Remembers when the newest backup of this station was verified."""
        self.set_mark(_VERIFIED, t_us)

    def mark(self, key: str) -> int | None:
        """A remembered moment of the agent, None if it was never set."""
        with self._database.reader() as connection:
            return _mark(connection, key)

    def set_mark(self, key: str, t_us: int) -> None:
        """Remembers a moment of the agent."""

        def work(connection: Connection) -> None:
            connection.execute(delete(meta).where(meta.c.key == f"agent.{key}"))
            connection.execute(insert(meta).values(key=f"agent.{key}", value=str(t_us)))

        self._run(work)

    def figures(self) -> OutboxFigures:
        """What waits and what became of the rest; read from the database only after a change."""
        with self._lock:
            known = self._figures
            waiting = dict(self._waiting)
        if known is None:
            with self._database.reader() as connection:
                known = _figures(connection, waiting)
            with self._lock:
                self._figures = known if waiting == self._waiting else None
        return known

    def _count_waiting(self) -> dict[str, int]:
        table = outbox_batches
        statement = (
            select(table.c.stream, func.sum(table.c.records))
            .where(table.c.refused_us.is_(None))
            .group_by(table.c.stream)
        )
        with self._database.reader() as connection:
            return {row[0]: int(row[1]) for row in connection.execute(statement)}

    def _added(self, future: Future[Added]) -> None:
        if future.exception() is not None:
            return
        added = future.result()
        self._changed(added.stream, added.records)
        for stream, records in added.dropped:
            self._changed(stream, -records)

    def _changed(self, stream: str, records: int) -> None:
        with self._lock:
            self._waiting[stream] = self._waiting.get(stream, 0) + records
            self._figures = None

    def _run(self, work: Any) -> None:
        self._database.writer.run(work, _WAIT_S)
        with self._lock:
            self._figures = None

    def _add(self, connection: Connection, stream: str, records: tuple[Record, ...], now_us: int) -> Added:
        known = connection.execute(select(outbox_streams).where(outbox_streams.c.stream == stream)).first()
        if known is None:
            epoch, seq = now_us, 1
            connection.execute(insert(outbox_streams).values(stream=stream, epoch=epoch, next_seq=2))
        else:
            epoch, seq = known.epoch, known.next_seq
            connection.execute(update(outbox_streams).where(outbox_streams.c.stream == stream).values(next_seq=seq + 1))
        body = encode(Batch(self._station, epoch, seq, records))
        connection.execute(
            insert(outbox_batches).values(
                stream=stream, epoch=epoch, seq=seq, created_us=now_us, records=len(records), body=body
            )
        )
        return Added(int(seq), stream, len(records), self._make_room(connection))

    def _make_room(self, connection: Connection) -> tuple[tuple[str, int], ...]:
        table = outbox_batches
        excess = connection.execute(select(func.count()).select_from(table)).scalar_one() - self._capacity
        if excess <= 0:
            return ()
        oldest = select(table.c.stream, table.c.epoch, table.c.seq, table.c.records, table.c.refused_us).order_by(
            table.c.refused_us.is_(None), table.c.created_us, table.c.epoch, table.c.seq
        )
        lost = connection.execute(oldest.limit(excess)).all()
        for row in lost:
            same = (table.c.stream == row.stream, table.c.epoch == row.epoch, table.c.seq == row.seq)
            connection.execute(delete(table).where(*same))
            _count(connection, row.stream, "dropped", row.records)
        return tuple((row.stream, row.records) for row in lost if row.refused_us is None)


def _is(batch: OutboxBatch) -> tuple[Any, ...]:
    table = outbox_batches
    return table.c.stream == batch.stream, table.c.epoch == batch.epoch, table.c.seq == batch.seq


def _count(connection: Connection, stream: str, column: str, records: int) -> None:
    table = outbox_streams
    connection.execute(update(table).where(table.c.stream == stream).values({column: table.c[column] + records}))


def _mark(connection: Connection, key: str) -> int | None:
    value = connection.execute(select(meta.c.value).where(meta.c.key == f"agent.{key}")).scalar()
    return None if value is None else int(value)


def _figures(connection: Connection, waiting: dict[str, int]) -> OutboxFigures:
    batches, backups = outbox_batches, outbox_backups
    totals = connection.execute(select(outbox_streams)).all()
    set_aside, reason, newest = 0, "", -1
    for table in (batches, backups):
        for row in connection.execute(
            select(table.c.reason, func.count().label("n"), func.max(table.c.refused_us).label("at"))
            .where(table.c.refused_us.is_not(None))
            .group_by(table.c.reason)
        ):
            set_aside += row.n
            if row.at > newest:
                newest, reason = row.at, row.reason
    unsent = (backups.c.shipped_us.is_(None), backups.c.refused_us.is_(None))
    return OutboxFigures(
        waiting=waiting,
        shipped={row.stream: row.shipped for row in totals},
        dropped={row.stream: row.dropped for row in totals},
        oldest_us=connection.execute(
            select(func.min(batches.c.created_us)).where(batches.c.refused_us.is_(None))
        ).scalar(),
        set_aside=set_aside,
        set_aside_reason=reason,
        backups_waiting=connection.execute(select(func.count()).select_from(backups).where(*unsent)).scalar_one(),
        backup_shipped_us=connection.execute(select(func.max(backups.c.shipped_us))).scalar(),
        backup_verified_us=_mark(connection, _VERIFIED),
    )
