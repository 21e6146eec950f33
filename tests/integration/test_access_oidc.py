"""Sign-in at a real identity provider, and everything a false answer could claim."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hmi.access.directory.build import identity_provider
from hmi.access.directory.contract import BrowserFlow, DirectoryUnreachableError, IdentityProvider
from hmi.base.clock import Clock, SystemClock
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.access import Assignment, Role
from hmi.model.station import OidcSettings
from tests.helpers.certificates import Authority
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.lying_provider import LyingProvider, Reply, another_key, bomb, signed_with_a_shared_key
from tests.helpers.oidc_provider import CLIENT_SECRET, REDIRECT_URL, OidcServer, oidc_server, sign_in
from tests.helpers.ports import free_port

NOW_S = EPOCH_US // 1_000_000
TIMEOUT_US = 2_000_000
ROLES = {"hmi-operators": ("operator@bottling", "viewer"), "hmi-admins": ("admin",)}
SCOPES = ("openid", "profile", "groups")


def provider_at(
    issuer: str, clock: Clock | None = None, resolved: str = CLIENT_SECRET, **changes: Any
) -> IdentityProvider:
    settings = OidcSettings(
        issuer=issuer, client_id="plant-hmi", secret="env:OIDC", scopes=SCOPES, groups=ROLES, timeout_us=TIMEOUT_US
    )
    made = identity_provider(replace(settings, **changes), lambda _: resolved, clock or SystemClock())
    assert made is not None
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[OidcServer]:
    with oidc_server() as server:
        yield server


@pytest.fixture
def liar() -> Iterator[LyingProvider]:
    with LyingProvider() as liar:
        yield liar


# ---- a real provider


@pytest.mark.counterpart
@pytest.mark.parametrize("options", ["plain", "thin", "basic"])
def test_a_person_signs_in(options: str) -> None:
    with oidc_server(options) as server:
        for changes in ({}, {"client_id": "plant-hmi-public", "secret": ""}):
            provider = provider_at(server.issuer, **changes)
            flow = provider.begin(REDIRECT_URL)
            back = sign_in(flow.url)
            assert back["state"] == flow.state
            user = provider.finish(flow, back["code"])
            assert (user.name, user.title, user.subject) == ("ana", "Ana Sílva", "subject-ana")
            assert user.assignments == (Assignment(Role.OPERATOR, "bottling"), Assignment(Role.VIEWER))


@pytest.mark.counterpart
def test_a_person_without_a_group_is_known_and_has_no_role(server: OidcServer) -> None:
    provider = provider_at(server.issuer)
    flow = provider.begin(REDIRECT_URL)
    user = provider.finish(flow, sign_in(flow.url, "cleo")["code"])
    assert (user.name, user.assignments) == ("cleo", ())


@pytest.mark.counterpart
def test_a_name_that_does_not_fit_is_refused_in_words(server: OidcServer) -> None:
    provider = provider_at(server.issuer)
    flow = provider.begin(REDIRECT_URL)
    code = sign_in(flow.url, "mail")["code"]
    with pytest.raises(NotPermittedError, match=r"access\.oidc\.user_claim"):
        provider.finish(flow, code)


@pytest.mark.counterpart
def test_a_code_counts_once(server: OidcServer) -> None:
    provider = provider_at(server.issuer)
    flow = provider.begin(REDIRECT_URL)
    code = sign_in(flow.url)["code"]
    provider.finish(flow, code)
    with pytest.raises(NotPermittedError, match="was used before"):
        provider.finish(flow, code)
    with pytest.raises(NotPermittedError, match="was used before"):
        provider.finish(provider.begin(REDIRECT_URL), code)
    # a station that knows neither: the real provider refuses the code
    other = provider_at(server.issuer)
    with pytest.raises(NotPermittedError, match="does not take this answer"):
        other.finish(other.begin(REDIRECT_URL), code)


@pytest.mark.counterpart
def test_a_code_of_somebody_elses_browser_is_refused(server: OidcServer) -> None:
    provider = provider_at(server.issuer)
    mine, theirs = provider.begin(REDIRECT_URL), provider.begin(REDIRECT_URL)
    code = sign_in(theirs.url, "cleo")["code"]
    # PKCE: the code belongs to the verifier of the other flow
    with pytest.raises(NotPermittedError, match="does not take this answer"):
        provider.finish(mine, code)


@pytest.mark.counterpart
def test_a_wrong_secret_is_a_wrong_setting(server: OidcServer) -> None:
    provider = provider_at(server.issuer, resolved="canary-wrong")
    flow = provider.begin(REDIRECT_URL)
    code = sign_in(flow.url)["code"]
    with pytest.raises(PlantError, match=r"access\.oidc\.client_id") as caught:
        provider.finish(flow, code)
    assert type(caught.value) is PlantError
    assert "canary" not in str(caught.value)


@pytest.mark.counterpart
def test_a_provider_that_stops_and_comes_back() -> None:
    with oidc_server() as server:
        provider = provider_at(server.issuer)
        flow = provider.begin(REDIRECT_URL)
        code = sign_in(flow.url)["code"]
        server.process.freeze()
        assert "in time" in unreachable(lambda: provider.finish(flow, code))
        assert "in time" in unreachable(lambda: provider.begin(REDIRECT_URL))
        server.process.thaw()
        server.process.kill()
        assert "does not answer" in unreachable(lambda: provider.begin(REDIRECT_URL))
        server.process.start()
        # started again it has another key
        flow = provider.begin(REDIRECT_URL)
        assert provider.finish(flow, sign_in(flow.url)["code"]).name == "ana"


@pytest.mark.counterpart
def test_the_certificate_is_checked(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path / "ours"), Authority(tmp_path / "other", "Another authority")
    certificate = authority.certificate(tmp_path, "provider", ("localhost",))
    with oidc_server("plain", certificate) as server:
        trusted = provider_at(server.issuer, ca=str(authority.file))
        flow = trusted.begin(REDIRECT_URL)
        assert trusted.finish(flow, sign_in(flow.url, verify=str(authority.file))["code"]).name == "ana"
        for ca in (str(other.file), ""):
            sentence = unreachable(lambda ca=ca: provider_at(server.issuer, ca=ca).begin(REDIRECT_URL))
            assert "certificate" in sentence and "access.oidc.ca" in sentence
        by_address = server.issuer.replace("localhost", "127.0.0.1")
        sentence = unreachable(lambda: provider_at(by_address, ca=str(authority.file)).begin(REDIRECT_URL))
        assert "certificate" in sentence


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_missing_authority_is_a_wrong_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(PlantError, match=r"access\.oidc\.ca") as caught:
        provider_at(f"https://localhost:{free_port()}", ca=str(file)).begin(REDIRECT_URL)
    assert type(caught.value) is PlantError


def test_a_provider_that_is_not_there() -> None:
    unreachable(lambda: provider_at(f"http://localhost:{free_port()}").begin(REDIRECT_URL))
    unreachable(lambda: provider_at("https://provider.invalid").begin(REDIRECT_URL))


def unreachable(call: Callable[[], object]) -> str:
    """The sentence; it comes within the timeout and holds no secret."""
    started = time.monotonic()
    with pytest.raises(DirectoryUnreachableError) as caught:
        call()
    assert time.monotonic() - started < TIMEOUT_US / 1e6 + 1.0
    assert "canary" not in str(caught.value)
    return str(caught.value)


# ---- a provider that lies


def begun(liar: LyingProvider, **changes: Any) -> tuple[IdentityProvider, BrowserFlow]:
    provider = provider_at(liar.issuer, ManualClock(), **changes)
    return provider, provider.begin(REDIRECT_URL)


def refused(provider: IdentityProvider, flow: BrowserFlow, words: str) -> None:
    with pytest.raises(NotPermittedError, match=words):
        provider.finish(flow, "code")


@pytest.mark.parametrize(
    ("kind", "algorithm"), [("RSA", "RS256"), ("RSA", "PS384"), ("EC", "ES256"), ("OKP", "Ed25519")]
)
def test_a_true_answer_counts(liar: LyingProvider, kind: str, algorithm: str) -> None:
    liar.key = another_key(kind)
    liar.published = [liar.key.as_dict(private=False)]
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce), algorithm=algorithm, x5t="more"))
    user = provider.finish(flow, "code")
    assert (user.name, user.subject, len(user.assignments)) == ("ana", "subject-ana", 2)
    form = liar.forms[0]
    assert form["code"] == ["code"] and form["code_verifier"] == [flow.verifier]
    assert form["redirect_uri"] == [REDIRECT_URL] and form["grant_type"] == ["authorization_code"]


LIES: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "http://127.0.0.1:1"}, "another provider"),
    "issuer with a slash": ({"iss": "SLASH"}, "another provider"),
    "list as issuer": ({"iss": ["http://127.0.0.1:1"]}, "another provider"),
    "another audience": ({"aud": "other"}, "somebody else"),
    "another audience, we authorized": ({"aud": "other", "azp": "plant-hmi"}, "somebody else"),
    "audiences without us, we authorized": ({"aud": ["other", "more"], "azp": "plant-hmi"}, "somebody else"),
    "no audience": ({"aud": None}, "somebody else"),
    "audiences without us": ({"aud": ["other", "more"]}, "somebody else"),
    "audiences with us, nobody authorized": ({"aud": ["other", "plant-hmi"]}, "somebody else"),
    "audiences with us, other authorized": ({"aud": ["other", "plant-hmi"], "azp": "other"}, "somebody else"),
    "other authorized": ({"azp": "other"}, "somebody else"),
    "another nonce": ({"nonce": "other"}, "another sign-in"),
    "no nonce": ({"nonce": None}, "another sign-in"),
    "empty nonce": ({"nonce": ""}, "another sign-in"),
    "list as nonce": ({"nonce": ["other"]}, "another sign-in"),
    "run out": ({"exp": NOW_S - 61}, "clock"),
    "never runs out": ({"exp": None}, "clock"),
    "text as end": ({"exp": "tomorrow"}, "clock"),
    "from the future": ({"iat": NOW_S + 61}, "clock"),
    "without a time": ({"iat": None}, "clock"),
    "not valid yet": ({"nbf": NOW_S + 61}, "clock"),
    "nobody": ({"sub": None}, "not complete"),
    "number as person": ({"sub": 7}, "not complete"),
    "another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "do not belong together"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_true_signature_under_a_false_claim(liar: LyingProvider, lie: str) -> None:
    changes, words = LIES[lie]
    provider, flow = begun(liar)
    changes = {name: f"{liar.issuer}/" if value == "SLASH" else value for name, value in changes.items()}
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, **changes)))
    refused(provider, flow, words)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW_S - 59, "iat": NOW_S - 300},
        {"iat": NOW_S + 59},
        {"aud": ["plant-hmi"]},
        {"aud": ["other", "plant-hmi"], "azp": "plant-hmi"},
    ],
)
def test_what_is_within_the_bounds_counts(liar: LyingProvider, changes: dict[str, Any]) -> None:
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, **changes)))
    assert provider.finish(flow, "code").name == "ana"


def b64(text: bytes) -> str:
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(liar: LyingProvider, way: str, claims: dict[str, Any]) -> str | None:
    body = b64(json.dumps(claims).encode())
    none = b64(b'{"alg":"none","kid":"key-1"}')
    true = liar.sign(claims)
    header, _, signature = true.split(".")
    public = liar.key.as_pem(private=False)
    return {
        "another key": lambda: liar.sign(claims, another_key()),
        "no signature": lambda: f"{none}.{body}.",
        "signature of nothing": lambda: f"{none}.{body}.{signature}",
        "public key as shared secret": lambda: signed_with_a_shared_key(claims, public),
        "claims exchanged": lambda: (
            f"{header}.{b64(json.dumps({**claims, 'groups': ['hmi-admins']}).encode())}.{signature}"
        ),
        "signature cut": lambda: f"{header}.{body}.",
        "another kind of key": lambda: liar.sign(claims, another_key("EC"), "ES256"),
        "its own key inside": lambda: liar.sign(claims, key := another_key(), jwk=key.as_dict(private=False)),
        "no text": lambda: "canary",
        "three dots": lambda: "a.b.c",
        "not ascii": lambda: "ä.ö.ü",
        "endless": lambda: "a" * 500_000,
        "missing": lambda: None,
    }[way]()


WAYS = [
    "another key", "no signature", "signature of nothing", "public key as shared secret", "claims exchanged",
    "signature cut", "another kind of key", "its own key inside", "no text", "three dots", "not ascii", "endless",
    "missing",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_forged_token_is_refused(liar: LyingProvider, way: str) -> None:
    provider, flow = begun(liar)
    liar.give(forged(liar, way, liar.claims(NOW_S, flow.nonce)))
    refused(provider, flow, "does not count")
    # and a true one afterwards, of another sign-in, counts: nothing of the forged one stayed
    flow = provider.begin(REDIRECT_URL)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    assert provider.finish(flow, "another code").name == "ana"


def test_the_published_key_may_not_be_a_shared_one(liar: LyingProvider) -> None:
    secret = b"a secret that is long enough for a signature"
    liar.published = [{"kty": "oct", "k": b64(secret), "kid": "key-1", "use": "sig"}]
    provider, flow = begun(liar)
    liar.give(signed_with_a_shared_key(liar.claims(NOW_S, flow.nonce), secret))
    refused(provider, flow, "proves nothing")


def test_keys_that_change_are_asked_for_once(liar: LyingProvider) -> None:
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    provider.finish(flow, "code-1")
    assert liar.asked["/keys"] == 1
    flow = provider.begin(REDIRECT_URL)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    provider.finish(flow, "code-2")
    assert liar.asked["/keys"] == 1  # known already
    liar.key = another_key()
    liar.published = [{**liar.key.as_dict(private=False), "kid": "key-2"}, {"kty": "unheard-of", "kid": "key-3"}]
    flow = provider.begin(REDIRECT_URL)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce), kid="key-2"))
    provider.finish(flow, "code-3")
    assert liar.asked["/keys"] == 2
    flow = provider.begin(REDIRECT_URL)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce), kid="key-9"))
    with pytest.raises(NotPermittedError, match="a key the provider does not have"):
        provider.finish(flow, "code-4")
    assert liar.asked["/keys"] == 3


def test_a_sign_in_that_was_not_begun_here(liar: LyingProvider) -> None:
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    foreign = provider_at(liar.issuer, ManualClock()).begin(REDIRECT_URL)
    for false in (replace(flow, state="canary-state"), foreign):
        refused(provider, false, "not begun here")
    refused(provider, replace(flow, verifier="other"), "not begun here")
    # whoever guesses the state spoils the sign-in and gains nothing
    refused(provider, flow, "not begun here")
    assert liar.asked["/token"] == 0


def test_ten_minutes_and_no_longer(liar: LyingProvider) -> None:
    clock = ManualClock()
    provider = provider_at(liar.issuer, clock)
    early, late = provider.begin(REDIRECT_URL), provider.begin(REDIRECT_URL)
    clock.advance(599)
    liar.give(liar.sign(liar.claims(NOW_S + 599, early.nonce)))
    assert provider.finish(early, "code-1").name == "ana"
    clock.advance(1)
    liar.give(liar.sign(liar.claims(NOW_S + 600, late.nonce)))
    with pytest.raises(NotPermittedError, match="ten minutes"):
        provider.finish(late, "code-2")


def test_only_the_newest_hundred_are_kept(liar: LyingProvider) -> None:
    provider, first = begun(liar)
    flows = [provider.begin(REDIRECT_URL) for _ in range(100)]
    refused(provider, first, "not begun here")
    liar.give(liar.sign(liar.claims(NOW_S, flows[0].nonce)))
    assert provider.finish(flows[0], "another code").name == "ana"


@pytest.mark.parametrize("code", ["", "x" * 5000, "a\nb"])
def test_a_code_that_is_none(liar: LyingProvider, code: str) -> None:
    provider, flow = begun(liar)
    with pytest.raises(NotPermittedError, match="cannot be read"):
        provider.finish(flow, code)
    assert liar.asked["/token"] == 0


def test_a_code_counts_once_whatever_the_provider_says(liar: LyingProvider) -> None:
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    provider.finish(flow, "the same code")
    again = provider.begin(REDIRECT_URL)
    liar.give(liar.sign(liar.claims(NOW_S, again.nonce)))
    with pytest.raises(NotPermittedError, match="code was used before"):
        provider.finish(again, "the same code")
    assert liar.asked["/token"] == 1


def test_every_sign_in_has_its_own_secrets(liar: LyingProvider) -> None:
    provider, _ = begun(liar)
    flows = [provider.begin(REDIRECT_URL) for _ in range(20)]
    for values in ([f.state for f in flows], [f.nonce for f in flows], [f.verifier for f in flows]):
        assert len(set(values)) == 20 and min(map(len, values)) >= 43
    flow = flows[0]
    assert flow.verifier not in repr(flow) and flow.verifier not in flow.url
    assert "code_challenge_method=S256" in flow.url and f"state={flow.state}" in flow.url


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"issuer": "https://other.example"}, "https://other.example"),
        ({"issuer": None}, "access.oidc.issuer"),
        ({"token_endpoint": "http://other.example/token"}, "token_endpoint"),
        ({"jwks_uri": "ftp://127.0.0.1/keys"}, "jwks_uri"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
        ({"token_endpoint": "http://[127.0.0.1/"}, "token_endpoint"),
    ],
)
def test_a_description_that_is_not_ours(liar: LyingProvider, metadata: dict[str, Any], words: str) -> None:
    liar.metadata = metadata
    with pytest.raises(PlantError) as caught:
        begun(liar)
    assert type(caught.value) is PlantError
    assert words in str(caught.value)


DESCRIPTION = "/.well-known/openid-configuration"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"{}", 503),
        Reply(b"{}", 429),
        Reply(b"<html>sign in to the guest network</html>"),
        Reply(b"[" * 100_000),
        Reply(b" " * 2_000_000 + b"{}"),
        bomb(),
        Reply(b"{", stall=True),
    ],
    ids=["503", "429", "html", "nested", "large", "bomb", "stalled"],
)
@pytest.mark.parametrize("path", [DESCRIPTION, "/token", "/keys"])
def test_a_provider_that_cannot_answer(liar: LyingProvider, path: str, reply: Reply) -> None:
    if path == DESCRIPTION:
        liar.replies[path] = reply
        unreachable(lambda: begun(liar))
        return
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    liar.replies[path] = reply
    unreachable(lambda: provider.finish(flow, "code"))


@pytest.mark.parametrize(
    "reply", [Reply(b"{}", 404), Reply(b"", 302, {"Location": "http://127.0.0.1:1/elsewhere"}), Reply(b"[]")]
)
def test_an_address_that_is_no_provider(liar: LyingProvider, reply: Reply) -> None:
    liar.replies[DESCRIPTION] = reply
    with pytest.raises(PlantError, match=r"access\.oidc\.issuer") as caught:
        begun(liar)
    assert type(caught.value) is PlantError


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("invalid_grant", NotPermittedError, "begin again"),
        ("invalid_client", PlantError, "invalid_client"),
        ("canary <script>", PlantError, "unknown error"),
    ],
)
def test_what_the_token_endpoint_refuses(liar: LyingProvider, error: str, kind: type[PlantError], words: str) -> None:
    provider, flow = begun(liar)
    liar.replies["/token"] = Reply(json.dumps({"error": error, "error_description": "canary"}).encode(), 400)
    with pytest.raises(kind, match=words) as caught:
        provider.finish(flow, "code")
    assert type(caught.value) is kind and "canary" not in str(caught.value)


def test_names_may_stand_in_the_user_information(liar: LyingProvider) -> None:
    liar.userinfo = {"sub": "subject-ana", "preferred_username": "ana", "groups": "hmi-admins", "nonce": "x"}
    provider, flow = begun(liar)
    thin = {"preferred_username": None, "groups": None, "name": None}
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, **thin)))
    user = provider.finish(flow, "code")
    assert (user.name, user.title, user.assignments) == ("ana", "ana", (Assignment(Role.ADMIN),))


def test_user_information_of_another_person_is_refused(liar: LyingProvider) -> None:
    liar.userinfo = {"sub": "subject-cleo", "preferred_username": "cleo", "groups": ["hmi-admins"]}
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, preferred_username=None)))
    refused(provider, flow, "do not belong together")


def test_the_signed_token_goes_before_the_user_information(liar: LyingProvider) -> None:
    liar.userinfo = {"sub": "subject-ana", "preferred_username": "root", "groups": ["hmi-admins"]}
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, groups=None)))
    user = provider.finish(flow, "code")
    assert (user.name, user.assignments) == ("ana", (Assignment(Role.ADMIN),))


@pytest.mark.parametrize(
    ("claim", "value", "count"),
    [
        ("groups", ["hmi-operators", 7, None, {"hmi-admins": 1}], 2),
        ("groups", "hmi-operators", 2),
        ("groups", {"hmi-admins": True}, 0),
        ("realm_access.roles", {"roles": ["hmi-admins"]}, 1),
        ("https://plant.example/groups", ["hmi-admins"], 1),
    ],
)
def test_where_groups_may_stand(liar: LyingProvider, claim: str, value: object, count: int) -> None:
    provider, flow = begun(liar, groups_claim=claim)
    stands = {"realm_access": value} if claim == "realm_access.roles" else {claim: value}
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, **stands)))
    assert len(provider.finish(flow, "code").assignments) == count


@pytest.mark.parametrize("name", [None, "", 7, ["ana"], "ana@plant.example", "\u212aarl", "a" * 41])
def test_a_name_that_cannot_be_one(liar: LyingProvider, name: object) -> None:
    liar.userinfo = {"sub": "subject-ana"}
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce, preferred_username=name)))
    refused(provider, flow, r"access\.oidc\.user_claim")


def test_the_environment_changes_nothing(liar: LyingProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login canary password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    provider, flow = begun(liar)
    liar.give(liar.sign(liar.claims(NOW_S, flow.nonce)))
    assert provider.finish(flow, "code").name == "ana"
