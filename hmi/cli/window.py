"""The operator window from the command line: the configured station, or the choice at first start."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, PlantError, UnreachableError
from hmi.cli import running
from hmi.cli.options import places

if TYPE_CHECKING:
    from hmi.model.station import WindowSettings
    from hmi.station.station import Station


def run_window(args: argparse.Namespace) -> int:
    """`plant-hmi` without a command: the configured station in a window; at first start asks demo or own plant."""
    require_display()
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
    return show_configured(args, config)


def require_display() -> None:
    """Raises UnreachableError, naming what to do, if no window can be shown here."""
    if not running.has_display():
        raise UnreachableError(running.why_no_window())


def show_configured(args: argparse.Namespace, config: Path, seconds: float | None = None) -> int:
    """Shows the station of a configuration folder."""

    def make() -> Station:
        from hmi.cli.serving import make_station

        return make_station(config, places(args).data, log_level=getattr(args, "log_level", None))

    return show_station(config, make, seconds)


def _problems(folder: Path) -> list[str]:
    from hmi.settings import check
    from hmi.station.catalogue import registry_catalogue

    return [
        str(problem) for problem in check(folder, registry_catalogue()) if problem.is_error
    ]  # warnings stop nothing


def show_station(config: Path, make: Callable[[], Station], seconds: float | None = None) -> int:
    """Shows the window at once, makes and starts the station behind it, and stops it when the window is closed.

    Call `require_display` before. make: called in a thread after the first paint, so that what a station imports
    does not delay the window.
    """
    from hmi.gui.app import run_window as show

    made: list[Station] = []

    def opened() -> object:
        try:
            station = make()
            made.append(station)
            station.start()
        except PlantError as fault:
            print(fault, file=sys.stderr, flush=True)  # the window shows the same words
            raise
        print(f"ready: {station.api_url}", file=sys.stderr, flush=True)
        return station.facade

    try:
        return show(opened, _window_settings(config), seconds=seconds)
    finally:
        for station in made:
            station.stop()


def _window_settings(config: Path) -> WindowSettings:
    """The `window` section of station.yaml; the defaults while the file cannot be read as a station's."""
    from hmi.model.station import WindowSettings
    from hmi.settings.problems import ProblemList
    from hmi.settings.station_file import station_settings
    from hmi.settings.yamlfile import read_yaml

    file = read_yaml(config / "station.yaml", ProblemList())
    settings = station_settings(file) if file is not None else None
    return settings.window if settings is not None else WindowSettings()
