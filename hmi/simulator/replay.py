"""A recording on the network as a PLC: the rows go out one after the other to whoever reads."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Literal

from hmi.base.clock import Clock, SystemClock
from hmi.model import quality
from hmi.simulator.faults import OF_AN_OPCUA_SERVER, FaultKind, FaultPlan
from hmi.simulator.modbus_server import ModbusServer
from hmi.simulator.opcua_map import Node
from hmi.simulator.opcua_server import OpcUaServer, Reading
from hmi.simulator.player import Player
from hmi.simulator.replay_unit import ReplayUnit
from hmi.simulator.servers import MODBUS_GATE_FAULTS, FaultListener, FaultTimer, GatedServer, ServerAddress

DEVICE = "replay"
NAMESPACE = "urn:plant-hmi:replay"
ROW_KEY = "row"
_LONGEST_WAIT_INTERVALS = 10.0
_LONGEST_WAIT_S = 5.0
_SETTLE_S = 1.0
_RETURN_S = 6.0
_RETURN_MODBUS_S = 15.0
"""After a hole a client may be waiting out its back-off; the first row stays for it as long."""


class ReplayServers:
    """One server that plays a recording once the first client reads.

    Modbus: a row stays out until a client has read it whole, but at most ten intervals (at least 5 s) longer than the
    recording says, so that a client that is late for a moment misses nothing. OPC UA: rows go out on time, each in one
    piece and with one source time. The first row and the one after a hole wait longer, for a client to come (back).
    """

    def __init__(
        self,
        player: Player,
        driver: Literal["modbus-tcp", "opcua"],
        *,
        bits: int = 32,
        port: int = 0,
        faults: FaultPlan | None = None,
        on_fault: FaultListener | None = None,
        on_end: Callable[[], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.player = player
        self._clock = clock or SystemClock()
        self._faults = faults or FaultPlan()
        self._on_end = on_end
        self._begun = asyncio.Event()
        self._settling = True
        self._settled_us = 0
        self.unit: ReplayUnit | None = None
        self._modbus: ModbusServer | None = None
        self._opcua: OpcUaServer | None = None
        if driver == "modbus-tcp":
            # A row kept longer than the recording changes would be stale for a client that reads now and then.
            self.unit = ReplayUnit(player.recording, bits, self._clock, max(player.interval_s, 1.0), self._begin)
            self._modbus = ModbusServer({DEVICE: (1, self.unit)}, port, self._faults, Random(f"{DEVICE}/garbage"))
            door = GatedServer((DEVICE,), MODBUS_GATE_FAULTS, self._modbus.gate)
        else:
            self._opcua = OpcUaServer(_nodes(player, bits), NAMESPACE, port, on_read=self._on_read)
            door = GatedServer((DEVICE,), OF_AN_OPCUA_SERVER, self._opcua.gate)
        self._fault_timer = FaultTimer(self._faults, [door], self._clock, on_fault)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> list[ServerAddress]:
        if self._modbus is not None:
            await self._modbus.start()
            address = ServerAddress("modbus-tcp", self._modbus.gate.host, self._modbus.port, units=self._modbus.units)
        else:
            assert self._opcua is not None
            await self._opcua.start(dict.fromkeys(self._keys(), (None, quality.BAD_WAITING_FOR_INITIAL_DATA)))
            address = ServerAddress(
                "opcua", self._opcua.gate.host, self._opcua.port, self._opcua.url, units={DEVICE: 1}
            )
        self._tasks = [asyncio.create_task(self._play(), name="replay"), asyncio.create_task(self._fault_timer.run())]
        return [address]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for server in (self._modbus, self._opcua):
            if server is not None:
                await server.stop()

    async def _play(self) -> None:
        await self._begun.wait()
        while True:
            step = self.player.step()
            await asyncio.sleep(step.hold_s)
            await self._until_read()
            if self.player.is_last:
                # Polls and publishes under way still deliver the last row before anybody is told of the end.
                await asyncio.sleep(max(_SETTLE_S, step.hold_s))
                if self._on_end is not None:
                    self._on_end()
                return
            if step.silent_s > 0.0:
                await self._silence(True)
                await asyncio.sleep(step.silent_s)
            self.player.advance()
            await self._put_out()
            self._settling = step.silent_s > 0.0
            if self._settling:
                self._settled_us = self._clock.monotonic_us() + round(_RETURN_S * 1e6)
                await self._silence(False)

    async def _until_read(self) -> None:
        """Waits for a late reader, within bounds; a row that nobody fetches goes all the same."""
        if self.unit is not None:
            least_s = _RETURN_MODBUS_S if self._settling else _LONGEST_WAIT_S
            longest_s = max(_LONGEST_WAIT_INTERVALS * self.player.interval_s, least_s)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.unit.read_whole.wait(), longest_s)
            return
        while True:
            left_us = self._settled_us - self._clock.monotonic_us()
            if left_us <= 0:
                return
            await asyncio.sleep(left_us / 1e6)

    async def _put_out(self) -> None:
        if self.unit is not None:
            self.unit.put_out(self.player.row_number, self.player.row)
        if self._opcua is not None:
            readings: dict[str, Reading] = {ROW_KEY: (self.player.row_number, quality.GOOD)}
            for position, cell in enumerate(self.player.row):
                readings[_key(position)] = (None, quality.BAD_NO_DATA) if cell is None else (cell, quality.GOOD)
            await self._opcua.publish(readings, datetime.now(UTC))

    async def _silence(self, silent: bool) -> None:
        self._faults.mute(DEVICE, silent)
        if self._opcua is not None:
            await self._opcua.gate.apply(FaultKind.SILENT if silent else None)

    def _begin(self) -> None:
        """The first client asks over Modbus: the first row goes out before its answer does."""
        if not self._begun.is_set():
            assert self.unit is not None
            self.unit.put_out(self.player.row_number, self.player.row)
            self._begun.set()

    async def _on_read(self) -> None:
        """A client asks over OPC UA; the row after a beginning stays until it had a second to subscribe to all."""
        if not self._begun.is_set():
            self._begun.set()
            await self._put_out()
        if self._settling:
            self._settled_us = self._clock.monotonic_us() + round(_SETTLE_S * 1e6)

    def _keys(self) -> list[str]:
        return [ROW_KEY, *(_key(position) for position in range(len(self.player.recording.columns)))]


def lawful_names(titles: Sequence[str]) -> list[str]:
    """Tag path parts for column titles: letters, digits, `_ - .`, unique without regard to case, none called `row`."""
    taken = {ROW_KEY}
    names: list[str] = []
    for title in titles:
        base = re.sub(r"[^A-Za-z0-9_.\-]+", "_", title).strip("_") or "column"
        name, number = base, 2
        while name.lower() in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name.lower())
        names.append(name)
    return names


def _key(position: int) -> str:
    return f"column/{position}"


def _nodes(player: Player, bits: int) -> list[Node]:
    number = "Float" if bits == 32 else "Double"
    nodes = [Node(ROW_KEY, ROW_KEY, "UInt32", in_folders=False)]
    columns = player.recording.columns
    for position, name in enumerate(lawful_names([column.title for column in columns])):
        kind = "String" if columns[position].is_text else number
        nodes.append(Node(name, _key(position), kind, in_folders=False))
    return nodes
