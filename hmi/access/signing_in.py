"""From credentials to a session: second factor, password change, switching and unlocking, the browser."""

from __future__ import annotations

import hmac
import secrets
import threading
from dataclasses import dataclass, field, replace
from typing import Final

from hmi.access import passwords, second_factor
from hmi.access.accounts import described
from hmi.access.directory.contract import BrowserFlow, DirectoryUser, IdentityProvider
from hmi.access.passwords import Hasher
from hmi.access.places import Places
from hmi.access.recognition import UNKNOWN, Recognised, Recognition
from hmi.access.register import AccountChangedError, Register
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
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. needs: empty = signed in; `totp`, `totp_setup`, `new_password`, `browser` = go on."""

    token: str = field(default="", repr=False)
    session: Session | None = None
    needs: str = ""
    message: str = field(default="", repr=False)  # while a second factor is set up it holds its seed


@dataclass(slots=True)
class _Flow:
    flow: BrowserFlow
    place: str
    until_us: int
    outcome: Recognised | None = None
    fault: PlantError | None = None
    answered: bool = False


class SigningIn:
    """Opens sessions; every success and failure of that is in the audit trail before it is answered."""

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
        for _ in range(_TRIES - 1):
            try:
                return self._admit(self._recognition.recognise(given, place), given, place)
            except AccountChangedError:
                continue  # e.g. the same person at two desks, or an administrator in between: look again
        return self._admit(self._recognition.recognise(given, place), given, place)

    def prove(self, given: Credentials, user: str, place: str) -> Account:
        """Checks that the credentials are complete and those of `user`; opens nothing. For signatures and changes."""
        found = self._recognition.recognise(replace(given, user=given.user or user, pin="", badge="", code=""), place)
        account = found.account
        if account.user.name != user:
            raise NotPermittedError(f"these are not the credentials of {user}")
        if account.user.must_change:
            # whoever gave the first password knows it too, so it proves nobody
            raise NotPermittedError(f"{user} has to choose a password of their own first: sign in with it once")
        if not account.totp_sealed and self._must_have_second_factor(account):
            raise NotPermittedError(f"{user} has to set up the second factor first: sign in once")
        account, needs = self._second_factor(found, given, place)
        if needs is not None:
            raise NotPermittedError("the code of the second factor is missing: give it with the password")
        self._register.replace_account(
            found.before, account, *self._account_rows(found, account, place, ""), forget=found.forget
        )
        return account

    def sign_out(self, token: str) -> None:
        """Ends a session; one that had ended before is no fault. Never refused: a session nobody can end is worse.

        Does not wait: the row is kept for `Register.record_kept`.
        """
        session = self._sessions.close(token)
        if session is not None:
            self._register.keep(self._row(session, "SIGN_OUT", "signed out"))

    def lock(self, token: str) -> None:
        """Locks a session, on record once; like signing out it neither waits nor is refused for want of a record."""
        present = self._sessions.find(token)
        if present.method is Method.BREAK_GLASS:
            raise PlantError("an emergency session cannot be unlocked again, its code is used up: sign out instead")
        if not present.locked:
            self._register.keep(self._row(self._sessions.lock(token), "LOCK", "locked"))

    def note_end(self, session: Session, reason: str) -> AuditRow:
        """The row of a session that ended by itself or by somebody else; without a reason it was locked by itself."""
        if not reason:
            return self._row(session, "LOCK", "locked: nobody was there")
        return self._row(session, "SESSION_ENDED", reason)

    def _admit(self, found: Recognised, given: Credentials, place: str) -> Outcome:
        account = found.account
        if found.method is Method.BREAK_GLASS:
            return self._break_glass(found, given, place)
        if account.user.must_change and found.method is Method.PASSWORD:
            # before the second factor: its code would be too old once a password was thought of
            if not given.new_password:
                return Outcome(needs="new_password", message="choose a password of your own")
            account = self._with_password(account, given)
        account, needs = self._second_factor(replace(found, account=account), given, place)
        if needs is not None:
            return needs
        account = replace(account, user=replace(account.user, last_sign_in_us=self._clock.now_us()))
        return self._open(found, account, given, place)

    def _open(self, found: Recognised, account: Account, given: Credentials, place: str) -> Outcome:
        user = account.user.name
        result = f"{found.method.value}{', directory away: earlier answer used' if found.offline else ''}"
        with self._register.changing:  # so that nobody is let in with what an administrator is just taking away
            present = self._present(given.session)
            if present is not None and present.user == user:
                rows = [self._row(replace(present, place=place), "UNLOCK" if present.locked else "SIGN_IN", result)]
                rows += self._account_rows(found, account, place, present.id)
                self._register.replace_account(found.before, account, *rows, forget=found.forget)
                outcome = Outcome(given.session, self._sessions.unlock(given.session, found.method))
            else:
                token, session = self._sessions.prepare(user, place, found.method, offline=found.offline)
                rows = [self._row(session, "SIGN_IN", result)]
                if present is not None:
                    rows.insert(0, self._row(present, "SIGN_OUT", f"{user} took over"))
                rows += self._account_rows(found, account, place, session.id)
                self._register.replace_account(found.before, account, *rows, forget=found.forget)
                self._sessions.admit(token, session)
                if present is not None:
                    self._sessions.close(given.session, f"{user} took over: sign in again")
                outcome = Outcome(token, session)
        with self._lock:
            self._seeds.pop(user, None)
        return outcome

    def _break_glass(self, found: Recognised, given: Credentials, place: str) -> Outcome:
        user = found.account.user.name
        token, session = self._sessions.prepare(user, place, Method.BREAK_GLASS, length_us=BREAK_GLASS_US)
        rows = [self._row(session, "BREAK_GLASS_USED", "the sealed code was used up")]
        present = self._present(given.session)
        if present is not None:
            rows.insert(0, self._row(present, "SIGN_OUT", f"{user} took over"))
        if not self._register.use_up_break_glass(found.code_hash, *rows, forget=found.forget):
            raise NotPermittedError("the sealed code was used up a moment ago")
        self._sessions.admit(token, session)
        if present is not None:
            self._sessions.close(given.session, f"{user} took over: sign in again")
        return Outcome(token, session, message="the sealed code is used up: seal a new one when the emergency is over")

    def _account_rows(self, found: Recognised, account: Account, place: str, session_id: str) -> list[AuditRow]:
        """What a sign-in changed of the account besides that somebody is here."""
        before, after, now_us = found.before, account.user, self._clock.now_us()
        rows = []
        if before is None or described(before.user) != described(after):
            rows.append(
                AuditRow(
                    now_us,
                    "system",
                    "USER_ADDED" if before is None else "USER_CHANGED",
                    target=after.name,
                    old="" if before is None else described(before.user),
                    new=described(after),
                    reason=f"as {after.source.value} says of {after.subject}",
                    result="done",
                    session=session_id,
                    place=place,
                )
            )
        own = AuditRow(now_us, after.name, "", target=after.name, result="done", session=session_id, place=place)
        if before is not None and before.user.must_change and not after.must_change:
            rows.append(replace(own, action="PASSWORD_CHANGED"))
        if account.totp_sealed and (before is None or not before.totp_sealed):
            rows.append(replace(own, action="SECOND_FACTOR_ON"))
        return rows

    def _present(self, token: str) -> Session | None:
        try:
            return self._sessions.find(token) if token else None
        except NotSignedInError:
            return None

    # second factor

    def _must_have_second_factor(self, account: Account) -> bool:
        strict = {Role(word) for word in self._settings.second_factor}
        return any(assignment.role in strict for assignment in account.user.assignments)

    def _second_factor(self, found: Recognised, given: Credentials, place: str) -> tuple[Account, Outcome | None]:
        account = found.account
        if found.method is not Method.PASSWORD:
            return account, None
        name = account.user.name
        if not account.totp_sealed:
            wanted = self._must_have_second_factor(account)
            return self._set_up(account, given, place) if wanted else (account, None)
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
            given = state.encode("utf-8", "replace")
            known = next((k for k in self._flows.values() if hmac.compare_digest(k.flow.state.encode(), given)), None)
            if known is None or known.answered or known.until_us <= self._clock.monotonic_us():
                raise NotPermittedError(
                    "this sign-in is not known here, is too old or was answered before: begin again"
                )
            known.answered = True
        if error or self._provider is None:
            known.fault = NotPermittedError("the identity provider did not sign you in: begin again")
            return str(known.fault)
        try:
            person = self._finished(self._provider, known, code)
            known.outcome = self._recognition.vouch(person, UserSource.OIDC, known.place)
        except PlantError as fault:
            known.fault = fault
            return str(fault)
        return f"You are signed in as {person.name}. Close this page and go back to the station."

    def _finished(self, provider: IdentityProvider, known: _Flow, code: str) -> DirectoryUser:
        try:
            return provider.finish(known.flow, code)
        except NotPermittedError as fault:
            raise self._recognition.refuse(UNKNOWN, known.place, str(fault)) from None

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
