"""The operator window from the command line: the configured station, or the choice at first start."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UnreachableError
from hmi.cli import running
from hmi.cli.options import places

if TYPE_CHECKING:
    from hmi.station.station import Station

NO_DISPLAY = "No display found. Run without a window: plant-hmi run --headless, or start it in a desktop session."


def run_window(args: argparse.Namespace) -> int:
    """`plant-hmi` without a command: the configured station in a window; at first start asks demo or own plant."""
    if not running.has_display():
        raise UnreachableError(NO_DISPLAY)
    where = places(args)
    if (where.config / "station.yaml").exists():
        from hmi.cli.serving import make_station

        return show_station(make_station(where.config, where.data, log_level=getattr(args, "log_level", None)))
    from hmi.gui.app import ask_first_start

    choice = ask_first_start(where.config)
    if choice == "demo":
        from hmi.cli.main import main

        return main(["demo", "--data", str(where.data)])
    return int(Exit.DONE)


def show_station(station: Station, seconds: float | None = None) -> int:
    """Shows the window at once, starts the station behind it, and stops the station when the window is closed."""
    if not running.has_display():
        raise UnreachableError(NO_DISPLAY)
    from hmi.gui.app import run_window as show

    def opened() -> object:
        station.start()
        print(f"ready: {station.api_url}", file=sys.stderr, flush=True)
        return station.facade

    try:
        return show(opened, station.window_settings, seconds=seconds)
    finally:
        station.stop()
