"""Accounts, failed attempts, rules, control places and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Creates the tables; nothing older changes."""
    op.create_table(
        "access_users",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("assignments", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("badge_hash", sa.Text(), nullable=False),
        sa.Column("totp_sealed", sa.Text(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("last_sign_in_us", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_access_users")),
    )
    op.create_index("ix_access_users_badge_hash", "access_users", ["badge_hash"], unique=False)
    op.create_table(
        "access_attempts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "kind", name=op.f("pk_access_attempts")),
    )
    op.create_table(
        "access_rules",
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("permission", name=op.f("pk_access_rules")),
    )
    op.create_table(
        "access_control",
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("requested_place", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_access_control")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("t_us", sa.BigInteger(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in (
                "station",
                "actor",
                "action",
                "target",
                "address",
                "old",
                "new",
                "readback",
                "unit",
                "reason",
                "result",
                "approver",
                "session",
                "place",
                "signature",
                "prev_hash",
                "hash",
            )
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_t_us", "audit", ["t_us", "seq"], unique=False)
    op.create_index("ix_audit_actor", "audit", ["actor", "seq"], unique=False)
