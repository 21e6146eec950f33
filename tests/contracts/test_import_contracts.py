"""Each import contract is seen to fail on a planted violation, and the tree as it is keeps them all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")

VIOLATIONS = {
    "layers": ("hmi/storage/planted.py", "import hmi.history"),
    "front-ends": ("hmi/gui/planted.py", "import hmi.tags"),
    "facade": ("hmi/facade/planted.py", "import hmi.expressions"),
    "below-facade": ("hmi/alarms/planted.py", "import hmi.facade.data"),
    "central": ("hmi/central/planted.py", "import hmi.history"),
    "simulator": ("hmi/simulator/planted.py", "import hmi.drivers"),
    "no-qt": ("hmi/station/planted.py", "import PySide6.QtCore"),
    "pure": ("hmi/alarms/engine/planted.py", "import threading"),
    "libraries": ("hmi/tags/planted.py", "import sqlalchemy"),
    "drivers": ("hmi/drivers/modbus/planted.py", "import hmi.drivers.opcua"),
}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache", *options],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "hmi", folder / "hmi", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_every_contract_has_a_planted_violation() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", sorted(VIOLATIONS))
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str) -> None:
    name, line = VIOLATIONS[contract]
    planted = copy / name
    planted.write_text(line + "\n", encoding="utf-8")
    try:
        answer = lint(copy, "--contract", contract)
    finally:
        planted.unlink()
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "BROKEN" in answer.stdout
    assert planted.stem in answer.stdout
