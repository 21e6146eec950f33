"""The hash chain that shows any edit, removal, insertion or re-ordering of stored rows (`domain.md` 6.3).

hash_n = SHA-256(hash_(n-1) || canonical JSON); canonical = UTF-8, sorted keys, separators `,` and `:`, no ASCII
escaping; hash_0 = 32 zero bytes. Cutting off the tail shows only against a head kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

GENESIS: Final = "00" * 32
"""Hash before the first row, as hex."""


def canonical(fields: Mapping[str, Any]) -> bytes:
    """The one byte form of a row's fields."""
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def next_hash(previous: str, fields: Mapping[str, Any]) -> str:
    """Hash of a row, as hex, from the hash before it and the row's fields without the two hashes."""
    return hashlib.sha256(bytes.fromhex(previous) + canonical(fields)).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """A stored row as the chain sees it."""

    seq: int
    prev_hash: str
    hash: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """What a verification found. first_bad_seq: None = every row is as it was written; reason: plain words.

    first_seq: where the kept rows begin; a later start than 1 means that older rows were removed by retention.
    """

    rows: int
    first_seq: int | None
    head: str
    first_bad_seq: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        """True if nothing was found."""
        return self.first_bad_seq is None


def verify(links: Iterable[Link]) -> ChainVerdict:
    """Follows the chain in order of `seq`, one row at a time, and stops at the first row that does not fit."""
    rows = 0
    first_seq: int | None = None
    head = GENESIS
    expected_seq = 0
    for link in links:
        if first_seq is None:
            first_seq = link.seq
            expected_seq = link.seq
            head = link.prev_hash
            if link.seq == 1 and link.prev_hash != GENESIS:
                return ChainVerdict(rows, first_seq, head, link.seq, "the first row does not begin the chain")
        if link.seq != expected_seq:
            return ChainVerdict(rows, first_seq, head, link.seq, f"row {expected_seq} is missing")
        if link.prev_hash != head:
            return ChainVerdict(rows, first_seq, head, link.seq, "it does not follow the row before it")
        if not _is_hash(head) or next_hash(head, link.fields) != link.hash:
            return ChainVerdict(rows, first_seq, head, link.seq, "its content was changed")
        head = link.hash
        rows += 1
        expected_seq += 1
    return ChainVerdict(rows, first_seq, head)


def _is_hash(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 32
    except ValueError:
        return False
