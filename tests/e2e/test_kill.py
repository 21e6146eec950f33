"""kill -9 of the whole station under load: what was acknowledged is there and on record, samples to the last second."""

from __future__ import annotations

import json
import random
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hmi.cli.client import need_station
from hmi.model.timestamps import to_us
from tests.helpers.program import Program, command, get_json
from tests.helpers.waiting import eventually

SPEED = "bottling/filler/speed"
COMM = "system/devices/packer/comm"
LOST_AT_MOST_S = 1.0 + 1.0
"""The last second of samples, and the time a committed one takes to be asked for."""


def newest(api: str) -> float:
    answer = get_json(f"{api}/api/v1/history?tag={SPEED}&mode=raw&points=100000&from=now-10min&to=now")
    times = answer["series"][0]["t"]
    return to_us(datetime.fromisoformat(times[-1])) / 1e6 if times else 0.0


def alarm(api: str) -> dict[str, Any] | None:
    items = get_json(f"{api}/api/v1/alarms?state=all&limit=1000")["items"]
    return next((item for item in items if item["id"] == COMM), None)


class Survivor:
    """One data folder through many lives; remembers what it was told to keep."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._rng = random.Random(seed)
        self._last_seen_s = 0.0
        self.acked: set[int] = set()

    def live_and_die(self) -> None:
        """Starts, checks what was kept, acknowledges, and is killed at a random moment under load."""
        rng = self._rng
        # the packer answers at first and then falls silent, so there is an alarm to acknowledge in most lives
        fault = f"packer=silent@{rng.uniform(3, 5):.1f}s"
        seed = str(rng.randrange(999))
        with Program("demo", "--headless", "--data", str(self._folder), "--seed", seed, "--fault", fault) as demo:
            api = demo.ready()
            self._check(api)
            eventually(lambda: newest(api) > self._last_seen_s, "history is written", 30)
            give_up_at = time.monotonic() + (15 if rng.random() < 0.7 else 0)
            found = eventually(lambda: unacked(api) or time.monotonic() > give_up_at, "an alarm or patience ends")
            if isinstance(found, dict):
                self._acknowledge(found["activation_id"])
            die_at = time.monotonic() + rng.uniform(0.0, 1.5)
            eventually(lambda: time.monotonic() >= die_at, "its time has come")
            self._last_seen_s = newest(api)
            demo.kill()

    def _check(self, api: str) -> None:
        if self._last_seen_s:
            kept_s = self._last_seen_s - LOST_AT_MOST_S
            eventually(lambda: newest(api) >= kept_s, "samples before the kill are there")
        found = alarm(api)
        assert found is not None
        if found["activation_id"] in self.acked:
            assert found["acked"], "an acknowledgement that was answered is there after kill -9"

    def _acknowledge(self, activation: int) -> None:
        client = need_station(self._folder / "demo")
        answer = client.post("/api/v1/alarms/ack", {"id": COMM, "activation_id": activation})
        assert answer["acked"]
        self.acked.add(activation)


def unacked(api: str) -> dict[str, Any] | None:
    found = alarm(api)
    return found if found is not None and found["active"] and not found["acked"] else None


def survive(folder: Path, kills: int, seed: int) -> None:
    survivor = Survivor(folder, seed)
    for _ in range(kills):
        survivor.live_and_die()
    assert len(survivor.acked) >= kills // 3, "acknowledgements were put to the proof"
    verified = command("alarms", "verify", "--data", str(folder / "demo"))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    rows = json.loads(command("alarms", "journal", "--data", str(folder / "demo"), "--json").stdout)["items"]
    stored = {row["activation_id"] for row in rows if row["event"] == "ACK"}
    assert survivor.acked <= stored, "every acknowledgement that was answered is in the journal"
    trail = command("audit", "verify", "--data", str(folder / "demo"))
    assert trail.returncode == 0, trail.stdout + trail.stderr
    listed = command("audit", "list", "--action", "ALARM_ACK", "--data", str(folder / "demo"), "--json")
    audited = {row["address"] for row in json.loads(listed.stdout)["items"] if row["result"] == "done"}
    assert {f"activation {number}" for number in survivor.acked} <= audited, "and in the audit trail"
    sound = command("history", "verify", "--data", str(folder / "demo"))
    assert sound.returncode == 0, sound.stdout + sound.stderr


def test_a_few_kills(tmp_path: Path) -> None:
    survive(tmp_path, 3, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_a_hundred_kills_at_random_moments(tmp_path: Path) -> None:
    survive(tmp_path, 100, seed=2)
