"""A mistake found in the configuration, before it has a file and a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Which key, what is wrong, what was expected; `settings` adds file, line and column.

    key: key or column relative to the thing checked (`port`, `address`). hint: what to try, e.g. the closest name.
    """

    key: str
    message: str
    expected: str
    hint: str = ""
    is_warning: bool = False
