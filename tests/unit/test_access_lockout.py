"""When a name is locked: pure, in time left."""

from __future__ import annotations

from hmi.access.lockout import NO_ATTEMPTS, Attempts, failed, passed_time

LOCK = 900_000_000


def test_the_limit_locks_and_each_failure_after_it_locks_anew() -> None:
    now = NO_ATTEMPTS
    for count in range(1, 5):
        now = failed(now, 5, LOCK)
        assert (now.failures, now.locked) == (count, False)
    now = failed(now, 5, LOCK)
    assert now == Attempts(5, LOCK)
    over = passed_time(now, LOCK)
    assert over == Attempts(5, 0)
    assert failed(over, 5, LOCK) == Attempts(6, LOCK)


def test_time_only_shortens_a_lock() -> None:
    locked = Attempts(5, LOCK)
    assert passed_time(locked, 60_000_000).left_us == LOCK - 60_000_000
    assert passed_time(locked, -60_000_000) == locked
    assert passed_time(locked, LOCK + 1) == Attempts(5, 0)
    assert passed_time(passed_time(locked, 1), LOCK).left_us == 0


def test_counting_never_overflows_the_column() -> None:
    assert failed(Attempts(1_000_000, 0), 5, LOCK).failures == 1_000_000
