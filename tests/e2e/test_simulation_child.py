"""The simulated plant as the station's child: killed, it comes back on the same ports; stopped, it leaves nothing."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from hmi.station import simulation
from hmi.station.simulation import Simulation
from tests.helpers.waiting import eventually


def test_a_killed_simulator_returns_on_its_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "RESTART_AFTER_S", 0.2)
    child = Simulation()
    child.start()
    try:
        before, first = child.servers, child.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        eventually(lambda: child.process_id not in (None, first), "it is started again", 20)
        eventually(lambda: child.servers is not before, "its servers listen again", 30)
        assert [(s.driver, s.port) for s in child.servers] == [(s.driver, s.port) for s in before]
        last = child.process_id
    finally:
        child.stop()
    assert not Path(f"/proc/{last}").exists()
