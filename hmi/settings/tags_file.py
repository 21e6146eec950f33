"""tags.csv: one row a tag (`contract.md` 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hmi.expressions import (
    Expression,
    ExpressionError,
    Kind,
    compile_expression,
    evaluation_order,
    find_cycle,
    kind_of_type,
)
from hmi.model.devices import DeviceDefinition
from hmi.model.tags import CALCULATED, RESERVED_ROOTS, Access, Scaling, Store, TagDefinition
from hmi.settings import words
from hmi.settings.catalogue import Catalogue
from hmi.settings.problems import did_you_mean, shown
from hmi.settings.tablefile import Row, Table
from hmi.settings.words import FormError

COLUMNS: Final = (
    "path", "device", "address", "type", "order", "scale", "offset", "raw_low", "raw_high", "clamp", "unit", "decimals",
    "low", "high", "write_low", "write_high", "normal_low", "normal_high", "deadband", "store", "scan", "access",
    "labels", "bad_values", "description", "was",
)  # fmt: skip
REQUIRED: Final = ("path", "device", "address")

_TYPES: Final = (
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64",
    "bcd4", "bcd8", "mod10k",
)  # fmt: skip
_STRING: Final = re.compile(r"string:[1-9]\d{0,3}")
_MOST_DECIMALS: Final = 15


@dataclass
class TagParts:
    """What could be read of tags.csv.

    tags: the right ones. known: paths that may be referred to, also of wrong tags and of those the station publishes.
    by_path: right and published tags.
    """

    tags: list[TagDefinition]
    known: set[str]
    by_path: dict[str, TagDefinition]

    def kind_of(self, path: str) -> Kind:
        """Kind of a tag's value; unknown for a tag that is wrong itself."""
        tag = self.by_path.get(path)
        return kind_of_type(tag.type) if tag else Kind.UNKNOWN


def tag_parts(
    table: Table | None,
    devices: Mapping[str, DeviceDefinition],
    device_names: list[str],
    published: Sequence[TagDefinition],
    catalogue: Catalogue,
) -> TagParts:
    """Every right tag, after reporting everything that is not."""
    rows: dict[str, Row] = {}
    seen: dict[str, Row] = {}
    tags: list[TagDefinition] = []
    formulas: dict[str, Expression] = {}
    for row in table.rows if table else ():
        path = _path(row, seen)
        device = _device(row, device_names)
        definition = _definition(row, path or "", device, devices.get(device), catalogue)
        if path is None:
            continue
        rows[path] = row
        if definition.is_calculated:
            formula = _formula(row)
            if formula is not None:
                formulas[path] = formula
        elif definition.device in devices and definition.address:
            _check_address(row, definition, devices[definition.device], catalogue)
        if not row.failed:
            tags.append(definition)
    _check_former_paths(rows)
    tags = _check_formulas(tags, rows, formulas, published)
    right = [tag for tag in tags if not rows[tag.path].failed]
    by_path = {tag.path: tag for tag in (*right, *published)}
    return TagParts(right, set(rows) | set(by_path), by_path)


def _path(row: Row, seen: dict[str, Row]) -> str | None:
    path = row.text("path")
    if not path:
        row.error("path", "missing", "the path is missing", words.PATH_FORM)
        return None
    try:
        words.tag_path(path)
    except FormError as fault:
        row.error("path", "value", fault.message, fault.expected, fault.hint)
        return None
    if path.split("/")[0].lower() in RESERVED_ROOTS:
        root = path.split("/")[0]
        row.error("path", "reserved", f"'{root}/' is reserved for values the station computes", "another first part")
        return None
    first = seen.setdefault(path.lower(), row)
    if first is not row:
        same = "the path stands twice" if first.text("path") == path else "the path differs only in case"
        row.error("path", "duplicate", f"{same}, first in line {first.line}", "a unique path")
        return None
    return path


def _device(row: Row, device_names: list[str]) -> str:
    device = row.text("device")
    if not device:
        row.error("device", "missing", "the device is missing", "the name of a device, or calc for a calculated tag")
    elif device != CALCULATED and device not in device_names:
        row.unknown_name("device", "device", device, [*device_names, CALCULATED])
    return device


def _definition(
    row: Row, path: str, device: str, defined: DeviceDefinition | None, catalogue: Catalogue
) -> TagDefinition:
    address = row.text("address")
    if not address:
        what = "the formula" if device == CALCULATED else "the address"
        row.error("address", "missing", f"{what} is missing", "an expression" if device == CALCULATED else "an address")
    low, high = _range(row, "low", "high")
    write_low, write_high = _range(row, "write_low", "write_high")
    normal_low, normal_high = _range(row, "normal_low", "normal_high")
    deadband = row.read("deadband", _not_negative, 0.0)
    access = Access(row.read("access", lambda text: words.choice(text, tuple(Access)), Access.READ.value))
    if device == CALCULATED and access is not Access.READ:
        row.error("access", "value", "a calculated tag cannot be written", "read")
    type_name = row.read("type", _type, "")
    driver = catalogue.driver(defined.driver) if defined is not None else None
    if not type_name and driver is not None:
        type_name = driver.default_type(address)
    return TagDefinition(
        path=path,
        device=device,
        address=address,
        type=type_name,
        order=row.read("order", lambda text: words.choice(text, ("ABCD", "CDAB", "BADC", "DCBA")), "ABCD"),
        scaling=_scaling(row, low, high),
        unit=row.text("unit"),
        decimals=row.read("decimals", _decimals, None),
        low=low,
        high=high,
        write_low=low if write_low is None else write_low,
        write_high=high if write_high is None else write_high,
        normal_low=normal_low,
        normal_high=normal_high,
        deadband=deadband,
        store=_store(row, deadband),
        scan_us=row.read("scan", words.duration_us, 0),
        access=access,
        labels=row.read("labels", _labels, {}),
        bad_values=row.read("bad_values", _bad_values, ()),
        description=row.text("description"),
        was=row.read("was", words.tag_path, ""),
    )


def _range(row: Row, low_column: str, high_column: str) -> tuple[float | None, float | None]:
    low = row.read(low_column, _number_or_none, None)
    high = row.read(high_column, _number_or_none, None)
    if low is not None and high is not None and low >= high:
        row.error(high_column, "value", f"{high_column} is not above {low_column}", f"more than {low:g}")
    return low, high


def _scaling(row: Row, low: float | None, high: float | None) -> Scaling:
    scale = row.read("scale", words.number, 1.0)
    offset = row.read("offset", words.number, 0.0)
    raw_low = row.read("raw_low", _number_or_none, None)
    raw_high = row.read("raw_high", _number_or_none, None)
    clamp = row.read("clamp", words.yes_no, False)
    if scale == 0:
        row.error("scale", "value", "the scale is 0, every value would be the same", "another number")
    given = [column for column in ("raw_low", "raw_high") if column in row.cells]
    if given:
        missing = [column for column in ("raw_low", "raw_high", "low", "high") if column not in row.cells]
        if missing:
            message = f"{given[0]} is given without {', '.join(missing)}"
            row.error(given[0], "value", message, "raw_low, raw_high, low and high together")
        elif raw_low is not None and raw_low == raw_high:
            row.error("raw_high", "value", "raw_low and raw_high are the same", "two different numbers")
        for column in ("scale", "offset"):
            if column in row.cells:
                row.error(column, "value", f"{column} and raw_low are given together", "one of the two ways")
    return Scaling(scale, offset, raw_low, raw_high, low, high, clamp)


def _store(row: Row, deadband: float) -> Store:
    default = Store.DEADBAND if deadband > 0 else Store.ALL
    store = Store(row.read("store", lambda text: words.choice(text, tuple(Store)), default.value))
    if store in (Store.DEADBAND, Store.SWING) and deadband == 0 and "store" in row.cells:
        row.error("store", "value", f"'{store}' needs a deadband", "a number above 0 in column deadband")
    return store


def _check_address(row: Row, tag: TagDefinition, device: DeviceDefinition, catalogue: Catalogue) -> None:
    driver = catalogue.driver(device.driver)
    for problem in driver.check_address(tag) if driver else ():
        report = row.warning if problem.is_warning else row.error
        report(problem.key, "driver", problem.message, problem.expected, problem.hint)


def _formula(row: Row) -> Expression | None:
    for column in ("order", "scale", "offset", "raw_low", "raw_high", "clamp", "bad_values", "scan"):
        if column in row.cells:
            row.error(column, "value", "a calculated tag has no registers", "an empty cell")
    if not row.text("address"):
        return None
    return compiled(row, "address", row.text("address"))


def compiled(row: Row, column: str, text: str) -> Expression | None:
    """The formula of a cell, or None after reporting why it is none."""
    try:
        return compile_expression(text)
    except ExpressionError as fault:
        row.error(column, "expression", f"{fault.reason} (column {fault.column} of the formula)", fault.expected)
        return None


def check_paths(row: Row, column: str, formula: Expression, parts_known: set[str]) -> bool:
    """True if every tag of a formula is configured; reports each that is not."""
    unknown = sorted(formula.paths - parts_known)
    for path in unknown:
        row.unknown_name(column, "tag", path, parts_known)
    return not unknown


def check_kind(row: Row, column: str, formula: Expression, kinds: Mapping[str, Kind]) -> Kind | None:
    """Kind of a formula's result, or None after reporting why its parts do not fit."""
    try:
        return formula.kind(lambda path: kinds.get(path, Kind.UNKNOWN))
    except ExpressionError as fault:
        row.error(column, "expression", f"{fault.reason} (column {fault.column} of the formula)", fault.expected)
        return None


def _check_formulas(
    tags: list[TagDefinition],
    rows: dict[str, Row],
    formulas: dict[str, Expression],
    published: Sequence[TagDefinition],
) -> list[TagDefinition]:
    """The tags with the types of calculated ones filled in; reports unknown tags, wrong kinds and cycles."""
    known = {*rows, *(tag.path for tag in published)}
    for path, formula in formulas.items():
        check_paths(rows[path], "address", formula, known)
    cycle = find_cycle({path: formula.paths for path, formula in formulas.items()})
    while cycle is not None:
        row = rows[cycle[0]]
        row.error("address", "cycle", "the formula needs itself: " + " -> ".join(cycle), "formulas without a circle")
        for path in cycle:
            formulas.pop(path, None)
        cycle = find_cycle({path: formula.paths for path, formula in formulas.items()})
    return _typed(tags, rows, formulas, published)


def _typed(
    tags: list[TagDefinition],
    rows: dict[str, Row],
    formulas: dict[str, Expression],
    published: Sequence[TagDefinition],
) -> list[TagDefinition]:
    by_path = {tag.path: tag for tag in tags}
    kinds = {tag.path: kind_of_type(tag.type) for tag in published}
    kinds |= {tag.path: kind_of_type(tag.type) for tag in tags if not tag.is_calculated or tag.type}
    order, _ = evaluation_order({path: formula.paths for path, formula in formulas.items()})
    for path in order:
        tag = by_path.get(path)
        kind = check_kind(rows[path], "address", formulas[path], kinds)
        if tag is None or kind is None:
            continue
        declared = kind_of_type(tag.type) if tag.type else None
        natural = {Kind.BOOLEAN: "bool", Kind.TEXT: "string:250"}.get(kind, "float64")
        if declared is None:
            by_path[path] = replace(tag, type=natural)
        elif Kind.UNKNOWN not in (kind, declared) and kind is not declared:
            message = f"the formula gives {kind.value}, the tag is {tag.type}"
            rows[path].error("type", "expression", message, natural)
        kinds[path] = kind if declared is None else declared
    return list(by_path.values())


def _check_former_paths(rows: dict[str, Row]) -> None:
    taken = {path.lower() for path in rows}
    former: dict[str, Row] = {}
    for row in rows.values():
        was = row.text("was")
        if not was:
            continue
        if was.lower() in taken:
            row.error("was", "duplicate", f"'{shown(was)}' is the path of a tag", "a path that is no longer used")
        elif former.setdefault(was.lower(), row) is not row:
            message = f"the former path stands twice, first in line {former[was.lower()].line}"
            row.error("was", "duplicate", message, "one tag for each former path")


def _type(text: str) -> str:
    if text in _TYPES or _STRING.fullmatch(text):
        return text
    raise FormError(f"'{shown(text)}' is not a type", ", ".join(_TYPES) + " or string:N", did_you_mean(text, _TYPES))


def _number_or_none(text: str) -> float | None:
    return words.number(text)


def _not_negative(text: str) -> float:
    value = words.number(text)
    if value < 0:
        raise FormError(f"'{shown(text)}' is below 0", "0 or more")
    return value


def _decimals(text: str) -> int | None:
    value = words.integer(text)
    if not 0 <= value <= _MOST_DECIMALS:
        raise FormError(f"'{shown(text)}' is out of range", f"0 to {_MOST_DECIMALS}")
    return value


def _labels(text: str) -> dict[int, str]:
    labels: dict[int, str] = {}
    for part in text.split(";"):
        number, equals, label = part.partition("=")
        if not equals or not label.strip():
            raise FormError(f"'{shown(part)}' is not a label", "NUMBER=WORD joined by ';', e.g. 0=Stopped;1=Running")
        value = words.integer(number.strip())
        if value in labels:
            raise FormError(f"the number {value} has two labels", "one label for each number")
        labels[value] = label.strip()
    return labels


def _bad_values(text: str) -> tuple[int, ...]:
    return tuple(words.integer(part.strip()) for part in text.split(";"))
