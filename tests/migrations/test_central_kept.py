"""A central server's database of the first release opens: keys and reports stay, witnesses are kept from then on.

`central/v1.sqlite` was written by the first release and is never written again.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hmi.central.rows import IncomingBatch, IncomingRecord, Owner
from hmi.central.store import SCHEMA, CentralStore
from hmi.storage.faults import SchemaError
from hmi.wire.witness import WitnessRecord
from tests.helpers.clock import EPOCH_US, ManualClock

KEPT = Path(__file__).parent / "central" / "v1.sqlite"
OWNER = Owner("default", "press-3")


def schema_of(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("SELECT value FROM central_meta WHERE key = 'schema'").fetchone()[0])


def test_a_file_of_the_first_release_gets_the_table_of_witnesses(tmp_path: Path) -> None:
    file = tmp_path / "central.db"
    shutil.copy(KEPT, file)
    assert schema_of(file) == "1"
    witness = WitnessRecord(7, "ab" * 32, EPOCH_US, n=EPOCH_US)
    for _ in range(2):
        store = CentralStore.open("sqlite", tmp_path, ManualClock())
        try:
            (key,) = store.keys()
            assert key.id == "a1b2c3d4e5f6"
            (station,) = store.stations(OWNER)
            assert station.report is not None and station.report["name"] == "Press"
            batch = IncomingBatch("audit", 1, 1, "e" * 64, (IncomingRecord(EPOCH_US, {}, witness),), ())
            store.ingest(OWNER, batch).result(20)
            assert [one.record for one in store.witnesses(OWNER, 0, 10)] == [witness]
        finally:
            store.close()
    assert schema_of(file) == SCHEMA == "2"


def test_a_file_of_a_later_release_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "central.db"
    shutil.copy(KEPT, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE central_meta SET value = '3' WHERE key = 'schema'")
        connection.commit()
    with pytest.raises(SchemaError, match="schema 3"):
        CentralStore.open("sqlite", tmp_path, ManualClock())
