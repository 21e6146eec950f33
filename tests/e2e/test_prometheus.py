"""A real Prometheus scrapes a real station."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.helpers.counterparts import need_program
from tests.helpers.ports import free_port
from tests.helpers.program import Program, get_json
from tests.helpers.waiting import eventually


@pytest.mark.counterpart
def test_prometheus_scrapes_the_station(tmp_path: Path) -> None:
    program = need_program("prometheus")
    with Program("demo", "--headless", "--data", str(tmp_path / "data")) as demo:
        api = demo.ready()
        port = free_port()
        config = tmp_path / "prometheus.yml"
        config.write_text(
            "scrape_configs:\n- job_name: station\n  scrape_interval: 1s\n  static_configs:\n"
            f"  - targets: ['{api.removeprefix('http://')}']\n",
            encoding="utf-8",
        )
        server = subprocess.Popen(
            [program, f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:

            def value(query: str) -> float | None:
                try:
                    answer = get_json(f"http://127.0.0.1:{port}/api/v1/query?query={query}")
                except (OSError, ValueError):
                    return None  # it has not started to answer
                found = answer["data"]["result"]
                return float(found[0]["value"][1]) if found else None

            eventually(lambda: value("up") == 1.0, "the scrape succeeds", 30)
            eventually(lambda: value("plant_hmi_plc_connected") == 1.0, "every device is connected", 30)
            eventually(lambda: (value("plant_hmi_samples_stored_total") or 0) > 0, "stored samples are counted", 30)
            assert value("ald_plc_connected") == 1.0
            assert (value('plant_hmi_tags{quality="good"}') or 0) > 50
        finally:
            server.terminate()
            server.wait(20)
        assert demo.terminate() == 0
