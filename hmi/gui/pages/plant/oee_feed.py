"""OEE figures and machine states of the running shift, asked again every few seconds while a page shows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import structlog
from PySide6.QtCore import QObject, Signal

from hmi.base.log import ConditionLog
from hmi.facade.data import OeeItem, OeeQuery, StateSpan
from hmi.gui.bridge import Bridge

_EVERY_S = 5.0
_MACHINES_EVERY_S = 20.0
_NO_SHIFT_US = 8 * 3_600_000_000


class OeeFeed(QObject):
    """What the station computed for a shift. changed: new figures or states."""

    changed = Signal()

    def __init__(
        self,
        bridge: Bridge,
        parent: QObject | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        with_machines: bool = False,
    ) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._monotonic = monotonic
        self._query = OeeQuery()
        self._with_machines = with_machines
        self._machine_items: dict[tuple[str, str], OeeItem] = {}
        self._machines_asked = -_MACHINES_EVERY_S
        self._items: list[OeeItem] = []
        self._spans: dict[tuple[str, str], list[StateSpan]] = {}
        self._range = (0, 0)
        self._open = 0
        self._asked = -_EVERY_S
        self._running = False
        self._answered = False
        self._faults = ConditionLog(structlog.get_logger("window"))
        self.error = ""
        bridge.ticked.connect(self._tick)

    @property
    def is_settled(self) -> bool:
        """True once figures and states of the last question are there."""
        return self._open == 0 and (self._answered or not self._running)

    @property
    def range_us(self) -> tuple[int, int]:
        """Start and end of the time the figures stand for, the whole shift."""
        return self._range

    def start(self) -> None:
        """To be called when the page opens."""
        self._running = True
        self._asked = -_EVERY_S
        self._tick()

    def stop(self) -> None:
        """To be called when the page closes."""
        self._running = False

    def ask_for(self, query: OeeQuery) -> None:
        """Shows another time: a shift, or from_us and to_us."""
        if query != self._query:
            self._query = query
            self._asked = -_EVERY_S
            self._answered = False
            self._tick()

    def item(self, line: str, constraint: str = "") -> OeeItem | None:
        """Figures of a line; None if the station has none."""
        mine = [item for item in self._items if item.line == line]
        wanted = ("", constraint)
        return next((item for name in wanted for item in mine if item.machine == name), mine[0] if mine else None)

    def machine_item(self, line: str, machine: str, constraint: str) -> OeeItem | None:
        """Figures of one machine; those of the line for its constraint machine."""
        known = self._machine_items.get((line, machine))
        return known or (self.item(line, constraint) if machine == constraint else None)

    def spans(self, line: str, machine: str) -> list[StateSpan]:
        """States of a machine over `range_us`, in time order."""
        return self._spans.get((line, machine), [])

    def _tick(self) -> None:
        now = self._monotonic()
        if not self._running or self._open or now - self._asked < _EVERY_S or not self._bridge.now_us:
            return
        self._asked = now
        self._open += 1
        self._bridge.ask(self._bridge.facade.oee(self._query), self._on_items, self._on_error, owner=self)

    def _on_items(self, items: list[OeeItem]) -> None:
        self._open -= 1
        self._items = items
        self.error = ""
        self._faults.cleared("oee", "OEE figures can be read again")
        now = self._bridge.now_us
        starts = [item.shift_from_us or item.from_us for item in items if item.shift_from_us or item.from_us]
        ends = [item.shift_to_us or item.to_us for item in items if item.shift_to_us or item.to_us]
        self._range = (min(starts), max(ends)) if starts and ends else (now - _NO_SHIFT_US, now)
        self._ask_machines()
        self._open += 1
        until = min(now, self._range[1])
        self._bridge.ask(
            self._bridge.facade.states("", "", self._range[0], until), self._on_spans, self._on_error, owner=self
        )

    def _ask_machines(self) -> None:
        now = self._monotonic()
        if not self._with_machines or now - self._machines_asked < _MACHINES_EVERY_S:
            return
        self._machines_asked = now
        for line in self._bridge.plant.lines:
            for machine in line.machines:
                if machine.oee is not None and machine.name != line.constraint:
                    query = replace(self._query, line=line.name, machine=machine.name)
                    self._open += 1
                    future = self._bridge.facade.oee(query)
                    self._bridge.ask(future, self._on_machine, self._on_error, owner=self)

    def _on_machine(self, items: list[OeeItem]) -> None:
        self._open -= 1
        for item in items:
            if item.machine:
                self._machine_items[item.line, item.machine] = item

    def _on_spans(self, spans: list[StateSpan]) -> None:
        self._open -= 1
        self._answered = True
        found: dict[tuple[str, str], list[StateSpan]] = {}
        for span in spans:
            found.setdefault((span.line, span.machine), []).append(span)
        self._spans = found
        self.changed.emit()

    def _on_error(self, error: Exception) -> None:
        self._open -= 1
        self._answered = True
        self.error = str(error)
        self._faults.raised("oee", "OEE figures cannot be read", reason=self.error)
        self.changed.emit()
