"""A station with an agent, and servers it may meet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests

from hmi.agent.agent import Agent
from hmi.agent.store import OutboxStore
from hmi.base.scheduling import JobRunner
from hmi.central.rows import Owner
from hmi.central.server import CentralServer
from hmi.model.station import AgentSettings, BackupSettings
from hmi.storage.backup import BackupRecord, Backups
from hmi.storage.database import Database
from hmi.wire.report import StationReport
from tests.helpers.clock import ManualClock

ZONE = ZoneInfo("Europe/Berlin")


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


def rows(central: CentralServer) -> dict[str, int]:
    return dict(requests.get(central.url + "/health/detailed", timeout=5).json()["rows"])


def numbers(central: CentralServer) -> list[int]:
    """`backlog` of every stored report, which the bench numbers."""
    store = central._store
    assert store is not None
    return sorted(record["backlog"] for record in store.records(Owner("default", "press-3"), "metrics", 1000))


def ship_until_empty(agent: Agent, clock: ManualClock) -> None:
    for _ in range(2000):
        wait_s = agent.ship()
        if agent.status().waiting_total == 0 and agent.status().backups_waiting == 0:
            return
        clock.advance(wait_s)
    raise AssertionError("the outbox does not get empty")


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
