"""Keeps a silent unit behind a shared connection from holding up the others; pure, time is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

KNOWN_SILENT: Final = 2
"""Unanswered requests after which a unit only gets short, rare probes."""

SHARE: Final = 50
"""Short probes of silent units may use one part in this many of the connection's time, full waits another."""

SHORTEST_PROBE_US: Final = 50_000
ALIVE_FOR_US: Final = 60_000_000
_LEAST_REST_US: Final = 1_000_000
_MOST_REST_US: Final = 60_000_000


@dataclass(slots=True)
class _Lane:
    silent: int = 0
    next_probe_us: int = 0
    next_full_us: int = 0
    typical_us: int = 0
    last_answer_us: int | None = None


@dataclass(slots=True)
class Lanes:
    """What is known of the units behind one connection."""

    _lanes: dict[int, _Lane] = field(default_factory=dict)
    _blamed: int | None = None

    def allowance_us(self, unit: int, timeout_us: int, now_us: int) -> int | None:
        """How long a request to `unit` may take now; None = not its turn, ask later."""
        lane = self._lane(unit)
        if lane.silent < KNOWN_SILENT or not self._others_alive(unit, now_us):
            return timeout_us
        if now_us < lane.next_probe_us:
            return None
        # Now and then the full wait, for a unit that came back slower than it was.
        return timeout_us if now_us >= lane.next_full_us else min(timeout_us, self._short_us())

    def answered(self, unit: int, took_us: int, now_us: int) -> None:
        """Notes an answer of any kind from the unit itself."""
        lane = self._lane(unit)
        late = took_us - 4 * lane.typical_us if lane.typical_us else 0
        if self._blamed not in (None, unit) and late > SHORTEST_PROBE_US:
            # A serial gateway still waits for the silent unit after we gave up: that is the true price of a probe.
            blamed = self._lane(self._blamed or 0)
            rest = min(_MOST_REST_US, SHARE // 2 * late * self._silent_units())
            blamed.next_probe_us = max(blamed.next_probe_us, now_us + rest)
        else:
            lane.typical_us = took_us if not lane.typical_us else (7 * lane.typical_us + took_us) // 8
        self._blamed = None
        lane.silent = 0
        lane.last_answer_us = now_us

    def unanswered(self, unit: int, took_us: int, now_us: int) -> None:
        """Notes that a request was lost after `took_us`."""
        lane = self._lane(unit)
        lane.silent += 1
        self._blamed = unit
        if lane.silent < KNOWN_SILENT:
            return
        price = SHARE * self._silent_units()
        lane.next_probe_us = now_us + min(_MOST_REST_US, max(_LEAST_REST_US, price * self._short_us()))
        if took_us > 2 * self._short_us() or not lane.next_full_us:
            lane.next_full_us = now_us + price * took_us

    def _lane(self, unit: int) -> _Lane:
        return self._lanes.setdefault(unit, _Lane())

    def _short_us(self) -> int:
        return max(SHORTEST_PROBE_US, 4 * max(lane.typical_us for lane in self._lanes.values()))

    def _silent_units(self) -> int:
        return max(1, sum(1 for lane in self._lanes.values() if lane.silent >= KNOWN_SILENT))

    def _others_alive(self, unit: int, now_us: int) -> bool:
        return any(
            other != unit
            and lane.silent == 0
            and lane.last_answer_us is not None
            and now_us - lane.last_answer_us < ALIVE_FOR_US
            for other, lane in self._lanes.items()
        )
