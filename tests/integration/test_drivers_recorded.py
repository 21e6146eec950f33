"""Answers of real devices, recorded on real networks, served again to the client."""

from __future__ import annotations

import asyncio
import random
import struct
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from hmi.drivers.contract import DeviceFaultError
from hmi.drivers.modbus.address import HOLDING, INPUT
from hmi.drivers.modbus.client import ExceptionReplyError, ModbusClient
from tests.helpers.captures import Exchange, modbus_exchanges
from tests.helpers.counterparts import need_recording
from tests.helpers.hostile_modbus import HostileModbus

READS = {3: HOLDING, 4: INPUT}
TIMEOUT_US = 2_000_000


class Recorded(HostileModbus):
    """Answers each request with what the real device answered, in the recorded order; may spoil an answer."""

    def __init__(self, exchanges: list[Exchange], spoil: random.Random | None = None) -> None:
        super().__init__()
        self._answers: dict[tuple[int, bytes], deque[bytes]] = defaultdict(deque)
        self._spoil = spoil
        for exchange in exchanges:
            self._answers[exchange.unit, exchange.request].append(exchange.answer)

    async def _answer(self, writer: asyncio.StreamWriter, tid: int, unit: int, body: bytes) -> None:
        answers = self._answers[unit, body]
        answer = answers[0] if len(answers) == 1 else answers.popleft()
        frame = struct.pack(">HHHB", tid, 0, len(answer) + 1, unit) + answer
        if self._spoil is not None:
            damaged = bytearray(frame)
            for _ in range(self._spoil.randint(0, 3)):
                damaged[self._spoil.randrange(len(damaged))] = self._spoil.randrange(256)
            frame = bytes(damaged[: self._spoil.randint(0, len(damaged))])
            if self._spoil.random() < 0.05:
                writer.transport.abort()
                return
        writer.write(frame)


@contextmanager
def served(server: HostileModbus) -> Iterator[HostileModbus]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


def reads(name: str) -> list[Exchange]:
    exchanges = modbus_exchanges(need_recording("pcap", name))
    return [exchange for exchange in exchanges if exchange.request[0] in READS]


def test_two_minutes_of_a_real_gateway_decode_to_the_recorded_registers() -> None:
    exchanges = reads("modbus_poll_2min.pcap")
    assert len(exchanges) > 900 and {exchange.unit for exchange in exchanges} >= {1, 2, 3}

    async def work(port: int) -> int:
        client = ModbusClient("127.0.0.1", port)
        await client.open(TIMEOUT_US)
        right = 0
        for exchange in exchanges:
            function, start, count = struct.unpack(">BHH", exchange.request[:5])
            try:
                got = await client.read_registers(READS[function], exchange.unit, start, count, TIMEOUT_US)
                right += got == exchange.answer[2:] and exchange.answer[0] == function
            except ExceptionReplyError as reply:
                right += exchange.answer == bytes([function | 0x80, reply.code])
        client.close()
        await asyncio.sleep(0)
        return right

    with served(Recorded(exchanges)) as server:
        assert asyncio.run(work(server.port)) == len(exchanges)


def test_spoilt_answers_never_hang_or_crash_the_client() -> None:
    exchanges = reads("modbus_poll_2min.pcap")[:300]

    async def work(port: int) -> int:
        tried = 0
        client = ModbusClient("127.0.0.1", port)
        await client.open(TIMEOUT_US)
        for exchange in exchanges:
            function, start, count = struct.unpack(">BHH", exchange.request[:5])
            try:
                got = await client.read_registers(READS[function], exchange.unit, start, count, 20_000)
                assert len(got) == 2 * count
            except ExceptionReplyError:
                pass
            except DeviceFaultError as fault:
                assert fault.kind in ("timeout", "protocol", "reset")
                if fault.kind == "reset":
                    client.close()
                    client = ModbusClient("127.0.0.1", port)
                    await client.open(TIMEOUT_US)
            tried += 1
        client.close()
        await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == []
        return tried

    with served(Recorded(exchanges, random.Random(11))) as server:
        assert asyncio.run(work(server.port)) == len(exchanges)
