"""Builds what a station knows of people: its key, the audit trail and its witness, sign-in, areas and places."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog

from hmi.access.audit.checking import AuditCheck
from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME as WITNESS_FILE
from hmi.access.audit.witness import Witness
from hmi.access.directory.build import identity_provider, password_directory
from hmi.access.passwords import Hasher
from hmi.access.service import AccessService
from hmi.base.clock import Clock
from hmi.base.errors import PlantError
from hmi.model.access import AuditRow, Permission
from hmi.model.areas import assignable_areas, control_areas
from hmi.model.equipment import Plant
from hmi.model.station import StationSettings
from hmi.secrets import SecretStore
from hmi.secrets.sealing import SealingKey
from hmi.storage.database import Database

_log = structlog.get_logger("access")

CALLBACK: Final = "/api/v1/session/callback"
_CONFIGURATION: Final = "access.configuration"
_CERTIFICATES: Final = "access.certificates"


class StationPeople:
    """People of one station. area_of: area of an alarm id, for signatures; recovering: as in `AccessService`."""

    def __init__(
        self,
        database: Database,
        settings: StationSettings,
        plant: Plant,
        data_dir: Path,
        secrets: SecretStore,
        clock: Clock,
        *,
        area_of: Callable[[str], str],
        hasher: Hasher | None = None,
        recovering: bool = False,
    ) -> None:
        self._clock = clock
        self._area_of = area_of
        self._lines = {line.name: line.area for line in plant.lines}
        self._find_url: Callable[[], str] = lambda: ""
        self._runs = False
        self._certificates: dict[str, str] | None = None
        key = SealingKey.load(data_dir, secrets)
        self.trail = AuditTrail(database, settings.id, clock, Witness(data_dir / WITNESS_FILE, key))
        access = settings.access
        self.access = AccessService(
            database,
            self.trail,
            access,
            settings.id,
            control_areas(plant),
            assignable_areas(plant),
            key,
            clock,
            resolve=secrets.resolve,
            directory=password_directory(access.ldap, secrets.resolve),
            provider=identity_provider(access.oidc, secrets.resolve, clock),
            hasher=hasher,
            recovering=recovering,
        )

    def attach_url(self, find: Callable[[], str]) -> None:
        """Tells where the station's HTTP face listens, once it does."""
        self._find_url = find

    @property
    def callback_url(self) -> str:
        """Where an identity provider sends the browser back to."""
        return self._find_url() + CALLBACK

    def start(self) -> None:
        """Reads what is kept and begins to record."""
        self.trail.start()
        self.access.start()

    def stop(self) -> None:
        """Keeps the locks, records the end if the start was, and lets the witness know the last rows."""
        self.access.stop()
        if self._runs:
            self._runs = False
            try:
                self.access.register.record(AuditRow(self._clock.now_us(), "system", "STATION_STOPPED", "station"))
            except PlantError as fault:
                _log.warning("the stop of the station could not be recorded", reason=str(fault))
        self.trail.stop()

    def tick(self) -> None:
        """Once a second: sessions whose time has come, and the witness."""
        self.access.tick()
        self.trail.witness_head()

    def note_start(self, version: str, configuration: str) -> None:
        """Records the start, and that the configuration (given as a digest) is another one than at the last start."""
        now_us, register = self._clock.now_us(), self.access.register
        rows = [AuditRow(now_us, "system", "STATION_STARTED", "station", new=version)]
        before = register.fact(_CONFIGURATION)
        if before and before != configuration:
            rows.append(AuditRow(now_us, "system", "CONFIG_CHANGED", "configuration", old=before, new=configuration))
        register.set_fact(_CONFIGURATION, configuration, *rows)
        self._runs = True

    def note_certificates(self, found: Mapping[str, str]) -> None:
        """Records certificates in use (by label, thumbprint) that are other ones than when this was last asked."""
        register, now_us = self.access.register, self._clock.now_us()
        if self._certificates is None:
            self._certificates = json.loads(register.fact(_CERTIFICATES) or "{}")
        known = self._certificates
        rows = [
            AuditRow(now_us, "system", "CERTIFICATE_CHANGED", label, old=known.get(label, ""), new=thumbprint)
            for label, thumbprint in found.items()
            if known.get(label) != thumbprint
        ]
        if rows:
            following = {**known, **found}
            register.set_fact(_CERTIFICATES, json.dumps(following, sort_keys=True), *rows)
            self._certificates = following

    def record(self, action: str, target: str, **fields: str) -> None:
        """Records something the station did by itself; never waits, a failure is the trail's to report."""
        self.trail.record(AuditRow(self._clock.now_us(), "system", action, target, **fields))

    def scopes(self, area: str) -> tuple[str, ...]:
        """An area and what it lies in, as permissions are checked."""
        outer = self._lines.get(area, "")
        return tuple(name for name in (area, outer) if name)

    def scopes_of_target(self, permission: Permission, target: str) -> tuple[str, ...]:
        """The scopes of what a signature is for."""
        if permission in (Permission.ALARM_ACK, Permission.ALARM_RESET):
            return self.scopes(self._area_of(target))
        if permission in (Permission.CONTROL_TAKE, Permission.CONTROL_FORCE):
            return self.scopes(target)
        return ()

    def verify(self) -> AuditCheck:
        """Follows the chain, holds it against the witnesses, and looks at every signature."""
        found = self.trail.verify()
        if not found.ok:
            return found
        for stored in self.trail.signed():
            if not self.access.has_genuine_seal(stored.row):
                reason = "its signature was not made by this station's key over what the row says"
                return replace(found, ok=False, first_bad_seq=stored.seq, reason=reason)
        return found


def configuration_digest(config_dir: Path) -> str:
    """A short name of the configuration's content, so that the trail shows when it was another one."""
    digest = hashlib.sha256()
    for file in sorted(config_dir.rglob("*")):
        if file.is_file():
            digest.update(f"{file.relative_to(config_dir).as_posix()}\n".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
