"""The station's HTTP server: one uvicorn in a thread of its own, on loopback unless secured."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hmi.api.acting import acting
from hmi.api.answers import HttpFault, on_defect, on_framework_fault, on_http_fault, on_invalid, on_plant_fault
from hmi.api.callers import Callers, matches
from hmi.api.health import health
from hmi.api.people import CALLBACK, people
from hmi.api.reading import reading
from hmi.base.clock import Clock
from hmi.base.errors import PlantError, UsageError
from hmi.base.http import App, HostGuard, Receive, RequestJournal, Scope, Send, Traffic, answer, bearer, header
from hmi.base.serving import ServerThread, is_loopback, listen
from hmi.facade.contract import Facade
from hmi.model.station import ApiSettings

if TYPE_CHECKING:
    from hmi.api.tls import TlsFiles

MOST_CONNECTIONS: Final = 200
"""Connections held at a time; one more cuts off the oldest."""

_BACKLOG: Final = 128


class ApiServer:
    """Serves a facade over HTTP from `start` to `stop`.

    zone: the plant's, for times given without offset. control_token: allows POST; empty = no POST at all.
    api_key: asked of every request when the server is reachable from other machines.
    """

    name = "api"

    def __init__(
        self,
        facade: Facade,
        settings: ApiSettings,
        zone: ZoneInfo,
        clock: Clock,
        control_token: str = "",
        api_key: str = "",
    ) -> None:
        self._settings = settings
        self._tls = _tls_files(settings)
        self._app = create_app(facade, settings, zone, clock, control_token, api_key, self._is_for)
        self._api_key = api_key
        self._thread: ServerThread | None = None
        self._port = settings.port

    @property
    def url(self) -> str:
        """Address under which the started server answers."""
        scheme = "https" if self._settings.tls_cert else "http"
        host = self._settings.host
        if host in ("0.0.0.0", "::"):
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self._port}"

    def start(self) -> None:
        """Listens and answers; raises PlantError if the port is taken or the listener would be open to everyone."""
        settings = self._settings
        if not is_loopback(settings.host) and not (settings.tls_cert and settings.tls_key and self._api_key):
            raise UsageError(
                f"api.host {settings.host} is reachable from other machines: set api.tls (cert, key) and api.key, "
                "or use 127.0.0.1"
            )
        # Before the port is opened, so that a certificate that cannot be used leaves nothing behind.
        context = self._tls.load() if self._tls is not None else None
        sock = listen(settings.host, settings.port, MOST_CONNECTIONS)
        self._port = sock.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=3,
            backlog=_BACKLOG,
            ssl_context_factory=None if context is None else lambda _config, _make: context,
        )
        thread = ServerThread("api", _Server(config), sock)
        thread.start()
        self._thread = thread
        if self._tls is not None:
            self._tls.start()

    def stop(self) -> None:
        """Ends the server; may be called twice."""
        if self._tls is not None:
            self._tls.stop()
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def _is_for(self, host: str) -> bool:
        return self._tls is not None and self._tls.is_for(host)


def _tls_files(settings: ApiSettings) -> TlsFiles | None:
    if not settings.tls_cert:
        return None
    from hmi.api.tls import TlsFiles

    return TlsFiles(Path(settings.tls_cert), Path(settings.tls_key))


def create_app(
    facade: Facade,
    settings: ApiSettings,
    zone: ZoneInfo,
    clock: Clock,
    control_token: str,
    api_key: str = "",
    is_ours: Callable[[str], bool] | None = None,
) -> App:
    """The ASGI application behind `ApiServer`. is_ours: says of further host names that they are this server's."""
    traffic = Traffic()
    app = FastAPI(title="Plant HMI station", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(health(facade, traffic))
    app.include_router(reading(facade, zone, clock))
    callers = Callers(control_token, api_key)
    app.include_router(acting(facade, callers))
    app.include_router(people(facade, callers, zone, clock))
    app.add_exception_handler(HttpFault, on_http_fault)
    app.add_exception_handler(PlantError, on_plant_fault)
    app.add_exception_handler(HTTPException, on_framework_fault)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Exception, on_defect)
    guarded: App = app
    if not is_loopback(settings.host):
        guarded = _KeyGuard(guarded, (api_key, control_token))
    return RequestJournal(HostGuard(guarded, settings.host, is_ours), traffic)


_OPEN = ("/health/live", CALLBACK)


class _Server(uvicorn.Server):
    """Cuts off idle connections when it stops: over TLS a farewell would wait for an answer nobody is there to give."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            transport = getattr(connection, "transport", None)
            idle = cycle is None or cycle.response_complete
            if idle and isinstance(transport, asyncio.WriteTransport) and not transport.get_write_buffer_size():
                transport.abort()
        await super().shutdown(sockets)


class _KeyGuard:
    """Asks every request for a key, in either header; only liveness and a provider's answer are open."""

    def __init__(self, app: App, keys: tuple[str, ...]) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in _OPEN:
            given = (bearer(header(scope, b"authorization")), header(scope, b"x-api-key"))
            if not any(matches(one, key) for one in given for key in self._keys):
                await answer(
                    send, 401, "this station asks for its API key: Authorization: Bearer KEY, or X-API-Key: KEY"
                )
                return
        await self._app(scope, receive, send)
