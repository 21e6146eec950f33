"""`tags list|read`: values with their quality, through the running station or from the devices."""

from __future__ import annotations

import argparse
from typing import Any

from hmi.base.errors import Exit, PlantError
from hmi.cli.options import places, print_json, wants_json
from hmi.cli.tables import age, print_table


def add_forms(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the forms below `tags`."""
    listing = forms.add_parser("list", help="tags with value, quality and age")
    listing.add_argument("--match", default="*", metavar="GLOB")
    listing.add_argument("--device", default="", metavar="D")
    listing.add_argument("--quality", default="", choices=("", "good", "uncertain", "bad", "stale"), metavar="Q")
    listing.set_defaults(run=run_list)
    read = forms.add_parser("read", help="read now; exit 4 if any value is bad")
    read.add_argument("paths", nargs="+", metavar="PATH")
    read.set_defaults(run=run_read)


def run_list(args: argparse.Namespace) -> int:
    """Prints the running station's tags."""
    from hmi.cli.client import need_station

    query = {"match": args.match, "device": args.device, "quality": args.quality}
    client = need_station(places(args).data)
    items = client.get_all("/api/v1/tags", **{key: value for key, value in query.items() if value})
    return _print(args, items)


def run_read(args: argparse.Namespace) -> int:
    """Prints the values; a value that is bad or stale makes the exit code 4."""
    from hmi.cli.client import station_client

    client = station_client(places(args).data)
    items = [client.get(f"/api/v1/tags/{path}") for path in args.paths] if client is not None else _from_devices(args)
    _print(args, items)
    return Exit.DONE if all(item["value"] is not None for item in items) else Exit.UNREACHABLE


def _print(args: argparse.Namespace, items: list[dict[str, Any]]) -> int:
    if wants_json(args):
        print_json({"items": items, "next": None})
        return Exit.DONE
    print_table(
        ("path", "value", "unit", "quality", "age"),
        ((i["path"], _value(i), i["unit"], _quality(i), age(i["age_s"])) for i in items),
    )
    return Exit.DONE


def _value(item: dict[str, Any]) -> str:
    value = item["value"]
    if value is None:
        return "----"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quality(item: dict[str, Any]) -> str:
    word = "stale" if item["stale"] else item["quality"]
    return f"{word} ({item['reason']})" if item["reason"] and word != "good" else word


def _from_devices(args: argparse.Namespace) -> list[dict[str, Any]]:
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    from hmi.acquisition.service import Acquisition
    from hmi.base.clock import SystemClock
    from hmi.drivers.registry import driver_kind
    from hmi.facade.plain import to_plain
    from hmi.settings import load
    from hmi.station.catalogue import registry_catalogue
    from hmi.station.front.tags import tag_item
    from hmi.tags.latest import TagStore

    plant = load(places(args).config, registry_catalogue()).plant
    tags = [replace(tag, number=number) for number, tag in enumerate(plant.tags, start=1)]
    by_path = {tag.path: tag for tag in tags}
    missing = [path for path in args.paths if path not in by_path]
    if missing:
        raise PlantError(f"no tag {missing[0]}")
    wanted = {by_path[path].device for path in args.paths}
    devices = [device for device in plant.devices if device.name in wanted]
    clock = SystemClock()
    store = TagStore(tags, {device.name: device for device in devices}, clock)
    reading = [tag for tag in tags if tag.path in args.paths]
    acquisition = Acquisition(devices, reading, driver_kind, store.apply, clock, zone=ZoneInfo(plant.timezone))
    acquisition.start()
    try:
        store.apply(acquisition.read_now(args.paths).result(60))
    finally:
        acquisition.stop()
    return [to_plain(tag_item(store, by_path[path])) for path in args.paths]
