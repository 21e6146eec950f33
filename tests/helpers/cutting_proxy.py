"""A TCP proxy that forwards a request, waits until the server has answered, and then cuts instead of passing it on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable


class CuttingProxy:
    """Between agent and central server. cut: asked once per request with its number (1, 2, ...)."""

    def __init__(self, port: int, cut: Callable[[int], bool]) -> None:
        self._target = ("127.0.0.1", port)
        self._cut = cut
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self.requests = 0
        self.cuts = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> CuttingProxy:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="cutting-proxy")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(0.1)
            while not self._stop.is_set():
                request = _message(client, self._stop)
                if not request:
                    return
                self.requests += 1
                with socket.create_connection(self._target) as server:
                    server.settimeout(0.1)
                    server.sendall(request)
                    answer = _message(server, self._stop)
                # The whole answer is here, so the server has committed.
                if self._cut(self.requests):
                    self.cuts += 1
                    return
                client.sendall(answer)


def _message(sock: socket.socket, stop: threading.Event) -> bytes:
    content = b""
    while not stop.is_set():
        head, ended, body = content.partition(b"\r\n\r\n")
        if ended:
            length = 0
            for line in head.split(b"\r\n"):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if len(body) >= length:
                return content
        try:
            part = sock.recv(65536)
        except TimeoutError:
            continue
        if not part:
            return b""
        content += part
    return b""
