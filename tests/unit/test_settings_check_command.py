"""`plant-hmi check`: text, JSON and exit codes."""

from __future__ import annotations

import json
import shutil
import sys
import types
from pathlib import Path

import pytest

from hmi.base.certificates.own import OwnCertificate
from hmi.base.clock import SystemClock
from hmi.cli import registry
from hmi.cli.main import main
from tests.helpers.catalogue import ToyCatalogue

CASES = Path(__file__).parents[1] / "cases" / "settings"


@pytest.fixture(autouse=True)
def toy_station(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command with the toy's catalogue in place of the registries'."""
    station = types.ModuleType("hmi.station.catalogue")
    station.registry_catalogue = ToyCatalogue  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hmi.station.catalogue", station)
    monkeypatch.setattr(registry, "GROUPS", ("check",))


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    """The complete configuration with certificate files that are there."""
    own = OwnCertificate(tmp_path)
    own.create(["localhost"], 90, "ec-p256", SystemClock().now_us())
    folder = shutil.copytree(CASES / "complete", tmp_path / "config")
    station = folder / "station.yaml"
    text = station.read_text(encoding="utf-8")
    named = f"cert: '{own.certificate}', key: '{own.key}'"
    station.write_text(text.replace("cert: station.pem, key: station.key", named), encoding="utf-8")
    return folder


def test_clean(complete: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--config", str(complete)]) == 0
    assert capsys.readouterr().out == "ok: 2 devices, 11 tags, 6 alarms\n"


def test_problems(capsys: pytest.CaptureFixture[str]) -> None:
    folder = CASES / "tag_mistakes"
    assert main(["--config", str(folder), "check"]) == 1
    assert capsys.readouterr().out == (folder / "expected.txt").read_text(encoding="utf-8")


def test_warnings_alone_are_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    folder = CASES / "only_warnings"
    assert main(["check", "--config", str(folder)]) == 0
    assert capsys.readouterr().out == (folder / "expected.txt").read_text(encoding="utf-8")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", "--config", str(CASES / "formulas")]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["errors"], answer["warnings"], len(answer["problems"])) == (9, 1, 10)
    assert answer["problems"][1] == {
        "file": "tags.csv", "line": 6, "column": 3, "key": "address", "severity": "error", "code": "reference",
        "value": "{a/levl} + 1", "message": "there is no tag 'a/levl'", "expected": "a configured tag",
        "hint": "did you mean 'a/level'?",
    }  # fmt: skip


def test_clean_json(complete: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", "--config", str(complete)]) == 0
    assert json.loads(capsys.readouterr().out) == {"errors": 0, "warnings": 0, "problems": []}
