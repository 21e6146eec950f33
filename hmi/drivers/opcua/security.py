"""Which endpoint to take, our own certificate, and remembering the server's."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from asyncua import ua as _ua
from asyncua.crypto import cert_gen, security_policies
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from hmi.drivers.contract import DeviceFaultError
from hmi.model.quality import BAD_COMMUNICATION_ERROR

_log = structlog.get_logger("opcua")
ua: Any = _ua  # its modules export by star, which strict typing does not follow

NONE_URI: Final = security_policies.SecurityPolicyNone.URI
_POLICIES: Final[dict[str, Any]] = {
    "Basic256Sha256": security_policies.SecurityPolicyBasic256Sha256,
    "Aes128_Sha256_RsaOaep": security_policies.SecurityPolicyAes128Sha256RsaOaep,
    "Aes256_Sha256_RsaPss": security_policies.SecurityPolicyAes256Sha256RsaPss,
}
_MODES: Final = {"Sign": ua.MessageSecurityMode.Sign, "SignAndEncrypt": ua.MessageSecurityMode.SignAndEncrypt}
_DAYS: Final = 3650


@dataclass(frozen=True, slots=True)
class Chosen:
    """How to talk to a server. policy: None = unprotected."""

    policy: Any
    mode: Any
    server_certificate: bytes


@dataclass(frozen=True, slots=True)
class Identity:
    """Our application certificate (DER) and its key (PEM)."""

    certificate: bytes
    key: bytes


def application_uri() -> str:
    """Name of this client, the same in the certificate and the session."""
    return f"urn:{socket.gethostname()}:plant-hmi"


def choose_endpoint(endpoints: list[Any], security: str) -> Chosen:
    """The endpoint asked for, or the strongest one this program can use; raises DeviceFaultError if there is none."""
    usable = []
    for endpoint in endpoints:
        name = str(endpoint.SecurityPolicyUri or NONE_URI).rpartition("#")[2]
        if not str(endpoint.EndpointUrl).startswith("opc.tcp"):
            continue
        if name == "None" and security in ("", "None"):
            usable.append((-1, Chosen(None, ua.MessageSecurityMode.None_, b"")))
        elif name in _POLICIES and endpoint.SecurityMode in _MODES.values():
            wanted = f"{name}/{'Sign' if endpoint.SecurityMode == _MODES['Sign'] else 'SignAndEncrypt'}"
            if security in ("", wanted):
                chosen = Chosen(_POLICIES[name], endpoint.SecurityMode, endpoint.ServerCertificate or b"")
                usable.append((int(endpoint.SecurityLevel or 0), chosen))
    if not usable:
        offered = sorted({f"{str(e.SecurityPolicyUri).rpartition('#')[2]}/{e.SecurityMode.name}" for e in endpoints})
        raise _security(f"does not offer {security or 'a security this program can use'}, only {', '.join(offered)}")
    return max(usable, key=lambda ranked: ranked[0])[1]


def must_be_protected(chosen: Chosen, user: str) -> None:
    """Refuses to send a user and password over an unprotected connection."""
    if user and chosen.policy is None:
        raise _security("offers no protected connection, so user and password are not sent")


async def own_identity(pki: Path | None) -> Identity:
    """Our certificate from `pki/own`, made at first use; without a folder it lives as long as the connection."""
    return await asyncio.to_thread(_own_identity, pki)


def _own_identity(pki: Path | None) -> Identity:
    certificate_file = pki / "own" / "plant-hmi.der" if pki is not None else None
    key_file = pki / "own" / "plant-hmi.pem" if pki is not None else None
    if certificate_file is not None and key_file is not None and certificate_file.exists() and key_file.exists():
        return Identity(certificate_file.read_bytes(), key_file.read_bytes())
    key = cert_gen.generate_private_key()
    names: list[x509.GeneralName] = [
        x509.UniformResourceIdentifier(application_uri()),
        x509.DNSName(socket.gethostname()),
    ]
    certificate = cert_gen.generate_self_signed_app_certificate(
        key, "Plant HMI", {}, names, extended=[ExtendedKeyUsageOID.CLIENT_AUTH], days=_DAYS
    )
    made = Identity(certificate.public_bytes(Encoding.DER), cert_gen.dump_private_key_as_pem(key))
    if certificate_file is not None and key_file is not None:
        certificate_file.parent.mkdir(parents=True, exist_ok=True)
        key_file.touch(mode=0o600)
        key_file.write_bytes(made.key)
        certificate_file.write_bytes(made.certificate)
        _log.info("made this station's OPC UA certificate", file=str(certificate_file))
    return made


def remember_server(pki: Path | None, host: str, port: int, certificate: bytes) -> None:
    """Keeps the certificate a server shows first and refuses another one later."""
    if pki is None or not certificate:
        return
    file = pki / "trusted" / f"{host}_{port}.der"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(certificate)
        thumbprint = hashlib.sha256(certificate).hexdigest()
        _log.warning("first contact: the server's certificate is trusted from now on", server=host, sha256=thumbprint)
    elif file.read_bytes() != certificate:
        raise _security(f"shows another certificate than before; if it was renewed on purpose, delete {file}")


def _security(words: str) -> DeviceFaultError:
    return DeviceFaultError("security", words, BAD_COMMUNICATION_ERROR)
