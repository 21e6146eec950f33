"""Alarms every station has without being listed: one per device, and those on the station itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hmi.model.alarms import AlarmClass, AlarmDefinition, AlarmType, comm_alarm_id
from hmi.model.devices import DeviceDefinition

JOURNAL_CONDITION: Final = "alarm_journal"
"""Condition that alarm rows cannot be stored; the alarm service reports it itself."""

_HOUR_US: Final = 3_600_000_000
_LONGEST_SHELF_US: Final = 8 * _HOUR_US


@dataclass(frozen=True, slots=True)
class _Text:
    message: str
    consequence: str
    action: str
    priority: int


_CONDITIONS: Final = {
    JOURNAL_CONDITION: _Text(
        "Alarms cannot be recorded",
        "Alarms are shown but not yet in the journal; after a restart they could be missing there",
        "Check disk space and database; leave the station running until this alarm has cleared",
        1,
    ),
    "disk": _Text(
        "Disk nearly full",
        "Recording pauses when the disk is full; alarms stay visible",
        "Free space or move the data folder",
        2,
    ),
    "database": _Text(
        "Database cannot be written",
        "History is not recorded",
        "Check disk and database server; waiting records are kept as long as they fit",
        2,
    ),
    "clock": _Text(
        "Clock of this computer jumped by more than 2 s",
        "Times in history and journal around the jump are uncertain",
        "Check the time server",
        3,
    ),
    "logging": _Text(
        "Logging interval above 3 s",
        "Values are recorded later than asked",
        "Check disk and load of this computer",
        3,
    ),
    "memory": _Text(
        "Memory of this computer nearly used up",
        "The station may be slowed down or ended by the operating system",
        "Close other programs; restart the station at a quiet moment",
        3,
    ),
    "certificate": _Text(
        "A certificate expires within 30 days or cannot be used",
        "From that day on clients, servers or devices refuse the connection",
        "'plant-hmi certificate list' or /health names the certificate and the day; renew it",
        3,
    ),
    "audit": _Text(
        "Audit trail cannot be stored, or looks tampered with",
        "Deeds of people are refused while they cannot be recorded; alarms and values stay live",
        "Check disk and database; run 'plant-hmi audit verify' and call IT if it names a row",
        2,
    ),
    "break_glass": _Text(
        "Somebody works with the sealed emergency code",
        "Every action is open to them for an hour, on record under the name break-glass",
        "Find out who it is and why; seal a new code when the emergency is over",
        2,
    ),
    "backup": _Text(
        "Backup failed",
        "The newest verified backup grows old",
        "See what the backup says and make one by hand",
        4,
    ),
}

SYSTEM_CONDITIONS: Final = tuple(_CONDITIONS)
"""Names the station reports; the column `tag` of a `system` alarm takes one of them."""


def system_alarm_id(name: str) -> str:
    """Id of the built-in alarm on a condition of the station."""
    return f"system/station/{name}"


def with_builtin(
    definitions: Iterable[AlarmDefinition], devices: Iterable[DeviceDefinition]
) -> tuple[AlarmDefinition, ...]:
    """The configured alarms plus those every station has; a configured one with the same id overrides it."""
    found = {definition.id: definition for definition in definitions}
    for device in devices:
        found.setdefault(comm_alarm_id(device.name), _comm_alarm(device))
    for name in _CONDITIONS:
        found.setdefault(system_alarm_id(name), system_alarm(name))
    return tuple(found.values())


def system_alarm(name: str) -> AlarmDefinition:
    """The built-in alarm on a condition of the station."""
    text = _CONDITIONS[name]
    return AlarmDefinition(
        id=system_alarm_id(name),
        tag=name,
        type=AlarmType.SYSTEM,
        priority=text.priority,
        alarm_class=AlarmClass.DIAGNOSTIC,
        area="system",
        max_shelve_us=_HOUR_US if text.priority == 1 else _LONGEST_SHELF_US,
        message=text.message,
        consequence=text.consequence,
        action=text.action,
    )


def _comm_alarm(device: DeviceDefinition) -> AlarmDefinition:
    return AlarmDefinition(
        id=comm_alarm_id(device.name),
        tag=device.name,
        type=AlarmType.COMM_FAILURE,
        priority=device.comm_alarm_priority,
        area="system",
        max_shelve_us=_HOUR_US if device.comm_alarm_priority == 1 else _LONGEST_SHELF_US,
        message=f"{device.title or device.name} does not answer",
        cause="The device is off, the cable or network is broken, or its address is wrong",
        consequence="Its values are not live and its other alarms cannot be evaluated",
        action="Look at the Devices page for the last error; check power, cable and address",
    )
