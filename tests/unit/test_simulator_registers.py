"""The simulator's own encoding, against vectors of the specification (`domain.md` 7.3)."""

from __future__ import annotations

import pytest

from hmi.simulator.registers import Field, RegisterMap, decode, encode
from hmi.simulator.unit_maps import UNIT_MAPS


@pytest.mark.parametrize(
    ("kind", "order", "value", "words"),
    [
        ("int16", "ABCD", -200, [0xFF38]),
        ("uint32", "ABCD", 100_000, [0x0001, 0x86A0]),
        ("uint32", "CDAB", 100_000, [0x86A0, 0x0001]),
        ("int32", "ABCD", -70_000, [0xFFFE, 0xEE90]),
        ("float32", "ABCD", 123.45, [0x42F6, 0xE666]),
        ("float32", "CDAB", 123.45, [0xE666, 0x42F6]),
        ("float32", "BADC", 123.45, [0xF642, 0x66E6]),
        ("float32", "DCBA", 123.45, [0x66E6, 0xF642]),
        ("float64", "ABCD", 12345.6789, [0x40C8, 0x1CD6, 0xE631, 0xF8A1]),
        ("uint64", "ABCD", 5_000_000_000_000, [0x0000, 0x048C, 0x2739, 0x5000]),
        ("bcd8", "ABCD", 12_345_678, [0x1234, 0x5678]),
        ("mod10k", "ABCD", 123_456, [0x000C, 0x0D80]),
        ("string:8", "ABCD", "PUMP-07", [0x5055, 0x4D50, 0x2D30, 0x3700]),
        ("float32", "ABCD", float("nan"), [0x7FC0, 0x0000]),
    ],
)
def test_values_are_laid_out_as_the_specification_says(
    kind: str, order: str, value: float | int | str, words: list[int]
) -> None:
    assert encode(Field("x", "holding", 0, kind, order), {"x": value}) == words


@pytest.mark.parametrize("order", ["ABCD", "CDAB", "BADC", "DCBA"])
def test_a_written_set_point_is_read_back_in_its_own_order(order: str) -> None:
    field = Field("x", "holding", 0, "float32", order, writable=True)
    assert decode(field, encode(field, {"x": 159.5})) == 159.5


def test_scaled_values_are_rounded_and_held_in_the_type() -> None:
    field = Field("x", "holding", 0, "int16", scale=0.1, offset=-50.0)
    assert encode(field, {"x": 7.84}) == [578]
    assert encode(field, {"x": 1e6}) == [0x7FFF]
    assert encode(Field("x", "holding", 0, "uint16", raw_span=27_648), {"x": 50.0}) == [13_824]


def test_sixteen_bit_counters_roll_over() -> None:
    field = Field("x", "input", 0, "uint16", rolls=True)
    assert [encode(field, {"x": n})[0] for n in (65_535, 65_536, 65_537)] == [65_535, 0, 1]


def test_bits_are_packed_from_the_lowest() -> None:
    field = Field("", "holding", 0, "bits", keys=("a", "b", "c"))
    assert encode(field, {"a": True, "b": False, "c": True}) == [0b101]


def test_overlapping_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="taken twice"):
        RegisterMap([Field("a", "input", 0, "float32"), Field("b", "input", 1, "uint16")])


def test_the_four_makers_mix_types_orders_and_tables() -> None:
    fields = [field for unit in UNIT_MAPS.values() for field in unit.fields]
    assert {"ABCD", "CDAB", "BADC", "DCBA"} == {field.order for field in fields}
    assert {"coil", "discrete", "holding", "input"} == {field.table for field in fields}
    kinds = {field.kind for field in fields}
    assert {"int16", "uint16", "uint32", "int32", "float32", "float64", "bcd8", "mod10k", "bits", "bool"} <= kinds
    assert any(kind.startswith("string") for kind in kinds)
