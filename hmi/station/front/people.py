"""The part of the facade that is about people, on the access service."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Final, NoReturn, TypeVar

from hmi.access.accounts import Change, deed_row
from hmi.access.audit.checking import AuditCheck
from hmi.access.audit.store import AuditSearch, StoredAudit
from hmi.access.guard import BREAK_GLASS_USER, Caller, os_login
from hmi.access.recognition import Recognised
from hmi.access.service import AccessService
from hmi.access.sessions import Session
from hmi.access.signing_in import Outcome
from hmi.access.store import Account, Control
from hmi.base.clock import Clock
from hmi.base.errors import BusyError, NotPermittedError, NotSignedInError, PlantError
from hmi.facade.access_data import (
    AccessState,
    AuditItem,
    AuditQuery,
    AuditVerdict,
    BrowserSignIn,
    ControlItem,
    PlaceItem,
    Right,
    RoleRow,
    RoleTableItem,
    SessionItem,
    SignatureRequest,
    SignedIn,
    TotpEnrolment,
    UserChange,
    UserItem,
)
from hmi.facade.data import Page
from hmi.model.access import (
    CONTROLLING,
    EVERYWHERE,
    Credentials,
    Deed,
    Method,
    Permission,
    Role,
    RoleTable,
    SignatureRule,
)
from hmi.model.timestamps import iso
from hmi.station.people import StationPeople

T = TypeVar("T")

WORKERS: Final = 2
"""Threads that hash and store; few, so that a flood of sign-ins takes neither the processor nor the memory."""

READERS: Final = 2
"""Threads that search, export and verify the trail, which may take a minute: signing in does not wait behind them."""

EXPORT_LIMIT: Final = 100_000
_CURSOR: Final = re.compile(r"[0-9]{1,18}")
SYSTEM_AREA: Final = "system"
_WAITING_LIMIT: Final = 64
_COLUMNS: Final = (
    "seq", "t", "station", "actor", "action", "target", "address", "old", "new", "readback", "unit", "reason", "result",
    "approver", "session", "place", "signature", "prev_hash", "hash",
)  # fmt: skip


class PeopleFront:
    """Implements `hmi.facade.access.AccessFacade`. Answers that hash or store come from threads of their own."""

    def __init__(self, people: StationPeople, clock: Clock) -> None:
        self._people: AccessService = people.access
        self._station_people = people
        self._people_clock = clock
        self._people_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="access")
        self._trail_pool = ThreadPoolExecutor(READERS, thread_name_prefix="trail")
        self._waiting = threading.BoundedSemaphore(_WAITING_LIMIT)
        self._reading = threading.BoundedSemaphore(_WAITING_LIMIT)

    def start_people(self) -> None:
        """Makes the threads now, so that the first sign-in does not wait for them."""
        for pool, size in ((self._people_pool, WORKERS), (self._trail_pool, READERS)):
            gate = threading.Barrier(size + 1)
            for _ in range(size):
                pool.submit(gate.wait)
            gate.wait()

    def stop_people(self) -> None:
        """Answers what was asked and ends the threads."""
        self._trail_pool.shutdown(wait=True)
        self._people_pool.shutdown(wait=True)

    # who is here

    def access(self, session: str = "") -> Future[AccessState]:
        return _done(lambda: self._state(session))

    def sign_in(self, credentials: Credentials) -> Future[SignedIn]:
        return self._do(lambda: self._signed_in(self._people.signing_in.sign_in(credentials)))

    def sign_out(self, session: str) -> Future[None]:
        return self._leaving(lambda: self._people.signing_in.sign_out(session))

    def lock(self, session: str) -> Future[None]:
        return self._leaving(lambda: self._people.signing_in.lock(session))

    def touch(self, session: str) -> Future[None]:
        return _done(lambda: self._people.sessions.touch(session))

    def begin_browser_sign_in(self, place: str = "", place_key: str = "") -> Future[BrowserSignIn]:
        def begin() -> BrowserSignIn:
            redirect_url = self._station_people.callback_url
            url, flow = self._people.signing_in.begin_browser(redirect_url, place, place_key)
            return BrowserSignIn(url, flow)

        return self._do(begin)

    def answer_browser_sign_in(self, state: str, code: str, error: str = "") -> Future[str]:
        return self._do(lambda: self._people.signing_in.answer_browser(state, code, error))

    def finish_browser_sign_in(self, flow: str, session: str = "") -> Future[SignedIn]:
        return self._do(lambda: self._signed_in(self._people.signing_in.finish_browser(flow, session)))

    def sessions(self, session: str = "") -> Future[list[SessionItem]]:
        def read() -> list[SessionItem]:
            caller = self._people.guard.caller(session)
            everyone = not self._people.guard.refusal(caller, Permission.SESSION_MANAGE, ())
            return [
                self._session_item(one)
                for one in self._people.sessions.all()
                if everyone or one.id == caller.session_id
            ]

        return _done(read)

    def end_session(self, session_id: str, session: str = "") -> Future[None]:
        return self._do(lambda: self._people.end_session(session_id, session))

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
                return [self._user_item(own)] if own is not None else []
            return [self._user_item(accounts[name]) for name in sorted(accounts)]

        return self._do(read)

    def add_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        return self._do(
            lambda: self._user_item(self._people.add_user(name.strip(), _change(change), session, signature))
        )

    def change_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        def work() -> UserItem:
            people = self._people
            deed = people.guard.authorise(Permission.USER_MANAGE, session, target=name, signature=signature)
            return self._user_item(people.accounts.change(name, _change(change), deed))

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

        return self._do(work)

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
        return _done(lambda: _role_table(self._people.register.table))

    def set_role(self, row: RoleRow, session: str = "", signature: str = "") -> Future[RoleTableItem]:
        def work() -> RoleTableItem:
            people = self._people
            permission, roles, rule = _rule(row)
            deed = people.guard.authorise(Permission.ROLE_MANAGE, session, target=permission.value, signature=signature)
            people.accounts.set_rule(permission, roles, rule, deed)
            return _role_table(people.register.table)

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

        return self._do(work)

    # control places

    def take_control(self, area: str, reason: str = "", force: bool = False, session: str = "") -> Future[ControlItem]:
        return self._do(lambda: self._control_item(self._people.take_control(area, reason, force, session)))

    def hand_over_control(self, area: str, place: str, session: str = "") -> Future[ControlItem]:
        return self._do(lambda: self._control_item(self._people.hand_over_control(area, place, session)))

    # audit trail

    def audit(self, query: AuditQuery, session: str = "") -> Future[Page[AuditItem]]:
        def read() -> Page[AuditItem]:
            self._people.guard.authorise(Permission.AUDIT_READ, session)
            return self._audit_page(query, query.limit, query.cursor)

        return self._look(read)

    def audit_csv(self, query: AuditQuery, session: str = "") -> Future[str]:
        def work() -> str:
            people = self._people
            deed = people.guard.authorise(Permission.AUDIT_READ, session)
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(_COLUMNS)
            cursor, count = None, 0
            while count < EXPORT_LIMIT:
                page = self._audit_page(query, min(1000, EXPORT_LIMIT - count), cursor)
                writer.writerows(_cells(item) for item in page.items)
                count += len(page.items)
                cursor = page.next
                if cursor is None:
                    break
            row = deed_row(deed, self._people_clock.now_us(), "AUDIT_EXPORTED", "audit trail")
            people.register.record(replace(row, result=f"{count} rows"))
            return text.getvalue()

        return self._look(work)

    def verify_audit(self, session: str = "") -> Future[AuditVerdict]:
        def work() -> AuditVerdict:
            self._people.guard.authorise(Permission.AUDIT_READ, session)
            return _verdict(self._station_people.verify(), self._people_clock.now_us())

        return self._look(work)

    # parts

    def _do(self, work: Callable[[], T]) -> Future[T]:
        if not self._waiting.acquire(blocking=False):
            return _done(_refuse_busy)
        future = self._people_pool.submit(work)
        future.add_done_callback(lambda _: self._waiting.release())
        return future

    def _look(self, work: Callable[[], T]) -> Future[T]:
        if not self._reading.acquire(blocking=False):
            return _done(_refuse_reading)
        future = self._trail_pool.submit(work)
        future.add_done_callback(lambda _: self._reading.release())
        return future

    def _leaving(self, work: Callable[[], None]) -> Future[None]:
        """Does at once what may not wait behind a slow directory or a flood of sign-ins, and answers once recorded.

        Where nobody is free to record it now, the station does within a second.
        """
        done = _done(work)
        if done.exception() is not None:
            return done
        self._people.changed()
        recorded = self._do(self._record_kept)
        return done if recorded.done() else recorded

    def _record_kept(self) -> None:
        self._people.record_kept()

    def _changing(self, work: Callable[[], T]) -> Future[T]:
        def changing() -> T:
            answer = work()
            self._people.changed()
            return answer

        return self._do(changing)

    def _proven(self, caller: Caller, account: Account, password: str) -> Recognised:
        return self._people.recognition.recognise(Credentials(account.user.name, password), caller.place)

    def _signed_in(self, outcome: Outcome) -> SignedIn:
        if outcome.session is None:
            return SignedIn(needs=outcome.needs, message=outcome.message)
        self._people.changed()
        return SignedIn(outcome.token, self._session_item(outcome.session), "", outcome.message)

    def _state(self, token: str) -> AccessState:
        people = self._people
        ended = ""
        try:
            caller = people.guard.caller(token)
        except NotSignedInError as fault:
            ended = str(fault)
            caller = people.guard.caller("")
        session = caller.session
        settings = people.settings
        place = people.places.find(caller.place)
        by_place: dict[str, list[str]] = {}
        for one in people.sessions.all():
            by_place.setdefault(one.place, []).append(one.user)
        return AccessState(
            configured=people.in_use,
            actor="" if caller.locked else caller.actor,
            os_user=os_login(),
            session=self._session_item(session) if session is not None else None,
            ended=ended,
            rights=[self._right(caller, permission) for permission in Permission],
            methods=self._methods(),
            browser_title=settings.oidc.title,
            directory_problem=people.recognition.directory_problem,
            banner=settings.banner,
            view_only=place is not None and place.view_only,
            place=caller.place,
            places=[
                PlaceItem(one.name, one.title, one.view_only, one.name == caller.place, by_place.get(one.name, []))
                for one in people.places.all
            ],
            control=[self._control_item(control) for control in people.places.controls()],
            idle_lock_s=settings.idle_lock_us / 1e6,
            password_length=settings.password_length,
            break_glass_sealed=bool(people.register.break_glass_hash),
            revision=people.register.revision,
        )

    def _right(self, caller: Caller, permission: Permission) -> Right:
        people = self._people
        areas = people.guard.areas(caller, permission)
        if permission in CONTROLLING and people.places.divided and areas == [EVERYWHERE]:
            areas = [*people.places.areas, SYSTEM_AREA]  # what another place controls has to be left out one by one
        refusals = {
            area: people.guard.refusal(
                caller, permission, () if area == EVERYWHERE else self._station_people.scopes(area)
            )
            for area in areas
        }
        allowed = [area for area, why in refusals.items() if not why]
        why = "" if allowed else next(iter(refusals.values()), people.guard.refusal(caller, permission, ()))
        signature = people.guard.signature_rule(caller, permission)
        return Right(permission.value, allowed, why, people.guard.roles_for(permission), signature.value)

    def _methods(self) -> list[str]:
        people = self._people
        accounts = [account for account in people.register.accounts.values() if account.user.enabled]
        found = []
        if people.directory_configured or any(account.password_hash for account in accounts):
            found.append("password")
        if any(account.pin_hash for account in accounts):
            found.append("pin")
        if any(account.badge_hash for account in accounts):
            found.append("badge")
        if people.provider_configured:
            found.append("browser")
        if people.register.break_glass_hash:
            found.append("break_glass")
        return found

    def _session_item(self, session: Session) -> SessionItem:
        people = self._people
        now, clock = self._people_clock.monotonic_us(), self._people_clock
        account = people.register.account(session.user)
        assignments = account.user.assignments if account is not None else ()
        return SessionItem(
            id=session.id,
            user=session.user,
            title=account.user.title if account is not None else session.user,
            assignments=[one.text for one in assignments] if account is not None else [Role.ADMIN.value],
            place=session.place,
            method=session.method.value,
            state="locked" if session.locked else "active",
            t_begin_us=session.begin_us,
            t_end_us=clock.now_us() + session.ends_mono_us - now,
            idle_s=max(0, now - session.active_mono_us) / 1e6,
            offline=session.offline,
        )

    def _user_item(self, account: Account) -> UserItem:
        user = account.user
        return UserItem(
            name=user.name,
            title=user.title,
            assignments=[one.text for one in user.assignments],
            source=user.source.value,
            enabled=user.enabled,
            must_change=user.must_change,
            has_password=user.has_password,
            has_pin=user.has_pin,
            has_badge=user.has_badge,
            has_totp=bool(account.totp_sealed),
            created_us=user.created_us,
            t_last_sign_in_us=user.last_sign_in_us,
            t_confirmed_us=user.confirmed_us,
            locked_s=self._people.recognition.locked_us(user.name) / 1e6,
        )

    def _control_item(self, control: Control) -> ControlItem:
        title = self._people.places.areas.get(control.area, "")
        return ControlItem(
            control.area,
            title or control.area,
            control.place,
            control.since_us or None,
            control.by,
            control.requested_place,
            control.requested_by,
        )

    def _audit_page(self, query: AuditQuery, limit: int, cursor: str | None) -> Page[AuditItem]:
        after = int(cursor) if cursor and _CURSOR.fullmatch(cursor) else None
        found = self._people.trail.search(
            AuditSearch(
                0 if query.from_us is None else query.from_us,
                2**62 if query.to_us is None else query.to_us,
                query.actor,
                query.action,
                query.target,
                query.text,
                limit + 1,
                after,
                query.newest_first,
            )
        )
        following = str(found[limit - 1].seq) if len(found) > limit else None
        return Page([audit_item(stored) for stored in found[:limit]], following)


def audit_item(stored: StoredAudit) -> AuditItem:
    """A stored row as a front end sees it."""
    row = stored.row
    return AuditItem(
        seq=stored.seq,
        t_us=row.t_us,
        station=stored.station,
        actor=row.actor,
        action=row.action,
        target=row.target,
        address=row.address,
        old=row.old,
        new=row.new,
        readback=row.readback,
        unit=row.unit,
        reason=row.reason,
        result=row.result,
        approver=row.approver,
        session=row.session,
        place=row.place,
        signature=row.signature,
        prev_hash=stored.prev_hash,
        hash=stored.hash,
    )


def _verdict(found: AuditCheck, now_us: int) -> AuditVerdict:
    return AuditVerdict(
        found.ok,
        found.rows,
        found.first_seq,
        found.head,
        found.first_bad_seq,
        found.reason,
        now_us,
        found.witness,
        found.witness_seq,
        found.t_witness_us,
    )


def _cells(item: AuditItem) -> list[str]:
    return [iso(item.t_us) if name == "t" else str(getattr(item, name)) for name in _COLUMNS]


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


def _role_table(table: RoleTable) -> RoleTableItem:
    rows = [
        RoleRow(
            permission.value,
            [role.value for role in Role if role in table.allowed(permission)],
            table.signature(permission).value,
        )
        for permission in Permission
    ]
    return RoleTableItem([role.value for role in Role], rows)


def _rule(row: RoleRow) -> tuple[Permission, frozenset[Role], SignatureRule]:
    try:
        return Permission(row.permission), frozenset(Role(name) for name in row.roles), SignatureRule(row.signature)
    except ValueError as fault:
        raise PlantError(f"this is not a row of the role table: {fault}") from None


def _refuse_busy() -> NoReturn:
    raise BusyError("too many people sign in or change accounts at once: try again in a moment")


def _refuse_reading() -> NoReturn:
    raise BusyError("too many people read the audit trail at once: try again in a moment")


def _done(work: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(work())
    except Exception as error:
        future.set_exception(error)
    return future
