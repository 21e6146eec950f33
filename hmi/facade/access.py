"""What a front end may ask about people: signing in, users, roles, the audit trail, control places, signatures.

Everywhere `session` is the token of a sign-in. Empty = the operating system's user at the station's own front end,
which may act only while no users exist, and afterwards do only what the role table gives to `nobody`. The station
checks every call; a refusal is a `NotPermittedError`, an unknown or ended session a `NotSignedInError`, in plain words.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from hmi.facade.access_data import (
    AccessState,
    AuditItem,
    AuditQuery,
    AuditVerdict,
    BrowserSignIn,
    ControlItem,
    RoleRow,
    RoleTableItem,
    SessionItem,
    SignatureRequest,
    SignedIn,
    TotpEnrolment,
    UserChange,
    UserItem,
)
from hmi.facade.data import Page
from hmi.model.access import Credentials


class AccessFacade(Protocol):
    """The part of the facade that is about people."""

    def access(self, session: str = "") -> Future[AccessState]:
        """Who is here and what may be done; never fails for an ended session but says why it ended."""
        ...

    def sign_in(self, credentials: Credentials) -> Future[SignedIn]:
        """Signs in, unlocks or switches. Fails with one and the same sentence for unknown user and wrong password."""
        ...

    def sign_out(self, session: str) -> Future[None]:
        """Ends a session."""
        ...

    def lock(self, session: str) -> Future[None]:
        """Blocks a session's actions until the same person signs in again."""
        ...

    def touch(self, session: str) -> Future[None]:
        """Says that somebody is at the front end, so that the session does not lock by itself yet."""
        ...

    def begin_browser_sign_in(self, place: str = "", place_key: str = "") -> Future[BrowserSignIn]:
        """Starts a sign-in at the identity provider, which answers to the station's own HTTP face.

        place, place_key: as in `Credentials`.
        """
        ...

    def answer_browser_sign_in(self, state: str, code: str, error: str = "") -> Future[str]:
        """Takes the provider's answer from the browser; a sentence for the person looking at it."""
        ...

    def finish_browser_sign_in(self, flow: str, session: str = "") -> Future[SignedIn]:
        """The outcome of a begun flow; `needs` is `browser` until the answer is there. Answers with a token once."""
        ...

    def sessions(self, session: str = "") -> Future[list[SessionItem]]:
        """Who is signed in; needs `session.manage` to see others than oneself."""
        ...

    def end_session(self, session_id: str, session: str = "") -> Future[None]:
        """Ends somebody's session."""
        ...

    def users(self, session: str = "") -> Future[list[UserItem]]:
        """Every account, also disabled ones, by name; needs `user.manage`, or names only oneself."""
        ...

    def add_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        """Adds an account; the first one has to be an administrator and needs no session."""
        ...

    def change_user(self, name: str, change: UserChange, session: str = "", signature: str = "") -> Future[UserItem]:
        """Changes an account; PIN and password of oneself need no permission but the present password, see `sign`."""
        ...

    def change_own_password(self, session: str, present: str, new: str) -> Future[None]:
        """Sets one's own password; `present` is the one in force."""
        ...

    def set_own_pin(self, session: str, password: str, pin: str) -> Future[None]:
        """Sets one's own PIN for fast switching; empty takes it away."""
        ...

    def begin_totp(self, session: str, password: str) -> Future[TotpEnrolment]:
        """Makes a second factor for oneself; it counts once `confirm_totp` was right."""
        ...

    def confirm_totp(self, session: str, totp: str) -> Future[None]:
        """Turns the second factor on."""
        ...

    def seal_break_glass(self, session: str = "", signature: str = "") -> Future[str]:
        """Makes the emergency code anew and shows it this once; the one before is void."""
        ...

    def roles(self, session: str = "") -> Future[RoleTableItem]:
        """The table of roles and actions; everybody may read it."""
        ...

    def set_role(self, row: RoleRow, session: str = "", signature: str = "") -> Future[RoleTableItem]:
        """Changes one row; refused if nobody could manage users or roles any more."""
        ...

    def audit(self, query: AuditQuery, session: str = "") -> Future[Page[AuditItem]]:
        """Rows of the audit trail in order of recording."""
        ...

    def audit_csv(self, query: AuditQuery, session: str = "") -> Future[str]:
        """The same rows, all pages, as CSV text with a header (at most 100,000); the export is itself recorded."""
        ...

    def verify_audit(self, session: str = "") -> Future[AuditVerdict]:
        """Follows the whole chain and holds it against the witnesses; slow."""
        ...

    def sign(self, request: SignatureRequest, session: str = "") -> Future[str]:
        """A signature for one action, valid once and for a minute: pass it to the call that asks for it."""
        ...

    def take_control(self, area: str, reason: str = "", force: bool = False, session: str = "") -> Future[ControlItem]:
        """Takes an area for the session's place if it is free; else asks the place that has it; force: takes it."""
        ...

    def hand_over_control(self, area: str, place: str, session: str = "") -> Future[ControlItem]:
        """Gives an area of the session's place to another place, or with an empty `place` frees it."""
        ...
