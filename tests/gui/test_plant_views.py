"""What stands where on the plant pages follows from the configuration alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmi.facade.data import OeeItem, StateSpan
from hmi.gui.pages.plant.builders import guess_kind
from hmi.gui.pages.plant.losses import (
    availability_losses,
    is_doubtful,
    oee_figure,
    pareto,
    stops,
    timeline_row,
    waterfall,
)
from hmi.gui.pages.plant.production import target_counts
from hmi.gui.pages.plant.views import derive, humanise, tag_title
from hmi.model.alarms import AlarmDefinition, AlarmType
from hmi.model.equipment import Area, Line, Machine, Plant
from hmi.model.tags import TagDefinition
from tests.helpers.fake_history import oee_item, state_spans
from tests.helpers.fake_plant import NOW_US, build_plant


def _tag(path: str, **more: object) -> TagDefinition:
    return replace(TagDefinition(path, "plc", "holding:1", type="float32"), **more)  # type: ignore[arg-type]


def test_the_plant_of_the_pictures() -> None:
    plant, _ = build_plant()
    view = derive(plant)
    (line,) = view.lines
    assert [machine.title for machine in line.machines] == ["Filler", "Capper", "Labeller", "Packer"]
    assert [buffer.title for buffer in line.buffers] == ["Conveyor 1", "Conveyor 2", "Conveyor 3"]
    assert line.buffers[1].high == 75.0
    filler = line.machines[0]
    assert (filler.speed_tag, filler.setpoint_tag) == ("line1/filler/speed", "line1/filler/setpoint")
    assert filler.device == "filler"
    assert [tag.path for tag in filler.indicators][:2] == ["line1/filler/bowl_level", "line1/filler/bowl_pressure"]
    assert [unit.title for unit in view.units] == ["Tunnel", "CIP", "Air", "Energy"]
    air = next(unit for unit in view.units if unit.title == "Air")
    assert [tag.path for tag in air.facts] == [f"utilities/air/compressor{n}" for n in (1, 2, 3)]


def test_a_plant_without_lines_still_shows_its_units() -> None:
    tags = (
        _tag("oven/temperature", low=0.0, high=300.0, normal_low=180.0, normal_high=220.0, unit="°C"),
        _tag("oven/door", labels={0: "Closed", 1: "Open", 2: "Moving"}, type="uint16"),
        _tag("oven/spare", low=0.0, high=1.0),
        _tag("system/devices/plc/state", normal_low=0.0, normal_high=1.0, low=0.0, high=1.0),
    )
    view = derive(Plant("p", "UTC", (Area("oven", "Big oven"),), tags=tags))
    assert view.lines == ()
    (unit,) = view.units
    assert unit.title == "Big oven"
    assert [tag.path for tag in unit.indicators] == ["oven/temperature"]
    assert [tag.path for tag in unit.facts] == ["oven/door"]


def test_machines_without_rules_find_their_tags_by_name() -> None:
    tags = (_tag("l/m/line_speed", unit="m/min"), _tag("l/m/line_speed_sp"), _tag("l/m/state", type="uint16"))
    view = derive(Plant("p", "UTC", lines=(Line("l", machines=(Machine("m", "l/m"),)),), tags=tags))
    machine = view.lines[0].machines[0]
    assert (machine.speed_tag, machine.setpoint_tag, machine.state_tag) == (
        "l/m/line_speed",
        "l/m/line_speed_sp",
        "l/m/state",
    )
    assert machine.rules is None


def test_only_numeric_limits_are_drawn_on_scales() -> None:
    tags = (_tag("u/a", low=0.0, high=10.0, normal_low=2.0, normal_high=8.0), _tag("u/b"))
    alarms = (
        AlarmDefinition("u/a.hi", "u/a", AlarmType.HI, 9.0),
        AlarmDefinition("u/a.dev", "u/a", AlarmType.HI, "{u/b}"),
        AlarmDefinition("u/a.bad", "u/a", AlarmType.BAD_QUALITY),
    )
    assert [alarm.id for alarm in derive(Plant("p", "UTC", tags=tags, alarms=alarms)).limits["u/a"]] == ["u/a.hi"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("bowl_pressure", "Bowl pressure"), ("zone1", "Zone 1"), ("cip", "CIP"), ("air.flow", "Air flow")],
)
def test_names_become_words(name: str, words: str) -> None:
    assert humanise(name) == words


def test_a_short_description_is_the_name() -> None:
    assert tag_title(_tag("a/zone1_temperature", description="zone 1")) == "Zone 1"
    assert tag_title(_tag("a/flow", description="flow of the cleaning liquid")) == "Flow"


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Running", "run"), ("Tripped", "aborted"), ("Standby", "idle"), ("Execute", "run"), ("Aborted", "aborted")],
)
def test_labels_become_glyphs(word: str, kind: str) -> None:
    assert guess_kind(word) == kind


def _filler() -> list[StateSpan]:
    return state_spans("filler")


def test_losses_add_up_exactly_to_what_the_station_reported() -> None:
    item = oee_item()
    losses = availability_losses(item, _filler(), NOW_US)
    expected = (item.times_s["unplanned"] + item.times_s["setup"]) / 60
    assert sum(minutes for _, minutes, _ in losses) == pytest.approx(expected, abs=1e-9)
    assert [(name, round(minutes, 1), count) for name, minutes, count in losses] == [
        ("Breakdown", 14.5, 2),
        ("Starved / blocked", 12.5, 3),
        ("Setup", 9.0, 1),
    ]


def test_spans_that_say_more_than_the_figures_do_not_inflate_them() -> None:
    """The station's total wins: an interval still open or shifted must not make the bars disagree with the OEE."""
    item = replace(oee_item(), times_s={**oee_item().times_s, "unplanned": 600.0})
    losses = availability_losses(item, _filler(), NOW_US)
    assert sum(minutes for name, minutes, _ in losses if name != "Setup") == pytest.approx(10.0)


def test_stops_without_states_are_named_other() -> None:
    losses = availability_losses(oee_item(), [], NOW_US)
    assert [(name, minutes) for name, minutes, _ in losses] == [("Other stops", 27.0), ("Setup", 9.0)]


@pytest.mark.parametrize("in_points", [False, True])
def test_the_waterfall_falls_exactly(in_points: bool) -> None:
    state = waterfall(oee_item(), _filler(), NOW_US, in_points)
    level = 0.0
    for bar in state.bars:
        if bar.kind == "loss":
            level -= bar.minutes
        else:
            assert level in (0.0, pytest.approx(bar.minutes, abs=1e-6)), bar.label
            level = bar.minutes
    assert state.bars[-1].minutes == pytest.approx(179.12 / (2.52 if in_points else 1), abs=0.01)


def test_nothing_planned_is_no_waterfall() -> None:
    assert waterfall(None, [], NOW_US).bars == ()
    assert waterfall(replace(oee_item(), times_s={}), [], NOW_US).bars == ()


def test_losses_are_sorted() -> None:
    values = [bar.value for bar in pareto(oee_item(), _filler(), NOW_US).bars]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(21.2)


def _item(**changes: object) -> OeeItem:
    return replace(oee_item(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("coverage", "doubtful"), [(1.0, False), (0.90, False), (0.899, True), (None, True)])
def test_low_coverage_is_greyed(coverage: float | None, doubtful: bool) -> None:
    item = _item(coverage=coverage)
    assert is_doubtful(item) is doubtful
    state = oee_figure("Line 1", "", item, "Europe/Berlin")
    assert state.dim is doubtful
    assert all(factor.dim is doubtful for factor in state.factors)


def test_performance_above_one_is_said_and_not_capped() -> None:
    state = oee_figure("Line 1", "", _item(performance=1.08), "Europe/Berlin")
    assert state.factors[1].ratio == 1.08
    assert "ideal rate" in state.problem


def test_the_target_needs_rate_target_and_shift() -> None:
    plant, _ = build_plant()
    due, whole = target_counts(plant, oee_item())
    assert due == pytest.approx(117_936)
    assert whole == pytest.approx(210_600)
    assert target_counts(plant, _item(ideal_rate_per_s=0.0)) == (None, None)
    assert target_counts(plant, _item(shift_to_us=0))[1] is None


def test_stops_are_counted_without_minor_and_planned_ones() -> None:
    count, minutes = stops(_filler(), _filler()[0].from_us, NOW_US)
    assert (count, round(minutes, 1)) == (6, 36.0)


def test_an_open_state_ends_now_and_minor_stops_stand_on_the_running_bar() -> None:
    row = timeline_row("Labeller", state_spans("labeller"), NOW_US)
    assert row.spans[-1].to_us == NOW_US
    assert row.spans[-1].kind == "unknown"
    minor = [span for span in row.spans if span.kind == "minor"]
    below = {(span.from_us, span.to_us) for span in row.spans if span.kind == "run"}
    assert minor
    assert all((span.from_us, span.to_us) in below for span in minor)
