"""Backups of the agent: on schedule, in pieces, to folders, verified on both sides."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from hmi.agent.retention import prune_backups
from hmi.agent.shipping import PIECE
from hmi.base.errors import PlantError
from hmi.central.server import CentralServer
from hmi.storage.backup import BackupRecord, Backups
from hmi.storage.database import Database
from tests.helpers.agent_bench import Bench, answering, rows, ship_until_empty
from tests.helpers.clock import ManualClock
from tests.helpers.cutting_proxy import CuttingProxy


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


def test_a_backup_that_does_not_get_on_is_paused(bench: Bench) -> None:
    with answering(202, b'{"received": 5}', {}) as (url, asked):
        agent = bench.agent(url, "key")
        agent.backup_now()
        assert agent.ship() >= 1.0
        assert "does not get on" in agent.status().problem
        assert len(asked) < 10
        agent.stop()


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
