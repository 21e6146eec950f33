"""Signatures: for one action, once, within a minute; the seal covers every component."""

from __future__ import annotations

import pytest

from hmi.access.signatures import Signatures, is_genuine
from hmi.base.errors import NotPermittedError
from hmi.model.access import Permission
from hmi.secrets.sealing import SealingKey
from tests.helpers.clock import ManualClock

KEY = SealingKey(b"k" * 32, source="test")
ACK = Permission.ALARM_ACK


class Desk:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.signatures = Signatures(KEY, self.clock)

    def give(self, target: str = "press/jam", session: str = "s1", approver: str = "ben") -> str:
        return self.signatures.give(ACK, target, "checked", session, "anna", approver)


def test_it_is_taken_once() -> None:
    desk = Desk()
    token = desk.give()
    signed = desk.signatures.use(token, ACK, "press/jam", "s1")
    assert (signed.approver, signed.reason) == ("ben", "checked")
    assert is_genuine(KEY, signed.seal, "press/jam", "checked", "anna", "ben")
    with pytest.raises(NotPermittedError, match="used before or is older than a minute"):
        desk.signatures.use(token, ACK, "press/jam", "s1")


def test_it_is_valid_for_a_minute_on_a_clock_that_never_steps() -> None:
    desk = Desk()
    first, second, third = desk.give(), desk.give(), desk.give()
    desk.clock.step_wall(-86_400)
    desk.clock.advance(59.9)
    desk.signatures.use(first, ACK, "press/jam", "s1")
    desk.clock.advance(0.1)
    with pytest.raises(NotPermittedError, match="older than a minute"):
        desk.signatures.use(second, ACK, "press/jam", "s1")
    desk.clock.step_wall(-86_400)
    with pytest.raises(NotPermittedError, match="older than a minute"):
        desk.signatures.use(third, ACK, "press/jam", "s1")


@pytest.mark.parametrize(
    ("permission", "target", "session"),
    [(Permission.ALARM_RESET, "press/jam", "s1"), (ACK, "press/jam2", "s1"), (ACK, "press/jam", "s2"), (ACK, "", "s1")],
)
def test_it_fits_no_other_action_target_or_session_and_is_lost_by_trying(
    permission: Permission, target: str, session: str
) -> None:
    desk = Desk()
    token = desk.give()
    with pytest.raises(NotPermittedError, match="another action"):
        desk.signatures.use(token, permission, target, session)
    with pytest.raises(NotPermittedError):
        desk.signatures.use(token, ACK, "press/jam", "s1")


@pytest.mark.parametrize("token", ["", "made up", "\ud800", "x" * 100_000])
def test_what_was_never_given_is_refused(token: str) -> None:
    desk = Desk()
    desk.give()
    with pytest.raises(NotPermittedError):
        desk.signatures.use(token, ACK, "press/jam", "s1")


def test_the_number_that_wait_is_bounded_and_old_ones_make_room() -> None:
    desk = Desk()
    for _ in range(100):
        desk.give()
    with pytest.raises(NotPermittedError, match="too many signatures"):
        desk.give()
    desk.clock.advance(60)
    desk.give()


def test_every_component_is_under_the_seal() -> None:
    desk = Desk()
    seal = desk.signatures.use(desk.give(), ACK, "press/jam", "s1").seal
    whole = {"target": "press/jam", "reason": "checked", "actor": "anna", "approver": "ben"}
    assert is_genuine(KEY, seal, **whole)
    for name in whole:
        assert not is_genuine(KEY, seal, **{**whole, name: "other"}), name
    permission, t, mac = seal.split(" ")
    assert (permission, len(mac)) == ("alarm.ack", 64)
    for forged in (f"alarm.reset {t} {mac}", f"{permission} {t[:-2]}9Z {mac}", f"{permission} {t} {'0' * 64}", "", "x"):
        assert not is_genuine(KEY, forged, **whole), forged
    assert not is_genuine(SealingKey(b"o" * 32, source="test"), seal, **whole)
