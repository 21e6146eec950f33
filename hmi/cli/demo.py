"""`demo`: the demo plant with a simulated plant and a central server, in one command."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.base.errors import Exit
from hmi.base.resources import shipped
from hmi.cli.options import places

if TYPE_CHECKING:
    from hmi.central.server import CentralServer
    from hmi.model.station import StationSettings
    from hmi.station.station import Station

_KEY_VARIABLE = "PLANT_HMI_DEMO_CENTRAL_KEY"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `demo`."""
    parser = commands.add_parser("demo", help="show the demo plant")
    parser.add_argument("--headless", action="store_true", help="without a window; prints what is live once a second")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N seconds")
    parser.add_argument("--seconds-without-display", type=float, metavar="N", default=30.0, help=argparse.SUPPRESS)
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="write a picture of every page before the end")
    parser.add_argument("--config-out", type=Path, metavar="DIR", help="write the demo configuration there and use it")
    parser.add_argument("--fresh", action="store_true", help="forget the demo's earlier data")
    parser.add_argument("--seed", type=int, default=1, help="of the simulated plant")
    parser.add_argument("--speed", type=float, default=1.0, help="of the simulated plant")
    parser.add_argument("--fault", action="append", default=[], metavar="SPEC", help="see simulate --help")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Shows the demo plant in a window; without a display says so and runs headless for a while."""
    from hmi.cli import running

    headless = args.headless
    seconds, screenshots = args.seconds, args.screenshots
    if not headless and not running.has_display():
        if running.can_draw():
            print("No display found: the demo plant runs headless. Start it in a desktop session to see the window.")
        else:
            print("The window's libraries are missing: the demo plant runs headless. See the README, System libraries.")
        headless = True
        seconds = seconds if seconds is not None else args.seconds_without_display
        screenshots = screenshots or Path("shots")
    data = places(args).data / "demo"
    if data.exists():
        _refuse_if_running(data)
        if args.fresh:
            shutil.rmtree(data)
    config = _configuration(args.config_out)
    central = _DemoCentral(data / "central")
    if not headless:
        from hmi.cli.window import show_station

        try:
            return show_station(config, lambda: _station(args, config, data, central.start()), seconds)
        finally:
            central.stop()
    try:
        central_url = central.start()
        station = _station(args, config, data, central_url)
        with running.stop_on_signal() as stop:
            station.start()
            try:
                if station.wait_polling(stop):
                    print(f"ready: {station.api_url}", flush=True)
                    print(f"central server: {central_url}", flush=True)
                running.wait(stop, seconds, lambda: print(running.live_line(station.facade), flush=True))
                if screenshots is not None and not stop.is_set():
                    count = running.save_pictures(station.facade, screenshots)
                    if count:
                        print(f"{count} pictures in {screenshots}")
            finally:
                station.stop()
    finally:
        central.stop()
    return int(Exit.DONE)


def _refuse_if_running(data: Path) -> None:
    from hmi.station.lock import StationLock

    with StationLock(data):
        pass


def _configuration(out: Path | None) -> Path:
    source = shipped("config", "demo")
    if out is None:
        return source
    if out.exists() and any(out.iterdir()):
        print(f"{out} is not empty: the demo uses the configuration that is there", file=sys.stderr)
        return out
    shutil.copytree(source, out, dirs_exist_ok=True)
    print(f"demo configuration written to {out}")
    return out


def _station(args: argparse.Namespace, config: Path, data: Path, central_url: str) -> Station:
    from hmi.cli.serving import make_station

    def with_central(settings: StationSettings) -> StationSettings:
        agent = replace(settings.agent, central=central_url, key=f"env:{_KEY_VARIABLE}")
        return replace(settings, agent=agent, api=replace(settings.api, port=0))

    simulator = ["--seed", str(args.seed), "--speed", str(args.speed)]
    for fault in args.fault:
        simulator += ["--fault", fault]
    return make_station(
        config,
        data,
        adjust=with_central,
        simulator_arguments=simulator,
        log_level=getattr(args, "log_level", None),
    )


class _DemoCentral:
    """A central server for the demo; the station's key lives in this process's environment only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: CentralServer | None = None

    def start(self) -> str:
        """Starts the server, makes the demo station's key, and returns the server's address."""
        from hmi.central.server import CentralServer

        server = CentralServer(self._folder, host="127.0.0.1", port=_free_or_any(4000))
        server.start()
        self._server = server
        os.environ[_KEY_VARIABLE] = server.create_key("demo")
        return server.url

    def stop(self) -> None:
        """Ends the server; nothing if it was never started."""
        os.environ.pop(_KEY_VARIABLE, None)
        if self._server is not None:
            self._server.stop()
            self._server = None


def _free_or_any(port: int) -> int:
    import socket

    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port
