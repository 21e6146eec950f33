"""How much a counter moved: rollover, reset and implausible jumps told apart (`domain.md` 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Move(StrEnum):
    """What a counter did between two readings."""

    FORWARD = "forward"
    ROLLOVER = "rollover"
    RESET = "reset"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class Delta:
    """Items counted. implausible: more than the machine can make. quarantined: what a jump may have made, unknown."""

    items: int
    move: Move
    implausible: bool = False
    quarantined: int = 0


def cap(dt_s: float, ideal_cycle_s: float) -> float:
    """Most items the machine can make in a time, with a fifth and five items of tolerance."""
    return dt_s / ideal_cycle_s * 1.2 + 5


def delta(previous: int, now: int, dt_s: float, ideal_cycle_s: float, modulus: int) -> Delta:
    """Items between two readings of a counter that counts up to modulus - 1 and begins again at 0."""
    most = cap(dt_s, ideal_cycle_s)
    if now >= previous:
        return Delta(now - previous, Move.FORWARD, implausible=now - previous > most)
    rolled = modulus - previous + now
    if 0 <= rolled <= most:
        return Delta(rolled, Move.ROLLOVER)
    if now <= most:
        return Delta(now, Move.RESET)
    return Delta(0, Move.JUMP, quarantined=now)
