"""People of the fake station in memory: users, roles, sessions, places, signatures, audit. None at first."""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from typing import TypeVar

from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
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
    ASSIGNABLE,
    CONTROLLING,
    DEFAULT_ROLES,
    EVERYWHERE,
    Credentials,
    Permission,
    Role,
    RoleTable,
    SignatureRule,
    is_user_name,
    parse_assignment,
)

T = TypeVar("T")
WRONG = "User or password is wrong."
TOTP_URI = "otpauth://totp/Plant%20HMI:anna@fake?secret=JBSWY3DPEHPK3PXP&issuer=Plant%20HMI"
"""What a second factor being set up looks like."""
_ON_THE_PROCESS = CONTROLLING | {Permission.CONTROL_TAKE, Permission.CONTROL_FORCE}
_SESSION_US = 12 * 3_600_000_000


@dataclass
class Person:
    """An account with its secrets in the clear, for tests. browser: what the identity provider calls this person."""

    name: str
    assignments: list[str]
    title: str = ""
    password: str = ""
    pin: str = ""
    badge: str = ""
    totp: str = ""
    browser: str = ""
    source: str = "local"
    enabled: bool = True
    must_change: bool = False
    locked_s: float = 0.0
    failures: int = 0
    created_us: int = 0
    last_sign_in_us: int | None = None
    confirmed_us: int | None = None


@dataclass
class FakeSession:
    """One session as the fake keeps it."""

    token: str
    id: str
    user: str
    place: str
    method: str
    t_begin_us: int
    state: str = "active"
    offline: bool = False
    touched: int = 0


@dataclass
class AccessBook:
    """Everything of the fake about people; tests read and change it freely."""

    people: dict[str, Person] = field(default_factory=dict)
    sessions: dict[str, FakeSession] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    roles: dict[Permission, frozenset[Role]] = field(default_factory=lambda: dict(DEFAULT_ROLES))
    signatures: dict[Permission, SignatureRule] = field(default_factory=dict)
    os_user: str = "test"
    banner: str = ""
    browser_title: str = ""
    directory_problem: str = ""
    view_only: bool = False
    place: str = ""
    places: dict[str, PlaceItem] = field(default_factory=dict)
    control: dict[str, ControlItem] = field(default_factory=dict)
    idle_lock_s: float = 600.0
    password_length: int = 10
    second_factor: list[str] = field(default_factory=list)
    attempts: int = 5
    break_glass: str = ""
    pending_totp: dict[str, str] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)
    signed: dict[str, tuple[str, str]] = field(default_factory=dict)
    signature_requests: list[SignatureRequest] = field(default_factory=list)
    silenced: list[str] = field(default_factory=list)
    touches: list[str] = field(default_factory=list)
    audit: list[AuditItem] = field(default_factory=list)
    verdict: AuditVerdict | None = None
    revision: int = 1
    numbers: int = 0


class FakeAccess:
    """Implements `hmi.facade.access.AccessFacade` and `silence`; the station's fake mixes it in.

    `book` holds the state. The controls `add_person`, `end_session_now`, `lock_now`, `set_places` and `set_control`
    change it as the station would and tell the window.
    """

    book: AccessBook
    _answer: Callable[..., Future[object]]

    def _emit(self, kind: str) -> None:
        raise NotImplementedError

    def _now(self) -> int:
        raise NotImplementedError

    # controls

    def add_person(self, name: str, *assignments: str, **fields: object) -> Person:
        """Adds an account: `add_person("ben", "operator", password="...", pin="2468")`."""
        person = Person(name, list(assignments), **fields)  # type: ignore[arg-type]
        person.created_us = self._now()
        person.title = person.title or name.capitalize()
        self.book.people[name] = person
        self.access_changed()
        return person

    def lock_now(self, user: str) -> None:
        """Locks somebody's sessions, as the idle time does."""
        for session in self.book.sessions.values():
            if session.user == user:
                session.state = "locked"
        self.access_changed()

    def end_session_now(self, user: str, reason: str = "The session was ended by anna.") -> None:
        """Ends somebody's sessions with a reason."""
        for token in [token for token, session in self.book.sessions.items() if session.user == user]:
            del self.book.sessions[token]
            self.book.ended[token] = reason
        self.access_changed()

    def set_places(self, own: str, *places: tuple[str, str], view_only: Iterable[str] = ()) -> None:
        """Control places as (name, title); `own` is the one of this window."""
        hidden = set(view_only)
        self.book.place = own
        self.book.places = {name: PlaceItem(name, title, name in hidden, name == own, []) for name, title in places}
        self.access_changed()

    def set_control(self, area: str, place: str, title: str = "", by: str = "", requested: str = "") -> None:
        """Says which place controls an area; requested: another place has asked for it."""
        self.book.control[area] = ControlItem(
            area, title or area, place, self._now() if place else None, by, requested, by if requested else ""
        )
        self.access_changed()

    def access_changed(self) -> None:
        """Tells the front end."""
        self.book.revision += 1
        self._emit("access")

    # what the fake itself asks before it acts

    def actor_of(self, session: str) -> str:
        """Who an action is recorded as; empty = nobody."""
        if not self.book.people:
            return f"os:{self.book.os_user}"
        known = self.book.sessions.get(session)
        return known.user if known is not None and known.state == "active" else ""

    def require(self, permission: Permission, session: str, scopes: Iterable[str] = (EVERYWHERE,)) -> str:
        """The actor, or the refusal as an error."""
        if session and session not in self.book.sessions:
            raise NotSignedInError(self.book.ended.get(session, "This session is not known. Sign in again."))
        scope = list(scopes)
        right = self._right(permission, session)
        if EVERYWHERE in right.areas or set(right.areas) & set(scope):
            place = self._other_place(scope) if permission in CONTROLLING else ""
            if place:
                raise NotPermittedError(f"{place} controls this area; take control first.")
            return self.actor_of(session)
        known = self.book.sessions.get(session)
        if session and known is None:
            raise NotSignedInError(self.book.ended.get(session, "This session is not known. Sign in again."))
        raise NotPermittedError(right.reason or f"Not permitted in {', '.join(scope)}.")

    def require_signature(self, permission: Permission, target: str, signature: str) -> None:
        """Takes the signature of an action that asks for one."""
        if self.book.signatures.get(permission, SignatureRule.NONE) is SignatureRule.NONE or not self.book.people:
            return
        if self.book.signed.pop(signature, None) != (permission.value, target):
            raise NotPermittedError("This needs a signature. Sign and send it again.")

    def _other_place(self, scopes: Iterable[str]) -> str:
        for area in scopes:
            held = self.book.control.get(area)
            if held is not None and held.place and held.place != self.book.place:
                return held.place
        return ""

    def _table(self) -> RoleTable:
        return RoleTable(self.book.roles, self.book.signatures)

    def _right(self, permission: Permission, token: str) -> Right:
        roles = [role.value for role in Role if role in self.book.roles[permission]]
        signature = self.book.signatures.get(permission, SignatureRule.NONE).value
        if not self.book.people:
            return Right(permission.value, [EVERYWHERE], "", roles, SignatureRule.NONE.value)
        known = self.book.sessions.get(token)
        active = known is not None and known.state == "active"
        person = self.book.people.get(known.user) if known is not None and active else None
        if known is not None and active and known.method == "break_glass":
            person = Person(known.user, ["admin"])
        held = [parse_assignment(text) for text in person.assignments] if person is not None else []
        areas = sorted(self._table().areas(permission, held))
        if permission is Permission.ALARM_SILENCE:
            areas = [EVERYWHERE]
        reason = ""
        if self.book.view_only and permission in _ON_THE_PROCESS:
            areas, reason = [], "This is a view-only station."
        elif not areas:
            needed = ", ".join(roles)
            reason = "The session is locked." if known is not None and not active else f"Needs {needed}."
        return Right(permission.value, areas, reason, roles, signature)

    def _session_item(self, session: FakeSession) -> SessionItem:
        person = self.book.people.get(session.user)
        return SessionItem(
            session.id,
            session.user,
            person.title if person else "Break-glass",
            list(person.assignments) if person else ["admin"],
            session.place,
            session.method,
            session.state,
            session.t_begin_us,
            session.t_begin_us + _SESSION_US,
            0.0,
            session.offline,
        )

    def _record(self, actor: str, action: str, target: str = "", **values: str) -> None:
        self.book.numbers += 1
        base = dict.fromkeys(
            ("address", "old", "new", "readback", "unit", "reason", "result", "approver", "session", "place",
             "signature"), ""
        )  # fmt: skip
        base.update(values)
        seq = len(self.book.audit) + 1
        self.book.audit.append(
            AuditItem(
                seq=seq,
                t_us=self._now(),
                station="bn-op-02",
                actor=actor,
                action=action,
                target=target,
                prev_hash=f"{seq - 1:064x}",
                hash=f"{seq:064x}",
                **base,
            )
        )

    def _number(self, letters: str) -> str:
        self.book.numbers += 1
        return f"{letters}{self.book.numbers:04}"

    # the facade

    def silence(self, session: str = "") -> Future[None]:
        def make() -> None:
            if session and session not in self.book.sessions:
                raise NotSignedInError(self.book.ended.get(session, "This session is not known. Sign in again."))
            self.book.silenced.append(self.actor_of(session))

        return self._answer("silence", make)  # type: ignore[return-value]

    def access(self, session: str = "") -> Future[AccessState]:
        return self._answer("access", lambda: self._access(session))  # type: ignore[return-value]

    def _access(self, token: str) -> AccessState:
        book = self.book
        known = book.sessions.get(token)
        methods = []
        if book.people:
            people = [person for person in book.people.values() if person.enabled]
            methods = [
                name
                for name, there in (
                    ("password", True),
                    ("pin", any(person.pin for person in people)),
                    ("badge", any(person.badge for person in people)),
                    ("browser", bool(book.browser_title)),
                    ("break_glass", bool(book.break_glass)),
                )
                if there
            ]
        places = [
            replace(place, people=sorted({s.user for s in book.sessions.values() if s.place == place.name}))
            for place in book.places.values()
        ]
        return AccessState(
            configured=bool(book.people),
            actor=self.actor_of(token),
            os_user=book.os_user,
            session=self._session_item(known) if known is not None else None,
            ended=book.ended.get(token, "") if known is None else "",
            rights=[self._right(permission, token) for permission in Permission],
            methods=methods,
            browser_title=book.browser_title,
            directory_problem=book.directory_problem,
            banner=book.banner,
            view_only=book.view_only,
            place=book.place,
            places=places,
            control=list(book.control.values()),
            idle_lock_s=book.idle_lock_s,
            password_length=book.password_length,
            break_glass_sealed=bool(book.break_glass),
            revision=book.revision,
        )

    def sign_in(self, credentials: Credentials) -> Future[SignedIn]:
        return self._answer("sign_in", lambda: self._sign_in(credentials))  # type: ignore[return-value]

    def _sign_in(self, given: Credentials) -> SignedIn:
        book = self.book
        if given.code:
            if given.code != book.break_glass:
                raise NotPermittedError("The code is wrong, or it was used already.")
            book.break_glass = ""
            return self._open("break-glass", "break_glass", given)
        person, method = self._find(given)
        if person is not None and person.locked_s > 0:
            raise NotPermittedError(f"Locked after too many failures. Try again in {round(person.locked_s / 60)} min.")
        if person is None or not person.enabled:
            tried = book.people.get(given.user)
            if tried is not None:
                tried.failures += 1
                tried.locked_s = 900.0 if tried.failures >= book.attempts else 0.0
            self._record(given.user or "?", "SIGN_IN_FAILED", result="denied")
            raise NotPermittedError(WRONG)
        strict = [role for role in self.book.second_factor if role in person.assignments]
        if strict and not person.totp and method == "password":
            if not given.totp:
                return SignedIn(needs="totp_setup", message=TOTP_URI)
            person.totp = given.totp
        if person.totp and method == "password" and not given.totp:
            return SignedIn(needs="totp", message="Enter the six digits of your second factor.")
        if person.totp and method == "password" and given.totp != person.totp:
            raise NotPermittedError(WRONG)
        if person.must_change and method == "password":
            if not given.new_password:
                return SignedIn(needs="new_password", message="Choose a password of your own.")
            self._check_password(given.new_password)
            person.password, person.must_change = given.new_password, False
        person.failures = 0
        return self._open(person.name, method, given)

    def _find(self, given: Credentials) -> tuple[Person | None, str]:
        people = self.book.people
        if given.badge:
            return next((p for p in people.values() if p.badge == given.badge), None), "badge"
        person = people.get(given.user)
        if given.pin:
            return (person if person is not None and person.pin == given.pin else None), "pin"
        fits = person is not None and bool(person.password) and person.password == given.password
        return (person if fits else None), "password"

    def _open(self, user: str, method: str, given: Credentials) -> SignedIn:
        book = self.book
        before = book.sessions.get(given.session)
        if before is not None and before.user == user:
            before.state = "active"
            self.access_changed()
            return SignedIn(before.token, self._session_item(before))
        if before is not None:
            del book.sessions[before.token]
        token = self._number("token-")
        session = FakeSession(token, self._number("s"), user, given.place or book.place, method, self._now())
        session.offline = bool(book.directory_problem) and user in book.people and book.people[user].source == "ldap"
        book.sessions[token] = session
        if user in book.people:
            book.people[user].last_sign_in_us = self._now()
        self._record(user, "SIGN_IN", result="done", session=session.id)
        self.access_changed()
        return SignedIn(token, self._session_item(session))

    def _check_password(self, password: str) -> None:
        if len(password) < self.book.password_length:
            raise PlantError(f"The password is too short: at least {self.book.password_length} characters.")

    def sign_out(self, session: str) -> Future[None]:
        def make() -> None:
            self.book.sessions.pop(session, None)
            self.access_changed()

        return self._answer("sign_out", make)  # type: ignore[return-value]

    def lock(self, session: str) -> Future[None]:
        def make() -> None:
            known = self.book.sessions.get(session)
            if known is None:
                raise NotSignedInError("Nobody is signed in.")
            known.state = "locked"
            self.access_changed()

        return self._answer("lock", make)  # type: ignore[return-value]

    def touch(self, session: str) -> Future[None]:
        def make() -> None:
            self.book.touches.append(session)

        return self._answer("touch", make)  # type: ignore[return-value]

    def begin_browser_sign_in(self, place: str = "", place_key: str = "") -> Future[BrowserSignIn]:
        def make() -> BrowserSignIn:
            flow = self._number("flow-")
            self.book.flows[flow] = ""
            return BrowserSignIn(f"http://127.0.0.1:9/authorize?state={flow}", flow)

        return self._answer("begin_browser_sign_in", make)  # type: ignore[return-value]

    def answer_browser_sign_in(self, state: str, code: str, error: str = "") -> Future[str]:
        def make() -> str:
            if state not in self.book.flows:
                raise NotPermittedError("This sign-in is not known. Begin again in the window.")
            self.book.flows[state] = code
            return "Signed in. You can close this page."

        return self._answer("answer_browser_sign_in", make)  # type: ignore[return-value]

    def finish_browser_sign_in(self, flow: str, session: str = "") -> Future[SignedIn]:
        def make() -> SignedIn:
            if flow not in self.book.flows:
                raise NotPermittedError("The sign-in in the browser took too long. Begin again.")
            user = self.book.flows[flow]
            if not user:
                return SignedIn(needs="browser")
            del self.book.flows[flow]
            return self._open(user, "browser", Credentials(session=session))

        return self._answer("finish_browser_sign_in", make)  # type: ignore[return-value]

    def sessions(self, session: str = "") -> Future[list[SessionItem]]:
        def make() -> list[SessionItem]:
            everybody = EVERYWHERE in self._right(Permission.SESSION_MANAGE, session).areas
            return [
                self._session_item(known)
                for token, known in self.book.sessions.items()
                if everybody or token == session
            ]

        return self._answer("sessions", make)  # type: ignore[return-value]

    def end_session(self, session_id: str, session: str = "") -> Future[None]:
        def make() -> None:
            actor = self.require(Permission.SESSION_MANAGE, session)
            for token, known in list(self.book.sessions.items()):
                if known.id == session_id:
                    del self.book.sessions[token]
                    self.book.ended[token] = f"The session was ended by {actor}."
                    self._record(actor, "SESSION_ENDED", known.user, session=known.id)
                    self.access_changed()
                    return
            raise PlantError("This session has ended already.")

        return self._answer("end_session", make)  # type: ignore[return-value]

    def users(self, session: str = "") -> Future[list[UserItem]]:
        def make() -> list[UserItem]:
            known = self.book.sessions.get(session)
            if EVERYWHERE in self._right(Permission.USER_MANAGE, session).areas:
                chosen = sorted(self.book.people.values(), key=lambda person: person.name)
            else:
                chosen = [self.book.people[known.user]] if known is not None and known.user in self.book.people else []
            return [self._user_item(person) for person in chosen]

        return self._answer("users", make)  # type: ignore[return-value]

    def _user_item(self, person: Person) -> UserItem:
        return UserItem(
            person.name,
            person.title,
            list(person.assignments),
            person.source,
            person.enabled,
            person.must_change,
            bool(person.password),
            bool(person.pin),
            bool(person.badge),
            bool(person.totp),
            person.created_us,
            person.last_sign_in_us,
            person.confirmed_us,
            person.locked_s,
        )

    def add_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        def make() -> UserItem:
            first = not self.book.people
            actor = self.require(Permission.USER_MANAGE, session)
            self.require_signature(Permission.USER_MANAGE, name, signature)
            if not is_user_name(name):
                raise PlantError(f"'{name}' is not a user name: use a-z, 0-9, - and _, at most 40")
            if name in self.book.people:
                raise PlantError(f"The name {name} was used already; names are never given to another person.")
            assignments = list(change.assignments or [])
            if first and "admin" not in assignments:
                raise PlantError("The first user has to be an administrator.")
            _check_assignments(assignments)
            if change.password is not None:
                self._check_password(change.password)
            person = Person(name, assignments, change.title or name, change.password or "", change.pin or "")
            person.badge, person.created_us, person.must_change = change.badge or "", self._now(), not first
            self.book.people[name] = person
            self._record(actor, "USER_ADDED", name, new=",".join(assignments))
            self.access_changed()
            return self._user_item(person)

        return self._answer("add_user", make)  # type: ignore[return-value]

    def change_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        def make() -> UserItem:
            actor = self.require(Permission.USER_MANAGE, session)
            self.require_signature(Permission.USER_MANAGE, name, signature)
            person = self._person(name)
            after = replace(person)
            if change.title is not None:
                after.title = change.title
            if change.assignments is not None:
                _check_assignments(change.assignments)
                after.assignments = list(change.assignments)
            if change.enabled is not None:
                after.enabled = change.enabled
            if change.password is not None:
                self._check_password(change.password)
                after.password, after.must_change = change.password, True
            if change.pin is not None:
                after.pin = change.pin
            if change.badge is not None:
                after.badge = change.badge
            if change.totp is False:
                after.totp = ""
            if change.unlock:
                after.locked_s, after.failures = 0.0, 0
            everybody = [after if other.name == name else other for other in self.book.people.values()]
            if not any(p.enabled and "admin" in p.assignments for p in everybody):
                raise PlantError("Refused: nobody could manage users any more.")
            self.book.people[name] = after
            self._record(actor, "USER_CHANGED", name, old=",".join(person.assignments), new=",".join(after.assignments))
            self.access_changed()
            return self._user_item(after)

        return self._answer("change_user", make)  # type: ignore[return-value]

    def _person(self, name: str) -> Person:
        if name not in self.book.people:
            raise PlantError(f"no user {name}")
        return self.book.people[name]

    def _own(self, session: str, password: str) -> Person:
        known = self.book.sessions.get(session)
        if known is None or known.state != "active":
            raise NotSignedInError("Nobody is signed in.")
        person = self._person(known.user)
        if person.password != password:
            raise NotPermittedError("The present password is wrong.")
        return person

    def change_own_password(self, session: str, present: str, new: str) -> Future[None]:
        def make() -> None:
            person = self._own(session, present)
            self._check_password(new)
            person.password = new
            self._record(person.name, "PASSWORD_CHANGED", person.name)

        return self._answer("change_own_password", make)  # type: ignore[return-value]

    def set_own_pin(self, session: str, password: str, pin: str) -> Future[None]:
        def make() -> None:
            person = self._own(session, password)
            if pin and (not pin.isdigit() or len(pin) < 4):
                raise PlantError("A PIN has at least 4 digits.")
            person.pin = pin
            self.access_changed()

        return self._answer("set_own_pin", make)  # type: ignore[return-value]

    def begin_totp(self, session: str, password: str) -> Future[TotpEnrolment]:
        def make() -> TotpEnrolment:
            person = self._own(session, password)
            self.book.pending_totp[person.name] = "123456"
            secret = "JBSWY3DPEHPK3PXP"
            return TotpEnrolment(secret, f"otpauth://totp/bn-op-02:{person.name}?secret={secret}&issuer=Plant%20HMI")

        return self._answer("begin_totp", make)  # type: ignore[return-value]

    def confirm_totp(self, session: str, totp: str) -> Future[None]:
        def make() -> None:
            known = self.book.sessions[session]
            if self.book.pending_totp.get(known.user) != totp:
                raise NotPermittedError("The code is wrong. Check the clock of the phone and try the next one.")
            self._person(known.user).totp = self.book.pending_totp.pop(known.user)
            self.access_changed()

        return self._answer("confirm_totp", make)  # type: ignore[return-value]

    def seal_break_glass(self, session: str = "", signature: str = "") -> Future[str]:
        def make() -> str:
            actor = self.require(Permission.USER_MANAGE, session)
            self.require_signature(Permission.USER_MANAGE, "break-glass", signature)
            self.book.break_glass = "K7QF-2M9D-XW4T-HJ6P"
            self._record(actor, "BREAK_GLASS_SEALED")
            self.access_changed()
            return self.book.break_glass

        return self._answer("seal_break_glass", make)  # type: ignore[return-value]

    def roles(self, session: str = "") -> Future[RoleTableItem]:
        return self._answer("roles", self._roles)  # type: ignore[return-value]

    def _roles(self) -> RoleTableItem:
        rows = [
            RoleRow(
                permission.value,
                [role.value for role in Role if role in self.book.roles[permission]],
                self.book.signatures.get(permission, SignatureRule.NONE).value,
            )
            for permission in Permission
        ]
        return RoleTableItem([role.value for role in Role], rows)

    def set_role(self, row: RoleRow, session: str = "", signature: str = "") -> Future[RoleTableItem]:
        def make() -> RoleTableItem:
            actor = self.require(Permission.ROLE_MANAGE, session)
            self.require_signature(Permission.ROLE_MANAGE, row.permission, signature)
            permission = Permission(row.permission)
            after = frozenset(Role(name) for name in row.roles)
            if permission in (Permission.USER_MANAGE, Permission.ROLE_MANAGE) and not after & set(ASSIGNABLE):
                raise PlantError("Refused: nobody could manage users or roles any more.")
            self.book.roles[permission] = after
            self.book.signatures[permission] = SignatureRule(row.signature)
            self._record(actor, "ROLE_CHANGED", row.permission, new=",".join(row.roles))
            self.access_changed()
            return self._roles()

        return self._answer("set_role", make)  # type: ignore[return-value]

    def audit(self, query: AuditQuery, session: str = "") -> Future[Page[AuditItem]]:
        def make() -> Page[AuditItem]:
            self.require(Permission.AUDIT_READ, session)
            rows = self._audit_rows(query)
            start = int(query.cursor or 0)
            rest = str(start + query.limit) if len(rows) > start + query.limit else None
            return Page(rows[start : start + query.limit], rest)

        return self._answer("audit", make)  # type: ignore[return-value]

    def _audit_rows(self, query: AuditQuery) -> list[AuditItem]:
        def fits(row: AuditItem) -> bool:
            return (
                (query.from_us or 0) <= row.t_us < (query.to_us or 2**62)
                and fnmatch.fnmatch(row.actor, query.actor or "*")
                and fnmatch.fnmatch(row.action, query.action or "*")
                and fnmatch.fnmatch(row.target, query.target or "*")
                and query.text.lower() in " ".join(str(value) for value in asdict(row).values()).lower()
            )

        return sorted(filter(fits, self.book.audit), key=lambda row: row.seq, reverse=query.newest_first)

    def audit_csv(self, query: AuditQuery, session: str = "") -> Future[str]:
        def make() -> str:
            actor = self.require(Permission.AUDIT_READ, session)
            out = io.StringIO()
            writer = csv.writer(out)
            rows = self._audit_rows(query)
            writer.writerow(AuditItem.__slots__)
            for row in rows:
                writer.writerow(asdict(row).values())
            self._record(actor, "AUDIT_EXPORTED", result=f"{len(rows)} rows")
            return out.getvalue()

        return self._answer("audit_csv", make)  # type: ignore[return-value]

    def verify_audit(self, session: str = "") -> Future[AuditVerdict]:
        def make() -> AuditVerdict:
            self.require(Permission.AUDIT_READ, session)
            rows = self.book.audit
            return self.book.verdict or AuditVerdict(
                True,
                len(rows),
                rows[0].seq if rows else None,
                rows[-1].hash if rows else "0" * 64,
                None,
                "",
                self._now(),
                "local",
                len(rows),
                self._now(),
            )

        return self._answer("verify_audit", make)  # type: ignore[return-value]

    def sign(self, request: SignatureRequest, session: str = "") -> Future[str]:
        def make() -> str:
            self.book.signature_requests.append(request)
            actor = self.require(Permission(request.permission), session, [EVERYWHERE, *self._areas(session)])
            if not request.reason.strip():
                raise PlantError("A signature needs its reason.")
            own, _ = self._find(request.own)
            if own is None or own.name != actor:
                raise NotPermittedError(WRONG)
            if self.book.signatures.get(Permission(request.permission)) is SignatureRule.TWO:
                second = self._find(request.second)[0] if request.second is not None else None
                if second is None:
                    raise NotPermittedError("The second person's user or password is wrong.")
                if second.name == actor:
                    raise NotPermittedError("The second person has to be somebody else.")
            token = self._number("signature-")
            self.book.signed[token] = (request.permission, request.target)
            return token

        return self._answer("sign", make)  # type: ignore[return-value]

    def _areas(self, session: str) -> list[str]:
        known = self.book.sessions.get(session)
        person = self.book.people.get(known.user) if known is not None else None
        return [parse_assignment(text).area for text in person.assignments] if person is not None else []

    def take_control(self, area: str, reason: str = "", force: bool = False, session: str = "") -> Future[ControlItem]:
        def make() -> ControlItem:
            permission = Permission.CONTROL_FORCE if force else Permission.CONTROL_TAKE
            actor = self.require(permission, session, [area])
            held = self.book.control.get(area) or ControlItem(area, area, "", None, "")
            if held.place in ("", self.book.place) or force:
                after = replace(held, place=self.book.place, since_us=self._now(), by=actor, requested_place="")
            else:
                after = replace(held, requested_place=self.book.place, requested_by=actor)
            self.book.control[area] = after
            self._record(actor, "CONTROL_TAKEN", area, reason=reason)
            self.access_changed()
            return after

        return self._answer("take_control", make)  # type: ignore[return-value]

    def hand_over_control(self, area: str, place: str, session: str = "") -> Future[ControlItem]:
        def make() -> ControlItem:
            actor = self.require(Permission.CONTROL_TAKE, session, [area])
            held = self.book.control.get(area)
            if held is None or held.place != self.book.place:
                raise PlantError("This place does not control the area.")
            after = replace(held, place=place, since_us=self._now() if place else None, by=actor, requested_place="")
            self.book.control[area] = after
            self.access_changed()
            return after

        return self._answer("hand_over_control", make)  # type: ignore[return-value]


def _check_assignments(assignments: Iterable[str]) -> None:
    try:
        for text in assignments:
            parse_assignment(text)
    except ValueError as error:
        raise PlantError(str(error)) from None
