"""From the poll to whoever looks: batches through the tag store against one object a value through a queue."""

from __future__ import annotations

import queue
import time

import numpy as np

from hmi.base.clock import SystemClock
from hmi.model.quality import GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from hmi.tags.latest import TagStore
from tests.benchmarks.figures import Figure, table

TAGS, POLLS, PER_POLL, LOOKS = 10_000, 100, 1_000, 10


def figures() -> list[Figure]:
    """CPU of 100,000 updates and ten looks at what changed."""
    best_ours = min(_ours() for _ in range(3))
    best_queue = min(_queue() for _ in range(3))
    detail = f"{POLLS * PER_POLL} updates in {POLLS} batches, {LOOKS} reads of what changed"
    return [
        Figure("CPU of handing over updates", best_ours / best_queue, "queue.Queue of objects", 0.15, False, detail)
    ]


def _ours() -> float:
    clock = SystemClock()
    store = TagStore([TagDefinition(f"b/t{n}", "plc", "holding:0", number=n) for n in range(TAGS)], {}, clock)
    rng = np.random.default_rng(1)
    status, now_us = np.zeros(PER_POLL, np.uint32), clock.now_us()
    t = np.full(PER_POLL, now_us)
    batches = [
        SampleBatch(rng.choice(TAGS, PER_POLL, replace=False).astype(np.int32), t, t, rng.normal(size=PER_POLL), status)
        for _ in range(POLLS)
    ]
    began, cursor = time.process_time(), store.changes_since(0, now_us, clock.monotonic_us()).cursor
    for number, batch in enumerate(batches):
        store.apply(batch)
        if number % (POLLS // LOOKS) == 0:
            cursor = store.changes_since(cursor, now_us, clock.monotonic_us()).cursor
    return time.process_time() - began


def _queue() -> float:
    """The plain way: one sample object a value, one queue, one dictionary of the newest."""
    waiting: queue.Queue[Sample] = queue.Queue()
    newest: dict[int, Sample] = {}
    rng = np.random.default_rng(1)
    numbers, values = rng.integers(0, TAGS, POLLS * PER_POLL).tolist(), rng.normal(size=POLLS * PER_POLL).tolist()
    began = time.process_time()
    for number, value in zip(numbers, values, strict=True):
        waiting.put(Sample(tag=number, value=value, status=GOOD, t_source_us=1, t_receive_us=1, t_server_us=0))
    while not waiting.empty():
        sample = waiting.get()
        newest[sample.tag] = sample
    return time.process_time() - began


if __name__ == "__main__":
    print(table(figures()))
