"""What settings must know of drivers and alarm types without importing them; `station` fills it from the registries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from hmi.model.alarms import AlarmDefinition
from hmi.model.equipment import Plant
from hmi.model.problems import Problem
from hmi.model.tags import TagDefinition


class DriverCatalogueEntry(Protocol):
    """The part of a driver that checks its own settings, with no network."""

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        """Options with defaults filled in, and every mistake."""
        ...

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        """Every mistake in a tag's address, type and order."""
        ...

    def default_type(self, address: str) -> str:
        """Type of a tag whose `type` cell is empty; empty = as the server says. The address may be wrong."""
        ...


class Catalogue(Protocol):
    """Everything registered."""

    def driver(self, name: str) -> DriverCatalogueEntry | None:
        """The driver of this name, None if there is none."""
        ...

    def driver_names(self) -> Collection[str]:
        """Values `driver` may have in plant.yaml."""
        ...

    def alarm_types(self) -> Collection[str]:
        """Values `type` may have in alarms.csv."""
        ...

    def check_alarm(self, definition: AlarmDefinition, tags: Mapping[str, TagDefinition]) -> list[Problem]:
        """Every mistake in the parameters an alarm type needs; tags by path."""
        ...

    def published_tags(self, plant: Plant) -> Sequence[TagDefinition]:
        """Tags below the reserved roots that the station computes for a plant; `plant` has no tags and alarms yet."""
        ...
