"""A Modbus server that costs as little as Python can, in a process of its own; argument: number of ports, printed.

Answers function 3 and 4 from one ready-made block, so that a benchmark measures its client and not its server.
"""

from __future__ import annotations

import asyncio
import struct
import sys

_BLOCK = struct.pack(">125H", *range(125))


class _Connection(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.rest = transport, b""

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        at, answers = 0, []
        while len(data) - at >= 12:
            unit, function, _, count = struct.unpack_from(">BBHH", data, at + 6)
            size = 2 * count
            answers.append(data[at : at + 4] + struct.pack(">HBBB", 3 + size, unit, function, size) + _BLOCK[:size])
            at += 12
        self.rest = data[at:]
        self.transport.write(b"".join(answers))


async def _serve(count: int) -> None:
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(_Connection, "127.0.0.1", 0) for _ in range(count)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
