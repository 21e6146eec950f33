"""Text forms of `contract.md` 1 as checked values; every refusal says what was expected."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from hmi.model.timestamps import parse_duration, parse_rate
from hmi.settings.problems import did_you_mean, shown

NAME_FORM: Final = "lower case letters, digits, '-' and '_', at most 40, beginning with a letter or digit"
PATH_FORM: Final = "2 to 8 parts of letters, digits, '_', '-' and '.' joined by '/', e.g. line1/filler/speed"
DURATION_FORM: Final = "a number with ms, s, min, h or d, e.g. 500 ms"
RATE_FORM: Final = "e.g. 600/min, 10/s or 36000/h"
YES_NO_FORM: Final = "yes or no"
NUMBER_FORM: Final = "a number with a decimal point, e.g. 12.5"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PART = re.compile(r"[A-Za-z0-9_.\-]+")
_NUMBER = re.compile(r"[-+]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:[eE][-+]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[-+]?(?:\d{1,30}|0[xX][0-9a-fA-F]{1,16})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)
_YES: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LONGEST_US: Final = 200 * 366 * 86_400_000_000


class FormError(Exception):
    """A text does not have its form: what is wrong, what was expected, what to try."""

    def __init__(self, message: str, expected: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.hint = hint


def name(text: str) -> str:
    """A lawful name."""
    if not _NAME.fullmatch(text):
        lawful = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:40]
        raise FormError(f"'{shown(text)}' is not a name", NAME_FORM, f"e.g. {lawful}" if lawful else "")
    return text


def tag_path(text: str) -> str:
    """A lawful tag path, reserved roots not considered."""
    parts = text.split("/")
    if not 2 <= len(parts) <= 8 or not all(_PART.fullmatch(part) for part in parts):
        raise FormError(f"'{shown(text)}' is not a tag path", PATH_FORM)
    if any(set(part) == {"."} for part in parts):
        raise FormError(f"'{shown(text)}' has a part of dots alone", PATH_FORM)
    return text


def prefix_path(text: str) -> str:
    """A path that tags stand below: 1 to 7 parts."""
    parts = text.split("/")
    if not 1 <= len(parts) <= 7 or not all(_PART.fullmatch(part) for part in parts):
        raise FormError(f"'{shown(text)}' is not a path", "1 to 7 parts joined by '/', e.g. line1/filler")
    return text


def duration_us(text: str, *, zero: bool = False) -> int:
    """Microseconds; zero only where it has a meaning."""
    try:
        value = parse_duration(text)
    except (ValueError, OverflowError):
        bare = _NUMBER.fullmatch(text.strip())
        raise FormError(
            f"'{shown(text)}' has no unit" if bare else f"'{shown(text)}' is not a duration",
            DURATION_FORM,
            f"did you mean '{text.strip()} s'?" if bare and len(text) < 12 else "",
        ) from None
    if value > _LONGEST_US:
        raise FormError(f"'{shown(text)}' is too long", "at most 200 years")
    if value == 0 and not zero:
        raise FormError(f"'{shown(text)}' is no time at all", "a duration above 0")
    return value


def rate_per_s(text: str) -> float:
    """Items per second, above 0."""
    try:
        value = parse_rate(text)
    except (ValueError, OverflowError):
        raise FormError(f"'{shown(text)}' is not a rate", RATE_FORM) from None
    if not 0 < value < 1e12:
        raise FormError(f"'{shown(text)}' is not a rate", "a rate above 0, " + RATE_FORM)
    return value


def yes_no(text: str) -> bool:
    """A boolean."""
    try:
        return _YES[text.lower()]
    except KeyError:
        raise FormError(f"'{shown(text)}' is neither yes nor no", YES_NO_FORM) from None


def number(text: str) -> float:
    """A finite number with a decimal point."""
    if not _NUMBER.fullmatch(text):
        hint = "decimal point instead of comma" if _NUMBER.fullmatch(text.replace(",", ".")) else ""
        raise FormError(f"'{shown(text)}' is not a number", NUMBER_FORM, hint)
    value = float(text)
    if abs(value) == float("inf"):
        raise FormError(f"'{shown(text)}' is too large", NUMBER_FORM)
    return value


def integer(text: str) -> int:
    """A whole number, decimal or 0x."""
    if not _INTEGER.fullmatch(text):
        raise FormError(f"'{shown(text)}' is not a whole number", "a whole number, e.g. 12 or 0x0C")
    return int(text, 16) if "x" in text.lower() else int(text)


def percent(text: str) -> float:
    """Fraction 0..1 of `10 %`."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None or float(match[1]) > 100:
        raise FormError(f"'{shown(text)}' is not a share", "0 % to 100 %, e.g. 10 %")
    return float(match[1]) / 100


def clock_minutes(text: str) -> int:
    """Minutes after midnight of `06:00`."""
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise FormError(f"'{shown(text)}' is not a time of day", "HH:MM between 00:00 and 23:59, e.g. 06:00")
    return int(match[1]) * 60 + int(match[2])


def iso_date(text: str) -> str:
    """A calendar date."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FormError(f"'{shown(text)}' is not a date", "YYYY-MM-DD, e.g. 2026-12-24") from None


def choice(text: str, known: tuple[str, ...]) -> str:
    """One of a few words."""
    if text not in known:
        listed = ", ".join(known[:-1]) + " or " + known[-1] if len(known) > 1 else known[0]
        raise FormError(f"'{shown(text)}' is not one of the choices", listed, did_you_mean(text, known))
    return text
