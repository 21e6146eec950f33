"""The station's own server certificate in `pki/own`: made, requested, taken from an authority, renewed, replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from hmi.base.certificates.facts import (
    facts_of,
    is_authority,
    is_self_signed,
    names_of,
    pem,
    read_certificates,
    serves,
    signed_by,
)
from hmi.base.certificates.files import read_limited
from hmi.base.certificates.issuing import check_days, key_pem, new_key, self_signed, signing_request
from hmi.base.certificates.pair import NEW, PrivateKey, belongs, complete_replacement, parse_key, read_key, read_pair
from hmi.base.certificates.values import CertificateError, CertificateFacts, date_problem
from hmi.base.errors import PlantError

PREVIOUS: Final = ".previous"


@dataclass(frozen=True, slots=True)
class Taken:
    """A certificate that now stands in `pki/own`. remarks: what the engineer should know, in sentences."""

    facts: CertificateFacts
    remarks: tuple[str, ...] = ()


class OwnCertificate:
    """`api.crt` and `api.key` of one data folder. They replace each other whole; the last ones stay as `.previous`.

    The key of a request waits as `api.request.key` until its certificate comes, so a running station is not disturbed.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "pki" / "own"
        self.certificate = self.folder / "api.crt"
        self.key = self.folder / "api.key"
        self.request = self.folder / "api.csr"
        self.request_key = self.folder / "api.request.key"

    @property
    def exists(self) -> bool:
        """True if there is a certificate or key already."""
        return self.certificate.exists() or self.key.exists()

    def create(self, names: Sequence[str], days: int, key_type: str, now_us: int, *, replace: bool = False) -> Taken:
        """Makes a key and a certificate that vouches for itself; raises CertificateError if there is one already."""
        if self.exists and not replace:
            raise CertificateError(
                f"there is a certificate in {self.folder} already: 'certificate renew' keeps its names, "
                "'certificate create --replace' makes one for other names"
            )
        key = new_key(key_type)
        made = self_signed(key, names, now_us, check_days(days))
        self._replace([made], key)
        return Taken(facts_of(made))

    def ask(self, names: Sequence[str], key_type: str, *, keep_key: bool = False) -> Path:
        """Writes a request to an authority and returns its file; what is in use stays in use until the answer comes."""
        key = read_key(self.key) if keep_key else new_key(key_type)
        self._prepare()
        if keep_key:
            self.request_key.unlink(missing_ok=True)
        else:
            self._write(self.request_key, key_pem(key), private=True)
        self._write(self.request, signing_request(key, names))
        return self.request

    def renew(self, days: int, key_type: str, now_us: int, *, keep_key: bool = False) -> Taken:
        """Makes the certificate anew for the same names; one that an authority signed is refused with what to do."""
        old = self.current()
        if not is_self_signed(old):
            raise CertificateError(
                f"the certificate was signed by {facts_of(old).issuer}: make a request with 'certificate renew --csr', "
                "have it signed there, and take the answer with 'certificate import FILE'"
            )
        key = read_key(self.key) if keep_key else new_key(key_type)
        made = self_signed(key, names_of(old), now_us, check_days(days))
        self._replace([made], key)
        return Taken(facts_of(made))

    def take(self, file: Path, now_us: int, key_file: Path | None = None) -> Taken:
        """Takes the certificate an authority signed, with those between it and the authority in any order.

        key_file: the key, if it was not made here. Raises CertificateError if clients would not accept the answer.
        """
        found = read_certificates(file)
        key, from_request = self._key_of(found, key_file, file)
        own = next(certificate for certificate in found if belongs(certificate, key))
        _must_serve(own, file, now_us)
        chain = _in_order(own, [certificate for certificate in found if certificate != own], file)
        asked = self._asked_names() if from_request else ()
        self._replace(chain, key)
        if from_request:
            self.request.unlink(missing_ok=True)
            self.request_key.unlink(missing_ok=True)
        return Taken(facts_of(own), tuple(_remarks(chain, asked, now_us)))

    def current(self) -> x509.Certificate:
        """The certificate there is; raises CertificateError if there is none."""
        complete_replacement(self.certificate, self.key)
        if not self.certificate.exists():
            raise CertificateError(
                f"there is no certificate in {self.folder} yet: make one with 'certificate create --host NAME'"
            )
        return read_certificates(self.certificate)[0]

    def _key_of(self, found: Sequence[x509.Certificate], key_file: Path | None, file: Path) -> tuple[PrivateKey, bool]:
        if key_file is not None:
            # where it comes from its rights do not matter yet; where it goes to only its owner can read it
            key = parse_key(read_limited(key_file, "private key"), key_file)
            if any(belongs(certificate, key) for certificate in found):
                return key, False
            raise CertificateError(f"the private key {key_file} does not belong to a certificate in {file}")
        for candidate in (self.request_key, self.key):
            if candidate.exists():
                key = read_key(candidate)
                if any(belongs(certificate, key) for certificate in found):
                    return key, True
        raise CertificateError(
            f"no certificate in {file} belongs to a key in {self.folder}: take the answer to the last "
            "'certificate create --csr', or name the key with --key FILE"
        )

    def _asked_names(self) -> tuple[str, ...]:
        if not self.request.exists():
            return ()
        try:
            request = x509.load_pem_x509_csr(read_limited(self.request, "request"))
            names = request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (ValueError, x509.ExtensionNotFound, PlantError):
            return ()
        return tuple(str(name.value) for name in names)

    def _replace(self, chain: Sequence[x509.Certificate], key: PrivateKey) -> None:
        complete_replacement(self.certificate, self.key)
        self._prepare()
        new_certificate, new_key_file = _beside(self.certificate, NEW), _beside(self.key, NEW)
        try:
            self._write(new_certificate, pem(chain))
            self._write(new_key_file, key_pem(key), private=True)
            for file in (self.certificate, self.key):
                if file.exists():
                    kept = _beside(file, PREVIOUS)
                    shutil.copy2(file, _beside(kept, NEW))
                    self._give(_beside(kept, NEW))
                    _beside(kept, NEW).replace(kept)
            new_key_file.replace(self.key)
            new_certificate.replace(self.certificate)
        except OSError as fault:
            raise _not_written(self.folder, fault) from fault
        # two commands at once could have mixed their files: nothing is said to be done that is not
        read_pair(self.certificate, self.key)

    def _prepare(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise _not_written(self.folder, fault) from fault
        for folder in (self.folder, self.folder.parent):
            self._give(folder)

    def _write(self, file: Path, content: bytes, *, private: bool = False) -> None:
        try:
            file.unlink(missing_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o644)
            with os.fdopen(descriptor, "wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            self._give(file)
        except OSError as fault:
            raise _not_written(self.folder, fault) from fault

    def _give(self, file: Path) -> None:
        """Gives what root made to the account that owns the data folder, or the station could not read its key."""
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            return
        owner = self.folder.parent.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)


def _not_written(folder: Path, fault: OSError) -> CertificateError:
    return CertificateError(f"{folder} cannot be written: {fault.strerror or fault}; check its rights and the disk")


def _must_serve(own: x509.Certificate, file: Path, now_us: int) -> None:
    facts = facts_of(own)
    dates = date_problem(facts, now_us, warn_days=0)
    if dates:
        raise CertificateError(f"the certificate in {file} {dates}")
    if not facts.names:
        raise CertificateError(
            f"the certificate in {file} names no host (subject alternative name), so no client would accept it"
        )
    if is_authority(own):
        raise CertificateError(f"the certificate in {file} is one of an authority, not of a server")
    if not serves(own):
        raise CertificateError(f"the certificate in {file} is not for servers (extended key usage serverAuth)")


def _in_order(own: x509.Certificate, others: list[x509.Certificate], file: Path) -> list[x509.Certificate]:
    chain = [own]
    while others and not is_self_signed(chain[-1]):
        issuer = next((other for other in others if signed_by(chain[-1], other)), None)
        if issuer is None:
            break
        others.remove(issuer)
        chain.append(issuer)
    if others:
        strange = facts_of(others[0]).subject
        raise CertificateError(f"{file} holds a certificate that has nothing to do with the station's own: {strange}")
    return chain


def _remarks(chain: Sequence[x509.Certificate], asked: Sequence[str], now_us: int) -> list[str]:
    facts = facts_of(chain[0])
    missing = [name for name in asked if name not in facts.names]
    remarks = []
    if missing:
        remarks.append(f"the authority left out names that were asked for: {', '.join(missing)}")
    if len(chain) == 1 and not facts.self_signed:
        remarks.append(
            "the file holds the station's own certificate only: clients need every authority between it and the one "
            "they trust; if there are any, import a file with all of them"
        )
    soon = date_problem(facts, now_us)
    if soon:
        remarks.append(f"the certificate {soon}")
    for other in chain[1:]:
        of_other = facts_of(other)
        if of_other.not_after_us < facts.not_after_us:
            problem = date_problem(of_other, now_us)
            remarks.append(f"the authority {of_other.subject} {problem or 'ends before the certificate does'}")
    return remarks
