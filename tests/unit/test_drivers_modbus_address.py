"""Notations of `domain.md` 7.1 and `contract.md` 5."""

from __future__ import annotations

import pytest

from hmi.drivers.modbus.address import AddressError, ModbusAddress, parse_address

GOOD = {
    "40001": ("holding", 0, None), "400001": ("holding", 0, None), "4x00001": ("holding", 0, None),
    "4x0001": ("holding", 0, None), "49999": ("holding", 9998, None), "410000": ("holding", 9999, None),
    "465536": ("holding", 65535, None), "30010": ("input", 9, None), "10001": ("discrete", 0, None),
    "00001": ("coil", 0, None), "40001.3": ("holding", 0, 3), "%MW100": ("holding", 100, None),
    "HR:0": ("holding", 0, None), "HR:0x0064": ("holding", 100, None), "holding:100": ("holding", 100, None),
    "input:0x64": ("input", 100, None), "coil:5": ("coil", 5, None), "discrete:7": ("discrete", 7, None),
    "IR: 9": ("input", 9, None), "CO:1": ("coil", 1, None), "DI:2": ("discrete", 2, None),
    "holding:100.15": ("holding", 100, 15), "%mw7.0": ("holding", 7, 0), "3x00010": ("input", 9, None),
    "1x0001": ("discrete", 0, None), " holding : 3 ": ("holding", 3, None),
}  # fmt: skip
WRONG = [
    "40000", "70001", "465537", "40001.16", "", "100", "1", "0x0064", "20001", "4000001", "HR:", "XX:1", "HR:65536",
    "coil:5.1", "HR:-1", "abc", "holding:1.2.3", "4x0000", "%MW70000", "holding:１",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GOOD.items())
def test_a_lawful_notation_names_a_place(text: str, expected: tuple[str, int, int | None]) -> None:
    assert parse_address(text) == ModbusAddress(*expected)


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_notation_says_what_was_expected(text: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert str(caught.value) and caught.value.expected


def test_a_short_number_proposes_the_two_tables() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address("0100")
    assert "holding:100" in caught.value.hint and "coil:100" in caught.value.hint
