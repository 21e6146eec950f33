"""Machine tiles and the buffers that join them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.sparks import SparkCache
from hmi.gui.widgets.painting.tiles import paint_buffer, paint_tile
from hmi.gui.widgets.spoken import alarm_words, value_words
from hmi.gui.widgets.structs import BufferState, StateChipState, TileState, ValueState


class MachineTile(Painted):
    """One machine: name, worst alarm, state, speed, why, last hour, figures of its choice."""

    def __init__(self, state: TileState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or TileState("", StateChipState("unknown", ""))
        self._compact = False
        self._cache = SparkCache()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    @property
    def state(self) -> TileState:
        """What is shown."""
        return self._state

    def set_state(self, state: TileState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.refresh()

    def set_compact(self, compact: bool) -> None:
        """One figure instead of three on small screens."""
        if compact != self._compact:
            self._compact = compact
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(214, 312)

    def minimumSizeHint(self) -> QSize:
        return QSize(168, 220)

    def spoken(self) -> str:
        state = self._state
        parts = [state.name, state.chip.word, state.since, value_words(state.speed) if state.speed else "", state.note]
        if state.alarm is not None:
            parts.append(alarm_words(state.alarm))
        return ", ".join(part for part in parts if part)

    def flashes(self) -> bool:
        alarms = [self._state.alarm, self._state.speed.alarm if self._state.speed else None]
        return any(alarm is not None and alarm.flashes for alarm in alarms)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_tile(painter, rect, self._state, self.theme, flash().phase, self._compact, self.hovered, self._cache)


class Buffer(Painted):
    """The accumulation between two machines."""

    def __init__(self, state: BufferState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or BufferState("", ValueState(unit="%"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.refresh()

    @property
    def state(self) -> BufferState:
        """What is shown."""
        return self._state

    def set_state(self, state: BufferState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(104, 106)

    def minimumSizeHint(self) -> QSize:
        return QSize(78, 106)

    def spoken(self) -> str:
        parts = [self._state.name, value_words(self._state.fill), self._state.note]
        return ", ".join(part for part in parts if part)

    def flashes(self) -> bool:
        alarm = self._state.fill.alarm
        return alarm is not None and alarm.flashes

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_buffer(painter, rect.adjusted(1, 0, -1, 0), self._state, self.theme, flash().phase)
