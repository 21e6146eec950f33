"""The real window on a real station: live at once, honest when the plug is pulled, whole again afterwards."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hmi.cli.serving import make_station
from hmi.gui import theme
from hmi.gui.bridge import Bridge
from hmi.gui.widgets.machines import MachineTile
from hmi.gui.widgets.structs import Quality
from hmi.gui.window import Window
from hmi.station.station import Station
from tests.helpers.counterparts import ROOT
from tests.helpers.program import children_of


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    made = make_station(
        ROOT / "config" / "demo",
        tmp_path,
        adjust=lambda settings: replace(settings, api=replace(settings.api, port=0)),
        log_level="CRITICAL",
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def window(station: Station, qtbot: QtBot) -> Iterator[Window]:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light")
    shown = Window()
    shown.resize(1920, 1080)
    bridge = Bridge(station.facade, shown)
    shown.attach(bridge)
    bridge.start()
    shown.show()
    yield shown
    bridge.stop()
    shown.close()
    shown.deleteLater()
    qtbot.wait(10)


def tiles(window: Window) -> list[MachineTile]:
    return window.findChildren(MachineTile)


def qualities(window: Window) -> set[Quality]:
    return {tile.state.speed.quality for tile in tiles(window) if tile.state.speed is not None}


def test_values_are_live_and_a_pulled_plug_shows(window: Window, station: Station, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(tiles(window)) == 4 and qualities(window) == {Quality.GOOD}, timeout=15_000)

    simulator = next(pid for pid, line in children_of(os.getpid()).items() if " simulate " in line)
    os.kill(simulator, signal.SIGSTOP)
    try:
        qtbot.waitUntil(lambda: not qualities(window) & {Quality.GOOD, Quality.UNCERTAIN}, timeout=15_000)
        bridge = window.bridge
        assert bridge is not None

        def devices_in_alarm() -> set[str]:
            listed = bridge.alarms
            return {alarm.tag for alarm in listed.items if alarm.type == "comm_failure"} if listed else set()

        names = {device.name for device in bridge.plant.devices}
        qtbot.waitUntil(lambda: devices_in_alarm() == names, timeout=30_000)
        assert bridge.alarms_running
    finally:
        os.kill(simulator, signal.SIGCONT)
    qtbot.waitUntil(lambda: qualities(window) == {Quality.GOOD}, timeout=30_000)
