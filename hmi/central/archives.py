"""Files of backups on the central server: arriving in pieces, checked when complete."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import zstandard

from hmi.base.errors import PlantError
from hmi.central.rows import Owner
from hmi.model.timestamps import to_us

BACKUP_ID = re.compile(r"^(\d{8}T\d{6}Z)-([a-z0-9][a-z0-9_-]{0,39})-[0-9a-z]{6}$")
_MANIFEST_LIMIT: Final = 4_000_000
_WINDOW: Final = 128 * 1024 * 1024
_BLOCK: Final = 1_000_000
_KEEP_FREE_BYTES: Final = 200_000_000


class DamagedError(PlantError):
    """A backup that arrived is not what it should be."""


class Archives:
    """The folder of backup files, one folder per tenant and station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, owner: Owner, backup_id: str) -> Path:
        """Where the complete backup is."""
        return self._folder / owner.tenant / owner.station / f"{backup_id}.tar.zst"

    def received(self, owner: Owner, backup_id: str) -> int:
        """Bytes that have arrived of an unfinished backup."""
        part = self._part(owner, backup_id)
        return part.stat().st_size if part.exists() else 0

    def append(self, owner: Owner, backup_id: str, content: bytes) -> None:
        """Adds bytes at the end of an unfinished backup and puts them on the disk."""
        part = self._part(owner, backup_id)
        part.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(part.parent).free < len(content) + _KEEP_FREE_BYTES:
            raise OSError("the disk of the central server is full")
        with part.open("ab") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())

    def discard(self, owner: Owner, backup_id: str) -> None:
        """Forgets an unfinished backup."""
        self._part(owner, backup_id).unlink(missing_ok=True)

    def complete(self, owner: Owner, backup_id: str, sha256: str) -> dict[str, Any]:
        """Checks a backup that has arrived and keeps it; returns its manifest.

        Raises DamagedError, and forgets the file, if the checksum or the content does not fit.
        """
        part = self._part(owner, backup_id)
        try:
            if _sha256(part) != sha256:
                raise DamagedError("the checksum of what arrived is not the announced one")
            manifest = check_archive(part)
            if manifest.get("id") != backup_id or manifest.get("station") != owner.station:
                raise DamagedError("the manifest names another backup or another station")
        except DamagedError:
            part.unlink(missing_ok=True)
            raise
        part.replace(self.path(owner, backup_id))
        return manifest

    def _part(self, owner: Owner, backup_id: str) -> Path:
        return self.path(owner, backup_id).with_suffix(".part")


def created_us(backup_id: str) -> int:
    """When a backup was made, from its id."""
    form = BACKUP_ID.match(backup_id)
    if form is None:
        raise ValueError(f"'{backup_id}' is not the id of a backup")
    return to_us(datetime.strptime(form.group(1) + "+0000", "%Y%m%dT%H%M%SZ%z"))


def check_archive(path: Path) -> dict[str, Any]:
    """Unpacks a backup to nowhere and compares every file with the manifest, which it returns; else DamagedError."""
    try:
        with path.open("rb") as packed:
            reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(packed)
            with reader, tarfile.open(fileobj=reader, mode="r|") as archive:
                return _compare(archive)
    except (tarfile.TarError, zstandard.ZstdError, EOFError, ValueError, RecursionError) as fault:
        raise DamagedError(f"the backup cannot be unpacked: {fault}") from fault


def _compare(archive: tarfile.TarFile) -> dict[str, Any]:
    members = iter(archive)
    first = next(members, None)
    content = archive.extractfile(first) if first is not None and first.name == "manifest.json" else None
    if first is None or content is None or first.size > _MANIFEST_LIMIT:
        raise DamagedError("the backup does not begin with its manifest")
    manifest = json.loads(content.read())
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        raise DamagedError("the manifest lists no files")
    wanted = {str(entry["path"]): entry for entry in manifest["files"] if isinstance(entry, dict) and "path" in entry}
    for member in members:
        if member.isdir():
            continue
        entry = wanted.pop(member.name, None)
        handle = archive.extractfile(member) if member.isfile() else None
        if entry is None or handle is None:
            raise DamagedError(f"{member.name} is in the backup but not in its manifest")
        if member.size != entry.get("bytes") or _digest(handle) != entry.get("sha256"):
            raise DamagedError(f"{member.name} is not what the manifest says")
    if wanted:
        raise DamagedError(f"{min(wanted)} is missing in the backup")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return _digest(handle)


def _digest(handle: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := handle.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
