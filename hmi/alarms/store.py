"""Alarm states and the alarm journal in the database; a state and its row are always in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.engine import Row

from hmi.alarms.engine.values import AlarmStatus
from hmi.model.alarms import AlarmEvent, AlarmRow, AlarmState
from hmi.model.samples import Scalar
from hmi.model.timestamps import iso
from hmi.storage.chain import GENESIS, ChainVerdict, Link, next_hash, verify
from hmi.storage.schema.alarms import alarm_journal, alarm_states

_VERIFY_BLOCK: Final = 2_000
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A journal row with what storage added."""

    seq: int
    t_recorded_us: int
    row: AlarmRow
    prev_hash: str
    hash: str


def load_states(connection: Connection) -> dict[str, AlarmStatus]:
    """Kept status by alarm id."""
    return {row.alarm_id: _status(row) for row in connection.execute(select(alarm_states))}


def append(
    connection: Connection, rows: Sequence[AlarmRow], states: Mapping[str, AlarmStatus], t_recorded_us: int
) -> list[StoredRow]:
    """Adds journal rows behind the last one and sets the states they lead to."""
    newest = connection.execute(
        select(alarm_journal.c.seq, alarm_journal.c.hash).order_by(alarm_journal.c.seq.desc()).limit(1)
    ).first()
    seq, head = (newest.seq, newest.hash) if newest is not None else (0, GENESIS)
    stored: list[StoredRow] = []
    columns: list[dict[str, Any]] = []
    for row in rows:
        seq += 1
        previous, head = head, next_hash(head, chained_fields(seq, t_recorded_us, row))
        stored.append(StoredRow(seq, t_recorded_us, row, previous, head))
        columns.append(_columns(stored[-1]))
    if columns:
        connection.execute(insert(alarm_journal), columns)
    if states:
        connection.execute(delete(alarm_states).where(alarm_states.c.alarm_id.in_(list(states))))
        connection.execute(
            insert(alarm_states), [_state_columns(alarm_id, status) for alarm_id, status in states.items()]
        )
    return stored


def chained_fields(seq: int, t_recorded_us: int, row: AlarmRow) -> dict[str, Any]:
    """The fields of a row that the hash covers, by the names of `contract.md` 9; unset ones are left out.

    `seq`, `activation_id`, `priority`, `quality` and `order` are numbers, flags are true, everything else is text;
    value and limit are their JSON text, so that 1, "1" and true stay apart.
    """
    fields: dict[str, Any] = {
        "seq": seq,
        "t_event": iso(row.t_event_us),
        "t_recorded": iso(t_recorded_us),
        "alarm_id": row.alarm_id,
        "activation_id": row.activation_id,
        "event": row.event,
        "from": row.state_from.value,
        "to": row.state_to.value,
        "priority": row.priority,
        "value": _text(row.value),
        "limit": _text(row.limit),
        "quality": row.quality,
        "hidden": row.hidden,
        "time_uncertain": row.time_uncertain,
        "first_out": row.first_out,
        "order": row.order,
        "actor": row.actor,
        "station": row.station,
        "comment": row.comment,
    }
    return {key: value for key, value in fields.items() if value not in (None, "", 0, False)}


def verify_journal(connection: Connection) -> ChainVerdict:
    """Follows the whole chain in blocks, so that a long journal needs no memory."""
    return verify(_links(connection))


def _links(connection: Connection) -> Iterator[Link]:
    last = -1
    while True:
        block = connection.execute(
            select(alarm_journal).where(alarm_journal.c.seq > last).order_by(alarm_journal.c.seq).limit(_VERIFY_BLOCK)
        ).all()
        if not block:
            return
        for row in block:
            yield _link(row)
        last = block[-1].seq


def _link(row: Row[Any]) -> Link:
    try:
        stored = _stored(row)
    except ValueError:
        return Link(row.seq, row.prev_hash, row.hash, {"seq": row.seq})
    return Link(row.seq, row.prev_hash, row.hash, chained_fields(row.seq, row.t_recorded_us, stored.row))


def query(
    connection: Connection,
    from_us: int,
    to_us: int,
    alarm: str = "",
    event: str = "",
    limit: int = 100,
    after_seq: int | None = None,
    newest_first: bool = True,
) -> list[StoredRow]:
    """Journal rows with from <= t_event < to in order of `seq`; alarm and event may be globs.

    after_seq: the last row of the page before.
    """
    table = alarm_journal.c
    chosen = select(alarm_journal).where(table.t_event_us >= from_us, table.t_event_us < to_us)
    for column, glob in ((table.alarm_id, alarm), (table.event, event)):
        if not glob or glob == "*":
            continue
        if any(sign in glob for sign in "*?["):
            chosen = chosen.where(column.like(_like(glob), escape="\\"))
        else:
            chosen = chosen.where(column == glob)
    if after_seq is not None:
        chosen = chosen.where(table.seq < after_seq if newest_first else table.seq > after_seq)
    ordered = chosen.order_by(table.seq.desc() if newest_first else table.seq)
    return [_stored(row) for row in connection.execute(ordered.limit(limit))]


def count_activations(connection: Connection, now_us: int) -> dict[str, list[int]]:
    """{alarm id: times of its shown activations in the 24 h before now, oldest first}."""
    table = alarm_journal.c
    found: dict[str, list[int]] = {}
    chosen = (
        select(table.alarm_id, table.t_event_us)
        .where(table.event == AlarmEvent.ACTIVATE.value, table.t_event_us > now_us - _DAY_US, table.hidden.is_(False))
        .order_by(table.t_event_us)
    )
    for row in connection.execute(chosen):
        found.setdefault(row.alarm_id, []).append(row.t_event_us)
    return found


def prune(connection: Connection, before_us: int) -> int:
    """Removes the beginning of the journal that was recorded before a moment and returns how many rows that were.

    Only a beginning goes and the newest row stays, so that the chain of what is left can still be followed; `seq` of
    its first row tells that older ones were removed.
    """
    table = alarm_journal.c
    kept = connection.execute(select(func.min(table.seq)).where(table.t_recorded_us >= before_us)).scalar()
    if kept is None:
        kept = connection.execute(select(func.max(table.seq))).scalar()
    if kept is None:
        return 0
    return int(connection.execute(delete(alarm_journal).where(table.seq < kept)).rowcount)


def journal_length(connection: Connection) -> int:
    """Rows in the journal."""
    return int(connection.execute(select(func.count()).select_from(alarm_journal)).scalar_one())


def _like(glob: str) -> str:
    escaped = glob.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")


def _text(value: Scalar | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _value(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _columns(stored: StoredRow) -> dict[str, Any]:
    row = stored.row
    return {
        "seq": stored.seq,
        "t_event_us": row.t_event_us,
        "t_recorded_us": stored.t_recorded_us,
        "alarm_id": row.alarm_id,
        "activation_id": row.activation_id,
        "event": row.event,
        "state_from": row.state_from.value,
        "state_to": row.state_to.value,
        "priority": row.priority,
        "value": _text(row.value),
        "limit_value": _text(row.limit),
        "quality": row.quality,
        "hidden": row.hidden,
        "time_uncertain": row.time_uncertain,
        "first_out": row.first_out,
        "order_number": row.order,
        "actor": row.actor,
        "station": row.station,
        "comment": row.comment,
        "prev_hash": stored.prev_hash,
        "hash": stored.hash,
    }


def _stored(row: Row[Any]) -> StoredRow:
    return StoredRow(
        seq=row.seq,
        t_recorded_us=row.t_recorded_us,
        row=AlarmRow(
            t_event_us=row.t_event_us,
            alarm_id=row.alarm_id,
            activation_id=row.activation_id,
            event=row.event,
            state_from=AlarmState(row.state_from),
            state_to=AlarmState(row.state_to),
            priority=row.priority,
            value=_value(row.value),
            limit=_value(row.limit_value),
            quality=row.quality,
            hidden=row.hidden,
            time_uncertain=row.time_uncertain,
            first_out=row.first_out,
            order=row.order_number,
            actor=row.actor,
            station=row.station,
            comment=row.comment,
        ),
        prev_hash=row.prev_hash,
        hash=row.hash,
    )


def _state_columns(alarm_id: str, status: AlarmStatus) -> dict[str, Any]:
    return {
        "alarm_id": alarm_id,
        "active": status.active,
        "acked": status.acked,
        "latched": status.latched,
        "shelved": status.shelved,
        "one_shot": status.one_shot,
        "shelved_until_us": status.shelved_until_us,
        "suppressed_by": "\n".join(sorted(status.suppressed_by)),
        "oos": status.oos,
        "activation_id": status.activation_id,
        "t_active_us": status.t_active_us,
        "t_clear_us": status.t_clear_us,
        "t_ack_us": status.t_ack_us,
        "acked_by": status.acked_by,
        "value": _text(status.value),
        "limit_value": _text(status.limit),
        "quality": status.quality,
        "first_out": status.first_out,
        "order_number": status.order,
    }


def _status(row: Row[Any]) -> AlarmStatus:
    return AlarmStatus(
        active=row.active,
        acked=row.acked,
        latched=row.latched,
        shelved=row.shelved,
        one_shot=row.one_shot,
        shelved_until_us=row.shelved_until_us,
        suppressed_by=frozenset(row.suppressed_by.split("\n")) if row.suppressed_by else frozenset(),
        oos=row.oos,
        activation_id=row.activation_id,
        t_active_us=row.t_active_us,
        t_clear_us=row.t_clear_us,
        t_ack_us=row.t_ack_us,
        acked_by=row.acked_by,
        value=_value(row.value),
        limit=_value(row.limit_value),
        quality=row.quality,
        first_out=row.first_out,
        order=row.order_number,
    )
