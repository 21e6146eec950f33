"""A client of the replay never sees halves of two rows, in whatever pieces and order it reads."""

from __future__ import annotations

import struct
from random import Random

import pytest
from pymodbus.constants import ExcCodes

from hmi.base.errors import PlantError
from hmi.simulator.modbus_server import CONNECTION
from hmi.simulator.recording import Column, Recording
from hmi.simulator.replay_unit import ReplayUnit
from tests.helpers.clock import ManualClock

COLUMNS = 40


def unit_of(recording: Recording, clock: ManualClock | None = None) -> ReplayUnit:
    return ReplayUnit(recording, 64, clock or ManualClock(), 1.0, lambda: None)


def wide() -> ReplayUnit:
    return unit_of(Recording(tuple(Column(f"c{n}", False, (0.0, 1.0)) for n in range(COLUMNS)), None, 0))


def put_out(unit: ReplayUnit, row: int) -> None:
    unit.put_out(row, [float(row)] * COLUMNS)


def read(unit: ReplayUnit, address: int, count: int, connection: int = 1) -> list[int]:
    memory = [0] * unit.size("holding")
    token = CONNECTION.set(connection)
    try:
        assert unit.before_read("holding", address, count, memory) is None
    finally:
        CONNECTION.reset(token)
    return memory[address : address + count]


def floats(words: list[int]) -> set[float]:
    data = struct.pack(f">{len(words)}H", *words)
    return set(struct.unpack(f">{len(data) // 8}d", data))


def test_one_poll_in_two_requests_is_one_row_though_the_row_changes_between_them() -> None:
    unit = wide()
    put_out(unit, 7)
    head = read(unit, 0, 122)
    put_out(unit, 8)
    tail = read(unit, 122, 40)
    assert head[:2] == [0, 7]
    assert floats(head[2:]) | floats(tail) == {7.0}
    assert read(unit, 0, 122)[:2] == [0, 8], "the next poll has the next row"


@pytest.mark.parametrize("seed", range(20))
def test_any_cutting_and_any_order_of_requests_gives_whole_rows(seed: int) -> None:
    rng, unit, row = Random(seed), wide(), 0
    put_out(unit, 0)
    cuts = sorted(rng.sample(range(6, 162, 4), 3))
    pieces = [(2, cuts[0]), (cuts[0], cuts[1]), (cuts[1], cuts[2]), (cuts[2], 162)]
    for _ in range(50):
        rng.shuffle(pieces)
        seen: set[float] = set()
        for start, end in pieces:
            seen |= floats(read(unit, start, end - start))
            if rng.random() < 0.4:
                row += 1
                put_out(unit, row)
        assert len(seen) == 1


def test_two_clients_do_not_disturb_one_another() -> None:
    unit = wide()
    put_out(unit, 1)
    first = read(unit, 2, 80, connection=1)
    put_out(unit, 2)
    assert floats(read(unit, 2, 80, connection=2)) == {2.0}
    assert floats(first) | floats(read(unit, 82, 80, connection=1)) == {1.0}


def test_a_row_is_known_to_be_read_when_all_of_it_was_or_the_next_poll_begins() -> None:
    unit = wide()
    put_out(unit, 1)
    read(unit, 0, 100)
    assert not unit.read_whole.is_set()
    read(unit, 100, 62)
    assert unit.read_whole.is_set()
    put_out(unit, 2)
    assert not unit.read_whole.is_set()
    read(unit, 2, 4)
    assert not unit.read_whole.is_set()
    read(unit, 2, 4)
    assert unit.read_whole.is_set(), "a client that wants one column has had it"


def test_a_row_is_not_kept_for_ever_for_a_client_that_reads_now_and_then() -> None:
    clock = ManualClock()
    unit = unit_of(Recording((Column("a", False, (1.0, 2.0)), Column("b", False, (1.0, 2.0))), None, 0), clock)
    unit.put_out(0, [1.0, 1.0])
    read(unit, 2, 4)
    unit.put_out(1, [2.0, 2.0])
    clock.advance(1.1)
    assert floats(read(unit, 6, 4)) == {2.0}


def test_an_empty_cell_is_not_a_number_and_text_is_padded() -> None:
    columns = (Column("a", False, (None,)), Column("s", True, ("Grün",)))
    unit = ReplayUnit(Recording(columns, None, 0), 32, ManualClock(), 1.0, lambda: None)
    unit.put_out(70_000, [None, "Grün"])
    words = read(unit, 0, unit.size("holding"))
    assert words[:2] == [1, 4464]
    assert words[2:4] == [0x7FC0, 0]
    assert struct.pack(">3H", *words[4:7]) == "Grün".encode() + b"\0"
    assert unit.text_bytes == [0, 6]


def test_nothing_can_be_written_and_other_tables_do_not_exist() -> None:
    unit = wide()
    assert unit.write("holding", 0, [1]) is ExcCodes.ILLEGAL_ADDRESS
    assert unit.before_read("input", 0, 1, [0]) is ExcCodes.ILLEGAL_ADDRESS


def test_a_text_too_long_for_a_request_is_refused_in_plain_words() -> None:
    with pytest.raises(PlantError, match="texts of 300 bytes"):
        unit_of(Recording((Column("s", True, ("x" * 300,)),), None, 0))
