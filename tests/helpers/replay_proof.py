"""Proof that a replayed recording came back exactly (last paragraph of `contract.md` 10).

Reads the recording and the exported file with nothing of the product, so that a mistake there cannot hide itself.
"""

from __future__ import annotations

import csv
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

Cell = float | str | None


@dataclass(frozen=True)
class Exported:
    """One exported row: its value (None = bad or empty) in the order of the file."""

    value: str | None
    status: int

    @property
    def is_usable(self) -> bool:
        return self.status >> 30 < 2


def problems_of_column(
    column: Sequence[Cell], exported: Sequence[Exported], kind: str, holes: Sequence[int] = ()
) -> list[str]:
    """What speaks against a faithful replay of one column; empty = proven.

    column: recorded cells, None = empty. kind: the tag's type. holes: positions after which the recording has a gap.
    """
    wanted = _merged([_as_type(cell, kind) for cell in column if cell is not None])
    found = _merged([_as_type(row.value, kind) for row in exported if row.is_usable])
    problems: list[str] = []
    if found != wanted:
        at = next(
            (i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), min(len(found), len(wanted))
        )
        problems.append(
            f"{len(found)} different values came back of {len(wanted)}; first difference at {at}: "
            f"{found[at : at + 3]} instead of {wanted[at : at + 3]}"
        )
    lawful = _positions_of_holes(column, kind, holes)
    seen: list[Cell] = []
    for number, row in enumerate(exported):
        if row.is_usable:
            value = _as_type(row.value, kind)
            if not seen or seen[-1] != value:
                seen.append(value)
        elif seen and len(seen) not in lawful:
            problems.append(f"row {number} is bad ({row.status:#010x}) where the recording has no hole")
            break
    return problems


def check_faithful(recording: Path, exported: Path, config: Path, options: Sequence[str]) -> None:
    """Asserts the proof for every tag of a replay configuration; `options` are those given to `simulate --replay`."""
    titles, table, times = _read(recording)
    first, end = 0, len(table)
    if "--rows" in options:
        ends = options[options.index("--rows") + 1].split(":")
        first, end = int(ends[0] or 0), int(ends[1]) if ends[1] else len(table)
    table, times = table[first:end], times[first:end] if times else None
    holes = _gaps(times) if times else []
    rows = _read_export(exported)
    with (config / "tags.csv").open(encoding="utf-8") as file:
        tags = list(csv.DictReader(line for line in file if not line.startswith("#")))
    assert len(tags) == len(titles) + (0 if times else 1), "every column but the time is a tag, and the row number"
    problems: list[str] = []
    for tag in tags:
        if tag["path"] == "replay/row":
            column: list[Cell] = [float(number) for number in range(first, first + len(table))]
        else:
            position = titles.index(tag["description"])
            column = [_cell(row[position]) for row in table]
        found = problems_of_column(column, rows.get(tag["path"], []), tag["type"], holes)
        problems += [f"{tag['path']}: {problem}" for problem in found]
    assert not problems, "\n".join(problems)


def _positions_of_holes(column: Sequence[Cell], kind: str, holes: Sequence[int]) -> set[int]:
    """How many different values have passed where a bad row is lawful."""
    lawful: set[int] = set()
    passed = 0
    last: Cell = None
    for position, cell in enumerate(column):
        if cell is None:
            lawful.add(passed)
        else:
            value = _as_type(cell, kind)
            if passed == 0 or value != last:
                passed, last = passed + 1, value
        if position in holes:
            lawful.add(passed)
    return lawful


def _as_type(cell: Cell, kind: str) -> Cell:
    if cell is None:
        return None
    if kind.startswith("string"):
        return str(cell)
    number = float(cell)
    return float(struct.unpack("f", struct.pack("f", number))[0]) if kind == "float32" else number


def _merged(values: Sequence[Cell]) -> list[Cell]:
    return [value for position, value in enumerate(values) if position == 0 or value != values[position - 1]]


def _read(path: Path) -> tuple[list[str], list[list[str]], list[float] | None]:
    lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    sign = next((sign for sign in ";,\t" if sign in lines[0]), None)
    table = [line.split(sign) if sign else line.split() for line in lines]
    titles = [f"c{number}" for number in range(1, len(table[0]) + 1)]
    if not any(_is_number(cell) for cell in table[0]):
        titles, table = table[0], table[1:]
    if ":" not in table[0][0]:
        return titles, table, None
    return titles, table, [datetime.fromisoformat(row[0]).timestamp() for row in table]


def _gaps(times: Sequence[float]) -> list[int]:
    steps = [b - a for a, b in pairwise(times)]
    usual = median(step for step in steps if step > 0)
    return [position for position, step in enumerate(steps) if step > 5 * usual]


def _read_export(path: Path) -> dict[str, list[Exported]]:
    rows: dict[str, list[Exported]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            status = int(row["status_hex"], 16)
            rows.setdefault(row["tag"], []).append(Exported(row["value"] or None, status))
    return rows


def _cell(text: str) -> Cell:
    if text.strip().lower() in {"", "nan"}:
        return None
    return float(text) if _is_number(text) else text.strip()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
