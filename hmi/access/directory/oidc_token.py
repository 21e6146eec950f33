"""The identity token of a provider: who signed in, proven in full before anything in it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import import_key

from hmi.base.errors import NotPermittedError

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
)  # fmt: skip
"""Signatures that count: those made with a private key. With a shared one, whoever reads the public key could sign."""

_LEEWAY_S: Final = 60
_KEY_KINDS: Final = {"R": "RSA", "P": "RSA", "E": "EC"}
_TIMES: Final = ("exp", "iat", "nbf")
_REASONS: Final = {
    "iss": "it is from another provider",
    "aud": "it is meant for somebody else",
    "azp": "it is meant for somebody else",
    "nonce": "it belongs to another sign-in",
    "at_hash": "its parts do not belong together",
}
# what the libraries raise for a token that is not well-formed
_FAULTS: Final = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


class IdToken:
    """An identity token as it came, nothing of it believed yet."""

    def __init__(self, text: object) -> None:
        if not isinstance(text, str):
            raise refusal("it has no identity token")
        try:
            header = jws.extract_compact(text.encode("ascii")).headers()
        except _FAULTS:
            raise refusal("its identity token cannot be read") from None
        self._text = text
        self._algorithm = header.get("alg")
        self._key_id = header.get("kid")
        if self._algorithm not in ALGORITHMS:
            raise refusal("its signature is of a kind that proves nothing")

    def key(self, keys: Sequence[object]) -> Mapping[str, Any] | None:
        """The provider's key this token says it is signed with; None if there is none."""
        kind = "OKP" if self._algorithm == "Ed25519" else _KEY_KINDS[str(self._algorithm)[0]]
        fitting = [
            key
            for key in keys
            if isinstance(key, dict)
            and key.get("kty") == kind
            and key.get("use", "sig") == "sig"
            and key.get("alg", self._algorithm) == self._algorithm
            and (self._key_id is None or key.get("kid") == self._key_id)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def claims(
        self, key: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, access_token: str, now_s: int
    ) -> dict[str, Any]:
        """What the token says, once its signature and every bound of it hold; else raises NotPermittedError."""
        algorithms = [str(self._algorithm)]
        try:
            token = jwt.decode(
                self._text,
                import_key(dict(key)),
                algorithms,
                jws.JWSRegistry(algorithms=algorithms, strict_check_header=False),
            )
        except _FAULTS:
            raise refusal("its signature is wrong") from None
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
            },
            {"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        try:
            claims.validate(now=now_s, leeway=_LEEWAY_S)
        except ClaimError as fault:
            raise _bound(fault) from None
        except _FAULTS:
            raise refusal("its identity token cannot be read") from None
        return dict(claims)


def refusal(reason: str) -> NotPermittedError:
    """The error for an answer that does not prove who signed in."""
    return NotPermittedError(
        f"The answer of the identity provider does not count: {reason}. Sign in again; tell IT if it happens twice."
    )


def _bound(fault: ClaimError) -> NotPermittedError:
    if fault.claim in _TIMES:
        return NotPermittedError(
            "The answer of the identity provider has run out or is not valid yet; check the clock of this machine, "
            "then sign in again."
        )
    return refusal(_REASONS.get(str(fault.claim), "its identity token is not complete"))
