"""Values the station computes, published as ordinary tags, and the alarms on itself that every station has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hmi.model.alarms import AlarmClass, AlarmDefinition, AlarmType, comm_alarm_id
from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Line, Plant
from hmi.model.quality import BAD_NO_DATA, GOOD
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import TagDefinition

STATION_DEVICE = "station"
"""Device name of published tags."""

PUBLISH_EVERY_US = 1_000_000

OEE_FIGURES = ("oee", "availability", "performance", "quality", "coverage")

DISK, DATABASE, CLOCK, LOGGING = "disk", "database", "clock", "logging"
"""Names of the system conditions that alarms of type `system` watch."""


def station_device() -> DeviceDefinition:
    """The device published tags belong to; it is never polled."""
    return DeviceDefinition(STATION_DEVICE, "station", scan_us=PUBLISH_EVERY_US)


def measured_lines(plant: Plant) -> list[Line]:
    """Lines that have an OEE rule, their own or their constraint machine's."""
    return [line for line in plant.lines if line.oee or any(machine.oee for machine in line.machines)]


def definitions(plant: Plant) -> list[TagDefinition]:
    """The published tags of a plant."""
    tags = [
        _tag("system/station/disk_free", "float64", "", "Free part of the disk that holds the data", 0.0, 1.0),
        _tag(
            "system/station/commit_interval", "float64", "s", "Longest time between history commits in the last minute"
        ),
        _tag("system/station/backlog", "float64", "", "Samples waiting to be stored"),
        _tag("system/station/memory", "float64", "MB", "Memory of the station"),
    ]
    for device in plant.devices:
        tags.append(_tag(f"system/devices/{device.name}/connected", "bool", "", f"{device.name} answers"))
        tags.append(
            _tag(f"system/devices/{device.name}/response", "float64", "ms", f"Answer time of {device.name}, p50")
        )
    for line in measured_lines(plant):
        tags += [
            _tag(
                f"oee/{line.name}/{figure}",
                "float64",
                "",
                f"{figure.capitalize()} of {line.title or line.name}, running shift",
            )
            for figure in OEE_FIGURES
        ]
    return tags


def _tag(
    path: str, kind: str, unit: str, description: str, low: float | None = None, high: float | None = None
) -> TagDefinition:
    return TagDefinition(path, STATION_DEVICE, "", type=kind, unit=unit, description=description, low=low, high=high)


def batch(values: Mapping[str, Scalar | None], numbers: Mapping[str, int], now_us: int) -> SampleBatch:
    """One sample per published path; None is published as bad, never as a number."""
    return SampleBatch.of(
        Sample(numbers[path], value, GOOD if value is not None else BAD_NO_DATA, now_us, now_us)
        for path, value in values.items()
        if path in numbers
    )


def alarms(plant: Plant) -> list[AlarmDefinition]:
    """The station's alarms on itself, unless the configuration overrides their id, and missing device alarms."""
    own = [
        AlarmDefinition(
            "system/station/disk",
            DISK,
            AlarmType.SYSTEM,
            priority=2,
            alarm_class=AlarmClass.DIAGNOSTIC,
            area="system",
            message="Disk nearly full",
            consequence="Recording pauses when the disk is full; alarms stay visible",
            action="Free space or move the data folder",
        ),
        AlarmDefinition(
            "system/station/database",
            DATABASE,
            AlarmType.SYSTEM,
            priority=2,
            alarm_class=AlarmClass.DIAGNOSTIC,
            area="system",
            message="Database cannot be written",
            consequence="History and alarm journal are not recorded",
            action="Check disk and database server; waiting records are kept as long as they fit",
        ),
        AlarmDefinition(
            "system/station/clock",
            CLOCK,
            AlarmType.SYSTEM,
            priority=3,
            alarm_class=AlarmClass.DIAGNOSTIC,
            area="system",
            message="Station clock jumped by more than 2 s",
            consequence="Times in history and journal around the jump are uncertain",
            action="Check the time server",
        ),
        AlarmDefinition(
            "system/station/logging",
            LOGGING,
            AlarmType.SYSTEM,
            priority=3,
            alarm_class=AlarmClass.DIAGNOSTIC,
            area="system",
            message="Logging interval above 3 s",
            consequence="Parameters are recorded later than asked",
            action="Check disk and load of this computer",
        ),
    ]
    own += [_comm_alarm(device) for device in plant.devices]
    configured = {alarm.id for alarm in plant.alarms}
    return [alarm for alarm in own if alarm.id not in configured]


def _comm_alarm(device: DeviceDefinition) -> AlarmDefinition:
    return AlarmDefinition(
        comm_alarm_id(device.name),
        device.name,
        AlarmType.COMM_FAILURE,
        priority=device.comm_alarm_priority,
        alarm_class=AlarmClass.MACHINE,
        area="system",
        message=f"{device.title or device.name} does not answer",
        consequence="Its values are not known",
        action="Check power and cable of the device",
    )


def number_tags(tags: Iterable[TagDefinition], numbers: Mapping[str, int]) -> list[TagDefinition]:
    """The definitions with the numbers the database gave them."""
    from dataclasses import replace

    return [replace(tag, number=numbers[tag.path]) for tag in tags]
