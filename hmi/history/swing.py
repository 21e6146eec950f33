"""The swinging door: keeps the corners of a curve, so that straight lines between them stay within a deadband; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hmi.model.samples import Sample

LONGEST_HOLD_US: Final = 60_000_000
"""A steady value is kept at least this often, so that a trend shows it was still there."""


@dataclass(slots=True)
class _Door:
    kept: Sample
    held: Sample | None
    lowest: float
    highest: float


class SwingingDoor:
    """Decides for one tag; a sample is kept once a later one has shown that it is a corner."""

    def __init__(self, deadband: float) -> None:
        self._deadband = deadband
        self._door: _Door | None = None

    def keep(self, sample: Sample) -> list[Sample]:
        """The samples known to be kept now, oldest first: none, the one before, this one, or both."""
        door = self._door
        if door is None or not _is_number(sample) or not self._continues(door, sample):
            return [*self.release(), self._begin(sample)]
        slope = _slope(door.kept, sample)
        if door.lowest <= slope <= door.highest and sample.t_source_us - door.kept.t_source_us <= LONGEST_HOLD_US:
            self._narrow(door, sample)
            return []
        if door.held is None:
            return [self._begin(sample)]
        corner = door.held
        self._door = _Door(corner, None, float("-inf"), float("inf"))
        self._narrow(self._door, sample)
        return [corner]

    def release(self) -> list[Sample]:
        """The sample still held, if any, at the end of recording or before a break of the curve."""
        held = self._door.held if self._door is not None else None
        self._door = None
        return [] if held is None else [held]

    def _begin(self, sample: Sample) -> Sample:
        self._door = _Door(sample, None, float("-inf"), float("inf")) if _is_number(sample) else None
        return sample

    def _continues(self, door: _Door, sample: Sample) -> bool:
        newest = door.held or door.kept
        return sample.status == newest.status and sample.t_source_us > newest.t_source_us

    def _narrow(self, door: _Door, sample: Sample) -> None:
        span = (sample.t_source_us - door.kept.t_source_us) / 1e6
        rise = _number(sample) - _number(door.kept)
        door.lowest = max(door.lowest, (rise - self._deadband) / span)
        door.highest = min(door.highest, (rise + self._deadband) / span)
        door.held = sample


def _is_number(sample: Sample) -> bool:
    value = sample.value
    return value is not None and not isinstance(value, str) and abs(value) < float("inf")


def _number(sample: Sample) -> float:
    value = sample.value
    return float(value) if isinstance(value, int | float) else float("nan")


def _slope(start: Sample, end: Sample) -> float:
    return (_number(end) - _number(start)) / ((end.t_source_us - start.t_source_us) / 1e6)
