"""What a station's database is: engine, encryption, schema, size, soundness."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from hmi.storage.cipher import FileKey, cipher_module
from hmi.storage.conversion import open_file
from hmi.storage.database import Database, sqlite_module
from hmi.storage.faults import StorageError, plain_fault
from hmi.storage.versions import schema_version


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """encrypted: None where it is the server's matter; problems: of the integrity check, None if it was not done."""

    place: str
    engine: str
    cipher: str
    encrypted: bool | None
    schema: str
    bytes: int
    problems: tuple[str, ...] | None


def inspect_file(file: Path, key: FileKey | None) -> DatabaseState:
    """Looks at a SQLite file and all its pages, also beside a running station; raises StorageError in plain words."""
    if not file.is_file():
        raise StorageError(f"{file} does not exist: there is no history here yet, or --data names another folder")
    module = cipher_module() if key is not None else sqlite_module()
    try:
        with closing(open_file(file, key, module, read_only=True)) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
            version = ""
            if key is not None:
                problems += [row[0] for row in connection.execute("PRAGMA cipher_integrity_check")]
                version = str(connection.execute("PRAGMA cipher_version").fetchone()[0])
            known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    except module.Error as error:
        raise plain_fault(error, str(file)) from error
    return DatabaseState(
        place=str(file),
        engine=f"SQLite {module.sqlite_version}",
        cipher=f"SQLCipher {version}" if version else "",
        encrypted=key is not None,
        schema=str(found[0]) if found else "",
        bytes=file.stat().st_size,
        problems=tuple(problems),
    )


def inspect_server(database: Database) -> DatabaseState:
    """Looks at a PostgreSQL database; its server keeps its files and checks them."""
    with database.reader() as connection:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        return DatabaseState(
            place=database.place,
            engine=f"PostgreSQL {version}",
            cipher="",
            encrypted=None,
            schema=schema_version(connection),
            bytes=int(size),
            problems=None,
        )
