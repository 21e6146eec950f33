"""Answers of history queries as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hmi.history.codec import TagSamples
from hmi.history.figures import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class StoredTag:
    """A tag as the database knows it. device: who delivers it; store: its storage policy."""

    number: int
    path: str
    type: str
    unit: str
    device: str
    store: str


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Samples of each tag asked for, in the order asked; next: cursor if the limit cut the answer."""

    samples: dict[int, TagSamples]
    next: str | None


@dataclass(frozen=True, slots=True)
class MinMaxAnswer:
    """Occupied buckets of one tag; t_us is the start of the bucket, status the worst of it; NaN = nothing usable."""

    t_us: IntArray
    min: FloatArray
    max: FloatArray
    first: FloatArray
    last: FloatArray
    status: npt.NDArray[np.uint32]
    n: IntArray


@dataclass(frozen=True, slots=True)
class MeanAnswer:
    """Time-weighted means of one tag; mean is NaN where nothing usable is known, good_fraction is 0..1 of the bucket.

    A status below 80 % good is uncertain (`domain.md` 4.3).
    """

    t_us: IntArray
    mean: FloatArray
    good_fraction: FloatArray
    usable_fraction: FloatArray
    status: npt.NDArray[np.uint32]
    n: IntArray


@dataclass(frozen=True, slots=True)
class GapRecord:
    """A time without record and why (`contract.md` 9). scope: `*`, `device:NAME` or a tag path; to_us None = open."""

    id: int
    scope: str
    from_us: int
    to_us: int | None
    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class HistoryInfo:
    """What `history info` prints; bytes: chunks, times and journal without indexes."""

    tags: int
    samples: int
    first_us: int | None
    last_us: int | None
    bytes: int
    gaps: int

    @property
    def bytes_per_sample(self) -> float | None:
        """None while nothing is stored."""
        return self.bytes / self.samples if self.samples else None
