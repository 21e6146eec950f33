"""No sequence of batches, signs of life and clock moves ever shows a value as live beyond its limit."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from hmi.model.devices import DeviceDefinition
from hmi.model.quality import BAD_TIMEOUT, GOOD, UNCERTAIN_SUB_NORMAL, is_bad
from hmi.model.samples import Sample, SampleBatch, Scalar
from hmi.model.tags import TagDefinition
from hmi.tags import TagStore, polled_limit_us
from tests.helpers.clock import ManualClock

SECOND_US = 1_000_000
SCANS_S = {1: 0.2, 2: 1.0, 3: 4.0, 5: 1.0, 6: 3.0}
DEVICE = {1: "plc", 2: "plc", 3: "plc", 5: "oven", 6: "oven"}
TYPES = {1: "float64", 2: "string:4", 3: "uint64", 5: "float64", 6: "string:4"}

samples = st.lists(
    st.tuples(
        st.sampled_from([*SCANS_S, 0, 4, 99]),
        st.one_of(st.floats(-5, 5), st.sampled_from(["A", "B", 2**60, 2**60 + 1])),
        st.sampled_from([GOOD, GOOD, UNCERTAIN_SUB_NORMAL, BAD_TIMEOUT]),
        st.floats(0, 8),
    ),
    max_size=6,
)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("apply"), samples),
        st.tuples(st.just("advance"), st.floats(0, 15)),
        st.tuples(st.just("wall"), st.floats(-1e5, 1e5)),
        st.tuples(st.just("alive"), st.floats(0, 10)),
        st.tuples(st.just("subscribed"), st.sampled_from([0.0, 3.0, 7.5])),
        st.tuples(st.just("look"), st.just(0)),
    ),
    max_size=25,
)


@dataclass
class Model:
    """The rule in plain words: when each tag was last received, and heard of, on the monotonic clock."""

    received: dict[int, int] = field(default_factory=dict)
    status: dict[int, int] = field(default_factory=dict)
    last: dict[int, Scalar] = field(default_factory=dict)
    heard: int = 0
    silence: int = 0

    def live(self, tag: int, monotonic_us: int) -> bool:
        if tag not in self.received or is_bad(self.status[tag]):
            return False
        if DEVICE[tag] == "oven" and self.silence:
            return monotonic_us - max(self.heard, self.received[tag]) <= self.silence
        return monotonic_us - self.received[tag] <= polled_limit_us(round(SCANS_S[tag] * SECOND_US))


@settings(max_examples=300, deadline=None)
@given(moves)
def test_live_means_within_the_limit(sequence: list[tuple[str, object]]) -> None:
    clock = ManualClock()
    tags = [
        TagDefinition(f"l/t{n}", DEVICE[n], "holding:0", number=n, type=TYPES[n], scan_us=round(scan * SECOND_US))
        for n, scan in SCANS_S.items()
    ]
    store = TagStore(tags, {"plc": DeviceDefinition("plc", "x"), "oven": DeviceDefinition("oven", "x")}, clock)
    model = Model(heard=clock.monotonic_us())
    followed: dict[int, tuple[object, ...]] = {}
    cursor = 0
    for kind, detail in sequence:
        now, monotonic = clock.now_us(), clock.monotonic_us()
        if kind == "apply":
            rows = []
            for tag, value, status, waited_s in detail:  # type: ignore[attr-defined]
                waited = round(waited_s * SECOND_US)
                shown = None if is_bad(status) else value
                rows.append(Sample(tag, shown, status, now - waited - 7, now - waited))
                if tag in SCANS_S:
                    model.status[tag] = status
                    if shown is not None:
                        model.received[tag] = monotonic - waited
                        model.last[tag] = shown
            store.apply(SampleBatch.of(rows))
        elif kind == "advance":
            clock.advance(detail)  # type: ignore[arg-type]
        elif kind == "wall":
            clock.step_wall(detail)  # type: ignore[arg-type]
        elif kind == "alive":
            heard = monotonic - round(detail * SECOND_US)  # type: ignore[operator]
            store.link_alive("oven", heard)
            model.heard = max(model.heard, heard)
        elif kind == "subscribed":
            model.silence = round(detail * SECOND_US)  # type: ignore[operator]
            store.set_subscribed("oven", model.silence)
            if model.silence:
                model.heard = max(model.heard, monotonic)
        monotonic = clock.monotonic_us()
        if kind == "look":
            update = store.changes_since(cursor, clock.now_us(), monotonic)
            cursor = update.cursor
            rows_seen = zip(update.value, update.last_value, update.status.tolist(), update.stale.tolist(), strict=True)
            followed.update(zip(update.numbers.tolist(), rows_seen, strict=True))
            expected = {n: (v.value, v.last_value, v.status, v.stale) for n in SCANS_S for v in [store.view(n)]}
            assert followed == expected
        for tag in SCANS_S:
            state = store.view(tag)
            # the whole promise: something is shown as live exactly while the rule allows it
            numeric_text = TYPES[tag].startswith("string") and isinstance(model.last.get(tag), float)
            assert (state.value is not None) == (model.live(tag, monotonic) and not numeric_text)
            if model.live(tag, monotonic) and not numeric_text:
                assert state.value == model.last[tag]
            assert state.stale == (
                tag in model.received and not is_bad(model.status[tag]) and not model.live(tag, monotonic)
            )
