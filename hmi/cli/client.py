"""Asks a running station or central server over HTTP, for commands that work beside it."""

from __future__ import annotations

import copy
import http.client
import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from hmi.base.errors import BusyError, NotPermittedError, PlantError, UnreachableError

TIMEOUT_S: Final = 15.0

_NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""
_PEM_BEGIN: Final = "-----BEGIN CERTIFICATE-----"
_PEM_END: Final = "-----END CERTIFICATE-----"


class ApiClient:
    """One server. token: sent as bearer with every request, empty = none.

    trust: how the certificate of an https server is checked; None = by the authorities of this system.
    """

    def __init__(
        self, url: str, token: str = "", timeout_s: float = TIMEOUT_S, trust: ssl.SSLContext | None = None
    ) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise PlantError(f"'{url}' is not a web address; expected e.g. http://127.0.0.1:8000")
        self.url = url.rstrip("/")
        self._token = token
        self._door = ""
        self._timeout_s = timeout_s
        # A proxy of the environment must not stand between a command and the station on the same machine.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if trust is not None:
            handlers.append(urllib.request.HTTPSHandler(context=trust))
        self._opener = urllib.request.build_opener(*handlers)

    def with_token(self, token: str) -> ApiClient:
        """The same server, asked with the token of a session; the token before still opens a guarded door."""
        other = copy.copy(self)
        other._door, other._token = self._token, token
        return other

    def with_timeout(self, timeout_s: float) -> ApiClient:
        """The same server, given so long for each answer."""
        other = copy.copy(self)
        other._timeout_s = timeout_s
        return other

    def get(self, path: str, **query: str | int | list[str]) -> Any:
        """The JSON answer of a GET; a refusal becomes a PlantError in the server's words."""
        text = urlencode(query, doseq=True)
        return self._checked("GET", f"{quote(path)}?{text}" if text else quote(path), None)

    def get_all(self, path: str, **query: str | int | list[str]) -> list[Any]:
        """Every item of a paged list."""
        items: list[Any] = []
        page = self.get(path, **{"limit": 1000, **query})
        while True:
            items += page["items"]
            if page["next"] is None:
                return items
            page = self.get(path, **{"limit": 1000, **query, "cursor": page["next"]})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer of a POST; a refusal becomes a PlantError in the server's words."""
        return self._checked("POST", quote(path), body)

    def delete(self, path: str) -> Any:
        """The JSON answer of a DELETE."""
        return self._checked("DELETE", quote(path), None)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Status and JSON of any answer; only silence raises (UnreachableError)."""
        headers = {"Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._door:
            headers["X-API-Key"] = self._door
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, content, headers, method=method)
        try:
            try:
                with self._opener.open(request, timeout=self._timeout_s) as answer:
                    return answer.status, _read(answer)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    return refusal.code, _read(refusal)
        except (OSError, http.client.HTTPException) as fault:
            cause = getattr(fault, "reason", None) or fault
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise UnreachableError(
                    f"the certificate of {self.url} is not trusted: {cause.verify_message or 'it is another one'}"
                ) from fault
            words = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
            raise UnreachableError(f"{self.url} does not answer: {words}") from fault

    def _checked(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        status, answer = self.ask(method, path, body)
        if 200 <= status < 300:
            return answer
        raise _fault(status, answer, self.url)


def exactly(certificate: Path) -> ssl.SSLContext:
    """Trusts the one certificate that stands first in a PEM file, whatever name or address it is reached under.

    For the station on this machine: its own file is the proof, so neither names nor dates add to it, and a clock that
    is wrong or a certificate that has run out keeps nobody from the alarms.
    """
    try:
        text = certificate.read_text(encoding="ascii")
        end = text.index(_PEM_END) + len(_PEM_END)
        first = ssl.PEM_cert_to_DER_cert(text[text.index(_PEM_BEGIN) : end])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata=first)
    except (OSError, ValueError) as fault:
        raise UnreachableError(
            f"the station's certificate {certificate} cannot be read ({fault}): without it nobody can tell the station"
        ) from fault
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    return context


def authority(file: Path) -> ssl.SSLContext:
    """Trusts servers that show a certificate of this PEM file, or one it vouches for, under a name that it has."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cafile=file)
    except OSError as fault:
        raise PlantError(f"{file} holds no certificate that can be read: expected PEM") from fault
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def station_client(data_dir: Path) -> ApiClient | None:
    """The station that runs on a data directory, with its control token; None if none runs there."""
    from hmi.station.lock import is_running, read_station_file

    found = read_station_file(data_dir)
    if found is None:
        if is_running(data_dir):
            raise BusyError(f"the station on {data_dir} is starting or stopping: try again in a moment")
        return None
    try:
        token = Path(found.control_token_file).read_text(encoding="utf-8").strip()
    except OSError:
        token = ""  # another user's station: reading is open, writing will be refused by the station itself
    return ApiClient(found.api, token, trust=exactly(Path(found.certificate)) if found.certificate else None)


def need_station(data_dir: Path) -> ApiClient:
    """Like `station_client`, but a missing station is an UnreachableError."""
    client = station_client(data_dir)
    if client is None:
        raise UnreachableError(f"no station runs on {data_dir}: start it with 'run', or name its folder with --data")
    return client


def _read(answer: Any) -> Any:
    try:
        return json.loads(answer.read())
    except ValueError:
        return None


def _fault(status: int, answer: Any, url: str) -> PlantError:
    error = answer.get("error") if isinstance(answer, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    words = str(message) if message else f"{url} answered {status}"
    if status in (401, 403):
        return NotPermittedError(words)
    if status >= 500:
        return UnreachableError(words)
    return PlantError(words)
