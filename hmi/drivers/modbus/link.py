"""TCP connections shared by all units of one host and port: one request at a time, silent units in a slow lane."""

from __future__ import annotations

import asyncio
import weakref
from typing import Final, NamedTuple

from hmi.base.clock import Clock
from hmi.drivers.contract import DeviceFaultError
from hmi.drivers.modbus.client import ExceptionReplyError, ModbusClient, Operation
from hmi.drivers.modbus.lanes import Lanes
from hmi.model.quality import BAD_COMMUNICATION_ERROR, BAD_NO_COMMUNICATION

_LOST_IN_A_ROW: Final = 3
"""Requests without any answer after which the connection itself counts as dead."""

_GATEWAY_SILENT: Final = (0x0A, 0x0B)


class Answer(NamedTuple):
    """A reply and when it was: source time is the middle between request and reply."""

    data: bytes | list[bool] | None
    t_source_us: int
    t_receive_us: int
    took_us: int


class Link:
    """The one connection to a host and port; every driver of a unit behind it holds a share."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._turn = asyncio.Lock()
        self._lanes = Lanes()
        self._client: ModbusClient | None = None
        self._opening: asyncio.Task[None] | None = None
        self._units: dict[int, int] = {}
        self._lost = 0

    @property
    def connected(self) -> bool:
        """True if a connection is up."""
        return self._client is not None and self._client.connected

    @property
    def shares(self) -> int:
        """How many drivers hold this link."""
        return sum(self._units.values())

    def hold(self, unit: int) -> None:
        """Takes a share for a unit."""
        self._units[unit] = self._units.get(unit, 0) + 1

    def drop(self, unit: int) -> None:
        """Gives a share back; the last one closes the connection."""
        left = self._units.get(unit, 0) - 1
        if left > 0:
            self._units[unit] = left
        else:
            self._units.pop(unit, None)
        if not self._units:
            if self._opening is not None:
                self._opening.cancel()
                self._opening = None
            self.disconnect()

    async def open(self, timeout_us: int) -> None:
        """Connects unless connected; several drivers asking at once share one attempt and its outcome."""
        if self.connected:
            return
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open(timeout_us))
            self._opening.add_done_callback(_seen)
        await asyncio.shield(self._opening)

    def disconnect(self) -> None:
        """Closes the connection; shares stay."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._lost = 0

    async def call(self, unit: int, operation: Operation, timeout_us: int, pause_us: int = 0) -> Answer:
        """Runs one request when it is its turn; raises DeviceFaultError or ExceptionReplyError.

        Waiting in line does not count against the deadline: a slow neighbour is not this unit's fault.
        """
        async with self._turn:
            now = self._clock.monotonic_us()
            allowed = self._lanes.allowance_us(unit, timeout_us, now)
            if allowed is None:
                raise DeviceFaultError("timeout", "does not answer", BAD_NO_COMMUNICATION)
            client = self._client
            if client is None or not client.connected:
                raise DeviceFaultError("reset", "closed the connection", BAD_COMMUNICATION_ERROR)
            try:
                data = await operation(client, allowed)
            except DeviceFaultError as fault:
                self._failed(unit, fault, now)
                raise
            except ExceptionReplyError as reply:
                took = self._clock.monotonic_us() - now
                self._lost = 0
                if reply.code in _GATEWAY_SILENT:
                    self._lanes.unanswered(unit, took, now + took)
                else:
                    self._lanes.answered(unit, took, now + took)
                raise
            took = self._clock.monotonic_us() - now
            t_receive = self._clock.now_us()
            self._lost = 0
            self._lanes.answered(unit, took, now + took)
            if pause_us:
                await asyncio.sleep(pause_us / 1e6)
        return Answer(data, _floor_ms(t_receive - took // 2), _floor_ms(t_receive), took)

    async def _open(self, timeout_us: int) -> None:
        client = ModbusClient(self._host, self._port)
        try:
            await client.open(timeout_us)
        except BaseException:
            client.close()
            raise
        self.disconnect()
        self._client = client

    def _failed(self, unit: int, fault: DeviceFaultError, began_us: int) -> None:
        now = self._clock.monotonic_us()
        if fault.kind == "reset":
            self.disconnect()
            return
        # Also after garbage the connection stays: the other units behind it are not to blame.
        self._lanes.unanswered(unit, now - began_us, now)
        self._lost += 1
        if self._lost >= _LOST_IN_A_ROW:
            self.disconnect()


_links: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, int], Link]] = weakref.WeakKeyDictionary()


def take_link(host: str, port: int, unit: int, clock: Clock) -> Link:
    """The loop's link to a host and port, with one share taken for `unit`."""
    links = _links.setdefault(asyncio.get_running_loop(), {})
    link = links.get((host, port))
    if link is None:
        link = links[(host, port)] = Link(host, port, clock)
    link.hold(unit)
    return link


def return_link(host: str, port: int, unit: int, link: Link) -> None:
    """Gives a share back and forgets a link nobody holds."""
    link.drop(unit)
    if link.shares == 0:
        links = _links.get(asyncio.get_running_loop(), {})
        if links.get((host, port)) is link:
            del links[(host, port)]


def _floor_ms(t_us: int) -> int:
    return t_us - t_us % 1_000


def _seen(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        task.exception()
