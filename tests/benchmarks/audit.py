"""Following an audit trail of a million rows, against hashing the same rows in a plain loop."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from hmi.access.audit import store
from hmi.access.audit.checking import FIELDS, Anchor
from hmi.model.access import AuditRow
from hmi.model.timestamps import iso
from hmi.storage.bulk import insert_rows
from hmi.storage.chain import GENESIS, next_hash
from hmi.storage.database import Database
from hmi.storage.schema.access import audit
from tests.benchmarks.figures import Figure, table

ROWS, PIECE = 1_000_000, 10_000
ALLOWED_S = 60.0
START_US = 1_763_712_000_000_000


def figures() -> list[Figure]:
    """One whole verification through the product, held against a witness for every thousand rows."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        anchors = _fill(folder)
        began = time.perf_counter()
        with Database.open("sqlite", data_dir=folder, read_only=True) as database, database.reader() as connection:
            found = store.verify_trail(connection, anchors)
        seconds = time.perf_counter() - began
        assert found.ok and found.rows == ROWS and found.witness_seq == ROWS, found
        plain = _plain(folder / "station.db", found.head)
    detail = f"{ROWS} rows in {seconds:.1f} s, the plain loop {plain:.1f} s"
    return [
        Figure(
            "time to verify the audit trail", seconds / plain, "json + SHA-256 of the same rows", None, False, detail
        ),
        Figure("seconds to verify 1,000,000 audit rows", seconds / ALLOWED_S, "60 s allowed", 1.0, False, detail),
    ]


def rows() -> Iterator[AuditRow]:
    """What a plant records: mostly alarms, some sign-ins, a few writes with every field."""
    for number in range(ROWS):
        t_us = START_US + number * 7_000_000
        session = f"{number // 50:08x}"
        if number % 10 == 0:
            yield AuditRow(t_us, f"user{number % 17}", "SIGN_IN", f"user{number % 17}", session=session, result="done")
        elif number % 10 == 1:
            yield AuditRow(
                t_us, f"user{number % 17}", "TAG_WRITE", "line1/oven/setpoint", "holding:100", f"{number % 80}.5",
                f"{number % 90}.25", f"{number % 90}.25", "°C", "Rezeptwechsel", "verified", "anna", session, "s1" * 20,
                "control-room",
            )  # fmt: skip
        else:
            yield AuditRow(
                t_us, f"user{number % 17}", "ALARM_ACK", f"line{number % 5}/oven/temp.hi", f"activation {number}",
                "UNACK_ACTIVE", "ACK_ACTIVE", reason="geprüft", result="done", session=session,
            )  # fmt: skip


def _fill(folder: Path) -> list[Anchor]:
    anchors: list[Anchor] = []
    names = tuple(AuditRow.__dataclass_fields__)
    head, seq, made = GENESIS, 0, rows()
    with Database.open("sqlite", data_dir=folder) as database:
        while piece := list(islice(made, PIECE)):
            columns: list[dict[str, Any]] = []
            for row in piece:
                seq += 1
                before, head = head, next_hash(head, store.chained_fields(seq, "line1", row))
                columns.append(
                    {"seq": seq, "station": "line1", "prev_hash": before, "hash": head}
                    | {name: getattr(row, name) for name in names}
                )
                if seq % 1_000 == 0:
                    anchors.append(Anchor(seq, head, row.t_us, n=seq))
            values = [[one[name] for name in FIELDS] for one in columns]
            database.writer.run(lambda c, values=values: insert_rows(c, audit, FIELDS, values))  # type: ignore[misc]
    return anchors


def _plain(file: Path, head: str) -> float:
    """Seconds for json and SHA-256 alone; reading the rows is not counted."""
    spent, previous = 0.0, bytes(32)
    with closing(sqlite3.connect(file)) as connection:
        cursor = connection.execute(f"SELECT {', '.join(FIELDS)} FROM audit ORDER BY seq")
        while piece := cursor.fetchmany(PIECE):
            fields = [_fields(row) for row in piece]
            began = time.perf_counter()
            for one in fields:
                content = json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                previous = hashlib.sha256(previous + content.encode()).digest()
            spent += time.perf_counter() - began
    assert previous.hex() == head
    return spent


def _fields(row: tuple[Any, ...]) -> dict[str, Any]:
    fields = {name: value for name, value in zip(FIELDS[:-2], row, strict=False) if value}
    return {**{name: value for name, value in fields.items() if name != "t_us"}, "t": iso(row[1])}


if __name__ == "__main__":
    found_figures = figures()
    print(*(figure.detail for figure in found_figures), sep="\n")
    print(table(found_figures))
