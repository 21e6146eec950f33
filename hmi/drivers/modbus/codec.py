"""Registers to engineering values and back (`domain.md` 7.2, 7.3); pure, one numpy pass per type in a block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from hmi.drivers.modbus.types import INTEGER_RANGES, ValueRule, exact_raw
from hmi.model.quality import BAD, BAD_SENSOR_FAILURE, GOOD, UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
from hmi.model.samples import EXACT_INTEGER, SampleBatch, Scalar

_DTYPES: Final[dict[str, str]] = {
    "int16": ">i2", "uint16": ">u2", "int32": ">i4", "uint32": ">u4", "int64": ">i8", "uint64": ">u8",
    "float16": ">f2", "float32": ">f4", "float64": ">f8",
    "bool": ">u2", "int8": ">u2", "uint8": ">u2", "bcd4": ">u2", "bcd8": ">u4", "mod10k": ">u4",
}  # fmt: skip
_FLOATS: Final = ("float16", "float32", "float64")
_EXACT_KINDS: Final = ("int32", "uint32", "int64", "uint64")
_NEVER_BAD: Final = ("bool", "int8", "uint8", "int16", "uint16", *_EXACT_KINDS)
_UNSIGNED: Final = {1: ">u2", 2: ">u4", 4: ">u8"}
_FIRST_BAD: Final = np.uint32(0x80000000)


Slots: TypeAlias = slice | npt.NDArray[np.intp]
"""Places in an array; a slice where they follow each other, for that is several times faster."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Values of one block, parallel to its rules. exact: {index: text or integer beyond float64}."""

    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint32]
    exact: dict[int, str | int]


@dataclass(frozen=True, slots=True)
class _Group:
    """Rules of one block that share type and order, compiled to index arrays.

    slots: where the values go; targets: the same as numbers. first_byte: where the values begin if they lie in the
    block as numpy reads them, else None and byte_index says where each of their bytes is.
    always_good: no raw value has another status. plain: value = raw. exceeds: may be beyond what float64 carries.
    sentinel_of, sentinels: listed bad raw patterns and which value each belongs to.
    """

    rule: ValueRule
    members: tuple[ValueRule, ...]
    slots: Slots
    targets: tuple[int, ...]
    first_byte: int | None
    byte_index: npt.NDArray[np.intp]
    scale: npt.NDArray[np.float64]
    divide: npt.NDArray[np.float64]
    offset: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    clamp: npt.NDArray[np.bool_]
    bits: npt.NDArray[np.int64]
    start: npt.NDArray[np.float64]
    always_good: bool
    plain: bool
    exceeds: bool
    sentinel_of: npt.NDArray[np.intp]
    sentinels: npt.NDArray[np.uint64]


class BlockDecoder:
    """Decodes the register block of one request; compiled once, used every poll.

    places: (offset of the value inside the block in registers, rule) for each value. slots: where each value goes in
    the arrays given to `decode_into`; its place in `places` if not told.
    """

    def __init__(self, places: Sequence[tuple[int, ValueRule]], slots: Sequence[int] | None = None) -> None:
        self._count = len(places)
        self._texts: list[tuple[int, int, ValueRule]] = []
        numeric: dict[tuple[str, str], list[tuple[int, int, ValueRule]]] = {}
        for slot, (start, rule) in zip(slots or range(len(places)), places, strict=True):
            if rule.kind == "string":
                self._texts.append((slot, start, rule))
            else:
                numeric.setdefault((rule.kind, rule.order), []).append((slot, start, rule))
        self._groups = [_compile(members) for members in numeric.values()]

    def decode(self, block: bytes) -> Decoded:
        """Values of the block's bytes as they came over the wire."""
        decoded = Decoded(np.full(self._count, np.nan), np.zeros(self._count, np.uint32), {})
        self.decode_into(block, decoded.value, decoded.status, decoded.exact)
        return decoded

    def decode_into(
        self,
        block: bytes,
        value: npt.NDArray[np.float64],
        status: npt.NDArray[np.uint32],
        exact: dict[int, str | int],
    ) -> None:
        """Puts values and statuses into their slots of these arrays; the other slots stay as they are."""
        for group in self._groups:
            _decode_group(group, block, value, status, exact)
        for slot, start, rule in self._texts:
            status[slot] = GOOD
            exact[slot] = decode_text(block[2 * start : 2 * (start + rule.registers)], rule)


def decode_one(registers: Sequence[int], rule: ValueRule) -> tuple[Scalar | None, int]:
    """Value and status of one value's registers; the value is None where the status is bad."""
    if len(registers) != rule.registers:
        raise ValueError(f"{rule.kind} needs {rule.registers} registers, {len(registers)} given")
    block = np.asarray(registers, ">u2").tobytes()
    decoded = BlockDecoder([(0, rule)]).decode(block)
    batch = SampleBatch(
        tag=np.zeros(1, np.int32),
        t_source_us=np.zeros(1, np.int64),
        t_receive_us=np.zeros(1, np.int64),
        value=decoded.value,
        status=decoded.status,
        exact=decoded.exact,
    )
    scalar = batch.scalar(0)
    if isinstance(scalar, float) and scalar.is_integer() and rule.is_integer and rule.is_exact:
        scalar = int(scalar)
    return scalar, int(decoded.status[0])


def as_slots(places: Sequence[int]) -> Slots:
    """These places as a slice if they follow each other, else as an index array."""
    if places and list(places) == list(range(places[0], places[0] + len(places))):
        return slice(places[0], places[0] + len(places))
    return np.asarray(places, np.intp)


def _byte_order(order: str, registers: int) -> list[int]:
    """Positions, within the value's bytes on the wire, of its bytes from highest to lowest."""
    words = list(range(registers))
    if order in ("CDAB", "DCBA"):
        words.reverse()
    swapped = order in ("BADC", "DCBA")
    return [2 * word + (1 - byte if swapped else byte) for word in words for byte in (0, 1)]


def _compile(members: list[tuple[int, int, ValueRule]]) -> _Group:
    rules = tuple(rule for _, _, rule in members)
    first = rules[0]
    order = np.asarray(_byte_order(first.order, first.registers), np.intp)
    starts = np.asarray([2 * start for _, start, _ in members], np.intp)
    scale, divide, offset = [], [], []
    for rule in rules:
        if rule.mapping is not None:
            raw_low, raw_high, low, high = rule.mapping
            scale.append(high - low)
            divide.append(raw_high - raw_low)
            offset.append(low)
        else:
            scale.append(1.0 if rule.divisor is not None else rule.scale)
            divide.append(rule.divisor if rule.divisor is not None else 1.0)
            offset.append(rule.offset)
    byte_index = (starts[:, None] + order[None, :]).reshape(-1)
    in_place = bool(np.all(np.diff(byte_index) == 1))
    listed = [(at, pattern % (1 << 16 * first.registers)) for at, r in enumerate(rules) for pattern in r.bad_values]
    targets = [slot for slot, _, _ in members]
    bounded = any(rule.low is not None or rule.high is not None for rule in rules)
    return _Group(
        rule=first,
        members=rules,
        slots=as_slots(targets),
        targets=tuple(targets),
        first_byte=int(byte_index[0]) if in_place else None,
        byte_index=byte_index,
        scale=np.asarray(scale),
        divide=np.asarray(divide),
        offset=np.asarray(offset),
        low=np.asarray([_ends(rule)[0] for rule in rules]),
        high=np.asarray([_ends(rule)[1] for rule in rules]),
        clamp=np.asarray([rule.clamp for rule in rules]),
        bits=np.asarray([-1 if rule.bit is None else rule.bit for rule in rules], np.int64),
        start=np.asarray([0.0 if rule.mapping is None else rule.mapping[0] for rule in rules]),
        always_good=first.kind in _NEVER_BAD and not listed and not bounded,
        plain=all(r.mapping is None and r.scale == 1 and r.offset == 0 for r in rules),
        exceeds=any(_exceeds(rule) for rule in rules),
        sentinel_of=np.asarray([at for at, _ in listed], np.intp),
        sentinels=np.asarray([pattern for _, pattern in listed], np.uint64),
    )


def _exceeds(rule: ValueRule) -> bool:
    """True if a good value may be a whole number that float64 cannot carry."""
    if rule.kind not in _EXACT_KINDS or not rule.is_exact:
        return False
    return any(abs(end * int(rule.scale) + int(rule.offset)) > EXACT_INTEGER for end in INTEGER_RANGES[rule.kind])


def _ends(rule: ValueRule) -> tuple[float, float]:
    """The engineering range, lower end first, open where none is given; a falling mapping may give it reversed."""
    low = -np.inf if rule.low is None else rule.low
    high = np.inf if rule.high is None else rule.high
    return (high, low) if rule.low is not None and rule.high is not None and high < low else (low, high)


def _decode_group(
    group: _Group,
    block: bytes,
    value: npt.NDArray[np.float64],
    status: npt.NDArray[np.uint32],
    exact: dict[int, str | int],
) -> None:
    raw = _raw(group, block)
    number, bad = _number(group, raw)
    engineering = number if group.plain else _scale(group, number)
    if group.always_good and not group.exceeds:
        value[group.slots] = engineering
        status[group.slots] = GOOD
        return
    states = np.zeros(len(raw), np.uint32)
    if bad is not None:
        states[bad] = BAD
    if group.rule.kind in _FLOATS:
        states[np.isnan(number)] = BAD_SENSOR_FAILURE
    if len(group.sentinels):
        patterns = raw.view(_UNSIGNED[group.rule.registers])
        states[group.sentinel_of[patterns[group.sentinel_of] == group.sentinels]] = BAD
    if group.exceeds:
        _keep_exact(group, raw, engineering, states, exact)
    outside = (engineering < group.low) | (engineering > group.high)
    if outside.any():
        states[outside & (states == GOOD)] = UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
        clipped = outside & group.clamp
        engineering = np.where(clipped, np.clip(engineering, group.low, group.high), engineering)
        for position in np.flatnonzero(clipped):
            exact.pop(group.targets[position], None)
    value[group.slots] = np.where(states < _FIRST_BAD, engineering, np.nan)
    status[group.slots] = states


def _raw(group: _Group, block: bytes) -> npt.NDArray[Any]:
    dtype = _DTYPES[group.rule.kind]
    if group.first_byte is not None:
        return np.frombuffer(block, dtype, len(group.members), group.first_byte)
    octets: npt.NDArray[np.uint8] = np.frombuffer(block, np.uint8).take(group.byte_index)
    return octets.view(dtype)


def _number(group: _Group, raw: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_] | None]:
    """Raw values as numbers and which of them are no number of their type (None: all are)."""
    kind = group.rule.kind
    if kind == "bool":
        has_bit = group.bits >= 0
        shifted = (raw.astype(np.int64) >> np.maximum(group.bits, 0)) & 1
        return np.where(has_bit, shifted, raw != 0).astype(np.float64), None
    if kind == "uint8":
        return (raw & 0xFF).astype(np.float64), None
    if kind == "int8":
        return (raw & 0xFF).astype(np.uint8).view(np.int8).astype(np.float64), None
    if kind in ("bcd4", "bcd8"):
        total = np.zeros(len(raw), np.int64)
        bad = np.zeros(len(raw), bool)
        wide = raw.astype(np.int64)
        for nibble in range(4 * group.rule.registers - 1, -1, -1):
            digit = (wide >> (4 * nibble)) & 0xF
            bad = bad | (digit > 9)
            total = total * 10 + digit
        return total.astype(np.float64), bad
    if kind == "mod10k":
        wide = raw.astype(np.int64)
        upper, lower = wide >> 16, wide & 0xFFFF
        return (upper * 10_000 + lower).astype(np.float64), lower > 9999
    if kind not in _FLOATS:
        return raw.astype(np.float64), None
    with np.errstate(invalid="ignore"):
        return raw.astype(np.float64), None


def _scale(group: _Group, number: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(invalid="ignore", over="ignore"):
        scaled: npt.NDArray[np.float64] = (number - group.start) * group.scale / group.divide + group.offset
        return scaled


def _keep_exact(
    group: _Group,
    raw: npt.NDArray[Any],
    engineering: npt.NDArray[np.float64],
    states: npt.NDArray[np.uint32],
    exact: dict[int, str | int],
) -> None:
    """Side-lists whole numbers that float64 cannot carry."""
    for position in np.flatnonzero(np.abs(engineering) >= EXACT_INTEGER):
        index = int(position)
        rule = group.members[index]
        if rule.is_exact and states[index] == GOOD:
            whole = int(raw[index]) * int(rule.scale) + int(rule.offset)
            if abs(whole) > EXACT_INTEGER:
                exact[group.targets[index]] = whole


def decode_text(octets: bytes, rule: ValueRule) -> str:
    """Text of a string's bytes up to the first NUL, without the spaces that pad it."""
    if rule.order in ("BADC", "DCBA"):
        octets = b"".join(octets[i + 1 : i + 2] + octets[i : i + 1] for i in range(0, len(octets), 2))
    octets = octets[: rule.length].split(b"\0", 1)[0]
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = octets.decode("latin-1")
    return text.rstrip(" ")


def encode(value: Scalar, rule: ValueRule) -> list[int]:
    """Registers that hold `value` in engineering units; raises ValueError in plain words if it does not fit.

    The inverse of decoding: whole-number types round to the nearest raw step.
    """
    if rule.kind == "string":
        return _encode_text(str(value), rule)
    if isinstance(value, str):
        raise ValueError(f"'{value}' is a text; expected a number")
    if rule.kind == "bool":
        return _to_registers(int(bool(value)).to_bytes(2, "big"), rule)
    if rule.kind in ("float16", "float32", "float64"):
        return _encode_float(float(value), rule)
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError("a whole-number register cannot hold NaN or infinity")
    raw = round(exact_raw(value, rule))
    least, most = INTEGER_RANGES[rule.kind]
    if not least <= raw <= most:
        raise ValueError(f"the raw value {raw} does not fit {rule.kind} ({least} to {most})")
    if rule.kind in ("bcd4", "bcd8"):
        return _to_registers(bytes.fromhex(str(raw).rjust(4 * rule.registers, "0")), rule)
    if rule.kind == "mod10k":
        return _to_registers((raw // 10_000).to_bytes(2, "big") + (raw % 10_000).to_bytes(2, "big"), rule)
    if rule.kind in ("int8", "uint8"):
        return _to_registers((raw & 0xFF).to_bytes(2, "big"), rule)
    return _to_registers(raw.to_bytes(2 * rule.registers, "big", signed=least < 0), rule)


def _encode_float(value: float, rule: ValueRule) -> list[int]:
    if np.isfinite(value) and (rule.mapping is not None or rule.scale != 1 or rule.offset != 0):
        value = float(exact_raw(value, rule))
    with np.errstate(over="ignore"):
        packed = np.asarray([value], _DTYPES[rule.kind])
    if np.isinf(packed[0]) and not np.isinf(value):
        raise ValueError(f"{value} is too large for {rule.kind}")
    return _to_registers(packed.tobytes(), rule)


def _encode_text(text: str, rule: ValueRule) -> list[int]:
    octets = text.encode("utf-8")
    if len(octets) > rule.length:
        raise ValueError(f"the text has {len(octets)} bytes, the tag holds {rule.length}")
    octets = octets.ljust(2 * rule.registers, b"\0")
    swapped = rule.order in ("BADC", "DCBA")
    return [int.from_bytes(octets[i : i + 2], "little" if swapped else "big") for i in range(0, len(octets), 2)]


def _to_registers(octets: bytes, rule: ValueRule) -> list[int]:
    wire = bytearray(len(octets))
    for source, target in enumerate(_byte_order(rule.order, rule.registers)):
        wire[target] = octets[source]
    return [int.from_bytes(wire[i : i + 2], "big") for i in range(0, len(wire), 2)]
