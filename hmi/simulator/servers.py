"""The simulated plant on the network: physics ticking behind its Modbus and OPC UA servers, faults on time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Protocol

from hmi.base.clock import Clock, SystemClock
from hmi.model import quality
from hmi.simulator.faults import OF_AN_OPCUA_SERVER, Fault, FaultKind, FaultPlan
from hmi.simulator.gate import Gate
from hmi.simulator.modbus_server import ModbusServer
from hmi.simulator.opcua_map import NAMESPACE, NODES
from hmi.simulator.opcua_server import OpcUaServer, Reading
from hmi.simulator.plant import Plant
from hmi.simulator.plant_units import PlantUnit
from hmi.simulator.unit_maps import UNIT_MAPS, UNITS

OPCUA_DEVICE = "utilities"
"""Name of the device behind the OPC UA server, for `--fault`."""

TICK_S = 0.1
PUBLISH_EVERY_S = 0.25
_FAST_STEP_S = 0.5
_FAST_FROM_SPEED = 10.0
_LONGEST_STALL_S = 2.0
MODBUS_GATE_FAULTS = frozenset({FaultKind.REFUSE, FaultKind.RESET})
"""Faults of the whole Modbus server; the others are of one unit and put on by the server itself."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server listens, as printed at `ready`."""

    driver: str
    host: str
    port: int
    url: str = ""
    units: Mapping[str, int] = field(default_factory=dict)


FaultListener = Callable[[Fault, bool], None]
"""Told a fault and True when it begins, False when it ends."""


class Servers(Protocol):
    """Servers of a simulation, started and stopped on the running loop."""

    async def start(self) -> list[ServerAddress]:
        """Begins to answer; returns where."""
        ...

    async def stop(self) -> None:
        """Ends every connection and task."""
        ...


class SimulatorServers:
    """The demo plant as real servers; `plant` stays at hand for whoever wants to compare.

    ports 0 = any free one. Faults count from `start`'s return; `on_fault` hears of each start and end.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        modbus_port: int = 0,
        opcua_port: int = 0,
        speed: float = 1.0,
        faults: FaultPlan | None = None,
        on_fault: FaultListener | None = None,
        clock: Clock | None = None,
        seed: int = 1,
        moving: bool = True,
    ) -> None:
        self.plant = plant
        self._speed = speed
        self._moving = moving
        self._clock = clock or SystemClock()
        self._faults = faults or FaultPlan()
        units = {name: (UNITS[name], PlantUnit(plant, UNIT_MAPS[name])) for name in UNITS}
        self._modbus = ModbusServer(units, modbus_port, self._faults, Random(f"{seed}/garbage"))
        try:
            self._opcua = OpcUaServer(NODES, NAMESPACE, opcua_port, check=plant.check, write=plant.write)
        except Exception:
            self._modbus.gate.release()
            raise
        doors = [
            GatedServer(tuple(UNITS), MODBUS_GATE_FAULTS, self._modbus.gate),
            GatedServer((OPCUA_DEVICE,), OF_AN_OPCUA_SERVER, self._opcua.gate),
        ]
        self._fault_timer = FaultTimer(self._faults, doors, self._clock, on_fault)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> list[ServerAddress]:
        await self._modbus.start()
        await self._opcua.start(utility_readings(self.plant))
        self._tasks = [asyncio.create_task(self._run(), name="physics"), asyncio.create_task(self._fault_timer.run())]
        host = self._modbus.gate.host
        return [
            ServerAddress("modbus-tcp", host, self._modbus.port, units=self._modbus.units),
            ServerAddress("opcua", host, self._opcua.port, self._opcua.url),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._modbus.stop()
        await self._opcua.stop()

    async def _run(self) -> None:
        # Always steps of one length, so that a seed gives the same plant however the machine is loaded.
        step_s = TICK_S if self._speed < _FAST_FROM_SPEED else _FAST_STEP_S
        owed_s = 0.0
        last_us = self._clock.monotonic_us()
        published_us = last_us
        while True:
            await asyncio.sleep(TICK_S)
            now_us = self._clock.monotonic_us()
            # A machine that slept does not make up for it: a plant has no memory of the simulator's stalls.
            owed_s += min((now_us - last_us) / 1e6, _LONGEST_STALL_S) * self._speed if self._moving else 0.0
            last_us = now_us
            steps = int(owed_s / step_s)
            if steps:
                owed_s -= steps * step_s
                self.plant.step(steps * step_s, step_s)
            if now_us - published_us >= PUBLISH_EVERY_S * 1e6 - TICK_S * 5e5:
                published_us = now_us
                await self._opcua.publish(utility_readings(self.plant), datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class GatedServer:
    """The door of a server, the devices behind it and the faults that are the door's business."""

    devices: tuple[str, ...]
    kinds: frozenset[FaultKind]
    gate: Gate


class FaultTimer:
    """Puts faults on and takes them off on time."""

    def __init__(
        self,
        plan: FaultPlan,
        doors: Sequence[GatedServer],
        clock: Clock,
        listener: FaultListener | None = None,
    ) -> None:
        self._plan = plan
        self._doors = doors
        self._clock = clock
        self._listener = listener

    async def run(self) -> None:
        """Runs until no fault will change any more."""
        ready_us = self._clock.monotonic_us()
        while True:
            now_s = (self._clock.monotonic_us() - ready_us) / 1e6
            began, ended = self._plan.advance(now_s)
            for door in self._doors:
                fault = self._plan.of_server(door.devices, door.kinds)
                await door.gate.apply(fault.kind if fault else None)
            if self._listener is not None:
                for fault in ended:
                    self._listener(fault, False)
                for fault in began:
                    self._listener(fault, True)
            following_s = self._plan.next_change_s(now_s)
            if following_s is None:
                return
            await asyncio.sleep(max(following_s - now_s, 0.001))


def utility_readings(plant: Plant) -> dict[str, Reading]:
    """What the OPC UA server says of the plant, with the quality each sensor gives itself."""
    values = plant.snapshot()
    readings: dict[str, Reading] = {node.key: (values[node.key], quality.GOOD) for node in NODES}
    if values["tunnel/zone3_sensor_weak"]:
        key = "tunnel/zone3_temperature"
        readings[key] = (values[key], quality.UNCERTAIN_SENSOR_NOT_ACCURATE)
    if values["cip/conductivity_out"]:
        readings["cip/conductivity"] = (None, quality.BAD_OUT_OF_SERVICE)
    return readings
