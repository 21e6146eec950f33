"""The simulated plant inside a test: servers on a thread of their own, internal state at hand."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from hmi.simulator.faults import Fault, FaultPlan, parse_fault
from hmi.simulator.plant import Plant
from hmi.simulator.servers import OPCUA_DEVICE, ServerAddress, Servers, SimulatorServers
from hmi.simulator.unit_maps import UNITS


class Running:
    """Servers that answer; `addresses` as printed at `ready`, `faults` as they began and ended."""

    def __init__(self, addresses: list[ServerAddress]) -> None:
        self.addresses = addresses

    @property
    def modbus_port(self) -> int:
        return next(server.port for server in self.addresses if server.driver == "modbus-tcp")

    @property
    def url(self) -> str:
        return next(server.url for server in self.addresses if server.driver == "opcua")


@contextmanager
def served(make: object) -> Iterator[Running]:
    """Runs the servers that `make()` builds, on a loop in a thread, until the block ends."""
    assert callable(make)
    for name in ("asyncua", "pymodbus"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulated")
    thread.start()

    async def begin() -> tuple[Servers, list[ServerAddress]]:
        servers: Servers = make()
        return servers, await servers.start()

    try:
        servers, addresses = asyncio.run_coroutine_threadsafe(begin(), loop).result(30)
        try:
            yield Running(addresses)
        finally:
            asyncio.run_coroutine_threadsafe(servers.stop(), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def served_plant(
    plant: Plant, faults: Sequence[str] = (), *, moving: bool = False, heard: list[tuple[Fault, bool]] | None = None
) -> Iterator[Running]:
    """The demo plant, standing still unless `moving`, so that what is read can be compared exactly."""
    plan = FaultPlan(parse_fault(spec, tuple(UNITS), (OPCUA_DEVICE,)) for spec in faults)

    def listener(fault: Fault, begins: bool) -> None:
        if heard is not None:
            heard.append((fault, begins))

    with served(lambda: SimulatorServers(plant, faults=plan, on_fault=listener, moving=moving)) as running:
        yield running
