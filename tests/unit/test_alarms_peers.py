"""Facts from peer alarm systems, by the mapping in tests/cases/alarms/peer-mapping.md."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import Action, CommandInput, Input, Moment, SampleInput
from hmi.alarms.engine.work import EngineState
from hmi.model.alarms import AlarmDefinition, AlarmEvent, AlarmRow, AlarmState, AlarmType
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.model.tags import TagDefinition
from tests.helpers.counterparts import need_recording

S = 1_000_000
TAGS = {path: TagDefinition(path, "plc", "holding:0") for path in ("p/value", "p/enabled")}
SEVERITY = {"OK": 0.0, "MINOR": 1.0, "MAJOR": 2.0}
LEVELS = {"HH": AlarmType.HIHI, "H": AlarmType.HI, "L": AlarmType.LO, "LL": AlarmType.LOLO}
NOT_OURS = {
    "maintenance-autoack-and-priority": "nothing is acknowledged without a person",
    "quality-message-change": "covered by the bad quality alarm, which has no severity message",
}


def load(name: str) -> Any:
    return json.loads(need_recording("alarm-scenarios", name).read_text(encoding="utf-8"))


class Peer:
    """One peer alarm as our two levels."""

    def __init__(self, options: dict[str, Any]) -> None:
        delay_us = int(options.get("delay_s", 0) * S)
        self.count = options.get("count", 1)
        self.delay_us = delay_us
        self.t_us = 0
        self.state = EngineState()
        self.build()

    def build(self) -> None:
        counted = self.count > 1
        self.engine = AlarmEngine(
            [
                AlarmDefinition(
                    alarm_id,
                    "p/value",
                    kind,
                    limit=limit,
                    on_delay_us=0 if counted else self.delay_us,
                    count=self.count,
                    window_us=self.delay_us if counted else S,
                    enable="{p/enabled} > 0",
                )
                for alarm_id, kind, limit in (("minor", AlarmType.HI, 1.0), ("major", AlarmType.HIHI, 2.0))
            ],
            TAGS,
        )

    def step(self, *inputs: Input) -> list[AlarmRow]:
        self.state, rows = self.engine.step(self.state, inputs, Moment(self.t_us, self.t_us))
        return rows

    def shown(self, alarm_id: str) -> AlarmState:
        return self.state.status_of(alarm_id).state

    def apply(self, step: dict[str, Any]) -> list[AlarmRow]:
        if "wait_s" in step:
            self.t_us += round(step["wait_s"] * S)
            return self.step()
        self.t_us += 1000
        if "in" in step:
            return self.step(SampleInput("p/value", SEVERITY[step["in"]], GOOD, self.t_us))
        if "enable" in step:
            return self.step(SampleInput("p/enabled", float(step["enable"]), GOOD, self.t_us))
        if "set_count" in step:
            self.count = step["set_count"]
            self.build()
            return []
        assert step == {"ack": True}
        waiting = [
            CommandInput(Action.ACK, alarm_id, self.t_us, actor="anna")
            for alarm_id in ("minor", "major")
            if not self.state.status_of(alarm_id).acked
        ]
        return self.step(*waiting)


def peer_scenarios() -> list[str]:
    return [
        "latched-rise-ack-then-clear",
        "latched-clear-before-ack",
        "latched-ack-drops-to-current",
        "unlatched-bounce",
        "on-delay-short-pulse-ignored",
        "on-delay-latched-keeps-worst-during-delay",
        "count-in-window-latched",
        "disable-enable",
        "on-delay-basic",
    ]


def test_every_recorded_scenario_is_driven_or_named() -> None:
    names = {scenario["id"] for scenario in load("latch-ack-delay.json")["scenarios"]}
    assert names == set(peer_scenarios()) | set(NOT_OURS)


@pytest.mark.parametrize("name", peer_scenarios())
def test_latching_alarm_server(name: str) -> None:
    (scenario,) = [one for one in load("latch-ack-delay.json")["scenarios"] if one["id"] == name]
    peer: Peer | None = None
    rows: list[AlarmRow] = []
    for step in scenario["steps"]:
        if "new" in step:
            peer = Peer(step["new"])
            continue
        assert peer is not None
        if "expect" not in step:
            rows += peer.apply(step)
            continue
        expected = step["expect"]
        shown = {peer.shown("minor"), peer.shown("major")}
        annunciated = any(
            row.state_to is AlarmState.UNACK_ACTIVE and row.state_from is not AlarmState.UNACK_ACTIVE for row in rows
        )
        severity, message = expected["alarm"]
        if message == "Disabled":
            assert shown == {AlarmState.SUPPRESSED}
        elif severity == "OK":
            assert shown == {AlarmState.NORMAL}, scenario["id"]
        elif severity.endswith("_ACK"):
            assert shown <= {AlarmState.ACK_ACTIVE, AlarmState.NORMAL}
            assert AlarmState.ACK_ACTIVE in shown
        else:
            assert shown & {AlarmState.UNACK_ACTIVE, AlarmState.RTN_UNACK}
        if expected["annunciate"]:
            assert annunciated
        elif "on-delay" not in name and severity == "OK":
            assert not annunciated
        rows = []


def levels(limits: dict[str, float], exclusive: bool) -> AlarmEngine:
    return AlarmEngine(
        [
            AlarmDefinition(name, "p/value", LEVELS[name], limit=float(limit), exclusive=exclusive)
            for name, limit in limits.items()
        ],
        TAGS,
    )


def feed(engine: AlarmEngine, state: EngineState, value: float, t_s: int) -> tuple[EngineState, list[AlarmRow]]:
    return engine.step(state, [SampleInput("p/value", float(value), GOOD, t_s * S)], Moment(t_s * S, t_s * S))


def test_exclusive_limits() -> None:
    facts = load("limits.json")["exclusive"]
    engine, state = levels(facts["limits"], exclusive=True), EngineState()
    words = {"HighHigh": "HH", "High": "H", "Low": "L", "LowLow": "LL"}
    for t_s, (value, limit_state, active) in enumerate(facts["steps"]):
        if value == "start":
            continue
        state, _ = feed(engine, state, value, t_s)
        visible = {
            name for name in facts["limits"] if state.status_of(name).active and not state.status_of(name).hidden
        }
        assert visible == ({words[limit_state]} if active else set()), value


def test_non_exclusive_limits() -> None:
    facts = load("limits.json")["non_exclusive"]
    engine, state = levels(facts["limits"], exclusive=False), EngineState()
    for t_s, (value, active, low_low, low, high, high_high) in enumerate(facts["steps"]):
        state, _ = feed(engine, state, value, t_s)
        found = [int(state.status_of(name).active) for name in ("LL", "L", "H", "HH")]
        assert found == [low_low, low, high, high_high]
        assert any(found) == bool(active)


def test_no_event_while_the_value_moves_inside_a_state() -> None:
    facts = load("limits.json")["no_repeat"]
    limits = {name: limit for name, limit in facts["limits"].items() if name in ("H", "L")}
    engine, state = levels(limits, exclusive=False), EngineState()
    events = 0
    for t_s, (value, total) in enumerate(facts["steps"]):
        state, rows = feed(engine, state, value, t_s)
        events += len(rows)
        assert events == total


def test_a_changed_limit_reevaluates_the_standing_value() -> None:
    facts = load("limits.json")["limit_change"]
    tags = {path: TagDefinition(path, "plc", "holding:0") for path in ("p/value", "p/H", "p/HH")}
    engine = AlarmEngine(
        [AlarmDefinition(name, "p/value", LEVELS[name], limit="{p/" + name + "}") for name in ("H", "HH")], tags
    )
    state = EngineState()
    start = [SampleInput(f"p/{name}", float(facts["limits"][name]), GOOD, 0) for name in ("H", "HH")]
    state, rows = engine.step(state, [SampleInput("p/value", facts["start_value"], GOOD, 0), *start], Moment(0, 0))
    total = len(rows)
    for t_s, (limits, expected) in enumerate(facts["steps"], 1):
        inputs = [SampleInput(f"p/{name}", float(limit), GOOD, t_s * S) for name, limit in limits.items()]
        state, rows = engine.step(state, inputs, Moment(t_s * S, t_s * S))
        total += len(rows)
        assert {name: int(state.status_of(name).active) for name in ("H", "HH")} == {
            name: expected[name] for name in ("H", "HH")
        }
        assert total == expected["total_events"]


def test_nan_and_infinities_never_confuse_a_limit() -> None:
    patterns = load("deadband.json")["patterns"]
    special = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf, "-0.0": -0.0}
    for pattern in patterns:
        engine, state = levels({"H": 0.5}, exclusive=False), EngineState()
        for t_s, content in enumerate([0.0, *pattern]):
            value = special.get(content, content) if isinstance(content, str) else content
            before = state.status_of("H").active
            state, rows = feed(engine, state, value, t_s)
            if math.isnan(value):
                assert state.status_of("H").active is before, "NaN holds"
                assert {row.event for row in rows} <= {AlarmEvent.QUALITY_BAD}
            else:
                assert state.status_of("H").active is (value >= 0.5)
        state, _ = engine.step(state, [SampleInput("p/value", None, BAD_TIMEOUT, 9 * S)], Moment(9 * S, 9 * S))
