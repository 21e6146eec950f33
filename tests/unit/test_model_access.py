"""Roles, areas, assignments and the role table."""

from __future__ import annotations

import json

import pytest

from hmi.access.guard import WORDS
from hmi.facade.plain import from_plain, to_plain
from hmi.model.access import (
    ASSIGNABLE,
    CONTROLLING,
    DEFAULT_ROLES,
    SIGNABLE,
    Assignment,
    Credentials,
    Permission,
    Role,
    RoleTable,
    SignatureRule,
    User,
    parse_assignment,
)

# Who may do what as a station begins, written down once more: v viewer, o operator, m maintenance, s supervisor,
# e engineer, a admin, n nobody.
EXPECTED = {
    "alarm.silence": "nvomsea",
    "alarm.ack": "omsea",
    "alarm.reset": "omsea",
    "control.take": "omsea",
    "control.force": "sa",
    "backup.create": "msea",
    "audit.read": "sea",
    "window.close": "msea",
    "session.manage": "sa",
    "user.manage": "a",
    "role.manage": "a",
}


def test_the_default_table_is_the_one_that_was_agreed() -> None:
    letters = {"nobody": "n", **{role.value: role.value[0] for role in ASSIGNABLE}}
    table = {p.value: {letters[role.value] for role in roles} for p, roles in DEFAULT_ROLES.items()}
    assert table == {name: set(roles) for name, roles in EXPECTED.items()}
    assert set(DEFAULT_ROLES) == set(Permission) == set(WORDS)
    assert SIGNABLE >= CONTROLLING
    assert Permission.ALARM_SILENCE not in SIGNABLE


@pytest.mark.parametrize("text", ["operator", "operator@press", " admin ", "viewer@*"])
def test_an_assignment_reads_as_it_is_written(text: str) -> None:
    assert parse_assignment(parse_assignment(text).text) == parse_assignment(text)


@pytest.mark.parametrize("text", ["", "nobody", "operator@", "root", "@press", "Operator", "operator press"])
def test_what_is_no_role_is_refused_with_the_known_ones(text: str) -> None:
    with pytest.raises(ValueError, match="expected one of viewer, operator, maintenance, supervisor, engineer, admin"):
        parse_assignment(text)


def test_a_role_in_one_area_holds_there_and_in_what_lies_in_it() -> None:
    table, own = RoleTable(), [parse_assignment("operator@hall")]
    assert table.permits(Permission.ALARM_ACK, own, ("press", "hall"))
    assert not table.permits(Permission.ALARM_ACK, own, ("tank", "yard"))
    assert not table.permits(Permission.ALARM_ACK, own, ())  # the whole station
    assert not table.permits(Permission.BACKUP_CREATE, own, ("press", "hall"))
    inner = [parse_assignment("operator@press")]
    assert not table.permits(Permission.ALARM_ACK, inner, ("hall",))
    assert table.permits(Permission.ALARM_ACK, [Assignment(Role.OPERATOR)], ())


def test_roles_of_several_areas_do_not_mix() -> None:
    own = [parse_assignment("supervisor@hall"), parse_assignment("viewer")]
    table = RoleTable()
    assert not table.permits(Permission.CONTROL_FORCE, own, ("yard",))
    assert table.permits(Permission.CONTROL_FORCE, own, ("hall",))
    assert table.areas(Permission.ALARM_ACK, own) == {"hall"}
    assert table.areas(Permission.USER_MANAGE, own) == frozenset()


def test_what_needs_no_sign_in_is_not_lost_by_signing_in() -> None:
    table = RoleTable()
    assert table.permits(Permission.ALARM_SILENCE, (), ())
    assert table.permits(Permission.ALARM_SILENCE, [parse_assignment("viewer@hall")], ("yard",))


def test_a_permission_that_is_in_no_row_is_nobodys() -> None:
    table = RoleTable({}, {})
    assert not any(table.permits(p, [Assignment(Role.ADMIN)], ()) for p in Permission)
    assert table.signature(Permission.ALARM_ACK) is SignatureRule.NONE


def test_secrets_never_show_in_a_repr_and_users_survive_json() -> None:
    given = Credentials("anna", *(f"canary{n}" for n in range(6)), place="desk", place_key="canary7", session="canary8")
    assert "canary" not in repr(given)
    user = User("anna", "Anna", (parse_assignment("operator@hall"),))
    assert from_plain(User, json.loads(json.dumps(to_plain(user)))) == user
