"""Calculated tags: samples from formulas, whenever an input changes value, quality or staleness."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from hmi.base.clock import Clock
from hmi.expressions import Expression, ExpressionError, Operand, Result, compile_expression, evaluation_order
from hmi.model.quality import BAD, BAD_CONFIGURATION_ERROR, BAD_WAITING_FOR_INITIAL_DATA
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import CALCULATED
from hmi.tags.latest import TagStore

_AGE_EVERY_US: Final = 1_000_000
_RANGES: Final = {
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    "bcd4": (0, 9999),
    "bcd8": (0, 99_999_999),
    "mod10k": (0, 655_359_999),
}


@dataclass(slots=True)
class _Formula:
    number: int
    path: str
    type: str
    expression: Expression
    inputs: tuple[int, ...]
    last: Result | None = None
    t_source_us: int = 0


class CalculatedTags:
    """Computes the calculated tags of a store, inputs before outputs; call `step` at least once a second.

    A formula that is in a circle, needs one, or cannot be compiled is bad for ever with BadConfigurationError.
    The samples are returned; the caller applies them to the store and to whatever else takes samples.
    """

    def __init__(self, store: TagStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cursor = 0
        self._aged_us: int | None = None
        self._broken: list[int] = []
        self._formulas = self._ordered()

    def step(self, samples: SampleBatch | None = None) -> SampleBatch | None:
        """Samples of the calculated tags whose inputs changed since the last call; None if there are none.

        samples: not needed, the store is asked; taken so that the method fits a chain of evaluation steps.
        """
        now_us, monotonic_us = self._clock.now_us(), self._clock.monotonic_us()
        changes = self._store.changes_since(self._cursor, now_us, monotonic_us)
        first = self._cursor == 0
        ages_due = self._aged_us is None or monotonic_us - self._aged_us >= _AGE_EVERY_US
        if ages_due:
            self._aged_us = monotonic_us
        changed = set(changes.numbers.tolist())
        made: list[Sample] = []
        if first:
            made += [Sample(number, None, BAD_CONFIGURATION_ERROR, now_us, now_us) for number in self._broken]
        fresh: dict[int, Operand] = {}
        for formula in self._formulas:
            aged = bool(formula.expression.aged_paths) and ages_due
            if not (first or aged or not changed.isdisjoint(formula.inputs)):
                continue
            sample = self._compute(formula, fresh, now_us)
            if sample is not None:
                made.append(sample)
                changed.add(formula.number)
        # only now: a calculation that fails must let its tags turn stale
        self._cursor = changes.cursor
        self._store.link_alive(CALCULATED, monotonic_us)
        return SampleBatch.of(made) if made else None

    def _compute(self, formula: _Formula, fresh: dict[int, Operand], now_us: int) -> Sample | None:
        """The formula's new sample; None if it says what it said before."""
        stored = [number for number in formula.inputs if number not in fresh]
        operands = dict(zip(stored, self._store.operands(stored), strict=True))
        operands.update({number: fresh[number] for number in formula.inputs if number in fresh})
        lookup = _lookup(self._store, operands)
        result = _of_type(formula.expression.evaluate(lookup), formula.type)
        fresh[formula.number] = Operand(result.value, result.status, 0.0)
        if result == formula.last and type(result.value) is type(formula.last.value):
            return None
        formula.last = result
        states = self._store.views(formula.inputs)
        t_source_us = max((state.t_source_us for state in states), default=0)
        if t_source_us <= formula.t_source_us or any(state.stale for state in states):
            # an input went stale or is out of order: the new value is of now, and never before the last one
            t_source_us = max(now_us // 1000 * 1000, formula.t_source_us + 1000)
        formula.t_source_us = t_source_us
        return Sample(formula.number, result.value, result.status, t_source_us, now_us)

    def _ordered(self) -> list[_Formula]:
        formulas: dict[str, _Formula] = {}
        for number in self._store.numbers:
            tag = self._store.definition(number)
            if not tag.is_calculated:
                continue
            try:
                expression = compile_expression(tag.address)
                inputs = tuple(self._store.number_of(path) for path in sorted(expression.paths))
            except (ExpressionError, KeyError):
                self._broken.append(number)
                continue
            formulas[tag.path] = _Formula(number, tag.path, tag.type, expression, inputs)
        order, circular = evaluation_order({path: formula.expression.paths for path, formula in formulas.items()})
        self._broken += [formulas[path].number for path in circular]
        return [formulas[path] for path in order]


def _lookup(store: TagStore, operands: Mapping[int, Operand]) -> Callable[[str], Operand]:
    nothing = Operand(None, BAD_WAITING_FOR_INITIAL_DATA)
    return lambda path: operands.get(store.number_of(path), nothing)


def _of_type(result: Result, type_name: str) -> Result:
    """The result as a value of the tag's type; bad if it does not fit."""
    value = result.value
    if value is None or isinstance(value, str):
        return result
    if type_name in _RANGES:
        low, high = _RANGES[type_name]
        whole = value if isinstance(value, int) else math.floor(abs(value) + 0.5) * (1 if value >= 0 else -1)
        return Result(int(whole), result.status) if low <= whole <= high else Result(None, BAD)
    if type_name == "bool":
        return Result(bool(value), result.status)
    if type_name in ("float32", "float16") and not isinstance(value, bool):
        with np.errstate(over="ignore"):
            narrow = float(np.float32(value) if type_name == "float32" else np.float16(value))
        return Result(narrow, result.status) if math.isfinite(narrow) else Result(None, BAD)
    return result
