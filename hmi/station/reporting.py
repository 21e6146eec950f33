"""What the station says about itself: data honesty, health, metrics."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

import psutil
import structlog

from hmi import __version__
from hmi.acquisition.figures import DeviceStatus
from hmi.agent.agent import Agent, AgentStatus
from hmi.facade.data import (
    DeviceItem,
    Health,
    HealthDetail,
    Honesty,
    JobHealth,
    OeeQuery,
    QueueHealth,
    SilentDevice,
)
from hmi.model.devices import LinkState
from hmi.model.timestamps import US_PER_S
from hmi.station import metrics as metric
from hmi.station.front import oee as oee_front
from hmi.station.health import AgentHealth, HealthInputs, assess, polling_late_s
from hmi.station.machine import MachineFigures, MachineWatch

if TYPE_CHECKING:
    from hmi.station.parts import Parts

_log = structlog.get_logger("station")

_PER_DEVICE_LIMIT = 500


class Reporter:
    """Gathers figures from the parts; every call is quick and safe from any thread, `metrics` reads the database."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._last_health: Health | None = None
        self.machine = MachineWatch(parts.data_dir, parts.clock)
        self._agent: Agent | None = None
        self._agent_status: AgentStatus | None = None

    def attach_agent(self, agent: Agent) -> None:
        """Gives the reporter the agent; from then on call `refresh_agent` every few seconds."""
        self._agent = agent

    def refresh_agent(self) -> None:
        """Asks the agent, which may read the database; everybody else gets this answer, so that nothing blocks."""
        if self._agent is not None:
            self._agent_status = self._agent.status()

    def honesty(self) -> Honesty:
        """What the status line says."""
        parts = self._parts
        monotonic_us = parts.clock.monotonic_us()
        enabled = self._enabled()
        counts = parts.store.counts()
        oldest_us = parts.store.oldest_live_age_us()
        agent = self._agent_status
        evaluated_us = parts.alarms.last_evaluated_monotonic_us
        central = "unreachable"
        if agent is None or not agent.configured:
            central = "none"
        elif agent.connected:
            central = "connected"
        return Honesty(
            oldest_live_age_s=None if oldest_us is None else oldest_us / US_PER_S,
            devices_total=len(enabled),
            devices_connected=sum(1 for status in enabled if status.state is LinkState.CONNECTED),
            silent=[SilentDevice(s.name, s.since_us) for s in enabled if s.state is LinkState.DOWN],
            good=counts.good,
            uncertain=counts.uncertain,
            bad=counts.bad,
            stale=counts.stale,
            history_age_s=parts.history.commit_age_s,
            history_problem=parts.history.problem,
            evaluation_age_s=None if evaluated_us is None else (monotonic_us - evaluated_us) / US_PER_S,
            central=central,
            central_waiting=0 if agent is None else agent.waiting_total,
            t_backup_verified_us=parts.backups.last_verified_us,
            simulated=parts.settings.simulation,
            clock_problem=parts.clock_watch.problem(monotonic_us),
        )

    def log_status(self) -> None:
        """Writes the one status line of a period into the log."""
        honesty = self.honesty()
        _log.info(
            "status",
            health=self.health().status,
            devices=f"{honesty.devices_connected}/{honesty.devices_total}",
            good=honesty.good,
            uncertain=honesty.uncertain,
            bad=honesty.bad,
            stale=honesty.stale,
            oldest_live_s=honesty.oldest_live_age_s,
            history_age_s=honesty.history_age_s,
            stored=self._parts.history.stored,
            backlog=self._parts.history.backlog,
            central=honesty.central,
        )

    def unusable_by_device(self) -> dict[str, int]:
        """{device: tags that are bad or stale now}."""
        return self._parts.store.unusable_by_device()

    def health(self) -> Health:
        """What /health says."""
        with self._lock:
            self._last_health = assess(self._health_inputs(), self._last_health)
            return self._last_health

    def detail(self, devices: list[DeviceItem]) -> HealthDetail:
        """What /health/detailed says."""
        jobs, overruns = self._parts.jobs.last_success_us(), self._parts.jobs.overruns()
        return HealthDetail(
            health=self.health(),
            devices=devices,
            queues=[QueueHealth(q.name, q.depth, q.capacity, q.dropped) for q in self._queues()],
            jobs=[JobHealth(name, jobs.get(name), overruns.get(name, 0)) for name in sorted({*jobs, *overruns})],
        )

    def _enabled(self) -> list[DeviceStatus]:
        return [status for status in self._parts.acquisition.statuses() if status.state is not LinkState.DISABLED]

    def _queues(self) -> list[QueueHealth]:
        parts = self._parts
        writer = parts.database.writer
        return [
            QueueHealth(
                "evaluation",
                parts.evaluation.queue.depth,
                parts.evaluation.queue.capacity,
                parts.evaluation.queue.dropped,
            ),
            QueueHealth(
                "history", parts.history.queue.depth, parts.history.queue.capacity, parts.history.queue.dropped
            ),
            QueueHealth("writer", writer.backlog, writer.capacity, writer.refused),
        ]

    def _health_inputs(self) -> HealthInputs:
        parts = self._parts
        honesty = self.honesty()
        machine = self.machine.figures
        now_us = parts.clock.now_us()
        enabled = self._enabled()
        agent = self._agent_status
        return HealthInputs(
            station=parts.settings.id,
            version=__version__,
            started_us=parts.started_us,
            now_us=now_us,
            database_open=True,
            database_problem=parts.database.writer.problem or parts.alarms.storage_problem,
            first_poll_done=parts.acquisition.poll_round_done,
            acquisition_age_s=self._acquisition_age_s(enabled),
            evaluation_age_s=honesty.evaluation_age_s,
            commit_age_s=honesty.history_age_s,
            storage_problem=honesty.history_problem,
            recording_paused=parts.history.paused,
            samples_dropped=sum(parts.history.dropped.values()),
            alarm_rows_lost=parts.alarms.lost_rows,
            devices_enabled=honesty.devices_total,
            devices_connected=honesty.devices_connected,
            devices_silent=tuple(device.name for device in honesty.silent),
            disk_free_ratio=machine.disk_free_ratio,
            min_free_ratio=parts.settings.storage.min_free_ratio,
            memory_ratio=machine.memory_used_ratio,
            memory_bytes=machine.process_memory_bytes,
            clock_problem=honesty.clock_problem,
            agent=None
            if agent is None or not agent.configured
            else AgentHealth(
                agent.connected,
                agent.waiting_total,
                agent.oldest_age_s,
                agent.set_aside,
                agent.problem or agent.backup_problem,
            ),
            oldest_live_age_s=honesty.oldest_live_age_s,
            backlog=parts.history.backlog,
            tags={"good": honesty.good, "uncertain": honesty.uncertain, "bad": honesty.bad, "stale": honesty.stale},
            certificates=parts.certificates.count,
            certificate_problem=parts.certificates.problem,
        )

    def _acquisition_age_s(self, enabled: list[DeviceStatus]) -> float | None:
        parts = self._parts
        pauses = {device.name: device.reconnect_max_us + device.timeout_us for device in parts.plant.devices}
        return polling_late_s(
            [(s.active_monotonic_us, max(s.scan_asked_us, pauses.get(s.name, 0))) for s in enabled],
            parts.clock.monotonic_us(),
        )

    def metrics(self) -> str:
        """The Prometheus text; reads sizes from the database."""
        return metric.metrics_text(self._figures())

    def _figures(self) -> metric.StationFigures:
        parts = self._parts
        honesty = self.honesty()
        machine = self.machine.figures
        polling = parts.acquisition.figures()
        statuses = parts.acquisition.statuses()
        self.refresh_agent()
        agent = self._agent_status
        now_us = parts.clock.now_us()
        per_device = parts.settings.api.per_device_metrics
        return metric.StationFigures(
            version=__version__,
            sqlite=parts.database.engine_version,
            uptime_s=(now_us - parts.started_us) / US_PER_S,
            devices=tuple(metric.DeviceFigures(s.name, s.protocol, s.state.value) for s in statuses),
            per_device=per_device == "yes" or (per_device == "auto" and len(statuses) <= _PER_DEVICE_LIMIT),
            protocols=self._protocols(statuses),
            scan_lateness=polling.scan_lateness,
            tags={"good": honesty.good, "uncertain": honesty.uncertain, "bad": honesty.bad, "stale": honesty.stale},
            samples=polling.samples,
            samples_stored=parts.history.stored,
            dropped=parts.history.dropped,
            queues=tuple(metric.QueueFigures(q.name, q.depth, q.capacity) for q in self._queues()),
            logging_interval_s=parts.history.longest_interval_s(),
            commit_duration=parts.database.writer.commit_histogram,
            history_bytes=parts.database.size_bytes,
            gaps=parts.history_reader.gap_counts(),
            database_connected=not parts.database.writer.problem,
            disk_free_ratio=machine.disk_free_ratio,
            active_users=len({session.user for session in parts.people.access.sessions.all()}),
            alarms=parts.alarms.state_counts,
            activations=parts.alarms.activations,
            oee={
                item.line: {
                    "oee": item.oee,
                    "availability": item.availability,
                    "performance": item.performance,
                    "quality": item.quality,
                    "coverage": item.coverage,
                }
                for item in oee_front.items(parts.oee, OeeQuery())
            },
            parts={
                (item.line, kind): item.counts.get(kind, 0)
                for item in oee_front.items(parts.oee, OeeQuery())
                for kind in ("total", "good", "reject")
            },
            errors={"evaluation": parts.evaluation.failures},
            agent=None
            if agent is None or not agent.configured
            else metric.AgentFigures(agent.connected, agent.waiting, agent.shipped, agent.oldest_age_s),
            backup_verified_us=parts.backups.last_verified_us,
            jobs=parts.jobs.last_success_us(),
            certificates=parts.certificates.expiries_us,
            process=_process_figures(machine),
        )

    def _protocols(self, statuses: list[DeviceStatus]) -> dict[str, metric.ProtocolFigures]:
        polling = self._parts.acquisition.figures()
        found: dict[str, metric.ProtocolFigures] = {}
        for protocol in sorted({status.protocol for status in statuses}):
            own = [status for status in statuses if status.protocol == protocol]
            medians = sorted(s.response_p50_us for s in own if s.response_p50_us is not None)
            requests = polling.requests.get(protocol, 0)
            errors = polling.errors.get(protocol, {})
            unanswered = Counter(errors)["timeout"]
            found[protocol] = metric.ProtocolFigures(
                polls=requests,
                errors=errors,
                overruns=polling.overruns.get(protocol, 0),
                reconnects=polling.reconnects.get(protocol, 0),
                latency_s=medians[len(medians) // 2] / US_PER_S if medians else None,
                loss_ratio=min(1.0, unanswered / requests) if requests else None,
                duration=polling.poll_duration.get(protocol),
            )
        return found


def _process_figures(machine: MachineFigures) -> metric.ProcessFigures:
    process = psutil.Process()
    with process.oneshot():
        cpu = process.cpu_times()
        return metric.ProcessFigures(
            cpu_s=cpu.user + cpu.system,
            resident_bytes=process.memory_info().rss,
            start_us=round(process.create_time() * US_PER_S),
            virtual_bytes=process.memory_info().vms,
            open_files=process.num_fds() if hasattr(process, "num_fds") else None,
            cpu_ratio=psutil.cpu_percent() / 100,
            memory_ratio=machine.memory_used_ratio,
        )
