"""Writes a ready configuration for a replayed recording."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hmi.base.errors import PlantError
from hmi.simulator.replay import DEVICE, NAMESPACE, ROW_KEY, ReplayServers, lawful_names
from hmi.simulator.servers import ServerAddress

_FILES = ("station.yaml", "plant.yaml", "tags.csv", "alarms.csv")
_SHORTEST_SCAN_MS = 10


def scan_ms(interval_s: float) -> int:
    """Polling period that sees every row: at most a quarter of the interval between rows."""
    return max(_SHORTEST_SCAN_MS, int(interval_s * 1000.0 / 4.0))


def write_configuration(
    folder: Path, servers: ReplayServers, address: ServerAddress, recording_name: str, bits: int
) -> None:
    """Writes station.yaml, plant.yaml, tags.csv and alarms.csv; refuses to overwrite a foreign configuration."""
    mark = f"# Written by simulate --replay for {recording_name}; written anew by the next replay."
    station = folder / "station.yaml"
    if station.exists() and not station.read_text(encoding="utf-8").startswith("# Written by simulate --replay"):
        raise PlantError(f"{folder} holds a configuration that is not of a replay; choose another --config-out")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in zip(_FILES, _texts(servers, address, recording_name, bits, mark), strict=True):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as fault:
        raise PlantError(f"{folder} cannot be written: {fault.strerror}") from None


def _texts(
    servers: ReplayServers, address: ServerAddress, recording_name: str, bits: int, mark: str
) -> tuple[str, str, str, str]:
    period = f"{scan_ms(servers.player.interval_s)} ms"
    station = f"{mark}\nid: replay\nname: {_quoted('Replay of ' + recording_name)}\napi: {{port: 0}}\n"
    plant = [mark, "plant:", f"  name: {_quoted('Replay of ' + recording_name)}", "  timezone: UTC", "devices:"]
    plant += [f"  - name: {DEVICE}", f"    driver: {address.driver}", f"    scan: {period}"]
    if address.driver == "opcua":
        plant += [f"    url: {_quoted(address.url)}", '    security: "None"', f"    publish: {period}"]
    else:
        # No gaps and long requests: a row of up to 62 columns comes in one request.
        plant += [f"    host: {address.host}", f"    port: {address.port}", f"    unit: {address.units[DEVICE]}"]
    tags = io.StringIO()
    writer = csv.writer(tags, lineterminator="\n")
    writer.writerow(["path", "device", "address", "type", "description"])
    writer.writerow([f"{DEVICE}/{ROW_KEY}", DEVICE, *_row_address(address), "row of the recording, 0 = first"])
    columns = servers.player.recording.columns
    for position, name in enumerate(lawful_names([column.title for column in columns])):
        kind = f"float{bits}"
        if address.driver == "opcua":
            place = f"nsu={NAMESPACE};s={name}"
            kind = "string:255" if columns[position].is_text else kind
        else:
            assert servers.unit is not None
            place = f"holding:{servers.unit.addresses[position]}"
            kind = f"string:{servers.unit.text_bytes[position]}" if columns[position].is_text else kind
        writer.writerow([f"{DEVICE}/{name}", DEVICE, place, kind, columns[position].title])
    alarms = "id,tag,type,limit,priority,message\n"
    return station, "\n".join(plant) + "\n", tags.getvalue(), alarms


def _row_address(address: ServerAddress) -> tuple[str, str]:
    return (f"nsu={NAMESPACE};s={ROW_KEY}" if address.driver == "opcua" else "holding:0"), "uint32"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
