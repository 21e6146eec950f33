"""Keeps a silent unit behind a shared connection from holding up the others; pure, time is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

KNOWN_SILENT: Final = 2
"""Unanswered requests after which a unit only gets short, rare probes."""

SHARE: Final = 25
"""A silent unit may use one part in this many of the connection's time (4 %)."""

SHORTEST_PROBE_US: Final = 50_000
FULL_PROBE_EVERY: Final = 8
"""Each so many probes wait the full timeout, for a unit that came back slower than it was."""

ALIVE_FOR_US: Final = 60_000_000
_REST_US: Final = 1_000_000


@dataclass(slots=True)
class _Lane:
    silent: int = 0
    probes: int = 0
    next_probe_us: int = 0
    typical_us: int = 0
    last_answer_us: int | None = None


@dataclass(slots=True)
class Lanes:
    """What is known of the units behind one connection."""

    _lanes: dict[int, _Lane] = field(default_factory=dict)

    def allowance_us(self, unit: int, timeout_us: int, now_us: int) -> int | None:
        """How long a request to `unit` may take now; None = not its turn, ask later."""
        lane = self._lane(unit)
        if lane.silent < KNOWN_SILENT or not self._others_alive(unit, now_us):
            return timeout_us
        if now_us < lane.next_probe_us:
            return None
        if lane.probes % FULL_PROBE_EVERY == FULL_PROBE_EVERY - 1:
            return timeout_us
        typical = max(known.typical_us for known in self._lanes.values())
        return min(timeout_us, max(SHORTEST_PROBE_US, 4 * typical))

    def answered(self, unit: int, took_us: int, now_us: int) -> None:
        """Notes an answer of any kind from the unit itself."""
        lane = self._lane(unit)
        lane.silent = 0
        lane.probes = 0
        lane.last_answer_us = now_us
        lane.typical_us = took_us if not lane.typical_us else (7 * lane.typical_us + took_us) // 8

    def unanswered(self, unit: int, took_us: int, now_us: int) -> None:
        """Notes that a request was lost after `took_us`."""
        lane = self._lane(unit)
        lane.silent += 1
        if lane.silent > KNOWN_SILENT:
            lane.probes += 1
        silent_units = sum(1 for known in self._lanes.values() if known.silent >= KNOWN_SILENT)
        lane.next_probe_us = now_us + max(_REST_US, took_us * SHARE * max(1, silent_units))

    def _lane(self, unit: int) -> _Lane:
        return self._lanes.setdefault(unit, _Lane())

    def _others_alive(self, unit: int, now_us: int) -> bool:
        return any(
            other != unit
            and lane.silent == 0
            and lane.last_answer_us is not None
            and now_us - lane.last_answer_us < ALIVE_FOR_US
            for other, lane in self._lanes.items()
        )
