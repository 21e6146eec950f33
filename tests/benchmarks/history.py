"""History against plain SQLite rows in the same run: `python -m tests.benchmarks.history`. Prints ratios only."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from hmi.base.clock import SystemClock
from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database
from tests.benchmarks.figures import Figure, table

TAGS, SECONDS, SEAL_EVERY = 1_000, 1_200, 1_200
START_US = 1_763_712_000_000_000


def figures() -> list[Figure]:
    """Writes the same samples both ways and compares speed and size."""
    rng = np.random.default_rng(7)
    wave = np.round(np.cumsum(rng.normal(size=(SECONDS, TAGS)), axis=0), 1)
    rows = "sqlite3 executemany, WITHOUT ROWID"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows_s, rows_bytes = _rows(folder / "rows.db", wave)
        ours_s, ours_bytes, sealed_bytes = _ours(folder, wave)
        detail = f"{TAGS * SECONDS} samples, 1,000 a commit"
        return [
            Figure("history samples per second", rows_s / ours_s, rows, 15.0, detail=detail),
            Figure("bytes per sample, chunks", sealed_bytes / rows_bytes, rows, 0.06, False, detail),
            Figure(
                "bytes per sample, whole file", ours_bytes / rows_bytes, rows, detail="with roll-ups and free pages"
            ),
        ]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rows(file: Path, wave: np.ndarray) -> tuple[float, int]:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE s (tag INT, t INT, v REAL, q INT, PRIMARY KEY (tag, t)) WITHOUT ROWID")

    def write() -> None:
        for turn in range(SECONDS):
            connection.execute("BEGIN")
            t = START_US + turn * 1_000_000
            rows = [(tag, t, value, 0) for tag, value in enumerate(wave[turn].tolist())]
            connection.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")

    taken = _timed(write)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return taken, file.stat().st_size


def _ours(folder: Path, wave: np.ndarray) -> tuple[float, int, int]:
    database = Database.open("sqlite", data_dir=folder)
    database.writer.start()
    tags = [TagDefinition(f"bench/t{i}", "plc", "holding:0") for i in range(TAGS)]
    numbers = np.array(sorted(assign_numbers(database, tags, START_US).values()), np.int32)
    history = History(database, [], SystemClock(), free_ratio=lambda: 1.0)
    status = np.zeros(TAGS, np.uint32)

    def write() -> None:
        for turn in range(SECONDS):
            t = np.full(TAGS, START_US + turn * 1_000_000)
            history.record(SampleBatch(numbers, t, t + 4_000, wave[turn], status))
            history.flush()  # 1,000 samples a commit, as the rows
            if turn % SEAL_EVERY == SEAL_EVERY - 1:
                seal_journal(database)

    taken = _timed(write)
    history.stop()
    sealed_bytes = HistoryReader(database).info().bytes
    database.close()
    return taken, (folder / "station.db").stat().st_size, sealed_bytes


if __name__ == "__main__":
    print(table(figures()))
