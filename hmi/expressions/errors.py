"""A formula that cannot be understood, told in plain words with the place."""

from __future__ import annotations

from hmi.base.errors import PlantError


class ExpressionError(PlantError):
    """The formula is wrong at `column` (from 1); `reason` says what, `expected` what would be right."""

    def __init__(self, reason: str, column: int, expected: str = "") -> None:
        text = f"{reason} at column {column}"
        super().__init__(f"{text}; expected {expected}" if expected else text)
        self.reason = reason
        self.column = column
        self.expected = expected
