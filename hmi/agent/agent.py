"""The agent: collects reports, makes backups on schedule, and ships both until the central server has them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from random import random as system_random
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from hmi.agent.backoff import Backoff
from hmi.agent.schedule import is_due, latest_run_us, parse_wall
from hmi.agent.shipping import Shipper
from hmi.agent.store import Added, OutboxBackup, OutboxStore
from hmi.agent.witness import EVERY_S as WITNESS_EVERY_S
from hmi.agent.witness import JOB as WITNESS_JOB
from hmi.agent.witness import WitnessShipping, WitnessSource
from hmi.base.clock import Clock
from hmi.base.errors import BusyError, PlantError
from hmi.base.log import ConditionLog
from hmi.base.scheduling import JobRunner
from hmi.model.station import AgentSettings
from hmi.model.timestamps import US_PER_S
from hmi.storage.backup import BackupRecord
from hmi.wire.report import StationReport, to_record

_log = structlog.get_logger("agent")

CENTRAL: Final = "central"
METRICS_JOB: Final = "metrics"
BACKUP_JOB: Final = "backup"
_CHECK_BACKUP_S: Final = 30.0
_FIRST_BACKUP_AFTER_S: Final = 10.0
_RETRY_BACKUP_US: Final = 15 * 60 * US_PER_S
_REFUSED_KEPT_US: Final = 14 * 86_400 * US_PER_S
_IDLE_S: Final = 5.0
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """What the agent knows of its work.

    configured: a central server is named. connected: None = nothing was sent yet. Tables: records by stream.
    oldest_age_s: age of the oldest record that waits. set_aside: shipments refused for good. problem: the last error
    of shipping, backup_problem of making backups; plain sentences, empty while all is well.
    """

    configured: bool
    connected: bool | None
    waiting: dict[str, int] = field(default_factory=dict)
    shipped: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    oldest_age_s: float | None = None
    set_aside: int = 0
    set_aside_reason: str = ""
    backups_waiting: int = 0
    backup_verified_us: int | None = None
    backup_shipped_us: int | None = None
    problem: str = ""
    backup_problem: str = ""

    @property
    def waiting_total(self) -> int:
        """Records of all streams that wait."""
        return sum(self.waiting.values())


class Agent:
    """Background work of one station.

    resolve: the secret behind a reference. collect_metrics: the station's report now. create_backup: makes and
    verifies a backup and returns it. shipped: told when a copy of a backup is at a place. random: 0 to 1. witness: of
    the audit trail, for the central server to remember.
    """

    name = "agent"

    def __init__(
        self,
        settings: AgentSettings,
        resolve: Callable[[str], str],
        outbox: OutboxStore,
        jobs: JobRunner,
        collect_metrics: Callable[[], StationReport],
        create_backup: Callable[[], BackupRecord],
        clock: Clock,
        zone: ZoneInfo,
        shipped: Callable[[str, str], object] = lambda _id, _place: None,
        random: Callable[[], float] = system_random,
        witness: WitnessSource | None = None,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._jobs = jobs
        self._collect_metrics = collect_metrics
        self._create_backup = create_backup
        self._clock = clock
        self._zone = zone
        self._shipped = shipped
        self._at = parse_wall(settings.backup.at)
        self._shipper = Shipper(settings, resolve, outbox, clock, Backoff(random), shipped)
        self._witness = WitnessShipping(outbox, witness, clock) if witness is not None and settings.central else None
        self._conditions = ConditionLog(_log)
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._making = threading.Lock()
        self._backup_problem = ""
        self._retry_backup_us: int | None = None

    def start(self) -> None:
        """Schedules the jobs and begins to ship; what waited from before goes first."""
        if self._settings.central:
            self._outbox.forget_refused(self._clock.now_us() - _REFUSED_KEPT_US)
            self._outbox.release_unauthorised()
            self._jobs.every(METRICS_JOB, self._settings.metrics_every_us / US_PER_S, self.collect)
            if self._witness is not None:
                self._jobs.every(WITNESS_JOB, WITNESS_EVERY_S, self.ship_witness)
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="agent", daemon=True)
            self._thread.start()
        self._jobs.every(BACKUP_JOB, _CHECK_BACKUP_S, self.backup_if_due, first_after_s=_FIRST_BACKUP_AFTER_S)

    def stop(self) -> None:
        """Ends shipping after the request that is under way; what waits stays for the next start."""
        if self._thread is not None:
            try:
                self.ship_witness(last=True)
            except PlantError as fault:
                _log.warning("the newest audit witness was not put into the outbox", reason=str(fault))
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._shipper.close()

    def status(self) -> AgentStatus:
        """What waits, what was shipped, what went wrong."""
        figures = self._outbox.figures()
        oldest_us = figures.oldest_us
        return AgentStatus(
            configured=bool(self._settings.central),
            connected=self._shipper.connected,
            waiting=figures.waiting,
            shipped=figures.shipped,
            dropped=figures.dropped,
            oldest_age_s=None if oldest_us is None else max(0.0, (self._clock.now_us() - oldest_us) / US_PER_S),
            set_aside=figures.set_aside,
            set_aside_reason=figures.set_aside_reason,
            backups_waiting=figures.backups_waiting,
            backup_verified_us=figures.backup_verified_us,
            backup_shipped_us=figures.backup_shipped_us,
            problem=self._shipper.problem,
            backup_problem=self._backup_problem,
        )

    def collect(self) -> None:
        """Puts a report of now into the outbox."""
        self._outbox.add("metrics", (to_record(self._collect_metrics()),)).add_done_callback(self._collected)

    def ship_witness(self, last: bool = False) -> None:
        """Puts the witness of the audit trail into the outbox if that is due; last: the station stops."""
        if self._witness is not None and self._witness.run(last):
            self._wake.set()

    def _collected(self, future: Future[Added]) -> None:
        fault = future.exception()
        if fault is None:
            self._conditions.cleared("collect", "reports are kept in the outbox again")
            self._wake.set()
        else:
            self._conditions.raised("collect", f"a report could not be put into the outbox: {fault}")

    def ship(self) -> float:
        """Sends what waits until nothing does or the server is away; returns the seconds until the next try."""
        return self._shipper.ship(self._stop.is_set)

    def backup_now(self) -> BackupRecord:
        """Makes and verifies a backup, copies it to its folders and lets it wait for the central server.

        A place that does not take its copy does not undo the backup: `status().backup_problem` names it.
        """
        if not self._making.acquire(blocking=False):
            raise BusyError("a backup is being made already: wait for it to end")
        try:
            record = self._create_backup()
            if record.verified_us is None:
                raise PlantError(f"backup {record.id} was made but not verified: it is not shipped")
            self._outbox.note_verified(record.verified_us)
            problems = self._send_to_places(record)
        finally:
            self._making.release()
        self._backup_problem = "; ".join(problems)
        if problems:
            self._conditions.raised("backup", self._backup_problem)
        else:
            self._conditions.cleared("backup", "a backup was made and verified", id=record.id)
        return record

    def backup_if_due(self) -> None:
        """Makes the daily backup if its time has come or was missed; without any verified backup, one at once."""
        now_us = self._clock.now_us()
        latest_us = latest_run_us(self._at, self._zone, now_us)
        if not is_due(self._outbox.mark("backup_done_for_us"), latest_us, now_us):
            return
        if self._retry_backup_us is not None and 0 < self._retry_backup_us - now_us <= _RETRY_BACKUP_US:
            return
        try:
            self.backup_now()
        except BusyError:
            return
        except PlantError as fault:
            self._retry_backup_us = now_us + _RETRY_BACKUP_US
            self._backup_problem = str(fault)
            self._conditions.raised("backup", f"the backup failed: {fault}")
            return
        self._retry_backup_us = None
        self._outbox.set_mark("backup_done_for_us", latest_us)
        self._outbox.forget_refused(now_us - _REFUSED_KEPT_US)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            try:
                wait_s = self.ship()
            except PlantError as fault:  # the station's own database does not answer; its health says so too
                self._conditions.raised("outbox", f"the outbox cannot be read: {fault}")
                wait_s = _IDLE_S
            else:
                self._conditions.cleared("outbox", "the outbox can be read again")
            self._wait(wait_s)

    def _wait(self, wait_s: float) -> None:
        # After a failure new reports must not shorten the back-off, so only an idle agent listens to them.
        waiter = self._wake if self._shipper.idle else self._stop
        waiter.wait(min(wait_s, _IDLE_S) if self._shipper.idle else wait_s)

    def _send_to_places(self, record: BackupRecord) -> list[str]:
        path = Path(record.places[0])
        problems: list[str] = []
        if CENTRAL in self._settings.backup.to and self._settings.central:
            if self._settings.backup.encrypt_to:
                problems.append("this version cannot encrypt backups: the backup stays here and is not shipped")
            else:
                backup = OutboxBackup(record.id, str(path), sha256_of(path), path.stat().st_size, record.created_us)
                self._outbox.add_backup(backup, record.verified_us)
                self._wake.set()
        for place in self._settings.backup.to:
            if place == CENTRAL:
                continue
            try:
                copy_backup(path, Path(place))
            except PlantError as fault:
                problems.append(str(fault))
            else:
                self._shipped(record.id, str(Path(place) / path.name))
        return problems


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def copy_backup(path: Path, folder: Path) -> None:
    """Copies a backup into a folder so that it is there whole or not at all, and compares what was written."""
    scratch = folder / f"{path.name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, scratch)
        with scratch.open("rb+") as handle:
            os.fsync(handle.fileno())
        if sha256_of(scratch) != sha256_of(path):
            raise PlantError(f"the copy of {path.name} in {folder} differs from the original: check that disk")
        scratch.replace(folder / path.name)
    except OSError as fault:
        raise PlantError(f"{path.name} could not be copied to {folder}: {fault.strerror or fault}") from fault
    finally:
        with contextlib.suppress(OSError):
            scratch.unlink(missing_ok=True)
