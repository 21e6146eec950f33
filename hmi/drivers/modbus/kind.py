"""What the registry knows of Modbus TCP without loading pymodbus: options, addresses, the plan of a poll cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hmi.base.clock import Clock, SystemClock
from hmi.drivers.contract import Driver, PlannedRequest
from hmi.drivers.modbus.address import HOLDING, LAST_OFFSET, WRITABLE_TABLES, AddressError, ModbusAddress, parse_address
from hmi.drivers.modbus.planner import DEFAULT_MAX_GAP, MAX_REGISTERS, Item, plan_requests
from hmi.drivers.modbus.types import ORDERS, TYPE_NAMES, effective_type, registers_of, value_rule
from hmi.drivers.options import OptionReader
from hmi.model.devices import DeviceDefinition
from hmi.model.problems import Problem
from hmi.model.tags import Access, TagDefinition

_TYPES: Final = ", ".join(TYPE_NAMES)


class ModbusTcpKind:
    """Driver `modbus-tcp`."""

    name = "modbus-tcp"
    protocol = "modbus"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        reader = OptionReader(options)
        reader.text("host", required=True, expected="the address of the device, e.g. 10.0.0.5")
        reader.whole("port", 502, 1, 65_535)
        reader.whole("unit", 1, 0, 255)
        reader.whole("max_gap", DEFAULT_MAX_GAP, 0, MAX_REGISTERS)
        reader.whole("max_registers", MAX_REGISTERS, 1, MAX_REGISTERS)
        reader.duration("pause", 0)
        reader.flag("close_after_poll", False)
        reader.whole("max_in_flight", 1, 1, 1)
        return reader.finish()

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        try:
            address = parse_address(tag.address)
        except AddressError as fault:
            return [Problem("address", str(fault), fault.expected, fault.hint)]
        problems: list[Problem] = []
        type_name = effective_type(tag.type, address)
        try:
            span = registers_of(type_name)
        except ValueError as fault:
            return [Problem("type", str(fault), _TYPES)]
        if (address.is_bit_table or address.bit is not None) and type_name != "bool":
            problems.append(Problem("type", f"{address} is one bit and cannot be {type_name}", "bool"))
        elif not address.is_bit_table and address.offset + span > LAST_OFFSET + 1:
            problems.append(
                Problem("address", f"a {type_name} at {address} ends behind the last register", "an offset it fits at")
            )
        if tag.order and tag.order not in ORDERS:
            problems.append(Problem("order", f"'{tag.order}' is not an order", ", ".join(ORDERS)))
        elif type_name.startswith("string") and tag.order not in ("", "ABCD", "BADC"):
            problems.append(
                Problem("order", f"a text cannot have the order {tag.order}", "ABCD or BADC (bytes swapped)")
            )
        if tag.access is not Access.READ and address.table not in WRITABLE_TABLES:
            problems.append(
                Problem("access", f"{address.table} addresses can only be read", "read, or a holding or coil address")
            )
        return problems

    def default_type(self, address: str) -> str:
        try:
            return effective_type("", parse_address(address))
        except AddressError:
            return effective_type("", ModbusAddress(HOLDING, 0))

    def describe(self, options: Mapping[str, object]) -> str:
        unit = options.get("unit", 1)
        where = f"{options.get('host', '?')}:{options.get('port', 502)}"
        return where if unit == 1 else f"{where} unit {unit}"

    def plan(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> list[PlannedRequest]:
        unit = _whole(device.options.get("unit", 1))
        items: list[Item] = []
        for key, tag in enumerate(tags):
            if tag.access is Access.WRITE_ONLY:
                continue
            address = parse_address(tag.address)
            rule = value_rule(tag, address)
            scan_us = tag.scan_us or device.scan_us
            items.append(Item(key, unit, address.table, address.offset, rule.registers, scan_us))
        requests = plan_requests(
            items,
            _whole(device.options.get("max_gap", DEFAULT_MAX_GAP)),
            _whole(device.options.get("max_registers", MAX_REGISTERS)),
        )
        return [
            PlannedRequest(
                unit=request.unit,
                table=request.table,
                start=request.start,
                count=request.count,
                scan_us=request.scan_us,
                tags=tuple(tags[item.key].path for item in request.items),
            )
            for request in requests
        ]

    def create(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> Driver:
        from hmi.drivers.modbus.driver import ModbusDriver

        return ModbusDriver(device, self._clock)


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value
