"""Accounts, attempts, rules and control places in the database, always inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, insert, select
from sqlalchemy.engine import Row

from hmi.access.lockout import Attempts
from hmi.model.access import (
    DEFAULT_ROLES,
    Assignment,
    Permission,
    Role,
    RoleTable,
    SignatureRule,
    User,
    UserSource,
    parse_assignment,
)
from hmi.storage.schema.access import access_attempts, access_control, access_rules, access_users
from hmi.storage.schema.core import meta

KEPT_ATTEMPTS: Final = 1_000
"""Names with failed attempts that are remembered; beyond it those nobody has go first."""


_PERMISSIONS: Final = {permission.value: permission for permission in Permission}
_ROLES: Final = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what proves who it is. totp_step: the last time step a code was used for."""

    user: User
    password_hash: str = field(default="", repr=False)
    pin_hash: str = field(default="", repr=False)
    badge_hash: str = field(default="", repr=False)
    totp_sealed: str = field(default="", repr=False)
    totp_step: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """Which place controls an area, and which has asked for it; place: empty = nobody."""

    area: str
    place: str
    since_us: int
    by: str
    requested_place: str = ""
    requested_by: str = ""


def load_accounts(connection: Connection) -> dict[str, Account]:
    """Every account by name."""
    return {row.name: _account(row) for row in connection.execute(select(access_users))}


def put_account(connection: Connection, account: Account) -> None:
    """Adds or replaces an account."""
    user = account.user
    _put(
        connection,
        access_users,
        {"name": user.name},
        {
            "title": user.title,
            "source": user.source.value,
            "subject": user.subject,
            "assignments": "\n".join(assignment.text for assignment in user.assignments),
            "enabled": user.enabled,
            "must_change": user.must_change,
            "password_hash": account.password_hash,
            "pin_hash": account.pin_hash,
            "badge_hash": account.badge_hash,
            "totp_sealed": account.totp_sealed,
            "totp_step": account.totp_step,
            "created_us": user.created_us,
            "last_sign_in_us": user.last_sign_in_us,
            "confirmed_us": user.confirmed_us,
        },
    )


def load_attempts(connection: Connection) -> dict[tuple[str, str], Attempts]:
    """Failed attempts by name and kind of secret."""
    return {
        (row.name, row.kind): Attempts(row.failures, row.left_us) for row in connection.execute(select(access_attempts))
    }


def put_attempts(connection: Connection, name: str, kind: str, attempts: Attempts, now_us: int) -> None:
    """Keeps the attempts of a name, or forgets them after a success; names nobody has make room first."""
    key = {"name": name, "kind": kind}
    if attempts == Attempts():
        _remove(connection, access_attempts, key)
        return
    values = {"failures": attempts.failures, "left_us": attempts.left_us, "changed_us": now_us}
    _put(connection, access_attempts, key, values)
    count = connection.execute(select(func.count()).select_from(access_attempts)).scalar_one()
    if count > KEPT_ATTEMPTS:
        table = access_attempts.c
        oldest = connection.execute(
            select(table.name, table.kind)
            .where(table.name != name)
            .order_by(table.name.not_like("?%"), table.changed_us)
            .limit(count - KEPT_ATTEMPTS)
        ).all()
        for row in oldest:
            _remove(connection, access_attempts, {"name": row.name, "kind": row.kind})


def load_rules(connection: Connection) -> RoleTable:
    """The role table: the defaults with what the site changed."""
    roles = dict(DEFAULT_ROLES)
    signatures: dict[Permission, SignatureRule] = {}
    for row in connection.execute(select(access_rules)):
        permission = _PERMISSIONS.get(row.permission)
        if permission is not None:
            roles[permission] = frozenset(_ROLES[word] for word in row.roles.split("\n") if word in _ROLES)
            signatures[permission] = SignatureRule(row.signature)
    return RoleTable(roles, signatures)


def put_rule(connection: Connection, permission: Permission, roles: frozenset[Role], rule: SignatureRule) -> None:
    """Keeps one row of the role table."""
    words = "\n".join(sorted(role.value for role in roles))
    _put(connection, access_rules, {"permission": permission.value}, {"roles": words, "signature": rule.value})


def load_control(connection: Connection) -> dict[str, Control]:
    """Who controls what, by area."""
    names = [known.name for known in fields(Control)]
    return {
        row.area: Control(**{name: getattr(row, name) for name in names})
        for row in connection.execute(select(access_control))
    }


def put_control(connection: Connection, control: Control) -> None:
    """Keeps who controls an area."""
    values = {known.name: getattr(control, known.name) for known in fields(Control) if known.name != "area"}
    _put(connection, access_control, {"area": control.area}, values)


def get_fact(connection: Connection, key: str) -> str:
    """A small fact about the station, empty if it was never kept."""
    return connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar() or ""


def put_fact(connection: Connection, key: str, value: str) -> None:
    """Keeps a small fact."""
    _put(connection, meta, {"key": key}, {"value": value})


def _put(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    _remove(connection, table, key)
    connection.execute(insert(table).values(**key, **values))


def _remove(connection: Connection, table: Table, key: dict[str, Any]) -> None:
    connection.execute(delete(table).where(*(table.c[name] == value for name, value in key.items())))


def _account(row: Row[Any]) -> Account:
    return Account(
        user=User(
            name=row.name,
            title=row.title,
            assignments=_assignments(row.assignments),
            source=UserSource(row.source),
            subject=row.subject,
            enabled=row.enabled,
            must_change=row.must_change,
            has_password=bool(row.password_hash),
            has_pin=bool(row.pin_hash),
            has_badge=bool(row.badge_hash),
            has_totp=bool(row.totp_sealed),
            created_us=row.created_us,
            last_sign_in_us=row.last_sign_in_us,
            confirmed_us=row.confirmed_us,
        ),
        password_hash=row.password_hash,
        pin_hash=row.pin_hash,
        badge_hash=row.badge_hash,
        totp_sealed=row.totp_sealed,
        totp_step=row.totp_step,
    )


def _assignments(text: str) -> tuple[Assignment, ...]:
    return tuple(parse_assignment(line) for line in text.split("\n") if line)
