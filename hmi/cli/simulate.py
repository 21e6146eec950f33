"""`simulate`: the simulated plant, or a recording, as real servers (`contract.md` 10)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmi.base.errors import Exit, UsageError
from hmi.cli.options import print_json, wants_json

if TYPE_CHECKING:
    from hmi.simulator.faults import FaultPlan
    from hmi.simulator.process import Say

_EPILOG = """\
SPEC is DEVICE=KIND[:ARG]@START[+LENGTH], counted from 'ready'; without LENGTH for ever. Examples:
  labeller=silent@30s+1min    filler=slow:2s@10s    capper=exception:4@5s+5s    packer=garbage@5s+5s
  filler=refuse@20s+10s (the whole Modbus server)    utilities=reset@20s+10s    utilities=silent@20s+10s
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `simulate`."""
    parser = commands.add_parser(
        "simulate",
        help="serve the simulated plant, or a recording, as PLCs",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same plant")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than the wall clock time runs")
    parser.add_argument("--modbus-port", type=int, default=5020, metavar="N", help="0 = any free one")
    parser.add_argument("--opcua-port", type=int, default=4840, metavar="N", help="0 = any free one")
    parser.add_argument("--fault", action="append", default=[], metavar="SPEC", help="a fault on command, repeatable")
    parser.add_argument("--seconds", type=float, metavar="N", help="end after N seconds")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input is closed")
    replay = parser.add_argument_group("a recording instead of the plant")
    replay.add_argument("--replay", type=Path, metavar="FILE", help="serve this recording")
    replay.add_argument("--config-out", type=Path, metavar="DIR", help="write a ready configuration there")
    replay.add_argument("--driver", choices=["modbus-tcp", "opcua"], default="modbus-tcp")
    replay.add_argument("--type", choices=["float32", "float64"], default="float32", help="of the numbers served")
    replay.add_argument("--time-column", metavar="NAME", help="instead of the one recognised")
    replay.add_argument("--interval", metavar="DUR", help="time between rows; default the recording's own, else 1s")
    replay.add_argument("--delimiter", metavar="C", help="instead of the one recognised; 'tab', 'space'")
    replay.add_argument("--no-header", action="store_true", help="the first line is data")
    replay.add_argument("--rows", metavar="A:B", help="only these rows, counted from 0, B not included")
    replay.add_argument("--loop", action="store_true", help="begin again after the last row")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until a signal, the end of `--seconds`, or the parent's end."""
    import asyncio

    from hmi.base.log import configure_logging

    if not args.speed > 0.0:
        raise UsageError("--speed must be more than 0")
    configure_logging(getattr(args, "log_level", "WARNING"))
    json_lines = wants_json(args)

    def say(text: str, event: dict[str, Any]) -> None:
        if json_lines:
            print_json(event)
        else:
            print(text, flush=True)

    if args.replay is None:
        _refuse_replay_options(args)
        asyncio.run(_serve_plant(args, say, json_lines))
    else:
        asyncio.run(_serve_recording(args, say, json_lines))
    return int(Exit.DONE)


async def _serve_plant(args: argparse.Namespace, say: Say, json_lines: bool) -> None:
    from hmi.simulator.plant import Plant
    from hmi.simulator.process import run_until_stopped, say_fault
    from hmi.simulator.servers import OPCUA_DEVICE, SimulatorServers
    from hmi.simulator.unit_maps import UNITS

    faults = _faults(args.fault, tuple(UNITS), (OPCUA_DEVICE,))
    await run_until_stopped(
        lambda: SimulatorServers(
            Plant(args.seed),
            modbus_port=args.modbus_port,
            opcua_port=args.opcua_port,
            speed=args.speed,
            faults=faults,
            on_fault=say_fault(say),
            seed=args.seed,
        ),
        say,
        seconds=args.seconds,
        with_parent=args.with_parent,
        json_lines=json_lines,
    )


async def _serve_recording(args: argparse.Namespace, say: Say, json_lines: bool) -> None:
    from hmi.simulator import recording as files
    from hmi.simulator.player import Player
    from hmi.simulator.process import run_until_stopped, say_fault
    from hmi.simulator.replay import DEVICE, ReplayServers
    from hmi.simulator.replay_config import write_configuration
    from hmi.simulator.servers import ServerAddress

    recording = files.read_recording(
        args.replay,
        delimiter=_delimiter(args.delimiter),
        header=not args.no_header,
        time_column=args.time_column,
        rows=files.parse_rows(args.rows) if args.rows else (0, None),
    )
    player = Player(recording, _interval_s(args, recording.median_interval_s()) / args.speed, loop=args.loop)
    modbus, opcua = ((DEVICE,), ()) if args.driver == "modbus-tcp" else ((), (DEVICE,))
    faults = _faults(args.fault, modbus, opcua)
    bits = 32 if args.type == "float32" else 64
    made: list[ReplayServers] = []

    def make() -> ReplayServers:
        servers = ReplayServers(
            player,
            args.driver,
            bits=bits,
            port=args.modbus_port if args.driver == "modbus-tcp" else args.opcua_port,
            faults=faults,
            on_fault=say_fault(say),
            on_end=lambda: say("end", {"event": "end", "rows": len(recording)}),
        )
        made.append(servers)
        return servers

    def configure(addresses: list[ServerAddress]) -> None:
        if args.config_out is not None:
            write_configuration(args.config_out, made[0], addresses[0], args.replay.name, bits)

    await run_until_stopped(
        make,
        say,
        seconds=args.seconds,
        with_parent=args.with_parent,
        json_lines=json_lines,
        before_ready=configure,
    )


def _faults(specs: list[str], modbus_devices: tuple[str, ...], opcua_devices: tuple[str, ...]) -> FaultPlan:
    from hmi.simulator.faults import FaultPlan, parse_fault

    return FaultPlan(parse_fault(spec, modbus_devices, opcua_devices) for spec in specs)


def _interval_s(args: argparse.Namespace, recorded_s: float | None) -> float:
    """What was asked for, else the recording's own median, else a second."""
    from hmi.model.timestamps import parse_duration

    if args.interval is None:
        return recorded_s if recorded_s is not None else 1.0
    try:
        interval_us = parse_duration(args.interval)
    except ValueError as mistake:
        raise UsageError(f"--interval: {mistake}") from None
    if interval_us <= 0:
        raise UsageError("--interval must be more than 0")
    return interval_us / 1e6


def _delimiter(text: str | None) -> str | None:
    if text is None:
        return None
    sign = {"tab": "\t", "\\t": "\t", "space": " "}.get(text.lower(), text)
    if len(sign) != 1:
        raise UsageError(f"--delimiter {text}: one sign, 'tab' or 'space'")
    return sign


def _refuse_replay_options(args: argparse.Namespace) -> None:
    given = {
        "--config-out": args.config_out,
        "--time-column": args.time_column,
        "--interval": args.interval,
        "--delimiter": args.delimiter,
        "--no-header": args.no_header,
        "--rows": args.rows,
        "--loop": args.loop,
    }
    for option, value in given.items():
        if value:
            raise UsageError(f"{option} belongs to --replay FILE")
