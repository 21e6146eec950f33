"""One step in progress: working copies of the state and the rows made so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hmi.alarms.conditions.contract import Reading
from hmi.alarms.engine.plan import Member, Plan
from hmi.alarms.engine.timers import Timers
from hmi.alarms.engine.values import HIDDEN_STATES, NORMAL_STATUS, AlarmStatus, Moment, Watch
from hmi.model.alarms import REJECTED, AlarmEvent, AlarmRow
from hmi.model.quality import GOOD
from hmi.model.samples import Scalar

_UNWATCHED = Watch()


@dataclass(frozen=True, slots=True)
class EngineState:
    """All the engine remembers. Only `status` outlives the program; the rest starts empty.

    status: alarms that differ from "never was active". Treat as read-only: a step returns a new one.
    changed: alarms whose status the step that made this state has set.
    failed: alarms that could not be evaluated because of a defect, with the defect; the others were.
    """

    status: Mapping[str, AlarmStatus] = field(default_factory=dict)
    watch: Mapping[str, Watch] = field(default_factory=dict)
    readings: Mapping[str, Reading] = field(default_factory=dict)
    timers: Timers = field(default_factory=Timers)
    changed: frozenset[str] = frozenset()
    failed: Mapping[str, Exception] = field(default_factory=dict)

    def status_of(self, alarm_id: str) -> AlarmStatus:
        """Status of an alarm, also of one that never was active."""
        return self.status.get(alarm_id, NORMAL_STATUS)


@dataclass(frozen=True, slots=True)
class Cause:
    """What a journal row says about where a change came from."""

    value: Scalar | None = None
    limit: float | str | None = None
    quality: int = GOOD
    time_uncertain: bool = False
    actor: str = ""
    station: str = ""
    comment: str = ""


NO_CAUSE = Cause()


class Work:
    """Mutable copies for the length of one step. `at` is the moment being worked on: a due time or an input's."""

    def __init__(self, plan: Plan, state: EngineState, at: Moment) -> None:
        self.plan = plan
        self.status = dict(state.status)
        self.watch = dict(state.watch)
        self.readings = dict(state.readings)
        self.timers = state.timers.copy()
        self.failed = dict(state.failed)
        self.rows: list[AlarmRow] = []
        self.changed: set[str] = set()
        self.at = at

    def finish(self) -> EngineState:
        """The new state."""
        return EngineState(self.status, self.watch, self.readings, self.timers, frozenset(self.changed), self.failed)

    def status_of(self, member: Member) -> AlarmStatus:
        """Status so far."""
        return self.status.get(member.id, NORMAL_STATUS)

    def watch_of(self, member: Member) -> Watch:
        """Volatile knowledge so far."""
        return self.watch.get(member.id, _UNWATCHED)

    def change(self, member: Member, event: AlarmEvent, after: AlarmStatus, cause: Cause = NO_CAUSE) -> None:
        """Sets a new status and writes its journal row; then alarms that this one hides follow."""
        before = self.status_of(member)
        self.set_quietly(member, after)
        self._row(member, event, before, after, cause)
        if member.outer:
            from hmi.alarms.engine.hiding import cover_outer_levels

            cover_outer_levels(self, member)

    def set_quietly(self, member: Member, after: AlarmStatus) -> None:
        """Sets a status whose displayed state stays the same, without a row."""
        self.status[member.id] = after
        self.changed.add(member.id)

    def note(self, member: Member, event: AlarmEvent, cause: Cause) -> None:
        """Writes a row that changes nothing."""
        status = self.status_of(member)
        self._row(member, event, status, status, cause)

    def reject(self, member: Member, event: AlarmEvent, reason: str, cause: Cause) -> None:
        """Writes that a command was refused and why."""
        status = self.status_of(member)
        comment = f"{reason}: {cause.comment}" if cause.comment else reason
        self._row(member, f"{event}{REJECTED}", status, status, replace(cause, comment=comment))

    def _row(self, member: Member, event: str, before: AlarmStatus, after: AlarmStatus, cause: Cause) -> None:
        state_from, state_to = before.state, after.state
        definition = member.definition
        self.rows.append(
            AlarmRow(
                t_event_us=self.at.t_us,
                alarm_id=definition.id,
                activation_id=after.activation_id,
                event=str(event),
                state_from=state_from,
                state_to=state_to,
                priority=definition.priority,
                value=cause.value,
                limit=cause.limit,
                quality=cause.quality,
                hidden=state_from in HIDDEN_STATES and state_to in HIDDEN_STATES,
                time_uncertain=cause.time_uncertain,
                first_out=after.first_out,
                order=after.order,
                actor=cause.actor,
                station=cause.station,
                comment=cause.comment,
            )
        )
