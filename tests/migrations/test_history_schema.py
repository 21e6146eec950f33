"""Migrations lead to the schema of the program, on both engines; a newer schema is refused; old files open."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from hmi.history.reading.reader import HistoryReader
from hmi.storage import versions
from hmi.storage.database import Database
from hmi.storage.faults import SchemaError, StorageError
from hmi.storage.schema import SCHEMA_VERSION, metadata
from tests.helpers.clock import ManualClock
from tests.helpers.databases import running_database
from tests.helpers.history_format import read_everything
from tests.helpers.postgres import PostgresServer, postgres_server

KEPT = Path(__file__).parent / "history"


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    yield from postgres_server()


def test_the_newest_migration_is_the_version_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(versions.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_VERSION


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def test_migrated_schema_is_the_metadata(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> None:
    url = "sqlite" if engine == "sqlite" else request.getfixturevalue("postgres").new_database()
    with running_database(tmp_path, ManualClock(), url) as database:

        def differences(connection: Connection) -> list[Any]:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": engine != "sqlite"}
            )
            return list(compare_metadata(context, metadata))

        assert database.writer.run(differences) == []


def test_sqlite_tables_are_declared_the_same(tmp_path: Path) -> None:
    """What autogenerate does not see: WITHOUT ROWID and AUTOINCREMENT."""
    from sqlalchemy import create_engine

    with running_database(tmp_path, ManualClock()) as database, database.reader() as connection:
        migrated = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        created = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'")).all())
    engine.dispose()
    for name, statement in created.items():
        for word in ("WITHOUT ROWID", "AUTOINCREMENT"):
            assert (word in statement) == (word in migrated[name]), f"{name}: {word}"


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_schema_is_refused_in_plain_words(tmp_path: Path, read_only: bool) -> None:
    with running_database(tmp_path, ManualClock()) as database:
        database.writer.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0999'")))
    with pytest.raises(SchemaError, match="newer Plant HMI"):
        Database.open("sqlite", data_dir=tmp_path, read_only=read_only)


def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "station.db") as foreign:
        foreign.execute("CREATE TABLE mine (x)")
    foreign.close()
    with pytest.raises(SchemaError, match="not a database of Plant HMI"):
        Database.open("sqlite", data_dir=tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "station.db").write_text("not a database at all, only text that is long enough" * 40)
    with pytest.raises(StorageError, match="damaged"):
        Database.open("sqlite", data_dir=tmp_path / "other")


def _text(rows: list[Any]) -> list[str]:
    return [f"{row.t_source_us} {row.t_receive_us} {row.t_server_us} {row.status:08X} {row.value!r}" for row in rows]


def test_the_kept_file_of_version_1_opens_and_reads_the_same(tmp_path: Path) -> None:
    """The file was written by `python -m tests.migrations.make_history_file` when version 1 was decided."""
    shutil.copy(KEPT / "v1.sqlite", tmp_path / "station.db")
    expected = (KEPT / "v1.txt").read_text(encoding="utf-8").splitlines()
    outside = [
        f"{path} {line}" for path, rows in sorted(read_everything(KEPT / "v1.sqlite").items()) for line in _text(rows)
    ]
    assert outside == expected
    with running_database(tmp_path, ManualClock()) as database:
        reader = HistoryReader(database)
        mine = [
            f"{tag.path} {line}"
            for tag in reader.tags()
            for part in reader.iterate(tag.number, 0, 2**62)
            for line in _text(part.as_batch(tag.number).samples())
        ]
        assert mine == expected
        assert reader.verify() == []
        assert [gap.cause for gap in reader.gaps(0, 2**62)] == ["device_down"]
        assert int(reader.minmax(reader.tags()[0].number, 1_763_700_000_000_000, 1_763_800_000_000_000, 10).n.sum()) > 0
