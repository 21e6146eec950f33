"""The worked vectors of the domain specification, read from its own table, drive the alarm engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest

from hmi.alarms.dryrun import Step, dry_run
from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import Moment, SampleInput
from hmi.alarms.engine.work import EngineState
from hmi.model.alarms import AlarmDefinition, AlarmRow, AlarmState, AlarmType
from hmi.model.quality import BAD, GOOD
from hmi.model.tags import TagDefinition
from tests.helpers.counterparts import SHARED_DATA, need

SPECIFICATION = SHARED_DATA.parent / "domain.md"
TAGS = {path: TagDefinition(path, "plc", "holding:0") for path in ("plant/a", "plant/b", "plant/c")}
DRIVEN = tuple("A1 A2 A3 A3b A4 A5 A6 A6b A7 A7b A8 A8b A8c A9 A9b A10 A11 A12 A13".split())  # noqa: SIM905
STATES = {state.value for state in AlarmState}


@dataclass
class Vector:
    name: str
    title: str
    script: str
    expected: str
    steps: list[Step] = field(default_factory=list)


def vectors() -> dict[str, Vector]:
    need(SPECIFICATION.exists(), "the domain specification beside the project")
    section = SPECIFICATION.read_text(encoding="utf-8").split("### 1.7", 1)[1].split("\n## ", 1)[0]
    found: dict[str, Vector] = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 3 and re.match(r"A\d", cells[0]):
            name, _, title = cells[0].partition(" ")
            name = name.rstrip(",")
            found[name] = Vector(name, title, cells[1], cells[2])
    return found


def definition(title: str) -> AlarmDefinition:
    def seconds(word: str) -> int:
        match = re.search(rf"{word} (\d+)", title)
        return int(match.group(1)) * 1_000_000 if match else 0

    deadband = re.search(r"DB[= ]([\d.]+)", title)
    rate = re.search(r"rate, W=(\d+), limit ([\d.]+)", title)
    return AlarmDefinition(
        id="plant/a.hi",
        tag="plant/a",
        type=AlarmType.RATE if rate else AlarmType.HI,
        limit=float(rate.group(2)) if rate else 80.0,
        window_us=int(rate.group(1)) * 1_000_000 if rate else 10_000_000,
        deadband=float(deadband.group(1)) if deadband else 2.0,
        on_delay_us=seconds("on_delay"),
        off_delay_us=seconds("off_delay"),
        realarm_us=seconds("re-alarm") or None,
        latching="latching" in title,
    )


STEP = re.compile(
    r"(?P<ts>\d+(?:\.\d+)?):(?P<value>bad|-?\d+(?:\.\d+)?)"
    r"|(?P<stop>stop|start) (?P<tp>\d+)"
    r"|(?P<ta>\d+) (?P<action>ack|reset|shelve (?P<arg>\d+)(?: s\b)?|suppress|unsuppress|oos|in service)"
)


def steps(script: str) -> list[Step]:
    found = []
    for match in STEP.finditer(script):
        if match["value"]:
            bad = match["value"] == "bad"
            t_us = round(float(match["ts"]) * 1e6)
            found.append(Step(t_us, None if bad else float(match["value"]), BAD if bad else GOOD))
        elif match["stop"]:
            found.append(Step(int(match["tp"]) * 1_000_000, action=match["stop"]))
        else:
            action = "shelve" if match["arg"] else match["action"].replace(" ", "_")
            arg = f"{match['arg']} s" if match["arg"] else ""
            found.append(Step(int(match["ta"]) * 1_000_000, action=action, arg=arg))
    return found


def matches(row: AlarmRow, expected: str) -> bool:
    text = re.sub(r"\(.*?\)", "", expected).split(".")[0] if ". " in expected else re.sub(r"\(.*?\)", "", expected)
    words = text.replace("only ", "").replace(",", " ").split()
    if row.t_event_us != int(words[0]) * 1_000_000:
        return False
    event, _, state = words[1].partition("->")
    if event == "rejected":
        return row.event.endswith("_REJECTED")
    if event in STATES:
        event, state = "", event
    rest = words[2:]
    state = state or next((word for word in rest if word in STATES), "")
    if event and row.event != event:
        return False
    if state and row.state_to != state:
        return False
    if "hidden" in rest and not row.hidden:
        return False
    return row.time_uncertain == ("`time_uncertain=1`" in rest)


@pytest.mark.parametrize("name", DRIVEN)
def test_vector_of_the_specification(name: str) -> None:
    vector = vectors()[name]
    script = steps(vector.script)
    rows = dry_run(definition(vector.title), TAGS, script)
    shown = [f"{row.t_event_us / 1e6:g} {row.event}->{row.state_to}" for row in rows]
    expected = [part.strip() for part in vector.expected.split(";")]
    if vector.expected.startswith("..."):
        expected = [expected[0].removeprefix("...").strip(), *expected[1:]]
        expected = [part for part in expected if part]
        rows = rows[-len(expected) :]
    assert len(rows) == len(expected), (vector.script, shown, expected)
    assert [matches(row, part) for row, part in zip(rows, expected, strict=True)] == [True] * len(rows), shown


def test_every_step_of_a_script_was_understood() -> None:
    for name in DRIVEN:
        vector = vectors()[name]
        rest = STEP.sub("", vector.script)
        assert not re.sub(r"[\s,]", "", rest), f"{name}: {rest!r} was not read"


def test_discrepancy_a14() -> None:
    alarm = AlarmDefinition("v.dis", "plant/a", AlarmType.DISCREPANCY, reference="plant/b", window_us=10_000_000)
    script = [Step(0, 0.0, tag="plant/b"), Step(0, 1.0, tag="plant/a"), Step(12_000_000, 1.0, tag="plant/b")]
    rows = dry_run(alarm, TAGS, script)
    assert [(row.t_event_us, row.event) for row in rows] == [(10_000_000, "ACTIVATE"), (12_000_000, "CLEAR")]


def test_first_out_a15() -> None:
    alarms = [
        AlarmDefinition(f"group.{name}", f"plant/{name}", AlarmType.HI, limit=80.0, group="pump") for name in "abc"
    ]
    engine = AlarmEngine(alarms, TAGS)
    inputs = [
        SampleInput("plant/b", 90.0, GOOD, 1_000_000),
        SampleInput("plant/a", 90.0, GOOD, 1_050_000),
        SampleInput("plant/c", 90.0, GOOD, 1_050_000),
    ]
    _, rows = engine.step(EngineState(), inputs, Moment(1_050_000, 1_050_000))
    assert [(row.alarm_id, row.first_out, row.order) for row in rows] == [
        ("group.b", True, 1),
        ("group.a", False, 2),
        ("group.c", False, 2),
    ]
