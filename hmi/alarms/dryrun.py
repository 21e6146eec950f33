"""One alarm driven by a list of samples and actions, as if it had happened: what would the journal say."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import (
    Action,
    CommandInput,
    Input,
    LinkInput,
    Moment,
    SampleInput,
    StaleInput,
    SystemInput,
)
from hmi.alarms.engine.work import EngineState
from hmi.base.errors import PlantError
from hmi.model.alarms import AlarmDefinition, AlarmRow, AlarmType
from hmi.model.quality import BAD, GOOD, is_usable, status_from_name
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition
from hmi.model.timestamps import parse_duration, parse_time

STOP: Final = "stop"
START: Final = "start"
ACTIONS: Final = (*(action.value for action in Action), STOP, START)
_COLUMNS: Final = ("t", "value", "status", "action", "arg", "tag")
_SETTLE_US: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at a time: a sample (action empty) or an action.

    tag: of a sample, empty = the alarm's own. arg: duration of `shelve`, else comment or reason.
    """

    t_us: int
    value: Scalar | None = None
    status: int = GOOD
    action: str = ""
    arg: str = ""
    tag: str = ""


def dry_run(
    definition: AlarmDefinition, tags: Mapping[str, TagDefinition], steps: Iterable[Step], settle_us: int = _SETTLE_US
) -> list[AlarmRow]:
    """Journal rows of one alarm; after the last step time goes on for `settle_us`, so that delays can end."""
    engine = AlarmEngine([definition], tags)
    state = EngineState()
    rows: list[AlarmRow] = []
    running = True
    t_us = 0
    for step in steps:
        t_us = step.t_us
        now = Moment(t_us, t_us)
        made: list[AlarmRow] = []
        if step.action == START:
            running = True
            state, made = engine.restore(state.status, now)
        elif step.action == STOP:
            if running:
                state, made = engine.step(state, (), now)
            running = False
        elif running:
            state, made = engine.step(state, (_input(definition, step),), now)
        rows += made
    if running:
        _, made = engine.step(state, (), Moment(t_us + settle_us, t_us + settle_us))
        rows += made
    return rows


def _input(definition: AlarmDefinition, step: Step) -> Input:
    if step.action:
        action = Action(step.action)
        duration_us = 0
        comment = step.arg
        if action is Action.SHELVE:
            duration_us, comment = parse_duration(step.arg), "dry run"
        elif action is Action.OOS_ON and not comment:
            comment = "dry run"
        return CommandInput(action, definition.id, step.t_us, comment=comment, duration_us=duration_us)
    if step.tag or definition.type not in (AlarmType.COMM_FAILURE, AlarmType.STALE, AlarmType.SYSTEM):
        return SampleInput(step.tag or definition.tag, step.value, step.status, step.t_us)
    on = bool(step.value)
    if definition.type is AlarmType.COMM_FAILURE:
        return LinkInput(definition.tag, on, step.t_us)
    if definition.type is AlarmType.STALE:
        return StaleInput(definition.tag, on, step.t_us)
    return SystemInput(definition.tag, on, step.t_us)


def read_steps(file: TextIO, name: str, zone: ZoneInfo) -> tuple[list[Step], bool]:
    """Steps of a CSV `t,value,status[,action,arg,tag]` and whether its times are plain seconds.

    Raises PlantError naming file, line and what was expected.
    """
    reader = csv.DictReader(file)
    columns = [column.strip() for column in reader.fieldnames or []]
    reader.fieldnames = columns
    unknown = [column for column in columns if column not in _COLUMNS]
    if "t" not in columns or unknown:
        wrong = f"unknown column '{unknown[0]}'" if unknown else "no column t"
        raise PlantError(f"{name}:1: {wrong}; expected t,value,status and optionally action,arg,tag")
    steps: list[Step] = []
    in_seconds = True
    for row in reader:
        text = {key: (value or "").strip() for key, value in row.items() if key}
        try:
            step, seconds = _step(text, zone)
        except ValueError as fault:
            raise PlantError(f"{name}:{reader.line_num}: {fault}") from None
        if steps and step.t_us < steps[-1].t_us:
            raise PlantError(f"{name}:{reader.line_num}: time goes backwards; expected rows in time order")
        steps.append(step)
        in_seconds = in_seconds and seconds
    return steps, in_seconds


def _step(text: Mapping[str, str], zone: ZoneInfo) -> tuple[Step, bool]:
    raw_t = text.get("t", "")
    seconds = _number(raw_t)
    t_us = round(seconds * 1_000_000) if seconds is not None else parse_time(raw_t, zone, 0)
    action = text.get("action", "")
    if action:
        if action not in ACTIONS:
            raise ValueError(f"'{action}' is not an action; expected one of {' '.join(ACTIONS)}")
        arg = text.get("arg", "")
        if action == Action.SHELVE:
            parse_duration(arg)
        return Step(t_us, action=action, arg=arg), seconds is not None
    status = _status(text.get("status", ""))
    value = _value(text.get("value", "")) if is_usable(status) else None
    if value is None and is_usable(status):
        status = BAD
    return Step(t_us, value, status, tag=text.get("tag", "")), seconds is not None


def _status(text: str) -> int:
    if not text or text == "good":
        return GOOD
    if text == "bad":
        return BAD
    if text.startswith("0x"):
        return int(text, 16)
    try:
        return status_from_name(text)
    except KeyError:
        raise ValueError(f"'{text}' is not a status; expected e.g. Good, BadTimeout or 0x80050000") from None


def _value(text: str) -> Scalar | None:
    if not text:
        return None
    if text in ("true", "false"):
        return text == "true"
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
