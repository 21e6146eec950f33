"""The simulated plant as a child process, for `plc: simulation`."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from hmi.base.errors import UnreachableError
from hmi.model.devices import DeviceDefinition

_log = structlog.get_logger("simulation")
_START_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class SimulatedServer:
    """One server of the simulator. units: {device name: unit id} behind a Modbus server."""

    driver: str
    host: str
    port: int
    url: str
    units: dict[str, int]


class Simulation:
    """Starts `simulate` as a child that ends with this process, and points devices at it."""

    name = "simulation"

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self._arguments = list(arguments)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._ready = threading.Event()
        self.servers: list[SimulatedServer] = []

    @property
    def process_id(self) -> int | None:
        """Of the child, None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Starts the child and waits until its servers listen; raises UnreachableError if they do not."""
        frozen = getattr(sys, "frozen", False)
        program = [sys.executable] if frozen else [sys.executable, "-m", "hmi.cli.main"]
        self._process = subprocess.Popen(
            [
                *program,
                "simulate",
                "--modbus-port",
                "0",
                "--opcua-port",
                "0",
                "--json",
                "--with-parent",
                *self._arguments,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read_lines, name="simulation-lines", daemon=True)
        self._reader.start()
        if not self._ready.wait(_START_TIMEOUT_S) or not self.servers:
            self.stop()
            raise UnreachableError("the simulated plant did not start: run 'plant-hmi simulate' to see why")

    def stop(self) -> None:
        """Ends the child and waits for it."""
        process, self._process = self._process, None
        if process is None:
            return
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
        if process.stdout is not None:
            process.stdout.close()

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

    def _read_lines(self) -> None:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        for line in process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "ready":
                self.servers = [
                    SimulatedServer(
                        driver=str(entry["driver"]),
                        host=str(entry.get("host", "")),
                        port=int(entry.get("port") or 0),
                        url=str(entry.get("url") or ""),
                        units={str(k): int(v) for k, v in (entry.get("units") or {}).items()},
                    )
                    for entry in event["servers"]
                ]
                self._ready.set()
            else:
                _log.info("simulator", **{key: value for key, value in event.items() if key != "event"})
        self._ready.set()
