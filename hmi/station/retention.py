"""Removes what is older than the station has to keep (`storage.retention`), in the background."""

from __future__ import annotations

from typing import Final

import structlog

from hmi.alarms import store as alarm_store
from hmi.history import store as history_store
from hmi.oee import store as oee_store
from hmi.station.parts import Parts

_log = structlog.get_logger("retention")

JOB: Final = "retention"
EVERY_S: Final = 6 * 3_600.0
FIRST_AFTER_S: Final = 3_600.0
STEADY_US: Final = 24 * 3_600_000_000


def run(parts: Parts) -> bool:
    """Removes old history, alarm and audit rows and OEE intervals; False, and nothing, while the clock is doubtful.

    A computer that starts with a wrong date would otherwise take all it has for old.
    """
    clock, keep_us = parts.clock, parts.settings.storage.retention_us
    if parts.clock_watch.jumped_within(STEADY_US, clock.monotonic_us()):
        _log.warning("nothing old is removed today: the clock jumped in the last 24 h")
        return False
    now_us = clock.now_us()
    history_store.prune(parts.database, keep_us, now_us)
    writer = parts.database.writer
    rows = writer.run(lambda connection: alarm_store.prune(connection, now_us - keep_us["alarms"]))
    intervals = writer.run(lambda connection: oee_store.prune(connection, now_us - keep_us["hour"]))
    audits = parts.people.trail.prune(now_us - keep_us["audit"])
    _log.info("what was too old was removed", alarm_rows=rows, oee_intervals=intervals, audit_rows=audits)
    return True
