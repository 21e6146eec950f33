"""A small catalogue of one invented driver and a few alarm types, for tests of the configuration alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.equipment import Plant
from hmi.model.problems import Problem
from hmi.model.tags import TagDefinition


class ToyDriver:
    """Wants `host`, knows `port`; addresses are `holding:N` or `coil:N`. Types: the server's if it is `opcua`."""

    def __init__(self, name: str) -> None:
        self._types_from_server = name == "opcua"

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        problems: list[Problem] = []
        known = {"host": "", "port": 502, "password": ""}
        if "host" not in options:
            problems.append(Problem("host", "the key is missing", "the address of the device"))
        for key in options:
            if key not in known:
                problems.append(Problem(key, "the key is not known", "one of host, port, password"))
        if not isinstance(options.get("port", 502), int):
            problems.append(Problem("port", "this is not a port", "1 to 65535"))
        return {**known, **{key: value for key, value in options.items() if key in known}}, problems

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        table, colon, number = tag.address.partition(":")
        if table in ("holding", "coil") and colon and number.isdigit():
            return []
        if tag.address.isdigit():
            expected = f"holding:{tag.address} or coil:{tag.address}"
            return [Problem("address", f"'{tag.address}' does not say which table", expected)]
        return [Problem("address", f"'{tag.address}' is not an address", "e.g. holding:100")]

    def default_type(self, address: str) -> str:
        if self._types_from_server:
            return ""
        return "bool" if address.startswith("coil:") else "uint16"


class ToyCatalogue:
    """Drivers `modbus-tcp` and `opcua` (both the toy), every alarm type."""

    def driver(self, name: str) -> ToyDriver | None:
        return ToyDriver(name) if name in self.driver_names() else None

    def driver_names(self) -> Collection[str]:
        return ("modbus-tcp", "opcua")

    def alarm_types(self) -> Collection[str]:
        return [alarm_type.value for alarm_type in AlarmType]

    def check_alarm(self, definition: AlarmDefinition, tags: Mapping[str, TagDefinition]) -> list[Problem]:
        if definition.type in (AlarmType.HI, AlarmType.LO) and definition.limit is None:
            return [Problem("limit", "the limit is missing", "a number or {tag}")]
        return []

    def published_tags(self, plant: Plant) -> Sequence[TagDefinition]:
        disk = TagDefinition("system/station/disk_free", "station", "", type="float64")
        lines = [
            TagDefinition(f"oee/{line.name}/oee", "station", "", type="float64") for line in plant.lines if line.oee
        ]
        return [disk, *lines]
