"""The backup file: `ID.tar.zst` with `manifest.json` first (`contract.md` 9)."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

import zstandard

from hmi.base.errors import PlantError

MANIFEST: Final = "manifest.json"
SUFFIX: Final = ".tar.zst"
_LEVEL: Final = 6
_BLOCK: Final = 1 << 20


class BackupError(PlantError):
    """A backup that cannot be made, read or trusted."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One file inside. path: with `/`, relative."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. created: ISO time; rows: rows of each table when it was made; database: how it is kept.

    encrypted: the database file needs a key; key: the reference under which the station had it, never the key.
    """

    id: str
    station: str
    version: str
    schema: str
    created: str
    files: list[ArchivedFile]
    kind: str = "full"
    database: str = "sqlite"
    rows: dict[str, int] = field(default_factory=dict)
    encrypted: bool = False
    key: str = ""


def write_archive(target: Path, manifest: Manifest, root: Path) -> None:
    """Packs the manifest's files below `root`; the target appears only when it is complete and on disk."""
    scratch = target.with_name(target.name + ".part")
    try:
        with scratch.open("wb") as raw:
            with (
                zstandard.ZstdCompressor(level=_LEVEL).stream_writer(raw, closefd=False) as packed,
                tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
            ):
                document = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                tar.addfile(_entry(MANIFEST, len(document)), io.BytesIO(document))
                for file in manifest.files:
                    with (root / file.path).open("rb") as content:
                        tar.addfile(_entry(file.path, file.bytes), content)
            raw.flush()
            os.fsync(raw.fileno())
        scratch.replace(target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error.strerror}; the backup was not made") from error
    finally:
        scratch.unlink(missing_ok=True)


def read_manifest(archive: Path) -> Manifest:
    """The manifest alone; cheap, because it comes first."""
    with _reading(archive) as tar:
        entry = tar.next()
        if entry is None:
            raise BackupError(f"{archive} is empty")
        return _manifest_of(archive, tar, entry)


def unpack(archive: Path, target: Path) -> Manifest:
    """Unpacks into an empty folder and compares every file with its checksum; raises `BackupError` at a difference."""
    found: dict[str, ArchivedFile] = {}
    with _reading(archive) as tar:
        entry = tar.next()
        if entry is None:
            raise BackupError(f"{archive} is empty")
        manifest = _manifest_of(archive, tar, entry)
        wanted = {file.path: file for file in manifest.files}
        while (entry := tar.next()) is not None:
            if not entry.isfile() or entry.name not in wanted or not _is_inside(entry.name):
                raise BackupError(f"{archive} holds {entry.name}, which its manifest does not name")
            content = tar.extractfile(entry)
            if content is not None:
                place = target / entry.name
                place.parent.mkdir(parents=True, exist_ok=True)
                found[entry.name] = _copy(entry.name, content, place)
    for path, file in wanted.items():
        if found.get(path) != file:
            raise BackupError(f"{archive}: {path} is missing or does not match its checksum; use another backup")
    return manifest


def describe(root: Path, paths: Sequence[Path]) -> list[ArchivedFile]:
    """Size and checksum of files below `root`, by path."""
    files = []
    for path in sorted(paths):
        digest = hashlib.sha256()
        size = 0
        with path.open("rb") as content:
            while block := content.read(_BLOCK):
                digest.update(block)
                size += len(block)
        files.append(ArchivedFile(path.relative_to(root).as_posix(), size, digest.hexdigest()))
    return files


def _copy(name: str, content: Any, place: Path) -> ArchivedFile:
    digest = hashlib.sha256()
    size = 0
    with place.open("wb") as out:
        while block := content.read(_BLOCK):
            digest.update(block)
            size += len(block)
            out.write(block)
    return ArchivedFile(name, size, digest.hexdigest())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size = size
    entry.mode = 0o600
    return entry


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in path.parts[0]


def _manifest_of(archive: Path, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Manifest:
    content = tar.extractfile(entry) if entry.name == MANIFEST else None
    try:
        if content is None:
            raise ValueError("no manifest")
        document = json.load(content)
        known = {name: document[name] for name in Manifest.__dataclass_fields__ if name in document}
        known["files"] = [ArchivedFile(f["path"], f["bytes"], f["sha256"]) for f in document["files"]]
        return Manifest(**known)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{archive} does not begin with a manifest this program reads") from error


@contextmanager
def _reading(archive: Path) -> Iterator[tarfile.TarFile]:
    try:
        with (
            archive.open("rb") as raw,
            zstandard.ZstdDecompressor().stream_reader(raw) as packed,
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            yield tar
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise BackupError(f"{archive} is damaged ({error}); use another backup") from error
    except OSError as error:
        raise BackupError(f"{archive} cannot be read: {error.strerror or error}") from error
