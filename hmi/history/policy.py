"""Which samples are kept: all, changes, changes beyond a deadband, corners, none; whole arrays at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from hmi.history.codec import TagSamples
from hmi.history.swing import SwingingDoor
from hmi.model.samples import SampleBatch
from hmi.model.tags import Store, TagDefinition

_ALL, _CHANGE, _DEADBAND, _NO, _SWING = 0, 1, 2, 3, 4
_KINDS: Final = {
    Store.ALL: _ALL,
    Store.CHANGE: _CHANGE,
    Store.DEADBAND: _DEADBAND,
    Store.NO: _NO,
    Store.SWING: _SWING,
}


class StoragePolicy:
    """Filters batches by the policy of each tag; remembers what it last kept of each.

    A change of status is always kept, and so is the first sample after the start or after `forget`. A `swing` tag's
    newest sample is held back until the next decides whether it is a corner; `release` gives what is held.
    Tags it was not told of are kept.
    """

    def __init__(self, definitions: Iterable[TagDefinition]) -> None:
        known = [d for d in definitions if d.number > 0]
        size = max((d.number for d in known), default=0) + 1
        self._kind = np.zeros(size, np.int8)
        self._deadband = np.zeros(size)
        for definition in known:
            self._kind[definition.number] = _KINDS[definition.store]
            self._deadband[definition.number] = definition.deadband
        self._keeps_all = not self._kind.any()
        self._seen = np.zeros(size, np.bool_)
        self._value = np.full(size, np.nan)
        self._status = np.zeros(size, np.uint32)
        self._exact: dict[int, str | int] = {}
        self._doors = {d.number: SwingingDoor(d.deadband) for d in known if d.store is Store.SWING}

    def forget(self) -> None:
        """Keeps the next sample of every tag: what was kept last was lost."""
        self._seen[:] = False

    def release(self) -> SampleBatch:
        """Samples still held back because a later one decides about them; for the end of recording."""
        return SampleBatch.of(sample for door in self._doors.values() for sample in door.release())

    def keep(self, batch: SampleBatch) -> SampleBatch:
        """The samples to store, in their order."""
        if self._keeps_all or not len(batch):
            return batch
        tag = np.where((batch.tag >= 0) & (batch.tag < len(self._kind)), batch.tag, 0)
        kind = self._kind[tag]
        if not kind.any():
            return batch
        kept = kind == _ALL
        judged = np.flatnonzero((kind == _CHANGE) | (kind == _DEADBAND))
        for turn in _turns(tag[judged]):
            index = judged[turn]
            kept[index] = self._changed(batch, index, tag[index])
        if kept.all():
            return batch
        result = _part(batch, np.flatnonzero(kept))
        swinging = np.flatnonzero(kind == _SWING)
        if not len(swinging):
            return result
        arrived = _part(batch, swinging).samples()
        corners = [sample for new in arrived for sample in self._doors[new.tag].keep(new)]
        return SampleBatch.concatenate([SampleBatch.of(corners), result])

    def _changed(
        self, batch: SampleBatch, index: npt.NDArray[np.intp], tag: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.bool_]:
        """Judges samples of different tags and remembers those it keeps."""
        value, status, last = batch.value[index], batch.status[index], self._value[tag]
        both_missing = np.isnan(value) & np.isnan(last)
        moved = np.where(
            self._kind[tag] == _DEADBAND,
            ~(np.abs(value - last) <= self._deadband[tag]),
            value != last,
        )
        changed: npt.NDArray[np.bool_] = ~self._seen[tag] | (status != self._status[tag]) | (moved & ~both_missing)
        if batch.exact or self._exact:
            for position, (sample, number) in enumerate(zip(index.tolist(), tag.tolist(), strict=True)):
                exact = batch.exact.get(sample)
                changed[position] |= exact != self._exact.get(number)
                if changed[position]:
                    self._exact.pop(number, None)
                    if exact is not None:
                        self._exact[number] = exact
        kept = tag[changed]
        self._seen[kept] = True
        self._value[kept] = value[changed]
        self._status[kept] = status[changed]
        return changed


def _part(batch: SampleBatch, index: npt.NDArray[np.intp]) -> SampleBatch:
    part = TagSamples.of(batch, index)
    return SampleBatch(
        tag=batch.tag[index],
        t_source_us=part.t_source_us,
        t_receive_us=part.t_receive_us,
        value=part.value,
        status=part.status,
        t_server_us=part.t_server_us,
        exact=part.exact,
    )


def _turns(tag: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Splits positions so that each turn has every tag at most once: first samples, then second ones, ..."""
    if not len(tag):
        return []
    order = np.argsort(tag, kind="stable")
    ordered = tag[order]
    start = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    rank = np.arange(len(tag)) - np.repeat(start, np.diff(np.append(start, len(tag))))
    if not rank.any():
        return [order]
    return [order[rank == turn] for turn in range(int(rank.max()) + 1)]
