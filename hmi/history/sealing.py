"""Turning journal rows into chunks per tag with summaries and roll-ups, some tags a transaction."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from hmi.history import store
from hmi.history.codec import TagSamples, encode_chunk, encode_times
from hmi.history.figures import HOUR_US, MINUTE_US, Figures, IntArray, combine, rebucket
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
    tags, starts = np.unique(batch.tag[order], return_index=True)
    ends = np.append(starts[1:], len(order))
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
    keys = [_time_key(piece) for _, piece in pieces]
    shared: dict[bytes, int] = {}
    times: list[tuple[int, bytes]] = []
    new: list[NewChunk] = []
    for (tag, piece), key in zip(pieces, keys, strict=True):
        outside = keys.count(key) > 1
        if outside and key not in shared:
            shared[key] = len(times)
            times.append((int(piece.t_source_us[-1]), encode_times(piece)))
        rows = Figures.of_samples(piece)
        _, summary = combine(rows, np.zeros(len(rows), np.int64), gap_starts)
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
        rollups={name: _rollups(database, name, group, gap_starts) for name in _WIDTHS},
    )


def _pieces(samples: TagSamples) -> list[TagSamples]:
    count = max(round(len(samples) / CHUNK_SAMPLES), 1)
    edges = np.linspace(0, len(samples), count + 1).astype(int).tolist()
    return [samples.part(start, stop) for start, stop in pairwise(edges)]


def _time_key(samples: TagSamples) -> bytes:
    server = b"" if samples.t_server_us is None else samples.t_server_us.tobytes()
    return samples.t_source_us.tobytes() + samples.t_receive_us.tobytes() + server


def _rollups(
    database: Database, name: str, group: dict[int, TagSamples], gap_starts: IntArray
) -> list[tuple[object, ...]]:
    """Roll-up rows of the new samples, merged with the rows that are there (a bucket seldom ends with the journal)."""
    width = _WIDTHS[name]
    fresh = {tag: rebucket(Figures.of_samples(samples), width, gap_starts) for tag, samples in group.items()}
    begin = min(int(t[0]) for t, _ in fresh.values())
    end = max(int(t[-1]) for t, _ in fresh.values()) + 1
    with database.reader() as connection:
        present = Snapshot(connection, BlockCache(0)).rollup_rows(name, list(fresh), begin, end)
    result: list[tuple[object, ...]] = []
    for tag, (t, figures) in fresh.items():
        rows = figures.rows()
        for index, t_us in enumerate(t.tolist()):
            old = present.get((tag, t_us))
            row = rows[index]
            if old is not None:
                both = Figures.join([old, Figures.of_rows([row])])
                row = combine(both, np.zeros(2, np.int64), gap_starts)[1].rows()[0]
            result.append((tag, t_us, *row))
    return result
