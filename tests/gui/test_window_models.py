"""Table models keep Qt's contract, hold still while read, and stay virtual at 100,000 rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.gui.pages.alarm.before import activations
from hmi.gui.pages.alarm.charts import BUCKET_US, BUCKETS, buckets
from hmi.gui.pages.alarm.journal import JournalModel
from hmi.gui.pages.alarm.model import AlarmModel, hold
from hmi.gui.pages.alarms import AlarmsPage
from hmi.gui.pages.device.links import link_row
from hmi.gui.pages.device.table import DeviceModel
from hmi.gui.pages.help import HelpPage, ManualPage, manual_pages, matching, resolve
from hmi.gui.pages.tag.table import TagModel
from hmi.gui.pages.tags import TagsPage
from hmi.gui.shown import alarm_claim, alarm_reading
from hmi.gui.widgets.structs import Quality
from hmi.model.tags import TagDefinition
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade
from tests.helpers.fake_plant import build_alarms


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = make_stage(qapp)
    yield made
    made.close()


def test_alarm_model(stage: Stage, qtmodeltester: Any) -> None:
    model = AlarmModel(stage.bridge)
    assert stage.bridge.alarms is not None
    model.show_rows(stage.bridge.alarms.items, still=False)
    qtmodeltester.check(model)
    texts = [model.index(0, column).data() for column in range(model.columnCount())]
    assert texts[1:8] == [
        "Unack",
        "10:41:52",
        "Air header pressure low-low",
        "Utilities / Compressed air",
        "5.18 bar",
        "≤ 5.20",
        "0:26",
    ]


def test_device_tag_and_journal_models(stage: Stage, qtmodeltester: Any) -> None:
    devices = DeviceModel(stage.bridge)
    devices.show_rows(stage.bridge.devices)
    qtmodeltester.check(devices)
    tags = TagModel(stage.bridge)
    tags.show_paths(stage.bridge.paths())
    qtmodeltester.check(tags)
    journal = JournalModel(stage.bridge)
    journal.ask(0, stage.bridge.now_us + 1, "")
    stage.settle()
    qtmodeltester.check(journal)
    assert journal.rowCount() > 20


def test_journal_fetches_the_next_part_and_narrows(stage: Stage) -> None:
    rows = stage.facade.journal_items
    stage.facade.journal_items = [replace(rows[i % len(rows)], seq=i + 1) for i in range(450)]
    model = JournalModel(stage.bridge)
    model.ask(0, stage.bridge.now_us + 1, "")
    stage.settle()
    assert model.rowCount() == 200
    while model.canFetchMore(model.index(-1, -1)):
        model.fetchMore(model.index(-1, -1))
        stage.settle()
    assert model.rowCount() == 450
    assert not model.has_more
    model.narrow("carton jam")
    assert 0 < model.rowCount() < 450
    model.ask(0, stage.bridge.now_us + 1, "ACK")
    stage.settle()
    assert {model.row(i).event for i in range(model.rowCount())} == {"ACK"}  # type: ignore[union-attr]


def test_hold_keeps_every_row_in_its_place() -> None:
    items = [item for item in build_alarms() if item.state not in ("SHELVED", "SUPPRESSED", "OUT_OF_SERVICE")]
    gone, newer = items[2], replace(items[0], id="new", activation_id=77)
    acknowledged = replace(items[0], state="ACK_ACTIVE", acked=True)
    fresh = [newer, *items[1:2], *items[3:], acknowledged]
    held = hold(items, fresh, still=True)
    assert [row.id for row in held.rows] == [item.id for item in items]
    assert held.rows[0].acked and held.rows[2].id == gone.id and held.rows[2].state == "NORMAL"
    assert held.newer == 1
    released = hold(held.rows, fresh, still=False)
    assert [row.id for row in released.rows] == [item.id for item in fresh]
    assert released.newer == 0


def test_the_list_holds_still_under_the_pointer_and_follows_after(stage: Stage) -> None:
    stage.window.open_page("alarms")
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    stage.settle()
    page.table.clearFocus()
    page.table._inside = True
    before = [item.id for item in page.model.rows]
    stage.facade.put_alarm(replace(page.model.rows[0], id="line1/filler/new", t_active_us=stage.facade.now_us))
    stage.pass_time(0.1)
    assert [item.id for item in page.model.rows] == before
    assert page._foot.spoken().startswith("1 newer above")
    page.table._inside = False
    page.table.released.emit()
    assert page.model.rows[0].id == "line1/filler/new"


def test_acknowledge_with_a_comment_by_key(stage: Stage) -> None:
    stage.window.open_page("alarms")
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    stage.settle()
    page.detail.comment.setText("seen, standby started")
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_A)
    stage.settle()
    assert stage.facade.acknowledged == [
        ("utilities/air/pressure.lolo", 41, "seen, standby started", "os:test"),
    ]
    assert page.detail.answer.text() == "Done and recorded."


def test_a_refusal_stands_where_the_action_was_taken(stage: Stage) -> None:
    stage.window.open_page("alarms")
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    stage.settle()
    first = page.model.rows[0]
    renewed = replace(first, activation_id=first.activation_id + 1)
    stage.facade.alarm_items = [renewed if item.id == first.id else item for item in stage.facade.alarm_items]
    page.detail.acknowledge()
    stage.settle()
    assert "the alarm came again meanwhile" in page.detail.answer.text()
    assert page.detail.answer.isVisible()


def test_reset_of_a_latched_alarm(stage: Stage) -> None:
    from hmi.gui.pages.page import Target

    stage.window.open_page("alarms", Target(alarm="line1/packer/jam"))
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    stage.settle()
    assert page.detail.reset.isVisible() and not page.detail.act.isVisible()
    page.detail.send_reset()
    stage.pass_time(0.1)
    assert stage.bridge.alarms is not None
    assert all(item.id != "line1/packer/jam" for item in stage.bridge.alarms.items)


def test_hidden_alarms_have_their_tabs(stage: Stage) -> None:
    stage.window.open_page("alarms")
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    for tab, count in (("shelved", 1), ("suppressed", 14), ("out_of_service", 1)):
        page.tabs.choose(tab)
        assert len(page.model.rows) == count
    page.tabs.choose("journal")
    stage.settle()
    assert page.journal.model.rowCount() > 20


def test_buckets_end_now() -> None:
    now = 10_000 * BUCKET_US
    counts = buckets([now - 1, now - BUCKET_US, now - BUCKET_US - 1, now - BUCKETS * BUCKET_US - 1], now)
    assert (counts[-1], counts[-2], sum(counts)) == (2, 1, 3)


def test_activations_join_their_rows() -> None:
    rows = FakeFacade().journal_items
    jam = [row for row in rows if row.alarm_id == "line1/packer/jam"]
    ((activation, start, end, acked, _comment),) = activations(jam)
    assert activation == 12
    assert start < acked < end


def test_link_rows_tell_down_from_unknown() -> None:
    minute = 60_000_000
    t = np.array([0, 10 * minute, 12 * minute], np.int64)
    row = link_row("plc", t, np.array([1.0, 0.0, 1.0]), [(50 * minute, 60 * minute)], 0, 100 * minute)
    assert row.down == ((10 * minute, 12 * minute),)
    assert row.unknown == ((50 * minute, 60 * minute),)
    assert row.share == pytest.approx(1 - 2 / 90)
    nothing = link_row("plc", np.zeros(0, np.int64), np.zeros(0), [], 0, minute)
    assert nothing.share is None and nothing.unknown == ((0, minute),)


def test_a_hundred_thousand_tags_stay_virtual(qapp: QApplication) -> None:
    facade = FakeFacade(disturbed=False)
    many = tuple(
        TagDefinition(f"plant/unit{n // 1000:03d}/value_{n:06d}", "filler", f"holding:{n}", number=n + 1000)
        for n in range(100_000)
    )
    facade.plant_value = replace(facade.plant_value, tags=facade.plant_value.tags + many)
    for tag in many:
        facade._devices[tag.path] = "filler"
    known = set(facade.tags_now)
    facade._live = lambda cursor, make=facade._live: _without(facade, known, make, cursor)  # type: ignore[method-assign]
    stage = make_stage(qapp, facade)
    stage.window.open_page("tags")
    page = stage.window.page("tags")
    assert isinstance(page, TagsPage)
    stage.settle()
    assert page.model.rowCount() > 100_000
    timer = QElapsedTimer()
    timer.start()
    page.field.setText("value_099999")
    assert page.model.rowCount() == 1
    page.field.clear()
    page.table.scrollToBottom()
    stage.settle()
    first, last = page.table.visible_rows()
    assert 0 < last - first < 60
    assert page.model.index(page.model.rowCount() - 1, 2).data() == "never read"
    assert timer.elapsed() < 20_000
    stage.close()


def _without(facade: FakeFacade, known: set[str], make: Any, cursor: int) -> Any:
    plant = facade.plant_value
    facade.plant_value = replace(plant, tags=tuple(tag for tag in plant.tags if tag.path in known))
    try:
        return make(cursor)
    finally:
        facade.plant_value = plant


def test_tags_filter_by_quality_device_and_folder(stage: Stage) -> None:
    from hmi.gui.pages.page import Target

    stage.window.open_page("tags", Target(device="labeller"))
    page = stage.window.page("tags")
    assert isinstance(page, TagsPage)
    assert page.model.rowCount() == 64
    page._choose_quality("stale")
    assert page.model.rowCount() == 64
    stage.window.open_page("tags", Target(tags=("utilities/air/pressure",)))
    assert page.detail.path == "utilities/air/pressure"
    page._choose_quality("bad")
    assert page.model.rowCount() == 66


def test_manual_is_found_searched_and_linked() -> None:
    pages = manual_pages()
    assert pages and pages[0].name == "index"
    sample = [ManualPage("index", "Start", "words"), ManualPage("alarms", "Alarms", "shelving and more")]
    assert [page.name for page in matching(sample, "shelving")] == ["alarms"]
    assert resolve(sample, "alarms.md") == sample[1]
    assert resolve(sample, "shelving") == sample[1]
    assert resolve(sample, "no such thing") == sample[0]
    assert resolve([], "x") is None


def test_no_line_crosses_a_closed_gap() -> None:
    from hmi.facade.data import Gap
    from hmi.gui.pages.plant.histories import broken

    t, value = np.array([10, 20, 90, 100], np.int64), np.array([1.0, 2.0, 3.0, 4.0])
    times, values = broken(t, value, [Gap("a", 25, 85, "station_stopped", ""), Gap("a", 100, None, "device_down", "")])
    assert times.tolist() == [10, 20, 25, 90, 100]
    assert np.isnan(values[2]) and values[3] == 3.0
    assert broken(t, value, [])[0] is t


def test_an_alarm_shows_the_live_value_and_claims_no_broken_limit_after_it_returned(stage: Stage) -> None:
    assert stage.bridge.alarms is not None
    listed = stage.bridge.alarms.items[0]
    live = alarm_reading(stage.bridge, listed)
    evaluated_long_ago = replace(listed, value=4.0)
    assert alarm_reading(stage.bridge, evaluated_long_ago) == live
    assert live.quality is Quality.GOOD and alarm_claim(stage.bridge, evaluated_long_ago) == "5.18 bar ≤ 5.20"
    returned = replace(evaluated_long_ago, active=False, state="RTN_UNACK")
    assert alarm_claim(stage.bridge, returned) == "5.18 bar, limit 5.20"
    within_the_deadband = replace(listed, limit=5.10)
    assert alarm_claim(stage.bridge, within_the_deadband) == "5.18 bar, limit 5.10"


def test_an_alarm_on_a_stale_value_does_not_claim_it(stage: Stage) -> None:
    assert stage.bridge.alarms is not None
    path = next(path for path in stage.bridge.paths() if path.startswith("line1/labeller/speed"))
    item = replace(stage.bridge.alarms.items[0], tag=path, limit=1e6)
    assert alarm_reading(stage.bridge, item).quality is Quality.STALE
    assert ", limit " in alarm_claim(stage.bridge, item)


def test_help_shows_the_line_that_fits_and_goes_back(stage: Stage) -> None:
    stage.window.open_page("help")
    page = stage.window.page("help")
    assert isinstance(page, HelpPage)
    first = page.open_page
    page.open_manual("alarms")
    page.field.setText("acknowledge")
    lines = [page.list.item(row).toolTip() for row in range(page.list.count())]
    assert lines and any("acknowledge" in line.lower().partition("\n")[2] for line in lines)
    page.go_back()
    assert page.open_page == first and not page.back.isEnabled()
    page.go_forward()
    assert page.open_page == "alarms" and not page.forward.isEnabled()


def test_the_current_row_has_a_ring_only_for_the_keyboard(stage: Stage) -> None:
    stage.window.open_page("alarms")
    page = stage.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    stage.window.activateWindow()
    page.table.setFocus()
    assert not page.table.is_ringed
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.table.is_ringed
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton)
    assert not page.table.is_ringed
