"""The evaluation thread: a failing step, a failing sink, a queue that overflows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hmi.model.quality import GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.station import evaluation as module
from hmi.station.evaluation import Evaluation
from hmi.station.machine import MachineWatch, read_machine
from tests.helpers.clock import ManualClock
from tests.helpers.waiting import eventually


def one(tag: int, value: float = 1.0) -> SampleBatch:
    return SampleBatch.of([Sample(tag, value, GOOD, 1, 1)])


class Alarms:
    """Stands where alarms are evaluated and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.rounds = 0

    def step(self, samples: SampleBatch) -> None:
        self.rounds += 1
        self.seen += samples.tag.tolist()


@contextmanager
def running(evaluation: Evaluation) -> Iterator[None]:
    evaluation.start()
    try:
        yield
    finally:
        evaluation.stop()


def failing(samples: SampleBatch) -> SampleBatch | None:
    raise ZeroDivisionError("a defect")


@pytest.mark.usefixtures("expect_log_errors")
def test_a_failing_step_does_not_stop_the_next_one() -> None:
    alarms = Alarms()
    evaluation = Evaluation([failing, alarms.step], lambda batch: None)
    with running(evaluation):
        evaluation.put(one(7))
        eventually(lambda: 7 in alarms.seen, "rounds")
    assert evaluation.failures > 0


@pytest.mark.usefixtures("expect_log_errors")
def test_a_sink_that_fails_does_not_end_the_thread() -> None:
    alarms = Alarms()

    def publish(batch: SampleBatch) -> None:
        raise OSError("a defect of the sink")

    evaluation = Evaluation([lambda samples: one(1), alarms.step], publish)
    with running(evaluation):
        eventually(lambda: alarms.rounds > 3, "rounds")
    assert 1 not in alarms.seen, "what was not published is not evaluated either"


def test_after_an_overflow_every_tag_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUEUE_SAMPLES", 2)
    alarms = Alarms()
    evaluation = Evaluation(
        [alarms.step], lambda batch: None, lambda: SampleBatch.concatenate([one(1), one(2), one(3)])
    )
    for tag in (1, 2, 3):
        evaluation.put(one(tag))
    with running(evaluation):
        eventually(lambda: alarms.rounds > 2, "rounds")
    assert alarms.seen == [2, 3, 1, 2, 3]


def test_figures_of_the_machine_are_unknown_rather_than_old(tmp_path: Path) -> None:
    clock = ManualClock()
    watch = MachineWatch(tmp_path, clock)
    assert watch.figures.disk_free_ratio is None
    watch.refresh()
    assert watch.figures.disk_free_ratio is not None
    clock.advance(11)
    assert watch.figures.disk_free_ratio is None
    assert watch.figures.memory_used_ratio is None
    gone = read_machine(tmp_path / "gone")
    assert gone.disk_free_ratio is None
    assert gone.memory_used_ratio is not None
