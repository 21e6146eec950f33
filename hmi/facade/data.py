"""Plain data a front end receives; field names are those of `contract.md` 7, times in microseconds until JSON.

A field ending in `_us` leaves as ISO text without the suffix when it is a moment (`t_active_us` -> `"t_active"`);
`plain.py` does that, so the HTTP answers and the in-process values cannot drift apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from hmi.model.samples import Scalar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a long list; pass `next` back as cursor, None = that was all."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class StationInfo:
    """Who this station is. plc: `real` or `simulation`."""

    id: str
    name: str
    version: str
    plant: str
    timezone: str
    plc: str
    started_us: int
    now_us: int
    oldest_live_age_s: float | None
    devices_down: int
    backlog: int


@dataclass(frozen=True, slots=True)
class TagItem:
    """One tag now. value: None unless usable (good or uncertain, not stale); last_value: the last usable one."""

    path: str
    value: Scalar | None
    last_value: Scalar | None
    type: str
    unit: str
    status: int
    status_name: str
    quality: str
    stale: bool
    reason: str
    t_source_us: int | None
    t_server_us: int | None
    t_receive_us: int | None
    age_s: float | None
    device: str
    address: str
    access: str
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds; None before the first measurement."""

    p50: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True)
class ScanFigures:
    """Asked and achieved poll period in milliseconds."""

    asked: float
    p50: float | None = None
    p99: float | None = None


@dataclass(frozen=True, slots=True)
class DeviceItem:
    """One device now. last_error: a plain sentence, None if there was none; errors: {kind: count}."""

    name: str
    title: str
    driver: str
    address: str
    state: str
    since_us: int
    last_error: str | None
    t_last_error_us: int | None
    response_ms: Percentiles
    scan_ms: ScanFigures
    requests: int
    errors: dict[str, int]
    overruns: int
    breaker: str
    tags: int
    bad_tags: int


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """One alarm now. activation_id: 0 if it never was active; hidden ones keep their flags."""

    id: str
    state: str
    priority: int
    alarm_class: str
    area: str
    tag: str
    type: str
    message: str
    active: bool
    acked: bool
    latched: bool
    shelved: bool
    suppressed: bool
    oos: bool
    activation_id: int
    t_active_us: int | None
    t_clear_us: int | None
    t_ack_us: int | None
    acked_by: str | None
    value: Scalar | None
    limit: float | str | None
    unit: str
    shelved_until_us: int | None
    first_out: bool
    order: int
    count_24h: int
    action: str
    cause: str = ""
    consequence: str = ""
    respond_within_s: float | None = None
    help: str = ""
    quality: str = "good"


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """Listed alarms by priority 1..4, the unacknowledged among them, and the shelved ones."""

    p1: int = 0
    p2: int = 0
    p3: int = 0
    p4: int = 0
    unacked: int = 0
    shelved: int = 0
    suppressed: int = 0
    unacked_by_priority: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlarmList:
    """Alarms in the order of `contract.md` 7 with the counts."""

    items: list[AlarmItem]
    counts: AlarmCounts
    revision: int = 0


@dataclass(frozen=True, slots=True)
class JournalItem:
    """One row of the alarm journal (`contract.md` 9); message and area come from the configuration of now."""

    seq: int
    t_event_us: int
    t_recorded_us: int
    alarm_id: str
    activation_id: int
    event: str
    state_from: str
    state_to: str
    priority: int
    value: Scalar | None
    limit: float | str | None
    quality: int
    hidden: bool
    time_uncertain: bool
    first_out: bool
    order: int
    actor: str
    station: str
    comment: str
    prev_hash: str
    hash: str
    message: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What to read. mode: `raw`, `minmax`, `mean` or `at`; points: buckets of minmax and mean. from <= t < to."""

    paths: list[str]
    from_us: int
    to_us: int
    mode: str = "minmax"
    points: int = 1000
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """History of one tag as parallel lists; t in microseconds, value None where bad.

    minmax fills min, max, first, last per bucket (and `value` = last); mean fills mean and good_fraction.
    status: the worst status of the bucket. An empty bucket is left out.
    """

    path: str
    unit: str
    mode: str
    t_us: list[int]
    value: list[Scalar | None]
    status: list[int]
    min: list[float | None] = field(default_factory=list)
    max: list[float | None] = field(default_factory=list)
    first: list[float | None] = field(default_factory=list)
    last: list[float | None] = field(default_factory=list)
    mean: list[float | None] = field(default_factory=list)
    good_fraction: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without record and why. to_us: None = still open."""

    path: str
    from_us: int
    to_us: int | None
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """Series and gaps of a query; next: cursor when raw rows were cut at the limit."""

    series: list[Series]
    gaps: list[Gap]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class OeeQuery:
    """line, machine: empty = all lines. shift: `current`, `last` or `DATE/NAME`; else from_us and to_us."""

    line: str = ""
    machine: str = ""
    shift: str = "current"
    from_us: int | None = None
    to_us: int | None = None


@dataclass(frozen=True, slots=True)
class OeeItem:
    """Figures of one line or machine (`contract.md` 7); ratios are fractions, None = not available."""

    line: str
    machine: str
    shift: str
    from_us: int
    to_us: int
    state: str
    availability: float | None
    performance: float | None
    quality: float | None
    oee: float | None
    nee: float | None
    teep: float | None
    coverage: float | None
    oee_if_unknown_down: float | None
    oee_if_unknown_run: float | None
    times_s: dict[str, float]
    counts: dict[str, int]
    target: float
    warnings: list[str] = field(default_factory=list)
    shift_from_us: int = 0
    shift_to_us: int = 0
    ideal_rate_per_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StateSpan:
    """A machine in one state. to_us: None = still in it. state_class: a `StateClass` word or `micro_stop`."""

    line: str
    machine: str
    from_us: int
    to_us: int | None
    state: int | None
    state_name: str
    state_class: str


@dataclass(frozen=True, slots=True)
class SilentDevice:
    """A device that does not answer, for the status line."""

    name: str
    since_us: int


@dataclass(frozen=True, slots=True)
class Honesty:
    """What the status line says about the data on screen.

    evaluation_age_s: since alarms were last evaluated; None = never. central: `none`, `connected` or `unreachable`.
    """

    oldest_live_age_s: float | None
    devices_total: int
    devices_connected: int
    silent: list[SilentDevice]
    good: int
    uncertain: int
    bad: int
    stale: int
    history_age_s: float | None
    history_problem: str
    evaluation_age_s: float | None
    central: str
    central_waiting: int
    t_backup_verified_us: int | None
    simulated: bool
    clock_problem: str = ""


@dataclass(frozen=True, slots=True)
class LiveUpdate:
    """Tags that changed value, status or staleness since `cursor`, as parallel lists.

    cursor: pass it to the next call; 0 asks for every tag. tag: number (position in `Plant.tags` by `.number`).
    """

    cursor: int
    now_us: int
    tag: list[int]
    value: list[Scalar | None]
    last_value: list[Scalar | None]
    status: list[int]
    stale: list[bool]
    t_source_us: list[int]
    t_receive_us: list[int]
    alarm_revision: int
    honesty: Honesty


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """One line of /health. status: `healthy`, `degraded` or `down`."""

    status: str
    message: str
    since_us: int


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of /health."""

    status: str
    station: str
    version: str
    now_us: int
    services: dict[str, ServiceHealth]
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """A bounded queue: what waits, its cap, what was lost."""

    name: str
    depth: int
    capacity: int
    dropped: int


@dataclass(frozen=True, slots=True)
class JobHealth:
    """A background job and its last success."""

    name: str
    t_last_success_us: int | None
    overruns: int


@dataclass(frozen=True, slots=True)
class HealthDetail:
    """/health/detailed: health plus devices, queues and jobs."""

    health: Health
    devices: list[DeviceItem]
    queues: list[QueueHealth]
    jobs: list[JobHealth]


@dataclass(frozen=True, slots=True)
class BackupItem:
    """One backup as listed (`contract.md` 9). places: where copies are; kind: `full`."""

    id: str
    station: str
    version: str
    created_us: int
    bytes: int
    verified_us: int | None
    places: list[str]
    kind: str


@dataclass(frozen=True, slots=True)
class FacadeEvent:
    """Something happened that a front end shows at once. kind: `alarms`, `devices`, `access` or `configuration`."""

    kind: str
    revision: int
