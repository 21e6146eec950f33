"""What the central server keeps: keys, batches and their records, stations, backups. SQLite or PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from hmi.base.clock import Clock
from hmi.central.rows import BackupRow, IncomingBatch, KeptWitness, KeyRow, Owner, StationAudit, StationRow, Stored
from hmi.central.witnesses import store as witnesses
from hmi.storage.database import Database
from hmi.storage.faults import SchemaError

T = TypeVar("T")

SCHEMA: Final = "2"
"""1 had no witnesses of audit trails; a file of it gets the table and goes on."""

_OLDER: Final = ("1",)
_THINNED: Final = "witnesses_thinned_us"
_metadata = MetaData()
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")

_meta = Table("central_meta", _metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

_keys = Table(
    "central_keys",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("station", Text, nullable=False),
    # SHA-256 of a key with 256 random bits: a slow hash would add nothing.
    Column("hash", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("revoked_us", BigInteger),
)

_stations = Table(
    "central_stations",
    _metadata,
    Column("tenant", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("first_seen_us", BigInteger, nullable=False),
    Column("last_seen_us", BigInteger, nullable=False),
    # The newest report by the station's own clock, and when it arrived by ours.
    Column("report_us", BigInteger),
    Column("report_received_us", BigInteger),
    Column("report", Text),
)

_batches = Table(
    "central_batches",
    _metadata,
    Column("tenant", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("rejected", Text, nullable=False),
    Column("received_us", BigInteger, nullable=False),
    Index("ix_central_batches_received_us", "received_us"),
)

_records = Table(
    "central_records",
    _metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("t_us", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_central_records_of", "tenant", "station", "stream", "t_us"),
    Index("ix_central_records_t_us", "t_us"),
)

_backups = Table(
    "central_backups",
    _metadata,
    Column("tenant", Text, primary_key=True),
    Column("station", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("began_us", BigInteger, nullable=False),
    Column("verified_us", BigInteger),
    Column("version", Text, nullable=False, server_default=""),
)


class CentralDatabase(Database):
    """The central server's own tables on the engines and the one writer of the station's storage."""

    def _fit_schema(self) -> None:
        with self._transaction() as connection:
            _metadata.create_all(connection)
            witnesses.metadata.create_all(connection)
            found = connection.execute(select(_meta.c.value).where(_meta.c.key == "schema")).scalar()
            if found is None:
                connection.execute(insert(_meta).values(key="schema", value=SCHEMA))
            elif found in _OLDER:
                connection.execute(update(_meta).where(_meta.c.key == "schema").values(value=SCHEMA))
            elif found != SCHEMA:
                raise SchemaError(
                    f"{self.place} was written by another version (schema {found}, this one knows {SCHEMA})"
                )


class CentralStore:
    """All tables of the central server; writes go through the one writer and answer after the commit."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @classmethod
    def open(cls, url: str, data_dir: Path, clock: Clock, password: str | None = None) -> CentralStore:
        """Opens `sqlite` (data_dir/central.db) or a PostgreSQL address, and starts the writer."""
        data_dir.mkdir(parents=True, exist_ok=True)
        address = "sqlite:///central.db" if url == "sqlite" else url
        database = CentralDatabase.open(address, data_dir=data_dir, clock=clock, password=password)
        database.writer.start()
        return cls(database, clock)

    def close(self) -> None:
        """Commits what is waiting and closes."""
        self._database.close()

    @property
    def problem(self) -> str:
        """Why the last write failed, empty while all is well."""
        return self._database.writer.problem

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._database.dialect

    def check(self) -> None:
        """Reads something; raises a PlantError if the database does not answer."""
        self._read(lambda c: c.execute(select(_meta.c.value)).first())

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._database.reader() as connection:
            return work(connection)

    # Keys

    def add_key(self, key_id: str, owner: Owner, key_hash: str) -> None:
        """Keeps the hash of a new key."""
        now_us = self._clock.now_us()

        def work(connection: Connection) -> None:
            connection.execute(
                insert(_keys).values(
                    id=key_id, tenant=owner.tenant, station=owner.station, hash=key_hash, created_us=now_us
                )
            )

        self._database.writer.run(work)

    def revoke_key(self, key_id: str) -> bool:
        """Makes a key worthless at once; False if there is no such valid key."""
        now_us = self._clock.now_us()
        statement = update(_keys).where(_keys.c.id == key_id, _keys.c.revoked_us.is_(None)).values(revoked_us=now_us)
        return self._database.writer.run(lambda connection: connection.execute(statement).rowcount > 0)

    def keys(self) -> list[KeyRow]:
        """Every key ever made, oldest first."""
        statement = select(_keys).order_by(_keys.c.created_us, _keys.c.id)
        return self._read(lambda c: [_key(row) for row in c.execute(statement)])

    def key(self, key_id: str) -> KeyRow | None:
        """A key that is valid, None if there is none of this id."""
        statement = select(_keys).where(_keys.c.id == key_id, _keys.c.revoked_us.is_(None))
        row = self._read(lambda c: c.execute(statement).first())
        return None if row is None else _key(row)

    # Batches

    def ingest(self, owner: Owner, batch: IncomingBatch) -> Future[Stored]:
        """Stores a batch once; the future resolves after the commit."""
        now_us = self._clock.now_us()
        return self._database.writer.submit(lambda connection: _ingest(connection, owner, batch, now_us))

    def prune(self, records_before_us: int, batches_before_us: int) -> None:
        """Forgets records and, later, the numbers of batches, that are older than the retention.

        Witnesses stay: of old ones one an hour, and all that prove something.
        """
        thin_before_us = self._clock.now_us() - witnesses.KEPT_WHOLE_US

        def work(connection: Connection) -> None:
            connection.execute(delete(_records).where(_records.c.t_us < records_before_us))
            connection.execute(delete(_batches).where(_batches.c.received_us < batches_before_us))
            thinned = connection.execute(select(_meta.c.value).where(_meta.c.key == _THINNED)).scalar()
            witnesses.thin(connection, int(thinned or 0), thin_before_us)
            connection.execute(delete(_meta).where(_meta.c.key == _THINNED))
            connection.execute(insert(_meta).values(key=_THINNED, value=str(thin_before_us)))

        self._database.writer.run(work)

    def counts(self) -> dict[str, int]:
        """Rows by kind: stations, records, batches, backups, witnesses."""
        tables = {"stations": _stations, "batches": _batches, "records": _records, "backups": _backups}

        def work(connection: Connection) -> dict[str, int]:
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in tables.items()
            } | {"witnesses": witnesses.count(connection)}

        return self._read(work)

    def records(self, owner: Owner, stream: str, limit: int) -> list[dict[str, Any]]:
        """The newest records of a stream, newest first."""
        mine = (_records.c.tenant == owner.tenant, _records.c.station == owner.station, _records.c.stream == stream)
        statement = select(_records.c.body).where(*mine).order_by(_records.c.t_us.desc(), _records.c.id.desc())
        return self._read(lambda c: [json.loads(body) for body in c.execute(statement.limit(limit)).scalars()])

    # Stations

    def stations(self, owner: Owner | None = None) -> list[StationRow]:
        """All stations by tenant and name, or only the one a key belongs to."""
        statement = select(_stations).order_by(_stations.c.tenant, _stations.c.station)
        newest = select(_backups).where(_backups.c.verified_us.is_not(None)).order_by(_backups.c.created_us)
        if owner is not None:
            statement = statement.where(_stations.c.tenant == owner.tenant, _stations.c.station == owner.station)
            newest = newest.where(_backups.c.tenant == owner.tenant, _backups.c.station == owner.station)

        def work(connection: Connection) -> list[StationRow]:
            backups = {(row.tenant, row.station): _backup(row) for row in connection.execute(newest)}
            audits = witnesses.audits(connection, owner)
            return [
                _station(row, backups.get((row.tenant, row.station)), audits.get(Owner(row.tenant, row.station)))
                for row in connection.execute(statement).all()
            ]

        return self._read(work)

    def witnesses(self, owner: Owner, after_id: int, limit: int) -> list[KeptWitness]:
        """What a station let this server remember of its audit trail, in the order of arrival."""
        return self._read(lambda c: witnesses.page(c, owner, after_id, limit))

    # Backups

    def begin_backup(self, row: BackupRow) -> None:
        """Notes that a backup arrives; replaces an unfinished one of the same id."""
        values = _backup_values(row)

        def work(connection: Connection) -> None:
            connection.execute(delete(_backups).where(*_is(row.owner, row.id)))
            connection.execute(insert(_backups).values(**values))

        self._database.writer.run(work)

    def backup_verified(self, owner: Owner, backup_id: str, verified_us: int, version: str) -> None:
        """Notes that a backup is complete and was checked."""
        statement = update(_backups).where(*_is(owner, backup_id)).values(verified_us=verified_us, version=version)
        self._database.writer.run(lambda connection: connection.execute(statement).rowcount)

    def forget_backup(self, owner: Owner, backup_id: str) -> None:
        """Removes a backup that turned out to be damaged."""
        statement = delete(_backups).where(*_is(owner, backup_id))
        self._database.writer.run(lambda connection: connection.execute(statement).rowcount)

    def backup(self, owner: Owner, backup_id: str) -> BackupRow | None:
        """One backup of a station."""
        row = self._read(lambda c: c.execute(select(_backups).where(*_is(owner, backup_id))).first())
        return None if row is None else _backup(row)

    def backups(self, owner: Owner) -> list[BackupRow]:
        """Every backup of a station, newest first."""
        statement = (
            select(_backups)
            .where(_backups.c.tenant == owner.tenant, _backups.c.station == owner.station)
            .order_by(_backups.c.created_us.desc(), _backups.c.id.desc())
        )
        return self._read(lambda c: [_backup(row) for row in c.execute(statement)])


def _is(owner: Owner, backup_id: str) -> tuple[Any, ...]:
    return _backups.c.tenant == owner.tenant, _backups.c.station == owner.station, _backups.c.id == backup_id


def _ingest(connection: Connection, owner: Owner, batch: IncomingBatch, now_us: int) -> Stored:
    number = {
        "tenant": owner.tenant, "station": owner.station, "stream": batch.stream, "epoch": batch.epoch,
        "seq": batch.seq,
    }  # fmt: skip
    same = [_batches.c[name] == value for name, value in number.items()]
    known = connection.execute(select(_batches.c.digest, _batches.c.rejected).where(*same)).first()
    if known is not None:
        _seen(connection, owner, now_us)
        outcome = "repeated" if known.digest == batch.digest else "conflict"
        return Stored(outcome, json.loads(known.rejected))
    connection.execute(
        insert(_batches).values(
            **number,
            digest=batch.digest,
            records=len(batch.records),
            rejected=json.dumps(list(batch.rejected)),
            received_us=now_us,
        )
    )
    if batch.records:
        rows = [
            {"tenant": owner.tenant, "station": owner.station, "stream": batch.stream, "t_us": record.t_us,
             "body": json.dumps(record.body, ensure_ascii=False)}
            for record in batch.records
        ]  # fmt: skip
        connection.execute(insert(_records), rows)
    _seen(connection, owner, now_us)
    witnesses.add(connection, owner, (r.witness for r in batch.records if r.witness is not None), now_us)
    if batch.stream == "metrics" and batch.records:
        newest = max(batch.records, key=lambda record: record.t_us)
        mine = (_stations.c.tenant == owner.tenant, _stations.c.station == owner.station)
        current = connection.execute(select(_stations.c.report_us).where(*mine)).scalar()
        if current is None or newest.t_us >= current:
            connection.execute(
                update(_stations)
                .where(*mine)
                .values(
                    report_us=newest.t_us,
                    report_received_us=now_us,
                    report=json.dumps(newest.body, ensure_ascii=False),
                )
            )
    return Stored("stored", list(batch.rejected))


def _seen(connection: Connection, owner: Owner, now_us: int) -> None:
    mine = (_stations.c.tenant == owner.tenant, _stations.c.station == owner.station)
    if connection.execute(update(_stations).where(*mine).values(last_seen_us=now_us)).rowcount == 0:
        connection.execute(
            insert(_stations).values(
                tenant=owner.tenant, station=owner.station, first_seen_us=now_us, last_seen_us=now_us
            )
        )


def _key(row: Row[Any]) -> KeyRow:
    return KeyRow(row.id, Owner(row.tenant, row.station), row.hash, row.created_us, row.revoked_us)


def _station(row: Row[Any], backup: BackupRow | None, audit: StationAudit | None) -> StationRow:
    report = None if row.report is None else json.loads(row.report)
    owner = Owner(row.tenant, row.station)
    return StationRow(owner, row.first_seen_us, row.last_seen_us, report, row.report_received_us, backup, audit)


def _backup(row: Row[Any]) -> BackupRow:
    owner = Owner(row.tenant, row.station)
    return BackupRow(
        owner, row.id, row.bytes, row.sha256, row.created_us, row.began_us, row.verified_us, row.version
    )  # fmt: skip


def _backup_values(row: BackupRow) -> dict[str, Any]:
    return {
        "tenant": row.owner.tenant, "station": row.owner.station, "id": row.id, "bytes": row.bytes,
        "sha256": row.sha256, "created_us": row.created_us, "began_us": row.began_us, "verified_us": row.verified_us,
        "version": row.version,
    }  # fmt: skip
