"""Sends what waits in the outbox: batches in order, backups in pieces between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from hmi.agent.backoff import Backoff
from hmi.agent.store import OutboxBackup, OutboxBatch, OutboxStore
from hmi.agent.transport import CentralClient, Outcome, Verdict
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.model.station import AgentSettings
from hmi.model.timestamps import US_PER_S

_log = structlog.get_logger("agent")

PIECE: Final = 4_000_000
IDLE_S: Final = 5.0


@dataclass(slots=True)
class _Upload:
    """A backup under way. sent: bytes the server has, None = not asked yet; stuck: answers without progress."""

    backup: OutboxBackup
    sent: int | None = None
    stuck: int = 0


class Shipper:
    """Ships from one thread. connected: None = nothing was sent yet; problem: the last error, empty while all is well.

    idle: the last round ended because nothing waits.
    """

    def __init__(
        self,
        settings: AgentSettings,
        resolve: Callable[[str], str],
        outbox: OutboxStore,
        clock: Clock,
        backoff: Backoff,
        shipped: Callable[[str, str], object],
    ) -> None:
        self._settings = settings
        self._resolve = resolve
        self._outbox = outbox
        self._clock = clock
        self._backoff = backoff
        self._shipped = shipped
        self._client = CentralClient(settings.central, settings.ca)
        self._conditions = ConditionLog(_log)
        self._next_us = 0
        self._upload: _Upload | None = None
        self._renumbered = ""
        self.connected: bool | None = None
        self.problem = ""
        self.idle = True

    def ship(self, stopping: Callable[[], bool]) -> float:
        """Sends until nothing waits, the server is away or `stopping`; returns the seconds until the next try."""
        left_us = self._next_us - self._clock.monotonic_us()
        if left_us > 0:
            return left_us / US_PER_S
        self.idle = False
        while not stopping():
            batch = self._outbox.next_batch()
            backup = None if batch is not None and self._upload is None else self._outbox.next_backup()
            if batch is None and backup is None:
                self.idle = True
                return IDLE_S
            try:
                key = self._resolve(self._settings.key) if self._settings.key else ""
            except PlantError as fault:
                return self._failed(Verdict(Outcome.RETRY, 0, f"the key for the central server is missing: {fault}"))
            if batch is not None:
                wait_s = self._batch(key, batch)
                if wait_s:
                    return wait_s
            if backup is not None:
                wait_s = self._piece(key, backup)
                if wait_s:
                    return wait_s
        return 0.0

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()

    def _batch(self, key: str, batch: OutboxBatch) -> float:
        verdict = self._client.send_batch(key, batch.stream, batch.body)
        if verdict.outcome is Outcome.RETRY:
            return self._failed(verdict)
        self._answered()
        renumbered, self._renumbered = self._renumbered, ""
        if verdict.outcome is Outcome.TAKEN:
            if (verdict.body or {}).get("acked_seq") != batch.seq:
                return self._failed(Verdict(Outcome.RETRY, verdict.status, "the answer is not of a central server"))
            self._outbox.delivered(batch)
            self._well()
        elif verdict.outcome is Outcome.CONFLICT and renumbered != batch.stream:
            # Our numbers were used before, e.g. by this station before it was restored from a backup.
            _log.warning("numbers were used before, a new epoch begins", stream=batch.stream, epoch=batch.epoch)
            self._outbox.begin_epoch(batch.stream)
            self._renumbered = batch.stream
        else:
            self._set_aside(verdict)
            self._outbox.refused(batch, verdict.status, verdict.reason)
        return 0.0

    def _piece(self, key: str, backup: OutboxBackup) -> float:
        upload = self._upload
        if upload is None or upload.backup.id != backup.id:
            upload = self._upload = _Upload(backup)
        try:
            piece, span = _next_piece(upload)
        except OSError as fault:
            self._upload = None
            reason = f"the file of backup {backup.id} cannot be read: {fault.strerror or fault}"
            self._set_aside(Verdict(Outcome.REFUSED, 0, reason))
            self._outbox.backup_refused(backup.id, 0, reason)
            return 0.0
        verdict = self._client.send_backup(key, backup.id, backup.sha256, span, piece)
        if verdict.outcome is Outcome.RETRY:
            upload.sent = None
            return self._failed(verdict)
        self._answered()
        if verdict.outcome is not Outcome.TAKEN:
            self._upload = None
            self._set_aside(verdict)
            self._outbox.backup_refused(backup.id, verdict.status, verdict.reason)
            return 0.0
        body = verdict.body or {}
        if body.get("verified"):
            self._upload = None
            self._outbox.backup_delivered(backup)
            self._shipped(backup.id, "central")
            self._well()
            _log.info("backup shipped and verified by the central server", id=backup.id)
            return 0.0
        received = body.get("received")
        if not isinstance(received, int) or not 0 <= received <= backup.bytes:
            return self._failed(Verdict(Outcome.RETRY, verdict.status, "the answer is not of a central server"))
        upload.stuck = upload.stuck + 1 if upload.sent is not None and received <= upload.sent else 0
        upload.sent = received
        if upload.stuck >= 3:
            upload.sent, upload.stuck = None, 0
            return self._failed(Verdict(Outcome.RETRY, verdict.status, f"backup {backup.id} does not get on"))
        return 0.0

    def _answered(self) -> None:
        self.connected = True
        self._backoff.succeeded()
        self._conditions.cleared("central", "the central server answers again")

    def _well(self) -> None:
        self.problem = ""
        self._conditions.cleared("refused", "the central server takes shipments again")

    def _failed(self, verdict: Verdict) -> float:
        self.connected = False
        self.problem = verdict.reason
        self._conditions.raised("central", verdict.reason)
        wait_s = self._backoff.failed(verdict.after_s)
        self._next_us = self._clock.monotonic_us() + round(wait_s * US_PER_S)
        return wait_s

    def _set_aside(self, verdict: Verdict) -> None:
        self.problem = f"{verdict.reason}; the shipment is set aside"
        self._conditions.raised("refused", self.problem)


def _next_piece(upload: _Upload) -> tuple[bytes, str]:
    backup = upload.backup
    with Path(backup.path).open("rb") as handle:
        if upload.sent is None:
            return b"", f"bytes */{backup.bytes}"
        handle.seek(upload.sent)
        piece = handle.read(min(PIECE, backup.bytes - upload.sent))
    if not piece:
        return b"", f"bytes */{backup.bytes}"
    return piece, f"bytes {upload.sent}-{upload.sent + len(piece) - 1}/{backup.bytes}"
