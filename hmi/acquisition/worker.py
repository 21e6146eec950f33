"""One thread with one asyncio loop that carries many devices."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar

import structlog

from hmi.acquisition.device import DeviceRunner

T = TypeVar("T")
_CANCEL_AGAIN_S: Final = 4.0
"""Longer than a driver may take to close, so that closing is not cut short."""

_log = structlog.get_logger("acquisition")


class Worker:
    """Runs its devices' tasks from `start` to `stop`; when `stop` returns, thread, tasks and sockets are gone."""

    def __init__(self, name: str, runners: Sequence[DeviceRunner]) -> None:
        self._runners = [runner for runner in runners if runner.device.enabled]
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def start(self) -> None:
        """Begins polling; returns when the loop runs."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Closes every device and waits for the thread; may be called twice."""
        loop, end = self._loop, self._end
        if loop is not None and end is not None and self._thread.is_alive():
            loop.call_soon_threadsafe(end.set)
        if self._thread.ident is not None:
            self._thread.join()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Runs a coroutine on the loop; fails with RuntimeError when the worker has ended."""
        loop = self._loop
        if loop is None or not self._thread.is_alive() or loop.is_closed():
            work.close()
            raise RuntimeError("acquisition is not running")
        return asyncio.run_coroutine_threadsafe(work, loop)

    def _main(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception:
            _log.exception("an acquisition worker failed")
        finally:
            self._ready.set()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_report)
        self._end = asyncio.Event()
        tasks = [asyncio.create_task(runner.run(), name=runner.device.name) for runner in self._runners]
        self._ready.set()
        await self._end.wait()
        for runner in self._runners:
            runner.end_soon()
        pending = set(tasks)
        while pending:
            # asyncio.wait_for of Python 3.11 swallows a cancellation that meets the answer it waits for.
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN_S)


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    fault = context.get("exception")
    _log.error("the acquisition loop met an error", what=context.get("message", ""), error=repr(fault))
