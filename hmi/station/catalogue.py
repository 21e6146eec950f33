"""What `check` may ask about drivers and alarm types, filled from the registries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from hmi.alarms.conditions import registry as alarm_conditions
from hmi.drivers import registry as drivers
from hmi.drivers.contract import DriverKind
from hmi.model.alarms import AlarmDefinition
from hmi.model.equipment import Plant
from hmi.model.problems import Problem
from hmi.model.tags import TagDefinition
from hmi.station import published


class RegistryCatalogue:
    """Everything registered in this program."""

    def driver(self, name: str) -> DriverKind | None:
        return drivers.driver_kind(name) if name in drivers.DRIVERS else None

    def driver_names(self) -> Collection[str]:
        return drivers.driver_names()

    def alarm_types(self) -> Collection[str]:
        return tuple(alarm_type.value for alarm_type in alarm_conditions.TYPES)

    def check_alarm(self, definition: AlarmDefinition, tags: Mapping[str, TagDefinition]) -> list[Problem]:
        return alarm_conditions.check(definition, tags)

    def published_tags(self, plant: Plant) -> Sequence[TagDefinition]:
        return published.definitions(plant)


def registry_catalogue() -> RegistryCatalogue:
    """The catalogue of this program; loads no protocol library."""
    return RegistryCatalogue()
