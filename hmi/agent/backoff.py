"""How long to wait before the next try: doubling, with jitter, so that stations do not come back all at once. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

SHORTEST_S: Final = 1.0
LONGEST_S: Final = 300.0


class Backoff:
    """Waits after failures. random: a number from 0 to 1 at each call."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def failed(self, at_least_s: float = 0.0) -> float:
        """Seconds to wait after one more failure: half to all of 1, 2, 4, ... 300 s, and what the server asked for."""
        ceiling_s = min(LONGEST_S, SHORTEST_S * 2.0 ** min(self._failures, 30))
        self._failures += 1
        wait_s = ceiling_s * (0.5 + 0.5 * self._random())
        return min(LONGEST_S, max(SHORTEST_S, wait_s, at_least_s))

    def succeeded(self) -> None:
        """Begins again at the shortest wait."""
        self._failures = 0
