"""The health family and `/metrics`."""

from __future__ import annotations

from fastapi import APIRouter, Response

from hmi.api.answers import asked, plain
from hmi.base import prometheus
from hmi.base.http import Traffic
from hmi.facade.contract import Facade
from hmi.facade.plain import to_plain

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_DOWN = "down"


def health(facade: Facade, traffic: Traffic) -> APIRouter:
    """Health, liveness, readiness, and figures for Prometheus."""
    router = APIRouter()

    @router.get("/health")
    async def whole() -> Response:
        answer = await asked(facade.health())
        return await plain(answer, _code(answer.status))

    @router.get("/health/live")
    async def live() -> Response:
        return await plain({"status": "healthy"})

    @router.get("/health/ready")
    async def ready() -> Response:
        answer = await asked(facade.health())
        is_ready = answer.metrics.get("ready") == 1.0
        return await plain({"status": "healthy" if is_ready else _DOWN}, 200 if is_ready else 503)

    @router.get("/health/basic")
    async def basic() -> Response:
        answer = await asked(facade.health())
        return await plain({"status": answer.status}, _code(answer.status))

    @router.get("/health/detailed")
    async def detailed() -> Response:
        answer = await asked(facade.health_detail())
        body = {**to_plain(answer.health), "devices": to_plain(answer.devices)}
        body |= {"queues": to_plain(answer.queues), "jobs": to_plain(answer.jobs)}
        return await plain(body, _code(answer.health.status))

    @router.get("/api/db/health")
    async def database() -> Response:
        answer = await asked(facade.health())
        service = answer.services["database"]
        return await plain(service, _code(service.status))

    @router.get("/metrics")
    async def metrics() -> Response:
        own = await asked(facade.metrics_text())
        return Response(own + traffic_text(traffic), media_type=_TEXT)

    return router


def _code(status: str) -> int:
    return 503 if status == _DOWN else 200


def traffic_text(traffic: Traffic) -> str:
    """Figures of this HTTP face, under today's and the earlier names."""
    requests = sorted(traffic.requests().items())
    by_route: dict[tuple[str, ...], float] = {}
    for (method, route, _), count in requests:
        by_route[method, route] = by_route.get((method, route), 0) + count
    labels = ["method", "route", "code"]
    rows = [((method, route, str(code)), float(n)) for (method, route, code), n in requests]
    duration = traffic.duration()
    help_text = "Time from request to the end of the answer"
    return prometheus.text(
        [
            prometheus.counters("plant_hmi_http_requests", "Requests answered by the API", labels, rows),
            prometheus.histogram("plant_hmi_http_request_duration_seconds", help_text, duration),
            prometheus.histogram("http_request_duration_seconds", f"{help_text} (earlier name)", duration),
            prometheus.counters(
                "app_requests", "Requests answered (earlier name)", ["method", "endpoint"], sorted(by_route.items())
            ),
            prometheus.histogram("app_request_duration_seconds", f"{help_text} (earlier name)", duration),
        ]
    )
