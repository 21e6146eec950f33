"""Widgets of single values: alarm symbol, value box, indicator, sparkline, state chip, fact list."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.theme.strokes import horizontal
from hmi.gui.widgets.base import Painted, size
from hmi.gui.widgets.flash import flash
from hmi.gui.widgets.painting.chips import chip_size, paint_chip
from hmi.gui.widgets.painting.indicators import paint_indicator
from hmi.gui.widgets.painting.sparks import SparkCache, paint_spark
from hmi.gui.widgets.painting.symbols import paint_alarm_symbol
from hmi.gui.widgets.painting.tiles import paint_fact
from hmi.gui.widgets.painting.values import paint_value, value_size
from hmi.gui.widgets.spoken import alarm_words, translate, value_words
from hmi.gui.widgets.structs import (
    AlarmSymbolState,
    FactState,
    IndicatorState,
    Quality,
    SparkState,
    StateChipState,
    ValueState,
)


class AlarmSymbol(Painted):
    """One alarm symbol, or nothing. edge: 18, 22, 26 or 34 pixels."""

    def __init__(self, state: AlarmSymbolState | None = None, edge: int = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edge = edge
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_state(self, state: AlarmSymbolState | None) -> None:
        """Shows another alarm; None = none."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(self._edge, self._edge)

    def spoken(self) -> str:
        return "" if self._state is None else alarm_words(self._state)

    def flashes(self) -> bool:
        return self._state is not None and self._state.flashes

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        if self._state is not None:
            paint_alarm_symbol(painter, rect, self._state, self.theme, flash().phase)


class ValueBox(Painted):
    """A live value with quality, alarm and marks. style: a name of the type scale."""

    def __init__(self, state: ValueState | None = None, style: str = "value_m", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._state = state or ValueState()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_state(self, state: ValueState) -> None:
        """Shows another value; the place is asked for again only when the needed width changes."""
        if state == self._state:
            return
        before = value_size(self._state, self.theme, self._style)
        self._state = state
        if before != value_size(state, self.theme, self._style):
            self.updateGeometry()
        if self.toolTip() != state.hint:
            self.setToolTip(state.hint)
        self.refresh()

    def sizeHint(self) -> QSize:
        needed = value_size(self._state, self.theme, self._style)
        return size(needed.width() + 4, max(needed.height(), self.theme.tokens.type[self._style].line))

    def spoken(self) -> str:
        return value_words(self._state)

    def flashes(self) -> bool:
        return self._state.alarm is not None and self._state.alarm.flashes

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_value(painter, rect.adjusted(1, 0, -1, 0), self._state, self.theme, self._style, flash().phase)


class Indicator(Painted):
    """A moving analogue indicator. Sizes asked for: 128 wide, 114 at least (ui.md 5)."""

    def __init__(self, state: IndicatorState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or IndicatorState("", ValueState(), 0.0, 1.0)
        self._cache = SparkCache()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    @property
    def state(self) -> IndicatorState:
        """What is shown."""
        return self._state

    def set_state(self, state: IndicatorState) -> None:
        """Shows another moment."""
        if state == self._state:
            return
        self._state = state
        if self.toolTip() != state.value.hint:
            self.setToolTip(state.value.hint)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(150, 186)

    def minimumSizeHint(self) -> QSize:
        return QSize(114, 128)

    def spoken(self) -> str:
        words = value_words(self._state.value)
        return words if self._state.value.label else f"{self._state.label} {words}"

    def flashes(self) -> bool:
        alarm = self._state.value.alarm
        return alarm is not None and alarm.flashes

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_indicator(painter, rect.adjusted(1, 0, -1, 0), self._state, self.theme, flash().phase, self._cache)


class Sparkline(Painted):
    """A short history without axes."""

    def __init__(self, state: SparkState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or SparkState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.refresh()

    def set_state(self, state: SparkState) -> None:
        """Shows another stretch of time."""
        self._state = state
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(128, 44)

    def spoken(self) -> str:
        return translate("spoken", "history") if len(self._state.t_us) else translate("spoken", "no history")

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_spark(painter, rect.adjusted(0, 2, 0, -2), self._state, self.theme)


class StateChip(Painted):
    """A machine state as glyph and word."""

    def __init__(self, state: StateChipState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or StateChipState("unknown", translate("spoken", "Unknown"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_state(self, state: StateChipState) -> None:
        """Shows another state."""
        if state != self._state:
            self._state = state
            self.updateGeometry()
            self.refresh()

    def sizeHint(self) -> QSize:
        needed = chip_size(self._state, self.theme)
        return size(needed.width() + 2, needed.height() + 2)

    def spoken(self) -> str:
        return self._state.word

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_chip(painter, rect.adjusted(1, 1, -1, -1), self._state, self.theme)


class FactList(Painted):
    """Lines of label and value with hairlines above each; what does not fit is left out at the end."""

    ROW = 31.0

    def __init__(
        self, state: tuple[FactState, ...] = (), row: float = ROW, ruled: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._row = row
        self._ruled = ruled
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.refresh()

    def set_state(self, state: tuple[FactState, ...]) -> None:
        """Shows other lines."""
        if state != self._state:
            if len(state) != len(self._state):
                self.updateGeometry()
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return size(180, self._row * len(self._state))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 0)

    def spoken(self) -> str:
        words = []
        for fact in self._state:
            said = fact.text or (value_words(fact.value) if fact.value else "") or (fact.chip.word if fact.chip else "")
            words.append(f"{fact.label} {said}" + (f", {alarm_words(fact.symbol)}" if fact.symbol else ""))
        return "; ".join(words)

    def flashes(self) -> bool:
        alarms = [fact.symbol or (fact.value.alarm if fact.value else None) for fact in self._state]
        return any(alarm is not None and alarm.flashes for alarm in alarms)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        y = rect.top()
        for fact in self._state:
            if y + self._row > rect.bottom() + 1:
                break
            if self._ruled:
                horizontal(painter, rect.left(), rect.right(), y + 0.5, self.theme.colour("line1"))
            place = QRectF(rect.left(), y, rect.width(), self._row)
            paint_fact(painter, place, fact, self.theme, flash().phase)
            y += self._row


__all__ = ["AlarmSymbol", "FactList", "Indicator", "Quality", "Sparkline", "StateChip", "ValueBox"]
