"""What independent clients read of the simulator is what its machines are (no codec of ours on the way)."""

from __future__ import annotations

import csv
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.model.quality import BAD_OUT_OF_SERVICE, UNCERTAIN_SENSOR_NOT_ACCURATE
from hmi.simulator.opcua_map import NAMESPACE, NODES
from hmi.simulator.plant import Plant
from hmi.simulator.unit_maps import UNITS
from tests.helpers.counterparts import ROOT, need, need_node_package, need_program
from tests.helpers.simulated import served_machines, served_plant

CASES = Path(__file__).resolve().parents[1] / "cases" / "simulator"
RENAMED = {"total_life": "total", "down_time": "down_s", "cartons_short": "cartons"}

pytestmark = pytest.mark.counterpart


def demo_tags() -> Iterator[dict[str, str]]:
    with (ROOT / "config" / "demo" / "tags.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def snapshot_key(path: str) -> str:
    _, *parts = path.split("/")
    return "/".join([*parts[:-1], RENAMED.get(parts[-1], parts[-1])])


def a_worn_in_plant() -> Plant:
    plant = Plant(7)
    plant.step(900.0)
    return plant


@pytest.fixture(scope="session")
def libmodbus_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = need_program("gcc")
    need(Path("/usr/include/modbus/modbus.h").exists(), "libmodbus-dev")
    program = tmp_path_factory.mktemp("libmodbus") / "read_registers"
    subprocess.run(
        [compiler, "-Wall", "-o", program, CASES / "read_registers.c", "-I/usr/include/modbus", "-lmodbus"], check=True
    )
    return program


def test_libmodbus_reads_the_plants_own_state_at_every_demo_address(libmodbus_reader: Path) -> None:
    plant = a_worn_in_plant()
    tags = [tag for tag in demo_tags() if tag["device"] in UNITS]
    assert len(tags) > 80
    lines = []
    for tag in tags:
        table, place = tag["address"].split(":")
        address, _, bit = place.partition(".")
        kind = "uint16" if bit else tag["type"]
        lines.append(f"{UNITS[tag['device']]} {table} {address} {kind} {tag['order'] or 'ABCD'}")
    with served_machines(plant) as running:
        answer = subprocess.run(
            [libmodbus_reader, str(running.modbus_port)],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.splitlines()
    state = plant.snapshot()
    wrong = []
    for tag, text in zip(tags, answer, strict=True):
        wanted = state[snapshot_key(tag["path"])]
        if isinstance(wanted, str):
            same = text == wanted.encode("utf-8")[:16].decode()
        else:
            _, _, bit = tag["address"].partition(".")
            raw = float(int(text) >> int(bit) & 1) if bit else float(text)
            value, resolution = engineering(tag, raw)
            if tag["type"] == "uint16" and "16 bit counter" in tag["description"]:
                wanted = int(wanted) & 0xFFFF
            same = abs(value - float(wanted)) <= resolution
        if not same:
            wrong.append(f"{tag['path']}: {text} is not {wanted}")
    assert not wrong, "\n".join(wrong)


def engineering(tag: dict[str, str], raw: float) -> tuple[float, float]:
    """Engineering value and how far rounding in the PLC may move it."""
    if tag["raw_high"]:
        span = float(tag["raw_high"]) - float(tag["raw_low"])
        step = (float(tag["high"]) - float(tag["low"])) / span
        return float(tag["low"]) + (raw - float(tag["raw_low"])) * step, step / 2 + 1e-9
    scale = float(tag["scale"] or 1)
    if tag["type"] == "float64":
        return raw, 0.0
    if tag["type"] == "float32":
        return raw, abs(raw) * 1e-7
    return raw * scale + float(tag["offset"] or 0), (scale / 2 + 1e-9) if tag["scale"] else 0.0


def test_node_opcua_reads_the_plants_own_state_types_and_quality(tmp_path: Path) -> None:
    folder = need_node_package("node-opcua")
    plant = a_worn_in_plant()
    while not (plant.snapshot()["tunnel/zone3_sensor_weak"] and plant.snapshot()["cip/conductivity_out"]):
        plant.step(5.0)
    with served_plant(plant) as running:
        answer = subprocess.run(
            ["node", CASES / "read_nodes.js", running.url, NAMESPACE],
            input=json.dumps([node.identifier for node in NODES]),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=folder,
            env={**os.environ, "HOME": str(tmp_path), "NODE_PATH": str(folder / "node_modules")},
        )
    assert answer.returncode == 0, answer.stderr
    values = json.loads(next(line for line in answer.stdout.splitlines() if line.startswith("[{")))
    state = plant.snapshot()
    type_ids = {"Boolean": 1, "Int16": 4, "Int32": 6, "Float": 10, "Double": 11, "String": 12}
    for node, found in zip(NODES, values, strict=True):
        if node.key == "cip/conductivity":
            assert found["status"] == BAD_OUT_OF_SERVICE
            continue
        wanted = UNCERTAIN_SENSOR_NOT_ACCURATE if node.key == "tunnel/zone3_temperature" else 0
        assert found["status"] == wanted, node.identifier
        assert found["type"] == type_ids[node.type], node.identifier
        expected = state[node.key]
        if isinstance(expected, float):
            expected = pytest.approx(expected, rel=1e-7 if node.type == "Float" else 0.0)
        assert found["value"] == expected, node.identifier


def test_every_opcua_tag_of_the_demo_is_a_node() -> None:
    nodes = {node.identifier: node for node in NODES}
    for tag in demo_tags():
        if tag["device"] != "utilities":
            continue
        namespace, _, identifier = tag["address"].partition(";s=")
        assert namespace == f"nsu={NAMESPACE}"
        assert nodes[identifier].key == snapshot_key(tag["path"])
        assert nodes[identifier].writable == (tag["access"] == "write")
