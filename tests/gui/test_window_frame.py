"""The permanent frame: what it says in good and in bad times, and its keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.gui import theme
from hmi.gui.frame.banner import BannerRows
from hmi.gui.frame.contents import banner_of, rail_items
from hmi.gui.frame.status import status_of
from hmi.gui.frame.who import user_of
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = make_stage(qapp)
    yield made
    made.close()


def words(stage: Stage) -> str:
    return " | ".join(" ".join(text for text, _ in part.runs) for part in status_of(stage.bridge).parts)


def test_status_line_says_what_is_known(stage: Stage) -> None:
    said = words(stage)
    assert said.startswith("Live oldest value 1.3 s | 6 of 7 devices labeller silent for 4:26 | ")
    assert "652 good 1 uncertain 1 bad 64 stale | History written 0.4 s ago | To central: 0 waiting" in said
    assert status_of(stage.bridge).station == "Bottling North · station bn-op-02 · 1.0.0"


def test_the_status_line_is_not_live_by_the_stations_own_figures_alone(stage: Stage) -> None:
    stage.facade.set_honesty(devices_connected=0, oldest_live_age_s=0.3)
    stage.pass_time(2.0)
    said = words(stage)
    assert said.startswith("No device answers | 0 of 7 devices ") and "Live" not in said
    assert status_of(stage.bridge).parts[0].icon == "state/unknown"
    stage.facade.set_honesty(devices_connected=0, devices_total=0)
    stage.pass_time(2.0)
    assert words(stage).startswith("Live "), "a station without devices lacks none"


def test_simulated_plant_carries_its_tag(stage: Stage) -> None:
    stage.facade.set_honesty(simulated=True)
    stage.pass_time(0.1)
    parts = status_of(stage.bridge).parts
    assert any(part.tag == "SIM" for part in parts)


def test_silent_station_is_named_with_its_seconds(stage: Stage) -> None:
    stage.facade.stall("live")
    stage.pass_time(0.1)
    stage.pass_time(1.3)
    assert "Window behind by 1.4 s" in words(stage)
    stage.pass_time(11)
    said = words(stage)
    assert "Station silent for 12 s | all values stale" in said
    assert "Live" not in said
    state = user_of(stage.bridge)
    assert state.stale and state.clock == "10:42:18", "the clock may not run on without the station"
    assert state.date == "stands still for 0:12"


def test_banner_shows_priority_before_age(stage: Stage) -> None:
    rows = banner_of(stage.bridge, 0).rows
    assert [row.symbol.priority for row in rows] == [1, 2, 3, 3]
    assert rows[0].text == "Air header pressure low-low"
    assert (rows[0].value, rows[0].age) == ("5.18 bar ≤ 5.20", "0:26")
    assert rows[1].value == "no answer, try 28"


def test_a_new_low_alarm_never_hides_a_critical_one(stage: Stage) -> None:
    alarms = stage.bridge.alarms
    assert alarms is not None
    for number in range(9):
        newest = replace(
            alarms.items[5], id=f"low{number}", state="UNACK_ACTIVE", acked=False, t_active_us=stage.facade.now_us
        )
        stage.facade.put_alarm(newest)
    stage.pass_time(0.1)
    assert banner_of(stage.bridge, 0).rows[0].symbol.priority == 1


def test_empty_banner_names_the_last_alarm(qapp: QApplication) -> None:
    stage = make_stage(qapp, FakeFacade(disturbed=False))
    assert banner_of(stage.bridge, 0).empty == "No unacknowledged alarms"
    assert "last 10:42" in banner_of(stage.bridge, stage.facade.now_us).empty
    stage.close()


def test_alarms_not_running_takes_the_banner(stage: Stage) -> None:
    stage.facade.set_honesty(evaluation_age_s=12.0)
    stage.pass_time(0.1)
    banner = stage.window.findChild(BannerRows)
    assert banner is not None
    assert banner.state.not_running.startswith("no evaluation for 0:12")
    assert banner.seen == ()
    assert words(stage).startswith("ALARMS NOT RUNNING")
    assert stage.window._counts.is_stale


def test_rail_rolls_up_the_worst_alarm_of_each_page(stage: Stage) -> None:
    symbols = {item.page: item.symbol for item in rail_items(stage.bridge)}
    assert symbols["overview"] is not None and symbols["overview"].priority == 1
    assert symbols["line"] is not None and symbols["line"].priority == 2
    assert symbols["devices"] is not None and symbols["devices"].priority == 2
    assert symbols["trends"] is None


def test_user_area_is_plain_about_sign_in(stage: Stage) -> None:
    state = user_of(stage.bridge)
    assert state.clock == "10:42:18"
    assert state.date == "Thu 19 Nov · early shift"
    assert state.note == "no sign-in configured"


def test_acknowledge_page_acts_on_the_rows_seen(stage: Stage) -> None:
    stage.window._acting.acknowledge_button.click()
    stage.settle()
    assert [entry[0] for entry in stage.facade.acknowledged] == [
        "utilities/air/pressure.lolo",
        "system/devices/labeller/comm",
        "line1/conveyor2/fill.hi",
    ]
    assert {entry[3] for entry in stage.facade.acknowledged} == {"os:test"}


def test_a_conflict_is_told_in_words(stage: Stage) -> None:
    alarms = stage.bridge.alarms
    assert alarms is not None
    item = alarms.items[0]
    changed = replace(item, state="ACK_ACTIVE", acked=True, acked_by="os:weber")
    stage.facade.alarm_items = [changed if known.id == item.id else known for known in stage.facade.alarm_items]
    stage.window._acting.acknowledge_button.click()
    stage.settle()
    note = stage.window._note
    assert note.isVisible()
    assert "already acknowledged by os:weber" in note.accessibleName()
    assert note.accessibleName().startswith("2 acknowledged.")


def test_sending_disables_the_button_until_the_answers_are_there(stage: Stage) -> None:
    stage.facade.stall("acknowledge")
    stage.window._acting.acknowledge_button.click()
    assert not stage.window._acting.acknowledge_button.isEnabled()
    assert stage.window._acting.acknowledge_button.text() == "Sending…"
    stage.facade.release()
    stage.settle()
    stage.pass_time(0.1)
    assert stage.window._acting.acknowledge_button.text() == "Ack page"


def test_keys_open_pages_and_lead_back(stage: Stage) -> None:
    window = stage.window
    window.activateWindow()
    for key, page in (
        (Qt.Key.Key_4, "alarms"),
        (Qt.Key.Key_6, "devices"),
        (Qt.Key.Key_7, "tags"),
        (Qt.Key.Key_H, "help"),
        (Qt.Key.Key_1, "overview"),
    ):
        QTest.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
        stage.settle()
        assert window.current_page == page
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.current_page == "help"
    QTest.keyClick(window, Qt.Key.Key_Home)
    assert window.current_page == "overview"


def test_f6_walks_the_regions_and_slash_finds_the_field(stage: Stage) -> None:
    window = stage.window
    window.activateWindow()
    window.open_page("tags")
    seen = []
    for _ in range(7):
        QTest.keyClick(window, Qt.Key.Key_F6)
        focused = QApplication.focusWidget()
        seen.append(type(focused).__name__)
    assert {"BannerRows", "Rail", "TagTable", "UserArea"} <= set(seen)
    QTest.keyClick(window, Qt.Key.Key_Slash)
    assert type(QApplication.focusWidget()).__name__ == "SearchField"


def test_f1_opens_the_manual_page_of_the_page(stage: Stage) -> None:
    window = stage.window
    window.activateWindow()
    window.open_page("alarms")
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert window.current_page == "help"
    page = window.page("help")
    assert page is not None and page.open_page == "alarms"  # type: ignore[attr-defined]


def test_theme_switches_and_everything_repaints(stage: Stage) -> None:
    window = stage.window
    window.activateWindow()
    before = window.grab().toImage().pixelColor(4, 400)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    stage.settle()
    assert theme.current().is_dark
    assert window.grab().toImage().pixelColor(4, 400) != before
    window.switch_theme()


def test_find_leads_to_tags_and_alarms(stage: Stage) -> None:
    from hmi.gui.dialogs.find import FindDialog, find

    assert any(found.page == "tags" for found in find(stage.bridge, "filler speed"))
    assert any(found.page == "alarms" for found in find(stage.bridge, "conveyor high"))
    stage.window.open_find()
    dialog = stage.window.findChild(FindDialog)
    assert dialog is not None
    dialog.field.setText("bowl_pressure")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    stage.settle()
    assert stage.window.current_page == "tags"


def test_compact_frame_has_one_row_and_fits(qapp: QApplication) -> None:
    stage = make_stage(qapp, size=(1366, 768))
    for page in ("overview", "alarms", "devices", "tags", "line", "oee", "help"):
        stage.window.open_page(page)
        stage.settle()
    assert (stage.window.width(), stage.window.height()) == (1366, 768)
    banner = stage.window.findChild(BannerRows)
    assert banner is not None and len(banner.seen) == 1
    stage.close()


def test_a_window_without_a_station_says_so(qapp: QApplication) -> None:
    from hmi.gui.window import Window

    window = Window()
    window.resize(1366, 768)
    window.show()
    assert status_of(None, "Starting station…").parts[0].runs[0][0] == "Starting station…"
    window.say("The station cannot start.\nThe port is taken.")
    assert not window.grab().isNull()
    window.open_page("alarms")
    assert window.current_page == ""
    window.close()
    window.deleteLater()


def test_a_quiet_frame_shows_no_alarm_colour(qapp: QApplication) -> None:
    from tests.gui.pictures import alarm_pixels, picture

    stage = make_stage(qapp, FakeFacade(disturbed=False))
    stage.window.open_page("devices")
    stage.settle()
    assert alarm_pixels(picture(stage.window)) == 0
    stage.close()
