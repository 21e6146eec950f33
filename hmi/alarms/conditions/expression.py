"""Expression: a formula over tags is true (not zero)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hmi.alarms.conditions.contract import Kind, Situation, Tags, Verdict, unknown_tag
from hmi.alarms.formulas import Formula, check_formula
from hmi.model.alarms import AlarmDefinition
from hmi.model.problems import Problem

_RECHECK_US: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ExpressionCondition:
    """Takes the worst quality of the tags it reads; one that uses an age is asked again every second."""

    formula: Formula
    shown_tag: str

    @property
    def sources(self) -> tuple[str, ...]:
        return self.formula.paths

    def evaluate(self, situation: Situation) -> Verdict:
        result = self.formula.evaluate(situation.readings, situation.t_us)
        shown = situation.reading(self.shown_tag).value if self.shown_tag else result.value
        recheck_us = _RECHECK_US if self.formula.moves_with_time else None
        on = None if result.value is None else bool(result.value)
        return Verdict(on, shown, result.status, recheck_us=recheck_us)


def build(definition: AlarmDefinition, tags: Tags) -> ExpressionCondition:
    """Compiles the formula of the column `expression`."""
    return ExpressionCondition(Formula(definition.expression), definition.tag)


def check(definition: AlarmDefinition, tags: Tags) -> list[Problem]:
    """The formula is correct; `tag` is optional and names the value shown."""
    problems = check_formula("expression", definition.expression, tags)
    return problems + (unknown_tag("tag", definition.tag, tags) if definition.tag else [])


def kind(definition: AlarmDefinition) -> Kind:
    """An ordinary condition."""
    return Kind()
