"""The OEE service on a real database: figures of the running shift, restart, silence, published tags."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.base.errors import PlantError
from hmi.facade import data
from hmi.model.devices import DeviceDefinition
from hmi.model.equipment import Line, Machine, OeeRules, Plant, Shift, StateClass
from hmi.model.quality import BAD_TIMEOUT, GOOD
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from hmi.oee.service import FIGURE_TAGS, OeeService, OeeView, SpanView
from hmi.storage.database import Database
from tests.helpers.clock import EPOCH_US, ManualClock

STATE, TOTAL, REJECT = 1, 2, 3
STATES = {6: StateClass.RUN, 2: StateClass.STOP, 9: StateClass.BREAKDOWN}
RULES = OeeRules(
    "line/filler/state",
    "line/filler/total",
    10.0,
    STATES,
    {6: "Execute", 2: "Stopped"},
    reject_tag="line/filler/reject",
)
PLANT = Plant(
    "plant",
    "UTC",
    devices=(DeviceDefinition("plc", "modbus-tcp"),),
    lines=(Line("line", machines=(Machine("filler", "line/filler", oee=RULES),), constraint="filler"), Line("bare")),
    shifts=(Shift("early", 360, 840), Shift("late", 840, 1320)),
    tags=(
        TagDefinition("line/filler/state", "plc", "input:0", number=STATE),
        TagDefinition("line/filler/total", "plc", "input:1", number=TOTAL),
        TagDefinition("line/filler/reject", "plc", "input:2", number=REJECT),
    ),
)
EARLY_US = EPOCH_US - 2 * 3_600_000_000
"""The early shift began at 06:00, two hours before the test clock starts."""


class Station:
    """A database with an OEE service that can be restarted."""

    def __init__(self, folder: Path, url: str = "sqlite") -> None:
        self.folder = folder
        self.url = url
        self.clock = ManualClock()
        self.total = self.reject = 65_000
        self.open()

    def open(self) -> None:
        self.database = Database.open(self.url, data_dir=self.folder, clock=self.clock)
        self.database.writer.start()
        self.service = OeeService(self.database, PLANT, self.clock)
        self.service.start()

    def close(self) -> None:
        try:
            assert self.service.stop()
        finally:
            self.database.close()

    def poll(self, state: int, seconds: int, total_per_s: int = 0, reject_every_s: int = 0) -> None:
        for second in range(seconds):
            self.clock.advance(1)
            self.total = (self.total + total_per_s) % 65536
            self.reject = (self.reject + (1 if reject_every_s and second % reject_every_s == 0 else 0)) % 65536
            t_us = self.clock.now_us()
            values = ((STATE, state), (TOTAL, self.total), (REJECT, self.reject))
            samples = [Sample(number, float(value), GOOD, t_us, t_us) for number, value in values]
            self.service.evaluate(SampleBatch.of(samples))

    def range_view(self) -> OeeView:
        return self.service.figures("line", from_us=EPOCH_US + 1_000_000, to_us=self.clock.now_us())[0]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)])
def station(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    built = Station(tmp_path, url)
    yield built
    built.close()


def test_running_shift(station: Station) -> None:
    station.poll(6, 101, total_per_s=8, reject_every_s=10)
    station.poll(9, 100)
    view = station.service.current("line")
    assert view is not None
    assert (view.shift, view.shift_from_us, view.machine) == ("2025-11-21/early", EARLY_US, "filler")
    assert view.to_us == station.clock.now_us()
    assert view.counts == {"total": 800, "good": 790, "reject": 10, "in_gap": 0, "quarantined": 0}
    assert view.coverage == pytest.approx(200 / 7401)
    found = station.range_view()
    assert found.state == "state 9"
    assert found.availability == pytest.approx(101 / 200, abs=1e-3)
    assert found.performance == pytest.approx(800 / 10 / 101)
    assert found.quality == pytest.approx(790 / 800)
    assert found.oee == pytest.approx(found.times_s["fully_productive"] / found.times_s["pbt"])
    assert found.coverage == 1.0


def test_figures_from_stored_intervals_equal_the_live_ones(station: Station) -> None:
    station.poll(6, 200, total_per_s=9, reject_every_s=7)
    station.poll(2, 30)
    station.poll(6, 130, total_per_s=10)
    live = station.range_view()
    states = station.service.states("line", "", EPOCH_US, station.clock.now_us())
    station.close()
    station.open()
    again = station.range_view()
    assert again == live
    closed = [dataclasses.replace(span, to_us=0) if span.to_us is None else span for span in states]
    after = station.service.states("line", "", EPOCH_US, station.clock.now_us())
    assert [(span.from_us, span.state, span.state_class) for span in after] == [
        (span.from_us, span.state, span.state_class) for span in closed
    ]
    assert [span.state_class for span in after] == ["run", "micro_stop", "run"]
    assert live.counts["total"] == 199 * 9 + 130 * 10


def test_counts_go_on_over_a_restart_and_a_rollover(station: Station) -> None:
    station.poll(6, 51, total_per_s=8)
    station.close()
    station.clock.advance(120)
    station.total = (station.total + 700) % 65536
    station.open()
    station.poll(6, 10, total_per_s=8)
    view = station.range_view()
    assert view.counts["total"] == 50 * 8 + 708 + 9 * 8
    assert view.counts["in_gap"] == 708
    assert view.times_s["unknown"] == pytest.approx(120 - 5 + 1)
    assert "of the planned time was observed" in view.warnings[0]


def test_silence_becomes_unknown_after_the_stale_timeout(station: Station) -> None:
    station.poll(6, 11, total_per_s=5)
    for _ in range(30):
        station.clock.advance(1)
        t_us = station.clock.now_us()
        station.service.evaluate(SampleBatch.of([Sample(STATE, None, BAD_TIMEOUT, t_us, t_us)]))
    spans = station.service.states("line", "filler", EPOCH_US, station.clock.now_us())
    assert [(span.state_class, span.state_name) for span in spans] == [("run", "Execute"), ("unknown", "unknown")]
    assert spans[1].from_us == EPOCH_US + 16_000_000
    assert spans[1].to_us is None
    assert station.range_view().state == "unknown"


def test_values_that_are_confirmed_but_not_repeated_stay_known(tmp_path: Path) -> None:
    clock = ManualClock()
    with Database.open("sqlite", data_dir=tmp_path, clock=clock) as database:
        database.writer.start()
        service = OeeService(database, PLANT, clock, last_good_us=lambda number: clock.now_us())
        service.start()
        t_us = clock.now_us()
        service.evaluate(SampleBatch.of([Sample(STATE, 6.0, GOOD, t_us, t_us)]))
        clock.advance(600)
        service.evaluate()
        assert [span.state_class for span in service.states("", "", EPOCH_US, clock.now_us())] == ["run"]
        assert service.stop()


def test_published_and_other_shifts(station: Station) -> None:
    assert set(station.service.published()) == {f"oee/line/{name}" for name in FIGURE_TAGS}
    assert station.service.published()["oee/line/oee"] is None
    station.poll(6, 20, total_per_s=10)
    assert station.service.published()["oee/line/availability"] == 1.0
    station.clock.advance(6.5 * 3600)
    assert station.service.figures("line")[0].shift == "2025-11-21/late"
    assert station.service.figures("line", shift="last")[0].shift == "2025-11-21/early"
    named = station.service.figures("line", shift="2025-11-21/early")[0]
    assert named.counts["total"] == 190
    station.clock.advance(9 * 3600)
    assert station.service.current("line") is None
    assert station.service.figures("line")[0].shift == "2025-11-21/late"
    assert station.service.published()["oee/line/coverage"] is None
    with pytest.raises(PlantError, match="no shift 'night'"):
        station.service.figures("line", shift="2025-11-21/night")
    with pytest.raises(PlantError, match="'bare' is not measured"):
        station.service.figures("bare")


def test_old_ranges_come_from_the_database(station: Station) -> None:
    station.poll(6, 100, total_per_s=10)
    # the last state holds until its stale limit, and the items of an interval are spread over all of it
    end_us = station.clock.now_us() + 10_000_000
    station.service.stop()
    station.clock.advance(80 * 3600)
    station.service.evaluate()
    old = station.service.figures("line", from_us=EPOCH_US, to_us=end_us)[0]
    assert old.counts["total"] == 990


@pytest.mark.parametrize(("view", "item"), [(OeeView, data.OeeItem), (SpanView, data.StateSpan)])
def test_views_have_the_fields_of_the_facade(view: type, item: type) -> None:
    assert {field.name for field in dataclasses.fields(view)} == {field.name for field in dataclasses.fields(item)}
