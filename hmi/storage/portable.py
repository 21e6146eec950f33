"""Tables as JSON lines: the dump of a PostgreSQL station inside a backup."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

from sqlalchemy import LargeBinary, Table, func, insert, select, text

from hmi.storage.archive import BackupError
from hmi.storage.database import Database
from hmi.storage.schema import metadata

_ROWS_A_STATEMENT: Final = 500


def dump_tables(database: Database, folder: Path) -> dict[str, int]:
    """Writes every table as `TABLE.jsonl`, all from one moment; returns the row counts.

    A line is one row as a JSON list in the order of the first line, which lists the columns. Blobs are base64.
    """
    folder.mkdir(parents=True)
    counts: dict[str, int] = {}
    with database.reader() as connection:
        for table in metadata.sorted_tables:
            blobs = [isinstance(column.type, LargeBinary) for column in table.columns]
            rows = connection.execute(select(table).execution_options(yield_per=_ROWS_A_STATEMENT))
            counts[table.name] = 0
            with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8") as out:
                out.write(json.dumps([column.name for column in table.columns]) + "\n")
                for row in rows:
                    values = [_packed(value) if blob else value for value, blob in zip(row, blobs, strict=True)]
                    out.write(json.dumps(values, ensure_ascii=False) + "\n")
                    counts[table.name] += 1
    return counts


def count_dumped(folder: Path) -> dict[str, int]:
    """Rows of each dumped table."""
    counts: dict[str, int] = {}
    for file in folder.glob("*.jsonl"):
        with file.open("rb") as lines:
            counts[file.stem] = sum(1 for _ in lines) - 1
    return counts


def load_tables(database: Database, folder: Path) -> None:
    """Fills an empty database from `dump_tables` in one transaction; refuses one that holds tags already."""

    def work(connection: Any) -> None:
        for table in metadata.sorted_tables:
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise BackupError(f"{database.place} is not empty (table {table.name}): create an empty database first")
        for table in metadata.sorted_tables:
            file = folder / f"{table.name}.jsonl"
            if file.is_file():
                _load(connection, table, file)

    database.writer.run(work)


def _load(connection: Any, table: Table, file: Path) -> None:
    blobs = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    with file.open(encoding="utf-8") as lines:
        names = json.loads(next(lines))
        rows: list[dict[str, Any]] = []
        for line in lines:
            row = dict(zip(names, json.loads(line), strict=True))
            rows.append(
                {name: base64.b64decode(v) if name in blobs and v is not None else v for name, v in row.items()}
            )
            if len(rows) == _ROWS_A_STATEMENT:
                connection.execute(insert(table), rows)
                rows = []
        if rows:
            connection.execute(insert(table), rows)
    if connection.dialect.name == "postgresql":
        for column in table.columns:
            if column.primary_key and column.autoincrement is True:
                sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
                highest = f"(SELECT max({column.name}) FROM {table.name})"
                connection.execute(text(f"SELECT setval({sequence}, {highest}) WHERE {highest} IS NOT NULL"))


def _packed(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()
