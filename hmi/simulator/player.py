"""Plays a recording row by row; knows when the next row is due, never who listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hmi.simulator.recording import GAP_INTERVALS, Recording

Row = Sequence[float | str | None]


@dataclass(frozen=True, slots=True)
class Step:
    """What follows a row: how long it stays out, then how long the device is silent."""

    hold_s: float
    silent_s: float


class Player:
    """Rows of a recording and the times between them; `position` counts from 0 over the rows played.

    interval_s: time between two rows that follow one another normally, in wall-clock seconds.
    """

    def __init__(self, recording: Recording, interval_s: float, *, loop: bool = False) -> None:
        self.recording = recording
        self.interval_s = interval_s
        self.loops = loop
        self.position = 0
        self._steps = recording.steps()

    @property
    def is_last(self) -> bool:
        """True on the row after which nothing follows."""
        return not self.loops and self.position == len(self.recording) - 1

    @property
    def row_number(self) -> int:
        """Number of the row in its file, 0 = the first data row."""
        return self.recording.first + self.position

    @property
    def row(self) -> Row:
        """The cells of the row that is out, in column order."""
        return [column.values[self.position] for column in self.recording.columns]

    def step(self) -> Step:
        """What follows the row that is out."""
        if self.position == len(self.recording) - 1:
            return Step(self.interval_s, 0.0)
        intervals = self._steps[self.position]
        if intervals > GAP_INTERVALS:
            # The row stays out for an interval first, so that it is read before the device falls silent.
            return Step(self.interval_s, intervals * self.interval_s)
        # Rows recorded almost at once are spread, or a poll could not see each of them.
        return Step(max(intervals, 0.5) * self.interval_s, 0.0)

    def advance(self) -> None:
        """Goes on to the next row, or back to the first when looping."""
        self.position = (self.position + 1) % len(self.recording)
