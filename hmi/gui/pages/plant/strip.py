"""A line in flow order: tiles joined by buffers; one stop for Tab, arrows move inside."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from hmi.gui.widgets.machines import Buffer, MachineTile
from hmi.gui.widgets.structs import BufferState, TileState

_GAP = 5
_WIDEST = 400


class LineStrip(QWidget):
    """Machine tiles and buffers. tile_clicked, trend_wanted: number of the machine."""

    tile_clicked = Signal(int)
    buffer_clicked = Signal(int)
    trend_wanted = Signal(int)

    def __init__(self, tiles: int, buffers: tuple[int, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._after = buffers
        self._compact = False
        self.tiles = [MachineTile(parent=self) for _ in range(tiles)]
        self.buffers = [Buffer(parent=self) for _ in buffers]
        for index, tile in enumerate(self.tiles):
            tile.set_clickable(True)
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if index == 0 else Qt.FocusPolicy.ClickFocus)
            tile.clicked.connect(lambda number=index: self.tile_clicked.emit(number))
            tile.trend_wanted.connect(lambda number=index: self.trend_wanted.emit(number))
            tile.installEventFilter(self)
        for index, buffer in enumerate(self.buffers):
            buffer.set_clickable(True)
            buffer.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            buffer.clicked.connect(lambda number=index: self.buffer_clicked.emit(number))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_compact(self, compact: bool) -> None:
        """Narrower buffers and one figure a tile."""
        self._compact = compact
        for tile in self.tiles:
            tile.set_compact(compact)
        self._place()
        self.updateGeometry()

    def show_states(self, tiles: list[TileState], buffers: list[BufferState]) -> None:
        """Shows another moment."""
        for tile, state in zip(self.tiles, tiles, strict=True):
            tile.set_state(state)
        for buffer, now in zip(self.buffers, buffers, strict=True):
            buffer.set_state(now)

    def minimumSizeHint(self) -> QSize:
        least = MachineTile.minimumSizeHint(self.tiles[0]).width() if self.tiles else 0
        room = self._buffer_width() + 2 * _GAP
        joints = max(0, len(self.tiles) - 1)
        free = joints - len(self.buffers)
        return QSize(least * len(self.tiles) + room * len(self.buffers) + 10 * max(0, free), 220)

    def sizeHint(self) -> QSize:
        return QSize(self.minimumSizeHint().width() + 60 * len(self.tiles), 312)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        focused = next((i for i, tile in enumerate(self.tiles) if tile.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        wanted = min(len(self.tiles) - 1, max(0, focused + step))
        for index, tile in enumerate(self.tiles):
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if index == wanted else Qt.FocusPolicy.ClickFocus)
        self.tiles[wanted].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _buffer_width(self) -> int:
        return 78 if self._compact else 104

    def places(self, width: int) -> list[tuple[int, int]]:
        """Left edge and width of each tile in a strip of this width, buffers taken into account."""
        count = len(self.tiles)
        if not count:
            return []
        room = self._buffer_room(width)
        joints = set(self._after)
        wide = self._tile_width(width)
        found, x = [], 0
        for index in range(count):
            found.append((x, wide))
            x += wide + (room + 2 * _GAP if index in joints else 2 * _GAP)
        return found

    def _used(self) -> int:
        plain = len(self.tiles) - 1 - len(self.buffers)
        return len(self.buffers) * (self._buffer_width() + 2 * _GAP) + max(0, plain) * 2 * _GAP

    def _tile_width(self, width: int) -> int:
        return min(_WIDEST, max(100, (width - self._used()) // max(1, len(self.tiles))))

    def _buffer_room(self, width: int) -> int:
        spare = width - self._used() - self._tile_width(width) * len(self.tiles)
        if not self.buffers or spare <= 0:
            return self._buffer_width()
        return min(160, self._buffer_width() + spare // len(self.buffers))

    def _place(self) -> None:
        high = self.height()
        room = self._buffer_room(self.width())
        joints = {after: index for index, after in enumerate(self._after)}
        for index, (x, wide) in enumerate(self.places(self.width())):
            self.tiles[index].setGeometry(x, 0, wide, high)
            if index in joints:
                buffer = self.buffers[joints[index]]
                tall = buffer.sizeHint().height() + 16
                top = max(0, min(high - tall, round(high * 0.28)))
                buffer.setGeometry(x + wide + _GAP, top, room, tall)
