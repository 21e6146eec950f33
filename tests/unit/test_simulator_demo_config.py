"""The demo configuration speaks of the simulator that exists: addresses, types, orders, scales, writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hmi.simulator.plant import WRITABLE
from hmi.simulator.registers import Field
from hmi.simulator.unit_maps import UNIT_MAPS
from tests.helpers.counterparts import ROOT

DEMO = ROOT / "config" / "demo"


def rows(name: str, folder: Path = DEMO) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


MODBUS_TAGS = [tag for tag in rows("tags.csv") if tag["device"] in UNIT_MAPS]


def field_of(tag: dict[str, str]) -> Field:
    table, _, place = tag["address"].partition(":")
    field = UNIT_MAPS[tag["device"]].field_at(table, int(place.partition(".")[0]))
    assert field is not None, f"{tag['path']}: the simulator has nothing at {tag['address']}"
    assert field.address == int(place.partition(".")[0]), f"{tag['path']} begins inside {field.key}"
    return field


@pytest.mark.parametrize("tag", MODBUS_TAGS, ids=lambda tag: tag["path"])
def test_every_modbus_tag_is_a_field_of_the_simulator(tag: dict[str, str]) -> None:
    field = field_of(tag)
    bit = tag["address"].partition(".")[2]
    if bit:
        assert field.kind == "bits"
        assert field.keys[int(bit)].split("/")[-1] == tag["path"].split("/")[-1]
        return
    assert field.kind == tag["type"]
    assert field.order == (tag["order"] or "ABCD")
    assert field.scale == float(tag["scale"] or 1)
    assert field.offset == float(tag["offset"] or 0)
    assert field.raw_span == int(tag["raw_high"] or 0)


def test_exactly_the_writable_fields_are_writable_tags() -> None:
    written = {field_of(tag).key for tag in MODBUS_TAGS if tag["access"] == "write"}
    fields = {field.key for unit in UNIT_MAPS.values() for field in unit.fields if field.writable}
    assert written == fields
    assert fields <= WRITABLE


def test_every_number_has_a_unit_or_says_what_it_counts_and_every_tag_a_description() -> None:
    for tag in rows("tags.csv"):
        assert tag["description"], tag["path"]
        if tag["low"] and tag["path"].split("/")[-1] not in {"power_factor"}:
            assert tag["unit"], tag["path"]


def test_every_alarm_is_rationalised() -> None:
    alarms = rows("alarms.csv")
    assert len(alarms) >= 25
    for alarm in alarms:
        for column in ("message", "cause", "consequence", "action", "respond_within"):
            assert alarm[column], f"{alarm['id']}: {column}"
    kinds = {alarm["type"] for alarm in alarms}
    assert {"hi", "lo", "lolo", "discrete", "deviation", "rate", "bad_quality"} <= kinds
    assert any(alarm["latching"] == "yes" for alarm in alarms)
    shares = [sum(alarm["priority"] == str(p) for alarm in alarms) / len(alarms) for p in (1, 2, 3, 4)]
    assert shares[0] <= 0.05, "few alarms are critical, or none is"


def test_the_folder_to_begin_with_names_tags_that_exist() -> None:
    folder = ROOT / "config" / "starter"
    paths = {tag["path"] for tag in rows("tags.csv", folder)}
    assert {alarm["tag"] for alarm in rows("alarms.csv", folder)} <= paths
