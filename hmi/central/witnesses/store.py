"""The table of witnesses: never removed by retention, only thinned to one an hour after a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
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

from hmi.central.rows import KeptWitness, Owner, StationAudit
from hmi.model.timestamps import US_PER_S, iso
from hmi.wire.witness import WitnessKind, WitnessRecord

metadata: Final = MetaData()

KEPT_WHOLE_US: Final = 30 * 86_400 * US_PER_S
_HOUR_US: Final = 3_600 * US_PER_S
_ROWS: Final = 1_000
_AT_ONCE: Final = 500

_witnesses = Table(
    "central_witnesses",
    metadata,
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("tenant", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # Grows from witness to witness of a station; its time where an older station gives no number.
    Column("n", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("t_us", BigInteger, nullable=False),
    Column("backup", Text, nullable=False),
    Column("mac", Text, nullable=False),
    # By this server's clock: when it arrived, and when the station last said the same.
    Column("received_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    # What does not fit the witness before it, in words; both are pinned, and every restore is.
    Column("problem", Text, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Index("ix_central_witnesses_n", "tenant", "station", "n"),
    Index("ix_central_witnesses_pinned", "tenant", "station", "pinned", "id"),
    Index("ix_central_witnesses_received_us", "received_us"),
)


def add(connection: Connection, owner: Owner, records: Iterable[WitnessRecord], now_us: int) -> None:
    """Keeps witnesses, each once; one that does not fit the newest before it is kept with the reason."""
    for record in records:
        number = record.n or record.t_us
        mine = _of(owner)
        same = (
            *mine, _witnesses.c.n == number, _witnesses.c.kind == record.kind.value, _witnesses.c.seq == record.seq,
            _witnesses.c.hash == record.hash,
        )  # fmt: skip
        if connection.execute(update(_witnesses).where(*same).values(seen_us=now_us)).rowcount:
            continue
        problem = ""
        if record.kind is WitnessKind.HEAD:
            before = _newest(connection, owner)
            problem = _problem(before, record, number)
            if problem and before is not None:
                connection.execute(update(_witnesses).where(_witnesses.c.id == before.id).values(pinned=True))
        connection.execute(
            insert(_witnesses).values(
                tenant=owner.tenant, station=owner.station, kind=record.kind.value, n=number, seq=record.seq,
                hash=record.hash, t_us=record.t_us, backup=record.backup, mac=record.mac, received_us=now_us,
                seen_us=now_us, problem=problem, pinned=bool(problem) or record.kind is WitnessKind.RESTORED,
            )
        )  # fmt: skip


def page(connection: Connection, owner: Owner, after_id: int, limit: int) -> list[KeptWitness]:
    """The witnesses of a station in the order of their arrival."""
    statement = select(_witnesses).where(*_of(owner), _witnesses.c.id > after_id).order_by(_witnesses.c.id).limit(limit)
    return [_kept(row) for row in connection.execute(statement)]


def audits(connection: Connection, owner: Owner | None) -> dict[Owner, StationAudit]:
    """What is known of each station's trail, or of one station's."""
    statement = select(_witnesses.c.tenant, _witnesses.c.station).distinct()
    if owner is not None:
        statement = statement.where(*_of(owner))
    found: dict[Owner, StationAudit] = {}
    for row in connection.execute(statement).all():
        one = Owner(row.tenant, row.station)
        newest = _newest(connection, one)
        if newest is not None:
            found[one] = StationAudit(
                seq=newest.seq,
                hash=newest.hash,
                t_us=newest.t_us,
                seen_us=newest.seen_us,
                problem=_latest(connection, one, _witnesses.c.problem != ""),
                note=_latest(connection, one, _witnesses.c.kind == WitnessKind.RESTORED.value),
            )
    return found


def thin(connection: Connection, from_us: int, before_us: int) -> int:
    """Of the heads that arrived in a stretch of time keeps the last of each hour and thousand rows."""
    columns = (_witnesses.c.id, _witnesses.c.tenant, _witnesses.c.station, _witnesses.c.t_us, _witnesses.c.seq)
    statement = (
        select(*columns)
        .where(
            _witnesses.c.received_us >= from_us, _witnesses.c.received_us < before_us,
            _witnesses.c.kind == WitnessKind.HEAD.value, _witnesses.c.pinned.is_(False),
        )
        .order_by(_witnesses.c.tenant, _witnesses.c.station, _witnesses.c.id)
    )  # fmt: skip
    rows = connection.execute(statement).all()
    going = [row.id for row, following in pairwise(rows) if _place(row) == _place(following)]
    for start in range(0, len(going), _AT_ONCE):
        connection.execute(delete(_witnesses).where(_witnesses.c.id.in_(going[start : start + _AT_ONCE])))
    return len(going)


def count(connection: Connection) -> int:
    """Witnesses of all stations."""
    return int(connection.execute(select(func.count()).select_from(_witnesses)).scalar_one())


def _problem(before: Row[Any] | None, record: WitnessRecord, number: int) -> str:
    if before is None or number < before.n:
        return ""  # it waited somewhere while a newer one arrived: it says nothing about now
    if record.seq < before.seq:
        return (
            f"the trail went back: row {before.seq} was its newest at {iso(before.t_us)}, "
            f"row {record.seq} at {iso(record.t_us)}"
        )
    if record.seq == before.seq and record.hash != before.hash:
        return f"row {record.seq} has another content at {iso(record.t_us)} than at {iso(before.t_us)}"
    return ""


def _newest(connection: Connection, owner: Owner) -> Row[Any] | None:
    """The witness of the station's newest row."""
    statement = (
        select(_witnesses)
        .where(*_of(owner), _witnesses.c.kind != WitnessKind.PRUNED.value)
        .order_by(_witnesses.c.n.desc(), _witnesses.c.id.desc())
        .limit(1)
    )
    return connection.execute(statement).first()


def _latest(connection: Connection, owner: Owner, which: ColumnElement[bool]) -> str:
    """The newest problem, or the newest restore, in words; empty if there was none."""
    statement = (
        select(_witnesses)
        .where(*_of(owner), _witnesses.c.pinned.is_(True), which)
        .order_by(_witnesses.c.id.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    if row is None:
        return ""
    if row.problem:
        return str(row.problem)
    return f"put back to row {row.seq} at {iso(row.t_us)} by restoring backup {row.backup}"


def _of(owner: Owner) -> Sequence[ColumnElement[bool]]:
    return _witnesses.c.tenant == owner.tenant, _witnesses.c.station == owner.station


def _place(row: Any) -> tuple[Any, ...]:
    return row.tenant, row.station, row.t_us // _HOUR_US, row.seq // _ROWS


def _kept(row: Row[Any]) -> KeptWitness:
    record = WitnessRecord(row.seq, row.hash, row.t_us, WitnessKind(row.kind), row.n, row.backup, row.mac)
    return KeptWitness(row.id, record, row.received_us, row.problem)
