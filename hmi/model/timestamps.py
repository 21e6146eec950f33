"""Time as integer microseconds since 1970 UTC, and its text forms (`contract.md` 1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

US_PER_MS: Final = 1_000
US_PER_S: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_DURATION_US: Final = {"ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)\s*$")
_NOW = re.compile(r"^now(?:\s*-\s*(.+))?$")
_RATE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*/\s*(s|min|h)\s*$")


def to_us(moment: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without zone cannot be stored")
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * US_PER_S + delta.microseconds


def to_datetime(t_us: int) -> datetime:
    """Aware UTC datetime of a time in microseconds."""
    return _EPOCH + timedelta(microseconds=t_us)


def iso(t_us: int) -> str:
    """`2026-01-02T03:04:05.000000Z`, always six digits."""
    return to_datetime(t_us).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def iso_or_none(t_us: int | None) -> str | None:
    """Like `iso`, but keeps None and the unset time 0 as None."""
    return iso(t_us) if t_us else None


def parse_time(text: str, zone: ZoneInfo, now_us: int) -> int:
    """Microseconds of ISO 8601 text, `now` or `now-2h`; without zone the text is plant time.

    Raises ValueError in plain words, also for a wall time that the zone skips or has twice (`contract.md` 1).
    """
    text = text.strip()
    relative = _NOW.match(text)
    if relative:
        return now_us - (parse_duration(relative.group(1)) if relative.group(1) else 0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a time; expected e.g. 2026-01-02T03:04:05Z, now or now-2h") from None
    if moment.tzinfo is not None:
        return to_us(moment)
    return wall_to_us(moment, zone)


def wall_to_us(wall: datetime, zone: ZoneInfo) -> int:
    """Microseconds of a naive wall time in `zone`; raises ValueError if it is missing or ambiguous there."""
    early, late = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    back = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != wall:
        raise ValueError(f"the wall time {wall} does not exist in {zone.key}; give the time with its offset")
    if early.utcoffset() != late.utcoffset():
        raise ValueError(f"the wall time {wall} occurs twice in {zone.key}; give the time with its offset")
    return to_us(early)


def parse_duration(text: str) -> int:
    """Microseconds of `500 ms`, `10s`, `5 min`, `8h`, `30 d`; a bare number raises ValueError."""
    match = _DURATION.match(text)
    if match is None:
        raise ValueError(f"'{text}' is not a duration; expected a number with ms, s, min, h or d, e.g. 500 ms")
    return round(float(match.group(1)) * _DURATION_US[match.group(2)])


def format_duration(duration_us: int) -> str:
    """Shortest exact text, e.g. `500 ms`, `10 s`, `8 h`; `parse_duration` reads it back."""
    if duration_us == 0:
        return "0 s"
    for unit in ("d", "h", "min", "s"):
        size = _DURATION_US[unit]
        if duration_us % size == 0:
            return f"{duration_us // size} {unit}"
    return f"{duration_us // 1000} ms" if duration_us % 1000 == 0 else f"{duration_us / 1000} ms"


def parse_rate(text: str) -> float:
    """Items per second of `600/min`, `10/s`, `36000/h`; else ValueError."""
    match = _RATE.match(text)
    if match is None:
        raise ValueError(f"'{text}' is not a rate; expected e.g. 600/min, 10/s or 36000/h")
    return float(match.group(1)) * US_PER_S / _DURATION_US[match.group(2)]
