"""OEE: what each machine did and counted, as intervals from which every figure can be computed again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Double, Index, Integer, Table, Text

from hmi.storage.schema.base import STATUS, TIME_US, metadata

oee_intervals: Final = Table(
    "oee_intervals",
    metadata,
    Column("line", Text, primary_key=True),
    Column("machine", Text, primary_key=True),
    Column("t_from_us", TIME_US, primary_key=True, autoincrement=False),
    Column("t_to_us", TIME_US, nullable=False),
    # state: number the machine sent, null while nothing was known; status: its quality.
    Column("state", Integer),
    Column("state_class", Text, nullable=False),
    Column("status", STATUS, nullable=False),
    Column("product", Text, nullable=False),
    # The rate in force then, so that a later change of the configuration does not rewrite the past.
    Column("ideal_rate_per_s", Double, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("good", BigInteger, nullable=False),
    # Counted over a time of which nothing is known: part of the total, never of the performance.
    Column("gap_total", BigInteger, nullable=False),
    Column("gap_good", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    # The counters as last read in or before the interval: where counting goes on after a restart.
    Column("t_counted_us", TIME_US),
    Column("total_counter", BigInteger),
    Column("split_counter", BigInteger),
    Index("ix_oee_intervals_t_to_us", "line", "machine", "t_to_us"),
)
