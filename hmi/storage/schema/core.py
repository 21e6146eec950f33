"""Tag numbers and small facts about the station."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, Text

from hmi.storage.schema.base import TIME_US, metadata

meta: Final = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

tags: Final = Table(
    "tags",
    metadata,
    # AUTOINCREMENT: the number behind a path is never given to another path, also after rows were removed.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("path", Text, nullable=False),
    Column("path_key", Text, nullable=False),
    Column("type", Text, nullable=False, server_default=""),
    Column("unit", Text, nullable=False, server_default=""),
    Column("device", Text, nullable=False, server_default=""),
    Column("store", Text, nullable=False, server_default="all"),
    Column("created_us", TIME_US, nullable=False),
    Index("uq_tags_path_key", "path_key", unique=True),
    sqlite_autoincrement=True,
)
