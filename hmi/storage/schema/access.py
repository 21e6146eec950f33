"""People: accounts, failed attempts, control places, the editable rules, and the audit trail (`contract.md` 9)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from hmi.storage.schema.base import SERIAL, TIME_US, metadata

access_users: Final = Table(
    "access_users",
    metadata,
    # Never deleted and never given to another person.
    Column("name", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("subject", Text, nullable=False),
    # `operator@bottling`, one a line.
    Column("assignments", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("pin_hash", Text, nullable=False),
    # A slow hash under the station's salt, so that a badge finds its owner.
    Column("badge_hash", Text, nullable=False),
    # The second factor, sealed with a key that is not in the database; the last time step that was used.
    Column("totp_sealed", Text, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
    Column("created_us", TIME_US, nullable=False),
    Column("last_sign_in_us", TIME_US),
    Column("confirmed_us", TIME_US),
    Index("ix_access_users_badge_hash", "badge_hash"),
)

access_attempts: Final = Table(
    "access_attempts",
    metadata,
    # Also names nobody has, or the lock itself would tell which names exist. A kind of secret counts for itself.
    Column("name", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    # Time left, not a moment: a clock that is set must neither end nor prolong a lock.
    Column("left_us", TIME_US, nullable=False),
    Column("changed_us", TIME_US, nullable=False),
)

access_rules: Final = Table(
    "access_rules",
    metadata,
    Column("permission", Text, primary_key=True),
    # Role names, one a line.
    Column("roles", Text, nullable=False),
    Column("signature", Text, nullable=False),
)

access_control: Final = Table(
    "access_control",
    metadata,
    Column("area", Text, primary_key=True),
    Column("place", Text, nullable=False),
    Column("since_us", TIME_US, nullable=False),
    Column("by", Text, nullable=False),
    Column("requested_place", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
)

audit: Final = Table(
    "audit",
    metadata,
    # Given by the one writer, without holes: a hole is a deleted row.
    Column("seq", SERIAL, primary_key=True, autoincrement=False),
    Column("t_us", TIME_US, nullable=False),
    Column("station", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("readback", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("approver", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("ix_audit_t_us", "t_us", "seq"),
    Index("ix_audit_actor", "actor", "seq"),
)
