"""The simulator as a process: starts servers, says where they are, ends on a signal, on time or with its parent."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from hmi.simulator.faults import Fault
from hmi.simulator.servers import ServerAddress, Servers

Say = Callable[[str, dict[str, Any]], None]
"""Prints one event: as a text line or as the JSON document."""


def ready_events(addresses: list[ServerAddress], say: Say, *, json_lines: bool) -> None:
    """Prints where the servers are and `ready` (`contract.md` 10)."""
    if not json_lines:
        for server in addresses:
            if server.driver == "opcua":
                say(f"opcua {server.url}", {})
            else:
                units = " ".join(f"{name}={unit}" for name, unit in server.units.items())
                say(f"{server.driver} {server.host}:{server.port} {units}", {})
    entries = [
        {"driver": s.driver, "host": s.host, "port": s.port, "url": s.url or None, "units": dict(s.units)}
        for s in addresses
    ]
    say("ready", {"event": "ready", "servers": entries})


def say_fault(say: Say) -> Callable[[Fault, bool], None]:
    """A fault listener that prints one line per start and end."""

    def listener(fault: Fault, begins: bool) -> None:
        word = "start" if begins else "end"
        say(f"fault {word} {fault.spec}", {"event": f"fault_{word}", "fault": fault.spec, "device": fault.device})

    return listener


async def run_until_stopped(
    make: Callable[[], Servers],
    say: Say,
    *,
    seconds: float | None = None,
    with_parent: bool = False,
    json_lines: bool = False,
    before_ready: Callable[[list[ServerAddress]], None] | None = None,
) -> None:
    """Runs the servers `make` builds until a signal, the end of `seconds`, or the end of the parent's pipe.

    before_ready: called with the addresses before `ready` is printed, e.g. to write a configuration.
    """
    stop = asyncio.Event()
    with _stop_on_signals(stop):
        servers = make()
        try:
            addresses = await servers.start()
            if before_ready is not None:
                before_ready(addresses)
            ready_events(addresses, say, json_lines=json_lines)
            if with_parent:
                _watch_parent(stop)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)
        finally:
            await servers.stop()


@contextlib.contextmanager
def _stop_on_signals(stop: asyncio.Event) -> Any:
    loop = asyncio.get_running_loop()
    before: list[tuple[signal.Signals, Any]] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        # The plain handler works on every system; the loop's own exists on POSIX only.
        old = signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        before.append((number, old))
    try:
        yield
    finally:
        for number, old in before:
            signal.signal(number, old)


def _watch_parent(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        # os.read and not sys.stdin: a reader blocked inside the buffered object stops the interpreter from ending.
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), 1024):
                pass
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait_for_end, name="parent-watch", daemon=True).start()
