"""Managing accounts, the role table, own secrets and the emergency code; the caller has authorised the deed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hmi.access import passwords, second_factor
from hmi.access.guard import BREAK_GLASS_USER, RESERVED
from hmi.access.passwords import Hasher
from hmi.access.recognition import BADGE, PASSWORD, PIN, Recognised, plain_code
from hmi.access.register import Register
from hmi.access.sessions import Sessions
from hmi.access.store import Account
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.access import (
    EVERYWHERE,
    SIGNABLE,
    Assignment,
    AuditRow,
    Deed,
    Permission,
    Role,
    RoleTable,
    SignatureRule,
    User,
    UserSource,
    is_user_name,
    parse_assignment,
)
from hmi.secrets.sealing import SealingKey

_CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LONGEST_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of an account; None = leave, an empty PIN or badge takes it away."""

    title: str | None = None
    assignments: Sequence[str] | None = None
    enabled: bool | None = None
    password: str | None = None
    pin: str | None = None
    badge: str | None = None
    totp: bool | None = None
    unlock: bool = False

    def __repr__(self) -> str:
        return "Change()"  # it may hold secrets


class Accounts:
    """Accounts of a station. Nothing is half applied: an account changes with its audit row, or not at all.

    areas: names an assignment may be limited to.
    """

    def __init__(
        self,
        register: Register,
        sessions: Sessions,
        hasher: Hasher,
        key: SealingKey,
        areas: Collection[str],
        password_length: int,
        clock: Clock,
        station: str,
    ) -> None:
        self._register = register
        self._sessions = sessions
        self._hasher = hasher
        self._key = key
        self._areas = areas
        self._password_length = password_length
        self._clock = clock
        self._station = station
        self._lock = register.changing
        self._seeds: dict[str, str] = {}

    def add(self, name: str, change: Change, deed: Deed, *, first: bool) -> Account:
        """A new account; first: nobody can manage people yet, so it has to be an administrator with a password."""
        if not is_user_name(name):
            raise PlantError(f"'{name}' is not a user name: use a-z, 0-9, - and _, at most 40")
        if name in RESERVED:
            raise PlantError(f"'{name}' has another meaning in the audit trail: choose another name")
        with self._lock:
            if first and self._register.administrators(self._register.table):
                raise NotPermittedError("the first administrator was created just now: sign in first")
            if self._register.account(name) is not None:
                raise PlantError(f"{name} exists already, maybe disabled: a name is never given to another person")
            if not change.assignments:
                raise PlantError(f"{name} needs a role, e.g. operator, or operator@AREA for one area only")
            user = User(name, change.title or name, (), created_us=self._clock.now_us(), must_change=not first)
            added = replace(self._row(deed, "USER_ADDED", name), result="done")
            account, rows = self._changed(Account(user), change, deed, new=True)
            if first:
                account = replace(account, user=replace(account.user, must_change=False))
                self._must_administer(account)
            self._register.put_account(account, replace(added, new=described(account.user)), *rows)
            return account

    def change(self, name: str, change: Change, deed: Deed) -> Account:
        """Changes an account; who lost a right or was disabled is signed out."""
        with self._lock:
            before = self._known(name)
            account, rows = self._changed(before, change, deed)
            self._keep_an_administrator(before, account)
            if described(before.user) != described(account.user):
                row = self._row(deed, "USER_CHANGED", name)
                rows.insert(0, replace(row, old=described(before.user), new=described(account.user), result="done"))
            if change.unlock:
                rows.append(replace(self._row(deed, "USER_UNLOCKED", name), result="done"))
            if rows:
                forget = ((name, PASSWORD), (name, PIN)) if change.unlock else ()
                self._register.put_account(account, *rows, forget=forget)
        if not account.user.enabled:
            self._sessions.end_user(name, "the account is disabled: ask the administrator")
        elif change.password is not None or not set(before.user.assignments) <= set(account.user.assignments):
            self._sessions.end_user(name, "the account was changed: sign in again")
        return account

    def set_password(self, proven: Recognised, new: str, deed: Deed) -> None:
        """A person's own new password; the present one was checked by the caller."""
        account = proven.account
        name = account.user.name
        if account.user.source is not UserSource.LOCAL:
            raise PlantError(f"the password of {name} is kept by the directory: change it there")
        passwords.check_password(new, name, self._password_length)
        if self._hasher.verify(account.password_hash, new):
            raise PlantError("the new password is the old one: choose another")
        changed = self._register.touched(account, must_change=False, has_password=True)
        changed = replace(changed, password_hash=self._hasher.hash(new))
        row = replace(self._row(deed, "PASSWORD_CHANGED", name), result="done")
        self._register.replace_account(proven.before, changed, row, forget=proven.forget)

    def set_pin(self, proven: Recognised, pin: str, deed: Deed) -> None:
        """A person's own PIN; empty takes it away."""
        changed, row = self._with_pin(proven.account, pin, deed)
        self._register.replace_account(proven.before, changed, row, forget=proven.forget)

    def begin_totp(self, account: Account) -> tuple[str, str]:
        """A fresh seed and its address; nothing is kept before `confirm_totp`."""
        name = account.user.name
        seed = second_factor.new_seed()
        with self._lock:
            self._seeds[name] = seed
        return seed, second_factor.address(seed, name, self._station)

    def confirm_totp(self, name: str, code: str, deed: Deed) -> None:
        """Turns the second factor on once a code of it was right."""
        with self._lock:
            account = self._known(name)
            seed = self._seeds.get(name)
            if seed is None:
                raise PlantError("no second factor is being set up: begin again")
            step = second_factor.accepted_step(seed, code, self._clock.now_us(), 0)
            if step is None:
                raise PlantError("the code is wrong: check the clock of the device that shows it, and try the next one")
            changed = self._register.touched(account, has_totp=True)
            sealed = self._key.seal(seed, f"{second_factor.PURPOSE} {name}")
            row = replace(self._row(deed, "SECOND_FACTOR_ON", name), result="done")
            self._register.put_account(replace(changed, totp_sealed=sealed, totp_step=step), row)
            del self._seeds[name]

    def seal_break_glass(self, deed: Deed) -> str:
        """A new emergency code, shown this once; the one before is void."""
        letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(25))
        row = replace(self._row(deed, "BREAK_GLASS_SEALED", BREAK_GLASS_USER), result="done")
        self._register.set_break_glass(self._hasher.hash(plain_code(letters)), row)
        return "-".join(letters[start : start + 5] for start in range(0, 25, 5))

    def set_rule(self, permission: Permission, roles: frozenset[Role], rule: SignatureRule, deed: Deed) -> None:
        """Changes one row of the role table; refused if nobody could manage users or roles any more."""
        with self._lock:
            before = self._register.table
            table = RoleTable({**before.roles, permission: roles}, {**before.signatures, permission: rule})
            if Role.NOBODY in roles and permission is not Permission.ALARM_SILENCE:
                allowed = (Permission.ALARM_ACK, Permission.ALARM_RESET, Permission.WINDOW_CLOSE)
                if permission not in allowed:
                    raise PlantError(f"{permission.value} cannot be given to people who are not signed in")
                if rule is not SignatureRule.NONE:
                    raise PlantError(f"{permission.value} cannot ask for a signature of somebody who is not signed in")
            if permission is Permission.ALARM_SILENCE and roles != frozenset(Role):
                raise PlantError("everybody may silence the horn, also without signing in: this cannot be taken away")
            if rule is not SignatureRule.NONE and permission not in SIGNABLE:
                raise PlantError(f"{permission.value} takes no signature: nobody could do it any more")
            if not self._register.administrators(table):
                raise PlantError("nobody could manage users and roles any more: leave these to a role somebody has")
            if not self._can_still_administer(table):
                raise PlantError("too few administrators could sign for it: add one first, with a password")
            old, new = _rule_words(before, permission), _rule_words(table, permission)
            if old != new:
                row = replace(self._row(deed, "ROLE_CHANGED", permission.value), old=old, new=new, result="done")
                self._register.set_rule(permission, roles, rule, row)

    def _known(self, name: str) -> Account:
        account = self._register.account(name)
        if account is None:
            raise PlantError(f"no user {name}")
        return account

    def _changed(
        self, account: Account, change: Change, deed: Deed, *, new: bool = False
    ) -> tuple[Account, list[AuditRow]]:
        name, rows = account.user.name, []
        if change.title is not None:
            title = change.title.strip()
            if not title or len(title) > _LONGEST_TITLE or not title.isprintable():
                raise PlantError(f"the full name has 1 to {_LONGEST_TITLE} printable characters")
            account = self._register.touched(account, title=title)
        if change.assignments is not None:
            account = self._register.touched(account, assignments=self._assignments(account.user, change.assignments))
        if change.enabled is not None:
            account = self._register.touched(account, enabled=change.enabled)
        if change.password is not None:
            account = self._with_reset(account, change.password)
            if not new:
                rows.append(replace(self._row(deed, "PASSWORD_RESET", name), result="done"))
        if change.pin is not None:
            account, row = self._with_pin(account, change.pin, deed)
            rows.append(row)
        if change.badge is not None:
            account, row = self._with_badge(account, change.badge, deed)
            rows.append(row)
        if change.totp is not None:
            if change.totp:
                raise PlantError("the second factor is set up by the person themselves, at their own sign-in")
            account = replace(self._register.touched(account, has_totp=False), totp_sealed="", totp_step=0)
            rows.append(replace(self._row(deed, "SECOND_FACTOR_OFF", name), result="done"))
        return account, rows

    def _assignments(self, user: User, texts: Sequence[str]) -> tuple[Assignment, ...]:
        if user.source is not UserSource.LOCAL:
            raise PlantError(f"the roles of {user.name} come from the directory: change the groups there")
        try:
            found = tuple(dict.fromkeys(parse_assignment(text) for text in texts))
        except ValueError as fault:
            raise PlantError(str(fault)) from None
        if not found:
            raise PlantError(f"{user.name} needs at least one role; disable the account to take all away")
        for assignment in found:
            if assignment.area != EVERYWHERE and assignment.area not in self._areas:
                known = ", ".join(sorted(self._areas))
                raise PlantError(f"'{assignment.area}' is not an area of this plant: known are {known}")
        return found

    def _with_reset(self, account: Account, password: str) -> Account:
        name = account.user.name
        if account.user.source is not UserSource.LOCAL:
            raise PlantError(f"the password of {name} is kept by the directory: change it there")
        passwords.check_password(password, name, self._password_length)
        changed = self._register.touched(account, must_change=True, has_password=True)
        return replace(changed, password_hash=self._hasher.hash(password))

    def _with_pin(self, account: Account, pin: str, deed: Deed) -> tuple[Account, AuditRow]:
        row = replace(self._row(deed, "PIN_CHANGED", account.user.name), result="set" if pin else "taken away")
        if pin:
            passwords.check_pin(pin)
        changed = self._register.touched(account, has_pin=bool(pin))
        return replace(changed, pin_hash=self._hasher.hash(pin) if pin else ""), row

    def _with_badge(self, account: Account, badge: str, deed: Deed) -> tuple[Account, AuditRow]:
        name = account.user.name
        row = replace(self._row(deed, f"{BADGE.upper()}_CHANGED", name), result="set" if badge else "taken away")
        hashed = ""
        if badge:
            passwords.check_badge(badge)
            hashed = self._hasher.badge(badge, self._register.badge_salt)
            owner = next(
                (other.user.name for other in self._register.accounts.values() if other.badge_hash == hashed), name
            )
            if owner != name:
                raise PlantError(f"this badge belongs to {owner}: take it away there first")
        return replace(self._register.touched(account, has_badge=bool(badge)), badge_hash=hashed), row

    def _must_administer(self, account: Account) -> None:
        if not account.user.has_password:
            raise PlantError("the first user needs a password")
        if not self._register.administrators(self._register.table, changed=account):
            raise PlantError("the first user has to be an administrator: give the role admin")

    def _keep_an_administrator(self, before: Account, after: Account) -> None:
        table, name = self._register.table, before.user.name
        if name not in self._register.administrators(table):
            return
        if not self._can_still_administer(table, after):
            raise PlantError(f"{name} is the last administrator: make somebody else one first")

    def _can_still_administer(self, table: RoleTable, changed: Account | None = None) -> bool:
        """True if enough people are left to manage users and roles, also by the signatures this asks for."""
        rules = {table.signature(permission) for permission in (Permission.USER_MANAGE, Permission.ROLE_MANAGE)}
        needed = 2 if SignatureRule.TWO in rules else 1
        signing = rules != {SignatureRule.NONE}
        return len(self._register.administrators(table, signing=signing, changed=changed)) >= needed

    def _row(self, deed: Deed, action: str, target: str) -> AuditRow:
        return deed_row(deed, self._clock.now_us(), action, target)


def deed_row(deed: Deed, t_us: int, action: str, target: str) -> AuditRow:
    """An audit row of a deed, without what came of it."""
    return AuditRow(
        t_us,
        deed.actor,
        action,
        target=target,
        reason=deed.reason,
        approver=deed.approver,
        session=deed.session,
        signature=deed.signature,
        place=deed.place,
    )


def described(user: User) -> str:
    """What an account is, in one line for the audit trail."""
    roles = " ".join(assignment.text for assignment in user.assignments)
    return f"{user.title}; {roles}; {'enabled' if user.enabled else 'disabled'}"


def _rule_words(table: RoleTable, permission: Permission) -> str:
    allowed = table.allowed(permission)
    names = " ".join(role.value for role in Role if role in allowed) or "nobody at all"
    return f"{names}; signature {table.signature(permission).value}"
