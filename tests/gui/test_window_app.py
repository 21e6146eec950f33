"""Starting: frame first, station in a thread, plain words when it cannot; and the choice at first start."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from hmi.base.errors import BusyError, Exit, UnreachableError
from hmi.base.resources import shipped
from hmi.gui import app as starter
from hmi.gui.app import ask_first_start, require_display, run_window
from hmi.gui.pages.first_start import FirstStart
from hmi.gui.shots import COMPACT, ShotSize, take_shots
from hmi.gui.window import Window
from hmi.model.station import WindowSettings
from tests.helpers.fake_facade import FakeFacade


def window_of(app: QApplication) -> Window:
    found = [widget for widget in app.topLevelWidgets() if isinstance(widget, Window) and widget.isVisible()]
    assert len(found) == 1
    return found[0]


def test_the_frame_is_there_before_the_station(qapp: QApplication) -> None:
    facade = FakeFacade()
    gate = threading.Event()
    seen: list[str] = []

    def open_station() -> FakeFacade:
        assert threading.current_thread() is not threading.main_thread()
        gate.wait(20)
        return facade

    def look() -> None:
        window = window_of(qapp)
        seen.append(window._status.state.parts[0].runs[0][0])
        assert window.current_page == ""
        gate.set()
        closer.start()

    def close_when_open() -> None:
        window = window_of(qapp)
        if window.current_page == "devices" and window.bridge is not None and window.bridge.is_ready:
            seen.append(window.current_page)
            closer.stop()
            window.close()

    closer = QTimer()
    closer.setInterval(20)
    closer.timeout.connect(close_when_open)
    QTimer.singleShot(100, look)
    assert run_window(open_station, WindowSettings(start_page="devices")) == Exit.DONE
    assert seen == ["Starting station…", "devices"]
    assert len(facade.listeners) == 0


def test_a_station_that_cannot_start_says_why_and_sets_the_exit_code(qapp: QApplication) -> None:
    said: list[str] = []

    def open_station() -> FakeFacade:
        raise BusyError("another station, process 4711, works with this data folder; stop it first")

    def look() -> None:
        window = window_of(qapp)
        if window._waiting.text().startswith("The station cannot start."):
            said.append(window._waiting.text())
            looker.stop()
            window.close()

    looker = QTimer()
    looker.setInterval(20)
    looker.timeout.connect(look)
    looker.start()
    assert run_window(open_station) == Exit.BUSY
    assert "process 4711" in said[0]


def test_seconds_close_the_window(qapp: QApplication) -> None:
    assert run_window(FakeFacade, seconds=0.3) == Exit.DONE


def test_no_display_is_refused_without_an_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(UnreachableError, match="run --headless"):
        require_display()
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(UnreachableError, match="run --headless"):
        require_display()


def test_importing_the_starter_loads_neither_qt_nor_pages() -> None:
    code = "import sys, hmi.gui.app; print([m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph', 'numpy'))])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_frame_needs_no_plot_library() -> None:
    code = "import sys, hmi.gui.window; print([m for m in sys.modules if m.startswith(('pyqtgraph', 'sqlalchemy'))])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def press(qapp: QApplication, name: str) -> None:
    window = window_of(qapp)
    choice = window.findChild(FirstStart)
    assert choice is not None
    getattr(choice, name).click()


def test_first_start_demo(qapp: QApplication, tmp_path: Path) -> None:
    QTimer.singleShot(100, lambda: press(qapp, "demo"))
    assert ask_first_start(tmp_path / "config") == "demo"


def test_first_start_closed_without_choice(qapp: QApplication, tmp_path: Path) -> None:
    QTimer.singleShot(100, lambda: window_of(qapp).close())
    assert ask_first_start(tmp_path / "config") == ""


def test_first_start_empty_opens_the_folder_and_the_manual(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "hmi.gui.pages.first_start.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile()) or True
    )
    config = tmp_path / "config"
    page = FirstStart(config)
    wanted: list[str] = []
    page.manual_wanted.connect(wanted.append)
    page.show()
    page.empty.click()
    assert config.is_dir() and opened == [str(config)]
    assert wanted == ["configuration"]
    assert "plant-hmi check" in page.answer.text() and str(config) in page.answer.text()
    starter = shipped("config", "starter")
    assert {file.name: file.read_bytes() for file in config.iterdir()} == {
        file.name: file.read_bytes() for file in starter.iterdir()
    }
    (config / "tags.csv").write_text("mine")
    page.empty.click()
    assert (config / "tags.csv").read_text() == "mine"
    page.deleteLater()


def test_first_start_never_writes_over_a_file(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hmi.gui.pages.first_start.QDesktopServices.openUrl", lambda url: True)
    (tmp_path / "plant.yaml").write_text("mine")
    page = FirstStart(tmp_path)
    page.empty.click()
    assert (tmp_path / "plant.yaml").read_text() == "mine"
    assert (tmp_path / "station.yaml").exists()
    page.deleteLater()


def test_first_start_shows_the_problems_of_a_folder(qapp: QApplication, tmp_path: Path) -> None:
    for name in ("station.yaml", "plant.yaml"):
        (tmp_path / name).write_text("x: 1\n")
    page = FirstStart(tmp_path, check=lambda folder: [f"plant.yaml:{line}: error: wrong" for line in range(1, 12)])
    chosen: list[str] = []
    page.chosen.connect(chosen.append)
    page.take_folder(tmp_path)
    assert chosen == []
    assert "plant.yaml:8: error: wrong" in page.answer.text() and "and 3 more" in page.answer.text()
    page.deleteLater()


def test_first_start_refuses_a_folder_without_configuration(qapp: QApplication, tmp_path: Path) -> None:
    page = FirstStart(tmp_path)
    chosen: list[str] = []
    page.chosen.connect(chosen.append)
    page.take_folder(tmp_path)
    assert "station.yaml" in page.answer.text() and chosen == []
    for name in ("station.yaml", "plant.yaml"):
        (tmp_path / name).write_text("x: 1\n")
    page.take_folder(tmp_path)
    assert chosen == [str(tmp_path)]
    page.deleteLater()


def test_pictures_of_every_page(qapp: QApplication, tmp_path: Path) -> None:
    from hmi.gui.pages.registry import PAGES

    files = take_shots(FakeFacade(), tmp_path, (COMPACT,), ("dark",))
    assert [file.name for file in files] == [f"{entry.id}-dark-1366x768.png" for entry in PAGES]
    for file in files:
        image = QImage(str(file))
        assert (image.width(), image.height()) == (1366, 768)
    double = take_shots(FakeFacade(), tmp_path, (ShotSize(1366, 768, 2.0),), ("light",), pages=("help",))
    assert QImage(str(double[0])).width() == 2732


def test_scale_is_set_before_qt_starts(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    starter._application(WindowSettings(scale_percent=150, language="en", theme="dark"), None)
    assert os.environ.pop("QT_SCALE_FACTOR") == "1.5"
    from hmi.gui import theme

    assert theme.current().is_dark
    theme.apply(qapp, "light")
