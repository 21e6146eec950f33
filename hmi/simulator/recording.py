"""Reads a recording of any common shape: delimiter, header, time column and number of columns are recognised."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

from hmi.base.errors import PlantError, UsageError

GAP_INTERVALS = 5.0
"""A step longer than this many median intervals is a hole in the recording."""

_DELIMITERS = (";", "\t", ",", "|")
_NULLS = frozenset({"", "nan", "null", "none", "na", "n/a", "#n/a", "-nan"})
_TIME_NAME = re.compile(
    r"^(date|t|ts|elapsed|date[_ ]?time|(time([_ ]?stamp)?)([_ \[(]*(s|sec|ms|utc|local)[\])]*)?)$", re.IGNORECASE
)
_TIME_FORMATS = ("", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M:%S")
_SAMPLE_ROWS = 200
"""Rows looked at to recognise the shape. The empty time format stands for ISO 8601."""


@dataclass(frozen=True, slots=True)
class Column:
    """One recorded column. values: None where the cell is empty; text columns keep their text."""

    title: str
    is_text: bool
    values: tuple[float | str | None, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording and its time axis. times_s: per row, None without a time column (rows are one interval apart).

    first: number of the first row kept, counted from 0 over the file's data rows.
    """

    columns: tuple[Column, ...]
    times_s: tuple[float, ...] | None
    first: int

    def __len__(self) -> int:
        return len(self.columns[0].values)

    def median_interval_s(self) -> float | None:
        """The usual time between rows; None without a time column or with a single row."""
        if self.times_s is None:
            return None
        steps = [b - a for a, b in pairwise(self.times_s) if b > a]
        return median(steps) if steps else None

    def steps(self) -> list[float]:
        """Time from each row to the next in units of the median interval; repeated and backward times count as one."""
        usual_s = self.median_interval_s()
        if self.times_s is None or usual_s is None:
            return [1.0] * (len(self) - 1)
        found = [(b - a) / usual_s for a, b in pairwise(self.times_s)]
        return [step if step > 0.0 else 1.0 for step in found]


def read_recording(
    path: Path,
    *,
    delimiter: str | None = None,
    header: bool = True,
    time_column: str | None = None,
    rows: tuple[int, int | None] = (0, None),
) -> Recording:
    """The recording in a file, or a PlantError that says what is wrong with it.

    delimiter: None = recognised; header: False = the first line is data whatever it looks like; rows: first and end.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="latin-1")
    except OSError as fault:
        raise PlantError(f"{path} cannot be read: {fault.strerror}") from None
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise PlantError(f"{path} is empty")
    separator = delimiter if delimiter is not None else _recognise_delimiter(lines[:_SAMPLE_ROWS])
    table = _split(lines, separator)
    titles: list[str] | None = None
    if header and len(table) > 1 and _looks_like_header(table[0], table[1:_SAMPLE_ROWS]):
        titles, table = table[0], table[1:]
    _check_widths(path, table, titles)
    width = len(table[0])
    titles = [title.strip() or f"c{index}" for index, title in enumerate(titles or [""] * width, start=1)]
    first, end = rows
    total = len(table)
    table = table[first:end]
    if not table:
        raise UsageError(f"--rows {first}:{'' if end is None else end} leaves no row of the {total} in {path.name}")
    cells = list(zip(*table, strict=True))
    decimal_comma = separator != "," and _uses_decimal_comma(cells)
    time_at, times_s = _time_axis(titles, cells, time_column)
    columns = tuple(
        _column(title, values, decimal_comma)
        for index, (title, values) in enumerate(zip(titles, cells, strict=True))
        if index != time_at
    )
    if not columns:
        raise PlantError(f"{path} has a time column and nothing else")
    return Recording(columns, times_s, first)


def parse_rows(text: str) -> tuple[int, int | None]:
    """`A:B` of `--rows`, each end optional, counted from 0, B not included."""
    match = re.fullmatch(r"(\d*):(\d*)", text.strip())
    if match is None:
        raise UsageError(f"--rows {text}: expected A:B with row numbers from 0, e.g. 0:600 or 100:")
    return int(match[1] or 0), int(match[2]) if match[2] else None


def _recognise_delimiter(lines: Sequence[str]) -> str:
    """The sign that cuts every line into the same number of fields, more than one; else whitespace."""
    best, best_score = " ", 0.0
    for sign in _DELIMITERS:
        counts = Counter(line.count(sign) for line in lines)
        count, hits = counts.most_common(1)[0]
        if count > 0 and hits / len(lines) > 0.5 and hits / len(lines) + count / 1000 > best_score:
            best, best_score = sign, hits / len(lines) + count / 1000
    # "1,5 2,7": commas inside blank-separated numbers are decimal commas, not separators.
    if (
        best == ","
        and all(re.fullmatch(r"[\d,.+\-eE\s]+", line) for line in lines)
        and all(re.fullmatch(r"[+-]?\d+,\d+", field) for line in lines for field in line.split())
    ):
        fields = {len(line.split()) for line in lines}
        if fields != {1}:
            return " "
    return best


def _split(lines: Sequence[str], separator: str) -> list[list[str]]:
    if separator.isspace() and separator != "\t":
        return [line.split() for line in lines]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]


def _looks_like_header(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """True if the first line has text where the lines below have numbers or times."""
    if any(_number(cell) is not None for cell in first):
        return False
    for index, cell in enumerate(first):
        below = [row[index] for row in rest if index < len(row) and not _is_null(row[index])]
        if below and not _is_null(cell) and _time(cell) is None:
            data_like = sum(_number(value) is not None or _time(value) is not None for value in below)
            if data_like > len(below) / 2:
                return True
    return len(set(first)) == len(first) and not any(list(first) == list(row) for row in rest) and all(first)


def _check_widths(path: Path, table: Sequence[Sequence[str]], titles: Sequence[str] | None) -> None:
    width = len(titles) if titles is not None else len(table[0])
    for number, row in enumerate(table):
        if len(row) != width:
            line = number + 1 + (titles is not None)
            raise PlantError(
                f"{path} row {line} has {len(row)} fields where {width} were expected; "
                "give the right sign with --delimiter or mend the row"
            )


def _time_axis(
    titles: Sequence[str], cells: Sequence[Sequence[str]], wanted: str | None
) -> tuple[int | None, tuple[float, ...] | None]:
    if wanted is not None:
        if wanted not in titles:
            raise UsageError(f"--time-column {wanted}: there is no such column; there are {', '.join(titles)}")
        index = list(titles).index(wanted)
        times = _times(titles[index], cells[index])
        if times is None:
            raise UsageError(f"--time-column {wanted}: not every cell of it is a time or a number")
        return index, times
    for index, (title, values) in enumerate(zip(titles, cells, strict=True)):
        # A date with clock time is a time whatever the column is called; plain numbers only under a name of time.
        is_date = _time(values[0]) is not None
        if not is_date and not (_TIME_NAME.match(title) and _number(values[0]) is not None):
            continue
        times = _times(title, values)
        if times is not None and (is_date or _mostly_rises(times)):
            return index, times
    return None, None


def _mostly_rises(times: Sequence[float]) -> bool:
    """True for numbers that can be a clock; a column `t` of temperatures is not one."""
    steps = [b > a for a, b in pairwise(times)]
    return sum(steps) >= 0.9 * len(steps)


def _times(title: str, values: Sequence[str]) -> tuple[float, ...] | None:
    found: list[float] = []
    for cell in values:
        moment = _time(cell)
        if moment is None:
            moment = _number(cell)
            if moment is None or not math.isfinite(moment):
                return None
            moment /= _ticks_per_s(title, moment)
        found.append(moment)
    return tuple(found)


def _ticks_per_s(title: str, number: float) -> float:
    """1000 for milliseconds: by the column's name, or because the number is a date only when read so."""
    return 1000.0 if title.lower().rstrip(")] ").endswith("ms") or number > 1e11 else 1.0


def _column(title: str, values: Sequence[str], decimal_comma: bool) -> Column:
    numbers: list[float | str | None] = []
    for cell in values:
        if _is_null(cell):
            numbers.append(None)
            continue
        number = _number(cell.replace(",", ".") if decimal_comma else cell)
        if number is None:
            return Column(title, True, tuple(None if text == "" else text for text in values))
        numbers.append(number)
    return Column(title, False, tuple(numbers))


def _uses_decimal_comma(cells: Sequence[Sequence[str]]) -> bool:
    return any(re.fullmatch(r"[+-]?\d+,\d+([eE][+-]?\d+)?", cell) for column in cells for cell in column[:_SAMPLE_ROWS])


def _is_null(cell: str) -> bool:
    return cell.strip().lower() in _NULLS


def _number(cell: str) -> float | None:
    # float() also takes 1_000, which no recording means as a number.
    if "_" in cell:
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _time(cell: str) -> float | None:
    """Seconds of a date with or without clock time; None for anything else, plain numbers included."""
    text = cell.strip()
    if not re.search(r"\d[-/.]\d", text) or len(text) < 8 or _number(text) is not None:
        return None
    for form in _TIME_FORMATS:
        try:
            moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None
