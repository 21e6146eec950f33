"""Values the station computes, published as ordinary tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Line, Plant
from hmi.model.quality import BAD_NO_DATA, GOOD
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import TagDefinition

STATION_DEVICE = "station"
"""Device name of published tags."""

PUBLISH_EVERY_US = 1_000_000

OEE_FIGURES = ("oee", "availability", "performance", "quality", "coverage")


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


def number_tags(tags: Iterable[TagDefinition], numbers: Mapping[str, int]) -> list[TagDefinition]:
    """The definitions with the numbers the database gave them."""
    return [replace(tag, number=numbers[tag.path]) for tag in tags]
