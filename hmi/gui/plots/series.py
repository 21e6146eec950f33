"""History answers and live values as points of a pen."""

from __future__ import annotations

import numpy as np

from hmi.facade.data import Gap, Series
from hmi.gui.plots.structs import GapSpan, PenState
from hmi.gui.widgets.structs import FloatArray, TimeArray
from hmi.model.quality import is_bad


def points(series: Series) -> tuple[TimeArray, FloatArray]:
    """Times and values to draw: raw rows as they are, min/max buckets as first, min, max, last; bad ones are NaN."""
    t = np.asarray(series.t_us, np.int64)
    if series.mode == "minmax" and series.min:
        return _buckets(series, t)
    source = series.mean if series.mode == "mean" and series.mean else series.value
    value = np.array([_number(item) for item in source], np.float64)
    bad = np.array([is_bad(status) for status in series.status], np.bool_)
    if len(bad) == len(value):
        value[bad] = np.nan
    return t, value


def _buckets(series: Series, t: TimeArray) -> tuple[TimeArray, FloatArray]:
    columns = [np.array([_number(item) for item in part], np.float64)
               for part in (series.first, series.min, series.max, series.last)]  # fmt: skip
    if any(len(column) != len(t) for column in columns):
        return t, columns[1] if len(columns[1]) == len(t) else np.full(len(t), np.nan)
    first, low, high, last = columns
    rising = np.nan_to_num(first) <= np.nan_to_num(last)
    value = np.column_stack((first, np.where(rising, low, high), np.where(rising, high, low), last)).reshape(-1)
    flat = low == high
    times = np.repeat(t, 4)
    keep = np.ones(len(times), np.bool_)
    keep.reshape(-1, 4)[flat, 1:] = False
    return times[keep], value[keep]


def _number(item: object) -> float:
    return float(item) if isinstance(item, int | float) else np.nan


def gap_spans(gaps: list[Gap], path: str, name: str = "") -> tuple[GapSpan, ...]:
    """The gaps of one tag with their cause in words; name is put before the cause when several pens share a pane."""
    found = []
    for gap in gaps:
        if gap.path == path:
            words = gap.detail or gap.cause.replace("_", " ")
            found.append(GapSpan(gap.from_us, gap.to_us, f"{name}: {words}" if name else words))
    return tuple(found)


def value_at(pen: PenState, t_us: int) -> float | None:
    """The value a pen shows at a moment: the sample at or before it, joined lines interpolated; None in a gap."""
    if len(pen.t_us) == 0 or t_us < pen.t_us[0] or t_us > pen.t_us[-1]:
        return None
    right = int(np.searchsorted(pen.t_us, t_us, side="right"))
    left = right - 1
    before = float(pen.value[left])
    if np.isnan(before):
        return None
    if pen.stepped or right >= len(pen.t_us) or pen.t_us[left] == t_us:
        return before
    after = float(pen.value[right])
    if np.isnan(after):
        return None
    share = (t_us - int(pen.t_us[left])) / (int(pen.t_us[right]) - int(pen.t_us[left]))
    return before + share * (after - before)


def append(
    t_us: TimeArray, value: FloatArray, new_t_us: TimeArray, new_value: FloatArray, keep_from_us: int
) -> tuple[TimeArray, FloatArray]:
    """Live points added at the end, older and repeated ones dropped, everything before `keep_from_us` forgotten."""
    if len(t_us):
        fresh = new_t_us > t_us[-1]
        new_t_us, new_value = new_t_us[fresh], new_value[fresh]
    joined_t, joined_v = np.concatenate((t_us, new_t_us)), np.concatenate((value, new_value))
    start = max(0, int(np.searchsorted(joined_t, keep_from_us)) - 1)
    return joined_t[start:], joined_v[start:]
