"""A real identity provider (oidc-provider on Node) on loopback, and a browser that signs in at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import requests

from tests.helpers.counterparts import need_node_package
from tests.helpers.device_servers import COUNTERPART_SOURCES, ServerProcess

CLIENT_SECRET = "canary+secret/with:signs%"
REDIRECT_URL = "http://127.0.0.1:1/signed-in"


class OidcServer:
    """The provider; people sign in as `ana`, `cleo` or `mail` with `canary-NAME`."""

    def __init__(self, process: ServerProcess, scheme: str) -> None:
        self.process = process
        self.issuer = f"{scheme}://localhost:{process.port}"


@contextmanager
def oidc_server(options: str = "plain", certificate: tuple[Path, Path] | None = None) -> Iterator[OidcServer]:
    """Runs a provider; options as in the counterpart, certificate: files of its certificate and key."""
    folder = need_node_package("oidc-provider")
    source = (COUNTERPART_SOURCES / "access_oidc_provider.js").read_text(encoding="utf-8")
    node = shutil.which("node") or "node"
    files = [str(file) for file in certificate or ()]
    process = ServerProcess(lambda port: [node, "-e", source, "--", "server", str(port), options, *files], cwd=folder)
    process.start()
    try:
        yield OidcServer(process, "https" if certificate else "http")
    finally:
        process.kill()


def sign_in(url: str, account: str = "ana", verify: str | bool = True, back_to: str = REDIRECT_URL) -> dict[str, str]:
    """What the provider sends the browser back with after a person signs in: code, state and more."""
    with requests.Session() as browser:
        browser.trust_env = False
        browser.verify = verify
        answer = browser.get(url, allow_redirects=False)
        for _ in range(10):
            place = urljoin(answer.url, answer.headers.get("Location", ""))
            if place.startswith(back_to):
                return {name: values[0] for name, values in parse_qs(urlsplit(place).query).items()}
            assert answer.is_redirect, f"{answer.status_code} {answer.text[:300]}"
            if "/sign-in/" in place:
                form = {"account": account, "password": f"canary-{account}"}
                answer = browser.post(place, data=form, allow_redirects=False)
            else:
                answer = browser.get(place, allow_redirects=False)
    raise AssertionError("the provider does not come to an end")
