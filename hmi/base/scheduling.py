"""Background jobs on APScheduler: interval and daily jobs, missed runs made up once, overruns skipped and counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_log = structlog.get_logger("jobs")


class JobRunner:
    """Runs named jobs on a small thread pool; in UTC, so that summer time neither doubles nor skips a run."""

    name = "jobs"

    def __init__(self, workers: int = 3) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(workers)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._lock = threading.Lock()
        self._last_success_us: dict[str, int] = {}
        self._overruns: dict[str, int] = {}
        self._scheduler.add_listener(self._on_event, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MAX_INSTANCES)

    def every(self, name: str, interval_s: float, work: Callable[[], object], first_after_s: float = 0.0) -> None:
        """Runs `work` every `interval_s`; a run still going is not doubled but counted as an overrun."""
        first = datetime.now(UTC) + timedelta(seconds=first_after_s)
        self._scheduler.add_job(
            work, IntervalTrigger(seconds=interval_s, timezone=UTC), id=name, name=name, next_run_time=first,
            replace_existing=True,
        )  # fmt: skip

    def daily(self, name: str, hour_utc: int, minute_utc: int, work: Callable[[], object]) -> None:
        """Runs `work` once a day at a UTC time."""
        self._scheduler.add_job(
            work, CronTrigger(hour=hour_utc, minute=minute_utc, timezone=UTC), id=name, name=name, replace_existing=True
        )

    def last_success_us(self) -> dict[str, int]:
        """{job: microseconds of its last successful end}."""
        with self._lock:
            return dict(self._last_success_us)

    def overruns(self) -> dict[str, int]:
        """{job: runs skipped because the one before was still going}."""
        with self._lock:
            return dict(self._overruns)

    def start(self) -> None:
        """Begins to run jobs."""
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for running jobs and ends the pool."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _on_event(self, event: JobEvent) -> None:
        with self._lock:
            if event.code == EVENT_JOB_MAX_INSTANCES:
                self._overruns[event.job_id] = self._overruns.get(event.job_id, 0) + 1
            elif event.code == EVENT_JOB_EXECUTED:
                self._last_success_us[event.job_id] = int(datetime.now(UTC).timestamp() * 1_000_000)
        if event.code == EVENT_JOB_ERROR:
            _log.error("job failed", job=event.job_id, error=repr(getattr(event, "exception", None)))
