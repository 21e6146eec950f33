"""station.yaml: who this station is, where it stores, what it ships, how its window looks (`contract.md` 3)."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, PlainValidator, ValidationInfo, field_validator, model_validator

from hmi.model.station import (
    AgentSettings,
    ApiSettings,
    BackupSettings,
    StationSettings,
    StorageSettings,
    WindowSettings,
)
from hmi.settings.access_section import AccessSection, access_settings
from hmi.settings.fields import (
    DurationUs,
    Fraction,
    Name,
    Secret,
    Section,
    Text,
    YesNo,
    refuse,
    whole,
    word,
)
from hmi.settings.reports import validated
from hmi.settings.words import FormError, clock_minutes, percent
from hmi.settings.yamlfile import YamlFile

PAGES: Final = ("overview", "line", "trends", "alarms", "oee", "devices", "tags", "administration", "help")
"""Pages the window can open with; the contract suite of the pages holds this list and the window's together."""

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_URL_FORM: Final = "sqlite, sqlite:///FILE or postgresql+psycopg://USER@HOST:5432/DATABASE"


def _storage_url(value: object) -> str:
    text = value if isinstance(value, str) else ""
    if text == "sqlite" or (text.startswith("sqlite:///") and len(text) > len("sqlite:///")):
        return text
    if not text.startswith("postgresql+psycopg://"):
        raise refuse("the database URL is not known", _URL_FORM)
    try:
        parts = urlsplit(text)
        host, password = parts.hostname, parts.password
        _ = parts.port
    except ValueError:
        raise refuse("the database URL cannot be read", _URL_FORM) from None
    if password is not None or re.search(r"[?&]password=", text):
        # "secret" keeps the URL itself out of the printed problem
        raise refuse("a password must not stand in the URL", "storage.password: keyring:NAME", code="secret")
    if not host or len(parts.path) < 2:
        raise refuse("the database URL has no host or no database", _URL_FORM)
    return text


def _central_url(value: object) -> str:
    if value == "none":
        return ""
    expected = "http://HOST:PORT or https://HOST, or none"
    text = value if isinstance(value, str) else ""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise refuse("the URL cannot be read", expected) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise refuse("this is not a web address", expected)
    if parts.password is not None or parts.username is not None:
        raise refuse("a user or password must not stand in the URL", "agent.key: keyring:NAME", code="secret")
    return text.rstrip("/")


def _scale(value: object) -> int:
    expected = "auto or 100 % to 200 %"
    if value == "auto":
        return 0
    if isinstance(value, str):
        try:
            hundredths = re.fullmatch(r"(\d{3})\s*%", value.strip())
            value = int(hundredths[1]) if hundredths else percent(value) * 100
        except FormError:
            raise refuse(f"'{value}' is not a scale", expected) from None
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 200:
        raise refuse("the scale is out of range", expected)
    return value


def _backup_time(value: object) -> str:
    text = value if isinstance(value, str) else ""
    try:
        minutes = clock_minutes(text)
    except FormError as fault:
        raise refuse(fault.message, fault.expected) from None
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _backup_place(value: object) -> str:
    expected = "central or a folder with its full path"
    if not isinstance(value, str) or not value:
        raise refuse("this is not a place for backups", expected)
    if value.startswith(("s3://", "sftp://")):
        raise refuse("backups to s3 and sftp are not part of this version", expected, code="unavailable")
    if value != "central" and not (value.startswith(("/", "\\\\")) or re.match(r"[A-Za-z]:[\\/]", value)):
        raise refuse(f"'{value}' is neither central nor a full path", expected)
    return value


def _no_encryption(value: object) -> str:
    if value in ("none", ""):
        return ""
    raise refuse("encryption of backups is not part of this version", "none", code="unavailable")


class _Retention(Section):
    raw: DurationUs | None = None
    minute: DurationUs | None = None
    hour: DurationUs | None = None
    alarms: DurationUs | None = None
    audit: DurationUs | None = None
    app_log: DurationUs | None = None
    access_log: DurationUs | None = None
    metrics: DurationUs | None = None


class _Storage(Section):
    url: Annotated[str, PlainValidator(_storage_url)] = "sqlite"
    password: Secret = ""
    key: Secret = ""
    read_url: Annotated[str, PlainValidator(_storage_url)] = ""
    commit: DurationUs = 1_000_000
    min_free: Fraction = 0.10
    retention: _Retention = _Retention()

    @field_validator("key")
    @classmethod
    def _key_is_of_a_file(cls, value: str, info: ValidationInfo) -> str:
        if value and not str(info.data.get("url", "sqlite")).startswith("sqlite"):
            raise refuse(
                "a key encrypts a SQLite file and does nothing for a PostgreSQL server",
                "no key here; let the server encrypt its own disk",
                code="key",
            )
        return value


class _Keep(Section):
    database: DurationUs | None = None
    config: DurationUs | None = None
    application: DurationUs | None = None
    log: DurationUs | None = None


class _Backup(Section):
    at: Annotated[str, PlainValidator(_backup_time)] = "02:30"
    to: tuple[Annotated[str, PlainValidator(_backup_place)], ...] = ("central",)
    keep: _Keep = _Keep()
    encrypt_to: Annotated[str, PlainValidator(_no_encryption)] = ""


class _Agent(Section):
    central: Annotated[str, PlainValidator(_central_url)] = ""
    key: Secret = ""
    ca: Text = ""
    metrics_every: DurationUs = 15_000_000
    backup: _Backup = _Backup()

    @model_validator(mode="after")
    def _needs_key(self) -> _Agent:
        if self.central and not self.key:
            raise refuse("the central server is given without a key", "key: keyring:NAME", code="missing")
        return self


class _Tls(Section):
    cert: Text = Field(description="the file of the certificate")
    key: Text = Field(description="the file of its private key")


class _Api(Section):
    host: Text = "127.0.0.1"
    port: Annotated[int, whole(0, 65535)] = 8000
    per_device_metrics: Text = "auto"
    tls: _Tls | None = None
    key: Secret = ""

    @field_validator("per_device_metrics")
    @classmethod
    def _metrics(cls, value: str) -> str:
        found = {"auto": "auto", "yes": "yes", "true": "yes", "no": "no", "false": "no"}.get(value)
        if found is None:
            raise refuse(f"'{value}' is not one of the choices", "auto, yes or no")
        return found

    @model_validator(mode="after")
    def _guarded(self) -> _Api:
        if self.host not in _LOOPBACK and not self.host.startswith("127."):
            missing = [key for key, value in (("tls", self.tls), ("key", self.key)) if not value]
            if missing:
                raise refuse(
                    f"host '{self.host}' opens the station to the network without {' and '.join(missing)}",
                    "tls: {cert: FILE, key: FILE} and key: keyring:NAME, or host: 127.0.0.1",
                    code="missing",
                )
        return self


class _Window(Section):
    language: Annotated[str, word("auto", "en", "de")] = "auto"
    theme: Annotated[str, word("auto", "light", "dark")] = "auto"
    scale: Annotated[int, PlainValidator(_scale)] = 0
    kiosk: YesNo = False
    sound: YesNo = True
    start_page: Annotated[str, word(*PAGES)] = "overview"


class _Workers(Section):
    acquisition: Annotated[int, whole(1, 64)] = 1


class _Log(Section):
    level: Annotated[str, word("DEBUG", "INFO", "WARNING", "ERROR")] = "INFO"
    status_every: DurationUs = 300_000_000


class StationFile(Section):
    """The keys of station.yaml."""

    id: Name = Field(description="the machine id, a name that is never changed after the first start")
    name: Text = ""
    plc: Annotated[str, word("real", "simulation")] = "real"
    storage: _Storage = _Storage()
    agent: _Agent = _Agent()
    api: _Api = _Api()
    window: _Window = _Window()
    access: AccessSection = AccessSection()
    workers: _Workers = _Workers()
    log: _Log = _Log()

    @field_validator("access")
    @classmethod
    def _own_place(cls, value: AccessSection, info: ValidationInfo) -> AccessSection:
        if "id" in info.data:
            value.check_own_place(info.data["id"])
        return value


def station_settings(file: YamlFile) -> StationSettings | None:
    """The checked settings, or None after reporting every mistake."""
    raw = validated(StationFile, file)
    if raw is None:
        return None
    storage, agent, api, window = raw.storage, raw.agent, raw.api, raw.window
    return StationSettings(
        id=raw.id,
        name=raw.name or raw.id,
        simulation=raw.plc == "simulation",
        storage=StorageSettings(
            url=storage.url,
            password=storage.password,
            key=storage.key,
            read_url=storage.read_url,
            commit_us=storage.commit,
            min_free_ratio=storage.min_free,
            retention_us={**StorageSettings().retention_us, **storage.retention.model_dump(exclude_none=True)},
        ),
        agent=AgentSettings(
            central=agent.central,
            key=agent.key,
            ca=agent.ca,
            metrics_every_us=agent.metrics_every,
            backup=BackupSettings(
                at=agent.backup.at,
                to=agent.backup.to,
                keep_us={**BackupSettings().keep_us, **agent.backup.keep.model_dump(exclude_none=True)},
                encrypt_to=agent.backup.encrypt_to,
            ),
        ),
        api=ApiSettings(
            host=api.host,
            port=api.port,
            per_device_metrics=api.per_device_metrics,
            tls_cert=api.tls.cert if api.tls else "",
            tls_key=api.tls.key if api.tls else "",
            key=api.key,
        ),
        window=WindowSettings(
            language=window.language,
            theme=window.theme,
            scale_percent=window.scale,
            kiosk=window.kiosk,
            sound=window.sound,
            start_page=window.start_page,
        ),
        access=access_settings(raw.access),
        acquisition_workers=raw.workers.acquisition,
        log_level=raw.log.level,
        log_status_every_us=raw.log.status_every,
    )
