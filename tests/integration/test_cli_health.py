"""`health` and the client of commands against a real HTTP listener."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog

from hmi.api.server import ApiServer
from hmi.base.errors import BusyError, NotPermittedError, PlantError, UnreachableError
from hmi.base.log import close_log_files, configure_logging
from hmi.cli.client import ApiClient, need_station, station_client
from hmi.cli.main import main
from hmi.model.station import ApiSettings
from hmi.station.lock import StationLock
from tests.helpers.clock import ManualClock
from tests.helpers.memory_facade import MemoryFacade, assess
from tests.helpers.ports import free_port
from tests.unit.test_station_health import FINE

TOKEN = "a-control-token"
ACK = {"id": "bottling/filler/level.hi", "activation_id": 7}


@pytest.fixture(autouse=True)
def logs_go_to_a_file(tmp_path: Path) -> Iterator[None]:
    configure_logging("INFO", tmp_path / "station.log", stderr=False)
    yield
    close_log_files()
    logging.getLogger().setLevel(logging.WARNING)
    structlog.reset_defaults()


@pytest.fixture
def facade() -> MemoryFacade:
    return MemoryFacade()


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[StationLock]:
    with StationLock(tmp_path) as held:
        yield held


@pytest.fixture
def api(facade: MemoryFacade, lock: StationLock) -> Iterator[ApiServer]:
    server = ApiServer(facade, ApiSettings(port=0), ZoneInfo("UTC"), ManualClock(), TOKEN)
    server.start()
    lock.publish(server.url, "press-3", "2025-11-21T08:00:00.000000Z", "1.0.0", TOKEN)
    yield server
    server.stop()


def test_the_exit_code_is_the_health(
    api: ApiServer, facade: MemoryFacade, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(tmp_path)]
    assert main([*data, "health"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("healthy  press-3\n")
    assert "all 7 connected" in printed
    facade.health_answer = assess(replace(FINE, devices_connected=3))
    assert main(["health", "--url", api.url, "--basic"]) == 1
    assert capsys.readouterr().out == "degraded\n"
    facade.health_answer = assess(replace(FINE, evaluation_age_s=9.0))
    assert main([*data, "health", "--json", "--url", api.url + "/health"]) == 2
    assert json.loads(capsys.readouterr().out)["services"]["evaluation"]["status"] == "down"
    assert main([*data, "health", "--quiet"]) == 2
    assert capsys.readouterr().out == ""


def test_silence_is_down_with_a_sentence_and_is_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert main(["health", "--url", url, "--retries", "2", "--interval", "0"]) == 2
    printed = capsys.readouterr()
    assert printed.out == "down\n"
    assert "does not answer" in printed.err
    assert main(["--data", str(tmp_path), "health", "--json"]) == 2
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"status": "down"}
    assert "no station runs on" in printed.err
    assert main(["health", "--url", "plant"]) == 1
    with pytest.raises(SystemExit) as usage:
        main(["health", "--retries", "-1"])
    assert usage.value.code == 64


def test_the_client_finds_the_station_and_speaks_with_its_token(
    api: ApiServer, facade: MemoryFacade, tmp_path: Path
) -> None:
    client = need_station(tmp_path)
    assert client.get("/api/v1/station")["id"] == "press-3"
    assert len(client.get_all("/api/v1/tags", limit=60)) == 250
    assert client.get("/api/v1/history", tag=["a", "b/c"], mode="raw")["series"]
    assert facade.asked_history[-1].paths == ["a", "b/c"]
    assert client.post("/api/v1/alarms/ack", ACK)["acked"] is True
    with pytest.raises(PlantError, match="already acknowledged by os:"):
        client.post("/api/v1/alarms/ack", ACK)
    with pytest.raises(PlantError, match="no tag x"):
        client.get("/api/v1/tags/x")
    with pytest.raises(NotPermittedError, match="control token"):
        ApiClient(api.url).post("/api/v1/alarms/ack", ACK)
    facade.health_answer = assess(replace(FINE, database_open=False))
    with pytest.raises(UnreachableError):
        client.get("/health")


def test_the_client_tells_no_station_from_one_that_is_starting(tmp_path: Path) -> None:
    assert station_client(tmp_path) is None
    with pytest.raises(UnreachableError, match="start it with 'run'"):
        need_station(tmp_path)
    with StationLock(tmp_path), pytest.raises(BusyError, match="starting or stopping"):
        station_client(tmp_path)


def test_a_proxy_of_the_environment_is_not_used(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert ApiClient(api.url).get("/health/live") == {"status": "healthy"}
