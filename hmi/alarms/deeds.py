"""What people do with alarms, as rows of the audit trail beside those of the journal."""

from __future__ import annotations

from hmi.model.access import AuditRow, Deed
from hmi.model.alarms import REJECTED, AlarmRow


def audit_of(row: AlarmRow, deed: Deed, target: str = "") -> AuditRow:
    """The audit row of one journal row that somebody caused; a refused command is recorded as well."""
    refused = row.event.endswith(REJECTED)
    return AuditRow(
        row.t_event_us,
        deed.actor,
        f"ALARM_{row.event.removesuffix(REJECTED)}",
        target=target or row.alarm_id,
        address=f"activation {row.activation_id}" if row.activation_id else "",
        old=row.state_from.value,
        new=row.state_to.value,
        reason=deed.reason or ("" if refused else row.comment),
        result=f"denied: {row.comment}" if refused else "done",
        approver=deed.approver,
        session=deed.session,
        signature=deed.signature,
        place=deed.place,
    )
