"""ACTIVATE, CLEAR, ACK, RESET and REALARM of one alarm (`domain.md` 1.3)."""

from __future__ import annotations

from dataclasses import replace

from hmi.alarms.engine.plan import Member
from hmi.alarms.engine.timers import Timer
from hmi.alarms.engine.values import AlarmStatus
from hmi.alarms.engine.work import Cause, Work
from hmi.model.alarms import AlarmEvent, AlarmState


def activate(work: Work, member: Member, cause: Cause) -> None:
    """The condition holds after its delay: a new activation begins, unless one is going on."""
    before = work.status_of(member)
    if before.active:
        return
    first_out, order = _first_out(work, member)
    work.timers.cancel(member.id, Timer.ON_DELAY)
    work.change(
        member,
        AlarmEvent.ACTIVATE,
        replace(
            before,
            active=True,
            acked=False,
            latched=before.latched or member.definition.latching,
            activation_id=before.activation_id + 1,
            t_active_us=work.at.t_us,
            t_clear_us=None,
            t_ack_us=None,
            acked_by="",
            value=cause.value,
            limit=cause.limit,
            quality=cause.quality,
            first_out=first_out,
            order=order,
        ),
        cause,
    )


def clear(work: Work, member: Member, cause: Cause) -> None:
    """The condition is gone after its delay; a one-shot shelf ends with it."""
    before = work.status_of(member)
    if not before.active:
        return
    work.timers.cancel(member.id, Timer.OFF_DELAY)
    work.timers.cancel(member.id, Timer.REALARM)
    acked = before.acked or not member.definition.ack_required
    work.change(
        member, AlarmEvent.CLEAR, replace(before, active=False, acked=acked, t_clear_us=work.at.t_us), cause
    )  # fmt: skip
    if before.shelved and before.one_shot:
        from hmi.alarms.engine.hiding import end_shelf

        end_shelf(work, member, AlarmEvent.UNSHELVE, Cause(comment="one-shot: the alarm became inactive"))


def acknowledge(work: Work, member: Member, activation_id: int, cause: Cause) -> None:
    """Somebody has seen it; refused where there is nothing to acknowledge."""
    before = work.status_of(member)
    refusal = _ack_refusal(before, activation_id)
    if refusal:
        work.reject(member, AlarmEvent.ACK, refusal, cause)
        return
    after = replace(before, acked=True, t_ack_us=work.at.t_us, acked_by=cause.actor)
    work.change(member, AlarmEvent.ACK, after, cause)
    schedule_realarm(work, member)


def _ack_refusal(status: AlarmStatus, activation_id: int) -> str:
    if status.hidden:
        return "it is shelved, suppressed or out of service"
    if activation_id not in (0, status.activation_id):
        return f"activation {activation_id} is over"
    if status.acked:
        return "already acknowledged" if status.uncovered is not AlarmState.NORMAL else "nothing to acknowledge"
    return ""


def reset(work: Work, member: Member, cause: Cause) -> None:
    """Releases the latch; only of a latched alarm that is clear and acknowledged."""
    before = work.status_of(member)
    if before.state is AlarmState.LATCHED_ACK:
        work.change(member, AlarmEvent.RESET, replace(before, latched=False), cause)
        return
    if before.state is AlarmState.LATCHED_UNACK:
        reason = "acknowledge first"
    elif before.active and before.latched and not before.hidden:
        reason = "still active"
    else:
        reason = "nothing to reset"
    work.reject(member, AlarmEvent.RESET, reason, cause)


def realarm(work: Work, member: Member) -> None:
    """An acknowledged alarm that still stands asks for attention again."""
    before = work.status_of(member)
    if before.state is AlarmState.ACK_ACTIVE:
        watch = work.watch_of(member)
        cause = Cause(watch.value, watch.limit, watch.status)
        work.change(member, AlarmEvent.REALARM, replace(before, acked=False, t_ack_us=None, acked_by=""), cause)


def schedule_realarm(work: Work, member: Member) -> None:
    """Starts the re-alarm period of an alarm that is active and acknowledged."""
    period_us = member.definition.realarm_us
    if period_us and work.status_of(member).state is AlarmState.ACK_ACTIVE:
        work.timers.set(member.id, Timer.REALARM, work.at.monotonic_us + period_us)


def _first_out(work: Work, member: Member) -> tuple[bool, int]:
    group = work.plan.groups.get(member.definition.group, ())
    if not group or work.status_of(member).hidden:
        return False, 0
    standing = [
        status
        for other in group
        if not (status := work.status_of(other)).hidden and status.uncovered is not AlarmState.NORMAL
    ]
    if not standing:
        for other in group:
            status = work.status_of(other)
            if status.order:
                work.set_quietly(other, replace(status, first_out=False, order=0))
        return True, 1
    last = max(work.status_of(other).order for other in group)
    for status in standing:
        if status.order == last and status.t_active_us == work.at.t_us:
            return status.first_out, last
    return False, last + 1
