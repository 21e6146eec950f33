"""Shelving, suppression by design and out of service, and the one rule for leaving them (`domain.md` 1.3)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hmi.alarms.engine.plan import Member
from hmi.alarms.engine.timers import Timer
from hmi.alarms.engine.values import AlarmStatus, CommandInput
from hmi.alarms.engine.work import NO_CAUSE, Cause, Work
from hmi.model.alarms import AlarmEvent
from hmi.model.timestamps import format_duration

BY_COMMAND: Final = "command"
BY_ENABLE: Final = "enable"


def by_device(device: str) -> str:
    """Cause: the device of the alarm's tag does not answer."""
    return f"device:{device}"


def by_level(alarm_id: str) -> str:
    """Cause: a deeper level of the same tag is active."""
    return f"level:{alarm_id}"


def shelve(work: Work, member: Member, command: CommandInput, cause: Cause) -> None:
    """Hides the alarm for a time; needs a reason and a duration within the alarm's limit."""
    longest_us = member.definition.max_shelve_us
    duration_us = longest_us if command.one_shot and not command.duration_us else command.duration_us
    if not command.comment.strip():
        work.reject(member, AlarmEvent.SHELVE, "a reason is needed", cause)
    elif duration_us <= 0:
        work.reject(member, AlarmEvent.SHELVE, "a duration is needed", cause)
    elif duration_us > longest_us:
        work.reject(member, AlarmEvent.SHELVE, f"longer than {format_duration(longest_us)}", cause)
    else:
        work.timers.set(member.id, Timer.SHELF, work.at.monotonic_us + duration_us)
        work.timers.cancel(member.id, Timer.REALARM)
        after = replace(
            work.status_of(member),
            shelved=True,
            one_shot=command.one_shot,
            shelved_until_us=work.at.t_us + duration_us,
        )
        work.change(member, AlarmEvent.SHELVE, after, cause)


def end_shelf(work: Work, member: Member, event: AlarmEvent, cause: Cause) -> None:
    """Takes the alarm off the shelf: by command, by expiry or because a one-shot became inactive."""
    before = work.status_of(member)
    if not before.shelved:
        work.reject(member, event, "it is not shelved", cause)
        return
    work.timers.cancel(member.id, Timer.SHELF)
    after = replace(before, shelved=False, one_shot=False, shelved_until_us=None)
    work.change(member, event, _left(after), cause)


def suppress(work: Work, member: Member, reason: str, cause: Cause = NO_CAUSE) -> None:
    """Hides the alarm by design; further causes join without a row of their own."""
    before = work.status_of(member)
    if reason in before.suppressed_by:
        return
    after = replace(before, suppressed_by=before.suppressed_by | {reason})
    if before.suppressed_by:
        work.set_quietly(member, after)
        return
    work.timers.cancel(member.id, Timer.REALARM)
    work.change(member, AlarmEvent.SUPPRESS, after, cause if cause.comment else replace(cause, comment=reason))


def unsuppress(work: Work, member: Member, reason: str, cause: Cause = NO_CAUSE) -> None:
    """Drops one cause of suppression; the alarm comes back when none is left."""
    before = work.status_of(member)
    if reason not in before.suppressed_by:
        return
    after = replace(before, suppressed_by=before.suppressed_by - {reason})
    if after.suppressed_by:
        work.set_quietly(member, after)
        return
    cause = cause if cause.comment else replace(cause, comment=reason)
    work.change(member, AlarmEvent.UNSUPPRESS, _left(after), cause)


def take_out_of_service(work: Work, member: Member, cause: Cause) -> None:
    """Hides the alarm until it is put back in service; needs a reason."""
    if not cause.comment.strip():
        work.reject(member, AlarmEvent.OOS_ON, "a reason is needed", cause)
        return
    work.timers.cancel(member.id, Timer.REALARM)
    work.change(member, AlarmEvent.OOS_ON, replace(work.status_of(member), oos=True), cause)


def put_in_service(work: Work, member: Member, cause: Cause) -> None:
    """Ends out of service."""
    before = work.status_of(member)
    if not before.oos:
        work.reject(member, AlarmEvent.OOS_OFF, "it is in service", cause)
        return
    work.change(member, AlarmEvent.OOS_OFF, _left(replace(before, oos=False)), cause)


def cover_outer_levels(work: Work, member: Member) -> None:
    """Hides the outer levels of an active deeper one; a deeper one that is itself hidden covers nothing."""
    status = work.status_of(member)
    for outer_id in member.outer:
        outer = work.plan.members[outer_id]
        if status.active and not status.hidden:
            suppress(work, outer, by_level(member.id))
        else:
            unsuppress(work, outer, by_level(member.id))


def _left(after: AlarmStatus) -> AlarmStatus:
    if after.hidden:
        return after
    if after.active:
        return replace(after, acked=False, t_ack_us=None, acked_by="")
    if after.latched:
        return after
    return replace(after, acked=True)
