"""From text to a formula that can be evaluated: recursive descent with columns in every error."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from typing import Final, TypeAlias

from hmi.expressions import nodes
from hmi.expressions.errors import ExpressionError
from hmi.expressions.expression import Expression
from hmi.expressions.tokens import KEYWORDS, Token, tokenize

MAX_DEPTH: Final = 40
"""Deepest nesting of parentheses, functions and signs."""

FUNCTIONS: Final = ("min", "max", "abs", "round", "if", "bit", "good", "age_s")
_LARGEST_DIGITS: Final = 15
_PartParser: TypeAlias = Callable[[], nodes.Node]


def compile_expression(text: str) -> Expression:
    """A formula ready to evaluate; raises ExpressionError with the column in plain words."""
    parser = _Parser(tokenize(text))
    root = parser.whole()
    return Expression(text, root)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> nodes.Node:
        if self._token.kind == "end":
            raise ExpressionError("the formula is empty", 1, "e.g. {line1/filler/speed} > 100")
        root = self._or()
        token = self._token
        if token.kind != "end":
            raise ExpressionError(f"'{_shown(token)}' does not fit here", token.column, "an operator or the end")
        return root

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, *texts: str) -> bool:
        return self._token.kind in ("operator", "word") and self._token.text in texts

    def _expect(self, text: str, what: str) -> None:
        if not self._is(text):
            token = self._token
            found = "the formula ends" if token.kind == "end" else f"'{_shown(token)}' does not fit here"
            raise ExpressionError(found, token.column, what)
        self._next()

    def _deeper(self, column: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("the formula is nested too deep", column, f"at most {MAX_DEPTH} levels")

    def _or(self) -> nodes.Node:
        return self._logic("or", self._and)

    def _and(self) -> nodes.Node:
        return self._logic("and", self._not)

    def _logic(self, word: str, part: _PartParser) -> nodes.Node:
        column = self._token.column
        parts = [part()]
        while self._is(word):
            self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else nodes.Logic(word, tuple(parts), column)

    def _not(self) -> nodes.Node:
        if self._is("not"):
            column = self._next().column
            self._deeper(column)
            inner = self._not()
            self._depth -= 1
            return nodes.Not(inner, column)
        return self._comparison()

    def _comparison(self) -> nodes.Node:
        left = self._sum()
        if not self._is(*nodes.COMPARISON):
            return left
        sign = self._next()
        right = self._sum()
        if self._is(*nodes.COMPARISON):
            raise ExpressionError("comparisons cannot be chained", self._token.column, "'and' between two comparisons")
        return nodes.Comparison(sign.text, left, right, sign.column)

    def _sum(self) -> nodes.Node:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> nodes.Node:
        return self._chain(("*", "/", "%"), self._signed)

    def _chain(self, signs: tuple[str, ...], part: _PartParser) -> nodes.Node:
        column = self._token.column
        first = part()
        rest: list[tuple[str, nodes.Node]] = []
        while self._is(*signs):
            sign = self._next().text
            rest.append((sign, part()))
        return nodes.Chain(first, tuple(rest), column) if rest else first

    def _signed(self) -> nodes.Node:
        if self._is("-", "+"):
            sign = self._next()
            self._deeper(sign.column)
            inner = self._signed()
            self._depth -= 1
            return nodes.Negative(inner, sign.column) if sign.text == "-" else inner
        return self._primary()

    def _primary(self) -> nodes.Node:
        token = self._next()
        if token.kind == "number":
            return nodes.Constant(_number(token), token.column)
        if token.kind == "path":
            return nodes.TagValue(token.text, token.column)
        if token.kind == "word":
            return self._word(token)
        if token.kind == "operator" and token.text == "(":
            self._deeper(token.column)
            inner = self._or()
            self._expect(")", "')' or an operator")
            self._depth -= 1
            return inner
        found = "the formula ends" if token.kind == "end" else f"'{_shown(token)}' does not fit here"
        raise ExpressionError(found, token.column, "a number, a tag path in braces, a function or '('")

    def _word(self, token: Token) -> nodes.Node:
        word = token.text
        if word in ("true", "false"):
            return nodes.Constant(word == "true", token.column)
        if word in KEYWORDS:
            raise ExpressionError(f"'{word}' does not fit here", token.column, "a value")
        if word not in FUNCTIONS:
            close = difflib.get_close_matches(word.lower(), (*FUNCTIONS, *KEYWORDS), 1)
            expected = f"'{close[0]}'" if close else "a function (" + ", ".join(FUNCTIONS) + ") or a tag path in braces"
            raise ExpressionError(f"'{word}' is not known", token.column, expected)
        self._expect("(", f"'(' after {word}")
        self._deeper(token.column)
        arguments = [self._or()]
        while self._is(","):
            self._next()
            arguments.append(self._or())
        self._expect(")", "',' or ')'")
        self._depth -= 1
        return _function(word, arguments, token.column)


def _function(word: str, arguments: list[nodes.Node], column: int) -> nodes.Node:
    fewest, most = _ARGUMENTS[word]
    if not fewest <= len(arguments) <= most:
        raise ExpressionError(
            f"{word}() has {len(arguments)} argument{'s' if len(arguments) > 1 else ''}",
            column,
            _argument_words(fewest, most),
        )
    if word == "if":
        return nodes.Choice(arguments[0], arguments[1], arguments[2], column)
    if word == "good":
        return nodes.IsGood(arguments[0], column)
    if word == "age_s":
        tag = arguments[0]
        if not isinstance(tag, nodes.TagValue):
            raise ExpressionError("age_s() needs a tag", tag.column, "a tag path in braces")
        return nodes.Age(tag, column)
    if word == "bit":
        _need_whole(arguments[1], "the bit of bit()", nodes.LARGEST_BIT)
    if word == "round" and len(arguments) > 1:
        _need_whole(arguments[1], "the digits of round()", _LARGEST_DIGITS)
    return nodes.NumberFunction(word, tuple(arguments), column)


def _need_whole(node: nodes.Node, what: str, largest: int) -> None:
    value = node.value if isinstance(node, nodes.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int) or value > largest:
        raise ExpressionError(f"{what} is not a whole number", node.column, f"0 to {largest}, written as a number")


def _argument_words(fewest: int, most: int) -> str:
    if fewest == most:
        return "1 argument" if fewest == 1 else f"{fewest} arguments"
    return f"{fewest} to {most} arguments"


def _number(token: Token) -> int | float:
    value = float(token.text)
    if not math.isfinite(value):
        raise ExpressionError("the number is too large", token.column, "a number below 1.8e308")
    return int(token.text) if token.text.isdigit() else value


def _shown(token: Token) -> str:
    return f"{{{token.text}}}" if token.kind == "path" else token.text


_ARGUMENTS: Final = {
    **{name: entry[:2] for name, entry in nodes.NUMBER_FUNCTIONS.items()},
    "if": (3, 3),
    "good": (1, 1),
    "age_s": (1, 1),
}
