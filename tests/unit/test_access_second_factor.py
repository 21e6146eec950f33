"""Time-based codes against the vectors of RFC 6238, each taken once."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from hmi.access import second_factor
from tests.helpers.access_bench import totp_code
from tests.helpers.clock import EPOCH_US, ManualClock

SEED = base64.b32encode(b"12345678901234567890").decode()
STEP_US = 30_000_000
# RFC 6238, appendix B, SHA-1: the last six digits
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.mark.parametrize(("second", "code"), VECTORS.items())
def test_the_vectors_of_the_rfc(second: int, code: str) -> None:
    assert second_factor.accepted_step(SEED, code, second * 1_000_000, 0) == second // 30
    assert second_factor.accepted_step(SEED, f"{code[:3]} {code[3:]}", second * 1_000_000, 0) == second // 30
    assert second_factor.accepted_step(SEED, code, second * 1_000_000, second // 30) is None


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_differ_by_one_step(steps: int, taken: bool) -> None:
    clock = ManualClock()
    step = second_factor.accepted_step(SEED, totp_code(SEED, clock, steps), EPOCH_US, 0)
    assert step == (EPOCH_US // STEP_US + steps if taken else None)


def test_an_older_code_than_the_last_one_is_refused_too() -> None:
    clock = ManualClock()
    last = EPOCH_US // STEP_US
    assert second_factor.accepted_step(SEED, totp_code(SEED, clock, -1), EPOCH_US, last) is None
    assert second_factor.accepted_step(SEED, totp_code(SEED, clock, 1), EPOCH_US, last) == last + 1


@pytest.mark.parametrize("code", ["", "000000", "12345", "2870823", "²⁸⁷⁰⁸²", "\ud800", "287082\n", "x" * 10_000])
def test_what_is_no_code_is_wrong_and_no_defect(code: str) -> None:
    assert second_factor.accepted_step(SEED, code, 59_000_000, 0) is None


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def test_codes_are_right_in_the_hour_that_comes_twice_in_autumn(berlin: None) -> None:
    for second in range(1_761_436_800, 1_761_447_600, 900):  # 26 October 2025, 00:00 to 03:00 UTC
        clock = ManualClock(second * 1_000_000)
        found = second_factor.accepted_step(SEED, totp_code(SEED, clock), second * 1_000_000, 0)
        assert found == second // 30, second


def test_a_seed_is_fresh_and_its_address_is_what_authenticators_read() -> None:
    seed = second_factor.new_seed()
    assert seed != second_factor.new_seed()
    assert len(base64.b32decode(seed)) == 20
    parts = urlsplit(second_factor.address(seed, "anna", "line1"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(unquote(parts.path)) == "/Plant HMI:anna@line1"
    assert parse_qs(parts.query)["secret"] == [seed]
