"""Who is signed in at the window: taken from the station, told in words, forgotten at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from hmi.facade.access_data import SignedIn
from hmi.gui.people import People, roles_in_words, scopes_of
from hmi.model.access import Credentials, Permission, SignatureRule
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Stage]:
    made = make_stage(qapp)
    yield made
    made.close()


def sign_in(stage: Stage, user: str, password: str = "", **more: str) -> list[object]:
    answers: list[object] = []
    credentials = Credentials(user=user, password=password, **more)
    stage.bridge.people.sign_in(credentials, answers.append, answers.append, stage.window)
    stage.settle()
    return answers


def crew(facade: FakeFacade) -> None:
    facade.add_person("anna", "admin", password="anna-word-1", pin="1357")
    facade.add_person("ben", "viewer", password="ben-word-22", pin="2468")
    facade.add_person("carla", "operator@line1", password="carla-word-3", badge="0004711")


def test_without_users_everything_is_allowed_as_the_operating_system_user(stage: Stage) -> None:
    people = stage.bridge.people
    assert people.state is not None and not people.is_configured
    assert people.state.actor == "os:test"
    assert [people.refusal(permission) for permission in Permission] == [""] * len(Permission)


def test_nothing_is_refused_before_the_station_answered(qapp: QApplication) -> None:
    facade = FakeFacade()
    crew(facade)
    facade.stall("access")
    stage = make_stage(qapp, facade)
    assert stage.bridge.people.state is None
    assert stage.bridge.people.refusal("alarm.ack") == ""
    facade.release()
    stage.settle()
    assert stage.bridge.people.refusal("alarm.ack") != ""
    stage.close()


def test_refusals_name_the_roles_and_who_is_here(stage: Stage) -> None:
    crew(stage.facade)
    stage.settle()
    people = stage.bridge.people
    assert people.refusal("backup.create") == (
        "Needs maintenance, supervisor, engineer or administrator. Nobody is signed in."
    )
    sign_in(stage, "ben", "ben-word-22")
    assert people.refusal("backup.create").endswith("Signed in: ben (viewer).")
    assert people.refusal("alarm.silence") == ""
    stage.facade.lock_now("ben")
    stage.settle()
    assert people.is_locked
    assert people.refusal("alarm.ack") == "Locked. Ben unlocks it; others switch the user."
    assert people.refusal("alarm.silence") == "", "silencing stays possible while locked"


def test_a_role_for_one_area_holds_there_only(stage: Stage) -> None:
    crew(stage.facade)
    sign_in(stage, "carla", "carla-word-3")
    people, alarms = stage.bridge.people, stage.bridge.alarms
    assert alarms is not None
    scopes = {item.id: scopes_of(stage.bridge.plant, item) for item in alarms.items}
    assert people.refusal("alarm.ack", scopes["line1/conveyor2/fill.hi"]) == ""
    refused = people.refusal("alarm.ack", scopes["utilities/air/pressure.lolo"])
    assert refused.startswith("Needs operator,") and "carla (operator in line1)" in refused


def test_a_wrong_password_leaves_nobody_signed_in(stage: Stage) -> None:
    crew(stage.facade)
    answers = sign_in(stage, "ben", "wrong")
    assert [str(answer) for answer in answers] == ["User or password is wrong."]
    assert stage.bridge.people.token == "" and stage.bridge.people.user == ""


def test_the_token_goes_with_every_action_and_is_gone_after_signing_out(stage: Stage) -> None:
    crew(stage.facade)
    answers = sign_in(stage, "anna", "anna-word-1")
    assert isinstance(answers[0], SignedIn)
    people = stage.bridge.people
    assert people.user == "anna" and people.token in stage.facade.book.sessions
    assert people.token not in repr(answers[0])
    stage.window._acting.acknowledge_button.click()
    stage.settle()
    assert {entry[3] for entry in stage.facade.acknowledged} == {"anna"}
    people.sign_out()
    stage.settle()
    assert people.user == "" and people.token == "" and not stage.facade.book.sessions


def test_an_ended_session_is_told_with_its_reason(stage: Stage) -> None:
    crew(stage.facade)
    sign_in(stage, "ben", "ben-word-22")
    told: list[str] = []
    stage.bridge.people.signed_out.connect(told.append)
    stage.facade.end_session_now("ben", "The session was ended by anna.")
    stage.settle()
    assert told == ["The session was ended by anna."]
    assert stage.bridge.people.token == ""


def test_a_late_answer_for_an_old_session_does_not_sign_the_new_one_out(stage: Stage) -> None:
    crew(stage.facade)
    sign_in(stage, "ben", "ben-word-22")
    stage.facade.stall("access")
    stage.bridge.people.refresh()
    sign_in(stage, "anna", "anna-word-1")
    stage.facade.release("access")
    stage.settle()
    assert stage.bridge.people.user == "anna"


def test_it_asks_once_a_second_and_never_twice_at_a_time(stage: Stage) -> None:
    stage.facade.calls.clear()
    stage.pass_time(0.95, ticks=9)
    assert stage.facade.calls.count("access") <= 1
    stage.pass_time(2.0, ticks=20)
    assert 2 <= stage.facade.calls.count("access") <= 3
    stage.facade.stall("access")
    stage.facade.calls.clear()
    stage.pass_time(5.0, ticks=50)
    assert stage.facade.calls.count("access") == 1


def test_input_is_told_every_five_seconds_and_only_while_somebody_is_signed_in(stage: Stage) -> None:
    crew(stage.facade)
    QTest.keyClick(stage.window, Qt.Key.Key_Home)
    stage.settle()
    assert stage.facade.book.touches == []
    sign_in(stage, "ben", "ben-word-22")
    for _ in range(20):
        stage.pass_time(0.5)
        QTest.keyClick(stage.window, Qt.Key.Key_Home)
    assert len(stage.facade.book.touches) == 2
    stage.facade.lock_now("ben")
    stage.settle()
    stage.pass_time(10)
    QTest.mouseClick(stage.window, Qt.MouseButton.LeftButton)
    assert len(stage.facade.book.touches) == 2, "a locked session is not kept alive by passers-by"


def test_moving_the_mouse_is_no_input(stage: Stage) -> None:
    crew(stage.facade)
    sign_in(stage, "ben", "ben-word-22")
    stage.pass_time(6)
    for x in range(50, 400, 20):
        QTest.mouseMove(stage.window, stage.window.rect().topLeft() + type(stage.window.pos())(x, 300))
        stage.settle()
    assert stage.facade.book.touches == []


def test_closing_the_bridge_signs_out(qapp: QApplication) -> None:
    facade = FakeFacade()
    crew(facade)
    stage = make_stage(qapp, facade)
    sign_in(stage, "ben", "ben-word-22")
    stage.close()
    assert not facade.book.sessions


def test_names_are_remembered_in_memory_and_bounded(stage: Stage) -> None:
    for number in range(9):
        stage.facade.add_person(f"p{number}", "operator", password=f"word-number-{number}")
        sign_in(stage, f"p{number}", f"word-number-{number}")
    assert stage.bridge.people.recent == ("p8", "p7", "p6", "p5", "p4", "p3")


def test_an_area_controlled_elsewhere_is_named(stage: Stage) -> None:
    crew(stage.facade)
    stage.facade.set_places("cr-1", ("cr-1", "Control room 1"), ("cr-2", "Control room 2"))
    stage.facade.set_control("line1", "cr-2", "Line 1")
    sign_in(stage, "anna", "anna-word-1")
    assert stage.bridge.people.refusal("alarm.ack", ("line1",)) == (
        "Line 1 is controlled by cr-2. Take control of it first."
    )
    assert stage.bridge.people.refusal("alarm.ack", ("utilities",)) == ""
    assert stage.bridge.people.refusal("backup.create", ("line1",)) == ""


def test_a_view_only_station_says_so(stage: Stage) -> None:
    crew(stage.facade)
    stage.facade.book.view_only = True
    sign_in(stage, "anna", "anna-word-1")
    assert stage.bridge.people.refusal("alarm.ack").startswith("This is a view-only station.")
    assert stage.bridge.people.refusal("backup.create") == ""
    assert stage.bridge.people.lock_words("alarm.ack") == ("View only",)


def test_an_unsigned_action_goes_on_at_once(stage: Stage) -> None:
    from hmi.gui.signing import Signer

    ready: list[str] = []
    Signer(stage.bridge, stage.window).ask("alarm.ack", "x", "Acknowledge x", ready.append)
    assert ready == [""]
    stage.facade.book.signatures[Permission.ALARM_ACK] = SignatureRule.OWN
    stage.pass_time(1.1)
    Signer(stage.bridge, stage.window).ask("alarm.ack", "x", "Acknowledge x", ready.append)
    assert ready == ["", ""], "without users there is nobody who could sign"


@pytest.mark.parametrize(
    ("roles", "words"),
    [([], ""), (["operator"], "operator"), (["nobody", "viewer", "admin"], "viewer or administrator")],
)
def test_roles_in_words(qapp: QApplication, roles: list[str], words: str) -> None:
    assert roles_in_words(roles) == words


def test_people_can_be_made_without_an_application_filter_left_behind(stage: Stage) -> None:
    assert isinstance(stage.bridge.people, People)
    stage.bridge.people.stop()
    stage.bridge.people.stop()


def hold_sign_in(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The station lets people in at once, but the window hears of it only when the returned function is called."""
    waiting: list[tuple[Future[SignedIn], SignedIn]] = []
    at_once = stage.facade.sign_in

    def late(credentials: Credentials) -> Future[SignedIn]:
        future: Future[SignedIn] = Future()
        waiting.append((future, at_once(credentials).result()))
        return future

    def deliver() -> None:
        for future, answer in waiting:
            future.set_result(answer)
        waiting.clear()
        stage.settle()

    monkeypatch.setattr(stage.facade, "sign_in", late)
    return deliver


def test_switching_never_tells_the_next_person_that_somebody_signed_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew(stage.facade)
    sign_in(stage, "anna", "anna-word-1")
    told: list[str] = []
    stage.bridge.people.signed_out.connect(told.append)
    deliver = hold_sign_in(stage, monkeypatch)
    sign_in(stage, "ben", "ben-word-22")
    stage.pass_time(3.0, 3)
    assert stage.bridge.people.user == "anna", "nothing is known of ben yet"
    deliver()
    stage.pass_time(1.1)
    assert (stage.bridge.people.user, told) == ("ben", [])
    assert stage.window._note.isHidden()


def test_a_sign_in_given_up_before_its_answer_lets_nobody_in(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    crew(stage.facade)
    deliver = hold_sign_in(stage, monkeypatch)
    owner = QObject()
    answers: list[object] = []
    stage.bridge.people.sign_in(Credentials("anna", "anna-word-1"), answers.append, answers.append, owner)
    assert len(stage.facade.book.sessions) == 1
    shiboken6.delete(owner)
    deliver()
    stage.pass_time(1.1)
    assert (answers, stage.bridge.people.user, stage.facade.book.sessions) == ([], "", {})


def test_an_unlocking_given_up_before_its_answer_stays_locked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    crew(stage.facade)
    sign_in(stage, "anna", "anna-word-1")
    stage.bridge.people.lock()
    stage.settle()
    deliver = hold_sign_in(stage, monkeypatch)
    owner = QObject()
    stage.bridge.people.sign_in(Credentials("anna", "anna-word-1"), print, print, owner)
    shiboken6.delete(owner)
    deliver()
    stage.pass_time(1.1)
    assert stage.bridge.people.is_locked and stage.bridge.people.user == "anna"


def test_what_was_said_of_an_ended_session_goes_when_somebody_signs_in(stage: Stage) -> None:
    crew(stage.facade)
    sign_in(stage, "anna", "anna-word-1")
    stage.facade.end_session_now("anna", "carla ended the session")
    stage.pass_time(1.1)
    assert stage.window._note.accessibleName() == "Carla ended the session" and not stage.window._note.isHidden()
    sign_in(stage, "ben", "ben-word-22")
    assert stage.window._note.isHidden()
