"""A CSV recording as rows with times; pure but for opening the file."""

from __future__ import annotations

import csv
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hmi.model.samples import Scalar
from hmi.model.timestamps import US_PER_S, parse_time

_TIME_NAMES: Final = ("t", "time", "timestamp", "datetime", "date")


@dataclass(frozen=True, slots=True)
class Recording:
    """Columns of a recording and when, after its start, each row begins. A None cell was empty."""

    columns: dict[str, list[Scalar | None]]
    begins_us: list[int]

    def row_at(self, elapsed_us: int) -> int:
        """The row that is current that long after the start; the last one holds for ever."""
        return max(0, bisect_right(self.begins_us, elapsed_us) - 1)


def load_recording(path: Path) -> Recording:
    """Reads a CSV with a header; delimiter recognised; without a time column rows are 1 s apart.

    Raises OSError if the file cannot be read and ValueError in plain words if it holds no rows.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(8192)
        file.seek(0)
        first = sample.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    if len(rows) < 2:
        raise ValueError("the recording has no rows")
    header = [name.strip() for name in rows[0]]
    body = rows[1:]
    time_column = next((index for index, name in enumerate(header) if name.lower() in _TIME_NAMES), None)
    begins = _begins(body, time_column)
    columns: dict[str, list[Scalar | None]] = {
        name: [_cell(row[index]) if index < len(row) else None for row in body] for index, name in enumerate(header)
    }
    return Recording(columns, begins)


def _begins(body: list[list[str]], time_column: int | None) -> list[int]:
    if time_column is None:
        return [index * US_PER_S for index in range(len(body))]
    begins: list[int] = []
    previous: int | None = None
    reached = 0
    for row in body:
        now = _time(row[time_column]) if time_column < len(row) else None
        if now is not None and previous is not None:
            # A step back, or a missing time, counts as one second: a replay never runs backwards.
            reached += now - previous if now > previous else US_PER_S
        elif begins:
            reached += US_PER_S
        previous = now if now is not None else previous
        begins.append(reached)
    return begins


def _time(text: str) -> int | None:
    from zoneinfo import ZoneInfo

    try:
        return round(float(text) * US_PER_S)
    except ValueError:
        pass
    try:
        return parse_time(text, ZoneInfo("UTC"), 0)
    except ValueError:
        return None


def _cell(text: str) -> Scalar | None:
    text = text.strip()
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text
