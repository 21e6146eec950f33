"""Reads a driver's options one by one, collecting every mistake instead of stopping at the first."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from hmi.model.problems import Problem
from hmi.model.timestamps import parse_duration

_YES = {"yes": True, "true": True, "no": False, "false": False}


class OptionReader:
    """Takes known keys out of the options; what is left at the end is unknown."""

    def __init__(self, options: Mapping[str, object]) -> None:
        self._left = dict(options)
        self._known: list[str] = []
        self._read: dict[str, object] = {}
        self._problems: list[Problem] = []

    def text(
        self,
        key: str,
        default: str = "",
        *,
        required: bool = False,
        expected: str = "a text",
        choices: Sequence[str] = (),
    ) -> str:
        """A text option, `default` if absent or wrong."""
        value = self._take(key)
        if value is None:
            if required:
                self.problem(key, f"'{key}' is missing", expected)
            value = default
        elif not isinstance(value, str) or (choices and value not in choices):
            hint = difflib.get_close_matches(str(value), choices, 1)
            self.problem(key, f"'{value}' is not allowed here", ", ".join(choices) or expected, hint[0] if hint else "")
            value = default
        self._read[key] = value
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within limits."""
        value = self._take(key)
        if value is None:
            value = default
        elif isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            expected = f"a whole number from {least} to {most}" if least < most else f"{least}; more is not built yet"
            self.problem(key, f"{value!r} is not allowed here", expected)
            value = default
        self._read[key] = value
        return value

    def number(self, key: str, default: float, more_than: float = 0.0) -> float:
        """A number above a limit."""
        value = self._take(key)
        if value is None:
            value = default
        elif isinstance(value, bool) or not isinstance(value, (int, float)) or not value > more_than:
            self.problem(key, f"{value!r} is not allowed here", f"a number above {more_than:g}")
            value = default
        self._read[key] = float(value)
        return float(value)

    def flag(self, key: str, default: bool) -> bool:
        """A yes/no option."""
        value = self._take(key)
        if isinstance(value, str):
            value = _YES.get(value.lower(), value)
        if value is None:
            value = default
        elif not isinstance(value, bool):
            self.problem(key, f"{value!r} is not allowed here", "yes or no")
            value = default
        self._read[key] = value
        return value

    def duration(self, key: str, default_us: int, least_us: int = 0) -> int:
        """A duration such as `500 ms`, stored in microseconds under `KEY_us`; microseconds are accepted there too."""
        value = self._take(key)
        ready = self._take(f"{key}_us")
        result = default_us
        if isinstance(value, str):
            try:
                result = parse_duration(value)
            except ValueError as fault:
                self.problem(key, str(fault), "a number with a unit, e.g. 500 ms")
        elif value is not None:
            self.problem(key, f"{value!r} has no unit", "a number with a unit, e.g. 500 ms")
        elif isinstance(ready, int):
            result = ready
        if result < least_us:
            self.problem(key, f"'{value}' is too short", f"at least {least_us // 1000} ms")
            result = default_us
        self._read[f"{key}_us"] = result
        return result

    def problem(self, key: str, message: str, expected: str, hint: str = "", *, is_warning: bool = False) -> None:
        """Adds a mistake found by the caller."""
        self._problems.append(Problem(key, message, expected, hint, is_warning))

    def finish(self) -> tuple[dict[str, object], list[Problem]]:
        """Options with defaults filled in, and every mistake, unknown keys included."""
        for key in self._left:
            close = difflib.get_close_matches(key, self._known, 1)
            self.problem(
                key,
                f"'{key}' is not an option of this driver",
                ", ".join(self._known),
                f"did you mean '{close[0]}'?" if close else "",
            )
        return self._read, self._problems

    def _take(self, key: str) -> object:
        if not key.endswith("_us"):
            self._known.append(key)
        return self._left.pop(key, None)
