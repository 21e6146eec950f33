"""Carries the answers of futures from any thread to the GUI thread, and drops those nobody waits for."""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

T = TypeVar("T")
ResultHandler: TypeAlias = Callable[[T], None]
ErrorHandler: TypeAlias = Callable[[Exception], None]


@dataclass(slots=True)
class _Request:
    owner: weakref.ref[QObject]
    on_result: Callable[[], ResultHandler[Any] | None]
    on_error: Callable[[], ErrorHandler | None]


class _Mailbox:
    """What a finished future touches: no Qt object of the window, so a late answer cannot reach a dead one."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.items: deque[tuple[int, Future[Any]]] = deque()
        self._wake: Callable[[], None] | None = wake

    def post(self, number: int, future: Future[Any]) -> None:
        self.items.append((number, future))
        wake = self._wake
        if wake is not None:
            try:
                wake()
            except RuntimeError:  # the receiver was deleted between the two lines
                self.close()

    def close(self) -> None:
        self._wake = None
        self.items.clear()


class Delivery(QObject):
    """Expected answers; an entry goes when it was delivered or when its owner is destroyed."""

    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._open: dict[int, _Request] = {}
        self._owners: dict[int, set[int]] = {}
        self._mailbox = _Mailbox(self._woken.emit)
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def count(self) -> int:
        """Answers still expected."""
        return len(self._open)

    def expect(self, future: Future[T], on_result: ResultHandler[T], on_error: ErrorHandler, owner: QObject) -> None:
        """Calls one of the two handlers on the GUI thread. Bound methods are held weakly."""
        number = next(self._numbers)
        self._open[number] = _Request(weakref.ref(owner), _held(on_result), _held(on_error))
        key = id(owner)
        if key not in self._owners:
            self._owners[key] = set()
            owner.destroyed.connect(_Forgetter(weakref.ref(self), key))
        self._owners[key].add(number)
        mailbox = self._mailbox
        future.add_done_callback(lambda done: mailbox.post(number, done))

    def close(self) -> None:
        """Forgets everything; later answers go nowhere."""
        self._mailbox.close()
        self._open.clear()

    def forget(self, key: int) -> None:
        """Drops what the object with this identity waited for."""
        for number in self._owners.pop(key, set()):
            self._open.pop(number, None)

    @Slot()
    def _deliver(self) -> None:
        items = self._mailbox.items
        while items:
            number, future = items.popleft()
            request = self._open.pop(number, None)
            if request is None or future.cancelled():
                continue
            owner = request.owner()
            if owner is None or not shiboken6.isValid(owner):
                continue
            waiting = self._owners.get(id(owner))
            if waiting is not None:
                waiting.discard(number)
            error = future.exception()
            if error is None:
                on_result = request.on_result()
                if on_result is not None:
                    on_result(future.result())
            else:
                on_error = request.on_error()
                if on_error is not None:
                    on_error(error if isinstance(error, Exception) else RuntimeError(str(error)))


class _Forgetter:
    def __init__(self, delivery: weakref.ref[Delivery], key: int) -> None:
        self._delivery = delivery
        self._key = key

    def __call__(self, *_: object) -> None:
        delivery = self._delivery()
        if delivery is not None and shiboken6.isValid(delivery):
            delivery.forget(self._key)


def _held(handler: Callable[..., None]) -> Callable[[], Any]:
    if hasattr(handler, "__self__") and hasattr(handler, "__func__"):
        return weakref.WeakMethod(handler)
    return lambda: handler
