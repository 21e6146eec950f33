"""Every alarm type. A new one: one file beside this one and one line here; a type not listed is refused by `check`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final, cast

from hmi.alarms.conditions.contract import Condition, Factory, Kind, Tags
from hmi.alarms.formulas import check_formula
from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.problems import Problem

TYPES: Final[Mapping[AlarmType, str]] = {
    AlarmType.HIHI: "limits",
    AlarmType.HI: "limits",
    AlarmType.LO: "limits",
    AlarmType.LOLO: "limits",
    AlarmType.DISCRETE: "discrete",
    AlarmType.BAD_QUALITY: "bad_quality",
    AlarmType.STALE: "stale",
    AlarmType.COMM_FAILURE: "comm_failure",
    AlarmType.SYSTEM: "system",
    AlarmType.RATE: "rate",
    AlarmType.DEVIATION: "deviation",
    AlarmType.DISCREPANCY: "discrepancy",
    AlarmType.EXPRESSION: "expression",
}
"""Module below `hmi.alarms.conditions` by type."""


def factory(alarm_type: AlarmType) -> Factory:
    """The functions of a registered type; KeyError for another."""
    return cast("Factory", import_module(f"hmi.alarms.conditions.{TYPES[alarm_type]}"))


def build(definition: AlarmDefinition, tags: Tags) -> Condition:
    """The condition of a checked definition."""
    return factory(definition.type).build(definition, tags)


def kind(definition: AlarmDefinition) -> Kind:
    """How the engine treats the definition's type."""
    return factory(definition.type).kind(definition)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """Everything wrong with a definition; key is the column of alarms.csv."""
    if definition.type not in TYPES:
        names = ", ".join(TYPES)
        return [Problem("type", f"alarm type '{definition.type}' is not available", f"one of {names}")]
    problems = factory(definition.type).check(definition, tags)
    if definition.enable:
        problems += check_formula("enable", definition.enable, tags)
    if definition.count < 1:
        problems.append(Problem("count", f"{definition.count} is no number of times", "1 or more"))
    return problems
