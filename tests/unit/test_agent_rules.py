"""Pure rules of the agent: back-off, what a status means, when the daily backup is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmi.agent.backoff import LONGEST_S, SHORTEST_S, Backoff
from hmi.agent.schedule import is_due, latest_run_us, parse_wall, run_of
from hmi.agent.transport import Outcome, judge
from hmi.model.timestamps import iso, to_datetime, to_us

BERLIN = ZoneInfo("Europe/Berlin")


def test_the_wait_doubles_to_five_minutes_and_starts_again_after_a_success() -> None:
    backoff = Backoff(lambda: 1.0)
    waits = [backoff.failed() for _ in range(12)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    backoff.succeeded()
    assert backoff.failed() == 1.0
    assert backoff.failed(at_least_s=60) == 60


@given(st.lists(st.floats(0, 1), max_size=50), st.floats(0, 1e6))
def test_every_wait_is_within_its_limits(randoms: list[float], asked: float) -> None:
    numbers = iter(randoms)
    backoff = Backoff(lambda: next(numbers))
    for _ in randoms:
        assert SHORTEST_S <= backoff.failed(asked) <= LONGEST_S


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "taken"), (201, "taken"), (202, "taken"), (301, "retry"), (400, "refused"), (401, "refused"),
     (403, "refused"), (404, "refused"), (409, "conflict"), (413, "refused"), (422, "refused"), (429, "retry"),
     (500, "retry"), (502, "retry"), (503, "retry")],
)  # fmt: skip
def test_only_429_and_5xx_are_tried_again(status: int, outcome: str) -> None:
    assert judge(status, None).outcome is Outcome(outcome)


def test_the_reason_is_what_the_server_said() -> None:
    verdict = judge(400, {"error": {"code": "bad_request", "message": "the batch is cut off"}})
    assert verdict.reason == "the central server answered 400: the batch is cut off"
    assert judge(429, None, "17").after_s == 17.0
    assert judge(429, None, "soon").after_s == 0.0


def test_the_backup_runs_once_a_date_also_when_the_clocks_change() -> None:
    at = parse_wall("02:30")
    spring = [iso(run_of(datetime(2026, 3, day).date(), at, BERLIN)) for day in (28, 29, 30)]
    assert spring == ["2026-03-28T01:30:00.000000Z", "2026-03-29T01:30:00.000000Z", "2026-03-30T00:30:00.000000Z"]
    autumn = [iso(run_of(datetime(2026, 10, day).date(), at, BERLIN)) for day in (24, 25, 26)]
    assert autumn == ["2026-10-24T00:30:00.000000Z", "2026-10-25T00:30:00.000000Z", "2026-10-26T01:30:00.000000Z"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC", "Africa/Cairo"])
@pytest.mark.parametrize("at", ["02:30", "00:00", "23:59"])
def test_a_year_of_checks_every_quarter_hour_makes_one_backup_a_date(zone: str, at: str) -> None:
    place, wall = ZoneInfo(zone), parse_wall(at)
    moment = to_us(datetime(2026, 1, 1, 12, tzinfo=place))
    done: int | None = latest_run_us(wall, place, moment)
    runs: list[int] = []
    for _ in range(365 * 96):
        moment += 900_000_000
        latest = latest_run_us(wall, place, moment)
        if is_due(done, latest, moment):
            runs.append(latest)
            done = latest
    dates = [to_datetime(run).astimezone(place).date() for run in runs]
    assert 364 <= len(dates) <= 366
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(dates))


def test_a_missed_run_is_made_up_once_and_a_wrong_clock_does_not_stop_backups() -> None:
    at = parse_wall("02:30")
    now_us = to_us(datetime(2026, 6, 10, 12, tzinfo=BERLIN))
    latest = latest_run_us(at, BERLIN, now_us)
    assert is_due(None, latest, now_us)
    assert is_due(latest - 5 * 86_400_000_000, latest, now_us)
    assert not is_due(latest, latest, now_us)
    assert is_due(now_us + 10**15, latest, now_us)


@pytest.mark.parametrize("text", ["2:3", "24:00", "12:60", "noon", "", "02:30:00", "-1:00"])
def test_a_time_of_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HH:MM"):
        parse_wall(text)
