"""Words of the formula language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hmi.expressions.errors import ExpressionError

MAX_LENGTH: Final = 4000
"""Longest formula in characters."""

KEYWORDS: Final = frozenset({"and", "or", "not", "true", "false"})
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | \{(?P<path>[^{}]*)\}
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<operator>==|!=|<=|>=|[-+*/%<>(),])
    )""",
    re.VERBOSE | re.ASCII,
)
_PATH = re.compile(r"[A-Za-z0-9_.\-]+(?:/[A-Za-z0-9_.\-]+){1,7}")
_CONFUSED: Final = {"=": "'=='", "!": "'not'", "&": "'and'", "|": "'or'", "^": "a product; there is no power"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: kind `number path word operator end`, its text and its column from 1."""

    kind: str
    text: str
    column: int


def tokenize(text: str) -> list[Token]:
    """All words of a formula and an `end`; raises ExpressionError at the first character that is none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("the formula is too long", MAX_LENGTH + 1, f"at most {MAX_LENGTH} characters")
    tokens: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _stray(text, at)
        kind = match.lastgroup or ""
        word = match.group(kind)
        column = match.start(kind) + 1
        if kind == "path":
            word = word.strip()
            column -= 1  # the brace
            if not _PATH.fullmatch(word):
                raise ExpressionError(f"'{{{word}}}' is not a tag path", column, "e.g. {line1/filler/speed}")
        tokens.append(Token(kind, word, column))
        at = match.end()
        if kind == "number" and at < end and (text[at].isalnum() or text[at] in "._"):
            raise ExpressionError(f"'{word}{text[at]}' is not a number", column, "e.g. 12.5 (units are not written)")
    tokens.append(Token("end", "", end + 1))
    return tokens


def _stray(text: str, at: int) -> ExpressionError:
    while text[at].isspace():
        at += 1
    character = text[at]
    if character == "{":
        return ExpressionError("the brace is not closed", at + 1, "a tag path in braces, e.g. {line1/filler/speed}")
    expected = _CONFUSED.get(character, "a number, a tag path in braces, a function or an operator")
    return ExpressionError(f"'{character}' is not known", at + 1, expected)
