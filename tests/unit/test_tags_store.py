"""The tag store: latest values with quality and age, staleness to the millisecond, the change feed."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_NOT_READABLE,
    BAD_TIMEOUT,
    BAD_WAITING_FOR_INITIAL_DATA,
    GOOD,
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED,
)
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import Access, Scaling, TagDefinition
from hmi.tags import TagChanges, TagCounts, TagStore, polled_limit_us
from tests.helpers.clock import ManualClock

SECOND_US = 1_000_000
DEVICES = {
    "plc": DeviceDefinition("plc", "modbus-tcp"),
    "slow": DeviceDefinition("slow", "modbus-tcp", scan_us=10 * SECOND_US),
    "oven": DeviceDefinition("oven", "opcua"),
}
TAGS = [
    TagDefinition("l/speed", "plc", "holding:0", number=3, type="float32"),
    TagDefinition("l/on", "plc", "coil:0", number=4, type="bool"),
    TagDefinition("l/count", "plc", "holding:2", number=7, type="uint16"),
    TagDefinition("l/scaled", "plc", "holding:3", number=8, type="uint16", scaling=Scaling(scale=0.1)),
    TagDefinition("l/text", "plc", "holding:4", number=9, type="string:8"),
    TagDefinition("l/big", "plc", "holding:8", number=10, type="uint64"),
    TagDefinition("l/rare", "slow", "holding:0", number=11, type="float32"),
    TagDefinition("l/own", "plc", "holding:9", number=12, type="float32", scan_us=2 * SECOND_US),
    TagDefinition("o/temp", "oven", "nsu=x;s=T", number=20),
    TagDefinition("l/command", "plc", "coil:9", number=21, type="bool", access=Access.WRITE_ONLY),
]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> TagStore:
    return TagStore(TAGS, DEVICES, clock)


def put(store: TagStore, clock: ManualClock, *values: tuple[int, Scalar | None], status: int = GOOD) -> None:
    now = clock.now_us()
    store.apply(SampleBatch.of(Sample(tag, value, status, now - 5, now) for tag, value in values))


def changes(store: TagStore, clock: ManualClock, cursor: int) -> TagChanges:
    return store.changes_since(cursor, clock.now_us(), clock.monotonic_us())


def test_never_read(store: TagStore) -> None:
    state = store.view(3)
    assert (state.value, state.last_value, state.status) == (None, None, BAD_WAITING_FOR_INITIAL_DATA)
    assert (state.stale, state.age_us, state.t_receive_us) == (False, None, 0)
    assert store.view(21).status == BAD_NOT_READABLE
    assert store.counts() == TagCounts(good=0, uncertain=0, bad=9, stale=0)
    assert store.oldest_live_age_us() is None


@pytest.mark.parametrize(
    ("number", "sent", "shown"),
    [
        (3, 1.5, 1.5),
        (3, 2, 2.0),
        (4, 1.0, True),
        (4, 0.0, False),
        (7, 12.0, 12),
        (8, 12.0, 12.0),
        (9, "AB12", "AB12"),
        (10, 2**63 + 1, 2**63 + 1),
        (10, 5.0, 5),
        (3, float("inf"), float("inf")),
    ],
)
def test_values_have_the_kind_of_their_tag(
    store: TagStore, clock: ManualClock, number: int, sent: Scalar, shown: Scalar
) -> None:
    before = changes(store, clock, 0).cursor
    put(store, clock, (number, sent))
    state = store.view(number)
    assert state.value == shown
    assert type(state.value) is type(shown)
    assert changes(store, clock, before).value == [shown]


@pytest.mark.parametrize(("number", "limit_s"), [(3, 5.0), (11, 30.0), (12, 6.0)])
def test_polled_tags_are_stale_after_three_scans_or_five_seconds(
    store: TagStore, clock: ManualClock, number: int, limit_s: float
) -> None:
    put(store, clock, (number, 1.0))
    clock.advance(limit_s)
    assert store.view(number).value == 1.0
    clock.advance(0.001)
    state = store.view(number)
    assert (state.value, state.last_value, state.stale, state.status) == (None, 1.0, True, GOOD)
    assert state.age_us == round(limit_s * SECOND_US) + 1000
    put(store, clock, (number, 1.0))
    assert store.view(number).value == 1.0


def test_limits_of_the_rule() -> None:
    assert [polled_limit_us(seconds * SECOND_US) // SECOND_US for seconds in (0, 1, 2, 10)] == [5, 5, 6, 30]


def test_subscribed_tags_live_as_long_as_their_subscription(store: TagStore, clock: ManualClock) -> None:
    store.set_subscribed("oven", 7_500_000)
    put(store, clock, (20, 80.0))
    for _ in range(10):
        clock.advance(5.0)
        store.link_alive("oven", clock.monotonic_us())
    assert store.view(20).value == 80.0
    assert store.view(20).age_us == 50 * SECOND_US
    assert store.oldest_live_age_us() == 0
    clock.advance(7.5)
    assert store.view(20).value == 80.0
    clock.advance(0.001)
    assert (store.view(20).value, store.view(20).stale) == (None, True)
    store.link_alive("oven", clock.monotonic_us())
    assert store.view(20).value == 80.0
    store.set_subscribed("oven", 0)
    assert store.view(20).stale


def test_an_old_sign_of_life_does_not_count(store: TagStore, clock: ManualClock) -> None:
    store.set_subscribed("oven", 7_500_000)
    put(store, clock, (20, 80.0))
    heard = clock.monotonic_us()
    clock.advance(8.0)
    store.link_alive("oven", heard)
    store.link_alive("nobody", clock.monotonic_us())
    assert store.view(20).stale


def test_the_wall_clock_does_not_matter(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (3, 1.0))
    clock.step_wall(-3600)
    clock.advance(5.001)
    assert store.view(3).stale
    put(store, clock, (3, 1.0))
    clock.step_wall(7200)
    assert not store.view(3).stale
    assert store.view(3).age_us == 0


def test_a_batch_that_waited_is_as_old_as_its_receive_time(store: TagStore, clock: ManualClock) -> None:
    received = clock.now_us()
    clock.advance(4.0)
    store.apply(SampleBatch.of([Sample(3, 1.0, GOOD, received, received)]))
    assert store.view(3).age_us == 4 * SECOND_US
    clock.advance(1.001)
    assert store.view(3).stale


def test_bad_keeps_the_last_usable_value(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (3, 7.0), (9, "AB"), (10, 2**60))
    put(store, clock, (3, None), (9, None), (10, None), status=BAD_TIMEOUT)
    for number, last in ((3, 7.0), (9, "AB"), (10, 2**60)):
        state = store.view(number)
        assert (state.value, state.last_value, state.status, state.stale) == (None, last, BAD_TIMEOUT, False)
    clock.advance(60)
    assert not store.view(3).stale
    put(store, clock, (9, "CD"), (10, 5))
    assert [store.view(number).last_value for number in (9, 10)] == ["CD", 5]


def test_a_text_that_turns_bad_within_one_batch_is_the_last_usable_one(store: TagStore, clock: ManualClock) -> None:
    now = clock.now_us()
    store.apply(SampleBatch.of([Sample(9, "AB", GOOD, now, now), Sample(9, None, BAD_TIMEOUT, now, now)]))
    assert (store.view(9).value, store.view(9).last_value) == (None, "AB")
    assert changes(store, clock, 0).last_value[store.numbers.index(9)] == "AB"


def test_uncertain_is_shown_and_is_fresh(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (3, 900.0), status=UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    clock.advance(4)
    assert store.view(3).value == 900.0


def test_counts(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (11, 1.0), (3, 1.0))
    put(store, clock, (4, 1.0), status=UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    put(store, clock, (7, None), status=BAD_TIMEOUT)
    assert store.counts() == TagCounts(good=2, uncertain=1, bad=6, stale=0)
    clock.advance(6)
    assert store.counts() == TagCounts(good=1, uncertain=0, bad=6, stale=2)
    assert store.oldest_live_age_us() == 6 * SECOND_US


def test_a_cursor_of_another_run_gets_everything(store: TagStore, clock: ManualClock) -> None:
    for second in range(5):
        clock.advance(1)
        put(store, clock, (3, float(second)))
    cursor = changes(store, clock, 0).cursor
    assert len(changes(store, clock, cursor)) == 0
    clock.advance(1)
    restarted = TagStore(TAGS, DEVICES, clock)
    assert len(changes(restarted, clock, cursor)) == len(TAGS), "nothing of the old run may stay on a screen as live"
    clock.step_wall(-3600)
    set_back = TagStore(TAGS, DEVICES, clock)
    assert len(changes(set_back, clock, cursor)) == len(TAGS)


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_an_unchanged_value_is_told_again_also_after_a_clock_step(
    store: TagStore, clock: ManualClock, step_s: int
) -> None:
    put(store, clock, (3, 1.0))
    cursor = changes(store, clock, 0).cursor
    clock.step_wall(step_s)
    clock.advance(1)
    put(store, clock, (3, 1.0))
    again = changes(store, clock, cursor)
    assert again.numbers.tolist() == [3]
    assert again.t_receive_us.tolist() == [clock.now_us()]
    assert store.view(3).age_us == 0


def test_change_feed(store: TagStore, clock: ManualClock) -> None:
    first = changes(store, clock, 0)
    assert first.numbers.tolist() == store.numbers
    assert first.value == [None] * len(TAGS)
    assert len(changes(store, clock, first.cursor)) == 0
    put(store, clock, (3, 1.0), (9, "A"))
    second = changes(store, clock, first.cursor)
    assert second.numbers.tolist() == [3, 9]
    assert second.value == [1.0, "A"]
    assert second.t_source_us.tolist() == [clock.now_us() - 5] * 2
    put(store, clock, (3, 1.0), (9, "A"))
    assert len(changes(store, clock, second.cursor)) == 0
    put(store, clock, (3, 1.0), (9, "B"), status=UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    third = changes(store, clock, second.cursor)
    assert third.numbers.tolist() == [3, 9]
    put(store, clock, (9, "C"), status=UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    fourth = changes(store, clock, third.cursor)
    assert fourth.value == ["C"]
    clock.advance(5.001)
    fifth = changes(store, clock, fourth.cursor)
    assert (fifth.numbers.tolist(), fifth.stale.tolist(), fifth.value) == ([3, 9], [True, True], [None, None])
    assert fifth.last_value == [1.0, "C"]
    put(store, clock, (3, 1.0), (9, "C"), status=UNCERTAIN_ENGINEERING_UNITS_EXCEEDED)
    sixth = changes(store, clock, fifth.cursor)
    assert (sixth.numbers.tolist(), sixth.stale.tolist(), sixth.value) == ([3, 9], [False, False], [1.0, "C"])
    assert len(changes(store, clock, 0)) == len(TAGS)


def test_last_sample_of_a_tag_in_a_batch_wins(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (3, 1.0), (9, "A"), (3, 2.0), (9, "B"), (10, 2**60), (10, 4))
    assert [store.view(number).value for number in (3, 9, 10)] == [2.0, "B", 4]
    assert store.view(10).last_value == 4


def test_samples_of_unknown_tags_are_ignored(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (5, 1.0), (-1, 1.0), (9999, "x"), (3, 2.0), (6, "y"))
    assert store.view(3).value == 2.0
    store.apply(SampleBatch.empty())
    with pytest.raises(KeyError, match="no tag with number 5"):
        store.view(5)


def test_definitions(store: TagStore) -> None:
    assert store.number_of("l/rare") == 11
    assert store.definition(11).path == "l/rare"
    with pytest.raises(KeyError):
        store.number_of("l/nothing")
    with pytest.raises(ValueError, match="same number"):
        TagStore([TAGS[0], TAGS[0]], DEVICES, ManualClock())


def test_server_times(store: TagStore, clock: ManualClock) -> None:
    now = clock.now_us()
    store.apply(SampleBatch.of([Sample(20, 1.0, GOOD, now - 3, now, now - 1)]))
    assert store.view(20).t_server_us == now - 1
    put(store, clock, (20, 2.0))
    assert store.view(20).t_server_us == 0


def test_formulas_see_a_stale_tag_as_bad(store: TagStore, clock: ManualClock) -> None:
    put(store, clock, (3, 1.0))
    clock.advance(6)
    (operand,) = store.operands([3])
    assert (operand.value, operand.status, operand.age_s) == (None, BAD_TIMEOUT, 6.0)


def test_an_empty_plant(clock: ManualClock) -> None:
    store = TagStore([], {}, clock)
    put(store, clock, (0, 1.0))
    assert len(changes(store, clock, 0)) == 0
    assert store.counts() == TagCounts(0, 0, 0, 0)


def test_many_threads(clock: ManualClock) -> None:
    tags = [TagDefinition(f"l/t{n}", "plc", "holding:0", number=n, type="float64") for n in range(400)]
    store = TagStore(tags, DEVICES, clock)
    now = clock.now_us()

    def feed(start: int) -> None:
        for value in range(50):
            block = np.arange(start, start + 100, dtype=np.int32)
            times = np.full(100, now, np.int64)
            store.apply(SampleBatch(block, times, times, np.full(100, float(value)), np.zeros(100, np.uint32)))

    threads = [threading.Thread(target=feed, args=(start,)) for start in range(0, 400, 100)]
    seen: dict[int, Scalar | None] = {}
    cursor = 0
    for thread in threads:
        thread.start()
    alive = True
    while alive:
        alive = any(thread.is_alive() for thread in threads)
        update = changes(store, clock, cursor)
        seen.update(zip(update.numbers.tolist(), update.value, strict=True))
        cursor = update.cursor
    for thread in threads:
        thread.join()
    assert seen == dict.fromkeys(range(400), 49.0)


def test_an_unchanged_value_is_told_again_so_that_its_age_stays_true(store: TagStore, clock: ManualClock) -> None:
    def read() -> None:
        now_us = clock.now_us()
        store.apply(SampleBatch.of([Sample(3, 5.0, GOOD, now_us, now_us)]))

    def told(cursor: int) -> TagChanges:
        return store.changes_since(cursor, clock.now_us(), clock.monotonic_us())

    read()
    first = told(0)
    clock.advance(0.5)
    read()
    assert 3 not in told(first.cursor).numbers, "not more often than once a second"
    clock.advance(0.5)
    read()
    again = told(first.cursor)
    assert again.t_receive_us[list(again.numbers).index(3)] == clock.now_us()
