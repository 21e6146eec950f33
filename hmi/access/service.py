"""People at a station as one service: who they are, what they may do, and the record of what they did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import structlog

from hmi.access.accounts import Accounts, Change, deed_row
from hmi.access.audit.trail import AuditTrail
from hmi.access.directory.contract import IdentityProvider, PasswordDirectory
from hmi.access.guard import Caller, Guard, os_login
from hmi.access.passwords import Hasher
from hmi.access.places import Places
from hmi.access.recognition import Recognition
from hmi.access.register import Register
from hmi.access.sessions import Session, SessionLimits, Sessions
from hmi.access.signatures import Signatures, is_genuine
from hmi.access.signing_in import SigningIn
from hmi.access.store import Account, Control
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
from hmi.base.log import ConditionLog
from hmi.base.subscriptions import Listeners
from hmi.model.access import AuditRow, Credentials, Deed, Method, Permission, SignatureRule
from hmi.model.station import AccessSettings
from hmi.secrets.sealing import SealingKey
from hmi.storage.database import Database

_log = structlog.get_logger("access")

LONGEST_REASON: Final = 500
"""Characters in the reason of a signature."""


class AccessService:
    """Everything about people of one station. Calls block (hashing, storing); call them from a worker thread.

    areas: {name: title} an assignment and control may be limited to. changes: told with the revision after each change
    that a front end shows. recovering: whoever works on the files of the stopped station may make an administrator
    where nobody is one any more.
    """

    def __init__(
        self,
        database: Database,
        trail: AuditTrail,
        settings: AccessSettings,
        station: str,
        areas: Mapping[str, str],
        scopes: Iterable[str],
        key: SealingKey,
        clock: Clock,
        *,
        resolve: Callable[[str], str],
        directory: PasswordDirectory | None = None,
        provider: IdentityProvider | None = None,
        hasher: Hasher | None = None,
        pause: Callable[[float], object] | None = None,
        recovering: bool = False,
    ) -> None:
        self._clock = clock
        self._key = key
        self._recovering = recovering
        self._log = ConditionLog(_log)
        self.trail = trail
        self.settings = settings
        self.directory_configured = directory is not None
        self.provider_configured = provider is not None
        self.changes: Listeners[int] = Listeners()
        hasher = hasher or Hasher()
        self.register = Register(database, trail, clock)
        limits = SessionLimits(
            settings.sessions_per_user, settings.sessions, settings.session_us, settings.idle_lock_us
        )
        self._controlling = threading.Lock()
        self.sessions = Sessions(limits, clock, self._on_end, self._on_idle)
        self.places = Places(settings, station, areas, self.register, resolve)
        self.signatures = Signatures(key, clock)
        self.guard = Guard(
            self.register, self.sessions, self.places, self.signatures, clock, lambda: self.in_use, trail.record
        )
        pause = pause or threading.Event().wait
        self.recognition = Recognition(self.register, hasher, settings, key, directory, clock, pause)
        self.signing_in = SigningIn(
            self.recognition,
            self.register,
            self.sessions,
            self.places,
            hasher,
            settings,
            key,
            provider,
            clock,
            station,
        )
        self.accounts = Accounts(
            self.register,
            self.sessions,
            hasher,
            key,
            frozenset(scopes),
            settings.password_length,
            clock,
            station,
        )

    def start(self) -> None:
        """Reads what is kept, and gives areas that no place controls any more, or ever did, to the station's own."""
        self.register.load()
        for control, row in self.places.initial(self._clock.now_us()):
            self.register.set_control(control, row)
        if self._key.created and any(account.totp_sealed for account in self.register.accounts.values()):
            _log.warning("the key of this station is new: second factors cannot be read and have to be set up again")

    def stop(self) -> None:
        """Keeps how long running locks still last."""
        try:
            self.register.keep_locks()
            self.tick()
        except PlantError as fault:
            _log.warning("the state of locks could not be kept", reason=str(fault))

    def tick(self) -> None:
        """Once a second: ends and locks sessions whose time has come, and records it."""
        self.sessions.sweep()
        if self.record_kept():
            self.changed()

    def record_kept(self) -> int:
        """Records ends and locks of sessions that have happened, and returns how many; what fails now is kept."""
        try:
            recorded = self.register.record_kept()
        except PlantError as fault:
            self._log.raised("sessions", f"the end of a session could not be recorded: {fault}")
            return 0
        self._log.cleared("sessions", "ends of sessions are recorded again")
        return recorded

    @property
    def in_use(self) -> bool:
        """True once somebody can sign in, so that deeds need a session."""
        return bool(self.register.accounts) or self.directory_configured or self.provider_configured

    @property
    def break_glass_active(self) -> bool:
        """True while somebody works with the emergency code."""
        return any(session.method is Method.BREAK_GLASS for session in self.sessions.all())

    def sign(
        self,
        permission: Permission,
        target: str,
        scopes: Sequence[str],
        reason: str,
        own: Credentials,
        second: Credentials | None,
        token: str,
    ) -> str:
        """A signature for one action: re-authentication, a reason, and where the rule says so a second person.

        scopes: as for `Guard.authorise`; both people need the right there.
        """
        caller = self.guard.caller(token)
        if caller.session is None or caller.locked:
            raise NotSignedInError("sign in first: a signature is given by who acts")
        reason = " ".join(reason.split())
        if not reason:
            raise PlantError("a signature needs a reason: say what it means")
        if len(reason) > LONGEST_REASON or not reason.isprintable():
            # the seal covers the reason to the letter, and so does the trail only up to a length
            raise PlantError(f"the reason has up to {LONGEST_REASON} printable characters")
        if caller.session.method is Method.BREAK_GLASS:
            raise NotPermittedError("the emergency code cannot sign: sign in with an account")
        rule = self.register.table.signature(permission)
        if rule is SignatureRule.NONE:
            raise PlantError(f"{permission.value} asks for no signature")
        why = self.guard.refusal(caller, permission, scopes)
        if why:
            raise self.guard.denied(caller, permission, target, why)
        self.signing_in.prove(own, caller.actor, caller.place)
        approver = ""
        if rule is SignatureRule.TWO:
            if second is None or not second.user.strip():
                raise NotPermittedError("a second person has to approve: give their name and password")
            approver = second.user.strip().lower()
            if approver == caller.actor:
                raise NotPermittedError("the second person has to be somebody else")
            account = self.signing_in.prove(second, approver, caller.place)
            if not self.register.table.permits(permission, account.user.assignments, scopes):
                why = f"{approver} may not approve this: it needs the same right"
                raise self.guard.denied(caller, permission, target, why)
        return self.signatures.give(permission, target, reason, caller.session_id, caller.actor, approver)

    def take_control(self, area: str, reason: str, force: bool, token: str) -> Control:
        """Takes a free area for the caller's place, takes it by force, or asks the place that has it."""
        with self._controlling:
            return self._take_control(area, " ".join(reason.split()), force, token)

    def _take_control(self, area: str, reason: str, force: bool, token: str) -> Control:
        now_us = self._clock.now_us()
        control = self.places.area(area)
        permission = Permission.CONTROL_FORCE if force else Permission.CONTROL_TAKE
        if force and not reason:
            raise PlantError("taking control by force needs a reason")
        deed = self.guard.authorise(permission, token, scopes=(area,), target=area, reason=reason)
        try:
            place = self.places.must_act(deed.place).name
        except NotPermittedError as fault:
            raise self.guard.denied(self.guard.caller(token), permission, area, str(fault)) from None
        if control.place == place:
            raise PlantError(f"{place} controls {area} already")
        if control.place and not force:
            if control.requested_place == place:
                raise PlantError(f"{place} has asked for {area} already: {control.place} has to hand it over")
            row = replace(
                deed_row(deed, now_us, "CONTROL_REQUESTED", area), old=control.place, new=place, result="asked"
            )
            asked = replace(control, requested_place=place, requested_by=deed.actor)
            self._set_control(asked, row)
            return asked
        action = "CONTROL_FORCED" if control.place else "CONTROL_TAKEN"
        row = replace(deed_row(deed, now_us, action, area), old=control.place, new=place, result="done")
        taken = Control(area, place, now_us, deed.actor)
        self._set_control(taken, row)
        return taken

    def hand_over_control(self, area: str, place: str, token: str) -> Control:
        """Gives an area of the caller's place to another one; empty frees it."""
        with self._controlling:
            return self._hand_over_control(area, place, token)

    def _hand_over_control(self, area: str, place: str, token: str) -> Control:
        now_us = self._clock.now_us()
        control = self.places.area(area)
        deed = self.guard.authorise(Permission.CONTROL_TAKE, token, scopes=(area,), target=area)
        if control.place != deed.place:
            why = f"{area} is controlled by {control.place or 'nobody'}, not by {deed.place}"
            raise self.guard.denied(self.guard.caller(token), Permission.CONTROL_TAKE, area, why)
        if place:
            self.places.must_act(place)
        row = replace(deed_row(deed, now_us, "CONTROL_HANDED_OVER", area), old=control.place, new=place, result="done")
        given = Control(area, place, now_us, deed.actor)
        self._set_control(given, row)
        return given

    def end_session(self, session_id: str, token: str) -> None:
        """Ends somebody's session, or one's own."""
        caller = self.guard.caller(token)
        if caller.session_id == session_id and not caller.locked:
            deed = Deed(caller.actor, caller.session_id, place=caller.place)
        else:
            deed = self.guard.authorise(Permission.SESSION_MANAGE, token, target=session_id)
        known = next((session for session in self.sessions.all() if session.id == session_id), None)
        if known is None:
            raise PlantError(f"no session {session_id}: it has ended")
        row = deed_row(deed, self._clock.now_us(), "SESSION_ENDED", known.user)
        self.register.record(replace(row, old=session_id, result="done"))
        self.sessions.end(session_id, f"{deed.actor} ended the session: sign in again")
        self.changed()

    def account_of(self, token: str) -> tuple[Caller, Account]:
        """The caller's own account; raises for somebody who has none here."""
        caller = self.guard.caller(token)
        account = self.register.account(caller.actor) if caller.session is not None and not caller.locked else None
        if account is None:
            raise NotSignedInError("sign in first: this is about your own account")
        return caller, account

    def add_user(self, name: str, change: Change, token: str, signature: str) -> Account:
        """Adds an account; the first one that can manage people needs no session but has to be an administrator.

        Once there was one, who sits at a station does not become its master because the last one is gone: that takes
        the emergency code, or hands on the files of the stopped station.
        """
        nobody = not self.register.administrators(self.register.table)
        first = nobody and (self._recovering or not self.register.was_administered)
        if nobody and not first and not token:
            raise NotSignedInError(
                "nobody is an administrator any more: sign in with the sealed emergency code, or stop the station and "
                f"run 'plant-hmi user add {name} --role admin'"
            )
        if first and not token:
            # also beside a directory: it may be away, or give nobody the role of an administrator for good
            deed = Deed(f"os:{os_login()}", place=self.places.own)
        else:
            deed = self.guard.authorise(Permission.USER_MANAGE, token, target=name, signature=signature)
        account = self.accounts.add(name, change, deed, first=first)
        self.changed()
        return account

    def changed(self) -> None:
        """Tells front ends that something about people changed."""
        self.changes.emit(self.register.revision)

    def has_genuine_seal(self, row: AuditRow) -> bool:
        """True if a signed row of the trail carries this station's seal over what it says."""
        return is_genuine(self._key, row.signature, row.target, row.reason, row.actor, row.approver)

    def _set_control(self, control: Control, row: AuditRow) -> None:
        self.register.set_control(control, row)
        self.changed()

    def _on_end(self, session: Session, reason: str) -> None:
        self.register.keep(self.signing_in.note_end(session, reason))

    def _on_idle(self, session: Session) -> None:
        self.register.keep(self.signing_in.note_end(session, ""))
