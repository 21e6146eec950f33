"""Round numbers for value axes."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from hmi.gui.plots.structs import PenState
from hmi.gui.widgets.painting.bars import nice_step


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round values between low and high, at most about `most`."""
    if not high > low:
        return [low]
    step = nice_step(high - low, max(1, most))
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def decimals_of(step_values: list[float]) -> int:
    """Decimals that tell neighbouring ticks apart."""
    if len(step_values) < 2:
        return 0
    step = step_values[1] - step_values[0]
    return max(0, min(6, -math.floor(math.log10(step) + 1e-9))) if step > 0 else 0


def fit(
    pens: Iterable[PenState], low: float | None = None, high: float | None = None, extra: Iterable[float] = ()
) -> tuple[float, float]:
    """A scale for pens: the tags' own range where configured, else the values seen, rounded outward."""
    if low is not None and high is not None and high > low:
        return low, high
    least, most = math.inf, -math.inf
    for pen in pens:
        known = pen.value[~np.isnan(pen.value)]
        if len(known):
            least, most = min(least, float(known.min())), max(most, float(known.max()))
    for value in extra:
        least, most = min(least, value), max(most, value)
    if least > most:
        return (low if low is not None else 0.0), (high if high is not None else (low or 0.0) + 1.0)
    if most - least < 1e-9:
        least, most = least - max(0.5, abs(least) * 0.05), most + max(0.5, abs(most) * 0.05)
    step = nice_step(most - least, 5)
    least = math.floor(least / step) * step if low is None else low
    most = math.ceil(most / step) * step if high is None else high
    return least, most if most > least else least + step
