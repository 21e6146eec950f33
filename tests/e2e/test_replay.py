"""A recording served as a PLC comes back exactly: simulate --replay, run, history export, proof (`contract.md` 10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.counterparts import need_recording
from tests.helpers.program import Program, command
from tests.helpers.replay_proof import check_faithful

RECORDINGS = {
    "skab": (("skab", "valve1", "0.csv"), ["--rows", "0:60", "--interval", "1s", "--speed", "4"]),
    "nab": (
        ("nab-machine-temperature", "machine_temperature_system_failure.csv"),
        ["--rows", "0:40", "--speed", "1200"],
    ),
    "tennessee": (("tennessee-eastman", "d00_te.dat"), ["--rows", "0:40", "--interval", "1s", "--speed", "4"]),
    "cmapss": (("cmapss-fd001", "train_FD001.txt"), ["--rows", "0:40", "--interval", "1s", "--speed", "4"]),
}


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("driver", ["modbus-tcp", "opcua"])
def test_a_recording_comes_back_exactly(tmp_path: Path, name: str, driver: str) -> None:
    parts, options = RECORDINGS[name]
    recording = need_recording(*parts)
    config, data = tmp_path / "config", tmp_path / "data"
    arguments = [
        "--replay",
        str(recording),
        "--config-out",
        str(config),
        "--driver",
        driver,
        "--type",
        "float64",
        *options,
    ]
    with Program("simulate", *arguments, "--modbus-port", "0", "--opcua-port", "0") as simulator:
        simulator.wait_line("ready")
        checked = command("check", "--config", str(config))
        assert checked.returncode == 0, checked.stdout
        with Program("run", "--headless", "--config", str(config), "--data", str(data)) as station:
            station.ready()
            simulator.wait_line("end", 90)
            assert station.terminate() == 0
    exported = command(
        "history", "export", "--config", str(config), "--data", str(data), "--out", str(tmp_path / "out.csv")
    )
    assert exported.returncode == 0, exported.stderr
    check_faithful(recording, tmp_path / "out.csv", config, options)
