"""A machine without Qt (an edge box, a server): the station runs, and says in one sentence what it cannot show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.counterparts import ROOT
from tests.helpers.program import Program, command

DEMO = str(ROOT / "config" / "demo")


@pytest.fixture
def without_qt(tmp_path: Path) -> dict[str, str]:
    """An environment in which importing Qt fails as if it were not installed."""
    for name in ("PySide6", "shiboken6", "pyqtgraph"):
        package = tmp_path / "no_qt" / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('raise ImportError("not installed")\n', encoding="utf-8")
    return {"PYTHONPATH": str(tmp_path / "no_qt")}


def test_the_station_is_live_and_says_that_there_are_no_pictures(without_qt: dict[str, str], tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    arguments = ["--headless", "--seconds", "6", "--screenshots", str(pictures), "--data", str(tmp_path / "data")]
    with Program("demo", *arguments, env=without_qt) as demo:
        demo.ready()
        live = demo.wait_line(lambda line: "| devices 5/5 |" in line)
        assert demo.wait() == 0, demo.messages
    assert int(live.split("values ")[1].split()[0]) > 50
    about_pictures = [line for line in demo.messages if "pictures" in line]
    assert len(about_pictures) == 1, demo.messages
    assert about_pictures[0].startswith("no pictures: the window's libraries are missing")
    assert not any("pictures in" in line for line in demo.lines), "nothing is claimed that was not written"
    assert not pictures.exists()
    assert not any("Traceback" in line for line in demo.messages)


@pytest.mark.parametrize("display", [{}, {"DISPLAY": ":97", "QT_QPA_PLATFORM": ""}], ids=["no-display", "display"])
def test_the_window_is_refused_with_what_to_do(
    without_qt: dict[str, str], tmp_path: Path, display: dict[str, str]
) -> None:
    done = command("--config", DEMO, "--data", str(tmp_path / "data"), env={**without_qt, **display})
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("The window's libraries are missing")
    assert "run --headless" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_demo_without_a_display_goes_on_headless(without_qt: dict[str, str], tmp_path: Path) -> None:
    done = command(
        "demo", "--seconds", "1", "--screenshots", str(tmp_path / "none"), "--data", str(tmp_path / "data"),
        env=without_qt,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("The window's libraries are missing: the demo plant runs headless")


def test_what_needs_no_window_works(without_qt: dict[str, str], tmp_path: Path) -> None:
    version = command("--version", env=without_qt)
    assert (version.returncode, version.stdout.split()[0]) == (0, "plant-hmi")
    checked = command("check", "--config", DEMO, env=without_qt)
    assert (checked.returncode, checked.stdout[:4]) == (0, "ok: "), checked.stderr
    health = command("health", "--data", str(tmp_path / "data"), env=without_qt)
    assert (health.returncode, health.stdout) == (2, "down\n")


def test_a_healthy_station_says_so(without_qt: dict[str, str], tmp_path: Path) -> None:
    with Program("demo", "--headless", "--data", str(tmp_path / "data"), env=without_qt) as demo:
        demo.ready()
        demo.wait_line(lambda line: "| devices 5/5 |" in line)
        health = command("health", "--data", str(tmp_path / "data" / "demo"), "--basic", env=without_qt)
        assert health.returncode in (0, 1), health.stderr
        assert health.stdout.split()[0] in ("healthy", "degraded")
        assert demo.terminate() == 0
