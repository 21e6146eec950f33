"""Background jobs on APScheduler: interval and daily jobs, missed runs made up once, overruns skipped and counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog

_log = structlog.get_logger("jobs")


class JobRunner:
    """Runs named jobs on a small thread pool; in UTC, so that summer time neither doubles nor skips a run.

    A job that fails is logged once until it works again, and runs on at its times.
    """

    name = "jobs"

    def __init__(self, workers: int = 3) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(workers)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._conditions = ConditionLog(_log)
        self._intervals: set[str] = set()
        self._lock = threading.Lock()
        self._last_success_us: dict[str, int] = {}
        self._overruns: dict[str, int] = {}
        self._scheduler.add_listener(self._on_overrun, EVENT_JOB_MAX_INSTANCES)

    def every(self, name: str, interval_s: float, work: Callable[[], object], first_after_s: float = 0.0) -> None:
        """Runs `work` every `interval_s`; a run still going is not doubled but counted as an overrun."""
        first = datetime.now(UTC) + timedelta(seconds=first_after_s)
        self._scheduler.add_job(
            partial(self._run, name, work),
            IntervalTrigger(seconds=interval_s, timezone=UTC),
            id=name,
            name=name,
            next_run_time=first,
            replace_existing=True,
        )
        self._intervals.add(name)

    def clock_stepped(self) -> None:
        """Tells that the wall clock was set: interval jobs run now and go on from there.

        Their next times lie on the old clock, and one that was set back an hour would silence them for that hour.
        """
        for name in self._intervals:
            if self._scheduler.get_job(name) is not None:
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def daily(self, name: str, hour_utc: int, minute_utc: int, work: Callable[[], object]) -> None:
        """Runs `work` once a day at a UTC time."""
        self._scheduler.add_job(
            partial(self._run, name, work),
            CronTrigger(hour=hour_utc, minute=minute_utc, timezone=UTC),
            id=name,
            name=name,
            replace_existing=True,
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

    def _run(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except PlantError as fault:
            self._conditions.raised(name, "job failed", job=name, reason=str(fault))
        except Exception:
            if self._conditions.raised(name, "job failed by a defect", job=name):
                _log.exception("defect in a job", job=name)
        else:
            self._conditions.cleared(name, "job works again", job=name)
            with self._lock:
                self._last_success_us[name] = int(datetime.now(UTC).timestamp() * 1_000_000)

    def _on_overrun(self, event: JobEvent) -> None:
        with self._lock:
            self._overruns[event.job_id] = self._overruns.get(event.job_id, 0) + 1
