"""Electronic signatures: re-authentication bound to one action on one target, used once, within a minute.

The seal is an HMAC with the station's own key over who signed what, why and when (`domain.md` 6.2, 13); it stands in
the audit row of the deed together with both names.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from dataclasses import dataclass
from typing import Final, Protocol

from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError
from hmi.model.access import Permission
from hmi.model.timestamps import iso
from hmi.storage.chain import canonical

VALID_US: Final = 60_000_000
_MOST: Final = 100


class Seal(Protocol):
    """The station's key as far as signing needs it."""

    def mac(self, data: bytes) -> str:
        """HMAC of the data as hex."""
        ...

    def verify_mac(self, data: bytes, mac: str) -> bool:
        """True if `mac` was made by this key over the data."""
        ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the deed carries it. approver: empty without a second person."""

    approver: str
    reason: str
    seal: str


@dataclass(frozen=True, slots=True)
class _Pending:
    permission: Permission
    target: str
    session: str
    signed: Signed
    until_us: int


class Signatures:
    """Signatures given and not yet used; at most a hundred at a time."""

    def __init__(self, key: Seal, clock: Clock) -> None:
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}

    def give(self, permission: Permission, target: str, reason: str, session: str, actor: str, approver: str) -> str:
        """A one-time token for a signature whose components were checked by the caller."""
        token = secrets.token_urlsafe(32)
        signed_at = iso(self._clock.now_us())
        mac = self._key.mac(statement(permission.value, target, reason, actor, approver, signed_at))
        signed = Signed(approver, reason, f"{permission.value} {signed_at} {mac}")
        now = self._clock.monotonic_us()
        with self._lock:
            self._pending = {key: kept for key, kept in self._pending.items() if kept.until_us > now}
            if len(self._pending) >= _MOST:
                raise NotPermittedError("too many signatures wait to be used: try again in a minute")
            self._pending[_hashed(token)] = _Pending(permission, target, session, signed, now + VALID_US)
        return token

    def use(self, token: str, permission: Permission, target: str, session: str) -> Signed:
        """Takes a signature for the action it was given for; raises NotPermittedError, also the second time."""
        if not token:
            raise NotPermittedError("this action needs a signature: confirm it with your password")
        with self._lock:
            pending = self._pending.pop(_hashed(token), None)
        if pending is None or pending.until_us <= self._clock.monotonic_us():
            raise NotPermittedError("the signature was used before or is older than a minute: sign again")
        if (pending.permission, pending.target, pending.session) != (permission, target, session):
            raise NotPermittedError("the signature was given for another action: sign again")
        return pending.signed


def statement(permission: str, target: str, reason: str, actor: str, approver: str, signed_at: str) -> bytes:
    """The bytes that are sealed."""
    return canonical(
        {
            "permission": permission,
            "target": target,
            "reason": reason,
            "actor": actor,
            "approver": approver,
            "t": signed_at,
        }
    )


def is_genuine(key: Seal, seal: str, target: str, reason: str, actor: str, approver: str) -> bool:
    """True if a row's seal was made by this station over what the row says."""
    permission, _, rest = seal.partition(" ")
    signed_at, _, mac = rest.partition(" ")
    return bool(mac) and key.verify_mac(statement(permission, target, reason, actor, approver, signed_at), mac)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
