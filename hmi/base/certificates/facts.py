"""What a certificate says, read from a file, and what its dates mean today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from hmi.base.errors import PlantError
from hmi.model.timestamps import to_datetime, to_us

DAY_US: Final = 86_400_000_000
WARN_DAYS: Final = 30
"""From how many days before its end a certificate is a matter of an alarm (`domain.md` 1.5)."""

_LARGEST: Final = 1_000_000
_PEM: Final = b"-----BEGIN CERTIFICATE-----"
_PKCS7: Final = b"-----BEGIN PKCS7-----"


class CertificateError(PlantError):
    """A certificate or key that cannot be used, in a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What people want to know of a certificate.

    names: host names, addresses and URIs it is for. sha256, sha1: thumbprints, `AA:BB:...`. authority: may sign others.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before_us: int
    not_after_us: int
    sha256: str
    sha1: str
    self_signed: bool
    authority: bool

    def days_left(self, now_us: int) -> int:
        """Whole days until it ends, negative once it has ended."""
        return (self.not_after_us - now_us) // DAY_US


def read_limited(file: Path, what: str) -> bytes:
    """Content of a certificate or key file; raises CertificateError if it is missing, not readable or far too large."""
    try:
        with file.open("rb") as handle:
            content = handle.read(_LARGEST + 1)
    except FileNotFoundError:
        raise CertificateError(f"the {what} {file} does not exist") from None
    except PermissionError:
        raise CertificateError(
            f"the {what} {file} cannot be read by this account: give it the right, or use its own"
        ) from None
    except OSError as fault:
        raise CertificateError(f"the {what} {file} cannot be read: {fault.strerror or fault}") from fault
    if len(content) > _LARGEST:
        raise CertificateError(f"the {what} {file} is larger than 1 MB, so it is something else")
    return content


def read_certificates(file: Path) -> tuple[x509.Certificate, ...]:
    """Every certificate of a file (PEM, also several; DER; PKCS#7), in its order; raises CertificateError if none."""
    content = read_limited(file, "certificate")
    try:
        if _PKCS7 in content:
            found = pkcs7.load_pem_pkcs7_certificates(content)
        elif _PEM in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = _der(content)
        for certificate in found:
            _ = certificate.extensions  # a broken one shall be refused here and not where it is used
    except (ValueError, TypeError):
        found = []
    if not found:
        raise CertificateError(f"{file} holds no certificate that can be read: expected PEM, DER or PKCS#7")
    return tuple(found)


def _der(content: bytes) -> list[x509.Certificate]:
    try:
        return [x509.load_der_x509_certificate(content)]
    except ValueError:
        return list(pkcs7.load_der_pkcs7_certificates(content))


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """What a certificate says."""
    return CertificateFacts(
        subject=_short_name(certificate.subject),
        issuer=_short_name(certificate.issuer),
        names=names_of(certificate),
        not_before_us=to_us(certificate.not_valid_before_utc),
        not_after_us=to_us(certificate.not_valid_after_utc),
        sha256=certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        sha1=certificate.fingerprint(hashes.SHA1()).hex(":").upper(),  # shown as other tools show it
        self_signed=is_self_signed(certificate),
        authority=is_authority(certificate),
    )


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Host names, addresses and URIs of the subject's alternative names."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    known = (x509.DNSName, x509.IPAddress, x509.UniformResourceIdentifier)
    return tuple(str(name.value) for name in names if isinstance(name, known))


def is_self_signed(certificate: x509.Certificate) -> bool:
    """True if it vouches for itself."""
    return certificate.subject == certificate.issuer and signed_by(certificate, certificate)


def signed_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """True if `issuer` signed it."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # the library has many ways to say no, and unknown key kinds raise others
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """True if it may sign others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def serves(certificate: x509.Certificate) -> bool:
    """True unless its extended key usage leaves out servers."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage


def pem(certificates: Iterable[x509.Certificate]) -> bytes:
    """The certificates as PEM, one after the other."""
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def day(t_us: int) -> str:
    """`2026-04-30`, in UTC."""
    return to_datetime(t_us).strftime("%Y-%m-%d")


def date_problem(facts: CertificateFacts, now_us: int, warn_days: int = WARN_DAYS) -> str:
    """What is wrong with its dates at `now_us`, naming the day; empty if nothing."""
    if now_us < facts.not_before_us:
        return f"is valid only from {day(facts.not_before_us)}: is the clock of this computer right?"
    if now_us >= facts.not_after_us:
        return f"has expired on {day(facts.not_after_us)}"
    left = facts.days_left(now_us)
    if left < warn_days:
        return f"expires on {day(facts.not_after_us)}, in {left} {'day' if left == 1 else 'days'}"
    return ""


def fits(names: Iterable[str], host: str) -> bool:
    """True if a certificate with these names is for `host`; `*.plant.example` stands for one label."""
    wanted = host.lower().rstrip(".")
    label, _, parent = wanted.partition(".")
    for name in names:
        known = name.lower().rstrip(".")
        if known == wanted or (known.startswith("*.") and label and known[2:] == parent):
            return True
    return False


def _short_name(name: x509.Name) -> str:
    return name.rfc4514_string() or "(no name)"
