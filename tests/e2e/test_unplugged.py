"""Everything unplugged: no central server, no network, no time server. Polling, alarms and history go on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.helpers.counterparts import ROOT
from tests.helpers.ports import free_port
from tests.helpers.program import Program, command, get_json, text_of
from tests.helpers.waiting import eventually


def metric(api: str, name: str) -> float:
    lines = [line for line in text_of(f"{api}/metrics").splitlines() if line.split("{")[0].split(" ")[0] == name]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def test_the_station_works_alone(tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "demo", config)
    central = f"{{central: 'http://127.0.0.1:{free_port()}', key: 'env:CENTRAL_KEY', metrics_every: 1 s}}"
    (config / "station.yaml").write_text(
        f"id: alone\nplc: simulation\nagent: {central}\napi: {{port: 0}}\n", encoding="utf-8"
    )
    assert command("check", "--config", str(config)).returncode == 0

    with Program(
        "run", "--headless", "--config", str(config), "--data", str(tmp_path / "data"), env={"CENTRAL_KEY": "unused"}
    ) as station:
        api = station.ready()
        eventually(lambda: metric(api, "plant_hmi_samples_stored_total") > 500, "history is written", 60)
        eventually(lambda: metric(api, "plant_hmi_outbox_records") > 3, "unsent records are kept", 60)
        assert metric(api, "plant_hmi_central_connected") == 0
        assert metric(api, "plant_hmi_plc_connected") == 1
        health = get_json(f"{api}/health")
        assert health["services"]["acquisition"]["status"] == "healthy"
        assert health["services"]["agent"]["status"] == "degraded"
        before = metric(api, "plant_hmi_samples_total")
        eventually(lambda: metric(api, "plant_hmi_samples_total") > before + 200, "polling goes on")
        assert station.terminate() == 0
    info = command("history", "info", "--config", str(config), "--data", str(tmp_path / "data"), "--json")
    assert json.loads(info.stdout)["samples"] > 500
