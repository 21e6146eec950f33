"""The part of the facade that is about people, on the access service."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from hmi.access.accounts import Change
from hmi.access.guard import BREAK_GLASS_USER, Caller
from hmi.access.recognition import Recognised
from hmi.access.signing_in import Outcome
from hmi.access.store import Account
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, PlantError
from hmi.facade.access_data import (
    AccessState,
    BrowserSignIn,
    ControlItem,
    RoleRow,
    RoleTableItem,
    SessionItem,
    SignatureRequest,
    SignedIn,
    TotpEnrolment,
    UserChange,
    UserItem,
)
from hmi.model.access import (
    Credentials,
    Deed,
    Method,
    Permission,
    Role,
    SignatureRule,
)
from hmi.station.front.people_items import PeopleItems, role_table
from hmi.station.front.trail import TrailFront
from hmi.station.front.workers import Workers, done
from hmi.station.people import StationPeople

T = TypeVar("T")

WORKERS: Final = 2
"""Threads that hash and store; few, so that a flood of sign-ins takes neither the processor nor the memory."""

_BUSY: Final = "too many people sign in or change accounts at once: try again in a moment"


class PeopleFront(TrailFront):
    """Implements `hmi.facade.access.AccessFacade`. Answers that hash or store come from threads of their own."""

    def __init__(self, people: StationPeople, clock: Clock) -> None:
        super().__init__(people, clock)
        self._items = PeopleItems(people, clock)
        self._workers = Workers(WORKERS, "access", _BUSY)

    def start_people(self) -> None:
        """Makes the threads now, so that the first sign-in does not wait for them."""
        self._workers.start()
        self._readers.start()

    def stop_people(self) -> None:
        """Answers what was asked and ends the threads."""
        self._readers.stop()
        self._workers.stop()

    # who is here

    def access(self, session: str = "") -> Future[AccessState]:
        return done(lambda: self._items.state(session))

    def sign_in(self, credentials: Credentials) -> Future[SignedIn]:
        return self._workers.do(lambda: self._signed_in(self._people.signing_in.sign_in(credentials)))

    def sign_out(self, session: str) -> Future[None]:
        return self._leaving(lambda: self._people.signing_in.sign_out(session))

    def lock(self, session: str) -> Future[None]:
        return self._leaving(lambda: self._people.signing_in.lock(session))

    def touch(self, session: str) -> Future[None]:
        return done(lambda: self._people.sessions.touch(session))

    def begin_browser_sign_in(self, place: str = "", place_key: str = "") -> Future[BrowserSignIn]:
        def begin() -> BrowserSignIn:
            redirect_url = self._station_people.callback_url
            url, flow = self._people.signing_in.begin_browser(redirect_url, place, place_key)
            return BrowserSignIn(url, flow)

        return self._workers.do(begin)

    def answer_browser_sign_in(self, state: str, code: str, error: str = "") -> Future[str]:
        return self._workers.do(lambda: self._people.signing_in.answer_browser(state, code, error))

    def finish_browser_sign_in(self, flow: str, session: str = "") -> Future[SignedIn]:
        return self._workers.do(lambda: self._signed_in(self._people.signing_in.finish_browser(flow, session)))

    def sessions(self, session: str = "") -> Future[list[SessionItem]]:
        def read() -> list[SessionItem]:
            caller = self._people.guard.caller(session)
            everyone = not self._people.guard.refusal(caller, Permission.SESSION_MANAGE, ())
            return [
                self._items.session(one)
                for one in self._people.sessions.all()
                if everyone or one.id == caller.session_id
            ]

        return done(read)

    def end_session(self, session_id: str, session: str = "") -> Future[None]:
        return self._workers.do(lambda: self._people.end_session(session_id, session))

    # accounts

    def users(self, session: str = "") -> Future[list[UserItem]]:
        def read() -> list[UserItem]:
            people = self._people
            caller = people.guard.caller(session)
            accounts = people.register.accounts
            if people.guard.refusal(caller, Permission.USER_MANAGE, ()):
                own = accounts.get(caller.actor) if not caller.locked else None
                if own is None:
                    people.guard.authorise(Permission.USER_MANAGE, session)
                return [self._items.user(own)] if own is not None else []
            return [self._items.user(accounts[name]) for name in sorted(accounts)]

        return self._workers.do(read)

    def add_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        return self._workers.do(
            lambda: self._items.user(self._people.add_user(name.strip(), _change(change), session, signature))
        )

    def change_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        def work() -> UserItem:
            people = self._people
            deed = people.guard.authorise(Permission.USER_MANAGE, session, target=name, signature=signature)
            return self._items.user(people.accounts.change(name, _change(change), deed))

        return self._changing(work)

    def change_own_password(self, session: str, present: str, new: str) -> Future[None]:
        def work() -> None:
            caller, account = self._people.account_of(session)
            self._people.accounts.set_password(self._proven(caller, account, present), new, _own(caller))
            # who knew the password before may sit at one of them
            self._people.sessions.end_user(caller.actor, "the password was changed: sign in again", caller.session_id)

        return self._changing(work)

    def set_own_pin(self, session: str, password: str, pin: str) -> Future[None]:
        def work() -> None:
            caller, account = self._people.account_of(session)
            self._people.accounts.set_pin(self._proven(caller, account, password), pin, _own(caller))

        return self._changing(work)

    def begin_totp(self, session: str, password: str) -> Future[TotpEnrolment]:
        def work() -> TotpEnrolment:
            caller, account = self._people.account_of(session)
            fast = caller.session is not None and caller.session.method in (Method.PIN, Method.BADGE)
            if account.totp_sealed and fast:
                raise NotPermittedError(
                    "sign in with password and code first: a PIN or badge replaces no second factor"
                )
            seed, uri = self._people.accounts.begin_totp(self._proven(caller, account, password).account)
            return TotpEnrolment(seed, uri)

        return self._workers.do(work)

    def confirm_totp(self, session: str, totp: str) -> Future[None]:
        def work() -> None:
            caller, account = self._people.account_of(session)
            self._people.accounts.confirm_totp(account.user.name, totp, _own(caller))

        return self._changing(work)

    def seal_break_glass(self, session: str = "", signature: str = "") -> Future[str]:
        def work() -> str:
            people = self._people
            if not people.in_use:
                raise PlantError("no users exist, so nobody is locked out: create the first administrator first")
            deed = people.guard.authorise(Permission.USER_MANAGE, session, target=BREAK_GLASS_USER, signature=signature)
            return people.accounts.seal_break_glass(deed)

        return self._changing(work)

    # rules

    def roles(self, session: str = "") -> Future[RoleTableItem]:
        return done(lambda: role_table(self._people.register.table))

    def set_role(self, row: RoleRow, session: str = "", signature: str = "") -> Future[RoleTableItem]:
        def work() -> RoleTableItem:
            people = self._people
            permission, roles, rule = _rule(row)
            deed = people.guard.authorise(Permission.ROLE_MANAGE, session, target=permission.value, signature=signature)
            people.accounts.set_rule(permission, roles, rule, deed)
            return role_table(people.register.table)

        return self._changing(work)

    def sign(self, request: SignatureRequest, session: str = "") -> Future[str]:
        def work() -> str:
            try:
                permission = Permission(request.permission)
            except ValueError:
                raise PlantError(f"no action {request.permission}") from None
            scopes = self._station_people.scopes_of_target(permission, request.target)
            return self._people.sign(
                permission, request.target, scopes, request.reason, request.own, request.second, session
            )

        return self._workers.do(work)

    # control places

    def take_control(self, area: str, reason: str = "", force: bool = False, session: str = "") -> Future[ControlItem]:
        return self._workers.do(lambda: self._items.control(self._people.take_control(area, reason, force, session)))

    def hand_over_control(self, area: str, place: str, session: str = "") -> Future[ControlItem]:
        return self._workers.do(lambda: self._items.control(self._people.hand_over_control(area, place, session)))

    # parts

    def _leaving(self, work: Callable[[], None]) -> Future[None]:
        """Does at once what may not wait behind a slow directory or a flood of sign-ins, and answers once recorded.

        Where nobody is free to record it now, the station does within a second.
        """
        left = done(work)
        if left.exception() is not None:
            return left
        self._people.changed()
        recorded = self._workers.do(self._record_kept)
        return left if recorded.done() else recorded

    def _record_kept(self) -> None:
        self._people.record_kept()

    def _changing(self, work: Callable[[], T]) -> Future[T]:
        def changing() -> T:
            answer = work()
            self._people.changed()
            return answer

        return self._workers.do(changing)

    def _proven(self, caller: Caller, account: Account, password: str) -> Recognised:
        return self._people.recognition.recognise(Credentials(account.user.name, password), caller.place)

    def _signed_in(self, outcome: Outcome) -> SignedIn:
        if outcome.session is None:
            return SignedIn(needs=outcome.needs, message=outcome.message)
        self._people.changed()
        return SignedIn(outcome.token, self._items.session(outcome.session), "", outcome.message)


def _own(caller: Caller) -> Deed:
    return Deed(caller.actor, caller.session_id, place=caller.place)


def _change(change: UserChange) -> Change:
    return Change(
        change.title,
        change.assignments,
        change.enabled,
        change.password,
        change.pin,
        change.badge,
        change.totp,
        change.unlock,
    )


def _rule(row: RoleRow) -> tuple[Permission, frozenset[Role], SignatureRule]:
    try:
        return Permission(row.permission), frozenset(Role(name) for name in row.roles), SignatureRule(row.signature)
    except ValueError as fault:
        raise PlantError(f"this is not a row of the role table: {fault}") from None
