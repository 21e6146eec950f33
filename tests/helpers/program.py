"""The real program in a process of its own, as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.helpers.counterparts import ROOT
from tests.helpers.waiting import eventually

BASE_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/tmp"),
    "LANG": "C.UTF-8",
    "QT_QPA_PLATFORM": "offscreen",
    "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
}


def command(
    *arguments: str, env: dict[str, str] | None = None, timeout_s: float = 120
) -> subprocess.CompletedProcess[str]:
    """Runs `main.py ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env={**BASE_ENVIRONMENT, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


class Program:
    """A running `main.py ARGUMENTS`; collects its lines, is killed at the end of the `with` block."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env={**BASE_ENVIRONMENT, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self.messages: list[str] = []
        self._readers = [
            threading.Thread(target=self._collect, args=(self._process.stdout, self.lines)),
            threading.Thread(target=self._collect, args=(self._process.stderr, self.messages)),
        ]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _collect(stream: Any, into: list[str]) -> None:
        with stream:
            for line in stream:
                into.append(line.rstrip("\n"))

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_line(self, wanted: Callable[[str], bool] | str, timeout_s: float = 60) -> str:
        """The first line of stdout that starts with the text or satisfies the condition."""
        fits = (lambda line: line.startswith(wanted)) if isinstance(wanted, str) else wanted

        def probe() -> str | None:
            found = next((line for line in self.lines if fits(line)), None)
            if found is None and self._process.poll() is not None and not any(r.is_alive() for r in self._readers):
                raise AssertionError(f"ended with {self._process.returncode}: {self.lines[-5:]} {self.messages[-20:]}")
            return found

        return str(eventually(probe, f"a line {wanted!r}; had {self.lines[-5:]} {self.messages[-5:]}", timeout_s))

    def ready(self) -> str:
        """Address of the station's API once it says it is ready."""
        return self.wait_line("ready: ").removeprefix("ready: ")

    def terminate(self, timeout_s: float = 60) -> int:
        """SIGTERM, and the exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()

    def wait(self, timeout_s: float = 120) -> int:
        """The exit code when it ends by itself."""
        return self._process.wait(timeout_s)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()


def get_json(url: str, token: str | None = None) -> Any:
    """The JSON answer of a GET; 4xx and 5xx answers too."""
    request = Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return json.load(refusal)


def text_of(url: str) -> str:
    """The text answer of a GET."""
    with urlopen(url, timeout=10) as answer:
        return str(answer.read().decode("utf-8"))


def children_of(pid: int) -> dict[int, str]:
    """{process: command line} of living children."""
    found: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(stat[1]) == pid:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, IndexError):
            continue
    return found
