"""Running a station from the command line: until a signal, for some seconds, with a line a second."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from hmi.model.timestamps import to_datetime

if TYPE_CHECKING:
    from hmi.facade.contract import Facade

_ANSWER_TIMEOUT_S = 10.0

NO_DISPLAY = "No display found. Run without a window: plant-hmi run --headless, or start it in a desktop session."
NO_LIBRARIES = (
    "The window's libraries are missing (see the README, section System libraries). "
    "Run without a window: plant-hmi run --headless."
)


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set while the block runs."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def wait(stop: threading.Event, seconds: float | None, each_second: Callable[[], None] | None = None) -> None:
    """Returns when `stop` is set or `seconds` are over (None = never); calls `each_second` once a second."""
    end = None if seconds is None else time.monotonic() + seconds
    while not stop.is_set():
        left = 1.0 if end is None else min(1.0, end - time.monotonic())
        if left <= 0:
            return
        stop.wait(left)
        if each_second is not None and not stop.is_set():
            each_second()


def live_line(facade: Facade) -> str:
    """One line of what is live now: devices, values, alarms, OEE."""
    update = facade.live(2**62).result(_ANSWER_TIMEOUT_S)
    honesty = update.honesty
    alarms = facade.alarms().result(_ANSWER_TIMEOUT_S)
    parts = [
        to_datetime(update.now_us).strftime("%H:%M:%SZ"),
        f"devices {honesty.devices_connected}/{honesty.devices_total}",
        f"values {honesty.good} good {honesty.uncertain} uncertain {honesty.bad} bad {honesty.stale} stale",
    ]
    if honesty.oldest_live_age_s is not None:
        parts.append(f"oldest live {honesty.oldest_live_age_s:.1f} s")
    parts.append(f"alarms {len(alarms.items)} ({alarms.counts.unacked} unacknowledged)")
    from hmi.facade.data import OeeQuery

    for item in facade.oee(OeeQuery()).result(_ANSWER_TIMEOUT_S):
        figure = "not available" if item.oee is None else f"{item.oee * 100:.1f} %"
        parts.append(f"{item.line} OEE {figure}")
    if honesty.silent:
        parts.append("silent: " + ", ".join(device.name for device in honesty.silent))
    return " | ".join(parts)


def save_pictures(facade: Facade, folder: Path) -> int:
    """Writes a picture of every page into `folder`, and returns how many; 0 with a sentence if Qt cannot run here."""
    if not can_draw():
        print(
            "no pictures: the window's libraries are missing (see the README, section System libraries)",
            file=sys.stderr,
        )
        return 0
    from hmi.gui.shots import take_shots

    return len(take_shots(facade, folder))


def can_draw() -> bool:
    """True if a Qt application starts offscreen here; tried in a child, because a missing library may abort."""
    import os
    import subprocess

    probe = "from PySide6.QtWidgets import QApplication; QApplication([])"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return (
        subprocess.run([sys.executable, "-c", probe], env=environment, capture_output=True, check=False).returncode == 0
    )


def why_no_window() -> str:
    """Why `has_display` says no, in a sentence with what to do."""
    return NO_DISPLAY if can_draw() else NO_LIBRARIES


def has_display() -> bool:
    """True if a desktop session can show a window here; a wrong DISPLAY counts as none."""
    import os
    import subprocess
    from importlib.util import find_spec

    if sys.platform != "linux":
        return find_spec("PySide6") is not None
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    probe = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    return subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode == 0
