"""`devices plan` and `devices test`: what is asked of a device, and whether it answers."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hmi.base.errors import Exit, PlantError
from hmi.cli import device_list, options

if TYPE_CHECKING:
    from hmi.model.devices import DeviceDefinition
    from hmi.model.equipment import Plant
    from hmi.model.tags import TagDefinition


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `devices`."""
    devices = commands.add_parser("devices", help="PLCs and other devices").add_subparsers(dest="action", required=True)
    device_list.add_forms(devices)
    add_plan(devices)
    add_test(devices)


def add_plan(devices: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `devices plan`."""
    plan = devices.add_parser("plan", help="the requests of a poll cycle; uses no network")
    plan.add_argument("name", nargs="?", default="", metavar="NAME", help="only this device")
    plan.set_defaults(run=run_plan)


def add_test(devices: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `devices test`."""
    test = devices.add_parser("test", help="connect, read every tag once, say what came")
    test.add_argument("name", metavar="NAME", help="the device")
    test.set_defaults(run=run_test)


@dataclass(frozen=True, slots=True)
class _Configured:
    """Devices and the tags they have, numbered as they stand in the file."""

    plant: Plant
    tags: dict[str, list[TagDefinition]]

    def device(self, name: str) -> DeviceDefinition:
        for device in self.plant.devices:
            if device.name == name:
                return device
        known = ", ".join(device.name for device in self.plant.devices) or "none"
        raise PlantError(f"there is no device {name}; configured are: {known}")


def run_plan(args: argparse.Namespace) -> int:
    """Prints one line a request; with --json a list of them."""
    from hmi.drivers.registry import driver_kind
    from hmi.model.timestamps import format_duration

    configured = _configured(args)
    devices = [configured.device(args.name)] if args.name else list(configured.plant.devices)
    rows: list[dict[str, Any]] = []
    for device in devices:
        for request in driver_kind(device.driver).plan(device, configured.tags.get(device.name, [])):
            rows.append(
                {
                    "device": device.name,
                    "unit": request.unit,
                    "table": request.table,
                    "start": request.start,
                    "count": request.count,
                    "scan_ms": request.scan_us / 1000 if request.scan_us % 1000 else request.scan_us // 1000,
                    "tags": list(request.tags),
                }
            )
    if options.wants_json(args):
        options.print_json(rows)
        return int(Exit.DONE)
    for row in rows:
        where = f"{row['table']}:{row['start']}..{row['start'] + row['count'] - 1}"
        every = format_duration(round(row["scan_ms"] * 1000))
        print(f"{row['device']} unit {row['unit']} {where} every {every}: {', '.join(row['tags'])}")
    return int(Exit.DONE)


def run_test(args: argparse.Namespace) -> int:
    """Prints whether the device answers and every tag; exit 4 if it does not answer, 1 if a tag is bad."""
    from hmi.acquisition.probe import probe_device
    from hmi.drivers.registry import driver_kind

    configured = _configured(args)
    device = configured.device(args.name)
    kind = driver_kind(device.driver, options.places(args).data / "pki")
    tags = configured.tags.get(device.name, [])
    where = kind.describe(device.options)
    result = probe_device(kind, device, tags)
    rows = _rows(result.batch, tags) if result.batch is not None else []
    bad = sum(1 for row in rows if row["quality"] == "bad")
    if options.wants_json(args):
        options.print_json(
            {
                "name": device.name,
                "driver": device.driver,
                "address": where,
                "answers": not result.fault,
                "fault": result.fault,
                "kind": result.kind,
                "connect_ms": result.connect_us / 1000,
                "read_ms": result.read_us / 1000,
                "requests": result.requests,
                "tags": rows,
            }
        )
    elif result.fault:
        print(f"{device.name} ({where}) {result.fault}")
    else:
        print(
            f"{device.name} ({where}) answers: connected in {result.connect_us / 1000:.1f} ms, "
            f"{len(rows)} tags in {result.requests} requests and {result.read_us / 1000:.1f} ms, {bad} bad"
        )
        for row in rows:
            unit = f" {row['unit']}" if row["unit"] else ""
            print(f"{row['path']} {row['text']}{unit} {row['status_name']}")
    if result.fault:
        return int(Exit.UNREACHABLE)
    return int(Exit.NO if bad else Exit.DONE)


def _configured(args: argparse.Namespace) -> _Configured:
    from dataclasses import replace

    from hmi import settings
    from hmi.station.catalogue import registry_catalogue

    plant = settings.load(options.places(args).config, registry_catalogue()).plant
    tags: dict[str, list[TagDefinition]] = {}
    for number, tag in enumerate(plant.tags, start=1):
        if not tag.is_calculated:
            tags.setdefault(tag.device, []).append(replace(tag, number=number))
    return _Configured(plant, tags)


def _rows(batch: Any, tags: list[TagDefinition]) -> list[dict[str, Any]]:
    from hmi.model.numbers import format_value
    from hmi.model.quality import severity, status_name

    by_number = {tag.number: tag for tag in tags}
    rows = []
    for sample in batch.samples():
        tag = by_number[sample.tag]
        rows.append(
            {
                "path": tag.path,
                "text": "null" if sample.value is None else format_value(sample.value, tag.type),
                "unit": tag.unit,
                "quality": severity(sample.status).word,
                "status": sample.status,
                "status_name": status_name(sample.status),
            }
        )
    return rows
