"""tags.csv and alarms.csv as rows of cells with their place."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from hmi.settings.problems import LocatedProblem, ProblemList, did_you_mean, shown
from hmi.settings.textfile import read_text
from hmi.settings.words import FormError

T = TypeVar("T")

_MOST_LINES_A_ROW: Final = 50


@dataclass
class Table:
    """The header and what the rows need to report problems."""

    name: str
    problems: ProblemList
    columns: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """One row: its first line in the file and its cells by column; an empty cell is not there."""

    table: Table
    line: int
    cells: dict[str, str]
    failed: bool = False

    def text(self, column: str, default: str = "") -> str:
        """The cell, or the default if it is empty."""
        return self.cells.get(column, default)

    def read(self, column: str, form: Callable[[str], T], default: T) -> T:
        """The cell in its form; the default if it is empty or, after reporting it, wrong."""
        cell = self.cells.get(column)
        if cell is None:
            return default
        try:
            return form(cell)
        except FormError as fault:
            self.error(column, "value", fault.message, fault.expected, fault.hint)
            return default

    def error(self, column: str, code: str, message: str, expected: str, hint: str = "") -> None:
        """Reports an error in a cell; the row cannot be used."""
        self.failed = True
        self._report("error", column, code, message, expected, hint)

    def warning(self, column: str, code: str, message: str, expected: str, hint: str = "") -> None:
        """Reports a warning in a cell."""
        self._report("warning", column, code, message, expected, hint)

    def unknown_name(self, column: str, what: str, name: str, known: Iterable[str]) -> None:
        """Reports a reference to something that is not configured."""
        expected = f"a configured {what}"
        self.error(
            column, "reference", f"there is no {what} '{shown(name)}'", expected, self.table.problems.hint(name, known)
        )

    def _report(self, severity: str, column: str, code: str, message: str, expected: str, hint: str) -> None:
        columns = self.table.columns
        place = columns.index(column) + 1 if column in columns else 1
        value = shown(self.cells.get(column, ""))
        self.table.problems.add(
            LocatedProblem(self.table.name, self.line, place, column, severity, code, value, message, expected, hint)
        )


def read_table(
    file: Path, known: Sequence[str], required: Sequence[str], problems: ProblemList, *, may_miss: bool
) -> Table | None:
    """All rows of a table, or None after reporting why it has no usable header; never raises for any content."""
    table = Table(file.name, problems)
    if may_miss and not file.exists():
        problems.add(
            LocatedProblem(
                file.name,
                1,
                1,
                "",
                "warning",
                "missing",
                "",
                "the file is missing and counts as empty",
                "the file, with at least its header",
            )
        )
        return table
    text = read_text(file, problems)
    if text is None:
        return None
    lines = text.split("\n")
    header_at = next((i for i, line in enumerate(lines) if line.strip() and not _is_comment(line)), None)
    if header_at is None:
        _error(table, 1, 1, "", "missing", "the header is missing", "a first row with " + ", ".join(required))
        return None
    delimiter = ";" if lines[header_at].count(";") > lines[header_at].count(",") else ","
    records = _records(table, lines, header_at, delimiter)
    header = next(records, None)
    if header is None or not _header(table, header[0], [cell.strip() for cell in header[1]], known, required):
        return None
    for line, cells in records:
        _row(table, line, cells)
    return table


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _error(
    table: Table, line: int, column: int, key: str, code: str, message: str, expected: str, hint: str = ""
) -> None:
    table.problems.add(LocatedProblem(table.name, line, column, key, "error", code, "", message, expected, hint))


def _records(table: Table, lines: list[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of every row that is not empty and not a comment; quoted cells may run over lines."""
    at = start
    while at < len(lines):
        if not lines[at].strip() or _is_comment(lines[at]):
            at += 1
            continue
        cells, used = _record(lines, at, delimiter)
        if cells is None:
            _quote_error(table, at + 1)
        else:
            yield at + 1, cells
        at += used


def _record(lines: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the row that begins at a line and how many lines it spans; None if its quotes never match."""
    for used in range(1, min(_MOST_LINES_A_ROW, len(lines) - at) + 1):
        try:
            return next(csv.reader(["\n".join(lines[at : at + used])], delimiter=delimiter, strict=True)), used
        except csv.Error as fault:
            # the reader says only by raising that a quote is still open
            if "unexpected end of data" not in str(fault):
                break
    return None, 1


def _quote_error(table: Table, line: int) -> None:
    expected = 'cells with quotes as "text", a quote inside doubled'
    _error(table, line, 1, "", "syntax", "the quotes of this row do not match", expected)


def _header(table: Table, line: int, names: list[str], known: Sequence[str], required: Sequence[str]) -> bool:
    while names and not names[-1]:
        names.pop()
    table.columns = names
    fine = True
    for place, name in enumerate(names, 1):
        if name not in known:
            hint = did_you_mean(name, known)
            _error(table, line, place, shown(name), "unknown_column", "the column is not known", ", ".join(known), hint)
            fine = False
        elif names.index(name) != place - 1:
            _error(table, line, place, name, "duplicate", "the column stands twice", "every column once")
            fine = False
    for name in required:
        if name not in names:
            _error(table, line, 1, name, "missing", "the column is missing", "a header with " + ", ".join(required))
            fine = False
    return fine


def _row(table: Table, line: int, cells: list[str]) -> None:
    columns = table.columns
    stripped = [cell.strip() for cell in cells]
    if not any(stripped):
        return
    surplus = [cell for cell in stripped[len(columns) :] if cell]
    if surplus:
        message = f"the row has {len(cells)} cells"
        _error(
            table,
            line,
            len(columns) + 1,
            "",
            "syntax",
            message,
            f"{len(columns)} cells as in the header",
            "put a cell that holds the separator in quotes",
        )
        return
    named = {name: cell for name, cell in zip(columns, stripped, strict=False) if cell}
    table.rows.append(Row(table, line, named))
