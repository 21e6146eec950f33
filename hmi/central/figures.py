"""Health and Prometheus figures of the central server."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any, Final

from hmi import __version__
from hmi.base import prometheus
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.http import Traffic
from hmi.central import fleet
from hmi.central.store import CentralStore
from hmi.model.timestamps import US_PER_S, iso

_PREFIX: Final = "plant_central_"
_MIN_FREE: Final = 0.10


class Counters:
    """Counts what stations send; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: dict[tuple[str, str], int] = {}
        self._records: dict[str, int] = {}
        self._backups: dict[str, int] = {}

    def batch(self, stream: str, outcome: str, records: int) -> None:
        """Counts a batch; its records only when they were stored now."""
        with self._lock:
            self._batches[stream, outcome] = self._batches.get((stream, outcome), 0) + 1
            if outcome == "stored":
                self._records[stream] = self._records.get(stream, 0) + records

    def backup(self, outcome: str) -> None:
        """Counts a backup that arrived completely: `verified` or `refused`."""
        with self._lock:
            self._backups[outcome] = self._backups.get(outcome, 0) + 1

    def batches(self) -> dict[tuple[str, str], int]:
        """{(stream, outcome): batches}."""
        with self._lock:
            return dict(self._batches)

    def records(self) -> dict[str, int]:
        """{stream: records stored}."""
        with self._lock:
            return dict(self._records)

    def backups(self) -> dict[str, int]:
        """{outcome: backups}."""
        with self._lock:
            return dict(self._backups)


def database_health(store: CentralStore) -> dict[str, str]:
    """Whether the database takes and gives data now."""
    try:
        store.check()
    except PlantError as fault:
        return {"status": "down", "message": str(fault)}
    if store.problem:
        return {"status": "down", "message": store.problem}
    return {"status": "healthy", "message": f"{store.dialect} answers"}


def health(store: CentralStore, data_dir: Path, clock: Clock, started_us: int) -> dict[str, Any]:
    """The answer of /health; reads the database and the disk."""
    usage = shutil.disk_usage(data_dir)
    free = usage.free / usage.total
    disk = "down" if free < _MIN_FREE / 10 else "degraded" if free < _MIN_FREE else "healthy"
    services = {
        "database": database_health(store),
        "disk": {"status": disk, "message": f"{free * 100:.1f} % free, wanted {_MIN_FREE * 100:g} %"},
    }
    words = {service["status"] for service in services.values()} - {"healthy"}
    status = services["database"]["status"] if not words or services["database"]["status"] == "down" else "degraded"
    return {
        "status": status,
        "version": __version__,
        "now": iso(clock.now_us()),
        "services": services,
        "metrics": {"uptime_s": (clock.now_us() - started_us) / US_PER_S, "disk_free_ratio": free},
    }


def metrics(store: CentralStore, counters: Counters, traffic: Traffic, clock: Clock, started_us: int) -> str:
    """The Prometheus text of the central server."""
    now_us = clock.now_us()
    metrics = [
        prometheus.gauges(_PREFIX + "build_info", "Version of the product", ["version"], [((__version__,), 1.0)]),
        prometheus.gauge(_PREFIX + "uptime_seconds", "Time since the server started", (now_us - started_us) / US_PER_S),
        prometheus.counters(
            _PREFIX + "batches", "Batches received by outcome", ["stream", "outcome"], _rows(counters.batches())
        ),
        prometheus.counters(
            _PREFIX + "records", "Records stored", ["stream"], [((s,), float(n)) for s, n in counters.records().items()]
        ),
        prometheus.counters(
            _PREFIX + "backups",
            "Backups received by outcome",
            ["outcome"],
            [((o,), float(n)) for o, n in counters.backups().items()],
        ),
        prometheus.counters(
            _PREFIX + "http_requests",
            "Requests answered",
            ["method", "route", "code"],
            [((m, r, str(c)), float(n)) for (m, r, c), n in sorted(traffic.requests().items())],
        ),
        prometheus.histogram(
            _PREFIX + "http_request_duration_seconds", "Time from request to end of answer", traffic.duration()
        ),
    ]
    connected = 1.0
    try:
        stations = [fleet.known(row, now_us) for row in store.stations()]
    except PlantError:
        stations, connected = [], 0.0
    metrics.append(prometheus.gauge(_PREFIX + "database_connected", "1 if the database answers", connected))
    if connected:
        stale = sum(1 for station in stations if station.stale)
        rows = [(("reporting",), float(len(stations) - stale)), (("stale",), float(stale))]
        metrics.append(prometheus.gauges(_PREFIX + "stations", "Stations by state", ["state"], rows))
    label = ["tenant", "station"]
    ages = [((s.row.owner.tenant, s.row.owner.station), s.report_age_s) for s in stations]
    metrics.append(prometheus.gauges(_PREFIX + "report_age_seconds", "Age of the newest report", label, ages))
    verified = [
        (
            (s.row.owner.tenant, s.row.owner.station),
            s.row.backup.verified_us / US_PER_S if s.row.backup is not None and s.row.backup.verified_us else None,
        )
        for s in stations
    ]
    text = "When the newest backup was verified here"
    metrics.append(prometheus.gauges(_PREFIX + "backup_last_verified_timestamp_seconds", text, label, verified))
    return prometheus.text(metrics)


def _rows(table: dict[tuple[str, str], int]) -> list[tuple[tuple[str, ...], float | None]]:
    return [(key, float(n)) for key, n in sorted(table.items())]
