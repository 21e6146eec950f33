"""Reads the notations of Modbus addresses into a table and a 0-based offset (`domain.md` 7.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

COIL: Final = "coil"
DISCRETE: Final = "discrete"
INPUT: Final = "input"
HOLDING: Final = "holding"

BIT_TABLES: Final = (COIL, DISCRETE)
WRITABLE_TABLES: Final = (COIL, HOLDING)
LAST_OFFSET: Final = 65_535

_WORDS: Final = {
    "holding": HOLDING, "hr": HOLDING,
    "input": INPUT, "ir": INPUT,
    "coil": COIL, "co": COIL,
    "discrete": DISCRETE, "di": DISCRETE,
}  # fmt: skip
_DIGITS: Final = {"0": COIL, "1": DISCRETE, "3": INPUT, "4": HOLDING}
_EXPECTED: Final = "e.g. holding:100, input:0x64, coil:5, HR:100, 40101, 4x0101, %MW100 or holding:100.3 for a bit"

_BIT: Final = re.compile(r"\.([0-9]+)$")
_PREFIXED: Final = re.compile(r"^([a-z]+)\s*:\s*(0x[0-9a-f]+|[0-9]+)$")
_CLASSIC: Final = re.compile(r"^([0134])x([0-9]{4,6})$")
_IEC: Final = re.compile(r"^%mw([0-9]+)$")


class AddressError(ValueError):
    """An address that cannot be read: what is wrong, what was expected, what to try."""

    def __init__(self, message: str, expected: str = _EXPECTED, hint: str = "") -> None:
        super().__init__(message)
        self.expected = expected
        self.hint = hint


@dataclass(frozen=True, slots=True)
class ModbusAddress:
    """A place in a device: table word, 0-based offset on the wire, and the bit of a register (0 = lowest) or None."""

    table: str
    offset: int
    bit: int | None = None

    @property
    def is_bit_table(self) -> bool:
        """True for coils and discrete inputs."""
        return self.table in BIT_TABLES

    def __str__(self) -> str:
        suffix = "" if self.bit is None else f".{self.bit}"
        return f"{self.table}:{self.offset}{suffix}"


def parse_address(text: str) -> ModbusAddress:
    """The place an address names; raises AddressError in plain words."""
    body = text.strip().lower()
    if not body:
        raise AddressError("the address is empty")
    bit: int | None = None
    with_bit = _BIT.search(body)
    if with_bit:
        bit = int(with_bit.group(1))
        body = body[: with_bit.start()]
        if bit > 15:
            raise AddressError(f"a register has the bits 0 to 15, not {bit}", "bit .0 to .15")
    table, offset = _table_and_offset(body, text)
    if not 0 <= offset <= LAST_OFFSET:
        raise AddressError(f"the offset {offset} is beyond the last one", f"an offset of 0 to {LAST_OFFSET}")
    if bit is not None and table in BIT_TABLES:
        raise AddressError(f"{table} {offset} is a single bit already", "no bit number behind a coil or discrete input")
    return ModbusAddress(table, offset, bit)


def _table_and_offset(body: str, original: str) -> tuple[str, int]:
    prefixed = _PREFIXED.match(body)
    if prefixed:
        word, number = prefixed.groups()
        if word not in _WORDS:
            raise AddressError(f"'{word}' is not a Modbus table", "holding, input, coil or discrete (HR, IR, CO, DI)")
        return _WORDS[word], int(number, 16 if number.startswith("0x") else 10)
    iec = _IEC.match(body)
    if iec:
        return HOLDING, int(iec.group(1))
    if body.isascii() and body.isdigit():
        return _numbered(body)
    classic = _CLASSIC.match(body)
    if classic and classic.group(1) != "0":
        return _from_one(_DIGITS[classic.group(1)], int(classic.group(2)), original)
    if re.fullmatch(r"0x[0-9a-f]+", body):
        number = int(body, 16)
        raise AddressError(
            f"'{original}' names no table", _EXPECTED, f"holding:{body} for register {number}, coil:{body} for a coil"
        )
    raise AddressError(f"'{original}' is not a Modbus address")


def _numbered(digits: str) -> tuple[str, int]:
    if len(digits) < 5:
        # Spreadsheets eat leading zeros: 00001 (coil 0) arrives as 1, so a short number is never guessed.
        number = int(digits)
        hint = f"holding:{number} for a register, coil:{number} for a coil"
        raise AddressError(f"'{digits}' names no table", _EXPECTED, hint)
    if len(digits) > 6:
        raise AddressError(f"'{digits}' has too many digits", "five or six digits, e.g. 40001 or 400001")
    table = _DIGITS.get(digits[0])
    if table is None:
        raise AddressError(f"'{digits}' starts with {digits[0]}", "a first digit of 0, 1, 3 or 4, e.g. 40001")
    return _from_one(table, int(digits[1:]), digits)


def _from_one(table: str, number: int, text: str) -> tuple[str, int]:
    if not 1 <= number <= LAST_OFFSET + 1:
        raise AddressError(
            f"'{text}' is outside the table: these addresses count from 1",
            "a number of 1 to 65536 behind the table digit",
        )
    return table, number - 1
