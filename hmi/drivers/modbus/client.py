"""One Modbus TCP connection on pymodbus, with its traps closed: garbage, lost links and wrong answers end a request."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
from collections.abc import Awaitable, Callable

import structlog
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ConnectionException, ModbusException, ModbusIOException
from pymodbus.logging import Log
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.register_message import ReadHoldingRegistersResponse, ReadInputRegistersResponse

from hmi.drivers.contract import DeviceFaultError
from hmi.drivers.modbus.address import COIL, HOLDING, INPUT
from hmi.model.quality import BAD_COMMUNICATION_ERROR, BAD_CONFIGURATION_ERROR, BAD_TIMEOUT

# pymodbus logs every timeout and skipped frame as an error; faults are told once, by us.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
_log = structlog.get_logger("modbus")


def _keep_no_frames(kind: str, data: bytes, waiting: bytes) -> None:
    """pymodbus keeps the last frames of all connections for the errors it logs; those are off."""


Log.transport_dump = _keep_no_frames  # type: ignore[method-assign]


class ExceptionReplyError(Exception):
    """The device answered with a Modbus exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code:02X}")
        self.code = code


class _FastHolding(ReadHoldingRegistersResponse):
    """Keeps the register bytes as they came; pymodbus would loop over them and print every frame."""

    payload: bytes = b""

    def decode(self, data: bytes) -> None:
        size = data[0]
        if size >= len(data) or size % 2:
            raise ModbusIOException("short packet", function_code=self.function_code)
        self.payload = bytes(data[1 : 1 + size])

    def __str__(self) -> str:
        return type(self).__name__


class _FastInput(_FastHolding):
    function_code = ReadInputRegistersResponse.function_code


class ModbusClient:
    """A connection that lives once: open, any number of calls one at a time, close."""

    def __init__(self, host: str, port: int) -> None:
        # Without a timeout of pymodbus: every request has a deadline of ours, and its wait_for may lose a cancellation.
        self._client = AsyncModbusTcpClient(
            host,
            port=port,
            timeout=None,  # type: ignore[arg-type]
            retries=0,
            reconnect_delay=0,
            trace_connect=self._on_connect,
        )
        self._connected = False
        self._waiting = False
        inner = self._client.ctx.callback_data

        def guarded(data: bytes, addr: tuple[str, int] | None = None) -> int:
            # An undecodable frame raises inside the transport, which would close it with a trace in the log.
            try:
                return inner(data, addr)
            except ModbusException as fault:
                self._fail(fault)
                return len(data)

        self._client.ctx.callback_data = guarded  # type: ignore[method-assign]
        self._use_fast_pdu()

    @property
    def connected(self) -> bool:
        """True until the transport is lost; a silent peer stays connected."""
        return self._connected

    async def open(self, timeout_us: int) -> None:
        """Connects; raises DeviceFaultError in plain words."""
        try:
            async with asyncio.timeout(timeout_us / 1e6):
                await self._client.ctx.call_create()
        except TimeoutError:
            raise DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT) from None
        except ConnectionRefusedError:
            raise DeviceFaultError("refused", "refuses the connection", BAD_COMMUNICATION_ERROR) from None
        except socket.gaierror:
            raise DeviceFaultError(
                "configuration", "has a host name that nobody knows", BAD_CONFIGURATION_ERROR
            ) from None
        except OSError as fault:
            words = f"cannot be reached ({fault.strerror or 'no route'})"
            raise DeviceFaultError("refused", words, BAD_COMMUNICATION_ERROR) from None

    def close(self) -> None:
        """Closes the transport; may be called twice."""
        self._connected = False
        self._fail(ConnectionException("closed"))
        self._client.close()

    async def read_registers(self, table: str, unit: int, start: int, count: int, timeout_us: int) -> bytes:
        """Bytes of `count` registers of `holding` or `input`."""
        ask = self._client.read_holding_registers if table == HOLDING else self._client.read_input_registers
        reply = await self._call(ask(start, count=count, device_id=unit), 3 if table == HOLDING else 4, timeout_us)
        payload = getattr(reply, "payload", b"") or struct.pack(f">{len(reply.registers)}H", *reply.registers)
        if len(payload) != 2 * count:
            raise _wrong(f"answers with {len(payload) // 2} registers instead of {count}")
        return payload

    async def read_bits(self, table: str, unit: int, start: int, count: int, timeout_us: int) -> list[bool]:
        """States of `count` coils or discrete inputs."""
        ask = self._client.read_coils if table == COIL else self._client.read_discrete_inputs
        reply = await self._call(ask(start, count=count, device_id=unit), 1 if table == COIL else 2, timeout_us)
        if len(reply.bits) < count:
            raise _wrong(f"answers with {len(reply.bits)} bits instead of {count}")
        return list(reply.bits[:count])

    async def write_coil(self, unit: int, offset: int, value: bool, timeout_us: int) -> None:
        """Function 5."""
        await self._call(self._client.write_coil(offset, value, device_id=unit), 5, timeout_us)

    async def write_register(self, unit: int, offset: int, value: int, timeout_us: int) -> None:
        """Function 6."""
        await self._call(self._client.write_register(offset, value, device_id=unit), 6, timeout_us)

    async def write_registers(self, unit: int, offset: int, values: list[int], timeout_us: int) -> None:
        """Function 16."""
        await self._call(self._client.write_registers(offset, values, device_id=unit), 16, timeout_us)

    async def mask_register(self, unit: int, offset: int, keep: int, put: int, timeout_us: int) -> None:
        """Function 22: register = (register and keep) or (put and not keep)."""
        call = self._client.mask_write_register(address=offset, and_mask=keep, or_mask=put, device_id=unit)
        await self._call(call, 22, timeout_us)

    async def _call(self, request: Awaitable[ModbusPDU], function: int, timeout_us: int) -> ModbusPDU:
        self._waiting = True
        try:
            async with asyncio.timeout(timeout_us / 1e6):
                reply = await request
        except TimeoutError:
            raise DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT) from None
        except ConnectionException:
            raise DeviceFaultError("reset", "closed the connection", BAD_COMMUNICATION_ERROR) from None
        except ModbusException:
            raise _wrong("answers with frames that are not Modbus TCP") from None
        finally:
            self._waiting = False
        if isinstance(reply, ExceptionResponse):
            raise ExceptionReplyError(reply.exception_code)
        if reply.function_code != function:
            raise _wrong(f"answers function {function} with function {reply.function_code}")
        return reply

    def _on_connect(self, connected: bool) -> None:
        self._connected = connected
        if not connected:
            self._fail(ConnectionException("lost"))

    def _fail(self, fault: Exception) -> None:
        future = self._client.ctx.response_future
        if self._waiting and not future.done():
            future.set_exception(fault)

    def _use_fast_pdu(self) -> None:
        for fast, code in ((_FastHolding, 3), (_FastInput, 4)):
            self._client.register(fast)
            decoded = self._client.ctx.framer.decoder.decode(bytes([code, 2, 0x12, 0x34]))
            if getattr(decoded, "payload", b"") != b"\x12\x34":
                _log.warning("the fast register answer is not in use with this pymodbus", function=code)


Operation = Callable[[ModbusClient, int], Awaitable[bytes | list[bool] | None]]
"""A request on a connection with a deadline in microseconds."""


def read_operation(table: str, unit: int, start: int, count: int) -> Operation:
    """The read of a block, for `Link.call`."""

    async def registers(client: ModbusClient, timeout_us: int) -> bytes:
        return await client.read_registers(table, unit, start, count, timeout_us)

    async def bits(client: ModbusClient, timeout_us: int) -> list[bool]:
        return await client.read_bits(table, unit, start, count, timeout_us)

    return registers if table in (HOLDING, INPUT) else bits


def _wrong(words: str) -> DeviceFaultError:
    return DeviceFaultError("protocol", words, BAD_COMMUNICATION_ERROR)
