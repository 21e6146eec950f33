"""Queries of the committed history by zoom: roll-ups in the middle, samples at the edges and in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np

from hmi.base.errors import UsageError
from hmi.history.codec import DamagedError, TagSamples
from hmi.history.figures import HOUR_US, MINUTE_US, Figures, IntArray, combine, spans_of, spread_holds
from hmi.history.reading.store import BlockCache, Snapshot
from hmi.history.results import GapRecord, HistoryInfo, MeanAnswer, MinMaxAnswer, RawAnswer, StoredTag
from hmi.model.quality import BAD_NO_DATA, UNCERTAIN_SUB_NORMAL
from hmi.model.samples import Sample
from hmi.storage.database import Database

RAW_LIMIT: Final = 100_000
_LEAST_GOOD: Final = 0.80
_FINE_ENOUGH: Final = 10
_ROLLUP_NAMES: Final = {HOUR_US: "hour", MINUTE_US: "minute"}


class HistoryReader:
    """Answers from any thread; each call sees one consistent moment of the committed history.

    Tags are named by number; ranges are from <= t < to in source time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache = BlockCache()

    def tags(self) -> list[StoredTag]:
        """Every tag that ever had a number, by path."""
        with self._snapshot() as snapshot:
            return snapshot.tags()

    def raw(
        self, numbers: Sequence[int], from_us: int, to_us: int, limit: int = RAW_LIMIT, cursor: str | None = None
    ) -> RawAnswer:
        """Stored samples, tag by tag in the order asked, by time and then arrival; at most `limit` in all."""
        position, resume_us, skip = _parse_cursor(cursor, len(numbers))
        left = max(1, min(limit, RAW_LIMIT))
        result: dict[int, TagSamples] = {number: _none() for number in numbers}
        with self._snapshot() as snapshot:
            for index in range(position, len(numbers)):
                start = max(from_us, resume_us) if index == position and cursor else from_us
                parts: list[TagSamples] = []
                for part in _in_order(snapshot, numbers[index], start, to_us):
                    fresh = part
                    if index == position and skip:
                        fresh = part.part(skip, len(part))
                        skip = max(skip - len(part), 0)
                    parts.append(fresh.part(0, left) if len(fresh) > left else fresh)
                    left -= len(parts[-1])
                    if left <= 0:
                        break
                parts = [part for part in parts if len(part)]
                if parts:
                    result[numbers[index]] = TagSamples.merge(parts)
                if left <= 0:
                    return RawAnswer(result, _next_cursor(index, result[numbers[index]], cursor))
        return RawAnswer(result, None)

    def iterate(self, number: int, from_us: int, to_us: int) -> Iterator[TagSamples]:
        """All stored samples of a tag in pieces, in the order of `raw`; the view stays the same until the end."""
        with self._snapshot() as snapshot:
            yield from _in_order(snapshot, number, from_us, to_us)

    def minmax(self, number: int, from_us: int, to_us: int, points: int) -> MinMaxAnswer:
        """Minimum, maximum, first, last and worst status of each of `points` equal spans; empty spans are left out."""
        edges = _edges(from_us, to_us, points)
        with self._snapshot() as snapshot:
            rows = _figures(snapshot, number, edges, None, weigh=False)
        bucket, figures = combine(rows, _bucket_of(rows, edges), weigh=False)
        return MinMaxAnswer(
            t_us=edges[bucket],
            min=figures.v_min,
            max=figures.v_max,
            first=figures.v_first,
            last=figures.v_last,
            status=(figures.worst_status & 0xFFFFFFFF).astype(np.uint32),
            n=figures.n,
        )

    def mean(self, number: int, from_us: int, to_us: int, points: int) -> MeanAnswer:
        """Time-weighted means of `points` equal spans; a value holds until the next sample or the start of a gap."""
        edges = _edges(from_us, to_us, points)
        with self._snapshot() as snapshot:
            tag = _tag(snapshot, number)
            gaps = [gap for gap in snapshot.gaps(-(2**62), to_us) if _concerns(gap, tag)]
            gap_starts = np.array(sorted(gap.from_us for gap in gaps), np.int64)
            rows = _figures(snapshot, number, edges, gap_starts, weigh=True)
            before = _newest(snapshot, number, from_us - 1)
            known_until = min(to_us, snapshot.last_recorded_us() or from_us)
        bucket, figures = combine(rows, _bucket_of(rows, edges), gap_starts)
        count = len(edges) - 1
        sums = {name: np.zeros(count) for name in ("area", "usable_s", "good_s")}
        n = np.zeros(count, np.int64)
        n[bucket] = figures.n
        inside = {name: getattr(figures, name) for name in sums}
        lead = Figures.join([Figures.of_samples(before), figures]) if before is not None else figures
        between = spread_holds(lead, edges, gap_starts, known_until)
        for name, sum_of in sums.items():
            sum_of[bucket] += inside[name]
            np.add(sum_of, getattr(between, name), out=sum_of)
        length_s = np.diff(edges) / 1e6
        occupied = np.flatnonzero((n > 0) | (sums["usable_s"] > 0))
        usable = np.minimum(sums["usable_s"] / length_s, 1.0)[occupied]
        good = np.minimum(sums["good_s"] / length_s, 1.0)[occupied]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(usable > 0, sums["area"][occupied] / sums["usable_s"][occupied], np.nan)
        status = np.where(good < _LEAST_GOOD, UNCERTAIN_SUB_NORMAL, 0)
        status = np.where(usable > 0, status, BAD_NO_DATA).astype(np.uint32)
        return MeanAnswer(edges[occupied], mean, good, usable, status, n[occupied])

    def at(self, number: int, t_us: int) -> Sample | None:
        """The newest stored sample at or before a moment; None if there is none or a gap began in between."""
        with self._snapshot() as snapshot:
            found = _newest(snapshot, number, t_us)
            if found is None:
                return None
            tag = _tag(snapshot, number)
            since = int(found.t_source_us[0])
            if since < t_us and any(
                _concerns(gap, tag) and since <= gap.from_us <= t_us for gap in snapshot.gaps(since, t_us + 1)
            ):
                return None
        return found.as_batch(number).samples()[0]

    def gaps(self, from_us: int, to_us: int, paths: Sequence[str] = ()) -> list[GapRecord]:
        """Gaps that touch a range, one row a tag for the `paths` asked for; without paths as recorded (`*`, device)."""
        with self._snapshot() as snapshot:
            found = snapshot.gaps(from_us, to_us)
            if not paths:
                return found
            known = {tag.path.casefold(): tag for tag in snapshot.tags()}
        result = []
        for path in paths:
            tag = known.get(path.casefold())
            if tag is not None:
                result += [
                    GapRecord(gap.id, tag.path, gap.from_us, gap.to_us, gap.cause, gap.detail)
                    for gap in found
                    if _concerns(gap, tag)
                ]
        return result

    def gap_counts(self) -> dict[str, int]:
        """{cause: gaps recorded so far}."""
        with self._snapshot() as snapshot:
            return snapshot.gap_counts()

    def info(self) -> HistoryInfo:
        """Counts, range and size of everything stored."""
        with self._snapshot() as snapshot:
            totals = snapshot.totals()
        seal, hot = totals["sealed"], totals["hot"]
        first = [t for t in (seal[2], hot[1]) if t is not None]
        last = [t for t in (seal[3], hot[2]) if t is not None]
        return HistoryInfo(
            tags=totals["tags"],
            samples=int(seal[1] or 0) + int(hot[0] or 0),
            first_us=min(first) if first else None,
            last_us=max(last) if last else None,
            bytes=int(seal[4] or 0) + int(totals["times"]) + int(hot[3] or 0),
            gaps=totals["gaps"],
        )

    def verify(self) -> list[str]:
        """Decodes everything stored and compares it with what its rows say; one sentence a fault, empty = sound."""
        faults: list[str] = []
        with self._snapshot() as snapshot:
            names = {tag.number: tag.path for tag in snapshot.tags()}
            for number, row in snapshot.chunk_ids():
                where = f"{names.get(number, f'tag {number}')}: chunk {row.id}"
                try:
                    samples = snapshot.samples_of(row)
                except DamagedError as fault:
                    faults.append(f"{where}: {fault}")
                    continue
                times = samples.t_source_us
                if len(samples) != row.samples or int(times[0]) != row.from_us or int(times[-1]) != row.to_us:
                    faults.append(f"{where}: its samples are not those its row names")
            try:
                for _ in snapshot.journal_blocks(-(2**62), 2**62):
                    pass
            except DamagedError as fault:
                faults.append(f"journal: {fault}")
        return faults

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        with self._database.reader() as connection:
            yield Snapshot(connection, self._cache)


def _figures(snapshot: Snapshot, number: int, edges: IntArray, gap_starts: IntArray | None, *, weigh: bool) -> Figures:
    """Rows between the edges: roll-ups over whole buckets where they fit, sealed samples beside them, the journal."""
    from_us, to_us, width = int(edges[0]), int(edges[-1]), _width(edges)

    def reduced(samples: TagSamples) -> Figures:
        if not weigh:
            return spans_of(samples, edges)
        rows = Figures.of_samples(samples)
        return combine(rows, _bucket_of(rows, edges), gap_starts)[1]

    parts: list[Figures] = []
    inner_from, inner_to = (-(-from_us // width) * width, to_us // width * width) if width else (0, 0)
    outer = [(from_us, to_us)]
    if inner_to > inner_from:
        parts.append(snapshot.rollup(_ROLLUP_NAMES[width], number, inner_from, inner_to, sums=weigh))
        outer = [(from_us, inner_from), (inner_to, to_us)]
    for start, stop in outer:
        # Reduced one by one: samples of many chunks at once would be too much memory for the processor's cache.
        pieces = _in_order(snapshot, number, start, stop) if stop > start else ()
        parts += [reduced(piece) for piece in pieces if len(piece)]
    if inner_to > inner_from:
        hot = snapshot.journal_samples(number, inner_from, inner_to)
        if hot is not None:
            parts.append(Figures.of_samples(hot))
    if not parts:
        parts = _coarser(snapshot, number, from_us, to_us)
    return Figures.join(parts) if parts else Figures.of_rows([])


def _coarser(snapshot: Snapshot, number: int, from_us: int, to_us: int) -> list[Figures]:
    """Roll-ups of a range whose samples are beyond their retention; a row stands at its first sample."""
    for width, name in ((MINUTE_US, "minute"), (HOUR_US, "hour")):
        rows = snapshot.rollup(name, number, from_us // width * width, to_us)
        inside = (rows.t_first_us >= from_us) & (rows.t_first_us < to_us)
        if inside.any():
            return [rows.select(inside)]
    return []


def _in_order(snapshot: Snapshot, number: int, from_us: int, to_us: int) -> Iterator[TagSamples]:
    """Pieces in time order; chunks that overlap in time, because samples came late, are merged first."""
    hot = snapshot.journal_samples(number, from_us, to_us)
    hot_from = int(hot.t_source_us[0]) if hot is not None else 2**62
    cluster: list[TagSamples] = []
    cluster_ids: list[int] = []
    until = -(2**62)
    for row, samples in snapshot.chunk_samples(number, from_us, to_us):
        if cluster and (row.from_us > until) and until < hot_from:
            yield _by_arrival(cluster_ids, cluster)
            cluster, cluster_ids = [], []
        cluster.append(samples.between(from_us, to_us))
        cluster_ids.append(row.id)
        until = max(until, row.to_us)
    if hot is not None:
        if cluster and until < hot_from:
            yield _by_arrival(cluster_ids, cluster)
            cluster, cluster_ids = [], []
        cluster.append(hot)
        cluster_ids.append(2**62)
    if cluster:
        yield _by_arrival(cluster_ids, cluster)


def _by_arrival(ids: list[int], parts: list[TagSamples]) -> TagSamples:
    if len(parts) == 1:
        return parts[0]  # sorted when it was sealed or read
    return TagSamples.merge([part for _, part in sorted(zip(ids, parts, strict=True), key=lambda pair: pair[0])])


def _newest(snapshot: Snapshot, number: int, t_us: int) -> TagSamples | None:
    """The newest sample at or before a moment as a piece of one."""
    found: list[TagSamples] = []
    for row in snapshot.last_chunk_before(number, t_us):
        found.append(snapshot.samples_of(row).between(-(2**62), t_us + 1))
    hot = snapshot.journal_samples(number, -(2**62), t_us + 1)
    if hot is not None:
        found.append(hot)
    found = [part for part in found if len(part)]
    if not found:
        return None
    merged = TagSamples.merge(found)
    return merged.part(len(merged) - 1, len(merged))


def _tag(snapshot: Snapshot, number: int) -> StoredTag:
    for tag in snapshot.tags():
        if tag.number == number:
            return tag
    return StoredTag(number, "", "", "", "", "")


def _concerns(gap: GapRecord, tag: StoredTag) -> bool:
    return gap.scope in ("*", f"device:{tag.device}") or gap.scope.casefold() == tag.path.casefold()


def _edges(from_us: int, to_us: int, points: int) -> IntArray:
    if to_us <= from_us:
        raise UsageError("the end of the range must be after its beginning")
    count = max(1, min(points, RAW_LIMIT, to_us - from_us))
    length = to_us - from_us
    return np.array([from_us + length * i // count for i in range(count + 1)], np.int64)


def _width(edges: IntArray) -> int:
    """The roll-up to read: one whose buckets fit between the edges, or are so small beside them that it cannot show."""
    span = int(edges[1] - edges[0])
    for width in (HOUR_US, MINUTE_US):
        if span >= _FINE_ENOUGH * width or (span >= width and not np.any(edges % width)):
            return width
    return 0


def _bucket_of(rows: Figures, edges: IntArray) -> IntArray:
    return np.searchsorted(edges, rows.t_first_us, "right").astype(np.int64) - 1


def _none() -> TagSamples:
    empty = np.zeros(0, np.int64)
    return TagSamples(empty, empty, np.zeros(0), np.zeros(0, np.uint32))


def _parse_cursor(cursor: str | None, tags: int) -> tuple[int, int, int]:
    if not cursor:
        return 0, 0, 0
    try:
        position, t_us, skip = (int(part) for part in cursor.split("_"))
    except ValueError:
        raise UsageError(f"'{cursor}' is not a cursor of a history answer") from None
    if not 0 <= position < tags or skip < 0:
        raise UsageError(f"'{cursor}' is not a cursor of this history question")
    return position, t_us, skip


def _next_cursor(position: int, given: TagSamples, previous: str | None) -> str:
    """Where the next page goes on: the tag, the last time given, and how many samples of that time were given."""
    t_us = int(given.t_source_us[-1])
    skip = int(np.count_nonzero(given.t_source_us == t_us))
    if previous:
        old_position, old_t_us, old_skip = (int(part) for part in previous.split("_"))
        if (old_position, old_t_us) == (position, t_us):
            skip += old_skip
    return f"{position}_{t_us}_{skip}"
