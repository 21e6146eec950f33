"""The frame about people: what the user area says, its menu, locked buttons, silencing, closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.gui.dialogs.first_admin import FirstAdminDialog
from hmi.gui.dialogs.leaving import LeavingDialog
from hmi.gui.dialogs.sign_in import SignInDialog
from hmi.gui.frame.status import status_of
from hmi.gui.frame.who import user_of
from hmi.gui.window import Window
from tests.gui.test_people_session import crew, sign_in
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

SIZES = ((1920, 1080), (1366, 768))


@pytest.fixture(params=SIZES, ids=("wide", "compact"))
def stage(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Stage]:
    made = make_stage(qapp, size=request.param)
    crew(made.facade)
    made.settle()
    yield made
    made.close()


def menu_words(stage: Stage) -> list[str]:
    menu = stage.window.people_menu
    assert menu is not None
    QTest.mouseClick(stage.window._user, Qt.MouseButton.LeftButton)
    words = [action.text().partition("\t")[0] for action in menu.menu.actions() if not action.isSeparator()]
    menu.menu.close()
    return words


def status_words(stage: Stage) -> str:
    return " | ".join(" ".join(text for text, _ in part.runs) for part in status_of(stage.bridge).parts)


def dialog_of(stage: Stage) -> object:
    assert stage.window.people_menu is not None
    return stage.window.people_menu.dialog


def test_without_users_the_frame_says_so_and_offers_the_first_administrator(qapp: QApplication) -> None:
    stage = make_stage(qapp)
    assert user_of(stage.bridge).note == "no sign-in configured"
    assert menu_words(stage) == ["Create first administrator…"]
    stage.close()


def test_before_the_station_has_answered_the_frame_claims_nothing_about_sign_in(qapp: QApplication) -> None:
    assert user_of(None).note == "not known yet"
    facade = FakeFacade()
    facade.stall("access")
    stage = make_stage(qapp, facade)
    assert (user_of(stage.bridge).user, user_of(stage.bridge).note) == ("–", "not known yet")
    facade.release("access")
    stage.settle()
    assert user_of(stage.bridge).note == "no sign-in configured"
    stage.close()


def test_nobody_signed_in_is_view_only(stage: Stage) -> None:
    state = user_of(stage.bridge)
    assert (state.user, state.note) == ("View only", "may silence only")
    assert menu_words(stage) == ["Sign in…"]
    assert stage.window._acting.acknowledge_button.property("kind") == "locked"


def test_the_user_area_follows_signing_in_locking_and_signing_out(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    state = user_of(stage.bridge)
    assert (state.user, state.note, state.icon) == ("Anna", "administrator", "user")
    assert menu_words(stage) == [
        "Switch user…", "Lock", "Sign out", "Change password…", "Set PIN…", "Second factor…",
    ]  # fmt: skip
    QTest.keyClick(stage.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    stage.settle()
    state = user_of(stage.bridge)
    assert (state.user, state.icon) == ("Locked, Anna", "lock")
    assert stage.window._user.accessibleName().endswith("Locked, Anna, unlock or switch user")
    assert menu_words(stage) == ["Unlock…", "Switch user…", "Sign out"]
    stage.bridge.people.sign_out()
    stage.settle()
    assert user_of(stage.bridge).user == "View only"


def test_a_locked_window_shows_everything_live_and_can_silence(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    stage.facade.lock_now("anna")
    stage.facade.set_tag("line1/filler/speed", 611.0)
    stage.pass_time(1.0)
    tag = stage.bridge.tag("line1/filler/speed")
    assert tag is not None and tag.value == 611.0
    assert len(stage.window._banner.seen) >= 1
    acting = stage.window._acting
    assert acting.acknowledge_button.refusal.startswith("Locked.")
    assert acting.silence_button.isEnabled()
    QTest.mouseClick(acting.silence_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert stage.facade.book.silenced == [""]
    assert not acting.silence_button.isEnabled(), "nothing sounds any more"
    assert stage.facade.acknowledged == []


def test_silencing_with_a_session_that_has_just_ended_is_on_record(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    stage.facade.book.sessions.clear()  # the window has not heard of it yet
    stage.window._acting.silence()
    stage.settle()
    assert stage.facade.book.silenced == [""]


def test_m_silences_for_everybody_but_not_from_a_field(stage: Stage) -> None:
    window = stage.window
    window.open_page("alarms")
    stage.settle()
    page = window.page("alarms")
    assert page is not None
    field = page.find_field()
    assert field is not None
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_M)
    assert stage.facade.book.silenced == []
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_M)
    stage.settle()
    assert stage.facade.book.silenced == [""]


def test_a_new_alarm_sounds_again_after_silencing(stage: Stage) -> None:
    acting = stage.window._acting
    assert acting.sounding is not None
    acting.silence()
    assert not acting.sounding.state.sounds
    alarms = stage.bridge.alarms
    assert alarms is not None
    stage.facade.put_alarm(replace(alarms.items[0], activation_id=4711))
    stage.settle()
    assert acting.sounding.state.sounds and acting.silence_button.isEnabled()


def test_a_press_on_a_locked_button_offers_the_sign_in_with_the_reason(stage: Stage) -> None:
    button = stage.window._acting.acknowledge_button
    assert button.isEnabled() and button.focusPolicy() != Qt.FocusPolicy.NoFocus
    assert button.toolTip().startswith("Needs operator, maintenance,")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    dialog = dialog_of(stage)
    assert isinstance(dialog, SignInDialog)
    assert stage.facade.acknowledged == []
    dialog.reject()
    stage.settle()
    assert dialog_of(stage) is None


def test_alarm_buttons_are_locked_by_area(stage: Stage) -> None:
    sign_in(stage, "carla", "carla-word-3")
    stage.window.open_page("alarms")
    stage.settle()
    page = stage.window.page("alarms")
    assert page is not None
    detail = page.detail  # type: ignore[attr-defined]
    items = {item.id: item for item in stage.bridge.alarms.items} if stage.bridge.alarms else {}
    detail.show_item(items["utilities/air/pressure.lolo"])
    assert detail.act.refusal and detail.act.text() == "Not in this area"
    detail.acknowledge()
    assert isinstance(dialog_of(stage), SignInDialog) and stage.facade.acknowledged == []
    detail.show_item(items["line1/conveyor2/fill.hi"])
    assert detail.act.refusal == "" and detail.act.text() == "Acknowledge"
    detail.acknowledge()
    stage.settle()
    assert [entry[0] for entry in stage.facade.acknowledged] == ["line1/conveyor2/fill.hi"]
    assert detail.answer.text() == "Done and recorded."


def test_the_stations_refusal_is_shown_where_the_action_was_taken(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    stage.facade.book.people["anna"].assignments = ["viewer"]  # the window has not heard of it yet
    stage.window._acting.acknowledge_button.click()
    stage.settle()
    assert "Needs operator" in stage.window._note.accessibleName()


def test_directory_break_glass_and_places_stand_in_the_status_line(stage: Stage) -> None:
    stage.facade.add_person("dora", "operator", password="dora-word-44", source="ldap")
    stage.facade.book.directory_problem = "ldaps://dir does not answer"
    sign_in(stage, "dora", "dora-word-44")
    assert "Directory did not answer signed in by its earlier answer" in status_words(stage)
    assert (user_of(stage.bridge).note, user_of(stage.bridge).strong) == ("signed in offline", True)
    assert "as operator\nThe directory did not answer at this sign-in" in user_of(stage.bridge).hint
    stage.facade.book.directory_problem = ""
    stage.facade.book.break_glass = "K7QF"
    sign_in(stage, "", code="K7QF")
    assert "Emergency sign-in active" in status_words(stage)
    assert user_of(stage.bridge).note == "emergency sign-in" and user_of(stage.bridge).strong
    stage.facade.set_places("cr-1", ("cr-1", "One"), ("cr-2", "Two"))
    stage.facade.set_control("line1", "cr-1", "Line 1", "anna", requested="cr-2")
    stage.facade.set_control("utilities", "cr-2", "Utilities", "ben")
    stage.settle()
    assert "cr-2 asks for Line 1 | cr-1 controls Line 1 · Utilities controlled by cr-2" in status_words(stage)


def test_closing_needs_the_permission_and_offers_to_sign_in(stage: Stage) -> None:
    stage.window.close()
    dialog = dialog_of(stage)
    assert stage.window.isVisible() and isinstance(dialog, LeavingDialog)
    assert dialog.verb.text() == "Sign in…"
    dialog.press()
    asked = dialog_of(stage)
    assert isinstance(asked, SignInDialog)
    asked.reject()
    stage.settle()
    sign_in(stage, "anna", "anna-word-1")
    stage.window.close()
    dialog = dialog_of(stage)
    assert isinstance(dialog, LeavingDialog) and dialog.verb.text() == "Close the window"
    dialog.press()
    stage.settle()
    assert not stage.window.isVisible()


def test_a_signal_closes_without_asking(stage: Stage) -> None:
    stage.window.close_now()
    assert not stage.window.isVisible()


def test_an_ended_session_is_told_above_the_page(stage: Stage) -> None:
    sign_in(stage, "ben", "ben-word-22")
    stage.facade.end_session_now("ben")
    stage.settle()
    assert stage.window._note.accessibleName() == "The session was ended by anna."


@pytest.mark.parametrize(("plc", "offers"), [("real", True), ("simulation", False)])
def test_the_first_administrator_is_offered_once(
    qapp: QApplication, plc: str, offers: bool, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))
    seen = []
    for _ in range(2):
        facade = FakeFacade()
        station = facade.station().result()
        monkeypatch.setattr(facade, "station", lambda f=facade, s=station: f._answer("s", lambda: replace(s, plc=plc)))
        stage = make_stage(qapp, facade)
        window = Window(offer_administrator=True)
        window.resize(1366, 768)
        window.attach(stage.bridge)
        window.show()
        stage.pass_time(1)
        assert window.people_menu is not None
        seen.append(isinstance(window.people_menu.dialog, FirstAdminDialog))
        window.close_now()
        window.deleteLater()
        stage.close()
    assert seen == [offers, False]
