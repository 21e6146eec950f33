"""Everything the station's API answers, as its routers declare it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.routing import APIRoute

from hmi.api.acting import acting
from hmi.api.callers import Callers
from hmi.api.health import health
from hmi.api.people import people
from hmi.api.reading import reading
from hmi.base.http import Traffic
from tests.helpers.clock import ManualClock
from tests.helpers.memory_facade import MemoryFacade


def api_paths() -> list[tuple[str, str]]:
    """Method and path of every route, e.g. `("POST", "/api/v1/users/{name}")`."""
    facade, zone, clock, callers = MemoryFacade(), ZoneInfo("UTC"), ManualClock(), Callers("token")
    routers: list[APIRouter] = [
        health(facade, Traffic()),
        reading(facade, zone, clock),
        acting(facade, callers),
        people(facade, callers, zone, clock),
    ]
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    return sorted((method, route.path) for route in routes for method in route.methods or ())
