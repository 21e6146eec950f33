"""Whatever is recorded comes back bit by bit."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.history import codec
from hmi.model.samples import Sample, SampleBatch

_T = st.integers(1_600_000_000_000_000, 1_900_000_000_000_000)
_VALUE = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(width=32),
    st.integers(-(2**63), 2**64 - 1),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.just(-0.0),
)
_STATUS = st.sampled_from([0, 0x00000480, 0x40940000, 0x80050000, 0xFFFFFFFF])


@st.composite
def _samples(draw: st.DrawFn, tags: int = 5) -> list[Sample]:
    step = draw(st.sampled_from([1, 1_000]))
    rows = []
    for _ in range(draw(st.integers(0, 40))):
        status = draw(_STATUS)
        source = draw(_T) // step * step
        rows.append(
            Sample(
                tag=draw(st.integers(1, tags)),
                value=None if status >= 0x80000000 else draw(_VALUE),
                status=status,
                t_source_us=source,
                t_receive_us=source + draw(st.integers(-5_000_000, 5_000_000)) // step * step,
                t_server_us=draw(st.sampled_from([0, source, source + 17])),
            )
        )
    return rows


def _same(a: Sample, b: Sample) -> bool:
    if (a.tag, a.status, a.t_source_us, a.t_receive_us, a.t_server_us) != (
        b.tag,
        b.status,
        b.t_source_us,
        b.t_receive_us,
        b.t_server_us,
    ):
        return False
    if isinstance(a.value, str) or isinstance(b.value, str) or a.value is None or b.value is None:
        return a.value == b.value
    if math.isnan(float(a.value)):
        return math.isnan(float(b.value))
    if isinstance(a.value, int):
        return a.value == b.value
    return struct.pack("<d", a.value) == struct.pack("<d", float(b.value))


@given(_samples())
@settings(max_examples=150, deadline=None)
def test_a_block_returns_what_was_put_in(rows: list[Sample]) -> None:
    back = codec.decode_block(codec.encode_block(SampleBatch.of(rows))).samples()
    assert len(back) == len(rows)
    assert all(_same(a, b) for a, b in zip(rows, back, strict=True))


@given(_samples(tags=1), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_chunk_returns_what_was_put_in(rows: list[Sample], outside: bool) -> None:
    batch = SampleBatch.of(rows)
    samples = codec.TagSamples.of(batch, np.arange(len(batch)))
    times = codec.encode_times(samples) if outside else None
    back = codec.decode_chunk(codec.encode_chunk(samples, times_outside=outside), times).as_batch(1).samples()
    assert len(back) == len(rows)
    assert all(_same(a, b) for a, b in zip(rows, back, strict=True))


@given(_samples(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_noticed(rows: list[Sample], data: st.DataObject) -> None:
    block = bytearray(codec.encode_block(SampleBatch.of(rows)))
    position = data.draw(st.integers(0, len(block) * 8 - 1))
    block[position // 8] ^= 1 << position % 8
    with pytest.raises(codec.DamagedError):
        codec.decode_block(bytes(block))
