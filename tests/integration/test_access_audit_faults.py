"""The audit trail when the world fails: what could not be stored is refused in words, and nothing is half there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from hmi.access.audit.store import AuditSearch
from hmi.access.audit.trail import AuditTrail
from hmi.model.access import AuditRow
from hmi.storage.database import Database
from hmi.storage.faults import ConnectionLostError, StorageBusyError, StorageError
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.counterparts import ROOT
from tests.helpers.databases import running_database
from tests.helpers.postgres import PostgresServer

_FULL_DISK = """
import signal, sys
from pathlib import Path
from tests.integration.test_access_audit_faults import fill_the_disk
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
fill_the_disk(Path(sys.argv[1]))
"""


def row(number: int, size: int = 10) -> AuditRow:
    return AuditRow(EPOCH_US + number, "anna", "DEED", f"deed {number}", reason="x" * size)


def with_fact(trail: AuditTrail, number: int) -> object:
    """A fact and its row in one transaction."""

    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO meta VALUES (:k, 'x')"), {"k": f"fact {number}"})
        trail.append_in(connection, [row(number, 5_000)])

    return work


def facts(database: Database) -> set[str]:
    with database.reader() as connection:
        return set(connection.execute(text("SELECT key FROM meta WHERE key LIKE 'fact %'")).scalars())


def fill_the_disk(folder: Path) -> None:
    """Body of the child: a file-size limit plays the full disk, is raised, and recording goes on."""
    import resource

    clock = ManualClock()
    with running_database(folder, clock) as database:
        trail = AuditTrail(database, "line1", clock)
        trail.start()
        trail.record(row(0)).result(20)
        stored = {"deed 0"}
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        refused: BaseException | None = None
        number = 0
        while refused is None and number < 400:
            number += 1
            refused = trail.watch(database.writer.submit(with_fact(trail, number))).exception(20)  # type: ignore[arg-type]
            if refused is None:
                stored |= {f"deed {number}"}
        assert isinstance(refused, StorageError), refused
        print(type(refused).__name__, refused)
        assert trail.problem == str(refused)
        alone = trail.record(row(500, 7_000), row(501, 7_000)).exception(20)
        assert isinstance(alone, StorageError)
        assert isinstance(trail.intend(row(502, 7_000)).exception(20), StorageError)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        trail.witness_head()
        database.writer.run(lambda _: None, 20)
        assert not trail.failing
        found = trail.search(AuditSearch(limit=1_000))
        assert found[0].row.action == "AUDIT_FAILED"
        assert {one.row.target for one in found[1:]} == stored
        assert facts(database) == {f"fact {target[5:]}" for target in stored if target != "deed 0"}
        assert trail.verify().ok
    print("survived")


@pytest.mark.skipif(os.name != "posix", reason="file-size limits are a POSIX matter")
def test_on_a_full_disk_no_deed_goes_without_its_row(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "survived" in done.stdout


def test_many_deeds_at_once_have_rows_without_holes(tmp_path: Path) -> None:
    """Deeds share a commit, and one of them fails: its row is not there, and leaves no hole."""
    clock = ManualClock()
    with running_database(tmp_path, clock) as database:
        trail = AuditTrail(database, "line1", clock)
        futures = []
        for number in range(200):
            if number % 10 == 3:
                database.writer.submit(with_fact(trail, 0))  # type: ignore[arg-type]  # the second one breaks the key
            futures.append(trail.record(row(number)))
        assert all(future.exception(20) is None for future in futures)
        found = trail.search(AuditSearch(limit=1_000, newest_first=False))
        assert [one.seq for one in found] == list(range(1, 202))
        assert facts(database) == {"fact 0"}
        assert trail.verify().ok


@pytest.mark.counterpart
def test_a_lost_server_refuses_deeds_and_takes_them_again(tmp_path: Path, postgres: PostgresServer) -> None:
    clock = ManualClock()
    with running_database(tmp_path, clock, postgres.new_database()) as database:
        trail = AuditTrail(database, "line1", clock)
        trail.record(row(1)).result(20)
        postgres.kill()
        try:
            fault = trail.record(row(2)).exception(20)
            assert isinstance(fault, ConnectionLostError)
            assert "cannot be reached" in trail.problem
        finally:
            postgres.start()
        trail.record(row(3)).result(20)
        assert not trail.failing
        assert [one.row.target for one in trail.search(AuditSearch())] == ["deed 3", "deed 1"]
        assert trail.verify().ok


@pytest.mark.counterpart
def test_a_lock_in_postgresql_is_said(tmp_path: Path, postgres: PostgresServer) -> None:
    clock = ManualClock()
    url = postgres.new_database()
    with running_database(tmp_path, clock, url) as database, running_database(tmp_path / "b", clock, url) as other:
        trail = AuditTrail(database, "line1", clock)
        trail.record(row(1)).result(20)
        database.writer.run(lambda c: c.execute(text("SET lock_timeout = 100")), 20)

        def hold(connection: Connection) -> None:
            connection.execute(text("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"))
            fault = trail.record(row(2)).exception(20)
            assert isinstance(fault, StorageBusyError), fault

        other.writer.run(hold, 30)
        trail.record(row(3)).result(20)
        assert trail.verify().rows == 2
