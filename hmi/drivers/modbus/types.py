"""The value types of Modbus registers and what a tag's type, order and scaling mean together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from hmi.drivers.modbus.address import ModbusAddress
from hmi.model.tags import TagDefinition

ORDERS: Final = ("ABCD", "CDAB", "BADC", "DCBA")
MAX_STRING: Final = 250

_REGISTERS: Final = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 1, "uint16": 1, "float16": 1, "bcd4": 1,
    "int32": 2, "uint32": 2, "float32": 2, "bcd8": 2, "mod10k": 2,
    "int64": 4, "uint64": 4, "float64": 4,
}  # fmt: skip
TYPE_NAMES: Final = (*_REGISTERS, "string:N")
INTEGER_RANGES: Final = {
    "int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "uint16": (0, 65535),
    "int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1),
    "bcd4": (0, 9999), "bcd8": (0, 99_999_999), "mod10k": (0, 655_359_999),
}  # fmt: skip
_STRING: Final = re.compile(r"^string:([0-9]+)$")


@dataclass(frozen=True, slots=True)
class ValueRule:
    """How the registers of one value become engineering units.

    kind: a type name without length, `string` for texts. registers: how many it spans (bits in bit tables: 1).
    scale, offset: value = raw * scale + offset; None where raw is mapped as raw_low..raw_high on low..high.
    """

    kind: str
    registers: int
    order: str = "ABCD"
    bit: int | None = None
    scale: float = 1.0
    offset: float = 0.0
    mapping: tuple[float, float, float, float] | None = None
    clamp: bool = False
    low: float | None = None
    high: float | None = None
    bad_values: tuple[int, ...] = ()
    length: int = 0

    @property
    def is_integer(self) -> bool:
        """True if the raw value is a whole number."""
        return self.kind in INTEGER_RANGES

    @property
    def is_exact(self) -> bool:
        """True if integers stay integers: whole scale and offset and no mapping."""
        whole = float(self.scale).is_integer() and float(self.offset).is_integer()
        return self.is_integer and self.mapping is None and whole

    @property
    def divisor(self) -> float | None:
        """The whole number to divide by where the scale is its reciprocal: 3 * 0.1 is not 0.3, 3 / 10 is."""
        if self.scale == 0 or abs(self.scale) >= 1:
            return None
        whole = round(1 / self.scale)
        return float(whole) if 1 / whole == self.scale else None


def registers_of(type_name: str) -> int:
    """How many registers a type spans; raises ValueError for an unknown one."""
    text = _STRING.match(type_name)
    if text:
        length = int(text.group(1))
        if not 1 <= length <= MAX_STRING:
            raise ValueError(f"a text of {length} characters does not fit one request; expected 1 to {MAX_STRING}")
        return (length + 1) // 2
    if type_name not in _REGISTERS:
        raise ValueError(f"'{type_name}' is not a Modbus type")
    return _REGISTERS[type_name]


def effective_type(type_name: str, address: ModbusAddress) -> str:
    """The type a tag has when its column is empty: bool for bits, else uint16."""
    if type_name:
        return type_name
    return "bool" if address.is_bit_table or address.bit is not None else "uint16"


def value_rule(tag: TagDefinition, address: ModbusAddress) -> ValueRule:
    """The rule of a tag whose type and order are known to be right."""
    type_name = effective_type(tag.type, address)
    scaling = tag.scaling
    low = tag.low if tag.low is not None else scaling.low
    high = tag.high if tag.high is not None else scaling.high
    mapping = None
    if scaling.raw_low is not None and scaling.raw_high is not None and low is not None and high is not None:
        mapping = (scaling.raw_low, scaling.raw_high, low, high)
    text = _STRING.match(type_name)
    return ValueRule(
        kind="string" if text else type_name,
        registers=1 if address.is_bit_table else registers_of(type_name),
        order=tag.order or "ABCD",
        bit=address.bit,
        scale=scaling.scale,
        offset=scaling.offset,
        mapping=mapping,
        clamp=scaling.clamp,
        low=low,
        high=high,
        bad_values=tag.bad_values,
        length=int(text.group(1)) if text else 0,
    )


def exact_raw(value: int | float, rule: ValueRule) -> Fraction:
    """The raw number, as an exact fraction, whose engineering value is `value`."""
    wanted = Fraction(value)
    if rule.mapping is not None:
        raw_low, raw_high, low, high = (Fraction(end) for end in rule.mapping)
        return raw_low + (wanted - low) * (raw_high - raw_low) / (high - low)
    if rule.divisor is not None:
        return (wanted - Fraction(rule.offset)) * Fraction(rule.divisor)
    return (wanted - Fraction(rule.offset)) / Fraction(rule.scale)
