"""Reading a long stretch of one tag as a trend against GROUP BY over plain rows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
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

DAYS, TAGS, PIECE_S = 5, 4, 3_600
START_US = 1_763_712_000_000_000


def figures() -> list[Figure]:
    """1,000 columns over all days (from summaries where they do), and over the last hours (decoded)."""
    rng = np.random.default_rng(5)
    wave = np.round(np.cumsum(rng.normal(size=(DAYS * 86_400, TAGS)), axis=0), 1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        number = _record(folder, wave)
        connection = _rows(folder / "rows.db", wave)
        end_us = START_US + len(wave) * 1_000_000
        found = []
        with Database.open("sqlite", data_dir=folder, read_only=True) as database:
            reader = HistoryReader(database)
            for name, from_us, points, goal in (
                ("a whole stretch in 100 columns", START_US, 100, 0.10),
                ("a whole stretch in 1,000 columns", START_US, 1_000, 0.10),
                ("the last 6 hours in 1,000 columns", end_us - 21_600_000_000, 1_000, None),
            ):
                width_us = (end_us - from_us) // points
                plain = _best(partial(_grouped, connection, from_us, width_us))
                ours = _best(partial(reader.minmax, number, from_us, end_us, points))
                detail = f"{DAYS} days at 1 Hz, {TAGS} tags in the store"
                found.append(Figure(f"time to read {name}", ours / plain, "SQL GROUP BY", goal, False, detail))
        connection.close()
    return found


def _record(folder: Path, wave: np.ndarray) -> int:
    database = Database.open("sqlite", data_dir=folder)
    database.writer.start()
    tags = [TagDefinition(f"bench/t{n}", "plc", "holding:0") for n in range(TAGS)]
    numbers = sorted(assign_numbers(database, tags, START_US).values())
    history = History(database, [], SystemClock(), free_ratio=lambda: 1.0)
    for start in range(0, len(wave), PIECE_S):
        seconds = np.arange(start, min(start + PIECE_S, len(wave)))
        t = np.repeat(START_US + seconds * 1_000_000, TAGS)
        tag = np.tile(np.array(numbers, np.int32), len(seconds))
        history.record(SampleBatch(tag, t, t + 4_000, wave[seconds].reshape(-1), np.zeros(len(t), np.uint32)))
        history.flush()
        seal_journal(database)
    history.stop()
    database.close()
    return numbers[1]


def _rows(file: Path, wave: np.ndarray) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE s (tag INT, t INT, v REAL, q INT, PRIMARY KEY (tag, t)) WITHOUT ROWID")
    for tag in range(TAGS):
        rows = ((tag, START_US + second * 1_000_000, value, 0) for second, value in enumerate(wave[:, tag].tolist()))
        connection.executemany("INSERT INTO s VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    return connection


def _grouped(connection: sqlite3.Connection, from_us: int, width_us: int) -> object:
    query = "SELECT (t - ?) / ?, min(v), max(v) FROM s WHERE tag = 1 AND t >= ? GROUP BY 1"
    return connection.execute(query, (from_us, width_us, from_us)).fetchall()


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


if __name__ == "__main__":
    print(table(figures()))
