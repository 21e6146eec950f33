"""What the schema modules share: the metadata and the column types that fit both engines."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.types import TypeEngine

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SERIAL: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit key given by the database; SQLite numbers by itself only columns declared INTEGER."""

TIME_US: Final[TypeEngine[int]] = BigInteger()
"""Microseconds since 1970 UTC."""

STATUS: Final[TypeEngine[int]] = BigInteger()
"""StatusCode; unsigned 32 bit does not fit PostgreSQL's integer."""
