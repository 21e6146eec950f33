"""Samples in bulk: parallel arrays, one entry a sample (`design.md` 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from hmi.model.quality import is_usable

Scalar: TypeAlias = float | int | str | bool
"""A tag's value: float64, an integer that may exceed 2^53, text or a boolean."""

EXACT_INTEGER: Final = 2**53
"""Largest magnitude up to which float64 carries every integer."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one tag, for code outside the hot path.

    value: None when the status is bad; t_server_us: 0 where the protocol has none.
    """

    tag: int
    value: Scalar | None
    status: int
    t_source_us: int
    t_receive_us: int
    t_server_us: int = 0

    @property
    def usable(self) -> bool:
        """True if the value is there and good or uncertain."""
        return self.value is not None and is_usable(self.status)


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Many samples as parallel arrays of equal length, in order of arrival.

    tag: int32 number of the tag; t_source_us, t_receive_us: int64; value: float64 (NaN where bad or side-listed);
    status: uint32 StatusCode; t_server_us: int64 or None where the protocol has no server time.
    exact: {index: text or integer} for values float64 cannot carry: text, integers beyond 2^53.
    """

    tag: npt.NDArray[np.int32]
    t_source_us: npt.NDArray[np.int64]
    t_receive_us: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    status: npt.NDArray[np.uint32]
    t_server_us: npt.NDArray[np.int64] | None = None
    exact: dict[int, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {len(self.tag), len(self.t_source_us), len(self.t_receive_us), len(self.value), len(self.status)}
        if self.t_server_us is not None:
            lengths.add(len(self.t_server_us))
        if len(lengths) != 1:
            raise ValueError("the arrays of a batch differ in length")

    def __len__(self) -> int:
        return len(self.tag)

    @classmethod
    def empty(cls) -> SampleBatch:
        """A batch of no samples."""
        return cls.of(())

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> SampleBatch:
        """A batch of single samples; keeps their order."""
        rows = list(samples)
        values = np.full(len(rows), np.nan)
        exact: dict[int, str | int] = {}
        for index, row in enumerate(rows):
            if row.value is None:
                continue
            if isinstance(row.value, str):
                exact[index] = row.value
            elif isinstance(row.value, int) and abs(row.value) > EXACT_INTEGER:
                exact[index] = int(row.value)
                values[index] = float(row.value)
            else:
                values[index] = float(row.value)
        server = None
        if any(row.t_server_us for row in rows):
            server = np.array([row.t_server_us for row in rows], dtype=np.int64)
        return cls(
            tag=np.array([row.tag for row in rows], dtype=np.int32),
            t_source_us=np.array([row.t_source_us for row in rows], dtype=np.int64),
            t_receive_us=np.array([row.t_receive_us for row in rows], dtype=np.int64),
            value=values,
            status=np.array([row.status for row in rows], dtype=np.uint32),
            t_server_us=server,
            exact=exact,
        )

    @classmethod
    def concatenate(cls, batches: Sequence[SampleBatch]) -> SampleBatch:
        """All samples of several batches, in order."""
        if not batches:
            return cls.empty()
        if len(batches) == 1:
            return batches[0]
        exact: dict[int, str | int] = {}
        start = 0
        for batch in batches:
            for index, value in batch.exact.items():
                exact[start + index] = value
            start += len(batch)
        server = None
        if any(batch.t_server_us is not None for batch in batches):
            server = np.concatenate(
                [b.t_server_us if b.t_server_us is not None else np.zeros(len(b), np.int64) for b in batches]
            )
        return cls(
            tag=np.concatenate([b.tag for b in batches]),
            t_source_us=np.concatenate([b.t_source_us for b in batches]),
            t_receive_us=np.concatenate([b.t_receive_us for b in batches]),
            value=np.concatenate([b.value for b in batches]),
            status=np.concatenate([b.status for b in batches]),
            t_server_us=server,
            exact=exact,
        )

    def scalar(self, index: int) -> Scalar | None:
        """The value at `index` as a Python value; None if its status is bad."""
        if not is_usable(int(self.status[index])):
            return None
        if index in self.exact:
            return self.exact[index]
        return float(self.value[index])

    def samples(self) -> list[Sample]:
        """Every entry as a `Sample`; for tests and small batches."""
        server = self.t_server_us
        return [
            Sample(
                tag=int(self.tag[i]),
                value=self.scalar(i),
                status=int(self.status[i]),
                t_source_us=int(self.t_source_us[i]),
                t_receive_us=int(self.t_receive_us[i]),
                t_server_us=int(server[i]) if server is not None else 0,
            )
            for i in range(len(self))
        ]
