"""The central server as a service: storage, HTTP, keys; started by `central` and by the demo."""

from __future__ import annotations

import asyncio
import secrets
import threading
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.exceptions import HTTPException

from hmi import __version__
from hmi.base.clock import Clock, SystemClock
from hmi.base.errors import PlantError, UsageError
from hmi.base.http import App, HostGuard, RequestJournal, Traffic, error_body
from hmi.base.serving import ServerThread, is_loopback, listen
from hmi.central import figures, fleet, keys
from hmi.central.access import Refusal, require_admin
from hmi.central.archives import Archives
from hmi.central.figures import Counters
from hmi.central.lock import CentralLock
from hmi.central.page import render
from hmi.central.shipping import Shipping
from hmi.central.store import CentralStore
from hmi.model.timestamps import iso, iso_or_none

RECORDS_KEPT_US: Final = 14 * 86_400_000_000
BATCHES_KEPT_US: Final = 90 * 86_400_000_000
_PRUNE_EVERY_S: Final = 3600.0
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


class CentralServer:
    """Receives what stations ship, from `start` to `stop`.

    database: `sqlite` (in data_dir) or `postgresql+psycopg://...`; port 0 = any free one.
    """

    name = "central"

    def __init__(
        self,
        data_dir: Path,
        host: str = "127.0.0.1",
        port: int = 4000,
        database: str = "sqlite",
        password: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._host = host
        self._port = port
        self._database = database
        self._password = password
        self._clock = clock or SystemClock()
        self._lock = CentralLock(data_dir)
        self._store: CentralStore | None = None
        self._http: ServerThread | None = None
        self._pruner: _Pruner | None = None

    @property
    def url(self) -> str:
        """Address under which the started server answers."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    def start(self) -> None:
        """Opens the database and answers; raises PlantError in plain words if it cannot."""
        self._lock.acquire()
        try:
            store = CentralStore.open(self._database, self._data_dir, self._clock, self._password)
            self._store = store
            sock = listen(self._host, self._port)
            self._port = sock.getsockname()[1]
            admin_token = secrets.token_urlsafe(32)
            app = create_app(store, self._data_dir, self._clock, admin_token, self._host)
            config = uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", server_header=False,
                timeout_graceful_shutdown=3,
            )  # fmt: skip
            http = ServerThread("central", uvicorn.Server(config), sock)
            http.start()
            self._http = http
            self._lock.publish(self.url, admin_token)
            self._pruner = _Pruner(store, self._clock)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Finishes open requests, commits and closes; may be called twice."""
        if self._pruner is not None:
            self._pruner.stop()
            self._pruner = None
        if self._http is not None:
            self._http.stop()
            self._http = None
        if self._store is not None:
            self._store.close()
            self._store = None
        self._lock.release()

    def create_key(self, station: str, tenant: str = keys.DEFAULT_TENANT) -> str:
        """Makes a key for a station; this is the only time it can be seen."""
        if self._store is None:
            raise PlantError("the central server is not running: start it before making keys")
        return keys.create(self._store, station, tenant)


class _Pruner:
    """Forgets what is older than the retention, once an hour."""

    def __init__(self, store: CentralStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="central-pruner", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_PRUNE_EVERY_S):
            now_us = self._clock.now_us()
            try:
                self._store.prune(now_us - RECORDS_KEPT_US, now_us - BATCHES_KEPT_US)
            except PlantError:
                continue  # the store's own condition log has said it; next hour again


def create_app(store: CentralStore, data_dir: Path, clock: Clock, admin_token: str, host: str) -> App:
    """The ASGI application behind `CentralServer`."""
    traffic, counters = Traffic(), Counters()
    started_us = clock.now_us()
    app = FastAPI(title="Plant HMI central", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    async def page() -> Response:
        rows = await asyncio.to_thread(store.stations)
        now_us = clock.now_us()
        html = render([fleet.known(row, now_us) for row in rows], now_us, __version__)
        policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    async def whole_health() -> dict[str, Any]:
        return await asyncio.to_thread(figures.health, store, data_dir, clock, started_us)

    @app.get("/health")
    async def health() -> Response:
        body = await whole_health()
        return JSONResponse(body, 503 if body["status"] == "down" else 200)

    @app.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"status": "healthy"})

    @app.get("/health/basic")
    @app.get("/health/ready")
    async def basic() -> Response:
        status = (await whole_health())["status"]
        return JSONResponse({"status": status}, 503 if status == "down" else 200)

    @app.get("/health/detailed")
    async def detailed() -> Response:
        body = {**await whole_health(), "rows": await asyncio.to_thread(store.counts)}
        return JSONResponse(body, 503 if body["status"] == "down" else 200)

    @app.get("/api/db/health")
    async def database() -> Response:
        body = await asyncio.to_thread(figures.database_health, store)
        return JSONResponse(body, 503 if body["status"] == "down" else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        text = await asyncio.to_thread(figures.metrics, store, counters, traffic, clock, started_us)
        return PlainTextResponse(text, media_type=_TEXT)

    @app.get("/api/v1/keys")
    async def list_keys(request: Request) -> Response:
        require_admin(request, admin_token)
        return JSONResponse({"items": key_items(await asyncio.to_thread(store.keys)), "next": None})

    @app.post("/api/v1/keys")
    async def create_key(request: Request) -> Response:
        require_admin(request, admin_token)
        body = await request.json()
        key = await asyncio.to_thread(keys.create, store, str(body["station"]), str(body["tenant"]))
        return JSONResponse({"key": key})

    @app.delete("/api/v1/keys/{key_id}")
    async def revoke_key(request: Request, key_id: str) -> Response:
        require_admin(request, admin_token)
        if not await asyncio.to_thread(store.revoke_key, key_id):
            raise Refusal(404, f"there is no valid key '{key_id}'")
        return JSONResponse({"id": key_id})

    app.include_router(Shipping(store, Archives(data_dir / "backups"), clock, counters).router())
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(PlantError, _on_plant_fault)
    app.add_exception_handler(HTTPException, _on_framework_fault)
    app.add_exception_handler(RequestValidationError, _on_framework_fault)
    app.add_exception_handler(Exception, _on_defect)
    guarded: App = HostGuard(app, host) if is_loopback(host) else app
    return RequestJournal(guarded, traffic)


def key_items(rows: list[Any]) -> list[dict[str, Any]]:
    """Keys as they are listed; never the key itself."""
    return [
        {
            "id": row.id,
            "station": row.owner.station,
            "tenant": row.owner.tenant,
            "created": iso(row.created_us),
            "revoked": iso_or_none(row.revoked_us),
        }
        for row in rows
    ]


async def _on_refusal(_request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Refusal)
    return JSONResponse(error_body(fault.status, fault.message), fault.status)


async def _on_plant_fault(_request: Request, fault: Exception) -> Response:
    if isinstance(fault, UsageError):
        return JSONResponse(error_body(400, str(fault)), 400)
    # Storage faults pass: the sender keeps its data and comes again.
    return JSONResponse(error_body(503, str(fault)), 503)


async def _on_framework_fault(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 400
    message = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return JSONResponse(error_body(status, message.get(status, "the request does not have the expected form")), status)


async def _on_defect(_request: Request, _fault: Exception) -> Response:
    message = "a defect of this program; its log has the details under this request id"
    return JSONResponse(error_body(500, message), 500)
