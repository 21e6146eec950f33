"""The part of the facade that is about the audit trail."""

from __future__ import annotations

import csv
import io
import re
from concurrent.futures import Future
from dataclasses import replace
from typing import Final

from hmi.access.accounts import deed_row
from hmi.access.audit.checking import AuditCheck
from hmi.access.audit.store import AuditSearch, StoredAudit
from hmi.access.service import AccessService
from hmi.base.clock import Clock
from hmi.facade.access_data import AuditItem, AuditQuery, AuditVerdict
from hmi.facade.data import Page
from hmi.model.access import Permission
from hmi.model.timestamps import iso
from hmi.station.front.workers import Workers
from hmi.station.people import StationPeople

READERS: Final = 2
"""Threads that search, export and verify, which may take a minute: signing in does not wait behind them."""

EXPORT_LIMIT: Final = 100_000
_BUSY: Final = "too many people read the audit trail at once: try again in a moment"
_CURSOR: Final = re.compile(r"[0-9]{1,18}")
_COLUMNS: Final = (
    "seq", "t", "station", "actor", "action", "target", "address", "old", "new", "readback", "unit", "reason", "result",
    "approver", "session", "place", "signature", "prev_hash", "hash",
)  # fmt: skip


class TrailFront:
    """Answers about the trail of a station, from threads of its own."""

    def __init__(self, people: StationPeople, clock: Clock) -> None:
        self._people: AccessService = people.access
        self._station_people = people
        self._people_clock = clock
        self._readers = Workers(READERS, "trail", _BUSY)

    def audit(self, query: AuditQuery, session: str = "") -> Future[Page[AuditItem]]:
        def read() -> Page[AuditItem]:
            self._people.guard.authorise(Permission.AUDIT_READ, session)
            return self._audit_page(query, query.limit, query.cursor)

        return self._readers.do(read)

    def audit_csv(self, query: AuditQuery, session: str = "") -> Future[str]:
        def work() -> str:
            people = self._people
            deed = people.guard.authorise(Permission.AUDIT_READ, session)
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(_COLUMNS)
            cursor, count = None, 0
            while count < EXPORT_LIMIT:
                page = self._audit_page(query, min(1000, EXPORT_LIMIT - count), cursor)
                writer.writerows(_cells(item) for item in page.items)
                count += len(page.items)
                cursor = page.next
                if cursor is None:
                    break
            row = deed_row(deed, self._people_clock.now_us(), "AUDIT_EXPORTED", "audit trail")
            people.register.record(replace(row, result=f"{count} rows"))
            return text.getvalue()

        return self._readers.do(work)

    def verify_audit(self, session: str = "") -> Future[AuditVerdict]:
        def work() -> AuditVerdict:
            self._people.guard.authorise(Permission.AUDIT_READ, session)
            return _verdict(self._station_people.verify(), self._people_clock.now_us())

        return self._readers.do(work)

    def _audit_page(self, query: AuditQuery, limit: int, cursor: str | None) -> Page[AuditItem]:
        after = int(cursor) if cursor and _CURSOR.fullmatch(cursor) else None
        found = self._people.trail.search(
            AuditSearch(
                0 if query.from_us is None else query.from_us,
                2**62 if query.to_us is None else query.to_us,
                query.actor,
                query.action,
                query.target,
                query.text,
                limit + 1,
                after,
                query.newest_first,
            )
        )
        following = str(found[limit - 1].seq) if len(found) > limit else None
        return Page([audit_item(stored) for stored in found[:limit]], following)


def audit_item(stored: StoredAudit) -> AuditItem:
    """A stored row as a front end sees it."""
    row = stored.row
    return AuditItem(
        seq=stored.seq,
        t_us=row.t_us,
        station=stored.station,
        actor=row.actor,
        action=row.action,
        target=row.target,
        address=row.address,
        old=row.old,
        new=row.new,
        readback=row.readback,
        unit=row.unit,
        reason=row.reason,
        result=row.result,
        approver=row.approver,
        session=row.session,
        place=row.place,
        signature=row.signature,
        prev_hash=stored.prev_hash,
        hash=stored.hash,
    )


def _verdict(found: AuditCheck, now_us: int) -> AuditVerdict:
    return AuditVerdict(
        found.ok,
        found.rows,
        found.first_seq,
        found.head,
        found.first_bad_seq,
        found.reason,
        now_us,
        found.witness,
        found.witness_seq,
        found.t_witness_us,
    )


def _cells(item: AuditItem) -> list[str]:
    return [iso(item.t_us) if name == "t" else str(getattr(item, name)) for name in _COLUMNS]
