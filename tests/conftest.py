"""A test that leaks a thread, a task, a file or a log warning, or leaves loopback, fails."""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
faulthandler.enable()

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")
_KEPT_THREADS = ("pytest_timeout", "asyncio_", "ThreadPoolExecutor", "QThread", "Dummy")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuses every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread or an open file of the test's own folder behind, or moves the time zone."""
    before = set(threading.enumerate())
    files_before = _open_files()
    zone = time.tzname
    yield
    leaked = _wait_for_end(before)
    assert not leaked, f"leaked threads: {[thread.name for thread in leaked]}"
    files = _open_files() - files_before
    if files:
        gc.collect()
        files = _open_files() - files_before
    assert not files, f"leaked files: {sorted(files)}"
    assert time.tzname == zone, "the test changed the time zone"


def _wait_for_end(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = time.monotonic() + 3.0
    while True:
        leaked = [
            thread
            for thread in threading.enumerate()
            if thread not in before and thread.is_alive() and not thread.name.startswith(_KEPT_THREADS)
        ]
        if not leaked or time.monotonic() > deadline:
            return leaked
        leaked[0].join(0.05)


def _open_files() -> set[str]:
    found: set[str] = set()
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return found
    for entry in folder.iterdir():
        try:
            target = entry.readlink()
        except OSError:
            continue
        if "pytest-" in str(target) and target.suffix in {".db", ".log", ".lock", ".zst", ".csv", ".json"}:
            found.add(str(target))
    return found


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_log_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test during which our code logged an error; a test that provokes one names `expect_log_errors`."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    if "expect_log_errors" in request.fixturenames:
        return
    errors = [record.getMessage() for record in collector.records if record.levelno >= logging.ERROR]
    assert not errors, f"logged errors: {errors}"


@pytest.fixture
def expect_log_errors() -> None:
    """Named by a test that provokes an error in the log."""
