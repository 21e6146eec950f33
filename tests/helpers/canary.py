"""Distinct secrets that are put into every input, and the search for them in everything that comes out."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import io
import json
import os
import sqlite3
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import zstandard

_SHORTEST = 8
_DATABASE = b"SQLite format 3\0"
_ZSTD = b"\x28\xb5\x2f\xfd"
_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Canary:
    """One secret: what it is in words, and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A canary that came out: which, written how, where."""

    canary: str
    form: str
    where: str


def canary(name: str, number: int) -> Canary:
    """A value that occurs nowhere else: mixed case, digits, and signs that URLs, HTML and JSON write differently."""
    digest = hashlib.sha256(f"{name} {number} {os.getpid()}".encode()).hexdigest()[:12]
    return Canary(name, f'Kanari-{digest}/+ &"{name[:3].upper()}%')


def forms(value: str) -> dict[str, bytes]:
    """How a secret may be written, in small letters: the search looks at neither case nor alignment."""
    content = value.encode()
    found: dict[str, bytes] = {
        "plain": content,
        "backwards": content[::-1],
        "hex": content.hex().encode(),
        "spaced hex": content.hex(":").encode(),
        "URL": quote(value, safe="").encode(),
        "URL path": quote(value).encode(),
        "URL form": quote_plus(value).encode(),
        "URL, every sign": "".join(f"%{byte:02x}" for byte in content).encode(),
        "HTML": html.escape(value).encode(),
        "JSON": json.dumps(value)[1:-1].encode(),
        "repr": repr(value)[1:-1].encode(),
        "UTF-16": value.encode("utf-16-le"),
        "SHA-256": hashlib.sha256(content).hexdigest().encode(),
        "SHA-256 in base64": base64.b64encode(hashlib.sha256(content).digest()).rstrip(b"="),
        "SHA-256 as bytes": hashlib.sha256(content).digest(),
    }
    for shift in range(3):
        # what stands before the secret moves its digits; those that the neighbours share are left out
        text = base64.b64encode(b"\0" * shift + content).rstrip(b"=")
        middle = text[(0, 2, 3)[shift] : len(text) - (1 if (shift + len(content)) % 3 else 0)]
        found[f"base64 {shift}"] = middle
        found[f"base64url {shift}"] = middle.replace(b"+", b"-").replace(b"/", b"_")
    return {form: text.lower() for form, text in found.items() if len(text) >= _SHORTEST}


class Search:
    """Looks for canaries, written in any way, in any bytes."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._needles: dict[bytes, tuple[str, str]] = {}
        for each in canaries:
            for form, text in forms(each.value).items():
                self._needles.setdefault(text, (each.name, form))

    def sightings(self, where: str, content: bytes) -> list[Sighting]:
        """Every canary in the bytes."""
        small = content.lower()
        return [Sighting(name, form, where) for text, (name, form) in self._needles.items() if text in small]

    def of(self, outputs: Mapping[str, bytes]) -> list[Sighting]:
        """Every canary in named outputs."""
        return [sighting for where, content in outputs.items() for sighting in self.sightings(where, content)]


def everything_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, as it stands and as what it holds: archives unpacked, databases read row by row."""
    found: dict[str, bytes] = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with contextlib.suppress(FileNotFoundError):
                found.update(opened(file.relative_to(folder).as_posix(), file.read_bytes()))
    for file in sorted(folder.rglob("*.db")):
        # with what its -wal holds, which the file alone does not
        found.update(_rows(f"{file.relative_to(folder).as_posix()} (live)", file))
    return found


def opened(name: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content itself, and whatever is packed in it."""
    yield name, content
    if depth == _DEPTH:
        return
    if content.startswith(_ZSTD):
        with contextlib.suppress(zstandard.ZstdError):
            plain = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read()
            yield from opened(f"{name}!zst", plain, depth + 1)
    elif content.startswith(_DATABASE):
        for where, text in _copied_rows(name, content).items():
            yield from opened(where, text, depth + 1)
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                handle = archive.extractfile(member)
                if handle is not None:
                    yield from opened(f"{name}!{member.name}", handle.read(), depth + 1)
    elif content[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            yield from opened(f"{name}!zlib", zlib.decompress(content), depth + 1)


def _copied_rows(name: str, content: bytes) -> dict[str, bytes]:
    connection = sqlite3.connect(":memory:")
    try:
        # a copy of a file that was in WAL mode is read as it stands
        connection.deserialize(content[:18] + b"\x01\x01" + content[20:])
        return _tables(name, connection)
    except sqlite3.DatabaseError:
        return {}
    finally:
        connection.close()


def _rows(name: str, file: Path) -> dict[str, bytes]:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return _tables(name, connection)
    except sqlite3.DatabaseError:
        return {}  # encrypted: the bytes of the file are searched
    finally:
        connection.close()


def _tables(name: str, connection: sqlite3.Connection) -> dict[str, bytes]:
    """{table: all its values}; a value that is packed is unpacked as well."""
    found: dict[str, bytes] = {}
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        lines = []
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                content = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogateescape")
                lines += [text for _, text in opened(table, content, _DEPTH - 1)]
        found[f"{name}!{table}"] = b"\n".join(lines)
    return found


def of_process(pid: int) -> dict[str, bytes]:
    """Command line and environment of a process, as everybody or its owner sees them."""
    found = {}
    for part in ("cmdline", "environ"):
        with contextlib.suppress(OSError):
            found[f"process {part}"] = Path(f"/proc/{pid}/{part}").read_bytes()
    return found
