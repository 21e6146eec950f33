"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table

Row = Sequence[Any]


def insert_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Inserts rows whose values stand in the order of `columns`."""
    if not rows:
        return
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"{table.name} ({names})", rows)
    else:
        marks = ", ".join("?" * len(columns))
        _execute_many(connection, f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)


def replace_rows(
    connection: Connection, table: Table, columns: Sequence[str], key: Sequence[str], rows: Sequence[Row]
) -> None:
    """Inserts rows and replaces those whose `key` columns are there already; keys in `rows` must differ."""
    if not rows:
        return
    names = ", ".join(columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    conflict = f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    if connection.dialect.name == "postgresql":
        scratch = f"scratch_{table.name}"
        connection.exec_driver_sql(f"CREATE TEMP TABLE {scratch} (LIKE {table.name}) ON COMMIT DROP")
        _copy(connection, f"{scratch} ({names})", rows)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {scratch} {conflict}")
        connection.exec_driver_sql(f"DROP TABLE {scratch}")
    else:
        marks = ", ".join("?" * len(columns))
        _execute_many(connection, f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {conflict}", rows)


def _execute_many(connection: Connection, statement: str, rows: Iterable[Row]) -> None:
    connection.exec_driver_sql(statement, [tuple(row) for row in rows])


def _copy(connection: Connection, target: str, rows: Iterable[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
