"""`health`: asks a station how it is; for people, scripts and container health checks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmi.base.errors import Exit, UnreachableError
from hmi.cli.options import places, print_json, wants_json

if TYPE_CHECKING:
    from hmi.cli.client import ApiClient

_EXITS = {"healthy": Exit.DONE, "degraded": Exit.NO}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `health`."""
    parser = commands.add_parser(
        "health", help="ask the station how it is", description="Exit: 0 healthy, 1 degraded, 2 down or silent."
    )
    parser.add_argument("--url", metavar="URL", help="address of the station; else the one that runs on --data")
    parser.add_argument(
        "--ca",
        metavar="FILE",
        type=Path,
        help="with an https --url: certificate to trust, of the station or its authority",
    )
    parser.add_argument("--basic", action="store_true", help="only the word")
    parser.add_argument(
        "--retries", type=whole_number, default=0, metavar="N", help="ask again up to N times while down"
    )
    parser.add_argument("--interval", type=seconds, default=1.0, metavar="S", help="seconds between two tries")
    parser.add_argument("--quiet", action="store_true", help="print nothing, only the exit code")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the health and returns the exit code that fits it."""
    import threading

    path = "/health/basic" if args.basic else "/health"
    pause = threading.Event()
    for attempt in range(args.retries + 1):
        if attempt:
            pause.wait(args.interval)
        answer, problem = _ask(args, path)
        status = str(answer.get("status", "down"))
        if status != "down":
            break
    if not args.quiet:
        if wants_json(args):
            print_json(answer)
        elif args.basic:
            print(status)
        else:
            _print(answer)
        if problem:
            print(problem, file=sys.stderr)
    return int(_EXITS.get(status, Exit.DOWN))


def _ask(args: argparse.Namespace, path: str) -> tuple[dict[str, Any], str]:
    try:
        _, answer = _client(args).ask("GET", path)
    except UnreachableError as fault:
        return {"status": "down"}, str(fault)
    if isinstance(answer, dict) and "status" in answer:
        return answer, ""
    error = answer.get("error") if isinstance(answer, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return {"status": "down"}, str(message or "what answers there is not a station")


def _client(args: argparse.Namespace) -> ApiClient:
    from hmi.cli.client import ApiClient, authority, need_station

    if args.url:
        trust = authority(args.ca) if args.ca else None
        return ApiClient(args.url.rstrip("/").removesuffix("/health"), trust=trust)
    return need_station(places(args).data)


def _print(answer: dict[str, Any]) -> None:
    station = answer.get("station")
    print(f"{answer['status']}{f'  {station}' if station else ''}")
    for name, service in (answer.get("services") or {}).items():
        print(f"  {name:12} {service['status']:9} {service['message']}")


def whole_number(text: str) -> int:
    """A number of tries; the name is what argparse tells the user."""
    value = int(text)
    if value < 0:
        raise ValueError
    return value


def seconds(text: str) -> float:
    """A pause; the name is what argparse tells the user."""
    value = float(text)
    if not 0 <= value <= 3600:
        raise ValueError
    return value
