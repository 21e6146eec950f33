"""One central server on one data directory, and how a command finds the one that runs."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from hmi.base.errors import BusyError


@dataclass(frozen=True, slots=True)
class CentralFile:
    """Content of `central.json`, readable by this user only; means nothing unless the lock is held."""

    pid: int
    api: str
    admin_token: str


def _try_lock(handle: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class CentralLock:
    """Holds the data directory for this process; a second holder gets BusyError."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._handle: IO[bytes] | None = None

    def acquire(self) -> None:
        """Takes the lock; raises BusyError if another server or command has it."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        handle = (self._data_dir / "central.lock").open("ab+")
        if not _try_lock(handle):
            handle.close()
            first = read_central_file(self._data_dir)
            who = f"the central server at {first.api} (process {first.pid})" if first else "another process"
            raise BusyError(f"{self._data_dir} is in use by {who}: stop it first, or give another --data folder")
        self._handle = handle

    def publish(self, api: str, admin_token: str) -> None:
        """Tells commands where the server answers."""
        path = self._data_dir / "central.json"
        scratch = path.with_suffix(".json.new")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            json.dump(asdict(CentralFile(os.getpid(), api, admin_token)), handle)
        scratch.replace(path)

    def release(self) -> None:
        """Frees the directory; may be called twice."""
        if self._handle is None:
            return
        (self._data_dir / "central.json").unlink(missing_ok=True)
        self._handle.close()
        self._handle = None


def is_running(data_dir: Path) -> bool:
    """True if a central server holds the lock of this folder; creates nothing."""
    path = data_dir / "central.lock"
    if not path.exists():
        return False
    with path.open("rb+") as handle:
        return not _try_lock(handle)


def read_central_file(data_dir: Path) -> CentralFile | None:
    """`central.json` of the running server, None if none runs or it has not said yet where it listens."""
    if not is_running(data_dir):
        return None
    try:
        content = json.loads((data_dir / "central.json").read_text(encoding="utf-8"))
        return CentralFile(**{key: content[key] for key in CentralFile.__dataclass_fields__})
    except (OSError, ValueError, KeyError):
        return None
