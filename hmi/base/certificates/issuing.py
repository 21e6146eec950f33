"""Makes keys, certificates that vouch for themselves, and requests to the site's own authority."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hmi.base.certificates.pair import PrivateKey
from hmi.base.certificates.values import CertificateError
from hmi.base.errors import UsageError
from hmi.model.timestamps import to_datetime

KEY_TYPES: Final[dict[str, Callable[[], PrivateKey]]] = {
    "ec-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ec-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa-3072": lambda: rsa.generate_private_key(65537, 3072),
    "rsa-4096": lambda: rsa.generate_private_key(65537, 4096),
}
"""{word on the command line: what makes such a key}; the first is the default."""

LONGEST_DAYS: Final = 3650
DEFAULT_DAYS: Final = 825
"""The longest life Apple's systems accept of a certificate that is not from a public authority."""

_MOST_NAMES: Final = 50
_LONGEST_COMMON_NAME: Final = 64
# Clients whose clock is a little behind shall accept a new certificate at once.
_BACKDATED: Final = timedelta(hours=1)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


def new_key(kind: str) -> PrivateKey:
    """A new private key of a kind of `KEY_TYPES`."""
    return KEY_TYPES[kind]()


def key_pem(key: PrivateKey) -> bytes:
    """The key as PEM, not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def names_from(hosts: Iterable[str], addresses: Iterable[str] = ()) -> list[str]:
    """Checked host names and addresses, each once, in their order; raises UsageError for what is neither."""
    found: dict[str, None] = {}
    for host in hosts:
        found[_address(host) or _host(host)] = None
    for text in addresses:
        address = _address(text)
        if not address:
            raise UsageError(f"'{text}' is not an address; expected e.g. 10.0.0.5 (a name goes to --host)")
        found[address] = None
    if not found:
        raise UsageError("a certificate needs at least one --host NAME or --ip ADDRESS under which clients call it")
    if len(found) > _MOST_NAMES:
        raise UsageError(f"a certificate for more than {_MOST_NAMES} names is too large")
    return list(found)


def self_signed(key: PrivateKey, names: Sequence[str], now_us: int, days: int) -> x509.Certificate:
    """A server certificate that clients can trust by itself.

    It is no authority, so that a client which trusts it trusts nothing else, and browsers take it for a server.
    """
    start = to_datetime(now_us).replace(microsecond=0) - _BACKDATED
    subject = _subject(names)
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days, seconds=-1))  # the last second counts
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    for extension, critical in _wanted(key, names):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256())


def signing_request(key: PrivateKey, names: Sequence[str]) -> bytes:
    """A request (PEM) for an authority to sign a server certificate for these names."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(names))
    for extension, critical in _wanted(key, names):
        builder = builder.add_extension(extension, critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _wanted(key: PrivateKey, names: Sequence[str]) -> list[tuple[x509.ExtensionType, bool]]:
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=isinstance(key, rsa.RSAPrivateKey),
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return [
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general(name) for name in names]), False),
    ]


def _subject(names: Sequence[str]) -> x509.Name:
    shown = next((name for name in names if len(name) <= _LONGEST_COMMON_NAME), "station")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Plant HMI station"),
            x509.NameAttribute(NameOID.COMMON_NAME, shown),
        ]
    )


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(name)) if _address(name) else x509.DNSName(name)


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip().strip("[]")))
    except ValueError:
        return ""


def _host(text: str) -> str:
    expected = "expected e.g. press-3.plant.example"
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        raise UsageError(f"'{text}' is not a host name; {expected}") from None
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise UsageError(f"'{text}' is not a host name; {expected}")
    return name


def check_days(days: int) -> int:
    """The days if a certificate may live that long, else CertificateError."""
    if not 1 <= days <= LONGEST_DAYS:
        raise CertificateError(f"a certificate can be made for 1 to {LONGEST_DAYS} days, not {days}")
    return days
