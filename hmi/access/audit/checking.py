"""Following the audit trail's hash chain and holding it against witnesses kept elsewhere (`domain.md` 6.3). Pure.

The chain alone shows an edit, a removal inside, an insertion, a new order. A cut at either end, or an end that was cut
off and grown again, is consistent in itself and shows only against a witness.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from json.encoder import encode_basestring
from typing import Any, Final

from hmi.model.timestamps import iso
from hmi.storage.chain import GENESIS

FIELDS: Final = (
    "seq", "t_us", "station", "actor", "action", "target", "address", "old", "new", "readback", "unit", "reason",
    "result", "approver", "session", "place", "signature", "prev_hash", "hash",
)  # fmt: skip
"""Columns of a row as `check` takes it."""

_TYPES: Final = (int, int, *[str] * (len(FIELDS) - 2))
_DAY_US: Final = 86_400_000_000
_TEXTS: Final = tuple((f',"{name}":', FIELDS.index(name)) for name in sorted(FIELDS[2:-2]))
_BEFORE_SEQ: Final = tuple((label, at) for label, at in _TEXTS if label < ',"seq"')
_BEFORE_TIME: Final = tuple((label, at) for label, at in _TEXTS if ',"seq"' < label < ',"t"')
_AFTER_TIME: Final = tuple((label, at) for label, at in _TEXTS if label > ',"t"')


class AnchorKind(StrEnum):
    """What a witness says: `head` = this row was written; `pruned` = the rows up to this one may be removed."""

    HEAD = "head"
    PRUNED = "pruned"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row's hash as somebody outside the database remembers it. source: `local` or `central`.

    n: order in which rows were remembered; what was remembered later does not vouch for what was there before.
    """

    seq: int
    hash: str
    t_us: int
    source: str = "local"
    kind: AnchorKind = AnchorKind.HEAD
    n: int = 0


@dataclass(frozen=True, slots=True)
class Removal:
    """A row of the trail which says that rows up to `last` were removed. seq: of that row; hash: of row `last`."""

    seq: int
    last: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What following the trail found. first_bad_seq: None = every row is as it was written; reason: plain words.

    first_bad_seq names the first row that is not, or can no longer be shown to be, the one that was written: a changed
    row, a missing row, or the first one after the newest witness that still fits. Of a sound trail `reason` says what
    a reader should know. witness: `none`, `local` or `central`, with the row and the time it speaks of.
    """

    rows: int
    first_seq: int | None
    head: str
    first_bad_seq: int | None = None
    reason: str = ""
    witness: str = "none"
    witness_seq: int = 0
    t_witness_us: int | None = None
    ok: bool = True


class _Found(Exception):  # noqa: N818  # ends the walk; not an error of the program
    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


def check(
    rows: Iterable[Sequence[Any]], anchors: Iterable[Anchor] = (), removals: Iterable[Removal] = ()
) -> AuditCheck:
    """Follows the chain in order of `seq`, one row at a time, and stops at the first row that does not fit.

    rows: values in the order of `FIELDS`, as they were read; removals: what the trail itself says about rows removed.
    """
    return _Walk(anchors, removals).follow(rows)


class _Walk:
    def __init__(self, anchors: Iterable[Anchor], removals: Iterable[Removal]) -> None:
        self._heads: dict[int, list[Anchor]] = {}
        self._permits: list[Anchor] = []
        for anchor in anchors:
            if anchor.kind is AnchorKind.PRUNED:
                self._permits.append(anchor)
            else:
                self._heads.setdefault(anchor.seq, []).append(anchor)
        self._removals = list(removals)
        self._rows = 0
        self._first_seq: int | None = None
        self._head = GENESIS
        self._fits: dict[str, Anchor] = {}
        self._fitting: list[Anchor] = []
        self._before = 0

    def follow(self, rows: Iterable[Sequence[Any]]) -> AuditCheck:
        try:
            last = self._chain(rows)
            self._ending(last)
        except _Found as found:
            return self._verdict(found.seq, found.reason)
        return self._verdict(None, "")

    def _verdict(self, bad: int | None, reason: str) -> AuditCheck:
        witness = self._fits.get("central") or self._fits.get("local")
        return AuditCheck(
            rows=self._rows,
            first_seq=self._first_seq,
            head=self._head,
            first_bad_seq=bad,
            reason=reason,
            witness=witness.source if witness is not None else "none",
            witness_seq=witness.seq if witness is not None else 0,
            t_witness_us=witness.t_us if witness is not None else None,
            ok=bad is None,
        )

    def _chain(self, rows: Iterable[Sequence[Any]]) -> int:
        """Follows the rows and returns the last `seq`."""
        heads, sha256 = self._heads, hashlib.sha256
        expected = 0
        before = b""
        days: dict[int, str] = {}
        for row in rows:
            seq = row[0]
            if self._first_seq is None:
                self._first_seq = seq
                self._beginning(seq, row[-2])
                expected, self._head, before = seq, row[-2], bytes.fromhex(row[-2])
            if seq != expected:
                raise _Found(expected, f"row {expected} is missing; the next one kept is row {seq}")
            if row[-2] != self._head:
                raise _Found(seq, "it does not follow the row before it")
            if tuple(map(type, row)) != _TYPES:
                raise _Found(seq, "its content was changed")
            try:
                content = canonical_row(row, days)
            except (ValueError, OverflowError):
                raise _Found(seq, "its content was changed") from None
            before = sha256(before + content).digest()
            if before.hex() != row[-1]:
                raise _Found(seq, "its content was changed")
            self._head = row[-1]
            self._rows += 1
            if seq in heads:
                self._compare(seq)
            expected += 1
        return expected - 1

    def _compare(self, seq: int) -> None:
        other = [anchor for anchor in self._heads[seq] if anchor.hash != self._head]
        if other:
            oldest = min(other, key=lambda anchor: anchor.n)
            first = self._vouched(oldest) + 1
            rows = f"row {seq} is" if first == seq else f"rows {first} to {seq} are"
            raise _Found(first, f"{rows} not what was witnessed at {iso(oldest.t_us)} ({oldest.source} witness)")
        for anchor in self._heads[seq]:
            self._fits[anchor.source] = anchor
            self._fitting.append(anchor)

    def _vouched(self, anchor: Anchor) -> int:
        """The last row that fits something witnessed no later than `anchor`."""
        return max((fit.seq for fit in self._fitting if fit.n <= anchor.n), default=self._before)

    def _beginning(self, first: int, prev_hash: Any) -> None:
        """Raises unless the trail begins where it was begun, or where rows were removed on record."""
        if first < 1:
            raise _Found(first, "no row has this number: it was inserted")
        if not _is_hash(prev_hash) or (first == 1 and prev_hash != GENESIS):
            raise _Found(first, "it does not begin the chain" if first == 1 else "its content was changed")
        self._before = first - 1
        if first == 1:
            return
        known = self._known_beginning(first)
        removed = next((r for r in self._removals if r.last == first - 1), None)
        if removed is None:
            rows = f"row {known} is" if known == first - 1 else f"rows {known} to {first - 1} are"
            raise _Found(known, f"{rows} missing: no row of the trail says that they were removed")
        if removed.hash != prev_hash:
            raise _Found(first, "it does not follow the rows that were removed before it")
        witnessed = any(seq < removed.seq and _has(self._heads[seq], "local") for seq in self._heads)
        permitted = any(permit.seq == removed.last and permit.hash == removed.hash for permit in self._permits)
        if witnessed and not permitted:
            raise _Found(
                known,
                f"the rows up to {removed.last} were not removed by this station: its witness knows nothing of it",
            )
        for anchor in self._heads.get(first - 1, ()):
            if anchor.hash != prev_hash:
                raise _Found(first, f"the row before it is not what was witnessed at {iso(anchor.t_us)}")

    def _known_beginning(self, first: int) -> int:
        """Where the trail began by everything that is known of earlier removals."""
        earlier = [r.last for r in self._removals if r.last < first - 1]
        earlier += [permit.seq for permit in self._permits if permit.seq < first - 1]
        return max(earlier, default=0) + 1

    def _ending(self, last: int) -> None:
        """Raises if a witness knows a row behind the last one."""
        if self._first_seq is None:
            last = max((permit.seq for permit in self._permits), default=0)
        beyond = [anchor for seq, anchors in self._heads.items() if seq > last for anchor in anchors]
        if beyond:
            newest = max(beyond, key=lambda anchor: anchor.seq)
            rows = f"row {newest.seq} is" if newest.seq == last + 1 else f"rows {last + 1} to {newest.seq} are"
            said = f"{rows} missing at the end: witnessed at {iso(newest.t_us)} ({newest.source} witness)"
            vouched = self._vouched(newest)
            if vouched < last:
                said += f", and nothing vouches for row{'' if vouched + 1 == last else f's {vouched + 1} to'} {last}"
            raise _Found(last + 1, said)


def canonical_row(row: Sequence[Any], days: dict[int, str]) -> bytes:
    """`chain.canonical` of a row's chained fields, several times as fast; days: kept between calls.

    What differs between the rows of a trail is the text only: the names and their order are always the same.
    """
    day, rest = divmod(row[1], _DAY_US)
    date = days.get(day)
    if date is None:
        days.clear()
        date = days[day] = iso(day * _DAY_US)[:11]
    minutes, us = divmod(rest, 60_000_000)
    parts = [label + encode_basestring(row[at]) for label, at in _BEFORE_SEQ if row[at]]
    parts.append(f',"seq":{row[0]}')
    parts += [label + encode_basestring(row[at]) for label, at in _BEFORE_TIME if row[at]]
    parts.append(f',"t":"{date}{minutes // 60:02d}:{minutes % 60:02d}:{us // 1_000_000:02d}.{us % 1_000_000:06d}Z"')
    parts += [label + encode_basestring(row[at]) for label, at in _AFTER_TIME if row[at]]
    return f"{{{''.join(parts)[1:]}}}".encode()


def _has(anchors: Iterable[Anchor], source: str) -> bool:
    return any(anchor.source == source for anchor in anchors)


def _is_hash(text: Any) -> bool:
    if not isinstance(text, str) or len(text) != 64:
        return False
    try:
        return bytes.fromhex(text).hex() == text
    except ValueError:
        return False
