"""The pure parts of acquisition: grid, back-off, link health, read-back comparison, histogram."""

from __future__ import annotations

import random

import pytest

from hmi.acquisition import health as links
from hmi.acquisition.health import LinkHealth
from hmi.acquisition.schedule import Backoff, next_slot
from hmi.acquisition.verify import matches
from hmi.drivers.contract import DeviceFaultError
from hmi.model.devices import Breaker, LinkState
from hmi.model.quality import BAD_COMMUNICATION_ERROR, BAD_DEVICE_FAILURE, BAD_NO_COMMUNICATION, BAD_TIMEOUT
from hmi.model.tags import Scaling, TagDefinition

S = 1_000_000
SILENT = DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT)
REFUSED = DeviceFaultError("refused", "refuses the connection", BAD_COMMUNICATION_ERROR)
BROKEN = DeviceFaultError("exception", "answers 'device failure' (exception 04)", BAD_DEVICE_FAILURE)


def test_the_grid_does_not_drift_and_missed_slots_are_counted() -> None:
    assert next_slot(10 * S, 10 * S + 200_000, S, 0) == (11 * S, 0)
    assert next_slot(10 * S, 11 * S, S, 0) == (12 * S, 1)
    assert next_slot(10 * S, 12 * S + 300_000, S, 0) == (13 * S, 2)
    assert next_slot(10 * S + 250_000, 10 * S + 300_000, S, 250_000) == (11 * S + 250_000, 0)
    first_poll_off_the_grid = 10 * S + 700_000
    assert next_slot(first_poll_off_the_grid, first_poll_off_the_grid + 5, S, 0) == (11 * S, 0)


def test_a_thousand_polls_stay_on_the_grid() -> None:
    due, now, rng = 0, 0, random.Random(3)
    for _ in range(1000):
        now = due + rng.randrange(900_000)
        due, missed = next_slot(due, now, S, 0)
        assert missed == 0
    assert due == 1000 * S


def test_back_off_grows_to_the_maximum_with_jitter_and_begins_anew() -> None:
    backoff = Backoff(10 * S, random.Random(1))
    waits = [backoff.next_us() for _ in range(6)]
    for wait, most in zip(waits, (1, 2, 5, 10, 10, 10), strict=True):
        assert 0.9 * most * S <= wait <= most * S
    assert len(set(waits[3:])) == 3
    backoff.reset()
    assert backoff.next_us() <= S


def fresh() -> LinkHealth:
    return LinkHealth(LinkState.CONNECTING, 0)


def test_two_silent_polls_keep_the_link_three_lose_it() -> None:
    health = links.answered(fresh(), 1 * S)
    seen = []
    for second in (2, 3, 4):
        lost = links.is_lost(SILENT, health.failures + 1)
        health = links.failed(health, SILENT, second * S)
        seen.append((lost, links.tag_status(health, SILENT), health.breaker))
    assert seen == [
        (False, BAD_TIMEOUT, Breaker.CLOSED),
        (False, BAD_TIMEOUT, Breaker.CLOSED),
        (True, BAD_NO_COMMUNICATION, Breaker.OPEN),
    ]
    assert (health.state, health.since_us, health.failing_since_us) == (LinkState.DOWN, 2 * S, 2 * S)
    health = links.probing(health)
    assert health.breaker is Breaker.HALF_OPEN
    health = links.answered(health, 9 * S)
    assert (health.state, health.since_us, health.breaker, health.reconnects) == (
        LinkState.CONNECTED, 9 * S, Breaker.CLOSED, 1,
    )  # fmt: skip
    assert links.answered(health, 10 * S) is health


def test_a_device_that_never_answered_was_never_connected() -> None:
    health = links.failed(fresh(), REFUSED, S)
    assert links.tag_status(health, REFUSED) == BAD_NO_COMMUNICATION
    assert links.is_lost(REFUSED, 1)
    assert links.answered(health, 2 * S).reconnects == 0


def test_a_reason_of_the_device_itself_is_kept() -> None:
    health = fresh()
    for second in range(5):
        health = links.failed(health, BROKEN, second)
    assert links.tag_status(health, BROKEN) == BAD_DEVICE_FAILURE


def test_the_sentence_says_who_what_since_when_and_what_to_do() -> None:
    health = links.failed(links.answered(fresh(), 1), SILENT, 2)
    text = links.sentence("filler", "10.0.0.5:502", health, "14:02:11", "5 s")
    assert text == "filler (10.0.0.5:502) does not answer since 14:02:11: check power and cable; retrying every 5 s"
    again = links.sentence("filler", "10.0.0.5:502", links.answered(health, 3), "14:02:11", "5 s")
    assert again == "filler (10.0.0.5:502) does not answer at 14:02:11; it answers again"


@pytest.mark.parametrize("kind", ["timeout", "refused", "reset", "exception", "protocol", "security", "configuration"])
def test_every_kind_of_fault_has_its_own_advice(kind: str) -> None:
    health = links.failed(fresh(), DeviceFaultError(kind, "x", BAD_TIMEOUT), 1)
    assert ": check the device; retrying" not in links.sentence("a", "b", health, "1", "2")


@pytest.mark.parametrize(
    ("wanted", "readback", "tag", "same"),
    [
        (77, 77.0, TagDefinition("a/b", "d", "x", type="uint16"), True),
        (77, 78.0, TagDefinition("a/b", "d", "x", type="uint16"), False),
        (0.1, 0.10000000149011612, TagDefinition("a/b", "d", "x", type="float32"), True),
        (0.1, 0.1001, TagDefinition("a/b", "d", "x", type="float32"), False),
        (7.04, 7.0, TagDefinition("a/b", "d", "x", type="uint16", scaling=Scaling(scale=0.1)), True),
        (7.06, 7.0, TagDefinition("a/b", "d", "x", type="uint16", scaling=Scaling(scale=0.1)), False),
        (2**63, 2**63, TagDefinition("a/b", "d", "x", type="uint64"), True),
        (2**63 + 1, 2**63, TagDefinition("a/b", "d", "x", type="uint64"), False),
        ("A", "A", TagDefinition("a/b", "d", "x", type="string:4"), True),
        ("A", "B", TagDefinition("a/b", "d", "x", type="string:4"), False),
        (True, 1.0, TagDefinition("a/b", "d", "x", type="bool"), True),
        (True, 0.0, TagDefinition("a/b", "d", "x", type="bool"), False),
    ],
)
def test_a_read_back_is_compared_to_the_precision_of_the_type(
    wanted: object, readback: object, tag: TagDefinition, same: bool
) -> None:
    assert matches(wanted, readback, tag) is same  # type: ignore[arg-type]
