"""Who may do what: classes of action, roles, users, deeds (`domain.md` 6). Values and the one check, no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_USER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

EVERYWHERE: Final = "*"
"""Area of an assignment that holds in every area."""


class Permission(StrEnum):
    """A class of action. A new one: a line here, a row in `DEFAULT_ROLES`, and the check where it is carried out."""

    ALARM_SILENCE = "alarm.silence"
    ALARM_ACK = "alarm.ack"
    ALARM_RESET = "alarm.reset"
    CONTROL_TAKE = "control.take"
    CONTROL_FORCE = "control.force"
    BACKUP_CREATE = "backup.create"
    AUDIT_READ = "audit.read"
    WINDOW_CLOSE = "window.close"
    SESSION_MANAGE = "session.manage"
    USER_MANAGE = "user.manage"
    ROLE_MANAGE = "role.manage"


class Role(StrEnum):
    """What somebody is at this station; `nobody` = not signed in, while users exist."""

    NOBODY = "nobody"
    VIEWER = "viewer"
    OPERATOR = "operator"
    MAINTENANCE = "maintenance"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    ADMIN = "admin"


class SignatureRule(StrEnum):
    """What an action asks for before it is carried out: nothing, re-authentication, or a second person as well."""

    NONE = "none"
    OWN = "own"
    TWO = "two"


class UserSource(StrEnum):
    """Who vouches for a user: this station, a directory server, or an identity provider."""

    LOCAL = "local"
    LDAP = "ldap"
    OIDC = "oidc"


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"
    PIN = "pin"
    BADGE = "badge"
    BROWSER = "browser"
    BREAK_GLASS = "break_glass"


ASSIGNABLE: Final = tuple(role for role in Role if role is not Role.NOBODY)
"""Roles a user can have, from the least to the most."""

CONTROLLING: Final = frozenset({Permission.ALARM_ACK, Permission.ALARM_RESET})
"""Actions on the process: where control places are configured, only the place that controls the area does them."""

SIGNABLE: Final = frozenset(
    {
        Permission.ALARM_ACK,
        Permission.ALARM_RESET,
        Permission.BACKUP_CREATE,
        Permission.USER_MANAGE,
        Permission.ROLE_MANAGE,
    }
)
"""Actions that take a signature; asked of any other one, nobody could do it any more."""

DEFAULT_ROLES: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.ALARM_SILENCE: frozenset(Role),
    Permission.ALARM_ACK: frozenset(ASSIGNABLE) - {Role.VIEWER},
    Permission.ALARM_RESET: frozenset(ASSIGNABLE) - {Role.VIEWER},
    Permission.CONTROL_TAKE: frozenset(ASSIGNABLE) - {Role.VIEWER},
    Permission.CONTROL_FORCE: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Permission.BACKUP_CREATE: frozenset({Role.MAINTENANCE, Role.SUPERVISOR, Role.ENGINEER, Role.ADMIN}),
    Permission.AUDIT_READ: frozenset({Role.SUPERVISOR, Role.ENGINEER, Role.ADMIN}),
    Permission.WINDOW_CLOSE: frozenset({Role.MAINTENANCE, Role.SUPERVISOR, Role.ENGINEER, Role.ADMIN}),
    Permission.SESSION_MANAGE: frozenset({Role.SUPERVISOR, Role.ADMIN}),
    Permission.USER_MANAGE: frozenset({Role.ADMIN}),
    Permission.ROLE_MANAGE: frozenset({Role.ADMIN}),
}
"""Roles that may do each action, as a station begins."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role somebody has in an area; `*` = in every area."""

    role: Role
    area: str = EVERYWHERE

    @property
    def text(self) -> str:
        """As written in commands and lists: `operator`, `operator@bottling`."""
        return self.role.value if self.area == EVERYWHERE else f"{self.role.value}@{self.area}"


def parse_assignment(text: str) -> Assignment:
    """The assignment of `operator` or `operator@bottling`; ValueError in plain words for anything else."""
    word, at, area = text.strip().partition("@")
    if word not in {role.value for role in ASSIGNABLE} or (at and not area):
        known = ", ".join(role.value for role in ASSIGNABLE)
        raise ValueError(f"'{text}' is not a role; expected one of {known}, with @AREA for one area only")
    return Assignment(Role(word), area or EVERYWHERE)


def is_user_name(text: str) -> bool:
    """True for what an account may be called (`contract.md` 1, names)."""
    return _USER_NAME.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class User:
    """One person's account; no secret is in it. The name is never given to another person, so users are not deleted.

    subject: what a directory calls this person. confirmed_us: when a directory last vouched for the account.
    """

    name: str
    title: str
    assignments: tuple[Assignment, ...]
    source: UserSource = UserSource.LOCAL
    subject: str = ""
    enabled: bool = True
    must_change: bool = False
    has_password: bool = False
    has_pin: bool = False
    has_badge: bool = False
    has_totp: bool = False
    created_us: int = 0
    last_sign_in_us: int | None = None
    confirmed_us: int | None = None


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Roles by action, and what an action asks for: the part of the rules that a site edits."""

    roles: Mapping[Permission, frozenset[Role]] = field(default_factory=lambda: DEFAULT_ROLES)
    signatures: Mapping[Permission, SignatureRule] = field(default_factory=dict)

    def allowed(self, permission: Permission) -> frozenset[Role]:
        """Roles that may do this."""
        return self.roles.get(permission, frozenset())

    def signature(self, permission: Permission) -> SignatureRule:
        """What it asks for."""
        return self.signatures.get(permission, SignatureRule.NONE)

    def areas(self, permission: Permission, assignments: Iterable[Assignment]) -> frozenset[str]:
        """Areas in which somebody with these roles may do it; empty = nowhere."""
        allowed = self.allowed(permission)
        if Role.NOBODY in allowed:
            return frozenset({EVERYWHERE})  # what may be done without signing in does not get lost by signing in
        return frozenset(a.area for a in assignments if a.role in allowed)

    def permits(self, permission: Permission, assignments: Iterable[Assignment], scopes: Iterable[str]) -> bool:
        """True if it may be done in one of the scopes: the area of the target and the areas it lies in."""
        areas = self.areas(permission, assignments)
        return EVERYWHERE in areas or not areas.isdisjoint(scopes)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody signs in with: `user` and `password`, `user` and `pin`, a `badge`, or a break-glass `code`.

    totp: second factor, where asked for. new_password: given when the present one has to be changed. place, place_key:
    of a remote place; empty = the station's own place in its own window, none over HTTP. session: token of the caller's
    present session: signing in as the same user unlocks it, as another one ends it.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    pin: str = field(default="", repr=False)
    badge: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    totp: str = field(default="", repr=False)
    new_password: str = field(default="", repr=False)
    place: str = ""
    place_key: str = field(default="", repr=False)
    session: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something and by what right, for the journal and the audit trail.

    actor: user name, `os:LOGIN` while no users exist, or `system`. session: public id of the session. approver: second
    person of a signed action. signature: seal of a signed action. reason: as given by the actor. place: where it was.
    """

    actor: str
    session: str = ""
    approver: str = ""
    signature: str = ""
    reason: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit trail (`contract.md` 9), without `seq`, `station` and the hashes, which storage adds.

    Empty fields are not set and are not part of the chain. signature: seal of a row that two or more components signed.
    """

    t_us: int
    actor: str
    action: str
    target: str = ""
    address: str = ""
    old: str = ""
    new: str = ""
    readback: str = ""
    unit: str = ""
    reason: str = ""
    result: str = ""
    approver: str = ""
    session: str = ""
    signature: str = ""
    place: str = ""
