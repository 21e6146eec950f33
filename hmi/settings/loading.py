"""A configuration folder as checked values, or every mistake in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hmi.expressions import Kind
from hmi.model.access import EVERYWHERE, parse_assignment
from hmi.model.areas import assignable_areas
from hmi.model.equipment import Plant
from hmi.model.station import StationSettings
from hmi.settings import alarms_file, tags_file
from hmi.settings.catalogue import Catalogue
from hmi.settings.plant_file import PlantParts, plant_parts
from hmi.settings.problems import ConfigurationError, LocatedProblem, ProblemList
from hmi.settings.station_file import station_settings
from hmi.settings.tablefile import read_table
from hmi.settings.tags_file import TagParts
from hmi.settings.yamlfile import KeyPath, YamlFile, read_yaml

STATION_FILE: Final = "station.yaml"
PLANT_FILE: Final = "plant.yaml"
TAGS_FILE: Final = "tags.csv"
ALARMS_FILE: Final = "alarms.csv"

_OEE_NUMBER_TAGS: Final = ("state_tag", "total_tag", "good_tag", "reject_tag", "mode_tag")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration without errors. problems: its warnings."""

    station: StationSettings
    plant: Plant
    problems: list[LocatedProblem]


def load(config_dir: Path, catalogue: Catalogue) -> Loaded:
    """The checked configuration of a folder; raises ConfigurationError with every problem if there is any error."""
    problems = ProblemList()
    station, plant = _read(config_dir, catalogue, problems)
    if problems.has_errors or station is None or plant is None:
        raise ConfigurationError(problems.in_order())
    return Loaded(station, plant, problems.in_order())


def check(config_dir: Path, catalogue: Catalogue) -> list[LocatedProblem]:
    """Every problem of a folder, errors and warnings, by file and line; never raises for any content."""
    problems = ProblemList()
    _read(config_dir, catalogue, problems)
    return problems.in_order()


def _read(config_dir: Path, catalogue: Catalogue, problems: ProblemList) -> tuple[StationSettings | None, Plant | None]:
    if not config_dir.is_dir():
        message = f"the configuration folder {config_dir} does not exist"
        problems.add(
            LocatedProblem(STATION_FILE, 1, 1, "", "error", "missing", "", message, "a folder with station.yaml")
        )
        return None, None
    station_file = read_yaml(config_dir / STATION_FILE, problems)
    station = station_settings(station_file) if station_file else None
    plant_file = read_yaml(config_dir / PLANT_FILE, problems)
    parts = plant_parts(plant_file or YamlFile(PLANT_FILE, {}, ProblemList()), catalogue)
    devices = {device.name: device for device in parts.devices}
    tag_table = read_table(config_dir / TAGS_FILE, tags_file.COLUMNS, tags_file.REQUIRED, problems, may_miss=True)
    alarm_table = read_table(
        config_dir / ALARMS_FILE, alarms_file.COLUMNS, alarms_file.REQUIRED, problems, may_miss=True
    )
    if plant_file is None or tag_table is None:
        # without devices or tags every row would be wrong for a reason that stands elsewhere
        return station, None
    without_tags = Plant(parts.name, parts.timezone, devices=tuple(parts.devices), lines=tuple(parts.lines))
    published = catalogue.published_tags(without_tags)
    tags = tags_file.tag_parts(tag_table, devices, parts.device_names, published, catalogue)
    alarms = alarms_file.alarm_definitions(alarm_table, tags, devices, parts.device_names, catalogue)
    _check_oee(parts, tags)
    plant = Plant(
        name=parts.name,
        timezone=parts.timezone,
        areas=tuple(parts.areas),
        devices=tuple(parts.devices),
        lines=tuple(parts.lines),
        products=tuple(parts.products),
        shifts=tuple(parts.shifts),
        cycle=parts.cycle,
        holidays=parts.holidays,
        tags=tuple(tags.tags),
        alarms=tuple(alarms),
    )
    if station is not None and station_file is not None:
        _check_groups(station_file, station, plant)
    return station, plant


def _check_groups(file: YamlFile, station: StationSettings, plant: Plant) -> None:
    """A role in an area that does not exist would silently give no rights at all."""
    known = assignable_areas(plant)
    for section, settings in (("ldap", station.access.ldap), ("oidc", station.access.oidc)):
        for group, assignments in settings.groups.items():
            for text in assignments:
                area = parse_assignment(text).area
                if area != EVERYWHERE and area not in known:
                    file.unknown_name(("access", section, "groups", group), "area", area, known)


def _check_oee(parts: PlantParts, tags: TagParts) -> None:
    for place, rules in parts.oee:
        for key in (*_OEE_NUMBER_TAGS, "product_tag"):
            path: str = getattr(rules, key)
            where: KeyPath = (*place, key)
            if not path:
                continue
            if path not in tags.known:
                parts.file.unknown_name(where, "tag", path, tags.known)
            elif key in _OEE_NUMBER_TAGS and tags.kind_of(path) is Kind.TEXT:
                parts.file.error(where, "reference", f"the tag '{path}' is a text", "a tag that holds a number")
