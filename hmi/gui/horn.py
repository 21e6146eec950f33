"""When the horn sounds: what started goes on until it is silenced or acknowledged, also after the alarm returned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hmi.facade.data import AlarmItem

LOUDEST_PRIORITIES: Final = (1, 2)
"""Priorities that sound; the rest is seen only."""

_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class HornState:
    """priority: of the worst alarm that sounds, 0 = silent. waiting: how many sound."""

    priority: int = 0
    waiting: int = 0

    @property
    def sounds(self) -> bool:
        """True while there is something to silence."""
        return self.priority > 0


class Horn:
    """Told the active list after each change; knows nothing of sound devices, time or Qt.

    An activation is told apart by its number, so an alarm that comes again after silencing sounds again, and silencing
    one says nothing about the next.
    """

    def __init__(self) -> None:
        self._sounding: dict[_Key, int] = {}
        self._silenced: set[_Key] = set()

    @property
    def state(self) -> HornState:
        """What sounds now."""
        return HornState(min(self._sounding.values(), default=0), len(self._sounding))

    def update(self, listed: Iterable[AlarmItem]) -> HornState:
        """Takes the active list; hidden alarms are not in it and so make no sound."""
        waiting = {
            (item.id, item.activation_id): item
            for item in listed
            if item.priority in LOUDEST_PRIORITIES and not item.acked
        }
        self._silenced &= waiting.keys()
        before = self._sounding
        self._sounding = {
            key: item.priority
            for key, item in waiting.items()
            if key not in self._silenced and (key in before or item.active or item.latched)
        }
        return self.state

    def silence(self) -> HornState:
        """Stops what sounds now; the alarms stay as unacknowledged as they are."""
        self._silenced |= self._sounding.keys()
        self._sounding = {}
        return self.state
