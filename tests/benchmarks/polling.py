"""The Modbus driver against a lean client on the same loop and server: `python -m tests.benchmarks.polling`."""

from __future__ import annotations

import asyncio
import struct
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hmi.drivers.registry import driver_kind
from hmi.model.devices import DeviceDefinition
from hmi.model.tags import TagDefinition
from tests.benchmarks.figures import Figure, table

CONNECTIONS, REGISTERS, SECONDS, ROUNDS = 100, 100, 1.5, 3
_REQUEST, _HEAD = struct.Struct(">HHHBBHH"), struct.Struct(">HHHBBB")

Poll = Callable[[], Awaitable[object]]


class Lean(asyncio.Protocol):
    """The reference: nothing but framing and one unpack; no deadline, no quality, no times."""

    def __init__(self) -> None:
        self.number, self.rest = 0, b""
        self.waiting: dict[int, asyncio.Future[tuple[int, ...]]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        at = 0
        while len(data) - at >= 9:
            number, _, length, _, _, size = _HEAD.unpack_from(data, at)
            if len(data) - at < 6 + length:
                break
            self.waiting.pop(number).set_result(struct.unpack_from(f">{size // 2}H", data, at + 9))
            at += 6 + length
        self.rest = data[at:]

    def poll(self) -> asyncio.Future[tuple[int, ...]]:
        self.number = self.number + 1 & 0xFFFF
        answer = self.waiting[self.number] = asyncio.get_running_loop().create_future()
        self.transport.write(_REQUEST.pack(self.number, 0, 6, 1, 3, 0, REGISTERS))
        return answer


def figures() -> list[Figure]:
    """Reads a second of all connections as fast as either side can, turn by turn, and compares the best of each."""
    with _server() as ports:
        return asyncio.run(_compare(ports))


async def _compare(ports: Sequence[int]) -> list[Figure]:
    loop = asyncio.get_running_loop()
    leans = [(await loop.create_connection(Lean, "127.0.0.1", port))[1] for port in ports]
    kind = driver_kind("modbus-tcp")
    tags = [TagDefinition(f"bench/r{n}", "plc", f"holding:{n}", number=n, type="uint16") for n in range(REGISTERS)]
    # A port for each device, as each has an address in a plant: devices of one address share one connection.
    drivers = []
    for port in ports:
        options, _ = kind.check_options({"host": "127.0.0.1", "port": port, "unit": 1})
        drivers.append(kind.create(DeviceDefinition(f"plc{port}", "modbus-tcp", options=options), tags))
    await asyncio.gather(*(driver.connect() for driver in drivers))
    lean_rates, driver_rates = [], []
    for _ in range(ROUNDS):
        lean_rates.append(await _rate([lean.poll for lean in leans]))
        driver_rates.append(await _rate([_reader(driver, tags) for driver in drivers]))
    await asyncio.gather(*(driver.close() for driver in drivers))
    for lean in leans:
        lean.transport.close()
    await asyncio.sleep(0)
    ratio = max(driver_rates) / max(lean_rates)
    detail = f"{CONNECTIONS} connections, {REGISTERS} registers a request, decoded into tags with quality and times"
    return [Figure("polls per second", ratio, "lean asyncio client", 0.55, detail=detail)]


def _reader(driver: Any, tags: Sequence[TagDefinition]) -> Poll:
    return lambda: driver.read(tags)


async def _rate(polls: Sequence[Poll]) -> float:
    """Polls a second of all connections together, each with one request under way."""
    end = time.perf_counter() + SECONDS
    done = 0

    async def run(poll: Poll) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await poll()
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(run(poll) for poll in polls))
    return done / (time.perf_counter() - began)


@contextmanager
def _server() -> Iterator[list[int]]:
    command = [sys.executable, "-m", "tests.benchmarks.registers_server", str(CONNECTIONS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        try:
            yield [int(port) for port in process.stdout.readline().split()]
        finally:
            process.terminate()


if __name__ == "__main__":
    print(table(figures()))
