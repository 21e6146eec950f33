"""What a device is and what state its link is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class LinkState(StrEnum):
    """State of a device's connection as shown and shipped."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DOWN = "down"
    DISABLED = "disabled"


class Breaker(StrEnum):
    """Whether requests go out: open lets one probe through per back-off period."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class DeviceDefinition:
    """One configured device. Times in microseconds.

    options: the keys of the driver (`contract.md` 4), already checked and with defaults filled in by the driver's
    own catalogue, e.g. {"host": "10.0.0.5", "port": 502, "unit": 1} or {"url": "opc.tcp://..."}.
    """

    name: str
    driver: str
    title: str = ""
    enabled: bool = True
    scan_us: int = 1_000_000
    timeout_us: int = 1_000_000
    retries: int = 0
    reconnect_max_us: int = 5_000_000
    comm_alarm_priority: int = 2
    options: dict[str, object] = field(default_factory=dict)
