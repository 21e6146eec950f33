"""Named questions to the station of which only the newest counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from hmi.gui.bridge import Bridge


class Questions(QObject):
    """One open question a name: a newer one cancels the older, whose answer is dropped.

    answered: an answer was taken, or a failure noted in `problems`.
    """

    answered = Signal()

    def __init__(
        self, bridge: Bridge, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._monotonic = monotonic
        self._serial = 0
        self._open: dict[str, tuple[int, float, Future[Any]]] = {}
        self.problems: dict[str, str] = {}

    def send(self, name: str, future: Future[Any], take: Callable[[Any], None]) -> None:
        """Waits for an answer and gives it to `take`."""
        self.drop(name)
        self._serial += 1
        self._open[name] = (self._serial, self._monotonic(), future)
        answered = partial(self._answered, name, self._serial, take)
        self._bridge.ask(future, answered, partial(self._failed, name, self._serial), owner=self)

    def drop(self, name: str) -> None:
        """Forgets a question."""
        known = self._open.pop(name, None)
        if known is not None:
            known[2].cancel()

    def drop_all(self) -> None:
        """Forgets every question."""
        for name in list(self._open):
            self.drop(name)

    def is_open(self, *names: str) -> bool:
        """True if one of these is on its way; without names if any is."""
        return any(name in self._open for name in names) if names else bool(self._open)

    def waiting_s(self, *names: str) -> float:
        """How long the oldest of these has been open, 0 if none is."""
        begun = [begun for name, (_, begun, _) in self._open.items() if name in names]
        return self._monotonic() - min(begun) if begun else 0.0

    def _is_wanted(self, name: str, serial: int) -> bool:
        known = self._open.get(name)
        if known is None or known[0] != serial:
            return False
        del self._open[name]
        return True

    def _answered(self, name: str, serial: int, take: Callable[[Any], None], answer: Any) -> None:
        if self._is_wanted(name, serial):
            self.problems.pop(name, None)
            take(answer)
            self.answered.emit()

    def _failed(self, name: str, serial: int, error: Exception) -> None:
        if self._is_wanted(name, serial):
            self.problems[name] = str(error)
            self.answered.emit()
