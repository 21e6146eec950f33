"""The simulated plant as a child process, for `plc: simulation`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import structlog

from hmi.base.errors import UnreachableError
from hmi.model.devices import DeviceDefinition
from hmi.secrets import without_secrets

_log = structlog.get_logger("simulation")
_START_TIMEOUT_S = 30.0
RESTART_AFTER_S = 15.0
"""How long a simulator that was killed stays away: long enough to see what a dead plant looks like."""


@dataclass(frozen=True, slots=True)
class SimulatedServer:
    """One server of the simulator. units: {device name: unit id} behind a Modbus server."""

    driver: str
    host: str
    port: int
    url: str
    units: dict[str, int]


class Simulation:
    """Starts `simulate` as a child that ends with this process, and points devices at it.

    A child that ends by itself is started again on the same ports after `RESTART_AFTER_S`, like a plant that had
    lost power. references: of the configuration's secrets, none of which the child gets.
    """

    name = "simulation"

    def __init__(self, arguments: Sequence[str] = (), references: Iterable[str] = ()) -> None:
        self._arguments = list(arguments)
        self._references = frozenset(references)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self.servers: list[SimulatedServer] = []

    @property
    def process_id(self) -> int | None:
        """Of the child, None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the child and waits until its servers listen; raises UnreachableError if they do not."""
        self._process = self._spawn()
        self._reader = threading.Thread(target=self._watch, name="simulation-lines", daemon=True)
        self._reader.start()
        if not self._ready.wait(_START_TIMEOUT_S) or not self.servers:
            self.stop()
            raise UnreachableError("the simulated plant did not start: run 'plant-hmi simulate' to see why")

    def stop(self) -> None:
        """Ends the child and waits for it; may be called twice."""
        self._stopping.set()
        process = self._process
        if process is not None and process.poll() is None:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._reader is not None:
            self._reader.join()
        self._process = None

    def redirect(self, devices: Sequence[DeviceDefinition]) -> tuple[DeviceDefinition, ...]:
        """The devices with the simulator's addresses; nothing keeps a configured host.

        A device the simulator does not have is disabled, so that no configured host is ever reached.
        """
        return tuple(self._redirect_one(device) for device in devices)

    def _redirect_one(self, device: DeviceDefinition) -> DeviceDefinition:
        for server in self.servers:
            if server.driver != device.driver:
                continue
            if server.driver == "opcua":
                return replace(device, options={**device.options, "url": server.url, "security": "None"})
            if device.name in server.units:
                target = {"host": server.host, "port": server.port, "unit": server.units[device.name]}
                return replace(device, options={**device.options, **target})
        _log.warning("the simulator has no such device; it stays off", device=device.name, driver=device.driver)
        return replace(device, enabled=False)

    def _spawn(self) -> subprocess.Popen[str]:
        ports = {server.driver: server.port for server in self.servers}
        program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "hmi.cli.main"]
        places = ["--modbus-port", str(ports.get("modbus-tcp", 0)), "--opcua-port", str(ports.get("opcua", 0))]
        return subprocess.Popen(
            [*program, "simulate", *places, "--json", "--with-parent", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=without_secrets(os.environ, self._references),
        )

    def _watch(self) -> None:
        while True:
            process = self._process
            if process is None:
                return
            self._read_lines(process)
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
            was_ready = self._ready.is_set()
            self._ready.set()
            if self._stopping.is_set() or not was_ready:
                return
            _log.warning("the simulated plant ended; it is started again", after_s=RESTART_AFTER_S)
            if self._stopping.wait(RESTART_AFTER_S):
                return
            self._process = self._spawn()
            if self._stopping.is_set():
                self._process.terminate()  # `stop` may have looked just before

    def _read_lines(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                try:
                    event = json.loads(line)
                except ValueError:
                    continue
                if event.get("event") != "ready":
                    _log.info("simulator", **{key: value for key, value in event.items() if key != "event"})
                    continue
                self.servers = [_server(entry) for entry in event["servers"]]
                self._ready.set()


def _server(entry: dict[str, Any]) -> SimulatedServer:
    url = str(entry.get("url") or "")
    return SimulatedServer(
        driver=str(entry["driver"]),
        host=str(entry.get("host", "")),
        port=int(entry.get("port") or urlsplit(url).port or 0),
        url=url,
        units={str(name): int(unit) for name, unit in (entry.get("units") or {}).items()},
    )
