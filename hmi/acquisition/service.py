"""All devices together: the service the station starts, and what it can be asked."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, TypeVar

import structlog

from hmi.acquisition.device import DeviceRunner, Surroundings
from hmi.acquisition.figures import POLL_BOUNDS_S, AcquisitionFigures, DeviceEvent, DeviceStatus, WriteOutcome
from hmi.acquisition.limits import raise_descriptor_limit
from hmi.acquisition.worker import Worker
from hmi.base.clock import Clock, SystemClock
from hmi.base.errors import PlantError, UnreachableError
from hmi.base.histogram import Histogram
from hmi.base.log import ConditionLog
from hmi.drivers.contract import DriverKind
from hmi.model.devices import DeviceDefinition
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import TagDefinition

T = TypeVar("T")
_log = structlog.get_logger("acquisition")


def _ignore_event(event: DeviceEvent) -> None:
    return None


def _ignore_link(device: str, value: int) -> None:
    return None


class Acquisition:
    """Connects, polls and subscribes every device and hands its samples to `sink` in batches.

    tags must carry their numbers; calculated ones are left out. kind_of: `drivers.registry.driver_kind`.
    sink, on_event, link_alive(device, monotonic_us) and set_subscribed(device, stale_after_us; 0 = no longer) are
    called on acquisition threads and must be quick. rng spreads retries; zone is for the times in error sentences.
    Samples of polled devices have times in whole milliseconds.
    """

    name = "acquisition"

    def __init__(
        self,
        devices: Sequence[DeviceDefinition],
        tags: Sequence[TagDefinition],
        kind_of: Callable[[str], DriverKind],
        sink: Callable[[SampleBatch], None],
        clock: Clock | None = None,
        *,
        on_event: Callable[[DeviceEvent], None] = _ignore_event,
        link_alive: Callable[[str, int], None] = _ignore_link,
        set_subscribed: Callable[[str, int], None] = _ignore_link,
        workers: int = 1,
        rng: random.Random | None = None,
        zone: tzinfo = UTC,
    ) -> None:
        self._lateness = Histogram(POLL_BOUNDS_S)
        self._durations: dict[str, Histogram] = defaultdict(partial(Histogram, POLL_BOUNDS_S))
        around = Surroundings(
            clock=clock or SystemClock(),
            sink=sink,
            on_event=on_event,
            link_alive=link_alive,
            set_subscribed=set_subscribed,
            lateness=self._lateness,
            faults=ConditionLog(_log),
            zone=zone,
        )
        randomness = rng or random.Random()
        of_device: dict[str, list[TagDefinition]] = defaultdict(list)
        for tag in tags:
            if not tag.is_calculated:
                of_device[tag.device].append(tag)
        self._tags = {tag.path: tag for tag in tags if not tag.is_calculated}
        self._runners: dict[str, DeviceRunner] = {}
        for position, device in enumerate(devices):
            kind = kind_of(device.driver)
            self._runners[device.name] = DeviceRunner(
                device,
                of_device[device.name],
                kind,
                around,
                self._durations[kind.protocol],
                random.Random(randomness.getrandbits(64)),
                position,
                len(devices),
            )
        self._workers: list[Worker] = []
        self._home: dict[str, Worker] = {}
        self._spread(max(1, workers))

    def start(self) -> None:
        """Begins polling on the worker threads."""
        raise_descriptor_limit(len(self._runners))
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Ends polling and closes every connection; returns when the threads have ended; may be called twice."""
        for worker in self._workers:
            worker.stop()

    @property
    def poll_round_done(self) -> bool:
        """True once every enabled device was tried, successfully or not."""
        return all(runner.tried for runner in self._runners.values())

    def statuses(self) -> list[DeviceStatus]:
        """Every device in configured order."""
        return [runner.status() for runner in self._runners.values()]

    def status(self, device: str) -> DeviceStatus:
        """One device; KeyError for an unknown name."""
        return self._runners[device].status()

    def figures(self) -> AcquisitionFigures:
        """Counters for metrics."""
        requests: dict[str, int] = defaultdict(int)
        overruns: dict[str, int] = defaultdict(int)
        reconnects: dict[str, int] = defaultdict(int)
        errors: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for runner in self._runners.values():
            status = runner.status()
            requests[status.protocol] += status.requests
            overruns[status.protocol] += status.overruns
            reconnects[status.protocol] += status.reconnects
            for kind, count in status.errors.items():
                errors[status.protocol][kind] += count
        return AcquisitionFigures(
            samples=sum(runner.samples for runner in self._runners.values()),
            requests=dict(requests),
            errors={protocol: dict(kinds) for protocol, kinds in errors.items()},
            overruns=dict(overruns),
            reconnects=dict(reconnects),
            poll_duration={protocol: histogram.figures() for protocol, histogram in list(self._durations.items())},
            scan_lateness=self._lateness.figures(),
        )

    def read_now(self, paths: Sequence[str]) -> Future[SampleBatch]:
        """Reads tags from their devices at once; one sample per tag, bad where the device is down.

        Fails with PlantError for an unknown path. The samples do not go to the sink.
        """
        wanted: dict[str, list[TagDefinition]] = defaultdict(list)
        for path in paths:
            tag = self._tag(path)
            wanted[tag.device].append(tag)
        parts: list[Future[SampleBatch]] = []
        for device, tags in wanted.items():
            parts.append(self._submit(device, self._runners[device].read_now(tags)))
        return _joined(parts)

    def write(self, path: str, value: Scalar) -> Future[WriteOutcome]:
        """Sends one value once and reads it back; no permission or range is checked here."""
        tag = self._tag(path)
        return self._submit(tag.device, self._runners[tag.device].write(tag, value))

    def _tag(self, path: str) -> TagDefinition:
        tag = self._tags.get(path)
        if tag is None or tag.device not in self._runners:
            raise PlantError(f"no tag {path} on a device")
        return tag

    def _submit(self, device: str, work: Coroutine[Any, Any, T]) -> Future[T]:
        try:
            return self._home[device].submit(work)
        except RuntimeError:
            raise UnreachableError("acquisition is not running; start the station") from None

    def _spread(self, workers: int) -> None:
        """Devices of one endpoint share a worker, for they may share a connection."""
        shards: list[list[DeviceRunner]] = [[] for _ in range(workers)]
        endpoints: dict[str, int] = {}
        for runner in self._runners.values():
            options = runner.device.options
            endpoint = f"{options.get('host', runner.device.name)}:{options.get('port', '')}"
            shard = endpoints.setdefault(endpoint, len(endpoints) % workers)
            shards[shard].append(runner)
        for index, runners in enumerate(shards):
            worker = Worker(f"acquisition-{index}", runners)
            self._workers.append(worker)
            for runner in runners:
                self._home[runner.device.name] = worker


def _joined(parts: list[Future[SampleBatch]]) -> Future[SampleBatch]:
    """One future for all parts, in their order."""
    whole: Future[SampleBatch] = Future()
    if not parts:
        whole.set_result(SampleBatch.empty())
        return whole
    left = len(parts)

    def one_done(_: Future[SampleBatch]) -> None:
        nonlocal left
        left -= 1
        if left or whole.done():
            return
        try:
            whole.set_result(SampleBatch.concatenate([part.result() for part in parts]))
        except BaseException as fault:
            whole.set_exception(fault)

    for part in parts:
        part.add_done_callback(one_done)
    return whole
