"""The audit trail in its table: appended, chained, searched, shortened on record, held against witnesses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hmi.access.audit import checking, store
from hmi.access.audit.checking import FIELDS, Anchor, AnchorKind, Removal
from hmi.access.audit.store import AuditSearch, StoredAudit
from hmi.model.access import AuditRow
from hmi.model.timestamps import iso
from hmi.storage.chain import GENESIS, next_hash
from hmi.storage.database import Database
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database
from tests.helpers.postgres import PostgresServer, postgres_server

SECOND = 1_000_000


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    yield from postgres_server()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = "sqlite"
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    with running_database(tmp_path, ManualClock(), url) as opened:
        yield opened


def row(number: int, **more: str) -> AuditRow:
    return AuditRow(EPOCH_US + number * SECOND, **{"actor": "anna", "action": "ALARM_ACK", **more})


def add(database: Database, *rows: AuditRow) -> list[StoredAudit]:
    return database.writer.submit(lambda c: store.append(c, rows, "line1")).result(20)


def check(database: Database, *anchors: Anchor) -> store.AuditCheck:
    with database.reader() as connection:
        return store.verify_trail(connection, anchors)


def search(database: Database, **what: Any) -> list[int]:
    with database.reader() as connection:
        return [found.seq for found in store.query(connection, AuditSearch(**what))]


def run(database: Database, statement: str, **values: Any) -> None:
    database.writer.submit(lambda c: c.execute(text(statement), values)).result(20)


def by_the_specification(fields: dict[str, Any], previous: bytes) -> bytes:
    """`domain.md` 6.3 written down once more, without a line of the product."""
    content = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + content.encode("utf-8")).digest()


def test_rows_are_chained_as_the_specification_says(database: Database) -> None:
    full = {name: f"{name} ü" for name in AuditRow.__dataclass_fields__ if name != "t_us"}
    rows = [row(1), AuditRow(EPOCH_US + 1, **full), row(3, reason="", new="0")]
    stored = add(database, *rows[:2]) + add(database, rows[2])
    expected = [
        {"seq": 1, "t": "2025-11-21T08:00:01.000000Z", "station": "line1", "actor": "anna", "action": "ALARM_ACK"},
        {"seq": 2, "t": "2025-11-21T08:00:00.000001Z", "station": "line1", **full},
        {"seq": 3, "t": "2025-11-21T08:00:03.000000Z", "station": "line1", "actor": "anna", "action": "ALARM_ACK",
         "new": "0"},
    ]  # fmt: skip
    previous = bytes(32)
    for one, fields in zip(stored, expected, strict=True):
        assert one.prev_hash == previous.hex()
        previous = by_the_specification(fields, previous)
        assert one.hash == previous.hex()
        assert store.chained_fields(one.seq, "line1", one.row) == fields
    with database.reader() as connection:
        assert store.head(connection) == (3, previous.hex())
        assert store.query(connection, AuditSearch(newest_first=False)) == stored
    verdict = check(database)
    assert (verdict.ok, verdict.rows, verdict.first_seq, verdict.head) == (True, 3, 1, previous.hex())


def test_an_empty_trail_is_sound(database: Database) -> None:
    with database.reader() as connection:
        assert store.head(connection) == (0, GENESIS)
    verdict = check(database)
    assert (verdict.ok, verdict.rows, verdict.first_seq, verdict.head) == (True, 0, None, GENESIS)


def test_what_no_database_can_keep_never_hinders_a_record(database: Database) -> None:
    (stored,) = add(database, row(1, reason="a\x00b\ud800c", new="x" * 50_000))
    assert stored.row.reason == "a�b�c"
    assert len(stored.row.new) < store.LONGEST and stored.row.new.endswith("x ... (50000 characters)")
    assert check(database).ok
    with database.reader() as connection:
        assert store.query(connection, AuditSearch()) == [stored]


def test_nothing_is_kept_of_a_transaction_that_fails(database: Database) -> None:
    add(database, row(1))

    def work(connection: Any) -> None:
        store.append(connection, [row(2)], "line1")
        raise ValueError("the fact could not be stored")

    with pytest.raises(ValueError, match="the fact"):
        database.writer.submit(work).result(20)
    assert [stored.seq for stored in add(database, row(3))] == [2]
    assert check(database).ok


@pytest.fixture
def searched(database: Database) -> Database:
    add(
        database,
        row(0, target="line1/oven/temp.hi", reason="Käse geprüft"),
        row(1, actor="bert", action="USER_ADD", target="carla", new="operator@bottling"),
        row(2, action="ALARM_RESET", target="line1/oven/temp.hi", reason="100 % done_now"),
        row(3, actor="os:Anna", action="SIGN_IN_FAILED", session="a1b2c3", reason="ÄRGER\\x"),
    )
    return database


SEARCHES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [4, 3, 2, 1]),
    ({"newest_first": False}, [1, 2, 3, 4]),
    ({"from_us": EPOCH_US + SECOND, "to_us": EPOCH_US + 3 * SECOND}, [3, 2]),
    ({"actor": "anna"}, [3, 1]),
    ({"actor": "*anna"}, [4, 3, 1]),
    ({"action": "alarm_*"}, [3, 1]),
    ({"action": "ALARM?ACK"}, [1]),
    ({"action": "ALARM_AC"}, []),
    ({"target": "line1/*", "actor": "anna", "action": "ALARM_RESET"}, [3]),
    ({"text": "käse GE"}, [1]),
    ({"text": "ärger\\X"}, [4]),
    ({"text": "ärgerx"}, []),
    ({"text": "% DONE_n"}, [3]),
    ({"text": "%"}, [3]),
    ({"text": "*"}, []),
    ({"text": "A1B2"}, [4]),
    ({"text": "operator"}, [2]),
    ({"text": "line1", "limit": 2}, [4, 3]),
    ({"limit": 2}, [4, 3]),
    ({"limit": 2, "after_seq": 3}, [2, 1]),
    ({"limit": 2, "after_seq": 3, "newest_first": False}, [4]),
    ({"text": "anna", "after_seq": 4}, [3, 1]),
]


def test_searching(searched: Database) -> None:
    for what, found in SEARCHES:
        assert search(searched, **what) == found, what


def test_a_search_goes_through_many_rows_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_SEARCHED_AT_ONCE", 3)
    # The first look cannot tell Ä from Ö on SQLite, so most rows of a page drop out afterwards.
    add(database, *(row(number, reason="Ä" if number % 10 == 0 else "Ö") for number in range(50)))
    assert search(database, text="ä", newest_first=False) == [1, 11, 21, 31, 41]
    assert search(database, text="ä", limit=2, after_seq=41) == [31, 21]


def prune(database: Database, before_s: int, **more: Any) -> int:
    work = lambda c: store.prune(c, EPOCH_US + before_s * SECOND, "line1", EPOCH_US + 900 * SECOND, **more)  # noqa: E731
    return database.writer.submit(work).result(20)


def test_old_rows_go_from_the_beginning_and_a_row_says_so(database: Database) -> None:
    stored = add(database, *(row(number) for number in range(10)))
    assert prune(database, -1) == 0
    assert prune(database, 4) == 4
    assert prune(database, 4) == 0
    with database.reader() as connection:
        left = store.query(connection, AuditSearch(newest_first=False))
    assert [one.seq for one in left] == [5, 6, 7, 8, 9, 10, 11]
    said = left[-1].row
    assert (said.action, said.actor, said.old, said.new) == ("AUDIT_PRUNED", "system", "1..4", stored[3].hash)
    verdict = check(database)
    assert (verdict.ok, verdict.first_seq, verdict.rows) == (True, 5, 7)
    assert prune(database, 7, up_to=6) == 2
    assert prune(database, 10_000) == 5
    assert search(database, newest_first=False) == [12, 13]
    assert check(database).ok


def test_a_row_in_the_future_stops_the_removal_before_it(database: Database) -> None:
    add(database, row(500), row(1), row(2))
    assert prune(database, 100) == 0
    assert prune(database, 501) == 2
    assert search(database) == [4, 3]


def anchor(stored: StoredAudit, source: str = "local", kind: AnchorKind = AnchorKind.HEAD) -> Anchor:
    return Anchor(stored.seq, stored.hash, stored.row.t_us, source, kind)


def test_a_beginning_that_was_removed_without_a_row_is_named(database: Database) -> None:
    add(database, *(row(number) for number in range(10)))
    prune(database, 3)
    run(database, "DELETE FROM audit WHERE seq <= 6")
    verdict = check(database)
    assert (verdict.first_bad_seq, verdict.first_seq) == (4, 7)
    assert "rows 4 to 6 are missing" in verdict.reason


def test_a_row_that_claims_a_removal_needs_the_witness(database: Database) -> None:
    stored = add(database, *(row(number) for number in range(10)))
    early = anchor(stored[1])
    prune(database, 4)  # by somebody who has the program but not the station's key
    assert check(database).ok
    verdict = check(database, early)
    assert (verdict.ok, verdict.first_bad_seq) == (False, 1)
    assert "not removed by this station" in verdict.reason
    assert check(database, early, anchor(stored[3], kind=AnchorKind.PRUNED)).ok
    assert check(database, early, anchor(stored[2], kind=AnchorKind.PRUNED)).first_bad_seq == 4
    assert check(database, anchor(stored[1], "central")).ok, "only the local witness is told of every removal"


def test_a_cut_end_is_found_by_a_witness_only(database: Database) -> None:
    stored = add(database, *(row(number) for number in range(10)))
    run(database, "DELETE FROM audit WHERE seq > 7")
    assert check(database).ok
    verdict = check(database, anchor(stored[4]), anchor(stored[8], "central"))
    assert (verdict.first_bad_seq, verdict.rows, verdict.witness_seq) == (8, 7, 5)
    witnessed = f"witnessed at {iso(stored[8].row.t_us)} (central witness)"
    assert verdict.reason == f"rows 8 to 9 are missing at the end: {witnessed}, and nothing vouches for rows 6 to 7"
    run(database, "DELETE FROM audit")
    assert check(database, anchor(stored[4])).first_bad_seq == 1
    assert check(database, anchor(stored[4]), anchor(stored[2], kind=AnchorKind.PRUNED)).first_bad_seq == 4


def test_an_end_that_grew_again_is_found_by_a_witness_only(database: Database) -> None:
    stored = add(database, *(row(number) for number in range(10)))
    run(database, "DELETE FROM audit WHERE seq > 5")
    add(database, *(row(number, actor="eve") for number in range(5, 12)))
    assert check(database).ok
    assert check(database, anchor(stored[2]), anchor(stored[4])).ok
    verdict = check(database, anchor(stored[2]), anchor(stored[7]))
    assert (verdict.first_bad_seq, verdict.witness, verdict.witness_seq) == (4, "local", 3)
    assert "rows 4 to 8 are not what was witnessed" in verdict.reason
    assert check(database, anchor(stored[4]), anchor(stored[5])).first_bad_seq == 6


def test_the_newest_witness_is_named_and_the_central_one_counts_more(database: Database) -> None:
    stored = add(database, *(row(number) for number in range(4)))
    verdict = check(database, anchor(stored[3]), anchor(stored[0]), anchor(stored[1], "central"))
    assert (verdict.witness, verdict.witness_seq, verdict.t_witness_us) == ("central", 2, stored[1].row.t_us)
    assert check(database).witness == "none"


def rows_from(first: int, prev_hash: str, count: int) -> list[tuple[Any, ...]]:
    """A trail whose beginning was removed, as it is read."""
    found: list[tuple[Any, ...]] = []
    for seq in range(first, first + count):
        made = row(seq)
        following = next_hash(prev_hash, store.chained_fields(seq, "line1", made))
        texts = ["line1", "anna", "ALARM_ACK", *[""] * (len(FIELDS) - 7)]
        found.append((seq, made.t_us, *texts, prev_hash, following))
        prev_hash = following
    return found


def test_what_follows_a_removed_beginning_has_to_fit_it() -> None:
    rows, removed = rows_from(5, "aa" * 32, 4), Removal(9, 4, "aa" * 32)
    assert checking.check(rows, (), [removed]).ok
    other = checking.check(rows, (), [Removal(9, 4, "bb" * 32)])
    assert (other.first_bad_seq, other.reason) == (5, "it does not follow the rows that were removed before it")
    assert checking.check(rows, [Anchor(4, "aa" * 32, 1, "central")], [removed]).ok
    witnessed = checking.check(rows, [Anchor(4, "cc" * 32, 1, "central")], [removed])
    assert witnessed.first_bad_seq == 5
    assert "the row before it is not what was witnessed" in witnessed.reason
    assert checking.check([(5, 1, "no hash", "x")], (), [Removal(9, 4, "no hash")]).first_bad_seq == 5


def test_what_was_witnessed_after_a_forgery_does_not_vouch_for_it() -> None:
    rows = rows_from(1, GENESIS, 20)
    true_end = Anchor(12, "cc" * 32, 1, n=12)
    later = [Anchor(one[0], one[-1], 1, n=100 + one[0]) for one in rows]
    early = Anchor(5, rows[4][-1], 1, n=5)
    assert checking.check(rows, [early, *later]).ok
    assert checking.check(rows, [early, true_end, *later]).first_bad_seq == 6
    assert checking.check(rows, [true_end, *later]).first_bad_seq == 1


def test_an_edit_of_any_column_is_found_on_both_engines(database: Database) -> None:
    add(database, *(row(number, reason=f"r{number}", old="a", new="b") for number in range(1, 7)))
    assert check(database).ok
    for column in FIELDS:
        change = f"{column} + 100" if column in ("seq", "t_us") else f"{column} || 'x'"
        with database.reader() as connection:
            (before,) = connection.execute(text(f"SELECT {column} FROM audit WHERE seq = 4")).one()
        run(database, f"UPDATE audit SET {column} = {change} WHERE seq = 4")
        assert check(database).first_bad_seq == 4, column
        run(database, f"UPDATE audit SET {column} = :before WHERE seq = {104 if column == 'seq' else 4}", before=before)
        assert check(database).ok
