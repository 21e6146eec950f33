"""Settings of one station as a checked value (`contract.md` 3). Times in microseconds."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where history goes. url: `sqlite`, `sqlite:///FILE` or `postgresql+psycopg://...`; password: secret reference.

    key: secret reference of the key of an encrypted SQLite file; empty = not encrypted.
    """

    url: str = "sqlite"
    password: str = ""
    key: str = ""
    read_url: str = ""
    commit_us: int = 1_000_000
    min_free_ratio: float = 0.10
    retention_us: dict[str, int] = field(
        default_factory=lambda: {
            "raw": 90 * DAY_US,
            "minute": 730 * DAY_US,
            "hour": 3650 * DAY_US,
            "alarms": 3650 * DAY_US,
            "audit": 365 * DAY_US,
            "app_log": 30 * DAY_US,
            "access_log": 90 * DAY_US,
            "metrics": 14 * DAY_US,
        }
    )


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """When and where backups go. at: local wall time `HH:MM`; to: `central` or a folder."""

    at: str = "02:30"
    to: tuple[str, ...] = ("central",)
    keep_us: dict[str, int] = field(
        default_factory=lambda: {
            "database": 14 * DAY_US,
            "config": 30 * DAY_US,
            "application": 7 * DAY_US,
            "log": 3 * DAY_US,
        }
    )
    encrypt_to: str = ""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Shipping to the central server; an empty `central` ships nothing. key: a secret reference."""

    central: str = ""
    key: str = ""
    ca: str = ""
    metrics_every_us: int = 15_000_000
    backup: BackupSettings = field(default_factory=BackupSettings)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The station's HTTP listener; port 0 = any free one. per_device_metrics: `auto`, `yes` or `no`."""

    host: str = "127.0.0.1"
    port: int = 8000
    per_device_metrics: str = "auto"
    tls_cert: str = ""
    tls_key: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """Look of the operator window; `auto` follows the desktop. scale_percent: 0 = auto, else 100..200."""

    language: str = "auto"
    theme: str = "auto"
    scale_percent: int = 0
    kiosk: bool = False
    sound: bool = True
    start_page: str = "overview"


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """A place from which areas are controlled. key: reference of the secret by which a remote place proves itself."""

    name: str
    title: str = ""
    view_only: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class LdapSettings:
    """A directory server (LDAP, Active Directory); an empty `url` = none.

    url: `ldaps://HOST` or `ldap://HOST` with start_tls. ca: file of the authority. bind_dn, bind_password (secret
    reference): the account that searches. user_filter: `{user}` stands for the name, escaped. groups: group DN to
    assignments such as `operator@bottling`.
    """

    url: str = ""
    start_tls: bool = False
    ca: str = ""
    bind_dn: str = ""
    bind_password: str = ""
    user_base: str = ""
    user_filter: str = "(|(uid={user})(sAMAccountName={user}))"
    title_attribute: str = "displayName"
    group_base: str = ""
    group_filter: str = "(|(member={dn})(uniqueMember={dn}))"
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    timeout_us: int = 5_000_000


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An identity provider (OpenID Connect); an empty `issuer` = none. secret: reference, empty for a public client.

    user_claim, title_claim, groups_claim: names in the identity token. groups: value of the claim to assignments.
    """

    issuer: str = ""
    client_id: str = ""
    secret: str = ""
    ca: str = ""
    title: str = ""
    scopes: tuple[str, ...] = ("openid", "profile")
    user_claim: str = "preferred_username"
    title_claim: str = "name"
    groups_claim: str = "groups"
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    timeout_us: int = 10_000_000


@dataclass(frozen=True, slots=True)
class AccessSettings:
    """Signing in and control places. Durations in microseconds; 0 where it says so = never.

    place: this station's own place. idle_lock_us: 0 = never locks. second_factor, fast_sign_in: role names.
    offline_us: how long a directory's word holds while it cannot be asked; 0 = not at all.
    """

    place: str = ""
    view_only: bool = False
    places: tuple[PlaceSettings, ...] = ()
    idle_lock_us: int = 600_000_000
    session_us: int = 12 * 3_600_000_000
    sessions: int = 50
    sessions_per_user: int = 3
    attempts: int = 5
    lockout_us: int = 900_000_000
    password_length: int = 10
    banner: str = ""
    second_factor: tuple[str, ...] = ()
    fast_sign_in: tuple[str, ...] = ("viewer", "operator", "maintenance", "supervisor")
    offline_us: int = 3 * DAY_US
    ldap: LdapSettings = field(default_factory=LdapSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)


@dataclass(frozen=True, slots=True)
class StationSettings:
    """All of station.yaml, checked."""

    id: str
    name: str
    simulation: bool = False
    storage: StorageSettings = field(default_factory=StorageSettings)
    agent: AgentSettings = field(default_factory=AgentSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    acquisition_workers: int = 1
    log_level: str = "INFO"
    log_status_every_us: int = 300_000_000
