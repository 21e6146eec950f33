"""The writer and history when the world fails: constraint, full disk, stall, server gone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, text

from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.store import assign_numbers
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database, has_wal_reset_race
from hmi.storage.faults import ConnectionLostError, DiskFullError, StorageBusyError, StorageError
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.counterparts import ROOT
from tests.helpers.databases import running_database
from tests.helpers.postgres import PostgresServer
from tests.helpers.waiting import eventually

SECOND = 1_000_000


def _put(key: str, value: str = "x") -> object:
    return lambda c: c.execute(text("INSERT INTO meta VALUES (:k, :v)"), {"k": key, "v": value})


def _keys(database: Database) -> set[str]:
    with database.reader() as connection:
        return set(connection.execute(text("SELECT key FROM meta")).scalars())


def _batch(number: int, start: int, count: int = 10) -> SampleBatch:
    t = EPOCH_US + (start + np.arange(count, dtype=np.int64)) * SECOND
    return SampleBatch(np.full(count, number, np.int32), t, t, np.arange(count) * 1.0, np.zeros(count, np.uint32))


def _history(database: Database, **options: object) -> tuple[History, int]:
    tag = TagDefinition("line1/a", "plc", "holding:0")
    number = assign_numbers(database, [tag], EPOCH_US)["line1/a"]
    options.setdefault("free_ratio", lambda: 1.0)
    return History(database, [replace(tag, number=number)], ManualClock(), **options), number  # type: ignore[arg-type]


def test_one_that_fails_fails_alone(tmp_path: Path) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        hold = threading.Event()
        database.writer.submit(lambda c: hold.wait(20))
        futures: list[Future[object]] = [database.writer.submit(_put(key)) for key in ("a", "a", "b")]  # type: ignore[arg-type]
        hold.set()
        assert futures[0].exception(20) is None
        assert "UNIQUE" in str(futures[1].exception(20))
        assert futures[2].exception(20) is None
        assert _keys(database) == {"a", "b"}
        assert database.writer.problem == ""
        assert len(database.writer.commit_durations) == database.writer.commits > 0


def test_an_answer_means_it_is_on_disk(tmp_path: Path) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        for turn in range(20):
            database.writer.submit(_put(f"k{turn}")).result(20)  # type: ignore[arg-type]
            assert f"k{turn}" in _keys(database)


def test_a_full_queue_refuses_and_never_blocks(tmp_path: Path) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        hold, begun = threading.Event(), threading.Event()

        def stall(connection: Connection) -> None:
            begun.set()
            hold.wait(20)

        database.writer.submit(stall)
        begun.wait(20)
        database.writer.capacity = 3
        futures = [database.writer.submit(_put(f"k{i}")) for i in range(5)]  # type: ignore[arg-type]
        assert [f.done() for f in futures] == [False, False, False, True, True]
        assert isinstance(futures[4].exception(), StorageBusyError)
        assert database.writer.backlog == 3
        hold.set()
        assert futures[2].exception(20) is None
    assert isinstance(database.writer.submit(_put("late")).exception(), StorageBusyError)  # type: ignore[arg-type]


def test_a_stalled_database_does_not_hold_up_the_recorder(tmp_path: Path) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        history, number = _history(database, commit_us=20_000)
        history.start()
        try:
            hold, begun = threading.Event(), threading.Event()

            def stall(connection: Connection) -> None:
                begun.set()
                hold.wait(20)

            database.writer.submit(stall)
            begun.wait(20)
            for start in range(0, 1000, 10):
                history.record(_batch(number, start))  # a blocking call would never return here
            assert history.stored == 0
            hold.set()
            eventually(lambda: history.stored == 1000, "everything is stored after the stall")
        finally:
            hold.set()
            history.stop()
        assert history.dropped == {}


def test_overflow_is_counted_and_leaves_a_gap(tmp_path: Path) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        history, number = _history(database, capacity=25)
        for start in range(0, 50, 10):
            history.record(_batch(number, start))
        assert history.flush()
        assert history.dropped == {"overflow": 30}
        assert history.flush()
        (gap,) = HistoryReader(database).gaps(0, 2**62)
        assert (gap.scope, gap.cause) == ("line1/a", "overflow")
        assert (gap.from_us, gap.to_us) == (EPOCH_US, EPOCH_US + 29 * SECOND + 1)


def test_little_space_pauses_recording_with_a_gap_and_goes_on(tmp_path: Path) -> None:
    free = [0.5]
    with running_database(tmp_path, ManualClock()) as database:
        history, number = _history(database, free_ratio=lambda: free[0], min_free_ratio=0.1)
        history.record(_batch(number, 0))
        history.flush()
        free[0] = 0.009
        history.record(_batch(number, 10))
        history.flush()
        assert history.paused and "disk is nearly full" in history.problem
        free[0] = 0.2
        history.flush()
        history.record(_batch(number, 20))
        history.flush()
        assert (history.paused, history.problem, history.dropped) == (False, "", {"disk_full": 10})
        reader = HistoryReader(database)
        assert len(reader.raw([number], 0, 2**62).samples[number]) == 20
        (gap,) = reader.gaps(0, 2**62)
        assert (gap.scope, gap.cause, gap.to_us is None) == ("*", "disk_full", False)


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from tests.integration.test_storage_faults import fill_the_disk
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
fill_the_disk(Path(sys.argv[1]))
"""


def fill_the_disk(folder: Path) -> None:
    """Body of the child: a file-size limit plays the full disk, is raised, and everything goes on."""
    import resource

    with running_database(folder, ManualClock()) as database:
        history, number = _history(database)
        history.record(_batch(number, 0))
        assert history.flush()
        kept = {"before"}
        database.writer.submit(_put("before")).result(20)  # type: ignore[arg-type]
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        error: BaseException | None = None
        for turn in range(200):
            error = database.writer.submit(_put(f"k{turn}", "x" * 20_000)).exception(20)  # type: ignore[arg-type]
            if error is not None:
                break
            kept.add(f"k{turn}")
        assert isinstance(error, StorageError), error
        print(type(error).__name__, error)
        assert database.writer.problem == str(error)
        blob = np.random.default_rng(1).normal(size=30_000)
        t = EPOCH_US + np.arange(len(blob), dtype=np.int64) * SECOND
        history.record(SampleBatch(np.full(len(blob), number, np.int32), t, t, blob, np.zeros(len(blob), np.uint32)))
        assert not history.flush()
        assert history.problem and history.backlog == len(blob)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        assert history.flush()
        assert history.problem == "" and database.writer.problem == ""
        assert kept <= _keys(database)
        assert len(HistoryReader(database).raw([number], 0, 2**62).samples[number]) == len(blob) + 10
    with Database.open("sqlite", data_dir=folder, read_only=True) as database:
        assert kept <= _keys(database)
        assert HistoryReader(database).verify() == []
    print("survived")


@pytest.mark.skipif(os.name != "posix", reason="file-size limits are a POSIX matter")
def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "survived" in done.stdout


def test_a_lock_of_another_program_is_named_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmi.storage.database._BUSY_TIMEOUT_MS", 50)
    with running_database(tmp_path, ManualClock()) as database:
        from pysqlite3 import dbapi2

        other = dbapi2.connect(str(tmp_path / "station.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            errors = [database.writer.submit(_put(f"k{i}")).exception(20) for i in range(3)]  # type: ignore[arg-type]
        finally:
            other.execute("ROLLBACK")
            other.close()
        assert all(isinstance(error, StorageBusyError) for error in errors)
        assert "locked by another program" in database.writer.problem
        database.writer.submit(_put("after")).result(20)  # type: ignore[arg-type]
        assert database.writer.problem == ""
        assert _keys(database) == {"after"}


@pytest.mark.counterpart
def test_a_server_that_vanishes_without_a_word_is_noticed_in_seconds(tmp_path: Path, postgres: PostgresServer) -> None:
    def limits(connection: Connection) -> tuple[str, str]:
        found = connection.connection.dbapi_connection.info.get_parameters()  # type: ignore[union-attr]
        return found["keepalives_idle"], found["tcp_user_timeout"]

    with running_database(tmp_path, ManualClock(), postgres.new_database()) as database:
        with database.reader() as connection:
            assert limits(connection) == ("5", "10000")
        assert database.writer.run(limits) == ("5", "10000")


@pytest.mark.counterpart
def test_a_lost_server_is_said_and_history_catches_up(tmp_path: Path, postgres: PostgresServer) -> None:
    with running_database(tmp_path, ManualClock(), postgres.new_database()) as database:
        history, number = _history(database)
        history.record(_batch(number, 0))
        assert history.flush()
        postgres.kill()
        try:
            history.record(_batch(number, 10))
            assert not history.flush()
            assert isinstance(database.writer.submit(_put("lost")).exception(20), ConnectionLostError)  # type: ignore[arg-type]
            assert "cannot be reached" in history.problem
            with pytest.raises(ConnectionLostError):
                HistoryReader(database).tags()
        finally:
            postgres.start()
        assert history.flush()
        assert history.problem == ""
        assert len(HistoryReader(database).raw([number], 0, 2**62).samples[number]) == 20
        assert "lost" not in _keys(database)


def test_engines_with_the_race_are_known_and_share_one_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = [(3, 51, 3), (3, 53, 4), (3, 50, 7), (3, 44, 6), (3, 52, 0)]
    broken = [(3, 40, 1), (3, 51, 1), (3, 50, 6), (3, 44, 5), (3, 45, 0), (3, 49, 9)]
    assert not any(has_wal_reset_race(version) for version in fixed)
    assert all(has_wal_reset_race(version) for version in broken)
    import sqlite3

    monkeypatch.setattr("hmi.storage.database.sqlite_module", lambda: sqlite3)
    with running_database(tmp_path, ManualClock()) as database:
        history, number = _history(database)
        history.record(_batch(number, 0))
        assert history.flush()
        assert len(HistoryReader(database).raw([number], 0, 2**62).samples[number]) == 10


def test_a_full_disk_has_its_own_error() -> None:
    from sqlalchemy.exc import OperationalError

    from hmi.storage.faults import plain_fault

    fault = plain_fault(OperationalError("x", None, Exception("database or disk is full")), "station.db")
    assert isinstance(fault, DiskFullError) and "free some space" in str(fault)
