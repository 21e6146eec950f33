"""`run`: the station of the configured plant, with or without a window."""

from __future__ import annotations

import argparse
from pathlib import Path

from hmi.base.errors import Exit
from hmi.cli.options import places


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `run`."""
    parser = commands.add_parser("run", help="run the station of the configured plant")
    parser.add_argument("--headless", action="store_true", help="without a window, e.g. as a service")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N seconds")
    parser.add_argument("--screenshots", type=Path, metavar="DIR", help="write a picture of every page before the end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM, SIGINT or the seconds are over; prints `ready: URL` once polling has begun."""
    where = places(args)
    if not args.headless:
        from hmi.cli.window import require_display, show_configured

        require_display()
        return show_configured(args, where.config, seconds=args.seconds)
    from hmi.cli import running
    from hmi.cli.serving import make_station

    station = make_station(where.config, where.data, log_level=getattr(args, "log_level", None))
    with running.stop_on_signal() as stop:
        station.start()
        try:
            if station.wait_polling(stop):
                print(f"ready: {station.api_url}", flush=True)
            running.wait(stop, args.seconds)
            if args.screenshots is not None:
                running.save_pictures(station.facade, args.screenshots)
        finally:
            station.stop()
    return int(Exit.DONE)
