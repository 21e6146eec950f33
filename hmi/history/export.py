"""History as CSV: stored samples, aggregates, gaps (`contract.md` 9)."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

import numpy as np

from hmi.base.errors import UsageError
from hmi.history.codec import TagSamples
from hmi.history.figures import IntArray
from hmi.history.reading.reader import HistoryReader
from hmi.history.results import StoredTag
from hmi.model.numbers import format_float, format_value
from hmi.model.quality import bad_mask, status_name
from hmi.model.samples import EXACT_INTEGER
from hmi.model.timestamps import iso

AGGREGATES: Final = ("mean", "min", "max", "first", "last", "count")
_SAMPLE_HEADER: Final = ("tag", "t_source", "t_server", "t_receive", "value", "status_hex", "status_name")
_AGGREGATE_HEADER: Final = ("tag", "t", "value", "count", "good_fraction")
_GAP_HEADER: Final = ("tag", "t_from", "t_to", "cause", "detail")
_SPANS_A_CALL: Final = 20_000


def write_samples(reader: HistoryReader, tags: Sequence[StoredTag], from_us: int, to_us: int, out: TextIO) -> int:
    """One row a stored sample, by tag path, time, arrival; returns the number of rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_SAMPLE_HEADER)
    count = 0
    for tag in sorted(tags, key=lambda t: t.path):
        for samples in reader.iterate(tag.number, from_us, to_us):
            writer.writerows(_sample_rows(tag, samples))
            count += len(samples)
    return count


def write_aggregates(
    reader: HistoryReader,
    tags: Sequence[StoredTag],
    from_us: int,
    to_us: int,
    every_us: int,
    aggregate: str,
    out: TextIO,
) -> int:
    """One row for each span of `every_us` that holds something, the last one cut at `to_us`; returns the number."""
    if aggregate not in AGGREGATES:
        raise UsageError(f"'{aggregate}' is not an aggregate; expected one of {', '.join(AGGREGATES)}")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_AGGREGATE_HEADER)
    count = 0
    for tag in sorted(tags, key=lambda t: t.path):
        for start, stop, spans in _calls(from_us, to_us, every_us):
            rows = list(_aggregate_rows(reader, tag, start, stop, spans, aggregate))
            writer.writerows(rows)
            count += len(rows)
    return count


def write_gaps(reader: HistoryReader, tags: Sequence[StoredTag], from_us: int, to_us: int, out: TextIO) -> int:
    """One row a tag and gap; a gap that still lasts has an empty end. Returns the number of rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_GAP_HEADER)
    found = reader.gaps(from_us, to_us, [tag.path for tag in sorted(tags, key=lambda t: t.path)])
    for gap in found:
        end = "" if gap.to_us is None else iso(gap.to_us)
        writer.writerow((gap.scope, iso(gap.from_us), end, gap.cause, gap.detail))
    return len(found)


def _sample_rows(tag: StoredTag, samples: TagSamples) -> Iterable[tuple[str, ...]]:
    source, receive = _iso_all(samples.t_source_us), _iso_all(samples.t_receive_us)
    server = [""] * len(samples)
    if samples.t_server_us is not None:
        present = samples.t_server_us != 0
        server = [text if there else "" for text, there in zip(_iso_all(samples.t_server_us), present, strict=True)]
    codes = {code: (f"0x{code:08X}", status_name(code)) for code in np.unique(samples.status).tolist()}
    values = _value_texts(tag.type, samples)
    for index, status in enumerate(samples.status.tolist()):
        yield (tag.path, source[index], server[index], receive[index], values[index], *codes[status])


def _value_texts(value_type: str, samples: TagSamples) -> list[str]:
    bad = bad_mask(samples.status).tolist()
    return [
        ""
        if bad[index]
        else format_value(samples.exact[index], value_type)
        if index in samples.exact
        else format_value(value, value_type)
        for index, value in enumerate(samples.value.tolist())
    ]


def _iso_all(t_us: IntArray) -> list[str]:
    texts = np.datetime_as_string(t_us.astype("datetime64[us]"), unit="us")
    return [f"{text}Z" for text in texts.tolist()]


def _calls(from_us: int, to_us: int, every_us: int) -> Iterable[tuple[int, int, int]]:
    start = from_us
    while start < to_us:
        spans = min((to_us - start) // every_us, _SPANS_A_CALL)
        stop = start + spans * every_us if spans else to_us
        yield start, stop, max(spans, 1)
        start = stop


def _aggregate_rows(
    reader: HistoryReader, tag: StoredTag, start: int, stop: int, spans: int, aggregate: str
) -> Iterable[tuple[str, ...]]:
    means = reader.mean(tag.number, start, stop, spans)
    good = dict(zip(means.t_us.tolist(), means.good_fraction.tolist(), strict=True))
    if aggregate == "mean":
        for t, value, n in zip(means.t_us.tolist(), means.mean.tolist(), means.n.tolist(), strict=True):
            yield tag.path, iso(t), _number(value, "float64"), str(n), format_float(good[t])
        return
    figures = reader.minmax(tag.number, start, stop, spans)
    counts = figures.n.tolist()
    values = counts if aggregate == "count" else getattr(figures, aggregate).tolist()
    value_type = "" if aggregate == "count" else tag.type
    for t, value, n in zip(figures.t_us.tolist(), values, counts, strict=True):
        yield tag.path, iso(t), _number(value, value_type), str(n), format_float(good.get(t, 0.0))


def _number(value: float, value_type: str) -> str:
    if isinstance(value, float) and math.isnan(value):
        return ""
    if value_type == "bool" or abs(value) <= EXACT_INTEGER:
        return format_value(value, value_type)
    return format_float(value)
