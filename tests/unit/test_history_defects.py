"""Recording goes on through a defect and through steps of the wall clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hmi.history import store
from hmi.history.recorder import History
from hmi.model.quality import GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database
from tests.helpers.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def history(tmp_path: Path, clock: ManualClock) -> Iterator[History]:
    with Database.open("sqlite", data_dir=tmp_path, clock=clock) as database:
        database.writer.start()
        tag = TagDefinition("line/a", "plc", "holding:0", number=1)
        yield History(database, [tag], clock, free_ratio=lambda: 1.0)


def record(history: History, clock: ManualClock) -> None:
    history.record(SampleBatch.of([Sample(1, 1.0, GOOD, clock.now_us(), clock.now_us())]))


@pytest.mark.usefixtures("expect_log_errors")
def test_a_defect_gives_up_one_block_and_recording_goes_on(
    history: History, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        def work(connection: Any) -> None:
            raise ZeroDivisionError("a defect")

        return work

    record(history, clock)
    with monkeypatch.context() as patch:
        patch.setattr(store, "append_block", broken)
        history._guarded_round()
    assert "defect" in history.problem
    assert history.dropped == {"storage": 1}
    record(history, clock)
    history._guarded_round()
    assert (history.problem, history.stored, history.backlog) == ("", 1, 0)


@pytest.mark.parametrize("step_s", [3600, -3600])
def test_the_age_of_the_last_commit_does_not_follow_the_wall_clock(
    history: History, clock: ManualClock, step_s: int
) -> None:
    assert history.commit_age_s is None
    record(history, clock)
    assert history.flush()
    clock.step_wall(step_s)
    clock.advance(40)
    assert history.commit_age_s == 40.0
