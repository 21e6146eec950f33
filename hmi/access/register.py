"""Accounts, rules, attempts and control places in memory; every change is stored with its audit row in one commit."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from hmi.access import lockout, store
from hmi.access.lockout import NO_ATTEMPTS, Attempts
from hmi.access.store import Account, Control
from hmi.base.clock import Clock
from hmi.base.errors import BusyError
from hmi.model.access import AuditRow, Permission, Role, RoleTable, SignatureRule, UserSource
from hmi.storage.database import Database
from hmi.storage.faults import StorageBusyError

if TYPE_CHECKING:
    from sqlalchemy import Connection

BREAK_GLASS: Final = "access.break_glass"
_SALT: Final = "access.badge_salt"
_ADMINISTERED: Final = "access.administered"
_STORE_TIMEOUT_S: Final = 30.0
_LATER_LIMIT: Final = 1_000
_TOO_SLOW: Final = "the database did not store it in time, so nothing was changed: try again in a moment"

Forget = Sequence[tuple[str, str]]
"""Names and kinds of secret whose failed attempts are forgotten."""


class AccountChangedError(BusyError):
    """Somebody else changed the account between reading and storing it; nothing was stored."""


class Trail(Protocol):
    """The audit trail as a change sees it."""

    def append_in(self, connection: Connection, rows: Sequence[AuditRow]) -> object:
        """Adds rows within the caller's transaction."""
        ...


class Register:
    """What is known of people. Safe from any thread; changes block until they are stored, and raise if they are not.

    changing: held by who reads an account, decides and stores what follows, so that no change is lost under another.
    """

    def __init__(self, database: Database, trail: Trail, clock: Clock) -> None:
        self._database = database
        self._trail = trail
        self._clock = clock
        self._lock = threading.RLock()
        self.changing = threading.RLock()
        self._later: deque[AuditRow] = deque(maxlen=_LATER_LIMIT)
        self._recording = threading.Lock()
        self._accounts: dict[str, Account] = {}
        self._table = RoleTable()
        self._control: dict[str, Control] = {}
        self._attempts: dict[tuple[str, str], tuple[Attempts, int]] = {}
        self._break_glass = ""
        self._administered = False
        self.badge_salt = b""
        self.revision = 0

    def load(self) -> None:
        """Reads everything; call once before anything else."""

        def read(connection: Connection) -> None:
            salt = store.get_fact(connection, _SALT)
            if not salt:
                salt = secrets.token_hex(16)
                store.put_fact(connection, _SALT, salt)
            now = self._clock.monotonic_us()
            with self._lock:
                self._accounts = store.load_accounts(connection)
                self._table = store.load_rules(connection)
                self._control = store.load_control(connection)
                self._attempts = {key: (kept, now) for key, kept in store.load_attempts(connection).items()}
                self._break_glass = store.get_fact(connection, BREAK_GLASS)
                self._administered = bool(store.get_fact(connection, _ADMINISTERED))
                self.badge_salt = bytes.fromhex(salt)

        self._database.writer.run(read, _STORE_TIMEOUT_S)

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Every account by name, as of now."""
        with self._lock:
            return dict(self._accounts)

    def account(self, name: str) -> Account | None:
        """One account."""
        with self._lock:
            return self._accounts.get(name)

    @property
    def table(self) -> RoleTable:
        """The role table in force."""
        with self._lock:
            return self._table

    @property
    def control(self) -> Mapping[str, Control]:
        """Who controls what, by area."""
        with self._lock:
            return dict(self._control)

    @property
    def break_glass_hash(self) -> str:
        """Hash of the sealed emergency code, empty if there is none."""
        with self._lock:
            return self._break_glass

    @property
    def was_administered(self) -> bool:
        """True once somebody could manage users and roles, also if nobody can any more."""
        with self._lock:
            return self._administered

    def attempts(self, name: str, kind: str) -> Attempts:
        """Failed attempts of a name with one kind of secret, as of now."""
        with self._lock:
            kept, since = self._attempts.get((name, kind), (NO_ATTEMPTS, 0))
            return lockout.passed_time(kept, self._clock.monotonic_us() - since)

    def put_account(self, account: Account, *rows: AuditRow, forget: Forget = ()) -> None:
        """Adds or replaces an account, and forgets failed attempts with it."""

        first = not self.was_administered and bool(self.administrators(self.table, changed=account))

        def change(connection: Connection) -> None:
            store.put_account(connection, account)
            self._put_forgotten(connection, forget)
            if first:
                store.put_fact(connection, _ADMINISTERED, "yes")

        self._store(change, rows)
        with self._lock:
            self._accounts[account.user.name] = account
            self._administered = self._administered or first
            self._drop(forget)
            self.revision += 1

    def replace_account(self, before: Account | None, account: Account, *rows: AuditRow, forget: Forget = ()) -> None:
        """Like `put_account`, for an account that was read as `before`; raises AccountChangedError if it is another.

        Checking a secret takes a while: without this a sign-in would undo what an administrator changed meanwhile.
        """
        with self.changing:
            if self.account(account.user.name) is not before:
                raise AccountChangedError(f"the account {account.user.name} was changed just now: try again")
            self.put_account(account, *rows, forget=forget)

    def set_attempts(self, name: str, kind: str, attempts: Attempts, *rows: AuditRow) -> None:
        """Keeps the failed attempts of a name; counted also if they cannot be stored."""
        with self._lock:
            self._attempts[name, kind] = (attempts, self._clock.monotonic_us())
            if len(self._attempts) > store.KEPT_ATTEMPTS:
                # what counts for a place or the emergency code must not be flushed out by made-up names
                unknown = (key for key in self._attempts if key[0].startswith("?") and key != (name, kind))
                self._attempts.pop(next(unknown, ("", "")), None)
        now_us = self._clock.now_us()
        self._store(lambda connection: store.put_attempts(connection, name, kind, attempts, now_us), rows)

    def set_rule(self, permission: Permission, roles: frozenset[Role], rule: SignatureRule, *rows: AuditRow) -> None:
        """Changes one row of the role table."""
        self._store(lambda connection: store.put_rule(connection, permission, roles, rule), rows)
        with self._lock:
            self._table = RoleTable(
                {**self._table.roles, permission: roles}, {**self._table.signatures, permission: rule}
            )
            self.revision += 1

    def set_control(self, control: Control, *rows: AuditRow) -> None:
        """Changes who controls an area."""
        self._store(lambda connection: store.put_control(connection, control), rows)
        with self._lock:
            self._control[control.area] = control
            self.revision += 1

    def set_break_glass(self, hashed: str, *rows: AuditRow) -> None:
        """Replaces the emergency code."""
        with self.changing:
            self._store(lambda connection: store.put_fact(connection, BREAK_GLASS, hashed), rows)
            with self._lock:
                self._break_glass = hashed
                self.revision += 1

    def use_up_break_glass(self, hashed: str, *rows: AuditRow, forget: Forget = ()) -> bool:
        """Takes the emergency code away; False if it is not this one any more, or was used a moment ago."""

        def change(connection: Connection) -> None:
            store.put_fact(connection, BREAK_GLASS, "")
            self._put_forgotten(connection, forget)

        with self.changing:
            if not hashed or self.break_glass_hash != hashed:
                return False
            self._store(change, rows)
            with self._lock:
                self._break_glass = ""
                self._drop(forget)
                self.revision += 1
        return True

    def fact(self, key: str) -> str:
        """A small fact kept about the station, empty if it never was."""
        with self._database.reader() as connection:
            return store.get_fact(connection, key)

    def set_fact(self, key: str, value: str, *rows: AuditRow) -> None:
        """Keeps a small fact about the station."""
        self._store(lambda connection: store.put_fact(connection, key, value), rows)

    def record(self, *rows: AuditRow) -> None:
        """Adds audit rows that stand for themselves."""
        self._store(lambda _connection: None, rows)

    def keep(self, row: AuditRow) -> None:
        """Keeps a row for the next `record_kept`; for what has happened already and for callers that must not wait."""
        self._later.append(row)

    def record_kept(self) -> int:
        """Records what is kept and returns how many rows; raises if it cannot be stored yet."""
        with self._recording:
            rows = [self._later.popleft() for _ in range(len(self._later))]
            if rows:
                try:
                    self.record(*rows)
                except BaseException:
                    self._later.extendleft(reversed(rows))
                    raise
            return len(rows)

    def keep_locks(self) -> None:
        """Stores how long the running locks still last; called before the end."""
        now, now_us = self._clock.monotonic_us(), self._clock.now_us()
        with self._lock:
            running = {
                key: lockout.passed_time(kept, now - since)
                for key, (kept, since) in self._attempts.items()
                if kept.locked
            }
            self._attempts.update({key: (left, now) for key, left in running.items()})

        def change(connection: Connection) -> None:
            for (name, kind), left in running.items():
                store.put_attempts(connection, name, kind, left, now_us)

        if running:
            self._database.writer.run(change, _STORE_TIMEOUT_S)

    def administrators(self, table: RoleTable, *, signing: bool = False, changed: Account | None = None) -> list[str]:
        """Accounts that could sign in and manage both users and roles everywhere under a table.

        signing: only those that can sign, which takes a password that is checked here or by a directory.
        """
        accounts = dict(self.accounts)
        if changed is not None:
            accounts[changed.user.name] = changed
        return [
            name
            for name, account in accounts.items()
            if account.user.enabled
            and (account.user.source is not UserSource.LOCAL or account.password_hash)
            and not (signing and account.user.source is UserSource.OIDC)
            and table.permits(Permission.USER_MANAGE, account.user.assignments, ())
            and table.permits(Permission.ROLE_MANAGE, account.user.assignments, ())
        ]

    def touched(self, account: Account, **changes: object) -> Account:
        """The account with changes of its user value."""
        return replace(account, user=replace(account.user, **changes))  # type: ignore[arg-type]  # names of User

    def _put_forgotten(self, connection: Connection, forget: Forget) -> None:
        now_us = self._clock.now_us()
        for name, kind in forget:
            store.put_attempts(connection, name, kind, NO_ATTEMPTS, now_us)

    def _drop(self, forget: Forget) -> None:
        for key in forget:
            self._attempts.pop(key, None)

    def _store(self, change: Callable[[Connection], None], rows: Sequence[AuditRow]) -> None:
        given_up = threading.Event()

        def work(connection: Connection) -> None:
            if given_up.is_set():
                raise StorageBusyError(_TOO_SLOW)
            change(connection)
            if rows:
                self._trail.append_in(connection, rows)

        try:
            self._database.writer.run(work, _STORE_TIMEOUT_S)
        except TimeoutError:
            given_up.set()  # what was refused must not happen later
            raise StorageBusyError(_TOO_SLOW) from None
