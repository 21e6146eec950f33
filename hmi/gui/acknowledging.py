"""Acknowledging several alarms: each by its activation, with what came of each in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from hmi.facade.data import AlarmItem
from hmi.gui.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Order:
    """One activation to acknowledge, as it was seen. text: the alarm's message, for the answer."""

    alarm: str
    activation: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: alarms acknowledged (stored), and a sentence for each that was not."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


class Acknowledging(QObject):
    """Sends one call an alarm; `finished` when every answer is there. One batch at a time."""

    finished = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._open = 0
        self._done: list[str] = []
        self._refused: list[str] = []
        self._kept: list[_Taken] = []

    @property
    def is_busy(self) -> bool:
        """True while answers are missing."""
        return self._open > 0

    def acknowledge(self, orders: Sequence[Order], comment: str = "") -> bool:
        """Sends a batch; False if the last one is still open or there is nothing to send."""
        if self._open or not orders:
            return False
        self._open = len(orders)
        self._done, self._refused = [], []
        self._kept = [_Taken(self, order) for order in orders]
        for taken in list(self._kept):
            order = taken.order
            future = self._bridge.facade.acknowledge(order.alarm, order.activation, comment, self._bridge.actor)
            self._bridge.ask(future, taken.accept, taken.refuse, self)
        return True

    def reset(self, order: Order, comment: str = "") -> bool:
        """Resets one latched alarm the same way."""
        if self._open:
            return False
        self._open, self._done, self._refused = 1, [], []
        taken = _Taken(self, order)
        self._kept = [taken]
        self._bridge.ask(
            self._bridge.facade.reset(order.alarm, comment, self._bridge.actor), taken.accept, taken.refuse, self
        )
        return True

    def count(self, text: str, error: str) -> None:
        """One answer is there."""
        if error:
            self._refused.append(f"{text}: {error}")
        else:
            self._done.append(text)
        self._open -= 1
        if self._open == 0:
            self._kept = []
            self._bridge.refresh_alarms()
            self.finished.emit(Outcome(tuple(self._done), tuple(self._refused)))


class _Taken:
    """The two handlers of one call; the bridge holds them weakly, the batch holds this."""

    def __init__(self, batch: Acknowledging, order: Order) -> None:
        self._batch = batch
        self.order = order

    def accept(self, _item: AlarmItem) -> None:
        self._batch.count(self.order.text, "")

    def refuse(self, error: Exception) -> None:
        self._batch.count(self.order.text, str(error))
