"""One suite for both fronts of a station: the facade in its process and its HTTP face answer alike."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from hmi.base.errors import PlantError
from hmi.cli.client import ApiClient, need_station
from hmi.cli.serving import make_station
from hmi.facade.contract import Facade
from hmi.facade.data import HistoryQuery, OeeQuery
from hmi.facade.plain import to_plain
from hmi.station.station import Station
from tests.helpers.counterparts import ROOT
from tests.helpers.readers import start_all_readers
from tests.helpers.waiting import eventually

SPEED = "bottling/filler/speed"


class Front(Protocol):
    """What the suite asks, as JSON."""

    def station(self) -> Any: ...
    def tags(self, **query: Any) -> Any: ...
    def tag(self, path: str) -> Any: ...
    def devices(self) -> Any: ...
    def alarms(self, state: str) -> Any: ...
    def journal(self, from_us: int, to_us: int) -> Any: ...
    def acknowledge(self, alarm_id: str, activation: int) -> Any: ...
    def history(self, paths: list[str], mode: str) -> Any: ...
    def oee(self) -> Any: ...
    def health(self) -> Any: ...


def done(future: Future[Any]) -> Any:
    return to_plain(future.result(30))


class InProcess:
    def __init__(self, facade: Facade) -> None:
        self._facade = facade

    def station(self) -> Any:
        return done(self._facade.station())

    def tags(self, **query: Any) -> Any:
        return done(self._facade.tags(**query))

    def tag(self, path: str) -> Any:
        return done(self._facade.tag(path))

    def devices(self) -> Any:
        return done(self._facade.devices())

    def alarms(self, state: str) -> Any:
        return done(self._facade.alarms(state))

    def journal(self, from_us: int, to_us: int) -> Any:
        return done(self._facade.journal(from_us, to_us))

    def acknowledge(self, alarm_id: str, activation: int) -> Any:
        return done(self._facade.acknowledge(alarm_id, activation, "seen"))

    def history(self, paths: list[str], mode: str) -> Any:
        now_us = self._facade.station().result(30).now_us
        return done(self._facade.history(HistoryQuery(paths, now_us - 3_600_000_000, now_us, mode, 100)))

    def oee(self) -> Any:
        return done(self._facade.oee(OeeQuery()))

    def health(self) -> Any:
        return done(self._facade.health())


class OverHttp:
    def __init__(self, client: ApiClient) -> None:
        self._client = client

    def station(self) -> Any:
        return self._client.get("/api/v1/station")

    def tags(self, **query: Any) -> Any:
        return self._client.get("/api/v1/tags", **query)

    def tag(self, path: str) -> Any:
        return self._client.get(f"/api/v1/tags/{path}")

    def devices(self) -> Any:
        return self._client.get("/api/v1/devices")["items"]

    def alarms(self, state: str) -> Any:
        return self._client.get("/api/v1/alarms", state=state, limit=1000)

    def journal(self, from_us: int, to_us: int) -> Any:
        return self._client.get("/api/v1/alarms/journal", **{"from": "now-1h"})

    def acknowledge(self, alarm_id: str, activation: int) -> Any:
        body = {"id": alarm_id, "activation_id": activation, "comment": "seen"}
        return self._client.post("/api/v1/alarms/ack", body)

    def history(self, paths: list[str], mode: str) -> Any:
        return self._client.get("/api/v1/history", tag=paths, mode=mode, points=100, **{"from": "now-1h", "to": "now"})

    def oee(self) -> Any:
        return self._client.get("/api/v1/oee")["items"]

    def health(self) -> Any:
        return self._client.get("/health")


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Station, Path]]:
    data = tmp_path_factory.mktemp("data")
    made = make_station(
        ROOT / "config" / "demo",
        data,
        adjust=lambda settings: replace(settings, api=replace(settings.api, port=0)),
        simulator_arguments=["--fault", "packer=silent@2s"],
        log_level="CRITICAL",
    )
    made.start()
    try:
        facade = made.facade
        eventually(lambda: facade.tag(SPEED).result(10).value is not None, "values are live", 30)
        eventually(lambda: facade.alarms().result(10).items, "the silent packer is an alarm", 30)
        query = HistoryQuery([SPEED], 0, 2**62, "raw", 10)
        eventually(lambda: facade.history(query).result(10).series[0].t_us, "history is committed", 30)
        silent = HistoryQuery(["bottling/packer/speed"], 0, 2**62, "raw", 10)
        eventually(lambda: facade.history(silent).result(10).gaps, "the gap is committed", 30)
        start_all_readers(facade)
        yield made, data
    finally:
        made.stop()


@pytest.fixture(params=["in process", "over http"])
def front(request: pytest.FixtureRequest, station: tuple[Station, Path]) -> Front:
    made, data = station
    return InProcess(made.facade) if request.param == "in process" else OverHttp(need_station(data))


def test_station(front: Front) -> None:
    answer = front.station()
    assert (answer["id"], answer["plc"], answer["devices_down"]) == ("demo", "simulation", 1)
    assert answer["now"].endswith("Z")


def test_a_tag_with_its_whole_truth(front: Front) -> None:
    answer = front.tag(SPEED)
    assert set(answer) == {
        "path", "value", "last_value", "type", "unit", "status", "status_name", "quality", "stale", "reason",
        "t_source", "t_server", "t_receive", "age_s", "device", "address", "access", "low", "high",
    }  # fmt: skip
    assert answer["quality"] == "good"
    assert isinstance(answer["value"], float)
    assert answer["age_s"] < 6


def test_an_unknown_tag_is_refused_in_words(front: Front) -> None:
    with pytest.raises(PlantError, match="no tag nothing/here"):
        front.tag("nothing/here")


def test_tags_are_filtered_and_paged_in_a_stable_order(front: Front) -> None:
    first = front.tags(match="bottling/filler/*", limit=5)
    second = front.tags(match="bottling/filler/*", limit=5, cursor=first["next"])
    paths = [item["path"] for item in first["items"] + second["items"]]
    assert len(paths) == 10
    assert paths == sorted(set(paths))
    dead = front.tags(device="packer", limit=1000)["items"]
    assert dead
    assert all(item["value"] is None and (item["stale"] or item["quality"] == "bad") for item in dead)
    assert all(item["quality"] == "bad" for item in front.tags(quality="bad", limit=1000)["items"])


def test_devices_say_which_is_silent_and_what_to_do(front: Front) -> None:
    devices = {device["name"]: device for device in front.devices()}
    assert devices["filler"]["state"] == "connected"
    assert devices["packer"]["state"] == "down"
    assert "check power and cable" in devices["packer"]["last_error"]
    assert devices["packer"]["bad_tags"] == devices["packer"]["tags"]


def test_the_alarm_can_be_acknowledged_once(front: Front) -> None:
    answer = front.alarms("active")
    alarm = next(item for item in answer["items"] if item["id"] == "system/devices/packer/comm")
    assert answer["counts"]["1"] + answer["counts"]["2"] >= 1
    if not alarm["acked"]:
        assert front.acknowledge(alarm["id"], alarm["activation_id"])["state"] == "ACK_ACTIVE"
    with pytest.raises(PlantError, match="already acknowledged by os:"):
        front.acknowledge(alarm["id"], alarm["activation_id"])


def test_the_journal_has_the_activation(front: Front, station: tuple[Station, Path]) -> None:
    now_us = station[0].facade.station().result(10).now_us
    rows = front.journal(now_us - 3_600_000_000, now_us + 1)["items"]
    own = [row for row in rows if row["alarm_id"] == "system/devices/packer/comm"]
    row = next(row for row in own if row["event"] == "ACTIVATE")
    assert (row["from"], row["to"]) == ("NORMAL", "UNACK_ACTIVE")
    assert len(row["hash"]) == 64


@pytest.mark.parametrize("mode", ["raw", "minmax", "mean"])
def test_history_comes_with_gaps_and_their_cause(front: Front, mode: str) -> None:
    answer = front.history([SPEED, "bottling/packer/speed"], mode)
    speed = answer["series"][0]
    assert speed["path"] == SPEED
    assert speed["t"]
    assert len(speed["t"]) == len(speed["value"]) == len(speed["status"])
    if mode == "minmax":
        assert all(low <= high for low, high in zip(speed["min"], speed["max"], strict=True) if low is not None)
    assert any(gap["cause"] == "device_down" for gap in answer["gaps"])


def test_oee_adds_up(front: Front) -> None:
    item = next(item for item in front.oee() if item["line"] == "bottling")
    assert item["coverage"] is not None
    times = item["times_s"]
    assert times["pbt"] == pytest.approx(times["apt"] + times["unplanned"] + times["setup"], abs=0.01)


def test_health_names_the_silent_device(front: Front) -> None:
    answer = front.health()
    assert answer["status"] == "degraded"
    assert "packer" in answer["services"]["devices"]["message"]
