"""OEE: the events from which every figure can be computed again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Double, Index, Integer, Table, Text

from hmi.storage.schema.base import SERIAL, STATUS, TIME_US, metadata

oee_events: Final = Table(
    "oee_events",
    metadata,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("line", Text, nullable=False),
    Column("machine", Text, nullable=False),
    Column("t_us", TIME_US, nullable=False),
    # kind: state, mode, product, total, good, reject, unknown (nothing known from here), seen (still so at t_us).
    Column("kind", Text, nullable=False),
    Column("value", Double),
    Column("text", Text, nullable=False, server_default=""),
    Column("status", STATUS, nullable=False),
    # The rate in force, so that a later change of the configuration does not rewrite the past.
    Column("ideal_rate_per_s", Double, nullable=False),
    Column("state_class", Text, nullable=False, server_default=""),
    Column("modulus", Integer, nullable=False, server_default="0"),
    Index("ix_oee_events_machine", "line", "machine", "t_us"),
    sqlite_autoincrement=True,
)
