"""The agent against a real central server: nothing twice, nothing lost, offline, refusals, backups that arrive."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from hmi.agent.agent import Agent
from hmi.agent.retention import prune_backups
from hmi.agent.shipping import PIECE
from hmi.agent.store import OutboxStore
from hmi.base.errors import PlantError
from hmi.base.scheduling import JobRunner
from hmi.central.server import CentralServer
from hmi.model.station import AgentSettings, BackupSettings
from hmi.storage.backup import BackupRecord, Backups
from hmi.storage.database import Database
from hmi.wire.report import StationReport
from tests.helpers.clock import ManualClock
from tests.helpers.cutting_proxy import CuttingProxy
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def central(tmp_path: Path) -> Iterator[CentralServer]:
    server = CentralServer(tmp_path / "central", port=0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def database(tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    with Database.open("sqlite", data_dir=tmp_path / "station", clock=clock) as opened:
        opened.writer.start()
        yield opened


class Bench:
    """A station with an agent; `collect` writes numbered reports."""

    def __init__(self, database: Database, clock: ManualClock, tmp_path: Path, capacity: int = 200_000) -> None:
        self.database = database
        self.clock = clock
        self.backups = Backups(tmp_path / "station", clock)
        self.config = tmp_path / "config"
        self.config.mkdir(exist_ok=True)
        (self.config / "station.yaml").write_text("id: press-3\n")
        self.outbox = OutboxStore(database, "press-3", clock, capacity)
        self.jobs = JobRunner()
        self.collected = 0
        self.shipped: list[tuple[str, str]] = []
        self.made: Callable[[], BackupRecord] = self._make
        self.agents: list[Agent] = []

    def agent(self, url: str, key: str, **backup: Any) -> Agent:
        settings = AgentSettings(central=url, key="env:KEY", backup=BackupSettings(**backup))
        agent = Agent(
            settings, lambda _reference: key, self.outbox, self.jobs, self._report, self._create, self.clock,
            ZONE, self._note, lambda: 1.0,
        )  # fmt: skip
        self.agents.append(agent)
        return agent

    def _note(self, backup_id: str, place: str) -> None:
        self.shipped.append((backup_id, place))

    def _create(self) -> BackupRecord:
        return self.made()

    def _report(self) -> StationReport:
        self.collected += 1
        return StationReport(self.clock.now_us() + self.collected, "Press", "1.0.0", backlog=self.collected)

    def _make(self) -> BackupRecord:
        record = self.backups.create(self.database, self.config, "press-3")
        return self.backups.verify(record.id)

    def collect(self, agent: Agent, count: int) -> None:
        for _ in range(count):
            agent.collect()
        self.database.writer.run(lambda _: None, 5)


@pytest.fixture
def bench(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(database, clock, tmp_path)
    yield bench
    for agent in bench.agents:
        agent.stop()


def rows(central: CentralServer) -> dict[str, int]:
    return dict(requests.get(central.url + "/health/detailed", timeout=5).json()["rows"])


def numbers(central: CentralServer) -> list[int]:
    """`backlog` of every stored report, which the bench numbers."""
    store = central._store
    assert store is not None
    from hmi.central.store import Owner

    return sorted(record["backlog"] for record in store.records(Owner("default", "press-3"), "metrics", 1000))


def ship_until_empty(agent: Agent, clock: ManualClock) -> None:
    for _ in range(2000):
        wait_s = agent.ship()
        if agent.status().waiting_total == 0 and agent.status().backups_waiting == 0:
            return
        clock.advance(wait_s)
    raise AssertionError("the outbox does not get empty")


def test_each_batch_is_stored_once_though_half_of_the_answers_are_cut(bench: Bench, central: CentralServer) -> None:
    key = central.create_key("press-3")
    port = int(central.url.rsplit(":", 1)[1])
    with CuttingProxy(port, cut=lambda request: request % 2 == 1) as proxy:
        agent = bench.agent(proxy.url, key)
        bench.collect(agent, 60)
        ship_until_empty(agent, bench.clock)
        assert proxy.cuts >= 60
        agent.stop()
    assert rows(central)["batches"] == 60
    assert numbers(central) == list(range(1, 61))
    assert agent.status().shipped == {"metrics": 60}


def test_offline_everything_is_kept_with_growing_pauses_and_goes_out_in_order(
    bench: Bench, tmp_path: Path, clock: ManualClock
) -> None:
    port = free_port()
    server = CentralServer(tmp_path / "central", port=port)
    server.start()
    key = server.create_key("press-3")
    server.stop()
    agent = bench.agent(f"http://127.0.0.1:{port}", key)
    assert agent.status().connected is None
    bench.collect(agent, 5)
    waits = []
    for _ in range(4):
        wait_s = agent.ship()
        assert agent.ship() == wait_s, "no request before the pause is over"
        waits.append(wait_s)
        clock.advance(wait_s)
    assert waits == [1, 2, 4, 8]
    status = agent.status()
    assert (status.connected, status.waiting, status.oldest_age_s) == (False, {"metrics": 5}, 15.0)
    assert "cannot be reached" in status.problem
    server = CentralServer(tmp_path / "central", port=port)
    server.start()
    try:
        ship_until_empty(agent, clock)
        assert numbers(server) == [1, 2, 3, 4, 5]
        status = agent.status()
        assert (status.connected, status.problem, status.oldest_age_s) == (True, "", None)
    finally:
        agent.stop()
        server.stop()


def test_what_waits_survives_a_restart_of_the_station(
    bench: Bench, central: CentralServer, tmp_path: Path, clock: ManualClock
) -> None:
    agent = bench.agent(f"http://127.0.0.1:{free_port()}", "x")
    bench.collect(agent, 3)
    agent.ship()
    bench.database.close()
    with Database.open("sqlite", data_dir=tmp_path / "station", clock=clock) as again:
        again.writer.start()
        second = Bench(again, clock, tmp_path)
        agent = second.agent(central.url, central.create_key("press-3"))
        assert agent.status().waiting == {"metrics": 3}
        ship_until_empty(agent, clock)
        agent.stop()
    assert numbers(central) == [1, 2, 3]


def test_a_refusal_is_never_repeated_but_set_aside_with_its_reason(bench: Bench, central: CentralServer) -> None:
    key = central.create_key("press-3")
    agent = bench.agent(central.url, "phk_wrong")
    bench.collect(agent, 2)
    for _ in range(3):
        agent.ship()
        bench.clock.advance(301)
    counted = requests.get(central.url + "/metrics", timeout=5).text
    assert 'code="401",method="POST",route="/api/v1/ingest/{stream}"} 2.0' in counted
    status = agent.status()
    assert (status.set_aside, status.waiting_total, status.connected) == (2, 0, True)
    assert "401" in status.set_aside_reason
    assert "set aside" in status.problem
    # A new start may have a new key: what was refused for the key is tried again, once.
    bench.outbox.release_unauthorised()
    repaired = bench.agent(central.url, key)
    assert repaired.status().waiting == {"metrics": 2}
    ship_until_empty(repaired, bench.clock)
    assert numbers(central) == [1, 2]
    assert repaired.status().set_aside == 0


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str] | None = None) -> Iterator[tuple[str, list[str]]]:
    """A server that answers every request alike; yields its address and the paths it was asked."""
    asked: list[str] = []

    class Same(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Same)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (200, b"<html>Please sign in to the guest network</html>", {}),
        (200, b'{"acked_seq": 999}', {}),
        (302, b"", {"Location": "http://127.0.0.1:1/login"}),
        (500, b"", {}),
        (503, b"not json", {}),
    ],
)
def test_an_answer_that_is_not_the_servers_word_loses_nothing(
    bench: Bench, status: int, body: bytes, headers: dict[str, str]
) -> None:
    with answering(status, body, headers) as (url, asked):
        agent = bench.agent(url, "key")
        bench.collect(agent, 1)
        assert agent.ship() == 1.0
        assert agent.status().waiting == {"metrics": 1}
        assert agent.status().set_aside == 0
        assert agent.status().connected is False
        assert asked == ["/api/v1/ingest/metrics"]
        agent.stop()


def test_a_busy_server_is_left_alone_as_long_as_it_asks(bench: Bench) -> None:
    with answering(429, b"", {"Retry-After": "40"}) as (url, _):
        agent = bench.agent(url, "key")
        bench.collect(agent, 1)
        assert agent.ship() == 40.0
        agent.stop()


def test_a_server_that_always_says_conflict_is_not_asked_for_ever(bench: Bench) -> None:
    with answering(409, b"", {}) as (url, asked):
        agent = bench.agent(url, "key")
        bench.collect(agent, 1)
        agent.ship()
        assert len(asked) == 2
        assert agent.status().set_aside == 1
        agent.stop()


def test_a_backup_that_does_not_get_on_is_paused(bench: Bench) -> None:
    with answering(202, b'{"received": 5}', {}) as (url, asked):
        agent = bench.agent(url, "key")
        agent.backup_now()
        assert agent.ship() >= 1.0
        assert "does not get on" in agent.status().problem
        assert len(asked) < 10
        agent.stop()


def test_what_was_refused_is_forgotten_after_two_weeks(bench: Bench, central: CentralServer) -> None:
    agent = bench.agent(central.url, "phk_wrong")
    bench.collect(agent, 1)
    agent.ship()
    assert agent.status().set_aside == 1
    bench.clock.advance(13 * 86_400)
    agent.backup_if_due()
    assert agent.status().set_aside == 1
    bench.clock.advance(2 * 86_400)
    agent.backup_if_due()
    assert agent.status().set_aside == 0


def test_a_backup_whose_file_is_gone_is_set_aside_until_a_newer_one_is_shipped(
    bench: Bench, central: CentralServer
) -> None:
    agent = bench.agent(central.url, central.create_key("press-3"))
    lost = agent.backup_now()
    Path(lost.places[0]).unlink()
    agent.ship()
    assert "cannot be read" in agent.status().set_aside_reason
    bench.clock.advance(60)
    kept = agent.backup_now()
    ship_until_empty(agent, bench.clock)
    assert agent.status().set_aside == 0
    assert bench.shipped == [(kept.id, "central")]


def test_a_missing_secret_waits_and_says_so(bench: Bench, central: CentralServer) -> None:
    key = central.create_key("press-3")
    agent = bench.agent(central.url, key)

    def missing(_reference: str) -> str:
        raise PlantError("the secret env:KEY is not set")

    agent._shipper._resolve = missing
    bench.collect(agent, 1)
    assert agent.ship() > 0
    assert "env:KEY is not set" in agent.status().problem
    agent._shipper._resolve = lambda _reference: key
    bench.clock.advance(400)
    ship_until_empty(agent, bench.clock)


def test_numbers_used_before_a_restore_begin_a_new_epoch_and_nothing_is_lost(
    bench: Bench, central: CentralServer, tmp_path: Path, clock: ManualClock
) -> None:
    key = central.create_key("press-3")
    agent = bench.agent(central.url, key)
    bench.collect(agent, 2)
    ship_until_empty(agent, clock)
    record = bench.backups.create(bench.database, bench.config, "press-3")
    bench.collect(agent, 3)
    ship_until_empty(agent, clock)
    agent.stop()
    restored = tmp_path / "restored"
    bench.backups.restore(record.id, restored)
    clock.advance(60)
    with Database.open("sqlite", data_dir=restored, clock=clock) as again:
        again.writer.start()
        second = Bench(again, clock, tmp_path)
        second.collected = 100
        agent = second.agent(central.url, key)
        second.collect(agent, 4)
        ship_until_empty(agent, clock)
        agent.stop()
        assert agent.status().set_aside == 0
    assert numbers(central) == [1, 2, 3, 4, 5, 101, 102, 103, 104]


def test_a_full_outbox_drops_the_oldest_and_counts_it(database: Database, clock: ManualClock, tmp_path: Path) -> None:
    bench = Bench(database, clock, tmp_path, capacity=10)
    agent = bench.agent(f"http://127.0.0.1:{free_port()}", "x")
    bench.collect(agent, 25)
    status = agent.status()
    assert (status.waiting, status.dropped) == ({"metrics": 10}, {"metrics": 15})
    first = bench.outbox.next_batch()
    assert first is not None
    assert first.seq == 16
    agent.stop()


def test_a_backup_goes_out_in_pieces_resumes_and_is_verified_by_the_server(
    bench: Bench, central: CentralServer, tmp_path: Path
) -> None:
    key = central.create_key("press-3")
    (bench.config / "noise.bin").write_bytes(os.urandom(PIECE * 2 + 1000))
    port = int(central.url.rsplit(":", 1)[1])
    with CuttingProxy(port, cut=lambda request: request % 2 == 1) as proxy:
        agent = bench.agent(proxy.url, key)
        record = agent.backup_now()
        bench.collect(agent, 1)
        assert agent.status().backups_waiting == 1
        ship_until_empty(agent, bench.clock)
        agent.stop()
    item = requests.get(central.url + "/api/v1/backups", headers={"X-API-Key": key}, timeout=5).json()["items"][0]
    assert (item["id"], item["bytes"]) == (record.id, record.bytes)
    assert item["verified"] is not None
    assert bench.shipped == [(record.id, "central")]
    status = agent.status()
    assert status.backup_verified_us == record.verified_us
    assert status.backup_shipped_us is not None
    kept = requests.get(f"{central.url}/api/v1/backups/{record.id}/content", headers={"X-API-Key": key}, timeout=5)
    assert kept.content == Path(record.places[0]).read_bytes()
    # What the server hands back restores to the same configuration.
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "backups").mkdir(parents=True)
    (elsewhere / "backups" / f"{record.id}.tar.zst").write_bytes(kept.content)
    Backups(elsewhere, bench.clock).restore(record.id, tmp_path / "restored")
    restored = tmp_path / "restored" / "config" / "noise.bin"
    assert restored.read_bytes() == (bench.config / "noise.bin").read_bytes()


def test_a_backup_goes_to_folders_and_an_unreachable_one_is_named(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    agent = bench.agent("", "", to=(str(tmp_path / "nas"), str(tmp_path / "file" / "below")))
    record = agent.backup_now()
    copy = tmp_path / "nas" / f"{record.id}.tar.zst"
    assert copy.read_bytes() == Path(record.places[0]).read_bytes()
    assert bench.shipped == [(record.id, str(copy))]
    assert "could not be copied" in agent.status().backup_problem
    assert list((tmp_path / "nas").iterdir()) == [copy]


def test_without_encryption_nothing_is_shipped_in_the_clear(bench: Bench, central: CentralServer) -> None:
    agent = bench.agent(central.url, central.create_key("press-3"), encrypt_to="age1xyz")
    agent.backup_now()
    agent.ship()
    assert "cannot encrypt" in agent.status().backup_problem
    assert rows(central)["backups"] == 0


def test_the_daily_backup_comes_once_is_made_up_and_retried(bench: Bench, clock: ManualClock) -> None:
    agent = bench.agent("", "")
    count = 0
    fail = False
    make = bench._make

    def counting() -> BackupRecord:
        nonlocal count
        count += 1
        if fail:
            raise PlantError("the disk is full")
        return make()

    bench.made = counting
    agent.backup_if_due()
    agent.backup_if_due()
    assert count == 1, "a station without a backup makes one, and only one"
    clock.advance(3 * 86_400)
    agent.backup_if_due()
    agent.backup_if_due()
    assert count == 2, "missed ones are made up by one"
    fail = True
    clock.advance(86_400)
    for _ in range(10):
        agent.backup_if_due()
        clock.advance(30)
    assert count == 3
    assert agent.status().backup_problem == "the disk is full"
    fail = False
    clock.advance(900)
    agent.backup_if_due()
    assert count == 4
    assert agent.status().backup_problem == ""


def test_an_unverified_backup_is_never_shipped(bench: Bench, central: CentralServer) -> None:
    agent = bench.agent(central.url, central.create_key("press-3"))
    bench.made = lambda: replace(bench._make(), verified_us=None)
    with pytest.raises(PlantError, match="not verified"):
        agent.backup_now()
    assert agent.status().backups_waiting == 0
    assert agent.status().backup_verified_us is None


def test_old_backups_go_but_never_the_newest_verified_one(bench: Bench, clock: ManualClock) -> None:
    first = bench._make()
    clock.advance(10 * 86_400)
    second = bench._make()
    clock.advance(10 * 86_400)
    unverified = bench.backups.create(bench.database, bench.config, "press-3")
    assert prune_backups(bench.backups, 5 * 86_400_000_000, clock.now_us()) == [first.id]
    assert [record.id for record in bench.backups.list()] == [unverified.id, second.id]


def test_the_running_agent_ships_by_itself_and_stops_cleanly(bench: Bench, central: CentralServer) -> None:
    agent = bench.agent(central.url, central.create_key("press-3"))
    bench.jobs.start()
    try:
        agent.start()
        eventually(lambda: rows(central)["records"] >= 1, "a report on the server")
        eventually(lambda: agent.status().connected, "the agent knows that it is connected")
    finally:
        agent.stop()
        bench.jobs.stop()
