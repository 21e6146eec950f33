"""What acquisition tells about itself: one status per device and counters ready for histograms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from hmi.base.histogram import HistogramFigures
from hmi.model.devices import LinkState

POLL_BOUNDS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the poll duration and scan lateness histograms."""


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """One device now. Times in microseconds; percentiles None before the first measurement.

    state: also tells `disabled`. since_us: when it took that state. last_error: a sentence for a person, None if there
    never was one; it stays after recovery. stale_after_us: silence a subscription may show, 0 when polled.
    active_monotonic_us: when its task last did something, well or in vain; None before the first time.
    """

    name: str
    title: str
    driver: str
    protocol: str
    address: str
    state: LinkState
    since_us: int
    last_error: str | None
    t_last_error_us: int | None
    response_p50_us: float | None
    response_p99_us: float | None
    scan_asked_us: int
    scan_p50_us: float | None
    scan_p99_us: float | None
    requests: int
    errors: dict[str, int]
    overruns: int
    polls: int
    breaker: str
    reconnects: int
    consecutive_failures: int
    subscribed: bool
    stale_after_us: int
    tags: int
    last_answer_us: int | None
    active_monotonic_us: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """A device changed state. text: the sentence for a person; empty when it connected for the first time."""

    device: str
    state: LinkState
    t_us: int
    text: str


@dataclass(frozen=True, slots=True)
class AcquisitionFigures:
    """Counters since the start for metrics; the dictionaries are keyed by protocol (errors: by kind inside)."""

    samples: int
    requests: dict[str, int] = field(default_factory=dict)
    errors: dict[str, dict[str, int]] = field(default_factory=dict)
    overruns: dict[str, int] = field(default_factory=dict)
    reconnects: dict[str, int] = field(default_factory=dict)
    poll_duration: dict[str, HistogramFigures] = field(default_factory=dict)
    scan_lateness: HistogramFigures | None = None


@dataclass(frozen=True, slots=True)
class WriteOutcome:
    """What became of a write. result: `verified unverified mismatch failed timeout comm` (`contract.md` 7).

    readback: the value read after the write, None if it could not be read.
    """

    result: str
    message: str
    sent_us: int
    readback: float | int | str | None
