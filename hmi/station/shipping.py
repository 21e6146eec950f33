"""Wires the agent to the station: what it reports, which backups it makes and keeps."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from hmi import __version__
from hmi.agent.agent import Agent
from hmi.agent.retention import prune_backups
from hmi.agent.store import OutboxStore
from hmi.agent.witness import central_witnesses
from hmi.facade.data import OeeQuery
from hmi.secrets import SecretStore
from hmi.station.front import oee as oee_front
from hmi.station.parts import Parts
from hmi.station.reporting import Reporter
from hmi.storage.backup import BackupRecord
from hmi.wire.report import ReportedBackup, StationReport


class Shipping:
    """The agent of one station."""

    def __init__(self, parts: Parts, reporter: Reporter, secrets: SecretStore) -> None:
        self._parts = parts
        self._reporter = reporter
        settings = parts.settings
        self.agent = Agent(
            settings.agent,
            secrets.resolve,
            OutboxStore(parts.database, settings.id, parts.clock),
            parts.jobs,
            self._report,
            self._backup,
            parts.clock,
            ZoneInfo(parts.plant.timezone),
            shipped=parts.backups.archive.add_place,
            witness=parts.people.trail.witness,
        )
        if settings.agent.central:
            parts.people.trail.attach_central(partial(central_witnesses, settings.agent, secrets.resolve, settings.id))

    def _backup(self) -> BackupRecord:
        record = self._parts.backups.make()
        keep_us = self._parts.settings.agent.backup.keep_us["database"]
        prune_backups(self._parts.backups.archive, keep_us, self._parts.clock.now_us())
        return record

    def _report(self) -> StationReport:
        parts = self._parts
        honesty = self._reporter.honesty()
        counts = parts.alarms.alarms().counts
        newest = next((b for b in parts.backups.archive.list() if b.verified_us is not None), None)
        return StationReport(
            t_us=parts.clock.now_us(),
            name=parts.settings.name,
            version=__version__,
            health=self._reporter.health().status,
            simulated=parts.settings.simulation,
            alarms={
                "1": counts.p1,
                "2": counts.p2,
                "3": counts.p3,
                "4": counts.p4,
                "unacked": counts.unacked,
                "shelved": counts.shelved,
            },
            oee={item.line: item.oee for item in oee_front.items(parts.oee, OeeQuery())},
            devices_total=honesty.devices_total,
            devices_connected=honesty.devices_connected,
            devices_silent=tuple(device.name for device in honesty.silent),
            tags={"good": honesty.good, "uncertain": honesty.uncertain, "bad": honesty.bad, "stale": honesty.stale},
            data_age_s=honesty.oldest_live_age_s,
            backlog=parts.history.backlog,
            waiting=honesty.central_waiting,
            backup=None
            if newest is None or newest.verified_us is None
            else ReportedBackup(newest.id, newest.created_us, newest.verified_us),
        )
