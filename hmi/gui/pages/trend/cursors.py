"""Values at the cursors A and B: stored samples, never read off a line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from hmi.facade.data import HistoryAnswer, HistoryQuery
from hmi.gui.bridge import Bridge
from hmi.gui.pages.trend.feed import TrendFeed

_SETTLE_MS = 150
_LETTERS = ("A", "B")


class CursorValues(QObject):
    """Where cursors stand and what every pen was there. changed: a value arrived.

    The sample at or before the cursor, None in a gap. While minima and maxima are drawn, history is asked for it.
    """

    changed = Signal()

    def __init__(self, bridge: Bridge, feed: TrendFeed, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._feed = bridge, feed
        self._at: dict[str, int | None] = dict.fromkeys(_LETTERS)
        self._paths: list[str] = []
        self._answers: dict[str, tuple[int, dict[str, float | None]]] = {}
        self._asked: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self._ask)

    @property
    def is_settled(self) -> bool:
        """True when no value is on its way."""
        return not self._timer.isActive() and not self._asked

    def place(self, letter: str) -> int | None:
        """Moment of a cursor, None if it is not set."""
        return self._at[letter]

    def set_place(self, letter: str, t_us: int | None) -> None:
        """Moves a cursor."""
        if self._at[letter] != t_us:
            self._at[letter] = t_us
            self._answers.pop(letter, None)
            self.follow(self._paths)

    def follow(self, paths: list[str]) -> None:
        """Values of these tags are wanted."""
        if paths != self._paths:
            self._paths = list(paths)
            self._answers.clear()
        if any(
            not self.is_known(letter, path) for letter in _LETTERS if self._at[letter] is not None for path in paths
        ):
            self._timer.start()

    def is_known(self, letter: str, path: str) -> bool:
        """False while the value is on its way."""
        place = self._at[letter]
        if place is None:
            return False
        if self._feed.holds(place):
            return True
        answer = self._answers.get(letter)
        return answer is not None and answer[0] == place and path in answer[1]

    def value(self, letter: str, path: str) -> float | None:
        """What a pen was at a cursor; None in a gap and while unknown."""
        place = self._at[letter]
        if place is None or not self.is_known(letter, path):
            return None
        if self._feed.holds(place):
            return self._feed.sample_at(path, place)
        return self._answers[letter][1][path]

    def _ask(self) -> None:
        for letter in _LETTERS:
            place = self._at[letter]
            wanted = (place or 0, tuple(self._paths))
            if place is None or not self._paths or self._asked.get(letter) == wanted:
                continue
            if all(self.is_known(letter, path) for path in self._paths):
                continue
            self._asked[letter] = wanted
            query = HistoryQuery(list(self._paths), place - 60_000_000, place, "at", 60)
            take, fail = partial(self._take, letter, wanted), partial(self._fail, letter, wanted)
            self._bridge.ask(self._bridge.facade.history(query), take, fail, owner=self)

    def _take(self, letter: str, wanted: tuple[int, tuple[str, ...]], answer: HistoryAnswer) -> None:
        if self._asked.get(letter) != wanted:
            return
        del self._asked[letter]
        if self._at[letter] != wanted[0]:
            return
        values: dict[str, float | None] = dict.fromkeys(wanted[1])
        for series in answer.series:
            sample = series.value[-1] if series.value else None
            values[series.path] = float(sample) if isinstance(sample, int | float) else None
        self._answers[letter] = (wanted[0], values)
        self.changed.emit()

    def _fail(self, letter: str, wanted: tuple[int, tuple[str, ...]], error: Exception) -> None:
        if self._asked.get(letter) == wanted:
            del self._asked[letter]
            self.changed.emit()
