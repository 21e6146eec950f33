"""Signing in at a station: lockout, PIN, badge, second factor, emergency code; what never reaches the trail."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hmi.access.signing_in import BREAK_GLASS_US
from hmi.base.errors import NotPermittedError, NotSignedInError
from hmi.facade.access_data import UserChange
from hmi.model.access import Credentials, Permission, Role, SignatureRule
from hmi.model.station import AccessSettings
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, bench, refusal, totp_code

WRONG = "user name or password is wrong"
STRICT = replace(AccessSettings(), second_factor=("admin",))


@pytest.fixture
def shop(desk: Bench) -> Bench:
    """With `anna`, administrator, and `ben`, operator with PIN and badge."""
    admin = desk.first_admin()
    desk.add("ben", "operator", token=admin, pin="2580", badge="0041-77")
    return desk


def test_unknown_and_known_names_sound_and_work_alike_and_lock_alike(shop: Bench) -> None:
    for pin in ("", "9999"):
        said: dict[str, list[str]] = {}
        work: dict[str, list[int]] = {}
        for name in ("ben", "nobody-here"):
            for _ in range(7):
                before = shop.hasher.work
                words = shop.fail(name, "" if pin else "wrong", pin=pin)
                said.setdefault(name, []).append(words)
                work.setdefault(name, []).append(shop.hasher.work - before)
        limit = 3 if pin else 5
        assert said["ben"] == said["nobody-here"]
        assert work["ben"] == work["nobody-here"] == [1] * limit + [0] * (7 - limit)
        assert all("is wrong" in words for words in said["ben"][:limit])
        assert all("too many failed attempts: wait 15 min" in words for words in said["ben"][limit:])
    assert "Alarms and values stay visible" in shop.fail("ben", PASSWORD)


def test_a_locked_name_may_still_silence_and_everybody_read(shop: Bench) -> None:
    ben = shop.token("ben")
    for _ in range(5):
        shop.fail("ben")
    assert "too many" in shop.fail("ben", PASSWORD)
    shop.access.guard.authorise(Permission.ALARM_SILENCE, "")
    shop.access.guard.authorise(Permission.ALARM_ACK, ben, scopes=("hall",), target="hall/x")  # who is in stays in
    assert shop.front.access("").result(5).configured


def test_a_lock_is_measured_in_time_that_passed_whatever_the_clock_says(shop: Bench) -> None:
    for _ in range(5):
        shop.fail("ben")
    for step in (86_400, -2 * 86_400, 86_400):
        shop.clock.step_wall(step)
        assert "wait 15 min" in shop.fail("ben", PASSWORD)
    shop.clock.advance(600)
    assert "wait 5 min" in shop.fail("ben", PASSWORD)
    shop.clock.advance(299)
    assert "wait 1 s" in shop.fail("ben", PASSWORD)
    shop.clock.advance(1)
    assert shop.token("ben")


def test_a_lock_survives_a_restart_and_a_crash_and_the_time_in_between_does_not_count(shop: Bench) -> None:
    for name in ("ben", "nobody-here"):
        for _ in range(5):
            shop.fail(name)
    shop.clock.advance(600)
    shop.stop()
    shop.clock.step_wall(30 * 86_400)  # off for a month
    shop._start()
    for name in ("ben", "nobody-here"):
        assert "wait 5 min" in shop.fail(name, PASSWORD)
    shop.clock.advance(60)
    shop.crash()
    assert "wait 5 min" in shop.fail("ben", PASSWORD), "what was not kept lasts as long as it was last known"
    shop.clock.advance(300)
    shop.fail("ben")
    assert "wait 15 min" in shop.fail("ben", PASSWORD), "after a lock each failure locks anew"
    shop.clock.advance(900)
    shop.token("ben")
    shop.fail("ben")
    assert shop.token("ben"), "a success forgets the failures before it"


def test_failures_at_the_same_moment_are_all_counted(shop: Bench) -> None:
    futures = [shop.front.sign_in(Credentials("ben", "wrong")) for _ in range(12)]
    words = [refusal(future) for future in futures]
    assert sum(WRONG in word for word in words) <= 6  # two at a time, so one may be under way
    assert shop.access.register.attempts("ben", "password").failures <= 6
    assert "too many" in shop.fail("ben", PASSWORD)


def test_an_administrator_unlocks_a_name_on_record_in_one_transaction(shop: Bench) -> None:
    admin = shop.token("anna")
    for _ in range(5):
        shop.fail("ben")
    for _ in range(3):
        shop.fail("ben", "", pin="9999")
    assert next(item for item in shop.front.users(admin).result(5) if item.name == "ben").locked_s == 900
    shop.change("ben", admin, unlock=True)
    assert shop.token("ben")
    assert shop.token("ben", "", pin="2580")
    (row,) = shop.rows("USER_UNLOCKED")
    assert (row.actor, row.target) == ("anna", "ben")


def test_what_was_typed_into_the_wrong_field_is_nowhere_in_clear(
    shop: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = ["Canary77 secret phrase", "place canary77 of mine", "?canary77", "break-glass canary77"]
    for word in typed:
        shop.fail(word, "x")
        shop.fail(word, "", pin="9999")
        shop.clock.advance(11)
    shop.fail("", "", badge="CANARY77")
    shop.fail("", "", code="CANARY77")
    shop.people.tick()
    assert "canary77" not in repr(shop.rows()).lower()
    assert "canary77" not in caplog.text.lower()
    with shop.database.reader() as connection:
        kept = [row.name for row in connection.execute(text("SELECT name FROM access_attempts"))]
        assert len([name for name in kept if name.startswith("?")]) == 2 * len(typed)
        assert "canary77" not in repr(kept).lower()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"canary77" not in file.read_bytes().lower(), file.name


def test_guessing_fills_neither_trail_nor_memory_nor_table(shop: Bench) -> None:
    rows = len(shop.rows())
    for count in range(60):
        shop.fail(f"guess-{count}")
    assert len(shop.rows()) == rows + 1
    shop.clock.advance(11)
    shop.fail("guess-more")
    assert shop.rows()[-1].result.endswith("59 more attempts with unknown names since the last row")


def test_made_up_names_do_not_flush_out_the_counter_of_a_place(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hmi.access.store.KEPT_ATTEMPTS", 20)
    for _ in range(5):
        shop.fail("", "", badge="wrong-badge")
        shop.fail("", "", code="wrong")
    for count in range(40):
        shop.fail(f"guess-{count}")
    for again in (shop.restart, lambda: None):
        again()
        assert "too many" in shop.fail("", "", badge="0041-77")
        assert "too many" in shop.fail("", "", code="wrong")
    with shop.database.reader() as connection:
        assert connection.execute(text("SELECT count(*) FROM access_attempts")).scalar_one() <= 20


def test_a_pin_is_off_after_three_failures_until_the_password_or_the_end_of_the_lock(shop: Bench) -> None:
    for _ in range(3):
        assert "PIN is wrong" in shop.fail("ben", "", pin="9999")
    assert "too many" in shop.fail("ben", "", pin="2580")
    shop.clock.advance(900)
    assert shop.token("ben", "", pin="2580")
    for _ in range(3):
        shop.fail("ben", "", pin="9999")
    assert shop.token("ben"), "the password is not locked by the PIN"
    assert shop.token("ben", "", pin="2580")


@pytest.mark.parametrize(
    ("roles", "fast"),
    [
        (["operator"], True),
        (["viewer", "maintenance@hall"], True),
        (["supervisor"], True),
        (["engineer"], False),
        (["admin"], False),
        (["operator", "engineer@hall"], False),
    ],
)
def test_pin_and_badge_are_for_the_roles_of_fast_sign_in(shop: Bench, roles: list[str], fast: bool) -> None:
    admin = shop.token("anna")
    shop.add("cleo", *roles, token=admin, pin="1470", badge="0042-88")
    for given in ({"pin": "1470"}, {"badge": "0042-88"}):
        if fast:
            assert shop.sign_in("cleo", "", **given).session.method == next(iter(given))  # type: ignore[union-attr]
        else:
            assert "not enough for" in shop.fail("cleo", "", **given)


def test_a_role_of_the_second_factor_is_never_fast(tmp_path: Path) -> None:
    settings = replace(AccessSettings(), second_factor=("operator",), fast_sign_in=("operator", "viewer"))
    with bench(tmp_path, settings) as desk:
        desk.add("ben", "operator", token=desk.first_admin(), pin="2580", badge="0041-77")
        assert "not enough" in desk.fail("ben", "", pin="2580")
        assert "not enough" in desk.fail("ben", "", badge="0041-77")


def test_misread_badges_lock_the_place_for_badges_only_and_a_good_one_forgets_them(shop: Bench) -> None:
    for _ in range(6):
        for _ in range(4):
            assert "not known" in shop.fail("", "", badge="0099-99")
        assert shop.sign_in("", "", badge="0041-77").session.user == "ben"  # type: ignore[union-attr]
    for _ in range(5):
        shop.fail("", "", badge="0099-99")
    assert "too many" in shop.fail("", "", badge="0041-77")
    assert shop.token("ben")
    assert shop.token("ben", "", pin="2580")


def test_a_disabled_account_is_refused_after_its_secret_on_record(shop: Bench) -> None:
    shop.change("ben", shop.token("anna"), enabled=False)
    for given in ({"password": PASSWORD}, {"password": "", "pin": "2580"}, {"password": "", "badge": "0041-77"}):
        assert "the account is disabled" in shop.fail("ben", **given)
    assert [row.result.partition(":")[2].strip() for row in shop.rows("SIGN_IN_FAILED")] == [
        "the account is disabled: ask the administrator"
    ] * 3
    assert shop.fail("ben", "wrong") == WRONG, "with a wrong secret nothing is told"


def enrol(desk: Bench, name: str, password: str = PASSWORD, **given: str) -> str:
    asked = desk.sign_in(name, password, **given)
    assert asked.needs == "totp_setup"
    return asked.message.partition("secret=")[2].partition("&")[0]


def test_the_second_factor_of_an_administrator(tmp_path: Path) -> None:
    with bench(tmp_path, STRICT) as desk:
        desk.add("anna", "admin")
        seed = enrol(desk, "anna")
        assert "second factor is wrong" in desk.fail("anna", PASSWORD, totp="000000")
        code = totp_code(seed, desk.clock)
        assert desk.token("anna", totp=code)
        assert desk.actions()[-2:] == ["SIGN_IN", "SECOND_FACTOR_ON"]
        assert "was used before" in desk.fail("anna", PASSWORD, totp=code), "a code is good once"
        assert desk.sign_in("anna").needs == "totp"
        desk.clock.advance(30)
        code = totp_code(seed, desk.clock)
        both = [desk.front.sign_in(Credentials("anna", PASSWORD, totp=code)) for _ in range(2)]
        assert sum(future.exception(10) is None for future in both) == 1, "also not twice at the same moment"
        desk.clock.advance(30)
        assert desk.token("anna", totp=totp_code(seed, desk.clock))
        for _ in range(5):
            desk.fail("anna", PASSWORD, totp="000000")
        desk.clock.advance(30)
        assert "too many" in desk.fail("anna", PASSWORD, totp=totp_code(seed, desk.clock))
        assert seed not in repr(desk.rows())
        with desk.database.reader() as connection:
            kept = repr(connection.execute(text("SELECT * FROM access_users")).all())
        assert seed not in kept


def test_a_new_administrator_sets_password_and_second_factor_in_one_go(tmp_path: Path) -> None:
    with bench(tmp_path, STRICT) as desk:
        desk.add("anna", "admin")
        admin = desk.token("anna", totp=totp_code(enrol(desk, "anna"), desk.clock))
        desk.add("ben", "admin", token=admin, must_change=True)
        assert desk.sign_in("ben").needs == "new_password"
        assert "too short" in desk.fail("ben", PASSWORD, new_password="short")
        seed = enrol(desk, "ben", new_password=OTHER)
        desk.clock.advance(300)  # thinking, finding the phone
        assert desk.token("ben", new_password=OTHER, totp=totp_code(seed, desk.clock))
        assert desk.actions()[-3:] == ["SIGN_IN", "PASSWORD_CHANGED", "SECOND_FACTOR_ON"]
        assert desk.sign_in("ben", OTHER).needs == "totp"


def test_a_second_factor_of_ones_own_free_will_and_its_removal(shop: Bench) -> None:
    ben, admin = shop.token("ben"), shop.token("anna")
    assert WRONG in refusal(shop.front.begin_totp(ben, "wrong"))
    assert "begin again" in refusal(shop.front.confirm_totp(ben, "123456"))
    made = shop.front.begin_totp(ben, PASSWORD).result(5)
    assert made.secret in made.uri
    assert made.secret not in repr(made)
    assert "the code is wrong" in refusal(shop.front.confirm_totp(ben, "000000"))
    assert shop.sign_in("ben").needs == "", "it counts once it was right"
    shop.front.confirm_totp(ben, totp_code(made.secret, shop.clock)).result(5)
    assert shop.sign_in("ben").needs == "totp"
    assert shop.token("ben", "", pin="2580"), "a PIN is for roles that need no second factor"
    shop.change("ben", admin, totp=False)
    assert shop.token("ben")
    assert [row.actor for row in shop.rows("SECOND_FACTOR_O*")] == ["ben", "anna"]


def test_a_seed_that_another_key_sealed_says_so_in_words(tmp_path: Path) -> None:
    with bench(tmp_path, STRICT) as desk:
        desk.add("anna", "admin")
        seed = enrol(desk, "anna")
        desk.token("anna", totp=totp_code(seed, desk.clock))
        (tmp_path / "seal.key").unlink()
        desk.restart()
        desk.clock.advance(30)
        said = desk.fail("anna", PASSWORD, totp=totp_code(seed, desk.clock))
        assert "sealed with another key than this station has now" in said
        assert desk.access.sessions.all() == []


def test_the_emergency_code_works_once_for_an_hour_as_administrator_on_record(shop: Bench) -> None:
    admin = shop.token("anna")
    old = shop.front.seal_break_glass(admin).result(5)
    code = shop.front.seal_break_glass(admin).result(5)
    assert len(code.replace("-", "")) == 25
    assert not any(one in repr(shop.rows()) for one in (old, code, code.replace("-", "")))
    assert "not the sealed emergency code" in shop.fail("", "", code=old), "the one before is void"
    assert not shop.access.break_glass_active
    shop.restart()
    answer = shop.sign_in("", "", code=f" {code.lower().replace('-', ' ')} ")
    assert "used up" in answer.message
    assert shop.access.break_glass_active, "an alarm stands on this"
    assert "not the sealed" in shop.fail("", "", code=code)
    shop.change("ben", answer.token, enabled=False)
    assert shop.rows("USER_CHANGED")[-1].actor == "break-glass"
    assert [row.action for row in shop.rows("BREAK_GLASS_*")] == ["BREAK_GLASS_SEALED"] * 2 + ["BREAK_GLASS_USED"]
    with pytest.raises(NotSignedInError, match="about your own account"):
        shop.front.begin_totp(answer.token, PASSWORD).result(5)
    assert "cannot be unlocked again" in refusal(shop.front.lock(answer.token))
    shop.clock.advance(BREAK_GLASS_US / 1e6 - 1)
    assert shop.front.users(answer.token).result(5)
    shop.clock.advance(1)
    with pytest.raises(NotSignedInError, match="has ended"):
        shop.front.users(answer.token).result(5)
    assert not shop.access.break_glass_active


def test_the_emergency_code_is_not_guessed_and_not_used_by_two(shop: Bench) -> None:
    admin = shop.token("anna")
    code = shop.front.seal_break_glass(admin).result(5)
    for _ in range(5):
        assert "not the sealed" in shop.fail("", "", code="AAAAA-AAAAA-AAAAA-AAAAA-AAAAA")
    assert "too many" in shop.fail("", "", code=code)
    shop.clock.advance(900)
    gate, real = threading.Barrier(2), shop.hasher.verify

    def together(kept: str, secret: str) -> bool:
        found = real(kept, secret)
        gate.wait(10)
        return found

    shop.hasher.verify = together  # type: ignore[method-assign]
    futures = [shop.front.sign_in(Credentials(code=code)) for _ in range(2)]
    assert sorted(future.exception(10) is None for future in futures) == [False, True]
    assert [session.method.value for session in shop.access.sessions.all()].count("break_glass") == 1


def test_the_emergency_code_needs_the_right_to_manage_users(shop: Bench) -> None:
    ben = shop.token("ben")
    with pytest.raises(NotPermittedError, match="may not manage users"):
        shop.front.seal_break_glass(ben).result(5)
    assert not shop.front.access().result(5).break_glass_sealed
    shop.rule(Permission.USER_MANAGE, [Role.ADMIN], shop.token("anna"), SignatureRule.OWN)
    with pytest.raises(NotPermittedError, match="needs a signature"):
        shop.front.seal_break_glass(shop.token("anna")).result(5)
    with pytest.raises(NotPermittedError, match="needs a signature"):
        shop.front.change_user("ben", UserChange(enabled=False), shop.token("anna")).result(5)


@pytest.mark.parametrize(
    "given",
    [
        {"user": "\ud800", "password": "\ud800"},
        {"user": "ben", "pin": "\ud800"},
        {"badge": "\ud800\x00"},
        {"code": "\ud800\x00"},
        {"user": "ben", "password": "x" * 100_000},
        {"user": "x" * 100_000, "password": "x"},
        {"user": "\x00", "password": "\x00"},
        {"user": "anna", "password": PASSWORD, "place": "desk", "place_key": "\ud800"},
        {"user": "anna", "password": PASSWORD, "new_password": "\ud800"},
        {},
    ],
)
def test_hostile_credentials_are_wrong_ones_and_no_defect(shop: Bench, given: dict[str, str]) -> None:
    future = shop.front.sign_in(Credentials(**given))
    fault = future.exception(5)
    assert fault is None or isinstance(fault, NotPermittedError), repr(fault)
    assert (fault is None) == ("new_password" in given)


def test_who_guesses_the_emergency_code_elsewhere_does_not_lock_it_here(shop: Bench) -> None:
    code = shop.front.seal_break_glass(shop.token("anna")).result(5)
    for _ in range(6):
        shop.fail("", "", code="AAAAA-AAAAA-AAAAA-AAAAA-AAAAA", place="remote")
    assert "too many" in shop.fail("", "", code=code, place="remote")
    assert shop.token("", "", code=code)
    assert {row.actor for row in shop.rows("SIGN_IN_FAILED")} == {"break-glass"}


def test_the_emergency_code_helps_an_administrator_up_who_has_to_sign_for_users(shop: Bench) -> None:
    admin = shop.token("anna")
    code = shop.front.seal_break_glass(admin).result(5)
    for permission in (Permission.USER_MANAGE, Permission.ALARM_ACK):
        shop.rule(permission, [Role.ADMIN], admin, SignatureRule.OWN)
    token = shop.token("", "", code=code)
    signatures = {right.permission: right.signature for right in shop.front.access(token).result(5).rights}
    assert (signatures["user.manage"], signatures["alarm.ack"]) == ("none", "own")
    shop.change("anna", token, password=OTHER)
    assert shop.token("anna", OTHER, new_password=PASSWORD)
    with pytest.raises(NotPermittedError, match="needs a signature"):
        shop.access.guard.authorise(Permission.ALARM_ACK, token, scopes=("press", "hall"), target="press/jam")


def test_a_pin_replaces_no_second_factor(shop: Bench) -> None:
    ben = shop.token("ben")
    made = shop.front.begin_totp(ben, PASSWORD).result(5)
    shop.front.confirm_totp(ben, totp_code(made.secret, shop.clock)).result(5)
    shop.front.lock(ben).result(5)
    assert shop.token("ben", "", pin="2580", session=ben) == ben
    assert "sign in with password and code first" in refusal(shop.front.begin_totp(ben, PASSWORD))
    shop.clock.advance(30)
    assert shop.token("ben", totp=totp_code(made.secret, shop.clock), session=ben) == ben
    assert shop.front.begin_totp(ben, PASSWORD).result(5).secret != made.secret
