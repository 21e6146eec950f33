from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hmi.base.errors import PlantError
from hmi.facade.contract import Facade
from hmi.model.station import ApiSettings
from hmi.station.listening import Listener
from hmi.station.lock import StationLock
from hmi.station.parts import Parts
from tests.helpers.clock import ManualClock


class FakeServer:
    """Notes whether it runs."""

    name = "api"
    url = "http://127.0.0.1:1"

    def __init__(self) -> None:
        self.runs = False

    def start(self) -> None:
        self.runs = True

    def stop(self) -> None:
        self.runs = False


def test_a_server_that_cannot_be_announced_is_stopped(tmp_path: Path) -> None:
    server = FakeServer()

    class FullDisk(StationLock):
        def publish(self, *_: Any) -> None:
            raise OSError("No space left on device")

    parts = SimpleNamespace(
        plant=SimpleNamespace(timezone="UTC"),
        settings=SimpleNamespace(api=ApiSettings(), id="one"),
        clock=ManualClock(),
        started_us=0,
    )
    listener = Listener(
        cast(Parts, parts), cast(Facade, None), FullDisk(tmp_path), lambda *_: cast(Any, server), ""
    )  # fmt: skip
    with pytest.raises(PlantError, match="No space left on device"):
        listener.start()
    assert not server.runs
