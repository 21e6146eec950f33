"""Which samples were lost, per tag, until that is written as gaps."""

from __future__ import annotations

from typing import Final

import numpy as np

from hmi.model.samples import SampleBatch

_NEVER: Final = np.iinfo(np.int64).max


class LostSpans:
    """First and last time of what was dropped of each tag; costs arrays, never an object a sample."""

    def __init__(self) -> None:
        self._first = np.zeros(0, np.int64)
        self._last = np.zeros(0, np.int64)

    def add(self, batch: SampleBatch) -> None:
        """Notes the samples of a dropped batch."""
        if not len(batch):
            return
        missing = int(batch.tag.max()) + 1 - len(self._first)
        if missing > 0:
            self._first = np.append(self._first, np.full(missing, _NEVER))
            self._last = np.append(self._last, np.full(missing, -_NEVER))
        np.minimum.at(self._first, batch.tag, batch.t_source_us)
        np.maximum.at(self._last, batch.tag, batch.t_source_us)

    def take(self) -> dict[int, tuple[int, int]]:
        """`{tag: (first, last)}` of what was lost; starts afresh."""
        lost = np.flatnonzero(self._first != _NEVER).tolist()
        spans = {tag: (int(self._first[tag]), int(self._last[tag])) for tag in lost}
        self._first = np.zeros(0, np.int64)
        self._last = np.zeros(0, np.int64)
        return spans
