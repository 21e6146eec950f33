"""Batches survive the wire exactly; hostile bytes are refused within a bounded size."""

from __future__ import annotations

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.wire.batches import MAX_RECORDS, Batch, WireError, decode, encode

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
_records = st.lists(st.dictionaries(st.text(max_size=8), _json, max_size=5), max_size=5).map(tuple)


@given(_records, st.integers(1, 2**53 - 1), st.integers(1, 2**53 - 1))
@settings(max_examples=100, deadline=None)
def test_every_batch_comes_back_as_it_was_with_the_same_digest(records: tuple, epoch: int, seq: int) -> None:
    batch = Batch("press-3", epoch, seq, records)
    again = decode(encode(batch))
    assert again == batch
    assert again.digest() == batch.digest()


def test_the_digest_is_of_the_content_not_of_the_bytes() -> None:
    one = Batch("a", 1, 1, ({"x": 1, "y": 2},))
    other_order = Batch("a", 1, 1, ({"y": 2, "x": 1},))
    other_content = Batch("a", 1, 1, ({"x": 1, "y": 3},))
    assert one.digest() == other_order.digest()
    assert one.digest() != other_content.digest()


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_random_bytes_are_refused_in_words(body: bytes) -> None:
    with pytest.raises(WireError):
        decode(body)


GOOD = encode(Batch("a", 1, 1, ({"x": 1},)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        GOOD[:-1],
        GOOD + b"x",
        GOOD + GOOD,
        GOOD + bytes(5000),
        zstandard.compress(b"[" * 100_000),
        zstandard.compress(b'{"station":"a","epoch":' + b"9" * 6000 + b',"seq":1,"records":[]}'),
        zstandard.compress(b'{"station":"a","epoch":1,"seq":1,"records":[{"x":NaN}]}'),
        zstandard.compress(b'{"station":"a","epoch":true,"seq":1,"records":[]}'),
        zstandard.compress(b'{"station":"a","epoch":1,"seq":0,"records":[]}'),
        zstandard.compress(b'{"station":"a","epoch":1,"seq":1,"records":[1]}'),
        zstandard.compress(b'{"station":"","epoch":1,"seq":1,"records":[]}'),
        zstandard.compress(b'{"station":"a","epoch":1,"seq":1,"records":' + b"[{}" + b",{}" * MAX_RECORDS + b"]}"),
        zstandard.compress(b'\xff\xfe{"station"'),
    ],
)
def test_what_is_no_whole_batch_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode(body)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zstandard.compress(bytes(400_000_000))
    assert len(bomb) < 20_000
    with pytest.raises(WireError, match="more than 1000000 bytes"):
        decode(bomb, max_bytes=1_000_000)


def test_records_that_are_no_json_are_not_sent() -> None:
    with pytest.raises(WireError):
        encode(Batch("a", 1, 1, ({"x": float("nan")},)))
    with pytest.raises(WireError):
        encode(Batch("a", 1, 1, tuple({} for _ in range(MAX_RECORDS + 1))))
