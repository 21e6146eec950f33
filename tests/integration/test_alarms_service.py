"""The alarm service on a real database: restart, acknowledge, conflicts, lists, a database that refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from hmi.alarms import outbox, views
from hmi.alarms.service import AlarmConflictError, AlarmService, UnknownAlarmError
from hmi.base.errors import PlantError
from hmi.facade import data
from hmi.model.access import Deed
from hmi.model.alarms import AlarmDefinition, AlarmType, comm_alarm_id
from hmi.model.devices import DeviceDefinition, LinkState
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database
from hmi.storage.schema.alarms import alarm_journal
from tests.helpers.clock import ManualClock

TAGS = [
    TagDefinition("line/oven/temp", "oven", "input:0", number=1, unit="°C"),
    TagDefinition("line/oven/jam", "oven", "coil:0", number=2, type="bool"),
    TagDefinition("line/press", "press", "input:0", number=3),
]
ALARMS = [
    AlarmDefinition(
        "line/oven/temp.hi", "line/oven/temp", AlarmType.HI, limit=80.0, deadband=2.0, priority=3, area="a"
    ),
    AlarmDefinition("line/oven/temp.hihi", "line/oven/temp", AlarmType.HIHI, limit=90.0, priority=1, area="a"),
    AlarmDefinition("line/oven/jam", "line/oven/jam", AlarmType.DISCRETE, latching=True, priority=2, area="a"),
    AlarmDefinition("line/press.bad", "line/press", AlarmType.BAD_QUALITY, priority=4, area="b"),
    AlarmDefinition(comm_alarm_id("press"), "press", AlarmType.COMM_FAILURE, priority=2),
]
DEVICES = [DeviceDefinition("oven", "modbus-tcp"), DeviceDefinition("press", "modbus-tcp")]


class Station:
    """A database with an alarm service that can be restarted."""

    def __init__(self, folder: Path, url: str = "sqlite") -> None:
        self.folder = folder
        self.url = url
        self.clock = ManualClock()
        self.open()

    def open(self) -> None:
        self.database = Database.open(self.url, data_dir=self.folder, clock=self.clock)
        self.database.writer.start()
        self.service = AlarmService(self.database, ALARMS, TAGS, DEVICES, self.clock, "station1")
        self.service.start()

    def close(self) -> None:
        try:
            assert self.service.stop()
        finally:
            self.database.close()

    def sample(self, number: int, value: float | None, status: int = GOOD) -> None:
        t_us = self.clock.now_us()
        self.service.evaluate(SampleBatch.of([Sample(number, value, status, t_us, t_us)]))

    def advance(self, seconds: float) -> None:
        """Moves time once everything so far is stored, or the waiting rows would look late."""
        if not self.service.storage_problem:
            assert self.service.stop()
        self.clock.advance(seconds)

    def states(self) -> dict[str, str]:
        return {item.id: item.state for item in self.service.alarms("all").items if item.state != "NORMAL"}

    def rows(self, **query: Any) -> list[views.JournalView]:
        assert self.service.stop()
        return self.service.journal(0, 2**62, limit=1000, newest_first=False, **query)[0]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    built = Station(tmp_path, url)
    yield built
    built.close()


@pytest.mark.parametrize("comment", ["half \ud800", "zero \x00", "x" * 60_000])
def test_no_comment_keeps_later_rows_from_the_disk(station: Station, comment: str) -> None:
    station.sample(1, 95.0)
    first = station.service.alarm("line/oven/temp.hi")
    acked = station.service.acknowledge(first.id, first.activation_id, comment, Deed("os:anna")).result(10)
    assert acked.state == "ACK_ACTIVE"
    station.sample(2, 1.0)
    events = [(row.alarm_id, row.event) for row in station.rows()]
    assert ("line/oven/temp.hi", "ACK") in events
    assert events[-1] == ("line/oven/jam", "ACTIVATE")
    assert station.service.verify().ok
    assert station.service.storage_problem == ""


def test_state_and_journal_survive_a_restart(station: Station) -> None:
    station.sample(1, 95.0)
    first = station.service.alarm("line/oven/temp.hi")
    acked = station.service.acknowledge(first.id, first.activation_id, "seen", Deed("os:anna")).result(10)
    assert (acked.state, acked.acked_by) == ("ACK_ACTIVE", "os:anna")
    station.sample(2, 1.0)
    station.close()
    station.advance(60)
    station.open()
    assert station.states() == {
        "line/oven/temp.hi": "ACK_ACTIVE",
        "line/oven/temp.hihi": "UNACK_ACTIVE",
        "line/oven/jam": "UNACK_ACTIVE",
    }
    station.sample(1, 20.0)
    station.sample(2, 0.0)
    assert station.states() == {"line/oven/temp.hihi": "RTN_UNACK", "line/oven/jam": "LATCHED_UNACK"}
    rows = station.rows()
    restored = [row.alarm_id for row in rows if row.event == "RESTORE"]
    assert sorted(restored) == sorted(["line/oven/temp.hi", "line/oven/temp.hihi", "line/oven/jam"])
    assert {row.time_uncertain for row in rows if row.event == "CLEAR"} == {True}
    assert {row.station for row in rows} == {"station1"}
    assert station.service.verify().ok
    assert station.service.verify().rows == len(rows)


def test_acknowledged_is_acknowledged_once(station: Station) -> None:
    station.sample(1, 85.0)
    item = station.service.alarm("line/oven/temp.hi")
    station.service.acknowledge(item.id, item.activation_id, "", Deed("os:anna")).result(10)
    with pytest.raises(AlarmConflictError, match=r"already acknowledged by os:anna at 2025-11-21T08:00:00\.000000Z"):
        station.service.acknowledge(item.id, item.activation_id, "", Deed("os:bert")).result(10)
    with pytest.raises(AlarmConflictError, match="activation 7 is over"):
        station.service.acknowledge(item.id, 7, "", Deed("os:bert")).result(10)
    with pytest.raises(UnknownAlarmError, match="no alarm nowhere"):
        station.service.acknowledge("nowhere", 1, "", Deed("os:bert")).result(10)
    with pytest.raises(AlarmConflictError, match="cannot be reset: nothing to reset"):
        station.service.reset(item.id, "", Deed("os:bert")).result(10)
    assert [row.event for row in station.rows(event="*_REJECTED")] == ["ACK_REJECTED", "ACK_REJECTED", "RESET_REJECTED"]


def test_reset_releases_the_latch(station: Station) -> None:
    station.sample(2, 1.0)
    station.sample(2, 0.0)
    item = station.service.alarm("line/oven/jam")
    assert item.state == "LATCHED_UNACK"
    station.service.acknowledge(item.id, item.activation_id, "", Deed("os:anna")).result(10)
    assert station.service.reset(item.id, "cleaned", Deed("os:anna")).result(10).state == "NORMAL"


def test_list_order_and_counts(station: Station) -> None:
    station.sample(1, 85.0)
    station.advance(1)
    station.sample(2, 1.0)
    station.advance(1)
    station.sample(1, 95.0)
    item = station.service.alarm("line/oven/jam")
    station.service.acknowledge(item.id, item.activation_id, "", Deed("os:anna")).result(10)
    listed = station.service.alarms()
    assert [item.id for item in listed.items] == ["line/oven/temp.hihi", "line/oven/temp.hi", "line/oven/jam"]
    counts = listed.counts
    assert (counts.p1, counts.p2, counts.p3, counts.p4, counts.unacked) == (1, 1, 1, 0, 2)
    assert counts.unacked_by_priority == {"1": 1, "2": 0, "3": 1, "4": 0}
    assert [item.id for item in station.service.alarms(priority=1).items] == ["line/oven/temp.hihi"]
    assert station.service.alarms(area="b").items == []
    with pytest.raises(PlantError, match="no alarm list 'x'"):
        station.service.alarms("x")
    assert station.service.alarm("line/oven/temp.hi").count_24h == 1


def test_a_dead_device_raises_one_alarm_and_explains_the_rest(station: Station) -> None:
    station.sample(3, 1.0)
    station.sample(3, None, BAD_TIMEOUT)
    station.advance(2)
    station.service.evaluate(links={"press": LinkState.DOWN, "oven": LinkState.CONNECTED})
    station.advance(60)
    station.service.evaluate()
    assert station.states() == {comm_alarm_id("press"): "UNACK_ACTIVE", "line/press.bad": "SUPPRESSED"}
    station.service.evaluate(links={"press": LinkState.CONNECTING})
    assert station.states()[comm_alarm_id("press")] == "UNACK_ACTIVE"
    station.service.evaluate(links={"press": LinkState.CONNECTED})
    station.advance(1)
    station.sample(3, 2.0)
    station.advance(60)
    station.service.evaluate()
    assert station.states() == {comm_alarm_id("press"): "RTN_UNACK"}
    assert [row.event for row in station.rows(alarm="line/press.bad")] == ["SUPPRESS", "UNSUPPRESS"]


def test_a_tag_that_stays_bad_after_the_device_returned_is_not_lost(station: Station) -> None:
    station.sample(3, None, BAD_TIMEOUT)
    station.service.evaluate(links={"press": LinkState.DOWN})
    station.service.evaluate(links={"press": LinkState.CONNECTED})
    station.advance(5)
    station.service.evaluate()
    station.advance(5)
    station.service.evaluate()
    assert station.states()["line/press.bad"] == "UNACK_ACTIVE"


def test_journal_pages_are_stable_and_filtered(station: Station) -> None:
    for _ in range(10):
        station.sample(1, 85.0)
        station.sample(1, 20.0)
    station.rows()
    first, cursor = station.service.journal(0, 2**62, alarm="line/*", limit=8)
    station.sample(1, 85.0)
    station.rows()
    second, _ = station.service.journal(0, 2**62, alarm="line/*", limit=8, cursor=cursor)
    assert [row.seq for row in first + second] == list(range(20, 4, -1))
    assert {row.event for row in station.rows(event="ACT*")} == {"ACTIVATE"}
    now = station.clock.now_us()
    assert station.service.journal(now + 1, now + 2)[0] == []


class RefusingWriter:
    """A writer whose database is away until told otherwise."""

    def __init__(self, database: Database) -> None:
        self._writer = database.writer
        self.away = False

    def submit(self, work: Callable[[Any], Any]) -> Future[Any]:
        if not self.away:
            return self._writer.submit(work)
        refused: Future[Any] = Future()
        refused.set_exception(PlantError("disk full"))
        return refused


def test_nothing_is_lost_while_the_database_refuses(station: Station) -> None:
    writer = RefusingWriter(station.database)
    station.service._outbox._writer = writer
    station.sample(1, 20.0)
    writer.away = True
    station.sample(1, 85.0)
    item = station.service.alarm("line/oven/temp.hi")
    assert item.state == "UNACK_ACTIVE", "an alarm that cannot be stored is still shown"
    waiting = station.service.acknowledge(item.id, item.activation_id, "", Deed("os:anna"))
    station.advance(2)
    station.service.evaluate()
    with pytest.raises(PlantError, match="not stored yet: disk full"):
        waiting.result(10)
    assert station.service.alarm(item.id).state == "UNACK_ACTIVE", "an acknowledgement counts only once stored"
    with pytest.raises(AlarmConflictError, match="not stored yet"):
        station.service.acknowledge(item.id, item.activation_id, "", Deed("os:bert")).result(10)
    station.service.evaluate()
    assert station.states()["system/station/alarm_journal"] == "UNACK_ACTIVE"
    assert station.service.unstored_rows > 0
    writer.away = False
    station.advance(2)
    station.service.evaluate()
    rows = station.rows()
    station.service.evaluate()
    assert station.service.alarm(item.id).state == "ACK_ACTIVE"
    assert station.states()["system/station/alarm_journal"] == "RTN_UNACK"
    assert [row.event for row in rows if row.alarm_id == item.id] == ["ACTIVATE", "ACK", "ACK_REJECTED"]
    assert station.service.verify().ok


def test_what_is_given_up_after_too_long_is_said_and_the_state_is_kept(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = RefusingWriter(station.database)
    station.service._outbox._writer = writer
    station.sample(1, 85.0)
    station.rows()
    writer.away = True
    item = station.service.alarm("line/oven/temp.hi")
    station.sample(2, 1.0)
    monkeypatch.setattr(outbox, "CAPACITY", 4)
    waiting = station.service.acknowledge(item.id, item.activation_id, "", Deed("os:anna"))
    for value in (0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0):
        station.sample(2, value)
    assert station.service.lost_rows > 0
    assert not waiting.done()
    writer.away = False
    station.clock.advance(2)
    station.service.evaluate()
    assert waiting.result(10).state == "ACK_ACTIVE"
    rows = station.rows()
    assert [row.actor for row in rows if row.event == "ACK"] == ["os:anna"], "what a person did is given up last"
    assert len(rows) < 12, "rows were given up"
    station.close()
    station.open()
    assert station.service.alarm(item.id).acked_by == "os:anna"
    assert station.service.verify().ok


def test_the_end_tries_once_more_and_says_what_is_lost(station: Station, expect_log_errors: None) -> None:
    writer = RefusingWriter(station.database)
    station.service._outbox._writer = writer
    writer.away = True
    station.sample(1, 85.0)
    assert not station.service.stop(0.05)
    assert station.service.unstored_rows > 0
    writer.away = False
    assert station.service.stop(), "the database is back: a pause after the last failure must not lose the rows"
    assert [row.event for row in station.rows(alarm="line/oven/temp.hi")] == ["ACTIVATE"]


def test_verify_names_the_first_changed_row(station: Station) -> None:
    for _ in range(5):
        station.sample(1, 85.0)
        station.sample(1, 20.0)
    station.rows()
    change = update(alarm_journal).where(alarm_journal.c.seq == 4).values(comment="nothing happened")
    station.database.writer.run(lambda connection: connection.execute(change), 10)
    verdict = station.service.verify()
    assert (verdict.first_bad_seq, verdict.reason) == (4, "its content was changed")
    gone = delete(alarm_journal).where(alarm_journal.c.seq == 3)
    station.database.writer.run(lambda connection: connection.execute(gone), 10)
    verdict = station.service.verify()
    assert (verdict.first_bad_seq, verdict.reason) == (4, "row 3 is missing")


def test_watchdog_figure_and_listener(station: Station) -> None:
    heard: list[int] = []

    class Listener:
        def on_change(self, revision: int) -> None:
            heard.append(revision)

    listener = Listener()
    station.service.changes.subscribe(listener.on_change)
    station.service.evaluate()
    assert station.service.last_evaluated_monotonic_us == station.clock.monotonic_us()
    assert heard == []
    station.sample(1, 85.0)
    assert heard == [station.service.revision]
    assert station.service.activations == {1: 0, 2: 0, 3: 1, 4: 0}
    assert station.service.state_counts[("UNACK_ACTIVE", 3)] == 1


class BrokenCondition:
    """A condition with a defect that can be mended."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.broken = True

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self._real.sources)

    def evaluate(self, situation: Any) -> Any:
        if self.broken:
            raise ZeroDivisionError("a defect")
        return self._real.evaluate(situation)


@pytest.mark.usefixtures("expect_log_errors")
def test_a_defect_in_one_alarm_is_told_and_takes_no_other_alarm_with_it(station: Station) -> None:
    members = station.service._engine.plan.by_source["line/oven/temp"]
    high = next(member for member in members if member.id == "line/oven/temp.hi")
    broken = BrokenCondition(high.condition)
    object.__setattr__(high, "condition", broken)
    before = station.service.last_evaluated_monotonic_us
    t_us = station.clock.now_us()
    station.service.evaluate(
        SampleBatch.of([Sample(1, 95.0, GOOD, t_us, t_us), Sample(2, 1.0, GOOD, t_us, t_us)]),
        links={"press": LinkState.DOWN},
    )
    assert {"line/oven/temp.hihi", "line/oven/jam", comm_alarm_id("press")} <= set(station.states())
    for _ in range(3):
        station.advance(2)
        station.service.evaluate()
    assert station.service.last_evaluated_monotonic_us == before, "rounds without an input must not hide the defect"
    broken.broken = False
    station.advance(2)
    station.service.evaluate()
    assert station.states()["line/oven/temp.hi"] == "UNACK_ACTIVE", "what it could not follow is followed later"
    assert station.service.last_evaluated_monotonic_us == station.clock.monotonic_us()


@pytest.mark.usefixtures("expect_log_errors")
def test_what_a_failed_evaluation_did_not_follow_is_followed_by_the_next(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    station.service.evaluate()
    before = station.service.last_evaluated_monotonic_us

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError("a defect")

    t_us = station.clock.now_us()
    with monkeypatch.context() as patch:
        patch.setattr(station.service._engine, "step", fail)
        with pytest.raises(ZeroDivisionError):
            station.service.evaluate(
                SampleBatch.of([Sample(2, 1.0, GOOD, t_us, t_us)]), links={"press": LinkState.DOWN}
            )
        with pytest.raises(ZeroDivisionError):
            station.service.acknowledge("line/oven/jam", 1, "", Deed("os:anna")).result(10)
        station.clock.advance(1)
        with pytest.raises(ZeroDivisionError):
            station.service.evaluate()
    assert station.service.last_evaluated_monotonic_us == before
    station.service.evaluate()
    assert {"line/oven/jam", comm_alarm_id("press")} <= set(station.states())


@pytest.mark.parametrize(
    ("view", "item"),
    [
        (views.AlarmView, data.AlarmItem),
        (views.CountsView, data.AlarmCounts),
        (views.ListView, data.AlarmList),
        (views.JournalView, data.JournalItem),
    ],
)
def test_views_have_the_fields_of_the_facade(view: type, item: type) -> None:
    assert [field.name for field in dataclasses.fields(view)] == [field.name for field in dataclasses.fields(item)]
