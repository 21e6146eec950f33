"""Between the corners a swinging door keeps, every sample lies within the deadband of a straight line."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.history.policy import StoragePolicy
from hmi.history.swing import LONGEST_HOLD_US
from hmi.model import quality
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import Store, TagDefinition
from tests.helpers.clock import EPOCH_US

_TAG = TagDefinition("line1/swing", "plc", "holding:0", number=1, store=Store.SWING, deadband=1.0)


@given(
    st.lists(st.tuples(st.integers(1_000, 20_000_000), st.floats(-50, 50)), min_size=1, max_size=80),
    st.lists(st.integers(1, 10), max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_no_sample_is_further_than_the_deadband_from_the_line(steps: list[tuple[int, float]], cuts: list[int]) -> None:
    t = EPOCH_US + np.cumsum([step for step, _ in steps])
    rows = [Sample(1, value, 0, int(at), int(at)) for at, (_, value) in zip(t, steps, strict=True)]
    policy = StoragePolicy([_TAG])
    kept: list[Sample] = []
    position = 0
    for cut in [*cuts, len(rows)]:
        kept += policy.keep(SampleBatch.of(rows[position : position + cut])).samples()
        position += cut
    kept += policy.release().samples()
    assert set(kept) <= set(rows) and kept == sorted(kept, key=lambda s: s.t_source_us)
    assert (kept[0], kept[-1]) == (rows[0], rows[-1])
    line = np.interp(t.astype(float), [s.t_source_us for s in kept], [float(s.value) for s in kept])  # type: ignore[arg-type]
    assert np.all(np.abs(line - np.array([value for _, value in steps])) <= 1.0 + 1e-6)


def test_a_ramp_costs_two_samples_a_minute_and_a_bad_one_breaks_it() -> None:
    policy = StoragePolicy([_TAG])
    rows = [Sample(1, i * 0.5, 0, EPOCH_US + i * 1_000_000, EPOCH_US) for i in range(50)]
    bad = Sample(1, None, quality.BAD_TIMEOUT, EPOCH_US + 50_000_000, EPOCH_US)
    again = Sample(1, 3.0, 0, EPOCH_US + 51_000_000, EPOCH_US)
    kept = policy.keep(SampleBatch.of([*rows, bad, again])).samples()
    assert kept == [rows[0], rows[49], bad, again]


def test_a_steady_value_is_kept_now_and_then() -> None:
    policy = StoragePolicy([_TAG])
    rows = [Sample(1, 5.0, 0, EPOCH_US + i * 1_000_000, EPOCH_US) for i in range(600)]
    kept = policy.keep(SampleBatch.of(rows)).samples()
    gaps = np.diff([s.t_source_us for s in kept])
    assert gaps.max() <= LONGEST_HOLD_US and len(kept) <= 12
