"""Listeners that are held weakly, so that a closed window cannot keep receiving."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import structlog

E = TypeVar("E")
_log = structlog.get_logger("subscriptions")


class Listeners(Generic[E]):
    """Calls every subscribed bound method with each event, in the emitter's thread.

    Only weak references are kept: subscribe bound methods (or functions that live in a module), keep their owner alive.
    A listener that raises is logged once per call and does not stop the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._references: list[weakref.ref[Callable[[E], None]]] = []

    def subscribe(self, listener: Callable[[E], None]) -> None:
        """Adds a listener; adding it twice calls it once."""
        bound = hasattr(listener, "__self__")
        reference: weakref.ref[Any] = weakref.WeakMethod(listener) if bound else weakref.ref(listener)
        with self._lock:
            if all(known() != listener for known in self._references):
                self._references.append(reference)

    def unsubscribe(self, listener: Callable[[E], None]) -> None:
        """Removes a listener; an unknown one is ignored."""
        with self._lock:
            self._references = [r for r in self._references if r() is not None and r() != listener]

    def emit(self, event: E) -> None:
        """Calls every living listener."""
        with self._lock:
            living = [(r, r()) for r in self._references]
            self._references = [r for r, target in living if target is not None]
        for _, target in living:
            if target is not None:
                try:
                    target(event)
                except Exception:
                    _log.exception("listener failed", listener=getattr(target, "__qualname__", "?"))

    def __len__(self) -> int:
        with self._lock:
            return sum(1 for r in self._references if r() is not None)
