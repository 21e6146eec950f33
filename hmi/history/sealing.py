"""Turning journal rows into chunks per tag with summaries and roll-ups, some tags a transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from hmi.history import store
from hmi.history.codec import TagSamples, encode_chunk, encode_times
from hmi.history.figures import HOUR_US, MINUTE_US, Figures, IntArray, combine, rebucket, span_key
from hmi.history.reading.store import BlockCache, Snapshot
from hmi.history.store import NewChunk, SealedSlice
from hmi.model.samples import SampleBatch
from hmi.storage.database import Database

CHUNK_SAMPLES: Final = 3_600
TAGS_PER_TRANSACTION: Final = 100
_WIDTHS: Final = {"minute": MINUTE_US, "hour": HOUR_US}


def seal_journal(database: Database, stopping: Callable[[], bool] = lambda: False) -> int:
    """Seals every sample committed so far and empties the journal; returns the number of samples.

    May be ended between two transactions by `stopping` or by a kill: the next call goes on where this one ended.
    """
    with database.reader() as connection:
        snapshot = Snapshot(connection, BlockCache(0))
        up_to, _, _ = snapshot.journal_state()
        done = snapshot.sealed()
        parts: list[SampleBatch] = []
        seqs: list[IntArray] = []
        for seq, batch in snapshot.journal_blocks(-(2**62), 2**62):
            parts.append(batch)
            seqs.append(np.full(len(batch), seq, np.int64))
        gap_starts = np.array([gap.from_us for gap in snapshot.gaps(-(2**62), 2**62)], np.int64)
    if not parts:
        return 0
    batch = SampleBatch.concatenate(parts)
    seq_of = np.concatenate(seqs)
    order = np.lexsort((batch.t_source_us, batch.tag))
    ordered = batch.tag[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    tags, ends = ordered[starts], np.append(starts[1:], len(order))
    total = 0
    for first in range(0, len(tags), TAGS_PER_TRANSACTION):
        if stopping():
            return total
        group: dict[int, TagSamples] = {}
        for tag, start, end in zip(
            tags[first : first + TAGS_PER_TRANSACTION].tolist(),
            starts[first : first + TAGS_PER_TRANSACTION].tolist(),
            ends[first : first + TAGS_PER_TRANSACTION].tolist(),
            strict=True,
        ):
            index = order[start:end]
            index = index[seq_of[index] > done.get(tag, 0)]
            if len(index):
                group[tag] = TagSamples.of(batch, index)
        if group:
            database.writer.run(store.store_slice(_slice(database, group, up_to, gap_starts)))
            total += sum(len(samples) for samples in group.values())
    database.writer.run(store.drop_journal(up_to))
    return total


def _slice(database: Database, group: dict[int, TagSamples], seq: int, gap_starts: IntArray) -> SealedSlice:
    pieces = [(tag, piece) for tag, samples in group.items() for piece in _pieces(samples)]
    lengths = [len(piece) for _, piece in pieces]
    rows = _rows([piece for _, piece in pieces])  # of all tags at once: many small calls would cost far more
    tag_of = np.repeat(np.array([tag for tag, _ in pieces], np.int64), lengths)
    _, summaries = combine(rows, np.repeat(np.arange(len(pieces)), lengths), gap_starts)
    keys = [_time_key(piece) for _, piece in pieces]
    uses = Counter(keys)
    shared: dict[bytes, int] = {}
    times: list[tuple[int, bytes]] = []
    new: list[NewChunk] = []
    for (tag, piece), key, summary in zip(pieces, keys, summaries.rows(), strict=True):
        outside = uses[key] > 1
        if outside and key not in shared:
            shared[key] = len(times)
            times.append((int(piece.t_source_us[-1]), encode_times(piece)))
        new.append(
            NewChunk(
                tag=tag,
                from_us=int(piece.t_source_us[0]),
                to_us=int(piece.t_source_us[-1]),
                samples=len(piece),
                times=shared[key] if outside else None,
                data=encode_chunk(piece, times_outside=outside),
                summary=summary,
            )
        )
    return SealedSlice(
        seq=seq,
        last_us={tag: int(samples.t_source_us[-1]) for tag, samples in group.items()},
        times=times,
        chunks=new,
        rollups={name: _rollups(database, name, tag_of, rows, gap_starts) for name in _WIDTHS},
    )


def _rows(pieces: list[TagSamples]) -> Figures:
    none = np.zeros(0, np.int64)
    time = np.concatenate([piece.t_source_us for piece in pieces])
    value = np.concatenate([piece.value for piece in pieces])
    return Figures.of_samples(TagSamples(time, none, value, np.concatenate([piece.status for piece in pieces])))


def _pieces(samples: TagSamples) -> list[TagSamples]:
    count = max(round(len(samples) / CHUNK_SAMPLES), 1)
    edges = np.linspace(0, len(samples), count + 1).astype(int).tolist()
    return [samples.part(start, stop) for start, stop in pairwise(edges)]


def _time_key(samples: TagSamples) -> bytes:
    server = b"" if samples.t_server_us is None else samples.t_server_us.tobytes()
    return samples.t_source_us.tobytes() + samples.t_receive_us.tobytes() + server


def _rollups(
    database: Database, name: str, tag_of: IntArray, rows: Figures, gap_starts: IntArray
) -> list[tuple[object, ...]]:
    """Roll-up rows of the new samples, merged with the rows that are there (a bucket seldom ends with the journal)."""
    width = _WIDTHS[name]
    tag, fresh = rebucket(tag_of, rows, width, gap_starts)
    begin, end = int(fresh.t_first_us.min()) // width * width, int(fresh.t_first_us.max()) + 1
    with database.reader() as connection:
        old_tag, old = Snapshot(connection, BlockCache(0)).rollup_rows(name, sorted(set(tag.tolist())), begin, end)
    touched = np.isin(span_key(old_tag, old.t_first_us, width), span_key(tag, fresh.t_first_us, width))
    if touched.any():
        tag = np.concatenate([old_tag[touched], tag])
        both = Figures.concatenate([old.select(touched), fresh])
        order = np.lexsort((both.t_first_us, tag))
        tag, fresh = rebucket(tag[order], both.select(order), width, gap_starts)
    start_us = fresh.t_first_us // width * width
    return [
        (number, t_us, *row) for number, t_us, row in zip(tag.tolist(), start_us.tolist(), fresh.rows(), strict=True)
    ]
