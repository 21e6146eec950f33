"""A certificate file and the file of its private key, as a server shows them."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from hmi.base.certificates.facts import read_certificates
from hmi.base.certificates.files import read_limited
from hmi.base.certificates.values import CertificateError

SHORTEST_RSA: Final = 2048
NEW: Final = ".new"
"""Ending of a file that is about to take the place of another."""

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def read_key(file: Path) -> PrivateKey:
    """The private key of a PEM file that only its owner can read; raises CertificateError in plain words."""
    content = read_limited(file, "private key")
    rights = key_rights_problem(file)
    if rights:
        raise CertificateError(rights)
    return parse_key(content, file)


def parse_key(content: bytes, file: Path) -> PrivateKey:
    """The private key in a PEM text; `file` is only named."""
    if b"ENCRYPTED" in content:
        raise CertificateError(
            f"the private key {file} is encrypted, and the station starts without anybody to type its passphrase: "
            f"write it without ('openssl pkey -in {file.name} -out plain.key') into a file only its owner can read"
        )
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise CertificateError(f"{file} holds no private key that can be read: expected PEM") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < SHORTEST_RSA:
        raise CertificateError(f"the RSA key {file} has {key.key_size} bits; clients ask for {SHORTEST_RSA} or more")
    if not isinstance(key, PrivateKey):
        raise CertificateError(f"the private key {file} is of a kind that clients do not accept: use EC or RSA")
    return key


def key_rights_problem(file: Path) -> str:
    """A sentence if others than its owner can read a key file, else empty.

    One that belongs to root may be readable by its group: so machines hand keys to services.
    """
    if sys.platform == "win32":
        return ""
    try:
        state = file.stat()
    except OSError:
        return ""
    allowed = 0o740 if state.st_uid == 0 else 0o700
    if stat.S_IMODE(state.st_mode) & ~allowed & 0o777:
        return f"the private key {file} can be read by others: 'chmod 600 {file}'"
    return ""


def belongs(certificate: x509.Certificate, key: PrivateKey) -> bool:
    """True if the certificate is for the key."""
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.public_key().public_bytes(*form) == key.public_key().public_bytes(*form)


def read_pair(certificate_file: Path, key_file: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a pair that a server can show, its own first; raises CertificateError if it cannot."""
    chain = read_certificates(certificate_file)
    if b"-----BEGIN CERTIFICATE-----" not in read_limited(certificate_file, "certificate"):
        raise CertificateError(
            f"the certificate {certificate_file} is not PEM: 'plant-hmi certificate import {certificate_file}' makes "
            "it so, or 'openssl x509 -inform der'"
        )
    key = read_key(key_file)
    if not belongs(chain[0], key):
        if any(belongs(other, key) for other in chain[1:]):
            raise CertificateError(f"in {certificate_file} the station's own certificate has to stand first")
        raise CertificateError(
            f"the private key {key_file} does not belong to the certificate {certificate_file}: name the two files "
            "that were made together"
        )
    return chain


def complete_replacement(certificate_file: Path, key_file: Path) -> bool:
    """Ends a replacement that was cut off between its two files; True if there was one.

    The key goes first, so a power cut in between leaves the new key beside the old certificate, and the new
    certificate waiting.
    """
    waiting = certificate_file.with_name(certificate_file.name + NEW)
    if not waiting.exists():
        return False
    try:
        key = read_key(key_file)
        if belongs(read_certificates(certificate_file)[0], key) or not belongs(read_certificates(waiting)[0], key):
            return False
        waiting.replace(certificate_file)
    except (CertificateError, OSError):
        return False
    return True
