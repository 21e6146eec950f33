"""What a protocol driver is: the whole contract between acquisition and a protocol.

Life of a driver object, one per device, all calls on the acquisition worker's asyncio loop:
`connect` once per attempt, then `read` any number of times or `subscribe` once, `write` between them, `close` at the
end of every attempt, successful or not. After `close` only `connect` may follow. The runtime, not the driver, decides
about retries, back-off and quality of a dead device. No call outlives its deadline: the runtime cancels it, and the
driver must then leave no task, socket or thread behind once `close` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from hmi.base.recent import RecentValues
from hmi.model.devices import DeviceDefinition
from hmi.model.problems import Problem
from hmi.model.samples import SampleBatch, Scalar
from hmi.model.tags import TagDefinition

BatchListener = Callable[[SampleBatch], None]


class DeviceFaultError(Exception):
    """The device or its link failed; the text is a plain sentence part, e.g. `does not answer`.

    kind: short word for counters: `refused timeout reset exception protocol security configuration`.
    status: the StatusCode the device's tags get.
    """

    def __init__(self, kind: str, message: str, status: int) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status


@dataclass(frozen=True, slots=True)
class PlannedRequest:
    """One request of a poll cycle, as `devices plan` prints it."""

    unit: int
    table: str
    start: int
    count: int
    scan_us: int
    tags: tuple[str, ...]


@dataclass(slots=True)
class DriverCounters:
    """Counts since the start, read by health and metrics; only the driver writes them.

    response_us: how long the last answers took, request to reply.
    """

    requests: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    response_us: RecentValues = field(default_factory=RecentValues)

    def error(self, kind: str) -> None:
        """Counts one error of a kind."""
        self.errors[kind] = self.errors.get(kind, 0) + 1


@runtime_checkable
class Driver(Protocol):
    """A connection to one device."""

    counters: DriverCounters

    async def connect(self) -> None:
        """Opens the link; raises DeviceFaultError in plain words."""
        ...

    async def read(self, tags: Sequence[TagDefinition]) -> SampleBatch:
        """Reads these tags once: exactly one sample per tag, any order, each with its own status.

        A tag the device refuses comes back bad with its reason; a fault of the whole device raises DeviceFaultError.
        """
        ...

    async def subscribe(self, tags: Sequence[TagDefinition], listener: BatchListener) -> bool:
        """Asks the device to send changes to `listener` (called on the loop) and returns True; False = poll me.

        The first notification carries every tag. A lost subscription makes `check` raise.
        """
        ...

    async def check(self) -> None:
        """Raises DeviceFaultError if a subscribed link is quiet beyond its keep-alive; called about once a second."""
        ...

    async def write(self, tag: TagDefinition, value: Scalar) -> None:
        """Sends one value exactly once, never retried; raises DeviceFaultError if refused or the outcome is unknown."""
        ...

    async def close(self) -> None:
        """Ends the attempt and frees everything; never raises, may be called at any time."""
        ...


@runtime_checkable
class WatchedLink(Protocol):
    """What a driver that subscribes tells besides: when it last heard from the server, how long silence may last."""

    stale_after_us: int
    """Silence after which values can no longer be called live (`domain.md` 4.4); 0 while not subscribed."""

    last_heard_us: int
    """Monotonic time of the last notification or keep-alive; 0 before the first."""


class DriverKind(Protocol):
    """What the registry knows of a protocol without importing its library."""

    name: str
    """Value of `driver` in plant.yaml, e.g. `modbus-tcp`."""

    protocol: str
    """Word for metrics and screens, e.g. `modbus`, `opcua`."""

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        """Options with defaults filled in and durations in microseconds (`*_us`), and every mistake; no network."""
        ...

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        """Every mistake in a tag's address, type and order for this protocol; no network."""
        ...

    def default_type(self, address: str) -> str:
        """Type of a tag whose `type` cell is empty; empty = as the server says. The address may be wrong."""
        ...

    def describe(self, options: Mapping[str, object]) -> str:
        """The device's address for people, e.g. `10.0.0.5:502 unit 3`."""
        ...

    def plan(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> list[PlannedRequest]:
        """The requests of a poll cycle; empty where the protocol has no plan."""
        ...

    def create(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> Driver:
        """A driver for a checked device; imports the protocol's library, opens nothing."""
        ...
