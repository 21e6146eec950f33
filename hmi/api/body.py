"""Reads the JSON body of a POST: an object of known kinds, within a size."""

from __future__ import annotations

import json
import re
from typing import Any

from fastapi import Request

from hmi.api.answers import HttpFault

_LARGEST = 64 * 1024
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


async def read_body(request: Request) -> dict[str, Any]:
    """The object in the body; refuses anything else and anything larger than 64 KiB."""
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > _LARGEST:
            raise HttpFault(413, "the request is too large")
    try:
        body = json.loads(content)
        # half a character (a lone surrogate) is no text: it could be neither hashed nor stored nor shown
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HttpFault(400, "the body must be a JSON object") from None
    if not isinstance(body, dict):
        raise HttpFault(400, "the body must be a JSON object")
    return body


def text(body: dict[str, Any], name: str, *, required: bool = False) -> str:
    """A text, empty if it is not there."""
    value = body.get(name, "")
    if not isinstance(value, str) or (required and not value) or not _is_text(value):
        raise HttpFault(400, f"'{name}' must be a text")
    return value


def texts(body: dict[str, Any], name: str) -> list[str] | None:
    """A list of texts, None if it is not there."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) and _is_text(item) for item in value):
        raise HttpFault(400, f"'{name}' must be a list of texts")
    return value


def _is_text(value: str) -> bool:
    """JSON can spell half a character and the zero that no database keeps."""
    return not _NO_TEXT.search(value)


def flag(body: dict[str, Any], name: str) -> bool:
    """True or false, false if it is not there."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise HttpFault(400, f"'{name}' must be true or false")
    return value


def whole(body: dict[str, Any], name: str, meaning: str) -> int:
    """A positive whole number."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**63:
        raise HttpFault(400, f"'{name}' must be {meaning}")
    return value
