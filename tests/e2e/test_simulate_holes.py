"""Holes of a recording are holes in history, and nothing else is: empty cells, texts, a gap that cuts the link."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.program import Program, command
from tests.helpers.replay_proof import check_faithful

ROWS = 24
GAP_AFTER = 11


def recording(folder: Path) -> Path:
    lines = ["time;level;step;mode"]
    for row in range(ROWS):
        second = row + (15 if row > GAP_AFTER else 0)
        level = "" if row in {4, 5, 17} else f"{row * 1.1:.3f}"
        lines.append(f"2026-01-01 00:00:{second:02d};{level};{row // 3};{'auto' if row % 8 < 4 else 'hand'}")
    file = folder / "holes.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(("driver", "kind"), [("modbus-tcp", "float32"), ("opcua", "float64")])
def test_holes_come_back_as_holes(tmp_path: Path, driver: str, kind: str) -> None:
    file, config, data = recording(tmp_path), tmp_path / "config", tmp_path / "data"
    options = ["--speed", "2", "--type", kind]
    ports = ["--modbus-port", "0", "--opcua-port", "0"]
    arguments = ["--replay", str(file), "--config-out", str(config), "--driver", driver, *options, *ports]
    with Program("simulate", *arguments) as simulator:
        simulator.wait_line("ready")
        with Program("run", "--headless", "--config", str(config), "--data", str(data)) as station:
            station.ready()
            simulator.wait_line("end", 90)
            assert station.terminate() == 0
    out = tmp_path / "out.csv"
    exported = command("history", "export", "--config", str(config), "--data", str(data), "--out", str(out))
    assert exported.returncode == 0, exported.stderr
    check_faithful(file, out, config, options)
    assert any(",0x8" in line for line in out.read_text(encoding="utf-8").splitlines()), "the gap is seen as bad"
