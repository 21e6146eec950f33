"""The parts of a parsed formula; each knows its kind and computes its value with quality."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from typing import Final, Protocol

from hmi.expressions.errors import ExpressionError
from hmi.expressions.values import Kind, Operand, Result
from hmi.model.quality import BAD, BAD_CONFIGURATION_ERROR, BAD_WAITING_FOR_INITIAL_DATA, GOOD, is_bad, is_good, worst
from hmi.model.samples import EXACT_INTEGER, Scalar

Lookup = Callable[[str], Operand]
KindOf = Callable[[str], Kind]
Number = int | float

ARITHMETIC: Final[dict[str, Callable[[Number, Number], Number]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
COMPARISON: Final[dict[str, Callable[[Scalar, Scalar], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
LARGEST_BIT: Final = 63
"""Highest bit `bit()` reads."""

_LARGEST_INTEGER: Final = 2**64
_NUMERIC: Final = (Kind.NUMBER, Kind.BOOLEAN, Kind.UNKNOWN)


class Node(Protocol):
    """One part of a formula."""

    @property
    def column(self) -> int:
        """Where it stands in the text, from 1."""
        ...

    def kind(self, kind_of: KindOf) -> Kind:
        """Kind of the value; raises ExpressionError where the kinds cannot fit."""
        ...

    def evaluate(self, lookup: Lookup) -> Result:
        """Value and quality now; never raises for any value."""
        ...

    def children(self) -> Iterator[Node]:
        """The parts it is made of."""
        ...


class _NotANumberError(Exception):
    """A text stands where a number is needed; only values of unknown kind can do that."""


def _bad(status: int) -> Result:
    return Result(None, status)


def _number(value: Scalar | None) -> Number:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    raise _NotANumberError


def _of_number(compute: Callable[[], Scalar], status: int) -> Result:
    """The computed value, or bad if it has none: division by zero, overflow, not a number, text in a sum."""
    try:
        value = compute()
        if isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
            value = float(value)
    except (ZeroDivisionError, OverflowError, DecimalException):
        return _bad(BAD)
    except (_NotANumberError, TypeError):
        return _bad(BAD_CONFIGURATION_ERROR)
    if isinstance(value, float) and not math.isfinite(value):
        return _bad(BAD)
    return Result(value, status)


def _need_number(node: Node, kind_of: KindOf, where: str) -> None:
    kind = node.kind(kind_of)
    if kind not in _NUMERIC:
        raise ExpressionError(f"{where} needs a number, not {kind.value}", node.column, "a number")


def _need_boolean(node: Node, kind_of: KindOf, where: str) -> None:
    kind = node.kind(kind_of)
    if kind not in (Kind.BOOLEAN, Kind.UNKNOWN):
        raise ExpressionError(
            f"{where} needs true or false, not {kind.value}", node.column, "a comparison, e.g. {line1/tank/level} > 0"
        )


def _truth(value: Scalar | None) -> bool:
    return bool(_number(value))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, true or false."""

    value: Scalar
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        return Kind.BOOLEAN if isinstance(self.value, bool) else Kind.NUMBER

    def evaluate(self, lookup: Lookup) -> Result:
        return Result(self.value, GOOD)

    def children(self) -> Iterator[Node]:
        return iter(())


@dataclass(frozen=True, slots=True)
class TagValue:
    """The value of a tag."""

    path: str
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        return kind_of(self.path)

    def evaluate(self, lookup: Lookup) -> Result:
        operand = lookup(self.path)
        if is_bad(operand.status):
            return _bad(operand.status)
        if operand.value is None or (isinstance(operand.value, float) and not math.isfinite(operand.value)):
            return _bad(BAD)
        return Result(operand.value, operand.status)

    def children(self) -> Iterator[Node]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Chain:
    """Sums and products from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        for node in self.children():
            _need_number(node, kind_of, f"'{self.rest[0][0]}'")
        return Kind.NUMBER

    def evaluate(self, lookup: Lookup) -> Result:
        result = self.first.evaluate(lookup)
        for sign, node in self.rest:
            right = node.evaluate(lookup)
            status = worst(result.status, right.status)
            if is_bad(status):
                result = _bad(status)
                continue
            left = result.value
            result = _of_number(_binary(ARITHMETIC[sign], left, right.value), status)
        return result

    def children(self) -> Iterator[Node]:
        yield self.first
        for _, node in self.rest:
            yield node


def _binary(
    compute: Callable[[Number, Number], Number], left: Scalar | None, right: Scalar | None
) -> Callable[[], Scalar]:
    return lambda: compute(_number(left), _number(right))


@dataclass(frozen=True, slots=True)
class Negative:
    """A number with the other sign."""

    inner: Node
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        _need_number(self.inner, kind_of, "'-'")
        return Kind.NUMBER

    def evaluate(self, lookup: Lookup) -> Result:
        result = self.inner.evaluate(lookup)
        if is_bad(result.status):
            return result
        return _of_number(lambda: -_number(result.value), result.status)

    def children(self) -> Iterator[Node]:
        yield self.inner


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared."""

    sign: str
    left: Node
    right: Node
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        kinds = [self.left.kind(kind_of), self.right.kind(kind_of)]
        texts = kinds.count(Kind.TEXT)
        if texts == 1 and Kind.UNKNOWN not in kinds:
            raise ExpressionError(f"'{self.sign}' compares text with something else", self.column, "two texts")
        if texts and self.sign not in ("==", "!="):
            raise ExpressionError(f"'{self.sign}' does not apply to text", self.column, "'==' or '!='")
        return Kind.BOOLEAN

    def evaluate(self, lookup: Lookup) -> Result:
        left, right = self.left.evaluate(lookup), self.right.evaluate(lookup)
        status = worst(left.status, right.status)
        if is_bad(status) or left.value is None or right.value is None:
            return _bad(status if is_bad(status) else BAD)
        one, other = left.value, right.value
        if isinstance(one, str) != isinstance(other, str):
            return _bad(BAD_CONFIGURATION_ERROR)
        return _of_number(lambda: COMPARISON[self.sign](one, other), status)

    def children(self) -> Iterator[Node]:
        yield self.left
        yield self.right


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` over two or more conditions; every one of them counts for the quality."""

    word: str
    parts: tuple[Node, ...]
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        for part in self.parts:
            _need_boolean(part, kind_of, f"'{self.word}'")
        return Kind.BOOLEAN

    def evaluate(self, lookup: Lookup) -> Result:
        results = [part.evaluate(lookup) for part in self.parts]
        status = worst(*(result.status for result in results))
        if is_bad(status):
            return _bad(status)
        decide = all if self.word == "and" else any
        return _of_number(lambda: decide([_truth(result.value) for result in results]), status)

    def children(self) -> Iterator[Node]:
        return iter(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    inner: Node
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        _need_boolean(self.inner, kind_of, "'not'")
        return Kind.BOOLEAN

    def evaluate(self, lookup: Lookup) -> Result:
        result = self.inner.evaluate(lookup)
        if is_bad(result.status):
            return result
        return _of_number(lambda: not _truth(result.value), result.status)

    def children(self) -> Iterator[Node]:
        yield self.inner


@dataclass(frozen=True, slots=True)
class NumberFunction:
    """`min max abs round bit`: numbers in, one value out, bad if any of them is bad."""

    name: str
    arguments: tuple[Node, ...]
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        for argument in self.arguments:
            _need_number(argument, kind_of, f"{self.name}()")
        return Kind.BOOLEAN if self.name == "bit" else Kind.NUMBER

    def evaluate(self, lookup: Lookup) -> Result:
        results = [argument.evaluate(lookup) for argument in self.arguments]
        status = worst(*(result.status for result in results))
        if is_bad(status):
            return _bad(status)
        compute = NUMBER_FUNCTIONS[self.name][2]
        return _of_number(lambda: compute([_number(result.value) for result in results]), status)

    def children(self) -> Iterator[Node]:
        return iter(self.arguments)


@dataclass(frozen=True, slots=True)
class Choice:
    """`if(c, a, b)`: quality of the condition and of the branch taken, not of the other one."""

    condition: Node
    yes: Node
    no: Node
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        _need_boolean(self.condition, kind_of, "if()")
        yes, no = self.yes.kind(kind_of), self.no.kind(kind_of)
        if yes == no:
            return yes
        if Kind.UNKNOWN in (yes, no):
            return Kind.UNKNOWN
        raise ExpressionError(f"if() gives {yes.value} or {no.value}", self.column, "the same kind in both branches")

    def evaluate(self, lookup: Lookup) -> Result:
        condition = self.condition.evaluate(lookup)
        if is_bad(condition.status):
            return condition
        try:
            taken = self.yes if _truth(condition.value) else self.no
        except _NotANumberError:
            return _bad(BAD_CONFIGURATION_ERROR)
        result = taken.evaluate(lookup)
        return Result(result.value, worst(result.status, condition.status))

    def children(self) -> Iterator[Node]:
        yield self.condition
        yield self.yes
        yield self.no


@dataclass(frozen=True, slots=True)
class IsGood:
    """`good(x)`: whether x has good quality; itself always good."""

    inner: Node
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        self.inner.kind(kind_of)
        return Kind.BOOLEAN

    def evaluate(self, lookup: Lookup) -> Result:
        return Result(is_good(self.inner.evaluate(lookup).status), GOOD)

    def children(self) -> Iterator[Node]:
        yield self.inner


@dataclass(frozen=True, slots=True)
class Age:
    """`age_s({tag})`: seconds since the tag's last value came; good even if the tag is not."""

    tag: TagValue
    column: int

    def kind(self, kind_of: KindOf) -> Kind:
        self.tag.kind(kind_of)
        return Kind.NUMBER

    def evaluate(self, lookup: Lookup) -> Result:
        age_s = lookup(self.tag.path).age_s
        return Result(age_s, GOOD) if age_s is not None else _bad(BAD_WAITING_FOR_INITIAL_DATA)

    def children(self) -> Iterator[Node]:
        yield self.tag


def _round(numbers: list[Number]) -> Number:
    digits = int(numbers[1]) if len(numbers) > 1 else 0
    if isinstance(numbers[0], int):
        return numbers[0]
    if abs(numbers[0]) * 10.0**digits >= EXACT_INTEGER:
        return numbers[0]
    # half away from zero on the decimal text, as people round: 2.5 -> 3, 2.675 -> 2.68
    rounded = Decimal(repr(numbers[0])).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return float(rounded)


def _bit(numbers: list[Number]) -> bool:
    word, place = numbers
    if int(word) != word or int(place) != place or not 0 <= place <= LARGEST_BIT:
        raise _NotANumberError
    return bool(int(word) >> int(place) & 1)


NUMBER_FUNCTIONS: Final[dict[str, tuple[int, int, Callable[[list[Number]], Scalar]]]] = {
    "min": (2, 100, min),
    "max": (2, 100, max),
    "abs": (1, 1, lambda numbers: abs(numbers[0])),
    "round": (1, 2, _round),
    "bit": (2, 2, _bit),
}
"""{name: (fewest arguments, most arguments, computation)}."""
