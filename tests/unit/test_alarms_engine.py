"""Rules of the alarm engine that the vectors do not reach: limits from tags, levels, enable, count, shelves, groups."""

from __future__ import annotations

from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.timers import Timer, Timers
from hmi.alarms.engine.values import Action, CommandInput, Input, LinkInput, Moment, SampleInput
from hmi.alarms.engine.work import EngineState
from hmi.model.alarms import AlarmDefinition, AlarmRow, AlarmType
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.model.tags import TagDefinition

S = 1_000_000
TAGS = {name: TagDefinition(name, "plc", "holding:0") for name in ("p/pv", "p/limit", "p/on", "p/other")}


class Bench:
    def __init__(self, *alarms: AlarmDefinition) -> None:
        self.engine = AlarmEngine(alarms, TAGS, [DeviceDefinition("plc", "modbus-tcp", scan_us=2 * S)])
        self.state = EngineState()

    def step(self, t_s: float, *inputs: Input) -> list[str]:
        self.state, rows = self.engine.step(self.state, inputs, Moment(round(t_s * S), round(t_s * S)))
        return [f"{row.alarm_id} {row.event}->{row.state_to}" for row in rows]

    def value(self, t_s: float, tag: str, value: float | None) -> list[str]:
        status = GOOD if value is not None else BAD_TIMEOUT
        return self.step(t_s, SampleInput(tag, value, status, round(t_s * S)))

    def command(self, t_s: float, action: Action, alarm: str = "hi", **more: object) -> list[AlarmRow]:
        command = CommandInput(action, alarm, round(t_s * S), **more)  # type: ignore[arg-type]
        self.state, rows = self.engine.step(self.state, (command,), Moment(round(t_s * S), round(t_s * S)))
        return rows


HI = AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0)


def test_a_changed_limit_is_applied_to_the_standing_value() -> None:
    bench = Bench(AlarmDefinition("hi", "p/pv", AlarmType.HI, limit="{p/limit}"))
    assert bench.value(0, "p/pv", 6.0) == []
    assert bench.value(1, "p/limit", 10.0) == []
    assert bench.value(2, "p/limit", 5.0) == ["hi ACTIVATE->UNACK_ACTIVE"]
    assert bench.state.status_of("hi").limit == 5.0
    assert bench.value(3, "p/limit", None) == ["hi QUALITY_BAD->UNACK_ACTIVE"]


def test_the_deeper_level_hides_an_exclusive_outer_one() -> None:
    outer = AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0, exclusive=True)
    bench = Bench(outer, AlarmDefinition("hihi", "p/pv", AlarmType.HIHI, limit=90.0))
    assert bench.value(0, "p/pv", 95.0) == [
        "hihi ACTIVATE->UNACK_ACTIVE",
        "hi SUPPRESS->SUPPRESSED",
        "hi ACTIVATE->SUPPRESSED",
    ]
    assert bench.value(1, "p/pv", 85.0) == ["hihi CLEAR->RTN_UNACK", "hi UNSUPPRESS->UNACK_ACTIVE"]


def test_a_shelved_deeper_level_hides_nothing() -> None:
    outer = AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0, exclusive=True)
    bench = Bench(outer, AlarmDefinition("hihi", "p/pv", AlarmType.HIHI, limit=90.0))
    bench.value(0, "p/pv", 95.0)
    rows = bench.command(1, Action.SHELVE, "hihi", comment="sensor works loose", duration_us=60 * S)
    assert [(row.alarm_id, row.event, row.state_to.value) for row in rows] == [
        ("hihi", "SHELVE", "SHELVED"),
        ("hi", "UNSUPPRESS", "UNACK_ACTIVE"),
    ]


def test_enable_suppresses_by_design() -> None:
    bench = Bench(AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0, enable="{p/on} > 0"))
    assert bench.value(0, "p/on", 0.0) == ["hi SUPPRESS->SUPPRESSED"]
    assert bench.value(1, "p/pv", 90.0) == ["hi ACTIVATE->SUPPRESSED"]
    assert bench.value(2, "p/on", None) == [], "an unknown enable changes nothing"
    assert bench.value(3, "p/on", 1.0) == ["hi UNSUPPRESS->UNACK_ACTIVE"]


def test_count_in_window() -> None:
    bench = Bench(AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0, count=3, window_us=200 * S))
    for t_s in (0, 2):
        assert bench.value(t_s, "p/pv", 90.0) == []
        assert bench.value(t_s + 1, "p/pv", 70.0) == []
    assert bench.value(4, "p/pv", 90.0) == ["hi ACTIVATE->UNACK_ACTIVE"]
    assert bench.value(5, "p/pv", 70.0) == ["hi CLEAR->RTN_UNACK"]
    assert bench.value(600, "p/pv", 90.0) == []


def test_shelving_needs_reason_and_duration_within_the_limit() -> None:
    bench = Bench(HI)
    for more, reason in (
        ({"duration_us": 60 * S}, "a reason is needed"),
        ({"comment": "x"}, "a duration is needed: x"),
        ({"comment": "x", "duration_us": 9 * 3600 * S}, "longer than 8 h: x"),
    ):
        (row,) = bench.command(0, Action.SHELVE, **more)
        assert (row.event, row.comment, row.state_from, row.state_to) == ("SHELVE_REJECTED", reason, "NORMAL", "NORMAL")
    (row,) = bench.command(0, Action.OOS_ON)
    assert (row.event, row.comment) == ("OOS_ON_REJECTED", "a reason is needed")
    (row,) = bench.command(0, Action.UNSHELVE)
    assert (row.event, row.comment) == ("UNSHELVE_REJECTED", "it is not shelved")


def test_a_one_shot_shelf_ends_with_the_alarm() -> None:
    bench = Bench(HI)
    bench.value(0, "p/pv", 90.0)
    bench.command(1, Action.SHELVE, comment="x", one_shot=True)
    assert bench.value(2, "p/pv", 70.0) == ["hi CLEAR->SHELVED", "hi UNSHELVE->NORMAL"]


def test_leaving_a_shelf_asks_for_attention_again_even_if_it_was_acknowledged() -> None:
    bench = Bench(HI)
    bench.value(0, "p/pv", 90.0)
    bench.command(1, Action.ACK, actor="anna")
    bench.command(2, Action.SHELVE, comment="x", duration_us=60 * S)
    assert bench.step(62) == ["hi UNSHELVE_EXPIRED->UNACK_ACTIVE"]
    assert (bench.state.status_of("hi").acked_by, bench.state.status_of("hi").activation_id) == ("", 1)


def test_ack_not_required() -> None:
    bench = Bench(AlarmDefinition("hi", "p/pv", AlarmType.HI, limit=80.0, ack_required=False))
    assert bench.value(0, "p/pv", 90.0) == ["hi ACTIVATE->UNACK_ACTIVE"]
    assert bench.value(1, "p/pv", 70.0) == ["hi CLEAR->NORMAL"]


def test_a_first_out_group_begins_anew_when_it_was_idle() -> None:
    first = AlarmDefinition("a", "p/pv", AlarmType.HI, limit=80.0, group="g", ack_required=False)
    second = AlarmDefinition("b", "p/other", AlarmType.HI, limit=80.0, group="g", ack_required=False)
    bench = Bench(first, second)
    bench.value(0, "p/pv", 90.0)
    bench.value(1, "p/other", 90.0)
    assert [bench.state.status_of(name).order for name in "ab"] == [1, 2]
    bench.value(2, "p/pv", 70.0)
    bench.value(3, "p/pv", 90.0)
    assert bench.state.status_of("a").order == 3
    bench.value(4, "p/pv", 70.0)
    bench.value(5, "p/other", 70.0)
    bench.value(6, "p/other", 90.0)
    assert [(bench.state.status_of(name).order, bench.state.status_of(name).first_out) for name in "ab"] == [
        (0, False),
        (1, True),
    ]


def test_bad_quality_of_a_silent_device_is_explained_and_comes_back_if_it_stays() -> None:
    bench = Bench(AlarmDefinition("bad", "p/pv", AlarmType.BAD_QUALITY))
    assert bench.value(0, "p/pv", None) == []
    assert bench.step(3, LinkInput("plc", True, 3 * S)) == ["bad SUPPRESS->SUPPRESSED"]
    assert bench.step(60) == []
    assert bench.step(61, LinkInput("plc", False, 61 * S)) == ["bad UNSUPPRESS->NORMAL"]
    assert bench.step(66) == []
    assert bench.step(72.1) == ["bad ACTIVATE->UNACK_ACTIVE"], "6 s to settle (three scans), then 5 s of bad quality"


def test_a_step_without_anything_to_do_gives_the_same_state() -> None:
    bench = Bench(HI)
    bench.step(0)
    before = bench.state
    bench.step(1)
    assert bench.state is before
    assert bench.engine.next_due_us(before) is None


def test_only_alarms_of_changed_tags_are_evaluated() -> None:
    tags = {f"t{n}": TagDefinition(f"t{n}", "plc", "holding:0") for n in range(500)}
    engine = AlarmEngine([AlarmDefinition(f"a{n}", f"t{n}", AlarmType.HI, limit=1.0) for n in range(500)], tags)
    state, _ = engine.step(EngineState(), [SampleInput("t7", 0.0, GOOD, 0)], Moment(0, 0))
    assert set(state.watch) == {"a7"}
    again, _ = engine.step(state, [SampleInput("t7", 0.0, GOOD, 1)], Moment(1, 1))
    assert again.watch["a7"] is state.watch["a7"], "an unchanged value is not evaluated again"


def test_timers_fire_by_due_time_then_in_the_order_set() -> None:
    timers = Timers()
    timers.set("b", Timer.ON_DELAY, 10)
    timers.set("a", Timer.ON_DELAY, 10)
    timers.set("c", Timer.ON_DELAY, 5)
    timers.set("b", Timer.ON_DELAY, 10)
    for _ in range(500):
        timers.set("d", Timer.OFF_DELAY, 20)
    timers.cancel("d", Timer.OFF_DELAY)
    copy = timers.copy()
    fired = []
    while (due := timers.take_due(15)) is not None:
        fired.append(due[0])
    assert fired == ["c", "a", "b"]
    assert (len(timers), len(copy), timers.next_due_us(), copy.next_due_us()) == (0, 3, None, 5)
