"""Waits for a condition of a real counterpart with a deadline, never for a fixed time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from hmi.base.errors import PlantError

T = TypeVar("T")
_pause = threading.Event()


def eventually(probe: Callable[[], T], what: str, timeout_s: float = 20.0) -> T:
    """The first truthy answer of `probe`; fails the test with `what` if none comes in time."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen in {timeout_s:.0f} s: {what}")
        _pause.wait(0.02)


def after_any_other_backup(make: Callable[[], T]) -> T:
    """The answer of `make`, which asks a station for a backup, once the one of its schedule is not under way."""
    answers: list[T] = []

    def is_answered() -> bool:
        try:
            answers.append(make())
        except PlantError as fault:
            if "a backup is being made already" not in str(fault):
                raise
        return bool(answers)

    eventually(is_answered, "the station takes up the backup", 60)
    return answers[0]
