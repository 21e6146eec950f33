"""Round trips of every type and order, and what must hold for any plan."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hmi.drivers.modbus.address import ModbusAddress, parse_address
from hmi.drivers.modbus.codec import decode_one, encode
from hmi.drivers.modbus.planner import Item, plan_requests
from hmi.drivers.modbus.types import INTEGER_RANGES, ORDERS, ValueRule, registers_of
from hmi.model.numbers import format_value
from hmi.model.quality import GOOD


def rule(kind: str, order: str, **changes: Any) -> ValueRule:
    return ValueRule(kind=kind, registers=registers_of(kind), order=order, **changes)


@st.composite
def whole(draw: st.DrawFn) -> tuple[str, int]:
    kind = draw(st.sampled_from(sorted(INTEGER_RANGES)))
    least, most = INTEGER_RANGES[kind]
    if kind == "mod10k":
        most = 65_535 * 10_000 + 9_999
    return kind, draw(st.integers(least, most))


@given(whole(), st.sampled_from(ORDERS))
def test_whole_numbers_survive_the_wire(value: tuple[str, int], order: str) -> None:
    kind, number = value
    found = decode_one(encode(number, rule(kind, order)), rule(kind, order))
    assert found == (number, GOOD)
    assert int(format_value(found[0] if found[0] is not None else 0, kind)) == number


@given(st.floats(width=32, allow_nan=False), st.sampled_from(ORDERS))
def test_float32_survives_the_wire_and_its_text(value: float, order: str) -> None:
    registers = encode(value, rule("float32", order))
    found, status = decode_one(registers, rule("float32", order))
    assert status == GOOD and found == value
    if math.isfinite(value):
        assert np.float32(float(format_value(value, "float32"))) == np.float32(value)


@given(st.floats(allow_nan=False), st.sampled_from(ORDERS))
def test_float64_survives_the_wire_and_its_text(value: float, order: str) -> None:
    assert decode_one(encode(value, rule("float64", order)), rule("float64", order)) == (value, GOOD)
    if math.isfinite(value):
        assert float(format_value(value, "float64")) == value


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0 "), max_size=12), st.sampled_from(["ABCD", "BADC"]))
def test_texts_survive_the_wire(text: str, order: str) -> None:
    length = max(1, len(text.encode("utf-8")))
    text_rule = ValueRule("string", (length + 1) // 2, order, length=length)
    assert decode_one(encode(text, text_rule), text_rule) == (text, GOOD)


@given(st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4), st.sampled_from(ORDERS))
def test_any_registers_decode_to_something(registers: list[int], order: str) -> None:
    for kind in (*INTEGER_RANGES, "float16", "float32", "float64", "bool"):
        span = registers_of(kind)
        decode_one(registers[:span], rule(kind, order, bit=3 if kind == "bool" else None))


@given(st.text(max_size=12))
def test_any_text_is_an_address_or_a_clear_error(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError as fault:
        assert str(fault)
    else:
        assert isinstance(address, ModbusAddress) and 0 <= address.offset <= 65_535


ITEMS = st.lists(
    st.builds(
        lambda unit, table, start, count, scan: (
            unit,
            table,
            start,
            1 if table in ("coil", "discrete") else count,
            scan,
        ),
        st.integers(1, 2),
        st.sampled_from(["holding", "input", "coil"]),
        st.integers(0, 400),
        st.integers(1, 4),
        st.sampled_from([1, 5]),
    ),
    max_size=60,
)
HOLES = st.lists(st.tuples(st.just("holding"), st.integers(0, 400), st.integers(1, 5)), max_size=5)


@given(ITEMS, st.integers(0, 20), st.integers(4, 125), HOLES)
def test_a_plan_covers_each_value_once_within_all_limits(
    raw: list[tuple[int, str, int, int, int]], gap: int, limit: int, holes: list[tuple[str, int, int]]
) -> None:
    items = [Item(key, *parts) for key, parts in enumerate(raw)]
    ranges = [(table, low, low + size) for table, low, size in holes]
    requests = plan_requests(items, gap, limit, ranges)
    assert sorted(item.key for request in requests for item in request.items) == list(range(len(items)))
    for request in requests:
        assert request.count <= (2000 if request.table == "coil" else limit)
        asked: set[int] = set()
        for item in request.items:
            assert (item.unit, item.table, item.scan_us) == (request.unit, request.table, request.scan_us)
            assert request.start <= item.start and item.end <= request.start + request.count
            asked.update(range(item.start, item.end))
        unasked = set(range(request.start, request.start + request.count)) - asked
        for table, low, high in ranges:
            assert table != request.table or not unasked & set(range(low, high))
        run = 0
        for place in range(request.start, request.start + request.count):
            run = run + 1 if place in unasked else 0
            assert run <= gap
