"""Encrypting and decrypting the file of a stopped station.

The new file is made beside the old one, compared with it and then takes its name: a process that is killed at any
moment leaves the old file or the new one, whole.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from hmi.base.durable import sync_folder
from hmi.storage import cipher
from hmi.storage.cipher import FileKey, cipher_module
from hmi.storage.faults import DiskFullError, StorageBusyError, StorageError, plain_fault

_SUFFIX: Final = ".converting"
_LOGS: Final = ("-wal", "-shm", "-journal")
_WAIT_S: Final = 5
_CARRIED: Final = ("user_version", "application_id")
_ROOM: Final = 1.1
"""What the new file may need of the old one's size."""


def encrypt_file(file: Path, key: FileKey) -> int:
    """Puts an encrypted file with the same content in the place of a plain one; the number of rows it holds.

    The caller holds the station's lock. Raises StorageError in plain words; the old file is then as it was.
    """
    return _convert(file, None, key)


def decrypt_file(file: Path, key: FileKey) -> int:
    """Puts a plain file with the same content in the place of an encrypted one; the number of rows it holds."""
    return _convert(file, key, None)


def require_readable(file: Path, key: FileKey) -> None:
    """Raises StorageError in plain words unless the key opens the file."""
    module = cipher_module()
    try:
        open_file(file, key, module, read_only=True).close()
    except module.Error as error:
        raise plain_fault(error, str(file)) from error


def sweep(file: Path) -> None:
    """Removes what a killed conversion left beside the file; nothing of it was in use."""
    for name in (f"{file.name}{_SUFFIX}{log}" for log in ("", *_LOGS)):
        file.with_name(name).unlink(missing_ok=True)


def _convert(file: Path, old: FileKey | None, new: FileKey | None) -> int:
    module = cipher_module()
    fresh = file.with_name(file.name + _SUFFIX)
    try:
        sweep(file)
        with closing(open_file(file, old, module, read_only=False)) as connection:
            _settle(connection, file)
            _need_room(file)
            _make_like(fresh, file)
            _export(connection, fresh, new)
            rows = _compare(connection, fresh)
            connection.execute("COMMIT").close()
        _check_sound(fresh, new, module)
        _to_disk(fresh)
        _put_in_place(fresh, file)
    except module.Error as error:
        raise plain_fault(error, str(file)) from error
    except OSError as error:
        raise StorageError(f"{file} was not converted and is as it was: {error}") from error
    finally:
        sweep(file)
    return rows


def open_file(file: Path, key: FileKey | None, module: Any, *, read_only: bool) -> Any:
    """A connection that has read the file; the sentence that fits if the key does not."""
    connection = module.connect(
        f"{file.resolve().as_uri()}?mode={'ro' if read_only else 'rw'}", uri=True, isolation_level=None, timeout=_WAIT_S
    )
    try:
        if key is not None:
            key.apply(connection)
        cipher.quieten(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except module.Error as error:
        connection.close()
        if cipher.is_not_a_database(error):
            raise cipher.unreadable(file, with_key=key is not None) from error
        raise
    return connection


def _settle(connection: Any, file: Path) -> None:
    """Brings the log into the file and takes it away: a log left beside the new file would be applied to it."""
    mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    if mode != "delete" or any(file.with_name(file.name + log).exists() for log in _LOGS):
        raise StorageBusyError(f"{file} is in use by another program: close what has it open and try again.")
    problems = [row[0] for row in connection.execute("PRAGMA quick_check(1)") if row[0] != "ok"]
    if problems:
        raise StorageError(f"{file} is damaged ({problems[0]}): restore the last verified backup first.")


def _need_room(file: Path) -> None:
    needed = int(file.stat().st_size * _ROOM)
    if shutil.disk_usage(file.parent).free < needed:
        raise DiskFullError(f"The disk of {file} is full: the new file needs {needed // 1_000_000 + 1} MB of space.")


def _make_like(fresh: Path, file: Path) -> None:
    """Creates the new file with the rights and the owner of the old one, before anything is in it."""
    old = file.stat()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if os.name == "posix":
            os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
            if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(descriptor, old.st_uid, old.st_gid)
    finally:
        os.close(descriptor)


def _export(connection: Any, fresh: Path, key: FileKey | None) -> None:
    literal = key.literal if key is not None else "''"
    carried = {name: int(connection.execute(f"PRAGMA main.{name}").fetchone()[0]) for name in _CARRIED}
    connection.execute(f"ATTACH DATABASE ? AS fresh KEY {literal}", (str(fresh.resolve()),)).close()
    connection.execute("PRAGMA fresh.journal_mode = OFF").close()
    connection.execute("PRAGMA fresh.synchronous = OFF").close()  # the whole file goes to the disk at the end
    connection.execute("BEGIN IMMEDIATE").close()  # nobody writes into the old file until it is compared
    connection.execute("SELECT sqlcipher_export('fresh')").close()
    for name, value in carried.items():
        connection.execute(f"PRAGMA fresh.{name} = {value}").close()


def _compare(connection: Any, fresh: Path) -> int:
    """Every table, index and trigger, and the rows of every table, in both files; the number of rows."""
    structure = "SELECT type, name, tbl_name, sql FROM {}.sqlite_master ORDER BY type, name"
    before = connection.execute(structure.format("main")).fetchall()
    if connection.execute(structure.format("fresh")).fetchall() != before:
        raise StorageError(f"{fresh} did not get the same tables; nothing was changed. Report this.")
    total = 0
    for name in (row[1] for row in before if row[0] == "table"):
        quoted = '"' + name.replace('"', '""') + '"'
        rows, copied = (
            connection.execute(f"SELECT count(*) FROM {where}.{quoted}").fetchone()[0] for where in ("main", "fresh")
        )
        if rows != copied:
            raise StorageError(f"Table {name} has {copied} rows instead of {rows} in {fresh}; nothing was changed.")
        total += rows
    return total


def _check_sound(fresh: Path, key: FileKey | None, module: Any) -> None:
    if cipher.is_plain(fresh) is not (key is None):
        raise StorageError(
            f"{fresh} is not {'plain' if key is None else 'encrypted'}; nothing was changed. Report this."
        )
    with closing(open_file(fresh, key, module, read_only=True)) as connection:
        problems = [row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok"]
    if problems:
        raise StorageError(f"{fresh} is damaged ({problems[0]}): check the disk; nothing was changed.")


def _to_disk(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def _put_in_place(fresh: Path, file: Path) -> None:
    fresh.replace(file)
    sync_folder(file.parent)
