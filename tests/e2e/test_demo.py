"""The demo as a user starts it: live values, a plug pulled, everything back, a clean end."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.helpers.program import Program, children_of, command, get_json, text_of
from tests.helpers.waiting import eventually


def usable_values(api: str) -> int:
    items = get_json(f"{api}/api/v1/tags?limit=1000")["items"]
    return sum(1 for item in items if item["value"] is not None)


def comm_alarms(api: str) -> list[dict[str, Any]]:
    items = get_json(f"{api}/api/v1/alarms")["items"]
    return [item for item in items if item["type"] == "comm_failure"]


def test_values_are_live_and_a_pulled_plug_is_seen_and_healed(tmp_path: Path) -> None:
    with Program("demo", "--headless", "--data", str(tmp_path)) as demo:
        api = demo.ready()
        eventually(lambda: usable_values(api) > 50, "values are live")
        devices = get_json(f"{api}/api/v1/devices")["items"]
        assert all(device["state"] == "connected" for device in devices)
        assert get_json(f"{api}/api/v1/station")["plc"] == "simulation"

        simulator = next(pid for pid, line in children_of(demo.pid).items() if " simulate " in line)
        os.kill(simulator, signal.SIGSTOP)
        eventually(lambda: len(comm_alarms(api)) == len(devices), "one communication alarm per device", 30)
        tags = get_json(f"{api}/api/v1/tags?limit=1000")["items"]
        polled = [tag for tag in tags if tag["device"] not in ("station", "calc")]
        assert polled
        assert all(tag["value"] is None for tag in polled), "a dead device's value is never given as live"
        assert all(tag["stale"] or tag["quality"] == "bad" for tag in polled)
        assert get_json(f"{api}/health")["status"] != "healthy"

        os.kill(simulator, signal.SIGCONT)
        eventually(lambda: all(not alarm["active"] for alarm in comm_alarms(api)), "the alarms clear", 60)
        eventually(lambda: usable_values(api) > 50, "values are live again", 30)
        assert len({alarm["id"] for alarm in comm_alarms(api)}) <= len(devices)
        assert demo.terminate() == 0
    assert not (tmp_path / "demo" / "station.json").exists()


def test_the_central_server_knows_the_station_and_a_backup_that_restores(tmp_path: Path) -> None:
    with Program("demo", "--headless", "--data", str(tmp_path)) as demo:
        demo.ready()
        central = demo.wait_line("central server: ").removeprefix("central server: ")
        eventually(lambda: "demo" in text_of(central), "the station is on the page", 60)
        made = command("backup", "create", "--data", str(tmp_path / "demo"), "--json")
        assert made.returncode == 0, made.stderr
        backup = json.loads(made.stdout)["id"]
        eventually(lambda: backup in text_of(central), "the backup reaches the central server", 60)
        assert demo.terminate() == 0
    verified = command("backup", "verify", backup, "--data", str(tmp_path / "demo"))
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_it_ends_after_the_given_seconds_and_leaves_no_process(tmp_path: Path) -> None:
    with Program("demo", "--headless", "--seconds", "4", "--data", str(tmp_path)) as demo:
        demo.ready()
        children = children_of(demo.pid)
        assert demo.wait() == 0
        assert any("values" in line for line in demo.lines), "it says what is live"
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "no orphan is left")


def test_a_second_station_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with Program("demo", "--headless", "--data", str(tmp_path)) as demo:
        api = demo.ready()
        second = command("demo", "--headless", "--seconds", "1", "--data", str(tmp_path))
        assert second.returncode == 5
        assert api in second.stderr
        assert demo.terminate() == 0
