"""Acknowledging several alarms: each by its activation, with what came of each in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from hmi.facade.data import AlarmItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.signing import Signer
from hmi.model.access import Permission


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
    """Sends one call an alarm, signed where that is asked for; `finished` when every answer is there.

    One batch at a time. A batch that was not signed ends with an empty outcome.
    """

    finished = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._signer = Signer(bridge, self)
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
        self._begin(orders)
        facade, people = self._bridge.facade, self._bridge.people

        def send(signature: str) -> None:
            for taken in list(self._kept):
                order = taken.order
                self._expect(taken, facade.acknowledge(order.alarm, order.activation, comment, people.token, signature))

        self._sign(Permission.ALARM_ACK, translate("Sign", "Acknowledge: %1"), send)
        return True

    def reset(self, order: Order, comment: str = "") -> bool:
        """Resets one latched alarm the same way."""
        if self._open:
            return False
        self._begin([order])
        facade, people = self._bridge.facade, self._bridge.people

        def send(signature: str) -> None:
            self._expect(self._kept[0], facade.reset(order.alarm, comment, people.token, signature))

        self._sign(Permission.ALARM_RESET, translate("Sign", "Reset: %1"), send)
        return True

    def _begin(self, orders: Sequence[Order]) -> None:
        self._open = len(orders)
        self._done, self._refused = [], []
        self._kept = [_Taken(self, order) for order in orders]

    def _sign(self, permission: Permission, words: str, send: Callable[[str], None]) -> None:
        orders = [taken.order for taken in self._kept]
        if len(orders) > 1 and self._signer.is_needed(permission):
            for taken in list(self._kept):
                taken.refuse_in_words(translate("Sign", "needs a signature of its own; choose it on the Alarms page"))
            return
        self._signer.ask(permission, orders[0].alarm, fill(words, orders[0].text), send, self._give_up)

    def _give_up(self) -> None:
        self._open = 0
        self._kept = []
        self.finished.emit(Outcome((), ()))

    def _expect(self, taken: _Taken, future: Future[AlarmItem]) -> None:
        self._bridge.ask(future, taken.accept, taken.refuse, self)

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
        self.refuse_in_words(str(error))

    def refuse_in_words(self, words: str) -> None:
        self._batch.count(self.order.text, words)
