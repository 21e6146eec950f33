"""A small backup in the format of `contract.md` 9, for the agent and the central server."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import zstandard


def write_archive(
    path: Path, backup_id: str, station: str, files: dict[str, bytes], *, manifest_of: dict[str, bytes] | None = None
) -> str:
    """Writes the archive and returns its SHA-256; `manifest_of` plants a manifest that does not fit."""
    described = files if manifest_of is None else manifest_of
    manifest = {
        "id": backup_id,
        "station": station,
        "version": "1.0.0",
        "schema": "0001",
        "created": "2025-11-21T08:00:00.000000Z",
        "files": [
            {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in described.items()
        ],
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in {"manifest.json": json.dumps(manifest).encode(), **files}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    path.write_bytes(zstandard.compress(packed.getvalue()))
    return hashlib.sha256(path.read_bytes()).hexdigest()
