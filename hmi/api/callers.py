"""Who calls over HTTP: a session's token, or the control token of the station's own machine."""

from __future__ import annotations

import hmac

from fastapi import Request

from hmi.api.answers import HttpFault
from hmi.base.http import bearer


def matches(given: str, secret: str) -> bool:
    """True if `secret` is set and `given` is it; takes the same time wherever they differ."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


class Callers:
    """Tells sessions from the control token, which stands for the operating system's user; the station judges both.

    api_key: of a listener other machines can reach; it opens the door and is nobody's name.
    """

    def __init__(self, control_token: str, api_key: str = "") -> None:
        self._control_token = control_token
        self._api_key = api_key

    def session(self, request: Request) -> str:
        """Token of the session; empty = the control token was shown. Refuses with 401 where neither was."""
        given = bearer(request.headers.get("authorization", ""))
        if matches(given, self._control_token):
            return ""
        if not given or matches(given, self._api_key):
            raise HttpFault(
                401,
                "sign in first (POST /api/v1/session), or show the control token of the station",
                {"WWW-Authenticate": "Bearer"},
            )
        return given

    def session_or_none(self, request: Request) -> str:
        """Token of the session, empty without one; for questions everybody may ask."""
        given = bearer(request.headers.get("authorization", ""))
        return "" if matches(given, self._control_token) or matches(given, self._api_key) else given
