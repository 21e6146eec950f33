"""`check`: every mistake of the configuration, one line a problem; uses no network."""

from __future__ import annotations

import argparse
import dataclasses

from hmi.base.errors import Exit
from hmi.cli import options


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    parser = commands.add_parser("check", help="check the configuration and list every mistake in it")
    parser.set_defaults(run=_check)


def _check(args: argparse.Namespace) -> int:
    from hmi.base.clock import SystemClock
    from hmi.settings import check, load
    from hmi.settings.certificate_files import certificate_warnings
    from hmi.station.catalogue import registry_catalogue

    catalogue = registry_catalogue()
    folder = options.places(args).config
    problems = [*check(folder, catalogue), *certificate_warnings(folder, SystemClock().now_us())]
    errors = sum(problem.is_error for problem in problems)
    if options.wants_json(args):
        rows = [dataclasses.asdict(problem) for problem in problems]
        options.print_json({"errors": errors, "warnings": len(problems) - errors, "problems": rows})
    else:
        for problem in problems:
            print(problem)
    if errors:
        return Exit.NO
    if not problems and not options.wants_json(args):
        plant = load(folder, catalogue).plant
        print(f"ok: {len(plant.devices)} devices, {len(plant.tags)} tags, {len(plant.alarms)} alarms")
    return Exit.DONE
