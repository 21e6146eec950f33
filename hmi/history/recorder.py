"""The history service: takes batches without blocking, commits them once a second, seals them."""

from __future__ import annotations

import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import structlog

from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.base.queues import BoundedQueue
from hmi.history import store
from hmi.history.codec import encode_block
from hmi.history.gapnotes import LostSpans
from hmi.history.policy import StoragePolicy
from hmi.history.reading.store import BlockCache, Snapshot
from hmi.history.sealing import CHUNK_SAMPLES, seal_journal
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database

_log = structlog.get_logger("history")

_QUEUE_SAMPLES: Final = 1_000_000
_PENDING_BLOCKS: Final = 120
_KEPT_NOTES: Final = 10_000
_SEAL_ROWS: Final = 3_600
_EARLY: Final = 0.8  # of the commit time, so that a commit that takes a while still ends within it
_SEAL_SAMPLES: Final = 1_000_000
_ALIVE_EVERY_US: Final = 10_000_000
_EVERYTHING: Final = "*"


class History:
    """Records batches of all tags; a service.

    `record` never blocks: a full queue drops the oldest batch, counts it and leaves an `overflow` gap. Once every
    `commit_us` what arrived becomes one journal row; what the database refuses is kept and tried again, up to two
    minutes of it. Below a tenth of `min_free_ratio` of the disk recording pauses with a `disk_full` gap.

    definitions: tags with their numbers (`store.assign_numbers`). free_ratio: free part of the database's disk 0..1.
    """

    name = "history"

    def __init__(
        self,
        database: Database,
        definitions: Iterable[TagDefinition],
        clock: Clock,
        *,
        commit_us: int = 1_000_000,
        min_free_ratio: float = 0.10,
        capacity: int = _QUEUE_SAMPLES,
        free_ratio: Callable[[], float] | None = None,
    ) -> None:
        known = list(definitions)
        self._database = database
        self._clock = clock
        self._paths = {d.number: d.path for d in known}
        self._policy = StoragePolicy(known)
        self._commit_us = commit_us
        self._pause_ratio = min_free_ratio / 10
        self._free_ratio = free_ratio or (lambda: _free_ratio_of(database))
        self.queue: BoundedQueue[SampleBatch] = BoundedQueue("history", capacity)
        self._lock = threading.Lock()
        self._round = threading.Lock()
        self._lost = LostSpans()
        self._dropped: dict[str, int] = {}
        self._pending: deque[tuple[bytes, SampleBatch]] = deque()
        self._notes: deque[store.Work] = deque(maxlen=_KEPT_NOTES)
        self._stop = threading.Event()
        self._seal_now = threading.Event()
        self._threads: list[threading.Thread] = []
        self._conditions = ConditionLog(_log)
        self._paused = False
        self._problem = ""
        self._stored = 0
        self._last_commit_us = 0
        self._last_commit_monotonic_us: int | None = None
        self._last_alive_us = 0
        self._intervals: deque[tuple[int, float]] = deque(maxlen=600)
        self._last_round_us: int | None = None
        self._per_tag = np.zeros(0, np.int64)
        self._unsealed = 0
        self._rows = 0

    def start(self) -> None:
        """Notes the time the station was stopped as a gap and begins to record."""
        if self._threads:
            return
        self._stop.clear()
        self._database.writer.run(store.begin_recording(self._clock.now_us()))
        with self._database.reader() as connection:
            _, self._rows, self._unsealed = Snapshot(connection, BlockCache(0)).journal_state()
        self._threads = [
            threading.Thread(target=self._record, name="history-record"),
            threading.Thread(target=self._seal, name="history-seal"),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Commits everything recorded so far and ends; the writer must still run."""
        self.queue.close()
        self._stop.set()
        self._seal_now.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def record(self, batch: SampleBatch) -> None:
        """Takes samples in order of arrival; returns at once whatever the database does."""
        if not len(batch):
            return
        for lost in self.queue.put(batch, len(batch)):
            self._lose(lost, "stopped" if self.queue.closed else "overflow")

    def flush(self) -> bool:
        """Commits now what was recorded before the call; False if the database did not take it (it stays queued)."""
        return self._commit_round()

    def note_gap(self, scope: str, from_us: int, to_us: int | None, cause: str, detail: str = "") -> None:
        """Records a gap with the next commit. scope: `*`, `device:NAME` or a tag path; cause: of `contract.md` 9."""
        self._notes.append(store.open_gap(scope, from_us, to_us, cause, detail))

    def device_down(self, device: str, since_us: int, detail: str = "") -> None:
        """Records that a device's tags have no values from now on."""
        self.note_gap(f"device:{device}", since_us, None, "device_down", detail)

    def device_up(self, device: str, at_us: int) -> None:
        """Ends the gap `device_down` began."""
        self._notes.append(store.close_gaps(f"device:{device}", "device_down", at_us))

    @property
    def last_commit_us(self) -> int:
        """Everything recorded before this moment is on disk; 0 before the first commit."""
        return self._last_commit_us

    @property
    def commit_age_s(self) -> float | None:
        """Seconds since everything recorded was last on disk, whatever the wall clock did; None before the first."""
        last = self._last_commit_monotonic_us
        return None if last is None else max(0.0, (self._clock.monotonic_us() - last) / 1e6)

    @property
    def stored(self) -> int:
        """Samples committed since the start."""
        return self._stored

    @property
    def dropped(self) -> dict[str, int]:
        """Samples lost since the start by reason: `overflow`, `storage`, `disk_full`, `stopped`."""
        with self._lock:
            return dict(self._dropped)

    @property
    def backlog(self) -> int:
        """Samples recorded and not yet committed."""
        return self.queue.depth + sum(len(batch) for _, batch in list(self._pending))

    @property
    def paused(self) -> bool:
        """True while recording stands still because the disk is nearly full."""
        return self._paused

    @property
    def problem(self) -> str:
        """Why history is not being stored, in plain words; empty while it is."""
        return self._problem

    def longest_interval_s(self, within_us: int = 60_000_000) -> float:
        """Longest time between two successful commit rounds of late, with the one that runs now."""
        now = self._clock.monotonic_us()
        recent = [length for ended, length in list(self._intervals) if ended >= now - within_us]
        if self._last_round_us is not None:
            recent.append((now - self._last_round_us) / 1e6)
        return max(recent, default=0.0)

    def _record(self) -> None:
        pause_s = _EARLY * self._commit_us / 1e6
        while not self._stop.wait(pause_s):
            began_us = self._clock.monotonic_us()
            self._guarded_round()
            taken_s = (self._clock.monotonic_us() - began_us) / 1e6
            pause_s = max(_EARLY * self._commit_us / 1e6 - taken_s, 0.02)
        self._take()
        self._keep(self._policy.release())
        self._commit_round()
        for _, batch in self._pending:
            self._lose(batch, "storage")

    def _guarded_round(self) -> None:
        """A defect must not end recording: the block that could not be stored is given up, counted and a gap."""
        try:
            self._commit_round()
        except Exception:
            self._problem = "A defect of Plant HMI keeps history from being stored: see the log"
            if self._conditions.raised("defect", self._problem):
                _log.exception("history round failed")
            with self._round:
                if self._pending:
                    self._lose(self._pending.popleft()[1], "storage")
                elif self._notes:
                    self._notes.popleft()
        else:
            self._conditions.cleared("defect", "history is stored again")

    def _commit_round(self) -> bool:
        with self._round:
            self._check_disk()
            taken_monotonic_us = self._clock.monotonic_us()
            taken_us = self._clock.now_us()  # before the queue is emptied: what comes later is not claimed
            self._take()
            self._write_lost()
            done = self._write_pending(taken_us)
            now = self._clock.monotonic_us()
            if done:
                self._last_commit_monotonic_us = taken_monotonic_us
                if self._last_round_us is not None:
                    self._intervals.append((now, (now - self._last_round_us) / 1e6))
                self._last_round_us = now
            return done

    def _take(self) -> None:
        batches = self.queue.take_all(0)
        if not batches:
            return
        if self._paused:
            for batch in batches:
                self._count("disk_full", len(batch))
            return
        self._keep(self._policy.keep(SampleBatch.concatenate(batches)))

    def _keep(self, kept: SampleBatch) -> None:
        if len(kept):
            self._pending.append((encode_block(kept), kept))
        while len(self._pending) > _PENDING_BLOCKS:
            self._lose(self._pending.popleft()[1], "storage")

    def _write_pending(self, taken_us: int) -> bool:
        try:
            while self._pending:
                block, batch = self._pending[0]
                times = batch.t_source_us
                work = store.append_block(block, len(batch), int(times.min()), int(times.max()), taken_us)
                self._database.writer.run(work)
                self._pending.popleft()
                self._stored += len(batch)
                self._count_for_sealing(batch)
                self._last_alive_us = taken_us
            while self._notes:
                self._database.writer.run(self._notes[0])
                self._notes.popleft()
            if taken_us - self._last_alive_us >= _ALIVE_EVERY_US:
                self._database.writer.run(store.note_alive(taken_us))
                self._last_alive_us = taken_us
        except PlantError as fault:
            self._problem = str(fault)
            self._conditions.raised("write", f"history is not stored: {fault}")
            return False
        self._last_commit_us = taken_us
        if not self._paused:
            self._problem = ""
        self._conditions.cleared("write", "history is stored again")
        return True

    def _count_for_sealing(self, batch: SampleBatch) -> None:
        counts = np.bincount(batch.tag)
        if len(counts) > len(self._per_tag):
            counts, self._per_tag = self._per_tag, counts
        self._per_tag[: len(counts)] += counts
        self._unsealed += len(batch)
        self._rows += 1
        full = int(self._per_tag.max()) >= CHUNK_SAMPLES
        if full or self._unsealed >= _SEAL_SAMPLES or self._rows >= _SEAL_ROWS:
            self._unsealed = self._rows = 0
            self._per_tag = np.zeros(0, np.int64)
            self._seal_now.set()

    def _seal(self) -> None:
        while True:
            self._seal_now.wait()
            if self._stop.is_set():
                return
            self._seal_now.clear()
            try:
                seal_journal(self._database, self._stop.is_set)
                self._conditions.cleared("seal", "history is sealed again")
            except PlantError as fault:
                self._conditions.raised("seal", f"history stays in the journal for now: {fault}")
            except Exception:
                if self._conditions.raised("seal", "history stays in the journal: sealing has a defect"):
                    _log.exception("sealing failed")

    def _lose(self, batch: SampleBatch, reason: str) -> None:
        self._count(reason, len(batch))
        with self._lock:
            self._lost.add(batch)

    def _count(self, reason: str, samples: int) -> None:
        with self._lock:
            self._dropped[reason] = self._dropped.get(reason, 0) + samples

    def _write_lost(self) -> None:
        with self._lock:
            spans = self._lost.take()
        if not spans:
            return
        self._policy.forget()
        for tag, (first, last) in spans.items():
            self.note_gap(
                self._paths.get(tag, str(tag)), first, last + 1, "overflow", "more samples than the disk took"
            )
        self._conditions.raised("overflow", "history lost samples: the database is too slow", tags=len(spans))

    def _check_disk(self) -> None:
        try:
            low = self._free_ratio() < self._pause_ratio
        except OSError:
            return
        if low == self._paused:
            return
        self._paused = low
        now = self._clock.now_us()
        if low:
            self._problem = (
                "The disk is nearly full: recording pauses until space is free; delete files or old backups."
            )
            self._conditions.raised("disk", self._problem)
            self.note_gap(_EVERYTHING, now, None, "disk_full", "free space below a tenth of storage.min_free")
        else:
            self._policy.forget()
            self._notes.append(store.close_gaps(_EVERYTHING, "disk_full", now))
            self._conditions.cleared("disk", "recording goes on: the disk has space again")


def _free_ratio_of(database: Database) -> float:
    if database.file is None:
        return 1.0
    usage = shutil.disk_usage(database.file.parent)
    return usage.free / usage.total if usage.total else 0.0
