"""Administration: users, roles and sessions are changed by the station's word only, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea

from hmi.base.errors import PlantError
from hmi.facade.access_data import RoleRow, RoleTableItem
from hmi.gui.dialogs.first_admin import FirstAdminDialog
from hmi.gui.dialogs.signature import SignatureDialog
from hmi.gui.i18n import use_language
from hmi.gui.pages.admin.confirm import ConfirmDialog
from hmi.gui.pages.admin.form import FormDialog
from hmi.gui.pages.admin.roles_table import default_roles, difference
from hmi.gui.pages.admin.secrets import BadgeDialog, PasswordDialog, PinDialog
from hmi.gui.pages.admin.user_dialog import UserDialog, may_do
from hmi.gui.pages.parts import KeyButton
from hmi.model.access import Permission, Role, SignatureRule
from tests.gui.admin_stage import PASSWORD, Office, crew, shown_buttons
from tests.helpers.counterparts import ROOT
from tests.helpers.fake_facade import FakeFacade


@pytest.fixture
def office(qapp: QApplication) -> Iterator[Office]:
    made = Office(qapp)
    yield made
    made.close()
    use_language(qapp, "en")


def names(office: Office) -> list[str]:
    return [item.name for item in office.page.users.model.rows]


# states


def test_no_users_yet_offers_the_first_administrator_and_signs_in(qapp: QApplication) -> None:
    office = Office(qapp, FakeFacade(), user="")
    users = office.page.users
    assert not users.is_content
    assert users.notice.title.text() == "No users yet"
    assert "operating system" in users.notice.words.text()
    office.click(users.notice.buttons[0])
    dialog = office.dialog(FirstAdminDialog)
    office.type(dialog.name.line, "anna")
    office.type(dialog.password.line, PASSWORD)
    office.type(dialog.again.line, PASSWORD)
    office.click(dialog.verb)
    office.pass_time(1.1)
    assert office.people.user == "anna"
    assert users.is_content
    assert names(office) == ["anna"]
    office.close()


@pytest.mark.parametrize("section", ["users", "sessions", "audit"])
def test_a_section_that_is_not_for_you_says_for_whom_it_is(qapp: QApplication, section: str) -> None:
    office = Office(qapp, user="ben", password="ben-word-22", section=section)
    wanted: list[str] = []
    office.people.sign_in_wanted.connect(wanted.append)
    shown = office.page.current
    assert not shown.is_content
    assert shown.notice.title.text().endswith("not with your role")
    assert "administrator" in shown.notice.words.text()
    assert office.page.find_field() is None
    office.click(shown.notice.buttons[0])
    assert len(wanted) == 1
    office.close()


def test_signed_out_nothing_of_the_one_before_stays(office: Office) -> None:
    users = office.page.users
    users.table.choose("ben")
    office.type(users.detail.title_field, "Benjamin Okafor")
    office.click(users.add)
    assert office.has_dialog(UserDialog)
    office.people.sign_out()
    office.settle()
    assert not users.is_content
    assert users.notice.title.text() == "Users: sign in first"
    assert users.model.rows == []
    assert users.detail.item is None
    assert not office.has_dialog(FormDialog)
    office.sign_in("anna", PASSWORD)
    office.pass_time(1.1)
    users.table.choose("ben")
    assert users.detail.title_field.text() == "Ben Okafor"


def test_a_lock_keeps_what_was_typed_for_the_same_person(office: Office) -> None:
    users = office.page.users
    users.table.choose("ben")
    office.type(users.detail.title_field, "Benjamin Okafor")
    office.facade.lock_now("anna")
    office.pass_time(1.1)
    assert not users.is_content
    assert users.notice.title.text() == "Users: locked"
    office.sign_in("anna", PASSWORD)
    office.pass_time(1.1)
    assert users.is_content
    assert users.detail.title_field.text() == "Benjamin Okafor"


def test_a_slow_station_is_waited_for_in_words(office: Office, qtbot: object) -> None:
    office.facade.stall("sessions")
    office.page.open_section("sessions")
    sessions = office.page.sessions
    office.wait(lambda: sessions.notice.title.text() == "Asking the station…", qtbot)
    assert not sessions.is_content
    assert not sessions.is_settled
    office.facade.release("sessions")
    office.settle()
    assert sessions.is_content


def test_an_error_is_said_and_can_be_tried_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> RoleTableItem:
        raise PlantError("The database is locked.")

    monkeypatch.setattr(office.facade, "_roles", fails)
    office.go("roles")
    roles = office.page.roles
    assert roles.notice.title.text() == "Roles cannot be read"
    assert "The database is locked." in roles.notice.words.text()
    monkeypatch.undo()
    office.click(roles.notice.buttons[0])
    assert roles.is_content


def test_a_failed_reading_keeps_what_is_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_person: object) -> object:
        raise PlantError("The database is locked.")

    monkeypatch.setattr(office.facade, "_user_item", fails)
    office.page.users.refresh()
    office.settle()
    assert office.page.users.is_content
    assert names(office) == ["anna", "ben", "carla"]
    assert "The database is locked." in office.page.users._table_plate.note.text()


def test_a_silent_station_is_said_on_the_page(office: Office) -> None:
    office.facade.stall("live")
    office.stage.bridge.tick()
    office.pass_time(12)
    assert "silent for 0:12" in office.page.silence.text
    office.facade.release("live")
    office.pass_time(0.1)
    assert office.page.silence.text == ""


def test_changes_by_others_are_read_without_asking_for_more_than_needed(office: Office) -> None:
    office.pass_time(1.1)
    office.facade.calls.clear()
    office.pass_time(5)
    assert office.facade.calls.count("users") == 0, "nothing changed, so nothing is asked"
    office.facade.add_person("dora", "viewer", password="dora-word-4")
    office.pass_time(1.1)
    assert "dora" in names(office)
    assert office.facade.calls.count("users") <= 2


# users


def test_a_user_is_added_and_chosen(office: Office) -> None:
    users = office.page.users
    office.click(users.add)
    dialog = office.dialog(UserDialog)
    assert not dialog.verb.isEnabled()
    office.type(dialog.name, "d-novak")
    office.type(dialog.full_name, "Dana Novak")
    office.type(dialog.password, "four words it is")
    office.type(dialog.again, "four words it is")
    assert dialog.verb.isEnabled()
    office.click(dialog.verb)
    assert not office.has_dialog(UserDialog)
    person = office.facade.book.people["d-novak"]
    assert (person.title, person.assignments, person.must_change) == ("Dana Novak", ["operator"], True)
    assert users.table.key == "d-novak"
    assert users.detail.item is not None and users.detail.item.name == "d-novak"
    assert office.page.list.item(0).data(Qt.ItemDataRole.UserRole + 1) == "4"


def test_problems_are_said_walked_with_f8_and_lock_the_verb(office: Office) -> None:
    office.click(office.page.users.add)
    dialog = office.dialog(UserDialog)
    assert dialog._count.text() == "3 problems"
    assert [field.shown_problem for field in dialog.form.fields] == [""] * 5, "an untouched form does not scold"
    office.type(dialog.name, "Anna Weber")
    assert "cannot be a user name" in dialog.form.fields[0].shown_problem
    assert dialog.name.property("problem")
    dialog.name.setFocus()
    office.key(dialog.name, Qt.Key.Key_F8)
    assert dialog.full_name.hasFocus()
    assert dialog.form.fields[1].shown_problem
    office.type(dialog.password, "short")
    office.type(dialog.again, "shart")
    assert "5 characters" in dialog.form.fields[3].shown_problem
    assert dialog.form.fields[4].shown_problem == "This is not the same as above."
    office.key(dialog.again, Qt.Key.Key_Return)
    assert "add_user" not in office.facade.calls


def test_a_refusal_keeps_every_entry(office: Office) -> None:
    office.click(office.page.users.add)
    dialog = office.dialog(UserDialog)
    for field, text in (
        (dialog.name, "ben"),
        (dialog.full_name, "Another Ben"),
        (dialog.password, "four words it is"),
        (dialog.again, "four words it is"),
    ):
        office.type(field, text)
    office.click(dialog.verb)
    assert office.has_dialog(UserDialog)
    assert "was used already" in dialog.sentence.text
    assert (dialog.name.text(), dialog.full_name.text()) == ("ben", "Another Ben")
    assert dialog.password.text() == dialog.again.text() == "four words it is"
    office.type(dialog.name, "ben2")
    office.click(dialog.verb)
    assert "ben2" in office.facade.book.people


def test_the_form_shows_what_such_a_person_may_do(office: Office) -> None:
    table = RoleTableItem(
        ["nobody", "viewer", "operator"],
        [
            RoleRow("alarm.silence", ["nobody", "viewer", "operator"], "none"),
            RoleRow("alarm.ack", ["operator"], "none"),
            RoleRow("role.manage", [], "none"),
        ],
    )
    assert may_do(["viewer"], table) == [("alarm.silence", ["*"])]
    assert may_do(["operator@line1", "operator@line2"], table)[1] == ("alarm.ack", ["line1", "line2"])
    assert may_do(["operator@line1", "operator"], table)[1] == ("alarm.ack", ["*"])


def test_name_and_roles_are_edited_and_applied(office: Office) -> None:
    users = office.page.users
    users.table.choose("ben")
    detail = users.detail
    assert not detail.apply.isEnabled()
    office.type(detail.title_field, "Benjamin Okafor")
    office.click(detail.roles.more)
    detail.roles.rows[1].role.setCurrentIndex(detail.roles.rows[1].role.findData("viewer"))
    office.settle()
    assert detail.apply.isEnabled()
    office.click(detail.apply)
    person = office.facade.book.people["ben"]
    assert (person.title, person.assignments) == ("Benjamin Okafor", ["operator@line1", "viewer"])
    assert detail.outcome.text == "Applied to ben."
    assert not detail.apply.isEnabled()
    assert users.model.rows[1].title == "Benjamin Okafor"


def test_the_same_role_twice_is_a_problem(office: Office) -> None:
    detail = office.page.users.detail
    office.page.users.table.choose("carla")
    office.click(detail.roles.more)
    row = detail.roles.rows[1]
    row.role.setCurrentIndex(row.role.findData("supervisor"))
    office.settle()
    assert "twice" in detail._roles_row.shown_problem
    assert not detail.apply.isEnabled()
    office.click(row.remove)
    assert detail.draft is None


def test_a_refused_edit_keeps_what_was_typed_also_over_another_row(office: Office) -> None:
    users = office.page.users
    users.table.choose("anna")
    detail = users.detail
    office.type(detail.title_field, "Anna Weber-Hill")
    row = detail.roles.rows[0]
    row.role.setCurrentIndex(row.role.findData("viewer"))
    office.settle()
    office.click(detail.apply)
    assert "nobody could manage users" in detail.outcome.text
    assert detail.title_field.text() == "Anna Weber-Hill"
    users.table.choose("ben")
    office.settle()
    assert detail.title_field.text() == "Ben Okafor"
    users.table.choose("anna")
    office.facade.access_changed()
    office.pass_time(1.1)
    assert detail.title_field.text() == "Anna Weber-Hill"
    assert detail.roles.value == ["viewer"]
    office.click(detail.discard)
    assert (detail.title_field.text(), detail.roles.value) == ("Anna Weber", ["admin"])


def test_disabled_users_stay_listed_with_the_word(office: Office) -> None:
    users = office.page.users
    users.table.choose("ben")
    office.click(users.detail.able)
    assert not office.facade.book.people["ben"].enabled
    assert names(office) == ["anna", "ben", "carla"]
    assert users.model.text(users.model.rows[1], "state") == "disabled"
    assert users.model.look(users.model.rows[1], "name").colour == "text3"
    assert "Delete" not in shown_buttons(users)
    assert "never deleted" in users.note.text()
    office.click(users.detail.able)
    assert office.facade.book.people["ben"].enabled


def test_password_pin_badge_second_factor_and_unlocking(office: Office) -> None:
    users, book = office.page.users, office.facade.book
    book.people["ben"].totp, book.people["ben"].locked_s = "123456", 400.0
    office.facade.access_changed()
    office.pass_time(1.1)
    users.table.choose("ben")
    detail = users.detail
    assert "6:40" in detail.sub.text()
    office.click(detail.reset)
    password = office.dialog(PasswordDialog)
    office.type(password.first, "four words it is")
    office.type(password.second, "four words it is")
    office.key(password.second, Qt.Key.Key_Return)
    assert (book.people["ben"].password, book.people["ben"].must_change) == ("four words it is", True)
    office.click(detail.set_pin)
    pin = office.dialog(PinDialog)
    office.type(pin.first, "13a57")
    office.type(pin.second, "1357")
    office.click(pin.verb)
    assert book.people["ben"].pin == "1357", "letters do not get into a PIN"
    office.click(detail.set_badge)
    badge = office.dialog(BadgeDialog)
    QTest.keyClicks(badge.field, "0451-22")
    office.key(badge.field, Qt.Key.Key_Return)
    assert badge.isVisible(), "the reader's Enter only ends the number"
    office.click(badge.verb)
    assert book.people["ben"].badge == "0451-22"
    office.click(detail.drop_totp)
    assert book.people["ben"].totp == ""
    office.click(detail.drop_pin)
    assert book.people["ben"].pin == ""
    office.click(detail.unlock)
    assert book.people["ben"].locked_s == 0


def test_a_dialog_acts_on_the_user_it_was_opened_for(office: Office) -> None:
    users = office.page.users
    users.table.choose("ben")
    office.click(users.detail.set_pin)
    dialog = office.dialog(PinDialog)
    users.table.choose("carla")
    office.type(dialog.first, "8642")
    office.type(dialog.second, "8642")
    office.click(dialog.verb)
    assert office.facade.book.people["ben"].pin == "8642"
    assert office.facade.book.people["carla"].pin == ""


def test_people_of_a_directory_are_not_renamed_here(office: Office) -> None:
    office.facade.add_person("dana", "engineer", source="ldap")
    office.pass_time(1.1)
    office.page.users.table.choose("dana")
    detail = office.page.users.detail
    assert detail.title_field.isReadOnly()
    assert not detail.roles.rows[0].role.isEnabled()
    assert not detail.reset.isVisible()
    assert "come from the directory" in detail._from_directory.text()


def test_a_signed_action_is_signed_first(office: Office) -> None:
    office.facade.book.signatures[Permission.USER_MANAGE] = SignatureRule.OWN
    office.facade.access_changed()
    office.pass_time(1.1)
    office.page.users.table.choose("ben")
    detail = office.page.users.detail
    office.type(detail.title_field, "Benjamin")
    office.click(detail.apply)
    dialog = office.dialog(SignatureDialog)
    assert office.facade.book.people["ben"].title == "Ben Okafor"
    dialog.reject()
    office.settle()
    assert detail.apply.isEnabled()
    assert detail.title_field.text() == "Benjamin"


def test_the_filter_narrows_and_slash_leads_to_it(office: Office) -> None:
    users = office.page.users
    users.table.setFocus()
    office.key(users.table, Qt.Key.Key_Slash)
    assert users.filter.hasFocus()
    QTest.keyClicks(users.filter, "super")
    office.settle()
    assert names(office) == ["carla"]
    assert users._table_plate.note.text() == "1 of 3 users"
    office.key(users.filter, Qt.Key.Key_Escape)
    assert len(names(office)) == 3


# roles


def test_a_cell_turns_by_space_and_by_click_and_shows_as_a_difference(office: Office) -> None:
    office.go("roles")
    roles = office.page.roles
    table, model = roles.table, roles.model
    ack = list(Permission).index(Permission.ALARM_ACK)
    table.setFocus()
    table.setCurrentIndex(model.index(ack, 1))
    office.key(table, Qt.Key.Key_Right)
    office.key(table, Qt.Key.Key_Space)
    assert model.row(ack).roles == [role.value for role in Role if role is not Role.NOBODY]
    office.cell(table, ack, 1 + list(Role).index(Role.OPERATOR))
    assert roles.changes_title.text() == "1 change, not applied yet"
    before, after = model.changes[0]
    assert difference(before, after) == [("+", "viewer"), ("−", "operator")]
    assert model.is_changed(model.index(ack, 2))
    assert not model.is_default(model.index(ack, 2))
    assert "alarm.ack" in roles.permission_name.text()
    assert Role.VIEWER not in office.facade.book.roles[Permission.ALARM_ACK], "nothing before Apply"
    office.click(roles.apply)
    assert Role.VIEWER in office.facade.book.roles[Permission.ALARM_ACK]
    assert Role.OPERATOR not in office.facade.book.roles[Permission.ALARM_ACK]
    assert roles.outcome.text == "Applied: 1."
    assert not roles.apply.isEnabled()


def test_turning_back_is_no_change(office: Office) -> None:
    office.go("roles")
    model = office.page.roles.model
    index = model.index(0, 1)
    model.turn(index)
    assert model.changes
    model.turn(index)
    assert model.changes == []


def test_the_signature_goes_round_three_rules(office: Office) -> None:
    office.go("roles")
    roles = office.page.roles
    last = roles.model.columnCount() - 1
    roles.table.setFocus()
    roles.table.setCurrentIndex(roles.model.index(5, last))
    office.key(roles.table, Qt.Key.Key_Return)
    assert difference(*roles.model.changes[0]) == [("→", "signature: none → re-authentication")]
    office.key(roles.table, Qt.Key.Key_Space)
    assert roles.model.row(5).signature == "two"
    office.key(roles.table, Qt.Key.Key_Space)
    assert roles.model.changes == []


def test_a_refused_change_of_roles_stays_a_draft_and_says_why(office: Office) -> None:
    office.go("roles")
    roles = office.page.roles
    manage = list(Permission).index(Permission.ROLE_MANAGE)
    ack = list(Permission).index(Permission.ALARM_ACK)
    roles.model.turn(roles.model.index(ack, 2))
    roles.model.turn(roles.model.index(manage, 1 + list(Role).index(Role.ADMIN)))
    office.click(roles.apply)
    assert "Change roles: Refused: nobody could manage users or roles any more." in roles.outcome.text
    assert [before.permission for before, _ in roles.model.changes] == ["role.manage"]
    assert Role.VIEWER in office.facade.book.roles[Permission.ALARM_ACK], "what came before it is in force"
    office.click(roles.discard)
    assert roles.model.changes == []


def test_without_the_right_the_matrix_is_to_be_read_only(qapp: QApplication) -> None:
    office = Office(qapp, user="ben", password="ben-word-22", section="roles")
    roles = office.page.roles
    assert roles.is_content
    roles.table.setFocus()
    office.cell(roles.table, 0, 2)
    assert roles.model.changes == []
    office.key(roles.table, Qt.Key.Key_Space)
    assert roles.model.changes == []
    assert "administrator" in roles._matrix_plate.note.text()
    office.close()


# sessions


def test_sessions_are_listed_and_ended_after_a_question(office: Office) -> None:
    office.facade.set_places("room", ("room", "Control room"), ("panel", "Panel"))
    from hmi.model.access import Credentials

    office.facade._sign_in(Credentials(user="ben", password="ben-word-22"))
    ben = next(s for s in office.facade.book.sessions.values() if s.user == "ben")
    ben.place, ben.state = "panel", "locked"
    office.go("sessions")
    sessions = office.page.sessions
    rows = {row.user: row for row in sessions.model.rows}
    assert sessions.model.text(rows["ben"], "place") == "Panel"
    assert sessions.model.text(rows["ben"], "state") == "locked"
    assert sessions.model.text(rows["anna"], "state") == "this window"
    sessions.table.choose(rows["ben"].id)
    office.click(sessions.end)
    dialog = office.dialog(ConfirmDialog)
    assert dialog.cancel.hasFocus(), "Enter alone must not end a session"
    office.key(dialog.cancel, Qt.Key.Key_Return)
    assert any(s.user == "ben" for s in office.facade.book.sessions.values())
    office.click(sessions.end)
    office.click(office.dialog(ConfirmDialog).verb)
    assert [s.user for s in office.facade.book.sessions.values()] == ["anna"]
    assert sessions.outcome.text == "The session of ben has ended."


def test_a_session_that_ended_meanwhile_is_said_in_the_dialog(office: Office) -> None:
    office.go("sessions")
    office.click(office.page.sessions.end)
    dialog = office.dialog(ConfirmDialog)
    office.facade.stall("end_session")
    office.click(dialog.verb)
    assert dialog.is_busy
    assert dialog.sentence.text == "Sending…"
    dialog.refuse(PlantError("There is no such session."))
    office.settle()
    assert dialog.sentence.text == "There is no such session."
    assert dialog.verb.isEnabled()


# looks


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_is_pushed_out_of_the_page(qapp: QApplication, size: tuple[int, int], language: str) -> None:
    office = Office(qapp, size=size, language=language)
    office.page.users.table.choose("carla")
    office.facade.book.people["carla"].locked_s = 400.0
    office.facade.access_changed()
    office.pass_time(1.1)
    whole = QRect(0, 0, office.page.width(), office.page.height())
    for name, section in office.page.sections.items():
        office.go(name)
        for widget in (*section.findChildren(QLineEdit), *section.findChildren(KeyButton)):
            if widget.isVisible() and not widget.visibleRegion().isEmpty():
                right = widget.mapTo(office.page, widget.rect().topRight()).x()
                assert right <= whole.right(), f"{name}: {widget.accessibleName()} is cut at the right"
                assert widget.visibleRegion().boundingRect().width() == widget.width(), (name, widget.accessibleName())
        for area in section.findChildren(QScrollArea):
            if area.isVisible():
                assert area.widget().width() <= area.viewport().width(), f"{name}: a pane is wider than its place"
    office.go("roles")
    assert office.page.roles.table.horizontalScrollBar().maximum() == 0, "the matrix does not fit"
    office.close()
    use_language(qapp, "en")


def test_f6_walks_the_regions_and_enter_opens_the_detail(office: Office) -> None:
    users = office.page.users
    assert office.page.list.hasFocus()
    office.key(office.page.list, Qt.Key.Key_F6)
    assert users.filter.hasFocus()
    office.key(users.filter, Qt.Key.Key_F6)
    assert users.table.hasFocus()
    office.key(users.table, Qt.Key.Key_Return)
    assert users.detail.title_field.hasFocus()
    office.page.list.setFocus()
    office.key(office.page.list, Qt.Key.Key_Down)
    assert office.page.current is office.page.roles


def test_counts_are_forgotten_with_the_person(office: Office) -> None:
    assert office.page.list.item(0).data(Qt.ItemDataRole.UserRole + 1) == "3"
    office.people.sign_out()
    office.settle()
    assert not office.page.list.item(0).data(Qt.ItemDataRole.UserRole + 1)


def test_the_table_of_roles_takes_new_actions_by_name() -> None:
    from hmi.gui.pages.admin.roles_table import RoleModel

    model = RoleModel()
    rows = [RoleRow("recipe.change", ["engineer"], "none")]
    model.show_table(RoleTableItem([role.value for role in Role], rows))
    assert model.data(model.index(0, 0), Qt.ItemDataRole.DisplayRole) == "recipe.change"
    assert model.is_default(model.index(0, 6))
    model.turn(model.index(0, 2))
    model.show_table(RoleTableItem([role.value for role in Role], [replace(rows[0], roles=["viewer", "engineer"])]))
    assert model.changes == [], "the station has it now"


def test_the_manual_tells_the_table_a_station_begins_with() -> None:
    text = (ROOT / "resources" / "docs" / "manual" / "administration.md").read_text(encoding="utf-8")
    told: dict[str, set[str]] = {}
    for line in text.splitlines():
        if line.startswith("| `"):
            _, actions, roles, _ = line.split("|")
            told |= {action.strip(" `"): {role.strip() for role in roles.split(",")} for action in actions.split(",")}
    assert told == {permission.value: set(default_roles(permission.value) or ()) for permission in Permission}


def test_the_crew_is_as_the_tests_think() -> None:
    assert sorted(crew(FakeFacade()).book.people) == ["anna", "ben", "carla"]
