"""Asks an identity provider over HTTPS; every answer is bounded, and what goes wrong is one plain sentence."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from hmi.access.directory.bounded import Deadline
from hmi.access.directory.contract import BrowserFlow, DirectoryUnreachableError
from hmi.access.directory.tls import trusting
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.station import OidcSettings

_MOST_BYTES: Final = 1024 * 1024
_PIECE: Final = 16 * 1024


class ProviderSession:
    """Requests of one sign-in step to one provider, closed at the end of its `with` block.

    A provider that does not answer raises DirectoryUnreachableError, one that is not what the settings say another
    PlantError. Redirects are not followed; proxies and passwords of the environment are not used.
    """

    def __init__(self, settings: OidcSettings, secret: str, deadline: Deadline) -> None:
        self._settings = settings
        self._secret = secret
        self._deadline = deadline
        self._session: _BoundedSession | None = None
        if settings.ca:
            trusting(settings.ca, "access.oidc.ca")  # requests would not say which file is wrong

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._session is not None:
            self._session.close()

    def document(self, url: str, what: str, token: str = "") -> dict[str, Any]:
        """The JSON document at an address of the provider; what: its name in an error. token: shown to get it."""
        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        try:
            answer = self._opened("none").request("GET", url, headers=headers, withhold_token=True)
            body = answer.json() if answer.status_code == 200 else None
        except Exception as fault:
            raise self._cause(fault) from None
        if answer.status_code >= 500 or answer.status_code == 429:
            raise DirectoryUnreachableError(
                f"The identity provider cannot answer now ({answer.status_code}); try again."
            )
        if not isinstance(body, dict):
            raise PlantError(
                f"The identity provider does not give {what} ({answer.status_code}); check access.oidc.issuer."
            )
        return body

    def exchange(self, metadata: Mapping[str, Any], flow: BrowserFlow, code: str) -> dict[str, Any]:
        """The tokens for a code; raises NotPermittedError if the provider does not take the code."""
        method = "none"
        secret = self._secret
        if secret:
            offered = metadata.get("token_endpoint_auth_methods_supported") or ()
            method = "client_secret_post" if "client_secret_post" in offered else "client_secret_basic"
            if method == "client_secret_basic":
                secret = quote(secret, safe="")  # RFC 6749 2.3.1
        session = self._opened(method, secret)
        try:
            tokens = session.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
                redirect_uri=flow.redirect_url,
            )
        except OAuthError as refusal:
            if refusal.error == "invalid_grant":
                raise NotPermittedError(
                    "The identity provider does not take this answer: it has run out or was used before; begin again."
                ) from None
            raise PlantError(
                f"The identity provider refuses this station ({_word(refusal.error)}); "
                "check access.oidc.client_id and secret."
            ) from None
        except Exception as fault:
            raise self._cause(fault) from None
        return dict(tokens)

    def _opened(self, method: str, secret: str = "") -> _BoundedSession:
        if self._session is not None:
            self._session.close()
        self._session = _BoundedSession(
            client_id=self._settings.client_id,
            client_secret=secret or None,
            token_endpoint_auth_method=method,
            deadline=self._deadline,
        )
        self._session.verify = self._settings.ca or True
        return self._session

    def _cause(self, fault: Exception) -> DirectoryUnreachableError:
        host = urlsplit(self._settings.issuer).netloc
        if isinstance(fault, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(fault):
            return DirectoryUnreachableError(
                f"The certificate of the identity provider {host} is not trusted; ask IT for a valid certificate, or "
                "name the file of its authority in access.oidc.ca."
            )
        if isinstance(fault, requests.exceptions.Timeout | TimeoutError):
            return DirectoryUnreachableError(
                f"The identity provider {host} does not answer in time; check the network and the provider."
            )
        if isinstance(fault, _CannotAnswerError):
            return DirectoryUnreachableError(
                f"The identity provider cannot answer now ({fault}); try again, or ask IT."
            )
        return DirectoryUnreachableError(
            f"The identity provider {host} does not answer as one; check the network and the provider."
        )


def authorization_url(metadata: Mapping[str, Any], settings: OidcSettings, flow: BrowserFlow) -> str:
    """What the person opens: the provider's page with everything that ties its answer to this sign-in."""
    with OAuth2Session(
        client_id=settings.client_id, scope=" ".join(settings.scopes), redirect_uri=flow.redirect_url
    ) as session:
        url, _ = session.create_authorization_url(
            metadata["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
    return str(url)


class _CannotAnswerError(Exception):
    """The provider says that it cannot answer now; its argument is the status."""


class _BoundedSession(OAuth2Session):  # type: ignore[misc] # Authlib has no types
    """Reads each answer whole before anybody sees it: to a size, and to a deadline."""

    def __init__(self, *, deadline: Deadline, **options: Any) -> None:
        super().__init__(**options)
        # the environment must not swap the proof of this station (netrc) or send the tokens through a proxy
        self.trust_env = False
        self._deadline = deadline

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        options |= {"stream": True, "allow_redirects": False, "timeout": self._deadline.left_s()}
        answer: requests.Response = super().request(method, url, **options)
        wire = answer.raw
        body = bytearray()
        try:
            while piece := wire.read1(_PIECE, decode_content=True):
                body += piece
                self._deadline.left_s()
                if len(body) > _MOST_BYTES:
                    raise OverflowError("the answer is too large")
        finally:
            answer.close()
        if answer.status_code >= 500 or answer.status_code == 429:
            raise _CannotAnswerError(answer.status_code)
        answer.raw = io.BytesIO(bytes(body))
        return answer


def _word(error: object) -> str:
    """The provider's error code if it is one (RFC 6749 5.2), for it is shown."""
    text = str(error)
    return text if len(text) <= 40 and text.replace("_", "").isalnum() and text.isascii() else "unknown error"
