"""Reads query parameters; a parameter nobody knows is refused, because ignoring a filter would answer too much."""

from __future__ import annotations

import difflib
from zoneinfo import ZoneInfo

from fastapi import Request

from hmi.api.answers import HttpFault
from hmi.base.clock import Clock
from hmi.model.timestamps import US_PER_S, parse_time

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000


class Query:
    """The parameters of one request. known: every name this path accepts."""

    def __init__(self, request: Request, zone: ZoneInfo, clock: Clock, known: tuple[str, ...]) -> None:
        self._given = request.query_params
        self._zone = zone
        self.now_us = clock.now_us()
        for name in self._given:
            if name not in known:
                raise HttpFault(400, f"unknown parameter '{name}'{_hint(name, known)}")

    def text(self, name: str, default: str = "") -> str:
        """A parameter as text."""
        return self._given.get(name, default)

    def texts(self, name: str) -> list[str]:
        """Every value of a parameter that may stand several times."""
        return self._given.getlist(name)

    def word(self, name: str, words: tuple[str, ...], default: str) -> str:
        """A parameter that is one of a few words."""
        value = self._given.get(name, default)
        if value not in words and value != default:
            raise HttpFault(400, f"{name} must be one of {', '.join(words)}, not '{value}'")
        return value

    def whole(self, name: str, default: int, smallest: int, largest: int) -> int:
        """A whole number within limits."""
        text = self._given.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > 12 or not smallest <= int(text) <= largest:
            raise HttpFault(400, f"{name} must be a whole number from {smallest} to {largest}, not '{text}'")
        return int(text)

    def limit(self) -> int:
        """Items a page holds."""
        return self.whole("limit", DEFAULT_LIMIT, 1, LARGEST_LIMIT)

    def cursor(self) -> str | None:
        """Where the page begins; None = at the start."""
        return self._given.get("cursor")

    def moment(self, name: str) -> int | None:
        """A time in microseconds, None if it is not given."""
        text = self._given.get(name)
        if text is None:
            return None
        try:
            # A '+' of an offset that was not escaped arrives as a space.
            return parse_time(text.replace(" ", "+") if "T" in text and "now" not in text else text,
                              self._zone, self.now_us)  # fmt: skip
        except (ValueError, OverflowError) as fault:
            raise HttpFault(400, f"{name}: {fault}") from None

    def span(self, default_s: float) -> tuple[int, int]:
        """`from` and `to`; without them the last `default_s` up to and with now."""
        to_us = self.moment("to")
        to_us = self.now_us + 1 if to_us is None else to_us
        from_us = self.moment("from")
        from_us = to_us - round(default_s * US_PER_S) if from_us is None else from_us
        if from_us >= to_us:
            raise HttpFault(400, "from must be before to")
        return from_us, to_us


def _hint(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; this address takes {', '.join(known)}" if known else "; this address takes none"
