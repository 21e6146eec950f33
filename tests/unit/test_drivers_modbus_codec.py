"""Registers to values: `domain.md` 7.3, the shared decode vectors, scaling, sentinels, exact integers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hmi.drivers.modbus.address import parse_address
from hmi.drivers.modbus.codec import BlockDecoder, decode_one, encode
from hmi.drivers.modbus.types import ValueRule, registers_of, value_rule
from hmi.model.numbers import format_value
from hmi.model.quality import BAD, BAD_SENSOR_FAILURE, GOOD, UNCERTAIN_ENGINEERING_UNITS_EXCEEDED, status_name
from hmi.model.tags import Scaling, TagDefinition
from tests.helpers.counterparts import need_recording

VECTORS = json.loads((Path(__file__).parents[1] / "cases" / "drivers" / "vectors.json").read_text(encoding="utf-8"))


def rule_of(type_name: str, order: str = "ABCD", address: str = "holding:0", **changes: Any) -> ValueRule:
    tag = TagDefinition("a/b", "d", address, type=type_name, order=order, **changes)
    return value_rule(tag, parse_address(address))


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["id"])
def test_domain_vectors(vector: dict[str, Any]) -> None:
    raw, range_ = vector.get("raw", [None, None]), vector.get("range", [None, None])
    rule = rule_of(
        vector["type"], vector.get("order", "ABCD"), low=range_[0], high=range_[1],
        scaling=Scaling(raw_low=raw[0], raw_high=raw[1], low=range_[0], high=range_[1]),
    )  # fmt: skip
    value, status = decode_one(words(vector["words"]), rule)
    assert status_name(status) == vector.get("status", "Good")
    if "text" in vector:
        assert value is not None and format_value(value, vector["type"]) == vector["text"]
        assert encode(value, rule) == words(vector["words"])
    elif "near" in vector:
        assert value == pytest.approx(vector["near"], rel=1e-3)
    else:
        assert value is None


def test_m13_bits_count_from_the_lowest() -> None:
    found = [bit for bit in range(16) if decode_one([0x8421], rule_of("bool", address=f"holding:0.{bit}"))[0]]
    assert found == [0, 5, 10, 15]


@pytest.mark.parametrize("listed", [0x7FC00000, 0x7FC00000 - 2**32])
def test_a_listed_raw_value_is_bad_whatever_it_would_mean(listed: int) -> None:
    assert decode_one(words("7FC0 0000"), rule_of("float32", bad_values=(listed,))) == (None, BAD)
    assert decode_one([0x8000], rule_of("int16", bad_values=(-32768,))) == (None, BAD)
    assert decode_one([0x7FFF], rule_of("int16", bad_values=(-32768,))) == (32767, GOOD)


@pytest.mark.parametrize(
    ("hex_words", "type_name", "scaling", "expected"),
    [
        ("FFFF FFFF FFFF FFFF", "uint64", Scaling(), 2**64 - 1),
        ("0020 0000 0000 0001", "uint64", Scaling(), 2**53 + 1),
        ("8000 0000 0000 0000", "int64", Scaling(), -(2**63)),
        ("0020 0000 0000 0001", "uint64", Scaling(scale=10, offset=3), (2**53 + 1) * 10 + 3),
        ("FFFF FFFF", "uint32", Scaling(scale=10_000_019), (2**32 - 1) * 10_000_019),
    ],
)
def test_whole_numbers_stay_exact(hex_words: str, type_name: str, scaling: Scaling, expected: int) -> None:
    rule = rule_of(type_name, scaling=scaling)
    value, status = decode_one(words(hex_words), rule)
    assert (value, status) == (expected, GOOD) and isinstance(value, int)
    assert encode(value, rule) == words(hex_words)


def test_a_decimal_scale_gives_the_decimal_number() -> None:
    for raw in range(0, 65536, 7):
        value, _ = decode_one([raw], rule_of("uint16", scaling=Scaling(scale=0.1)))
        assert value == raw / 10


def test_outside_the_range_is_uncertain_and_only_clamped_if_asked() -> None:
    outside = rule_of("int16", low=0, high=100)
    assert decode_one([101], outside) == (101, UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    clamped = rule_of("int16", low=0, high=100, scaling=Scaling(low=0, high=100, clamp=True))
    assert decode_one([101], clamped) == (100, UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    assert decode_one([0xFFFF], clamped) == (0, UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    assert decode_one([100], clamped) == (100, GOOD)


def test_infinity_is_a_value_and_nan_is_not() -> None:
    assert decode_one(words("7F80 0000"), rule_of("float32")) == (float("inf"), GOOD)
    assert decode_one(words("FFC0 0000"), rule_of("float32")) == (None, BAD_SENSOR_FAILURE)


@pytest.mark.parametrize(
    ("value", "type_name", "scaling"),
    [
        (65536, "uint16", Scaling()), (-1, "uint16", Scaling()), (40000, "int16", Scaling()),
        (10000, "bcd4", Scaling()), (1e39, "float32", Scaling()), (float("nan"), "uint16", Scaling()),
        ("text", "uint16", Scaling()), ("123456789", "string:8", Scaling()), (7000, "uint16", Scaling(scale=0.1)),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused(value: Any, type_name: str, scaling: Scaling) -> None:
    with pytest.raises(ValueError):
        encode(value, rule_of(type_name, scaling=scaling))


def test_a_block_gives_the_same_as_its_values_one_by_one() -> None:
    rules = [
        rule_of("float32"), rule_of("uint16", low=0, high=10), rule_of("float32", "DCBA"), rule_of("string:6"),
        rule_of("uint64"), rule_of("int16", scaling=Scaling(scale=0.01)), rule_of("bool", address="holding:0.3"),
        rule_of("bcd8"), rule_of("int16", low=0, high=1, scaling=Scaling(raw_low=0, raw_high=10, low=0, high=1)),
    ]  # fmt: skip
    generator = np.random.default_rng(7)
    registers = generator.integers(0, 65536, 40).tolist()
    places, start = [], 0
    for rule in rules:
        places.append((start, rule))
        start += rule.registers
    decoded = BlockDecoder(places).decode(np.asarray(registers, ">u2").tobytes())
    for index, (offset, rule) in enumerate(places):
        value, status = decode_one(registers[offset : offset + rule.registers], rule)
        assert decoded.status[index] == status
        if isinstance(value, str) or (isinstance(value, int) and abs(value) > 2**53):
            assert decoded.exact[index] == value
        elif value is not None:
            assert decoded.value[index] == value


_KINDS = {"FLOAT16-IEEE": "float16", "FLOAT32-IEEE": "float32", "FLOAT64-IEEE": "float64"}
_ORDERS = {
    "AB": "ABCD", "BA": "DCBA", "ABCD": "ABCD", "CDAB": "CDAB", "BADC": "BADC", "DCBA": "DCBA", "ABCDEFGH": "ABCD",
    "GHEFCDAB": "CDAB", "BADCFEHG": "BADC", "HGFEDCBA": "DCBA",
}  # fmt: skip


def test_the_shared_decode_vectors() -> None:
    tried = 0
    vectors = json.loads(need_recording("modbus-maps", "decode-vectors.json").read_text(encoding="utf-8"))["vectors"]
    for vector in vectors:
        octets = bytes.fromhex(vector["wire_hex"])
        registers = [int.from_bytes(octets[i : i + 2], "big") for i in range(0, len(octets), 2)]
        kind, order = vector["data_type"], _ORDERS[vector["byte_order"]]
        address = "holding:0"
        if kind == "BIT":
            type_name, address = "bool", f"holding:0.{vector['bit']}"
        elif kind == "STRING":
            type_name, order = f"string:{len(octets)}", "BADC" if order == "DCBA" else order
        elif kind in ("UINT8L", "UINT8H", "INT8L", "INT8H"):
            type_name, order = kind[:-1].lower(), "ABCD" if kind.endswith("L") else "BADC"
        elif kind == "FIXED":
            type_name = f"int{8 * len(octets)}"
        else:
            type_name = _KINDS.get(kind, kind.lower())
        rule = rule_of(type_name, order, address, scaling=Scaling(scale=vector["scale"] or 1.0))
        assert registers_of(type_name) == len(registers)
        value, status = decode_one(registers, rule)
        assert status == GOOD, vector["id"]
        if isinstance(vector["expect"], str):
            assert value == vector["expect"]
        elif vector["expect_type"].startswith(("int", "uint")):
            # the vectors' program cuts to the raw type after scaling, and rounds beyond 2^53; we do neither
            assert isinstance(value, (int, float))
            assert float(int(value)) == float(vector["expect"]), vector["id"]
        else:
            assert value == pytest.approx(vector["expect"], rel=1e-6), vector["id"]
        tried += 1
    assert tried == 29
