"""The simulated plant inside a test: servers on a thread of their own, internal state at hand."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from random import Random

from hmi.base.clock import SystemClock
from hmi.simulator.faults import Fault, FaultPlan, parse_fault
from hmi.simulator.modbus_server import ModbusServer
from hmi.simulator.plant import Plant
from hmi.simulator.plant_units import PlantUnit
from hmi.simulator.servers import (
    MODBUS_GATE_FAULTS,
    OPCUA_DEVICE,
    FaultListener,
    FaultTimer,
    GatedServer,
    ServerAddress,
    Servers,
    SimulatorServers,
)
from hmi.simulator.unit_maps import UNIT_MAPS, UNITS


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


class MachinesOnly:
    """The four machine PLCs without the OPC UA server, which takes two seconds to come and go."""

    def __init__(self, plant: Plant, faults: FaultPlan, listener: FaultListener) -> None:
        units = {name: (UNITS[name], PlantUnit(plant, UNIT_MAPS[name])) for name in UNITS}
        self._modbus = ModbusServer(units, 0, faults, Random(1))
        door = GatedServer(tuple(UNITS), MODBUS_GATE_FAULTS, self._modbus.gate)
        self._timer = FaultTimer(faults, [door], SystemClock(), listener)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> list[ServerAddress]:
        await self._modbus.start()
        self._task = asyncio.create_task(self._timer.run())
        return [ServerAddress("modbus-tcp", "127.0.0.1", self._modbus.port, units=self._modbus.units)]

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._modbus.stop()


@contextmanager
def served_machines(
    plant: Plant, faults: Sequence[str] = (), *, heard: list[tuple[Fault, bool]] | None = None
) -> Iterator[Running]:
    """The machine PLCs of a plant that stands still."""
    plan = FaultPlan(parse_fault(spec, tuple(UNITS), ()) for spec in faults)

    def listener(fault: Fault, begins: bool) -> None:
        if heard is not None:
            heard.append((fault, begins))

    with served(lambda: MachinesOnly(plant, plan, listener)) as running:
        yield running


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
