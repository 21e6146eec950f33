"""Formulas of any shape: the same answer as Python's own arithmetic, never an exception, never a better quality."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hmi.expressions import ExpressionError, Operand, compile_expression, evaluation_order, find_cycle
from hmi.model.quality import BAD_TIMEOUT, GOOD, UNCERTAIN_SUB_NORMAL, severity

numbers = st.integers(-50, 50).map(lambda n: f"({n})")
arithmetic = st.recursive(
    numbers, lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=12,
)  # fmt: skip
words = st.sampled_from(
    ["{a/b}", "{a/c}", "1", "2.5", "+", "-", "*", "/", "%", "==", "<", ">=", "and", "or", "not", "(", ")", ",", "min",
     "max", "abs", "round", "if", "bit", "good", "age_s", "true", "false", "{", "}", "=", " "]
)  # fmt: skip
operands = st.builds(
    Operand,
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    st.sampled_from([GOOD, UNCERTAIN_SUB_NORMAL, BAD_TIMEOUT]),
    st.one_of(st.none(), st.floats(0, 1e6)),
)


@given(arithmetic)
def test_arithmetic_is_that_of_integers(text: str) -> None:
    assert compile_expression(text).evaluate({}.__getitem__).value == eval(text)


@given(st.one_of(st.text(max_size=60), st.lists(words, max_size=25).map(" ".join)))
def test_any_text_compiles_or_is_refused_with_a_column(text: str) -> None:
    try:
        compile_expression(text)
    except ExpressionError as error:
        assert 1 <= error.column <= len(text) + 1


@given(st.lists(words, max_size=15).map(" ".join), operands, operands)
def test_evaluation_never_raises_and_value_is_none_exactly_when_bad(text: str, one: Operand, other: Operand) -> None:
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return
    result = expression.evaluate({"a/b": one, "a/c": other}.__getitem__)
    assert (result.value is None) == (severity(result.status) == 2)
    if "good" not in text and "if" not in text and "age_s" not in text and result.value is not None:
        used = [operand for path, operand in (("a/b", one), ("a/c", other)) if path in expression.paths]
        assert severity(result.status) >= max((severity(operand.status) for operand in used), default=0)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=4)))
def test_order_and_cycle_agree(needs: dict[str, list[str]]) -> None:
    order, cyclic = evaluation_order(needs)
    assert sorted([*order, *cyclic]) == sorted(needs)
    assert bool(cyclic) == (find_cycle(needs) is not None)
    for index, name in enumerate(order):
        assert all(other not in needs or other in order[:index] for other in needs[name])
