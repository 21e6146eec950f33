"""Calculated tags: order, quality, staleness, circles, types."""

from __future__ import annotations

import pytest

from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD,
    BAD_CONFIGURATION_ERROR,
    BAD_TIMEOUT,
    BAD_WAITING_FOR_INITIAL_DATA,
    GOOD,
    UNCERTAIN_SUB_NORMAL,
)
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import CALCULATED, TagDefinition
from hmi.tags import CalculatedTags, TagStore
from tests.helpers.clock import ManualClock

DEVICES = {"plc": DeviceDefinition("plc", "modbus-tcp")}


class Bench:
    """A store with inputs `in/a`, `in/b` and the formulas given, stepped like the station does."""

    def __init__(self, formulas: dict[str, str], types: dict[str, str] | None = None) -> None:
        self.clock = ManualClock()
        tags = [TagDefinition(f"in/{name}", "plc", "holding:0", type="float64") for name in "ab"]
        tags += [
            TagDefinition(path, CALCULATED, text, type=(types or {}).get(path, "float64"))
            for path, text in formulas.items()
        ]
        tags = [TagDefinition(t.path, t.device, t.address, number=n, type=t.type) for n, t in enumerate(tags, 1)]
        self.store = TagStore(tags, DEVICES, self.clock)
        self.calculated = CalculatedTags(self.store, self.clock)

    def put(self, name: str, value: float | None, status: int = GOOD) -> None:
        now = self.clock.now_us()
        number = self.store.number_of(f"in/{name}")
        self.store.apply(SampleBatch.of([Sample(number, value, status, now - 20_000, now)]))

    def step(self) -> dict[str, tuple[Scalar | None, int]]:
        batch = self.calculated.step()
        if batch is None:
            return {}
        self.store.apply(batch)
        return {self.store.definition(s.tag).path: (s.value, s.status) for s in batch.samples()}

    def value(self, path: str) -> Scalar | None:
        return self.store.view(self.store.number_of(path)).value


def test_inputs_before_outputs_in_one_step() -> None:
    bench = Bench({"c/third": "{c/second} + 1", "c/second": "{c/first} * 2", "c/first": "{in/a} + {in/b}"})
    assert bench.step() == dict.fromkeys(("c/first", "c/second", "c/third"), (None, BAD_WAITING_FOR_INITIAL_DATA))
    bench.put("a", 1.0)
    bench.put("b", 2.0)
    assert bench.step() == {"c/first": (3.0, GOOD), "c/second": (6.0, GOOD), "c/third": (7.0, GOOD)}
    assert bench.step() == {}
    bench.put("a", 1.0)
    assert bench.step() == {}
    bench.put("a", 5.0)
    assert bench.step() == {"c/first": (7.0, GOOD), "c/second": (14.0, GOOD), "c/third": (15.0, GOOD)}


def test_worst_quality_and_staleness_of_inputs() -> None:
    bench = Bench({"c/sum": "{in/a} + {in/b}", "c/safe": "if(good({in/a}), {in/a}, -1)"})
    bench.put("a", 1.0)
    bench.put("b", 2.0, UNCERTAIN_SUB_NORMAL)
    assert bench.step() == {"c/sum": (3.0, UNCERTAIN_SUB_NORMAL), "c/safe": (1.0, GOOD)}
    bench.clock.advance(3)
    bench.put("b", 2.0)
    bench.step()
    bench.clock.advance(2.001)
    assert bench.step() == {"c/sum": (None, BAD_TIMEOUT), "c/safe": (-1.0, GOOD)}
    bench.put("a", 1.0)
    assert bench.step() == {"c/sum": (3.0, GOOD), "c/safe": (1.0, GOOD)}


def test_calculated_values_go_stale_when_nobody_calculates() -> None:
    bench = Bench({"c/constant": "1 + 1", "c/copy": "{in/a}"})
    bench.put("a", 4.0)
    bench.step()
    for _ in range(20):
        bench.clock.advance(1)
        bench.put("a", 4.0)
        bench.step()
    assert (bench.value("c/constant"), bench.value("c/copy")) == (2.0, 4.0)
    bench.clock.advance(5.001)
    bench.put("a", 4.0)
    assert (bench.value("c/constant"), bench.value("c/copy")) == (None, None)
    bench.step()
    assert (bench.value("c/constant"), bench.value("c/copy")) == (2.0, 4.0)


def test_calculated_values_go_stale_when_the_calculation_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench({"c/sum": "{in/a} + 1"})
    bench.put("a", 1.0)
    bench.step()

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a defect")

    with monkeypatch.context() as patch:
        patch.setattr(bench.calculated, "_compute", fail)
        for second in range(6):
            bench.clock.advance(1)
            bench.put("a", 10.0 + second)
            with pytest.raises(ZeroDivisionError):
                bench.calculated.step()
    assert bench.value("c/sum") is None, "the value of a calculation that fails must not look live"
    assert bench.step() == {"c/sum": (16.0, GOOD)}, "and the input it could not follow is followed later"


def test_circles_and_what_needs_them_are_bad() -> None:
    bench = Bench({"c/x": "{c/y}", "c/y": "{c/x}", "c/z": "{c/y} + 1", "c/w": "1 +", "c/v": "{no/tag}", "c/ok": "1"})
    bad = (None, BAD_CONFIGURATION_ERROR)
    assert bench.step() == {**dict.fromkeys(("c/x", "c/y", "c/z", "c/w", "c/v"), bad), "c/ok": (1.0, GOOD)}
    assert bench.step() == {}


def test_ages_move_with_time_alone() -> None:
    bench = Bench({"c/age": "age_s({in/a})", "c/old": "{c/age} > 2"}, {"c/old": "bool"})
    bench.put("a", 1.0)
    assert bench.step() == {"c/age": (0.0, GOOD), "c/old": (0.0, GOOD)}
    bench.clock.advance(0.4)
    assert bench.step() == {}
    bench.clock.advance(2.6)
    assert bench.step() == {"c/age": (3.0, GOOD), "c/old": (1.0, GOOD)}
    assert bench.value("c/old") is True


def test_source_times_are_those_of_the_inputs_and_never_go_back() -> None:
    bench = Bench({"c/a": "{in/a} + {in/b}"})
    bench.put("a", 1.0)
    bench.clock.advance(1)
    bench.put("b", 1.0)
    bench.step()
    state = bench.store.view(bench.store.number_of("c/a"))
    assert state.t_source_us == bench.clock.now_us() - 20_000
    bench.clock.step_wall(-60)
    bench.put("b", 2.0)
    bench.step()
    assert bench.store.view(bench.store.number_of("c/a")).t_source_us > state.t_source_us


@pytest.mark.parametrize(
    ("type_name", "formula", "expected"),
    [
        ("uint8", "{in/a}", (3.0, GOOD)),
        ("int16", "-{in/a}", (-3.0, GOOD)),
        ("uint8", "{in/a} * 1000", (None, BAD)),
        ("uint16", "-{in/a}", (None, BAD)),
        ("uint64", "18446744073709551615", (2**64 - 1, GOOD)),
        ("bool", "{in/a} > 1", (1.0, GOOD)),
        ("float32", "0.1", (0.10000000149011612, GOOD)),
        ("float32", "1e300", (None, BAD)),
        ("float64", "1e300", (1e300, GOOD)),
    ],
)
def test_results_take_the_type_of_the_tag(type_name: str, formula: str, expected: tuple[Scalar | None, int]) -> None:
    bench = Bench({"c/x": formula}, {"c/x": type_name})
    bench.put("a", 2.5)
    assert bench.step() == {"c/x": expected}
