"""How the simulated PLCs lay values out in registers: their own encoding, shared with no driver."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hmi.simulator.plant import Value

_FORMATS = {
    "int16": ">h",
    "uint16": ">H",
    "int32": ">i",
    "uint32": ">I",
    "uint64": ">Q",
    "float32": ">f",
    "float64": ">d",
}
_LIMITS = {
    "int16": (-0x8000, 0x7FFF),
    "uint16": (0, 0xFFFF),
    "int32": (-0x80000000, 0x7FFFFFFF),
    "uint32": (0, 0xFFFFFFFF),
    "uint64": (0, 0xFFFFFFFFFFFFFFFF),
}
_WORDS = {"bcd8": 2, "mod10k": 2, "bits": 1}


@dataclass(frozen=True, slots=True)
class Field:
    """One value in one table: snapshot name, place, encoding. value = raw * scale + offset.

    keys: only for `bits`, the snapshot names of bit 0, 1, ... rolls: the register shows the low 16 bits of a counter.
    raw_span: raw value at 100 %, instead of scale. writable: clients may write it.
    """

    key: str
    table: str
    address: int
    kind: str
    order: str = "ABCD"
    scale: float = 1.0
    offset: float = 0.0
    raw_span: int = 0
    rolls: bool = False
    writable: bool = False
    keys: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Registers the value takes; 1 for a bit of a bit table."""
        if self.kind == "bool":
            return 1
        if self.kind.startswith("string:"):
            return (int(self.kind.removeprefix("string:")) + 1) // 2
        return _WORDS.get(self.kind) or struct.calcsize(_FORMATS[self.kind]) // 2


def encode(field: Field, values: Mapping[str, Value]) -> list[int]:
    """The registers of a field, first address first."""
    if field.kind == "bits":
        return [sum(1 << bit for bit, key in enumerate(field.keys) if values[key])]
    value = values[field.key]
    if isinstance(value, str):
        size = field.words * 2
        return _words(value.encode("utf-8")[:size].ljust(size, b"\0"), field.order)
    if field.kind == "bool":
        return [int(bool(value))]
    if field.rolls:
        value = int(value) & 0xFFFF
    if field.kind == "float32":
        return encode_float(float(value), 32, field.order)
    if field.kind == "float64":
        return encode_float(float(value), 64, field.order)
    raw = _raw(field, float(value)) if isinstance(value, float) or field.scale != 1.0 else int(value)
    if field.kind == "bcd8":
        return _words(bytes.fromhex(f"{raw % 100_000_000:08d}"), field.order)
    if field.kind == "mod10k":
        return list(divmod(raw % 100_000_000, 10_000))
    low, high = _LIMITS[field.kind]
    return _words(struct.pack(_FORMATS[field.kind], min(max(raw, low), high)), field.order)


def encode_float(value: float, bits: int, order: str = "ABCD") -> list[int]:
    """Registers of an IEEE 754 number."""
    return _words(struct.pack(">f" if bits == 32 else ">d", value), order)


def decode(field: Field, words: list[int]) -> float:
    """Engineering value of what a client wrote into a writable field."""
    data = _bytes(words, field.order)
    raw = float(struct.unpack(_FORMATS[field.kind], data)[0])
    return raw * field.scale + field.offset


class RegisterMap:
    """All fields of one unit; knows which registers exist and refuses overlaps."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = tuple(fields)
        self._taken: dict[tuple[str, int], Field] = {}
        for field in self.fields:
            for address in range(field.address, field.address + field.words):
                if (field.table, address) in self._taken:
                    raise ValueError(f"{field.table}:{address} is taken twice")
                self._taken[field.table, address] = field

    def field_at(self, table: str, address: int) -> Field | None:
        """The field an address belongs to."""
        return self._taken.get((table, address))

    def size(self, table: str) -> int:
        """Registers or bits of a table counted from 0."""
        return max((address + 1 for name, address in self._taken if name == table), default=0)

    def fill(self, table: str, values: Mapping[str, Value], memory: list[int]) -> None:
        """Writes every value of a register table into `memory`; bits of bit tables go 16 to a word, bit 0 first."""
        for field in self.fields:
            if field.table != table:
                continue
            words = encode(field, values)
            if table in {"coil", "discrete"}:
                word, bit = divmod(field.address, 16)
                memory[word] = memory[word] & ~(1 << bit) | words[0] << bit
            else:
                memory[field.address : field.address + len(words)] = words


def _raw(field: Field, value: float) -> int:
    if field.raw_span:
        return round(value / 100.0 * field.raw_span)
    return round((value - field.offset) / field.scale)


def _words(data: bytes, order: str) -> list[int]:
    words = list(struct.unpack(f">{len(data) // 2}H", data))
    if order in {"CDAB", "DCBA"}:
        words.reverse()
    if order in {"BADC", "DCBA"}:
        words = [(word >> 8) | (word & 0xFF) << 8 for word in words]
    return words


def _bytes(words: list[int], order: str) -> bytes:
    if order in {"BADC", "DCBA"}:
        words = [(word >> 8) | (word & 0xFF) << 8 for word in words]
    if order in {"CDAB", "DCBA"}:
        words = list(reversed(words))
    return struct.pack(f">{len(words)}H", *words)
