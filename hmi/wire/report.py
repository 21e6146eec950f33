"""The record of the stream `metrics`: what a station says about itself, tolerant of other versions when read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hmi.model.timestamps import iso, iso_or_none, to_us
from hmi.wire.batches import Record


@dataclass(frozen=True, slots=True)
class ReportedBackup:
    """The newest verified backup of a station."""

    id: str
    created_us: int
    verified_us: int


@dataclass(frozen=True, slots=True)
class StationReport:
    """A station at one moment.

    health: `healthy`, `degraded`, `down`, empty if not known. alarms: listed alarms by priority "1".."4" and
    `unacked`, `shelved`. oee: figure of the running shift by line, None = not available. tags: count by quality word.
    data_age_s: age of the oldest live value, None without one. backlog: work that waits on the station;
    waiting: records that wait to be shipped.
    """

    t_us: int
    name: str
    version: str
    health: str = ""
    simulated: bool = False
    alarms: dict[str, int] = field(default_factory=dict)
    oee: dict[str, float | None] = field(default_factory=dict)
    devices_total: int = 0
    devices_connected: int = 0
    devices_silent: tuple[str, ...] = ()
    tags: dict[str, int] = field(default_factory=dict)
    data_age_s: float | None = None
    backlog: int = 0
    waiting: int = 0
    backup: ReportedBackup | None = None


def to_record(report: StationReport) -> Record:
    """The report as a record of the stream `metrics`."""
    backup = report.backup
    return {
        "t": iso(report.t_us),
        "name": report.name,
        "version": report.version,
        "health": report.health,
        "simulated": report.simulated,
        "alarms": dict(report.alarms),
        "oee": {line: _finite(value) for line, value in report.oee.items()},
        "devices": {
            "total": report.devices_total,
            "connected": report.devices_connected,
            "silent": list(report.devices_silent),
        },
        "tags": dict(report.tags),
        "data_age_s": _finite(report.data_age_s),
        "backlog": report.backlog,
        "waiting": report.waiting,
        "backup": None
        if backup is None
        else {
            "id": backup.id,
            "created": iso_or_none(backup.created_us),
            "verified": iso_or_none(backup.verified_us),
        },
    }


def from_record(record: Record) -> StationReport:
    """Reads a record of any version: unknown keys are ignored, missing ones get defaults. ValueError without a time."""
    devices = _table(record.get("devices"))
    silent = devices.get("silent")
    return StationReport(
        t_us=_moment(record.get("t")),
        name=_text(record.get("name")),
        version=_text(record.get("version")),
        health=_text(record.get("health")),
        simulated=record.get("simulated") is True,
        alarms=_counts(record.get("alarms")),
        oee={line: _number(value) for line, value in _table(record.get("oee")).items()},
        devices_total=_count(devices.get("total")),
        devices_connected=_count(devices.get("connected")),
        devices_silent=tuple(_text(name) for name in silent) if isinstance(silent, list) else (),
        tags=_counts(record.get("tags")),
        data_age_s=_number(record.get("data_age_s")),
        backlog=_count(record.get("backlog")),
        waiting=_count(record.get("waiting")),
        backup=_backup(record.get("backup")),
    )


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _moment(value: Any) -> int:
    try:
        return to_us(datetime.fromisoformat(value))
    except (TypeError, ValueError, OverflowError):
        raise ValueError("'t' must be a UTC time like 2026-01-02T03:04:05.000000Z") from None


def _backup(value: Any) -> ReportedBackup | None:
    plain = _table(value)
    try:
        return ReportedBackup(_text(plain["id"]), _moment(plain["created"]), _moment(plain["verified"]))
    except (KeyError, ValueError):
        return None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return _finite(float(value))
    except OverflowError:
        return None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _counts(value: Any) -> dict[str, int]:
    return {name: _count(count) for name, count in _table(value).items()}
