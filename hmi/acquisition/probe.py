"""One attempt with one device without a running station, for commands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from hmi.drivers.contract import DeviceFaultError, DriverKind
from hmi.model.devices import DeviceDefinition
from hmi.model.samples import SampleBatch
from hmi.model.tags import Access, TagDefinition


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What an attempt gave. fault: sentence part such as `does not answer`, empty if it worked.

    connect_us, read_us: how long connecting and one read of every tag took. batch: the samples, None after a fault.
    """

    fault: str
    kind: str
    connect_us: int
    read_us: int
    requests: int
    batch: SampleBatch | None


def probe_device(kind: DriverKind, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> ProbeResult:
    """Connects, reads every readable tag once and closes."""
    return asyncio.run(_probe(kind, device, tags))


async def _probe(kind: DriverKind, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> ProbeResult:
    readable = [tag for tag in tags if tag.access is not Access.WRITE_ONLY]
    driver = kind.create(device, tags)
    connect_us = read_us = 0
    began = time.monotonic_ns()
    try:
        async with asyncio.timeout(device.timeout_us / 1e6):
            await driver.connect()
        connect_us = (time.monotonic_ns() - began) // 1000
        began = time.monotonic_ns()
        requests = max(1, len(kind.plan(device, tags)))
        async with asyncio.timeout((requests + 4) * device.timeout_us / 1e6):
            batch = await driver.read(readable)
        read_us = (time.monotonic_ns() - began) // 1000
    except TimeoutError:
        return ProbeResult("does not answer", "timeout", connect_us, read_us, driver.counters.requests, None)
    except DeviceFaultError as fault:
        return ProbeResult(str(fault), fault.kind, connect_us, read_us, driver.counters.requests, None)
    finally:
        await driver.close()
    return ProbeResult("", "", connect_us, read_us, driver.counters.requests, batch)
