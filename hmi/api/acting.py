"""POST paths that act on the plant: acknowledging, resetting and silencing alarms, making a backup."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hmi.api.answers import asked, plain
from hmi.api.body import read_body, text, whole
from hmi.api.callers import Callers
from hmi.facade.contract import Facade

_BACKUP_DEADLINE_S = 600.0
_SEEN = "the number of the activation that was seen"


def acting(facade: Facade, callers: Callers) -> APIRouter:
    """The write paths; the station decides who may."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/alarms/ack")
    async def acknowledge(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        alarm_id, activation = text(body, "id", required=True), whole(body, "activation_id", _SEEN)
        comment, signature = text(body, "comment"), text(body, "signature")
        return await plain(await asked(facade.acknowledge(alarm_id, activation, comment, session, signature)))

    @router.post("/alarms/reset")
    async def reset(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        alarm_id, comment = text(body, "id", required=True), text(body, "comment")
        return await plain(await asked(facade.reset(alarm_id, comment, session, text(body, "signature"))))

    @router.post("/alarms/silence")
    async def silence(request: Request) -> Response:
        await asked(facade.silence(callers.session(request)))
        return await plain({})

    @router.post("/backups")
    async def create_backup(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        made = facade.create_backup(session, text(body, "signature"))
        return await plain(await asked(made, deadline_s=_BACKUP_DEADLINE_S))

    return router
