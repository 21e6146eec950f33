"""Opening the stored history for a command, beside a running station or without one; always read-only."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hmi.cli.options import places

if TYPE_CHECKING:
    from pathlib import Path

    from hmi.model.station import AgentSettings, StorageSettings
    from hmi.storage.database import Database


@dataclass(frozen=True, slots=True)
class Where:
    """Storage, time zone and id of the configured station, or what holds without a configuration."""

    storage: StorageSettings
    zone: ZoneInfo
    station: str
    agent: AgentSettings | None = None


def configured(args: argparse.Namespace) -> Where:
    """What the configuration says; a missing folder means `sqlite` and UTC, a wrong one raises ConfigurationError."""
    from hmi.model.station import StorageSettings

    folder = places(args).config
    if not (folder / "station.yaml").is_file():
        return Where(StorageSettings(), ZoneInfo("UTC"), "")
    from hmi.settings import load
    from hmi.station.catalogue import registry_catalogue

    loaded = load(folder, registry_catalogue())
    return Where(loaded.station.storage, ZoneInfo(loaded.plant.timezone), loaded.station.id, loaded.station.agent)


def password_of(storage: StorageSettings) -> str | None:
    """The database password, None if the configuration names none."""
    if not storage.password:
        return None
    from hmi.secrets import SecretStore

    return SecretStore().resolve(storage.password)


def key_of(storage: StorageSettings) -> str | None:
    """The key of an encrypted database, None if the configuration names none."""
    from hmi.secrets import SecretStore
    from hmi.storage import cipher

    return cipher.key_of(storage, SecretStore())


def open_reading(args: argparse.Namespace, where: Where) -> Database:
    """The station's database for reading, or its replica if `storage.read_url` names one."""
    from hmi.storage.database import Database

    storage = where.storage
    url = storage.read_url or storage.url
    return Database.open(
        url, data_dir=places(args).data, password=password_of(storage), key=key_of(storage), read_only=True
    )


def open_writing(data_dir: Path, storage: StorageSettings) -> Database:
    """The database of a stopped station for changes; the caller holds the station's lock."""
    from hmi.storage.database import Database

    return Database.open(storage.url, data_dir=data_dir, password=password_of(storage), key=key_of(storage))
