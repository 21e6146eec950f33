"""From credentials to a session: second factor, password change, switching and unlocking, the browser."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from hmi.access import passwords, second_factor
from hmi.access.directory.contract import BrowserFlow, IdentityProvider
from hmi.access.lockout import NO_ATTEMPTS
from hmi.access.passwords import Hasher
from hmi.access.places import Places
from hmi.access.recognition import CODE, Recognised, Recognition
from hmi.access.register import Register
from hmi.access.sessions import Session, Sessions
from hmi.access.store import Account
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
from hmi.model.access import AuditRow, Credentials, Method, Role, UserSource
from hmi.model.station import AccessSettings
from hmi.secrets.sealing import SealingKey

BREAK_GLASS_US: Final = 3_600_000_000
_FLOW_US: Final = 600_000_000
_MOST_FLOWS: Final = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. needs: empty = signed in; `totp`, `totp_setup`, `new_password`, `browser` = go on."""

    token: str = field(default="", repr=False)
    session: Session | None = None
    needs: str = ""
    message: str = ""


@dataclass(slots=True)
class _Flow:
    flow: BrowserFlow
    place: str
    until_us: int
    outcome: Recognised | None = None
    fault: PlantError | None = None
    answered: bool = False


class SigningIn:
    """Opens sessions; every success and failure is in the audit trail before it is answered."""

    def __init__(
        self,
        recognition: Recognition,
        register: Register,
        sessions: Sessions,
        places: Places,
        hasher: Hasher,
        settings: AccessSettings,
        key: SealingKey,
        provider: IdentityProvider | None,
        clock: Clock,
        station: str,
    ) -> None:
        self._recognition = recognition
        self._register = register
        self._sessions = sessions
        self._places = places
        self._hasher = hasher
        self._settings = settings
        self._key = key
        self._provider = provider
        self._clock = clock
        self._station = station
        self._lock = threading.Lock()
        self._flows: dict[str, _Flow] = {}
        self._seeds: dict[str, str] = {}

    def sign_in(self, given: Credentials) -> Outcome:
        """Recognises somebody and opens, unlocks or switches a session; may ask for more first."""
        place = self._places.prove(given.place, given.place_key)
        found = self._recognition.recognise(given, place)
        return self._admit(found, given, place)

    def prove(self, given: Credentials, user: str, place: str) -> Account:
        """Checks that the credentials are complete and those of `user`; opens nothing. For signatures and changes."""
        found = self._recognition.recognise(replace(given, user=given.user or user, pin="", badge="", code=""), place)
        account = found.account
        if account.user.name != user:
            raise NotPermittedError(f"these are not the credentials of {user}")
        account, needs = self._second_factor(found, given, place)
        if needs is not None:
            raise NotPermittedError("the code of the second factor is missing: give it with the password")
        self._register.note_sign_in(account, found.kinds)
        return account

    def sign_out(self, token: str) -> None:
        """Ends a session; one that had ended before is no fault."""
        session = self._sessions.close(token)
        if session is not None:
            self._register.record(self._row(session, "SIGN_OUT", "signed out"))

    def lock(self, token: str) -> None:
        """Locks a session."""
        if self._sessions.find(token).method is Method.BREAK_GLASS:
            raise PlantError("an emergency session cannot be unlocked again, its code is used up: sign out instead")
        session = self._sessions.lock(token)
        self._register.record(self._row(session, "LOCK", "locked"))

    def note_end(self, session: Session, reason: str) -> AuditRow:
        """The row of a session that ended by itself or by somebody else."""
        return self._row(session, "SESSION_ENDED", reason)

    def _admit(self, found: Recognised, given: Credentials, place: str) -> Outcome:
        account, needs = self._second_factor(found, given, place)
        if needs is not None:
            return needs
        if account.user.must_change and found.method is Method.PASSWORD:
            if not given.new_password:
                return Outcome(needs="new_password", message="choose a password of your own")
            account = self._with_password(account, given)
        account = replace(account, user=replace(account.user, last_sign_in_us=self._clock.now_us()))
        if found.method is Method.BREAK_GLASS:
            return self._break_glass(found, given, place)
        return self._open(found, account, given, place)

    def _open(self, found: Recognised, account: Account, given: Credentials, place: str) -> Outcome:
        user = account.user.name
        before = self._present(given.session)
        result = f"{found.method.value}{', directory away: earlier answer used' if found.offline else ''}"
        if before is not None and before.user == user:
            row = self._row(replace(before, place=place), "UNLOCK" if before.locked else "SIGN_IN", result)
            self._register.note_sign_in(account, found.kinds, row)
            return Outcome(given.session, self._sessions.unlock(given.session))
        token, session = self._sessions.open(user, place, found.method, offline=found.offline)
        rows = [self._row(session, "SIGN_IN", result)]
        if before is not None:
            rows.insert(0, self._row(before, "SIGN_OUT", f"{user} took over"))
        try:
            self._register.note_sign_in(account, found.kinds, *rows)
        except BaseException:
            self._sessions.close(token)
            raise
        if before is not None:
            self._sessions.close(given.session)
        return Outcome(token, session)

    def _break_glass(self, found: Recognised, given: Credentials, place: str) -> Outcome:
        user = found.account.user.name
        token, session = self._sessions.open(user, place, Method.BREAK_GLASS, length_us=BREAK_GLASS_US)
        try:
            self._register.set_break_glass("", self._row(session, "BREAK_GLASS_USED", "the sealed code was used up"))
        except BaseException:
            self._sessions.close(token)
            raise
        self._register.set_attempts(user, CODE, NO_ATTEMPTS)
        if self._present(given.session) is not None:
            self._sessions.close(given.session)
        return Outcome(token, session, message="the sealed code is used up: seal a new one when the emergency is over")

    def _present(self, token: str) -> Session | None:
        try:
            return self._sessions.find(token) if token else None
        except NotSignedInError:
            return None

    # second factor

    def _second_factor(self, found: Recognised, given: Credentials, place: str) -> tuple[Account, Outcome | None]:
        account = found.account
        if found.method is not Method.PASSWORD:
            return account, None
        name = account.user.name
        required = any(
            a.role in {Role(word) for word in self._settings.second_factor} for a in account.user.assignments
        )
        if not account.totp_sealed:
            return self._set_up(account, given, place) if required else (account, None)
        if not given.totp:
            return account, Outcome(needs="totp", message="give the code of the second factor")
        seed = self._key.open(account.totp_sealed, f"{second_factor.PURPOSE} {name}")
        step = second_factor.accepted_step(seed, given.totp, self._clock.now_us(), account.totp_step)
        if step is None:
            raise self._recognition.count_failure(account, place, "second factor")
        return replace(account, totp_step=step), None

    def _set_up(self, account: Account, given: Credentials, place: str) -> tuple[Account, Outcome | None]:
        name = account.user.name
        with self._lock:
            seed = self._seeds.setdefault(name, second_factor.new_seed())
        if not given.totp:
            uri = second_factor.address(seed, name, self._station)
            return account, Outcome(needs="totp_setup", message=uri)
        step = second_factor.accepted_step(seed, given.totp, self._clock.now_us(), 0)
        if step is None:
            raise self._recognition.count_failure(account, place, "second factor")
        with self._lock:
            self._seeds.pop(name, None)
        sealed = self._key.seal(seed, f"{second_factor.PURPOSE} {name}")
        user = replace(account.user, has_totp=True)
        return replace(account, user=user, totp_sealed=sealed, totp_step=step), None

    def _with_password(self, account: Account, given: Credentials) -> Account:
        passwords.check_password(given.new_password, account.user.name, self._settings.password_length)
        if given.new_password == given.password:
            raise PlantError("the new password is the old one: choose another")
        user = replace(account.user, must_change=False, has_password=True)
        return replace(account, user=user, password_hash=self._hasher.hash(given.new_password))

    # the browser

    def begin_browser(self, redirect_url: str, place: str = "", place_key: str = "") -> tuple[str, str]:
        """Address to open and the name of the flow; raises PlantError without an identity provider."""
        if self._provider is None:
            raise PlantError("no identity provider is configured (access.oidc): sign in with a password")
        where = self._places.prove(place, place_key)
        flow = self._provider.begin(redirect_url)
        name = secrets.token_urlsafe(24)
        now = self._clock.monotonic_us()
        with self._lock:
            self._flows = {key: kept for key, kept in self._flows.items() if kept.until_us > now}
            if len(self._flows) >= _MOST_FLOWS:
                raise PlantError("too many sign-ins in the browser are open: try again in some minutes")
            self._flows[name] = _Flow(flow, where, now + _FLOW_US)
        return flow.url, name

    def answer_browser(self, state: str, code: str, error: str) -> str:
        """Takes what the provider sent back through the browser; one answer a flow."""
        with self._lock:
            known = next((k for k in self._flows.values() if hmac.compare_digest(k.flow.state, state)), None)
            if known is None or known.answered or known.until_us <= self._clock.monotonic_us():
                raise NotPermittedError(
                    "this sign-in is not known here, is too old or was answered before: begin again"
                )
            known.answered = True
        if error or self._provider is None:
            known.fault = NotPermittedError("the identity provider did not sign you in: begin again")
            return str(known.fault)
        try:
            person = self._provider.finish(known.flow, code)
            known.outcome = Recognised(self._recognition.vouch(person, UserSource.OIDC), Method.BROWSER, ())
        except PlantError as fault:
            known.fault = fault
            return str(fault)
        return f"You are signed in as {person.name}. Close this page and go back to the station."

    def finish_browser(self, flow: str, session: str) -> Outcome:
        """The outcome of a flow, once."""
        with self._lock:
            known = self._flows.get(flow)
            if known is None or known.until_us <= self._clock.monotonic_us():
                raise NotPermittedError("this sign-in is not known here or is too old: begin again")
            if known.outcome is None and known.fault is None:
                return Outcome(needs="browser", message="waiting for the browser")
            del self._flows[flow]
        if known.fault is not None:
            raise known.fault
        assert known.outcome is not None
        account = known.outcome.account
        if not account.user.enabled:
            raise NotPermittedError("the account is disabled: ask the administrator")
        return self._admit(known.outcome, Credentials(session=session), known.place)

    def _row(self, session: Session, action: str, result: str) -> AuditRow:
        return AuditRow(
            self._clock.now_us(),
            session.user,
            action,
            target=session.user,
            result=result,
            session=session.id,
            place=session.place,
        )
