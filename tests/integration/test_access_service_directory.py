"""Sign-in with a directory behind the station, also while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hmi.base.errors import PlantError
from hmi.facade.access_data import UserChange
from hmi.model.access import Credentials, Permission, UserSource
from hmi.model.station import AccessSettings
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, MemoryDirectory, bench, refusal

DAY_S = 86_400.0
KEPT = replace(AccessSettings(), offline_us=round(3 * DAY_S * 1e6))
WRONG = "user name or password is wrong"


@pytest.fixture
def directory() -> MemoryDirectory:
    made = MemoryDirectory()
    made.add("dana", PASSWORD, "operator@hall")
    made.add("chief", PASSWORD, "admin")
    return made


@pytest.fixture
def desk(tmp_path: Path, directory: MemoryDirectory) -> Iterator[Bench]:
    with bench(tmp_path, KEPT, directory) as made:
        yield made


def test_it_is_in_use_before_anybody_signed_in(desk: Bench) -> None:
    state = desk.front.access().result(5)
    assert (state.configured, state.actor, state.methods) == (True, "", ["password"])
    assert desk.fail("dana") == WRONG
    assert desk.token("dana")
    assert desk.sign_in("DANA ").session.user == "dana"  # type: ignore[union-attr]


def test_an_account_and_its_roles_come_from_the_directory_on_record(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    item = next(user for user in desk.front.users(desk.token("chief")).result(5) if user.name == "dana")
    assert (item.source, item.assignments, item.t_confirmed_us) == ("ldap", ["operator@hall"], desk.clock.now_us())
    assert [(row.action, row.actor) for row in desk.rows(target="dana")] == [
        ("SIGN_IN", "dana"), ("USER_ADDED", "system"),
    ]  # fmt: skip
    directory.add("dana", PASSWORD, "supervisor")
    desk.token("dana")
    (row,) = desk.rows("USER_CHANGED")
    assert (row.old, row.new) == ("Dana; operator@hall; enabled", "Dana; supervisor; enabled")
    assert row.reason == "as ldap says of uid=dana,ou=people"
    desk.token("dana")
    assert len(desk.rows("USER_CHANGED")) == 1
    change = UserChange(assignments=["admin"])
    chief = desk.token("chief")
    assert "come from the directory" in refusal(desk.front.change_user("dana", change, chief))
    assert "kept by the directory" in refusal(desk.front.change_user("dana", UserChange(password=OTHER), chief))
    dana = desk.token("dana")
    assert "kept by the directory" in refusal(desk.front.change_own_password(dana, PASSWORD, OTHER))


def test_while_it_is_away_an_earlier_answer_holds_for_a_while(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    directory.away = True
    desk.clock.advance(3 * DAY_S)
    answer = desk.sign_in("dana")
    assert answer.session is not None
    assert answer.session.offline
    assert "earlier answer used" in desk.rows("SIGN_IN")[-1].result
    assert "does not answer" in desk.front.access().result(5).directory_problem
    unknown, wrong, never = desk.fail("nobody-here"), desk.fail("dana"), desk.fail("chief", PASSWORD)
    assert unknown == wrong == never
    assert "local users and who signed in within the last 3 d can sign in" in wrong
    desk.clock.advance(1)
    assert desk.fail("dana", PASSWORD) == wrong
    directory.away = False
    assert desk.token("dana")
    assert desk.front.access().result(5).directory_problem == ""


def test_signing_in_while_it_is_away_does_not_prolong_the_time(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    directory.away = True
    for _ in range(3):
        desk.clock.advance(DAY_S)
        desk.token("dana")
    desk.clock.advance(1)
    desk.fail("dana", PASSWORD)


def test_a_clock_that_went_back_ends_the_earlier_answer(desk: Bench, directory: MemoryDirectory) -> None:
    desk.clock.step_wall(DAY_S)
    desk.token("dana")
    directory.away = True
    desk.clock.step_wall(-DAY_S)
    assert "does not answer" in desk.fail("dana", PASSWORD)


def test_without_a_time_nothing_of_a_password_is_kept(tmp_path: Path, directory: MemoryDirectory) -> None:
    with bench(tmp_path, replace(KEPT, offline_us=0), directory) as desk:
        desk.token("dana")
        account = desk.access.register.account("dana")
        assert account is not None
        assert account.password_hash == ""
        directory.away = True
        assert "only local users can sign in now" in desk.fail("dana", PASSWORD)


def test_wrong_passwords_lock_the_name_also_while_it_is_away(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    for away in (False, False, True, True, True):
        directory.away = away
        desk.fail("dana")
    asked = directory.asked
    directory.away = False
    for name in ("dana",):
        assert "too many failed attempts" in desk.fail(name, PASSWORD)
    assert directory.asked == asked, "a locked name is not even asked for"


def test_every_refusal_takes_the_same_second(desk: Bench) -> None:
    desk.front.add_user("anna", UserChange(assignments=["admin"], password=PASSWORD)).result(5)
    desk.waits.clear()
    for name in ("anna", "dana", "nobody-here"):
        desk.fail(name)
    assert desk.waits == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("away", [False, True])
def test_a_disabled_account_stays_out_whatever_the_directory_says(
    desk: Bench, directory: MemoryDirectory, away: bool
) -> None:
    dana, chief = desk.token("dana"), desk.token("chief")
    desk.change("dana", chief, enabled=False)
    assert "disabled" in desk.front.access(dana).result(5).ended
    directory.away = away
    assert "the account is disabled" in desk.fail("dana", PASSWORD)
    account = desk.access.register.account("dana")
    assert account is not None
    assert not account.user.enabled
    assert "account is disabled" in desk.rows("SIGN_IN_FAILED")[-1].result


def test_who_lost_the_group_is_refused_on_record(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    directory.add("dana", PASSWORD)
    assert "none of their groups has a role on this station" in desk.fail("dana", PASSWORD)
    assert "none of their groups" in desk.rows("SIGN_IN_FAILED", actor="dana")[-1].result
    # who signs with it is refused as well, and nothing was kept of the answer
    account = desk.access.register.account("dana")
    assert account is not None
    assert [one.text for one in account.user.assignments] == ["operator@hall"]


def test_a_name_of_a_local_account_is_never_looked_up_there(desk: Bench, directory: MemoryDirectory) -> None:
    desk.front.add_user("anna", UserChange(assignments=["admin"], password=PASSWORD)).result(5)
    directory.add("anna", OTHER, "admin")
    asked = directory.asked
    assert desk.fail("anna", OTHER) == WRONG
    assert directory.asked == asked
    assert desk.token("anna")


def test_a_new_person_of_an_old_name_and_a_reserved_name_are_refused(desk: Bench, directory: MemoryDirectory) -> None:
    desk.token("dana")
    directory.add("dana", OTHER, "admin", subject="uid=dana2,ou=people")
    assert "was another person in the directory" in desk.fail("dana", OTHER)
    for name in ("system", "break-glass", "nobody"):
        directory.add(name, OTHER, "admin")
        assert "another meaning in the audit trail" in desk.fail(name, OTHER)
    assert set(desk.access.register.accounts) == {"dana"}


def test_a_pin_holds_no_longer_than_the_directorys_word(desk: Bench, directory: MemoryDirectory) -> None:
    dana = desk.token("dana")
    desk.front.set_own_pin(dana, PASSWORD, "2580").result(5)
    directory.away = True
    assert desk.token("dana", "", pin="2580")
    desk.clock.advance(3 * DAY_S + 1)
    assert "a PIN is not enough" in desk.fail("dana", "", pin="2580")


def test_a_person_of_the_directory_signs_with_their_password_there(desk: Bench, directory: MemoryDirectory) -> None:
    dana = desk.token("dana")
    account = desk.access.signing_in.prove(Credentials(password=PASSWORD), "dana", "line1")
    assert account.user.source is UserSource.LDAP
    directory.add("dana", PASSWORD, "viewer")
    found = desk.access.signing_in.prove(Credentials(password=PASSWORD), "dana", "line1")
    assert [one.text for one in found.user.assignments] == ["viewer"]
    assert desk.rows("USER_CHANGED")[0].new == "Dana; viewer; enabled"
    caller = desk.access.guard.caller(dana)
    assert "may not acknowledge" in desk.access.guard.refusal(caller, Permission.ALARM_ACK, ("hall",))


def test_the_first_administrator_can_come_after_people_of_the_directory(desk: Bench) -> None:
    desk.token("dana")
    change = UserChange(assignments=["admin"], password=OTHER)
    assert "has to be an administrator" in refusal(
        desk.front.add_user("mallory", UserChange(assignments=["operator"], password=OTHER))
    )
    assert desk.front.add_user("anna", change).result(5).must_change is False
    assert "sign in first: to manage users" in refusal(desk.front.add_user("ben", change))
    (row,) = desk.rows("USER_ADDED", target="anna")
    assert row.actor.startswith("os:")


def test_a_last_administrator_lost_at_the_directory_makes_nobody_at_the_station_one(
    desk: Bench, directory: MemoryDirectory
) -> None:
    desk.token("chief")
    change = UserChange(assignments=["admin"], password=OTHER)
    assert "sign in first: to manage users" in refusal(desk.front.add_user("anna", change)), "chief can do it"
    directory.add("chief", PASSWORD, "operator")
    desk.token("chief")
    assert "nobody is an administrator any more" in refusal(desk.front.add_user("anna", change))
    desk.restart()
    assert "nobody is an administrator any more" in refusal(desk.front.add_user("anna", change))
    desk.restart(recovering=True)
    assert desk.front.add_user("anna", change).result(5).assignments == ["admin"], "on the files of the stopped station"


def test_a_directory_that_is_set_up_wrongly_is_told_and_on_record(
    desk: Bench, directory: MemoryDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(user: str, password: str) -> None:
        raise PlantError("the account that searches the directory is refused: check access.ldap.bind_dn")

    monkeypatch.setattr(directory, "authenticate", wrong)
    assert "check access.ldap.bind_dn" in desk.fail("dana", PASSWORD)
    (row,) = desk.rows("SIGN_IN_FAILED")
    assert (row.actor, row.result) == ("unknown name", "the directory is set up wrongly")
