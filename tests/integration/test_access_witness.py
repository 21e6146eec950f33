"""The audit trail witnessed by a real central server: what a cut, a restore, a lost station look like from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import text

from hmi.access.audit import store
from hmi.access.audit.store import AuditSearch
from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME, Witness
from hmi.agent.agent import Agent
from hmi.agent.store import OutboxStore
from hmi.agent.witness import central_witnesses
from hmi.base.scheduling import JobRunner
from hmi.central.rows import Owner
from hmi.central.server import CentralServer
from hmi.model.access import AuditRow
from hmi.model.station import AgentSettings
from hmi.model.timestamps import iso
from hmi.secrets.sealing import SealingKey
from hmi.storage.database import Database
from hmi.wire.batches import Batch, encode
from hmi.wire.report import StationReport
from hmi.wire.witness import WitnessKind, WitnessRecord, to_record
from tests.helpers.agent_bench import ship_until_empty
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.postgres import PostgresServer
from tests.helpers.waiting import eventually

ZONE = ZoneInfo("Europe/Berlin")
SECOND = 1_000_000
DAY = 86_400 * SECOND


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def central(tmp_path: Path, clock: ManualClock) -> Iterator[CentralServer]:
    server = CentralServer(tmp_path / "central", port=0, clock=clock)
    server.start()
    yield server
    server.stop()


class Station:
    """The parts of a station that the audit trail and its witness need."""

    def __init__(self, folder: Path, clock: ManualClock, url: str, key: str) -> None:
        self.folder = folder
        self.clock = clock
        self.database = Database.open("sqlite", data_dir=folder, clock=clock)
        self.database.writer.start()
        sealing = SealingKey(bytes(32), source="file")
        self.trail = AuditTrail(self.database, "press-3", clock, Witness(folder / FILE_NAME, sealing))
        self.trail.start()
        self.outbox = OutboxStore(self.database, "press-3", clock)
        self.jobs = JobRunner()
        settings = AgentSettings(central=url, key="env:KEY")
        self.agent = Agent(
            settings, lambda _: key, self.outbox, self.jobs, lambda: StationReport(clock.now_us(), "Press", "1"),
            self._no_backup, clock, ZONE, random=lambda: 1.0, witness=self.trail.witness,
        )  # fmt: skip
        self.trail.attach_central(partial(central_witnesses, settings, lambda _: key, "press-3"))

    def _no_backup(self) -> Any:
        raise AssertionError("no backup is made here")

    def live(self, rows: int, actor: str = "anna") -> None:
        for _ in range(rows):
            self.clock.advance(1)
            self.trail.record(AuditRow(self.clock.now_us(), actor, "ALARM_ACK")).result(20)
            self.trail.witness_head()

    def ship(self, last: bool = False) -> None:
        self.agent.ship_witness(last)
        ship_until_empty(self.agent, self.clock)

    def execute(self, statement: str) -> None:
        self.database.writer.submit(lambda c: c.execute(text(statement))).result(20)

    def forget_witness(self) -> None:
        (self.folder / FILE_NAME).unlink()

    def close(self) -> None:
        self.agent.stop()
        self.trail.stop()
        self.database.close()


@pytest.fixture
def key(central: CentralServer) -> str:
    return central.create_key("press-3")


@pytest.fixture
def station(tmp_path: Path, clock: ManualClock, central: CentralServer, key: str) -> Iterator[Station]:
    opened = Station(tmp_path / "station", clock, central.url, key)
    yield opened
    opened.close()


def get(central: CentralServer, key: str, path: str = "/api/v1/stations/press-3") -> Any:
    answer = requests.get(central.url + path, headers={"X-API-Key": key}, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.json()


def page(central: CentralServer) -> str:
    return requests.get(central.url + "/", timeout=5).text


def send(central: CentralServer, key: str, seq: int, *records: dict[str, Any]) -> requests.Response:
    body = encode(Batch("press-3", 1, seq, records))
    url = f"{central.url}/api/v1/ingest/audit"
    return requests.post(url, data=body, headers={"X-API-Key": key}, timeout=5)


def head(seq: int, t_us: int, content: str = "ab", **more: Any) -> dict[str, Any]:
    return to_record(WitnessRecord(seq, content * 32, t_us, **more))


def test_a_cut_end_is_found_though_the_witness_beside_the_database_is_gone(
    station: Station, central: CentralServer, key: str
) -> None:
    station.live(10)
    station.ship()
    station.execute("DELETE FROM audit WHERE seq > 6")
    station.forget_witness()
    verdict = station.trail.verify()
    assert (verdict.ok, verdict.first_bad_seq) == (False, 7)
    assert "rows 7 to 10 are missing at the end" in verdict.reason and "central witness" in verdict.reason
    station.live(8, actor="eve")
    verdict = station.trail.verify()
    assert (verdict.ok, verdict.first_bad_seq) == (False, 1), "what was witnessed after the cut vouches for nothing"
    assert "rows 1 to 10 are not what was witnessed" in verdict.reason


def test_what_is_shipped_and_when(station: Station, central: CentralServer, key: str, clock: ManualClock) -> None:
    def shipped() -> list[int]:
        station.agent.ship_witness()
        ship_until_empty(station.agent, clock)
        return [item["seq"] for item in get(central, key, "/api/v1/stations/press-3/witnesses")["items"]]

    assert shipped() == []
    station.live(1)
    assert shipped() == [1]
    station.live(2)
    assert shipped() == [1], "at most once a minute"
    clock.advance(60)
    assert shipped() == [1, 3]
    station.trail.record(*(AuditRow(clock.now_us(), "anna", "A") for _ in range(1_000))).result(20)
    station.trail.witness_head()
    assert shipped() == [1, 3, 1_003], "a thousand rows do not wait"
    clock.advance(3_599)
    assert shipped() == [1, 3, 1_003]
    seen = get(central, key)["audit"]["received"]
    clock.advance(1)
    assert shipped() == [1, 3, 1_003], "the same again is kept once"
    assert get(central, key)["audit"]["received"] > seen, "and shows that the station still stands to it"
    station.live(1)
    station.ship(last=True)
    assert shipped() == [1, 3, 1_003, 1_004], "the last before a stop"


def test_the_central_server_shows_the_witness_and_a_trail_that_went_back(
    station: Station, central: CentralServer, key: str, clock: ManualClock
) -> None:
    station.live(5)
    station.ship()
    newest = station.trail.search(AuditSearch(limit=1))[0]
    audit = get(central, key)["audit"]
    assert (audit["seq"], audit["hash"], audit["problem"], audit["note"]) == (5, newest.hash, "", "")
    assert audit["t"] == iso(clock.now_us())
    assert "row 5, said 0 s ago" in page(central)
    went_back_us = clock.now_us()
    station.execute("DELETE FROM audit WHERE seq > 2")
    clock.advance(120)
    station.trail.witness_head()
    station.ship()
    problem = f"the trail went back: row 5 was its newest at {iso(went_back_us)}, row 2 at {iso(clock.now_us())}"
    audit = get(central, key)["audit"]
    assert (audit["seq"], audit["problem"]) == (2, problem)
    assert problem in page(central) and ">CHECK<" in page(central)
    clock.advance(120)
    station.live(9)
    station.ship()
    assert get(central, key)["audit"]["problem"] == problem, "growing again does not excuse it"
    assert get(central, key, "/api/v1/stations")["items"][0]["audit"]["seq"] == 11


def test_another_content_under_the_same_number_is_noticed(central: CentralServer, key: str) -> None:
    assert send(central, key, 1, head(7, EPOCH_US)).json()["rejected"] == []
    assert send(central, key, 2, head(7, EPOCH_US + 1, "cd")).json()["rejected"] == []
    assert "row 7 has another content" in get(central, key)["audit"]["problem"]


def test_a_witness_that_waited_longer_than_a_newer_one_is_no_step_back(central: CentralServer, key: str) -> None:
    assert send(central, key, 1, head(9, EPOCH_US + 9 * SECOND)).status_code == 200
    assert send(central, key, 2, head(5, EPOCH_US)).status_code == 200
    audit = get(central, key)["audit"]
    assert (audit["seq"], audit["problem"]) == (9, "")
    assert send(central, key, 3, head(8, EPOCH_US, n=EPOCH_US + 10 * SECOND)).status_code == 200
    assert "went back" in get(central, key)["audit"]["problem"], "a clock set back does not hide it: the number grows"


def test_a_restored_backup_is_told_and_is_no_cut(
    station: Station, central: CentralServer, key: str, tmp_path: Path, clock: ManualClock
) -> None:
    station.live(4)
    station.ship()
    station.database.close()
    shutil.copy(tmp_path / "station" / "station.db", tmp_path / "backup.db")
    again = Station(tmp_path / "station", clock, central.url, key)
    clock.advance(60)
    again.live(4)
    again.ship()
    again.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "station" / "station.db")
    restored = Station(tmp_path / "station", clock, central.url, key)
    try:
        assert restored.trail.witness is not None
        with restored.database.reader() as connection:
            seq, row_hash = store.head(connection)
        clock.advance(1)
        assert seq == 4
        restored.trail.witness.restored(seq, row_hash, clock.now_us(), "20251121T080000Z-press-3-a1b2c3")
        at = iso(clock.now_us())
        restored.live(2)
        restored.ship()
        audit = get(central, key)["audit"]
        note = f"put back to row 4 at {at} by restoring backup 20251121T080000Z-press-3-a1b2c3"
        assert (audit["seq"], audit["problem"], audit["note"]) == (6, "", note)
        assert note in page(central)
        for witness_is_there in (True, False):
            verdict = restored.trail.verify()
            assert (verdict.ok, verdict.witness, verdict.witness_seq) == (True, "central", 6)
            assert f"rows 5 to 8 were set aside at {at} by restoring backup" in verdict.reason
            if witness_is_there:
                restored.forget_witness()
        restored.execute("DELETE FROM audit WHERE seq > 5")
        assert restored.trail.verify().first_bad_seq == 6
    finally:
        restored.close()


def test_rows_too_old_go_without_a_false_alarm(station: Station, central: CentralServer, key: str) -> None:
    station.live(10)
    station.ship()
    assert station.trail.prune(EPOCH_US + 6 * SECOND) == 5
    station.trail.witness_head()
    station.ship()
    kinds = [item["kind"] for item in get(central, key, "/api/v1/stations/press-3/witnesses")["items"]]
    assert kinds == ["head", "pruned", "head"]
    assert get(central, key)["audit"]["problem"] == ""
    station.forget_witness()
    verdict = station.trail.verify()
    assert (verdict.ok, verdict.first_seq, verdict.witness) == (True, 6, "central")


def test_a_central_server_that_is_away_or_refuses_is_said(
    station: Station, central: CentralServer, key: str, clock: ManualClock
) -> None:
    station.live(3)
    assert central._store is not None
    central._store.revoke_key(key.split("_")[1])
    verdict = station.trail.verify()
    assert (verdict.ok, verdict.witness) == (True, "local")
    assert "the central server could not be asked: the central server answered 401" in verdict.reason
    central.stop()
    assert "cannot be reached" in station.trail.verify().reason


def test_only_the_stations_key_opens_its_witnesses_and_pages_are_in_order(central: CentralServer, key: str) -> None:
    records = [head(number, EPOCH_US + number, n=number) for number in range(1, 26)]
    assert send(central, key, 1, *records).json() == {"acked_seq": 1, "rejected": []}
    seen: list[int] = []
    cursor = ""
    while True:
        answer = get(central, key, f"/api/v1/stations/press-3/witnesses?limit=10{cursor}")
        seen += [item["seq"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert seen == list(range(1, 26))
    settings = AgentSettings(central=central.url, key="env:KEY")
    assert [record.seq for record in central_witnesses(settings, lambda _: key, "press-3")] == seen
    other = central.create_key("press-4")
    url = f"{central.url}/api/v1/stations/press-3/witnesses"
    assert requests.get(url, headers={"X-API-Key": other}, timeout=5).status_code == 404
    assert requests.get(url, timeout=5).status_code == 401
    for wrong in ("limit=x", "limit=0", "cursor=-1", "limit=99999999999999999999"):
        assert requests.get(f"{url}?{wrong}", headers={"X-API-Key": key}, timeout=5).status_code == 400


def test_what_is_no_witness_is_rejected_record_by_record(central: CentralServer, key: str) -> None:
    good = head(1, EPOCH_US)
    answer = send(central, key, 1, {**good, "hash": "x"}, good, {"t": good["t"]}, {**good, "seq": 2**60})
    assert [row["index"] for row in answer.json()["rejected"]] == [0, 2, 3]
    assert get(central, key)["audit"]["seq"] == 1
    without = central.create_key("press-9")
    assert (
        requests.get(central.url + "/api/v1/stations/press-9", headers={"X-API-Key": without}, timeout=5).status_code
        == 404
    )
    assert "not witnessed here" not in page(central)


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def test_retention_leaves_witnesses_and_thins_old_ones(
    tmp_path: Path, clock: ManualClock, engine: str, request: pytest.FixtureRequest
) -> None:
    url = engine
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.new_database()
    central = CentralServer(tmp_path / "other", port=0, database=url, clock=clock)
    central.start()
    try:
        key = central.create_key("press-3")
        for number in range(1, 31):
            clock.advance(300)
            assert send(central, key, number, head(number, clock.now_us())).status_code == 200
        assert send(central, key, 31, head(20, clock.now_us() + 1)).status_code == 200
        restored = head(10, clock.now_us() + 2, kind=WitnessKind.RESTORED, backup="b")
        assert send(central, key, 32, restored).status_code == 200
        kept = central._store
        assert kept is not None
        clock.advance(29 * 86_400)
        kept.prune(clock.now_us() - 14 * DAY, clock.now_us() - 90 * DAY)
        assert kept.counts()["witnesses"] == 32
        assert kept.counts()["records"] == 0
        clock.advance(3 * 86_400)
        for _ in range(2):
            kept.prune(clock.now_us() - 14 * DAY, clock.now_us() - 90 * DAY)
        seqs = [one.record.seq for one in kept.witnesses(Owner("default", "press-3"), 0, 100)]
        assert seqs == [11, 23, 29, 30, 20, 10], "the last of each hour, and both sides of what went back"
        assert "went back" in get(central, key)["audit"]["problem"]
        assert get(central, key)["audit"]["seq"] == 10
    finally:
        central.stop()


def test_a_running_station_ships_its_witness_by_itself(station: Station, central: CentralServer, key: str) -> None:
    station.live(2)
    station.jobs.start()
    try:
        station.agent.start()
        eventually(
            lambda: _is_known(central, key) and (get(central, key)["audit"] or {}).get("seq") == 2,
            "a witness",
        )
        station.live(1)
    finally:
        station.agent.stop()
        station.jobs.stop()
    assert station.outbox.figures().waiting["audit"] == 1, "the last row before the stop waits for the next start"


def _is_known(central: CentralServer, key: str) -> bool:
    url = f"{central.url}/api/v1/stations/press-3"
    return requests.get(url, headers={"X-API-Key": key}, timeout=5).status_code == 200
