"""`central` as a process: ready line, keys beside it, a clean end on SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from hmi.wire.batches import Batch, encode
from tests.helpers.counterparts import ROOT

MAIN = str(ROOT / "main.py")


def command(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, MAIN, "--data", str(data), *words], capture_output=True, text=True, check=False, timeout=60
    )


def document(data: Path, *words: str) -> Any:
    done = command(data, "--json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def send(url: str, key: str, seq: int) -> int:
    body = encode(Batch("press-3", 1, seq, ({"t": "2025-11-21T08:00:00.000000Z"},)))
    headers = {"Authorization": f"Bearer {key}"}
    return requests.post(f"{url}/api/v1/ingest/metrics", data=body, headers=headers, timeout=10).status_code


def test_central_serves_keys_can_be_made_beside_it_and_it_ends_cleanly(tmp_path: Path) -> None:
    data = tmp_path / "central"
    before = command(data, "central", "key", "create", "press-3").stdout.strip()
    process = subprocess.Popen(
        [sys.executable, MAIN, "central", "--port", "0", "--data", str(data)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("ready: http://127.0.0.1:")
        url = ready.split()[1]
        key = document(data, "central", "key", "create", "press-3")["key"]
        assert [send(url, before, 1), send(url, key, 2)] == [200, 200]
        listed = document(data, "central", "key", "list")["items"]
        assert [item["station"] for item in listed] == ["press-3", "press-3"]
        assert key not in json.dumps(listed)
        assert command(data, "central", "key", "revoke", listed[1]["id"]).returncode == 0
        assert command(data, "central", "key", "revoke", listed[1]["id"]).returncode == 1
        assert [send(url, before, 3), send(url, key, 4)] == [200, 401]
        second = command(data, "central", "--port", "0")
        assert (second.returncode, url in second.stderr) == (5, True)
        assert "Traceback" not in second.stderr
        if os.name == "posix":
            assert (data / "central.json").stat().st_mode & 0o077 == 0
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout is not None
        process.stdout.close()
    assert not (data / "central.json").exists()
    assert [item["revoked"] is None for item in document(data, "central", "key", "list")["items"]] == [True, False]
