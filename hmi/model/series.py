"""Reducing a curve to what a screen can show, without losing a spike; pure numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Reduced:
    """Points to draw in time order; NaN in `value` breaks the line."""

    t: npt.NDArray[np.float64]
    value: npt.NDArray[np.float64]


def reduce_minmax(
    t: npt.NDArray[np.float64],
    value: npt.NDArray[np.float64],
    t_from: float,
    t_to: float,
    columns: int,
) -> Reduced:
    """First, minimum, maximum and last of each pixel column, in that order of time, and every break of the line.

    t: ascending times in any unit; value: NaN where there is no usable value. The point before `t_from` and the one
    after `t_to` are kept, so that the line reaches the edges. Few points are returned as they are.
    """
    if columns < 1 or not t_to > t_from:
        raise ValueError("a reduction needs at least one column and a range in time")
    start = max(int(np.searchsorted(t, t_from, "left")) - 1, 0)
    stop = min(int(np.searchsorted(t, t_to, "right")) + 1, len(t))
    t, value = t[start:stop], value[start:stop]
    if len(t) <= 4 * columns:
        return Reduced(t, value)
    column = np.clip(((t - t_from) * (columns / (t_to - t_from))).astype(np.int64), -1, columns)
    starts = np.flatnonzero(np.concatenate([[True], column[1:] != column[:-1]]))
    ends = np.append(starts[1:], len(t)) - 1
    group = np.repeat(np.arange(len(starts)), ends - starts + 1)
    missing = np.isnan(value)
    keep = np.zeros(len(t), np.bool_)
    keep[starts] = keep[ends] = True
    keep[_first_of(np.where(missing, np.inf, value), starts, group, np.minimum)] = True
    keep[_first_of(np.where(missing, -np.inf, value), starts, group, np.maximum)] = True
    # One NaN of each run is enough to break the line.
    keep |= missing & ~np.concatenate([[False], missing[:-1]])
    return Reduced(t[keep], value[keep])


def _first_of(
    value: npt.NDArray[np.float64], starts: npt.NDArray[np.intp], group: npt.NDArray[np.intp], best: np.ufunc
) -> npt.NDArray[np.intp]:
    """Index of the first entry of each group that equals the group's extreme."""
    hits = np.flatnonzero(value == best.reduceat(value, starts)[group])
    _, first = np.unique(group[hits], return_index=True)
    return hits[first]
