"""GET paths of `/api/v1`: station, tags, devices, alarms, journal, history, OEE."""

from __future__ import annotations

import base64
import json
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from hmi.api.answers import HttpFault, asked, plain
from hmi.api.query import Query
from hmi.base.clock import Clock
from hmi.facade.contract import Facade
from hmi.facade.data import AlarmItem, HistoryQuery, OeeQuery, Page
from hmi.facade.plain import to_plain

_ALARM_LISTS = ("active", "shelved", "suppressed", "out_of_service", "all")
_ALARM_ORDER = ("UNACK_ACTIVE", "LATCHED_UNACK", "ACK_ACTIVE", "LATCHED_ACK", "RTN_UNACK")
_QUALITIES = ("good", "uncertain", "bad", "stale")
_MODES = {
    "raw": (),
    "at": (),
    "minmax": ("min", "max", "first", "last"),
    "mean": ("mean", "good_fraction"),
}
_DAY_S = 86_400.0
_HOUR_S = 3_600.0


def reading(facade: Facade, zone: ZoneInfo, clock: Clock) -> APIRouter:
    """The read paths on a facade; times without offset are plant time."""
    router = APIRouter(prefix="/api/v1")

    def query(request: Request, *known: str) -> Query:
        return Query(request, zone, clock, known)

    @router.get("/station")
    async def station(request: Request) -> Response:
        query(request)
        return await plain(await asked(facade.station()))

    @router.get("/tags")
    async def tags(request: Request) -> Response:
        given = query(request, "match", "device", "quality", "limit", "cursor")
        page = facade.tags(
            given.text("match", "*") or "*",
            given.text("device"),
            given.word("quality", _QUALITIES, ""),
            given.limit(),
            given.cursor(),
        )
        return await plain(await asked(page))

    @router.get("/tags/{path:path}")
    async def tag(request: Request, path: str) -> Response:
        query(request)
        return await plain(await asked(facade.tag(path)))

    @router.get("/devices")
    async def devices(request: Request) -> Response:
        given = query(request, "limit", "cursor")
        items = await asked(facade.devices())
        start = _offset(given.cursor(), len(items))
        end = start + given.limit()
        return await plain(Page(items[start:end], str(end) if end < len(items) else None))

    @router.get("/alarms")
    async def alarms(request: Request) -> Response:
        given = query(request, "state", "priority", "area", "class", "limit", "cursor")
        answer = await asked(
            facade.alarms(
                given.word("state", _ALARM_LISTS, "active"),
                given.whole("priority", 0, 1, 4),
                given.text("area"),
                given.text("class"),
            )
        )
        rows = sorted(answer.items, key=_alarm_rank)
        after = given.cursor()
        if after is not None:
            position = _alarm_position(after)
            rows = [row for row in rows if _alarm_rank(row) > position]
        part, rest = rows[: given.limit()], rows[given.limit() :]
        following = _alarm_cursor(part[-1]) if rest else None
        return await plain(
            {
                "items": to_plain(part),
                "next": following,
                "counts": to_plain(answer.counts),
                "revision": answer.revision,
            }
        )

    @router.get("/alarms/journal")
    async def journal(request: Request) -> Response:
        given = query(request, "from", "to", "alarm", "event", "limit", "cursor")
        from_us, to_us = given.span(_DAY_S)
        page = facade.journal(
            from_us, to_us, given.text("alarm"), given.text("event"), given.limit(), given.cursor(), True
        )
        return await plain(await asked(page))

    @router.get("/history")
    async def history(request: Request) -> Response:
        given = query(request, "tag", "from", "to", "mode", "points", "cursor")
        paths = given.texts("tag")
        if not paths:
            raise HttpFault(400, "name at least one tag: ?tag=PATH")
        from_us, to_us = given.span(_HOUR_S)
        mode = given.word("mode", tuple(_MODES), "minmax")
        points = given.whole("points", 1000, 1, 100_000)
        answer = await asked(
            facade.history(HistoryQuery(paths, from_us, to_us, mode, points, given.cursor())), deadline_s=30.0
        )
        body = await _history_body(to_plain(answer))
        return await plain(body)

    async def _history_body(body: dict[str, object]) -> dict[str, object]:
        series = body["series"]
        assert isinstance(series, list)
        for one in series:
            wanted = _MODES.get(one["mode"], ())
            for name in ("min", "max", "first", "last", "mean", "good_fraction"):
                if name not in wanted:
                    one.pop(name, None)
        return body

    @router.get("/oee")
    async def oee(request: Request) -> Response:
        given = query(request, "line", "machine", "from", "to", "shift")
        from_us, to_us = given.moment("from"), given.moment("to")
        ranged = from_us is not None or to_us is not None
        if ranged and given.text("shift"):
            raise HttpFault(400, "give either shift, or from and to")
        if ranged:
            from_us, to_us = given.span(_DAY_S)
        shift = "" if ranged else given.text("shift", "current")
        items = await asked(facade.oee(OeeQuery(given.text("line"), given.text("machine"), shift, from_us, to_us)))
        return await plain({"items": to_plain(items), "next": None})

    return router


def _offset(cursor: str | None, length: int) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9 or int(cursor) > length:
        raise HttpFault(400, "this cursor is not one of this list: begin without it")
    return int(cursor)


AlarmRank = tuple[int, int, int, str]


def _alarm_rank(item: AlarmItem) -> AlarmRank:
    state = _ALARM_ORDER.index(item.state) if item.state in _ALARM_ORDER else len(_ALARM_ORDER)
    return state, item.priority, -(item.t_active_us or 0), item.id


def _alarm_cursor(item: AlarmItem) -> str:
    return base64.urlsafe_b64encode(json.dumps(_alarm_rank(item)).encode()).decode()


def _alarm_position(cursor: str) -> AlarmRank:
    try:
        state, priority, newest, name = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return int(state), int(priority), int(newest), str(name)
    except (ValueError, TypeError):
        raise HttpFault(400, "this cursor is not one of this list: begin without it") from None
