"""Bringing a database to the schema this program knows; refusing one it does not."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from hmi.storage.faults import SchemaError
from hmi.storage.schema import SCHEMA_VERSION

_MIGRATIONS = Path(__file__).parent / "migrations"


def schema_version(connection: Connection) -> str:
    """Version of the database's schema; empty for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def bring_up_to_date(connection: Connection, place: str) -> None:
    """Applies the missing migrations inside the caller's transaction; refuses a schema newer than this program."""
    version = schema_version(connection)
    if version == SCHEMA_VERSION:
        return
    _refuse_newer(version, place)
    if not version and inspect(connection).get_table_names():
        raise SchemaError(f"{place} is not a database of Plant HMI: give another storage.url or --data folder")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def require_current(connection: Connection, place: str) -> None:
    """Raises unless a reader can use the database as it is."""
    version = schema_version(connection)
    if version == SCHEMA_VERSION:
        return
    _refuse_newer(version, place)
    if not version:
        raise SchemaError(f"{place} is not a database of Plant HMI: give another storage.url or --data folder")
    raise SchemaError(f"{place} has the older schema {version}: start the station once, it brings it up to date")


def _refuse_newer(version: str, place: str) -> None:
    if version > SCHEMA_VERSION:
        raise SchemaError(
            f"{place} was written by a newer Plant HMI (schema {version}, this program knows {SCHEMA_VERSION}): "
            "install that version or restore a backup made by this one"
        )
