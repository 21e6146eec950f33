"""Writes once and reads back; a write whose effect is not seen is never called done."""

from __future__ import annotations

import asyncio
from typing import Final

import numpy as np

from hmi.acquisition.figures import WriteOutcome
from hmi.base.clock import Clock
from hmi.drivers.contract import DeviceFaultError, Driver
from hmi.model.numbers import format_value
from hmi.model.quality import is_usable, status_name
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import Access, TagDefinition

_READS: Final = 3
_BETWEEN_READS_S: Final = 0.1


async def verify_write(
    driver: Driver, turn: asyncio.Lock, tag: TagDefinition, value: Scalar, timeout_us: int, clock: Clock
) -> WriteOutcome:
    """Sends `value` exactly once and compares what the device then holds."""
    async with turn:
        sent = clock.now_us()
        try:
            async with asyncio.timeout(3 * timeout_us / 1e6):
                await driver.write(tag, value)
        except TimeoutError:
            return WriteOutcome("timeout", "no answer to the write; whether it took effect is not known", sent, None)
        except DeviceFaultError as fault:
            return _refused(fault, sent)
        if tag.access is Access.WRITE_ONLY:
            return WriteOutcome("unverified", "sent; the tag cannot be read back", sent, None)
        batch: SampleBatch | None = None
        for attempt in range(_READS):
            if attempt:
                await asyncio.sleep(_BETWEEN_READS_S)
            try:
                async with asyncio.timeout(2 * timeout_us / 1e6):
                    batch = await driver.read([tag])
            except (TimeoutError, DeviceFaultError):
                continue
            readback = batch.scalar(0)
            if readback is not None and matches(value, readback, tag):
                return WriteOutcome("verified", "", sent, readback)
    return _not_seen(value, tag, batch, sent)


def matches(wanted: Scalar, readback: Scalar, tag: TagDefinition) -> bool:
    """True if the value read back is the value written, to the precision of the tag's type and scale."""
    if isinstance(wanted, str) or isinstance(readback, str):
        return str(wanted) == str(readback)
    if isinstance(wanted, int) and isinstance(readback, int):
        return int(wanted) == int(readback)
    difference = abs(float(wanted) - float(readback))
    if tag.type in ("float32", "float16"):
        width = np.float32 if tag.type == "float32" else np.float16
        return bool(difference <= 2 * float(np.spacing(width(abs(float(wanted))))))
    if tag.type in ("", "float64"):
        return difference <= 1e-9 * max(1.0, abs(float(wanted)))
    scaling = tag.scaling
    step = abs(scaling.scale)
    if scaling.raw_low is not None and scaling.raw_high is not None and tag.low is not None and tag.high is not None:
        step = abs((tag.high - tag.low) / (scaling.raw_high - scaling.raw_low))
    return difference <= 0.5000001 * step


def _refused(fault: DeviceFaultError, sent_us: int) -> WriteOutcome:
    if fault.kind == "timeout":
        return WriteOutcome("timeout", "no answer to the write; whether it took effect is not known", sent_us, None)
    if fault.kind in ("reset", "refused"):
        return WriteOutcome("comm", f"the device {fault}; whether the write took effect is not known", sent_us, None)
    return WriteOutcome("failed", f"the device {fault}", sent_us, None)


def _not_seen(value: Scalar, tag: TagDefinition, batch: SampleBatch | None, sent_us: int) -> WriteOutcome:
    if batch is None:
        return WriteOutcome("unverified", "sent, but the value could not be read back", sent_us, None)
    readback = batch.scalar(0)
    if readback is None or not is_usable(int(batch.status[0])):
        words = f"sent, but the value reads back as {status_name(int(batch.status[0]))}"
        return WriteOutcome("unverified", words, sent_us, None)
    words = f"wrote {format_value(value, tag.type)}, the device holds {format_value(readback, tag.type)}"
    return WriteOutcome("mismatch", words, sent_us, readback)
