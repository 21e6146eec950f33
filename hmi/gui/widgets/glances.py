"""The figures a page is about, as widgets."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.widgets.base import Painted
from hmi.gui.widgets.figures import figure
from hmi.gui.widgets.painting.glances import oee_height, paint_count, paint_oee
from hmi.gui.widgets.spoken import translate
from hmi.gui.widgets.structs import CountFigureState, OeeFigureState


class OeeFigure(Painted):
    """OEE of a line with target, gap, factors and coverage."""

    def __init__(self, state: OeeFigureState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or OeeFigureState("")
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.refresh()

    @property
    def state(self) -> OeeFigureState:
        """What is shown."""
        return self._state

    def set_state(self, state: OeeFigureState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.updateGeometry()
            self.refresh()

    def set_compact(self, compact: bool) -> None:
        """A smaller figure in a narrower place."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(232 if self._compact else 272, 250)

    def minimumSizeHint(self) -> QSize:
        wide = max(self.minimumWidth(), self.sizeHint().width())
        return QSize(self.sizeHint().width(), round(oee_height(self._state, wide)))

    def spoken(self) -> str:
        state = self._state
        value = translate("spoken", "not available") if state.ratio is None else f"{figure(100 * state.ratio, 1)} %"
        words = [f"{state.title} {state.subtitle} {value}".strip()]
        if state.target is not None:
            words.append(translate("spoken", "target %1 %").replace("%1", figure(100 * state.target, 1)))
        for factor in state.factors:
            ratio = translate("spoken", "not available") if factor.ratio is None else figure(100 * factor.ratio, 1)
            words.append(f"{factor.label} {ratio}")
        return ", ".join([*words, *(part for part in (state.problem, state.note) if part)])

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_oee(painter, rect, self._state, self.theme, self._compact)


class CountFigure(Painted):
    """A production count with its target."""

    def __init__(self, state: CountFigureState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or CountFigureState("")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.refresh()

    def set_state(self, state: CountFigureState) -> None:
        """Shows another moment."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(256, 250)

    def spoken(self) -> str:
        state = self._state
        count = translate("spoken", "not available") if state.count is None else figure(state.count, 0)
        facts = [f"{fact.label} {fact.text}" for fact in state.facts]
        return ", ".join([f"{state.title} {count} {state.unit}".strip(), *facts])

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_count(painter, rect, self._state, self.theme)
