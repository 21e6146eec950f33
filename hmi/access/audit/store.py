"""The audit trail in the database: appended without holes, chained, searched, and shortened only on record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError

from hmi.access.audit.checking import FIELDS, Anchor, AuditCheck, Removal, check
from hmi.model.access import AuditRow
from hmi.model.timestamps import iso
from hmi.storage.chain import GENESIS, next_hash
from hmi.storage.schema.access import audit

PRUNED: Final = "AUDIT_PRUNED"
"""Action of the row that says which rows were removed because they were too old."""

LONGEST: Final = 8_000
"""Characters kept of one field; what is longer is cut, and the row says so."""

_COLUMNS: Final = tuple(audit.c[name] for name in FIELDS)
_TEXTS: Final = tuple(audit.c[name] for name in FIELDS[2:-2])
_NAMES: Final = tuple(AuditRow.__dataclass_fields__)
_BLOCK: Final = 2_000
_SEARCHED_AT_ONCE: Final = 1_000
_RANGE = re.compile(r"^(\d{1,18})\.\.(\d{1,18})$")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class StoredAudit:
    """A row of the trail with what storage added."""

    seq: int
    station: str
    row: AuditRow
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What to look for. from <= t < to; actor, action, target may be globs with * and ?; text: anywhere in the row.

    after_seq: the last row of the page before.
    """

    from_us: int = 0
    to_us: int = 2**62
    actor: str = ""
    action: str = ""
    target: str = ""
    text: str = ""
    limit: int = 100
    after_seq: int | None = None
    newest_first: bool = True


def append(connection: Connection, rows: Sequence[AuditRow], station: str) -> list[StoredAudit]:
    """Adds rows behind the last one inside the caller's transaction and returns them as they are stored.

    A character no database can keep becomes U+FFFD, a field beyond `LONGEST` is cut: a deed never fails to be recorded
    because of what somebody typed.
    """
    seq, following = head(connection)
    stored: list[StoredAudit] = []
    for row in rows:
        seq += 1
        kept = _storable(row)
        previous, following = following, next_hash(following, chained_fields(seq, station, kept))
        stored.append(StoredAudit(seq, station, kept, previous, following))
    if stored:
        connection.execute(insert(audit), [_columns(one) for one in stored])
    return stored


def chained_fields(seq: int, station: str, row: AuditRow) -> dict[str, Any]:
    """The fields of a row that the hash covers, by the names of `contract.md` 9 and `place`, `signature`.

    `seq` is a number, everything else text; fields that are not set are left out.
    """
    fields: dict[str, Any] = {
        "seq": seq,
        "t": iso(row.t_us),
        "station": station,
        "actor": row.actor,
        "action": row.action,
        "target": row.target,
        "address": row.address,
        "old": row.old,
        "new": row.new,
        "readback": row.readback,
        "unit": row.unit,
        "reason": row.reason,
        "result": row.result,
        "approver": row.approver,
        "session": row.session,
        "place": row.place,
        "signature": row.signature,
    }
    return {name: value for name, value in fields.items() if value != ""}


def head(connection: Connection) -> tuple[int, str]:
    """`seq` and hash of the newest row; 0 and the hash before the first row for an empty trail."""
    newest = connection.execute(select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).first()
    return (0, GENESIS) if newest is None else (int(newest.seq), str(newest.hash))


def query(connection: Connection, search: AuditSearch) -> list[StoredAudit]:
    """Rows that fit, in order of `seq`. Upper and lower case are alike in globs and in `text`."""
    found: list[StoredAudit] = []
    after = search.after_seq
    needle = search.text.lower()
    while len(found) < search.limit:
        # The database narrows the text down, Python decides: engines differ in what they take for a capital letter.
        size = _SEARCHED_AT_ONCE if needle else search.limit - len(found)
        page = connection.execute(_page(connection, search, after).limit(size)).all()
        for row in page:
            if not needle or any(needle in text.lower() for text in row[2:-2]):
                found.append(_stored(row))
                if len(found) == search.limit:
                    return found
        if len(page) < size:
            return found
        after = page[-1].seq
    return found


def signed(connection: Connection, after_seq: int, limit: int = _BLOCK) -> list[StoredAudit]:
    """Signed rows behind a row, in order of `seq`."""
    chosen = select(*_COLUMNS).where(audit.c.signature != "", audit.c.seq > after_seq)
    return [_stored(row) for row in connection.execute(chosen.order_by(audit.c.seq).limit(limit))]


def length(connection: Connection) -> int:
    """Rows in the trail."""
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def removable(connection: Connection, before_us: int) -> tuple[int, int, str] | None:
    """The beginning of the trail that is older than a moment: its first `seq`, its last one and that one's hash.

    Only a beginning can go, and the newest row stays. None = nothing is too old.
    """
    kept = connection.execute(select(func.min(audit.c.seq)).where(audit.c.t_us >= before_us)).scalar()
    first, newest = connection.execute(select(func.min(audit.c.seq), func.max(audit.c.seq))).one()
    if first is None:
        return None
    last = (newest if kept is None else kept) - 1
    last_hash = connection.execute(select(audit.c.hash).where(audit.c.seq == last)).scalar()
    return None if last < first or last_hash is None else (int(first), int(last), str(last_hash))


def prune(connection: Connection, before_us: int, station: str, t_us: int, up_to: int | None = None) -> int:
    """Removes the rows recorded before a moment, adds a row that says so, and returns how many were removed.

    up_to: no row behind this one goes. Only a beginning goes and the newest row stays, so that what is left can still
    be followed.
    """
    found = removable(connection, before_us)
    if found is None:
        return 0
    first, last, last_hash = found
    if up_to is not None and up_to < last:
        last = up_to
        known = connection.execute(select(audit.c.hash).where(audit.c.seq == last)).scalar()
        if known is None:
            return 0
        last_hash = str(known)
    removed = int(connection.execute(delete(audit).where(audit.c.seq <= last)).rowcount)
    append(connection, [AuditRow(t_us, "system", PRUNED, old=f"{first}..{last}", new=last_hash)], station)
    return removed


def verify_trail(connection: Connection, anchors: Iterable[Anchor] = ()) -> AuditCheck:
    """Follows the whole chain in blocks, so that a long trail needs no memory, and holds it against the anchors."""
    return check(_raw_rows(connection), anchors, _removals(connection))


def _raw_rows(connection: Connection) -> Iterator[Sequence[Any]]:
    last: int | None = None
    while True:
        block = _block(connection, last)
        yield from block
        if len(block) < _BLOCK:
            return
        last = block[-1][0]


def _block(connection: Connection, after: int | None) -> Sequence[Sequence[Any]]:
    chosen = select(*_COLUMNS).order_by(audit.c.seq).limit(_BLOCK)
    if after is not None:
        chosen = chosen.where(audit.c.seq > after)
    try:
        return connection.execute(chosen).all()
    except DBAPIError as error:
        if not _unreadable_text(error):
            raise
    numbers = select(audit.c.seq).order_by(audit.c.seq).limit(_BLOCK)
    if after is not None:
        numbers = numbers.where(audit.c.seq > after)
    return [_readable(connection, seq) for seq in connection.execute(numbers).scalars().all()]


def _readable(connection: Connection, seq: int) -> Sequence[Any]:
    """The row, or one that fits no hash in place of a row whose text is no text any more."""
    try:
        return connection.execute(select(*_COLUMNS).where(audit.c.seq == seq)).one()
    except DBAPIError as error:
        if not _unreadable_text(error):
            raise
    hashes = connection.execute(select(func.hex(audit.c.prev_hash)).where(audit.c.seq == seq)).scalar_one()
    previous = bytes.fromhex(hashes).decode("utf-8", "replace")
    return (seq, *[None] * (len(FIELDS) - 3), previous, None)


def _unreadable_text(error: DBAPIError) -> bool:
    return "decode to utf-8" in str(error.orig).lower()


def _removals(connection: Connection) -> list[Removal]:
    """What the trail says about rows removed from its beginning; the chain decides if that row can be believed."""
    chosen = select(audit.c.seq, audit.c.old, audit.c.new).where(audit.c.action == PRUNED).order_by(audit.c.seq)
    found: list[Removal] = []
    for row in connection.execute(chosen):
        form = _RANGE.match(row.old) if isinstance(row.old, str) else None
        if form is not None:
            found.append(Removal(row.seq, int(form.group(2)), row.new))
    return found


def _page(connection: Connection, search: AuditSearch, after: int | None) -> Select[Any]:
    chosen = select(*_COLUMNS).where(audit.c.t_us >= search.from_us, audit.c.t_us < search.to_us)
    for column, glob in (
        (audit.c.actor, search.actor),
        (audit.c.action, search.action),
        (audit.c.target, search.target),
    ):
        if not glob or glob == "*":
            continue
        chosen = chosen.where(_like(column, _pattern(glob)) if "*" in glob or "?" in glob else column == glob)
    if search.text:
        pattern = f"%{_loose(search.text, ascii_only=connection.dialect.name == 'sqlite')}%"
        chosen = chosen.where(or_(*(_like(column, pattern) for column in _TEXTS)))
    if after is not None:
        chosen = chosen.where(audit.c.seq < after if search.newest_first else audit.c.seq > after)
    return chosen.order_by(audit.c.seq.desc() if search.newest_first else audit.c.seq)


def _like(column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    return column.ilike(pattern, escape="\\")


def _pattern(glob: str) -> str:
    return _escaped(glob).replace("*", "%").replace("?", "_")


def _loose(text: str, ascii_only: bool) -> str:
    """A pattern that fits at least the texts meant; SQLite knows the capitals of ASCII only."""
    return "".join("_" if ascii_only and not sign.isascii() else _escaped(sign) for sign in text)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _storable(row: AuditRow) -> AuditRow:
    texts: dict[str, Any] = {name: _clean(getattr(row, name)) for name in _NAMES if name != "t_us"}
    return AuditRow(t_us=row.t_us, **texts)


def _clean(text: str) -> str:
    text = _UNSTORABLE.sub("\ufffd", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 40]} ... ({len(text)} characters)"


def _columns(stored: StoredAudit) -> dict[str, Any]:
    row = {name: getattr(stored.row, name) for name in _NAMES}
    return {
        "seq": stored.seq, "station": stored.station, "prev_hash": stored.prev_hash, "hash": stored.hash, **row,
    }  # fmt: skip


def _stored(row: Row[Any]) -> StoredAudit:
    fields = {name: getattr(row, name) for name in _NAMES}
    return StoredAudit(row.seq, row.station, AuditRow(**fields), row.prev_hash, row.hash)
