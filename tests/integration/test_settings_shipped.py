"""The configurations that ship are clean, and the real drivers' mistakes come out with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hmi.cli.main import main

CONFIG = Path(__file__).parents[2] / "config"


@pytest.mark.parametrize("name", sorted(path.name for path in CONFIG.iterdir() if (path / "plant.yaml").exists()))
def test_shipped_configuration_is_clean(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(CONFIG / name)]) == 0
    assert capsys.readouterr().out.startswith("ok: ")


def test_mistakes_found_by_the_real_drivers_and_conditions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(CONFIG / "starter", tmp_path, dirs_exist_ok=True)
    (tmp_path / "plant.yaml").write_text(
        "plant: {name: W, timezone: UTC}\n"
        "devices:\n"
        "  - {name: plc, driver: modbus-tcp, host: 127.0.0.1, prt: 502}\n"
        "  - {name: oven, driver: opcua, url: 'opc.tcp://127.0.0.1:4840', timout: 5 s}\n"
    )
    (tmp_path / "tags.csv").write_text("path,device,address\na/b,plc,100\na/c,plc,coil:5.3\na/d,plc,holding:4.3\n")
    (tmp_path / "alarms.csv").write_text("id,tag,type,limit\na/b.hi,a/d,hi,\n")
    assert main(["check", "--config", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    places = [":".join(line.split(":")[:3]) for line in lines]
    assert places == [
        "plant.yaml:3:devices[0].prt",
        "plant.yaml:4:devices[1].timout",
        "tags.csv:2:address",
        "tags.csv:3:address",
        "alarms.csv:2:limit",
    ]
    assert "did you mean 'port'?" in lines[0]
    assert "did you mean 'timeout'?" in lines[1]
    assert "holding:100" in lines[2]
