"""`tags decode`: what registers mean with a type, an order and a scale."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UsageError
from hmi.cli import options, tag_list

if TYPE_CHECKING:
    from hmi.drivers.modbus.types import ValueRule


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `tags`."""
    tags = commands.add_parser("tags", help="values of tags").add_subparsers(dest="action", required=True)
    tag_list.add_forms(tags)
    add_decode(tags)


def add_decode(tags: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `tags decode`."""
    decode = tags.add_parser("decode", help="value and status of Modbus registers given in hex")
    decode.add_argument("words", nargs="+", metavar="HEXWORD", help="registers in the order of their addresses")
    decode.add_argument("--type", default="", metavar="T", help="uint16 unless given; string:N for a text")
    decode.add_argument("--order", default="ABCD", choices=["ABCD", "CDAB", "BADC", "DCBA"], help="order of the bytes")
    decode.add_argument("--bit", type=int, default=None, metavar="N", help="bit of a register, 0 = lowest")
    decode.add_argument("--scale", type=float, default=1.0)
    decode.add_argument("--offset", type=float, default=0.0)
    decode.add_argument("--raw-low", type=float, default=None)
    decode.add_argument("--raw-high", type=float, default=None)
    decode.add_argument("--low", type=float, default=None)
    decode.add_argument("--high", type=float, default=None)
    decode.add_argument("--clamp", action="store_true", help="limit the value to low and high")
    decode.add_argument("--bad-values", default="", metavar="LIST", help="raw values that mean bad, e.g. 0x8000;0xFFFF")
    decode.set_defaults(run=run_decode)


def run_decode(args: argparse.Namespace) -> int:
    """Prints `value status_name`; a bad value is `null`."""
    from hmi.drivers.modbus.codec import decode_one
    from hmi.model.numbers import format_value
    from hmi.model.quality import severity, status_name

    rule = _rule(args)
    registers = [_word(word) for word in args.words]
    if len(registers) != rule.registers:
        raise UsageError(f"{args.type or rule.kind} needs {rule.registers} registers, {len(registers)} given")
    value, status = decode_one(registers, rule)
    text = "null" if value is None else format_value(value, rule.kind)
    if options.wants_json(args):
        plain = bool(value) if rule.kind == "bool" and value is not None else value
        exact = str(value) if isinstance(value, int) and abs(value) > 2**53 else _number(plain)
        options.print_json(
            {
                "value": exact,
                "status": status,
                "status_name": status_name(status),
                "quality": severity(status).word,
            }
        )
    else:
        print(f"{text} {status_name(status)}")
    return int(Exit.DONE)


def _number(value: object) -> object:
    """JSON has no infinity; whole numbers print without a point."""
    if isinstance(value, float):
        if value in (float("inf"), float("-inf")):
            return "Infinity" if value > 0 else "-Infinity"
        return int(value) if value.is_integer() and abs(value) <= 2**53 else value
    return value


def _rule(args: argparse.Namespace) -> ValueRule:
    from hmi.drivers.modbus.address import HOLDING, ModbusAddress
    from hmi.drivers.modbus.types import TYPE_NAMES, effective_type, registers_of, value_rule
    from hmi.model.tags import Scaling, TagDefinition

    if args.bit is not None and not 0 <= args.bit <= 15:
        raise UsageError("--bit counts from 0 to 15")
    address = ModbusAddress(HOLDING, 0, args.bit)
    type_name = effective_type(args.type, address)
    try:
        registers_of(type_name)
    except ValueError as fault:
        raise UsageError(f"{fault}; types are {', '.join(TYPE_NAMES)}") from None
    if args.bit is not None and type_name != "bool":
        raise UsageError("--bit goes with --type bool")
    raw = (args.raw_low, args.raw_high)
    if (raw[0] is None) != (raw[1] is None):
        raise UsageError("--raw-low and --raw-high belong together")
    if raw[0] is not None and (args.low is None or args.high is None or raw[0] == raw[1]):
        raise UsageError("a raw range needs two different ends and --low and --high to map it on")
    if args.scale == 0:
        raise UsageError("--scale 0 makes every value the same; give another one")
    scaling = Scaling(args.scale, args.offset, raw[0], raw[1], args.low, args.high, args.clamp)
    tag = TagDefinition(
        path="decode/value",
        device="",
        address=str(address),
        type=type_name,
        order=args.order,
        scaling=scaling,
        low=args.low,
        high=args.high,
        bad_values=tuple(_whole(part) for part in args.bad_values.split(";") if part.strip()),
    )
    return value_rule(tag, address)


def _word(text: str) -> int:
    body = text.lower().removeprefix("0x")
    try:
        value = int(body, 16)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF or len(body) > 4:
        raise UsageError(f"'{text}' is not a register; expected four hex digits such as 42F6")
    return value


def _whole(text: str) -> int:
    try:
        return int(text.strip(), 0)
    except ValueError:
        raise UsageError(f"'{text}' is not a raw value; expected e.g. 0x8000 or -32768") from None
