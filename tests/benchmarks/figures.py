"""What a benchmark tells: ratios to a reference run in the same minute; absolute numbers drift with the host."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured ratio. goal None = told without a verdict; at_least: more is better."""

    name: str
    ratio: float
    reference: str
    goal: float | None = None
    at_least: bool = True
    detail: str = ""

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        met = self.ratio >= self.goal if self.at_least else self.ratio <= self.goal
        return "met" if met else "MISSED"

    @property
    def goal_text(self) -> str:
        return "" if self.goal is None else f"{'>=' if self.at_least else '<='} {self.goal:g} x"

    def as_json(self) -> str:
        """One line for machines."""
        return json.dumps(
            {
                "name": self.name,
                "ratio": self.ratio,
                "reference": self.reference,
                "goal": self.goal,
                "at_least": self.at_least,
                "met": None if self.goal is None else self.verdict == "met",
                "detail": self.detail,
            }
        )


def table(figures: Iterable[Figure]) -> str:
    """The figures for people."""
    rows = [("figure", "ratio", "goal", "", "against")]
    rows += [(f.name, f"{f.ratio:.3g} x", f.goal_text, f.verdict, f.reference) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
