"""The alarm engine: one step takes inputs and the moment, and gives the new state and the journal rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from hmi.alarms.conditions.contract import Reading, device_source, stale_source, system_source
from hmi.alarms.engine import hiding
from hmi.alarms.engine.evaluation import evaluate, finish_delay
from hmi.alarms.engine.plan import Member, Plan
from hmi.alarms.engine.timers import Timer
from hmi.alarms.engine.transitions import acknowledge, realarm, reset, schedule_realarm
from hmi.alarms.engine.values import (
    Action,
    AlarmStatus,
    CommandInput,
    Input,
    LinkInput,
    Moment,
    SampleInput,
    StaleInput,
    SystemInput,
    Watch,
)
from hmi.alarms.engine.work import Cause, EngineState, Work
from hmi.model.alarms import AlarmDefinition, AlarmEvent, AlarmRow, AlarmState
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import GOOD, is_usable
from hmi.model.tags import TagDefinition

_RETRY_US: Final = 1_000_000
"""When an alarm whose evaluation failed is tried again, also without a new input."""


class AlarmEngine:
    """Evaluates alarms. Holds only the definitions; everything that changes is in `EngineState`.

    Due timers come before the inputs of the same step. Only alarms whose sources changed are looked at. A defect in
    one alarm's evaluation is kept in `EngineState.failed` and tried again; it does not stop the others.
    """

    def __init__(
        self,
        definitions: Iterable[AlarmDefinition],
        tags: Mapping[str, TagDefinition],
        devices: Sequence[DeviceDefinition] = (),
    ) -> None:
        self.plan = Plan(definitions, tags, devices)

    @property
    def definitions(self) -> dict[str, AlarmDefinition]:
        """Every alarm by id."""
        return {alarm_id: member.definition for alarm_id, member in self.plan.members.items()}

    def watched_tags(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths whose samples can change an alarm."""
        sources = self.plan.sources
        return [path for path in paths if path in sources]

    def watched_stale(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths whose staleness can change an alarm."""
        return [path for path in paths if stale_source(path) in self.plan.by_source]

    def next_due_us(self, state: EngineState) -> int | None:
        """Monotonic time at which a step is needed even without an input, None if never."""
        return state.timers.next_due_us()

    def step(self, state: EngineState, inputs: Sequence[Input], now: Moment) -> tuple[EngineState, list[AlarmRow]]:
        """Fires the timers due by `now`, then takes the inputs in their order."""
        due_us = state.timers.next_due_us()
        if not inputs and (due_us is None or due_us > now.monotonic_us):
            return replace(state, changed=frozenset()) if state.changed else state, []
        work = Work(self.plan, state, now)
        _fire_timers(work, now)
        for item in inputs:
            work.at = Moment(item.t_us, now.monotonic_us)
            _feed(work, item)
        return work.finish(), work.rows

    def restore(self, kept: Mapping[str, AlarmStatus], now: Moment) -> tuple[EngineState, list[AlarmRow]]:
        """State after a start from what was kept: silent RESTORE rows, shelves that ran out meanwhile end at once.

        Delays are dropped; comparators hold until the first usable sample, whose changes carry `time_uncertain`.
        """
        work = Work(self.plan, EngineState(status=dict(kept)), now)
        for member in self.plan.members.values():
            status = work.status_of(member)
            work.watch[member.id] = Watch(
                comparator=status.active, first=True, value=status.value, limit=status.limit, status=status.quality
            )
            if status.state is not AlarmState.NORMAL:
                work.note(member, AlarmEvent.RESTORE, Cause(status.value, status.limit, status.quality))
        for member in self.plan.members.values():
            status = work.status_of(member)
            for reason in sorted(status.suppressed_by):
                if not _still_possible(member, reason, self.plan):
                    hiding.unsuppress(work, member, reason)
            if status.shelved:
                _restore_shelf(work, member, status, now)
            schedule_realarm(work, member)
        return work.finish(), work.rows


def _restore_shelf(work: Work, member: Member, status: AlarmStatus, now: Moment) -> None:
    left_us = (status.shelved_until_us or 0) - now.t_us
    if left_us <= 0 or left_us > member.definition.max_shelve_us:
        hiding.end_shelf(work, member, AlarmEvent.UNSHELVE_EXPIRED, Cause())
    else:
        work.timers.set(member.id, Timer.SHELF, now.monotonic_us + left_us)


def _still_possible(member: Member, reason: str, plan: Plan) -> bool:
    if reason == hiding.BY_ENABLE:
        return member.enable is not None
    if reason.startswith("level:"):
        deeper = plan.members.get(reason.removeprefix("level:"))
        return deeper is not None and member.id in deeper.outer
    if reason.startswith("device:"):
        return member.kind.explained_by_device and reason == hiding.by_device(member.device)
    return reason == hiding.BY_COMMAND


def _fire_timers(work: Work, now: Moment) -> None:
    while (due := work.timers.take_due(now.monotonic_us)) is not None:
        alarm_id, timer, due_us = due
        member = work.plan.members[alarm_id]
        work.at = Moment(now.t_us - (now.monotonic_us - due_us), due_us)
        if timer is Timer.RECHECK:
            _evaluate(work, member, "")
        else:
            _attempt(work, member, partial(_fire, work, member, timer))


def _fire(work: Work, member: Member, timer: Timer) -> None:
    if timer is Timer.ON_DELAY:
        finish_delay(work, member, True)
    elif timer is Timer.OFF_DELAY:
        finish_delay(work, member, False)
    elif timer is Timer.SHELF:
        hiding.end_shelf(work, member, AlarmEvent.UNSHELVE_EXPIRED, Cause())
    else:
        realarm(work, member)


def _evaluate(work: Work, member: Member, source: str) -> None:
    if _attempt(work, member, partial(evaluate, work, member, source)):
        work.failed.pop(member.id, None)


def _attempt(work: Work, member: Member, act: Callable[[], None]) -> bool:
    try:
        act()
    except Exception as defect:
        work.failed[member.id] = defect
        work.timers.set(member.id, Timer.RECHECK, work.at.monotonic_us + _RETRY_US)
        return False
    return True


def _feed(work: Work, item: Input) -> None:
    if isinstance(item, SampleInput):
        _read(work, item.tag, Reading(item.value if is_usable(item.status) else None, item.status, item.t_us))
    elif isinstance(item, StaleInput):
        _read(work, stale_source(item.tag), Reading(item.stale, GOOD, item.t_us))
    elif isinstance(item, LinkInput):
        _explain_by_device(work, item)
        _read(work, device_source(item.device), Reading(item.failed, GOOD, item.t_us))
    elif isinstance(item, SystemInput):
        _read(work, system_source(item.name), Reading(item.active, GOOD, item.t_us))
    else:
        _obey(work, item)


def _read(work: Work, source: str, reading: Reading) -> None:
    members = work.plan.by_source.get(source, ())
    enables = work.plan.enabled_by.get(source, ())
    if not members and not enables:
        return
    before = work.readings.get(source)
    work.readings[source] = reading
    unchanged = before is not None and before.value == reading.value and before.status == reading.status
    if unchanged and source not in work.plan.repeating:
        return
    for member in enables:
        _attempt(work, member, partial(_follow_enable, work, member, reading.t_us))
    for member in members:
        _evaluate(work, member, source)


def _follow_enable(work: Work, member: Member, t_us: int) -> None:
    assert member.enable is not None
    value = member.enable.evaluate(work.readings, t_us).value
    if value is not None:
        (hiding.unsuppress if value else hiding.suppress)(work, member, hiding.BY_ENABLE)


def _explain_by_device(work: Work, link: LinkInput) -> None:
    reason = hiding.by_device(link.device)
    for member in work.plan.explained.get(link.device, ()):
        if link.failed:
            work.timers.cancel(member.id, Timer.ON_DELAY)
            hiding.suppress(work, member, reason)
        elif reason in work.status_of(member).suppressed_by:
            hiding.unsuppress(work, member, reason)
            work.timers.set(member.id, Timer.RECHECK, work.at.monotonic_us + member.settle_us)


def _obey(work: Work, command: CommandInput) -> None:
    member = work.plan.members.get(command.alarm_id)
    if member is None:
        return
    cause = Cause(actor=command.actor, station=command.station, comment=command.comment)
    if command.action is Action.ACK:
        acknowledge(work, member, command.activation_id, cause)
    elif command.action is Action.RESET:
        reset(work, member, cause)
    elif command.action is Action.SHELVE:
        hiding.shelve(work, member, command, cause)
    elif command.action is Action.UNSHELVE:
        hiding.end_shelf(work, member, AlarmEvent.UNSHELVE, cause)
    elif command.action is Action.SUPPRESS:
        hiding.suppress(work, member, hiding.BY_COMMAND, cause)
    elif command.action is Action.UNSUPPRESS:
        hiding.unsuppress(work, member, hiding.BY_COMMAND, cause)
    elif command.action is Action.OOS_ON:
        hiding.take_out_of_service(work, member, cause)
    else:
        hiding.put_in_service(work, member, cause)
    if command.action in (Action.UNSHELVE, Action.UNSUPPRESS, Action.OOS_OFF):
        schedule_realarm(work, member)
