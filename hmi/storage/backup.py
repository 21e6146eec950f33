"""Backups of a station: consistent while it writes, verified by restoring, restored as they were."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from hmi import __version__
from hmi.base.clock import Clock, SystemClock
from hmi.base.durable import sync_folder
from hmi.model.timestamps import iso, parse_time, to_datetime
from hmi.secrets import SecretError, SecretStore
from hmi.storage import cipher
from hmi.storage.archive import (
    SUFFIX,
    BackupError,
    Manifest,
    describe,
    read_manifest,
    unpack,
    write_archive,
)
from hmi.storage.cipher import FileKey
from hmi.storage.database import FILE_NAME, Database, sqlite_module
from hmi.storage.faults import StorageError
from hmi.storage.portable import count_dumped, dump_tables, load_tables
from hmi.storage.schema import SCHEMA_VERSION, metadata

FOLDER: Final = "backups"
_DUMP: Final = "dump"
_CONFIG: Final = "config"
_NEVER: Final = ("seal.key",)
"""Files that are in no backup even if configuration and data share a folder: a stolen backup must not open itself."""
_KEY_SUFFIXES: Final = (".key", ".p12", ".pfx")
_PRIVATE_KEY: Final = b"PRIVATE KEY-----"
_KEY_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A backup as listed. places: where copies are, as paths or addresses; verified_us: None = not verified."""

    id: str
    station: str
    version: str
    created_us: int
    bytes: int
    verified_us: int | None
    places: tuple[str, ...]
    kind: str = "full"


class Backups:
    """The backups of one data directory, kept below `backups/` with a note of what is known about each.

    key: the reference of the key of an encrypted database (`storage.key`). A backup made under another one says so
    itself; the key is looked up when a backup needs it.
    """

    def __init__(
        self, data_dir: Path, clock: Clock | None = None, *, key: str = "", secret_store: SecretStore | None = None
    ) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / FOLDER
        self._clock = clock or SystemClock()
        self._key = key
        self._secrets = secret_store or SecretStore()

    def create(self, database: Database, config_dir: Path, station: str, *, models: Path | None = None) -> BackupRecord:
        """Copies database, configuration and models of a station that may be writing, and packs them.

        The copy is one moment of the database: a backup never holds half a transaction. Not verified yet.
        """
        now_us = self._clock.now_us()
        moment = to_datetime(now_us).strftime("%Y%m%dT%H%M%SZ")
        backup_id = f"{moment}-{station}-{secrets.token_hex(3)}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep(now_us)
        scratch = Path(tempfile.mkdtemp(prefix="making-", dir=self._folder))
        try:
            rows = self._copy_database(database, scratch)
            _copy_tree(config_dir, scratch / _CONFIG)
            if models is not None:
                _copy_tree(models, scratch / "models")
            manifest = Manifest(
                id=backup_id,
                station=station,
                version=__version__,
                schema=SCHEMA_VERSION,
                created=iso(now_us),
                files=describe(scratch, [path for path in scratch.rglob("*") if path.is_file()]),
                database=database.dialect,
                rows=rows,
                encrypted=database.encrypted,
                key=self._key if database.encrypted else "",
            )
            target = self._folder / f"{backup_id}{SUFFIX}"
            write_archive(target, manifest, scratch)
        except OSError as error:
            raise BackupError(f"the backup was not made: {error}") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        record = BackupRecord(backup_id, station, __version__, now_us, target.stat().st_size, None, (str(target),))
        self._note(record)
        return record

    def verify(self, backup_id: str) -> BackupRecord:
        """Restores into a scratch folder, compares checksums and row counts; raises `BackupError` at a difference."""
        archive = self.path(backup_id)
        self._folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="verifying-", dir=self._folder))
        try:
            manifest = unpack(archive, scratch)
            if manifest.id != backup_id:
                raise BackupError(f"{archive} is the backup {manifest.id}, not {backup_id}")
            self._check_database(archive, manifest, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        record = replace(self.get(backup_id), verified_us=self._clock.now_us())
        self._note(record)
        return record

    def restore(self, backup_id: str, target: Path) -> Manifest:
        """Unpacks into a new or empty folder: `config/`, `station.db` and what else the backup holds."""
        archive = self.path(backup_id)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise BackupError(f"{target} is not empty: name a new folder")
        target.mkdir(parents=True, exist_ok=True)
        manifest = unpack(archive, target)
        self._check_database(archive, manifest, target)
        return manifest

    def replace(self, backup_id: str, config_dir: Path, database: Database | None = None) -> Manifest:
        """Puts a backup in the place of database and configuration; the station must be stopped (its lock held here).

        What was there is kept beside as `replaced-MOMENT-xxxxxx`. database: the empty PostgreSQL database to fill, if
        the backup comes from one.
        """
        scratch = Path(tempfile.mkdtemp(prefix="restoring-", dir=self._data_dir))
        moment = to_datetime(self._clock.now_us()).strftime("%Y%m%dT%H%M%SZ")
        aside = self._data_dir / f"replaced-{moment}-{secrets.token_hex(3)}"
        try:
            manifest = unpack(self.path(backup_id), scratch)
            self._check_database(self.path(backup_id), manifest, scratch)
            if manifest.database != "sqlite" and database is None:
                raise BackupError(f"{backup_id} is of a PostgreSQL station: set storage.url to an empty database first")
            aside.mkdir()
            if database is not None and manifest.database != "sqlite":
                load_tables(database, scratch / _DUMP)
            for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
                if (self._data_dir / name).exists():
                    (self._data_dir / name).rename(aside / name)
            if (scratch / FILE_NAME).is_file():
                (scratch / FILE_NAME).rename(self._data_dir / FILE_NAME)
            _swap_configuration(scratch / _CONFIG, config_dir, aside / _CONFIG)
            sync_folder(self._data_dir)
        except OSError as error:
            raise BackupError(f"the backup was not put back: {error}; what was there is in {aside}") from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            if aside.is_dir() and not any(aside.iterdir()):
                aside.rmdir()
        return manifest

    def list(self) -> Sequence[BackupRecord]:
        """Backups in this data directory, newest first; one that cannot be read is left out."""
        records = []
        for archive in self._folder.glob(f"*{SUFFIX}"):
            try:
                records.append(self.get(archive.name.removesuffix(SUFFIX)))
            except BackupError:
                continue
        return sorted(records, key=lambda record: (record.created_us, record.id), reverse=True)

    def get(self, backup_id: str) -> BackupRecord:
        """What is known about one backup; an archive without a note counts as not verified."""
        archive = self.path(backup_id)
        note = archive.with_name(f"{backup_id}.json")
        known = None
        if note.is_file():
            try:
                document = json.loads(note.read_text(encoding="utf-8"))
                document["places"] = tuple(document["places"])
                known = BackupRecord(**{n: document[n] for n in BackupRecord.__dataclass_fields__ if n in document})
            except (ValueError, KeyError, TypeError):
                known = None
        if known is not None:
            return known
        manifest = read_manifest(archive)
        return BackupRecord(
            manifest.id,
            manifest.station,
            manifest.version,
            _us_of(manifest.created),
            archive.stat().st_size,
            None,
            (str(archive),),
            manifest.kind,
        )

    def add_place(self, backup_id: str, place: str) -> BackupRecord:
        """Notes that a copy is at `place`, e.g. `central`."""
        record = self.get(backup_id)
        if place not in record.places:
            record = replace(record, places=(*record.places, place))
            self._note(record)
        return record

    def remove(self, backup_id: str) -> None:
        """Deletes one backup; the newest verified one is refused."""
        verified = [record.id for record in self.list() if record.verified_us is not None]
        if verified and verified[0] == backup_id:
            raise BackupError(f"{backup_id} is the newest verified backup and is kept")
        self.path(backup_id).unlink()
        (self._folder / f"{backup_id}.json").unlink(missing_ok=True)

    def path(self, backup_id: str) -> Path:
        """The archive of a backup; raises `BackupError` if there is none."""
        archive = self._folder / f"{backup_id}{SUFFIX}"
        if "/" in backup_id or "\\" in backup_id or not archive.is_file():
            raise BackupError(f"no backup {backup_id} in {self._folder}; 'backup list' names them")
        return archive

    def _copy_database(self, database: Database, scratch: Path) -> dict[str, int]:
        if database.file is None:
            return dump_tables(database, scratch / _DUMP)
        copy = scratch / FILE_NAME
        try:
            database.copy_to(copy)
            return _row_counts(copy, database.key)
        except StorageError as error:
            raise BackupError(f"{database.file} could not be copied: {error}") from error

    def _check_database(self, archive: Path, manifest: Manifest, folder: Path) -> None:
        if manifest.schema > SCHEMA_VERSION:
            raise BackupError(
                f"{archive} is of a newer Plant HMI (schema {manifest.schema}): restore it with that version"
            )
        if manifest.database != "sqlite":
            _compare(archive, manifest, count_dumped(folder / _DUMP))
            return
        file = folder / FILE_NAME
        if not file.is_file():
            raise BackupError(f"{archive} holds no {FILE_NAME}")
        named, key = self._key_for(archive, manifest) if manifest.encrypted else ("", None)
        try:
            sound = _integrity(file.resolve(), key)
        except Exception as error:
            if key is not None and cipher.is_not_a_database(error):
                raise BackupError(
                    f"{archive} does not open with the key of {named}: put back the key the station had "
                    "when the backup was made"
                ) from error
            raise BackupError(f"{archive}: its database is damaged: {error}") from error
        if sound != "ok":
            raise BackupError(f"{archive}: its database is damaged: {sound}")
        if manifest.schema == SCHEMA_VERSION:
            _compare(archive, manifest, _row_counts(file, key))

    def _key_for(self, archive: Path, manifest: Manifest) -> tuple[str, FileKey]:
        """The key an encrypted backup was made with: found where the station had it, else where it has one now."""
        faults = []
        for reference in dict.fromkeys((manifest.key, self._key)):
            if not reference:
                continue
            try:
                return reference, FileKey(self._secrets.resolve(reference))
            except (SecretError, StorageError) as fault:
                faults.append(str(fault))
        why = faults[0] if faults else "Name it with storage.key in station.yaml."
        raise BackupError(f"{archive} is encrypted and its key is missing here. {why}")

    def _sweep(self, now_us: int) -> None:
        """Removes what a killed backup left behind more than a day ago."""
        for left in [*self._folder.glob("making-*"), *self._folder.glob("verifying-*")]:
            if left.is_dir() and left.stat().st_mtime < now_us / 1e6 - 86_400:
                shutil.rmtree(left, ignore_errors=True)

    def _note(self, record: BackupRecord) -> None:
        note = self._folder / f"{record.id}.json"
        document = {name: getattr(record, name) for name in BackupRecord.__dataclass_fields__}
        scratch = note.with_name(note.name + ".new")
        scratch.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        scratch.replace(note)


def _row_counts(file: Path, key: FileKey | None) -> dict[str, int]:
    with (
        Database.open(f"sqlite:///{file}", data_dir=file.parent, key=key, read_only=True) as copy,
        copy.reader() as connection,
    ):
        return count_rows(connection)


def count_rows(connection: Connection) -> dict[str, int]:
    """Rows of every table."""
    return {
        table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
        for table in metadata.sorted_tables
    }


def _integrity(file: Path, key: FileKey | None) -> str:
    """`ok`, or what is wrong with a SQLite file; raises the engine's own errors."""
    connection = cipher.connect_read_only(file, key, cipher.cipher_module() if key else sqlite_module())
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def _compare(archive: Path, manifest: Manifest, counts: dict[str, int]) -> None:
    for table, count in manifest.rows.items():
        if counts.get(table, 0) != count:
            raise BackupError(f"{archive}: table {table} has {counts.get(table, 0)} rows instead of {count}")


def _copy_tree(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=False, ignore=_left_out)


def _left_out(folder: str, names: Sequence[str]) -> set[str]:
    """Files of a folder that no backup holds: keys, for backups travel and lie about."""
    return {name for name in names if name in _NEVER or _holds_key(Path(folder) / name)}


def _holds_key(file: Path) -> bool:
    if not file.is_file():
        return False
    if file.suffix.lower() in _KEY_SUFFIXES:
        return True
    with file.open("rb") as handle:
        return _PRIVATE_KEY in handle.read(_KEY_BYTES)


def _swap_configuration(new: Path, config_dir: Path, aside: Path) -> None:
    if not new.is_dir():
        return
    if config_dir.exists():
        shutil.move(config_dir, aside)
    config_dir.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(new, config_dir)
    # keys are in no backup: those that stood there still belong to the certificates that stand there
    for file in aside.rglob("*"):
        target = config_dir / file.relative_to(aside)
        if _holds_key(file) and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, target)


def _us_of(text: str) -> int:
    from zoneinfo import ZoneInfo

    try:
        return parse_time(text, ZoneInfo("UTC"), 0)
    except ValueError:
        return 0
