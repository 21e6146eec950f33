"""History as a front end sees it: series by path, gaps with their cause."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hmi.base.errors import PlantError
from hmi.facade.data import Gap, HistoryAnswer, HistoryQuery, Series
from hmi.history.codec import TagSamples
from hmi.history.reading.reader import HistoryReader
from hmi.model.quality import is_usable
from hmi.model.samples import Scalar
from hmi.model.tags import TagDefinition

MAX_RAW_POINTS = 100_000


def answer(reader: HistoryReader, tags: Mapping[str, TagDefinition], query: HistoryQuery) -> HistoryAnswer:
    """Reads what the query asks; an unknown tag or mode raises PlantError. Slow: never on the window's thread."""
    wanted = [_tag(tags, path) for path in query.paths]
    gaps = [
        Gap(gap.scope, gap.from_us, gap.to_us, gap.cause, gap.detail)
        for gap in reader.gaps(query.from_us, query.to_us, query.paths)
    ]
    if query.mode == "raw":
        numbers = [tag.number for tag in wanted]
        found = reader.raw(numbers, query.from_us, query.to_us, min(query.points, MAX_RAW_POINTS), query.cursor)
        series = [_raw(tag, found.samples[tag.number]) for tag in wanted if tag.number in found.samples]
        return HistoryAnswer(series, gaps, found.next)
    if query.mode == "minmax":
        return HistoryAnswer([_minmax(reader, tag, query) for tag in wanted], gaps)
    if query.mode == "mean":
        return HistoryAnswer([_mean(reader, tag, query) for tag in wanted], gaps)
    if query.mode == "at":
        return HistoryAnswer([_at(reader, tag, query) for tag in wanted], gaps)
    raise PlantError(f"history mode '{query.mode}' is not known; expected raw, minmax, mean or at")


def _tag(tags: Mapping[str, TagDefinition], path: str) -> TagDefinition:
    tag = tags.get(path)
    if tag is None:
        raise PlantError(f"no tag {path}")
    return tag


def _raw(tag: TagDefinition, samples: TagSamples) -> Series:
    return Series(
        tag.path, tag.unit, "raw", samples.t_source_us.tolist(), scalars(tag, samples), samples.status.tolist()
    )


def scalars(tag: TagDefinition, samples: TagSamples) -> list[Scalar | None]:
    """Values as Python values of the tag's type; None where bad."""
    values: list[Scalar | None] = []
    for index, (value, status) in enumerate(zip(samples.value.tolist(), samples.status.tolist(), strict=True)):
        if not is_usable(status):
            values.append(None)
        else:
            values.append(typed(tag, samples.exact.get(index, value)))
    return values


def typed(tag: TagDefinition, value: Scalar | None) -> Scalar | None:
    """A stored float as what the tag's type says: a boolean or an integer where it is one."""
    if isinstance(value, float) and math.isfinite(value):
        if tag.type == "bool":
            return bool(value)
        is_scaled = tag.scaling.raw_low is not None or tag.scaling.scale % 1 or tag.scaling.offset % 1
        if tag.type.startswith(("int", "uint", "bcd", "mod")) and value.is_integer() and not is_scaled:
            return int(value)
    return value


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _minmax(reader: HistoryReader, tag: TagDefinition, query: HistoryQuery) -> Series:
    found = reader.minmax(tag.number, query.from_us, query.to_us, query.points)
    last = _floats(found.last)
    return Series(
        tag.path,
        tag.unit,
        "minmax",
        found.t_us.tolist(),
        list(last),
        found.status.tolist(),
        min=_floats(found.min),
        max=_floats(found.max),
        first=_floats(found.first),
        last=last,
    )


def _mean(reader: HistoryReader, tag: TagDefinition, query: HistoryQuery) -> Series:
    found = reader.mean(tag.number, query.from_us, query.to_us, query.points)
    mean = _floats(found.mean)
    return Series(
        tag.path,
        tag.unit,
        "mean",
        found.t_us.tolist(),
        list(mean),
        found.status.tolist(),
        mean=mean,
        good_fraction=found.good_fraction.tolist(),
    )


def _at(reader: HistoryReader, tag: TagDefinition, query: HistoryQuery) -> Series:
    sample = reader.at(tag.number, query.to_us)
    values: Sequence[Scalar | None] = [] if sample is None else [typed(tag, sample.value)]
    return Series(
        tag.path,
        tag.unit,
        "at",
        [] if sample is None else [sample.t_source_us],
        list(values),
        [] if sample is None else [sample.status],
    )
