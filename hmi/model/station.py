"""Settings of one station as a checked value (`contract.md` 3). Times in microseconds."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where history goes. url: `sqlite`, `sqlite:///FILE` or `postgresql+psycopg://...`; password: secret reference."""

    url: str = "sqlite"
    password: str = ""
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
class StationSettings:
    """All of station.yaml, checked."""

    id: str
    name: str
    simulation: bool = False
    storage: StorageSettings = field(default_factory=StorageSettings)
    agent: AgentSettings = field(default_factory=AgentSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    acquisition_workers: int = 1
    log_level: str = "INFO"
    log_status_every_us: int = 300_000_000
