"""Alarms: the state of each alarm, and the append-only journal with its hash chain (`contract.md` 9)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text

from hmi.storage.schema.base import SERIAL, STATUS, TIME_US, metadata

alarm_states: Final = Table(
    "alarm_states",
    metadata,
    Column("alarm_id", Text, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("acked", Boolean, nullable=False),
    Column("latched", Boolean, nullable=False),
    Column("shelved", Boolean, nullable=False),
    Column("one_shot", Boolean, nullable=False),
    Column("shelved_until_us", TIME_US),
    # Causes of suppression by design, one a line.
    Column("suppressed_by", Text, nullable=False),
    Column("oos", Boolean, nullable=False),
    Column("activation_id", SERIAL, nullable=False),
    Column("t_active_us", TIME_US),
    Column("t_clear_us", TIME_US),
    Column("t_ack_us", TIME_US),
    Column("acked_by", Text, nullable=False),
    # Values are JSON text, so that a number, a text and a boolean come back as what they were.
    Column("value", Text),
    Column("limit_value", Text),
    Column("quality", STATUS, nullable=False),
    Column("first_out", Boolean, nullable=False),
    Column("order_number", Integer, nullable=False),
)

alarm_journal: Final = Table(
    "alarm_journal",
    metadata,
    # Given by the one writer, without holes: a hole is a deleted row.
    Column("seq", SERIAL, primary_key=True, autoincrement=False),
    Column("t_event_us", TIME_US, nullable=False),
    Column("t_recorded_us", TIME_US, nullable=False),
    Column("alarm_id", Text, nullable=False),
    Column("activation_id", SERIAL, nullable=False),
    Column("event", Text, nullable=False),
    Column("state_from", Text, nullable=False),
    Column("state_to", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("value", Text),
    Column("limit_value", Text),
    Column("quality", STATUS, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("time_uncertain", Boolean, nullable=False),
    Column("first_out", Boolean, nullable=False),
    Column("order_number", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("station", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_alarm_journal_t_event_us", "t_event_us", "seq"),
    Index("ix_alarm_journal_alarm_id", "alarm_id", "seq"),
)
