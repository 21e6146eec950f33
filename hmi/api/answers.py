"""How facade answers become HTTP answers: waiting with a deadline, plain JSON, faults in the agreed shape."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hmi.base.errors import BusyError, NotPermittedError, NotSignedInError, PlantError, UnreachableError, UsageError
from hmi.base.http import error_body
from hmi.facade.plain import to_plain

T = TypeVar("T")

DEADLINE_S: Final = 10.0


class HttpFault(Exception):  # noqa: N818  # it is an answer, not a defect
    """Ends a request with a status and one plain sentence."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


async def asked(future: Future[T], deadline_s: float = DEADLINE_S) -> T:
    """The station's answer; a PlantError passes through, silence becomes 503."""
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), deadline_s)
    except TimeoutError:
        raise HttpFault(503, f"the station did not answer within {deadline_s:g} s") from None


async def plain(value: Any, status: int = 200) -> Response:
    """A JSON answer; the conversion of long answers does not hold up other requests."""
    return await asyncio.to_thread(_render, value, status)


def _render(value: Any, status: int) -> Response:
    body = json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(body.encode(), status, media_type="application/json")


def fault_answer(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error answer in the agreed shape."""
    return Response(
        json.dumps(error_body(status, message), ensure_ascii=False).encode(),
        status,
        media_type="application/json",
        headers=headers,
    )


async def on_http_fault(_request: Request, fault: Exception) -> Response:
    """Answers an HttpFault."""
    assert isinstance(fault, HttpFault)
    return fault_answer(fault.status, fault.message, fault.headers)


async def on_framework_fault(_request: Request, fault: Exception) -> Response:
    """Answers what the framework refuses: unknown path, wrong method."""
    assert isinstance(fault, HTTPException)
    message = {404: "there is nothing at this address", 405: "this address does not take that method"}
    return fault_answer(fault.status_code, message.get(fault.status_code, str(fault.detail)), dict(fault.headers or {}))


async def on_invalid(_request: Request, fault: Exception) -> Response:
    """Answers a request the framework could not read."""
    assert isinstance(fault, RequestValidationError)
    return fault_answer(400, "the request does not have the expected form")


async def on_defect(_request: Request, _fault: Exception) -> Response:
    """Answers our own defect; it is raised on and logged with its trace."""
    return fault_answer(500, "a defect of this program; its log has the details under this request id")


async def on_plant_fault(request: Request, fault: Exception) -> Response:
    """Answers a fault of the plant's or the user's world with the status that fits it."""
    assert isinstance(fault, PlantError)
    return fault_answer(_status(request, fault), str(fault))


def _status(request: Request, fault: PlantError) -> int:
    if isinstance(fault, NotSignedInError):
        return 401
    if isinstance(fault, NotPermittedError):
        return 403
    if isinstance(fault, UnreachableError):
        return 503
    if isinstance(fault, UsageError):
        return 400
    # The facade names what is missing first: `no tag PATH`, `no alarm ID`, `no line NAME`.
    if str(fault).lower().startswith("no "):
        return 404
    if isinstance(fault, BusyError) and request.method == "GET":
        return 503
    # What a library or the system caused (disk, database) is no fault of the question.
    if fault.__cause__ is not None and not isinstance(fault.__cause__, ValueError | LookupError):
        return 503
    return 400 if request.method == "GET" else 409
