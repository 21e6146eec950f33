"""POST paths: acknowledging and resetting alarms, making a backup; allowed by the control token."""

from __future__ import annotations

import getpass
import hmac
import json
from typing import Any

from fastapi import APIRouter, Request, Response

from hmi.api.answers import HttpFault, asked, plain
from hmi.base.http import bearer
from hmi.facade.contract import Facade

_LARGEST_BODY = 64 * 1024
_BACKUP_DEADLINE_S = 600.0


def acting(facade: Facade, control_token: str) -> APIRouter:
    """The write paths; without a token every call is refused."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/alarms/ack")
    async def acknowledge(request: Request) -> Response:
        actor = _actor(request, control_token)
        body = await _body(request)
        alarm_id, activation = _text(body, "id", required=True), _whole(body, "activation_id")
        return await plain(await asked(facade.acknowledge(alarm_id, activation, _text(body, "comment"), actor)))

    @router.post("/alarms/reset")
    async def reset(request: Request) -> Response:
        actor = _actor(request, control_token)
        body = await _body(request)
        return await plain(await asked(facade.reset(_text(body, "id", required=True), _text(body, "comment"), actor)))

    @router.post("/backups")
    async def create_backup(request: Request) -> Response:
        actor = _actor(request, control_token)
        return await plain(await asked(facade.create_backup(actor), deadline_s=_BACKUP_DEADLINE_S))

    return router


def matches(given: str, secret: str) -> bool:
    """True if `secret` is set and `given` is it; takes the same time wherever they differ."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


def _actor(request: Request, control_token: str) -> str:
    if not matches(bearer(request.headers.get("authorization", "")), control_token):
        raise HttpFault(401, "this needs the control token of the station", {"WWW-Authenticate": "Bearer"})
    return f"os:{_login()}"


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


async def _body(request: Request) -> dict[str, Any]:
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > _LARGEST_BODY:
            raise HttpFault(413, "the request is too large")
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise HttpFault(400, "the body must be a JSON object") from None
    if not isinstance(body, dict):
        raise HttpFault(400, "the body must be a JSON object")
    return body


def _text(body: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or (required and not value):
        raise HttpFault(400, f"'{name}' must be a text")
    return value


def _whole(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise HttpFault(400, f"'{name}' must be the number of the activation that was seen")
    return value
