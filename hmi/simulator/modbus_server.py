"""The Modbus TCP server: several units behind one listener, as behind a gateway, with faults on command."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from random import Random
from typing import Protocol

from pymodbus.constants import ExcCodes
from pymodbus.exceptions import ModbusIOException
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.server import ModbusTcpServer
from pymodbus.server.requesthandler import ServerRequestHandler
from pymodbus.simulator import DataType, SimData, SimDevice

from hmi.simulator.faults import FaultKind, FaultPlan
from hmi.simulator.gate import Gate

TABLES = ("coil", "discrete", "holding", "input")
_TABLE_OF = {1: "coil", 5: "coil", 15: "coil", 2: "discrete", 4: "input"}

CONNECTION: ContextVar[int] = ContextVar("connection", default=0)
"""Number of the client connection whose request is being answered."""


class Unit(Protocol):
    """What stands behind one unit id."""

    def size(self, table: str) -> int:
        """Registers or bits of a table, counted from 0; 0 = the unit does not have it."""
        ...

    def before_read(self, table: str, address: int, count: int, memory: list[int]) -> ExcCodes | None:
        """Brings `memory` (registers; bits 16 to a word) up to date for a read, or refuses it."""
        ...

    def write(self, table: str, address: int, values: list[int]) -> ExcCodes | None:
        """Takes a write, or refuses it."""
        ...


class ModbusServer:
    """Serves units on one port; started and stopped on the running loop."""

    def __init__(
        self, units: Mapping[str, tuple[int, Unit]], port: int, faults: FaultPlan, rng: Random, host: str = "127.0.0.1"
    ) -> None:
        self.units = {name: unit_id for name, (unit_id, _) in units.items()}
        self.gate = Gate(host, port)
        self._devices = [_sim_device(unit_id, unit) for unit_id, unit in units.values()]
        self._names = {unit_id: name for name, unit_id in self.units.items()}
        self._faults = faults
        self._rng = rng
        self._server: _Server | None = None

    @property
    def port(self) -> int:
        """The public port."""
        return self.gate.port

    async def start(self) -> None:
        """Begins to answer; raises BusyError if the port is taken."""
        self._server = _Server(self._devices, self._names, self._faults, self._rng, self.gate.host)
        await self._server.serve_forever(background=True)
        await self.gate.open(self._server.private_port)

    async def stop(self) -> None:
        """Ends every connection."""
        await self.gate.close()
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            await self._server.end_tasks()
            self._server = None


class _Server(ModbusTcpServer):
    def __init__(
        self, devices: list[SimDevice], names: dict[int, str], faults: FaultPlan, rng: Random, host: str
    ) -> None:
        super().__init__(devices, address=(host, 0))
        self.names = names
        self.faults = faults
        self.rng = rng
        self.connections = 0
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def private_port(self) -> int:
        return int(self.transport.sockets[0].getsockname()[1])  # type: ignore[attr-defined]  # a Server, not a Transport

    def callback_new_connection(self) -> ServerRequestHandler:
        self.connections += 1
        return _Connection(self, self.connections)

    async def end_tasks(self) -> None:
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class _Connection(ServerRequestHandler):
    """One client; answers its requests one after the other, also when several come in one segment.

    The library's own handler keeps only the last request, so a slow unit would answer under a foreign number.
    """

    def __init__(self, server: _Server, number: int) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            server, server.trace_packet, server.trace_pdu, server.trace_connect
        )
        self._owner = server
        self._number = number
        self._requests: asyncio.Queue[ModbusPDU] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def callback_connected(self) -> None:
        super().callback_connected()
        self._task = asyncio.get_running_loop().create_task(self._answer_all())
        self._owner.tasks.add(self._task)
        self._task.add_done_callback(self._owner.tasks.discard)

    def callback_disconnected(self, exc: Exception | None) -> None:
        super().callback_disconnected(exc)
        if self._task is not None:
            self._task.cancel()

    def callback_data(self, data: bytes, addr: tuple[object, ...] | None = None) -> int:
        used = 0
        while used < len(data):
            try:
                length, pdu = self.framer.handleFrame(data[used:], 0, 0)
            except ModbusIOException as fault:
                self._send(_exception(data[used + 7], fault.dev_id, fault.transaction_id, ExcCodes.ILLEGAL_FUNCTION))
                return len(data)
            if pdu is None:
                return used + length
            used += length
            self._requests.put_nowait(pdu)
        return used

    async def _answer_all(self) -> None:
        CONNECTION.set(self._number)
        while True:
            await self._answer(await self._requests.get())

    async def _answer(self, request: ModbusPDU) -> None:
        unit, number, function = request.dev_id, request.transaction_id, request.function_code
        name = self._owner.names.get(unit)
        if name is None:
            self._send(_exception(function, unit, number, ExcCodes.GATEWAY_NO_RESPONSE))
            return
        fault = self._owner.faults.of(name)
        if fault is not None:
            if fault.kind is FaultKind.SILENT:
                return
            if fault.kind is FaultKind.EXCEPTION:
                self._send(_exception(function, unit, number, fault.code))
                return
            if fault.kind is FaultKind.GARBAGE:
                self._send_bytes(_garbage(request, self._owner.rng))
                return
            await asyncio.sleep(fault.delay_s)
        answer = await request.datastore_update(self._owner.context, unit)  # type: ignore[arg-type]  # declared too narrow
        answer.transaction_id, answer.dev_id = number, unit
        self._send(answer)

    def _send(self, pdu: ModbusPDU) -> None:
        self._send_bytes(self.framer.buildFrame(pdu))

    def _send_bytes(self, frame: bytes) -> None:
        if self.transport is not None:
            self.transport.write(frame)  # type: ignore[attr-defined]  # declared as BaseTransport


def _exception(function: int, unit: int, number: int, code: int) -> ModbusPDU:
    answer = ExceptionResponse(function & 0x7F, code)
    answer.dev_id, answer.transaction_id = unit, number
    return answer


def _garbage(request: ModbusPDU, rng: Random) -> bytes:
    """Noise, or a frame with the right number whose inside cannot be the answer; never a valid answer."""
    noise = rng.randbytes(rng.randint(5, 60))
    if rng.random() < 0.5:
        # No request uses function 0, so a client that looks at the function code finds it out at once.
        return request.transaction_id.to_bytes(2, "big") + b"\xa5\x5a" + noise
    body = bytes([request.dev_id, 0]) + noise
    return request.transaction_id.to_bytes(2, "big") + b"\0\0" + len(body).to_bytes(2, "big") + body


def _sim_device(unit_id: int, unit: Unit) -> SimDevice:
    async def action(
        function: int, start: int, address: int, count: int, registers: list[int], values: list[int] | list[bool] | None
    ) -> ExcCodes | None:
        table = _TABLE_OF.get(function, "holding")
        if values is not None:
            return unit.write(table, address, [int(value) for value in values])
        return unit.before_read(table, address, count, registers)

    blocks: list[list[SimData]] = []
    for table in TABLES:
        # The library wants every table to exist; one register is the least, refused below if the unit has none.
        size = max(unit.size(table), 1)
        if table in {"coil", "discrete"}:
            words = (size + 15) // 16
            blocks.append([SimData(0, values=[False] * (words * 16), datatype=DataType.BITS)])
        else:
            blocks.append([SimData(0, values=[0] * size, datatype=DataType.REGISTERS)])
    return SimDevice(unit_id, (blocks[0], blocks[1], blocks[2], blocks[3]), action=action)
