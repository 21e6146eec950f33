"""What waits to be shipped to the central server, kept until it has said that it is stored."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from hmi.storage.schema.base import TIME_US, metadata

outbox_streams: Final = Table(
    "outbox_streams",
    metadata,
    Column("stream", Text, primary_key=True),
    # A new epoch begins when numbers could have been used already, e.g. after a restore.
    Column("epoch", BigInteger, nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    # Records since the file was made: stored by the server, lost because the outbox was full.
    Column("shipped", BigInteger, nullable=False, server_default="0"),
    Column("dropped", BigInteger, nullable=False, server_default="0"),
)

outbox_batches: Final = Table(
    "outbox_batches",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("created_us", TIME_US, nullable=False),
    Column("records", Integer, nullable=False),
    # The batch exactly as it is sent (hmi.wire.batches).
    Column("body", LargeBinary, nullable=False),
    # Set when the server refused for good: the batch is kept, shown and not sent again.
    Column("refused_us", TIME_US),
    Column("refused_status", Integer),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_outbox_batches_waiting", "refused_us", "created_us"),
)

outbox_backups: Final = Table(
    "outbox_backups",
    metadata,
    Column("id", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("created_us", TIME_US, nullable=False),
    Column("verified_us", TIME_US),
    Column("shipped_us", TIME_US),
    Column("refused_us", TIME_US),
    Column("refused_status", Integer),
    Column("reason", Text, nullable=False, server_default=""),
)
