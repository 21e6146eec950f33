"""Warnings about the certificate files that station.yaml names; apart from the settings, for files come and go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from hmi.settings.problems import LocatedProblem, ProblemList
from hmi.settings.station_file import station_settings
from hmi.settings.yamlfile import KeyPath, YamlFile, read_yaml

_STATION: Final = "station.yaml"
_EXPECTED: Final = "a PEM file; make one with 'plant-hmi certificate create --host NAME'"
_EXPECTED_CA: Final = "a PEM file with the authority's certificate"


def certificate_warnings(config_dir: Path, now_us: int) -> list[LocatedProblem]:
    """What is wrong with them at `now_us`. Nothing if station.yaml has errors, or if no files are named.

    Warnings only: a configuration may be checked on another machine than it runs on.
    """
    problems = ProblemList()
    if not (config_dir / _STATION).exists():
        return []
    file = read_yaml(config_dir / _STATION, ProblemList())
    settings = station_settings(file) if file else None
    if file is None or settings is None:
        return []
    named = YamlFile(file.name, file.data, problems, file.places)
    authorities: list[tuple[KeyPath, str]] = [
        (("agent", "ca"), settings.agent.ca),
        (("access", "ldap", "ca"), settings.access.ldap.ca),
        (("access", "oidc", "ca"), settings.access.oidc.ca),
    ]
    for path, name in authorities:
        if name:
            _check_certificate(named, path, config_dir / name, now_us, _EXPECTED_CA)
    if settings.api.tls_cert and settings.api.tls_key:
        certificate, key = config_dir / settings.api.tls_cert, config_dir / settings.api.tls_key
        good = _check_certificate(named, ("api", "tls", "cert"), certificate, now_us, _EXPECTED)
        _check_key(named, ("api", "tls", "key"), certificate if good else None, key, config_dir)
    return problems.in_order()


def _check_certificate(named: YamlFile, path: KeyPath, file: Path, now_us: int, expected: str) -> bool:
    from hmi.base.certificates.facts import facts_of, read_certificates
    from hmi.base.certificates.values import CertificateError, date_problem

    try:
        first = facts_of(read_certificates(file)[0])
    except CertificateError as fault:
        named.warning(path, "file", str(fault), expected)
        return False
    dates = date_problem(first, now_us)
    if dates:
        named.warning(path, "expiry", f"the certificate {file} {dates}", "one that is valid for longer")
    return True


def _check_key(named: YamlFile, path: KeyPath, certificate: Path | None, key: Path, config_dir: Path) -> None:
    from hmi.base.certificates.pair import read_key, read_pair
    from hmi.base.certificates.values import CertificateError

    if key.exists() and key.resolve().is_relative_to(config_dir.resolve()):
        named.warning(
            path,
            "place",
            "the private key stands in the configuration folder, which goes into every backup",
            "a place outside, such as pki/own in the data folder",
        )
    if key.exists() and not os.access(key, os.R_OK):
        return  # it is for the account of the station only, and so it should be
    try:
        if certificate is None:
            read_key(key)
        else:
            read_pair(certificate, key)
    except CertificateError as fault:
        named.warning(path, "file", str(fault), "the key that was made together with the certificate")
