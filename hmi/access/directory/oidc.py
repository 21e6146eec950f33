"""Sign-in on the page of an identity provider: OpenID Connect, authorization code with PKCE."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from hmi.access.directory.bounded import BoundedCalls, Deadline
from hmi.access.directory.contract import BrowserFlow, DirectoryUser
from hmi.access.directory.oidc_session import ProviderSession, authorization_url
from hmi.access.directory.oidc_token import IdToken, refusal
from hmi.access.directory.people import assignments_of, shown_title, station_name
from hmi.base.clock import Clock
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.station import OidcSettings
from hmi.settings.words import NAME_FORM

T = TypeVar("T")
_FLOW_US: Final = 600_000_000
_MOST_FLOWS: Final = 100
_MOST_CODES: Final = 1000
_LONGEST_CODE: Final = 4096
_MOST_GROUPS: Final = 10_000
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class _Begun:
    flow: BrowserFlow
    metadata: Mapping[str, Any]
    end_us: int


class OidcProvider:
    """Begins sign-ins in the browser and proves who came back from there.

    resolve: the secret behind a reference. Safe to use from several threads.
    """

    def __init__(self, settings: OidcSettings, resolve: Callable[[str], str], clock: Clock) -> None:
        self._settings = settings
        self._resolve = resolve
        self._clock = clock
        self._calls = BoundedCalls("identity-provider")
        self._lock = threading.Lock()
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._used_codes: OrderedDict[bytes, None] = OrderedDict()
        self._keys: Sequence[object] = ()

    def begin(self, redirect_url: str) -> BrowserFlow:
        metadata = self._run(self._discover)
        drawn = BrowserFlow(
            "", secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), redirect_url
        )
        url = authorization_url(metadata, self._settings, drawn)
        flow = BrowserFlow(url, drawn.state, drawn.nonce, drawn.verifier, redirect_url)
        with self._lock:
            self._begun[flow.state] = _Begun(flow, metadata, self._clock.monotonic_us() + _FLOW_US)
            while len(self._begun) > _MOST_FLOWS:
                self._begun.popitem(last=False)
        return flow

    def finish(self, flow: BrowserFlow, code: str) -> DirectoryUser:
        metadata = self._take(flow, code)
        return self._run(lambda session: self._finish(session, metadata, flow, code))

    def _take(self, flow: BrowserFlow, code: str) -> Mapping[str, Any]:
        """What was begun with this flow; a flow and a code count once, whatever becomes of them."""
        digest = hashlib.sha256(code.encode("utf-8", "replace")).digest()
        with self._lock:
            begun = self._begun.pop(flow.state, None)
            used = digest in self._used_codes
            self._used_codes[digest] = None
            while len(self._used_codes) > _MOST_CODES:
                self._used_codes.popitem(last=False)
        if begun is None or begun.flow != flow or begun.end_us <= self._clock.monotonic_us():
            raise NotPermittedError(
                "This sign-in was not begun here, took longer than ten minutes or was used before; begin again."
            )
        if used or not code or len(code) > _LONGEST_CODE or not code.isprintable():
            raise refusal("its code was used before or cannot be read")
        return begun.metadata

    def _run(self, call: Callable[[ProviderSession], T]) -> T:
        settings = self._settings
        secret = self._resolve(settings.secret) if settings.secret else ""

        def ask(deadline: Deadline) -> T:
            with ProviderSession(settings, secret, deadline) as session:
                return call(session)

        late = "The identity provider does not answer in time; check the network and the provider."
        return self._calls.run(ask, settings.timeout_us, late)

    def _discover(self, session: ProviderSession) -> Mapping[str, Any]:
        issuer = self._settings.issuer
        url = issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = session.document(url, "its description (.well-known/openid-configuration)")
        named = metadata.get("issuer")
        if named != issuer:
            raise PlantError(
                f"The identity provider calls itself '{str(named)[:200]}'; if that is right, "
                "write it as access.oidc.issuer."
            )
        for endpoint in _ENDPOINTS:
            if not self._is_safe(metadata.get(endpoint)):
                raise PlantError(
                    f"The identity provider names no encrypted address as its {endpoint}; check access.oidc.issuer."
                )
        return metadata

    def _is_safe(self, url: object) -> bool:
        if not isinstance(url, str):
            return False
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            return False
        local = parts.scheme == "http" and self._settings.issuer.startswith("http://") and host in _LOOPBACK
        return bool(host) and (parts.scheme == "https" or local)

    def _finish(
        self, session: ProviderSession, metadata: Mapping[str, Any], flow: BrowserFlow, code: str
    ) -> DirectoryUser:
        settings = self._settings
        tokens = session.exchange(metadata, flow, code)
        access_token = str(tokens.get("access_token") or "")
        token = IdToken(tokens.get("id_token"))
        claims: Mapping[str, Any] = token.claims(
            self._key(session, metadata, token),
            issuer=settings.issuer,
            client_id=settings.client_id,
            nonce=flow.nonce,
            access_token=access_token,
            now_s=self._clock.now_us() // 1_000_000,
        )
        wanted = [settings.user_claim, *([settings.groups_claim] if settings.groups else [])]
        if any(_claim(claims, name) is None for name in wanted):
            claims = self._more(session, metadata, access_token, claims)
        return self._person(claims)

    def _key(self, session: ProviderSession, metadata: Mapping[str, Any], token: IdToken) -> Mapping[str, Any]:
        key = token.key(self._keys)
        if key is None:
            # the provider may have changed its keys; asked once for every sign-in at most
            keys = session.document(metadata["jwks_uri"], "its keys").get("keys")
            self._keys = keys if isinstance(keys, list) else ()
            key = token.key(self._keys)
        if key is None:
            raise refusal("it is signed with a key the provider does not have")
        return key

    def _more(
        self, session: ProviderSession, metadata: Mapping[str, Any], access_token: str, claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The claims with those of the provider's user information, where some providers keep names and groups."""
        url = metadata.get("userinfo_endpoint")
        if not access_token or not self._is_safe(url):
            return claims
        information = session.document(str(url), "its information about the person", access_token)
        if information.get("sub") != claims["sub"]:
            raise refusal("its parts do not belong together")
        return {**information, **claims}

    def _person(self, claims: Mapping[str, Any]) -> DirectoryUser:
        settings = self._settings
        given = _claim(claims, settings.user_claim)
        name = station_name(given) if isinstance(given, str) else ""
        if not name:
            missing = "gives no name" if given is None else "gives a name that cannot be a user name here"
            raise NotPermittedError(
                f"The identity provider {missing}; ask IT for a claim with a short name and name it in "
                f"access.oidc.user_claim ({NAME_FORM})."
            )
        title = _claim(claims, settings.title_claim)
        return DirectoryUser(
            name=name,
            subject=str(claims["sub"]),
            title=shown_title(title if isinstance(title, str) else "", name),
            assignments=assignments_of(_words(_claim(claims, settings.groups_claim)), settings.groups),
        )


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name; `realm_access.roles` is also `roles` inside `realm_access`."""
    if name in claims:
        return claims[name]
    at: object = claims
    for part in name.split("."):
        at = at.get(part) if isinstance(at, Mapping) else None
    return at


def _words(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [word for word in value[:_MOST_GROUPS] if isinstance(word, str)] if isinstance(value, list) else []
