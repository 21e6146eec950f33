"""A site's certificate authority, as small as the tests need it."""

from __future__ import annotations

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hmi.base.certificates.values import DAY_US
from hmi.model.timestamps import to_datetime
from tests.helpers.clock import EPOCH_US


class Authority:
    """Signs requests. issuer: the authority above it, None = a root."""

    def __init__(self, name: str, now_us: int = EPOCH_US, days: int = 3650, issuer: Authority | None = None) -> None:
        self.now_us = now_us
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        above = issuer or self
        builder = (
            self._builder(self.name, self.key.public_key(), days, above)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
        )
        self.certificate = builder.sign(above.key, hashes.SHA256())

    def sign(
        self,
        request: Path,
        days: int = 90,
        *,
        names: list[str] | None = None,
        usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
        authority: bool = False,
        starts_in_days: int = 0,
    ) -> x509.Certificate:
        """A certificate for the request; names: instead of those asked for, [] = none."""
        asked = x509.load_pem_x509_csr(request.read_bytes())
        wanted = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        given = wanted if names is None else [x509.DNSName(name) for name in names]
        builder = (
            self._builder(asked.subject, asked.public_key(), days, self, starts_in_days)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(_usage(signs=authority), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        )
        if given:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(given)), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def _builder(
        self, name: x509.Name, public: object, days: int, issuer: Authority, starts_in_days: int = 0
    ) -> x509.CertificateBuilder:
        start = to_datetime(self.now_us + starts_in_days * DAY_US) - datetime.timedelta(days=1)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.name)
            .public_key(public)  # type: ignore[arg-type]
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + datetime.timedelta(days=days + 1))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)  # type: ignore[arg-type]
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )


def pem_file(file: Path, *certificates: x509.Certificate) -> Path:
    """Writes certificates one after the other."""
    file.write_bytes(b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates))
    return file


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
