"""What a device has refused and when to ask again (`domain.md` 7.5); pure, time is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hmi.drivers.modbus.planner import Item, Request, gaps_of
from hmi.model.quality import BAD_CONFIGURATION_ERROR, BAD_DEVICE_FAILURE, BAD_NODE_ID_UNKNOWN

ILLEGAL_FUNCTION: Final = 0x01
ILLEGAL_ADDRESS: Final = 0x02
ILLEGAL_VALUE: Final = 0x03
DEVICE_FAILURE: Final = 0x04
ACKNOWLEDGE: Final = 0x05
BUSY: Final = 0x06
GATEWAY_PATH: Final = 0x0A
GATEWAY_TARGET: Final = 0x0B

EXCEPTION_WORDS: Final = {
    ILLEGAL_FUNCTION: "illegal function",
    ILLEGAL_ADDRESS: "illegal data address",
    ILLEGAL_VALUE: "illegal data value",
    DEVICE_FAILURE: "device failure",
    ACKNOWLEDGE: "still working on it",
    BUSY: "busy",
    0x08: "memory parity error",
    GATEWAY_PATH: "gateway path unavailable",
    GATEWAY_TARGET: "gateway: the unit does not respond",
}

_ASK_AGAIN_US: Final = 60_000_000
_PAUSES_US: Final = (1_000_000, 2_000_000, 5_000_000, 10_000_000)
NEVER: Final = 2**62


def exception_words(code: int) -> str:
    """Name and number of an exception code for people."""
    return f"'{EXCEPTION_WORDS.get(code, 'unknown exception')}' (exception {code:02X})"


@dataclass(slots=True)
class Refused:
    """A value the device does not give. again_us: monotonic time of the next try."""

    status: int
    again_us: int


@dataclass(slots=True)
class Refusals:
    """Memory of one device. generation grows whenever requests must be planned anew."""

    max_registers: int
    generation: int = 0
    values: dict[tuple[str, int, int], Refused] = field(default_factory=dict)
    holes: set[tuple[str, int, int]] = field(default_factory=set)
    _paused: dict[tuple[str, int, int], tuple[int, int]] = field(default_factory=dict)

    def is_refused(self, item: Item) -> bool:
        """True if the value is asked for alone and rarely."""
        return _place(item) in self.values

    def refused(self, item: Item, code: int, now_us: int) -> int:
        """Notes that the device refused a single value; returns the status it has until the next try."""
        if code == ILLEGAL_FUNCTION:
            status, again = BAD_CONFIGURATION_ERROR, NEVER
        else:
            status, again = BAD_NODE_ID_UNKNOWN, now_us + _ASK_AGAIN_US
        if _place(item) not in self.values:
            self.generation += 1
        self.values[_place(item)] = Refused(status, again)
        self.holes.add(_place(item))
        return status

    def given(self, item: Item) -> None:
        """Notes that a refused value came after all."""
        if self.values.pop(_place(item), None) is not None:
            self.holes.discard(_place(item))
            self.generation += 1

    def split(self, request: Request, code: int, all_given: bool) -> None:
        """Remembers why a block failed whose values were then asked for one by one."""
        if code == ILLEGAL_VALUE and all_given and request.count > 1:
            widest = max(item.count for item in request.items)
            self.max_registers = max(widest, min(self.max_registers, request.count) // 2)
        else:
            self.holes.update(gaps_of(request))
        self.generation += 1

    def pause(self, request: Request, now_us: int) -> int:
        """Puts a failing block on hold for 1, 2, 5, 10 s; returns the status of its values."""
        times, _ = self._paused.get(_block(request), (0, 0))
        wait = _PAUSES_US[min(times, len(_PAUSES_US) - 1)]
        self._paused[_block(request)] = (times + 1, now_us + wait)
        return BAD_DEVICE_FAILURE

    def is_paused(self, request: Request, now_us: int) -> bool:
        """True while a failing block rests."""
        return now_us < self._paused.get(_block(request), (0, 0))[1]

    def resumed(self, request: Request) -> None:
        """Notes that a block answered."""
        self._paused.pop(_block(request), None)


def _place(item: Item) -> tuple[str, int, int]:
    return (item.table, item.start, item.end)


def _block(request: Request) -> tuple[str, int, int]:
    return (request.table, request.start, request.count)
