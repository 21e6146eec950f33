from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmi.model.quality import BAD_TIMEOUT, GOOD, UNCERTAIN, bad_mask, severity, status_from_name, status_name, worst
from hmi.model.samples import Sample, SampleBatch

values = st.one_of(
    st.floats(allow_nan=False), st.integers(-(2**64), 2**64), st.text(max_size=20), st.booleans(), st.none()
)
samples = st.builds(
    Sample,
    tag=st.integers(1, 1000),
    value=values,
    status=st.sampled_from([GOOD, UNCERTAIN]),
    t_source_us=st.integers(0, 2**62),
    t_receive_us=st.integers(0, 2**62),
)


@given(st.lists(samples, max_size=20), st.integers(0, 20))
def test_values_survive_batches_and_their_concatenation(rows: list[Sample], cut: int) -> None:
    whole = SampleBatch.concatenate([SampleBatch.of(rows[:cut]), SampleBatch.of(rows[cut:])])
    assert len(whole) == len(rows)
    for row, back in zip(rows, whole.samples(), strict=True):
        assert back.tag == row.tag
        assert back.t_source_us == row.t_source_us
        if row.value is None:
            assert back.value is None or math.isnan(float(back.value))
        else:
            assert back.value == row.value


def test_a_bad_sample_has_no_value() -> None:
    batch = SampleBatch.of([Sample(1, 5.0, BAD_TIMEOUT, 0, 0)])
    assert batch.scalar(0) is None


def test_arrays_of_different_length_are_refused() -> None:
    one, two = np.zeros(1), np.zeros(2)
    with pytest.raises(ValueError, match="differ in length"):
        SampleBatch(one.astype(np.int32), two.astype(np.int64), two.astype(np.int64), two, two.astype(np.uint32))


def test_severity_is_read_from_the_two_top_bits() -> None:
    assert severity(0x00000480).word == "good"
    assert severity(0x40940000).word == "uncertain"
    assert severity(0x800A0000).word == "bad"
    assert severity(0xC0000000).word == "bad"
    assert status_name(0x800A0480) == "BadTimeout"
    assert status_from_name("BadTimeout") == BAD_TIMEOUT
    assert worst(GOOD, UNCERTAIN, BAD_TIMEOUT, GOOD) == BAD_TIMEOUT
    assert bad_mask(np.array([GOOD, UNCERTAIN, BAD_TIMEOUT], np.uint32)).tolist() == [False, False, True]
