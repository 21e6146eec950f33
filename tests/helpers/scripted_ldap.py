"""A directory server that answers as told: what Active Directory says, and what no honest server would."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self

BIND, SEARCH, EXTENDED = 0x60, 0x63, 0x77


@dataclass
class Script:
    """Answers by operation. codes: result code and message of the n-th bind; entries: what a search finds."""

    binds: list[tuple[int, bytes]] = field(default_factory=list)
    search: tuple[int, bytes] = (0, b"")
    entries: list[tuple[bytes, dict[bytes, list[bytes]]]] = field(default_factory=list)
    references: list[bytes] = field(default_factory=list)
    raw: Callable[[], Iterator[bytes]] | None = None


class ScriptedLdap:
    """Listens on loopback without encryption; `requests` holds every message it got."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self._binds = 0
        self._closing = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="scripted-ldap")]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="scripted-ldap")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := connection.recv(65536):
                self.requests.append(request)
                if self.script.raw is not None:
                    for piece in self.script.raw():
                        if self._closing.is_set():
                            return
                        connection.sendall(piece)
                    continue
                for answer in self._answers(request):
                    connection.sendall(answer)

    def _answers(self, request: bytes) -> Iterator[bytes]:
        number, operation = head(request)
        if operation == BIND:
            code, message = self.script.binds[min(self._binds, len(self.script.binds) - 1)]
            self._binds += 1
            yield _message(number, 0x61, _result(code, message))
        elif operation == SEARCH:
            for dn, attributes in self.script.entries:
                pairs = b"".join(
                    _tlv(0x30, _text(name) + _tlv(0x31, b"".join(map(_text, values))))
                    for name, values in attributes.items()
                )
                yield _message(number, 0x64, _text(dn) + _tlv(0x30, pairs))
            for reference in self.script.references:
                yield _message(number, 0x73, _text(reference))
            yield _message(number, 0x65, _result(*self.script.search))
        elif operation == EXTENDED:
            yield _message(number, 0x78, _result(2, b"unsupported extended operation"))


def head(request: bytes) -> tuple[bytes, int]:
    """The message number as it stands, and the operation, of one message: 30 LEN 02 LEN ID OP ..."""
    start = 2 if request[1] < 0x80 else 2 + request[1] - 0x80
    end = start + 2 + request[start + 1]
    return request[start:end], request[end]


def _result(code: int, message: bytes) -> bytes:
    # a referral names where else to ask
    referral = _tlv(0xA3, _text(b"ldap://127.0.0.1:1/dc=elsewhere")) if code == 10 else b""
    return _tlv(0x0A, bytes([code])) + _text(b"") + _text(message) + referral


def _message(number: bytes, tag: int, content: bytes) -> bytes:
    return _tlv(0x30, number + _tlv(tag, content))


def _text(value: bytes) -> bytes:
    return _tlv(0x04, value)


def _tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    return bytes([tag, 0x82]) + length.to_bytes(2, "big") + content
