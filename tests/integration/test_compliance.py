"""Requirements of resources/docs/compliance that no other suite holds, on a real station with its HTTP face."""

from __future__ import annotations

import argparse
import csv
import io
import random
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from hmi import __version__
from hmi.access.passwords import Hasher
from hmi.api.server import ApiServer
from hmi.base.errors import PlantError
from hmi.cli.client import ApiClient, need_station
from hmi.cli.main import build_parser, main
from hmi.facade.access import AccessFacade
from hmi.facade.contract import Facade
from hmi.station.station import Station
from hmi.storage.archive import read_manifest
from hmi.storage.backup import Backups
from tests.helpers.api_paths import api_paths
from tests.helpers.counterparts import ROOT
from tests.helpers.ports import free_port
from tests.helpers.program import Program
from tests.helpers.waiting import after_any_other_backup, eventually

PASSWORD = "correct horse battery"
STATION = """
id: compliance
api: {port: 0}
access:
  banner: Authorised people only. Every deed is recorded.
  attempts: 3
  place: desk
  places: [{name: desk}, {name: gate}]
"""
PLANT = """
plant: {{name: Works, timezone: Europe/Berlin}}
devices: [{{name: press, driver: modbus-tcp, host: 127.0.0.1, port: {port}, unit: 1, scan: 200 ms, timeout: 200 ms}}]
areas: [{{name: hall, title: Hall}}]
lines: [{{name: line1, area: hall, machines: [{{name: press}}]}}]
"""
TAGS = "path,device,address,type,unit\nline1/press/level,press,holding:0,uint16,mm\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "station.yaml").write_text(STATION, encoding="utf-8")
    (folder / "plant.yaml").write_text(PLANT.format(port=free_port()), encoding="utf-8")
    (folder / "tags.csv").write_text(TAGS, encoding="utf-8")
    return folder


class Desk:
    """Somebody who asks a running station over HTTP."""

    def __init__(self, data: Path) -> None:
        self.client = need_station(data)
        self.url = self.client.url

    def first_admin(self) -> ApiClient:
        body = {"name": "ana", "title": "Ana", "assignments": ["admin"], "password": PASSWORD}
        self.client.post("/api/v1/users", body)
        return self.sign_in("ana")

    def sign_in(self, user: str, password: str = PASSWORD) -> ApiClient:
        answer = self.client.post("/api/v1/session", {"user": user, "password": password})
        assert answer["token"], answer
        return self.client.with_token(answer["token"])


@contextmanager
def running(config: Path, data: Path) -> Iterator[Desk]:
    """A station, with passwords hashed fast."""
    station = Station(config, data, hasher=Hasher(1, 8, 1), make_server=ApiServer)
    station.start()
    try:
        yield Desk(data)
    finally:
        station.stop()


def trail(client: ApiClient, **query: str) -> list[dict[str, Any]]:
    return sorted(client.get_all("/api/v1/audit", **query), key=lambda row: int(row["seq"]))


def dead_device_alarm(client: ApiClient) -> dict[str, Any]:
    """The alarm of a device that does not answer, once it is there."""

    def look() -> dict[str, Any] | None:
        items = client.get("/api/v1/alarms", state="active")["items"]
        return next((item for item in items if "press" in item["id"]), None)

    return eventually(look, "the device's alarm") or {}


# 5


def test_the_banner_is_told_before_anybody_signs_in(config: Path, tmp_path: Path) -> None:
    with running(config, tmp_path / "data") as desk:
        words = "Authorised people only. Every deed is recorded."
        assert requests.get(f"{desk.url}/api/v1/session", timeout=10).json()["banner"] == words
        desk.first_admin()
        assert requests.get(f"{desk.url}/api/v1/session", timeout=10).json()["banner"] == words


# 9, 10


def test_each_kind_of_event_has_a_row_with_everything_in_it(config: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(config, data) as desk:
        ana = desk.first_admin()
        with pytest.raises(PlantError):
            desk.client.post("/api/v1/session", {"user": "ana", "password": "wrong password"})
        alarm = dead_device_alarm(ana)
        ana.post("/api/v1/roles", {"permission": "audit.read", "roles": ["admin"], "rule": "none"})
        with pytest.raises(PlantError):
            desk.client.post("/api/v1/backups", {})
        after_any_other_backup(lambda: ana.post("/api/v1/backups", {}))
        seen = {"id": alarm["id"], "activation_id": alarm["activation_id"], "comment": "seen"}
        ana.post("/api/v1/alarms/ack", seen)
        early = trail(ana)
        ana.delete("/api/v1/session")
    (config / "station.yaml").write_text(STATION + "  idle_lock: 5 min\n", encoding="utf-8")
    with running(config, data) as desk:
        ana = desk.sign_in("ana")
        ana.get("/api/v1/audit/verify")
        rows = trail(ana)
    by_action = {row["action"]: row for row in rows}
    for action, result in {
        "STATION_STARTED": "", "USER_ADDED": "done", "SIGN_IN": "password", "SIGN_IN_FAILED": "denied: ",
        "SIGN_OUT": "signed out", "ROLE_CHANGED": "done", "BACKUP_CREATED": "", "ALARM_ACK": "done",
        "DENIED": "denied: ", "CONFIG_CHANGED": "",
    }.items():  # fmt: skip
        row = by_action[action]
        assert row["result"].startswith(result), row
        assert row["t"].endswith("Z") and len(row["t"]) == 27, row
        assert (row["station"], bool(row["actor"]), bool(row["target"]), len(row["hash"])) == (
            "compliance",
            True,
            True,
            64,
        )
    for action in ("ROLE_CHANGED", "CONFIG_CHANGED"):
        assert (
            by_action[action]["old"]
            and by_action[action]["new"]
            and by_action[action]["old"] != by_action[action]["new"]
        )
    assert by_action["USER_ADDED"]["new"] and by_action["SIGN_IN"]["session"] and by_action["SIGN_IN"]["place"]
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[: len(early)] == early  # what was written once stays as it was


# 12


def test_the_surface_of_the_program_has_no_way_to_change_the_trail() -> None:
    about = {(method, path) for method, path in api_paths() if "audit" in path}
    assert about == {
        ("GET", "/api/v1/audit"), ("GET", "/api/v1/audit/export"), ("GET", "/api/v1/audit/verify"),
    }  # fmt: skip
    methods = {name for kind in (AccessFacade, Facade) for name in vars(kind) if "audit" in name}
    assert methods == {"audit", "audit_csv", "verify_audit"}
    assert commands_of(build_parser(), "audit") == {"list", "verify"}
    every = {f"{group} {word}" for group in commands_of(build_parser()) for word in commands_of(build_parser(), group)}
    assert not [name for name in every if name.split()[1] in ("edit", "delete", "remove", "purge", "clear", "truncate")
                and name != "secret delete"]  # fmt: skip


def commands_of(parser: argparse.ArgumentParser, *below: str) -> set[str]:
    """Words that may follow."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            if not below:
                return set(action.choices)
            return commands_of(action.choices[below[0]], *below[1:])
    return set()


def test_an_administrator_cannot_touch_a_row_whatever_is_called(config: Path, tmp_path: Path) -> None:
    with running(config, tmp_path / "data") as desk:
        ana = desk.first_admin()
        before = trail(ana)
        body = {
            "seq": 1, "name": "ana", "id": "1", "actor": "bo", "action": "X", "target": "x", "hash": "0" * 64,
            "permission": "audit.read", "roles": ["admin"], "rule": "none", "area": "hall", "reason": "x",
        }  # fmt: skip
        paths = [(method, path.replace("{name}", "ana").replace("{session_id}", "x")) for method, path in api_paths()]
        for path in ("/api/v1/audit", "/api/v1/audit/1", "/api/v1/audit/export", "/api/v1/audit/verify"):
            paths += [(method, path) for method in ("POST", "PUT", "PATCH", "DELETE")]
        last = ("/api/v1/session", "/api/v1/session/lock")  # these would end the attempt
        for method, path in paths:
            if method != "GET" and path not in last:
                status, _ = ana.ask(method, path, body)
                assert status < 500, (method, path)
                assert "audit" not in path or status in (404, 405), (method, path)
        rows = trail(ana)
        assert rows[: len(before)] == before
        assert ana.get("/api/v1/audit/verify")["ok"] is True


# 14


def test_malformed_input_changes_nothing(config: Path, tmp_path: Path) -> None:
    with running(config, tmp_path / "data") as desk:
        ana = desk.first_admin()
        before = ana.get("/api/v1/users"), ana.get("/api/v1/roles"), len(trail(ana))
        good = {"name": "bo", "title": "Bo", "assignments": ["viewer"], "password": PASSWORD}
        for wrong in (
            {"assignments": ["viewer", "king"]}, {"assignments": ["viewer@moon"]}, {"assignments": "viewer"},
            {"title": "x" * 101}, {"title": "a\nb"}, {"password": "short"}, {"password": 5}, {"pin": "12"},
            {"badge": "x"}, {"name": "B o"}, {"name": ""}, {"enabled": "yes"}, {"colour": "red"}, {"title": "\ud800"},
        ):  # fmt: skip
            status, answer = ana.ask("POST", "/api/v1/users", {**good, **wrong})
            assert status in (400, 409), (wrong, status)
            assert answer["error"]["message"], wrong
        rule = {"permission": "audit.read", "roles": ["admin"], "rule": "none"}
        for wrong_rule in ({"roles": ["admin", "king"]}, {"rule": "three"}, {"permission": "x"}, {"roles": [1]}):
            assert ana.ask("POST", "/api/v1/roles", {**rule, **wrong_rule})[0] in (400, 409), wrong_rule
        assert ana.ask("POST", "/api/v1/users", {**good, "\ud800": 1})[0] == 400  # a refusal could not even name it
        generator = random.Random(14)
        headers = {"Authorization": f"Bearer {ana._token}"}
        for path in ("/api/v1/users", "/api/v1/roles", "/api/v1/sign", "/api/v1/control", "/api/v1/alarms/ack"):
            for content in (
                b"",
                b"{",
                b"[]",
                b"null",
                b'{"a":' * 5000,
                b"\xff\xfe",
                generator.randbytes(500),
                b" " * 70_000,
            ):
                status = requests.post(desk.url + path, data=content, headers=headers, timeout=10).status_code
                assert status in (400, 413), (path, content[:20], status)
        assert (ana.get("/api/v1/users"), ana.get("/api/v1/roles"), len(trail(ana))) == before


@pytest.mark.parametrize("file", ["station.yaml", "plant.yaml", "tags.csv"])
def test_a_configuration_with_a_mistake_is_not_loaded_in_part(config: Path, tmp_path: Path, file: str) -> None:
    wrong = {
        "station.yaml": STATION + "  attempts: many\n",
        "plant.yaml": PLANT.format(port=1) + "colour: red\n",
        "tags.csv": TAGS + "line1/press/other,nobody,holding:1,uint16,\n",
    }
    (config / file).write_text(wrong[file], encoding="utf-8")
    data = tmp_path / "data"
    with pytest.raises(PlantError, match=file):
        Station(config, data, make_server=ApiServer).start()
    assert not data.exists()


# 15


def test_by_default_it_listens_on_loopback_only_and_once(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    for file in (ROOT / "config" / "starter").iterdir():
        (config / file.name).write_bytes(file.read_bytes())
    station = (config / "station.yaml").read_text(encoding="utf-8")
    (config / "station.yaml").write_text(f"{station}\napi: {{port: 0}}\n", encoding="utf-8")
    with Program("run", "--headless", "--config", str(config), "--data", str(tmp_path / "data")) as program:
        program.ready()
        process = psutil.Process(program.pid)
        open_ports = [
            connection.laddr
            for one in (process, *process.children(recursive=True))
            for connection in one.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN or connection.type == socket.SOCK_DGRAM
        ]
        assert [address.ip for address in open_ports] == ["127.0.0.1"]
        assert program.terminate() == 0


# 17


def test_a_station_started_from_a_backup_knows_the_same_people_and_alarms(config: Path, tmp_path: Path) -> None:
    data, there = tmp_path / "data", tmp_path / "there"
    with running(config, data) as desk:
        ana = desk.first_admin()
        for name, roles in (("bo", ["operator@hall"]), ("cleo", ["supervisor"]), ("dan", ["viewer"])):
            ana.post("/api/v1/users", {"name": name, "title": name.title(), "assignments": roles, "password": PASSWORD})
        ana.post("/api/v1/users/dan", {"enabled": False})
        for _ in range(3):
            desk.client.ask("POST", "/api/v1/session", {"user": "cleo", "password": "wrong password"})
        ana.post("/api/v1/roles", {"permission": "backup.create", "roles": ["admin", "operator"], "rule": "none"})
        alarm = dead_device_alarm(ana)
        ana.post("/api/v1/alarms/ack", {"id": alarm["id"], "activation_id": alarm["activation_id"], "comment": "seen"})
        before = what_is_kept(ana)
        journal = ana.get_all("/api/v1/alarms/journal", **{"from": "now-1h"})
        made = after_any_other_backup(lambda: ana.post("/api/v1/backups", {}))
        rows = trail(ana)
    Backups(data).restore(made["id"], there)
    assert read_manifest(Backups(data).path(made["id"])).version == __version__
    with running(there / "config", there) as desk:
        locked = desk.client.ask("POST", "/api/v1/session", {"user": "cleo", "password": PASSWORD})
        assert (locked[0], "too many failed attempts" in locked[1]["error"]["message"]) == (403, True)
        assert desk.client.ask("POST", "/api/v1/session", {"user": "dan", "password": PASSWORD})[0] == 403
        ana = desk.sign_in("ana")
        after = what_is_kept(ana)
        assert after == before
        again = dead_device_alarm(ana)
        assert {key: again[key] for key in ("state", "acked", "acked_by", "activation_id", "t_active", "t_ack")} == {
            key: before_alarm[key] for before_alarm in [acked(journal, alarm, again)] for key in before_alarm
        }
        # the backup itself is the last thing the old trail knew; what it holds is there to the letter
        kept = [row for row in rows if row["action"] != "BACKUP_CREATED"]
        assert [row for row in trail(ana) if row["seq"] <= len(kept)] == kept


def acked(journal: list[dict[str, Any]], alarm: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    """What the alarm list has to say after the restore, from what was known before."""
    row = next(row for row in journal if row["event"] == "ACK" and row["alarm_id"] == alarm["id"])
    return {
        "state": row["to"], "acked": True, "acked_by": row["actor"], "activation_id": alarm["activation_id"],
        "t_active": alarm["t_active"], "t_ack": row["t_event"],
    }  # fmt: skip


def what_is_kept(client: ApiClient) -> dict[str, Any]:
    """Accounts, roles and control places, without what signing in changes."""
    users = client.get("/api/v1/users")["items"]
    return {
        "users": [
            {key: value for key, value in user.items() if key not in ("t_last_sign_in", "locked_s")} for user in users
        ],
        "locked": [user["name"] for user in users if user["locked_s"] > 0],
        "roles": client.get("/api/v1/roles"),
        "control": client.get("/api/v1/control")["items"],
    }


# 18


def test_an_exported_trail_is_read_by_people_and_machines(config: Path, tmp_path: Path) -> None:
    with running(config, tmp_path / "data") as desk:
        ana = desk.first_admin()
        ana.post("/api/v1/roles", {"permission": "backup.create", "roles": ["admin"], "rule": "own"})
        wish = {"permission": "backup.create", "target": "backup", "reason": 'before the update; "weekly", line\nfeed'}
        signature = ana.post("/api/v1/sign", {**wish, "user": "ana", "password": PASSWORD})["signature"]
        ana.post("/api/v1/backups", {"signature": signature})
        headers = {"Authorization": f"Bearer {ana._token}"}
        answer = requests.get(f"{desk.url}/api/v1/audit/export", headers=headers, timeout=30)
        rows = trail(ana)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))
    assert {"seq", "t", "station", "actor", "action", "target", "old", "new", "unit", "reason", "result", "approver",
            "signature", "prev_hash", "hash"} <= set(table[0])  # fmt: skip
    exported = sorted(table, key=lambda row: int(row["seq"]))
    known = [{name: str(value) for name, value in row.items()} for row in rows if row["action"] != "AUDIT_EXPORTED"]
    assert [dict(row) for row in exported] == known
    signed = next(row for row in exported if row["signature"])
    assert (signed["actor"], signed["reason"]) == ("ana", wish["reason"].replace("\n", " "))
    assert signed["signature"].startswith("backup.create ")  # what it means, when it was given, and the seal


# 19


def test_a_flood_of_rubbish_freezes_nobody(config: Path, tmp_path: Path) -> None:
    with running(config, tmp_path / "data") as desk:
        ana = desk.first_admin()
        port = int(desk.url.rsplit(":", 1)[1])
        generator = random.Random(19)
        slowest, held = 0.0, []
        for number in range(300):
            connection = socket.create_connection(("127.0.0.1", port), 5)
            connection.sendall(
                generator.choice([b"GET / HTTP/9.9\r\n", b"POST ", b"\x16\x03\x01"]) + generator.randbytes(2000)
            )
            held.append(connection) if number % 3 else connection.close()
            if number % 20 == 0:
                began = time.monotonic()
                assert ana.get("/api/v1/session")["actor"] == "ana"
                slowest = max(slowest, time.monotonic() - began)
        for connection in held:
            connection.close()
        wrong = [
            requests.post(f"{desk.url}/api/v1/session", json={"badge": "x" * 50_000}, timeout=30) for _ in range(10)
        ]
        assert all(answer.status_code in (401, 403) for answer in wrong)
        assert ana.get("/health")["status"] in ("healthy", "degraded")
    assert slowest < 1.0


# 20


def test_the_version_is_told_everywhere(config: Path, tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", __version__) == __version__
    said = subprocess.run(
        [sys.executable, "main.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == f"plant-hmi {__version__}"
    with running(config, tmp_path / "data") as desk:
        assert desk.client.get("/api/v1/station")["version"] == __version__
        assert desk.client.get("/health")["version"] == __version__
        ana = desk.first_admin()
        assert trail(ana, action="STATION_STARTED")[0]["new"] == __version__
    assert (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").count(__version__) >= 1
    assert (ROOT / "LICENSE").is_file()
    with pytest.raises(SystemExit):
        main(["--version"])
