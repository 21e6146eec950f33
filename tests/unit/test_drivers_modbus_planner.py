"""Merging of requests, memory of refusals, the slow lane of silent units: pure, with the vectors of `domain.md` 7.4."""

from __future__ import annotations

from hmi.drivers.modbus.lanes import Lanes
from hmi.drivers.modbus.planner import Item, Request, gaps_of, plan_requests, single_requests
from hmi.drivers.modbus.refusals import NEVER, Refusals
from hmi.model.quality import BAD_CONFIGURATION_ERROR, BAD_DEVICE_FAILURE, BAD_NODE_ID_UNKNOWN


def item(start: int, count: int = 1, *, key: int = 0, unit: int = 1, table: str = "holding", scan: int = 1) -> Item:
    return Item(key, unit, table, start, count, scan)


def spans(requests: list[Request]) -> list[tuple[int, int]]:
    return [(request.start, request.start + request.count - 1) for request in requests]


DOMAIN = [item(0, 2), item(4), item(10, 2), item(200)]


def test_the_domain_vector() -> None:
    assert spans(plan_requests(DOMAIN, max_gap=4)) == [(0, 4), (10, 11), (200, 200)]
    assert spans(plan_requests(DOMAIN, max_gap=8)) == [(0, 11), (200, 200)]
    assert spans(plan_requests(DOMAIN, max_gap=0)) == [(0, 1), (4, 4), (10, 11), (200, 200)]


def test_a_block_ends_at_the_limit_and_no_value_is_split() -> None:
    assert spans(plan_requests([item(n, 2) for n in range(0, 140, 2)], max_registers=125)) == [(0, 123), (124, 139)]
    assert spans(plan_requests([item(n, 4) for n in range(0, 12, 4)], max_registers=6)) == [(0, 3), (4, 7), (8, 11)]
    assert spans(plan_requests([item(0, 4)], max_registers=2)) == [(0, 3)], "a longer value still gets its request"


def test_bits_have_their_own_limit() -> None:
    assert spans(plan_requests([item(n, table="coil") for n in range(2100)])) == [(0, 1999), (2000, 2099)]


def test_nothing_is_merged_across_unit_table_or_scan() -> None:
    items = [item(0), item(1, unit=2), item(1, table="input"), item(1, scan=2)]
    assert len(plan_requests(items)) == 4


def test_scattered_registers_need_no_more_requests_than_the_best_cover() -> None:
    starts = [n * 37 % 9973 for n in range(2000)]
    requests = plan_requests([item(start) for start in starts], max_gap=125)
    reached, best = -1, 0
    for start in sorted(starts):
        if start > reached:
            best, reached = best + 1, start + 124
    assert len(requests) <= 1.1 * best


def test_a_hole_is_never_bridged_again() -> None:
    [block] = plan_requests(DOMAIN[:3], max_gap=8)
    assert gaps_of(block) == [("holding", 2, 4), ("holding", 5, 10)]
    assert spans(plan_requests(DOMAIN[:3], 8, holes=[("holding", 5, 10)])) == [(0, 4), (10, 11)]
    assert spans(plan_requests(DOMAIN[:3], 8, holes=[("input", 5, 10)])) == [(0, 11)]


def test_a_refused_value_is_asked_alone_and_rarely() -> None:
    memory = Refusals(125)
    refused = item(4)
    assert memory.refused(refused, 2, now_us=0) == BAD_NODE_ID_UNKNOWN
    assert memory.is_refused(refused) and memory.values["holding", 4, 5].again_us == 60_000_000
    assert memory.generation == 1
    assert memory.refused(item(9), 1, now_us=0) == BAD_CONFIGURATION_ERROR
    assert memory.values["holding", 9, 10].again_us == NEVER
    memory.given(refused)
    assert not memory.is_refused(refused) and ("holding", 4, 5) not in memory.holes


def test_a_block_that_is_only_too_long_lowers_the_limit() -> None:
    memory = Refusals(125)
    [block] = plan_requests([item(n) for n in range(100)])
    memory.split(block, 3, all_given=True)
    assert memory.max_registers == 50 and not memory.holes
    [other] = plan_requests(DOMAIN[:3], 8)
    memory.split(other, 2, all_given=True)
    assert memory.holes == {("holding", 2, 4), ("holding", 5, 10)}
    assert [request.count for request in single_requests(other)] == [2, 1, 2]


def test_a_failing_block_rests_longer_each_time() -> None:
    memory = Refusals(125)
    [block] = plan_requests([item(0)])
    rests = []
    for _ in range(5):
        assert memory.pause(block, now_us=0) == BAD_DEVICE_FAILURE
        rests.append(next(s for s in range(1, 20) if not memory.is_paused(block, s * 1_000_000)))
    assert rests == [1, 2, 5, 10, 10]
    memory.resumed(block)
    assert not memory.is_paused(block, 0)


def test_a_silent_unit_gets_short_rare_probes_while_others_answer() -> None:
    lanes = Lanes()
    timeout = 1_000_000
    lanes.answered(1, 10_000, 0)
    for now in (0, timeout):
        assert lanes.allowance_us(9, timeout, now) == timeout, "a unit not known to be silent has its full time"
        lanes.unanswered(9, timeout, now + timeout)
    assert lanes.allowance_us(9, timeout, 2_000_001) is None
    spent = at = 0
    horizon = 600_000_000
    while at < horizon:
        lanes.answered(1, 10_000, at)
        allowed = lanes.allowance_us(9, timeout, at)
        if allowed is not None:
            spent += allowed
            lanes.unanswered(9, allowed, at + allowed)
        at += 100_000
    assert spent <= 0.05 * horizon, "the others lose at most 5 % of the connection's time"
    assert spent > timeout, "now and then it may take its full time"


def test_many_silent_units_share_the_same_part() -> None:
    lanes = Lanes()
    horizon, timeout, spent = 600_000_000, 1_000_000, 0
    for at in range(0, horizon, 50_000):
        lanes.answered(1, 10_000, at)
        for unit in range(2, 10):
            allowed = lanes.allowance_us(unit, timeout, at)
            if allowed is not None and at > 20_000_000:
                spent += allowed
            if allowed is not None:
                lanes.unanswered(unit, allowed, at + allowed)
    assert spent <= 0.055 * horizon


def test_a_unit_alone_is_never_put_aside() -> None:
    lanes = Lanes()
    for now in range(0, 10_000_000, 1_000_000):
        assert lanes.allowance_us(1, 1_000_000, now) == 1_000_000
        lanes.unanswered(1, 1_000_000, now + 1)


def test_an_answer_ends_the_slow_lane() -> None:
    lanes = Lanes()
    lanes.answered(1, 1000, 0)
    for _ in range(5):
        lanes.unanswered(9, 1_000_000, 0)
    assert lanes.allowance_us(9, 1_000_000, 1) is None
    lanes.answered(9, 1000, 1)
    assert lanes.allowance_us(9, 1_000_000, 2) == 1_000_000


def test_a_probe_that_blocks_a_serial_gateway_is_paid_by_the_silent_unit() -> None:
    lanes = Lanes()
    lanes.answered(1, 10_000, 0)
    lanes.unanswered(9, 1_000_000, 0)
    lanes.unanswered(9, 1_000_000, 0)
    assert lanes.allowance_us(9, 1_000_000, 3_000_000) is not None, "a cheap probe comes again within seconds"
    lanes.unanswered(9, 50_000, 3_000_000)
    lanes.answered(1, 900_000, 4_000_000)
    assert lanes.allowance_us(9, 1_000_000, 20_000_000) is None
    assert lanes.allowance_us(1, 1_000_000, 4_000_000) == 1_000_000
    for second in range(5, 66):
        lanes.answered(1, 10_000, second * 1_000_000)
    assert lanes.allowance_us(9, 1_000_000, 65_000_000) is not None
