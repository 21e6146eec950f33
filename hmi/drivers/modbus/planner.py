"""Merges register values into few requests (`domain.md` 7.4); pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hmi.drivers.modbus.address import BIT_TABLES

MAX_REGISTERS: Final = 125
MAX_BITS: Final = 2000
DEFAULT_MAX_GAP: Final = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A value to read. key: the caller's own mark, e.g. its position in a list of tags."""

    key: int
    unit: int
    table: str
    start: int
    count: int
    scan_us: int

    @property
    def end(self) -> int:
        """First place behind the value."""
        return self.start + self.count


@dataclass(frozen=True, slots=True)
class Request:
    """One read on the wire and the values inside it."""

    unit: int
    table: str
    start: int
    count: int
    scan_us: int
    items: tuple[Item, ...]


def plan_requests(
    items: Iterable[Item],
    max_gap: int = DEFAULT_MAX_GAP,
    max_registers: int = MAX_REGISTERS,
    holes: Collection[tuple[str, int, int]] = (),
) -> list[Request]:
    """Requests that cover every item once, in order of unit, table, scan and address.

    max_gap: unasked places bridged between two items. holes: (table, first, end) ranges the device refuses, never
    bridged.
    A value longer than the limit still gets a request of its own.
    """
    ordered = sorted(items, key=lambda item: (item.unit, item.table, item.scan_us, item.start, item.end))
    requests: list[Request] = []
    block: list[Item] = []
    end = 0
    for item in ordered:
        if block and _fits(block[0], end, item, max_gap, max_registers, holes):
            block.append(item)
            end = max(end, item.end)
            continue
        if block:
            requests.append(_request(block, end))
        block, end = [item], item.end
    if block:
        requests.append(_request(block, end))
    return requests


def single_requests(request: Request) -> list[Request]:
    """One request per item of a block, for finding out which of them the device refuses."""
    return [_request([item], item.end) for item in request.items]


def gaps_of(request: Request) -> list[tuple[str, int, int]]:
    """The (table, first, end) ranges a block reads although nobody asked for them."""
    gaps: list[tuple[str, int, int]] = []
    reached = request.start
    for item in sorted(request.items, key=lambda item: item.start):
        if item.start > reached:
            gaps.append((request.table, reached, item.start))
        reached = max(reached, item.end)
    return gaps


def _fits(
    first: Item, end: int, item: Item, max_gap: int, max_registers: int, holes: Collection[tuple[str, int, int]]
) -> bool:
    if (item.unit, item.table, item.scan_us) != (first.unit, first.table, first.scan_us):
        return False
    limit = MAX_BITS if item.table in BIT_TABLES else max_registers
    if item.start - end > max_gap or max(end, item.end) - first.start > limit:
        return False
    return not any(table == item.table and low < item.start and high > end for table, low, high in holes)


def _request(block: Sequence[Item], end: int) -> Request:
    first = block[0]
    return Request(first.unit, first.table, first.start, end - first.start, first.scan_us, tuple(block))
