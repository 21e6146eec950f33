"""Plays a recording against the clock."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path

from hmi.base.clock import Clock
from hmi.drivers.contract import BatchListener, DeviceFaultError, DriverCounters
from hmi.drivers.replay.recording import Recording, load_recording
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_CONFIGURATION_ERROR,
    BAD_NO_COMMUNICATION,
    BAD_NO_DATA,
    BAD_NODE_ID_UNKNOWN,
    BAD_NOT_WRITABLE,
    GOOD,
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED,
)
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import TagDefinition


class ReplayDriver:
    """A device whose values are the columns of a file; the clock starts with the first read."""

    def __init__(self, device: DeviceDefinition, clock: Clock) -> None:
        self.counters = DriverCounters()
        self._clock = clock
        self._file = Path(str(device.options["file"]))
        speed = device.options.get("speed", 1.0)
        assert isinstance(speed, (int, float))
        self._speed = float(speed)
        self._recording: Recording | None = None
        self._connected = False
        self._began_us: int | None = None

    async def connect(self) -> None:
        if self._recording is None:
            try:
                self._recording = await asyncio.to_thread(load_recording, self._file)
            except OSError as fault:
                words = f"has a recording that cannot be read ({self._file}: {fault.strerror})"
                raise DeviceFaultError("configuration", words, BAD_CONFIGURATION_ERROR) from None
            except ValueError as fault:
                words = f"has a recording that cannot be used ({self._file}: {fault})"
                raise DeviceFaultError("configuration", words, BAD_CONFIGURATION_ERROR) from None
        self._connected = True

    async def close(self) -> None:
        self._connected = False

    async def subscribe(self, tags: Sequence[TagDefinition], listener: BatchListener) -> bool:
        return False

    async def check(self) -> None:
        return None

    async def read(self, tags: Sequence[TagDefinition]) -> SampleBatch:
        recording = self._recording
        if recording is None or not self._connected:
            raise DeviceFaultError("reset", "is not connected", BAD_NO_COMMUNICATION)
        self.counters.requests += 1
        monotonic = self._clock.monotonic_us()
        if self._began_us is None:
            self._began_us = monotonic
        elapsed = int((monotonic - self._began_us) * self._speed)
        row = recording.row_at(elapsed)
        now = self._clock.now_us() // 1000 * 1000
        return SampleBatch.of(_sample(tag, recording, row, now) for tag in tags)

    async def write(self, tag: TagDefinition, value: Scalar) -> None:
        raise DeviceFaultError("configuration", "is a recording and cannot be written", BAD_NOT_WRITABLE)


def _sample(tag: TagDefinition, recording: Recording, row: int, now_us: int) -> Sample:
    column = recording.columns.get(tag.address)
    if column is None:
        return Sample(tag.number, None, BAD_NODE_ID_UNKNOWN, now_us, now_us)
    value = column[row]
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return Sample(tag.number, None, BAD_NO_DATA, now_us, now_us)
    if tag.is_text:
        return Sample(tag.number, str(value), GOOD, now_us, now_us)
    if isinstance(value, str):
        return Sample(tag.number, None, BAD_NO_DATA, now_us, now_us)
    scaled: Scalar = value
    if tag.scaling.scale != 1 or tag.scaling.offset != 0:
        scaled = value * tag.scaling.scale + tag.scaling.offset
    low = tag.low if tag.low is not None else -math.inf
    high = tag.high if tag.high is not None else math.inf
    status = GOOD if low <= float(scaled) <= high else UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
    return Sample(tag.number, scaled, status, now_us, now_us)
