"""An identity provider that signs and answers as told, to see what a station believes."""

from __future__ import annotations

import gzip
import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from joserfc import jws, jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

CLIENT = "plant-hmi"


@dataclass
class Reply:
    """What an address answers: status, body and headers; pieces are sent one by one with a pause."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stall: bool = False


class LyingProvider:
    """One provider on loopback; `replies` overrides what an address answers, `asked` counts the requests."""

    def __init__(self) -> None:
        self.key = _rsa_key(0)
        self.published: list[dict[str, Any]] = [self.key.as_dict(private=False)]
        self.replies: dict[str, Reply] = {}
        self.asked: Counter[str] = Counter()
        self.forms: list[dict[str, list[str]]] = []
        self.metadata: dict[str, Any] = {}
        self.tokens: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="lying-provider")
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def claims(self, now_s: int, nonce: str, /, **changes: Any) -> dict[str, Any]:
        """Lawful claims with changes; a change to None leaves the claim out."""
        lawful = {
            "iss": self.issuer, "sub": "subject-ana", "aud": CLIENT, "nonce": nonce, "iat": now_s, "exp": now_s + 300,
            "preferred_username": "ana", "name": "Ana", "groups": ["hmi-operators"],
        }  # fmt: skip
        return {name: value for name, value in {**lawful, **changes}.items() if value is not None}

    def sign(self, claims: dict[str, Any], key: Any = None, algorithm: str = "RS256", **header: Any) -> str:
        """A token of these claims, by default with the key that is published."""
        full = {"alg": algorithm, "kid": "key-1", **header}
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        return jwt.encode(full, claims, key or self.key, [algorithm], registry)

    def give(self, id_token: str | None, **more: Any) -> None:
        """What the token endpoint answers from now on."""
        self.tokens = {"access_token": "access", "token_type": "Bearer", **more}
        if id_token is not None:
            self.tokens["id_token"] = id_token

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                provider.forms.append(parse_qs(self.rfile.read(length).decode()))
                self._answer()

            def _answer(self) -> None:
                provider.asked[self.path] += 1
                reply = provider.replies.get(self.path) or provider.lawful(self.path)
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body) + (1 if reply.stall else 0)))
                self.end_headers()
                self.wfile.write(reply.body)
                if reply.stall:
                    provider.closing.wait(20)

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True  # the station hung up, as it should

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def lawful(self, path: str) -> Reply:
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "/.well-known/openid-configuration": lambda: {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me", **self.metadata,
            },
            "/keys": lambda: {"keys": self.published},
            "/token": lambda: self.tokens,
            "/me": lambda: self.userinfo,
        }  # fmt: skip
        answer = answers.get(path)
        return Reply(json.dumps(answer()).encode()) if answer else Reply(b"{}", 404)


def bomb() -> Reply:
    """A small answer that unpacks to 64 MiB."""
    return Reply(gzip.compress(b" " * 64 * 1024 * 1024), headers={"Content-Encoding": "gzip"})


@cache
def _rsa_key(_: int) -> Any:
    # making one takes a tenth of a second
    return RSAKey.generate_key(2048, {"kid": "key-1", "use": "sig"})


def another_key(kind: str = "RSA") -> Any:
    """A key the provider never had, with the same name."""
    parameters = {"kid": "key-1", "use": "sig"}
    if kind == "EC":
        return ECKey.generate_key("P-256", parameters)
    if kind == "OKP":
        return OKPKey.generate_key("Ed25519", parameters)
    return _rsa_key(1)


def signed_with_a_shared_key(claims: dict[str, Any], secret: bytes) -> str:
    """A token whose signature anybody who knows `secret` can make (HS256)."""
    parts = [_b64(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "key-1"}, claims)]
    return ".".join([*parts, _b64(hmac.digest(secret, ".".join(parts).encode(), "sha256"))])


def _b64(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()
