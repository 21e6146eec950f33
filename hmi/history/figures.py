"""Minimum, maximum, first, last, sums and time-weighted sums of samples, combined over any buckets; pure.

A sample, a summary and a roll-up row are the same thing at different widths, so one `combine` serves sealing and
every zoom of a query. Sums weighted by time cover first to last sample of a row; `spread_holds` adds the time between
rows, where the last value holds until the next sample or the start of a gap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hmi.history.codec import TagSamples
from hmi.model.quality import bad_mask, good_mask

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 3_600_000_000
_HALF_SPANS: Final = 2**35
"""More minutes than lie on either side of 1970 in any time that is stored."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows in time order as parallel arrays; value fields are NaN where a row has no usable number.

    status_last holds the code of the last sample, status_worst the first of the worst severity.
    """

    n: IntArray
    n_usable: IntArray
    v_min: FloatArray
    v_max: FloatArray
    v_sum: FloatArray
    v_first: FloatArray
    v_last: FloatArray
    t_first_us: IntArray
    t_last_us: IntArray
    last_status: IntArray
    worst_status: IntArray
    area: FloatArray
    usable_s: FloatArray
    good_s: FloatArray

    def __len__(self) -> int:
        return len(self.n)

    @classmethod
    def of_samples(cls, samples: TagSamples) -> Figures:
        """One row a sample."""
        usable = ~bad_mask(samples.status) & ~np.isnan(samples.value)
        value = np.where(usable, samples.value, np.nan)
        zero = np.zeros(len(samples))
        status = samples.status.astype(np.int64)
        return cls(
            n=np.ones(len(samples), np.int64),
            n_usable=usable.astype(np.int64),
            v_min=value,
            v_max=value,
            v_sum=np.where(usable, samples.value, 0.0),
            v_first=value,
            v_last=value,
            t_first_us=samples.t_source_us,
            t_last_us=samples.t_source_us,
            last_status=status,
            worst_status=status,
            area=zero,
            usable_s=zero,
            good_s=zero,
        )

    @classmethod
    def of_rows(cls, rows: list[tuple[Any, ...]], names: Sequence[str] | None = None) -> Figures:
        """Rows of the database. names: what their columns are, the rest is 0; the fields in their order if not told."""
        columns = dict(zip(names or _DTYPES, zip(*rows, strict=True), strict=True)) if rows else {}
        return cls(
            *(
                np.array(columns[name], dtype) if name in columns else np.zeros(len(rows), dtype)
                for name, dtype in _DTYPES.items()
            )
        )

    @classmethod
    def join(cls, parts: list[Figures]) -> Figures:
        """All rows of several parts by time of their first sample."""
        if len(parts) == 1:
            return parts[0]
        joined = cls.concatenate(parts)
        first = joined.t_first_us
        if bool(np.all(first[1:] >= first[:-1])):
            return joined
        return joined.select(np.argsort(first, kind="stable"))

    @classmethod
    def concatenate(cls, parts: list[Figures]) -> Figures:
        """All rows of several parts, one part after the other."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))

    def select(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Figures:
        """The rows where a mask is true, or those at these positions."""
        return Figures(*(getattr(self, f.name)[which] for f in fields(self)))

    def rows(self) -> list[tuple[Any, ...]]:
        """Rows for the database: Python values, None for NaN."""
        return list(zip(*(_plain(getattr(self, f.name)) for f in fields(self)), strict=True))


_DTYPES: Final[dict[str, Any]] = {f.name: np.int64 if f.type == "IntArray" else np.float64 for f in fields(Figures)}


def _plain(column: npt.NDArray[Any]) -> list[int | float | None]:
    values: list[int | float | None] = column.tolist()
    if column.dtype == np.float64 and bool(np.isnan(column).any()):
        return [None if value != value else value for value in values]  # noqa: PLR0124 - NaN alone differs from itself
    return values


def combine(
    rows: Figures, bucket: IntArray, gap_starts: IntArray | None = None, *, weigh: bool = True
) -> tuple[IntArray, Figures]:
    """One row for each run of equal `bucket` numbers; returns these and the rows. Rows are in time order.

    weigh: False leaves out what is weighted by time (zeros), for half the work.
    """
    if not len(rows):
        return bucket, rows
    starts = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]]))
    ends = np.concatenate([starts[1:], [len(rows)]]) - 1
    if weigh:
        area, usable_s, good_s = _weighed(rows, starts, ends, gap_starts)
    else:
        area, usable_s, good_s = np.zeros((3, len(starts)))
    has = rows.n_usable > 0
    first = _first_true(has, starts, ends)
    last = _last_true(has, starts, ends)
    severity = np.minimum((rows.worst_status >> 30) & 3, 2)
    worst = np.maximum.reduceat(severity, starts)
    at_worst = severity == np.repeat(worst, ends - starts + 1)
    with np.errstate(invalid="ignore"):
        low = np.fmin.reduceat(rows.v_min, starts)
        high = np.fmax.reduceat(rows.v_max, starts)
    return bucket[starts], Figures(
        n=np.add.reduceat(rows.n, starts),
        n_usable=np.add.reduceat(rows.n_usable, starts),
        v_min=low,
        v_max=high,
        v_sum=_sums(rows.v_sum, starts),
        v_first=np.where(first >= 0, rows.v_first[first], np.nan),
        v_last=np.where(last >= 0, rows.v_last[last], np.nan),
        t_first_us=rows.t_first_us[starts],
        t_last_us=np.maximum.reduceat(rows.t_last_us, starts),
        last_status=rows.last_status[ends],
        worst_status=rows.worst_status[_first_true(at_worst, starts, ends)],
        area=area,
        usable_s=usable_s,
        good_s=good_s,
    )


def spans_of(samples: TagSamples, edges: IntArray) -> Figures:
    """One row for each span between two edges that has samples, without what is weighted by time (zeros).

    Gives what `combine` gives, for a fraction of the work where every sample is a good number.
    """
    t, value = samples.t_source_us, samples.value
    inside = edges[slice(*edges.searchsorted((t[0], t[-1]), "right"))]
    cuts = np.concatenate(([0], t.searchsorted(inside), [len(t)]))
    lengths = cuts[1:] - cuts[:-1]
    starts, lengths = cuts[:-1][lengths > 0], lengths[lengths > 0]
    if samples.status.any() or np.isnan(value).any():
        return combine(Figures.of_samples(samples), np.repeat(np.arange(len(starts)), lengths), weigh=False)[1]
    ends = starts + lengths - 1
    zeros, good = np.zeros(len(starts)), np.zeros(len(starts), np.int64)
    return Figures(
        n=lengths,
        n_usable=lengths,
        v_min=np.minimum.reduceat(value, starts),
        v_max=np.maximum.reduceat(value, starts),
        v_sum=_sums(value, starts),
        v_first=value[starts],
        v_last=value[ends],
        t_first_us=t[starts],
        t_last_us=t[ends],
        last_status=good,
        worst_status=good,
        area=zeros,
        usable_s=zeros,
        good_s=zeros,
    )


def _weighed(
    rows: Figures, starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp], gap_starts: IntArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    hold_s = _hold_us(rows, gap_starts) / 1e6
    hold_s[ends] = 0.0
    area_s, usable_s, good_s = _weights(rows, hold_s)
    return (
        _sums(rows.area + area_s, starts),
        np.add.reduceat(rows.usable_s + usable_s, starts),
        np.add.reduceat(rows.good_s + good_s, starts),
    )


def rebucket(
    tag: IntArray, rows: Figures, width_us: int, gap_starts: IntArray | None = None
) -> tuple[IntArray, Figures]:
    """One row for each tag and occupied span of `width_us` since 1970; returns the tags and the rows.

    tag: whose each row is; the rows of a tag stand together, in time order.
    """
    bucket, combined = combine(rows, span_key(tag, rows.t_first_us, width_us), gap_starts)
    return (bucket + _HALF_SPANS) // (2 * _HALF_SPANS), combined


def span_key(tag: IntArray, t_us: IntArray, width_us: int) -> IntArray:
    """One number for each tag and span of `width_us`, in that order."""
    return tag * (2 * _HALF_SPANS) + t_us // width_us


@dataclass(frozen=True, slots=True)
class Spread:
    """Time-weighted sums per bucket."""

    area: FloatArray
    usable_s: FloatArray
    good_s: FloatArray


def spread_holds(rows: Figures, edges: IntArray, gap_starts: IntArray, until_us: int) -> Spread:
    """What the time between the rows (and after the last, up to `until_us`) adds to the buckets between `edges`."""
    count = len(edges) - 1
    if not len(rows):
        return Spread(np.zeros(count), np.zeros(count), np.zeros(count))
    start = rows.t_last_us
    end = start + _hold_us(rows, gap_starts)
    last_end = max(int(start[-1]), until_us)
    following = gap_starts[np.searchsorted(gap_starts, start[-1], "left") :]
    end[-1] = min(last_end, int(following[0])) if len(following) else last_end
    cuts = np.unique(np.concatenate([start, end, edges]))
    cuts = cuts[(cuts >= edges[0]) & (cuts <= edges[-1])]
    if len(cuts) < 2:
        return Spread(np.zeros(count), np.zeros(count), np.zeros(count))
    left, length_s = cuts[:-1], np.diff(cuts) / 1e6
    holder = np.searchsorted(start, left, "right") - 1
    held = (holder >= 0) & (left < end[np.maximum(holder, 0)])
    holder, length_s, left = holder[held], length_s[held], left[held]
    bucket = np.searchsorted(edges, left, "right") - 1
    weights = _weights(rows, np.ones(len(rows)))
    sums = [np.bincount(bucket, weight[holder] * length_s, count).astype(np.float64) for weight in weights]
    return Spread(*sums)


def _hold_us(rows: Figures, gap_starts: IntArray | None) -> IntArray:
    """How long each row's last value holds: to the next row or the next gap; 0 for the last row."""
    following = np.append(rows.t_first_us[1:], rows.t_last_us[-1])
    hold = np.maximum(following - rows.t_last_us, 0)
    if gap_starts is None or not len(gap_starts):
        return hold
    index = np.searchsorted(gap_starts, rows.t_last_us, "left")
    gap = np.where(index < len(gap_starts), gap_starts[np.minimum(index, len(gap_starts) - 1)], np.iinfo(np.int64).max)
    return np.minimum(hold, np.maximum(gap - rows.t_last_us, 0))


def _weights(rows: Figures, hold_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    status = (rows.last_status & 0xFFFFFFFF).astype(np.uint32)
    usable = ~bad_mask(status) & ~np.isnan(rows.v_last)
    value = np.where(usable & (hold_s > 0), rows.v_last, 0.0)
    return value * hold_s, np.where(usable, hold_s, 0.0), np.where(usable & good_mask(status), hold_s, 0.0)


def _sums(values: FloatArray, starts: npt.NDArray[np.intp]) -> FloatArray:
    with np.errstate(invalid="ignore", over="ignore"):  # infinity is a value a device may send
        return np.add.reduceat(values, starts)


def _first_true(mask: npt.NDArray[np.bool_], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> Any:
    """Index of the first true entry of each group, -1 where there is none."""
    index = np.where(mask, np.arange(len(mask)), len(mask))
    first = np.minimum.reduceat(index, starts)
    return np.where(first <= ends, first, -1)


def _last_true(mask: npt.NDArray[np.bool_], starts: npt.NDArray[np.intp], ends: npt.NDArray[np.intp]) -> Any:
    return np.maximum.reduceat(np.where(mask, np.arange(len(mask)), -1), starts)
