"""Who asks: the station a key belongs to, or the administrator's token."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import Request

from hmi.base.http import bearer
from hmi.central import keys
from hmi.central.rows import Owner
from hmi.central.store import CentralStore


class Refusal(Exception):  # noqa: N818  # it is an answer, not a defect
    """Ends a request with a status and one plain sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def given_key(request: Request) -> str:
    """The key of a request, from either header."""
    return bearer(request.headers.get("authorization", "")) or request.headers.get("x-api-key", "")


async def owner(request: Request, store: CentralStore) -> Owner:
    """The station of the request's key; refuses with 401 without a valid one."""
    found = await asyncio.to_thread(keys.owner_of, store, given_key(request))
    if found is None:
        raise Refusal(401, "this needs the key of a station: Authorization: Bearer KEY")
    return found


def require_admin(request: Request, token: str) -> None:
    """Refuses with 401 unless the request has the administrator's token of this server."""
    if not token or not hmac.compare_digest(given_key(request).encode(), token.encode()):
        raise Refusal(401, "this needs the administrator's token of the central server")
