"""The witness beside the database: which rows the audit trail has had, in a file whose lines only this station makes.

Somebody who can write the database but has not the station's key can cut the end of the trail off, but cannot make the
file say that it was never there. Deleting the end of the file as well is found by the central server only.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, Protocol

from hmi.base.durable import sync_folder
from hmi.base.errors import PlantError
from hmi.model.timestamps import US_PER_S, iso, to_datetime
from hmi.wire.witness import WitnessKind, WitnessRecord, from_record, signed_bytes, to_record

FILE_NAME: Final = "audit-witness.jsonl"
"""In the data directory; never part of a backup, which puts the database back and must not put this back."""

KEEP_ROWS: Final = 1_000
KEEP_US: Final = 3_600 * US_PER_S
"""Of what is old, one head is kept for so many rows or so much time."""

_NEWEST_KEPT: Final = 1_000
_THIN_AFTER: Final = 2_000
_HEADS_KEPT: Final = 50_000
_FACTS_KEPT: Final = 1_000
_FOREIGN_KEPT: Final = 1_000
_LONGEST_LINE: Final = 2_000
_LONGEST_FILE: Final = 64_000_000


class Mac(Protocol):
    """The station's own key, as far as it is needed here."""

    def mac(self, data: bytes) -> str:
        """The code only this key makes for these bytes, as hex."""
        ...

    def verify_mac(self, data: bytes, mac: str) -> bool:
        """True if the code is this key's for these bytes."""
        ...


class WitnessError(PlantError):
    """The witness file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class WitnessReading:
    """What the file says. records: those this station made, in their order. changed: lines it did not make.

    sure_seq: the newest row witnessed before the first of those lines.
    """

    records: tuple[WitnessRecord, ...] = ()
    changed: int = 0
    sure_seq: int = 0


class Witness:
    """The witness file of one station; usable from any thread. Nothing is written before `begin`."""

    def __init__(self, path: Path, key: Mac) -> None:
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        self._n = 0
        self._appended = 0
        self._head: WitnessRecord | None = None
        self._facts: list[WitnessRecord] = []
        self._began = False

    @property
    def newest(self) -> WitnessRecord | None:
        """The newest head that was noted."""
        with self._lock:
            return self._head

    def begin(self, t_us: int) -> str:
        """Opens the file; a sentence if it is not there or not this station's, else empty.

        A file without a single line that this station's key made is moved aside, and a new one begins.
        """
        with self._lock:
            lines = _lines(self._path)
            reading = _reading(lines, self._key)
            said = ""
            if not reading.records:
                said = "there was no witness file"
                if lines.texts or lines.torn:
                    said = self._move_aside(t_us)
            elif lines.torn or len(lines.texts) > _NEWEST_KEPT + _THIN_AFTER:
                self._write(_thinned(lines.texts, self._key))
            self._n = max((record.n for record in reading.records), default=0)
            self._head = next((r for r in reversed(reading.records) if r.kind is not WitnessKind.PRUNED), None)
            self._facts = [record for record in reading.records if record.kind is not WitnessKind.HEAD]
            self._began = True
            return said

    def note(self, seq: int, row_hash: str, t_us: int) -> str:
        """Remembers the newest row, if it is another one than before; a sentence if the trail went back, else empty."""
        with self._lock:
            last = self._head
            if last is not None and (last.seq, last.hash) == (seq, row_hash):
                return ""
            self._head = self._append(WitnessRecord(seq, row_hash, t_us))
            if last is None or seq > last.seq:
                return ""
            now = f"its newest row is {seq}" if seq < last.seq else "that row has another content"
            return f"at {iso(last.t_us)} the trail had row {last.seq}, now {now}"

    def permit(self, seq: int, row_hash: str, t_us: int) -> None:
        """Remembers that the rows up to this one may be removed as too old; done means that it is on disk."""
        with self._lock:
            self._facts.append(self._append(WitnessRecord(seq, row_hash, t_us, WitnessKind.PRUNED)))
            del self._facts[:-_FACTS_KEPT]

    def restored(self, seq: int, row_hash: str, t_us: int, backup: str) -> None:
        """Remembers that the database was put back to this row from a backup."""
        with self._lock:
            self._head = self._append(WitnessRecord(seq, row_hash, t_us, WitnessKind.RESTORED, backup=backup))
            self._facts.append(self._head)

    def unshipped(self, after_n: int) -> list[WitnessRecord]:
        """What a second place should be told: the facts after number `after_n` and the newest head, in their order."""
        with self._lock:
            found = [record for record in self._facts if record.n > after_n]
            if self._head is not None and self._head.kind is WitnessKind.HEAD:
                found.append(self._head)
            return sorted(found, key=lambda record: record.n)

    def reading(self) -> WitnessReading:
        """What the file says now."""
        with self._lock:
            return _reading(_lines(self._path), self._key)

    def is_own(self, record: WitnessRecord) -> bool:
        """True if this station's key made the record, wherever it comes from."""
        return self._key.verify_mac(signed_bytes(record), record.mac)

    def _append(self, record: WitnessRecord) -> WitnessRecord:
        if not self._began:
            raise WitnessError(f"{self._path} could not be opened yet: nothing is written to it")
        record = replace(record, n=max(self._n + 1, record.t_us))
        record = replace(record, mac=self._key.mac(signed_bytes(record)))
        try:
            new = not self._path.exists()
            with _private(self._path, os.O_APPEND) as file:
                file.write(json.dumps(to_record(record), ensure_ascii=False, separators=(",", ":")) + "\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                sync_folder(self._path.parent)
        except OSError as fault:
            raise _unwritable(self._path, fault) from fault
        self._n = record.n
        self._appended += 1
        if self._appended >= _THIN_AFTER:
            self._write(_thinned(_lines(self._path).texts, self._key))
            self._appended = 0
        return record

    def _write(self, texts: Sequence[str]) -> None:
        scratch = self._path.with_name(f"{self._path.name}.new")
        try:
            with _private(scratch, os.O_TRUNC) as file:
                file.writelines(f"{text}\n" for text in texts)
                file.flush()
                os.fsync(file.fileno())
            scratch.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as fault:
            raise _unwritable(self._path, fault) from fault

    def _move_aside(self, t_us: int) -> str:
        aside = self._path.with_name(f"audit-witness-{to_datetime(t_us):%Y%m%dT%H%M%S%f}.jsonl")
        try:
            self._path.rename(aside)
        except OSError as fault:
            raise _unwritable(self._path, fault) from fault
        return f"no line of the witness file was made with this station's key; it is kept as {aside.name}"


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of the file without their ends. torn: a last one was cut off while it was written, and is left out."""

    texts: list[str]
    torn: bool


def _lines(path: Path) -> _Lines:
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_FILE + 1)
    except FileNotFoundError:
        return _Lines([], False)
    except OSError as fault:
        raise WitnessError(f"{path} cannot be read: {fault.strerror or fault}") from fault
    if len(content) > _LONGEST_FILE:
        raise WitnessError(f"{path} is larger than this program ever makes it: move it away and look into it")
    *whole, rest = content.decode("utf-8", "replace").split("\n")
    return _Lines(whole, bool(rest))


def _reading(lines: _Lines, key: Mac) -> WitnessReading:
    records: list[WitnessRecord] = []
    changed = sure_seq = newest = 0
    for record in _parsed(lines.texts, key):
        if record is None:
            sure_seq = newest if not changed else sure_seq
            changed += 1
            continue
        records.append(record)
        if record.kind is not WitnessKind.PRUNED:
            newest = record.seq
    return WitnessReading(tuple(records), changed, sure_seq)


def _parsed(texts: Iterable[str], key: Mac) -> Iterator[WitnessRecord | None]:
    """The record of each line, None for one this station did not make, or not as the next one (a copied line)."""
    n = 0
    for text in texts:
        record: WitnessRecord | None = None
        with contextlib.suppress(ValueError, RecursionError):
            if len(text) <= _LONGEST_LINE:
                record = from_record(json.loads(text))
        if record is None or record.n <= n or not key.verify_mac(signed_bytes(record), record.mac):
            yield None
            continue
        n = record.n
        yield record


def _thinned(texts: list[str], key: Mac) -> list[str]:
    """The lines to keep: what is new, every fact, every line that is not ours, and of old heads one in a while.

    Where the next head goes back (a cut, or a restore) both are kept for ever: they are the proof.
    """
    records = list(_parsed(texts, key))
    pinned = _steps_back(records)
    kept: list[str] = []
    following: WitnessRecord | None = None
    facts = foreign = heads = 0
    for position in range(len(texts) - 1, -1, -1):
        record = records[position]
        if record is None:
            foreign += 1
            keep = foreign <= _FOREIGN_KEPT
        elif record.kind is WitnessKind.PRUNED:
            facts += 1
            keep = facts <= _FACTS_KEPT
        else:
            keep = record.kind is WitnessKind.RESTORED or position in pinned
            if not keep and heads < _HEADS_KEPT:
                keep = heads < _NEWEST_KEPT or following is None or _apart(record, following)
                heads += keep
            following = record
        if keep:
            kept.append(texts[position])
    return kept[::-1]


def _steps_back(records: Sequence[WitnessRecord | None]) -> set[int]:
    """Positions of the heads on both sides of every step back."""
    found: set[int] = set()
    before: tuple[int, int] | None = None
    for position, record in enumerate(records):
        if record is None or record.kind is WitnessKind.PRUNED:
            continue
        if before is not None and record.seq <= before[1]:
            found |= {before[0], position}
        before = position, record.seq
    return found


def _apart(one: WitnessRecord, following: WitnessRecord) -> bool:
    return one.seq // KEEP_ROWS != following.seq // KEEP_ROWS or one.t_us // KEEP_US != following.t_us // KEEP_US


def _private(path: Path, how: int) -> IO[str]:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")


def _unwritable(path: Path, fault: OSError) -> WitnessError:
    return WitnessError(f"{path} cannot be written: {fault.strerror or fault}; check the disk and the folder's rights")
