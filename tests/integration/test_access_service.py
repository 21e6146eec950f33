"""Accounts and the role table of a station on a real database, SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from hmi.access.accounts import Change
from hmi.access.store import Account
from hmi.base.errors import NotSignedInError, PlantError
from hmi.facade.access_data import RoleRow, UserChange
from hmi.model.access import ASSIGNABLE, Credentials, Deed, Permission, Role, SignatureRule
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, refusal

ENGINES = pytest.mark.parametrize(
    "desk", ["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)], indirect=True
)


def account(desk: Bench, name: str) -> Account:
    found = desk.access.register.account(name)
    assert found is not None
    return found


def test_nobody_and_no_password_exists_at_first_start(desk: Bench) -> None:
    state = desk.front.access().result(5)
    assert (state.configured, state.methods, state.break_glass_sealed) == (False, [], False)
    assert state.actor.startswith("os:")
    assert all(right.areas == ["*"] for right in state.rights)
    for name in ("admin", "administrator", "root", "operator", "break-glass", "anna"):
        for password in ("admin", "password", "plant", "1234", ""):
            desk.front.sign_in(Credentials(name, password)).exception(5)
            assert desk.access.sessions.all() == []
    with desk.database.reader() as connection:
        assert connection.execute(text("SELECT count(*) FROM access_users")).scalar_one() == 0


@ENGINES
def test_the_first_user_is_an_administrator_with_a_password(desk: Bench) -> None:
    front = desk.front
    for change, words in (
        (UserChange(assignments=["operator"], password=PASSWORD), "has to be an administrator"),
        (UserChange(assignments=["admin@hall"], password=PASSWORD), "has to be an administrator"),
        (UserChange(assignments=["admin"], password=PASSWORD, enabled=False), "has to be an administrator"),
        (UserChange(assignments=["admin"]), "needs a password"),
        (UserChange(assignments=["admin"], password="short"), "too short"),
        (UserChange(password=PASSWORD), "needs a role"),
    ):
        assert words in refusal(front.add_user("anna", change))
    assert "exist, so nobody is locked out" in refusal(front.seal_break_glass())
    assert desk.actions() == []
    assert front.add_user("anna", UserChange(assignments=["admin"], password=PASSWORD)).result(5).must_change is False
    (row,) = desk.rows()
    assert (row.action, row.target, row.new, row.place) == ("USER_ADDED", "anna", "anna; admin; enabled", "line1")
    assert row.actor.startswith("os:")
    assert front.access().result(5).configured
    with pytest.raises(NotSignedInError, match="sign in first: to manage users"):
        front.add_user("ben", UserChange(assignments=["admin"], password=PASSWORD)).result(5)
    assert desk.token("anna")


def test_only_one_of_two_first_administrators_at_the_same_moment(desk: Bench) -> None:
    change = UserChange(assignments=["admin"], password=PASSWORD)
    futures = [desk.front.add_user(name, change) for name in ("anna", "mallory")]
    faults = [future.exception(10) for future in futures]
    assert sum(fault is None for fault in faults) == 1
    assert len(desk.access.register.accounts) == 1
    assert len(desk.rows("USER_ADDED")) == 1


@pytest.mark.parametrize("name", ["", "Anna", "anna meier", "ä", "a" * 41, "../anna", "-", "a\x00", "?abc", "place x"])
def test_a_name_is_a_plain_word(desk: Bench, name: str) -> None:
    token = desk.first_admin()
    assert "is not a user name" in refusal(desk.front.add_user(name, UserChange(assignments=["viewer"]), token))


@pytest.mark.parametrize("name", ["system", "nobody", "os", "remote", "break-glass"])
def test_names_that_mean_something_in_the_trail_are_nobodys(desk: Bench, name: str) -> None:
    token = desk.first_admin()
    assert "another meaning" in refusal(desk.front.add_user(name, UserChange(assignments=["viewer"]), token))


@ENGINES
def test_a_first_password_has_to_be_changed_and_its_giver_cannot_use_it(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin, must_change=True, pin="2580")
    asked = desk.sign_in("ben")
    assert (asked.token, asked.session, asked.needs) == ("", None, "new_password")
    assert "a PIN is not enough" in desk.fail("ben", "", pin="2580")
    assert "is the old one" in desk.fail("ben", PASSWORD, new_password=PASSWORD)
    assert "too short" in desk.fail("ben", PASSWORD, new_password="short")
    assert account(desk, "ben").user.must_change
    token = desk.token("ben", new_password=OTHER)
    assert not account(desk, "ben").user.must_change
    assert desk.actions()[-2:] == ["SIGN_IN", "PASSWORD_CHANGED"]
    assert desk.rows("PASSWORD_CHANGED")[0].actor == "ben"
    assert "is wrong" in desk.fail("ben", PASSWORD)
    assert desk.sign_in("ben", OTHER, session=token).token == token
    assert desk.token("ben", "", pin="2580")


def test_names_are_never_given_to_another_person(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    desk.change("ben", admin, enabled=False)
    again = desk.front.add_user("ben", UserChange(assignments=["viewer"], password=OTHER), admin)
    assert "a name is never given to another person" in refusal(again)
    desk.restart()
    admin = desk.token("anna")
    assert "never given" in refusal(desk.front.add_user("ben", UserChange(assignments=["viewer"]), admin))
    assert not hasattr(desk.front, "delete_user")


@ENGINES
def test_every_field_of_an_account_comes_back_from_the_disk(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator@hall", "viewer", token=admin, title="Ben Örst", pin="2580", badge="0041-77")
    desk.clock.advance(5)
    desk.token("ben")
    before = dict(desk.access.register.accounts)
    assert before["ben"].user.last_sign_in_us == desk.clock.now_us()
    desk.restart()
    assert dict(desk.access.register.accounts) == before


@ENGINES
def test_a_change_stands_in_the_trail_with_old_and_new_and_no_secret(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    desk.change("ben", admin, title="Ben", assignments=["supervisor@yard"], pin="2580", badge="0041-77", password=OTHER)
    assert desk.actions()[-4:] == ["USER_CHANGED", "PASSWORD_RESET", "PIN_CHANGED", "BADGE_CHANGED"]
    row = desk.rows("USER_CHANGED")[0]
    assert (row.actor, row.target) == ("anna", "ben")
    assert (row.old, row.new) == ("ben; operator; enabled", "Ben; supervisor@yard; enabled")
    assert row.session == desk.access.sessions.all()[0].id
    told = repr(desk.rows())
    for secret in (PASSWORD, OTHER, "2580", "0041-77", "argon2"):
        assert secret not in told
    count = len(desk.rows())
    desk.change("ben", admin, title="Ben")
    assert len(desk.rows()) == count, "what changes nothing is no deed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"assignments": ["operator@nowhere"]}, "is not an area of this plant: known are hall, press"),
        ({"assignments": ["boss"]}, "is not a role"),
        ({"assignments": []}, "needs at least one role"),
        ({"title": ""}, "the full name has"),
        ({"title": "x" * 101}, "the full name has"),
        ({"title": "a\nb"}, "the full name has"),
        ({"pin": "1234"}, "a row"),
        ({"badge": "x"}, "a badge has"),
        ({"password": "short"}, "too short"),
        ({"totp": True}, "by the person themselves"),
    ],
)
def test_a_wrong_change_is_refused_whole(desk: Bench, change: dict[str, object], words: str) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    before, rows = account(desk, "ben"), len(desk.rows())
    wrong = UserChange(**{"enabled": False, **change})  # type: ignore[arg-type]
    assert words in refusal(desk.front.change_user("ben", wrong, admin))
    assert account(desk, "ben") is before
    assert len(desk.rows()) == rows
    assert "no user carl" in refusal(desk.front.change_user("carl", UserChange(enabled=False), admin))


@ENGINES
def test_a_badge_has_one_owner(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin, badge="0041-77")
    taken = desk.front.add_user("cleo", UserChange(assignments=["viewer"], badge="0041-77"), admin)
    assert "this badge belongs to ben" in refusal(taken)
    desk.change("ben", admin, badge="")
    desk.add("cleo", "viewer", token=admin, badge="0041-77")
    assert desk.sign_in("", "", badge="0041-77").session.user == "cleo"  # type: ignore[union-attr]


@ENGINES
def test_the_last_administrator_stays(desk: Bench) -> None:
    admin = desk.first_admin()
    for change in ({"enabled": False}, {"assignments": ["engineer"]}, {"assignments": ["admin@hall"]}):
        assert "is the last administrator" in refusal(desk.front.change_user("anna", UserChange(**change), admin))  # type: ignore[arg-type]
    # one who could not sign in is none
    desk.front.add_user("ben", UserChange(assignments=["admin"], badge="0041-77"), admin).result(5)
    assert "is the last administrator" in refusal(desk.front.change_user("anna", UserChange(enabled=False), admin))
    desk.add("cleo", "admin", token=admin)
    desk.change("anna", admin, enabled=False)
    with pytest.raises(NotSignedInError, match="the account is disabled"):
        desk.front.change_user("cleo", UserChange(enabled=False), admin).result(5)
    cleo = desk.token("cleo")
    assert "is the last administrator" in refusal(desk.front.change_user("cleo", UserChange(enabled=False), cleo))


@ENGINES
def test_the_role_table_never_locks_everybody_out(desk: Bench) -> None:
    admin = desk.first_admin()
    rule = desk.rule

    def refused(permission: Permission, roles: set[Role], signature: SignatureRule = SignatureRule.NONE) -> str:
        row = RoleRow(permission.value, [role.value for role in roles], signature.value)
        return refusal(desk.front.set_role(row, admin))

    for permission in (Permission.USER_MANAGE, Permission.ROLE_MANAGE):
        assert "nobody could manage" in refused(permission, set())
        assert "nobody could manage" in refused(permission, {Role.ENGINEER})
        assert "cannot be given to people who are not signed in" in refused(permission, set(Role))
        assert "too few administrators" in refused(permission, {Role.ADMIN}, SignatureRule.TWO)
    assert "cannot be taken away" in refused(Permission.ALARM_SILENCE, set(ASSIGNABLE))
    for permission in set(Permission) - {
        Permission.ALARM_ACK, Permission.ALARM_RESET, Permission.BACKUP_CREATE, Permission.USER_MANAGE,
        Permission.ROLE_MANAGE,
    }:  # fmt: skip
        roles = set(Role) if permission is Permission.ALARM_SILENCE else {Role.ADMIN}
        assert "takes no signature" in refused(permission, roles, SignatureRule.OWN), permission
    assert "somebody who is not signed in" in refused(Permission.ALARM_ACK, set(Role), SignatureRule.OWN)
    assert "not a row of the role table" in refusal(desk.front.set_role(RoleRow("x", [], "none"), admin))
    assert "not a row of the role table" in refusal(desk.front.set_role(RoleRow("alarm.ack", ["x"], "none"), admin))
    assert desk.rows("ROLE_CHANGED") == []

    desk.add("ben", "admin", token=admin)
    rule(Permission.USER_MANAGE, [Role.ADMIN], admin, SignatureRule.TWO)
    (row,) = desk.rows("ROLE_CHANGED")
    assert (row.target, row.old, row.new) == ("user.manage", "admin; signature none", "admin; signature two")
    # with one alone nobody could sign for a change any more
    with pytest.raises(PlantError, match="is the last administrator"):
        desk.access.accounts.change("ben", Change(enabled=False), Deed("anna"))
    desk.restart()
    assert desk.access.register.table.signature(Permission.USER_MANAGE) is SignatureRule.TWO


def test_an_orderly_stop_is_on_record_and_a_crash_is_not(desk: Bench) -> None:
    desk.people.note_start("1.0", "abc")
    desk.restart()
    assert [row.action for row in desk.rows("STATION_*")] == ["STATION_STARTED", "STATION_STOPPED"]
    assert desk.people.verify().ok
    desk.people.note_start("1.0", "abc")
    desk.crash()
    assert [row.action for row in desk.rows("STATION_*")][-1] == "STATION_STARTED"
    desk.restart()
    assert [row.action for row in desk.rows("STATION_*")][-1] == "STATION_STARTED", "what only looks at accounts"
