"""Watches the certificates a station stands on, so that none runs out unseen (`domain.md` 1.5, 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from hmi.base.certificates.files import FileState, file_state
from hmi.base.certificates.values import CertificateError, CertificateFacts, date_problem
from hmi.base.clock import Clock
from hmi.base.log import ConditionLog
from hmi.model.devices import DeviceDefinition
from hmi.model.station import StationSettings

_log = structlog.get_logger("certificates")

JOB: Final = "certificates"
# Whether a file was replaced costs next to nothing to see, so a renewal ends the alarm at once. What is in the files is
# read once an hour all the same.
EVERY_S: Final = 10.0
READ_EVERY_US: Final = 3_600_000_000

API: Final = "api"
_OPCUA: Final = "opcua"
_OPCUA_PORT: Final = 4840
_MOST_NAMED: Final = 3
_BUNDLE: Final = 20
"""A file with more authorities is a collection of public ones, of which some run out every year."""


@dataclass(frozen=True, slots=True)
class Source:
    """A certificate file the station uses. label: one word, as in metrics; title: what it is, within a sentence."""

    label: str
    title: str
    file: Path
    key: Path | None = None
    authority: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. facts: None if it cannot be used, then `problem` says why."""

    source: Source
    facts: CertificateFacts | None
    problem: str = ""

    def verdict(self, now_us: int) -> str:
        """What is wrong with it at `now_us`, in words; empty if nothing."""
        if self.facts is None or self.problem:
            return self.problem
        dates = date_problem(self.facts, now_us)
        return f"{self.source.title} {dates}" if dates else ""


def with_full_paths(settings: StationSettings, config_dir: Path) -> StationSettings:
    """The settings with the names of certificate files completed: they are told from the configuration folder."""

    def full(name: str) -> str:
        return str((config_dir / name).absolute()) if name else ""

    api, agent, access = settings.api, settings.agent, settings.access
    return replace(
        settings,
        api=replace(api, tls_cert=full(api.tls_cert), tls_key=full(api.tls_key)),
        agent=replace(agent, ca=full(agent.ca)),
        access=replace(
            access,
            ldap=replace(access.ldap, ca=full(access.ldap.ca)),
            oidc=replace(access.oidc, ca=full(access.oidc.ca)),
        ),
    )


def sources(settings: StationSettings, pki: Path, devices: Iterable[DeviceDefinition]) -> list[Source]:
    """The certificate files in use; settings with full paths."""
    found = []
    if settings.api.tls_cert:
        key = Path(settings.api.tls_key) if settings.api.tls_key else None
        found.append(Source(API, "the certificate of the API", Path(settings.api.tls_cert), key))
    own = pki / "own" / "plant-hmi.der"
    if own.exists():
        found.append(Source(_OPCUA, "the station's OPC UA certificate", own))
    authorities = (
        ("agent-ca", "the authority of the central server (agent.ca)", settings.agent.ca),
        ("ldap-ca", "the authority of the directory (access.ldap.ca)", settings.access.ldap.ca),
        ("oidc-ca", "the authority of the identity provider (access.oidc.ca)", settings.access.oidc.ca),
    )
    found += [Source(label, title, Path(file), authority=True) for label, title, file in authorities if file]
    for device in devices:
        file = _peer_file(device, pki)
        if file is not None and file.exists():
            title = f"the certificate of the OPC UA server of {device.name}"
            found.append(Source(f"opcua-server/{device.name}", title, file))
    return found


def _peer_file(device: DeviceDefinition, pki: Path) -> Path | None:
    if device.driver != "opcua" or not device.enabled:
        return None
    try:
        url = urlsplit(str(device.options.get("url", "")))
        return pki / "trusted" / f"{url.hostname or ''}_{url.port or _OPCUA_PORT}.der"
    except ValueError:
        return None


def read(source: Source) -> Reading:
    """Reads a certificate file; never raises for its content."""
    # A station that has no certificates starts without loading the library.
    from hmi.base.certificates.facts import facts_of, read_certificates
    from hmi.base.certificates.pair import read_pair

    try:
        chain = read_pair(source.file, source.key) if source.key is not None else read_certificates(source.file)
    except CertificateError as fault:
        return Reading(source, None, f"{source.title}: {fault}")
    facts = [facts_of(certificate) for certificate in chain]
    return Reading(source, _of_authorities(facts) if source.authority else facts[0])


def _of_authorities(all_facts: Sequence[CertificateFacts]) -> CertificateFacts:
    """The one that ends first; not one whose successor of the same name stands beside it."""
    if len(all_facts) > _BUNDLE:
        return max(all_facts, key=lambda facts: facts.not_after_us)
    newest: dict[str, CertificateFacts] = {}
    for facts in all_facts:
        known = newest.get(facts.subject)
        if known is None or facts.not_after_us > known.not_after_us:
            newest[facts.subject] = facts
    return min(newest.values(), key=lambda facts: facts.not_after_us)


class CertificateWatch:
    """The certificates in use as last read by `refresh`, a background job; judged by the station's clock when asked."""

    def __init__(self, find: Callable[[], Iterable[Source]], clock: Clock) -> None:
        self._find = find
        self._clock = clock
        self._readings: tuple[Reading, ...] = ()
        self._states: dict[Source, FileState] = {}
        self._read_us: int | None = None
        self._conditions = ConditionLog(_log)

    def refresh(self) -> None:
        """Reads the files that were replaced, once an hour all of them, and logs what is wrong once."""
        found = {source: file_state(source.file, source.key or source.file) for source in self._find()}
        monotonic_us = self._clock.monotonic_us()
        if self._read_us is None or monotonic_us - self._read_us >= READ_EVERY_US:
            self._states, self._read_us = {}, monotonic_us
        known = {reading.source: reading for reading in self._readings if reading.source in self._states}
        self._readings = tuple(
            known[source] if self._states.get(source) == state else read(source) for source, state in found.items()
        )
        self._states = found
        now_us = self._clock.now_us()
        for reading in self._readings:
            verdict = reading.verdict(now_us)
            if verdict:
                self._conditions.raised(reading.source.label, verdict, file=str(reading.source.file))
            else:
                self._conditions.cleared(reading.source.label, f"{reading.source.title} is fine again")

    @property
    def problem(self) -> str:
        """What is wrong now, naming certificate and day; empty if nothing."""
        now_us = self._clock.now_us()
        found = [verdict for reading in self._readings if (verdict := reading.verdict(now_us))]
        more = len(found) - _MOST_NAMED
        return "; ".join(found[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")

    @property
    def count(self) -> int:
        """How many are watched."""
        return len(self._readings)

    @property
    def thumbprints(self) -> dict[str, str]:
        """{label: SHA-256} of every certificate that can be read."""
        return {r.source.label: r.facts.sha256 for r in self._readings if r.facts is not None}

    @property
    def expiries_us(self) -> dict[str, int]:
        """{label: when it ends} of every certificate that can be read."""
        return {r.source.label: r.facts.not_after_us for r in self._readings if r.facts is not None}
