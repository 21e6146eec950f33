"""Retention on a real database: what is too old goes, the chain stays true, a doubtful clock removes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from sqlalchemy import func, select

from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import Witness
from hmi.alarms.service import AlarmService
from hmi.model.access import AuditRow
from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.equipment import StateClass
from hmi.model.quality import GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.model.station import StationSettings
from hmi.model.tags import TagDefinition
from hmi.oee import store as oee_store
from hmi.oee.engine.intervals import Interval
from hmi.secrets.sealing import SealingKey
from hmi.station import retention
from hmi.station.machine import ClockWatch
from hmi.station.parts import Parts
from hmi.storage.database import Database
from hmi.storage.schema.oee import oee_intervals
from tests.helpers.clock import ManualClock

DAY_S = 86_400
KEPT_DAYS = 3650
TAG = TagDefinition("line/level", "plc", "input:0", number=1)
ALARM = AlarmDefinition("line/level.hi", "line/level", AlarmType.HI, limit=80.0)


class Bench:
    """The parts retention works on."""

    def __init__(self, database: Database, clock: ManualClock, folder: Path) -> None:
        self.clock = clock
        self.database = database
        self.watch = ClockWatch()
        self.watch.look(clock.now_us(), clock.monotonic_us())
        self.alarms = AlarmService(database, [ALARM], [TAG], [], clock)
        self.alarms.start()
        key = SealingKey(bytes(32), source="file")
        self.trail = AuditTrail(database, "one", clock, Witness(folder / "audit-witness.jsonl", key))
        self.trail.start()
        self.parts = cast(
            Parts,
            SimpleNamespace(
                database=database,
                clock=clock,
                clock_watch=self.watch,
                settings=StationSettings(id="one", name="one"),
                people=SimpleNamespace(trail=self.trail),
            ),
        )

    def alarm_comes_and_goes(self) -> None:
        for value in (90.0, 20.0):
            now_us = self.clock.now_us()
            self.alarms.evaluate(SampleBatch.of([Sample(1, value, GOOD, now_us, now_us)]))
        assert self.alarms.stop()

    def machine_ran(self) -> None:
        now_us = self.clock.now_us()
        interval = Interval(now_us - 1_000_000, now_us, 6, StateClass.RUN, 1.0)
        self.database.writer.run(lambda connection: oee_store.save(connection, [(("line", ""), interval)]))

    def somebody_acts(self) -> None:
        self.trail.record(AuditRow(self.clock.now_us(), "anna", "ALARM_ACK")).result(20)
        self.trail.witness_head()

    def days_pass(self, days: int) -> None:
        assert self.alarms.stop()
        self.clock.advance(days * DAY_S)
        self.watch.look(self.clock.now_us(), self.clock.monotonic_us())

    def intervals(self) -> int:
        with self.database.reader() as connection:
            return int(connection.execute(select(func.count()).select_from(oee_intervals)).scalar_one())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    clock = ManualClock()
    with Database.open(url, data_dir=tmp_path, clock=clock) as database:
        database.writer.start()
        yield Bench(database, clock, tmp_path)


def test_old_rows_go_and_the_chain_of_the_rest_is_followed(bench: Bench) -> None:
    bench.alarm_comes_and_goes()
    bench.machine_ran()
    bench.days_pass(KEPT_DAYS - 1)
    bench.alarm_comes_and_goes()
    bench.machine_ran()
    before = bench.alarms.verify()
    assert retention.run(bench.parts)
    assert bench.alarms.verify() == before, "nothing is too old yet"
    bench.days_pass(2)
    assert retention.run(bench.parts)
    after = bench.alarms.verify()
    assert (after.ok, after.first_seq, after.rows, after.head) == (True, 3, before.rows - 2, before.head)
    assert bench.intervals() == 1
    bench.days_pass(KEPT_DAYS + 1)
    assert retention.run(bench.parts)
    last = bench.alarms.verify()
    assert (last.ok, last.rows, last.head) == (True, 1, before.head), "the newest row carries the chain on"
    bench.alarm_comes_and_goes()
    assert bench.alarms.verify().ok


def test_old_deeds_go_on_record_and_the_trail_stays_sound(bench: Bench) -> None:
    for _ in range(3):
        bench.somebody_acts()
        bench.days_pass(200)
    assert retention.run(bench.parts)
    bench.trail.witness_head()
    verdict = bench.trail.verify()
    assert (verdict.ok, verdict.first_seq, verdict.rows, verdict.reason) == (True, 3, 2, "")


def test_nothing_is_removed_after_a_jump_of_the_clock(bench: Bench) -> None:
    bench.alarm_comes_and_goes()
    bench.clock.step_wall(20 * 365 * DAY_S)
    bench.watch.look(bench.clock.now_us(), bench.clock.monotonic_us())
    assert not retention.run(bench.parts)
    assert bench.alarms.verify().first_seq == 1
