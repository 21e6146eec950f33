"""Formulas of alarm conditions and enables over the engine's readings."""

from __future__ import annotations

from collections.abc import Mapping

from hmi.alarms.conditions.contract import MISSING, Reading, Tags, unknown_tag
from hmi.expressions import ExpressionError, Operand, Result, compile_expression, kind_of_type
from hmi.model.problems import Problem


class Formula:
    """A compiled formula that reads the latest readings."""

    def __init__(self, text: str) -> None:
        self._expression = compile_expression(text)
        self.paths: tuple[str, ...] = tuple(sorted(self._expression.paths))
        self.moves_with_time = bool(self._expression.aged_paths)

    def evaluate(self, readings: Mapping[str, Reading], t_us: int) -> Result:
        """Value and worst quality; the value is None where it cannot be told."""

        def operand(path: str) -> Operand:
            reading = readings.get(path, MISSING)
            age_s = max(0, t_us - reading.t_us) / 1e6 if reading is not MISSING else None
            return Operand(reading.value if reading.usable else None, reading.status, age_s)

        return self._expression.evaluate(operand)


def check_formula(key: str, text: str, tags: Tags) -> list[Problem]:
    """Everything wrong with a formula: grammar, unknown paths, kinds."""
    try:
        expression = compile_expression(text)
        unknown = [problem for path in sorted(expression.paths) for problem in unknown_tag(key, path, tags)]
        if not unknown:
            expression.kind(lambda path: kind_of_type(tags[path].type))
    except ExpressionError as fault:
        return [Problem(key, str(fault), fault.expected or "a formula, e.g. {line1/filler/speed} > 100")]
    return unknown
