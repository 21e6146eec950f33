"""Independent PLC-side servers as child processes: they can be killed, stopped in their tracks and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from tests.helpers.counterparts import ROOT, need, need_node_package, need_program
from tests.helpers.ports import free_port

COUNTERPART_SOURCES = ROOT / "tests" / "counterparts"


class ServerProcess:
    """A server in a process of its own on one port that stays the same over restarts."""

    def __init__(self, command: Callable[[int], list[str]], cwd: Path | None = None) -> None:
        self.port = free_port()
        self._command = command
        self._cwd = cwd
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        environment = {**os.environ, "HOME": tempfile.gettempdir()}
        self._process = subprocess.Popen(
            self._command(self.port), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self._cwd,
            env=environment,
        )  # fmt: skip
        ready: list[str] = []
        reader = threading.Thread(target=lambda: ready.append(self._wait_ready()))
        reader.start()
        reader.join(40)
        if ready != ["READY"]:
            self.kill()
            raise AssertionError(f"server did not start: {self._command(self.port)}")

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def freeze(self) -> None:
        """The process stops answering while its sockets stay open: the silent peer."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _wait_ready(self) -> str:
        assert self._process is not None and self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "READY":
                return "READY"
        return ""


def pymodbus_server(*units: int) -> ServerProcess:
    script = str(COUNTERPART_SOURCES / "drivers_pymodbus_server.py")
    return ServerProcess(lambda port: [sys.executable, script, str(port), *map(str, units)])


def libmodbus_server() -> ServerProcess:
    compiler = need_program("gcc")
    need(Path("/usr/include/modbus/modbus.h").exists(), "libmodbus-dev")
    program = Path(tempfile.gettempdir()) / f"plant-hmi-libmodbus-{os.getpid()}"
    source = str(COUNTERPART_SOURCES / "drivers_libmodbus_server.c")
    command = [compiler, "-O1", "-I/usr/include/modbus", source, "-lmodbus", "-o", str(program)]
    subprocess.run(command, check=True)
    return ServerProcess(lambda port: [str(program), str(port)])


def modbus_serial_server() -> ServerProcess:
    folder = need_node_package("modbus-serial")
    return _node(folder, "drivers_modbus_serial_server.js")


def asyncua_server(*arguments: str) -> ServerProcess:
    script = str(COUNTERPART_SOURCES / "drivers_asyncua_server.py")
    return ServerProcess(lambda port: [sys.executable, script, str(port), *arguments])


def node_opcua_server() -> ServerProcess:
    folder = need_node_package("node-opcua")
    pki = Path(tempfile.gettempdir()) / f"plant-hmi-node-opcua-{os.getpid()}"
    return _node(folder, "drivers_node_opcua_server.js", str(pki))


def _node(folder: Path, script: str, *arguments: str) -> ServerProcess:
    node = shutil.which("node") or "node"
    # node looks for packages beside the script, so it gets the text and the folder of the packages
    source = (COUNTERPART_SOURCES / script).read_text(encoding="utf-8")
    return ServerProcess(lambda port: [node, "-e", source, "--", "server", str(port), *arguments], cwd=folder)
