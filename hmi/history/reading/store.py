"""The statements that read history; every answer of one `Snapshot` comes from the same moment."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, func, or_, select

from hmi.history.codec import TagSamples, decode_block, decode_chunk
from hmi.history.figures import Figures, IntArray
from hmi.history.results import GapRecord, StoredTag
from hmi.history.store import FIGURE_COLUMNS, ROLLUPS, last_recorded_us
from hmi.model.samples import SampleBatch
from hmi.storage.schema.core import tags
from hmi.storage.schema.history import chunk_times, chunks, gaps, journal, sealed, summaries

_CACHED_SAMPLES: Final = 1_000_000
_ROWS_AT_ONCE: Final = 50
_SUMS: Final = ("v_sum", "area", "usable_s", "good_s")


class BlockCache:
    """Decoded journal blocks, the most recently used up to a million samples; usable from any thread."""

    def __init__(self, capacity: int = _CACHED_SAMPLES) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._blocks: OrderedDict[int, SampleBatch] = OrderedDict()
        self._samples = 0

    def get(self, seq: int) -> SampleBatch | None:
        """The block of a journal row, None if it must be read."""
        with self._lock:
            block = self._blocks.get(seq)
            if block is not None:
                self._blocks.move_to_end(seq)
            return block

    def put(self, seq: int, block: SampleBatch) -> None:
        """Remembers a block; forgets the oldest."""
        with self._lock:
            if seq not in self._blocks:
                self._samples += len(block)
            self._blocks[seq] = block
            while self._samples > self._capacity and len(self._blocks) > 1:
                _, old = self._blocks.popitem(last=False)
                self._samples -= len(old)


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """Where a chunk lies in time."""

    id: int
    from_us: int
    to_us: int
    samples: int
    time_id: int | None


class Snapshot:
    """Reads on one connection, whose transaction gives one consistent view."""

    def __init__(self, connection: Connection, cache: BlockCache) -> None:
        self._connection = connection
        self._cache = cache
        self._sealed: dict[int, int] | None = None
        self._times: dict[int, bytes] = {}

    def tags(self) -> list[StoredTag]:
        """Every tag ever numbered, by path."""
        columns = (tags.c.number, tags.c.path, tags.c.type, tags.c.unit, tags.c.device, tags.c.store)
        found = [StoredTag(*row) for row in self._connection.execute(select(*columns))]
        return sorted(found, key=lambda tag: tag.path)

    def journal_samples(self, tag: int, from_us: int, to_us: int) -> TagSamples | None:
        """The tag's samples that are not in chunks yet, in order of arrival; None if there are none."""
        parts = []
        for seq, batch in self.journal_blocks(from_us, to_us):
            if seq <= self._sealed_up_to(tag):
                continue
            index = np.flatnonzero((batch.tag == tag) & (batch.t_source_us >= from_us) & (batch.t_source_us < to_us))
            if len(index):
                parts.append(TagSamples.of(batch, index))
        return TagSamples.merge(parts) if parts else None

    def journal_blocks(self, from_us: int, to_us: int) -> Iterator[tuple[int, SampleBatch]]:
        """Journal rows that touch a range in time, oldest commit first."""
        within = (journal.c.t_to_us >= from_us) & (journal.c.t_from_us < to_us)
        numbers = list(self._connection.execute(select(journal.c.seq).where(within).order_by(journal.c.seq)).scalars())
        for start in range(0, len(numbers), _ROWS_AT_ONCE):
            blocks = {seq: self._cache.get(seq) for seq in numbers[start : start + _ROWS_AT_ONCE]}
            absent = [seq for seq, block in blocks.items() if block is None]
            if absent:
                query = select(journal.c.seq, journal.c.block).where(journal.c.seq.in_(absent))
                for seq, data in self._connection.execute(query):
                    block = blocks[seq] = decode_block(bytes(data))
                    self._cache.put(seq, block)
            yield from ((seq, block) for seq, block in blocks.items() if block is not None)

    def sealed(self) -> dict[int, int]:
        """For each tag the last journal row whose samples are in chunks."""
        if self._sealed is None:
            rows = self._connection.execute(select(sealed.c.tag, sealed.c.seq))
            self._sealed = {int(row.tag): int(row.seq) for row in rows}
        return self._sealed

    def _sealed_up_to(self, tag: int) -> int:
        return self.sealed().get(tag, 0)

    def journal_state(self) -> tuple[int, int, int]:
        """Last row, number of rows and number of samples of the journal."""
        row = self._connection.execute(
            select(
                func.coalesce(func.max(journal.c.seq), 0),
                func.count(),
                func.coalesce(func.sum(journal.c.samples), 0),
            ).select_from(journal)
        ).one()
        return int(row[0]), int(row[1]), int(row[2])

    def chunk_rows(self, tag: int, from_us: int, to_us: int) -> list[ChunkRow]:
        """Chunks that touch a range, by their first time."""
        columns = (chunks.c.id, chunks.c.t_from_us, chunks.c.t_to_us, chunks.c.samples, chunks.c.time_id)
        within = (chunks.c.tag == tag) & (chunks.c.t_to_us >= from_us) & (chunks.c.t_from_us < to_us)
        order = (chunks.c.t_from_us, chunks.c.id)
        return [ChunkRow(*row) for row in self._connection.execute(select(*columns).where(within).order_by(*order))]

    def last_chunk_before(self, tag: int, t_us: int) -> list[ChunkRow]:
        """Chunks that may hold the newest sample at or before `t_us`."""
        before = select(func.max(chunks.c.t_from_us)).where(chunks.c.tag == tag, chunks.c.t_from_us <= t_us)
        start = self._connection.execute(before).scalar()
        return [] if start is None else self.chunk_rows(tag, int(start), t_us + 1)

    def samples_of(self, row: ChunkRow) -> TagSamples:
        """The samples of a chunk."""
        data = self._connection.execute(select(chunks.c.data).where(chunks.c.id == row.id)).scalar_one()
        times = None
        if row.time_id is not None:
            times = self._times.get(row.time_id)
            if times is None:
                query = select(chunk_times.c.data).where(chunk_times.c.id == row.time_id)
                times = bytes(self._connection.execute(query).scalar() or b"")
                self._times = {row.time_id: times}
        return decode_chunk(bytes(data), times)

    def chunk_samples(self, tag: int, from_us: int, to_us: int) -> Iterator[tuple[ChunkRow, TagSamples]]:
        """Chunks that touch a range with all their samples, by their first time; one statement for all of them."""
        columns = (chunks.c.id, chunks.c.t_from_us, chunks.c.t_to_us, chunks.c.samples, chunks.c.time_id)
        within = (chunks.c.tag == tag) & (chunks.c.t_to_us >= from_us) & (chunks.c.t_from_us < to_us)
        joined = chunks.outerjoin(chunk_times, chunks.c.time_id == chunk_times.c.id)
        query = select(*columns, chunks.c.data, chunk_times.c.data).select_from(joined).where(within)
        query = query.order_by(chunks.c.t_from_us, chunks.c.id).execution_options(yield_per=_ROWS_AT_ONCE)
        found = self._connection.execute(query)
        try:
            for *row, data, times in found:
                yield ChunkRow(*row), decode_chunk(bytes(data), None if times is None else bytes(times))
        finally:
            found.close()  # a reader that has enough leaves early

    def rollup(self, name: str, tag: int, from_us: int, to_us: int, *, sums: bool = True) -> Figures:
        """Roll-up rows `minute` or `hour` whose bucket begins in the range. sums: False leaves the sums 0."""
        table = ROLLUPS[name]
        names = [column for column in FIGURE_COLUMNS if sums or column not in _SUMS]
        columns = [table.c[column] for column in names]
        within = (table.c.tag == tag) & (table.c.t_us >= from_us) & (table.c.t_us < to_us)
        result = self._connection.execute(select(*columns).where(within).order_by(table.c.t_us))
        cursor: Any = result.cursor  # the driver's own tuples: a month has 43,200 of them
        rows = cursor.fetchall()
        result.close()
        return Figures.of_rows(rows, names)

    def rollup_rows(self, name: str, numbers: Sequence[int], from_us: int, to_us: int) -> tuple[IntArray, Figures]:
        """Tags and existing roll-up rows of some tags."""
        table = ROLLUPS[name]
        columns = [table.c[column] for column in FIGURE_COLUMNS]
        within = table.c.tag.in_(numbers) & (table.c.t_us >= from_us) & (table.c.t_us < to_us)
        rows = list(self._connection.execute(select(table.c.tag, *columns).where(within)))
        tag = np.array([row[0] for row in rows], np.int64)
        return tag, Figures.of_rows([tuple(row[1:]) for row in rows])

    def gaps(self, from_us: int, to_us: int) -> list[GapRecord]:
        """Gaps that touch a range, oldest first."""
        within = (gaps.c.t_from_us < to_us) & or_(gaps.c.t_to_us.is_(None), gaps.c.t_to_us > from_us)
        columns = (gaps.c.id, gaps.c.scope, gaps.c.t_from_us, gaps.c.t_to_us, gaps.c.cause, gaps.c.detail)
        query = select(*columns).where(within).order_by(gaps.c.t_from_us, gaps.c.id)
        return [GapRecord(*row) for row in self._connection.execute(query)]

    def gap_counts(self) -> dict[str, int]:
        """{cause: gaps}."""
        query = select(gaps.c.cause, func.count()).group_by(gaps.c.cause)
        return {str(cause): int(number) for cause, number in self._connection.execute(query)}

    def last_recorded_us(self) -> int | None:
        """The newest moment known to be recorded."""
        return last_recorded_us(self._connection)

    def totals(self) -> dict[str, Any]:
        """Counts and sizes over everything stored."""
        one = self._connection.execute
        seal = one(
            select(
                func.count(),
                func.sum(chunks.c.samples),
                func.min(chunks.c.t_from_us),
                func.max(chunks.c.t_to_us),
                func.sum(func.length(chunks.c.data)),
            )
        ).one()
        hot = one(
            select(
                func.sum(journal.c.samples),
                func.min(journal.c.t_from_us),
                func.max(journal.c.t_to_us),
                func.sum(func.length(journal.c.block)),
            )
        ).one()
        return {
            "tags": one(select(func.count()).select_from(tags)).scalar_one(),
            "sealed": seal,
            "hot": hot,
            "times": one(select(func.sum(func.length(chunk_times.c.data)))).scalar() or 0,
            "gaps": one(select(func.count()).select_from(gaps)).scalar_one(),
            "summaries": one(select(func.sum(summaries.c.n))).scalar() or 0,
        }

    def chunk_ids(self) -> list[tuple[int, ChunkRow]]:
        """Every chunk with its tag."""
        columns = (chunks.c.tag, chunks.c.id, chunks.c.t_from_us, chunks.c.t_to_us, chunks.c.samples, chunks.c.time_id)
        query = select(*columns).order_by(chunks.c.time_id, chunks.c.id)
        return [(int(row[0]), ChunkRow(*row[1:])) for row in self._connection.execute(query)]
