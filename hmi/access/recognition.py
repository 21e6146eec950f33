"""Who somebody is: password, PIN, badge, emergency code, directory. Every refusal of one kind sounds the same."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from hmi.access import lockout
from hmi.access.directory.contract import DirectoryUnreachableError, DirectoryUser, PasswordDirectory
from hmi.access.guard import ALL, BREAK_GLASS_USER, RESERVED
from hmi.access.passwords import Hasher
from hmi.access.register import Register
from hmi.access.signatures import Seal
from hmi.access.store import Account
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, NotSignedInError, PlantError
from hmi.model.access import AuditRow, Credentials, Method, Role, User, UserSource
from hmi.model.station import AccessSettings
from hmi.model.timestamps import format_duration

PASSWORD: Final = "password"
PIN: Final = "pin"
BADGE: Final = "badge"
CODE: Final = "code"

WRONG: Final = "user name or password is wrong"
_WRONG_PIN: Final = "user name or PIN is wrong, or a PIN is not enough for this user: sign in with the password"
_WRONG_BADGE: Final = "this badge is not known, or a badge is not enough for its owner: sign in with the password"
_WRONG_CODE: Final = "this is not the sealed emergency code"
UNKNOWN: Final = "unknown name"
"""Actor of an attempt whose name proves nothing."""

_PIN_LIMIT: Final = 3
_SAME_TIME_US: Final = 1_000_000
_UNKNOWN_EVERY_US: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody who proved who they are.

    account: as it will be stored; before: as it was when it was looked at, None = it is new here. forget: failed
    attempts that this success ends. offline: by an earlier answer of the directory. code_hash: of the emergency code.
    """

    account: Account = field(repr=False)
    before: Account | None = field(repr=False)
    method: Method
    forget: tuple[tuple[str, str], ...]
    offline: bool = False
    code_hash: str = field(default="", repr=False)


class Recognition:
    """Checks secrets against accounts and the directory, counts failures and locks names (`domain.md` 6.2, 4).

    pause: waits some seconds; with a directory every refusal takes at least a second, so that its duration does not
    tell which names are local.
    """

    def __init__(
        self,
        register: Register,
        hasher: Hasher,
        settings: AccessSettings,
        key: Seal,
        directory: PasswordDirectory | None,
        clock: Clock,
        pause: Callable[[float], object],
    ) -> None:
        self._register = register
        self._hasher = hasher
        self._settings = settings
        self._key = key
        self._directory = directory
        self._clock = clock
        self._pause = pause
        self._counting = threading.Lock()
        self._unknown_at_us: int | None = None
        self._unknown_unsaid = 0
        self.directory_problem = ""

    def recognise(self, given: Credentials, place: str) -> Recognised:
        """Who it is; raises NotPermittedError, the same way for an unknown name and a wrong secret."""
        began_us = self._clock.monotonic_us()
        try:
            if given.code:
                return self._by_code(given.code, place)
            if given.badge:
                return self._by_badge(given.badge, place)
            if given.pin:
                return self._by_pin(_name(given.user), given.pin, place)
            return self._by_password(_name(given.user), given.password, place)
        except NotPermittedError:
            if self._directory is not None:
                self._pause(max(0, _SAME_TIME_US - (self._clock.monotonic_us() - began_us)) / 1e6)
            raise

    def count_failure(self, account: Account, place: str, what: str) -> NotPermittedError:
        """Counts a wrong second factor as a failed attempt, and gives the refusal to raise."""
        return self._failed(account.user.name, PASSWORD, place, f"the {what} is wrong or was used before", what)

    def locked_us(self, name: str) -> int:
        """How long a name is still locked, 0 = not."""
        return max(self._register.attempts(name, kind).left_us for kind in (PASSWORD, PIN))

    def vouch(self, person: DirectoryUser, source: UserSource, place: str, password: str = "") -> Recognised:
        """Who a directory vouches for, as an account with its word of now.

        password: kept as a hash, so that it holds for `access.offline` while the directory is away. Raises
        NotPermittedError, on record, without a role, for a disabled account, and where the name is somebody else's.
        """
        known = self._register.account(person.name)
        if known is not None and known.user.source is not source:
            why = (
                f"{person.name} is an account of another kind on this station ({known.user.source.value}): "
                "the administrator has to rename one of them"
            )
            raise self.refuse(person.name, place, why)
        if known is not None and known.user.subject != person.subject:
            why = f"{person.name} was another person in the directory ({known.user.subject}): names are never reused"
            raise self.refuse(person.name, place, why)
        if person.name in RESERVED:
            raise self.refuse(UNKNOWN, place, f"'{person.name}' has another meaning in the audit trail: no user name")
        if not person.assignments:
            why = f"{person.name} is known to the directory, but none of their groups has a role on this station"
            raise self.refuse(person.name, place, why)
        now_us = self._clock.now_us()
        user = known.user if known is not None else User(person.name, "", (), source, person.subject, created_us=now_us)
        keep = password and self._settings.offline_us
        user = replace(
            user,
            title=person.title or user.title or person.name,
            assignments=person.assignments,
            has_password=bool(keep),
            confirmed_us=now_us,
        )
        hashed = self._hasher.hash(password) if keep else ""
        account = self._enabled(replace(known or Account(user), user=user, password_hash=hashed), place)
        if source is UserSource.OIDC:
            return Recognised(account, known, Method.BROWSER, ())
        return Recognised(account, known, Method.PASSWORD, _both(person.name))

    def refuse(self, name: str, place: str, why: str) -> NotPermittedError:
        """Records that somebody who proved who they are is not let in, and gives the refusal to raise."""
        self._register.record(_row(self._clock, name, "SIGN_IN_FAILED", place, f"denied: {why}"))
        return NotPermittedError(why)

    def _by_password(self, name: str, password: str, place: str) -> Recognised:
        self._refuse_locked(name, PASSWORD)
        account = self._register.account(name)
        if account is None or account.user.source is not UserSource.LOCAL:
            if self._directory is not None:
                return self._by_directory(self._directory, account, name, password, place)
            account = None  # without its directory nobody vouches for an account of one
        if not self._hasher.verify(account.password_hash if account else "", password) or account is None:
            raise self._failed(name, PASSWORD, place, WRONG, "password")
        before = self._enabled(account, place)
        if self._hasher.is_outdated(account.password_hash):
            account = replace(account, password_hash=self._hasher.hash(password))
        return Recognised(account, before, Method.PASSWORD, _both(name))

    def _by_directory(
        self, directory: PasswordDirectory, account: Account | None, name: str, password: str, place: str
    ) -> Recognised:
        try:
            person = directory.authenticate(name, password)
        except DirectoryUnreachableError as fault:
            self.directory_problem = str(fault)
            return self._by_earlier_answer(account, name, password, place)
        except PlantError as fault:
            shown = name if account is not None else UNKNOWN
            denied = isinstance(fault, NotPermittedError)
            result = "denied by the directory" if denied else "the directory is set up wrongly"
            self._register.record(_row(self._clock, shown, "SIGN_IN_FAILED", place, result))
            raise
        self.directory_problem = ""
        if person is None:
            self._hasher.verify("", password)
            raise self._failed(name, PASSWORD, place, WRONG, "password")
        return self.vouch(person, UserSource.LDAP, place, password)

    def _by_earlier_answer(self, account: Account | None, name: str, password: str, place: str) -> Recognised:
        fresh = account is not None and self._is_confirmed(account.user)
        known = self._hasher.verify(account.password_hash if account and fresh else "", password)
        if account is None or not known:
            within = format_duration(self._settings.offline_us) if self._settings.offline_us else ""
            who = f"local users and who signed in within the last {within}" if within else "local users"
            words = f"the directory does not answer: only {who} can sign in now. If you are one of them, {WRONG}"
            raise self._failed(name, PASSWORD, place, words, "password (directory away)")
        return Recognised(self._enabled(account, place), account, Method.PASSWORD, _both(name), offline=True)

    def _by_pin(self, name: str, pin: str, place: str) -> Recognised:
        self._refuse_locked(name, PIN)
        account = self._register.account(name)
        right = self._hasher.verify(account.pin_hash if account else "", pin)
        if account is None or not right or not self._fast(account.user):
            raise self._failed(name, PIN, place, _WRONG_PIN, "PIN", min(_PIN_LIMIT, self._settings.attempts))
        return Recognised(self._enabled(account, place), account, Method.PIN, ((name, PIN),))

    def _by_badge(self, badge: str, place: str) -> Recognised:
        where = f"place {place}"
        self._refuse_locked(where, BADGE)
        hashed = self._hasher.badge(badge, self._register.badge_salt)
        account = next(
            (
                known
                for known in self._register.accounts.values()
                if known.badge_hash and hmac.compare_digest(known.badge_hash, hashed)
            ),
            None,
        )
        if account is None or not self._fast(account.user):
            raise self._failed(where, BADGE, place, _WRONG_BADGE, "badge")
        return Recognised(self._enabled(account, place), account, Method.BADGE, ((where, BADGE),))

    def _by_code(self, code: str, place: str) -> Recognised:
        where = f"place {place}"  # who guesses somewhere else must not keep the code from who needs it here
        self._refuse_locked(where, CODE)
        sealed = self._register.break_glass_hash
        if not self._hasher.verify(sealed, plain_code(code)):
            raise self._failed(where, CODE, place, _WRONG_CODE, "emergency code")
        user = User(BREAK_GLASS_USER, "Emergency", ALL, created_us=self._clock.now_us())
        forget = ((where, CODE),)
        return Recognised(Account(user), None, Method.BREAK_GLASS, forget, code_hash=sealed)

    def _enabled(self, account: Account, place: str) -> Account:
        if account.user.enabled:
            return account
        raise self.refuse(account.user.name, place, "the account is disabled: ask the administrator")

    def _fast(self, user: User) -> bool:
        """PIN and badge are enough for a user whose every role allows it, and whose directory vouched lately."""
        if user.must_change:
            return False  # a first password is known to who gave it
        roles = {assignment.role for assignment in user.assignments}
        strict = {Role(word) for word in self._settings.second_factor}
        if not roles <= {Role(word) for word in self._settings.fast_sign_in} or roles & strict:
            return False
        return user.source is UserSource.LOCAL or self._is_confirmed(user)

    def _is_confirmed(self, user: User) -> bool:
        """True while an earlier answer of the directory still holds; a clock that went back makes it doubtful."""
        if user.confirmed_us is None or not self._settings.offline_us:
            return False
        return 0 <= self._clock.now_us() - user.confirmed_us <= self._settings.offline_us

    def _refuse_locked(self, name: str, kind: str) -> None:
        left_us = self._register.attempts(self._key_of(name, kind), kind).left_us
        if left_us:
            raise NotPermittedError(
                f"too many failed attempts: wait {format_duration(-(-left_us // 1_000_000) * 1_000_000)}, "
                "or ask the administrator to unlock the name. Alarms and values stay visible"
            )

    def _failed(
        self, name: str, kind: str, place: str, words: str, what: str, limit: int | None = None
    ) -> NotPermittedError:
        key = self._key_of(name, kind)
        limit = self._settings.attempts if limit is None else limit
        with self._counting:
            after = lockout.failed(self._register.attempts(key, kind), limit, self._settings.lockout_us)
            result = f"denied: wrong {what}, attempt {after.failures}"
            if after.locked:
                result += f"; locked for {format_duration(after.left_us)}"
            actor = BREAK_GLASS_USER if kind == CODE else name
            rows = [_row(self._clock, actor, "SIGN_IN_FAILED", place, result)]
            if key != name:
                rows = self._unknown_rows(place, result)
            self._register.set_attempts(key, kind, after, *rows)
        return NotSignedInError(words)

    def _unknown_rows(self, place: str, result: str) -> list[AuditRow]:
        """One row for a burst of names nobody has, so that guessing does not fill the trail; the next one counts."""
        now = self._clock.monotonic_us()
        if self._unknown_at_us is not None and now - self._unknown_at_us < _UNKNOWN_EVERY_US:
            self._unknown_unsaid += 1
            return []
        more, self._unknown_unsaid, self._unknown_at_us = self._unknown_unsaid, 0, now
        if more:
            result += f"; {more} more attempts with unknown names since the last row"
        return [_row(self._clock, UNKNOWN, "SIGN_IN_FAILED", place, result)]

    def _key_of(self, name: str, kind: str) -> str:
        """Under which attempts are kept. What nobody is called may be a password in the wrong field: only its MAC."""
        if kind in (BADGE, CODE) or self._register.account(name) is not None:
            return name
        return "?" + self._key.mac(f"name {name}".encode("utf-8", "replace"))[:24]


def _both(name: str) -> tuple[tuple[str, str], ...]:
    return ((name, PASSWORD), (name, PIN))


def plain_code(code: str) -> str:
    """An emergency code without what people add when typing it."""
    return "".join(code.upper().split()).replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")


def _name(text: str) -> str:
    return text.strip().lower()[:100]


def _row(clock: Clock, actor: str, action: str, place: str, result: str) -> AuditRow:
    return AuditRow(clock.now_us(), actor, action, target=actor, result=result, place=place)
