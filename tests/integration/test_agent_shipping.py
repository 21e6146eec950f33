"""The agent against a real central server: nothing twice, nothing lost, offline, refusals, restores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from hmi.base.errors import PlantError
from hmi.central.server import CentralServer
from hmi.storage.database import Database
from tests.helpers.agent_bench import Bench, answering, numbers, rows, ship_until_empty
from tests.helpers.clock import ManualClock
from tests.helpers.cutting_proxy import CuttingProxy
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually


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


@pytest.fixture
def bench(database: Database, clock: ManualClock, tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(database, clock, tmp_path)
    yield bench
    for agent in bench.agents:
        agent.stop()


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
