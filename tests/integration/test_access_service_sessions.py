"""Who is signed in at a station: rights that change, locking, ending, switching, limits, tokens."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hmi.access.store import Account
from hmi.base.errors import NotPermittedError, NotSignedInError
from hmi.facade.access_data import AuditQuery, UserChange
from hmi.model.access import Credentials, Permission, Role
from hmi.model.station import AccessSettings
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, bench, refusal


def account(desk: Bench, name: str) -> Account:
    found = desk.access.register.account(name)
    assert found is not None
    return found


def test_roles_changed_act_at_once(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    ben = desk.token("ben")
    guard = desk.access.guard
    guard.authorise(Permission.ALARM_ACK, ben, scopes=("hall",), target="hall/x")
    desk.rule(Permission.ALARM_ACK, [Role.SUPERVISOR], admin)
    with pytest.raises(
        NotPermittedError, match=r"ben \(operator\) may not acknowledge alarms in hall: it needs superv"
    ):
        guard.authorise(Permission.ALARM_ACK, ben, scopes=("hall",), target="hall/x")
    desk.change("ben", admin, assignments=["operator", "supervisor@hall"])
    guard.authorise(Permission.ALARM_ACK, ben, scopes=("press", "hall"), target="press/x")  # more rights: still here
    with pytest.raises(NotPermittedError, match="may not acknowledge alarms in yard"):
        guard.authorise(Permission.ALARM_ACK, ben, scopes=("yard",), target="yard/x")
    desk.change("ben", admin, assignments=["operator"])
    with pytest.raises(NotSignedInError, match="the account was changed: sign in again"):
        guard.authorise(Permission.ALARM_ACK, ben, scopes=("hall",), target="hall/x")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"enabled": False}, "disabled"), ({"password": OTHER}, "was changed"), ({"assignments": ["viewer"]}, "changed")],
)
def test_who_was_disabled_or_lost_a_right_is_signed_out_at_once(
    desk: Bench, change: dict[str, object], words: str
) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    tokens = [desk.token("ben"), desk.token("ben")]
    desk.change("ben", admin, **change)
    for token in tokens:
        assert words in desk.front.access(token).result(5).ended
        with pytest.raises(NotSignedInError):
            desk.front.lock(token).result(5)
    desk.people.tick()
    assert [row.target for row in desk.rows("SESSION_ENDED")] == ["ben", "ben"]


def test_a_sign_in_under_way_does_not_undo_what_an_administrator_changes(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin, pin="2580")
    hashing, changed = threading.Event(), threading.Event()
    real = desk.hasher.verify

    def slow(kept: str, secret: str) -> bool:
        found = real(kept, secret)
        if secret in ("slow phrase here", "2580"):
            hashing.set()
            changed.wait(10)
        return found

    for attempt, change in (({"pin": "2580"}, {"enabled": False}), ({"pin": "2580"}, {"pin": "1470"})):
        hashing.clear()
        changed.clear()
        desk.hasher.verify = slow  # type: ignore[method-assign]
        under_way = desk.front.sign_in(Credentials("ben", **attempt))
        assert hashing.wait(10)
        desk.change("ben", admin, **change)
        after = account(desk, "ben")
        changed.set()
        assert under_way.exception(10) is not None
        desk.hasher.verify = real  # type: ignore[method-assign]
        assert account(desk, "ben") is after
        assert [session.user for session in desk.access.sessions.all()] == ["anna"]
        desk.change("ben", admin, enabled=True)


def test_sessions_lock_end_and_are_ended_by_others_on_record(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    ben = desk.token("ben")
    front = desk.front
    assert [item.user for item in front.sessions(ben).result(5)] == ["ben"]
    assert {item.user for item in front.sessions(admin).result(5)} == {"anna", "ben"}
    desk.clock.advance(599)
    front.touch(admin).result(5)
    desk.clock.advance(1)
    desk.people.tick()
    state = front.access(ben).result(5)
    assert (state.actor, state.session.state if state.session else "") == ("", "locked")
    assert next(right for right in state.rights if right.permission == "alarm.silence").areas == ["*"]
    with pytest.raises(NotPermittedError, match="the session of ben is locked: unlock it first"):
        desk.access.guard.authorise(Permission.ALARM_ACK, ben, scopes=("hall",))
    silenced = desk.access.guard.authorise(Permission.ALARM_SILENCE, ben)
    assert silenced.actor.startswith("os:"), "whoever stands there need not be ben"
    assert desk.rows("LOCK")[0].result == "locked: nobody was there"
    assert "is wrong" in desk.fail("ben", "wrong", session=ben)
    assert desk.sign_in("ben", session=ben).token == ben
    assert desk.rows("UNLOCK")[0].actor == "ben"

    session_id = front.access(ben).result(5).session.id  # type: ignore[union-attr]
    admin_id = front.access(admin).result(5).session.id  # type: ignore[union-attr]
    with pytest.raises(NotPermittedError, match="may not manage sessions"):
        front.end_session(admin_id, ben).result(5)
    front.end_session(session_id, admin).result(5)
    assert "anna ended the session" in front.access(ben).result(5).ended
    assert "no session" in refusal(front.end_session(session_id, admin))
    (row,) = desk.rows("SESSION_ENDED")
    assert (row.actor, row.target, row.old) == ("anna", "ben", session_id)
    front.end_session(admin_id, admin).result(5)
    with pytest.raises(NotSignedInError):
        front.users(admin).result(5)


def test_switching_ends_the_session_before_it_on_record(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin, pin="2580")
    ben = desk.token("ben", "", pin="2580", session=admin)
    assert ben != admin
    with pytest.raises(NotSignedInError, match="ben took over: sign in again"):
        desk.front.users(admin).result(5)
    assert [(row.action, row.actor, row.result) for row in desk.rows()][-2:] == [
        ("SIGN_OUT", "anna", "ben took over"),
        ("SIGN_IN", "ben", "pin"),
    ]


def test_tokens_of_another_station_of_before_the_restart_and_of_a_signed_out_one_are_nobodys(
    desk: Bench, tmp_path: Path
) -> None:
    admin = desk.first_admin()
    with bench(tmp_path / "other") as other:
        foreign = other.first_admin()
        with pytest.raises(NotSignedInError):
            other.front.users(admin).result(5)
    out = desk.token("anna")
    desk.front.sign_out(out).result(5)
    desk.front.sign_out(out).result(5)
    assert len(desk.rows("SIGN_OUT")) == 1
    for token in (foreign, out, admin + "x", "phs_" + "A" * 43, "\ud800", "x" * 100_000):
        for call in (desk.front.users, desk.front.verify_audit, desk.front.touch, desk.front.lock):
            with pytest.raises(NotSignedInError):
                call(token).result(5)
        with pytest.raises(NotSignedInError):
            desk.front.add_user("mallory", UserChange(assignments=["admin"], password=PASSWORD), token).result(5)
    desk.restart()
    with pytest.raises(NotSignedInError):
        desk.front.users(admin).result(5)
    assert set(desk.access.register.accounts) == {"anna"}


def test_limits_on_how_many_are_signed_in(tmp_path: Path) -> None:
    settings = replace(AccessSettings(), sessions=3, sessions_per_user=2)
    with bench(tmp_path, settings) as desk:
        admin = desk.first_admin()
        for name in ("ben", "cleo"):
            desk.add(name, "operator", token=admin)
        first = desk.token("ben")
        desk.clock.advance(1)
        desk.token("ben")
        assert "3 people are signed in" in desk.fail("cleo", PASSWORD)
        assert desk.rows("SIGN_IN")[-1].actor == "ben", "nobody is on record who was not let in"
        desk.token("ben")
        assert "signed in at more than 2 places" in desk.front.access(first).result(5).ended
        code = desk.front.seal_break_glass(admin).result(5)
        assert desk.sign_in("", "", code=code).token, "an emergency is not refused"


def test_own_password_and_pin_need_the_present_password(desk: Bench) -> None:
    desk.first_admin()
    desk.add("ben", "operator", token=desk.token("anna"))
    ben, front = desk.token("ben"), desk.front
    for call in (front.change_own_password(ben, "wrong", OTHER), front.set_own_pin(ben, "wrong", "2580")):
        assert "is wrong" in refusal(call)
    assert "is the old one" in refusal(front.change_own_password(ben, PASSWORD, PASSWORD))
    front.change_own_password(ben, PASSWORD, OTHER).result(5)
    front.set_own_pin(ben, OTHER, "2580").result(5)
    assert desk.token("ben", "", pin="2580")
    front.set_own_pin(ben, OTHER, "").result(5)
    assert "PIN is wrong" in desk.fail("ben", "", pin="2580")
    assert [row.result for row in desk.rows("PIN_CHANGED")] == ["set", "taken away"]
    assert [row.actor for row in desk.rows("PASSWORD_CHANGED")] == ["ben"]
    for call in (front.set_own_pin("", OTHER, "2580"), front.change_own_password("x", OTHER, PASSWORD)):
        with pytest.raises(NotSignedInError):
            call.result(5)


def test_a_page_of_the_trail_may_begin_anywhere(desk: Bench) -> None:
    admin = desk.first_admin()
    for cursor in ("", "0", "x", "-1", "9" * 18, "9" * 19, "9" * 5000, "٣"):
        desk.front.audit(AuditQuery(cursor=cursor), admin).result(5)


def test_locking_and_signing_out_wait_neither_for_a_directory_nor_for_a_verification(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    ben = desk.token("ben")
    held = threading.Event()
    desk.access.recognition.recognise = lambda *_: held.wait(20)  # type: ignore[method-assign, assignment, return-value]
    busy = [desk.front.sign_in(Credentials("dora", PASSWORD)) for _ in range(70)]  # more than ever wait
    try:
        locking, leaving = desk.front.lock(admin), desk.front.sign_out(ben)
        state = desk.front.access(admin).result(5)
        assert state.session is not None
        assert state.session.state == "locked"
        assert "signed out" in desk.front.access(ben).result(5).ended
        assert locking.exception(5) is None
        assert leaving.exception(5) is None
        desk.people.tick()
        assert desk.actions()[-2:] == ["LOCK", "SIGN_OUT"]
    finally:
        held.set()
        for future in busy:
            future.exception(20)


def test_signing_in_does_not_wait_behind_who_reads_the_trail(desk: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = desk.first_admin()
    held = threading.Event()
    monkeypatch.setattr(desk.people, "verify", lambda: held.wait(20))
    busy = [desk.front.verify_audit(admin) for _ in range(4)]
    try:
        assert desk.front.sign_in(Credentials("anna", PASSWORD)).result(5).token
    finally:
        held.set()
        for future in busy:
            future.exception(20)


def test_locking_what_is_locked_is_no_second_row(desk: Bench) -> None:
    admin = desk.first_admin()
    for _ in range(3):
        desk.front.lock(admin).result(5)
    assert len(desk.rows("LOCK")) == 1


def test_a_new_password_ends_the_other_sessions_of_the_person(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    here, there = desk.token("ben"), desk.token("ben")
    desk.front.change_own_password(here, PASSWORD, OTHER).result(5)
    assert desk.front.access(here).result(5).session is not None
    assert "password was changed" in desk.front.access(there).result(5).ended
    assert desk.front.access(admin).result(5).session is not None
    desk.people.tick()
    assert [row.actor for row in desk.rows("SESSION_ENDED")] == ["ben"]


def test_a_session_that_ends_because_its_account_is_found_disabled_has_its_row(desk: Bench) -> None:
    desk.add("ben", "operator", token=desk.first_admin())
    ben, kept = desk.token("ben"), account(desk, "ben")
    desk.access.register.put_account(replace(kept, user=replace(kept.user, enabled=False)))
    with pytest.raises(NotSignedInError, match="disabled"):
        desk.access.guard.caller(ben)
    desk.people.tick()
    assert [row.target for row in desk.rows("SESSION_ENDED")] == ["ben"]


def test_a_program_that_acts_does_not_lock_while_it_does_and_one_that_only_looks_does(desk: Bench) -> None:
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin)
    acting, looking = desk.token("ben"), desk.token("ben")
    idle_s = AccessSettings().idle_lock_us / 1e6
    for _ in range(3):
        desk.clock.advance(idle_s * 0.75)
        desk.access.guard.authorise(Permission.ALARM_ACK, acting, scopes=("hall",), target="hall/x")
        desk.front.access(looking).result(5)
    with pytest.raises(NotPermittedError, match="is locked"):
        desk.access.guard.authorise(Permission.ALARM_ACK, looking, scopes=("hall",), target="hall/x")
    desk.access.guard.authorise(Permission.ALARM_ACK, acting, scopes=("hall",), target="hall/x")


def test_the_same_refusal_at_another_place_has_a_row_of_its_own(tmp_path: Path) -> None:
    with bench(tmp_path) as desk:
        admin = desk.first_admin()
        desk.add("ben", "viewer", token=admin)
        for token in (desk.token("ben"), desk.token("ben", place="remote")):
            for _ in range(2):
                with pytest.raises(NotPermittedError):
                    desk.access.guard.authorise(Permission.ALARM_ACK, token, scopes=("hall",), target="hall/x")
        assert {row.place for row in desk.rows("DENIED", target="hall/x")} == {"line1", "remote"}
        assert len(desk.rows("DENIED", target="hall/x")) == 2
