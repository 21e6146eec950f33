"""Sessions: idle lock, end, limits, and why one is no more."""

from __future__ import annotations

import threading

import pytest

from hmi.access.sessions import Session, SessionLimits, Sessions
from hmi.base.errors import BusyError, NotSignedInError
from hmi.model.access import Method
from tests.helpers.clock import ManualClock

MINUTE_US = 60_000_000


class Book:
    """Sessions with what they told."""

    def __init__(self, **limits: int) -> None:
        self.clock = ManualClock()
        self.ended: list[tuple[str, str]] = []
        self.idle: list[str] = []
        given = {"per_user": 3, "total": 50, "length_us": 600 * MINUTE_US, "idle_us": 10 * MINUTE_US, **limits}
        self.sessions = Sessions(SessionLimits(**given), self.clock, self._on_end, self._on_idle)

    def _on_end(self, session: Session, reason: str) -> None:
        self.ended.append((session.user, reason))

    def _on_idle(self, session: Session) -> None:
        self.idle.append(session.user)

    def open(self, user: str, method: Method = Method.PASSWORD, **more: int) -> str:
        token, session = self.sessions.prepare(user, "desk", method, **more)  # type: ignore[arg-type]
        self.sessions.admit(token, session)
        return token

    def why(self, token: str) -> str:
        with pytest.raises(NotSignedInError) as caught:
            self.sessions.find(token)
        return str(caught.value)


def test_nothing_is_open_before_it_is_admitted() -> None:
    book = Book()
    token, session = book.sessions.prepare("anna", "desk", Method.PASSWORD)
    assert book.sessions.all() == []
    assert "not known here" in book.why(token)
    book.sessions.admit(token, session)
    assert book.sessions.find(token) == session


def test_tokens_are_long_never_alike_and_not_kept() -> None:
    book = Book(total=1000, per_user=1000)
    tokens = {book.open("anna") for _ in range(200)}
    assert len(tokens) == 200
    assert all(token.startswith("phs_") and len(token) > 40 for token in tokens)
    assert len({session.id for session in book.sessions.all()}) == 200
    kept = repr(vars(book.sessions))
    assert not any(token in kept for token in tokens)


@pytest.mark.parametrize(
    "change", [lambda t: t + "x", lambda t: t[:-1], lambda t: t.swapcase(), lambda t: "", lambda t: "\ud800"]
)
def test_a_token_that_differs_is_nobodys(change: object) -> None:
    book = Book()
    token = book.open("anna")
    assert "not known here" in book.why(change(token))  # type: ignore[operator]
    assert book.sessions.find(token).user == "anna"


def test_it_locks_when_nobody_was_there_and_keeps_who_it_was() -> None:
    book = Book()
    token = book.open("anna")
    book.clock.advance(599)
    book.sessions.touch(token)
    book.clock.advance(599)
    assert not book.sessions.find(token).locked
    book.clock.advance(1)
    assert book.sessions.find(token).locked
    book.sessions.touch(token)
    assert book.sessions.find(token).locked, "touching does not unlock"
    assert book.idle == ["anna"]
    assert not book.sessions.unlock(token).locked
    book.clock.advance(599)
    assert not book.sessions.find(token).locked


@pytest.mark.parametrize("step", [86_400, -86_400])
def test_a_stepped_clock_neither_locks_nor_ends_a_session(step: float) -> None:
    book = Book()
    token = book.open("anna")
    book.clock.step_wall(step)
    assert not book.sessions.find(token).locked
    book.clock.advance(600)
    assert book.sessions.find(token).locked
    book.clock.advance(600 * 60 - 600)
    assert "has ended" in book.why(token)


def test_it_ends_although_somebody_is_there() -> None:
    book = Book(idle_us=0)
    token = book.open("anna")
    for _ in range(10):
        book.clock.advance(3599)
        book.sessions.touch(token)
    book.clock.advance(10)
    assert "has ended: sign in again" in book.why(token)
    assert book.ended == [("anna", "the session has ended: sign in again")]


def test_without_an_idle_time_it_never_locks_by_itself() -> None:
    book = Book(idle_us=0)
    token = book.open("anna")
    book.clock.advance(9 * 3600)
    assert not book.sessions.find(token).locked


def test_the_emergency_session_has_its_own_length_and_does_not_lock() -> None:
    book = Book()
    token = book.open("break-glass", Method.BREAK_GLASS, length_us=60 * MINUTE_US)
    book.clock.advance(3599)
    assert not book.sessions.find(token).locked
    book.clock.advance(1)
    assert "has ended" in book.why(token)


def test_one_more_than_a_person_may_have_ends_the_one_idle_the_longest() -> None:
    book = Book()
    first, second, third = (book.open("anna") for _ in range(3))
    ben = book.open("ben")
    book.clock.advance(5)
    book.sessions.touch(first)
    fourth = book.open("anna")
    assert "signed in at more than 3 places" in book.why(second)
    assert [book.sessions.find(token).user for token in (first, third, fourth, ben)] == ["anna", "anna", "anna", "ben"]
    assert book.ended == [("anna", "anna signed in at more than 3 places")]


def test_the_station_holds_no_more_than_it_may_but_the_emergency_code_gets_in() -> None:
    book = Book(total=3, per_user=1)
    for user in ("anna", "ben", "cleo"):
        book.open(user)
    with pytest.raises(BusyError, match="3 people are signed in"):
        book.open("dora")
    book.open("anna")  # their own other session makes room
    assert len(book.sessions.all()) == 3
    book.open("break-glass", Method.BREAK_GLASS)
    assert len(book.sessions.all()) == 4


def test_signing_out_is_told_to_nobody_and_the_token_is_dead() -> None:
    book = Book()
    token = book.open("anna")
    closed = book.sessions.close(token)
    assert closed is not None
    assert closed.user == "anna"
    assert book.sessions.close(token) is None
    assert "you signed out" in book.why(token)
    assert book.ended == []


def test_ending_by_id_and_by_person() -> None:
    book = Book()
    tokens = [book.open("anna"), book.open("anna"), book.open("ben")]
    one = book.sessions.find(tokens[0])
    assert book.sessions.end("0000", "why") is None
    assert book.sessions.end(one.id, "ben ended the session") == one
    assert book.why(tokens[0]) == "ben ended the session"
    book.sessions.end_user("anna", "the account is disabled")
    assert book.why(tokens[1]) == "the account is disabled"
    assert book.sessions.find(tokens[2]).user == "ben"


def test_what_is_remembered_of_ended_sessions_is_bounded() -> None:
    book = Book()
    first = book.open("anna")
    book.sessions.close(first)
    for _ in range(500):
        book.sessions.close(book.open("ben"))
    assert "not known here" in book.why(first)


def test_many_threads_never_exceed_the_limits() -> None:
    book = Book(per_user=2, total=1000)
    gate = threading.Barrier(8)

    def work() -> None:
        gate.wait()
        for _ in range(50):
            book.open("anna")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(book.sessions.all()) == 2
