"""Rules of the OEE engine that the examples do not reach: spreading, late samples, breaks, modes, products."""

from __future__ import annotations

from hmi.model.equipment import OeeRules, Product, StateClass
from hmi.oee.engine.figures import Calendar, times_of
from hmi.oee.engine.intervals import Interval, spread
from hmi.oee.engine.tracker import MachineRules, Tracked, on_sample, on_time

S = 1_000_000
STATES = {6: StateClass.RUN, 2: StateClass.STOP}
RULES = OeeRules(
    "state", "total", 10.0, STATES, reject_tag="reject", mode_tag="mode", product_tag="product", counter_modulus=1000
)
MACHINE = MachineRules(RULES, "line", (Product("cola", "7", {"line": 5.0}),))


class Bench:
    def __init__(self) -> None:
        self.tracked = Tracked()
        self.made: dict[int, Interval] = {}

    def sample(self, t_s: float, tag: str, value: float) -> None:
        self._keep(*on_sample(MACHINE, self.tracked, tag, value, 0, round(t_s * S)))

    def time(self, t_s: float) -> None:
        self._keep(*on_time(MACHINE, self.tracked, round(t_s * S)))

    def _keep(self, tracked: Tracked, changed: list[Interval]) -> None:
        self.tracked = tracked
        self.made.update({one.from_us: one for one in changed})

    @property
    def intervals(self) -> list[tuple[float, float, str]]:
        found = [self.made[key] for key in sorted(self.made)]
        return [(one.from_us / S, one.to_us / S, one.state_class.value) for one in found]


def piece(begin: int, end: int, kind: StateClass = StateClass.RUN) -> Interval:
    return Interval(begin * S, end * S, 6, kind, 1.0)


def test_items_are_floored_to_the_earlier_piece() -> None:
    assert spread(5, [piece(0, 10), piece(10, 20)], 0, 20 * S) == [2, 3]
    assert spread(7, [piece(0, 10), piece(10, 20, StateClass.STOP), piece(20, 30)], 5 * S, 30 * S) == [2, 0, 5]
    assert spread(3, [piece(0, 10, StateClass.STOP), piece(10, 20, StateClass.STOP)], 0, 20 * S) == [0, 3]


def test_a_part_of_an_interval_floors_to_the_earlier_side() -> None:
    whole = Interval(0, 20 * S, 6, StateClass.RUN, 1.0, total=5, good=5)
    early, late = whole.cut(0, 10 * S), whole.cut(10 * S, 20 * S)
    assert early is not None
    assert late is not None
    assert (early.total, late.total) == (2, 3)
    assert whole.cut(20 * S, 30 * S) is None


def test_a_sample_that_comes_after_time_went_on_ends_the_state_when_it_says() -> None:
    bench = Bench()
    bench.sample(0, "state", 6)
    bench.time(3)
    bench.sample(2, "state", 2)
    bench.time(4)
    assert bench.intervals == [(0, 2, "run"), (2, 4, "stop")]


def test_a_late_sample_takes_back_a_silence_that_was_none() -> None:
    bench = Bench()
    bench.sample(0, "state", 6)
    bench.time(10)
    assert bench.intervals == [(0, 5, "run"), (5, 10, "unknown")]
    bench.sample(5, "state", 6)
    bench.time(10)
    assert bench.intervals == [(0, 5, "run"), (5, 10, "run")]


def test_a_machine_that_runs_through_a_break_is_busy() -> None:
    history = [piece(0, 100), piece(100, 200, StateClass.STOP)]
    times = times_of(history, 0, 200 * S, Calendar(scheduled=[(0, 200 * S)], breaks=[(50 * S, 150 * S)]))
    assert (times.run, times.planned_stop, times.unplanned) == (100 * S, 50 * S, 50 * S)


def test_modes_outside_production() -> None:
    bench = Bench()
    bench.sample(0, "state", 6)
    bench.sample(1, "mode", 2)
    bench.sample(2, "mode", 3)
    bench.sample(3, "mode", 1)
    bench.time(4)
    assert [one[2] for one in bench.intervals] == ["run", "stop", "setup", "run"]


def test_a_product_change_splits_and_begins_counting_anew() -> None:
    bench = Bench()
    bench.sample(0, "state", 6)
    bench.sample(0, "total", 100)
    bench.sample(2, "total", 110)
    bench.sample(2, "product", 7)
    bench.sample(3, "state", 6)
    bench.sample(3, "total", 3)
    bench.sample(4, "total", 8)
    found = [bench.made[key] for key in sorted(bench.made)]
    assert [(one.product, one.total, one.ideal_rate_per_s) for one in found] == [("", 10, 10.0), ("cola", 5, 5.0)]


def test_a_jump_is_quarantined_not_counted() -> None:
    bench = Bench()
    bench.sample(0, "state", 6)
    bench.sample(0, "total", 500)
    bench.sample(1, "total", 300)
    assert [(one.total, one.quarantined) for one in bench.made.values()] == [(0, 300)]
