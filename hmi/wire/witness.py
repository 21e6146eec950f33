"""A witness of the audit trail: a row's hash remembered outside the database (`resources/docs/formats/audit.md`).

The same record is a line of the station's witness file and a record of the stream `audit`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from hmi.model.timestamps import iso, to_us
from hmi.wire.batches import LARGEST_NUMBER, Record

_HASH = re.compile(r"^[0-9a-f]{64}$")
_MAC = re.compile(r"^[0-9a-f]{0,128}$")
_LONGEST_TEXT: Final = 200
_PURPOSE: Final = b"plant-hmi audit witness 1\n"


class WitnessKind(StrEnum):
    """What is witnessed: `head` = this row was the newest; `pruned` = the rows up to it may be removed as too old;
    `restored` = the database was put back to it from a backup, and rows behind it were set aside.
    """

    HEAD = "head"
    PRUNED = "pruned"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class WitnessRecord:
    """One witness. seq 0 with the hash before the first row = an empty trail.

    n: grows from record to record of a station, whatever its clock does; 0 = not numbered. backup: id, for `restored`.
    mac: made with the station's own key over everything else; empty = none.
    """

    seq: int
    hash: str
    t_us: int
    kind: WitnessKind = WitnessKind.HEAD
    n: int = 0
    backup: str = ""
    mac: str = ""


def to_record(witness: WitnessRecord) -> Record:
    """The witness as a JSON object."""
    record: Record = {
        "t": iso(witness.t_us),
        "kind": witness.kind.value,
        "n": witness.n,
        "seq": witness.seq,
        "hash": witness.hash,
    }
    if witness.backup:
        record["backup"] = witness.backup
    if witness.mac:
        record["mac"] = witness.mac
    return record


def from_record(record: Any) -> WitnessRecord:
    """The witness in a JSON object; unknown keys are ignored. ValueError in plain words for anything else."""
    if not isinstance(record, dict):
        raise ValueError("a witness is a JSON object with t, seq and hash")
    try:
        t_us = to_us(datetime.fromisoformat(record["t"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ValueError("'t' must be a UTC time like 2026-01-02T03:04:05.000000Z") from None
    kind = record.get("kind", "head")
    if kind not in set(WitnessKind):
        raise ValueError(f"'kind' must be one of {', '.join(WitnessKind)}")
    return WitnessRecord(
        seq=_whole(record, "seq"),
        hash=_text(record, "hash", _HASH, "64 hex digits"),
        t_us=t_us,
        kind=WitnessKind(kind),
        n=_whole(record, "n") if "n" in record else 0,
        backup=str(record.get("backup", ""))[:_LONGEST_TEXT],
        mac=_text(record, "mac", _MAC, "hex digits") if "mac" in record else "",
    )


def signed_bytes(witness: WitnessRecord) -> bytes:
    """What the MAC of a witness is made over."""
    record = to_record(witness)
    record.pop("mac", None)
    return _PURPOSE + json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _whole(record: Record, key: str) -> int:
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_NUMBER:
        raise ValueError(f"'{key}' must be a whole number from 0 to 2^53-1")
    return value


def _text(record: Record, key: str, form: re.Pattern[str], expected: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or form.match(value) is None:
        raise ValueError(f"'{key}' must be {expected}")
    return value
