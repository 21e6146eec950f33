"""What every HTTP face of the product does alike: request ids, counting, host checks, the shape of an error.

Plain ASGI, so that the station's API and the central server share it without sharing a framework.
"""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog

from hmi.base.histogram import Histogram, HistogramFigures

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = structlog.get_logger("http")

ERROR_CODES: Final = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "bad_request", 409: "conflict",
    413: "bad_request", 415: "bad_request", 422: "bad_request", 429: "rate_limited", 500: "internal",
    503: "unavailable",
}  # fmt: skip
"""HTTP status to the word in the answer (`contract.md` 7)."""

DURATION_BOUNDS_S: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


def error_body(status: int, message: str, details: Iterable[object] = ()) -> dict[str, Any]:
    """`{"error":{"code","message","details"}}` for a status."""
    code = ERROR_CODES.get(status, "internal" if status >= 500 else "bad_request")
    return {"error": {"code": code, "message": message, "details": list(details)}}


class Traffic:
    """Counts requests by method, route template and status; never by raw path."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._duration = Histogram(DURATION_BOUNDS_S)

    def count(self, method: str, route: str, status: int, duration_s: float) -> None:
        """Counts one finished request."""
        key = (method, route, status)
        with self._lock:
            self._requests[key] = self._requests.get(key, 0) + 1
        self._duration.observe(duration_s)

    def requests(self) -> dict[tuple[str, str, int], int]:
        """{(method, route, status): requests so far}."""
        with self._lock:
            return dict(self._requests)

    def duration(self) -> HistogramFigures:
        """Seconds from request to the end of the answer."""
        return self._duration.figures()


class RequestJournal:
    """Gives each request an id, logs it when it fails, counts it, and answers 500 to our own defects.

    The id is the caller's `X-Request-Id` if it is a plain word, else a new one; it is in every answer and log line.
    """

    def __init__(self, app: App, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = header(scope, b"x-request-id")
        request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        status = 0
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception:
                _log.exception("a request ended by a defect", method=scope["method"], path=_route(scope))
                if status == 0:
                    await answer(send_with_id, 500, "a defect of the server; the log has it under this request id")
            finally:
                duration_s = time.perf_counter() - started
                route = _route(scope)
                method = scope["method"] if scope["method"] in _METHODS else "OTHER"
                self._traffic.count(method, route, status, duration_s)
                quiet = method == "GET" and 200 <= status < 300 and route.startswith(_WATCHED)
                (_log.debug if quiet else _log.info)(
                    "request", method=scope["method"], path=route, status=status, seconds=round(duration_s, 4)
                )


def _route(scope: Scope) -> str:
    """The path as the server knows it, e.g. `/api/v1/users/{name}`; what a caller wrote may hold a secret."""
    return getattr(scope.get("route"), "path_format", None) or "other"


# Asked every few seconds by watchers: a line each would drown the rest of the log.
_WATCHED = ("/health", "/metrics", "/api/db/health")
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")


class HostGuard:
    """Refuses requests whose `Host` is not this server, and those another site's page sends (`Origin`).

    So a web page somewhere cannot read or command a plant through a browser that happens to sit on this machine.
    is_ours: says of a further host name that it is this server's, such as one its certificate stands for.
    """

    def __init__(self, app: App, bound_host: str, is_ours: Callable[[str], bool] | None = None) -> None:
        self._app = app
        self._further = is_ours
        self._any_address = bound_host in ("0.0.0.0", "::")
        self._names = {"localhost", bound_host.lower()}
        if self._any_address:
            self._names.add(socket.gethostname().lower())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            refusal = self._refusal(header(scope, b"host"), header(scope, b"origin"))
            if refusal:
                await answer(send, 403, refusal)
                return
        await self._app(scope, receive, send)

    def _refusal(self, host: str, origin: str) -> str:
        if not self._is_ours(_hostname(host)):
            return "this server does not answer under that host name"
        if origin and urlsplit(origin).netloc.lower() != host.lower():
            return "requests from pages of other sites are refused"
        return ""

    def _is_ours(self, name: str) -> bool:
        if name in self._names or (self._further is not None and self._further(name)):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or self._any_address


def _hostname(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def header(scope: Scope, name: bytes) -> str:
    """First value of a request header, empty if absent; name in lower case."""
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value).decode("latin-1")
    return ""


def bearer(authorization: str) -> str:
    """Token of an `Authorization: Bearer TOKEN` header, empty if it is something else."""
    word, _, token = authorization.partition(" ")
    return token.strip() if word.lower() == "bearer" else ""


async def answer(send: Send, status: int, message: str) -> None:
    """Sends an error answer without a framework."""
    body = json.dumps(error_body(status, message)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
