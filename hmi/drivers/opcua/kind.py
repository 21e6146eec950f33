"""What the registry knows of OPC UA without loading asyncua."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hmi.base.clock import Clock, SystemClock
from hmi.drivers.contract import Driver, PlannedRequest
from hmi.drivers.opcua.address import EXPECTED, NodeAddressError, parse_node
from hmi.drivers.options import OptionReader
from hmi.model.devices import DeviceDefinition
from hmi.model.problems import Problem
from hmi.model.tags import TagDefinition
from hmi.secrets import is_reference

POLICIES: Final = ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss")
_DEPRECATED: Final = ("Basic128Rsa15", "Basic256")
MODES: Final = ("Sign", "SignAndEncrypt")
_TYPES: Final = (
    "bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64",
)  # fmt: skip
_LEAST_PUBLISH_US: Final = 10_000


class OpcUaKind:
    """Driver `opcua`. pki: folder of certificates (`contract.md` 2); None = none are kept."""

    name = "opcua"
    protocol = "opcua"

    def __init__(self, clock: Clock | None = None, pki: Path | None = None) -> None:
        self._clock = clock or SystemClock()
        self._pki = pki

    def check_options(self, options: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
        reader = OptionReader(options)
        url = reader.text("url", required=True, expected="the address of the server, e.g. opc.tcp://10.0.0.5:4840")
        if url and not url.startswith("opc.tcp://"):
            reader.problem("url", f"'{url}' is not an OPC UA address", "opc.tcp://HOST:PORT")
        elif "@" in url:
            reader.problem("url", "user and password do not belong in the address", "the keys user and password")
        security = reader.text("security", expected="None or Policy/Mode, e.g. Basic256Sha256/SignAndEncrypt")
        _check_security(security, reader)
        reader.text("mode", "subscribe", choices=("subscribe", "read"))
        reader.duration("publish", 500_000, _LEAST_PUBLISH_US)
        user = reader.text("user")
        password = reader.text("password")
        if password and not is_reference(password):
            reader.problem("password", "a password does not belong in a file", "keyring:NAME or env:NAME")
        if user and security == "None":
            reader.problem(
                "user",
                "user and password would go over the network unprotected",
                "security other than None, e.g. Basic256Sha256/SignAndEncrypt",
            )
        return reader.finish()

    def check_address(self, tag: TagDefinition) -> list[Problem]:
        try:
            address = parse_node(tag.address)
        except NodeAddressError as fault:
            return [Problem("address", str(fault), EXPECTED)]
        problems = []
        if address.is_by_index:
            problems.append(
                Problem(
                    "address",
                    f"the namespace index {address.index} may point elsewhere after the server restarts",
                    EXPECTED,
                    "look up the namespace URI with an OPC UA browser",
                    is_warning=True,
                )
            )
        if tag.type and tag.type not in _TYPES and not tag.is_text:
            problems.append(
                Problem("type", f"'{tag.type}' is not an OPC UA type", "empty, string, " + ", ".join(_TYPES))
            )
        return problems

    def default_type(self, address: str) -> str:
        return ""

    def describe(self, options: Mapping[str, object]) -> str:
        return str(options.get("url", "?"))

    def plan(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> list[PlannedRequest]:
        return []

    def create(self, device: DeviceDefinition, tags: Sequence[TagDefinition]) -> Driver:
        from hmi.drivers.opcua.driver import OpcUaDriver

        return OpcUaDriver(device, self._clock, self._pki)


def _check_security(security: str, reader: OptionReader) -> None:
    if security in ("", "None"):
        return
    policy, _, mode = security.partition("/")
    expected = "None or one of " + ", ".join(POLICIES) + " with /Sign or /SignAndEncrypt"
    if policy in _DEPRECATED:
        reader.problem("security", f"the policy {policy} is broken and not used any more", expected)
    elif policy not in POLICIES or mode not in MODES:
        reader.problem("security", f"'{security}' is not a security setting", expected)
