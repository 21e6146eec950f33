"""Looks after one device: connect, poll or subscribe, notice failure, mark its tags, try again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, TypeVar

import numpy as np
import structlog

from hmi.acquisition import health as links
from hmi.acquisition.figures import DeviceEvent, DeviceStatus, WriteOutcome
from hmi.acquisition.health import LinkHealth
from hmi.acquisition.schedule import Backoff, next_slot
from hmi.acquisition.verify import verify_write
from hmi.base.clock import Clock
from hmi.base.histogram import Histogram
from hmi.base.log import ConditionLog
from hmi.base.recent import RecentValues
from hmi.drivers.contract import DeviceFaultError, Driver, DriverKind, WatchedLink
from hmi.model.devices import DeviceDefinition, LinkState
from hmi.model.quality import BAD_INTERNAL_ERROR, BAD_NO_COMMUNICATION, BAD_TIMEOUT
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import Access, TagDefinition
from hmi.model.timestamps import format_duration

_T = TypeVar("_T")
_log = structlog.get_logger("acquisition")

_CHECK_EVERY_S: Final = 0.5
_CLOSE_WITHIN_S: Final = 2.0
_PATIENCE: Final = 4
"""Timeouts a poll may take beyond its own requests, for waiting in line behind a gateway."""

_BETWEEN_FIRST_CONNECTS_S: Final = 0.001

_TAGS_PER_REQUEST: Final = 100
"""How many tags a request surely carries where the protocol has no plan; only deadlines depend on it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all devices share."""

    clock: Clock
    sink: Callable[[SampleBatch], None]
    on_event: Callable[[DeviceEvent], None]
    link_alive: Callable[[str, int], None]
    set_subscribed: Callable[[str, int], None]
    lateness: Histogram
    faults: ConditionLog
    zone: tzinfo = UTC


@dataclass(slots=True)
class _Group:
    """Tags polled together."""

    period_us: int
    phase_us: int
    tags: tuple[TagDefinition, ...]
    requests: int
    due_us: int = 0
    polled_us: int = 0


class DeviceRunner:
    """One device's task on the acquisition loop; everything but `status` runs on that loop.

    position, of: place of the device among all, so that polls spread over the period and thousands of devices are not
    all connected in the same moment.
    """

    def __init__(
        self,
        device: DeviceDefinition,
        tags: Sequence[TagDefinition],
        kind: DriverKind,
        around: Surroundings,
        durations: Histogram,
        rng: random.Random,
        position: int,
        of: int,
    ) -> None:
        self.device = device
        self.tags = tuple(tag for tag in tags if tag.access is not Access.WRITE_ONLY)
        self.polls = 0
        self.overruns = 0
        self.samples = 0
        self.tried = not device.enabled
        self._kind = kind
        self._around = around
        self._durations = durations
        self._share = position / of
        self._first_wait_s = position * _BETWEEN_FIRST_CONNECTS_S
        self._driver: Driver = kind.create(device, tags)
        self._turn = asyncio.Lock()
        self._backoff = Backoff(device.reconnect_max_us, rng)
        self._where = kind.describe(device.options)
        state = LinkState.CONNECTING if device.enabled else LinkState.DISABLED
        self._health = LinkHealth(state, around.clock.now_us())
        self._marked = -1
        self._subscribed = False
        self._ending = False
        self._last_answer_us: int | None = None
        self._active_us: int | None = None
        self._periods = RecentValues()
        self._groups = self._scan_groups()

    @property
    def protocol(self) -> str:
        """Word for metrics."""
        return self._kind.protocol

    @property
    def counters_requests(self) -> int:
        """Requests sent since the start."""
        return self._driver.counters.requests

    def errors(self) -> dict[str, int]:
        """Errors since the start by kind."""
        return dict(self._driver.counters.errors)

    @property
    def health(self) -> LinkHealth:
        """The link as of now; a frozen value, safe to read from any thread."""
        return self._health

    def end_soon(self) -> None:
        """Makes `run` return at its next step; cancelling it as well makes that now."""
        self._ending = True

    async def run(self) -> None:
        """Looks after the device until cancelled."""
        if not self.tags:
            self.tried = True
        await asyncio.sleep(self._first_wait_s)
        while not self._ending:
            try:
                await self._connect()
                await self._serve()
            except DeviceFaultError as fault:
                self._failed(fault)
            except asyncio.CancelledError:
                raise
            except Exception:
                _log.exception("a driver failed unexpectedly", device=self.device.name)
                self._failed(DeviceFaultError("defect", "made its driver fail", BAD_INTERNAL_ERROR))
            finally:
                await self._close()
            if self._ending:
                return
            await asyncio.sleep(self._backoff.next_us() / 1e6)
            self._health = links.probing(self._health)

    async def read_now(self, tags: Sequence[TagDefinition]) -> SampleBatch:
        """Reads tags from the device at once; a device that is down gives bad samples."""
        if self._health.state is not LinkState.CONNECTED:
            return self._bad_batch(tags, BAD_NO_COMMUNICATION)
        try:
            async with self._turn:
                return await self._within(self._driver.read(tags), self._allowance_s(len(tags)))
        except DeviceFaultError as fault:
            return self._bad_batch(tags, fault.status)

    async def write(self, tag: TagDefinition, value: Scalar) -> WriteOutcome:
        """Sends one value once and reads it back."""
        if self._health.state is not LinkState.CONNECTED:
            return WriteOutcome("comm", f"{self.device.name} is not connected; nothing was sent", 0, None)
        return await verify_write(self._driver, self._turn, tag, value, self.device.timeout_us, self._around.clock)

    def status(self) -> DeviceStatus:
        """A snapshot; callable from any thread."""
        health, device, counters = self._health, self.device, self._driver.counters
        watched = self._driver if isinstance(self._driver, WatchedLink) else None
        return DeviceStatus(
            name=device.name,
            title=device.title or device.name,
            driver=device.driver,
            protocol=self._kind.protocol,
            address=self._where,
            state=health.state,
            since_us=health.since_us,
            last_error=self._sentence(health) if health.t_last_error_us else None,
            t_last_error_us=health.t_last_error_us or None,
            response_p50_us=counters.response_us.percentile(0.5),
            response_p99_us=counters.response_us.percentile(0.99),
            scan_asked_us=min((group.period_us for group in self._groups), default=device.scan_us),
            scan_p50_us=self._periods.percentile(0.5),
            scan_p99_us=self._periods.percentile(0.99),
            requests=counters.requests,
            errors=dict(counters.errors),
            overruns=self.overruns,
            polls=self.polls,
            breaker=health.breaker.value,
            reconnects=health.reconnects,
            consecutive_failures=health.failures,
            subscribed=self._subscribed,
            stale_after_us=watched.stale_after_us if watched is not None and self._subscribed else 0,
            tags=len(self.tags),
            last_answer_us=self._last_answer_us,
            active_monotonic_us=self._active_us,
        )

    # --- one attempt ---

    async def _connect(self) -> None:
        await self._within(self._driver.connect(), self.device.timeout_us / 1e6)

    async def _serve(self) -> None:
        patience = self._allowance_s(1 + len(self.tags) // _TAGS_PER_REQUEST)
        if await self._within(self._driver.subscribe(self.tags, self._on_notification), patience):
            self._subscribed = True
            stale_after = self._driver.stale_after_us if isinstance(self._driver, WatchedLink) else 0
            self._around.set_subscribed(self.device.name, stale_after)
            self._answered()
            await self._watch()
        else:
            await self._poll()

    async def _watch(self) -> None:
        while not self._ending:
            self._active_us = self._around.clock.monotonic_us()
            self._tell_alive()
            await asyncio.sleep(_CHECK_EVERY_S)
            async with self._turn:
                await self._within(self._driver.check(), _PATIENCE * self.device.timeout_us / 1e6)

    async def _poll(self) -> None:
        self._read_everything_soon()
        while self._groups and not self._ending:
            group = min(self._groups, key=lambda candidate: candidate.due_us)
            wait_us = group.due_us - self._around.clock.monotonic_us()
            if wait_us > 0:
                await asyncio.sleep(wait_us / 1e6)
            began = self._around.clock.monotonic_us()
            self._around.lateness.observe(max(0, began - group.due_us) / 1e6)
            try:
                batch = await self._read_group(group)
            except DeviceFaultError as fault:
                if links.is_lost(fault, self._health.failures + 1):
                    raise
                self._failed(fault)
            else:
                self._note_period(group, began)
                if self._answered():
                    self._read_everything_soon()
                self._deliver(batch)
            group.due_us, missed = next_slot(
                group.due_us, self._around.clock.monotonic_us(), group.period_us, group.phase_us
            )
            self.overruns += missed
        await self._idle()

    async def _idle(self) -> None:
        """A device without tags is only kept connected."""
        while not self._ending:
            self._answered()
            await asyncio.sleep(_CHECK_EVERY_S)
            await self._driver.check()

    async def _read_group(self, group: _Group) -> SampleBatch:
        began = self._around.clock.monotonic_us()
        self.polls += 1
        try:
            async with self._turn:
                return await self._within(self._driver.read(group.tags), self._allowance_s(group.requests))
        finally:
            self._durations.observe((self._around.clock.monotonic_us() - began) / 1e6)

    async def _close(self) -> None:
        if self._subscribed:
            self._subscribed = False
            self._around.set_subscribed(self.device.name, 0)
        try:
            async with asyncio.timeout(_CLOSE_WITHIN_S):
                await self._driver.close()
        except TimeoutError:
            _log.error("a driver did not close in time", device=self.device.name)
        except Exception:
            _log.exception("a driver failed while closing", device=self.device.name)

    # --- what happened ---

    def _answered(self) -> bool:
        """Notes an answer; True if the device was not connected before."""
        before = self._health
        now = self._around.clock.now_us()
        self.tried = True
        self._active_us = self._around.clock.monotonic_us()
        self._last_answer_us = now
        self._health = links.answered(before, now)
        self._marked = -1
        self._backoff.reset()
        if before.state is LinkState.CONNECTED:
            return False
        text = ""
        if before.failing_since_us:
            lasted = format_duration((now - before.failing_since_us) // 1_000_000 * 1_000_000)
            text = f"{self.device.name} ({self._where}) answers again after {lasted}"
            self._around.faults.cleared(self.device.name, text, device=self.device.name)
        self._around.on_event(DeviceEvent(self.device.name, LinkState.CONNECTED, now, text))
        return True

    def _failed(self, fault: DeviceFaultError) -> None:
        before = self._health
        now = self._around.clock.now_us()
        self._health = links.failed(before, fault, now)
        self._mark_bad(links.tag_status(self._health, fault))
        self.tried = True
        self._active_us = self._around.clock.monotonic_us()
        text = self._sentence(self._health)
        self._around.faults.raised(self.device.name, text, device=self.device.name, kind=fault.kind)
        if before.state is not LinkState.DOWN:
            self._around.on_event(DeviceEvent(self.device.name, LinkState.DOWN, now, text))

    def _mark_bad(self, status: int) -> None:
        """Gives every tag of the device the status, once per status: values must not look live any longer."""
        if status == self._marked:
            return
        self._marked = status
        self._deliver(self._bad_batch(self.tags, status))

    def _bad_batch(self, tags: Sequence[TagDefinition], status: int) -> SampleBatch:
        now = self._around.clock.now_us() // 1000 * 1000
        count = len(tags)
        return SampleBatch(
            tag=np.asarray([tag.number for tag in tags], np.int32),
            t_source_us=np.full(count, now, np.int64),
            t_receive_us=np.full(count, now, np.int64),
            value=np.full(count, np.nan),
            status=np.full(count, status, np.uint32),
        )

    def _deliver(self, batch: SampleBatch) -> None:
        if not len(batch):
            return
        self.samples += len(batch)
        self._around.sink(batch)

    def _on_notification(self, batch: SampleBatch) -> None:
        self._last_answer_us = self._around.clock.now_us()
        self._tell_alive()
        self._deliver(batch)

    def _tell_alive(self) -> None:
        if isinstance(self._driver, WatchedLink) and self._driver.last_heard_us:
            self._around.link_alive(self.device.name, self._driver.last_heard_us)

    # --- plan and deadlines ---

    def _scan_groups(self) -> list[_Group]:
        by_period: dict[int, list[TagDefinition]] = {}
        for tag in self.tags:
            by_period.setdefault(tag.scan_us or self.device.scan_us, []).append(tag)
        return [
            _Group(
                period_us=period,
                phase_us=int(self._share * period),
                tags=tuple(tags),
                requests=len(self._kind.plan(self.device, tags)) or 1 + len(tags) // _TAGS_PER_REQUEST,
            )
            for period, tags in sorted(by_period.items())
        ]

    def _read_everything_soon(self) -> None:
        now = self._around.clock.monotonic_us()
        for group in self._groups:
            group.due_us = now
            group.polled_us = 0

    def _note_period(self, group: _Group, began_us: int) -> None:
        if group is self._groups[0]:
            if group.polled_us:
                self._periods.add(began_us - group.polled_us)
            group.polled_us = began_us

    def _allowance_s(self, requests: int) -> float:
        tries = requests * (1 + self.device.retries) + _PATIENCE
        return tries * self.device.timeout_us / 1e6

    async def _within(self, call: Coroutine[Any, Any, _T], seconds: float) -> _T:
        try:
            async with asyncio.timeout(seconds):
                return await call
        except TimeoutError:
            raise DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT) from None

    def _sentence(self, health: LinkHealth) -> str:
        since = datetime.fromtimestamp((health.failing_since_us or health.t_last_error_us) / 1e6, self._around.zone)
        retry = format_duration(self.device.reconnect_max_us)
        return links.sentence(self.device.name, self._where, health, f"{since:%H:%M:%S}", retry)
