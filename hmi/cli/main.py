"""Entry of every command: parses, runs, turns faults into one plain sentence and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from hmi import __version__
from hmi.base.errors import Exit, PlantError
from hmi.cli import options, registry


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser: argparse.ArgumentParser = _Parser(
        prog="plant-hmi", description="Control-room HMI: live values, trends, OEE and alarms."
    )
    parser.add_argument("--version", action="version", version=f"plant-hmi {__version__}")
    options.add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    registry.add_all(commands)
    _add_common_everywhere(commands)
    return parser


def _add_common_everywhere(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for parser in commands.choices.values():
        options.add_common(parser)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                _add_common_everywhere(action)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code (`contract.md` 6)."""
    args = build_parser().parse_args(arguments)
    run = getattr(args, "run", None)
    try:
        if run is None:
            from hmi.cli import window

            run = window.run_window
        return int(run(args))
    except PlantError as fault:
        print(fault, file=sys.stderr)
        return int(fault.exit_code)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        return int(Exit.DONE)
    except Exception:
        import traceback

        traceback.print_exc()
        print("This is a defect of Plant HMI; please report the lines above.", file=sys.stderr)
        return int(Exit.DEFECT)


if __name__ == "__main__":
    sys.exit(main())
