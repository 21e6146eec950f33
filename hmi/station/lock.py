"""One station on one data directory: the lock, `station.json` and the control token (`contract.md` 2)."""

from __future__ import annotations

import json
import os
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from hmi.base.errors import BusyError

_TRIES: Final = 10
_PAUSE_S: Final = 0.05


@dataclass(frozen=True, slots=True)
class StationFile:
    """Content of `station.json`; means nothing unless the lock is held. started: ISO time.

    certificate: file of the certificate the API shows, empty without TLS.
    """

    pid: int
    api: str
    id: str
    started: str
    version: str
    control_token_file: str
    certificate: str = ""


def _try_lock(handle: IO[bytes], *, probe: bool = False) -> bool:
    """Takes the lock if it is free. probe: only to see that; commands that look at the same time do not meet."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if probe else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_running(data_dir: Path) -> bool:
    """True if a station holds the lock of this data directory; creates nothing."""
    path = data_dir / "station.lock"
    if not path.exists():
        return False
    with path.open("rb") as handle:
        return not _try_lock(handle, probe=True)


def read_station_file(data_dir: Path) -> StationFile | None:
    """`station.json` of the running station, None if none runs or it has not said yet where it listens."""
    if not is_running(data_dir):
        return None
    try:
        content = json.loads((data_dir / "station.json").read_text(encoding="utf-8"))
        known = {key: content[key] for key in StationFile.__dataclass_fields__ if key in content}
        return StationFile(**known)
    except (OSError, ValueError, TypeError):
        return None


class StationLock:
    """Holds the data directory for this process; a second holder gets BusyError naming the first."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._handle: IO[bytes] | None = None

    def acquire(self) -> None:
        """Takes the lock; raises BusyError if another station has it."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        handle = (self._data_dir / "station.lock").open("ab+")
        if not self._patiently(handle):
            handle.close()
            first = read_station_file(self._data_dir)
            who = f"station {first.id} (process {first.pid}, {first.api})" if first else "another process"
            raise BusyError(f"{self._data_dir} is in use by {who}: stop it first, or give another --data folder")
        self._handle = handle

    def _patiently(self, handle: IO[bytes]) -> bool:
        """Tries for a moment: a command that just looks whether a station runs holds the lock that long."""
        pause = threading.Event()
        for _ in range(_TRIES):
            if _try_lock(handle):
                return True
            pause.wait(_PAUSE_S)
        return False

    def publish(self, api: str, station_id: str, started: str, version: str, token: str, certificate: str = "") -> None:
        """Writes `station.json` and the control token, both readable by this user only."""
        token_file = self._data_dir / "control.token"
        _write_private(token_file, token)
        resolved = str(token_file.resolve())
        content = StationFile(os.getpid(), api, station_id, started, version, resolved, certificate)
        _write_private(self._data_dir / "station.json", json.dumps(asdict(content)))

    def release(self) -> None:
        """Removes what `publish` wrote and frees the directory; may be called twice."""
        if self._handle is None:
            return
        for name in ("station.json", "control.token"):
            (self._data_dir / name).unlink(missing_ok=True)
        self._handle.close()
        self._handle = None

    def __enter__(self) -> StationLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _write_private(path: Path, text: str) -> None:
    scratch = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    scratch.replace(path)
