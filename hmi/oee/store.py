"""OEE intervals in the database: saved while they grow, read back to compute any figure again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select
from sqlalchemy.engine import Row

from hmi.model.equipment import StateClass
from hmi.oee.engine.intervals import Counted, Interval
from hmi.storage.schema.oee import oee_intervals

Point = tuple[str, str]
"""Line and machine; an empty machine is the line measured as one."""


def save(connection: Connection, intervals: Sequence[tuple[Point, Interval]]) -> None:
    """Writes intervals; one that begins at the same time replaces the stored one."""
    if not intervals:
        return
    table = oee_intervals.c
    connection.execute(
        delete(oee_intervals).where(
            and_(
                table.line == bindparam("b_line"),
                table.machine == bindparam("b_machine"),
                table.t_from_us == bindparam("b_from"),
            )
        ),
        [
            {"b_line": point[0], "b_machine": point[1], "b_from": one.from_us}
            for point, one in intervals
        ],
    )  # fmt: skip
    connection.execute(insert(oee_intervals), [_columns(point, one) for point, one in intervals])


def load(connection: Connection, point: Point, from_us: int, to_us: int) -> list[Interval]:
    """Intervals of a machine that touch a range, in time order."""
    table = oee_intervals.c
    chosen = (
        select(oee_intervals)
        .where(
            table.line == point[0], table.machine == point[1], table.t_to_us >= from_us, table.t_from_us < to_us
        )
        .order_by(table.t_from_us)
    )  # fmt: skip
    return [_interval(row) for row in connection.execute(chosen)]


def last(connection: Connection, point: Point) -> Interval | None:
    """The newest interval of a machine."""
    table = oee_intervals.c
    chosen = (
        select(oee_intervals)
        .where(table.line == point[0], table.machine == point[1])
        .order_by(table.t_from_us.desc())
        .limit(1)
    )
    row = connection.execute(chosen).first()
    return _interval(row) if row is not None else None


def prune(connection: Connection, before_us: int) -> int:
    """Removes intervals that ended before a moment and returns how many; figures of that time are gone with them."""
    return int(connection.execute(delete(oee_intervals).where(oee_intervals.c.t_to_us < before_us)).rowcount)


def _columns(point: Point, one: Interval) -> dict[str, Any]:
    return {
        "line": point[0],
        "machine": point[1],
        "t_from_us": one.from_us,
        "t_to_us": one.to_us,
        "state": one.state,
        "state_class": one.state_class.value,
        "status": one.status,
        "product": one.product,
        "ideal_rate_per_s": one.ideal_rate_per_s,
        "total": one.total,
        "good": one.good,
        "gap_total": one.gap_total,
        "gap_good": one.gap_good,
        "quarantined": one.quarantined,
        "t_counted_us": one.counted.t_us or None,
        "total_counter": one.counted.total,
        "split_counter": one.counted.split,
    }


def _interval(row: Row[Any]) -> Interval:
    return Interval(
        from_us=row.t_from_us,
        to_us=row.t_to_us,
        state=row.state,
        state_class=StateClass(row.state_class),
        ideal_rate_per_s=row.ideal_rate_per_s,
        product=row.product,
        status=row.status,
        total=row.total,
        good=row.good,
        gap_total=row.gap_total,
        gap_good=row.gap_good,
        quarantined=row.quarantined,
        counted=Counted(row.t_counted_us or 0, row.total_counter, row.split_counter),
    )
