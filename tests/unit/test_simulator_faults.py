"""Faults on command (`contract.md` 10)."""

from __future__ import annotations

import pytest

from hmi.base.errors import UsageError
from hmi.simulator.faults import Fault, FaultKind, FaultPlan, parse_fault

MODBUS, OPCUA = ("filler", "capper"), ("utilities",)


def parsed(spec: str) -> Fault:
    return parse_fault(spec, MODBUS, OPCUA)


def test_a_spec_is_read_whole() -> None:
    assert parsed("filler=silent@10s") == Fault("filler=silent@10s", "filler", FaultKind.SILENT, 10.0)
    slow = parsed("capper=slow:2s@500 ms+1min")
    assert (slow.kind, slow.delay_s, slow.start_s, slow.end_s) == (FaultKind.SLOW, 2.0, 0.5, 60.5)
    assert parsed("filler=exception:4@0s+5s").code == 4
    assert parsed("filler=exception:0x0B@0s").code == 11
    assert parsed("utilities=reset@1s+2s").kind is FaultKind.RESET


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        ("filler", "expected"),
        ("filler=silent", "expected"),
        ("mixer=silent@1s", "no device 'mixer'"),
        ("filler=dead@1s", "not a fault of filler"),
        ("utilities=garbage@1s", "not a fault of utilities"),
        ("filler=silent@10", "not a duration"),
        ("filler=silent@1s+soon", "not a duration"),
        ("filler=slow@1s", "not a duration"),
        ("filler=exception@1s", "1 to 255"),
        ("filler=exception:300@1s", "1 to 255"),
        ("filler=silent:3@1s", "no argument"),
    ],
)
def test_a_wrong_spec_is_refused_in_plain_words(spec: str, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        parsed(spec)


def test_faults_begin_and_end_on_time_once_each() -> None:
    plan = FaultPlan([parsed("filler=silent@1s+2s"), parsed("capper=garbage@2s")])
    heard = []
    for tenth in range(60):
        began, ended = plan.advance(tenth / 10.0)
        heard += [(tenth, "on", fault.device) for fault in began] + [(tenth, "off", fault.device) for fault in ended]
    assert heard == [(10, "on", "filler"), (20, "on", "capper"), (30, "off", "filler")]


def test_only_the_named_unit_is_hit_and_a_server_fault_hits_the_server() -> None:
    plan = FaultPlan([parsed("filler=silent@0s"), parsed("capper=refuse@0s")])
    plan.advance(0.0)
    fault = plan.of("filler")
    assert fault is not None
    assert fault.kind is FaultKind.SILENT
    assert plan.of("capper") is None
    server = plan.of_server(MODBUS, {FaultKind.REFUSE, FaultKind.RESET})
    assert server is not None
    assert server.device == "capper"


def test_the_next_change_is_known() -> None:
    plan = FaultPlan([parsed("filler=silent@1s+2s")])
    assert [plan.next_change_s(now) for now in (0.0, 1.0, 3.0)] == [1.0, 3.0, None]
