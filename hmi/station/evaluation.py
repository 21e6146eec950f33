"""The one evaluation thread: samples → calculated tags → alarms and OEE."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from hmi.base.log import ConditionLog
from hmi.base.queues import BoundedQueue
from hmi.model.samples import SampleBatch

_log = structlog.get_logger("evaluation")

ROUND_S = 0.1
QUEUE_SAMPLES = 200_000

Step = Callable[[SampleBatch], SampleBatch | None]
"""Looks at the round's samples (maybe none); returns samples of its own that later steps and history see too."""


class Evaluation:
    """Runs the steps at least ten times a second over everything that arrived since the last round.

    publish: where samples a step made go (tag store, history). snapshot: the newest sample of every tag. When the
    queue overflows the oldest samples are dropped and counted in `queue.dropped`; the next round then ends with the
    snapshot, so that no tag's last word is missed, only what was already over.
    """

    name = "evaluation"

    def __init__(
        self,
        steps: Sequence[Step],
        publish: Callable[[SampleBatch], None],
        snapshot: Callable[[], SampleBatch] = SampleBatch.empty,
    ) -> None:
        self.queue: BoundedQueue[SampleBatch] = BoundedQueue("evaluation", QUEUE_SAMPLES)
        self.failures = 0
        self._steps = list(steps)
        self._publish = publish
        self._snapshot = snapshot
        self._dropped = 0
        self._conditions = ConditionLog(_log)
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
        gathered: list[SampleBatch] = []
        self._guarded("gather samples", lambda: gathered.append(self._gathered(batches)))
        samples = gathered[0] if gathered else SampleBatch.empty()
        for step in self._steps:
            made: list[SampleBatch] = []
            self._guarded(getattr(step, "__qualname__", "?"), partial(self._step, step, samples, made))
            if made:
                samples = SampleBatch.concatenate([samples, *made])

    def _gathered(self, batches: list[SampleBatch]) -> SampleBatch:
        dropped = self.queue.dropped
        if dropped != self._dropped and not self.queue.closed:
            self._conditions.raised("overflow", "evaluation is too slow: samples were dropped before alarms saw them")
            batches = [*batches, self._snapshot()]
            self._dropped = dropped
        else:
            self._conditions.cleared("overflow", "evaluation keeps up again")
        return SampleBatch.concatenate(batches)

    def _step(self, step: Step, samples: SampleBatch, made: list[SampleBatch]) -> None:
        result = step(samples)
        if result is not None and len(result):
            self._publish(result)
            made.append(result)

    def _guarded(self, what: str, work: Callable[[], None]) -> None:
        """A defect in one step must not stop alarms: it is logged at its onset, counted, and the next step runs."""
        try:
            work()
        except Exception:
            self.failures += 1
            if self._conditions.raised(what, "an evaluation step fails", step=what):
                _log.exception("evaluation step failed", step=what)
        else:
            self._conditions.cleared(what, "the evaluation step works again", step=what)
