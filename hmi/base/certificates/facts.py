"""Reads certificates from files and says what they say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID

from hmi.base.certificates.files import read_limited
from hmi.base.certificates.values import CertificateError, CertificateFacts
from hmi.model.timestamps import to_us

_PEM: Final = b"-----BEGIN CERTIFICATE-----"
_PKCS7: Final = b"-----BEGIN PKCS7-----"


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


def _short_name(name: x509.Name) -> str:
    return name.rfc4514_string() or "(no name)"
