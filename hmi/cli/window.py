"""The operator window from the command line: the configured station, or the choice at first start."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UnreachableError
from hmi.cli import running
from hmi.cli.options import places

if TYPE_CHECKING:
    from hmi.station.station import Station


def run_window(args: argparse.Namespace) -> int:
    """`plant-hmi` without a command: the configured station in a window; at first start asks demo or own plant."""
    if not running.has_display():
        raise UnreachableError(running.why_no_window())
    where = places(args)
    config = where.config
    if not (config / "station.yaml").exists():
        from hmi.gui.app import ask_first_start

        choice = ask_first_start(config, check=_problems)
        if choice == "demo":
            from hmi.cli.main import main

            return main(["demo", "--data", str(where.data)])
        if not choice:
            return int(Exit.DONE)
        config = Path(choice)
    from hmi.cli.serving import make_station

    return show_station(make_station(config, where.data, log_level=getattr(args, "log_level", None)))


def _problems(folder: Path) -> list[str]:
    from hmi.settings import check
    from hmi.station.catalogue import registry_catalogue

    return [
        str(problem) for problem in check(folder, registry_catalogue()) if problem.is_error
    ]  # warnings stop nothing


def show_station(station: Station, seconds: float | None = None) -> int:
    """Shows the window at once, starts the station behind it, and stops the station when the window is closed."""
    if not running.has_display():
        raise UnreachableError(running.why_no_window())
    from hmi.base.errors import PlantError
    from hmi.gui.app import run_window as show
    from hmi.model.station import WindowSettings

    try:
        settings = station.window_settings
    except PlantError as fault:
        print(fault, file=sys.stderr)
        settings = WindowSettings()  # the window shows the same words

    def opened() -> object:
        station.start()
        print(f"ready: {station.api_url}", file=sys.stderr, flush=True)
        return station.facade

    try:
        return show(opened, settings, seconds=seconds)
    finally:
        station.stop()
