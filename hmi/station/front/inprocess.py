"""The facade in the station's own process: memory is answered at once, the database by a small pool."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from hmi import __version__
from hmi.access.accounts import deed_row
from hmi.agent.agent import Agent
from hmi.alarms.service import HORN
from hmi.alarms.views import AlarmView, JournalView
from hmi.base.errors import PlantError
from hmi.base.subscriptions import Listeners
from hmi.facade.contract import EventListener
from hmi.facade.data import (
    AlarmCounts,
    AlarmItem,
    AlarmList,
    BackupItem,
    DeviceItem,
    FacadeEvent,
    Health,
    HealthDetail,
    HistoryAnswer,
    HistoryQuery,
    JournalItem,
    LiveUpdate,
    OeeItem,
    OeeQuery,
    Page,
    StateSpan,
    StationInfo,
    TagItem,
)
from hmi.model.access import AuditRow, Deed, Permission
from hmi.model.equipment import Plant
from hmi.station.backups import backup_item
from hmi.station.front import devices as device_front
from hmi.station.front import history as history_front
from hmi.station.front import oee as oee_front
from hmi.station.front import tags as tag_front
from hmi.station.front.people import PeopleFront
from hmi.station.front.workers import done
from hmi.station.reporting import Reporter

if TYPE_CHECKING:
    from hmi.station.parts import Parts

T = TypeVar("T")
D = TypeVar("D")

READERS = 3
_OUTCOME_S = 30.0


class InProcessFacade(PeopleFront):
    """Implements `hmi.facade.contract.Facade` on the parts of a running station; also a service (`start`, `stop`)."""

    name = "facade"

    def __init__(self, parts: Parts, reporter: Reporter) -> None:
        super().__init__(parts.people, parts.clock)
        self._parts = parts
        self._reporter = reporter
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="facade")
        self._listeners: Listeners[FacadeEvent] = Listeners()
        self._tags = {tag.path: tag for tag in parts.tags}
        self._in_order = sorted(parts.tags, key=lambda tag: tag.path)

    def start(self) -> None:
        """Begins to forward events."""
        self._parts.alarms.changes.subscribe(self._on_alarms)
        self._parts.people.access.changes.subscribe(self._on_people)
        self.start_people()

    def stop(self) -> None:
        """Answers what was asked and ends the pool."""
        self._parts.alarms.changes.unsubscribe(self._on_alarms)
        self._parts.people.access.changes.unsubscribe(self._on_people)
        self.stop_people()
        self._pool.shutdown(wait=True)

    def attach_agent(self, agent: Agent) -> None:
        """Gives the facade the agent, which makes backups on demand."""
        self._agent = agent

    def device_changed(self) -> None:
        """Tells front ends that a device connected or went silent; called from acquisition."""
        self._listeners.emit(FacadeEvent("devices", 0))

    def station(self) -> Future[StationInfo]:
        return done(self._station)

    def plant(self) -> Future[Plant]:
        return done(lambda: self._parts.plant)

    def live(self, cursor: int) -> Future[LiveUpdate]:
        return done(lambda: self._live(cursor))

    def tags(
        self, match: str = "*", device: str = "", quality: str = "", limit: int = 100, cursor: str | None = None
    ) -> Future[Page[TagItem]]:
        return done(
            lambda: tag_front.page(
                self._parts.store,
                self._in_order,
                match=match,
                device=device,
                quality=quality,
                limit=limit,
                cursor=cursor,
            )
        )

    def tag(self, path: str) -> Future[TagItem]:
        return done(lambda: self._tag(path))

    def devices(self) -> Future[list[DeviceItem]]:
        return done(self._devices)

    def alarms(
        self, state: str = "active", priority: int = 0, area: str = "", alarm_class: str = ""
    ) -> Future[AlarmList]:
        return done(lambda: self._alarms(state, priority, area, alarm_class))

    def journal(
        self,
        from_us: int,
        to_us: int,
        alarm: str = "",
        event: str = "",
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = True,
    ) -> Future[Page[JournalItem]]:
        def read() -> Page[JournalItem]:
            rows, following = self._parts.alarms.journal(from_us, to_us, alarm, event, limit, cursor, newest_first)
            return Page([_journal_item(row) for row in rows], following)

        return self._pool.submit(read)

    def acknowledge(
        self, alarm_id: str, activation_id: int, comment: str = "", session: str = "", signature: str = ""
    ) -> Future[AlarmItem]:
        def send(deed: Deed) -> Future[AlarmView]:
            return self._parts.alarms.acknowledge(alarm_id, activation_id, comment, deed)

        return self._on_alarm(Permission.ALARM_ACK, alarm_id, comment, session, signature, send)

    def reset(self, alarm_id: str, comment: str = "", session: str = "", signature: str = "") -> Future[AlarmItem]:
        def send(deed: Deed) -> Future[AlarmView]:
            return self._parts.alarms.reset(alarm_id, comment, deed)

        return self._on_alarm(Permission.ALARM_RESET, alarm_id, comment, session, signature, send)

    def silence(self, session: str = "") -> Future[None]:
        people = self._parts.people.access

        def record() -> None:
            deed = people.guard.authorise(Permission.ALARM_SILENCE, session, target=HORN)
            self._parts.alarms.silence(deed)

        return done(record)

    def history(self, query: HistoryQuery) -> Future[HistoryAnswer]:
        return self._pool.submit(history_front.answer, self._parts.history_reader, self._tags, query)

    def oee(self, query: OeeQuery) -> Future[list[OeeItem]]:
        return self._pool.submit(oee_front.items, self._parts.oee, query)

    def states(self, line: str, machine: str, from_us: int, to_us: int) -> Future[list[StateSpan]]:
        return self._pool.submit(oee_front.spans, self._parts.oee, line, machine, from_us, to_us)

    def health(self) -> Future[Health]:
        return done(self._reporter.health)

    def health_detail(self) -> Future[HealthDetail]:
        return done(lambda: self._reporter.detail(self._devices()))

    def metrics_text(self) -> Future[str]:
        return self._pool.submit(self._reporter.metrics)

    def backups(self) -> Future[list[BackupItem]]:
        return self._pool.submit(self._parts.backups.items)

    def create_backup(self, session: str = "", signature: str = "") -> Future[BackupItem]:
        return self._pool.submit(self._create_backup, session, signature)

    def subscribe(self, listener: EventListener) -> None:
        self._listeners.subscribe(listener)

    def unsubscribe(self, listener: EventListener) -> None:
        self._listeners.unsubscribe(listener)

    def _on_alarm(
        self,
        permission: Permission,
        alarm_id: str,
        comment: str,
        session: str,
        signature: str,
        send: Callable[[Deed], Future[AlarmView]],
    ) -> Future[AlarmItem]:
        people = self._parts.people
        try:
            scopes = people.scopes(self._parts.alarms.area_of(alarm_id))
            deed = people.access.guard.authorise(
                permission, session, scopes=scopes, target=alarm_id, signature=signature, reason=comment
            )
        except PlantError as refusal:
            refused: Future[AlarmItem] = Future()
            refused.set_exception(refusal)
            return refused
        return _mapped(send(deed), _alarm_item)

    def _create_backup(self, session: str, signature: str) -> BackupItem:
        people = self._parts.people
        deed = people.access.guard.authorise(Permission.BACKUP_CREATE, session, target="backup", signature=signature)
        row = deed_row(deed, self._parts.clock.now_us(), "BACKUP_CREATED", "backup")
        people.trail.intend(row).result()
        try:
            made = backup_item(self._agent.backup_now())
        except PlantError as fault:
            self._record_outcome(replace(row, result=f"failed: {fault}"))
            raise
        self._record_outcome(replace(row, new=made.id, result="done"))
        return made

    def _record_outcome(self, row: AuditRow) -> None:
        """Records what came of a deed before it is answered; what cannot be stored is an alarm and undoes nothing."""
        recorded = self._parts.people.trail.record(replace(row, t_us=self._parts.clock.now_us()))
        wait((recorded,), _OUTCOME_S)

    def _on_people(self, revision: int) -> None:
        self._listeners.emit(FacadeEvent("access", revision))

    def _on_alarms(self, revision: int) -> None:
        self._listeners.emit(FacadeEvent("alarms", revision))

    def _station(self) -> StationInfo:
        parts = self._parts
        honesty = self._reporter.honesty()
        return StationInfo(
            id=parts.settings.id,
            name=parts.settings.name,
            version=__version__,
            plant=parts.plant.name,
            timezone=parts.plant.timezone,
            plc="simulation" if parts.settings.simulation else "real",
            started_us=parts.started_us,
            now_us=parts.clock.now_us(),
            oldest_live_age_s=honesty.oldest_live_age_s,
            devices_down=honesty.devices_total - honesty.devices_connected,
            backlog=parts.history.backlog,
        )

    def _live(self, cursor: int) -> LiveUpdate:
        clock = self._parts.clock
        return tag_front.live_update(
            self._parts.store,
            cursor,
            clock.now_us(),
            clock.monotonic_us(),
            self._parts.alarms.revision,
            self._reporter.honesty(),
        )

    def _tag(self, path: str) -> TagItem:
        tag = self._tags.get(path)
        if tag is None:
            raise PlantError(f"no tag {path}")
        return tag_front.tag_item(self._parts.store, tag)

    def _devices(self) -> list[DeviceItem]:
        return device_front.device_items(self._parts.acquisition.statuses(), self._reporter.unusable_by_device())

    def _alarms(self, state: str, priority: int, area: str, alarm_class: str) -> AlarmList:
        found = self._parts.alarms.alarms(state, priority, area, alarm_class)
        counts = AlarmCounts(**dataclasses.asdict(found.counts))
        return AlarmList([_alarm_item(view) for view in found.items], counts, found.revision)


def _alarm_item(view: AlarmView) -> AlarmItem:
    return AlarmItem(**_fields(view))


def _journal_item(view: JournalView) -> JournalItem:
    return JournalItem(**_fields(view))


def _fields(view: Any) -> dict[str, Any]:
    return {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}


def _mapped(source: Future[T], change: Callable[[T], D]) -> Future[D]:
    """The future's result, changed; its failure as it is."""
    future: Future[D] = Future()
    future.set_running_or_notify_cancel()  # what is under way cannot be called back

    def finish(finished: Future[T]) -> None:
        error = finished.exception()
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(change(finished.result()))

    source.add_done_callback(finish)
    return future
