"""First released schema."""

from alembic import op

from hmi.storage.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Creates every table."""
    metadata.create_all(op.get_bind())
