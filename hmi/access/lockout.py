"""When a name is locked after failed attempts: pure, counted in time left, so that no clock ends or prolongs a lock."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures since the last success, and how long the lock still lasts; 0 = not locked."""

    failures: int = 0
    left_us: int = 0

    @property
    def locked(self) -> bool:
        """True while no attempt is looked at."""
        return self.left_us > 0


NO_ATTEMPTS = Attempts()


def failed(before: Attempts, limit: int, lock_us: int) -> Attempts:
    """After one more failure: from the `limit`th on each one locks anew (`domain.md` 6.2, 4)."""
    failures = min(before.failures + 1, 1_000_000)
    return Attempts(failures, lock_us if failures >= limit else 0)


def passed_time(before: Attempts, elapsed_us: int) -> Attempts:
    """After some time on a clock that never steps; time the program was off does not count."""
    return replace(before, left_us=max(0, before.left_us - max(0, elapsed_us)))
