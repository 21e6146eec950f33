"""When the daily backup is due, in local wall time and exactly once a date, summer time or not. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hmi.model.timestamps import to_datetime, to_us


def parse_wall(text: str) -> tuple[int, int]:
    """(hour, minute) of `HH:MM`; else ValueError."""
    hour, _, minute = text.partition(":")
    if hour.isdigit() and minute.isdigit() and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
        return int(hour), int(minute)
    raise ValueError(f"'{text}' is not a time of day; expected HH:MM, e.g. 02:30")


def run_of(day: date, at: tuple[int, int], zone: ZoneInfo) -> int:
    """The run of a local date: a wall time that occurs twice counts the first time, one that is skipped, after it."""
    wall = datetime(day.year, day.month, day.day, *at, tzinfo=zone, fold=0)
    return to_us(wall.astimezone(UTC))


def latest_run_us(at: tuple[int, int], zone: ZoneInfo, now_us: int) -> int:
    """The last scheduled moment that is not after `now_us`."""
    today = to_datetime(now_us).astimezone(zone).date()
    run_us = run_of(today, at, zone)
    return run_us if run_us <= now_us else run_of(today - timedelta(days=1), at, zone)


def is_due(done_for_us: int | None, latest_us: int, now_us: int) -> bool:
    """True if the run of `latest_us` has not been made; a mark in the future (the clock was wrong) does not count."""
    return done_for_us is None or done_for_us < latest_us or done_for_us > now_us
