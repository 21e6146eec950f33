"""From readings to ACTIVATE and CLEAR: comparator, quality, count in window and delays (`domain.md` 1.4, 1.5)."""

from __future__ import annotations

from dataclasses import replace

from hmi.alarms.conditions.contract import Situation, Verdict
from hmi.alarms.engine.hiding import by_device
from hmi.alarms.engine.plan import Member
from hmi.alarms.engine.timers import Timer
from hmi.alarms.engine.transitions import activate, clear
from hmi.alarms.engine.values import Watch
from hmi.alarms.engine.work import Cause, Work
from hmi.model.alarms import AlarmEvent, OnBad
from hmi.model.quality import BAD_WAITING_FOR_INITIAL_DATA


def evaluate(work: Work, member: Member, changed: str) -> None:
    """Asks the condition and follows its answer through quality rules and delays."""
    watch = work.watch_of(member)
    verdict = member.condition.evaluate(
        Situation(work.readings, changed, watch.comparator, watch.memory, work.at.t_us)
    )  # fmt: skip
    if verdict.recheck_us is not None:
        work.timers.set(member.id, Timer.RECHECK, work.at.monotonic_us + verdict.recheck_us)
    if verdict.on is None:
        _on_bad(work, member, watch, verdict)
        return
    if verdict.on and _explained_by_device(work, member):
        work.timers.cancel(member.id, Timer.ON_DELAY)
        return
    if watch.bad:
        work.note(member, AlarmEvent.QUALITY_GOOD, Cause(verdict.value, verdict.limit, verdict.status))
        watch = replace(watch, bad=False)
    _follow(work, member, watch, verdict, verdict.on)


def _explained_by_device(work: Work, member: Member) -> bool:
    return member.kind.explained_by_device and by_device(member.device) in work.status_of(member).suppressed_by


def _on_bad(work: Work, member: Member, watch: Watch, verdict: Verdict) -> None:
    rule = member.definition.on_bad
    # At the start one tag of a condition is read before another; that is no bad quality yet.
    if rule is OnBad.IGNORE or verdict.status == BAD_WAITING_FOR_INITIAL_DATA:
        work.watch[member.id] = replace(watch, memory=verdict.memory)
        return
    if rule is OnBad.TRIP:
        _follow(work, member, watch, verdict, True)
        return
    work.timers.cancel(member.id, Timer.ON_DELAY)
    work.timers.cancel(member.id, Timer.OFF_DELAY)
    active = work.status_of(member).active
    if active and not watch.bad:
        work.note(member, AlarmEvent.QUALITY_BAD, Cause(verdict.value, verdict.limit, verdict.status))
    work.watch[member.id] = replace(watch, bad=watch.bad or active, uncertain=False, memory=verdict.memory)


def _follow(work: Work, member: Member, watch: Watch, verdict: Verdict, on: bool) -> None:
    active = work.status_of(member).active
    rises = _rises(work, member, watch, on, active)
    reached = on and (active or len(rises) >= member.definition.count)
    uncertain = watch.first or (watch.uncertain and reached != active)
    work.watch[member.id] = Watch(
        comparator=on,
        bad=watch.bad,
        first=False,
        uncertain=uncertain and reached != active,
        memory=verdict.memory,
        rises=rises,
        value=verdict.value,
        limit=verdict.limit,
        status=verdict.status,
    )
    timer = Timer.ON_DELAY if reached else Timer.OFF_DELAY
    work.timers.cancel(member.id, Timer.OFF_DELAY if reached else Timer.ON_DELAY)
    if reached == active:
        work.timers.cancel(member.id, timer)
        return
    delay_us = member.on_delay_us if reached else member.definition.off_delay_us
    if delay_us <= 0:
        finish_delay(work, member, reached)
    elif not work.timers.runs(member.id, timer):
        work.timers.set(member.id, timer, work.at.monotonic_us + delay_us)


def _rises(work: Work, member: Member, watch: Watch, on: bool, active: bool) -> tuple[int, ...]:
    definition = member.definition
    if definition.count <= 1:
        return (work.at.monotonic_us,) if on else ()
    if active:
        return ()  # counting begins anew for the next activation
    rises = watch.rises
    if on and not watch.comparator:
        rises = (*rises, work.at.monotonic_us)
    recent = tuple(rise for rise in rises if rise > work.at.monotonic_us - definition.window_us)
    return recent[-definition.count :]


def finish_delay(work: Work, member: Member, on: bool) -> None:
    """The condition held for its delay: the alarm becomes active or clears."""
    watch = work.watch_of(member)
    cause = Cause(watch.value, watch.limit, watch.status, time_uncertain=watch.uncertain)
    if watch.uncertain:
        work.watch[member.id] = replace(watch, uncertain=False)
    if on:
        activate(work, member, cause)
    else:
        clear(work, member, cause)
