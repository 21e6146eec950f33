"""History: journal of packed commits, sealed chunks per tag, summaries, roll-ups, gaps.

The blobs are described byte by byte in `resources/docs/formats/history.md`.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, Double, Index, Integer, LargeBinary, Table, Text

from hmi.storage.schema.base import SERIAL, STATUS, TIME_US, metadata

journal: Final = Table(
    "journal",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("t_commit_us", TIME_US, nullable=False),
    Column("t_from_us", TIME_US, nullable=False),
    Column("t_to_us", TIME_US, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("block", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

sealed: Final = Table(
    "sealed",
    metadata,
    # Samples of `tag` in journal rows up to `seq` are in chunks; a row not yet deleted must not be read twice.
    Column("tag", Integer, primary_key=True, autoincrement=False),
    Column("seq", SERIAL, nullable=False),
    Column("t_last_us", TIME_US, nullable=False),
)

chunk_times: Final = Table(
    "chunk_times",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=False),
    Column("t_to_us", TIME_US, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

chunks: Final = Table(
    "chunks",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=False),
    Column("tag", Integer, nullable=False),
    Column("t_from_us", TIME_US, nullable=False),
    Column("t_to_us", TIME_US, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("time_id", SERIAL),
    Column("data", LargeBinary, nullable=False),
    Index("ix_chunks_tag_time", "tag", "t_to_us", "t_from_us"),
)


def _figures() -> list[Column[Any]]:
    return [
        Column("n", Integer, nullable=False),
        Column("n_usable", Integer, nullable=False),
        Column("v_min", Double),
        Column("v_max", Double),
        Column("v_sum", Double),
        Column("v_first", Double),
        Column("v_last", Double),
        Column("t_first_us", TIME_US, nullable=False),
        Column("t_last_us", TIME_US, nullable=False),
        Column("last_status", STATUS, nullable=False),
        Column("worst_status", STATUS, nullable=False),
        # Time-weighted from the first to the last sample: value x seconds over the usable time, and the seconds.
        Column("area", Double),
        Column("usable_s", Double, nullable=False),
        Column("good_s", Double, nullable=False),
    ]


summaries: Final = Table(
    "summaries",
    metadata,
    Column("tag", Integer, primary_key=True, autoincrement=False),
    Column("t_from_us", TIME_US, primary_key=True, autoincrement=False),
    Column("chunk", SERIAL, primary_key=True, autoincrement=False),
    Column("t_to_us", TIME_US, nullable=False),
    *_figures(),
    sqlite_with_rowid=False,
)

rollup_minute: Final = Table(
    "rollup_minute",
    metadata,
    Column("tag", Integer, primary_key=True, autoincrement=False),
    Column("t_us", TIME_US, primary_key=True, autoincrement=False),
    *_figures(),
    sqlite_with_rowid=False,
)

rollup_hour: Final = Table(
    "rollup_hour",
    metadata,
    Column("tag", Integer, primary_key=True, autoincrement=False),
    Column("t_us", TIME_US, primary_key=True, autoincrement=False),
    *_figures(),
    sqlite_with_rowid=False,
)

gaps: Final = Table(
    "gaps",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    # scope: `*` = every tag, `device:NAME` = all tags of a device, else a tag path.
    Column("scope", Text, nullable=False),
    Column("t_from_us", TIME_US, nullable=False),
    Column("t_to_us", TIME_US),
    Column("cause", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Index("ix_gaps_time", "t_from_us", "t_to_us"),
    sqlite_autoincrement=True,
)
