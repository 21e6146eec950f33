"""The central server over real HTTP: keys, exactly-once ingest, resumable backups, isolation, the page."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
import zstandard

from hmi.base.errors import BusyError, UsageError
from hmi.central.server import BATCHES_KEPT_US, RECORDS_KEPT_US, CentralServer
from hmi.model.timestamps import iso
from hmi.wire.batches import Batch, encode
from hmi.wire.report import ReportedBackup, StationReport, to_record
from tests.helpers.archive import write_archive
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.counterparts import need_program
from tests.helpers.postgres import PostgresServer

BACKUP_ID = "20251121T080000Z-press-3-a1b2c3"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def central(tmp_path: Path, clock: ManualClock) -> Iterator[CentralServer]:
    server = CentralServer(tmp_path / "central", port=0, clock=clock)
    server.start()
    yield server
    server.stop()


def report(t_us: int = EPOCH_US, **more: Any) -> StationReport:
    values: dict[str, Any] = {
        "name": "Press <3>",
        "version": "1.0.0",
        "health": "healthy",
        "alarms": {"1": 1, "2": 3, "3": 0, "4": 0, "unacked": 2, "shelved": 0},
        "oee": {"bottling": 0.713, "packing": None},
        "devices_total": 7,
        "devices_connected": 6,
        "devices_silent": ("capper",),
        "data_age_s": 0.5,
        "backlog": 2,
        "waiting": 1,
        "backup": ReportedBackup(BACKUP_ID, EPOCH_US, EPOCH_US),
    }
    return StationReport(t_us, **{**values, **more})


def batch(seq: int, *records: dict[str, Any], station: str = "press-3", epoch: int = 1) -> bytes:
    return encode(Batch(station, epoch, seq, records or (to_record(report()),)))


def send(central: CentralServer, key: str, body: bytes, stream: str = "metrics") -> requests.Response:
    return requests.post(
        f"{central.url}/api/v1/ingest/{stream}", data=body, headers={"Authorization": f"Bearer {key}"}, timeout=5
    )


def get(central: CentralServer, key: str, path: str) -> requests.Response:
    return requests.get(central.url + path, headers={"X-API-Key": key}, timeout=5)


def stored(central: CentralServer, kind: str) -> int:
    return int(requests.get(central.url + "/health/detailed", timeout=5).json()["rows"][kind])


def test_a_batch_sent_again_is_acknowledged_and_stored_once(central: CentralServer) -> None:
    key = central.create_key("press-3")
    for _ in range(3):
        answer = send(central, key, batch(1))
        assert (answer.status_code, answer.json()) == (200, {"acked_seq": 1, "rejected": []})
    assert stored(central, "records") == 1
    other = send(central, key, batch(1, to_record(report(oee={"bottling": 0.1}))))
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "conflict"
    assert send(central, key, batch(1, epoch=2)).status_code == 200
    assert send(central, key, batch(1), "events").status_code == 200
    assert stored(central, "batches") == 3
    text = requests.get(central.url + "/metrics", timeout=5).text
    assert 'plant_central_batches_total{outcome="repeated",stream="metrics"} 2.0' in text
    assert 'plant_central_batches_total{outcome="conflict",stream="metrics"} 1.0' in text
    assert 'plant_central_records_total{stream="metrics"} 2.0' in text


def test_records_without_a_time_are_rejected_one_by_one(central: CentralServer) -> None:
    key = central.create_key("press-3")
    body = batch(1, {"x": 1}, to_record(report()), {"t": "2025-11-21T08:00:00"})
    for _ in range(2):
        assert [row["index"] for row in send(central, key, body).json()["rejected"]] == [0, 2]
    assert stored(central, "records") == 1


def test_hostile_or_broken_bodies_are_refused(central: CentralServer) -> None:
    key = central.create_key("press-3")
    for body in (b"", b"{}", batch(1)[:-2], zstandard.compress(bytes(30_000_000))):
        answer = send(central, key, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
    assert send(central, key, os.urandom(16_000_001)).status_code == 413
    assert send(central, key, batch(1), "gossip").status_code == 404


def test_only_a_valid_key_opens(central: CentralServer) -> None:
    key = central.create_key("press-3")
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    for bad in ("", "x", wrong, key + "A", "phk_000000000000_" + "A" * 43):
        answer = send(central, bad, batch(1))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
        assert get(central, bad, "/api/v1/stations").status_code == 401
        assert get(central, bad, "/api/v1/backups").status_code == 401
    assert requests.get(central.url + "/api/v1/keys", timeout=5).status_code == 401
    assert get(central, key, "/api/v1/keys").status_code == 401


def test_the_key_itself_is_nowhere_on_the_disk(central: CentralServer, tmp_path: Path) -> None:
    key = central.create_key("press-3")
    assert send(central, key, batch(1)).status_code == 200
    secret = key.split("_", 2)[2].encode()
    for path in (tmp_path / "central").rglob("*"):
        if path.is_file():
            assert secret not in path.read_bytes(), path


def test_a_station_sees_and_writes_nothing_of_another(central: CentralServer, tmp_path: Path) -> None:
    mine, other, far = (
        central.create_key("press-3"),
        central.create_key("press-4"),
        central.create_key("press-3", "elsewhere"),
    )
    assert send(central, mine, batch(1)).status_code == 200
    assert send(central, other, batch(1)).status_code == 404
    assert get(central, mine, "/api/v1/stations/press-3").json()["tenant"] == "default"
    for foreign in (other, far):
        assert get(central, foreign, "/api/v1/stations/press-3").status_code == 404
        assert get(central, foreign, "/api/v1/stations").json()["items"] == []
    path = tmp_path / "b.tar.zst"
    sha256 = write_archive(path, BACKUP_ID, "press-3", {"config/station.yaml": b"id: press-3\n"})
    assert put(central, mine, path.read_bytes(), sha256).status_code == 201
    assert put(central, other, path.read_bytes(), sha256).status_code == 404
    for foreign in (other, far):
        assert get(central, foreign, f"/api/v1/backups/{BACKUP_ID}").status_code == 404
        assert get(central, foreign, f"/api/v1/backups/{BACKUP_ID}/content").status_code == 404
        assert get(central, foreign, "/api/v1/backups").json()["items"] == []


def put(
    central: CentralServer, key: str, body: bytes, sha256: str, span: str = "", backup_id: str = BACKUP_ID
) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}", "X-Content-SHA256": sha256}
    if span:
        headers["Content-Range"] = span
    return requests.put(f"{central.url}/api/v1/backups/{backup_id}", data=body, headers=headers, timeout=10)


def test_a_backup_in_pieces_resumes_where_it_stopped_and_is_checked(
    central: CentralServer, tmp_path: Path, clock: ManualClock
) -> None:
    key = central.create_key("press-3")
    path = tmp_path / "b.tar.zst"
    files = {"config/station.yaml": b"id: press-3\n", "station.db": os.urandom(5000)}
    sha256 = write_archive(path, BACKUP_ID, "press-3", files)
    content = path.read_bytes()
    total = len(content)

    assert put(central, key, b"", sha256, f"bytes */{total}").json()["received"] == 0
    first = put(central, key, content[:2000], sha256, f"bytes 0-1999/{total}")
    assert (first.status_code, first.json()["received"], first.json()["verified"]) == (202, 2000, None)
    again = put(central, key, content[:2000], sha256, f"bytes 0-1999/{total}")
    assert (again.status_code, again.json()["received"]) == (202, 2000)
    ahead = put(central, key, content[3000:4000], sha256, f"bytes 3000-3999/{total}")
    assert (ahead.status_code, ahead.json()["received"]) == (202, 2000)
    assert get(central, key, f"/api/v1/backups/{BACKUP_ID}/content").status_code == 404
    last = put(central, key, content[2000:], sha256, f"bytes 2000-{total - 1}/{total}")
    assert (last.status_code, last.json()["verified"]) == (201, iso(EPOCH_US))
    assert put(central, key, content, sha256).status_code == 200
    assert put(central, key, content + b"x", "0" * 64).status_code == 409
    assert get(central, key, f"/api/v1/backups/{BACKUP_ID}/content").content == content
    item = get(central, key, "/api/v1/backups").json()["items"][0]
    assert (item["id"], item["bytes"], item["verified"], item["created"]) == (
        BACKUP_ID, total, iso(EPOCH_US), iso(EPOCH_US),
    )  # fmt: skip


def test_a_backup_that_is_not_what_it_says_is_never_called_verified(central: CentralServer, tmp_path: Path) -> None:
    key = central.create_key("press-3")
    good = {"config/station.yaml": b"id: press-3\n"}
    path = tmp_path / "b.tar.zst"
    cases: list[tuple[bytes, str]] = []
    sha256 = write_archive(path, BACKUP_ID, "press-3", good)
    cases.append((path.read_bytes()[:-1] + b"\0", sha256))
    for files, manifest_of in (
        (good, {"config/station.yaml": b"id: press-4\n"}),
        (good, {**good, "station.db": b"x"}),
        ({**good, "extra": b"x"}, good),
    ):
        sha256 = write_archive(path, BACKUP_ID, "press-3", files, manifest_of=manifest_of)
        cases.append((path.read_bytes(), sha256))
    sha256 = write_archive(path, BACKUP_ID, "press-4", good)
    cases.append((path.read_bytes(), sha256))
    path.write_bytes(b"no archive at all")
    import hashlib

    cases.append((path.read_bytes(), hashlib.sha256(path.read_bytes()).hexdigest()))
    for content, announced in cases:
        answer = put(central, key, content, announced)
        assert answer.status_code == 400, answer.text
        assert get(central, key, "/api/v1/backups").json()["items"] == []
    sha256 = write_archive(path, BACKUP_ID, "press-3", good)
    assert put(central, key, path.read_bytes(), sha256).status_code == 201


@pytest.mark.parametrize(
    ("backup_id", "span", "status"),
    [
        ("../../etc/passwd", "", 404),
        ("20251121T080000Z-press-4-a1b2c3", "", 404),
        ("20259921T080000Z-press-3-a1b2c3", "", 400),
        (BACKUP_ID, "bytes 0-9/3", 400),
        (BACKUP_ID, "bytes 5-1/9", 400),
        (BACKUP_ID, "bytes */9", 400),
        (BACKUP_ID, "lines 0-1/2", 400),
    ],
)
def test_wrong_ids_and_ranges_are_refused(central: CentralServer, backup_id: str, span: str, status: int) -> None:
    key = central.create_key("press-3")
    assert put(central, key, b"abc", "0" * 64, span, backup_id).status_code == status


def test_keys_survive_a_restart_and_end_when_revoked(tmp_path: Path) -> None:
    folder = tmp_path / "central"
    server = CentralServer(folder, port=0)
    server.start()
    try:
        key = server.create_key("press-3")
        with pytest.raises(BusyError, match="in use"):
            CentralServer(folder, port=0).start()
        with pytest.raises(UsageError):
            server.create_key("Press 3")
    finally:
        server.stop()
    server = CentralServer(folder, port=0)
    server.start()
    try:
        assert send(server, key, batch(1)).status_code == 200
    finally:
        server.stop()


class _Text(HTMLParser):
    """Collects text, and complains about tags that are not closed in order and about anything fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.classes: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe"), tag
        assert not {name for name, _ in attributes} & {"src", "href", "onload"}
        self.classes += [value or "" for name, value in attributes if name == "class"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def page(central: CentralServer) -> _Text:
    answer = requests.get(central.url + "/", timeout=5)
    assert answer.status_code == 200
    assert "url(" not in answer.text
    parser = _Text()
    parser.feed(answer.text)
    assert parser.open == []
    return parser


def test_the_page_shows_a_station_and_marks_a_silent_one_stale(
    central: CentralServer, clock: ManualClock, tmp_path: Path
) -> None:
    assert "No station has reported yet" in "".join(page(central).text)
    key = central.create_key("press-3")
    assert send(central, key, batch(1)).status_code == 200
    path = tmp_path / "b.tar.zst"
    sha256 = write_archive(path, BACKUP_ID, "press-3", {"config/station.yaml": b"id: press-3\n"})
    assert put(central, key, path.read_bytes(), sha256).status_code == 201
    clock.advance(5)
    fresh = page(central)
    text = " ".join(fresh.text)
    for words in ("Press <3>", "5 s ago", "Healthy", "71.3 %", "not available", "Critical 1", "High 3", BACKUP_ID,
                  "6 of 7", "silent: capper", "oldest live value 6 s old"):  # fmt: skip
        assert words in text, words
    assert "stale" not in fresh.classes
    clock.advance(70)
    stale = page(central)
    assert "stale" in stale.classes
    text = " ".join(stale.text)
    assert "STALE" in text
    assert "was true 75 s ago, not now" in text
    assert "Healthy" not in text
    item = get(central, key, "/api/v1/stations/press-3").json()
    assert (item["stale"], item["data_age_s"], item["backup"]["id"]) == (True, 75.5, BACKUP_ID)


def test_a_late_batch_never_replaces_a_newer_report_nor_looks_fresh(central: CentralServer, clock: ManualClock) -> None:
    key = central.create_key("press-3")
    clock.advance(600)
    assert send(central, key, batch(1, to_record(report(EPOCH_US, oee={"a": 0.1})))).status_code == 200
    item = get(central, key, "/api/v1/stations/press-3").json()
    assert (item["stale"], item["report_age_s"]) == (True, 600.0)
    assert send(central, key, batch(2, to_record(report(EPOCH_US + 600_000_000, oee={"a": 0.2})))).status_code == 200
    assert send(central, key, batch(3, to_record(report(EPOCH_US + 1, oee={"a": 0.3})))).status_code == 200
    item = get(central, key, "/api/v1/stations/press-3").json()
    assert (item["oee"], item["stale"]) == ({"a": 0.2}, False)


@pytest.mark.counterpart
def test_postgresql_gives_the_same_answers(tmp_path: Path, postgres: PostgresServer, clock: ManualClock) -> None:
    url = postgres.new_database()
    key = ""
    for _ in range(2):
        server = CentralServer(tmp_path / "central", port=0, database=url, clock=clock)
        server.start()
        try:
            key = key or server.create_key("press-3")
            assert [send(server, key, batch(seq)).status_code for seq in (1, 1, 2)] == [200, 200, 200]
            assert send(server, key, batch(1, {"t": iso(EPOCH_US)})).status_code == 409
            path = tmp_path / "b.tar.zst"
            sha256 = write_archive(path, BACKUP_ID, "press-3", {"config/station.yaml": b"id: press-3\n"})
            assert put(server, key, path.read_bytes(), sha256).status_code in (200, 201)
            item = get(server, key, "/api/v1/stations/press-3").json()
            assert (item["oee"], item["backup"]["id"]) == ({"bottling": 0.713, "packing": None}, BACKUP_ID)
            counts = {"batches": 2, "records": 2, "stations": 1, "backups": 1}
            assert {kind: stored(server, kind) for kind in counts} == counts
            assert requests.get(server.url + "/api/db/health", timeout=5).json()["message"] == "postgresql answers"
        finally:
            server.stop()
    assert not (tmp_path / "central" / "central.db").exists()


@pytest.mark.counterpart
def test_promtool_accepts_the_metrics(central: CentralServer) -> None:
    key = central.create_key("press-3")
    assert send(central, key, batch(1)).status_code == 200
    text = requests.get(central.url + "/metrics", timeout=5).text
    assert 'plant_central_report_age_seconds{station="press-3",tenant="default"}' in text
    assert 'plant_central_stations{state="reporting"} 1.0' in text
    tool = need_program("promtool")
    result = subprocess.run([tool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_old_records_are_forgotten_and_numbers_later(central: CentralServer, clock: ManualClock) -> None:
    key = central.create_key("press-3")
    assert send(central, key, batch(1)).status_code == 200
    store = central._store
    assert store is not None
    clock.advance(15 * 86_400)
    assert send(central, key, batch(2, to_record(report(clock.now_us())))).status_code == 200
    store.prune(clock.now_us() - RECORDS_KEPT_US, clock.now_us() - BATCHES_KEPT_US)
    assert (stored(central, "records"), stored(central, "batches")) == (1, 2)
    assert send(central, key, batch(1)).status_code == 200
    assert stored(central, "records") == 1


def test_health_and_metrics(central: CentralServer) -> None:
    for path in ("/health", "/health/live", "/health/ready", "/health/basic", "/api/db/health"):
        answer = requests.get(central.url + path, timeout=5)
        assert answer.status_code == 200
        assert answer.json()["status"] in ("healthy", "degraded")
        assert answer.headers["X-Request-Id"]
    text = requests.get(central.url + "/metrics", timeout=5).text
    assert "plant_central_database_connected 1.0" in text
    assert requests.get(central.url + "/nowhere", timeout=5).json()["error"]["code"] == "not_found"
    assert requests.get(central.url + "/", headers={"Host": "plant.example"}, timeout=5).status_code == 403
