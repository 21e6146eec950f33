"""Runs an ASGI server in a thread of its own, with a clean start and a clean stop."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from typing import Any, Protocol

import structlog

from hmi.base.errors import BusyError, UnreachableError

_log = structlog.get_logger("http")
_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 10.0


class SocketServer(Protocol):
    """What a server object offers (uvicorn's does). should_exit ends `run`; started is True once it listens."""

    should_exit: bool
    started: bool

    def run(self, sockets: list[socket.socket] | None = None) -> Any:
        """Serves the sockets until `should_exit`."""
        ...


class _BoundedListener(socket.socket):
    """A listener that keeps at most `most` connections: one more cuts off the oldest.

    So a flood of connections that say nothing neither uses up the files of the process nor shuts other callers out.
    """

    def __init__(self, family: socket.AddressFamily, most: int) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._most = most
        self._held: deque[socket.socket] = deque()

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection."""
        connection, address = super().accept()
        if len(self._held) >= self._most:
            self._held = deque(other for other in self._held if other.fileno() != -1)
        if len(self._held) >= self._most:
            with contextlib.suppress(OSError):
                self._held.popleft().shutdown(socket.SHUT_RDWR)
        self._held.append(connection)
        return connection, address


def listen(host: str, port: int, most: int = 0) -> socket.socket:
    """A listening-ready TCP socket; port 0 = any free one. Raises PlantError in plain words if it cannot be had.

    most: connections kept at a time, the oldest is cut off for one more; 0 = as many as come.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = _BoundedListener(family, most) if most else socket.socket(family, socket.SOCK_STREAM)
    try:
        if hasattr(socket, "SO_REUSEADDR") and not hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
    except OSError as fault:
        sock.close()
        if isinstance(fault, socket.gaierror):
            raise UnreachableError(f"{host} is not a name or address of this machine") from fault
        raise BusyError(
            f"cannot listen on {host} port {port} ({fault.strerror}): choose another port, or stop what uses it"
        ) from fault
    return sock


def is_loopback(host: str) -> bool:
    """True if only this machine can reach a listener on `host`."""
    return host in ("localhost", "::1") or host.startswith("127.")


class ServerThread:
    """One server on one socket in one thread."""

    def __init__(self, name: str, server: SocketServer, sock: socket.socket) -> None:
        self._server = server
        self._sock = sock
        self._failed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Returns once the server answers; raises UnreachableError if it does not come up."""
        self._thread.start()
        pause = threading.Event()
        waited_s = 0.0
        while not self._server.started:
            if self._failed.is_set() or waited_s > _START_TIMEOUT_S:
                self.stop()
                raise UnreachableError("the HTTP server did not start; the log names the cause")
            pause.wait(0.01)
            waited_s += 0.01

    def stop(self) -> None:
        """Ends the server and its thread; open requests get a moment to finish."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_TIMEOUT_S)
        self._sock.close()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._sock])
        except BaseException:
            _log.exception("the HTTP server ended by a defect")
        finally:
            self._failed.set()
