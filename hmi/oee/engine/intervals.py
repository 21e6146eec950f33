"""What a machine did: intervals of one state and product with the items counted in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hmi.model.equipment import StateClass
from hmi.model.quality import GOOD


@dataclass(frozen=True, slots=True)
class Counted:
    """Where counting stands: the last good readings. t_us: 0 = none yet."""

    t_us: int = 0
    total: int | None = None
    split: int | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """A time in one state, with one product at one ideal rate. Items are spread evenly over it.

    state: number the machine sent, None while unknown. gap_total, gap_good: counted over a time of which nothing is
    known. quarantined: counter jumps nobody can interpret. counted: the counters at its end.
    """

    from_us: int
    to_us: int
    state: int | None
    state_class: StateClass
    ideal_rate_per_s: float
    product: str = ""
    status: int = GOOD
    total: int = 0
    good: int = 0
    gap_total: int = 0
    gap_good: int = 0
    quarantined: int = 0
    counted: Counted = Counted()

    @property
    def length_us(self) -> int:
        """Length of the interval."""
        return self.to_us - self.from_us

    def share(self, items: int, from_us: int, to_us: int) -> int:
        """Items that fall into a part: floored to the earlier parts, so that parts always sum up to the whole."""
        if self.length_us <= 0:
            return items if to_us >= self.to_us else 0
        begin = items * (from_us - self.from_us) // self.length_us
        return items * (to_us - self.from_us) // self.length_us - begin

    def cut(self, from_us: int, to_us: int) -> Interval | None:
        """The part inside a range, None if nothing is."""
        begin, end = max(from_us, self.from_us), min(to_us, self.to_us)
        if begin == self.from_us and end == self.to_us:
            return self
        if end <= begin:
            return None
        reject = self.share(self.total - self.good, begin, end)
        gap_reject = self.share(self.gap_total - self.gap_good, begin, end)
        good = self.share(self.good, begin, end)
        gap_good = self.share(self.gap_good, begin, end)
        return replace(
            self,
            from_us=begin,
            to_us=end,
            good=good,
            total=good + reject,
            gap_good=gap_good,
            gap_total=gap_good + gap_reject,
            quarantined=self.share(self.quarantined, begin, end),
        )


def spread(items: int, pieces: Sequence[Interval], from_us: int, to_us: int) -> list[int]:
    """Items per piece for a count between two readings: linear over the running seconds, the rest to the last one.

    Where nothing ran, all of it goes to the last piece.
    """
    running = [
        max(0, min(to_us, piece.to_us) - max(from_us, piece.from_us)) if piece.state_class is StateClass.RUN else 0
        for piece in pieces
    ]
    whole = sum(running)
    shares = [0] * len(pieces)
    if not whole:
        shares[-1] = items
        return shares
    done = passed = 0
    for index, seconds in enumerate(running):
        passed += seconds
        upto = items * passed // whole
        shares[index] = upto - done
        done = upto
    return shares


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """In time order, with neighbours of the same state and product as one; for display, not for counting."""
    found: list[Interval] = []
    for one in sorted(intervals, key=lambda interval: interval.from_us):
        last = found[-1] if found else None
        if (
            last is not None
            and last.to_us == one.from_us
            and (last.state, last.state_class, last.product) == (one.state, one.state_class, one.product)
        ):
            found[-1] = replace(
                last,
                to_us=one.to_us,
                total=last.total + one.total,
                good=last.good + one.good,
                gap_total=last.gap_total + one.gap_total,
                gap_good=last.gap_good + one.gap_good,
                quarantined=last.quarantined + one.quarantined,
                counted=one.counted,
            )
        else:
            found.append(one)
    return found
