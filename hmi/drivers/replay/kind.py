"""What the registry knows of replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hmi.base.clock import Clock, SystemClock
from hmi.drivers.contract import Driver, PlannedRequest
from hmi.drivers.options import OptionReader
from hmi.model.devices import DeviceDefinition
from hmi.model.problems import Problem
from hmi.model.tags import Access, TagDefinition


class ReplayKind:
    """Driver `replay`."""

    name = "replay"
    protocol = "replay"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        reader = OptionReader(options)
        reader.text("file", required=True, expected="a CSV file with a header row")
        reader.number("speed", 1.0)
        return reader.finish()

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        problems = []
        if not tag.address.strip():
            problems.append(Problem("address", "the address is empty", "the name of a column of the recording"))
        if tag.access is not Access.READ:
            problems.append(Problem("access", "a recording cannot be written", "read"))
        return problems

    def default_type(self, address: str) -> str:
        return "float64"

    def describe(self, options: Mapping[str, object]) -> str:
        return str(options.get("file", "?"))

    def plan(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> list[PlannedRequest]:
        return []

    def create(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> Driver:
        from hmi.drivers.replay.driver import ReplayDriver

        return ReplayDriver(device, self._clock)
