"""Writing history: tag numbers, journal rows, sealed chunks with their figures, gaps, retention."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, select, update

from hmi.model.tags import TagDefinition
from hmi.storage.bulk import insert_rows, replace_rows
from hmi.storage.database import Database
from hmi.storage.schema.core import meta, tags
from hmi.storage.schema.history import (
    chunk_times,
    chunks,
    gaps,
    journal,
    rollup_hour,
    rollup_minute,
    sealed,
    summaries,
)

FIGURE_COLUMNS: Final = (
    "n",
    "n_usable",
    "v_min",
    "v_max",
    "v_sum",
    "v_first",
    "v_last",
    "t_first_us",
    "t_last_us",
    "last_status",
    "worst_status",
    "area",
    "usable_s",
    "good_s",
)
ROLLUPS: Final = {"minute": rollup_minute, "hour": rollup_hour}
Work: TypeAlias = Callable[[Connection], object]
"""What the storage writer runs in a transaction."""
_ALIVE: Final = "history_alive_us"


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to store. times: index into the slice's shared time containers, None = times inside `data`."""

    tag: int
    from_us: int
    to_us: int
    samples: int
    times: int | None
    data: bytes
    summary: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class SealedSlice:
    """Some tags' samples of the journal up to `seq` as chunks, with merged roll-up rows `(tag, t_us, *figures)`."""

    seq: int
    last_us: dict[int, int]
    times: list[tuple[int, bytes]]
    chunks: list[NewChunk]
    rollups: dict[str, list[tuple[object, ...]]]


def assign_numbers(database: Database, definitions: Iterable[TagDefinition], now_us: int) -> dict[str, int]:
    """The number of each configured path, new ones numbered; `was` moves the number and so the history.

    A number is never given to another path. Paths are equal without regard to case.
    """
    wanted = list(definitions)

    def work(connection: Connection) -> dict[str, int]:
        known = {key: number for number, key in connection.execute(select(tags.c.number, tags.c.path_key))}
        result: dict[str, int] = {}
        for definition in wanted:
            key, was = definition.path.casefold(), definition.was.casefold()
            facts = {
                "path": definition.path,
                "path_key": key,
                "type": definition.type,
                "unit": definition.unit,
                "device": definition.device,
                "store": definition.store.value,
            }
            if key not in known and was and was in known:
                known[key] = known.pop(was)
            if key in known:
                connection.execute(update(tags).where(tags.c.number == known[key]).values(**facts))
            else:
                row = connection.execute(insert(tags).values(created_us=now_us, **facts).returning(tags.c.number))
                known[key] = row.scalar_one()
            result[definition.path] = known[key]
        return result

    return database.writer.run(work)


def append_block(block: bytes, samples: int, from_us: int, to_us: int, now_us: int) -> Callable[[Connection], None]:
    """Work that stores one journal row."""

    def work(connection: Connection) -> None:
        columns = ("t_commit_us", "t_from_us", "t_to_us", "samples", "block")
        insert_rows(connection, journal, columns, [(now_us, from_us, to_us, samples, block)])

    return work


def store_slice(part: SealedSlice) -> Callable[[Connection], None]:
    """Work that stores sealed chunks and marks their journal samples as sealed, all or nothing."""

    def work(connection: Connection) -> None:
        first_time = _next(connection, chunk_times.c.id)
        first_chunk = _next(connection, chunks.c.id)
        insert_rows(
            connection,
            chunk_times,
            ("id", "t_to_us", "data"),
            [(first_time + i, to_us, data) for i, (to_us, data) in enumerate(part.times)],
        )
        insert_rows(
            connection,
            chunks,
            ("id", "tag", "t_from_us", "t_to_us", "samples", "time_id", "data"),
            [
                (
                    first_chunk + i,
                    chunk.tag,
                    chunk.from_us,
                    chunk.to_us,
                    chunk.samples,
                    None if chunk.times is None else first_time + chunk.times,
                    chunk.data,
                )
                for i, chunk in enumerate(part.chunks)
            ],
        )
        insert_rows(
            connection,
            summaries,
            ("tag", "t_from_us", "chunk", "t_to_us", *FIGURE_COLUMNS),
            [
                (chunk.tag, chunk.from_us, first_chunk + i, chunk.to_us, *chunk.summary)
                for i, chunk in enumerate(part.chunks)
            ],
        )
        for name, rows in part.rollups.items():
            replace_rows(connection, ROLLUPS[name], ("tag", "t_us", *FIGURE_COLUMNS), ("tag", "t_us"), rows)
        replace_rows(
            connection,
            sealed,
            ("tag", "seq", "t_last_us"),
            ("tag",),
            [(tag, part.seq, last_us) for tag, last_us in part.last_us.items()],
        )

    return work


def drop_journal(seq: int) -> Callable[[Connection], None]:
    """Work that removes journal rows whose samples are all in chunks."""

    def work(connection: Connection) -> None:
        connection.execute(delete(journal).where(journal.c.seq <= seq))

    return work


def open_gap(scope: str, from_us: int, to_us: int | None, cause: str, detail: str) -> Callable[[Connection], int]:
    """Work that records a gap and returns its number; `to_us` None = it lasts."""

    def work(connection: Connection) -> int:
        row = insert(gaps).values(scope=scope, t_from_us=from_us, t_to_us=to_us, cause=cause, detail=detail)
        return int(connection.execute(row.returning(gaps.c.id)).scalar_one())

    return work


def close_gaps(scope: str, cause: str, to_us: int) -> Callable[[Connection], int]:
    """Work that ends the open gaps of a scope and cause and returns how many there were."""

    def work(connection: Connection) -> int:
        lasting = (gaps.c.scope == scope) & (gaps.c.cause == cause) & gaps.c.t_to_us.is_(None)
        return int(connection.execute(update(gaps).where(lasting).values(t_to_us=to_us)).rowcount)

    return work


def note_alive(now_us: int) -> Callable[[Connection], None]:
    """Work that notes that recording was up to date at `now_us`."""

    def work(connection: Connection) -> None:
        replace_rows(connection, meta, ("key", "value"), ("key",), [(_ALIVE, str(now_us))])

    return work


def begin_recording(now_us: int) -> Callable[[Connection], int | None]:
    """Work for the start: one `station_stopped` gap for every tag since the last moment recorded; returns that moment.

    Gaps left open by a killed station end where that gap begins.
    """

    def work(connection: Connection) -> int | None:
        last = last_recorded_us(connection)
        if last is None:
            return None
        until = min(last, now_us)
        connection.execute(
            update(gaps)
            .where(gaps.c.t_to_us.is_(None))
            .values(t_to_us=case((gaps.c.t_from_us > until, gaps.c.t_from_us), else_=until))
        )
        if until < now_us:
            open_gap("*", until, now_us, "station_stopped", "")(connection)
        return until

    return work


def last_recorded_us(connection: Connection) -> int | None:
    """The newest moment known to be recorded; None for an empty history."""
    alive = connection.execute(select(meta.c.value).where(meta.c.key == _ALIVE)).scalar()
    moments = [
        connection.execute(select(func.max(journal.c.t_commit_us))).scalar(),
        connection.execute(select(func.max(sealed.c.t_last_us))).scalar(),
        int(alive) if alive else None,
    ]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known else None


def prune(database: Database, keep_us: dict[str, int], now_us: int) -> None:
    """Removes what is older than the retention of its class: `raw`, `minute`, `hour` (`contract.md` 3)."""
    raw, minute, hour = (now_us - keep_us[name] for name in ("raw", "minute", "hour"))

    def work(connection: Connection) -> None:
        connection.execute(delete(chunks).where(chunks.c.t_to_us < raw))
        connection.execute(delete(summaries).where(summaries.c.t_to_us < raw))
        used = select(chunks.c.time_id).where(chunks.c.time_id.is_not(None))
        connection.execute(delete(chunk_times).where(chunk_times.c.t_to_us < raw, chunk_times.c.id.not_in(used)))
        connection.execute(delete(rollup_minute).where(rollup_minute.c.t_us < minute))
        connection.execute(delete(rollup_hour).where(rollup_hour.c.t_us < hour))
        connection.execute(delete(gaps).where(gaps.c.t_to_us < min(raw, minute, hour)))

    database.writer.run(work)


def _next(connection: Connection, column: ColumnElement[int]) -> int:
    return int(connection.execute(select(func.coalesce(func.max(column), 0))).scalar_one()) + 1
