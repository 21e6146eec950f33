"""plant.yaml: areas, devices, lines, machines, products, shifts (`contract.md` 4)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Area, Break, Line, Machine, OeeRules, Product, Shift
from hmi.model.tags import CALCULATED
from hmi.secrets.references import EXPECTED as SECRET_EXPECTED
from hmi.secrets.references import is_reference
from hmi.settings.catalogue import Catalogue
from hmi.settings.plant_sections import (
    OFF,
    AreaSection,
    CycleSection,
    DeviceSection,
    LineSection,
    MachineSection,
    NamedSection,
    OeeSection,
    PlantFileSection,
    ProductSection,
    ShiftSection,
    minutes_of,
)
from hmi.settings.problems import did_you_mean, shown
from hmi.settings.reports import validated
from hmi.settings.yamlfile import KeyPath, YamlFile

S = TypeVar("S", bound=NamedSection)

_SECRET_OPTIONS: Final = ("password",)
_DAY_MIN: Final = 24 * 60


@dataclass
class PlantParts:
    """What could be read of plant.yaml, also when parts of it are wrong.

    device_names: every name written, so that a wrong device does not make its tags wrong too. broken: names of devices
    that cannot be used. oee: every set of rules with its place.
    """

    file: YamlFile
    name: str = ""
    timezone: str = ""
    areas: list[Area] = field(default_factory=list)
    devices: list[DeviceDefinition] = field(default_factory=list)
    device_names: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    cycle: tuple[str, tuple[str, ...]] | None = None
    holidays: tuple[str, ...] = ()
    oee: list[tuple[KeyPath, OeeRules]] = field(default_factory=list)


def plant_parts(file: YamlFile, catalogue: Catalogue) -> PlantParts:
    """Everything of plant.yaml that is right, after reporting everything that is not."""
    parts = PlantParts(file)
    top = validated(PlantFileSection, file)
    if top is not None:
        parts.name, parts.timezone = top.plant.name, top.plant.timezone
        parts.holidays = tuple(sorted(set(top.holidays.extra) - set(top.holidays.work)))
        if top.notify is not None:
            file.warning(
                ("notify",), "unavailable", "notifications are not part of this version, nothing is sent", "no 'notify'"
            )
    for _, area in _sections(file, ("areas",), AreaSection):
        parts.areas.append(Area(area.name, area.title))
    _devices(parts, catalogue)
    _lines(parts)
    _products(parts)
    _shifts(parts, top.cycle if top else None)
    return parts


def _sections(file: YamlFile, path: KeyPath, model: type[S]) -> Iterator[tuple[KeyPath, S]]:
    """Every right item of a list with its place; a name given twice is reported and left out."""
    items = file.value(path)
    first: dict[str, KeyPath] = {}
    for index, item in enumerate(items if isinstance(items, list) else ()):
        place = (*path, index)
        section = validated(model, file, place, item if item is not None else {})
        if section is None:
            continue
        if section.name in first:
            line = file.place((*first[section.name], "name"))[0]
            file.error((*place, "name"), "duplicate", f"the name stands twice, first in line {line}", "a unique name")
            continue
        first[section.name] = place
        yield place, section


def _devices(parts: PlantParts, catalogue: Catalogue) -> None:
    parts.device_names = _written_names(parts.file, ("devices",))
    for place, section in _sections(parts.file, ("devices",), DeviceSection):
        if section.name == CALCULATED:
            parts.file.error((*place, "name"), "value", f"'{CALCULATED}' marks calculated tags", "another name")
            continue
        options = _driver_options(parts.file, place, section, catalogue)
        if options is None:
            continue
        parts.devices.append(
            DeviceDefinition(
                name=section.name,
                driver=section.driver,
                title=section.title,
                enabled=section.enabled,
                scan_us=section.scan,
                timeout_us=section.timeout,
                retries=section.retries,
                reconnect_max_us=section.reconnect_max,
                comm_alarm_priority=section.comm_alarm_priority,
                options=options,
            )
        )


def _driver_options(
    file: YamlFile, place: KeyPath, section: DeviceSection, catalogue: Catalogue
) -> dict[str, object] | None:
    driver = catalogue.driver(section.driver)
    if driver is None:
        known = sorted(catalogue.driver_names())
        file.error(
            (*place, "driver"),
            "reference",
            f"there is no driver '{shown(section.driver)}'",
            "one of " + ", ".join(known),
            did_you_mean(section.driver, known),
        )
        return None
    given = dict(section.model_extra or {})
    for key in _SECRET_OPTIONS:
        if key in given and not (isinstance(given[key], str) and is_reference(str(given[key]))):
            message = "a secret must not stand in the configuration"
            file.error((*place, key), "secret", message, SECRET_EXPECTED, secret=True)
            del given[key]
    # YAML 1.2 leaves yes and no as words
    booleans = {"yes": True, "no": False}
    given = {key: booleans.get(value, value) if isinstance(value, str) else value for key, value in given.items()}
    options, problems = driver.check_options(given)
    common = list(DeviceSection.model_fields)
    for problem in problems:
        hint = problem.hint
        if problem.key in given and problem.key not in options:
            near = difflib.get_close_matches(problem.key, common, 1, 0.75)
            hint = f"did you mean '{near[0]}'?" if near else hint
        report = file.warning if problem.is_warning else file.error
        report((*place, problem.key), "driver", problem.message, problem.expected, hint)
    return options


def _lines(parts: PlantParts) -> None:
    file = parts.file
    area_names = [area.name for area in parts.areas]
    paths: dict[str, int] = {}
    for place, section in _sections(file, ("lines",), LineSection):
        if section.area and section.area not in area_names:
            file.unknown_name((*place, "area"), "area", section.area, area_names)
        machines: list[Machine] = []
        for machine_place, machine in _sections(file, (*place, "machines"), MachineSection):
            path = machine.path or f"{section.name}/{machine.name}"
            line = file.place((*machine_place, "path" if machine.path else "name"))[0]
            if path.lower() in paths:
                message = f"the path {path} belongs to another machine, in line {paths[path.lower()]}"
                file.error((*machine_place, "path"), "duplicate", message, "a path of its own")
            paths[path.lower()] = line
            rules = _rules(parts, (*machine_place, "oee"), machine.oee)
            machines.append(Machine(machine.name, path, machine.title, rules))
        names = _written_names(file, (*place, "machines"))
        if section.constraint and section.constraint not in names:
            file.unknown_name((*place, "constraint"), "machine", section.constraint, names)
        rules = _rules(parts, (*place, "oee"), section.oee)
        parts.lines.append(Line(section.name, section.title, section.area, tuple(machines), section.constraint, rules))


def _rules(parts: PlantParts, place: KeyPath, section: OeeSection | None) -> OeeRules | None:
    if section is None:
        return None
    states, names = section.states
    rules = OeeRules(
        state_tag=section.state_tag,
        total_tag=section.total_tag,
        ideal_rate_per_s=section.ideal_rate,
        states=states,
        state_names=names,
        good_tag=section.good_tag,
        reject_tag=section.reject_tag,
        mode_tag=section.mode_tag,
        product_tag=section.product_tag,
        counter_modulus=section.counter_modulus,
        micro_stop_us=section.micro_stop,
        target=section.target,
    )
    parts.oee.append((place, rules))
    return rules


def _products(parts: PlantParts) -> None:
    lines = _written_names(parts.file, ("lines",))
    codes: dict[str, int] = {}
    for place, section in _sections(parts.file, ("products",), ProductSection):
        for line in section.rates:
            if line not in lines:
                parts.file.unknown_name((*place, "rates", line), "line", line, lines)
        if section.code in codes:
            message = f"the code {shown(section.code)} stands twice, first in line {codes[section.code]}"
            parts.file.error((*place, "code"), "duplicate", message, "a code of its own")
        codes.setdefault(section.code, parts.file.place((*place, "code"))[0])
        rates = dict(section.rates) if section.ideal_rate is None else {"": section.ideal_rate}
        parts.products.append(Product(section.name, section.code, rates))


def _written_names(file: YamlFile, path: KeyPath) -> list[str]:
    """Names as they stand in a list, also of items that are wrong otherwise."""
    written = file.value(path)
    items = written if isinstance(written, list) else ()
    return [item["name"] for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)]


def _shifts(parts: PlantParts, cycle: CycleSection | None) -> None:
    file = parts.file
    lines = _written_names(file, ("lines",))
    placed: list[tuple[KeyPath, Shift]] = []
    rotation: tuple[KeyPath, CycleSection] | None = (("cycle",), cycle) if cycle else None
    for place, section in _sections(file, ("shifts",), ShiftSection):
        if section.name == OFF:
            file.error((*place, "name"), "value", "'off' marks a day without a shift", "another name")
        for index, line in enumerate(section.lines):
            if line not in lines:
                listed = isinstance(file.value((*place, "lines")), list)
                file.unknown_name((*place, "lines", index) if listed else (*place, "lines"), "line", line, lines)
        length = (section.end - section.start) % _DAY_MIN or _DAY_MIN
        for index, pause in enumerate(section.breaks):
            begin = (pause.start - section.start) % _DAY_MIN
            if begin + pause.length / 60_000_000 > length:
                file.error((*place, "breaks", index), "value", "the break is not inside the shift", "a time within it")
        if section.cycle is not None:
            if rotation is not None and rotation[1] != section.cycle:
                first = file.place(rotation[0])[0]
                file.error((*place, "cycle"), "duplicate", f"another cycle stands in line {first}", "one cycle")
            rotation = rotation or ((*place, "cycle"), section.cycle)
        breaks = tuple(Break(pause.start, pause.length, pause.planned) for pause in section.breaks)
        placed.append((place, Shift(section.name, section.start, section.end, section.days, section.lines, breaks)))
    parts.shifts = [shift for _, shift in placed]
    if rotation is not None:
        _check_rotation(parts, *rotation)
    else:
        _check_overlap(file, placed)


def _check_rotation(parts: PlantParts, place: KeyPath, cycle: CycleSection) -> None:
    names = [shift.name for shift in parts.shifts]
    for index, name in enumerate(cycle.pattern):
        if name != OFF and name not in names:
            parts.file.unknown_name((*place, "pattern", index), "shift", name, names)
    parts.cycle = (cycle.start, cycle.pattern)


def _check_overlap(file: YamlFile, shifts: list[tuple[KeyPath, Shift]]) -> None:
    for index, (place, shift) in enumerate(shifts):
        for _, other in shifts[:index]:
            if shift.lines and other.lines and not set(shift.lines) & set(other.lines):
                continue
            mine = minutes_of(shift.days, shift.start_min, shift.end_min)
            theirs = minutes_of(other.days, other.start_min, other.end_min)
            if any(a < d and c < b for a, b in mine for c, d in theirs):
                message = f"the shift overlaps shift '{other.name}' on the same line"
                file.error(place, "value", message, "shifts that follow one another")
