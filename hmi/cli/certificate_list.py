"""What `certificate list` shows: the certificates in use by the configuration, and the others in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hmi.model.devices import DeviceDefinition
from hmi.model.station import StationSettings
from hmi.settings.problems import ConfigurationError
from hmi.station.certificates import API, Reading, Source, read, sources, with_full_paths

_FOLDERS = ("own", "trusted", "issuers", "rejected")
_ENDINGS = (".crt", ".pem", ".der", ".cer")


@dataclass(frozen=True, slots=True)
class Listed:
    """A certificate as listed. in_use: the station, as configured now, stands on it."""

    reading: Reading
    in_use: bool

    def verdict(self, now_us: int) -> str:
        """In words, with what to do."""
        problem = self.reading.verdict(now_us)
        if not problem:
            return "good" if self.in_use else "good, but not in use by this configuration"
        if not self.in_use:
            return f"{problem}; not in use by this configuration"
        return problem + _what_to_do(self.reading)


def known_certificates(config_dir: Path, data_dir: Path) -> list[Listed]:
    """Those in use first, then the rest of `pki/`; raises ConfigurationError if the configuration has errors."""
    settings, devices = _configured(config_dir)
    pki = data_dir / "pki"
    used = [Listed(read(source), True) for source in sources(settings, pki, devices)]
    seen = {listed.reading.source.file.resolve() for listed in used}
    own_api = pki / "own" / "api.crt"
    rest = []
    for folder in _FOLDERS:
        for file in sorted((pki / folder).glob("*")):
            if file.suffix in _ENDINGS and file.resolve() not in seen and not _is_key(file):
                key = file.with_suffix(".key") if file == own_api else None
                rest.append(Listed(read(Source(f"{folder}/{file.name}", "the certificate", file, key)), False))
    return [*used, *rest]


def configured_file(config_dir: Path) -> Path | None:
    """The certificate file that station.yaml names for the API; None without one, or if it cannot be read."""
    try:
        name = _configured(config_dir)[0].api.tls_cert
    except ConfigurationError:
        return None
    return Path(name) if name else None


def _configured(config_dir: Path) -> tuple[StationSettings, tuple[DeviceDefinition, ...]]:
    from hmi.settings import load
    from hmi.station.catalogue import registry_catalogue

    if not (config_dir / "station.yaml").exists():
        return StationSettings("station", "station"), ()  # a certificate may be made before there is a configuration
    loaded = load(config_dir, registry_catalogue())
    return with_full_paths(loaded.station, config_dir), loaded.plant.devices


def _is_key(file: Path) -> bool:
    try:
        with file.open("rb") as handle:
            return b"PRIVATE KEY-----" in handle.read(4096)
    except OSError:
        return False


def _what_to_do(reading: Reading) -> str:
    label = reading.source.label
    if reading.facts is None:
        return ""
    if label == API and reading.facts.self_signed:
        return ": 'plant-hmi certificate renew'"
    if label == API:
        return ": 'plant-hmi certificate renew --csr', and have it signed"
    if label == "opcua":
        return f": delete {reading.source.file}, and have the servers trust the new one"
    if reading.source.authority:
        return ": ask the one who runs it for the new one"
    return f": have the server's renewed, then delete {reading.source.file}"
