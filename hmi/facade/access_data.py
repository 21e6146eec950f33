"""Plain data about who may do what; secrets in it are never shown by `repr` and never sent back."""

from __future__ import annotations

from dataclasses import dataclass, field

from hmi.model.access import Credentials


@dataclass(frozen=True, slots=True)
class SessionItem:
    """One session. id: public, stands in the audit trail; state: `active` or `locked`; method: how they signed in.

    assignments: e.g. `operator@bottling`. t_end_us: when it ends at the latest. idle_s: since the last action.
    offline: the directory could not be asked, an earlier answer was used.
    """

    id: str
    user: str
    title: str
    assignments: list[str]
    place: str
    method: str
    state: str
    t_begin_us: int
    t_end_us: int
    idle_s: float
    offline: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Answer to a sign-in. needs: empty = done; `totp`, `new_password` or `browser` = ask for that and call again.

    token: what further calls pass as `session`; empty while something is needed.
    """

    token: str = field(default="", repr=False)
    session: SessionItem | None = None
    needs: str = ""
    message: str = field(default="", repr=False)  # while a second factor is set up it holds its seed


@dataclass(frozen=True, slots=True)
class BrowserSignIn:
    """A sign-in in the browser: open `url`, then ask for the outcome under `flow`."""

    url: str
    flow: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ControlItem:
    """Which place controls an area. place: empty = free. requested_*: another place has asked for it."""

    area: str
    title: str
    place: str
    since_us: int | None
    by: str
    requested_place: str = ""
    requested_by: str = ""


@dataclass(frozen=True, slots=True)
class PlaceItem:
    """A control place. people: who is signed in there."""

    name: str
    title: str
    view_only: bool
    own: bool
    people: list[str]


@dataclass(frozen=True, slots=True)
class Right:
    """One action as the caller stands now. areas: where it may be done, `*` = everywhere, empty = nowhere.

    reason: why not, in a plain sentence, empty if it may be done somewhere. roles: who could. signature: `none`, `own`
    or `two`.
    """

    permission: str
    areas: list[str]
    reason: str
    roles: list[str]
    signature: str


@dataclass(frozen=True, slots=True)
class AccessState:
    """Who is here and what may be done; everybody may ask.

    configured: users exist. actor: who an action now would be recorded as, empty = nobody. session: the caller's, None
    without one. ended: why the caller's session is no more, in words. methods: ways to sign in that would work now
    (`password`, `pin`, `badge`, `browser`, `break_glass`). directory_problem: a sentence while the directory does not
    answer. banner: text shown before signing in. idle_lock_s: 0 = never.
    """

    configured: bool
    actor: str
    os_user: str
    session: SessionItem | None
    ended: str
    rights: list[Right]
    methods: list[str]
    browser_title: str
    directory_problem: str
    banner: str
    view_only: bool
    place: str
    places: list[PlaceItem]
    control: list[ControlItem]
    idle_lock_s: float
    password_length: int
    break_glass_sealed: bool
    revision: int


@dataclass(frozen=True, slots=True)
class UserItem:
    """One account as listed. assignments: e.g. `operator@bottling`; source: `local`, `ldap` or `oidc`.

    locked_s: seconds until it may try again after too many failures, 0 = not locked.
    """

    name: str
    title: str
    assignments: list[str]
    source: str
    enabled: bool
    must_change: bool
    has_password: bool
    has_pin: bool
    has_badge: bool
    has_totp: bool
    created_us: int
    t_last_sign_in_us: int | None
    t_confirmed_us: int | None
    locked_s: float


@dataclass(frozen=True, slots=True)
class UserChange:
    """What to change of a user, or of a new one; None = leave as it is, an empty text takes a PIN or badge away.

    password: a first or reset one, which has to be changed at the next sign-in unless the user sets it personally.
    totp: False takes the second factor away.
    """

    title: str | None = None
    assignments: list[str] | None = None
    enabled: bool | None = None
    password: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    badge: str | None = field(default=None, repr=False)
    totp: bool | None = None
    unlock: bool = False


@dataclass(frozen=True, slots=True)
class TotpEnrolment:
    """A second factor being set up: shown once, as text and as the address behind a QR code."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One action: the roles that may do it (`nobody` = without signing in) and the signature it asks for."""

    permission: str
    roles: list[str]
    signature: str


@dataclass(frozen=True, slots=True)
class RoleTableItem:
    """The editable table of roles and actions."""

    roles: list[str]
    rows: list[RoleRow]


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What to look for. from <= t < to, None = no limit; actor, action and target may be globs; text: anywhere."""

    from_us: int | None = None
    to_us: int | None = None
    actor: str = ""
    action: str = ""
    target: str = ""
    text: str = ""
    limit: int = 100
    cursor: str | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class AuditItem:
    """One row of the audit trail (`contract.md` 9)."""

    seq: int
    t_us: int
    station: str
    actor: str
    action: str
    target: str
    address: str
    old: str
    new: str
    readback: str
    unit: str
    reason: str
    result: str
    approver: str
    session: str
    place: str
    signature: str
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What following the whole chain found. first_bad_seq: None = every row is as it was written.

    t_checked_us: when. t_witness_us: of the newest witness it was held against; witness: `none`, `local`, `central`.
    """

    ok: bool
    rows: int
    first_seq: int | None
    head: str
    first_bad_seq: int | None
    reason: str
    t_checked_us: int
    witness: str
    witness_seq: int
    t_witness_us: int | None


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """The re-authentication for one action. permission and target: what is signed; reason: its meaning, not empty.

    second: the other person, where the rule is `two`; somebody else than the one who acts.
    """

    permission: str
    target: str
    reason: str
    own: Credentials
    second: Credentials | None = None
