"""One connection to a directory server; whatever goes wrong with it is one plain sentence."""

from __future__ import annotations

import math
import re
import socket
import ssl
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar
from urllib.parse import urlsplit

from hmi.access.directory.bounded import Deadline
from hmi.access.directory.contract import DirectoryUnreachableError
from hmi.access.directory.tls import trusting
from hmi.base.errors import PlantError
from hmi.model.station import LdapSettings

with warnings.catch_warnings():
    # ldap3 2.9.1 calls pyasn1's tables by their old names
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core.exceptions import LDAPStartTLSError

T = TypeVar("T")
_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_ADDRESSES: Final = 4
_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ([^\[\]]+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry a search found; attributes by name in small letters."""

    dn: str
    attributes: Mapping[str, Sequence[bytes]]

    def text(self, name: str) -> str:
        """The first value of an attribute, empty if there is none."""
        values = self.attributes.get(name.lower()) or [b""]
        return values[0].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Answer:
    """How an operation ended. code: result code of RFC 4511; word: its name; message: the server's own words."""

    code: int
    word: str
    message: str = field(default="", repr=False)
    entries: tuple[Entry, ...] = ()


class LdapSession:
    """A connection for one identity, closed at the end of its `with` block.

    Every fault of the network, of TLS and of the server's answers raises DirectoryUnreachableError. Referrals are not
    followed: a password is sent to the configured server only.
    """

    def __init__(self, settings: LdapSettings, deadline: Deadline, dn: str = "", password: str = "") -> None:
        if dn and not password:
            # a simple bind with a name and no password succeeds for everybody (RFC 4513 5.1.2)
            raise PlantError("The directory is never asked with an empty password.")
        parts = urlsplit(settings.url)
        self._host = parts.hostname or ""
        self._ssl = parts.scheme == "ldaps"
        self._port = parts.port or (636 if self._ssl else 389)
        self._start_tls = settings.start_tls
        self._context = trusting(settings.ca, "access.ldap.ca") if self._ssl or settings.start_tls else None
        self._identity = (dn, password)
        self._deadline = deadline
        self._tls: _Tls | None = None
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def bind(self) -> Answer:
        """Connects and says who asks: the identity given, or nobody."""
        return self._guarded(self._bind)

    def search(self, base: str, search_filter: str, attributes: Sequence[str], most: int) -> Answer:
        """Searches the tree below `base`; at most `most` entries."""
        return self._guarded(lambda: self._search(base, search_filter, attributes, most))

    def close(self) -> None:
        """Closes the connection; it may be closed already."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.unbind()
        except Exception:
            # the farewell could not be sent; what counts is that the socket is closed
            connection.strategy.close()
        if connection.socket is not None:
            connection.socket.close()

    def _bind(self) -> Answer:
        connection = self._connect()
        connection.bind(read_server_info=False)
        return _answer(connection)

    def _connect(self) -> Any:
        addresses = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[:_MOST_ADDRESSES]
        for position, address in enumerate(addresses):
            try:
                return self._open(str(address[4][0]), len(addresses) - position)
            except Exception:
                self.close()
                if position == len(addresses) - 1 or (self._tls and self._tls.fault):
                    raise
        raise OSError("the name has no address")

    def _open(self, address: str, shares: int) -> Any:
        left_s = self._deadline.left_s()
        self._tls = _Tls(self._context, self._host, self._deadline) if self._context else None
        server = ldap3.Server(
            address, self._port, use_ssl=self._ssl, tls=self._tls, get_info=ldap3.NONE, connect_timeout=left_s / shares
        )
        dn, password = self._identity
        connection = self._connection = ldap3.Connection(
            server,
            user=dn or None,
            password=password or None,
            authentication=ldap3.SIMPLE if dn else ldap3.ANONYMOUS,
            auto_bind=ldap3.AUTO_BIND_NONE,
            auto_referrals=False,
            auto_range=False,
            check_names=False,
            read_only=True,
            raise_exceptions=False,
            receive_timeout=math.ceil(left_s),
        )
        connection.open(read_server_info=False)
        if self._start_tls:
            connection.start_tls(read_server_info=False)
        connection.socket = _BoundedSocket(connection.socket, self._deadline)
        return connection

    def _search(self, base: str, search_filter: str, attributes: Sequence[str], most: int) -> Answer:
        self._connection.search(
            base,
            search_filter,
            search_scope=ldap3.SUBTREE,
            dereference_aliases=ldap3.DEREF_NEVER,
            attributes=list(attributes),
            size_limit=most,
            time_limit=math.ceil(self._deadline.left_s()),
        )
        found = [
            Entry(str(item["dn"]), {str(name).lower(): values for name, values in item["raw_attributes"].items()})
            for item in self._connection.response or ()
            if item.get("type") == "searchResEntry"
        ]
        return _answer(self._connection, tuple(found))

    def _guarded(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except PlantError:
            raise
        except Exception as fault:
            # besides its own errors ldap3 lets through those of its decoder when a server speaks something else
            raise DirectoryUnreachableError(self._sentence(fault)) from None

    def _sentence(self, fault: Exception) -> str:
        server = f"The directory server {self._host}:{self._port}"
        tls_fault = self._tls.fault if self._tls else None
        if isinstance(tls_fault, ssl.SSLCertVerificationError):
            return (
                f"The certificate of the directory server {self._host} is not trusted ({tls_fault.verify_message}); "
                "ask IT for a valid certificate, or name the file of its authority in access.ldap.ca."
            )
        if isinstance(tls_fault, ssl.SSLError):
            return f"{server} does not speak TLS; check access.ldap.url and the server."
        if isinstance(fault, LDAPStartTLSError):
            return f"{server} does not begin encryption (StartTLS); ask IT to switch it on, or use ldaps://."
        if isinstance(fault, socket.gaierror):
            return f"The name of the directory server {self._host} is not known; check access.ldap.url and the network."
        if isinstance(fault, TimeoutError) or "timed out" in str(fault) or "in time" in str(fault):
            return f"{server} does not answer in time; check the network and the server."
        cause = _ERRNO.search(str(fault))
        return (
            f"{server} does not answer ({cause[1] if cause else 'no lawful answer'}); check the network and the server."
        )


class _Tls(ldap3.Tls):  # type: ignore[misc] # ldap3 has no types
    """TLS of a connection; OpenSSL checks the host name, for the check of ldap3 is not in newer Pythons."""

    def __init__(self, context: ssl.SSLContext, host: str, deadline: Deadline) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context
        self._host = host
        self._deadline = deadline
        self.fault: OSError | None = None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        connection.socket.settimeout(self._deadline.left_s())
        try:
            connection.socket = self._context.wrap_socket(connection.socket, server_hostname=self._host)
        except OSError as fault:
            self.fault = fault
            raise


class _BoundedSocket:
    """A connected socket that ends at the deadline, however slowly the server sends, and takes no endless answer."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._socket = sock
        self._deadline = deadline
        self._left = _MOST_BYTES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def recv(self, size: int) -> bytes:
        self._socket.settimeout(self._deadline.left_s())
        data = self._socket.recv(size)
        self._left -= len(data)
        if self._left < 0:
            raise OSError("the answer is too large")
        return data

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(self._deadline.left_s())
        self._socket.sendall(data)


def _answer(connection: Any, entries: tuple[Entry, ...] = ()) -> Answer:
    result = connection.result
    return Answer(int(result["result"]), str(result["description"]), str(result["message"]), entries)
