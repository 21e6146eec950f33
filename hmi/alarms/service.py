"""The alarm service: evaluates what the station feeds, stores every row, answers lists, takes acknowledgements.

It has no thread of its own: the station's evaluation thread calls `evaluate` at least every half second.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from hmi.alarms import deeds, store, views
from hmi.alarms.builtin import JOURNAL_CONDITION, system_alarm
from hmi.alarms.engine.machine import AlarmEngine
from hmi.alarms.engine.values import Action, AlarmStatus, CommandInput, Input, Moment
from hmi.alarms.engine.work import EngineState
from hmi.alarms.inputs import Inputs, source_of
from hmi.alarms.outbox import Entry, Outbox
from hmi.alarms.views import AlarmView, JournalView, ListView
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.log import ConditionLog
from hmi.base.subscriptions import Listeners
from hmi.model.access import AuditRow, Deed
from hmi.model.alarms import REJECTED, AlarmDefinition, AlarmEvent, AlarmRow, AlarmState
from hmi.model.devices import DeviceDefinition, LinkState
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.model.timestamps import iso
from hmi.storage.chain import ChainVerdict

if TYPE_CHECKING:
    from hmi.storage.database import Database

_log = structlog.get_logger("alarms")

HORN: Final = "system/horn"
"""What stands for the horn in the journal, where rows name an alarm."""

_DAY_US: Final = 86_400_000_000
_LAST_TRIES: Final = 5


class AlarmConflictError(PlantError):
    """Somebody was first, or the alarm is not in a state that allows it."""


class UnknownAlarmError(PlantError):
    """No such alarm is configured."""


class AlarmService:
    """All alarms of a station. Safe to call from any thread; `evaluate` belongs to the evaluation thread.

    changes: called with the new revision after every visible change, from the thread that made it.
    """

    def __init__(
        self,
        database: Database,
        definitions: Iterable[AlarmDefinition],
        tags: Iterable[TagDefinition],
        devices: Sequence[DeviceDefinition],
        clock: Clock,
        station: str = "",
    ) -> None:
        self._database = database
        self._clock = clock
        self._station = station
        self._tags = {tag.path: tag for tag in tags}
        known = list(definitions)
        own = system_alarm(JOURNAL_CONDITION)
        if all(definition.id != own.id for definition in known):
            known.append(own)
        self._engine = AlarmEngine(known, self._tags, devices)
        self._definitions = self._engine.definitions
        self._inputs = Inputs(
            {self._tags[path].number: path for path in self._engine.watched_tags(self._tags)},
            {self._tags[path].number: path for path in self._engine.watched_stale(self._tags)},
        )
        self._lock = threading.RLock()
        self._state = EngineState()
        self._revision = 0
        self._unread: dict[str, Input] = {}
        self._unstored_acks: dict[str, int] = {}
        self._recent: dict[str, list[int]] = {}
        self._activations = dict.fromkeys((1, 2, 3, 4), 0)
        self._outbox = Outbox(database.writer, clock, station)
        self._conditions = ConditionLog(_log)
        self._last_evaluated_us: int | None = None
        self._failed: set[str] = set()
        self.changes: Listeners[int] = Listeners()

    def start(self) -> None:
        """Loads what was kept and writes the RESTORE rows; call once before the first `evaluate`."""
        with self._database.reader() as connection:
            kept = store.load_states(connection)
            recent = store.count_activations(connection, self._clock.now_us())
        gone = [alarm_id for alarm_id in kept if alarm_id not in self._definitions]
        if gone:
            _log.info("alarms of an earlier configuration are kept aside", count=len(gone))
        with self._lock:
            self._recent = recent
            state, rows = self._engine.restore(kept, self._now())
            self._take(state, rows)
        self.changes.emit(self.revision)

    def stop(self, timeout_s: float = 5.0) -> bool:
        """Waits until every row is stored; call it before the writer stops. False if some could not be."""
        for _ in range(_LAST_TRIES):
            self._outbox.pump(at_once=True)
            if self._outbox.wait_empty(timeout_s / _LAST_TRIES):
                return True
        _log.error(
            "alarm rows are lost: the database did not take them before the end",
            rows=self._outbox.backlog,
            reason=self._outbox.problem,
        )
        return False

    def evaluate(
        self,
        batch: SampleBatch | None = None,
        stale: Iterable[tuple[int, bool]] = (),
        links: Mapping[str, LinkState] | None = None,
        system: Mapping[str, bool] | None = None,
    ) -> None:
        """Follows new samples, changed staleness (tag number, stale), links and conditions; fires due timers.

        links: all known devices or only changed ones; `connecting` says nothing new. system: names that hold or not.
        A defect is raised on, or kept if it concerns single alarms; either way `last_evaluated_monotonic_us` stands
        still, and what was not followed is followed by the next call.
        """
        now = self._now()
        inputs = [
            *self._inputs.links(links or {}, now.t_us),
            *self._inputs.samples(batch),
            *self._inputs.stale(stale, now.t_us),
            *self._inputs.system({**(system or {}), JOURNAL_CONDITION: self._outbox.late}, now.t_us),
        ]
        inputs = [*self._unread.values(), *inputs]
        # the newest of each source is enough, and more would grow without bound while the defect lasts
        self._unread = {source_of(item): item for item in inputs}
        with self._lock:
            state, rows = self._engine.step(self._state, inputs, now)
            self._take(state, rows)
            if not state.failed:
                self._last_evaluated_us = now.monotonic_us
        self._unread = {}
        self._tell_failed(state)
        self._outbox.pump()
        if self._outbox.problem:
            self._conditions.raised("store", "alarm rows cannot be stored", reason=self._outbox.problem)
        if self._outbox.lost_rows:
            self._conditions.raised("lost", "alarm rows were given up: the database was away for too long")
        if rows:
            self.changes.emit(self.revision)

    def acknowledge(self, alarm_id: str, activation_id: int, comment: str, deed: Deed) -> Future[AlarmView]:
        """Acknowledges one activation; done means stored. Fails with `already acknowledged by NAME at T`."""
        return self._command(Action.ACK, AlarmEvent.ACK, alarm_id, activation_id, comment, deed)

    def reset(self, alarm_id: str, comment: str, deed: Deed) -> Future[AlarmView]:
        """Releases the latch of an alarm that is clear and acknowledged; done means stored."""
        return self._command(Action.RESET, AlarmEvent.RESET, alarm_id, 0, comment, deed)

    def silence(self, deed: Deed) -> None:
        """Records that the horn was silenced at a place; no alarm changes its state."""
        now = self._now()
        normal = AlarmState.NORMAL
        row = AlarmRow(now.t_us, HORN, 0, AlarmEvent.SILENCE, normal, normal, 0, actor=deed.actor, comment=deed.place)
        row = replace(row, station=self._station)
        audit = deeds.audit_of(row, deed, deed.place)
        self._outbox.put(Entry(rows=(row,), states={}, t_put_us=now.monotonic_us, audits=(audit,)))

    def area_of(self, alarm_id: str) -> str:
        """The area of an alarm; raises UnknownAlarmError."""
        return self._definition(alarm_id).area

    def alarms(self, state: str = "active", priority: int = 0, area: str = "", alarm_class: str = "") -> ListView:
        """A list (`active shelved suppressed out_of_service all`) in order, with the counts over all alarms."""
        states = views.LISTS.get(state)
        if states is None:
            raise PlantError(f"there is no alarm list '{state}'; expected one of {', '.join(views.LISTS)}")
        with self._lock:
            pairs = [(definition, self._shown(definition.id)) for definition in self._definitions.values()]
            chosen = [
                self._view(definition, status)
                for definition, status in pairs
                if status.state in states
                and priority in (0, definition.priority)
                and area in ("", definition.area)
                and alarm_class in ("", definition.alarm_class.value)
            ]
            return ListView(views.in_order(chosen), views.count(pairs), self._revision)

    def alarm(self, alarm_id: str) -> AlarmView:
        """One alarm now."""
        with self._lock:
            return self._view(self._definition(alarm_id), self._shown(alarm_id))

    def journal(
        self,
        from_us: int,
        to_us: int,
        alarm: str = "",
        event: str = "",
        limit: int = 100,
        cursor: str | None = None,
        newest_first: bool = True,
    ) -> tuple[list[JournalView], str | None]:
        """Rows of a time range in order of recording, and the cursor of the next page; stable while rows are added."""
        after = int(cursor) if cursor and cursor.isdecimal() else None
        with self._database.reader() as connection:
            found = store.query(connection, from_us, to_us, alarm, event, limit + 1, after, newest_first)
        page = found[:limit]
        following = str(page[-1].seq) if len(found) > limit else None
        return [views.journal_view(stored, self._definitions.get(stored.row.alarm_id)) for stored in page], following

    def verify(self) -> ChainVerdict:
        """Follows the hash chain of the whole journal; slow, not for the evaluation thread."""
        with self._database.reader() as connection:
            return store.verify_journal(connection)

    @property
    def revision(self) -> int:
        """Grows with every visible change."""
        with self._lock:
            return self._revision

    @property
    def last_evaluated_monotonic_us(self) -> int | None:
        """Monotonic time of the last `evaluate` of every alarm; None before the first. Older than 3 s = not running."""
        with self._lock:
            return self._last_evaluated_us

    @property
    def next_due_monotonic_us(self) -> int | None:
        """When `evaluate` is needed even without anything new, None if never."""
        with self._lock:
            return self._engine.next_due_us(self._state)

    @property
    def activations(self) -> dict[int, int]:
        """Shown activations since the start, by priority."""
        with self._lock:
            return dict(self._activations)

    @property
    def state_counts(self) -> dict[tuple[str, int], int]:
        """{(state, priority): alarms}, for metrics."""
        found: dict[tuple[str, int], int] = {}
        with self._lock:
            for definition in self._definitions.values():
                key = (self._shown(definition.id).state.value, definition.priority)
                found[key] = found.get(key, 0) + 1
        return found

    @property
    def unstored_rows(self) -> int:
        """Journal rows that are shown but not yet committed."""
        return self._outbox.backlog

    @property
    def lost_rows(self) -> int:
        """Journal rows given up because the database was away for too long."""
        return self._outbox.lost_rows

    @property
    def storage_problem(self) -> str:
        """Why rows cannot be stored, in plain words; empty while all is well."""
        return self._outbox.problem

    def _tell_failed(self, state: EngineState) -> None:
        for alarm_id, defect in state.failed.items():
            if self._conditions.raised(f"evaluate {alarm_id}", "an alarm cannot be evaluated", alarm=alarm_id):
                _log.error("defect in the evaluation of an alarm", alarm=alarm_id, exc_info=defect)
        for alarm_id in self._failed - set(state.failed):
            self._conditions.cleared(f"evaluate {alarm_id}", "the alarm is evaluated again", alarm=alarm_id)
        self._failed = set(state.failed)

    def _now(self) -> Moment:
        return Moment(self._clock.now_us(), self._clock.monotonic_us())

    def _take(
        self,
        after: EngineState,
        rows: list[AlarmRow],
        done: Future[AlarmView] | None = None,
        answer: AlarmRow | None = None,
        audits: Sequence[AuditRow] = (),
    ) -> None:
        self._state = after
        if not rows and not after.changed:
            return
        if self._station:
            rows = [replace(row, station=row.station or self._station) for row in rows]
        self._revision += 1
        for row in rows:
            if row.event == AlarmEvent.ACTIVATE and not row.hidden:
                recent = self._recent.setdefault(row.alarm_id, [])
                insort(recent, row.t_event_us)
                del recent[: bisect_right(recent, row.t_event_us - _DAY_US)]
                self._activations[row.priority] = self._activations.get(row.priority, 0) + 1
        acked = [(row.alarm_id, row.activation_id) for row in rows if row.event == AlarmEvent.ACK]
        self._unstored_acks.update(acked)

        def stored() -> None:
            self._on_stored(acked)

        def result(fault: BaseException | None) -> None:
            if done is not None and answer is not None:
                self._resolve(done, answer, fault)

        self._outbox.put(
            Entry(
                rows=rows,
                states={alarm_id: after.status_of(alarm_id) for alarm_id in after.changed},
                t_put_us=self._clock.monotonic_us(),
                on_result=result,
                on_stored=stored,
                audits=audits,
            )
        )

    def _on_stored(self, acked: list[tuple[str, int]]) -> None:
        self._conditions.cleared("store", "alarm rows are stored again")
        if not acked:
            return
        with self._lock:
            for alarm_id, activation_id in acked:
                if self._unstored_acks.get(alarm_id) == activation_id:
                    del self._unstored_acks[alarm_id]
            self._revision += 1
        self.changes.emit(self.revision)

    def _resolve(self, done: Future[AlarmView], row: AlarmRow, fault: BaseException | None) -> None:
        if fault is None:
            done.set_result(self.alarm(row.alarm_id))
            return
        done.set_exception(
            PlantError(
                f"{row.event} of {row.alarm_id} is not stored yet: {fault}. "
                "It is kept and stored as soon as the database answers; until then it counts as not done."
            )
        )

    def _command(
        self, action: Action, event: AlarmEvent, alarm_id: str, activation_id: int, comment: str, deed: Deed
    ) -> Future[AlarmView]:
        done: Future[AlarmView] = Future()
        done.set_running_or_notify_cancel()
        # a row that can never be stored would keep all later ones from the disk
        comment = _UNSTORABLE.sub("\ufffd", comment)
        try:
            with self._lock:
                self._definition(alarm_id)
                now = self._now()
                command = CommandInput(action, alarm_id, now.t_us, activation_id, deed.actor, self._station, comment)
                state, rows = self._engine.step(self._state, (command,), now)
                own = [row for row in rows if row.alarm_id == alarm_id]
                accepted = next((row for row in own if row.event == event), None)
                self._take(state, rows, done, accepted, [deeds.audit_of(row, deed) for row in own if row.actor])
                if accepted is None:
                    refused = next((row for row in own if row.event == f"{event}{REJECTED}"), None)
                    status = self._state.status_of(alarm_id)
                    raise self._conflict(status, event, alarm_id, activation_id, refused)
        except Exception as fault:
            if not isinstance(fault, PlantError):
                _log.exception("an alarm command failed", alarm=alarm_id, command=event.value)
            if not done.done():
                done.set_exception(fault)
            return done
        self.changes.emit(self.revision)
        return done

    def _conflict(
        self, status: AlarmStatus, event: AlarmEvent, alarm_id: str, activation_id: int, refused: AlarmRow | None
    ) -> AlarmConflictError:
        same = activation_id in (0, status.activation_id)
        if event is AlarmEvent.ACK and same and status.acked_by and status.t_ack_us:
            if self._unstored_acks.get(alarm_id) == status.activation_id:
                return AlarmConflictError(f"the acknowledgement of {alarm_id} by {status.acked_by} is not stored yet")
            return AlarmConflictError(f"already acknowledged by {status.acked_by} at {iso(status.t_ack_us)}")
        reason = refused.comment.split(":", 1)[0] if refused is not None else "refused"
        return AlarmConflictError(f"{alarm_id} cannot be {_DONE[event]}: {reason}")

    def _definition(self, alarm_id: str) -> AlarmDefinition:
        definition = self._definitions.get(alarm_id)
        if definition is None:
            raise UnknownAlarmError(f"no alarm {alarm_id}")
        return definition

    def _shown(self, alarm_id: str) -> AlarmStatus:
        status = self._state.status_of(alarm_id)
        if self._unstored_acks.get(alarm_id) == status.activation_id and status.acked and status.activation_id:
            return replace(status, acked=False, acked_by="", t_ack_us=None)
        return status

    def _view(self, definition: AlarmDefinition, status: AlarmStatus) -> AlarmView:
        tag = self._tags.get(definition.tag)
        recent = self._recent.get(definition.id, [])
        count = len(recent) - bisect_right(recent, self._clock.now_us() - _DAY_US)
        watch = self._state.watch.get(definition.id)
        return views.alarm_view(definition, status, watch, tag.unit if tag is not None else "", count)


_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_DONE: Final = {AlarmEvent.ACK: "acknowledged", AlarmEvent.RESET: "reset"}
