"""The one evaluation thread: samples → calculated tags → alarms and OEE."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import structlog

from hmi.base.queues import BoundedQueue
from hmi.model.samples import SampleBatch

_log = structlog.get_logger("evaluation")

ROUND_S = 0.1
QUEUE_SAMPLES = 200_000

Step = Callable[[SampleBatch], SampleBatch | None]
"""Looks at the round's samples (maybe none); returns samples of its own that later steps and history see too."""


class Evaluation:
    """Runs the steps at least ten times a second over everything that arrived since the last round.

    publish: where samples a step made go (tag store, history). When the queue overflows, the tag store has the newest
    values all the same; what was dropped is counted in `queue.dropped`.
    """

    name = "evaluation"

    def __init__(self, steps: Sequence[Step], publish: Callable[[SampleBatch], None]) -> None:
        self.queue: BoundedQueue[SampleBatch] = BoundedQueue("evaluation", QUEUE_SAMPLES)
        self.failures = 0
        self._steps = list(steps)
        self._publish = publish
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Starts the thread."""
        self._thread = threading.Thread(target=self._run, name="evaluation")
        self._thread.start()

    def stop(self) -> None:
        """Evaluates what still waits and ends."""
        self.queue.close()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def put(self, batch: SampleBatch) -> None:
        """Hands over samples; never blocks."""
        self.queue.put(batch, len(batch))

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            closed = self.queue.closed
            self._round(self.queue.take_all(ROUND_S))
            if closed:
                return
            pause.wait(ROUND_S / 2)

    def _round(self, batches: list[SampleBatch]) -> None:
        samples = SampleBatch.concatenate(batches)
        for step in self._steps:
            try:
                made = step(samples)
            except Exception:
                # A defect in one step must not stop alarms; it is logged at its onset and counted.
                self.failures += 1
                if self.failures == 1 or self.failures % 1000 == 0:
                    _log.exception(
                        "evaluation step failed", step=getattr(step, "__qualname__", "?"), times=self.failures
                    )
                continue
            if made is not None and len(made):
                self._publish(made)
                samples = SampleBatch.concatenate([samples, made])
