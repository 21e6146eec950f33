"""Reducing a long curve to a screen's columns against the bare minimum and maximum of each column."""

from __future__ import annotations

import time

import numpy as np

from hmi.model.series import reduce_minmax
from tests.benchmarks.figures import Figure, table

POINTS, COLUMNS = 1_000_000, 1_500


def figures() -> list[Figure]:
    """Time of the reduction a trend does before each full redraw."""
    rng = np.random.default_rng(1)
    t, value = np.arange(POINTS, dtype=np.float64), np.cumsum(rng.normal(size=POINTS))

    def ours() -> None:
        reduce_minmax(t, value, 0.0, float(POINTS), COLUMNS)

    def plain() -> None:
        starts = np.searchsorted(t, np.linspace(0.0, POINTS, COLUMNS, endpoint=False))
        np.fmin.reduceat(value, starts)
        np.fmax.reduceat(value, starts)

    ratio = min(_timed(ours) for _ in range(5)) / min(_timed(plain) for _ in range(5))
    detail = f"{POINTS} points to {COLUMNS} columns, spikes and gaps kept"
    return [Figure("reducing a trend to its pixels", ratio, "min and max of each column, gaps ignored", detail=detail)]


def _timed(work: object) -> float:
    assert callable(work)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(table(figures()))
