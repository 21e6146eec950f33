"""What the central server knows of each station, with the age of that knowledge. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hmi.central.rows import StationRow
from hmi.model.timestamps import US_PER_S, iso
from hmi.wire.report import StationReport, from_record

STALE_AFTER_S: Final = 60.0
"""A station that has not reported for this long is not shown as live."""


@dataclass(frozen=True, slots=True)
class Known:
    """One station as known now.

    report_age_s: how old the newest report is, by the later of both clocks' readings; None = it never reported.
    data_age_s: age of its oldest live value now. stale: nothing of the report may be taken as the present.
    """

    row: StationRow
    report: StationReport | None
    report_age_s: float | None
    data_age_s: float | None
    stale: bool


def known(row: StationRow, now_us: int) -> Known:
    """What is known of a station at `now_us`."""
    if row.report is None or row.report_received_us is None:
        return Known(row, None, None, None, True)
    report = from_record(row.report)
    # A report that waited in the outbox is as old as its content says; a station whose clock runs ahead is as old
    # as its arrival.
    age_s = max(now_us - row.report_received_us, now_us - report.t_us, 0) / US_PER_S
    data_age_s = None if report.data_age_s is None else age_s + report.data_age_s
    return Known(row, report, age_s, data_age_s, age_s > STALE_AFTER_S)


def station_item(station: Known) -> dict[str, Any]:
    """The JSON of a station (`contract.md` 7)."""
    row, report = station.row, station.report
    backup = row.backup
    return {
        "id": row.owner.station,
        "tenant": row.owner.tenant,
        "name": report.name if report is not None and report.name else row.owner.station,
        "version": report.version if report is not None else "",
        "last_seen": iso(row.last_seen_us),
        "report_age_s": station.report_age_s,
        "data_age_s": station.data_age_s,
        "stale": station.stale,
        "health": report.health if report is not None else "",
        "simulated": report.simulated if report is not None else False,
        "alarms": report.alarms if report is not None else {},
        "oee": report.oee if report is not None else {},
        "devices": None
        if report is None
        else {
            "total": report.devices_total,
            "connected": report.devices_connected,
            "silent": list(report.devices_silent),
        },
        "backup": None
        if backup is None or backup.verified_us is None
        else {"id": backup.id, "created": iso(backup.created_us), "verified": iso(backup.verified_us)},
        "audit": None
        if row.audit is None
        else {
            "seq": row.audit.seq,
            "hash": row.audit.hash,
            "t": iso(row.audit.t_us),
            "received": iso(row.audit.seen_us),
            "problem": row.audit.problem,
            "note": row.audit.note,
        },
        "backlog": report.backlog + report.waiting if report is not None else None,
    }
