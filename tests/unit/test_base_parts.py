from __future__ import annotations

import gc
import json
import logging
import threading
from pathlib import Path

import pytest
import structlog

from hmi.base.errors import PlantError
from hmi.base.lifecycle import ServiceStack
from hmi.base.log import ConditionLog, close_log_files, configure_logging
from hmi.base.queues import BoundedQueue
from hmi.base.scheduling import JobRunner
from hmi.base.subscriptions import Listeners
from tests.helpers.waiting import eventually


def test_a_full_queue_drops_the_oldest_counts_it_and_never_blocks() -> None:
    queue: BoundedQueue[str] = BoundedQueue("test", capacity=10)
    assert queue.put("a", 4) == []
    assert queue.put("b", 4) == []
    assert queue.put("c", 4) == ["a"]
    assert (queue.depth, queue.dropped) == (8, 4)
    assert queue.take_all(0) == ["b", "c"]
    assert queue.depth == 0


def test_an_item_larger_than_the_queue_is_still_handed_over() -> None:
    queue: BoundedQueue[str] = BoundedQueue("test", capacity=10)
    queue.put("small", 1)
    assert queue.put("huge", 99) == ["small"]
    assert queue.take_all(0) == ["huge"]


def test_close_wakes_the_consumer_and_refuses_more() -> None:
    queue: BoundedQueue[int] = BoundedQueue("test", capacity=10)
    taken: list[list[int]] = []
    consumer = threading.Thread(target=lambda: taken.append(queue.take_all(60)))
    consumer.start()
    queue.close()
    consumer.join(10)
    assert taken == [[]]
    assert queue.put(1) == [1]
    assert queue.dropped == 1


class Owner:
    def __init__(self) -> None:
        self.heard: list[int] = []

    def hear(self, event: int) -> None:
        self.heard.append(event)


def test_a_collected_listener_is_forgotten() -> None:
    listeners: Listeners[int] = Listeners()
    owner = Owner()
    listeners.subscribe(owner.hear)
    listeners.subscribe(owner.hear)
    listeners.emit(1)
    assert owner.heard == [1]
    assert len(listeners) == 1
    del owner
    gc.collect()
    listeners.emit(2)
    assert len(listeners) == 0


def test_unsubscribing_ends_delivery() -> None:
    listeners: Listeners[int] = Listeners()
    owner = Owner()
    listeners.subscribe(owner.hear)
    listeners.unsubscribe(owner.hear)
    listeners.emit(1)
    assert owner.heard == []


def test_a_failing_listener_does_not_stop_the_others(expect_log_errors: None) -> None:
    class Failing:
        def hear(self, event: int) -> None:
            raise RuntimeError(str(event))

    listeners: Listeners[int] = Listeners()
    failing, owner = Failing(), Owner()
    listeners.subscribe(failing.hear)
    listeners.subscribe(owner.hear)
    listeners.emit(1)
    assert owner.heard == [1]


class Part:
    def __init__(self, name: str, diary: list[str], fails: bool = False) -> None:
        self.name = name
        self._diary = diary
        self._fails = fails

    def start(self) -> None:
        if self._fails:
            raise RuntimeError(self.name)
        self._diary.append(f"+{self.name}")

    def stop(self) -> None:
        self._diary.append(f"-{self.name}")


def test_services_stop_in_reverse_order() -> None:
    diary: list[str] = []
    stack = ServiceStack()
    for name in "abc":
        stack.start(Part(name, diary))
    stack.stop()
    assert diary == ["+a", "+b", "+c", "-c", "-b", "-a"]


def test_a_failing_start_stops_what_had_started() -> None:
    diary: list[str] = []
    stack = ServiceStack()
    stack.start(Part("a", diary))
    with pytest.raises(RuntimeError, match="b"):
        stack.start(Part("b", diary, fails=True))
    assert diary == ["+a", "-a"]


def test_jobs_run_and_their_success_is_known() -> None:
    runner = JobRunner()
    ran = threading.Event()
    runner.every("tick", 3600, ran.set)
    runner.start()
    try:
        assert ran.wait(10)
        eventually(lambda: "tick" in runner.last_success_us(), "the success is noted")
    finally:
        runner.stop()


def test_interval_jobs_run_at_once_when_the_clock_was_set() -> None:
    runner = JobRunner()
    runs: list[int] = []
    runner.every("tick", 3600, lambda: runs.append(1), first_after_s=3600)
    runner.start()
    try:
        runner.clock_stepped()
        eventually(lambda: runs, "a job whose time lies an hour ahead on the old clock runs")
    finally:
        runner.stop()


def test_a_job_that_fails_again_and_again_is_logged_once(tmp_path: Path) -> None:
    file = tmp_path / "station.log"
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        if len(runs) < 5:
            raise PlantError("the database is away")

    configure_logging("INFO", file, stderr=False)
    runner = JobRunner()
    runner.every("tick", 0.05, work)
    runner.start()
    try:
        eventually(lambda: "tick" in runner.last_success_us(), "the job works again")
    finally:
        runner.stop()
        close_log_files()
        logging.getLogger().setLevel(logging.WARNING)
    events = [json.loads(line)["event"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert events == ["job failed", "job works again"]


def test_a_fault_is_logged_at_onset_and_recovery_only(tmp_path: Path) -> None:
    file = tmp_path / "station.log"
    configure_logging("INFO", file, stderr=False)
    try:
        condition = ConditionLog(structlog.get_logger("test"))
        assert condition.raised("filler", "filler does not answer", device="filler")
        assert not condition.raised("filler", "filler does not answer", device="filler")
        assert condition.cleared("filler", "filler answers again", device="filler")
        assert not condition.cleared("filler", "filler answers again", device="filler")
    finally:
        close_log_files()
        logging.getLogger().setLevel(logging.WARNING)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["filler does not answer", "filler answers again"]
    assert lines[1]["repeats"] == 1
    assert lines[0]["t"].endswith("Z")
