from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmi.model.timestamps import format_duration, iso, parse_duration, parse_rate, parse_time, to_datetime, to_us

BERLIN = ZoneInfo("Europe/Berlin")
NOON = to_us(datetime(2026, 1, 2, 12, tzinfo=UTC))


def test_iso_has_always_six_digits() -> None:
    assert iso(to_us(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))) == "2026-01-02T03:04:05.000000Z"


def test_text_without_zone_is_plant_time() -> None:
    assert iso(parse_time("2026-01-02T03:00:00", BERLIN, NOON)) == "2026-01-02T02:00:00.000000Z"
    assert iso(parse_time("2026-07-02T03:00:00", BERLIN, NOON)) == "2026-07-02T01:00:00.000000Z"


@pytest.mark.parametrize(
    ("text", "word"), [("2026-03-29T02:30:00", "does not exist"), ("2026-10-25T02:30:00", "twice")]
)
def test_wall_time_that_summer_time_skips_or_doubles_is_refused(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse_time(text, BERLIN, NOON)


@pytest.mark.parametrize(
    ("text", "seconds"), [("now", 0), ("now-2h", 7200), ("now-90min", 5400), ("now - 3 d", 259200)]
)
def test_relative_times(text: str, seconds: int) -> None:
    assert parse_time(text, BERLIN, NOON) == NOON - seconds * 1_000_000


@pytest.mark.parametrize("text", ["5", "", "5 weeks", "-5 s", "s", "5m", "1e3 s"])
def test_a_duration_without_a_known_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**15).map(lambda ms: ms * 1000))
def test_duration_text_reads_back(duration_us: int) -> None:
    if duration_us < 10**12:
        assert parse_duration(format_duration(duration_us)) == duration_us


@pytest.mark.parametrize(("text", "rate"), [("600/min", 10.0), ("10/s", 10.0), ("36000/h", 10.0)])
def test_rates(text: str, rate: float) -> None:
    assert parse_rate(text) == pytest.approx(rate)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_microseconds_are_exact(moment: datetime) -> None:
    assert to_datetime(to_us(moment)) == moment
