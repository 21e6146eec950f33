"""Writes the station's figures as Prometheus text (`contract.md` 8). Pure: figures in, text out.

A figure that is None, or an empty table, is left out: what is not measured is not exported. Labels are names of
configured things and fixed words, never tag paths or free text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from prometheus_client.metrics_core import Metric

from hmi.base import prometheus
from hmi.base.histogram import HistogramFigures
from hmi.base.prometheus import counter, counters, gauge, gauges, histogram, histograms
from hmi.model.timestamps import US_PER_S

_PREFIX: Final = "plant_hmi_"


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """One device. state: a `LinkState` word."""

    name: str
    protocol: str
    state: str


@dataclass(frozen=True, slots=True)
class ProtocolFigures:
    """Counters of all devices of one protocol since the start. latency_s: median answer time; loss_ratio: 0..1."""

    polls: int
    errors: dict[str, int] = field(default_factory=dict)
    overruns: int = 0
    reconnects: int | None = None
    latency_s: float | None = None
    loss_ratio: float | None = None
    duration: HistogramFigures | None = None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """A bounded queue: what waits and its cap."""

    name: str
    depth: int
    capacity: int


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """Shipping. connected: None = nothing was sent yet. Tables by stream."""

    connected: bool | None
    waiting: dict[str, int]
    shipped: dict[str, int]
    oldest_age_s: float | None = None


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """This process. start_us: when it began; the ratios are of the whole machine."""

    cpu_s: float
    resident_bytes: int
    start_us: int
    virtual_bytes: int | None = None
    open_files: int | None = None
    cpu_ratio: float | None = None
    memory_ratio: float | None = None


@dataclass(frozen=True, slots=True)
class StationFigures:
    """All that /metrics says. None or empty = not measured, left out.

    alarms: {(state, priority): count}; oee: {line: {figure: ratio}}; parts: {(line, kind): count};
    jobs: {job: microseconds of its last success}; certificates: {label: microseconds of its end};
    gaps: {cause: count}; activations: {priority: count}.
    """

    version: str
    sqlite: str
    uptime_s: float
    devices: tuple[DeviceFigures, ...] = ()
    per_device: bool = True
    protocols: dict[str, ProtocolFigures] = field(default_factory=dict)
    scan_lateness: HistogramFigures | None = None
    tags: dict[str, int] = field(default_factory=dict)
    samples: int | None = None
    samples_stored: int | None = None
    dropped: dict[str, int] = field(default_factory=dict)
    queues: tuple[QueueFigures, ...] = ()
    logging_interval_s: float | None = None
    commit_duration: HistogramFigures | None = None
    history_bytes: int | None = None
    gaps: dict[str, int] = field(default_factory=dict)
    database_connected: bool = False
    database_errors: int | None = None
    disk_free_ratio: float | None = None
    alarms: dict[tuple[str, int], int] = field(default_factory=dict)
    activations: dict[int, int] = field(default_factory=dict)
    oee: dict[str, dict[str, float | None]] = field(default_factory=dict)
    parts: dict[tuple[str, str], int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    agent: AgentFigures | None = None
    backup_verified_us: int | None = None
    jobs: dict[str, int] = field(default_factory=dict)
    certificates: dict[str, int] = field(default_factory=dict)
    active_users: int | None = None
    process: ProcessFigures | None = None


def metrics_text(figures: StationFigures) -> str:
    """The Prometheus text of `figures`."""
    return prometheus.text(metric for part in _PARTS for metric in part(figures))


def _by(table: Mapping[str, float]) -> Iterator[tuple[tuple[str, ...], float]]:
    for name, value in sorted(table.items()):
        yield (name,), value


def _station(figures: StationFigures) -> Iterator[Metric]:
    build = [((figures.version, figures.sqlite), 1.0)]
    yield gauges(_PREFIX + "build_info", "Version of the product and its database engine", ["version", "sqlite"], build)
    yield gauge(_PREFIX + "uptime_seconds", "Time since the station started", figures.uptime_s)
    yield gauge(_PREFIX + "database_connected", "1 if the database is open", float(figures.database_connected))
    yield gauge(_PREFIX + "disk_free_ratio", "Free share of the data folder's disk", figures.disk_free_ratio)
    yield counters(_PREFIX + "errors", "Defects of our own by area", ["area"], _by(figures.errors))
    yield gauge(_PREFIX + "active_users", "People signed in now", figures.active_users)


def plc_connected(figures: StationFigures) -> bool:
    """True if every enabled device is connected and there is at least one."""
    enabled = [device for device in figures.devices if device.state != "disabled"]
    return bool(enabled) and all(device.state == "connected" for device in enabled)


def _devices(figures: StationFigures) -> Iterator[Metric]:
    counts: dict[tuple[str, ...], float] = {}
    for device in figures.devices:
        key = (device.protocol, device.state)
        counts[key] = counts.get(key, 0) + 1
    yield gauges(_PREFIX + "devices", "Devices by protocol and state", ["protocol", "state"], sorted(counts.items()))
    if figures.per_device:
        rows = [((device.name,), float(device.state == "connected")) for device in figures.devices]
        yield gauges(_PREFIX + "device_connected", "1 if the device is connected", ["device"], rows)
    connected = float(plc_connected(figures))
    yield gauge(_PREFIX + "plc_connected", "1 if every enabled device is connected", connected)


def _polling(figures: StationFigures) -> Iterator[Metric]:
    protocols = sorted(figures.protocols.items())
    label = ["protocol"]

    def of(pick: Callable[[ProtocolFigures], float | None]) -> list[tuple[tuple[str, ...], float | None]]:
        return [((name,), pick(protocol)) for name, protocol in protocols]

    yield counters(_PREFIX + "poll_requests", "Requests sent to devices", label, of(lambda p: p.polls))
    errors = [((name, kind), float(n)) for name, protocol in protocols for kind, n in sorted(protocol.errors.items())]
    yield counters(_PREFIX + "poll_errors", "Failed requests by kind", ["protocol", "kind"], errors)
    durations = {name: protocol.duration for name, protocol in protocols}
    yield histograms(_PREFIX + "poll_duration_seconds", "Time a poll takes", "protocol", durations)
    yield histogram(_PREFIX + "scan_lateness_seconds", "How late polls begin", figures.scan_lateness)
    yield counters(_PREFIX + "scan_overruns", "Polls skipped, the last one still ran", label, of(lambda p: p.overruns))
    yield counters(_PREFIX + "reconnects", "Connections made again", label, of(lambda p: p.reconnects))
    yield gauges(_PREFIX + "network_latency_seconds", "Median answer time", label, of(lambda p: p.latency_s))
    yield gauges(_PREFIX + "network_loss_ratio", "Share of requests without answer", label, of(lambda p: p.loss_ratio))


def _data(figures: StationFigures) -> Iterator[Metric]:
    yield gauges(
        _PREFIX + "tags", "Tags by quality; stale ones are not counted as good", ["quality"], _by(figures.tags)
    )
    yield counter(_PREFIX + "samples", "Samples received from devices", figures.samples)
    yield counter(_PREFIX + "samples_stored", "Samples committed to history", figures.samples_stored)
    yield counters(_PREFIX + "samples_dropped", "Samples lost, by reason", ["reason"], _by(figures.dropped))
    depth = [((queue.name,), float(queue.depth)) for queue in figures.queues]
    capacity = [((queue.name,), float(queue.capacity)) for queue in figures.queues]
    yield gauges(_PREFIX + "queue_depth", "What waits in a queue", ["queue"], depth)
    yield gauges(_PREFIX + "queue_capacity", "What a queue can hold", ["queue"], capacity)
    text = "Longest time between history commits in the last minute"
    yield gauge(_PREFIX + "logging_interval_seconds", text, figures.logging_interval_s)
    yield histogram(_PREFIX + "commit_duration_seconds", "Time a database commit takes", figures.commit_duration)
    yield gauge(_PREFIX + "history_bytes", "Size of the history on disk", figures.history_bytes)
    yield counters(_PREFIX + "history_gaps", "Times without record, by cause", ["cause"], _by(figures.gaps))


def _production(figures: StationFigures) -> Iterator[Metric]:
    alarms = [((state, str(priority)), float(n)) for (state, priority), n in sorted(figures.alarms.items())]
    yield gauges(_PREFIX + "alarms", "Alarms by state and priority", ["state", "priority"], alarms)
    activations = [((str(priority),), float(n)) for priority, n in sorted(figures.activations.items())]
    yield counters(_PREFIX + "alarm_activations", "Alarms that came, by priority", ["priority"], activations)
    ratios = [((line, name), value) for line, row in sorted(figures.oee.items()) for name, value in row.items()]
    yield gauges(_PREFIX + "oee_ratio", "OEE figures of the running shift", ["line", "figure"], ratios)
    parts = [((line, kind), float(n)) for (line, kind), n in sorted(figures.parts.items())]
    yield counters(_PREFIX + "parts", "Parts of the running shift's counters, by kind", ["line", "kind"], parts)
    yield counters(_PREFIX + "writes", "Writes to devices by result", ["result"], _by(figures.writes))


def _agent(figures: StationFigures) -> Iterator[Metric]:
    agent = figures.agent
    if agent is not None:
        connected = None if agent.connected is None else float(agent.connected)
        yield gauge(_PREFIX + "central_connected", "1 if the last shipment was answered", connected)
        yield gauges(_PREFIX + "outbox_records", "Records that wait to be shipped", ["stream"], _by(agent.waiting))
        yield gauge(_PREFIX + "outbox_oldest_seconds", "Age of the oldest record that waits", agent.oldest_age_s)
        yield counters(_PREFIX + "shipped", "Records the central server has stored", ["stream"], _by(agent.shipped))
    verified = None if figures.backup_verified_us is None else figures.backup_verified_us / US_PER_S
    text = "When the newest verified backup was verified"
    yield gauge(_PREFIX + "backup_last_verified_timestamp_seconds", text, verified)
    jobs = [((job,), t_us / US_PER_S) for job, t_us in sorted(figures.jobs.items())]
    text = "When a background job last ended well"
    yield gauges(_PREFIX + "job_last_success_timestamp_seconds", text, ["job"], jobs)
    ends = [((label,), t_us / US_PER_S) for label, t_us in sorted(figures.certificates.items())]
    yield gauges(
        _PREFIX + "certificate_expiry_timestamp_seconds", "When a certificate in use ends", ["certificate"], ends
    )


def _process(figures: StationFigures) -> Iterator[Metric]:
    process = figures.process
    if process is None:
        return
    yield gauge(_PREFIX + "memory_bytes", "Resident memory of this process", process.resident_bytes)
    yield counter("process_cpu_seconds", "Processor time used", process.cpu_s)
    yield gauge("process_resident_memory_bytes", "Resident memory", process.resident_bytes)
    yield gauge("process_virtual_memory_bytes", "Virtual memory", process.virtual_bytes)
    yield gauge("process_open_fds", "Open files", process.open_files)
    yield gauge("process_start_time_seconds", "When the process began", process.start_us / US_PER_S)
    cpu = None if process.cpu_ratio is None else process.cpu_ratio * 100
    memory = None if process.memory_ratio is None else process.memory_ratio * 100
    yield gauge("cpu_usage_percent", "Processor load of the machine (earlier name)", cpu)
    yield gauge("memory_usage_percent", "Memory in use of the machine (earlier name)", memory)
    megabytes = process.resident_bytes / 1_000_000
    yield gauge("ald_memory_usage_mb", "Resident memory in megabytes (earlier name)", megabytes)


def _earlier_names(figures: StationFigures) -> Iterator[Metric]:
    text = "1 if every enabled device is connected (earlier name)"
    yield gauge("ald_plc_connected", text, float(plc_connected(figures)))
    text = "1 if the database is open (earlier name)"
    yield gauge("ald_database_connected", text, float(figures.database_connected))
    text = "Longest time between history commits in seconds (earlier name)"
    yield gauge("ald_parameter_logging_interval", text, figures.logging_interval_s)
    yield gauge("app_active_users", "People signed in now (earlier name)", figures.active_users)
    if figures.protocols:
        failed = sum(sum(protocol.errors.values()) for protocol in figures.protocols.values())
        yield counter("ald_plc_errors", "Failed requests to devices (earlier name)", failed)
    yield counter("ald_database_errors", "Failed database commits (earlier name)", figures.database_errors)


_PARTS: Final = (_station, _devices, _polling, _data, _production, _agent, _process, _earlier_names)
