"""One OPC UA session on asyncua's services, without its background tasks, so that close leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlparse

from asyncua import ua as _ua
from asyncua.client.client import Client
from asyncua.client.ua_session import UaSession
from asyncua.crypto.uacrypto import CertProperties

from hmi.base.clock import Clock
from hmi.drivers.contract import DeviceFaultError, DriverCounters
from hmi.drivers.opcua.address import NodeAddress
from hmi.drivers.opcua.security import (
    Chosen,
    application_uri,
    choose_endpoint,
    must_be_protected,
    own_identity,
    remember_server,
)
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import (
    BAD_COMMUNICATION_ERROR,
    BAD_CONFIGURATION_ERROR,
    BAD_TIMEOUT,
    BAD_USER_ACCESS_DENIED,
    status_name,
)

# asyncua logs a trace for every lost connection; faults are told once, by us.
logging.getLogger("asyncua").setLevel(logging.CRITICAL + 1)

ua: Any = _ua  # its modules export by star, which strict typing does not follow
_READ_CHUNK: Final = 1000
_ITEMS_CHUNK: Final = 250
"""Few enough for a slow server to create within the timeout of one request."""

_SESSION_MS: Final = 60_000
_GOODBYE_S: Final = 0.5
_RENEW_AT: Final = 0.75
_MAX_NODES_PER_READ: Final = 11_705
_MAX_ITEMS_PER_CALL: Final = 11_714
_SESSION_GONE: Final = (
    ua.StatusCodes.BadSessionIdInvalid,
    ua.StatusCodes.BadSessionClosed,
    ua.StatusCodes.BadSecureChannelClosed,
    ua.StatusCodes.BadSecureChannelIdInvalid,
    ua.StatusCodes.BadShutdown,
    ua.StatusCodes.BadServerHalted,
    ua.StatusCodes.BadConnectionClosed,
)
_DENIED: Final = (
    ua.StatusCodes.BadUserAccessDenied,
    ua.StatusCodes.BadIdentityTokenRejected,
    ua.StatusCodes.BadIdentityTokenInvalid,
    ua.StatusCodes.BadUserSignatureInvalid,
)


class _QuietSession(UaSession):
    """A session whose publish requests are sent by us: asyncua's own loop outlives its connection."""

    def ensure_publish_loop(self) -> None:
        return None


class OpcUaSession:
    """Opened once, used, closed once. Every call has the device's timeout and raises DeviceFaultError."""

    def __init__(self, device: DeviceDefinition, clock: Clock, pki: Path | None, counters: DriverCounters) -> None:
        self._device = device
        self._clock = clock
        self._pki = pki
        self._counters = counters
        self._url = str(device.options["url"])
        self._timeout_s = device.timeout_us / 1e6
        self._client: Client | None = None
        self._broken = False
        self._namespaces: list[str] = []
        self._renew_us = 0
        self.chunk_read = _READ_CHUNK
        self.chunk_items = _ITEMS_CHUNK

    @property
    def services(self) -> UaSession:
        """The session's services."""
        return self._open_client().uaclient.session

    async def open(self) -> None:
        """Connects, secures, signs in and reads the server's namespaces."""
        options = self._device.options
        client = Client(self._url, timeout=self._timeout_s)
        self._client = client
        self._known_password = ""
        client.application_uri = application_uri()
        client.name = client.description = "Plant HMI"
        client.session_timeout = max(_SESSION_MS, 3 * self._device.scan_us // 1000)
        client.uaclient.session = _QuietSession(client.uaclient)
        client.uaclient.pre_request_hook = None
        security, user = str(options.get("security", "")), str(options.get("user", ""))
        async with self.faults():
            if security == "None" and not user:
                chosen = Chosen(None, ua.MessageSecurityMode.None_, b"")
            else:
                chosen = choose_endpoint(await client.connect_and_get_server_endpoints(), security)
            must_be_protected(chosen, user)
            if chosen.policy is not None:
                await self._secure(client, chosen)
            if user:
                client.set_user(user)
                client.set_password(await self._password())
            await client.connect_socket()
            await client.send_hello()
            await client.open_secure_channel()
            await client.create_session()
            await client.activate_session(username=user or None, password=self._known_password if user else None)
            self._note_channel(client)
            self._namespaces = [str(uri) for uri in await self._value(ua.ObjectIds.Server_NamespaceArray) or []]
            self.chunk_read = await self._limit(_MAX_NODES_PER_READ, _READ_CHUNK)
            self.chunk_items = await self._limit(_MAX_ITEMS_PER_CALL, _ITEMS_CHUNK)

    async def close(self) -> None:
        """Says goodbye if the link still works and closes the socket; never raises."""
        client, self._client = self._client, None
        if client is None:
            return
        if not self._broken:
            with suppress(Exception):
                async with asyncio.timeout(_GOODBYE_S):
                    await client.uaclient.close_session(True)
                    await client.close_secure_channel()
        with suppress(Exception):
            client.disconnect_socket()
        await asyncio.sleep(0)  # lets the transport tell its protocol that it is closed

    @asynccontextmanager
    async def faults(self) -> AsyncIterator[None]:
        """Turns what asyncua raises into DeviceFaultError and counts it."""
        try:
            yield
        except DeviceFaultError as fault:
            self._note(fault)
            raise
        except TimeoutError:
            raise self._note(DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT)) from None
        except ConnectionRefusedError:
            raise self._note(DeviceFaultError("refused", "refuses the connection", BAD_COMMUNICATION_ERROR)) from None
        except socket.gaierror:
            words = "has a host name that nobody knows"
            raise self._note(DeviceFaultError("configuration", words, BAD_CONFIGURATION_ERROR)) from None
        except OSError as fault:
            words = "closed the connection" if isinstance(fault, ConnectionError) else "cannot be reached"
            raise self._note(DeviceFaultError("reset", words, BAD_COMMUNICATION_ERROR)) from None
        except ua.UaStatusCodeError as fault:
            raise self._note(_service_fault(int(fault.code))) from None
        except ua.UaError as fault:
            words = f"does not speak OPC UA as expected ({fault})"
            raise self._note(DeviceFaultError("protocol", words, BAD_COMMUNICATION_ERROR)) from None

    def require_link(self) -> None:
        """Raises DeviceFaultError at once if the transport is gone."""
        protocol = self._open_client().uaclient.protocol
        if protocol is None or protocol.is_closed:
            raise self._note(DeviceFaultError("reset", "closed the connection", BAD_COMMUNICATION_ERROR))

    async def renew_channel_if_due(self) -> None:
        """Renews the secure channel after three quarters of its life."""
        if self._clock.monotonic_us() < self._renew_us:
            return
        client = self._open_client()
        await client.open_secure_channel(renew=True)
        client.uaclient.revolve_security_token()
        self._note_channel(client)

    async def server_state(self) -> int:
        """The server's own state, 0 = running; answers whether it still listens."""
        state = await self._value(ua.ObjectIds.Server_ServerStatus_State)
        return int(state) if isinstance(state, int) else 0

    async def read(self, nodes: Sequence[Any], attribute: Any = ua.AttributeIds.Value) -> list[Any]:
        """Data values of nodes in order, in as many requests as the server wants."""
        values: list[Any] = []
        for start in range(0, len(nodes), self.chunk_read):
            parameters = ua.ReadParameters()
            parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
            for node in nodes[start : start + self.chunk_read]:
                item = ua.ReadValueId()
                item.NodeId = node
                item.AttributeId = attribute
                parameters.NodesToRead.append(item)
            self._counters.requests += 1
            began = self._clock.monotonic_us()
            answer = await self.services.read(parameters)
            self._counters.response_us.add(self._clock.monotonic_us() - began)
            if len(answer) != len(parameters.NodesToRead):
                raise ua.UaError(f"{len(answer)} values for {len(parameters.NodesToRead)} nodes")
            values.extend(answer)
        return values

    def node(self, address: NodeAddress) -> Any | None:
        """The node id in this session; None if the server does not know the namespace."""
        index = address.index
        if address.uri:
            if address.uri not in self._namespaces:
                return None
            index = self._namespaces.index(address.uri)
        kinds = {
            "s": ua.NodeIdType.String,
            "i": ua.NodeIdType.Numeric,
            "g": ua.NodeIdType.Guid,
            "b": ua.NodeIdType.ByteString,
        }
        return ua.NodeId(address.identifier, index, kinds[address.kind])

    async def _value(self, node: int) -> Any:
        data = (await self.read([ua.NodeId(node, 0)]))[0]
        return data.Value.Value if data.Value is not None else None

    async def _limit(self, node: int, most: int) -> int:
        found = await self._value(node)
        return min(found, most) if isinstance(found, int) and found > 0 else most

    async def _secure(self, client: Client, chosen: Chosen) -> None:
        url = urlparse(self._url)
        identity = await own_identity(self._pki)
        remember_server(self._pki, url.hostname or "", url.port or 4840, chosen.server_certificate)
        await client.set_security(
            chosen.policy,
            CertProperties(identity.certificate, "der"),
            CertProperties(identity.key, "pem"),
            server_certificate=CertProperties(chosen.server_certificate, "der"),
            mode=chosen.mode,
        )

    async def _password(self) -> str:
        from hmi.secrets import SecretError, SecretStore

        reference = str(self._device.options.get("password", ""))
        try:
            self._known_password = await asyncio.to_thread(SecretStore().resolve, reference) if reference else ""
        except SecretError as fault:
            raise DeviceFaultError("security", f"cannot be signed in to: {fault}", BAD_USER_ACCESS_DENIED) from None
        return self._known_password

    def _note_channel(self, client: Client) -> None:
        self._renew_us = self._clock.monotonic_us() + int(client.secure_channel_timeout * 1000 * _RENEW_AT)

    def _note(self, fault: DeviceFaultError) -> DeviceFaultError:
        self._counters.error(fault.kind)
        self._broken = self._broken or fault.kind in ("timeout", "reset", "refused", "protocol")
        return fault

    def _open_client(self) -> Client:
        if self._client is None:
            raise DeviceFaultError("reset", "is not connected", BAD_COMMUNICATION_ERROR)
        return self._client


def _service_fault(code: int) -> DeviceFaultError:
    if code == ua.StatusCodes.BadTimeout:
        return DeviceFaultError("timeout", "does not answer", BAD_TIMEOUT)
    if code in _SESSION_GONE:
        return DeviceFaultError("reset", "ended the session", BAD_COMMUNICATION_ERROR)
    if code in _DENIED:
        return DeviceFaultError("security", "does not accept user and password", BAD_USER_ACCESS_DENIED)
    name = ua.StatusCode(code).name
    if "Security" in name or "Certificate" in name:
        return DeviceFaultError("security", f"refuses the secured connection ({name})", BAD_COMMUNICATION_ERROR)
    return DeviceFaultError("exception", f"answers {name or status_name(code)}", code)
