"""The one beat of everything that flashes: all symbols change together, and only while one needs it."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Phase:
    """Which half of the beat it is; True = the filled half. reduced: no flash, a double outline instead."""

    unacked: bool = True
    returned: bool = True
    reduced: bool = False


STEADY = Phase()
"""The filled half, as on a screenshot."""


class Flash(QObject):
    """Counts half seconds: unacknowledged symbols change at every count, returned ones at every second."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self._followers: WeakSet[QWidget] = WeakSet()
        self._reduced = False
        self._frozen = False
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self._tick)

    @property
    def phase(self) -> Phase:
        """The half of the beat now."""
        if self._frozen:
            return STEADY
        if self._reduced:
            return Phase(reduced=True)
        return Phase(unacked=self._count % 2 == 0, returned=self._count % 4 < 2)

    @property
    def is_running(self) -> bool:
        """True while something flashes."""
        return self._timer.isActive()

    def set_reduced(self, reduced: bool) -> None:
        """Stops all flashing for people who must not see it."""
        self._reduced = reduced
        self._settle()

    def freeze(self) -> None:
        """Holds the filled half until `thaw`, for pictures."""
        self._frozen = True

    def thaw(self) -> None:
        """Lets the beat go on."""
        self._frozen = False

    def follow(self, widget: QWidget, wanted: bool) -> None:
        """Repaints `widget` with the beat as long as it is wanted; tables pass their viewport."""
        if wanted:
            self._followers.add(widget)
        else:
            self._followers.discard(widget)
        self._settle()

    def _settle(self) -> None:
        wanted = bool(self._followers) and not self._reduced
        if wanted and not self._timer.isActive():
            self._count = 0
            self._timer.start()
        elif not wanted and self._timer.isActive():
            self._timer.stop()
            self._count = 0

    def _tick(self) -> None:
        self._count += 1
        for widget in list(self._followers):
            if shiboken6.isValid(widget):
                widget.update()
            else:
                self._followers.discard(widget)
        if not self._followers:
            self._settle()


_flash: Flash | None = None


def flash() -> Flash:
    """The one beat of the process."""
    global _flash  # noqa: PLW0603
    if _flash is None:
        _flash = Flash()
    return _flash
