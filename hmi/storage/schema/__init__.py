"""Every table of a station's database as one `metadata`; a table lives in the module of its subject."""

from __future__ import annotations

from typing import Final

from hmi.storage.schema import access, alarms, core, history, oee, outbox
from hmi.storage.schema.base import metadata

SCHEMA_VERSION: Final = "0002"
"""Newest migration this program knows."""

__all__ = ["SCHEMA_VERSION", "access", "alarms", "core", "history", "metadata", "oee", "outbox"]
