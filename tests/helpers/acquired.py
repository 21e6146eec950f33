"""Builds an acquisition on loopback devices and listens to all it says."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from hmi.acquisition import Acquisition, DeviceEvent, DeviceStatus
from hmi.drivers.registry import driver_kind
from hmi.model.devices import DeviceDefinition
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition

SCAN_US = 100_000
TIMEOUT_US = 300_000


def modbus_device(name: str, port: int, unit: int = 1, **changes: Any) -> DeviceDefinition:
    options: dict[str, object] = {"host": "127.0.0.1", "port": port, "unit": unit}
    for key in ("max_gap", "max_registers", "pause", "close_after_poll"):
        if key in changes:
            options[key] = changes.pop(key)
    checked, problems = driver_kind("modbus-tcp").check_options(options)
    assert problems == []
    timing = {"scan_us": SCAN_US, "timeout_us": TIMEOUT_US, "reconnect_max_us": 500_000, **changes}
    return DeviceDefinition(name, "modbus-tcp", options=checked, **timing)


def opcua_device(name: str, port: int, changes: dict[str, object] | None = None, **timing: Any) -> DeviceDefinition:
    options = {"url": f"opc.tcp://127.0.0.1:{port}", "publish": "100 ms", **(changes or {})}
    checked, problems = driver_kind("opcua").check_options(options)
    assert problems == []
    times = {"scan_us": SCAN_US, "timeout_us": 700_000, "reconnect_max_us": 500_000, **timing}
    return DeviceDefinition(name, "opcua", options=checked, **times)


def registers(device: str, first_number: int, offsets: Sequence[int], **changes: Any) -> list[TagDefinition]:
    return [
        TagDefinition(
            f"{device}/r{offset}", device, f"holding:{offset}", number=first_number + index, type="uint16", **changes
        )
        for index, offset in enumerate(offsets)
    ]


class Heard:
    """Everything an acquisition handed over, safe to look at while it runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batches: list[SampleBatch] = []
        self.events: list[DeviceEvent] = []
        self.alive: dict[str, int] = {}
        self.subscribed: dict[str, int] = {}

    def take(self, batch: SampleBatch) -> None:
        with self._lock:
            self._batches.append(batch)

    def batches(self) -> list[SampleBatch]:
        with self._lock:
            return list(self._batches)

    def of(self, number: int) -> list[Sample]:
        return [sample for batch in self.batches() for sample in batch.samples() if sample.tag == number]

    def last(self, number: int) -> Sample | None:
        samples = self.of(number)
        return samples[-1] if samples else None

    def clear(self) -> None:
        with self._lock:
            self._batches.clear()

    def link_alive(self, device: str, monotonic_us: int) -> None:
        self.alive[device] = monotonic_us

    def set_subscribed(self, device: str, stale_after_us: int) -> None:
        self.subscribed[device] = stale_after_us


@contextmanager
def acquiring(
    devices: Sequence[DeviceDefinition], tags: Sequence[TagDefinition], **options: Any
) -> Iterator[tuple[Acquisition, Heard]]:
    """A running acquisition; stopped at the end whatever happens."""
    heard = Heard()
    kind_of = options.pop("kind_of", driver_kind)
    acquisition = Acquisition(
        devices,
        tags,
        kind_of,
        heard.take,
        on_event=heard.events.append,
        link_alive=heard.link_alive,
        set_subscribed=heard.set_subscribed,
        rng=random.Random(1),
        **options,
    )
    acquisition.start()
    try:
        yield acquisition, heard
    finally:
        acquisition.stop()


def state(acquisition: Acquisition, device: str) -> DeviceStatus:
    return acquisition.status(device)
