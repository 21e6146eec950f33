"""The dialogs about people, used as a person does: keys, clicks, a badge reader, in both densities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from hmi.gui.dialogs.asking import AskDialog
from hmi.gui.dialogs.control import ControlDialog
from hmi.gui.dialogs.first_admin import FirstAdminDialog
from hmi.gui.dialogs.number_pad import NumberPad
from hmi.gui.dialogs.own_account import PasswordDialog, PinDialog, SecondFactorDialog
from hmi.gui.dialogs.sign_in import SignInDialog
from hmi.gui.dialogs.signature import SignatureDialog
from hmi.model.access import Permission, SignatureRule
from tests.gui.test_people_session import crew, sign_in
from tests.gui.windows import Stage, make_stage
from tests.helpers.fake_facade import FakeFacade

SIZES = ((1920, 1080), (1366, 768))


@pytest.fixture(params=SIZES, ids=("wide", "compact"))
def stage(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[Stage]:
    facade = FakeFacade()
    crew(facade)
    made = make_stage(qapp, facade, size=request.param)
    yield made
    made.close()


def opened(stage: Stage, kind: type[AskDialog], run: Callable[[], object]) -> AskDialog:
    run()
    stage.settle()
    menu = stage.window.people_menu
    assert menu is not None and isinstance(menu.dialog, kind)
    return menu.dialog


def sign_in_dialog(stage: Stage) -> SignInDialog:
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, SignInDialog, menu.sign_in)
    assert isinstance(dialog, SignInDialog)
    return dialog


def type_(widget: QWidget, text: str, enter: bool = True) -> None:
    QTest.keyClicks(widget, text)
    if enter:
        QTest.keyClick(widget, Qt.Key.Key_Return)


def button(parent: QWidget, name: str) -> QPushButton:
    return next(b for b in parent.findChildren(QPushButton) if name in (b.text(), b.accessibleName()))


def test_password_by_keyboard_alone(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    assert dialog.user.line.hasFocus()
    type_(dialog.user.line, "anna", enter=False)
    QTest.keyClick(dialog.user.line, Qt.Key.Key_Tab)
    assert dialog.password.line.hasFocus()
    type_(dialog.password.line, "anna-word-1")
    stage.settle()
    assert stage.bridge.people.user == "anna"
    assert stage.window.people_menu is not None and stage.window.people_menu.dialog is None


def test_escape_closes_and_nothing_was_asked(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    QTest.keyClick(dialog.user.line, Qt.Key.Key_Escape)
    stage.settle()
    assert stage.window.people_menu is not None and stage.window.people_menu.dialog is None
    assert "sign_in" not in stage.facade.calls


@pytest.mark.parametrize("method", ["password", "pin", "badge", "break_glass"])
def test_enter_with_nothing_typed_is_no_failed_attempt(stage: Stage, method: str) -> None:
    dialog = sign_in_dialog(stage)
    dialog.user.line.setText("anna")
    dialog.choose(method)
    line = dialog.code.line if method == "break_glass" else getattr(dialog, method).line
    QTest.keyClick(line, Qt.Key.Key_Return)
    stage.settle()
    assert dialog.sentence.text.endswith("nothing is typed there yet.") and line.hasFocus()
    assert "sign_in" not in stage.facade.calls and not dialog.is_busy


def test_a_refusal_stands_in_the_dialog_and_the_window_stays_live(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    type_(dialog.user.line, "anna", enter=False)
    type_(dialog.password.line, "wrong")
    stage.settle()
    assert dialog.sentence.text == "User or password is wrong."
    assert dialog.password.line.hasFocus() and dialog.password.line.selectedText() == "wrong"
    stage.facade.set_tag("line1/filler/speed", 611.0)
    stage.pass_time(0.5)
    tag = stage.bridge.tag("line1/filler/speed")
    assert tag is not None and tag.value == 611.0
    QTest.mouseClick(stage.window._acting.silence_button, Qt.MouseButton.LeftButton)
    assert stage.facade.book.silenced == [""]
    assert dialog.isVisible() and QApplication.activeModalWidget() is None, "the dialog is no wall"


def test_it_covers_neither_banner_nor_status_line(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    for method in ("password", "pin", "badge"):
        dialog.choose(method)
        stage.settle()
        top = stage.window.mapFromGlobal(dialog.geometry().topLeft()).y()
        assert top >= stage.window._banner.height()
        assert top + dialog.height() <= stage.window.height() - stage.window._status.height()


def test_a_role_that_needs_a_second_factor_sets_it_up_at_the_first_sign_in(stage: Stage) -> None:
    stage.facade.book.second_factor = list(stage.facade.book.people["anna"].assignments)
    dialog = sign_in_dialog(stage)
    type_(dialog.user.line, "anna", enter=False)
    type_(dialog.password.line, "anna-word-1")
    stage.settle()
    assert dialog.enrolment is not None and dialog.enrolment.key.text() == "JBSWY3DPEHPK3PXP"
    assert "set it up now" in dialog.sentence.text and "otpauth" not in dialog.sentence.text
    assert dialog.totp.line.hasFocus()
    assert dialog.height() <= stage.window.height() - stage.window._banner.height()
    type_(dialog.totp.line, "123456")
    stage.settle()
    assert stage.bridge.people.user == "anna"


def test_the_sentence_for_it_stands_in_the_dialog_while_the_directory_is_down(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    assert dialog.problem.isHidden()
    stage.facade.book.directory_problem = "The directory server dc1 does not answer (Connection refused)."
    stage.bridge.people.refresh()
    stage.settle()
    assert dialog.problem.isVisible()
    assert dialog.problem.text().endswith(
        "was last asked: The directory server dc1 does not answer (Connection refused)."
    )
    dialog.choose("pin")
    assert dialog.problem.isHidden(), "nobody asks the directory for a PIN"
    dialog.choose("password")
    stage.facade.book.directory_problem = ""
    stage.bridge.people.refresh()
    stage.settle()
    assert dialog.problem.isHidden()


def test_lockout_is_told(stage: Stage) -> None:
    stage.facade.book.people["ben"].locked_s = 900
    dialog = sign_in_dialog(stage)
    type_(dialog.user.line, "ben", enter=False)
    type_(dialog.password.line, "ben-word-22")
    stage.settle()
    assert dialog.sentence.text == "Locked after too many failures. Try again in 15 min."


def test_pin_by_touch(stage: Stage) -> None:
    sign_in(stage, "ben", "ben-word-22")
    sign_in(stage, "anna", "anna-word-1")
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, SignInDialog, menu.switch)
    assert isinstance(dialog, SignInDialog)
    QTest.mouseClick(button(dialog, "PIN"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(dialog, "Sign in as ben"), Qt.MouseButton.LeftButton)
    pad = dialog.findChild(NumberPad)
    assert pad is not None
    for key in ("2", "4", "9", "Delete", "6", "8"):
        target = button(pad, key)
        assert target.height() >= 44 and target.width() >= 44
        QTest.mouseClick(target, Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(pad, "Enter"), Qt.MouseButton.LeftButton)
    stage.settle()
    assert stage.bridge.people.user == "ben"
    assert [session.user for session in stage.facade.book.sessions.values()] == ["ben"], "switching ends the other"


def test_the_next_switch_begins_with_the_way_used_last(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    dialog.choose("pin")
    type_(dialog.user.line, "anna", enter=False)
    type_(dialog.pin.line, "1357")
    stage.settle()
    stage.bridge.people.lock()
    stage.settle()
    again = sign_in_dialog(stage)
    assert again.method == "pin" and again.pin.line.hasFocus()
    type_(again.pin.line, "1357")
    stage.settle()
    assert not stage.bridge.people.is_locked


def test_a_wrong_pin_is_cleared(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    dialog.choose("pin")
    type_(dialog.user.line, "anna", enter=False)
    type_(dialog.pin.line, "9999")
    stage.settle()
    assert dialog.sentence.text == "User or password is wrong." and dialog.pin.text == ""
    QTest.keyClicks(dialog.pin.line, "ab12")
    assert dialog.pin.text == "12", "a PIN has digits only"


def test_a_badge_reader_types_and_ends_with_enter(stage: Stage) -> None:
    dialog = sign_in_dialog(stage)
    dialog.choose("badge")
    assert dialog.badge.line.hasFocus()
    type_(dialog.badge.line, "0004711")
    stage.settle()
    assert stage.bridge.people.user == "carla"


def test_only_what_the_station_offers_is_shown(qapp: QApplication) -> None:
    facade = FakeFacade()
    facade.add_person("anna", "admin", password="anna-word-1")
    stage = make_stage(qapp, facade)
    dialog = sign_in_dialog(stage)
    assert not dialog.segments.isVisible() and not dialog.emergency.isVisible()
    dialog.reject()
    stage.close()


def test_second_factor_and_a_new_password_are_asked_for_in_turn(stage: Stage) -> None:
    person = stage.facade.book.people["anna"]
    person.totp, person.must_change = "654321", True
    dialog = sign_in_dialog(stage)
    type_(dialog.user.line, "anna", enter=False)
    type_(dialog.password.line, "anna-word-1")
    stage.settle()
    assert dialog.totp.is_shown and dialog.totp.line.hasFocus()
    assert dialog.sentence.text == "Enter the six digits of your second factor."
    type_(dialog.totp.line, "654321")
    stage.settle()
    assert dialog.new.is_shown and dialog.new.line.accessibleDescription() == "At least 10 characters."
    type_(dialog.new.line, "another-word-9", enter=False)
    type_(dialog.again.line, "another-word-8")
    stage.settle()
    assert dialog.sentence.text.startswith("The two new passwords differ.")
    dialog.again.line.clear()
    type_(dialog.again.line, "another-word-9")
    stage.settle()
    assert stage.bridge.people.user == "anna" and person.password == "another-word-9"


def test_unlocking_keeps_the_person_and_switching_lets_another_in(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    token = stage.bridge.people.token
    stage.facade.lock_now("anna")
    stage.settle()
    dialog = sign_in_dialog(stage)
    assert dialog.accessibleName() == "Unlock" and dialog.user.text == "anna" and dialog.user.line.isReadOnly()
    type_(dialog.password.line, "anna-word-1")
    stage.settle()
    assert stage.bridge.people.token == token and not stage.bridge.people.is_locked
    stage.facade.lock_now("anna")
    stage.settle()
    dialog = sign_in_dialog(stage)
    QTest.mouseClick(button(dialog, "Switch user"), Qt.MouseButton.LeftButton)
    assert dialog.accessibleName() == "Sign in" and not dialog.user.line.isReadOnly()
    type_(dialog.user.line, "ben", enter=False)
    type_(dialog.password.line, "ben-word-22")
    stage.settle()
    assert stage.bridge.people.user == "ben"


def test_the_emergency_code_works_once(stage: Stage) -> None:
    stage.facade.book.break_glass = "K7QF-2M9D"
    stage.pass_time(1.1)
    dialog = sign_in_dialog(stage)
    QTest.mouseClick(button(dialog, "Emergency…"), Qt.MouseButton.LeftButton)
    assert dialog.code.is_shown and not dialog.user.is_shown
    type_(dialog.code.line, "K7QF-2M9D")
    stage.settle()
    assert stage.bridge.people.user == "break-glass"
    assert "break-glass" not in stage.bridge.people.recent


def test_the_browser_is_opened_and_its_answer_signs_in(stage: Stage) -> None:
    stage.facade.book.browser_title = "Works login"
    stage.pass_time(1.1)
    asked: list[str] = []
    dialog = SignInDialog(stage.bridge, stage.window, method="browser", open_=lambda url: not asked.append(url))
    dialog.show_in_window()
    QTest.mouseClick(button(dialog, "Open the browser"), Qt.MouseButton.LeftButton)
    stage.settle()
    assert asked == [dialog.browser.address.text()] and dialog.browser.is_waiting
    dialog.browser._ask()
    stage.settle()
    assert dialog.browser.is_waiting and stage.bridge.people.user == ""
    stage.facade.answer_browser_sign_in(asked[0].partition("state=")[2], "anna")
    dialog.browser._ask()
    stage.settle()
    assert stage.bridge.people.user == "anna"


def test_a_computer_without_a_browser_shows_the_address(stage: Stage) -> None:
    stage.facade.book.browser_title = "Works login"
    stage.pass_time(1.1)
    dialog = SignInDialog(stage.bridge, stage.window, method="browser", open_=lambda _url: False)
    dialog.show_in_window()
    dialog.press()
    stage.settle()
    assert dialog.browser.words == "No browser could be opened on this computer."
    assert dialog.browser.address.isVisible()
    dialog.choose("password")
    assert not dialog.browser.is_waiting
    dialog.reject()


def test_the_banner_text_stands_in_the_dialog(stage: Stage) -> None:
    stage.facade.book.banner = "Authorised staff only."
    stage.pass_time(1.1)
    dialog = sign_in_dialog(stage)
    assert "Authorised staff only." in [label.text() for label in dialog.findChildren(QLabel)]


def test_the_first_administrator(qapp: QApplication) -> None:
    stage = make_stage(qapp)
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, FirstAdminDialog, menu.create_administrator)
    assert isinstance(dialog, FirstAdminDialog)
    type_(dialog.name.line, "a-weber", enter=False)
    type_(dialog.title.line, "Anna Weber", enter=False)
    type_(dialog.password.line, "short", enter=False)
    dialog.press()
    assert dialog.sentence.text == "The password has 5 characters; it needs at least 10."
    dialog.password.line.clear()
    type_(dialog.password.line, "anna-word-1", enter=False)
    type_(dialog.again.line, "anna-word-1")
    stage.settle()
    assert stage.bridge.people.user == "a-weber"
    assert stage.facade.book.people["a-weber"].assignments == ["admin"]
    stage.close()


def test_own_password_and_pin(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, PasswordDialog, menu.change_password)
    assert isinstance(dialog, PasswordDialog)
    type_(dialog.present.line, "wrong", enter=False)
    type_(dialog.new.line, "anna-word-2", enter=False)
    type_(dialog.again.line, "anna-word-2")
    stage.settle()
    assert dialog.sentence.text == "The present password is wrong."
    dialog.present.line.clear()
    type_(dialog.present.line, "anna-word-1")
    stage.settle()
    assert stage.facade.book.people["anna"].password == "anna-word-2"
    assert stage.window._note.accessibleName() == "The password is changed."
    pin = opened(stage, PinDialog, menu.set_pin)
    assert isinstance(pin, PinDialog)
    type_(pin.present.line, "anna-word-2", enter=False)
    type_(pin.pin.line, "12", enter=False)
    type_(pin.again.line, "12")
    assert pin.sentence.text == "A PIN has at least 4 digits."
    for field in (pin.pin, pin.again):
        field.line.clear()
        type_(field.line, "8642", enter=False)
    pin.press()
    stage.settle()
    assert stage.facade.book.people["anna"].pin == "8642"


def test_second_factor_shows_a_code_that_can_be_read(stage: Stage) -> None:
    sign_in(stage, "anna", "anna-word-1")
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, SecondFactorDialog, menu.second_factor)
    assert isinstance(dialog, SecondFactorDialog)
    type_(dialog.present.line, "anna-word-1")
    stage.settle()
    assert dialog.shown is not None and dialog.secret.text() == "JBSWY3DPEHPK3PXP"
    picture = dialog.shown.grab().toImage()
    step, quiet = 4, 4
    for y, row in enumerate(dialog.shown.matrix):
        for x, dark in enumerate(row):
            pixel = picture.pixelColor((x + quiet) * step + 1, (y + quiet) * step + 1)
            assert (pixel.lightness() < 128) == dark
    type_(dialog.code.line, "000000")
    stage.settle()
    assert dialog.sentence.text.startswith("The code is wrong.")
    dialog.code.line.clear()
    type_(dialog.code.line, "123456")
    stage.settle()
    assert stage.facade.book.people["anna"].totp


def signature_dialog() -> SignatureDialog:
    return next(top for top in QApplication.topLevelWidgets() if isinstance(top, SignatureDialog) and top.isVisible())


def test_a_signed_acknowledgement_takes_two_people(stage: Stage) -> None:
    stage.facade.book.signatures[Permission.ALARM_ACK] = SignatureRule.TWO
    sign_in(stage, "anna", "anna-word-1")
    stage.window.open_page("alarms")
    stage.settle()
    page = stage.window.page("alarms")
    assert page is not None
    page.detail.acknowledge()  # type: ignore[attr-defined]
    stage.settle()
    dialog = signature_dialog()
    assert dialog.second_user is not None
    type_(dialog.password.line, "anna-word-1")
    assert dialog.sentence.text.startswith("Say why:")
    type_(dialog.reason.line, "seen on site")
    assert dialog.sentence.text == "Second person: nothing is typed there yet."
    assert stage.facade.book.signature_requests == []
    type_(dialog.second_user.line, "anna", enter=False)
    type_(dialog.second_password.line, "anna-word-1")
    stage.settle()
    assert dialog.sentence.text == "The second person has to be somebody else."
    dialog.second_user.line.clear()
    dialog.second_password.line.clear()
    type_(dialog.second_user.line, "ben", enter=False)
    type_(dialog.second_password.line, "ben-word-22")
    stage.settle()
    assert [entry[3] for entry in stage.facade.acknowledged] == ["anna"]
    request = stage.facade.book.signature_requests[-1]
    assert request.reason == "seen on site" and "anna-word-1" not in repr(request)


def test_an_unsigned_acknowledgement_is_given_up_quietly(stage: Stage) -> None:
    stage.facade.book.signatures[Permission.ALARM_ACK] = SignatureRule.OWN
    sign_in(stage, "anna", "anna-word-1")
    stage.window.open_page("alarms")
    stage.settle()
    page = stage.window.page("alarms")
    assert page is not None
    detail = page.detail  # type: ignore[attr-defined]
    detail.acknowledge()
    stage.settle()
    signature_dialog().reject()
    stage.settle()
    assert stage.facade.acknowledged == []
    assert detail.act.isEnabled() and detail.answer.text() == ""


def test_several_alarms_are_not_signed_at_once(stage: Stage) -> None:
    stage.facade.book.signatures[Permission.ALARM_ACK] = SignatureRule.OWN
    sign_in(stage, "anna", "anna-word-1")
    stage.window._acting.acknowledge_button.click()
    stage.settle()
    if len(stage.window._banner.seen) > 1:
        assert "needs a signature of its own" in stage.window._note.accessibleName()
    else:
        signature_dialog().reject()
    assert stage.facade.acknowledged == []


def test_control_is_taken_asked_for_and_handed_over(stage: Stage) -> None:
    facade = stage.facade
    facade.set_places("cr-1", ("cr-1", "One"), ("cr-2", "Two"))
    facade.set_control("line1", "", "Line 1")
    facade.set_control("utilities", "cr-2", "Utilities", "ben")
    sign_in(stage, "anna", "anna-word-1")
    menu = stage.window.people_menu
    assert menu is not None
    dialog = opened(stage, ControlDialog, menu.open_places)
    assert isinstance(dialog, ControlDialog)
    QTest.mouseClick(button(dialog, "Take control"), Qt.MouseButton.LeftButton)
    stage.settle()
    assert facade.book.control["line1"].place == "cr-1"
    QTest.mouseClick(button(dialog, "Ask for it"), Qt.MouseButton.LeftButton)
    stage.settle()
    assert facade.book.control["utilities"].requested_place == "cr-1"
    assert dialog.sentence.text == "cr-2 was asked to hand it over."
    QTest.mouseClick(button(dialog, "Take by force"), Qt.MouseButton.LeftButton)
    assert dialog.sentence.text.startswith("Say why")
    type_(dialog.reason.line, "cr-2 is on fire", enter=False)
    QTest.mouseClick(button(dialog, "Take by force"), Qt.MouseButton.LeftButton)
    stage.settle()
    assert facade.book.control["utilities"].place == "cr-1"
    dialog._give("line1", "cr-2")
    stage.settle()
    assert facade.book.control["line1"].place == "cr-2"
