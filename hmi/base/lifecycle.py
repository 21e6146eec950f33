"""Start in order, stop in reverse."""

from __future__ import annotations

from typing import Protocol

import structlog

_log = structlog.get_logger("lifecycle")


class Service(Protocol):
    """A part with threads of its own."""

    @property
    def name(self) -> str:
        """Word used in logs and health."""
        ...

    def start(self) -> object:
        """Begins work and returns at once or when ready; raises if it cannot start."""
        ...

    def stop(self) -> object:
        """Ends work, drains what it owns and returns when every thread has ended; may be called twice."""
        ...


class ServiceStack:
    """Starts services in the order given and stops them in reverse; a failing start stops those already started."""

    def __init__(self) -> None:
        self._started: list[Service] = []

    def start(self, service: Service) -> None:
        """Starts one more service on top."""
        try:
            service.start()
        except BaseException:
            self.stop()
            raise
        self._started.append(service)

    def stop(self) -> None:
        """Stops everything, last first; one that fails is logged and the rest still stops."""
        while self._started:
            service = self._started.pop()
            try:
                service.stop()
            except Exception:
                _log.exception("service did not stop cleanly", service=service.name)
