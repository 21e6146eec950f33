"""Databases for tests: the same suite over SQLite and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hmi.base.clock import Clock
from hmi.storage.database import Database


@contextmanager
def running_database(folder: Path, clock: Clock, url: str = "sqlite") -> Iterator[Database]:
    """An open database whose writer runs."""
    database = Database.open(url, data_dir=folder, clock=clock)
    database.writer.start()
    try:
        yield database
    finally:
        database.close()
