"""History read with nothing but the documented format: sqlite3, struct, zstandard, pcodec, no product code."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from pcodec import standalone

TYPES = {1: "<i4", 2: "<u4", 3: "<i8", 4: "<f4", 5: "<f8", 6: "u1"}


@dataclass(frozen=True)
class Row:
    """One sample as the document defines it."""

    tag: int
    t_source_us: int
    t_receive_us: int
    t_server_us: int
    value: float | int | str | None
    status: int


def columns(data: bytes, kind: int) -> tuple[int, int, dict[int, Any], dict[int, int]]:
    """Flags, count, columns by id and their time units."""
    magic, found, number, flags, count = struct.unpack_from("<4sBBHI", data)
    assert magic == b"PHC1" and found == kind
    assert struct.unpack("<I", data[-4:])[0] == zlib.crc32(data[:-4])
    result: dict[int, Any] = {}
    units: dict[int, int] = {}
    offset = 12 + 8 * number
    for index in range(number):
        name, codec, dtype, unit, length = struct.unpack_from("<BBBBI", data, 12 + 8 * index)
        payload = data[offset : offset + length]
        offset += length
        units[name] = 1000 if unit == 1 else 1
        if name == 7:
            result[name] = zstandard.decompress(payload)
        elif codec == 0:
            result[name] = np.full(count, np.frombuffer(payload, TYPES[dtype])[0])
        elif codec == 1:
            result[name] = np.frombuffer(payload, TYPES[dtype])
        elif codec == 2:
            result[name] = np.frombuffer(zstandard.decompress(payload), TYPES[dtype])
        else:
            result[name] = standalone.simple_decompress(payload)
    return flags, count, result, units


def rows_of(data: bytes, kind: int, tag: int = 0, times: bytes | None = None) -> list[Row]:
    """The samples of a chunk or a block."""
    flags, count, found, units = columns(data, kind)
    if flags & 1:
        assert times is not None
        _, _, more, more_units = columns(times, 2)
        found, units = {**found, **more}, {**units, **more_units}
    exact = _exact(found[7]) if 7 in found else {}
    result = []
    for i in range(count):
        source = int(found[2][i]) * units[2]
        server = 0
        if 4 in found and int(found[4][i]) != -(2**63):
            server = source + int(found[4][i]) * units[4]
        status = int(found[6][i])
        value: float | int | str | None = exact.get(i, float(found[5][i]))
        result.append(
            Row(
                int(found[1][i]) if 1 in found else tag,
                source,
                source + int(found[3][i]) * units[3],
                server,
                None if status >= 0x80000000 else value,
                status,
            )
        )
    return result


def _exact(raw: bytes) -> dict[int, int | str]:
    (entries,) = struct.unpack_from("<I", raw)
    offset, result = 4, {}
    for _ in range(entries):
        index, kind, length = struct.unpack_from("<IBI", raw, offset)
        text = raw[offset + 9 : offset + 9 + length].decode()
        result[index] = text if kind == 1 else int(text)
        offset += 9 + length
    return result


def read_everything(file: Path) -> dict[str, list[Row]]:
    """Every stored sample by tag path, by time and arrival."""
    connection = sqlite3.connect(file)
    try:
        paths = dict(connection.execute("SELECT number, path FROM tags"))
        sealed = dict(connection.execute("SELECT tag, seq FROM sealed"))
        times = dict(connection.execute("SELECT id, data FROM chunk_times"))
        result: dict[str, list[Row]] = {path: [] for path in paths.values()}
        for tag, time_id, data in connection.execute("SELECT tag, time_id, data FROM chunks ORDER BY id"):
            result[paths[tag]] += rows_of(data, 1, tag, times.get(time_id))
        for seq, block in connection.execute("SELECT seq, block FROM journal ORDER BY seq"):
            for row in rows_of(block, 3):
                if seq > sealed.get(row.tag, 0):
                    result[paths[row.tag]].append(row)
    finally:
        connection.close()
    return {path: sorted(rows, key=lambda row: row.t_source_us) for path, rows in result.items()}
