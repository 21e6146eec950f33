"""The station's API over real HTTP on loopback, on a facade in memory."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from hmi.api.server import ApiServer
from hmi.base.errors import BusyError, PlantError, UsageError
from hmi.facade.contract import Facade
from hmi.model.station import ApiSettings
from hmi.model.timestamps import iso
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.counterparts import need_program
from tests.helpers.memory_facade import MemoryFacade, an_alarm, assess
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually
from tests.unit.test_station_health import FINE

TOKEN = "a-control-token"
ZONE = ZoneInfo("Europe/Berlin")
LOOPBACK = ApiSettings(port=0)


def as_facade(memory: MemoryFacade) -> Facade:
    return memory


@pytest.fixture
def facade() -> MemoryFacade:
    return MemoryFacade()


@pytest.fixture
def api(facade: MemoryFacade) -> Iterator[ApiServer]:
    server = ApiServer(as_facade(facade), LOOPBACK, ZONE, ManualClock(), TOKEN)
    server.start()
    yield server
    server.stop()


def get(api: ApiServer, path: str, status: int = 200, **options: Any) -> Any:
    answer = requests.get(api.url + path, timeout=5, **options)
    assert answer.status_code == status, answer.text
    assert answer.headers["X-Request-Id"]
    return answer.json()


def refused(api: ApiServer, path: str, status: int, code: str, **options: Any) -> str:
    error = get(api, path, status, **options)["error"]
    assert set(error) == {"code", "message", "details"}
    assert error["code"] == code
    return str(error["message"])


def post(api: ApiServer, path: str, body: Any, token: str | None = TOKEN) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.post(api.url + path, json=body, headers=headers, timeout=5)


def test_the_health_family(api: ApiServer, facade: MemoryFacade) -> None:
    body = get(api, "/health")
    assert set(body) == {"status", "station", "version", "now", "services", "metrics"}
    assert body["now"] == iso(EPOCH_US)
    assert get(api, "/health/live") == {"status": "healthy"}
    assert get(api, "/health/ready") == {"status": "healthy"}
    assert get(api, "/health/basic") == {"status": "healthy"}
    assert get(api, "/api/db/health")["status"] == "healthy"
    detailed = get(api, "/health/detailed")
    assert [device["name"] for device in detailed["devices"]] == ["filler"]
    assert detailed["queues"][0]["capacity"] == 10
    assert detailed["jobs"][0]["name"] == "metrics"

    facade.health_answer = assess(replace(FINE, devices_connected=3))
    assert get(api, "/health/basic") == {"status": "degraded"}
    facade.health_answer = assess(replace(FINE, database_open=False))
    assert get(api, "/health", 503)["status"] == "down"
    assert get(api, "/health/basic", 503) == {"status": "down"}
    assert get(api, "/health/ready", 503) == {"status": "down"}
    assert get(api, "/api/db/health", 503)["status"] == "down"
    assert get(api, "/health/live") == {"status": "healthy"}


def test_station_tags_and_devices(api: ApiServer) -> None:
    station = get(api, "/api/v1/station")
    assert {"id", "name", "version", "plant", "plc", "started", "now", "oldest_live_age_s", "devices_down", "backlog"} <= set(station)  # fmt: skip  # noqa: E501
    tag = get(api, "/api/v1/tags/bottling/filler/t007")
    assert tag["path"] == "bottling/filler/t007"
    assert tag["t_receive"] == iso(EPOCH_US)
    assert tag["t_server"] is None
    assert refused(api, "/api/v1/tags/nowhere", 404, "not_found") == "no tag nowhere"
    device = get(api, "/api/v1/devices")["items"][0]
    assert device["response_ms"] == {"p50": 1.0, "p99": 2.0}
    assert device["since"] == iso(EPOCH_US)


def test_a_list_is_paged_completely_and_in_order(api: ApiServer) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = get(api, "/api/v1/tags?limit=60" + cursor)
        seen += [item["path"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"bottling/filler/t{n:03}" for n in range(250)]
    assert len(get(api, "/api/v1/tags")["items"]) == 100
    first = get(api, "/api/v1/devices?limit=2")
    rest = get(api, f"/api/v1/devices?limit=2&cursor={first['next']}")
    assert [item["name"] for item in first["items"] + rest["items"]] == ["plc0", "plc1", "plc2"]
    assert rest["next"] is None


def test_alarms_keep_their_order_over_pages(api: ApiServer, facade: MemoryFacade) -> None:
    facade.alarm_items = [
        an_alarm("rtn", "RTN_UNACK", 1),
        an_alarm("acked", "ACK_ACTIVE", 1),
        an_alarm("low", "UNACK_ACTIVE", 4),
        an_alarm("old", "UNACK_ACTIVE", 2, EPOCH_US - 10),
        an_alarm("new", "UNACK_ACTIVE", 2, EPOCH_US),
        an_alarm("latched", "LATCHED_UNACK", 1),
    ]
    whole = get(api, "/api/v1/alarms")
    expected = ["new", "old", "low", "latched", "acked", "rtn"]
    assert [item["id"] for item in whole["items"]] == expected
    assert whole["counts"]["2"] == 6
    assert whole["items"][0]["class"] == "machine"
    seen: list[str] = []
    page = get(api, "/api/v1/alarms?limit=2")
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        page = get(api, f"/api/v1/alarms?limit=2&cursor={page['next']}")
    assert seen == expected


def test_journal_history_and_oee(api: ApiServer, facade: MemoryFacade) -> None:
    row = get(api, "/api/v1/alarms/journal?from=2025-11-21T08:00:00&alarm=a*")["items"][0]
    assert (row["from"], row["to"], row["t_event"]) == ("NORMAL", "UNACK_ACTIVE", iso(EPOCH_US))
    assert facade.asked_journal[-1] == (EPOCH_US - 3_600_000_000, EPOCH_US + 1, "a*", "")
    body = get(api, "/api/v1/history?tag=a/b&tag=c&from=now-2h&to=now&mode=raw")
    assert facade.asked_history[-1].paths == ["a/b", "c"]
    assert facade.asked_history[-1].from_us == EPOCH_US - 7_200_000_000
    assert set(body["series"][0]) == {"path", "unit", "mode", "t", "value", "status"}
    assert body["series"][0]["value"] == ["NaN"]
    assert body["gaps"][0]["to"] is None
    assert {"min", "max", "first", "last"} <= set(get(api, "/api/v1/history?tag=a")["series"][0])
    assert {"mean", "good_fraction"} <= set(get(api, "/api/v1/history?tag=a&mode=mean")["series"][0])
    assert get(api, "/api/v1/oee?line=bottling")["items"][0]["oee"] == 0.71
    assert facade.asked_oee[-1].shift == "current"
    get(api, "/api/v1/oee?from=now-1h")
    assert facade.asked_oee[-1].shift == ""
    assert facade.asked_oee[-1].from_us == EPOCH_US - 3_600_000_000


def test_plant_time_without_offset_is_the_plants_wall_time(api: ApiServer, facade: MemoryFacade) -> None:
    get(api, "/api/v1/alarms/journal?from=2025-11-21T08:00:00&to=2025-11-21T09:00:00%2B01:00")
    assert facade.asked_journal[-1][:2] == (EPOCH_US - 3_600_000_000, EPOCH_US)
    message = refused(api, "/api/v1/history?tag=a&from=2025-10-26T02:30:00", 400, "bad_request")
    assert "occurs twice" in message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/v1/tags?mtach=x", "did you mean 'match'"),
        ("/api/v1/oee?by=day", "unknown parameter 'by'"),
        ("/api/v1/tags?limit=0", "limit must be"),
        ("/api/v1/tags?limit=1001", "limit must be"),
        ("/api/v1/tags?quality=nice", "quality must be one of"),
        ("/api/v1/history", "name at least one tag"),
        ("/api/v1/history?tag=a&from=now&to=now-1h", "from must be before to"),
        ("/api/v1/history?tag=a&from=soon", "is not a time"),
        ("/api/v1/history?tag=a&mode=fast", "mode must be one of"),
        ("/api/v1/alarms?priority=9", "priority must be"),
        ("/api/v1/alarms?cursor=zzz", "cursor"),
        ("/api/v1/devices?cursor=99", "cursor"),
        ("/api/v1/oee?shift=last&from=now-1h", "either shift"),
    ],
)
def test_a_wrong_question_is_refused_in_words(api: ApiServer, path: str, words: str) -> None:
    assert words in refused(api, path, 400, "bad_request")


@pytest.mark.parametrize(
    "path", ["/nowhere", "/docs", "/openapi.json", "/health/model", "/api/v1/alarms/figures", "/api/v1/predict"]
)
def test_what_is_not_built_is_absent(api: ApiServer, path: str) -> None:
    refused(api, path, 404, "not_found")


def test_acknowledging_needs_the_token_and_says_who_was_first(api: ApiServer, facade: MemoryFacade) -> None:
    body = {"id": "bottling/filler/level.hi", "activation_id": 7, "comment": "seen"}
    for token in (None, "wrong", TOKEN + "x", "ä"):
        headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
        answer = requests.post(api.url + "/api/v1/alarms/ack", json=body, headers=headers, timeout=5)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "unauthorized"
    assert facade.acknowledged == {}
    answer = post(api, "/api/v1/alarms/ack", body)
    assert answer.status_code == 200
    assert answer.json()["acked_by"].startswith("os:")
    again = post(api, "/api/v1/alarms/ack", body)
    assert again.status_code == 409
    assert "already acknowledged by os:" in again.json()["error"]["message"]
    assert post(api, "/api/v1/alarms/ack", {**body, "id": "x"}).status_code == 404
    assert post(api, "/api/v1/alarms/reset", {"id": "bottling/filler/level.hi"}).status_code == 409
    for wrong in ([], {"id": 3, "activation_id": 7}, {"id": "a"}, {"id": "a", "activation_id": True}):
        assert post(api, "/api/v1/alarms/ack", wrong).status_code == 400
    assert post(api, "/api/v1/alarms/ack", {"id": "a" * 70_000, "activation_id": 1}).status_code == 413
    for absent in ("shelve", "unshelve"):
        assert post(api, f"/api/v1/alarms/{absent}", body).status_code == 404
    assert requests.get(api.url + "/api/v1/alarms/ack", timeout=5).status_code == 405


def test_without_a_token_nothing_can_be_written(facade: MemoryFacade) -> None:
    server = ApiServer(as_facade(facade), LOOPBACK, ZONE, ManualClock())
    server.start()
    try:
        body = {"id": "bottling/filler/level.hi", "activation_id": 7}
        assert post(server, "/api/v1/alarms/ack", body, "").status_code == 401
    finally:
        server.stop()


def test_foreign_hosts_and_origins_are_refused(api: ApiServer) -> None:
    port = api.url.rsplit(":", 1)[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "localhost", f"[::1]:{port}", "127.8.8.8"):
        get(api, "/health", headers={"Host": host})
    for host in (
        "plant.example",
        f"plant.example:{port}",
        "localhost.example",
        "10.0.0.5",
        "",
        "[",
        "127.0.0.1.nip.io",
    ):
        refused(api, "/health", 403, "forbidden", headers={"Host": host})
    get(api, "/health", headers={"Origin": api.url})
    for origin in ("http://plant.example", "null", "http://127.0.0.1:1", "file://"):
        refused(api, "/health", 403, "forbidden", headers={"Origin": origin})


def test_a_request_id_is_kept_if_it_is_a_plain_word(api: ApiServer, caplog: pytest.LogCaptureFixture) -> None:
    given = requests.get(api.url + "/health", headers={"X-Request-Id": "run-42"}, timeout=5)
    assert given.headers["X-Request-Id"] == "run-42"
    hostile = requests.get(api.url + "/health", headers={"X-Request-Id": 'x" onload=1'}, timeout=5)
    assert len(hostile.headers["X-Request-Id"]) == 32


def test_a_defect_answers_500_with_the_request_id_that_the_log_has(
    api: ApiServer, facade: MemoryFacade, caplog: pytest.LogCaptureFixture, expect_log_errors: None, tmp_path: Path
) -> None:
    from hmi.base.log import close_log_files, configure_logging

    log_file = tmp_path / "station.log"
    configure_logging("INFO", log_file, stderr=False)
    try:
        facade.defect = True
        answer = requests.get(api.url + "/api/v1/station", timeout=5)
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "internal"
        request_id = answer.headers["X-Request-Id"]
        logged = eventually(lambda: [line for line in log_file.read_text().splitlines() if request_id in line], "log")
        assert any("ZeroDivisionError" in line for line in logged)
    finally:
        close_log_files()
        logging.getLogger().setLevel(logging.WARNING)


def test_a_fault_of_the_database_is_503_not_a_wrong_question(api: ApiServer, facade: MemoryFacade) -> None:
    fault = PlantError("the database cannot be reached")
    fault.__cause__ = OSError("connection refused")
    future: Future[Any] = Future()
    future.set_exception(fault)
    facade.history = lambda _query: future  # type: ignore[method-assign]
    facade.metrics_text = lambda: future  # type: ignore[method-assign]
    assert refused(api, "/api/v1/history?tag=a", 503, "unavailable") == "the database cannot be reached"
    refused(api, "/metrics", 503, "unavailable")


def test_requests_are_counted_by_route_never_by_path(api: ApiServer) -> None:
    get(api, "/api/v1/tags/bottling/filler/t007")
    get(api, "/api/v1/tags/nowhere", 404)
    get(api, "/nowhere/at/all", 404)
    text = requests.get(api.url + "/metrics", timeout=5)
    assert text.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert 'plant_hmi_http_requests_total{code="200",method="GET",route="/api/v1/tags/{path}"} 1.0' in text.text
    assert 'plant_hmi_http_requests_total{code="404",method="GET",route="/api/v1/tags/{path}"} 1.0' in text.text
    assert 'route="other"' in text.text
    assert "nowhere" not in text.text
    assert "t007" not in text.text
    assert "plant_hmi_http_request_duration_seconds_count 3.0" in text.text
    assert "app_requests_total" in text.text


def test_a_taken_port_and_an_open_listener_are_refused_in_words(api: ApiServer, facade: MemoryFacade) -> None:
    port = int(api.url.rsplit(":", 1)[1])
    second = ApiServer(as_facade(facade), ApiSettings(port=port), ZONE, ManualClock())
    with pytest.raises(BusyError, match=f"port {port}"):
        second.start()
    second.stop()
    bare = ApiServer(as_facade(facade), ApiSettings(host="0.0.0.0", port=0), ZONE, ManualClock())
    with pytest.raises(UsageError, match=r"api\.tls"):
        bare.start()


def test_start_and_stop_leave_no_thread_and_can_repeat(facade: MemoryFacade) -> None:
    before = set(threading.enumerate())
    server = ApiServer(as_facade(facade), LOOPBACK, ZONE, ManualClock())
    for _ in range(2):
        server.start()
        get(server, "/api/v1/station")
        server.stop()
        server.stop()
    assert [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()] == []


def test_other_machines_need_tls_and_the_key(facade: MemoryFacade, tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    settings = ApiSettings(host="0.0.0.0", port=0, tls_cert=str(cert), tls_key=str(key))
    server = ApiServer(as_facade(facade), settings, ZONE, ManualClock(), TOKEN, api_key="k-123")
    server.start()
    try:
        assert server.url.startswith("https://127.0.0.1:")
        verify = {"verify": str(cert)}
        refused(server, "/api/v1/station", 401, "unauthorized", **verify)
        get(server, "/health/live", **verify)
        get(server, "/api/v1/station", headers={"Authorization": "Bearer k-123"}, **verify)
        get(server, "/api/v1/station", headers={"X-API-Key": "k-123"}, **verify)
        refused(server, "/api/v1/station", 401, "unauthorized", headers={"X-API-Key": "k-12"}, **verify)
        refused(server, "/health", 403, "forbidden", headers={"Host": "plant.example"}, **verify)
    finally:
        server.stop()


@pytest.mark.counterpart
def test_a_real_prometheus_scrapes_the_metrics(api: ApiServer, tmp_path: Path) -> None:
    program = need_program("prometheus")
    port = free_port()
    target = api.url.removeprefix("http://")
    config = tmp_path / "prometheus.yml"
    config.write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: station, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )
    process = subprocess.Popen(
        [program, f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
         f"--web.listen-address=127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def value(query: str) -> Any:
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/api/v1/query", params={"query": query}, timeout=5)
            return answer.json()["data"]["result"]
        except (requests.RequestException, ValueError, KeyError):
            return []

    try:
        up = eventually(lambda: [row for row in value("up") if row["value"][1] == "1"], "a good scrape", 30)
        assert up[0]["metric"]["job"] == "station"
        rows = eventually(lambda: value("plant_hmi_device_connected"), "the device metric", 10)
        assert (rows[0]["metric"]["device"], rows[0]["value"][1]) == ("filler", "1")
        assert eventually(lambda: value("plant_hmi_http_request_duration_seconds_count"), "the request histogram", 10)
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.counterpart
def test_promtool_accepts_the_metrics_of_the_api(api: ApiServer) -> None:
    get(api, "/health")
    text = requests.get(api.url + "/metrics", timeout=5).text
    tool = need_program("promtool")
    result = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert [line for line in result.stderr.splitlines() if line and not line.startswith(("ald_", "app_"))] == []
