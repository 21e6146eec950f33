"""A thousand random forgeries of a real database file: every one is found, and the first bad row is named.

The forger can write the database and has this program, but not the station's key.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.access.audit import store
from hmi.access.audit.checking import FIELDS, canonical_row
from hmi.access.audit.store import PRUNED, AuditSearch, StoredAudit
from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME, Witness
from hmi.model.access import AuditRow
from hmi.storage.chain import canonical, next_hash
from hmi.storage.database import Database, sqlite_module
from tests.helpers.clock import EPOCH_US, ManualClock

TEXTS = tuple(AuditRow.__dataclass_fields__)[1:]
WORDS = ("", "", "anna", "bert", "ALARM_ACK", "line1/oven/temp.hi", "52.5", "50.0", "°C", "Käse geprüft", "0", "done")
INSERT = f"INSERT INTO audit ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})"


class Key:
    def mac(self, data: bytes) -> str:
        return hmac.new(b"the station's", data, hashlib.sha256).hexdigest()

    def verify_mac(self, data: bytes, mac: str) -> bool:
        return hmac.compare_digest(self.mac(data), mac)


class Trail:
    """A station's file with a trail of which the witness saw every row, and a second hand on the file."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.clock = ManualClock()
        self.database = Database.open("sqlite", data_dir=folder, clock=self.clock)
        self.trail = AuditTrail(self.database, "line1", self.clock, Witness(folder / FILE_NAME, Key()))
        self.trail.start()
        luck = random.Random(rows)
        for _ in range(rows):
            self.clock.advance(luck.choice((0, 0.000001, 1, 3_600)))
            row = AuditRow(self.clock.now_us(), **{name: luck.choice(WORDS) for name in TEXTS})
            self.database.writer.run(lambda c, row=row: self.trail.append_in(c, [replace(row, old="a", new="b")]))
            self.trail.witness_head()
        self.last = rows
        self.kept = self.trail.search(AuditSearch(limit=rows, newest_first=False))
        self.hand = sqlite_module().connect(str(folder / "station.db"), isolation_level=None)
        self.hand.execute("PRAGMA synchronous=OFF")
        self.values = [tuple(row) for row in self.hand.execute(f"SELECT {', '.join(FIELDS)} FROM audit ORDER BY seq")]

    def put_back(self) -> None:
        self.hand.execute("BEGIN")
        self.hand.execute("DELETE FROM audit")
        self.hand.executemany(INSERT, self.values)
        self.hand.execute("COMMIT")

    def do(self, statement: str, *values: Any) -> None:
        self.hand.execute(statement, values)

    def append(self, *rows: AuditRow) -> list[StoredAudit]:
        return self.database.writer.run(lambda connection: store.append(connection, rows, "line1"))

    def close(self) -> None:
        self.hand.close()
        self.database.close()


@pytest.fixture(scope="module")
def trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trail]:
    opened = Trail(tmp_path_factory.mktemp("station"), 60)
    yield opened
    opened.close()


# Each forgery returns the first row that is not as it was written.


def edit_a_text(trail: Trail, luck: random.Random) -> int:
    seq, column = luck.randint(1, trail.last), luck.choice(FIELDS[2:-2])
    old = trail.values[seq - 1][FIELDS.index(column)]
    new = luck.choice(
        [old + " ", old[1:] if old else "x", old.swapcase(), old + "\u0301", "eve", old[::-1], "", "a\x00b"]
    )
    trail.do(f"UPDATE audit SET {column} = ? WHERE seq = ?", new if new != old else old + "?", seq)
    return seq


def turn_a_text_into_something_else(trail: Trail, luck: random.Random) -> int:
    seq, column = luck.randint(1, trail.last), luck.choice(FIELDS[2:-2])
    how = luck.choice((f"CAST({column} AS BLOB)", "CAST(x'ff4142' AS TEXT)", "x''"))
    trail.do(f"UPDATE audit SET {column} = {how} WHERE seq = ?", seq)
    return seq


def edit_the_time(trail: Trail, luck: random.Random) -> int:
    seq = luck.randint(1, trail.last)
    how = luck.choice(
        ("t_us + 1", "t_us - 1", "t_us + 0.25", "t_us + 3600000000", "-t_us", "9000000000000000000", "'x'", "0")
    )
    trail.do(f"UPDATE audit SET t_us = {how} WHERE seq = ?", seq)
    return seq


def edit_a_hash(trail: Trail, luck: random.Random) -> int:
    seq, column = luck.randint(2, trail.last), luck.choice(("prev_hash", "hash"))
    old = trail.values[seq - 1][FIELDS.index(column)]
    at = luck.randrange(64)
    new = luck.choice(
        (
            old[:at] + "0123456789abcdef0"["0123456789abcdef".index(old[at]) + 1] + old[at + 1 :],
            old.upper(),
            "",
            "00" * 32,
        )
    )
    trail.do(f"UPDATE audit SET {column} = ? WHERE seq = ?", new, seq)
    return seq


def edit_the_first_hash(trail: Trail, luck: random.Random) -> int:
    trail.do("UPDATE audit SET prev_hash = ? WHERE seq = 1", luck.choice(("", "00" * 31 + "01", "11" * 32, "x")))
    return 1


def edit_a_number(trail: Trail, luck: random.Random) -> int:
    seq = luck.randint(1, trail.last)
    new = luck.choice((0, -1, -luck.randint(2, 99), trail.last + luck.randint(1, 9)))
    trail.do("UPDATE audit SET seq = ? WHERE seq = ?", new, seq)
    return min(seq, new)


def exchange_two_columns(trail: Trail, luck: random.Random) -> int:
    seq = luck.randint(1, trail.last)
    trail.do("UPDATE audit SET old = new, new = old WHERE seq = ?", seq)
    return seq


def delete_some(trail: Trail, luck: random.Random) -> int:
    gone = luck.sample(range(1, trail.last + 1), luck.randint(1, 5))
    trail.do(f"DELETE FROM audit WHERE seq IN ({', '.join(map(str, gone))})")
    return min(gone)


def cut_the_beginning(trail: Trail, luck: random.Random) -> int:
    trail.do("DELETE FROM audit WHERE seq <= ?", luck.randint(1, trail.last))
    return 1


def cut_the_middle(trail: Trail, luck: random.Random) -> int:
    first = luck.randint(2, trail.last - 1)
    trail.do("DELETE FROM audit WHERE seq BETWEEN ? AND ?", first, luck.randint(first, trail.last - 1))
    return first


def cut_the_end(trail: Trail, luck: random.Random) -> int:
    first = luck.randint(1, trail.last)
    trail.do("DELETE FROM audit WHERE seq >= ?", first)
    return first


def swap_two_rows(trail: Trail, luck: random.Random) -> int:
    one, other = sorted(luck.sample(range(1, trail.last + 1), 2))
    if luck.random() < 0.5:  # the rows change their numbers
        for before, after in ((one, -1), (other, one), (-1, other)):
            trail.do("UPDATE audit SET seq = ? WHERE seq = ?", after, before)
    else:  # they change everything but their numbers and hashes
        columns = FIELDS[1:-2]
        for seq, source in ((one, other), (other, one)):
            values = [trail.values[source - 1][FIELDS.index(column)] for column in columns]
            trail.do(f"UPDATE audit SET {', '.join(f'{c} = ?' for c in columns)} WHERE seq = ?", *values, seq)
        if trail.values[one - 1][1:-2] == trail.values[other - 1][1:-2]:
            trail.do("UPDATE audit SET reason = 'x' WHERE seq = ?", one)
    return one


def insert_one(trail: Trail, luck: random.Random) -> int:
    seq = luck.randint(1, trail.last + 1)
    trail.do("UPDATE audit SET seq = -seq - 1 WHERE seq >= ?", seq)
    trail.do("UPDATE audit SET seq = -seq WHERE seq < 0")
    copied = luck.choice(trail.values)
    trail.do(INSERT, seq, *copied[1:])
    if seq > 1 and trail.values[seq - 2][-1] == copied[-2]:  # the very row that belongs there was put there again
        return seq + 1
    return 1 if seq == 1 and copied[0] != 1 else seq + (seq == 1)


def chain_again(trail: Trail, luck: random.Random) -> int:
    """Changes a row and gives it and every later one the right hashes."""
    first = luck.randint(1, trail.last)
    head = trail.kept[first - 1].prev_hash
    for stored in trail.kept[first - 1 :]:
        row = replace(stored.row, reason=stored.row.reason + "!") if stored.seq == first else stored.row
        before, head = head, next_hash(head, store.chained_fields(stored.seq, "line1", row))
        trail.do(
            "UPDATE audit SET reason = ?, prev_hash = ?, hash = ? WHERE seq = ?", row.reason, before, head, stored.seq
        )
    return first


def grow_again(trail: Trail, luck: random.Random) -> int:
    """Cuts the end off and lets the program itself write another one, shorter, as long or longer."""
    first = luck.randint(1, trail.last)
    trail.do("DELETE FROM audit WHERE seq >= ?", first)
    rows = [replace(luck.choice(trail.kept).row, actor="eve") for _ in range(luck.randint(1, trail.last))]
    trail.append(*rows)
    return first


def claim_a_removal(trail: Trail, luck: random.Random) -> int:
    """Cuts the beginning off and lets the program write the row that goes with a removal."""
    last = luck.randint(1, trail.last - 1)
    trail.do("DELETE FROM audit WHERE seq <= ?", last)
    trail.append(AuditRow(EPOCH_US, "system", PRUNED, old=f"1..{last}", new=trail.values[last - 1][-1]))
    return 1


FORGERIES: Sequence[Callable[[Trail, random.Random], int]] = (
    edit_a_text, edit_a_text, edit_a_text, turn_a_text_into_something_else, edit_the_time, edit_a_hash,
    edit_the_first_hash, edit_a_number, exchange_two_columns, delete_some, cut_the_beginning, cut_the_middle,
    cut_the_end, swap_two_rows, insert_one, chain_again, grow_again, claim_a_removal,
)  # fmt: skip


def forge(trail: Trail, times: int) -> None:
    found: Counter[str] = Counter()
    missed: list[str] = []
    for number in range(times):
        forgery, luck = FORGERIES[number % len(FORGERIES)], random.Random(number)
        first_bad = forgery(trail, luck)
        verdict = trail.trail.verify()
        found[forgery.__name__] += 1
        if verdict.ok or verdict.first_bad_seq != first_bad or not verdict.reason:
            missed.append(f"{number} {forgery.__name__}: row {first_bad}, but {verdict}")
        trail.put_back()
    assert missed == [], f"{len(missed)} of {times}: {missed[:3]}"
    assert sum(found.values()) == times
    verdict = trail.trail.verify()
    assert (verdict.ok, verdict.rows, verdict.reason) == (True, trail.last, "")


def test_a_thousand_forgeries_are_found_and_named(trail: Trail) -> None:
    forge(trail, 1_000)


@pytest.mark.soak
def test_ten_thousand_forgeries_of_a_long_trail_are_found_and_named(tmp_path: Path) -> None:
    long = Trail(tmp_path, 600)
    try:
        forge(long, 10_000)
    finally:
        long.close()


@pytest.mark.parametrize("every", [1, 2, 7, 30])
def test_with_fewer_witnesses_the_first_row_nobody_vouches_for_is_named(
    trail: Trail, every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = trail.trail.witness
    assert witness is not None
    whole = witness.reading()
    thinner = replace(whole, records=tuple(record for record in whole.records if record.seq % every == 0))
    monkeypatch.setattr(witness, "reading", lambda: thinner)
    for number in range(40):
        first_bad = (chain_again, grow_again)[number % 2](trail, random.Random(number))
        verdict = trail.trail.verify()
        vouched = (first_bad - 1) // every * every
        if verdict.rows < vouched + every <= trail.last:  # the new end is shorter than what was witnessed next
            assert verdict.first_bad_seq == verdict.rows + 1
            assert ("nothing vouches for row" in verdict.reason) == (vouched < verdict.rows)
        elif first_bad <= max(record.seq for record in thinner.records):
            assert verdict.first_bad_seq == vouched + 1
        else:
            assert verdict.ok, "what was written after the newest witness can be forged without a trace"
        trail.put_back()


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    st.integers(1, 2**53),
    st.integers(-(10**15), 4 * 10**15),
    st.lists(_texts, min_size=len(FIELDS) - 4, max_size=len(FIELDS) - 4),
)
@settings(max_examples=300, deadline=None)
def test_the_fast_form_of_a_row_is_the_canonical_one(seq: int, t_us: int, texts: list[str]) -> None:
    values = dict(zip(FIELDS[2:-2], texts, strict=True))
    row = AuditRow(t_us, **{name: values[name] for name in TEXTS})
    fields = store.chained_fields(seq, values["station"], row)
    assert canonical_row((seq, t_us, *texts, "", ""), {}) == canonical(fields)
