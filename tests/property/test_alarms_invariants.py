"""Whatever happens in whatever order, the alarm engine keeps its promises."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import (
    HIDDEN_STATES,
    Action,
    AlarmStatus,
    CommandInput,
    Input,
    LinkInput,
    Moment,
    SampleInput,
)
from hmi.alarms.engine.work import EngineState
from hmi.model.alarms import REJECTED, AlarmDefinition, AlarmEvent, AlarmRow, AlarmState, AlarmType, OnBad
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.model.tags import TagDefinition

S = 1_000_000
TAGS = {path: TagDefinition(path, "plc", "holding:0") for path in ("p/a", "p/b")}
IDS = ("hi", "hihi", "lo", "bad", "flag")


@st.composite
def definitions(draw: st.DrawFn) -> list[AlarmDefinition]:
    found = []
    for alarm_id, kind in zip(
        IDS, (AlarmType.HI, AlarmType.HIHI, AlarmType.LO, AlarmType.BAD_QUALITY, AlarmType.DISCRETE), strict=True
    ):
        found.append(
            AlarmDefinition(
                id=alarm_id,
                tag="p/b" if alarm_id == "flag" else "p/a",
                type=kind,
                limit={"hi": 5.0, "hihi": 8.0, "lo": 2.0, "flag": 1.0}.get(alarm_id),
                deadband=draw(st.sampled_from([0.0, 1.0])),
                on_delay_us=draw(st.sampled_from([0, 0, 3 * S])),
                off_delay_us=draw(st.sampled_from([0, 0, 3 * S])),
                latching=draw(st.booleans()),
                ack_required=draw(st.booleans()),
                realarm_us=draw(st.sampled_from([None, 5 * S])),
                on_bad=draw(st.sampled_from(list(OnBad))),
                exclusive=draw(st.booleans()),
                group=draw(st.sampled_from(["", "g"])),
                count=draw(st.sampled_from([1, 1, 2])),
            )
        )
    return found


@dataclass(frozen=True)
class Event:
    wait_s: int
    inputs: tuple[tuple[str, object], ...]
    restart: bool


one_input = st.one_of(
    st.tuples(st.just("p/a"), st.one_of(st.none(), st.integers(0, 10).map(float))),
    st.tuples(st.just("p/b"), st.one_of(st.none(), st.sampled_from([0.0, 1.0]))),
    st.tuples(st.just("link"), st.booleans()),
    st.tuples(st.sampled_from(list(Action)), st.sampled_from(IDS)),
)
events = st.lists(
    st.builds(
        Event,
        st.sampled_from([0, 1, 1, 2, 4, 30]),
        st.lists(one_input, max_size=3).map(tuple),
        st.sampled_from([False] * 9 + [True]),
    ),
    max_size=40,
)


def to_input(name: object, content: object, t_us: int) -> Input:
    if name == "link":
        return LinkInput("plc", bool(content), t_us)
    if isinstance(name, Action):
        return CommandInput(name, str(content), t_us, actor="anna", comment="x", duration_us=10 * S)
    assert isinstance(name, str)
    assert content is None or isinstance(content, float)
    return SampleInput(name, content, GOOD if content is not None else BAD_TIMEOUT, t_us)


@dataclass
class Step:
    before: EngineState
    after: EngineState
    rows: list[AlarmRow]
    restart: bool


def run(alarms: list[AlarmDefinition], script: list[Event]) -> list[Step]:
    engine = AlarmEngine(alarms, TAGS)
    state = EngineState()
    steps = []
    t_us = 1_000 * S
    for event in script:
        t_us += event.wait_s * S
        now = Moment(t_us, t_us)
        before = state
        if event.restart:
            state, rows = engine.restore(state.status, now)
        else:
            state, rows = engine.step(state, [to_input(*item, t_us) for item in event.inputs], now)
        steps.append(Step(before, state, rows, event.restart))
    return steps


def statuses(state: EngineState) -> dict[str, AlarmStatus]:
    return {alarm_id: state.status_of(alarm_id) for alarm_id in IDS}


@settings(max_examples=150, deadline=None)
@given(definitions(), events)
def test_invariants(alarms: list[AlarmDefinition], script: list[Event]) -> None:
    by_id = {alarm.id: alarm for alarm in alarms}
    shown = dict.fromkeys(IDS, AlarmState.NORMAL)
    activations = dict.fromkeys(IDS, 0)
    acked_by_hand: set[tuple[str, int]] = set()
    for step in run(alarms, script):
        for row in step.rows:
            assert row.state_from is shown[row.alarm_id], "the journal of an alarm has no hole"
            shown[row.alarm_id] = row.state_to
            rejected = row.event.endswith(REJECTED)
            if rejected or row.event in (AlarmEvent.QUALITY_BAD, AlarmEvent.QUALITY_GOOD, AlarmEvent.RESTORE):
                assert row.state_from is row.state_to
            if row.event == AlarmEvent.ACTIVATE:
                activations[row.alarm_id] += 1
                assert row.activation_id == activations[row.alarm_id], "every activation has a number of its own"
                assert row.state_to is AlarmState.UNACK_ACTIVE or row.hidden
            if row.event in (AlarmEvent.ACK, AlarmEvent.REALARM, AlarmEvent.RESET):
                assert row.state_from not in HIDDEN_STATES
            if row.event == AlarmEvent.ACK:
                acked_by_hand.add((row.alarm_id, row.activation_id))
            if row.event == AlarmEvent.RESET:
                assert (row.state_from, row.state_to) == (AlarmState.LATCHED_ACK, AlarmState.NORMAL)
            if row.state_from in HIDDEN_STATES and row.state_to not in HIDDEN_STATES:
                assert row.state_to in {
                    AlarmState.NORMAL, AlarmState.UNACK_ACTIVE, AlarmState.LATCHED_UNACK, AlarmState.LATCHED_ACK,
                }  # fmt: skip
            assert row.hidden == (row.state_from in HIDDEN_STATES and row.state_to in HIDDEN_STATES)
        for alarm_id, status in statuses(step.after).items():
            assert status.state is shown[alarm_id], "replaying the journal gives the state"
            before = step.before.status_of(alarm_id)
            assert status.activation_id >= before.activation_id
            if before.active and not before.acked and not status.active and by_id[alarm_id].ack_required:
                once_hidden = before.hidden or status.hidden or any(row.hidden for row in step.rows)
                left = any(row.alarm_id == alarm_id and row.state_from in HIDDEN_STATES for row in step.rows)
                seen = (alarm_id, before.activation_id) in acked_by_hand
                newer = status.activation_id > before.activation_id
                assert not status.acked or once_hidden or left or seen or newer, "no activation is lost unseen"
            if status.latched:
                assert by_id[alarm_id].latching
            if step.before.status_of(alarm_id) != status:
                assert alarm_id in step.after.changed, "what changed is handed to storage"


@settings(max_examples=60, deadline=None)
@given(definitions(), events)
def test_the_engine_is_a_function(alarms: list[AlarmDefinition], script: list[Event]) -> None:
    first = [(step.rows, statuses(step.after)) for step in run(alarms, script)]
    second = [(step.rows, statuses(step.after)) for step in run(alarms, script)]
    assert first == second


@settings(max_examples=60, deadline=None)
@given(definitions(), events, st.integers(0, 40))
def test_an_activation_is_acknowledged_once(alarms: list[AlarmDefinition], script: list[Event], position: int) -> None:
    steps = run(alarms, script[:position])
    state = steps[-1].after if steps else EngineState()
    engine = AlarmEngine(alarms, TAGS)
    now = Moment(10**12, 10**12)
    state, _ = engine.step(state, (), now)
    for alarm_id in IDS:
        current = state.status_of(alarm_id).activation_id
        command = CommandInput(Action.ACK, alarm_id, now.t_us, current, actor="anna")
        after, first = engine.step(state, (command,), now)
        _, second = engine.step(after, (command,), now)
        accepted = [row for row in first + second if row.alarm_id == alarm_id and row.event == AlarmEvent.ACK]
        assert len(accepted) <= 1
        assert any(row.event == AlarmEvent.ACK + REJECTED for row in second)
