"""Reads and writes one Modbus unit through a shared connection."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hmi.base.clock import Clock
from hmi.drivers.contract import BatchListener, DeviceFaultError, DriverCounters
from hmi.drivers.modbus.address import WRITABLE_TABLES, ModbusAddress, parse_address
from hmi.drivers.modbus.client import ExceptionReplyError, ModbusClient, Operation, read_operation
from hmi.drivers.modbus.codec import BlockDecoder, Slots, as_slots, encode
from hmi.drivers.modbus.link import Answer, Link, return_link, take_link
from hmi.drivers.modbus.planner import Item, Request, plan_requests, single_requests
from hmi.drivers.modbus.refusals import (
    ACKNOWLEDGE,
    BUSY,
    GATEWAY_PATH,
    GATEWAY_TARGET,
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    Refusals,
    exception_words,
)
from hmi.drivers.modbus.types import ValueRule, value_rule
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_DEVICE_FAILURE,
    BAD_NO_COMMUNICATION,
    BAD_NODE_ID_UNKNOWN,
    BAD_NOT_WRITABLE,
    BAD_OUT_OF_RANGE,
    BAD_TYPE_MISMATCH,
)
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import TagDefinition

_BUSY_TRIES: Final = 3
_BUSY_WAIT_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Block:
    """A request with what is needed to send it and to place its values."""

    request: Request
    operation: Operation
    slots: Slots
    decoder: BlockDecoder | None
    bits: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The requests of one scan group. alone: refused values, asked for one by one and rarely."""

    tags: tuple[TagDefinition, ...]
    generation: int
    entries: dict[int, tuple[Item, ModbusAddress, ValueRule]]
    numbers: npt.NDArray[np.int32]
    blocks: tuple[_Block, ...]
    alone: tuple[_Block, ...]


@dataclass(slots=True)
class _Round:
    """Values of a read in the making, parallel to its tags."""

    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint32]
    t_source: npt.NDArray[np.int64]
    t_receive: npt.NDArray[np.int64]
    exact: dict[int, str | int]
    answered: int = 0

    @classmethod
    def begin(cls, count: int, now_us: int) -> _Round:
        """Nothing read yet."""
        done = cls(
            np.empty(count), np.empty(count, np.uint32), np.empty(count, np.int64), np.empty(count, np.int64), {}
        )
        done.value.fill(np.nan)
        done.status.fill(BAD_DEVICE_FAILURE)
        done.t_source.fill(now_us)
        done.t_receive.fill(now_us)
        return done


def item_of(key: int, tag: TagDefinition, unit: int, scan_us: int) -> tuple[Item, ModbusAddress, ValueRule]:
    """What of a tag matters for planning and decoding."""
    address = parse_address(tag.address)
    rule = value_rule(tag, address)
    return Item(key, unit, address.table, address.offset, rule.registers, scan_us), address, rule


class ModbusDriver:
    """One unit of a Modbus TCP server or gateway."""

    def __init__(self, device: DeviceDefinition, clock: Clock) -> None:
        self.counters = DriverCounters()
        self._device = device
        self._clock = clock
        options = device.options
        self._host = str(options["host"])
        self._port = _whole(options["port"])
        self._unit = _whole(options["unit"])
        self._max_gap = _whole(options["max_gap"])
        self._pause_us = _whole(options["pause_us"])
        self._close_after_poll = bool(options["close_after_poll"])
        self._refusals = Refusals(_whole(options["max_registers"]))
        self._plans: dict[tuple[int, str], _Plan] = {}
        self._link: Link | None = None

    async def connect(self) -> None:
        if self._link is None:
            self._link = take_link(self._host, self._port, self._unit, self._clock)
        await self._link.open(self._device.timeout_us)

    async def close(self) -> None:
        if self._link is not None:
            return_link(self._host, self._port, self._unit, self._link)
            self._link = None

    async def subscribe(self, tags: Sequence[TagDefinition], listener: BatchListener) -> bool:
        return False

    async def check(self) -> None:
        return None

    async def read(self, tags: Sequence[TagDefinition]) -> SampleBatch:
        link = self._held()
        if self._close_after_poll:
            await link.open(self._device.timeout_us)
        plan = self._plan(tags)
        done = _Round.begin(len(plan.tags), self._clock.now_us() // 1000 * 1000)
        last_code = 0
        for block in plan.blocks:
            last_code = await self._read_block(link, plan, block, done) or last_code
        for block in plan.alone:
            await self._read_alone(link, block, done)
        if self._close_after_poll:
            link.disconnect()
        if last_code and not done.answered:
            raise DeviceFaultError("exception", f"answers {exception_words(last_code)}", BAD_DEVICE_FAILURE)
        return SampleBatch(
            plan.numbers.copy(), done.t_source, done.t_receive, done.value, done.status, None, done.exact
        )

    async def write(self, tag: TagDefinition, value: Scalar) -> None:
        link = self._held()
        _, address, rule = item_of(0, tag, self._unit, 0)
        if address.table not in WRITABLE_TABLES:
            raise DeviceFaultError("configuration", f"cannot write {address.table} registers", BAD_NOT_WRITABLE)
        try:
            registers = [] if address.is_bit_table else encode(value, rule)
        except ValueError as fault:
            raise DeviceFaultError("configuration", str(fault), BAD_TYPE_MISMATCH) from None
        if self._close_after_poll:
            await link.open(self._device.timeout_us)
        try:
            if address.is_bit_table:
                await self._send(link, _coil(self._unit, address.offset, bool(value)))
            elif address.bit is not None:
                await self._write_bit(link, address, rule, bool(value))
            else:
                await self._write_registers(link, address.offset, registers)
        except ExceptionReplyError as reply:
            raise DeviceFaultError(
                "exception", f"refuses the write: {exception_words(reply.code)}", _write_status(reply.code)
            ) from None

    def _held(self) -> Link:
        if self._link is None:
            raise DeviceFaultError("reset", "is not connected", BAD_NO_COMMUNICATION)
        return self._link

    async def _read_block(self, link: Link, plan: _Plan, block: _Block, done: _Round) -> int:
        """Reads a block; returns the exception code that kept its values away, else 0."""
        now = self._clock.monotonic_us()
        if self._refusals.is_paused(block.request, now):
            return 4
        try:
            answer = await self._exchange(link, block.operation)
        except ExceptionReplyError as reply:
            if reply.code in (ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE):
                await self._split(link, plan, block, reply.code, done)
                return 0
            if reply.code in (GATEWAY_PATH, GATEWAY_TARGET):
                raise DeviceFaultError(
                    "exception", f"answers {exception_words(reply.code)}", BAD_NO_COMMUNICATION
                ) from None
            self._refusals.pause(block.request, now)
            return reply.code
        self._refusals.resumed(block.request)
        _place(block, answer, done)
        return 0

    async def _split(self, link: Link, plan: _Plan, block: _Block, code: int, done: _Round) -> None:
        """Asks once for each value of a refused block and remembers what the device does not have."""
        singles = [block]
        if len(block.request.items) > 1:
            singles = [_compile(request, plan.entries) for request in single_requests(block.request)]
        given = 0
        for single in singles:
            item = single.request.items[0]
            if single is block or code == ILLEGAL_FUNCTION:
                done.status[single.slots] = self._refusals.refused(item, code, self._clock.monotonic_us())
                done.answered += 1
                continue
            try:
                answer = await self._exchange(link, single.operation)
            except ExceptionReplyError as reply:
                done.status[single.slots] = self._refusals.refused(item, reply.code, self._clock.monotonic_us())
                done.answered += 1
            else:
                given += 1
                _place(single, answer, done)
        if len(singles) > 1:
            self._refusals.split(block.request, code, given == len(singles))

    async def _read_alone(self, link: Link, block: _Block, done: _Round) -> None:
        item = block.request.items[0]
        known = self._refusals.values.get((item.table, item.start, item.end))
        now = self._clock.monotonic_us()
        done.answered += 1
        if known is not None and now < known.again_us:
            done.status[block.slots] = known.status
            return
        try:
            answer = await self._exchange(link, block.operation)
        except ExceptionReplyError as reply:
            done.status[block.slots] = self._refusals.refused(item, reply.code, now)
        else:
            self._refusals.given(item)
            _place(block, answer, done)

    async def _exchange(self, link: Link, operation: Operation) -> Answer:
        """One read with its retries; busy answers are asked again while others use the connection."""
        lost = busy = 0
        while True:
            try:
                return await self._send(link, operation)
            except DeviceFaultError as fault:
                lost += 1
                if fault.kind != "timeout" or lost > self._device.retries:
                    raise
            except ExceptionReplyError as reply:
                busy += 1
                if reply.code not in (ACKNOWLEDGE, BUSY) or busy > _BUSY_TRIES:
                    raise
                await asyncio.sleep(_BUSY_WAIT_S)

    async def _send(self, link: Link, operation: Operation) -> Answer:
        self.counters.requests += 1
        try:
            answer = await link.call(self._unit, operation, self._device.timeout_us, self._pause_us)
        except DeviceFaultError as fault:
            self.counters.error(fault.kind)
            raise
        except ExceptionReplyError as reply:
            self.counters.error(f"exception_{reply.code:02x}")
            raise
        self.counters.response_us.add(answer.took_us)
        return answer

    async def _write_registers(self, link: Link, offset: int, registers: list[int]) -> None:
        if len(registers) == 1:
            try:
                await self._send(link, _register(self._unit, offset, registers[0]))
                return
            except ExceptionReplyError as reply:
                if reply.code != ILLEGAL_FUNCTION:
                    raise
        await self._send(link, _registers(self._unit, offset, registers))

    async def _write_bit(self, link: Link, address: ModbusAddress, rule: ValueRule, value: bool) -> None:
        """Changes one bit of a register: atomically where the device can, else by reading and writing it."""
        bit = address.bit or 0
        if rule.order in ("BADC", "DCBA"):
            bit = (bit + 8) % 16
        mask = 1 << bit
        put = mask if value else 0
        try:
            await self._send(link, _mask(self._unit, address.offset, 0xFFFF & ~mask, put))
            return
        except ExceptionReplyError as reply:
            if reply.code != ILLEGAL_FUNCTION:
                raise
        answer = await self._send(link, read_operation(address.table, self._unit, address.offset, 1))
        assert isinstance(answer.data, bytes)
        whole = int.from_bytes(answer.data, "big") & ~mask | put
        await self._write_registers(link, address.offset, [whole])

    def _plan(self, tags: Sequence[TagDefinition]) -> _Plan:
        tags = tuple(tags)
        # Scan groups share no tag: the first tells them apart, and comparing the very same objects is quick.
        key = (len(tags), tags[0].path if tags else "")
        known = self._plans.get(key)
        if known is not None and known.generation == self._refusals.generation and known.tags == tags:
            return known
        entries = {index: item_of(index, tag, self._unit, 0) for index, tag in enumerate(tags)}
        items = [item for item, _, _ in entries.values()]
        open_items = [item for item in items if not self._refusals.is_refused(item)]
        requests = plan_requests(open_items, self._max_gap, self._refusals.max_registers, self._refusals.holes)
        alone = [plan_requests([item])[0] for item in items if self._refusals.is_refused(item)]
        plan = _Plan(
            tags=tags,
            generation=self._refusals.generation,
            entries=entries,
            numbers=np.asarray([tag.number for tag in tags], np.int32),
            blocks=tuple(_compile(request, entries) for request in requests),
            alone=tuple(_compile(request, entries) for request in alone),
        )
        self._plans[key] = plan
        return plan


def _compile(request: Request, entries: dict[int, tuple[Item, ModbusAddress, ValueRule]]) -> _Block:
    places = [item.start - request.start for item in request.items]
    slots = [item.key for item in request.items]
    decoder = None
    if not entries[request.items[0].key][1].is_bit_table:
        rules = [entries[item.key][2] for item in request.items]
        decoder = BlockDecoder(list(zip(places, rules, strict=True)), slots)
    return _Block(
        request=request,
        operation=read_operation(request.table, request.unit, request.start, request.count),
        slots=as_slots(slots),
        decoder=decoder,
        bits=np.asarray(places, np.intp),
    )


def _place(block: _Block, answer: Answer, done: _Round) -> None:
    done.answered += 1
    done.t_source[block.slots] = answer.t_source_us
    done.t_receive[block.slots] = answer.t_receive_us
    if block.decoder is None:
        assert isinstance(answer.data, list)
        done.value[block.slots] = np.asarray(answer.data, np.float64)[block.bits]
        done.status[block.slots] = 0
        return
    assert isinstance(answer.data, bytes)
    block.decoder.decode_into(answer.data, done.value, done.status, done.exact)


def _coil(unit: int, offset: int, value: bool) -> Operation:
    async def run(client: ModbusClient, timeout_us: int) -> None:
        await client.write_coil(unit, offset, value, timeout_us)

    return run


def _register(unit: int, offset: int, value: int) -> Operation:
    async def run(client: ModbusClient, timeout_us: int) -> None:
        await client.write_register(unit, offset, value, timeout_us)

    return run


def _registers(unit: int, offset: int, values: list[int]) -> Operation:
    async def run(client: ModbusClient, timeout_us: int) -> None:
        await client.write_registers(unit, offset, values, timeout_us)

    return run


def _mask(unit: int, offset: int, keep: int, put: int) -> Operation:
    async def run(client: ModbusClient, timeout_us: int) -> None:
        await client.mask_register(unit, offset, keep, put, timeout_us)

    return run


def _write_status(code: int) -> int:
    return {
        ILLEGAL_FUNCTION: BAD_NOT_WRITABLE,
        ILLEGAL_ADDRESS: BAD_NODE_ID_UNKNOWN,
        ILLEGAL_VALUE: BAD_OUT_OF_RANGE,
    }.get(code, BAD_DEVICE_FAILURE)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
