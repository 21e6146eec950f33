"""Threads of the station's facade: bounded, started on demand or before, and futures nobody can half cancel."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future

import pytest

from hmi.base.errors import BusyError
from hmi.station.front.inprocess import _mapped
from hmi.station.front.workers import Workers, done


def test_more_than_may_wait_is_refused_in_words_and_taken_again_later() -> None:
    workers = Workers(2, "test-front", "too many at once: try again in a moment")
    workers.start()
    held = threading.Event()
    try:
        waiting = [workers.do(lambda: held.wait(20)) for _ in range(64)]
        with pytest.raises(BusyError, match="too many at once"):
            workers.do(lambda: None).result(5)
        held.set()
        assert all(future.result(20) for future in waiting)
        assert workers.do(lambda: 5).result(5) == 5
    finally:
        held.set()
        workers.stop()


def test_what_only_looks_at_memory_is_done_at_once() -> None:
    assert done(lambda: 5).result(0) == 5
    assert isinstance(done(lambda: int("x")).exception(0), ValueError)


def test_an_answer_nobody_waits_for_any_more_is_no_defect(caplog: pytest.LogCaptureFixture) -> None:
    source: Future[int] = Future()
    answer = _mapped(source, str)
    assert not answer.cancel(), "what is under way cannot be called back"
    with caplog.at_level(logging.ERROR):
        source.set_result(5)
    assert answer.result(0) == "5"
    assert caplog.records == []
