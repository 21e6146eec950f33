"""Who is signed in now. Kept in memory only: after a restart everybody signs in again, and no token outlives it."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from hmi.base.clock import Clock
from hmi.base.errors import BusyError, NotSignedInError
from hmi.model.access import Method

_PREFIX: Final = "phs_"
_REMEMBERED: Final = 500
_UNKNOWN: Final = "this session is not known here: sign in"


@dataclass(frozen=True, slots=True)
class Session:
    """One person at one place. Moments ending in `_mono_us` are on the clock that never steps.

    id: public, for lists and the audit trail; the token itself is kept only as a hash.
    """

    id: str
    user: str
    place: str
    method: Method
    begin_us: int
    ends_mono_us: int
    active_mono_us: int
    locked: bool = False
    offline: bool = False


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How many and how long. idle_us: 0 = never locks by itself."""

    per_user: int
    total: int
    length_us: int
    idle_us: int


class Sessions:
    """All sessions of a station; safe from any thread.

    on_end(session, reason): told of every end that nobody asked for by signing out; on_idle(session): of every lock
    that came by itself.
    """

    def __init__(
        self,
        limits: SessionLimits,
        clock: Clock,
        on_end: Callable[[Session, str], None],
        on_idle: Callable[[Session], None],
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._on_end = on_end
        self._on_idle = on_idle
        self._lock = threading.RLock()
        self._open: dict[str, Session] = {}
        self._ended: OrderedDict[str, str] = OrderedDict()

    def prepare(
        self, user: str, place: str, method: Method, *, offline: bool = False, length_us: int | None = None
    ) -> tuple[str, Session]:
        """A new session and its token, which open nothing before `admit`; raises BusyError if too many are open.

        The emergency code is not refused: it is for when nothing else helps.
        """
        with self._lock:
            self.sweep()
            mine = sum(known.user == user for known in self._open.values())
            after = len(self._open) + 1 - max(0, mine - self._limits.per_user + 1)
            if after > self._limits.total and method is not Method.BREAK_GLASS:
                raise BusyError(f"{self._limits.total} people are signed in: somebody has to sign out first")
        token = _PREFIX + secrets.token_urlsafe(32)
        now = self._clock.monotonic_us()
        session = Session(
            id=secrets.token_hex(6),
            user=user,
            place=place,
            method=method,
            begin_us=self._clock.now_us(),
            ends_mono_us=now + (self._limits.length_us if length_us is None else length_us),
            active_mono_us=now,
            offline=offline,
        )
        return token, session

    def admit(self, token: str, session: Session) -> None:
        """Opens a prepared session; the one of the same person idle the longest ends if there are too many."""
        user = session.user
        with self._lock:
            self.sweep()
            mine = sorted(
                (key for key, known in self._open.items() if known.user == user),
                key=lambda key: self._open[key].active_mono_us,
            )
            for key in mine[: max(0, len(mine) - self._limits.per_user + 1)]:
                self._end(key, f"{user} signed in at more than {self._limits.per_user} places")
            self._open[_hashed(token)] = session

    def find(self, token: str) -> Session:
        """The session of a token; raises NotSignedInError in words that say why it is not one any more."""
        with self._lock:
            self.sweep()
            key = _hashed(token)
            session = self._open.get(key)
            if session is None:
                raise NotSignedInError(self._ended.get(key, _UNKNOWN))
            return session

    def touch(self, token: str) -> None:
        """Somebody is there: the session does not lock by itself for a while."""
        with self._lock:
            session = self.find(token)
            if not session.locked:
                self._open[_hashed(token)] = replace(session, active_mono_us=self._clock.monotonic_us())

    def lock(self, token: str) -> Session:
        """Blocks a session until `unlock`."""
        with self._lock:
            locked = replace(self.find(token), locked=True)
            self._open[_hashed(token)] = locked
            return locked

    def unlock(self, token: str, method: Method | None = None) -> Session:
        """Goes on with a locked session; who it is has been proven by the caller. method: how, None = as before."""
        with self._lock:
            session = self.find(token)
            method = method or session.method
            unlocked = replace(session, locked=False, active_mono_us=self._clock.monotonic_us(), method=method)
            self._open[_hashed(token)] = unlocked
            return unlocked

    def close(self, token: str, reason: str = "you signed out: sign in again") -> Session | None:
        """Ends a session because its owner signed out or somebody took over; None if it had ended before."""
        with self._lock:
            key = _hashed(token)
            session = self._open.pop(key, None)
            if session is not None:
                self._remember(key, reason)
            return session

    def end(self, session_id: str, reason: str) -> Session | None:
        """Ends a session by its public id."""
        with self._lock:
            for key, session in list(self._open.items()):
                if session.id == session_id:
                    self._end(key, reason, tell=False)
                    return session
        return None

    def end_user(self, user: str, reason: str, keep: str = "") -> None:
        """Ends every session of a person; keep: public id of one that goes on."""
        with self._lock:
            for key, session in list(self._open.items()):
                if session.user == user and session.id != keep:
                    self._end(key, reason)

    def all(self) -> list[Session]:
        """Every open session, oldest first."""
        with self._lock:
            self.sweep()
            return sorted(self._open.values(), key=lambda session: session.begin_us)

    def sweep(self) -> None:
        """Locks what was idle too long and ends what is over; called at every question and once a second."""
        now = self._clock.monotonic_us()
        idle_us = self._limits.idle_us
        with self._lock:
            for key, session in list(self._open.items()):
                if now >= session.ends_mono_us:
                    self._end(key, "the session has ended: sign in again")
                elif session.method is Method.BREAK_GLASS:
                    continue  # nothing could unlock it again: its code is used up
                elif idle_us and not session.locked and now - session.active_mono_us >= idle_us:
                    self._open[key] = locked = replace(session, locked=True)
                    self._on_idle(locked)

    def _end(self, key: str, reason: str, *, tell: bool = True) -> None:
        session = self._open.pop(key)
        self._remember(key, reason)
        if tell:
            self._on_end(session, reason)

    def _remember(self, key: str, reason: str) -> None:
        self._ended[key] = reason
        while len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
