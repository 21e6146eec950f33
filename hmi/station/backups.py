"""The station's backups: made while it runs, verified at once, never claimed before."""

from __future__ import annotations

import threading
from pathlib import Path

import structlog

from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.facade.data import BackupItem
from hmi.storage.backup import BackupRecord, Backups
from hmi.storage.database import Database

_log = structlog.get_logger("backup")


class StationBackups:
    """Makes and lists backups of one running station; one at a time."""

    def __init__(
        self, database: Database, config_dir: Path, data_dir: Path, station: str, clock: Clock, key: str = ""
    ) -> None:
        self._database = database
        self._config_dir = config_dir
        self._station = station
        self.archive = Backups(data_dir, clock, key=key)
        self._making = threading.Lock()
        self._conditions = ConditionLog(_log)
        self._problem = ""
        self._last_verified_us: int | None = None

    def start(self) -> None:
        """Looks up the newest verified backup."""
        verified = [record.verified_us for record in self.archive.list() if record.verified_us is not None]
        self._last_verified_us = max(verified, default=None)

    @property
    def problem(self) -> str:
        """Why the last backup could not be made or verified; empty if it could."""
        return self._problem

    @property
    def last_verified_us(self) -> int | None:
        """When the newest verified backup was verified; None without one."""
        return self._last_verified_us

    def make(self) -> BackupRecord:
        """Makes a backup and verifies it by restoring into a scratch folder; raises PlantError if either fails."""
        with self._making:
            try:
                made = self.archive.create(self._database, self._config_dir, self._station)
                record = self.archive.verify(made.id)
            except PlantError as fault:
                self._problem = str(fault)
                self._conditions.raised("backup", "backup failed", reason=str(fault))
                raise
            self._problem = ""
            self._last_verified_us = record.verified_us
            self._conditions.cleared("backup", "backups are made again")
            _log.info("backup verified", id=record.id, bytes=record.bytes)
            return record

    def items(self) -> list[BackupItem]:
        """Known backups, newest first."""
        return [backup_item(record) for record in self.archive.list()]


def backup_item(record: BackupRecord) -> BackupItem:
    """A backup as a front end sees it."""
    return BackupItem(
        id=record.id,
        station=record.station,
        version=record.version,
        created_us=record.created_us,
        bytes=record.bytes,
        verified_us=record.verified_us,
        places=list(record.places),
        kind=record.kind,
    )
