"""What can go wrong with a database, told in plain words."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hmi.base.errors import BusyError, PlantError


class StorageError(PlantError):
    """The database did not take or give data; nothing of the attempt was kept."""


class DiskFullError(StorageError):
    """No room on the disk of the database."""


class StorageBusyError(StorageError, BusyError):
    """The database is locked, or more work waits than the writer's queue holds."""


class ConnectionLostError(StorageError):
    """The database server cannot be reached."""


class SchemaError(StorageError):
    """The file's schema does not fit this program."""


_DISK_FULL = ("disk is full", "no space left", "could not extend file", "file too large", "disk quota")
_BUSY = ("is locked", "lock timeout", "deadlock detected")
_DEFECTS = ("no such ", "syntax error", "has no column", "already exists")
_LOST = ("connection", "server closed", "terminating", "could not connect", "no route", "refused")


def is_environment_fault(error: BaseException) -> bool:
    """True if the engine's surroundings failed (disk, lock, server), not the statement."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, OperationalError) and any(sign in str(error.orig).lower() for sign in _DEFECTS):
        return False
    return isinstance(error, OperationalError | InterfaceError | PoolTimeoutError | OSError)


def plain_fault(error: BaseException, place: str) -> StorageError:
    """The sentence for an environment fault; `place` is the file or server without a password."""
    original: Any = getattr(error, "orig", None) or error
    text = " ".join(str(original).split())
    low = text.lower()
    if any(sign in low for sign in _DISK_FULL):
        return DiskFullError(f"The disk of {place} is full: free some space; recording goes on by itself then.")
    if any(sign in low for sign in _BUSY):
        return StorageBusyError(f"{place} is locked by another program: close what has it open ({text}).")
    if "disk i/o error" in low:
        return StorageError(
            f"The disk of {place} does not read or write (disk I/O error): check the disk and the space."
        )
    if "readonly" in low or "read-only" in low:
        return StorageError(f"{place} cannot be written: check the rights of the file and its folder ({text}).")
    if "malformed" in low or "not a database" in low:
        return StorageError(f"{place} is damaged ({text}): restore the last verified backup.")
    if any(sign in low for sign in _LOST):
        return ConnectionLostError(f"The database {place} cannot be reached: {text}")
    return StorageError(f"The database {place} did not answer as expected: {text}")
