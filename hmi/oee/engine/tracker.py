"""From samples of state, mode, product and counters to intervals: (state, sample, now) -> (state, intervals)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from hmi.model.equipment import OeeRules, Product, StateClass
from hmi.model.quality import BAD_NO_DATA, GOOD, is_usable
from hmi.model.samples import Scalar
from hmi.oee.engine.counters import Delta, delta
from hmi.oee.engine.intervals import Counted, Interval, spread

PRODUCTION_MODE: Final = 1
MAINTENANCE_MODE: Final = 2
LONGEST_US: Final = 60_000_000
"""A running interval is closed after this time, so that counts stay near the time they were made."""

_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class MachineRules:
    """How one machine is measured: its configuration, the products, and when its silence means unknown."""

    rules: OeeRules
    line: str = ""
    products: Sequence[Product] = ()
    stale_us: int = 5_000_000

    def rate(self, product: str) -> float:
        """Ideal items per second of a product; the rule's rate for an unknown one."""
        for known in self.products:
            if known.name == product:
                return known.rates_per_s.get(self.line) or known.rates_per_s.get("") or self.rules.ideal_rate_per_s
        return self.rules.ideal_rate_per_s

    def product_name(self, value: Scalar | None) -> str:
        """Name of the product behind a value of the product tag; the value itself if none is configured for it."""
        if value is None:
            return ""
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return next((product.name for product in self.products if product.code == text), text)


@dataclass(frozen=True, slots=True)
class Tracked:
    """What is remembered of one machine.

    recent: intervals a later count may still belong to; the last one is open. last_good_us: last usable state.
    total, split: (time, reading) of the counters at their last good reading.
    """

    recent: tuple[Interval, ...] = ()
    last_good_us: int = 0
    state: int | None = None
    mode: int | None = None
    product: str = ""
    total: tuple[int, int] | None = None
    split: tuple[int, int] | None = None

    @property
    def open(self) -> Interval | None:
        """The interval going on."""
        return self.recent[-1] if self.recent else None


Step = tuple[Tracked, list[Interval]]


def on_sample(machine: MachineRules, tracked: Tracked, tag: str, value: Scalar | None, status: int, t_us: int) -> Step:
    """Follows one sample of one of the machine's tags; returns the intervals that are new or were changed."""
    rules = machine.rules
    if value is None or not is_usable(status) or value != value:  # noqa: PLR0124  # NaN differs from itself
        return tracked, []
    changed: dict[int, Interval] = {}
    if tag == rules.state_tag:
        tracked = advance(machine, tracked, t_us, changed)
        tracked = replace(tracked, state=_integer(value), last_good_us=max(t_us, tracked.last_good_us))
        tracked = _reopen(machine, tracked, t_us, status, changed)
    elif tag == rules.mode_tag:
        tracked = advance(machine, tracked, t_us, changed)
        tracked = _reopen(machine, replace(tracked, mode=_integer(value)), t_us, GOOD, changed)
    elif tag == rules.product_tag:
        product = machine.product_name(value)
        if product != tracked.product:
            tracked = advance(machine, tracked, t_us, changed)
            # The counters may begin anew with the product: what follows is counted from its first reading.
            counting = replace(tracked, product=product, total=None, split=None)
            tracked = _reopen(machine, counting, t_us, GOOD, changed)
    if tag in (rules.total_tag, rules.good_tag, rules.reject_tag) and tag:
        tracked = advance(machine, tracked, t_us, changed)
        tracked = _count(machine, tracked, tag, _integer(value), t_us, changed)
    return tracked, list(changed.values())


def on_time(machine: MachineRules, tracked: Tracked, now_us: int, last_good_us: int | None = None) -> Step:
    """Lets time pass without a sample: the open interval grows, or becomes unknown when the state is stale.

    last_good_us: when the state was last known to be good, where unchanged values are not sent again.
    """
    if last_good_us is not None and last_good_us > tracked.last_good_us and tracked.state is not None:
        tracked = replace(tracked, last_good_us=last_good_us)
    changed: dict[int, Interval] = {}
    tracked = advance(machine, tracked, now_us, changed)
    return tracked, list(changed.values())


def advance(machine: MachineRules, tracked: Tracked, t_us: int, changed: dict[int, Interval]) -> Tracked:
    """Grows the open interval up to a time, turning unknown after the stale timeout."""
    current = tracked.open
    if current is None or t_us <= current.to_us:
        return tracked
    known_until_us = tracked.last_good_us + machine.stale_us
    if current.state_class is StateClass.UNKNOWN or t_us <= known_until_us:
        return _grow(tracked, t_us, changed)
    tracked = _grow(tracked, max(current.to_us, known_until_us), changed)
    begin_us = tracked.recent[-1].to_us
    unknown = _new(machine, tracked, begin_us, t_us, None, StateClass.UNKNOWN, BAD_NO_DATA)
    return _append(replace(tracked, state=None), unknown, changed)


def resume(machine: MachineRules, last: Interval) -> Tracked:
    """Goes on after a restart from the last stored interval."""
    counted = last.counted
    return Tracked(
        recent=(last,),
        last_good_us=last.to_us if last.state_class is not StateClass.UNKNOWN else last.from_us - machine.stale_us,
        state=last.state,
        product=last.product,
        total=(counted.t_us, counted.total) if counted.total is not None else None,
        split=(counted.t_us, counted.split) if counted.split is not None else None,
    )


def state_class(rules: OeeRules, state: int | None, mode: int | None) -> StateClass:
    """OEE class of a state in a mode: outside production, maintenance is a stop and everything else setup."""
    if state is None:
        return StateClass.UNKNOWN
    if mode is not None and mode not in (0, PRODUCTION_MODE):
        return StateClass.STOP if mode == MAINTENANCE_MODE else StateClass.SETUP
    return rules.states.get(state, StateClass.UNKNOWN)


def _reopen(
    machine: MachineRules, tracked: Tracked, t_us: int, status: int, changed: dict[int, Interval]
) -> Tracked:  # fmt: skip
    current = tracked.open
    wanted = state_class(machine.rules, tracked.state, tracked.mode)
    if tracked.state is None and current is None:
        return tracked
    if current is not None:
        same = (current.state, current.state_class, current.product) == (tracked.state, wanted, tracked.product)
        if same:
            return tracked
        if t_us < current.to_us:
            return _reopen_late(machine, tracked, max(t_us, current.from_us), wanted, status, changed)
    return _append(tracked, _new(machine, tracked, t_us, t_us, tracked.state, wanted, status), changed)


def _reopen_late(
    machine: MachineRules, tracked: Tracked, t_us: int, wanted: StateClass, status: int, changed: dict[int, Interval]
) -> Tracked:
    """Time had already gone on when the sample came: the open interval ends where the sample says."""
    current = tracked.recent[-1]
    end_us = current.to_us
    shortened = replace(current, to_us=t_us)
    changed[shortened.from_us] = shortened
    tracked = replace(tracked, recent=(*tracked.recent[:-1], shortened))
    return _append(tracked, _new(machine, tracked, t_us, end_us, tracked.state, wanted, status), changed)


def _count(
    machine: MachineRules, tracked: Tracked, tag: str, value: int, t_us: int, changed: dict[int, Interval]
) -> Tracked:
    rules = machine.rules
    is_total = tag == rules.total_tag
    before = tracked.total if is_total else tracked.split
    if before is not None and t_us < before[0]:
        return tracked
    tracked = replace(tracked, total=(t_us, value)) if is_total else replace(tracked, split=(t_us, value))
    if before is not None and tracked.open is not None:
        dt_s = max(0, t_us - before[0]) / 1e6
        step = delta(before[1], value, dt_s, 1 / machine.rate(tracked.product), rules.counter_modulus)
        tracked = _book(tracked, step, before[0], t_us, _good_factor(rules, tag), changed)
    return _note_counters(_forget(tracked), t_us, changed)


def _good_factor(rules: OeeRules, tag: str) -> tuple[int, int]:
    """How an item of this counter changes (total, good)."""
    if tag == rules.total_tag:
        return (1, 0) if rules.good_tag else (1, 1)
    return (0, 1) if tag == rules.good_tag else (0, -1)


def _book(
    tracked: Tracked, step: Delta, from_us: int, to_us: int, factor: tuple[int, int], changed: dict[int, Interval]
) -> Tracked:
    pieces = [one for one in tracked.recent if one.to_us > from_us] or [tracked.recent[-1]]
    first = len(tracked.recent) - len(pieces)
    in_gap = any(one.state_class is StateClass.UNKNOWN and one.length_us > 0 for one in pieces)
    shares = [0] * (len(pieces) - 1) + [step.items] if in_gap else spread(step.items, pieces, from_us, to_us)
    booked = list(tracked.recent)
    for offset, share in enumerate(shares):
        quarantined = step.quarantined if offset == len(shares) - 1 and factor[0] else 0
        if not share and not quarantined:
            continue
        one = booked[first + offset]
        total, good = factor[0] * share, factor[1] * share
        if in_gap:
            one = replace(one, gap_total=one.gap_total + total, gap_good=one.gap_good + good)
        else:
            one = replace(one, total=one.total + total, good=one.good + good)
        one = replace(one, quarantined=one.quarantined + quarantined)
        booked[first + offset] = one
        changed[one.from_us] = one
    return replace(tracked, recent=tuple(booked))


def _note_counters(tracked: Tracked, t_us: int, changed: dict[int, Interval]) -> Tracked:
    current = tracked.open
    if current is None:
        return tracked
    counted = Counted(
        t_us,
        tracked.total[1] if tracked.total is not None else None,
        tracked.split[1] if tracked.split is not None else None,
    )
    current = replace(current, counted=counted)
    changed[current.from_us] = current
    return replace(tracked, recent=(*tracked.recent[:-1], current))


def _forget(tracked: Tracked) -> Tracked:
    needed = [moment[0] for moment in (tracked.total, tracked.split) if moment is not None]
    since_us = min(needed, default=0)
    kept = tuple(one for one in tracked.recent[:-1] if one.to_us > since_us)[-_KEPT:]
    return replace(tracked, recent=(*kept, tracked.recent[-1])) if tracked.recent else tracked


def _grow(tracked: Tracked, t_us: int, changed: dict[int, Interval]) -> Tracked:
    current = tracked.recent[-1]
    if t_us <= current.to_us:
        return tracked
    counting = current.state_class is StateClass.RUN or bool(current.total or current.good or current.gap_total)
    if counting and current.length_us >= LONGEST_US:
        fresh = replace(
            current, from_us=current.to_us, to_us=t_us, total=0, good=0, gap_total=0, gap_good=0, quarantined=0
        )
        return _append(tracked, fresh, changed)
    current = replace(current, to_us=t_us)
    changed[current.from_us] = current
    return replace(tracked, recent=(*tracked.recent[:-1], current))


def _append(tracked: Tracked, one: Interval, changed: dict[int, Interval]) -> Tracked:
    recent = tracked.recent
    if recent and recent[-1].length_us <= 0 and one.from_us == recent[-1].from_us:
        # A state that lasted no time leaves nothing but what was counted in it.
        empty = recent[-1]
        one = replace(
            one,
            total=one.total + empty.total,
            good=one.good + empty.good,
            gap_total=one.gap_total + empty.gap_total,
            gap_good=one.gap_good + empty.gap_good,
            quarantined=one.quarantined + empty.quarantined,
        )
        recent = recent[:-1]
    changed[one.from_us] = one
    return replace(tracked, recent=(*recent, one)[-_KEPT:])


def _new(
    machine: MachineRules, tracked: Tracked, from_us: int, to_us: int, state: int | None, kind: StateClass, status: int
) -> Interval:
    counted = tracked.recent[-1].counted if tracked.recent else Counted()
    return Interval(
        from_us=from_us,
        to_us=to_us,
        state=state,
        state_class=kind,
        ideal_rate_per_s=machine.rate(tracked.product),
        product=tracked.product,
        status=status,
        counted=counted,
    )


def _integer(value: Scalar) -> int:
    if isinstance(value, str):
        try:
            return int(float(value))
        except ValueError:
            return 0
    return round(value)
