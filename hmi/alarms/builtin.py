"""Names of the station's own conditions that a `system` alarm may watch, and the alarm on the journal itself."""

from __future__ import annotations

from typing import Final

from hmi.model.alarms import AlarmClass, AlarmDefinition, AlarmType

JOURNAL_CONDITION: Final = "alarm_journal"
"""Condition that alarm rows cannot be stored; the alarm service reports it itself."""

SYSTEM_CONDITIONS: Final = ("disk", "database", "clock", "logging", JOURNAL_CONDITION)
"""Names the column `tag` of a `system` alarm may have."""

JOURNAL_ALARM: Final = AlarmDefinition(
    id="system/station/alarm_journal",
    tag=JOURNAL_CONDITION,
    type=AlarmType.SYSTEM,
    priority=1,
    alarm_class=AlarmClass.DIAGNOSTIC,
    area="system",
    max_shelve_us=3_600_000_000,
    message="Alarms cannot be recorded",
    cause="The database refuses or delays writing.",
    consequence="Alarms are shown but not yet in the journal; after a restart they could be missing there.",
    action="Check disk space and database; leave the station running until this alarm has cleared.",
)
"""Exists in every station; a configured alarm with the same id overrides it."""
