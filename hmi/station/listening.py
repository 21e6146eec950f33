"""The station's HTTP face as a part of the station, and the announcement of where it listens.

The `api` package stands above the station, so the entry point hands in what makes the server.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Protocol
from zoneinfo import ZoneInfo

from hmi import __version__
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.base.lifecycle import Service
from hmi.facade.contract import Facade
from hmi.model.station import ApiSettings
from hmi.model.timestamps import iso
from hmi.station.lock import StationLock
from hmi.station.parts import Parts


class Server(Service, Protocol):
    """A server that knows its address once started."""

    @property
    def url(self) -> str:
        """Address under which it answers."""
        ...


ServerFactory = Callable[[Facade, ApiSettings, ZoneInfo, Clock, str, str], Server]
"""Makes the server from facade, settings, plant zone, clock, control token and API key (empty = none)."""


class Listener:
    """Starts the server, then writes `station.json` with its address and a fresh control token."""

    name = "api"

    def __init__(self, parts: Parts, facade: Facade, lock: StationLock, make: ServerFactory, api_key: str) -> None:
        self._parts = parts
        self._lock = lock
        self._token = secrets.token_urlsafe(32)
        zone = ZoneInfo(parts.plant.timezone)
        self._server = make(facade, parts.settings.api, zone, parts.clock, self._token, api_key)

    @property
    def url(self) -> str:
        """Address under which the started server answers."""
        return self._server.url

    def start(self) -> None:
        """Listens, and announces it."""
        self._server.start()
        parts = self._parts
        try:
            certificate = parts.settings.api.tls_cert
            started = iso(parts.started_us)
            self._lock.publish(self.url, parts.settings.id, started, __version__, self._token, certificate)
        except OSError as fault:
            self._server.stop()
            raise PlantError(f"the data folder cannot be written ({fault}): check its rights and the disk") from fault

    def stop(self) -> None:
        """Ends the server."""
        self._server.stop()
