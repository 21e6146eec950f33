"""The one place that decides whether somebody may do something, and says why not in words."""

from __future__ import annotations

import functools
import getpass
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from hmi.access.places import Places
from hmi.access.register import Register
from hmi.access.sessions import Session, Sessions
from hmi.access.signatures import Signatures
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, NotSignedInError
from hmi.model.access import (
    CONTROLLING,
    EVERYWHERE,
    Assignment,
    AuditRow,
    Deed,
    Method,
    Permission,
    Role,
    SignatureRule,
)

BREAK_GLASS_USER: Final = "break-glass"
"""Who a session of the emergency code belongs to."""

RESERVED: Final = (BREAK_GLASS_USER, "nobody", "system", "os", "remote")
"""Names that mean something else in the audit trail."""

ALL: Final = (Assignment(Role.ADMIN),)
_DENIALS_EVERY_US: Final = 60_000_000
_KEPT_DENIALS: Final = 500

WORDS: Final = {
    Permission.ALARM_SILENCE: "silence the horn",
    Permission.ALARM_ACK: "acknowledge alarms",
    Permission.ALARM_RESET: "reset alarms",
    Permission.CONTROL_TAKE: "take control",
    Permission.CONTROL_FORCE: "take control by force",
    Permission.BACKUP_CREATE: "make a backup",
    Permission.AUDIT_READ: "read the audit trail",
    Permission.WINDOW_CLOSE: "close the window",
    Permission.SESSION_MANAGE: "manage sessions",
    Permission.USER_MANAGE: "manage users",
    Permission.ROLE_MANAGE: "change the role table",
}
"""Each action in words that follow "may"."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the station sees it. actor: empty = nobody is signed in; session: None without one."""

    actor: str
    session: Session | None
    assignments: tuple[Assignment, ...]
    place: str

    @property
    def locked(self) -> bool:
        """True while the session is locked."""
        return self.session is not None and self.session.locked

    @property
    def session_id(self) -> str:
        """Public id of the session, empty without one."""
        return self.session.id if self.session is not None else ""


class Guard:
    """Checks every deed of every front end: who, which role in which area, from which place, signed or not.

    in_use: True once people have to sign in. record: puts an audit row on its way to the disk. Never blocks.
    """

    def __init__(
        self,
        register: Register,
        sessions: Sessions,
        places: Places,
        signatures: Signatures,
        clock: Clock,
        in_use: Callable[[], bool],
        record: Callable[[AuditRow], object],
    ) -> None:
        self._register = register
        self._sessions = sessions
        self._places = places
        self._signatures = signatures
        self._clock = clock
        self._in_use = in_use
        self._record = record
        self._lock = threading.Lock()
        self._denied: dict[tuple[str, str, str, str], int] = {}

    def caller(self, token: str) -> Caller:
        """Who stands behind a token; raises NotSignedInError for one that is not, or not any more, a session's."""
        if not token:
            if self._in_use():
                return Caller("", None, (), self._places.own)
            return Caller(f"os:{os_login()}", None, ALL, self._places.own)
        session = self._sessions.find(token)
        if session.method is Method.BREAK_GLASS:
            return Caller(session.user, session, ALL, session.place)
        account = self._register.account(session.user)
        if account is None or not account.user.enabled:
            self._sessions.end_user(session.user, "the account is disabled: ask the administrator")
            raise NotSignedInError("the account is disabled: ask the administrator")
        return Caller(session.user, session, account.user.assignments, session.place)

    def authorise(
        self,
        permission: Permission,
        token: str,
        *,
        scopes: Iterable[str] = (),
        target: str = "",
        signature: str = "",
        reason: str = "",
    ) -> Deed:
        """The right to do one thing now; raises NotPermittedError or NotSignedInError, and records the refusal.

        scopes: the area of the target and what it lies in; empty = the whole station, which needs the role everywhere.
        """
        caller = self.caller(token)
        areas = tuple(scopes)
        why = self.refusal(caller, permission, areas)
        if why:
            raise self.denied(caller, permission, target, why)
        if caller.session is not None:
            self._sessions.touch(token)  # a program that acts is somebody there, also without saying so
        rule = self.signature_rule(caller, permission)
        if rule is SignatureRule.NONE:
            # whoever stands at a locked front end need not be who locked it
            actor = "" if caller.locked else caller.actor
            return Deed(actor or f"os:{os_login()}", caller.session_id, reason=reason, place=caller.place)
        try:
            signed = self._signatures.use(signature, permission, target, caller.session_id)
            if rule is SignatureRule.TWO and not signed.approver:
                raise NotPermittedError("a second person has to approve by now: sign again, together")
        except NotPermittedError as fault:
            self._note_denial(caller, permission, target, str(fault))
            raise
        return Deed(caller.actor, caller.session_id, signed.approver, signed.seal, signed.reason, caller.place)

    def denied(self, caller: Caller, permission: Permission, target: str, why: str) -> NotPermittedError:
        """Records a refusal and gives it to be raised."""
        self._note_denial(caller, permission, target, why)
        return NotPermittedError(why) if caller.actor else NotSignedInError(why)

    def refusal(self, caller: Caller, permission: Permission, scopes: Sequence[str]) -> str:
        """Why the caller may not do it, in a sentence; empty = it may be done."""
        table = self._register.table
        # a front end that has proven no place acts through this station, so it can do no more than this one
        place = self._places.find(caller.place) or self._places.find(self._places.own)
        touches_process = permission in CONTROLLING or permission in (Permission.CONTROL_TAKE, Permission.CONTROL_FORCE)
        if touches_process and place is not None and place.view_only:
            return f"{place.name} is a view-only station: act at another place"
        assignments = () if caller.locked else caller.assignments
        if not table.permits(permission, assignments, scopes):
            if caller.locked:
                return f"the session of {caller.actor} is locked: unlock it first"
            return self._missing(caller, permission, scopes)
        if permission in CONTROLLING and self._in_use():
            return self._places.refusal(caller.place, scopes)
        return ""

    def signature_rule(self, caller: Caller, permission: Permission) -> SignatureRule:
        """What the action asks the caller for.

        The emergency code manages users without: it is for when nobody who could sign is left, and helps one up again.
        """
        emergency = caller.session is not None and caller.session.method is Method.BREAK_GLASS
        if not self._in_use() or (emergency and permission is Permission.USER_MANAGE):
            return SignatureRule.NONE
        return self._register.table.signature(permission)

    def areas(self, caller: Caller, permission: Permission) -> list[str]:
        """Areas in which the caller could do it, places and signatures aside; `*` = everywhere."""
        assignments = () if caller.locked else caller.assignments
        areas = self._register.table.areas(permission, assignments)
        return [EVERYWHERE] if EVERYWHERE in areas else sorted(areas)

    def roles_for(self, permission: Permission) -> list[str]:
        """Roles that may do it, from the least to the most."""
        allowed = self._register.table.allowed(permission)
        return [role.value for role in Role if role in allowed]

    def _missing(self, caller: Caller, permission: Permission, scopes: Sequence[str]) -> str:
        needed = _listed(self.roles_for(permission)) or "a role that nobody has: the role table allows it to no one"
        what = WORDS[permission]
        if not caller.actor:
            return f"sign in first: to {what} one needs {needed}"
        where = f" in {scopes[0]}" if scopes else ""
        have = _listed([assignment.text for assignment in caller.assignments], "and") or "without a role"
        return f"{caller.actor} ({have}) may not {what}{where}: it needs {needed}"

    def _note_denial(self, caller: Caller, permission: Permission, target: str, why: str) -> None:
        target = self._recordable(permission, target)
        now = self._clock.monotonic_us()
        key = (caller.actor, caller.place, permission.value, target)
        with self._lock:
            last = self._denied.get(key)
            if last is not None and now - last < _DENIALS_EVERY_US:
                return
            if len(self._denied) >= _KEPT_DENIALS:
                self._denied = {k: t for k, t in self._denied.items() if now - t < _DENIALS_EVERY_US}
            if len(self._denied) >= _KEPT_DENIALS:
                return  # a flood of refusals must not fill the trail; its beginning stands there
            self._denied[key] = now
        self._record(
            AuditRow(
                self._clock.now_us(),
                caller.actor or "nobody",
                "DENIED",
                target=target or permission.value,
                new=permission.value,
                result=f"denied: {why}",
                session=caller.session_id,
                place=caller.place,
            )
        )

    def _recordable(self, permission: Permission, target: str) -> str:
        """The target of a refused deed; one nobody is called may be a password or a token in the wrong field."""
        if permission is Permission.USER_MANAGE and target not in ("", BREAK_GLASS_USER):
            return target if self._register.account(target) is not None else "unknown name"
        if permission is Permission.SESSION_MANAGE and target:
            known = any(session.id == target for session in self._sessions.all())
            return target if known else "unknown session"
        return target


@functools.cache
def os_login() -> str:
    """The operating system's login name of this process; asked once, for the system may ask a directory of its own."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _listed(words: Sequence[str], joint: str = "or") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"
