"""What the alarm engine is told: samples, staleness, links and conditions; what says nothing new is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from hmi.alarms.conditions.contract import device_source, stale_source, system_source
from hmi.alarms.engine.values import Input, LinkInput, SampleInput, StaleInput, SystemInput
from hmi.model.devices import LinkState
from hmi.model.samples import SampleBatch

_TRUSTED_SOURCE_TIME_US: Final = 60_000_000
"""A source time further than this from the receive time is a wrong clock; the receive time is used then."""


class Inputs:
    """Makes inputs of what the station feeds. paths, stale_paths: watched tags by number."""

    def __init__(self, paths: Mapping[int, str], stale_paths: Mapping[int, str]) -> None:
        self._paths = paths
        self._stale_paths = stale_paths
        self._links: dict[str, bool] = {}
        self._system: dict[str, bool] = {}

    def stale(self, stale: Iterable[tuple[int, bool]], t_us: int) -> list[Input]:
        """Tags (by number) that turned stale or came back."""
        return [
            StaleInput(path, is_stale, t_us)
            for number, is_stale in stale
            if (path := self._stale_paths.get(number)) is not None
        ]

    def samples(self, batch: SampleBatch | None) -> list[Input]:
        """New samples of watched tags."""
        if batch is None or not len(batch):
            return []
        inputs: list[Input] = []
        paths = self._paths
        numbers, statuses = batch.tag.tolist(), batch.status.tolist()
        for index, number in enumerate(numbers):
            path = paths.get(number)
            if path is None:
                continue
            t_us, received_us = int(batch.t_source_us[index]), int(batch.t_receive_us[index])
            if abs(t_us - received_us) > _TRUSTED_SOURCE_TIME_US:
                t_us = received_us
            inputs.append(SampleInput(path, batch.scalar(index), statuses[index], t_us))
        return inputs

    def links(self, links: Mapping[str, LinkState], t_us: int) -> list[Input]:
        """Devices that went silent or answer again; `connecting` says nothing new."""
        inputs: list[Input] = []
        for device, link in links.items():
            failed = link is LinkState.DOWN
            if link is not LinkState.CONNECTING and self._links.get(device) != failed:
                self._links[device] = failed
                inputs.append(LinkInput(device, failed, t_us))
        return inputs

    def system(self, conditions: Mapping[str, bool], t_us: int) -> list[Input]:
        """Conditions of the station that began or ended to hold."""
        inputs: list[Input] = []
        for name, active in conditions.items():
            if self._system.get(name) != active:
                self._system[name] = active
                inputs.append(SystemInput(name, active, t_us))
        return inputs


def source_of(item: Input) -> str:
    """Where an input comes from: the newest of each source is enough after a defect."""
    if isinstance(item, SampleInput):
        return item.tag
    if isinstance(item, StaleInput):
        return stale_source(item.tag)
    if isinstance(item, LinkInput):
        return device_source(item.device)
    return system_source(item.name) if isinstance(item, SystemInput) else item.alarm_id
