"""alarms.csv: one row an alarm, and the communication alarm of every device (`contract.md` 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from hmi.expressions import Kind, kind_of_type
from hmi.model.alarms import AlarmClass, AlarmDefinition, AlarmType, OnBad, comm_alarm_id
from hmi.model.devices import DeviceDefinition
from hmi.model.tags import TagDefinition
from hmi.settings import words
from hmi.settings.catalogue import Catalogue
from hmi.settings.problems import did_you_mean, shown
from hmi.settings.tablefile import Row, Table
from hmi.settings.tags_file import TagParts, check_kind, check_paths, compiled
from hmi.settings.words import FormError

COLUMNS: Final = (
    "id", "tag", "type", "limit", "reference", "window", "blank", "expression", "deadband", "on_delay", "off_delay",
    "priority", "class", "area", "latching", "ack_required", "realarm", "on_bad", "exclusive", "group", "enable",
    "count", "max_shelve", "message", "cause", "consequence", "action", "respond_within", "help",
)  # fmt: skip
REQUIRED: Final = ("id", "tag", "type")

_ID: Final = re.compile(r"[A-Za-z0-9_.\-]{1,80}(?:/[A-Za-z0-9_.\-]{1,80}){0,9}")
_REFERENCE: Final = re.compile(r"\{([^{}]*)\}")
_HOUR_US: Final = 3_600_000_000
_WITHOUT_TAG: Final = (AlarmType.EXPRESSION, AlarmType.SYSTEM)


def alarm_definitions(
    table: Table | None,
    tags: TagParts,
    devices: Mapping[str, DeviceDefinition],
    device_names: list[str],
    catalogue: Catalogue,
) -> list[AlarmDefinition]:
    """Every right alarm and the communication alarms not overridden, after reporting everything that is not right."""
    by_path = tags.by_path
    kinds = {path: kind_of_type(tag.type) for path, tag in by_path.items()}
    seen: dict[str, Row] = {}
    alarms: list[AlarmDefinition] = []
    for row in table.rows if table else ():
        definition = _definition(row, seen, tags, by_path, kinds, device_names, catalogue)
        if definition is None or row.failed:
            continue
        _check_parameters(row, definition, by_path, tags, catalogue)
        if not row.failed:
            alarms.append(definition)
    listed = set(seen)
    alarms.extend(
        _comm_alarm(device) for device in devices.values() if comm_alarm_id(device.name).lower() not in listed
    )
    return alarms


def _comm_alarm(device: DeviceDefinition) -> AlarmDefinition:
    shown_name = device.title or device.name
    return AlarmDefinition(
        id=comm_alarm_id(device.name),
        tag=device.name,
        type=AlarmType.COMM_FAILURE,
        priority=device.comm_alarm_priority,
        alarm_class=AlarmClass.DIAGNOSTIC,
        area="system",
        message=f"{shown_name}: no communication",
        cause="The device is off, its network link is broken, or its address has changed.",
        consequence="Its values are bad and its alarms are not evaluated until it answers again.",
        action="Check power and network of the device; page Devices shows its last error.",
        max_shelve_us=_HOUR_US if device.comm_alarm_priority == 1 else 8 * _HOUR_US,
    )


def _definition(
    row: Row,
    seen: dict[str, Row],
    tags: TagParts,
    by_path: Mapping[str, TagDefinition],
    kinds: Mapping[str, Kind],
    device_names: list[str],
    catalogue: Catalogue,
) -> AlarmDefinition | None:
    alarm_id = _id(row, seen)
    alarm_type = _type(row, catalogue)
    tag = _watched(row, alarm_type, tags, device_names)
    reference = row.text("reference")
    if reference and reference not in tags.known:
        row.unknown_name("reference", "tag", reference, tags.known)
    for column in ("expression", "enable"):
        _condition(row, column, tags, kinds)
    if alarm_type is AlarmType.EXPRESSION and not row.text("expression"):
        row.error("expression", "missing", "the expression is missing", "a condition, e.g. {line1/tank/level} > 90")
    priority = row.read("priority", _priority, 3)
    longest_us = _HOUR_US if priority == 1 else 8 * _HOUR_US
    max_shelve_us = row.read("max_shelve", words.duration_us, longest_us)
    limit = _limit(row, alarm_type, by_path.get(tag), tags)
    if alarm_id is None or alarm_type is None:
        return None
    return AlarmDefinition(
        id=alarm_id,
        tag=tag,
        type=alarm_type,
        limit=limit,
        reference=reference,
        window_us=row.read("window", words.duration_us, 10_000_000),
        blank_us=row.read("blank", _duration_or_zero, 0),
        expression=row.text("expression"),
        deadband=row.read("deadband", _not_negative, 0.0),
        on_delay_us=row.read("on_delay", _duration_or_zero, 0),
        off_delay_us=row.read("off_delay", _duration_or_zero, 0),
        priority=priority,
        alarm_class=AlarmClass(row.read("class", lambda text: words.choice(text, tuple(AlarmClass)), "machine")),
        area=row.read("area", words.name, _area(alarm_id, alarm_type, tag)),
        latching=row.read("latching", words.yes_no, False),
        ack_required=row.read("ack_required", words.yes_no, True),
        realarm_us=row.read("realarm", _duration_or_none, None),
        on_bad=OnBad(row.read("on_bad", lambda text: words.choice(text, tuple(OnBad)), "hold")),
        exclusive=row.read("exclusive", words.yes_no, False),
        group=row.text("group"),
        enable=row.text("enable"),
        count=row.read("count", _count, 1),
        max_shelve_us=max_shelve_us,
        message=row.text("message"),
        cause=row.text("cause"),
        consequence=row.text("consequence"),
        action=row.text("action"),
        respond_within_us=row.read("respond_within", _duration_or_none, None),
        help=row.text("help"),
    )


def _id(row: Row, seen: dict[str, Row]) -> str | None:
    text = row.text("id")
    if not text:
        row.error("id", "missing", "the id is missing", "a stable name, e.g. line1/oven/temp.hi")
        return None
    if not _ID.fullmatch(text):
        expected = "letters, digits, '_', '-', '.' and '/', e.g. line1/oven/temp.hi"
        row.error("id", "value", f"'{shown(text)}' is not an alarm id", expected)
        return None
    first = seen.setdefault(text.lower(), row)
    if first is not row:
        row.error("id", "duplicate", f"the id stands twice, first in line {first.line}", "a unique id")
        return None
    return text


def _type(row: Row, catalogue: Catalogue) -> AlarmType | None:
    text = row.text("type")
    registered = set(catalogue.alarm_types())
    known = [alarm_type.value for alarm_type in AlarmType if alarm_type.value in registered]
    if text in known:
        return AlarmType(text)
    message = f"there is no alarm type '{shown(text)}'" if text else "the type is missing"
    row.error("type", "reference" if text else "missing", message, ", ".join(known), did_you_mean(text, known))
    return None


def _watched(row: Row, alarm_type: AlarmType | None, tags: TagParts, device_names: list[str]) -> str:
    text = row.text("tag")
    if alarm_type is AlarmType.COMM_FAILURE:
        if text not in device_names:
            row.unknown_name("tag", "device", text, device_names)
    elif not text:
        if alarm_type is not None and alarm_type not in _WITHOUT_TAG:
            row.error("tag", "missing", "the tag is missing", "the path of the tag to watch")
    elif alarm_type is not AlarmType.SYSTEM and alarm_type is not None and text not in tags.known:
        row.unknown_name("tag", "tag", text, tags.known)
    return text


def _condition(row: Row, column: str, tags: TagParts, kinds: Mapping[str, Kind]) -> None:
    text = row.text(column)
    if not text:
        return
    formula = compiled(row, column, text)
    if formula is None or not check_paths(row, column, formula, tags.known):
        return
    kind = check_kind(row, column, formula, kinds)
    if kind not in (None, Kind.BOOLEAN, Kind.UNKNOWN):
        message = "the formula does not give true or false"
        row.error(column, "expression", message, "a condition, e.g. {line1/tank/level} > 90")


def _limit(row: Row, alarm_type: AlarmType | None, tag: TagDefinition | None, tags: TagParts) -> float | str | None:
    text = row.text("limit")
    if not text:
        return None
    reference = _REFERENCE.fullmatch(text)
    if reference:
        path = reference[1].strip()
        if path not in tags.known:
            row.unknown_name("limit", "tag", path, tags.known)
        return f"{{{path}}}"
    if alarm_type is AlarmType.DISCRETE:
        labels = list(tag.labels.values()) if tag else []
        if text in labels or (tag is not None and tag.type == "bool" and text in ("true", "false")):
            return text
        try:
            return words.number(text)
        except FormError:
            expected = "a number" + (" or one of " + ", ".join(labels) if labels else "")
            row.error(
                "limit", "value", f"'{shown(text)}' is no value of this tag", expected, did_you_mean(text, labels)
            )
            return None
    return row.read("limit", _number_or_none, None)


def _check_parameters(
    row: Row, definition: AlarmDefinition, by_path: Mapping[str, TagDefinition], tags: TagParts, catalogue: Catalogue
) -> None:
    if definition.tag in tags.known and definition.tag not in by_path:
        return  # the tag's own row is wrong and says so
    for problem in catalogue.check_alarm(definition, by_path):
        report = row.warning if problem.is_warning else row.error
        report(problem.key, "alarm", problem.message, problem.expected, problem.hint)


def _area(alarm_id: str | None, alarm_type: AlarmType | None, tag: str) -> str:
    if alarm_type in (AlarmType.COMM_FAILURE, AlarmType.SYSTEM):
        return "system"
    return (tag or alarm_id or "").split("/")[0]


def _priority(text: str) -> int:
    return int(words.choice(text, ("1", "2", "3", "4")))


def _count(text: str) -> int:
    value = words.integer(text)
    if not 1 <= value <= 1000:
        raise FormError(f"'{shown(text)}' is out of range", "1 to 1000")
    return value


def _not_negative(text: str) -> float:
    value = words.number(text)
    if value < 0:
        raise FormError(f"'{shown(text)}' is below 0", "0 or more")
    return value


def _number_or_none(text: str) -> float | None:
    return words.number(text)


def _duration_or_zero(text: str) -> int:
    return words.duration_us(text, zero=True)


def _duration_or_none(text: str) -> int | None:
    return None if text == "none" else words.duration_us(text)
