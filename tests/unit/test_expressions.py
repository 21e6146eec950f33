"""The formula language: precedence, quality, kinds, errors with their column."""

from __future__ import annotations

import pytest

from hmi.expressions import (
    ExpressionError,
    Kind,
    Operand,
    Result,
    compile_expression,
    evaluation_order,
    find_cycle,
    kind_of_type,
)
from hmi.model.quality import (
    BAD,
    BAD_CONFIGURATION_ERROR,
    BAD_TIMEOUT,
    BAD_WAITING_FOR_INITIAL_DATA,
    GOOD,
    UNCERTAIN_SUB_NORMAL,
)

PLANT = {
    "a/number": Operand(120.0, GOOD, 0.5),
    "a/whole": Operand(0b1010, GOOD, 0.5),
    "a/on": Operand(True, GOOD, 0.5),
    "a/off": Operand(False, GOOD, 0.5),
    "a/text": Operand("AB12", GOOD, 0.5),
    "a/doubtful": Operand(7.0, UNCERTAIN_SUB_NORMAL, 2.0),
    "a/dead": Operand(None, BAD_TIMEOUT, 42.0),
    "a/never": Operand(None, BAD_WAITING_FOR_INITIAL_DATA, None),
    "a/big": Operand(2**63 + 1, GOOD, 0.1),
}


def evaluate(text: str) -> Result:
    return compile_expression(text).evaluate(PLANT.__getitem__)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("2 * -3", -6),
        ("- -3", 3),
        ("7 % 4", 3),
        ("7 / 2", 3.5),
        ("1e3 + .5", 1000.5),
        ("{a/number} > 100 and not {a/off}", True),
        ("{a/on} or {a/off} and {a/off}", True),
        ("not {a/on} == {a/off}", True),
        ("{a/on} == 1", True),
        ("{a/on} + {a/on} + {a/off}", 2),
        ("{a/text} == {a/text}", True),
        ("min(3, 1, 2)", 1),
        ("max({a/number}, 130)", 130),
        ("abs(-4.5)", 4.5),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(2.675, 2)", 2.68),
        ("round(1e300)", 1e300),
        ("if({a/number} > 100, 1, 2)", 1),
        ("bit({a/whole}, 1)", True),
        ("bit({a/whole}, 2)", False),
        ("bit({a/big}, 63)", True),
        ("{a/big} - 1 == {a/big}", False),
        ("true and not false", True),
        ("age_s({a/dead}) > 30", True),
        ("  { a/number }  ", 120.0),
    ],
)
def test_values(text: str, value: object) -> None:
    result = evaluate(text)
    assert result == Result(value, GOOD)  # type: ignore[arg-type]
    assert type(result.value) is type(value)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("{a/number} + {a/doubtful}", UNCERTAIN_SUB_NORMAL),
        ("{a/doubtful} > {a/dead}", BAD_TIMEOUT),
        ("{a/off} and {a/dead}", BAD_TIMEOUT),
        ("{a/on} or {a/dead}", BAD_TIMEOUT),
        ("min(1, {a/dead})", BAD_TIMEOUT),
        ("-{a/dead}", BAD_TIMEOUT),
        ("not {a/dead}", BAD_TIMEOUT),
        ("if({a/dead}, 1, 2)", BAD_TIMEOUT),
        ("if({a/on}, {a/dead}, 2)", BAD_TIMEOUT),
        ("if({a/off}, {a/dead}, 2)", GOOD),
        ("if(good({a/dead}), {a/dead} > 5, false)", GOOD),
        ("if({a/doubtful} > 5, 1, 2)", UNCERTAIN_SUB_NORMAL),
        ("good({a/dead})", GOOD),
        ("good({a/doubtful})", GOOD),
        ("age_s({a/never})", BAD_WAITING_FOR_INITIAL_DATA),
        ("1 / 0", BAD),
        ("5 % 0", BAD),
        ("1e308 * 10", BAD),
        ("{a/text} + 1", BAD_CONFIGURATION_ERROR),
        ("{a/text} == 1", BAD_CONFIGURATION_ERROR),
        ("{a/text} and true", BAD_CONFIGURATION_ERROR),
        ("if({a/text}, 1, 2)", BAD_CONFIGURATION_ERROR),
        ("bit({a/number} + 0.5, 0)", BAD_CONFIGURATION_ERROR),
    ],
)
def test_worst_quality(text: str, status: int) -> None:
    result = evaluate(text)
    assert result.status == status
    assert (result.value is None) == (status >= BAD)


def test_uncertain_is_not_good() -> None:
    assert evaluate("good({a/doubtful})").value is False


def test_a_value_that_is_not_a_number_is_bad() -> None:
    expression = compile_expression("{a/b} > 1")
    assert expression.evaluate(lambda _: Operand(float("nan"), GOOD, 0.0)) == Result(None, BAD)
    assert expression.evaluate(lambda _: Operand(None, GOOD, 0.0)) == Result(None, BAD)


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("1 +", 4, "ends"),
        ("1 2", 3, "does not fit"),
        ("foo(1)", 1, "'foo' is not known"),
        ("If(1 > 0, 1, 2)", 1, "'if'"),
        ("min(1)", 1, "has 1 argument at"),
        ("min", 4, "'(' after min"),
        ("{a/b", 1, "brace is not closed"),
        ("1 + {speed}", 5, "not a tag path"),
        ("{a/b} = 3", 7, "'=='"),
        ("{a/b} && {a/c}", 7, "'and'"),
        ("1 < 2 < 3", 7, "cannot be chained"),
        ("3kg", 1, "not a number"),
        ("1.2.3", 1, "not a number"),
        ("(1", 3, "')'"),
        ("bit({a/b}, 64)", 12, "0 to 63"),
        ("bit({a/b}, {a/c})", 12, "0 to 63"),
        ("age_s(1)", 7, "needs a tag"),
        ("1e999", 1, "too large"),
        ("(" * 41 + "1" + ")" * 41, 41, "nested too deep"),
        ("not " * 41 + "true", 161, "nested too deep"),
        ("1+" * 2100 + "1", 4001, "too long"),
        ("and", 1, "does not fit"),
        ("__import__(1)", 1, "not known"),
    ],
)
def test_errors_name_the_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.column == column
    assert words in str(caught.value)


KINDS = {"a/n": Kind.NUMBER, "a/b": Kind.BOOLEAN, "a/t": Kind.TEXT, "a/u": Kind.UNKNOWN}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{a/n} + 1", Kind.NUMBER),
        ("{a/b} + 1", Kind.NUMBER),
        ("{a/n} > 1", Kind.BOOLEAN),
        ("{a/u}", Kind.UNKNOWN),
        ("{a/u} and {a/b}", Kind.BOOLEAN),
        ("if({a/b}, {a/n}, 0)", Kind.NUMBER),
        ("if({a/b}, {a/u}, 0)", Kind.UNKNOWN),
        ("bit({a/n}, 3)", Kind.BOOLEAN),
        ("good({a/t})", Kind.BOOLEAN),
        ("age_s({a/t})", Kind.NUMBER),
        ("{a/t} != {a/u}", Kind.BOOLEAN),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert compile_expression(text).kind(KINDS.__getitem__) is kind


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1 + {a/t}", 5),
        ("{a/n} and {a/b}", 1),
        ("not {a/n}", 5),
        ("if({a/n}, 1, 2)", 4),
        ("if({a/b}, 1, true)", 1),
        ("{a/t} == 1", 7),
        ("{a/t} < {a/t}", 7),
        ("abs({a/t})", 5),
        ("-{a/t}", 2),
    ],
)
def test_kinds_that_do_not_fit(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text).kind(KINDS.__getitem__)
    assert caught.value.column == column


def test_paths() -> None:
    expression = compile_expression("{a/n} > 1 and age_s({a/t}) < 5 and good({a/u})")
    assert expression.paths == {"a/n", "a/t", "a/u"}
    assert expression.aged_paths == {"a/t"}


def test_kind_of_type() -> None:
    assert [kind_of_type(t) for t in ("", "bool", "string:8", "float32")] == [
        Kind.UNKNOWN,
        Kind.BOOLEAN,
        Kind.TEXT,
        Kind.NUMBER,
    ]


def test_cycles_and_order() -> None:
    assert find_cycle({"a": ["b"], "b": ["c"], "c": []}) is None
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ("b", "c", "b")
    assert find_cycle({"a": ["a"]}) == ("a", "a")
    order, cyclic = evaluation_order({"a": ["b"], "b": ["x"], "c": ["d"], "d": ["c"], "e": ["d"]})
    assert order == ["b", "a"]
    assert cyclic == {"c", "d", "e"}
    assert find_cycle({str(i): [str(i + 1)] for i in range(20_000)}) is None
