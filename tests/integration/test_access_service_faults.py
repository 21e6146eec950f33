"""When the trail or the database takes nothing: every deed is refused in words and nothing of it happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hmi.access.sessions import Session
from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
from hmi.facade.access_data import AuditQuery, RoleRow, UserChange
from hmi.model.access import AuditRow, Credentials, Permission
from hmi.model.station import AccessSettings, PlaceSettings
from hmi.storage.faults import StorageBusyError, StorageError
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, bench, totp_code

TABLES = ("access_users", "access_rules", "access_control", "access_attempts", "meta", "audit")
PLACES = replace(AccessSettings(), place="desk", places=(PlaceSettings("desk"), PlaceSettings("gate", key="env:X")))


@dataclass
class Shop:
    """A station with `anna`, administrator, and `ben`, operator, both signed in."""

    desk: Bench
    admin: str
    ben: str
    code: str
    seed: str


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with bench(tmp_path, PLACES) as desk:
        admin = desk.first_admin()
        desk.add("ben", "operator", token=admin, pin="2580")
        desk.add("cleo", "operator", token=admin, must_change=True)
        desk.front.take_control("hall", session=admin).exception(5)
        desk.front.hand_over_control("yard", "", admin).result(5)
        code = desk.front.seal_break_glass(admin).result(5)
        ben = desk.token("ben")
        seed = desk.front.begin_totp(ben, PASSWORD).result(5).secret
        yield Shop(desk, admin, ben, code, seed)


def memory(shop: Shop) -> object:
    register = shop.desk.access.register
    sessions = [replace(session, active_mono_us=0) for session in shop.desk.access.sessions.all()]
    return (
        dict(register.accounts), register.table, dict(register.control), register.break_glass_hash, register.revision,
        sessions,
    )  # fmt: skip


def disk(shop: Shop, *without: str) -> object:
    with shop.desk.database.reader() as connection:
        return {
            table: sorted(repr(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
            for table in TABLES
            if table not in without
        }


def ended(shop: Shop) -> str:
    session = shop.desk.front.access(shop.ben).result(5).session
    assert session is not None
    return session.id


Deed = Callable[[Shop], "Future[Any]"]

DEEDS: dict[str, tuple[Deed, list[str]]] = {
    "sign in": (lambda s: s.desk.front.sign_in(Credentials("ben", PASSWORD)), ["SIGN_IN"]),
    "sign in by PIN": (lambda s: s.desk.front.sign_in(Credentials("ben", pin="2580")), ["SIGN_IN"]),
    "switch": (
        lambda s: s.desk.front.sign_in(Credentials("ben", PASSWORD, session=s.admin)), ["SIGN_OUT", "SIGN_IN"],
    ),
    "first own password": (
        lambda s: s.desk.front.sign_in(Credentials("cleo", PASSWORD, new_password=OTHER)),
        ["SIGN_IN", "PASSWORD_CHANGED"],
    ),
    "emergency": (lambda s: s.desk.front.sign_in(Credentials(code=s.code)), ["BREAK_GLASS_USED"]),
    "add": (
        lambda s: s.desk.front.add_user("dora", UserChange(assignments=["viewer"], password=OTHER), s.admin),
        ["USER_ADDED"],
    ),
    "change": (
        lambda s: s.desk.front.change_user("ben", UserChange(assignments=["viewer"]), s.admin), ["USER_CHANGED"],
    ),
    "disable": (lambda s: s.desk.front.change_user("ben", UserChange(enabled=False), s.admin), ["USER_CHANGED"]),
    "reset": (lambda s: s.desk.front.change_user("ben", UserChange(password=OTHER), s.admin), ["PASSWORD_RESET"]),
    "badge": (lambda s: s.desk.front.change_user("ben", UserChange(badge="0041-77"), s.admin), ["BADGE_CHANGED"]),
    "unlock": (lambda s: s.desk.front.change_user("ben", UserChange(unlock=True), s.admin), ["USER_UNLOCKED"]),
    "own password": (lambda s: s.desk.front.change_own_password(s.ben, PASSWORD, OTHER), ["PASSWORD_CHANGED"]),
    "own PIN": (lambda s: s.desk.front.set_own_pin(s.ben, PASSWORD, "1470"), ["PIN_CHANGED"]),
    "second factor": (
        lambda s: s.desk.front.confirm_totp(s.ben, totp_code(s.seed, s.desk.clock)), ["SECOND_FACTOR_ON"],
    ),
    "seal": (lambda s: s.desk.front.seal_break_glass(s.admin), ["BREAK_GLASS_SEALED"]),
    "role": (
        lambda s: s.desk.front.set_role(RoleRow("audit.read", ["admin"], "none"), s.admin), ["ROLE_CHANGED"],
    ),
    "take": (lambda s: s.desk.front.take_control("yard", session=s.ben), ["CONTROL_TAKEN"]),
    "hand over": (lambda s: s.desk.front.hand_over_control("hall", "gate", s.ben), ["CONTROL_HANDED_OVER"]),
    "end": (lambda s: s.desk.front.end_session(ended(s), s.admin), ["SESSION_ENDED"]),
    "export": (lambda s: s.desk.front.audit_csv(AuditQuery(), s.admin), ["AUDIT_EXPORTED"]),
}  # fmt: skip


@contextmanager
def refusing(shop: Shop, table: str) -> Iterator[None]:
    """The database takes everything but rows of one table."""
    writer = shop.desk.database.writer
    refuse = f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    writer.run(lambda connection: connection.execute(text(refuse)))
    try:
        yield
    finally:
        writer.run(lambda connection: connection.execute(text("DROP TRIGGER refuse")))


@contextmanager
def locked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Another program holds the database."""
    from pysqlite3 import dbapi2

    shop.desk.database.writer.run(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout=50").close())
    other = dbapi2.connect(str(shop.desk.database.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_and_its_row_are_stored_together_or_not_at_all(shop: Shop, name: str) -> None:
    deed, actions = DEEDS[name]
    before = memory(shop), disk(shop)
    with refusing(shop, "audit"):
        assert deed(shop).exception(10) is not None
    assert (memory(shop), disk(shop)) == before
    count = len(shop.desk.rows())
    deed(shop).result(10)
    assert [row.action for row in shop.desk.rows()[count:]] == actions
    if name != "export":
        assert memory(shop) != before[0]


FACTS = {
    "sign in": "access_users", "emergency": "meta", "add": "access_users", "change": "access_users",
    "own PIN": "access_users", "seal": "meta", "role": "access_rules", "take": "access_control",
    "hand over": "access_control",
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_no_row_stands_for_what_could_not_be_stored(shop: Shop, name: str) -> None:
    deed, _ = DEEDS[name]
    before = memory(shop), disk(shop)
    with refusing(shop, FACTS[name]):
        assert deed(shop).exception(10) is not None
    assert (memory(shop), disk(shop)) == before


@pytest.mark.parametrize("name", DEEDS)
def test_a_locked_database_refuses_in_words(shop: Shop, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    deed, _ = DEEDS[name]
    before = memory(shop), disk(shop)
    with locked(shop, monkeypatch):
        fault = deed(shop).exception(20)
    assert isinstance(fault, StorageError), repr(fault)
    assert "locked by another program" in str(fault)
    assert (memory(shop), disk(shop)) == before
    deed(shop).result(10)


def test_failures_count_also_while_they_cannot_be_stored(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    front = shop.desk.front
    with locked(shop, monkeypatch):
        for _ in range(5):
            assert isinstance(front.sign_in(Credentials("ben", "wrong")).exception(20), StorageError)
        fault = front.sign_in(Credentials("ben", PASSWORD)).exception(20)
        assert isinstance(fault, NotPermittedError)
        assert "too many failed attempts" in str(fault)
        shop.desk.access.guard.authorise(Permission.ALARM_SILENCE, "")  # and the horn falls silent all the same


def test_signing_out_and_locking_always_happen_and_are_recorded_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = shop.desk
    with locked(shop, monkeypatch):
        desk.front.lock(shop.ben).result(20)
        desk.front.sign_out(shop.ben).result(20)
        with pytest.raises(NotSignedInError):
            desk.front.lock(shop.ben).result(5)
        desk.clock.advance(600)
        desk.people.tick()
    desk.people.tick()
    rows = [(row.action, row.actor) for row in desk.rows()]
    assert rows[-3:] == [("LOCK", "ben"), ("SIGN_OUT", "ben"), ("LOCK", "anna")]
    assert len([row for row in rows if row[0] in ("LOCK", "SIGN_OUT")]) == 3, "each once"


def test_what_the_database_did_not_take_in_time_does_not_happen_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setattr("hmi.access.register._STORE_TIMEOUT_S", 0.05)
    hold, begun = threading.Event(), threading.Event()

    def stall(_connection: object) -> None:
        begun.set()
        hold.wait(20)

    desk = shop.desk
    before = memory(shop), disk(shop)
    desk.database.writer.submit(stall)
    assert begun.wait(10)
    fault = desk.front.change_user("ben", UserChange(enabled=False), shop.admin).exception(10)
    hold.set()
    assert isinstance(fault, StorageBusyError)
    assert "nothing was changed" in str(fault)
    desk.database.writer.run(lambda _connection: None)
    assert (memory(shop), disk(shop)) == before


def test_a_flood_of_refusals_does_not_fill_the_trail(shop: Shop) -> None:
    desk, guard = shop.desk, shop.desk.access.guard
    count = len(desk.rows())

    def flood(targets: int) -> None:
        for number in range(targets):
            for token in (shop.ben, ""):
                with pytest.raises(NotPermittedError):
                    guard.authorise(Permission.BACKUP_CREATE, token, target=f"thing{number}")

    for _ in range(50):
        flood(1)
    assert len(desk.rows()) == count + 2, "the same refusal once a minute"
    flood(600)
    assert len(desk.rows("DENIED")) == 500, "of many different ones in a minute the first"
    desk.clock.advance(61)
    flood(1)
    assert desk.rows()[-1].action == "DENIED"


def test_ends_of_sessions_that_wait_to_be_recorded_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    register = shop.desk.access.register
    row = AuditRow(1, "anna", "SESSION_ENDED")
    with locked(shop, monkeypatch):
        for _ in range(1_200):
            register.keep(row)
        with pytest.raises(PlantError):
            register.record_kept()
    assert register.record_kept() == 1_000
    assert register.record_kept() == 0


def test_a_session_without_its_row_was_never_open(shop: Shop) -> None:
    seen: list[Session] = []
    admit = shop.desk.access.sessions.admit
    shop.desk.access.sessions.admit = lambda token, session: (seen.append(session), admit(token, session))[1]  # type: ignore[method-assign]
    with refusing(shop, "audit"):
        assert shop.desk.front.sign_in(Credentials("ben", PASSWORD)).exception(10) is not None
    assert seen == []
