"""Reads Modbus TCP exchanges out of a packet capture."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

MODBUS_PORT = 502


@dataclass(frozen=True)
class Exchange:
    """One request and its answer: unit, request body and answer body without the header."""

    unit: int
    request: bytes
    answer: bytes
    late_us: int


def modbus_exchanges(path: Path) -> list[Exchange]:
    """Request and answer pairs in order, matched by connection and transaction id."""
    waiting: dict[tuple[bytes, int], tuple[int, int, bytes]] = {}
    found: list[Exchange] = []
    for at_us, source, target, ports, octets in _tcp_payloads(path.read_bytes()):
        payload = octets
        while len(payload) >= 8:
            tid, protocol, length, unit = struct.unpack(">HHHB", payload[:7])
            if protocol or len(payload) < 6 + length:
                break
            body, payload = payload[7 : 6 + length], payload[6 + length :]
            if ports[1] == MODBUS_PORT:
                waiting[source + struct.pack(">H", ports[0]), tid] = (at_us, unit, body)
            elif ports[0] == MODBUS_PORT:
                asked = waiting.pop((target + struct.pack(">H", ports[1]), tid), None)
                if asked is not None:
                    found.append(Exchange(asked[1], asked[2], body, at_us - asked[0]))
    return found


def _tcp_payloads(data: bytes) -> list[tuple[int, bytes, bytes, tuple[int, int], bytes]]:
    endian = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    packets = []
    position = 24
    while position + 16 <= len(data):
        seconds, micros, size, _ = struct.unpack(endian + "IIII", data[position : position + 16])
        frame = data[position + 16 : position + 16 + size]
        position += 16 + size
        kind, start = struct.unpack(">H", frame[12:14])[0], 14
        if kind == 0x8100:
            kind, start = struct.unpack(">H", frame[16:18])[0], 18
        if kind != 0x0800 or frame[start + 9] != 6:
            continue
        header = (frame[start] & 0x0F) * 4
        total = struct.unpack(">H", frame[start + 2 : start + 4])[0]
        source, target = frame[start + 12 : start + 16], frame[start + 16 : start + 20]
        tcp = frame[start + header : start + total]
        ports = struct.unpack(">HH", tcp[:4])
        payload = tcp[(tcp[12] >> 4) * 4 :]
        if payload:
            packets.append((seconds * 1_000_000 + micros, source, target, (ports[0], ports[1]), payload))
    return packets
