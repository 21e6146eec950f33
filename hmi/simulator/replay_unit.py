"""A recording behind a Modbus unit: a client never sees half of one row and half of another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from pymodbus.constants import ExcCodes

from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.simulator.modbus_server import CONNECTION
from hmi.simulator.player import Row
from hmi.simulator.recording import Recording
from hmi.simulator.registers import encode_float

LONGEST_TEXT_BYTES = 240
"""Of a text column; a string of this length still fits one request."""


@dataclass(slots=True)
class _Latch:
    """The row one connection is reading. served: registers it has already got of this row."""

    row: int
    words: list[int]
    since_us: int
    served: set[int] = field(default_factory=set)


class ReplayUnit:
    """The columns as holding registers: row number in 0 and 1, then the columns in file order, all ABCD.

    What is guaranteed: each connection keeps its own row. It is exchanged for the row that is out only by a request
    for a register the connection has already got of its row, that is by the begin of its next poll, or when the row is
    older than `keep_s`. So all requests of one poll, in any order, come from one row, as long as the poll reads no
    register twice. on_read: called before each read is answered.
    `read_whole` is set once a client has got all it wanted of the row that is out.
    """

    def __init__(
        self, recording: Recording, bits: int, clock: Clock, keep_s: float, on_read: Callable[[], None]
    ) -> None:
        self._bits = bits
        self._clock = clock
        self._keep_us = round(keep_s * 1e6)
        self._on_read = on_read
        self.addresses: list[int] = []
        self.text_bytes: list[int] = []
        address = 2
        for column in recording.columns:
            size = _text_bytes(column.title, column.values) if column.is_text else 0
            self.addresses.append(address)
            self.text_bytes.append(size)
            address += size // 2 if column.is_text else bits // 16
        self._size = address
        self._row = -1
        self._words: list[int] = [0] * address
        self._latches: dict[int, _Latch] = {}
        self.read_whole = asyncio.Event()

    def put_out(self, row_number: int, row: Row) -> None:
        """Makes this the row that is out."""
        words = [row_number >> 16 & 0xFFFF, row_number & 0xFFFF]
        for cell, size in zip(row, self.text_bytes, strict=True):
            if size:
                data = ("" if cell is None else str(cell)).encode("utf-8").ljust(size, b"\0")
                words += [int.from_bytes(data[at : at + 2], "big") for at in range(0, size, 2)]
            else:
                words += encode_float(float("nan") if cell is None else float(cell), self._bits)
        self._row, self._words = row_number, words
        self.read_whole.clear()

    def size(self, table: str) -> int:
        return self._size if table == "holding" else 0

    def before_read(self, table: str, address: int, count: int, memory: list[int]) -> ExcCodes | None:
        if table != "holding":
            return ExcCodes.ILLEGAL_ADDRESS
        self._on_read()
        now_us = self._clock.monotonic_us()
        wanted = range(address, address + count)
        latch = self._latches.get(CONNECTION.get())
        if latch is None or now_us - latch.since_us > self._keep_us or not latch.served.isdisjoint(wanted):
            if latch is not None:
                # The next poll begins, so the last one had all it wanted.
                self._got_all(latch)
            latch = _Latch(self._row, self._words, now_us)
            self._latches[CONNECTION.get()] = latch
            self._forget_old(now_us)
        latch.served.update(wanted)
        if len(latch.served) >= self._size:
            self._got_all(latch)
        memory[address : address + count] = latch.words[address : address + count]
        return None

    def write(self, table: str, address: int, values: list[int]) -> ExcCodes | None:
        return ExcCodes.ILLEGAL_ADDRESS

    def _got_all(self, latch: _Latch) -> None:
        if latch.row == self._row:
            self.read_whole.set()

    def _forget_old(self, now_us: int) -> None:
        for connection in [n for n, latch in self._latches.items() if now_us - latch.since_us > 10 * self._keep_us]:
            del self._latches[connection]


def _text_bytes(title: str, values: Row) -> int:
    longest = max((len(str(value).encode("utf-8")) for value in values if value is not None), default=0)
    if longest > LONGEST_TEXT_BYTES:
        raise PlantError(f"column '{title}' has texts of {longest} bytes; Modbus takes {LONGEST_TEXT_BYTES} at most")
    return max(2, longest + longest % 2)
