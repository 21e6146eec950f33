"""Roll-ups in any steps give what the samples give."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.history.codec import TagSamples
from hmi.history.figures import HOUR_US, MINUTE_US, Figures, combine, rebucket, spans_of

_FIELDS = ("n", "n_usable", "v_min", "v_max", "v_first", "v_last", "t_first_us", "t_last_us", "last_status")


@st.composite
def _tag_samples(draw: st.DrawFn) -> TagSamples:
    count = draw(st.integers(1, 60))
    steps = draw(st.lists(st.integers(0, 40 * 60_000_000), min_size=count, max_size=count))
    t = 1_763_712_000_000_000 + np.cumsum(np.array(steps, np.int64))
    values = draw(st.lists(st.floats(-1e6, 1e6), min_size=count, max_size=count))
    status = np.array(
        draw(st.lists(st.sampled_from([0, 0x40940000, 0x80050000]), min_size=count, max_size=count)), np.uint32
    )
    value = np.where(status >= 0x80000000, np.nan, np.array(values))
    return TagSamples(t, t, value, status)


@given(_tag_samples(), st.lists(st.integers(0, 60), max_size=3))
@settings(max_examples=150, deadline=None)
def test_steps_between_do_not_change_the_figures(samples: TagSamples, cuts: list[int]) -> None:
    rows = Figures.of_samples(samples)
    _, whole = combine(rows, np.zeros(len(rows), np.int64))
    one = np.zeros(len(rows), np.int64)
    _, minutes = rebucket(one, rows, MINUTE_US)
    _, hours = rebucket(one[: len(minutes)], minutes, HOUR_US)
    _, stepped = combine(hours, np.zeros(len(hours), np.int64))
    for name in _FIELDS:
        assert np.array_equal(getattr(whole, name), getattr(stepped, name), equal_nan=True), name
    assert int(whole.worst_status[0]) >> 30 == int(stepped.worst_status[0]) >> 30
    for name in ("v_sum", "area", "usable_s", "good_s"):
        assert math.isclose(getattr(whole, name)[0], getattr(stepped, name)[0], rel_tol=1e-9, abs_tol=1e-3), name
    usable = samples.value[~np.isnan(samples.value)]
    if len(usable):
        assert whole.v_min[0] == usable.min() and whole.v_max[0] == usable.max()
    assert Figures.of_rows(minutes.rows()).rows() == minutes.rows()


@given(_tag_samples(), st.integers(1, 50))
@settings(max_examples=150, deadline=None)
def test_the_short_way_to_spans_gives_the_same(samples: TagSamples, count: int) -> None:
    first, length = int(samples.t_source_us[0]) - 7, int(np.ptp(samples.t_source_us)) + 20
    edges = np.array([first + length * i // count for i in range(count + 1)], np.int64)
    rows = Figures.of_samples(samples)
    _, wanted = combine(rows, np.searchsorted(edges, rows.t_first_us, "right") - 1, weigh=False)
    assert spans_of(samples, edges).rows() == wanted.rows()


@given(st.lists(_tag_samples(), min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_tags_rebucketed_together_are_as_each_alone(tags: list[TagSamples]) -> None:
    lengths = [len(samples) for samples in tags]
    tag_of = np.repeat(np.arange(1, len(tags) + 1), lengths)
    tag, together = rebucket(tag_of, Figures.concatenate([Figures.of_samples(s) for s in tags]), MINUTE_US)
    for number, samples in enumerate(tags, 1):
        _, alone = rebucket(np.full(len(samples), number), Figures.of_samples(samples), MINUTE_US)
        assert together.select(tag == number).rows() == alone.rows()
