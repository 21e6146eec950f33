"""Paths about people: sessions, accounts, roles, control places, signatures, the audit trail."""

from __future__ import annotations

import html
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from hmi.api.answers import HttpFault, asked, plain
from hmi.api.body import flag, read_body, text, texts
from hmi.api.callers import Callers
from hmi.api.query import Query
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.facade.access_data import AuditQuery, RoleRow, SignatureRequest, UserChange
from hmi.facade.contract import Facade
from hmi.model.access import Credentials

CALLBACK = "/api/v1/session/callback"
"""Where an identity provider sends the browser; the only path about people that needs no key."""

_REMOTE = "remote"
_SLOW_S = 600.0
_SIGN_IN_S = 60.0
_SECRETS = ("password", "pin", "badge", "code", "totp", "new_password", "place_key")


def people(facade: Facade, callers: Callers, zone: ZoneInfo, clock: Clock) -> APIRouter:
    """Routes that sign people in and manage who may do what."""
    router = APIRouter(prefix="/api/v1")
    _sessions(router, facade, callers)
    _own_account(router, facade, callers)
    _accounts(router, facade, callers)
    _rules(router, facade, callers)
    _audit(router, facade, callers, zone, clock)
    return router


def _sessions(router: APIRouter, facade: Facade, callers: Callers) -> None:
    @router.get("/session")
    async def state(request: Request) -> Response:
        return await plain(await asked(facade.access(callers.session_or_none(request))))

    @router.post("/session")
    async def sign_in(request: Request) -> Response:
        body = await read_body(request)
        given = _credentials(body, callers.session_or_none(request))
        return await plain(await asked(facade.sign_in(given), deadline_s=_SIGN_IN_S))

    @router.delete("/session")
    async def sign_out(request: Request) -> Response:
        await asked(facade.sign_out(callers.session(request)))
        return await plain({})

    @router.post("/session/lock")
    async def lock(request: Request) -> Response:
        await asked(facade.lock(callers.session(request)))
        return await plain({})

    @router.post("/session/touch")
    async def touch(request: Request) -> Response:
        await asked(facade.touch(callers.session(request)))
        return await plain({})

    @router.post("/session/browser")
    async def begin(request: Request) -> Response:
        body = await read_body(request)
        place, key = text(body, "place") or _REMOTE, text(body, "place_key")
        return await plain(await asked(facade.begin_browser_sign_in(place, key), deadline_s=_SIGN_IN_S))

    @router.post("/session/browser/finish")
    async def finish(request: Request) -> Response:
        body = await read_body(request)
        flow = text(body, "flow", required=True)
        return await plain(await asked(facade.finish_browser_sign_in(flow, callers.session_or_none(request))))

    @router.get("/session/callback")
    async def callback(request: Request) -> Response:
        # the provider sends the browser here with GET; the answer is bound to a flow this station began, and taken once
        given = request.query_params
        try:
            words = await asked(
                facade.answer_browser_sign_in(given.get("state", ""), given.get("code", ""), given.get("error", "")),
                deadline_s=_SIGN_IN_S,
            )
            status = 200
        except PlantError as fault:
            words, status = str(fault), 403
        page = f"<!doctype html><meta charset=utf-8><title>Plant HMI</title><p>{html.escape(words)}</p>"
        policy = {"Content-Security-Policy": "default-src 'none'", "Referrer-Policy": "no-referrer"}
        return Response(page, status, policy, media_type="text/html; charset=utf-8")

    @router.get("/sessions")
    async def sessions(request: Request) -> Response:
        return await plain({"items": await asked(facade.sessions(callers.session(request))), "next": None})

    @router.delete("/sessions/{session_id}")
    async def end_session(request: Request, session_id: str) -> Response:
        await asked(facade.end_session(session_id, callers.session(request)))
        return await plain({})


def _own_account(router: APIRouter, facade: Facade, callers: Callers) -> None:
    @router.post("/session/password")
    async def change_password(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        await asked(facade.change_own_password(session, text(body, "password"), text(body, "new_password")))
        return await plain({})

    @router.post("/session/pin")
    async def set_pin(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        await asked(facade.set_own_pin(session, text(body, "password"), text(body, "pin")))
        return await plain({})

    @router.post("/session/totp")
    async def begin_totp(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        return await plain(await asked(facade.begin_totp(session, text(body, "password"))))

    @router.post("/session/totp/confirm")
    async def confirm_totp(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        await asked(facade.confirm_totp(session, text(body, "totp")))
        return await plain({})


def _accounts(router: APIRouter, facade: Facade, callers: Callers) -> None:
    @router.get("/users")
    async def users(request: Request) -> Response:
        return await plain({"items": await asked(facade.users(callers.session(request))), "next": None})

    @router.post("/users")
    async def add_user(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        name = text(body, "name", required=True)
        added = facade.add_user(name, _change(body), session, text(body, "signature"))
        return await plain(await asked(added))

    @router.post("/users/{name}")
    async def change_user(request: Request, name: str) -> Response:
        session, body = callers.session(request), await read_body(request)
        changed = facade.change_user(name, _change(body), session, text(body, "signature"))
        return await plain(await asked(changed))

    @router.post("/break-glass")
    async def break_glass(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        return await plain({"code": await asked(facade.seal_break_glass(session, text(body, "signature")))})


def _rules(router: APIRouter, facade: Facade, callers: Callers) -> None:
    @router.get("/roles")
    async def roles(request: Request) -> Response:
        return await plain(await asked(facade.roles(callers.session_or_none(request))))

    @router.post("/roles")
    async def set_role(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        row = RoleRow(text(body, "permission", required=True), texts(body, "roles") or [], text(body, "rule") or "none")
        return await plain(await asked(facade.set_role(row, session, text(body, "signature"))))

    @router.post("/sign")
    async def sign(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        second = body.get("second")
        if second is not None and not isinstance(second, dict):
            raise HttpFault(400, "'second' must be an object with user and password")
        wanted = SignatureRequest(
            text(body, "permission", required=True),
            text(body, "target"),
            text(body, "reason"),
            _credentials(body),
            None if second is None else _credentials(second),
        )
        return await plain({"signature": await asked(facade.sign(wanted, session), deadline_s=_SIGN_IN_S)})

    @router.get("/control")
    async def control(request: Request) -> Response:
        known = await asked(facade.access(callers.session_or_none(request)))
        return await plain({"items": known.control, "places": known.places, "next": None})

    @router.post("/control")
    async def take(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        area = text(body, "area", required=True)
        taken = facade.take_control(area, text(body, "reason"), flag(body, "force"), session)
        return await plain(await asked(taken))

    @router.post("/control/hand-over")
    async def hand_over(request: Request) -> Response:
        session, body = callers.session(request), await read_body(request)
        given = facade.hand_over_control(text(body, "area", required=True), text(body, "place"), session)
        return await plain(await asked(given))


def _audit(router: APIRouter, facade: Facade, callers: Callers, zone: ZoneInfo, clock: Clock) -> None:
    def query(request: Request) -> AuditQuery:
        known = ("from", "to", "actor", "action", "target", "text", "limit", "cursor")
        given = Query(request, zone, clock, known)
        return AuditQuery(
            given.moment("from"),
            given.moment("to"),
            given.text("actor"),
            given.text("action"),
            given.text("target"),
            given.text("text"),
            given.limit(),
            given.cursor(),
        )

    @router.get("/audit")
    async def rows(request: Request) -> Response:
        return await plain(await asked(facade.audit(query(request), callers.session(request)), deadline_s=30.0))

    @router.get("/audit/verify")
    async def verify(request: Request) -> Response:
        return await plain(await asked(facade.verify_audit(callers.session(request)), deadline_s=_SLOW_S))

    @router.get("/audit/export")
    async def export(request: Request) -> Response:
        content = await asked(facade.audit_csv(query(request), callers.session(request)), deadline_s=_SLOW_S)
        return Response(content, media_type="text/csv; charset=utf-8")


def _credentials(body: dict[str, Any], session: str = "") -> Credentials:
    secrets = {name: text(body, name) for name in _SECRETS}
    # another process proves the place it claims; only the station's own window is at the station's own place
    return Credentials(user=text(body, "user"), place=text(body, "place") or _REMOTE, session=session, **secrets)


def _change(body: dict[str, Any]) -> UserChange:
    def optional(name: str) -> str | None:
        return text(body, name) if name in body else None

    def switch(name: str) -> bool | None:
        return flag(body, name) if name in body else None

    roles = texts(body, "assignments")
    for name in body:
        if name not in _CHANGES:
            raise HttpFault(400, f"'{name}' is not known here; expected {', '.join(_CHANGES)}")
    return UserChange(
        title=optional("title"),
        assignments=roles,
        enabled=switch("enabled"),
        password=optional("password"),
        pin=optional("pin"),
        badge=optional("badge"),
        totp=switch("totp"),
        unlock=flag(body, "unlock"),
    )


_CHANGES = ("name", "title", "assignments", "enabled", "password", "pin", "badge", "totp", "unlock", "signature")
