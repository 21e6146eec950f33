"""The witness file and the trail on top of it: what each attack leaves behind, and what is no attack."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from hmi.access.audit import store, witness
from hmi.access.audit.store import AuditSearch
from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME, Witness, WitnessError
from hmi.base.errors import PlantError
from hmi.model.access import AuditRow
from hmi.model.timestamps import iso
from hmi.storage.database import Database
from hmi.storage.faults import StorageBusyError, StorageError
from hmi.wire.witness import WitnessKind, WitnessRecord, from_record, to_record
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database

SECOND = 1_000_000
HOUR = 3_600 * SECOND


class Key:
    """A station's key as the witness needs it."""

    def __init__(self, secret: bytes = b"one") -> None:
        self._secret = secret

    def mac(self, data: bytes) -> str:
        return hmac.new(self._secret, data, hashlib.sha256).hexdigest()

    def verify_mac(self, data: bytes, mac: str) -> bool:
        return hmac.compare_digest(self.mac(data), mac)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    with running_database(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def trail(database: Database, clock: ManualClock, path: Path) -> AuditTrail:
    return begun(database, clock, path)


def begun(database: Database, clock: ManualClock, path: Path, key: Key | None = None) -> AuditTrail:
    trail = AuditTrail(database, "line1", clock, Witness(path, key or Key()))
    trail.start()
    return trail


def live(trail: AuditTrail, clock: ManualClock, rows: int, actor: str = "anna") -> None:
    """So many rows, each seen by the witness."""
    for _ in range(rows):
        clock.advance(1)
        trail.record(AuditRow(clock.now_us(), actor, "ALARM_ACK")).result(20)
        trail.witness_head()


def execute(database: Database, statement: str) -> None:
    database.writer.submit(lambda c: c.execute(text(statement))).result(20)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def rewrite(path: Path, texts: list[str]) -> None:
    path.write_text("".join(f"{one}\n" for one in texts))


def test_a_head_is_noted_once_and_survives_a_restart(
    database: Database, clock: ManualClock, path: Path, trail: AuditTrail
) -> None:
    assert not path.exists(), "an empty trail has nothing to witness"
    live(trail, clock, 3)
    trail.witness_head()
    assert [line["seq"] for line in lines(path)] == [1, 2, 3]
    assert path.stat().st_mode & 0o777 == 0o600
    again = begun(database, clock, path)
    assert len(lines(path)) == 3
    live(again, clock, 1)
    written = lines(path)
    assert [line["n"] for line in written] == sorted({line["n"] for line in written})
    verdict = again.verify()
    assert (verdict.ok, verdict.witness, verdict.witness_seq, verdict.reason) == (True, "local", 4, "")
    assert again.suspicion == ""


def test_a_clock_set_back_does_not_disorder_the_witness(trail: AuditTrail, clock: ManualClock, path: Path) -> None:
    live(trail, clock, 2)
    clock.step_wall(-7_200)
    live(trail, clock, 2)
    assert [line["seq"] for line in lines(path)] == [1, 2, 3, 4]
    assert trail.verify().ok


def test_a_cut_end_is_named_also_after_it_grew_again(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 10)
    execute(database, "DELETE FROM audit WHERE seq > 6")
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_bad_seq, verdict.witness_seq) == (False, 7, 6)
    assert "rows 7 to 10 are missing at the end" in verdict.reason
    trail.witness_head()
    assert "now its newest row is 6" in trail.suspicion
    live(trail, clock, 8, actor="eve")
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_bad_seq) == (False, 7)
    assert "not what was witnessed" in verdict.reason


def test_rows_written_behind_the_stations_back_with_right_hashes_are_found(
    database: Database, trail: AuditTrail, clock: ManualClock
) -> None:
    live(trail, clock, 5)
    execute(database, "DELETE FROM audit WHERE seq = 5")
    forged = AuditRow(clock.now_us(), "anna", "ALARM_RESET")
    database.writer.submit(lambda c: store.append(c, [forged], "line1")).result(20)
    assert trail.verify().first_bad_seq == 5
    trail.witness_head()
    assert "that row has another content" in trail.suspicion


def test_an_emptied_trail_is_named(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 3)
    execute(database, "DELETE FROM audit")
    trail.witness_head()
    assert trail.verify().first_bad_seq == 1
    assert "now its newest row is 0" in trail.suspicion


@pytest.mark.parametrize("position", range(4))
def test_a_line_of_the_witness_that_was_changed_is_found(
    trail: AuditTrail, clock: ManualClock, path: Path, position: int
) -> None:
    live(trail, clock, 4)
    texts = path.read_text().splitlines()
    record = json.loads(texts[position])
    record["seq"] += 1
    texts[position] = json.dumps(record)
    rewrite(path, texts)
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_bad_seq) == (False, position + 1)
    assert "a line of the witness file" in verdict.reason


def test_a_copied_line_and_a_line_of_another_key_prove_nothing(
    trail: AuditTrail, clock: ManualClock, path: Path, tmp_path: Path
) -> None:
    live(trail, clock, 3)
    texts = path.read_text().splitlines()
    other = Witness(tmp_path / "other.jsonl", Key(b"two"))
    other.begin(clock.now_us())
    other.note(3, "00" * 32, clock.now_us() + HOUR)
    rewrite(path, [*texts, texts[0], (tmp_path / "other.jsonl").read_text().strip()])
    reading = Witness(path, Key()).reading()
    assert (len(reading.records), reading.changed, reading.sure_seq) == (3, 2, 3)
    assert trail.verify().first_bad_seq == 4


def test_a_record_of_a_restore_cannot_be_played_again(
    database: Database, trail: AuditTrail, clock: ManualClock, path: Path
) -> None:
    live(trail, clock, 5)
    restore(database, trail, clock, 3)
    live(trail, clock, 4)
    assert trail.verify().ok
    texts = path.read_text().splitlines()
    (played,) = [one for one in texts if '"restored"' in one]
    execute(database, "DELETE FROM audit WHERE seq > 3")
    rewrite(path, [*texts, played])
    assert trail.verify().first_bad_seq == 4


def restore(database: Database, trail: AuditTrail, clock: ManualClock, seq: int) -> None:
    """What `backup restore --replace` does, in small."""
    execute(database, f"DELETE FROM audit WHERE seq > {seq}")
    with database.reader() as connection:
        found, row_hash = store.head(connection)
    assert trail.witness is not None
    clock.advance(1)
    trail.witness.restored(found, row_hash, clock.now_us(), "20251121T080000Z-line1-a1b2c3")


def test_a_restored_backup_is_said_and_is_no_cut(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 6)
    restore(database, trail, clock, 4)
    verdict = trail.verify()
    assert verdict.ok
    assert verdict.reason == (
        f"rows 5 to 6 were set aside at {iso(clock.now_us())} by restoring backup 20251121T080000Z-line1-a1b2c3"
    )
    live(trail, clock, 5)
    assert trail.verify().ok
    assert trail.suspicion == ""
    execute(database, "DELETE FROM audit WHERE seq > 7")
    assert trail.verify().first_bad_seq == 8, "after the restore a cut is a cut again"


def test_a_backup_from_before_the_first_row(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 2)
    restore(database, trail, clock, 0)
    live(trail, clock, 1)
    verdict = trail.verify()
    assert (verdict.ok, verdict.rows) == (True, 1)
    assert "rows 1 to 2 were set aside" in verdict.reason


def test_old_rows_go_with_the_witness_knowing_it(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 10)
    assert trail.prune(EPOCH_US - HOUR) == 0
    assert trail.prune(EPOCH_US + 5 * SECOND) == 4
    trail.witness_head()
    verdict = trail.verify()
    assert (verdict.ok, verdict.first_seq, verdict.rows, verdict.reason) == (True, 5, 7, "")
    database.writer.submit(lambda c: store.prune(c, EPOCH_US + 8 * SECOND, "line1", clock.now_us())).result(20)
    assert trail.verify().first_bad_seq == 5, "somebody removed rows with the program but without the station's key"


def test_a_torn_last_line_is_no_tampering(
    database: Database, trail: AuditTrail, clock: ManualClock, path: Path
) -> None:
    live(trail, clock, 3)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"t":"2025-11-21T08:')
    assert trail.verify().ok
    again = begun(database, clock, path)
    assert path.read_bytes() == whole
    live(again, clock, 1)
    assert again.verify().ok


def test_a_witness_that_is_gone_or_of_another_key_is_put_on_record(
    database: Database, trail: AuditTrail, clock: ManualClock, path: Path, tmp_path: Path
) -> None:
    live(trail, clock, 3)
    path.unlink()
    verdict = trail.verify()
    assert (verdict.ok, verdict.witness) == (True, "none")
    assert "rows cut off at its end would not be missed" in verdict.reason
    begun(database, clock, path)
    clock.advance(1)
    second = begun(database, clock, path, Key(b"two"))
    said = [found.row.reason for found in second.search(AuditSearch(action="AUDIT_WITNESS_NEW"))]
    assert said[1] == "there was no witness file"
    assert "no line of the witness file was made with this station's key; it is kept as audit-witness-" in said[0]
    assert len(list(tmp_path.glob("audit-witness-*.jsonl"))) == 1
    assert second.verify().ok


def test_the_file_stays_small_and_keeps_what_proves_a_cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "_NEWEST_KEPT", 20)
    monkeypatch.setattr(witness, "_THIN_AFTER", 50)
    kept = Witness(path, Key())
    kept.begin(EPOCH_US)
    t_us = EPOCH_US
    for seq in range(10, 4_000, 10):
        t_us += 60 * SECOND
        kept.note(seq, f"{seq:064x}", t_us)
        if seq == 1_110:
            kept.permit(77, "77" * 32, t_us)
        if seq == 1_230:
            kept.note(1_000, "aa" * 32, t_us)
    texts = path.read_text().splitlines()
    assert len(texts) < 100
    reading = kept.reading()
    assert reading.changed == 0
    seqs = [record.seq for record in reading.records if record.kind is WitnessKind.HEAD]
    assert seqs[-20:] == list(range(3_800, 4_000, 10))
    assert 1_230 in seqs and 1_000 in seqs, "the head before a step back, and the one after it"
    assert 990 in seqs and 1_990 in seqs, "the last of a thousand rows"
    assert [record.seq for record in reading.records if record.kind is WitnessKind.PRUNED] == [77]
    times = [record.t_us for record in reading.records]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) <= HOUR


def test_a_witness_that_cannot_be_written_is_said_and_comes_back(
    trail: AuditTrail, clock: ManualClock, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    live(trail, clock, 1)
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    live(trail, clock, 2)
    assert trail.witness is not None
    with pytest.raises(WitnessError, match="cannot be written"):
        trail.witness.permit(1, "00" * 32, 1)
    with pytest.raises(WitnessError):
        trail.prune(clock.now_us())
    assert "the witness could not be read" in trail.verify().reason
    path.rmdir()
    path.with_suffix(".away").rename(path)
    trail.witness_head()
    assert [line["seq"] for line in lines(path)] == [1, 3]
    assert trail.verify().ok


def test_a_witness_that_cannot_be_opened_does_not_keep_the_station_from_starting(
    database: Database, clock: ManualClock, path: Path
) -> None:
    first = begun(database, clock, path)
    live(first, clock, 2)
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    second = begun(database, clock, path)
    assert "the audit witness is not kept" in second.suspicion
    live(second, clock, 1)
    with pytest.raises(WitnessError, match="could not be opened"):
        second.prune(clock.now_us())
    path.rmdir()
    path.with_suffix(".away").rename(path)
    second.witness_head()
    assert second.suspicion == ""
    assert [line["seq"] for line in lines(path)] == [1, 2, 3]
    assert second.verify().ok


def test_the_central_server_is_asked_and_may_be_away(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    live(trail, clock, 6)
    assert trail.witness is not None
    known = list(trail.witness.reading().records)
    trail.attach_central(lambda: known[:4])
    verdict = trail.verify()
    assert (verdict.ok, verdict.witness, verdict.witness_seq) == (True, "central", 4)

    def away() -> list[WitnessRecord]:
        raise WitnessError("no answer")

    trail.attach_central(away)
    verdict = trail.verify()
    assert (verdict.ok, verdict.witness) == (True, "local")
    assert verdict.reason == "the central server could not be asked: no answer"
    forged = WitnessRecord(2, known[1].hash, clock.now_us(), WitnessKind.RESTORED, clock.now_us() + 1, "x", "00" * 32)
    execute(database, "DELETE FROM audit WHERE seq > 2")
    Path(database.place).with_name(FILE_NAME).unlink()
    trail.attach_central(lambda: [*known, forged])
    assert trail.verify().first_bad_seq == 3, "a restore this station did not make is not believed"


def test_a_row_that_cannot_be_stored_fails_in_words_and_is_put_on_record(
    database: Database, trail: AuditTrail, clock: ManualClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pysqlite3 import dbapi2

    live(trail, clock, 1)
    execute(database, "PRAGMA busy_timeout=50")
    other = dbapi2.connect(str(tmp_path / "station.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        fault = trail.record(AuditRow(1, "anna", "A"), AuditRow(2, "anna", "B")).exception(20)
        assert isinstance(fault, StorageBusyError)
        assert "locked by another program" in str(fault)
        assert trail.failing and trail.problem == str(fault)
        intended = trail.intend(AuditRow(3, "anna", "WRITE")).exception(20)
        assert isinstance(intended, StorageError)
    finally:
        other.execute("ROLLBACK")
        other.close()
    trail.witness_head()
    database.writer.run(lambda _: None, 20)
    assert not trail.failing
    rows = [(found.row.action, found.row.reason) for found in trail.search(AuditSearch())]
    assert rows == [("AUDIT_FAILED", str(fault)), ("ALARM_ACK", "")]
    trail.witness_head()
    database.writer.run(lambda _: None, 20)
    assert len(trail.search(AuditSearch())) == 2
    assert trail.verify().ok


def test_an_intention_is_stored_before_the_deed(trail: AuditTrail, clock: ManualClock) -> None:
    trail.intend(AuditRow(clock.now_us(), "anna", "BACKUP_CREATE")).result(20)
    trail.intend(AuditRow(clock.now_us(), "anna", "BACKUP_CREATE", result="asked")).result(20)
    assert [found.row.result for found in trail.search(AuditSearch())] == ["asked", "intended"]


def test_signed_rows_are_read_in_pieces(database: Database, trail: AuditTrail, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [AuditRow(t_us, "anna", "ALARM_RESET", signature="s" if t_us % 3 else "") for t_us in range(10)]
    trail.record(*rows).result(20)
    assert [found.seq for found in trail.signed()] == [2, 3, 5, 6, 8, 9]
    with database.reader() as connection:
        assert [found.seq for found in store.signed(connection, 3, limit=2)] == [5, 6]


def test_a_fact_and_its_row_are_one_transaction(database: Database, trail: AuditTrail, clock: ManualClock) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO meta VALUES ('fact', '1')"))
        trail.append_in(connection, [AuditRow(clock.now_us(), "anna", "FACT")])
        raise StorageError("the disk is full")

    def refused(connection: Connection) -> None:
        trail.append_in(connection, [AuditRow(clock.now_us(), "anna", "FACT")])
        raise PlantError("there is such a user already")

    with pytest.raises(PlantError, match="such a user"):
        trail.watch(database.writer.submit(refused)).result(20)
    assert trail.problem == "", "the trail could have been stored"
    with pytest.raises(StorageError):
        trail.watch(database.writer.submit(work)).result(20)
    assert trail.problem == "the disk is full"
    assert trail.search(AuditSearch()) == []


def test_rows_removed_while_the_trail_is_verified_are_no_tampering(
    database: Database, trail: AuditTrail, clock: ManualClock
) -> None:
    live(trail, clock, 200)
    stop = threading.Event()

    def work() -> None:
        before_us = EPOCH_US
        while not stop.is_set():
            before_us += 2 * SECOND
            trail.prune(before_us)
            trail.witness_head()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(20):
            verdict = trail.verify()
            assert verdict.ok, verdict.reason
    finally:
        stop.set()
        thread.join()


def test_a_witness_as_json() -> None:
    record = WitnessRecord(7, "ab" * 32, EPOCH_US, WitnessKind.RESTORED, 9, "backup", "cd" * 32)
    assert from_record(to_record(record)) == record
    plain = {"t": "2025-11-21T08:00:00.000000Z", "seq": 7, "hash": "ab" * 32}
    assert from_record({**plain, "later": 1}) == WitnessRecord(7, "ab" * 32, EPOCH_US)
    assert from_record(plain) == replace(record, kind=WitnessKind.HEAD, n=0, backup="", mac="")
    for wrong in (
        {"t": "yesterday"},
        {"seq": -1},
        {"seq": True},
        {"hash": "AB" * 32},
        {"kind": "x"},
        {"n": "1"},
        {"mac": 1},
    ):
        with pytest.raises(ValueError, match="must be"):
            from_record({**plain, **wrong})
    with pytest.raises(ValueError, match="JSON object"):
        from_record([])
