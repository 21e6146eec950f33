"""Every registered alarm type: listed and present, bad quality, flapping, boundary, restart, checked configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hmi.alarms.conditions import registry
from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import Input, LinkInput, Moment, SampleInput, StaleInput, SystemInput
from hmi.alarms.engine.work import EngineState
from hmi.model.alarms import AlarmDefinition, AlarmRow, AlarmState, AlarmType, OnBad
from hmi.model.quality import BAD_TIMEOUT, GOOD, UNCERTAIN_SUB_NORMAL
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

FOLDER = Path(registry.__file__).parent
NOT_A_TYPE = {"__init__", "contract", "registry"}
TAGS = {
    "p/pv": TagDefinition("p/pv", "plc", "holding:0", labels={0: "Stopped", 1: "Running", 3: "Jammed"}),
    "p/sp": TagDefinition("p/sp", "plc", "holding:1"),
    "p/text": TagDefinition("p/text", "plc", "holding:2", type="string:8"),
}


Value = Scalar | Callable[[float], Scalar]
"""A value, or what makes the next one of the one before: types that look at movement need that."""


@dataclass(frozen=True)
class Case:
    """A definition with the values that bring it on and off, one a second.

    at_limit: a value at which it is on by definition, None without one. on_values: how many values bring it on.
    """

    definition: AlarmDefinition
    on: Value
    off: Value
    at_limit: Scalar | None
    quality_matters: bool = True
    on_values: int = 1
    make: Callable[[Scalar | None, int, int], Input] = lambda value, status, t_us: SampleInput(
        "p/pv", value, status, t_us
    )


CASES = {
    AlarmType.HIHI: Case(AlarmDefinition("a", "p/pv", AlarmType.HIHI, limit=80.0), 85.0, 70.0, 80.0),
    AlarmType.HI: Case(AlarmDefinition("a", "p/pv", AlarmType.HI, limit=80.0, deadband=2.0), 85.0, 77.9, 80.0),
    AlarmType.LO: Case(AlarmDefinition("a", "p/pv", AlarmType.LO, limit=20.0, deadband=2.0), 5.0, 22.1, 20.0),
    AlarmType.LOLO: Case(AlarmDefinition("a", "p/pv", AlarmType.LOLO, limit=20.0), 5.0, 20.1, 20.0),
    AlarmType.DISCRETE: Case(AlarmDefinition("a", "p/pv", AlarmType.DISCRETE, limit="Jammed"), 3.0, 1.0, 3),
    AlarmType.BAD_QUALITY: Case(
        AlarmDefinition("a", "p/pv", AlarmType.BAD_QUALITY, on_delay_us=1),
        1.0, 1.0, 1.0, quality_matters=False,
        make=lambda value, status, t_us: SampleInput("p/pv", value, status, t_us),
    ),
    AlarmType.STALE: Case(
        AlarmDefinition("a", "p/pv", AlarmType.STALE), True, False, True, quality_matters=False,
        make=lambda value, status, t_us: StaleInput("p/pv", bool(value), t_us),
    ),
    AlarmType.COMM_FAILURE: Case(
        AlarmDefinition("a", "plc", AlarmType.COMM_FAILURE), True, False, True, quality_matters=False,
        make=lambda value, status, t_us: LinkInput("plc", bool(value), t_us),
    ),
    AlarmType.SYSTEM: Case(
        AlarmDefinition("a", "disk", AlarmType.SYSTEM), True, False, True, quality_matters=False,
        make=lambda value, status, t_us: SystemInput("disk", bool(value), t_us),
    ),
    AlarmType.RATE: Case(
        AlarmDefinition("a", "p/pv", AlarmType.RATE, limit=60.0, window_us=1_500_000),
        lambda before: before + 100, lambda before: before, 1.5, on_values=2,
    ),
    AlarmType.DEVIATION: Case(
        AlarmDefinition("a", "p/pv", AlarmType.DEVIATION, limit=5.0, reference="p/sp"), 20.0, 1.0, 5.0
    ),
    AlarmType.DISCREPANCY: Case(
        AlarmDefinition("a", "p/pv", AlarmType.DISCREPANCY, reference="p/sp", window_us=0), 1.0, 0.0, 1
    ),
    AlarmType.EXPRESSION: Case(
        AlarmDefinition("a", "p/pv", AlarmType.EXPRESSION, expression="{p/pv} >= 80"), 85.0, 70.0, 80.0
    ),
}  # fmt: skip


class Bench:
    """One alarm with time that moves a second an input."""

    def __init__(self, case: Case, definition: AlarmDefinition | None = None) -> None:
        self.case = case
        self.engine = AlarmEngine([definition or case.definition], TAGS)
        self.state = EngineState()
        self.t_us = 0
        self.before = 0.0
        self.rows: list[AlarmRow] = []
        self._feed(SampleInput("p/sp", 0.0, GOOD, 0))

    def _feed(self, *inputs: Input) -> None:
        self.state, rows = self.engine.step(self.state, inputs, Moment(self.t_us, self.t_us))
        self.rows += rows

    def set(self, on: bool, status: int = GOOD) -> None:
        if self.case.definition.type is AlarmType.BAD_QUALITY:
            status = BAD_TIMEOUT if on else GOOD
        for _ in range(self.case.on_values if on else 1):
            wanted = self.case.on if on else self.case.off
            value = wanted(self.before) if callable(wanted) else wanted
            self.before = float(value)
            self.value(value, status)

    def value(self, value: Scalar | None, status: int = GOOD) -> None:
        self.t_us += 1_000_000
        self._feed(self.case.make(value, status, self.t_us))
        self.t_us += 10
        self._feed()

    def bad(self) -> None:
        self.value(None, BAD_TIMEOUT)

    def restart(self) -> None:
        self.t_us += 1_000_000
        self.state, rows = self.engine.restore(self.state.status, Moment(self.t_us, self.t_us))
        self.rows += rows
        self._feed(SampleInput("p/sp", 0.0, GOOD, self.t_us))

    @property
    def shown(self) -> AlarmState:
        return self.state.status_of("a").state

    @property
    def events(self) -> list[str]:
        return [row.event for row in self.rows]


every_case = pytest.mark.parametrize("case", CASES.values(), ids=[str(kind) for kind in CASES])
cases_with_quality = pytest.mark.parametrize(
    "case", [case for case in CASES.values() if case.quality_matters], ids=lambda case: str(case.definition.type)
)


def test_the_list_is_the_folder() -> None:
    modules = {file.stem for file in FOLDER.glob("*.py")} - NOT_A_TYPE
    assert set(registry.TYPES.values()) == modules
    assert set(registry.TYPES) == set(AlarmType)
    assert set(CASES) == set(registry.TYPES), "a new alarm type needs a case here"


@every_case
def test_definition_is_accepted_by_check(case: Case) -> None:
    assert registry.check(case.definition, TAGS) == []


@every_case
def test_on_and_off(case: Case) -> None:
    bench = Bench(case)
    bench.set(False)
    assert bench.shown is AlarmState.NORMAL
    bench.set(True)
    assert bench.shown is AlarmState.UNACK_ACTIVE
    bench.set(False)
    assert bench.shown is AlarmState.RTN_UNACK
    assert bench.events == ["ACTIVATE", "CLEAR"]


@every_case
def test_standing_and_repeated_values_make_no_rows(case: Case) -> None:
    bench = Bench(case)
    for _ in range(5):
        bench.set(True)
    assert bench.events == ["ACTIVATE"]


@every_case
def test_flapping_makes_a_new_activation_each_time(case: Case) -> None:
    bench = Bench(case)
    for _ in range(4):
        bench.set(True)
        bench.set(False)
    assert bench.events == ["ACTIVATE", "CLEAR"] * 4
    assert [row.activation_id for row in bench.rows if row.event == "ACTIVATE"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES.values() if case.quality_matters and case.at_limit is not None],
    ids=lambda case: str(case.definition.type),
)
def test_the_limit_itself_is_alarm(case: Case) -> None:
    bench = Bench(case)
    bench.set(False)
    bench.value(case.at_limit)
    assert bench.shown is AlarmState.UNACK_ACTIVE


@cases_with_quality
def test_bad_quality_holds_the_state(case: Case) -> None:
    bench = Bench(case)
    bench.set(True)
    bench.bad()
    bench.bad()
    assert bench.shown is AlarmState.UNACK_ACTIVE
    assert bench.events == ["ACTIVATE", "QUALITY_BAD"]


@cases_with_quality
def test_bad_quality_alone_is_no_alarm_unless_told(case: Case) -> None:
    bench = Bench(case)
    bench.bad()
    assert (bench.shown, bench.events) == (AlarmState.NORMAL, [])
    tripping = Bench(case, replace(case.definition, on_bad=OnBad.TRIP))
    tripping.bad()
    assert tripping.shown is AlarmState.UNACK_ACTIVE
    assert tripping.rows[-1].quality == BAD_TIMEOUT
    ignoring = Bench(case, replace(case.definition, on_bad=OnBad.IGNORE))
    ignoring.set(False)
    ignoring.set(True)
    ignoring.bad()
    assert ignoring.events == ["ACTIVATE"]


@cases_with_quality
def test_uncertain_values_are_evaluated(case: Case) -> None:
    bench = Bench(case)
    bench.set(False, UNCERTAIN_SUB_NORMAL)
    bench.set(True, UNCERTAIN_SUB_NORMAL)
    assert bench.shown is AlarmState.UNACK_ACTIVE


@every_case
def test_restart_keeps_the_state_and_marks_what_the_first_value_changes(case: Case) -> None:
    bench = Bench(case)
    bench.set(False)
    bench.set(True)
    bench.restart()
    assert bench.shown is AlarmState.UNACK_ACTIVE
    assert bench.events == ["ACTIVATE", "RESTORE"]
    bench.set(False)
    assert bench.events[-1] == "CLEAR"
    assert bench.rows[-1].time_uncertain
    bench.set(True)
    assert bench.events[-1] == "ACTIVATE"
    assert not bench.rows[-1].time_uncertain


@pytest.mark.parametrize(
    ("definition", "key"),
    [
        (AlarmDefinition("a", "p/pvv", AlarmType.HI, limit=1.0), "tag"),
        (AlarmDefinition("a", "p/pv", AlarmType.HI, limit=None), "limit"),
        (AlarmDefinition("a", "p/pv", AlarmType.HI, limit="{p/nothing}"), "limit"),
        (AlarmDefinition("a", "p/pv", AlarmType.HI, limit=1.0, deadband=-1.0), "deadband"),
        (AlarmDefinition("a", "p/text", AlarmType.HI, limit=1.0), "tag"),
        (AlarmDefinition("a", "p/pv", AlarmType.DISCRETE, limit="Flying"), "limit"),
        (AlarmDefinition("a", "p/pv", AlarmType.RATE, limit=0.0), "limit"),
        (AlarmDefinition("a", "p/pv", AlarmType.DEVIATION, limit=1.0), "reference"),
        (AlarmDefinition("a", "p/pv", AlarmType.DISCREPANCY), "reference"),
        (AlarmDefinition("a", "weather", AlarmType.SYSTEM), "tag"),
        (AlarmDefinition("a", "nobody", AlarmType.COMM_FAILURE), "tag"),
        (AlarmDefinition("a", "", AlarmType.EXPRESSION, expression="{p/pv} >"), "expression"),
        (AlarmDefinition("a", "", AlarmType.EXPRESSION, expression="{p/no} > 1"), "expression"),
        (AlarmDefinition("a", "p/pv", AlarmType.HI, limit=1.0, enable="{p/no}"), "enable"),
        (AlarmDefinition("a", "p/pv", AlarmType.HI, limit=1.0, count=0), "count"),
    ],
)
def test_check_names_the_column(definition: AlarmDefinition, key: str) -> None:
    assert key in [problem.key for problem in registry.check(definition, TAGS)]


def test_an_unregistered_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "TYPES", {AlarmType.HI: "limits"})
    found = registry.check(AlarmDefinition("a", "p/pv", AlarmType.LO, limit=1.0), TAGS)
    assert [problem.message for problem in found] == ["alarm type 'lo' is not available"]
