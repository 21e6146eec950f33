"""Mistakes in a configuration with their place, and the error that carries all of them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from hmi.base.errors import PlantError

_LONGEST_VALUE = 80
_MOST_HINTS = 25
_MANY = 2000


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """One mistake: where it stands, what is wrong, what was expected (`contract.md` 6 `check`).

    line, column: from 1; in tables `column` counts cells. key: dotted path or column name. severity: `error` or
    `warning`. code: one word for programs. value: what stands there, empty for secrets and missing keys.
    """

    file: str
    line: int
    column: int
    key: str
    severity: str
    code: str
    value: str
    message: str
    expected: str
    hint: str = ""

    @property
    def is_error(self) -> bool:
        """True if the station cannot run with it."""
        return self.severity == "error"

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.key}: {self.severity}: {self.message}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.hint:
            text += f" ({self.hint})"
        return text


class ConfigurationError(PlantError):
    """The configuration has errors; the text lists every problem as `check` prints it."""

    def __init__(self, problems: Iterable[LocatedProblem]) -> None:
        self.problems: tuple[LocatedProblem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ProblemList:
    """Collects problems of all files; every one is kept once."""

    def __init__(self) -> None:
        self._problems: dict[LocatedProblem, None] = {}
        self._hints = 0

    def hint(self, word: str, known: Iterable[str]) -> str:
        """`did you mean 'x'?` for the first few unknown names; looking further would take minutes."""
        self._hints += 1
        return did_you_mean(word, sorted(known)) if self._hints <= _MOST_HINTS else ""

    def add(self, problem: LocatedProblem) -> None:
        """Keeps a problem."""
        self._problems[problem] = None

    @property
    def has_errors(self) -> bool:
        """True if any of them is an error."""
        return any(problem.is_error for problem in self._problems)

    def in_order(self) -> list[LocatedProblem]:
        """All problems by file in the order an engineer writes them, then by line and column."""
        order = {"station.yaml": 0, "plant.yaml": 1, "tags.csv": 2, "alarms.csv": 3}
        return sorted(self._problems, key=lambda p: (order.get(p.file, 9), p.file, p.line, p.column))


_CREDENTIALS = re.compile(r"(://)[^/@\s]+@")


def without_credentials(text: str) -> str:
    """The text with user and password taken out of web addresses."""
    return _CREDENTIALS.sub(r"\1…@", text)


def shown(value: object) -> str:
    """A value as it stands in a problem: one line, not endless."""
    text = value if isinstance(value, str) else str(value)
    text = without_credentials(text)
    text = "".join(character if character.isprintable() else "?" for character in text)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like `word`, without regard to case; empty if none is near."""
    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    if len(by_lower) > _MANY:
        by_lower = {low: name for low, name in by_lower.items() if abs(len(low) - len(word)) <= 2}
    near = difflib.get_close_matches(word.lower()[:100], by_lower, 1, 0.6)
    return by_lower[near[0]] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` or empty."""
    name = closest(word, known)
    return f"did you mean '{name}'?" if name else ""
