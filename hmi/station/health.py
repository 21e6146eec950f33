"""Judges the station's health from plain figures (`contract.md` 7). Pure: figures in, `Health` out.

Down means one of `database acquisition evaluation storage` is down; anything else that is not healthy makes the
station degraded. `since` is the moment a service took its present word, so it is carried from judgement to judgement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hmi.facade.data import Health, ServiceHealth
from hmi.model.timestamps import US_PER_S

HEALTHY: Final = "healthy"
DEGRADED: Final = "degraded"
DOWN: Final = "down"

READY_METRIC: Final = "ready"
"""Key in `Health.metrics`: 1.0 once configuration is loaded, the database is open and the first poll round ended."""

STARTING_S: Final = 10.0
ACQUISITION_DEGRADED_S: Final = 3.0
ACQUISITION_DOWN_S: Final = 10.0
EVALUATION_DOWN_S: Final = 3.0
COMMIT_DEGRADED_S: Final = 3.0
COMMIT_DOWN_S: Final = 30.0
MEMORY_DEGRADED: Final = 0.80
MEMORY_DOWN: Final = 0.90
_MOST_NAMES: Final = 5
_DECISIVE: Final = ("database", "acquisition", "evaluation", "storage")

Verdict = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AgentHealth:
    """What the agent says. connected: None = nothing was sent yet. problem: a plain sentence, empty if none."""

    connected: bool | None
    waiting: int
    oldest_age_s: float | None
    set_aside: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HealthInputs:
    """What the station knows about itself now.

    Ages in seconds; None = it never happened. acquisition_age_s: how late polling is. database_problem,
    storage_problem, clock_problem, certificate_problem: a plain sentence, empty if fine. memory_ratio: used share of
    the memory this station may use. agent: None = no central configured. recording_paused: the disk is so full that
    history is not written. certificates: how many are in use.
    """

    station: str
    version: str
    started_us: int
    now_us: int
    database_open: bool
    database_problem: str
    first_poll_done: bool
    acquisition_age_s: float | None
    evaluation_age_s: float | None
    commit_age_s: float | None
    storage_problem: str
    recording_paused: bool
    samples_dropped: int
    alarm_rows_lost: int
    devices_enabled: int
    devices_connected: int
    devices_silent: tuple[str, ...]
    disk_free_ratio: float | None
    min_free_ratio: float
    memory_ratio: float | None
    memory_bytes: int | None
    clock_problem: str
    agent: AgentHealth | None
    oldest_live_age_s: float | None
    backlog: int
    tags: dict[str, int] = field(default_factory=dict)
    certificates: int = 0
    certificate_problem: str = ""


def assess(inputs: HealthInputs, previous: Health | None = None) -> Health:
    """The station's health now; `previous` (the last answer) keeps `since` of services that did not change."""
    services: dict[str, ServiceHealth] = {}
    for name, rule in _RULES.items():
        status, message = rule(inputs)
        before = previous.services.get(name) if previous is not None else None
        since_us = before.since_us if before is not None and before.status == status else inputs.now_us
        services[name] = ServiceHealth(status, message, since_us)
    if any(services[name].status == DOWN for name in _DECISIVE):
        overall = DOWN
    elif any(service.status != HEALTHY for service in services.values()):
        overall = DEGRADED
    else:
        overall = HEALTHY
    return Health(overall, inputs.station, inputs.version, inputs.now_us, services, _figures(inputs))


def polling_late_s(devices: Sequence[tuple[int | None, int]], monotonic_us: int) -> float | None:
    """How much later than it had to the liveliest device did something; None before the first did.

    devices: when each did something last on the monotonic clock, and the pause it may make (its scan or its retry).
    """
    if not devices:
        return 0.0
    late = [monotonic_us - active_us - pause_us for active_us, pause_us in devices if active_us is not None]
    return max(0, min(late)) / US_PER_S if late else None


def is_ready(inputs: HealthInputs) -> bool:
    """True once the database is open and the first poll round ended."""
    return inputs.database_open and not inputs.database_problem and inputs.first_poll_done


def _database(inputs: HealthInputs) -> Verdict:
    if not inputs.database_open:
        return DOWN, inputs.database_problem or "the database is not open"
    if inputs.database_problem:
        return DOWN, inputs.database_problem
    return HEALTHY, "open"


def _acquisition(inputs: HealthInputs) -> Verdict:
    age_s = inputs.acquisition_age_s
    if age_s is None:
        if _starting(inputs):
            return DEGRADED, "starting, nothing was polled yet"
        return DOWN, "polling has not begun"
    if age_s > ACQUISITION_DOWN_S:
        return DOWN, f"polling has stood still for {age_s:.0f} s"
    if age_s > ACQUISITION_DEGRADED_S:
        return DEGRADED, f"polling is late by {age_s:.0f} s"
    if not inputs.first_poll_done:
        return DEGRADED, "starting, the first poll round has not ended"
    return HEALTHY, "polling"


def _evaluation(inputs: HealthInputs) -> Verdict:
    age_s = inputs.evaluation_age_s
    if age_s is None:
        if _starting(inputs):
            return DEGRADED, "starting, alarms were not evaluated yet"
        return DOWN, "alarms are not running: they were never evaluated"
    if age_s > EVALUATION_DOWN_S:
        return DOWN, f"alarms are not running: last evaluated {age_s:.0f} s ago"
    return HEALTHY, "alarms are evaluated"


def _storage(inputs: HealthInputs) -> Verdict:
    if inputs.recording_paused:
        return DOWN, "recording is paused because the disk is full: free some space"
    age_s = inputs.commit_age_s
    if age_s is None:
        if inputs.storage_problem:
            return DOWN, inputs.storage_problem
        if _starting(inputs):
            return DEGRADED, "starting, no history was written yet"
        return DOWN, "no history has been written since the start"
    if age_s > COMMIT_DOWN_S:
        return DOWN, inputs.storage_problem or f"no history was written for {age_s:.0f} s"
    if inputs.storage_problem:
        return DEGRADED, inputs.storage_problem
    if age_s > COMMIT_DEGRADED_S:
        return DEGRADED, f"history was last written {age_s:.0f} s ago"
    if inputs.alarm_rows_lost:
        return DEGRADED, f"{inputs.alarm_rows_lost} rows of the alarm journal could not be kept since the start"
    if inputs.samples_dropped:
        return DEGRADED, f"{inputs.samples_dropped} samples could not be kept since the start; see the gaps"
    return HEALTHY, "history is written"


def _devices(inputs: HealthInputs) -> Verdict:
    if inputs.devices_enabled == 0:
        return HEALTHY, "no device is enabled"
    missing = inputs.devices_enabled - inputs.devices_connected
    if missing <= 0:
        return HEALTHY, f"all {inputs.devices_enabled} connected"
    named = ", ".join(inputs.devices_silent[:_MOST_NAMES])
    more = len(inputs.devices_silent) - _MOST_NAMES
    tail = (f": {named}" if named else "") + (f" and {more} more" if more > 0 else "")
    status = DOWN if inputs.devices_connected == 0 else DEGRADED
    return status, f"{missing} of {inputs.devices_enabled} not connected{tail}"


def _disk(inputs: HealthInputs) -> Verdict:
    free = inputs.disk_free_ratio
    if free is None:
        return DEGRADED, "the free disk space cannot be read"
    text = f"{free * 100:.1f} % free, wanted {inputs.min_free_ratio * 100:g} %"
    if free < inputs.min_free_ratio / 10:
        return DOWN, text
    return (DEGRADED if free < inputs.min_free_ratio else HEALTHY), text


def _memory(inputs: HealthInputs) -> Verdict:
    used = inputs.memory_ratio
    if used is None:
        return DEGRADED, "the memory in use cannot be read"
    text = f"{used * 100:.0f} % in use"
    if used >= MEMORY_DOWN:
        return DOWN, text
    return (DEGRADED if used >= MEMORY_DEGRADED else HEALTHY), text


def _clock(inputs: HealthInputs) -> Verdict:
    return (DEGRADED, inputs.clock_problem) if inputs.clock_problem else (HEALTHY, "no step was seen")


def _agent(inputs: HealthInputs) -> Verdict:
    agent = inputs.agent
    if agent is None:
        return HEALTHY, "no central server configured: nothing is shipped"
    if agent.connected is False:
        return DEGRADED, f"{agent.problem or 'the central server does not answer'}; {agent.waiting} records wait"
    if agent.problem:
        return DEGRADED, agent.problem
    if agent.set_aside:
        return DEGRADED, f"the central server refused {agent.set_aside} shipments; they are set aside"
    if agent.connected is None:
        return HEALTHY, "nothing was sent yet"
    return HEALTHY, f"connected, {agent.waiting} records wait"


def _certificates(inputs: HealthInputs) -> Verdict:
    if inputs.certificate_problem:
        # a date is only as good as the clock it is held against
        doubt = f" (by a clock in doubt: {inputs.clock_problem})" if inputs.clock_problem else ""
        return DEGRADED, inputs.certificate_problem + doubt
    if not inputs.certificates:
        return HEALTHY, "none in use"
    return HEALTHY, f"{inputs.certificates} in use, none expires within 30 days"


def _starting(inputs: HealthInputs) -> bool:
    return inputs.now_us - inputs.started_us < STARTING_S * US_PER_S


_RULES: Final[dict[str, Callable[[HealthInputs], Verdict]]] = {
    "database": _database,
    "acquisition": _acquisition,
    "evaluation": _evaluation,
    "storage": _storage,
    "devices": _devices,
    "disk": _disk,
    "memory": _memory,
    "clock": _clock,
    "agent": _agent,
    "certificates": _certificates,
}


def _figures(inputs: HealthInputs) -> dict[str, float]:
    agent = inputs.agent
    known: dict[str, float | None] = {
        READY_METRIC: 1.0 if is_ready(inputs) else 0.0,
        "uptime_s": (inputs.now_us - inputs.started_us) / US_PER_S,
        "oldest_live_age_s": inputs.oldest_live_age_s,
        "devices": float(inputs.devices_enabled),
        "devices_connected": float(inputs.devices_connected),
        "evaluation_age_s": inputs.evaluation_age_s,
        "commit_age_s": inputs.commit_age_s,
        "samples_dropped": float(inputs.samples_dropped),
        "backlog": float(inputs.backlog),
        "disk_free_ratio": inputs.disk_free_ratio,
        "memory_ratio": inputs.memory_ratio,
        "memory_bytes": None if inputs.memory_bytes is None else float(inputs.memory_bytes),
        "outbox_records": None if agent is None else float(agent.waiting),
        "outbox_oldest_s": None if agent is None else agent.oldest_age_s,
    }
    figures = {name: value for name, value in known.items() if value is not None}
    figures.update({f"tags_{quality}": float(count) for quality, count in inputs.tags.items()})
    return figures
