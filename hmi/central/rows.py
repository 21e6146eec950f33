"""Plain values of the central server: owners, keys, stations, batches, backups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hmi.wire.witness import WitnessRecord


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose data: always taken from the key, never from the body."""

    tenant: str
    station: str


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as listed; the key itself is not kept. revoked_us: None = valid."""

    id: str
    owner: Owner
    hash: str
    created_us: int
    revoked_us: int | None


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup that is kept or arriving. verified_us: None = not complete yet."""

    owner: Owner
    id: str
    bytes: int
    sha256: str
    created_us: int
    began_us: int
    verified_us: int | None
    version: str


@dataclass(frozen=True, slots=True)
class StationAudit:
    """What a station's trail was when it last said so. t_us by its clock, seen_us by ours.

    problem: what does not fit what it said before, in words, kept for ever; note: the newest restore, in words.
    """

    seq: int
    hash: str
    t_us: int
    seen_us: int
    problem: str
    note: str


@dataclass(frozen=True, slots=True)
class KeptWitness:
    """A witness as it is kept; id: its place in the list."""

    id: int
    record: WitnessRecord
    received_us: int
    problem: str


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station with its newest report (a record of the stream `metrics`) and its newest verified backup.

    audit: None = it has not let this server witness its audit trail.
    """

    owner: Owner
    first_seen_us: int
    last_seen_us: int
    report: dict[str, Any] | None
    report_received_us: int | None
    backup: BackupRow | None
    audit: StationAudit | None = None


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record that was accepted: its time and its content. witness: of the stream `audit`."""

    t_us: int
    body: dict[str, Any]
    witness: WitnessRecord | None = None


@dataclass(frozen=True, slots=True)
class IncomingBatch:
    """A batch as it is to be stored. rejected: records that were not accepted, as `{"index","reason"}`."""

    stream: str
    epoch: int
    seq: int
    digest: str
    records: tuple[IncomingRecord, ...]
    rejected: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch. outcome: `stored`, `repeated` or `conflict`."""

    outcome: str
    rejected: list[dict[str, Any]]
