"""Charts painted from one struct: bullet, state timeline, Pareto bars, waterfall."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from hmi.gui.theme import font
from hmi.gui.theme.strokes import frame
from hmi.gui.widgets.base import Painted, size
from hmi.gui.widgets.figures import age, clock, figure
from hmi.gui.widgets.painting.bars import paint_bullet, paint_pareto, paint_waterfall
from hmi.gui.widgets.painting.fills import paint_state_fill
from hmi.gui.widgets.painting.text import width, write
from hmi.gui.widgets.painting.timelines import (
    AXIS,
    paint_timeline,
    row_rect,
    span_at,
    timeline_plot,
    x_of,
)
from hmi.gui.widgets.spoken import translate
from hmi.gui.widgets.structs import (
    BulletState,
    ParetoState,
    TimelineSpan,
    TimelineState,
    WaterfallState,
)


class Bullet(Painted):
    """A ratio against its target."""

    def __init__(self, state: BulletState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or BulletState("", None)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh()

    def set_state(self, state: BulletState) -> None:
        """Shows another figure."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(270, 24 if self._state.strong else 28)

    def spoken(self) -> str:
        state = self._state
        ratio = translate("spoken", "not available") if state.ratio is None else f"{figure(100 * state.ratio, 1)} %"
        words = f"{state.label} {ratio}"
        if state.target is not None:
            words += ", " + translate("spoken", "target %1 %").replace("%1", figure(100 * state.target, 1))
        if state.dim:
            words += ", " + translate("spoken", "not enough is known")
        return words

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_bullet(painter, rect, self._state, self.theme)


class ParetoBars(Painted):
    """Sorted causes."""

    def __init__(self, state: ParetoState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or ParetoState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    def set_state(self, state: ParetoState) -> None:
        """Shows other causes."""
        if state != self._state:
            self._state = state
            self.refresh()

    def sizeHint(self) -> QSize:
        return size(400, 26 * max(3, len(self._state.bars)))

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 104)

    def spoken(self) -> str:
        if not self._state.bars:
            return self._state.empty
        return "; ".join(
            f"{bar.label} {figure(bar.value, self._state.decimals)} {bar.detail}".strip() for bar in self._state.bars
        )

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_pareto(painter, rect, self._state, self.theme)


class Waterfall(Painted):
    """Where the time went."""

    def __init__(self, state: WaterfallState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or WaterfallState()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    def set_state(self, state: WaterfallState) -> None:
        """Shows another time."""
        if state != self._state:
            self._state = state
            self.setToolTip(self.spoken().replace("; ", "\n"))
            self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(900, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 220)

    def spoken(self) -> str:
        minutes = translate("spoken", "min")
        return "; ".join(f"{bar.label} {figure(bar.minutes, 1)} {minutes}" for bar in self._state.bars)

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_waterfall(painter, rect, self._state, self.theme)


class StateTimeline(Painted):
    """Machine states on a shared axis; arrows walk the spans, hover tells, a click asks for that time on Trends."""

    time_wanted = Signal(object)

    def __init__(self, state: TimelineState | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state or TimelineState()
        self._cursor: tuple[int, TimelineSpan] | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.refresh()

    def set_state(self, state: TimelineState) -> None:
        """Shows another moment."""
        self._state = state
        self.refresh()

    def sizeHint(self) -> QSize:
        return size(700, 38 * max(1, len(self._state.rows)) + AXIS)

    def minimumSizeHint(self) -> QSize:
        return size(320, 20 * max(1, len(self._state.rows)) + AXIS)

    def spoken(self) -> str:
        if self._cursor is not None:
            row, span = self._cursor
            return self.words(row, span)
        return translate("spoken", "machine states") + ": " + ", ".join(row.name for row in self._state.rows)

    def words(self, row: int, span: TimelineSpan) -> str:
        """Machine, state, start and length of a span in one line."""
        end = min(span.to_us, self._state.now_us) if self._state.now_us else span.to_us
        name = self._state.rows[row].name
        return f"{name}: {span.what}, {clock(span.from_us, self._state.zone)}, {age((end - span.from_us) / 1e6)}"

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        paint_timeline(painter, rect, self._state, self.theme)
        if self._cursor is not None and self.hasFocus():
            row, span = self._cursor
            plot = timeline_plot(rect, self._state)
            place = row_rect(plot, self._state, row)
            left, right = x_of(plot, self._state, span.from_us), x_of(plot, self._state, span.to_us)
            box = QRectF(left, place.top(), max(4.0, right - left), place.height()).adjusted(-2, -2, 2, 2)
            frame(painter, box, self.theme.colour("accent"), 2.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = timeline_plot(QRectF(self.rect()), self._state)
        found = span_at(plot, self._state, QPointF(event.position()))
        if found is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), self.words(*found), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        plot = timeline_plot(QRectF(self.rect()), self._state)
        found = span_at(plot, self._state, QPointF(event.position()))
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.time_wanted.emit(found[1].from_us)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is not None and self._state.rows:
            self._move(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor is not None:
            self.time_wanted.emit(self._cursor[1].from_us)
        else:
            super().keyPressEvent(event)

    def _move(self, rows: int, spans: int) -> None:
        row, at = (self._cursor[0], self._cursor[1].from_us) if self._cursor else (0, self._state.now_us)
        row = min(len(self._state.rows) - 1, max(0, row + rows))
        stops = [span for span in self._state.rows[row].spans if span.kind != "run"]
        if not stops:
            return
        if spans > 0:
            found = next((span for span in stops if span.from_us > at), stops[-1])
        elif spans < 0:
            found = next((span for span in reversed(stops) if span.from_us < at), stops[0])
        else:
            found = min(stops, key=lambda span: abs(span.from_us - at))
        self._cursor = (row, found)
        self.refresh()


class TimelineLegend(Painted):
    """Names of the fills; what does not fit is left out at the left end, the rarest first."""

    _DROP = ("planned", "internal", "unknown", "setup", "minor", "ext", "breakdown", "run")

    def __init__(self, kinds: tuple[str, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = kinds
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.refresh()

    @staticmethod
    def names() -> dict[str, str]:
        """Word of each fill."""
        return {
            "run": translate("Timeline", "Run"),
            "minor": translate("Timeline", "Minor stop"),
            "breakdown": translate("Timeline", "Breakdown"),
            "internal": translate("Timeline", "Held"),
            "ext": translate("Timeline", "Starved / blocked"),
            "setup": translate("Timeline", "Setup"),
            "planned": translate("Timeline", "Planned"),
            "unknown": translate("Timeline", "Unknown"),
        }

    def set_kinds(self, kinds: tuple[str, ...]) -> None:
        """Names these fills."""
        if kinds != self._kinds:
            self._kinds = kinds
            self.updateGeometry()
            self.refresh()

    def sizeHint(self) -> QSize:
        return size(self._needed(self._kinds), 22)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 22)

    def spoken(self) -> str:
        names = self.names()
        return ", ".join(names[kind] for kind in self._kinds)

    def _needed(self, kinds: tuple[str, ...]) -> float:
        names = self.names()
        return sum(self._sample(kind) + 6 + width(names[kind], font("label")) + 14 for kind in kinds)

    @staticmethod
    def _sample(kind: str) -> float:
        return 4.0 if kind == "minor" else 18.0

    def draw(self, painter: QPainter, rect: QRectF) -> None:
        names = self.names()
        kinds = self._kinds
        for dropped in self._DROP:
            if self._needed(kinds) <= rect.width():
                break
            kinds = tuple(kind for kind in kinds if kind != dropped)
        x = rect.right() - self._needed(kinds) + 14
        for kind in kinds:
            sample = QRectF(x, rect.center().y() - 8, self._sample(kind), 14)
            if kind == "minor":
                sample.setWidth(2.0)
            paint_state_fill(painter, sample, kind, self.theme)
            x += self._sample(kind) + 6
            place = QRectF(x, rect.top(), rect.right() - x + 1, rect.height())
            x += write(painter, place, names[kind], font("label"), self.theme.colour("text2")) + 14
