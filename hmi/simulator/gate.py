"""The door of a server: relays connections and can refuse them, reset them or fall silent on command."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

from hmi.base.errors import BusyError
from hmi.simulator.faults import FaultKind

_LIMIT = 65_536
_RESET = struct.pack("ii", 1, 0)


class Gate:
    """Listens on the public port and relays to the server's own, private one.

    In front of a library's server, so that server faults need nothing of the library's insides.
    """

    def __init__(self, host: str, port: int) -> None:
        """Takes the port at once (0 = any free one); connections come in from `open` on."""
        self.host = host
        self._socket: socket.socket | None = _bind(host, port)
        self.port = int(self._socket.getsockname()[1])
        self._target_port = 0
        self._server: asyncio.Server | None = None
        self._fault: FaultKind | None = None
        self._awake = asyncio.Event()
        self._awake.set()
        self._relays: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, target_port: int) -> None:
        """Lets connections in, to the server listening on `target_port`."""
        self._target_port = target_port
        if self._socket is None:
            self._socket = _bind(self.host, self.port)
        try:
            self._server = await asyncio.start_server(self._relay, sock=self._socket, limit=_LIMIT)
        except OSError as fault:
            raise _taken(self.host, self.port, fault) from None

    async def apply(self, fault: FaultKind | None) -> None:
        """Puts a server fault on, or takes it off with None."""
        if fault is self._fault:
            return
        before, self._fault = self._fault, fault
        if fault is FaultKind.SILENT:
            self._awake.clear()
        else:
            self._awake.set()
        if fault is FaultKind.REFUSE:
            await self._stop_listening()
        elif before is FaultKind.REFUSE:
            await self.open(self._target_port)
        if fault in {FaultKind.REFUSE, FaultKind.RESET}:
            self._reset_all()

    async def close(self) -> None:
        """Ends every connection and gives the port back."""
        await self._stop_listening()
        self._reset_all()
        for relay in list(self._relays):
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)
        self.release()

    def release(self) -> None:
        """Gives back a port that was never opened."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server, self._socket = None, None
            # One turn of the loop, so that the listening socket is really gone when this returns.
            await asyncio.sleep(0)

    def _reset_all(self) -> None:
        for writer in list(self._writers):
            _abort(writer)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._relays.add(task)
        self._writers.add(writer)
        inner: asyncio.StreamWriter | None = None
        try:
            if self._fault is FaultKind.RESET:
                _abort(writer)
                return
            inner_reader, inner = await asyncio.open_connection(self.host, self._target_port, limit=_LIMIT)
            self._writers.add(inner)
            ways = [
                asyncio.create_task(self._copy(reader, inner)),
                asyncio.create_task(self._copy(inner_reader, writer)),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            # A peer gone or the gate closing: both end this connection and nothing else.
            pass
        finally:
            for end in (writer, inner):
                if end is not None:
                    self._writers.discard(end)
                    end.close()
                    with contextlib.suppress(OSError, asyncio.CancelledError):
                        await end.wait_closed()
            self._relays.discard(task)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_LIMIT):
            # A server that hangs holds what it was told, and answers late when it goes on.
            await self._awake.wait()
            writer.write(data)
            await writer.drain()


def _bind(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.setblocking(False)
    except OSError as fault:
        listener.close()
        raise _taken(host, port, fault) from None
    return listener


def _taken(host: str, port: int, fault: OSError) -> BusyError:
    return BusyError(f"port {port} on {host} cannot be opened ({fault.strerror}); choose another or 0")


def _abort(writer: asyncio.StreamWriter) -> None:
    """Closes a connection the hard way: the peer sees a reset, not an orderly end."""
    peer = writer.get_extra_info("socket")
    if peer is not None:
        with contextlib.suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
