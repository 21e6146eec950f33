"""Electronic signatures and control places of a station, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from hmi.access.accounts import deed_row
from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
from hmi.facade.access_data import RoleRow, SignatureRequest, UserChange
from hmi.model.access import AuditRow, Credentials, Deed, Permission, Role, SignatureRule
from hmi.model.station import AccessSettings, PlaceSettings
from tests.helpers.access_bench import OTHER, PASSWORD, Bench, bench, refusal, totp_code

ACK = Permission.ALARM_ACK
JAM = "press/jam"
WORKERS = [role for role in Role if role not in (Role.NOBODY, Role.VIEWER)]
BEN = Credentials("ben", PASSWORD)


@pytest.fixture
def shop(desk: Bench) -> Bench:
    """Acknowledging asks for two: `anna` administers, `ben`, `cleo` and `emil` operate, `dora` only looks."""
    admin = desk.first_admin()
    for name, role in (("ben", "operator"), ("cleo", "operator@hall"), ("dora", "viewer"), ("emil", "operator@yard")):
        desk.add(name, role, token=admin)
    desk.rule(ACK, WORKERS, admin, SignatureRule.TWO)
    return desk


def acknowledge(desk: Bench, token: str, signature: str, target: str = JAM) -> Deed:
    """What the facade does before an alarm is acknowledged; the row is stored as the alarm service does."""
    scopes = desk.people.scopes(target.partition("/")[0])
    deed = desk.access.guard.authorise(ACK, token, scopes=scopes, target=target, signature=signature)
    row = replace(deed_row(deed, desk.clock.now_us(), "ALARM_ACK", target), result="done")
    desk.people.trail.record(row).result(5)
    return deed


def test_both_names_and_the_reason_stand_in_one_row_with_a_genuine_seal(shop: Bench) -> None:
    cleo = shop.token("cleo")
    signature = shop.sign(ACK, JAM, cleo, reason="  jam\n cleared ", second=Credentials(" BEN ", PASSWORD))
    acknowledge(shop, cleo, signature)
    (row,) = shop.rows("ALARM_ACK")
    assert (row.actor, row.approver, row.reason, row.session) == (
        "cleo", "ben", "jam cleared", shop.front.access(cleo).result(5).session.id,  # type: ignore[union-attr]
    )  # fmt: skip
    assert row.signature.startswith("alarm.ack 2025-11-21T08:00:00")
    assert shop.access.has_genuine_seal(row)
    for field in ("target", "reason", "actor", "approver"):
        assert not shop.access.has_genuine_seal(replace(row, **{field: "other"})), field
    shop.people.tick()
    verdict = shop.front.verify_audit(shop.token("anna")).result(5)
    assert (verdict.ok, verdict.reason) == (True, "")
    with pytest.raises(NotPermittedError, match="used before"):
        acknowledge(shop, cleo, signature)
    assert shop.rows("DENIED")[-1].new == "alarm.ack"


def test_every_signed_deed_about_people_verifies(shop: Bench) -> None:
    admin, front = shop.token("anna"), shop.front
    shop.rule(Permission.USER_MANAGE, [Role.ADMIN], admin, SignatureRule.OWN)

    def sign(target: str) -> str:
        return shop.sign(Permission.USER_MANAGE, target, admin)

    front.add_user("fred", UserChange(assignments=["viewer"], password=PASSWORD), admin, sign("fred")).result(5)
    everything = UserChange(
        title="Fred F.", assignments=["operator"], password=OTHER, pin="2580", badge="0041-99", totp=False, unlock=True
    )
    front.change_user("fred", everything, admin, sign("fred")).result(5)
    front.seal_break_glass(admin, sign("break-glass")).result(5)
    shop.rule(Permission.ROLE_MANAGE, [Role.ADMIN], admin, SignatureRule.OWN)
    signature = shop.sign(Permission.ROLE_MANAGE, "alarm.ack", admin)
    front.set_role(RoleRow("alarm.ack", ["admin"], "none"), admin, signature).result(5)
    assert {stored.row.action for stored in shop.people.trail.signed()} == {
        "USER_ADDED", "USER_CHANGED", "USER_UNLOCKED", "PASSWORD_RESET", "PIN_CHANGED", "BADGE_CHANGED",
        "SECOND_FACTOR_OFF", "BREAK_GLASS_SEALED", "ROLE_CHANGED",
    }  # fmt: skip
    found = shop.people.verify()
    assert found.ok, found.reason


def test_a_row_that_was_sealed_elsewhere_is_found_by_verify(shop: Bench) -> None:
    cleo = shop.token("cleo")
    acknowledge(shop, cleo, shop.sign(ACK, JAM, cleo, second=BEN))
    good = shop.rows("ALARM_ACK")[0]
    # somebody who can write to the database and knows how rows are chained, but has not the station's key
    forged = replace(good, actor="ben", approver="cleo")
    shop.people.trail.record(forged).result(5)
    verdict = shop.people.verify()
    with shop.database.reader() as connection:
        newest = connection.execute(text("SELECT max(seq) FROM audit")).scalar_one()
    assert (verdict.ok, verdict.first_bad_seq) == (False, newest)
    assert "not made by this station's key" in verdict.reason


@pytest.mark.parametrize("reason", ["x" * 500, "Ventil 7 geprüft – dicht"])
def test_a_long_reason_still_verifies(shop: Bench, reason: str) -> None:
    cleo = shop.token("cleo")
    acknowledge(shop, cleo, shop.sign(ACK, JAM, cleo, reason=reason, second=BEN))
    assert shop.people.verify().ok


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "a\x00b", "a\ud800b", "a\x1bb"])
def test_a_reason_the_trail_could_not_keep_to_the_letter_is_refused(shop: Bench, reason: str) -> None:
    with pytest.raises(PlantError, match="reason"):
        shop.sign(ACK, JAM, shop.token("cleo"), reason=reason, second=BEN)


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (None, "a second person has to approve"),
        (Credentials("  ", PASSWORD), "a second person has to approve"),
        (Credentials("cleo", PASSWORD), "somebody else"),
        (Credentials(" CLEO ", PASSWORD), "somebody else"),
        (Credentials("dora", PASSWORD), "dora may not approve this"),
        (Credentials("emil", PASSWORD), "emil may not approve this"),
        (Credentials("ben", "wrong"), "user name or password is wrong"),
        (Credentials("ben", pin="2580"), "user name or password is wrong"),
        (Credentials("nobody-here", PASSWORD), "user name or password is wrong"),
    ],
)
def test_the_second_person_is_another_one_with_the_same_right(
    shop: Bench, second: Credentials | None, words: str
) -> None:
    cleo = shop.token("cleo")
    with pytest.raises(NotPermittedError, match=words):
        shop.sign(ACK, JAM, cleo, second=second)
    with pytest.raises(NotPermittedError, match="needs a signature"):
        acknowledge(shop, cleo, "")
    assert shop.rows("ALARM_ACK") == []


def test_a_refused_approver_is_on_record(shop: Bench) -> None:
    with pytest.raises(NotPermittedError):
        shop.sign(ACK, JAM, shop.token("cleo"), second=Credentials("emil", PASSWORD))
    assert (shop.rows("DENIED")[0].actor, "emil" in shop.rows("DENIED")[0].result) == ("cleo", True)


def test_who_signs_needs_the_right_in_that_area_and_a_session_of_their_own(shop: Bench) -> None:
    emil = shop.token("emil")
    with pytest.raises(NotPermittedError, match="may not acknowledge alarms in press"):
        shop.sign(ACK, JAM, emil, second=BEN)
    assert shop.sign(ACK, "tank/low", emil, second=BEN)
    for token in ("", "phs_forged"):
        with pytest.raises(NotSignedInError):
            shop.sign(ACK, JAM, token, second=BEN)
    cleo = shop.token("cleo")
    wrong = SignatureRequest(ACK.value, JAM, "why", Credentials("ben", PASSWORD), BEN)
    assert "not the credentials of cleo" in refusal(shop.front.sign(wrong, cleo))
    wrong = SignatureRequest(ACK.value, JAM, "why", Credentials(password="wrong"), BEN)
    assert "is wrong" in refusal(shop.front.sign(wrong, cleo))
    shop.front.lock(cleo).result(5)
    with pytest.raises(NotSignedInError):
        shop.sign(ACK, JAM, cleo, second=BEN)
    code = shop.front.seal_break_glass(shop.token("anna")).result(5)
    with pytest.raises(NotPermittedError, match="emergency code cannot sign"):
        shop.sign(ACK, JAM, shop.sign_in("", "", code=code).token, second=BEN)
    assert "no action x" in refusal(shop.front.sign(SignatureRequest("x", "", "why", BEN), shop.token("ben")))
    unsigned = SignatureRequest("backup.create", "backup", "why", Credentials(password=PASSWORD))
    assert "asks for no signature" in refusal(shop.front.sign(unsigned, shop.token("anna")))


def test_a_signature_belongs_to_one_target_one_session_one_minute(shop: Bench) -> None:
    cleo, ben = shop.token("cleo"), shop.token("ben")
    with pytest.raises(NotPermittedError, match="another action"):
        acknowledge(shop, cleo, shop.sign(ACK, JAM, cleo, second=BEN), "press/other")
    with pytest.raises(NotPermittedError, match="another action"):
        acknowledge(shop, ben, shop.sign(ACK, JAM, cleo, second=BEN))
    late = shop.sign(ACK, JAM, cleo, second=BEN)
    shop.clock.advance(60)
    with pytest.raises(NotPermittedError, match="older than a minute"):
        acknowledge(shop, cleo, late)
    assert shop.rows("ALARM_ACK") == []


def test_a_rule_that_became_stricter_holds_for_signatures_given_before(shop: Bench) -> None:
    admin, cleo = shop.token("anna"), shop.token("cleo")
    shop.rule(ACK, WORKERS, admin, SignatureRule.OWN)
    alone = shop.sign(ACK, JAM, cleo)
    shop.rule(ACK, WORKERS, admin, SignatureRule.TWO)
    with pytest.raises(NotPermittedError, match="second person has to approve by now"):
        acknowledge(shop, cleo, alone)


def test_a_password_somebody_else_gave_neither_signs_nor_approves(shop: Bench) -> None:
    admin = shop.token("anna")
    cleo = shop.token("cleo")
    shop.change("ben", admin, password=OTHER)  # anna knows it now
    with pytest.raises(NotPermittedError, match="ben has to choose a password of their own first"):
        shop.sign(ACK, JAM, cleo, second=Credentials("ben", OTHER))


def test_the_second_factor_is_part_of_a_signature(shop: Bench) -> None:
    cleo = shop.token("cleo")
    seed = shop.front.begin_totp(cleo, PASSWORD).result(5).secret
    shop.front.confirm_totp(cleo, totp_code(seed, shop.clock)).result(5)
    with pytest.raises(NotPermittedError, match="second factor is missing"):
        shop.sign(ACK, JAM, cleo, second=BEN)
    shop.clock.advance(30)
    code = totp_code(seed, shop.clock)
    wanted = SignatureRequest(ACK.value, JAM, "checked", Credentials(password=PASSWORD, totp=code), BEN)
    assert shop.front.sign(wanted, cleo).result(5)
    assert "was used before" in refusal(shop.front.sign(wanted, cleo))


def test_wrong_passwords_of_signatures_lock_the_name(shop: Bench) -> None:
    cleo = shop.token("cleo")
    for _ in range(5):
        with pytest.raises(NotPermittedError):
            shop.sign(ACK, JAM, cleo, second=Credentials("ben", "wrong"))
    assert "too many" in shop.fail("ben", PASSWORD)


# control places

PLACES = replace(
    AccessSettings(),
    place="hall-desk",
    places=(
        PlaceSettings("hall-desk", "Hall desk"),
        PlaceSettings("yard-desk", "Yard desk", key="env:TEST_YARD_KEY"),
        PlaceSettings("gate", "Gate", view_only=True, key="env:TEST_GATE_KEY"),
    ),
)


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("TEST_YARD_KEY", "yard key")
    monkeypatch.setenv("TEST_GATE_KEY", "gate key")
    with bench(tmp_path, PLACES) as desk:
        admin = desk.first_admin()
        for name, role in (("ben", "operator"), ("cleo", "operator@hall"), ("sam", "supervisor")):
            desk.add(name, role, token=admin)
        yield desk


def holders(desk: Bench) -> dict[str, str]:
    return {control.area: control.place for control in desk.front.access().result(5).control}


def at_yard(desk: Bench, name: str) -> str:
    return desk.token(name, place="yard-desk", place_key="yard key")


def may_ack(desk: Bench, token: str, area: str) -> str:
    try:
        desk.access.guard.authorise(ACK, token, scopes=desk.people.scopes(area), target=f"{area}/x")
    except NotPermittedError as fault:
        return str(fault)
    return ""


def test_the_stations_own_place_begins_with_every_area_on_record(yard: Bench) -> None:
    assert holders(yard) == {"hall": "hall-desk", "yard": "hall-desk"}
    rows = [(row.action, row.target, row.new, row.actor) for row in yard.rows("CONTROL_*")]
    assert rows == [("CONTROL_TAKEN", area, "hall-desk", "system") for area in ("hall", "yard")]
    yard.restart()
    assert len(yard.rows("CONTROL_*")) == 2


@pytest.mark.parametrize("gone", [True, False], ids=["taken out", "view only now"])
def test_areas_of_a_place_that_is_gone_come_back_on_record(yard: Bench, gone: bool) -> None:
    yard.front.hand_over_control("yard", "yard-desk", yard.token("ben")).result(5)
    yard.front.hand_over_control("hall", "", yard.token("ben")).result(5)
    yard.restart()
    assert holders(yard) == {"hall": "", "yard": "yard-desk"}, "what was given away or set free stays so"
    desk, other, gate = PLACES.places
    yard.restart(replace(PLACES, places=(desk, gate) if gone else (desk, replace(other, view_only=True), gate)))
    assert holders(yard) == {"hall": "", "yard": "hall-desk"}
    row = yard.rows("CONTROL_TAKEN")[-1]
    assert (row.actor, row.target, row.old, row.new) == ("system", "yard", "yard-desk", "hall-desk")
    assert row.reason == "yard-desk is no place that controls any more"
    assert may_ack(yard, yard.token("ben"), "tank") == ""


@pytest.mark.parametrize(
    ("place", "key"),
    [("yard-desk", ""), ("yard-desk", "gate key"), ("hall-desk", ""), ("nowhere", "yard key"), ("gate", "")],
)
def test_another_place_has_to_be_proven(yard: Bench, place: str, key: str) -> None:
    assert "has not proven to be at" in yard.fail("ben", PASSWORD, place=place, place_key=key)


def test_only_the_place_that_controls_an_area_acts_in_it(yard: Bench) -> None:
    here, there = yard.token("ben"), at_yard(yard, "ben")
    remote = yard.token("ben", place="remote")
    gate = yard.token("sam", place="gate", place_key="gate key")
    assert may_ack(yard, here, "press") == ""
    assert "hall is controlled by hall-desk: ask for control or take it first" in may_ack(yard, there, "press")
    assert "hall is controlled by hall-desk" in may_ack(yard, remote, "press")
    assert "gate is a view-only station" in may_ack(yard, gate, "press")
    # the horn is everybody's
    for token in (there, remote, gate, ""):
        yard.access.guard.authorise(Permission.ALARM_SILENCE, token)
    denied = [(row.place, row.actor) for row in yard.rows("DENIED")]
    assert denied == [("yard-desk", "ben"), ("remote", "ben"), ("gate", "sam")], "one row a minute for each place"


def test_a_role_on_a_line_is_shown_only_while_the_place_controls_its_area(yard: Bench) -> None:
    yard.add("lea", "operator@press", token=yard.token("anna"))
    here, there = yard.token("lea"), at_yard(yard, "lea")

    def shown(token: str) -> tuple[list[str], str]:
        rights = yard.front.access(token).result(5).rights
        return next((right.areas, right.reason) for right in rights if right.permission == ACK.value)

    assert shown(here) == (["press"], "")
    assert shown(there) == ([], "hall is controlled by hall-desk: ask for control or take it first")


def test_asking_handing_over_freeing_and_taking_are_on_record(yard: Bench) -> None:
    here, there, front = yard.token("ben"), at_yard(yard, "sam"), yard.front
    asked = front.take_control("yard", session=there).result(5)
    assert (asked.place, asked.requested_place, asked.requested_by) == ("hall-desk", "yard-desk", "sam")
    assert "has asked for yard already" in refusal(front.take_control("yard", session=there))
    assert "controls yard already" in refusal(front.take_control("yard", session=here))
    assert "is controlled by hall-desk, not by yard-desk" in refusal(front.hand_over_control("yard", "gate", there))
    assert "view-only" in refusal(front.hand_over_control("yard", "gate", here))
    assert "not a configured place" in refusal(front.hand_over_control("yard", "moon", here))
    given = front.hand_over_control("yard", "yard-desk", here).result(5)
    assert (given.place, given.requested_place, given.by) == ("yard-desk", "", "ben")
    assert may_ack(yard, there, "tank") == ""
    assert "yard is controlled by yard-desk" in may_ack(yard, here, "tank")
    front.hand_over_control("yard", "", there).result(5)
    assert "nobody controls yard: take control of it first" in may_ack(yard, there, "tank")
    front.take_control("yard", session=here).result(5)
    yard.restart()
    assert holders(yard) == {"hall": "hall-desk", "yard": "hall-desk"}
    rows = [(row.action, row.actor, row.old, row.new) for row in yard.rows("CONTROL_*", target="yard")]
    assert rows == [
        ("CONTROL_TAKEN", "system", "", "hall-desk"),
        ("CONTROL_REQUESTED", "sam", "hall-desk", "yard-desk"),
        ("CONTROL_HANDED_OVER", "ben", "hall-desk", "yard-desk"),
        ("CONTROL_HANDED_OVER", "sam", "yard-desk", ""),
        ("CONTROL_TAKEN", "ben", "", "hall-desk"),
    ]


def test_force_needs_a_reason_and_the_right(yard: Bench) -> None:
    front = yard.front
    with pytest.raises(NotPermittedError, match="may not take control by force"):
        front.take_control("yard", "fire", True, at_yard(yard, "ben")).result(5)
    sam = at_yard(yard, "sam")
    assert "needs a reason" in refusal(front.take_control("yard", " \n", True, sam))
    front.take_control("yard", " nobody at the hall desk ", True, sam).result(5)
    row: AuditRow = yard.rows("CONTROL_FORCED")[0]
    assert (row.old, row.new, row.reason, row.place) == (
        "hall-desk", "yard-desk", "nobody at the hall desk", "yard-desk",
    )  # fmt: skip
    with pytest.raises(NotPermittedError, match="may not take control in yard"):
        front.take_control("yard", session=yard.token("cleo")).result(5)
    assert "no area moon" in refusal(front.take_control("moon", session=sam))
    with pytest.raises(NotPermittedError, match="'remote' is not a configured place"):
        front.take_control("hall", "fire", True, yard.token("sam", place="remote")).result(5)
    assert holders(yard) == {"hall": "hall-desk", "yard": "yard-desk"}
    assert {row.place for row in yard.rows("DENIED")} == {"yard-desk", "hall-desk", "remote"}


def test_two_places_cannot_take_a_free_area_at_the_same_moment(yard: Bench) -> None:
    here, there = yard.token("ben"), at_yard(yard, "ben")
    yard.front.hand_over_control("yard", "", here).result(5)
    futures = [yard.front.take_control("yard", session=token) for token in (here, there)]
    answers = [future.result(5) for future in futures]
    assert len({answer.place for answer in answers}) == 1
    assert len([row for row in yard.rows("CONTROL_TAKEN", target="yard") if row.actor == "ben"]) == 1


def test_a_view_only_station_is_so_for_everybody_who_acts_through_it(tmp_path: Path) -> None:
    with bench(tmp_path, replace(AccessSettings(), view_only=True)) as desk:
        for token in ("", desk.first_admin(), desk.token("anna", place="remote")):
            assert "is a view-only station" in may_ack(desk, token, "press")
            desk.access.guard.authorise(Permission.ALARM_SILENCE, token)


def test_a_station_without_places_has_nothing_to_hand_over(desk: Bench) -> None:
    admin = desk.first_admin()
    assert holders(desk) == {}
    assert "no control places are configured" in refusal(desk.front.take_control("hall", session=admin))
    assert may_ack(desk, desk.token("anna", place="remote"), "press") == ""
