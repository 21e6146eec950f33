"""A Modbus TCP server that misbehaves on command, for one unit or for all; it counts what it was asked."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter

from tests.helpers.ports import free_port


class HostileModbus:
    """Register n of every unit holds n (written ones keep their value). Behaviours, per unit or "" for all:

    good, silent, slow (answers after 0.3 s), half (half a frame), wrong_tid, wrong_unit, wrong_function, short (one
    register too few), garbage, reset, exception:N, limit:N (exception 3 for more than N registers).
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.behaviour: dict[int, str] = {}
        self.default = "good"
        self.asked: Counter[int] = Counter()
        self.connections = 0
        self.open_now = 0
        self.written: dict[tuple[int, int], int] = {}
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._rng = random.Random(1)

    def start(self) -> None:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main(ready)), name="hostile-modbus")
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        if self._thread is not None and self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()
            self._thread = None

    async def _main(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        server = await asyncio.start_server(self._serve, sock=listener)
        ready.set()
        await self._end.wait()
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0.02)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        self.open_now += 1
        try:
            while True:
                header = await reader.readexactly(7)
                tid, _, length, unit = struct.unpack(">HHHB", header)
                body = await reader.readexactly(length - 1)
                self.asked[unit] += 1
                await self._answer(writer, tid, unit, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open_now -= 1
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, tid: int, unit: int, body: bytes) -> None:
        what = self.behaviour.get(unit, self.default)
        reply = self._reply(unit, body)
        if what == "silent":
            return
        if what == "reset":
            writer.transport.abort()
            return
        if what == "slow":
            await asyncio.sleep(0.3)
        if what.startswith("exception"):
            reply = bytes([body[0] | 0x80, int(what.partition(":")[2])])
        if what.startswith("limit") and body[0] in (3, 4):
            count = struct.unpack(">H", body[3:5])[0]
            if count > int(what.partition(":")[2]):
                reply = bytes([body[0] | 0x80, 3])
        if what == "wrong_function":
            reply = bytes([body[0] ^ 0x07]) + reply[1:]
        if what == "short" and len(reply) > 4:
            reply = bytes([reply[0], reply[1] - 2]) + reply[2:-2]
        if what == "wrong_tid":
            tid ^= 0x5555
        if what == "wrong_unit":
            unit ^= 0x55
        frame = struct.pack(">HHHB", tid, 0, len(reply) + 1, unit) + reply
        if what == "half":
            frame = frame[: len(frame) // 2]
        if what == "garbage":
            frame = self._rng.randbytes(self._rng.randint(1, 300))
        writer.write(frame)

    def _reply(self, unit: int, body: bytes) -> bytes:
        function, start, count = struct.unpack(">BHH", body[:5])
        if function in (1, 2):
            packed = bytearray((count + 7) // 8)
            for index in range(count):
                packed[index // 8] |= ((start + index) & 1) << (index % 8)
            return bytes([function, len(packed)]) + bytes(packed)
        if function in (3, 4):
            values = [self.written.get((unit, start + i), start + i) & 0xFFFF for i in range(count)]
            return bytes([function, 2 * count]) + struct.pack(f">{count}H", *values)
        if function == 6:
            self.written[unit, start] = count
            return body
        if function == 16:
            values = struct.unpack(f">{count}H", body[6:])
            for index, value in enumerate(values):
                self.written[unit, start + index] = value
            return body[:5]
        return bytes([function | 0x80, 1])
