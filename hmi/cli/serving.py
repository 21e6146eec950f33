"""A station with its HTTP face: the one place where `station` and `api` meet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from hmi.access.passwords import Hasher
from hmi.api.server import ApiServer
from hmi.model.station import StationSettings
from hmi.station.station import Station


def make_station(
    config: Path,
    data: Path,
    *,
    log_level: str | None = None,
    adjust: Callable[[StationSettings], StationSettings] | None = None,
    simulator_arguments: Sequence[str] = (),
    hasher: Hasher | None = None,
) -> Station:
    """A station that will serve its API; nothing is opened before `start`. hasher: as for `Station`."""
    return Station(
        config,
        data,
        adjust=adjust,
        simulator_arguments=simulator_arguments,
        log_level=log_level,
        hasher=hasher,
        make_server=ApiServer,
    )
