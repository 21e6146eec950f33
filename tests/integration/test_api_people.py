"""The paths about people over real HTTP on a real access service: hostile bodies, guards, tokens, browser, places."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import requests

from hmi.access.directory.contract import BrowserFlow, DirectoryUser
from hmi.api.server import ApiServer
from hmi.base.certificates.own import OwnCertificate
from hmi.base.clock import SystemClock
from hmi.base.errors import NotPermittedError
from hmi.facade.contract import Facade
from hmi.model.access import Assignment, Role
from hmi.model.station import AccessSettings, ApiSettings, PlaceSettings
from tests.helpers.access_bench import PASSWORD, Bench, bench

TOKEN = "a-control-token"
KEY = "the key of the door"
POSTS = (
    "/session", "/session/lock", "/session/touch", "/session/browser", "/session/browser/finish", "/session/password",
    "/session/pin", "/session/totp", "/session/totp/confirm", "/users", "/users/anna", "/break-glass", "/roles",
    "/sign", "/control", "/control/hand-over",
)  # fmt: skip
NO_BODY = ("/session/lock", "/session/touch")


class Provider:
    """An identity provider in memory: the code is the name; `bad` is refused."""

    def __init__(self) -> None:
        self.begun = 0
        self.finished: list[str] = []

    def begin(self, redirect_url: str) -> BrowserFlow:
        self.begun += 1
        return BrowserFlow(f"https://idp/{self.begun}", f"state-{self.begun}", "nonce", "verifier", redirect_url)

    def finish(self, flow: BrowserFlow, code: str) -> DirectoryUser:
        self.finished.append(flow.state)
        if code == "bad":
            raise NotPermittedError("the answer of the identity provider is forged: begin again")
        return DirectoryUser(code, f"sub-{code}", code.title(), (Assignment(Role.OPERATOR),))


class Door:
    """A bench behind its HTTP face."""

    def __init__(self, desk: Bench, settings: ApiSettings, verify: str | bool = True) -> None:
        self.desk = desk
        self.verify = verify
        key = KEY if settings.tls_cert else ""
        self.server = ApiServer(cast(Facade, desk.front), settings, ZoneInfo("UTC"), desk.clock, TOKEN, key)
        self.server.start()

    def ask(self, method: str, path: str, token: str | None = TOKEN, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers.update(options.pop("headers", {}))
        url = self.server.url + "/api/v1" + path
        return requests.request(method, url, headers=headers, timeout=10, verify=self.verify, **options)

    def post(self, path: str, body: Any, token: str | None = TOKEN) -> requests.Response:
        return self.ask("POST", path, token, json=body)

    def sign_in(self, user: str, **given: str) -> str:
        answer = self.post("/session", {"user": user, "password": PASSWORD, **given}, None)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


@contextmanager
def opened(folder: Path, access: AccessSettings | None = None, api: ApiSettings | None = None) -> Iterator[Door]:
    with bench(folder, access) as desk:
        door = Door(desk, api or ApiSettings(port=0), (api.tls_cert if api else "") or True)
        try:
            yield door
        finally:
            door.server.stop()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with opened(tmp_path) as made:
        made.desk.first_admin()
        yield made


HOSTILE: list[Any] = [
    b"", b"{", b"[]", b"null", b'"x"', b"7", b"\xff\xfe", b"{\"user\": \"\xff\"}", b"[" * 60_000, b'{"a":' * 10_000,
    b"9" * 5_000, b'{"user": ' + b"9" * 5_000 + b"}", b"x" * 70_000, b'{"x": "' + b"y" * 70_000 + b'"}',
]  # fmt: skip
NAMES = (
    "user", "password", "pin", "badge", "code", "totp", "new_password", "place", "place_key", "flow", "name", "title",
    "assignments", "enabled", "unlock", "permission", "roles", "rule", "target", "reason", "second", "area", "force",
    "signature",
)  # fmt: skip
VALUES: list[Any] = [
    None, 7, -1, 1e308, True, [], ["x", 7], {}, {"a": {"b": []}}, "\x00", "\ud800", "x" * 30_000, [["x"]], [None],
    "../../x", "'; DROP TABLE audit; --", "\u202e", "",
]  # fmt: skip


def is_orderly(answer: requests.Response) -> None:
    """An answer of the agreed shape that is no defect."""
    assert answer.status_code in (200, 400, 401, 403, 404, 409, 413), (answer.status_code, answer.text)
    assert answer.headers["X-Request-Id"]
    if answer.status_code != 200:
        assert set(answer.json()["error"]) == {"code", "message", "details"}


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_none_is_refused(door: Door, path: str) -> None:
    admin = door.sign_in("anna")
    before = dict(door.desk.access.register.accounts)
    for content in HOSTILE:
        answer = door.ask("POST", path, admin, data=content)
        is_orderly(answer)
        if path not in NO_BODY:
            assert answer.status_code in (400, 413), (content[:20], answer.text)
    assert dict(door.desk.access.register.accounts) == before


WHOLE = {
    "/session": {"user": "ben", "password": PASSWORD, "place": "remote"},
    "/users": {"name": "cleo", "assignments": ["viewer"], "password": PASSWORD},
    "/users/ben": {"title": "Ben", "assignments": ["viewer"]},
    "/roles": {"permission": "window.close", "roles": ["admin"], "rule": "none"},
    "/sign": {"permission": "backup.create", "reason": "why", "password": PASSWORD},
    "/control": {"area": "hall", "reason": "why"},
    "/control/hand-over": {"area": "hall", "place": ""},
    "/session/password": {"password": PASSWORD, "new_password": "another fine phrase"},
    "/session/pin": {"password": PASSWORD, "pin": "2580"},
    "/session/totp/confirm": {"totp": "123456"},
    "/session/browser": {"place": "remote"},
    "/session/browser/finish": {"flow": "x"},
}
"""Bodies that are right in every other field."""


@pytest.mark.parametrize("path", WHOLE)
def test_no_value_in_any_field_is_a_defect(door: Door, path: str) -> None:
    admin = door.sign_in("anna")
    door.desk.add("ben", "operator", token=admin)
    for token in (None, TOKEN, admin):
        for name in sorted({*WHOLE[path], *NAMES}):
            for value in VALUES if name in WHOLE[path] else VALUES[:2]:
                content = json.dumps({**WHOLE[path], name: value})  # spells what a client library would not send
                is_orderly(door.ask("POST", path, token, data=content))
    door.desk.people.tick()
    assert door.desk.people.verify().ok
    assert set(door.desk.access.register.accounts) - {"cleo", "x"} == {"anna", "ben"}


def test_unknown_keys_of_an_account_are_refused_with_the_known_ones(door: Door) -> None:
    admin = door.sign_in("anna")
    for path in ("/users", "/users/anna"):
        answer = door.post(path, {"name": "ben", "assignments": ["viewer"], "rolls": ["admin"]}, admin)
        assert answer.status_code == 400
        assert "'rolls' is not known here; expected name, title, assignments" in answer.json()["error"]["message"]
    assert door.post("/sign", {"permission": "alarm.ack", "second": "ben"}, admin).status_code == 400
    assert set(door.desk.access.register.accounts) == {"anna"}


@pytest.mark.parametrize("word", ["half \ud800", "zero \x00"])
def test_half_a_character_and_the_zero_are_no_text(door: Door, word: str) -> None:
    admin = door.sign_in("anna")
    for path, body in (
        ("/alarms/ack", {"id": "press/jam", "activation_id": 1, "comment": word}),
        ("/alarms/reset", {"id": "press/jam", "comment": word}),
        ("/users/anna", {"title": word}),
        ("/users/anna", {"assignments": [word]}),
        ("/session", {"user": "anna", "password": word}),
    ):
        answer = door.ask("POST", path, admin, data=json.dumps(body))
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request"), path


@pytest.mark.parametrize("name", ["..%2F..%2Fsession", "%00", "%ED%A0%80", "a" * 5_000, "%F0%9F%92%A9", "anna%2Fx"])
def test_a_name_in_the_path_is_only_a_name(door: Door, name: str) -> None:
    admin = door.sign_in("anna")
    is_orderly(door.post(f"/users/{name}", {"enabled": False}, admin))
    is_orderly(door.ask("DELETE", f"/sessions/{name}", admin))
    account = door.desk.access.register.account("anna")
    assert account is not None
    assert account.user.enabled


def test_guards_of_host_and_origin_stand_before_every_path(door: Door) -> None:
    admin = door.sign_in("anna")
    asked = [("POST", path) for path in POSTS] + [
        ("GET", "/session"), ("GET", "/users"), ("GET", "/audit"), ("GET", "/audit/export"), ("DELETE", "/session"),
        ("GET", "/session/callback?state=x"),
    ]  # fmt: skip
    for method, path in asked:
        for header in ({"Host": "plant.example"}, {"Origin": "http://plant.example"}, {"Origin": "null"}):
            answer = door.ask(method, path, admin, headers=header, json={"user": "anna", "password": PASSWORD})
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), (method, path, header)
    assert len(door.desk.access.sessions.all()) == 2, "nobody signed in or out by it"


def test_questions_about_the_trail_are_read_strictly(door: Door) -> None:
    admin = door.sign_in("anna")
    for query in (
        "cursor=" + "9" * 5_000,
        "cursor=x",
        "actor=" + quote("\x00"),
        "text=" + quote("%_*?\\"),
        "limit=1000",
    ):
        is_orderly(door.ask("GET", f"/audit?{query}", admin))
    for query in ("limit=0", "limit=100000", "from=soon", "actro=x"):
        assert door.ask("GET", f"/audit?{query}", admin).status_code == 400, query
    exported = door.ask("GET", "/audit/export?action=SIGN_IN", admin)
    assert exported.headers["Content-Type"].startswith("text/csv")
    assert exported.text.startswith("seq,t,station,actor,action,target")
    assert door.desk.rows()[-1].action == "AUDIT_EXPORTED"


def test_a_session_is_opened_used_locked_and_ended(door: Door) -> None:
    refused = door.post("/session", {"user": "anna", "password": "wrong"}, None)
    assert (refused.status_code, refused.json()["error"]["message"]) == (401, "user name or password is wrong")
    answer = door.post("/session", {"user": "anna", "password": PASSWORD}, None).json()
    assert (answer["needs"], answer["session"]["place"]) == ("", "remote")
    token = answer["token"]
    state = door.ask("GET", "/session", token).json()
    assert (state["actor"], state["session"]["user"]) == ("anna", "anna")
    assert door.ask("POST", "/session/lock", token).status_code == 200
    assert door.ask("GET", "/users", token).status_code == 403
    again = door.post("/session", {"user": "anna", "password": PASSWORD}, token).json()
    assert again["token"] == token, "signing in as the same person unlocks"
    assert door.ask("GET", "/users", token).status_code == 200
    assert door.ask("DELETE", "/session", token).status_code == 200
    assert door.ask("GET", "/users", token).status_code == 401
    assert "you signed out" in door.ask("GET", "/session", token).json()["ended"]


def test_the_control_token_is_enough_only_while_nobody_exists(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        assert (
            door.post("/users", {"name": "anna", "assignments": ["admin"], "password": PASSWORD}, None).status_code
            == 401
        )
        body = {"name": "anna", "assignments": ["admin"], "password": PASSWORD}
        assert door.post("/users", body).status_code == 200
        for path, more in (
            ("/users", {"name": "ben", "assignments": ["admin"], "password": PASSWORD}),
            ("/break-glass", {}),
        ):
            refused = door.post(path, more)
            assert (refused.status_code, "sign in first" in refused.text) == (401, True)
        assert set(door.desk.access.register.accounts) == {"anna"}


def test_only_a_proven_place_controls_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_GATE_KEY", "gate key")
    places = (PlaceSettings("desk"), PlaceSettings("gate", key="env:TEST_GATE_KEY"))
    with opened(tmp_path, replace(AccessSettings(), place="desk", places=places)) as door:
        door.desk.first_admin()
        for given in ({"place": "gate"}, {"place": "gate", "place_key": "x"}, {"place": "desk"}, {"place": "moon"}):
            body = {"user": "anna", "password": PASSWORD, **given}
            assert door.post("/session", body, None).status_code == 403, given
        force = {"area": "hall", "force": True, "reason": "fire"}
        assert door.post("/control", force, door.sign_in("anna")).status_code == 403
        gate = door.sign_in("anna", place="gate", place_key="gate key")
        assert door.post("/control", {"area": "hall"}, gate).json()["requested_place"] == "gate"
        assert door.post("/control", force, gate).json()["place"] == "gate"
        assert door.post("/control", {"area": "moon"}, gate).status_code == 404
        assert door.post("/control/hand-over", {"area": "hall", "place": "desk"}, gate).json()["place"] == "desk"
        assert {item["area"]: item["place"] for item in door.ask("GET", "/control").json()["items"]} == {
            "hall": "desk", "yard": "desk",
        }  # fmt: skip


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[tuple[Door, Provider]]:
    with opened(tmp_path) as door:
        door.desk.first_admin()
        provider = Provider()
        door.desk.access.signing_in._provider = provider
        yield door, provider


def begin(door: Door) -> tuple[str, str]:
    answer = door.post("/session/browser", {}, None).json()
    return answer["flow"], "state-" + answer["url"].rpartition("/")[2]


def call_back(door: Door, state: str, code: str = "dana", **more: str) -> requests.Response:
    query = "&".join(f"{name}={quote(value)}" for name, value in {"state": state, "code": code, **more}.items())
    return door.ask("GET", f"/session/callback?{query}", None)


def test_a_browser_answers_its_flow_once_and_nobody_elses(browser: tuple[Door, Provider]) -> None:
    door, provider = browser
    flow, state = begin(door)
    for wrong in ("", "x", state + "x", "ä€", "\U0001f4a9", "x" * 5_000):
        assert call_back(door, wrong).status_code == 403
    assert provider.finished == [], "an answer to nothing is not even looked at"
    waiting = door.post("/session/browser/finish", {"flow": flow}, None).json()
    assert (waiting["needs"], waiting["token"]) == ("browser", "")
    page = call_back(door, state)
    assert page.status_code == 200
    assert "You are signed in as dana" in page.text
    assert page.headers["Content-Security-Policy"] == "default-src 'none'"
    assert call_back(door, state).status_code == 403, "one answer a flow"
    assert provider.finished == [state]
    for wrong in ("x", state, ""):
        assert door.post("/session/browser/finish", {"flow": wrong}, None).status_code in (400, 403)
    done = door.post("/session/browser/finish", {"flow": flow}, None).json()
    assert (done["session"]["user"], done["session"]["method"], done["session"]["place"]) == (
        "dana",
        "browser",
        "remote",
    )
    assert door.post("/session/browser/finish", {"flow": flow}, None).status_code == 403
    assert door.ask("GET", "/users", done["token"]).json()["items"][0]["name"] == "dana"


def test_a_refusal_of_the_provider_opens_nothing_and_shows_as_text(browser: tuple[Door, Provider]) -> None:
    door, _ = browser
    for given in ({"code": "bad"}, {"error": "<script>alert(1)</script>"}):
        flow, state = begin(door)
        page = call_back(door, state, **given)
        assert "<script>" not in page.text
        answer = door.post("/session/browser/finish", {"flow": flow}, None)
        assert (answer.status_code, "begin again" in answer.text) == (403, True)
    flow, state = begin(door)
    door.desk.clock.advance(601)
    assert call_back(door, state).status_code == 403, "too old"
    assert door.post("/session/browser/finish", {"flow": flow}, None).status_code == 403
    assert [session.user for session in door.desk.access.sessions.all()] == ["anna"]
    (row,) = door.desk.rows("SIGN_IN_FAILED")
    assert (row.actor, row.place, "is forged" in row.result) == ("unknown name", "remote", True)


def test_who_is_disabled_between_browser_and_station_stays_out(browser: tuple[Door, Provider]) -> None:
    door, _ = browser
    flow, state = begin(door)
    call_back(door, state)
    door.post("/session/browser/finish", {"flow": flow}, None)
    flow, state = begin(door)
    call_back(door, state)
    door.desk.change("dana", door.sign_in("anna"), enabled=False)
    assert door.post("/session/browser/finish", {"flow": flow}, None).status_code in (403, 409)
    account = door.desk.access.register.account("dana")
    assert account is not None
    assert not account.user.enabled
    flow, state = begin(door)
    call_back(door, state)
    refused = door.post("/session/browser/finish", {"flow": flow}, None)
    assert (refused.status_code, "the account is disabled" in refused.text) == (403, True)
    assert "account is disabled" in door.desk.rows("SIGN_IN_FAILED", actor="dana")[-1].result


def test_flows_that_are_open_are_bounded(browser: tuple[Door, Provider]) -> None:
    door, _ = browser
    codes = [door.post("/session/browser", {}, None).status_code for _ in range(52)]
    assert codes == [200] * 50 + [409] * 2
    door.desk.clock.advance(601)
    assert door.post("/session/browser", {}, None).status_code == 200


def test_other_machines_need_the_key_of_the_door_and_a_session_of_their_own(tmp_path: Path) -> None:
    own = OwnCertificate(tmp_path / "pki")
    (tmp_path / "pki").mkdir()
    own.create(["localhost", "127.0.0.1"], 90, "ec-p256", SystemClock().now_us())
    api = ApiSettings(host="0.0.0.0", port=0, tls_cert=str(own.certificate), tls_key=str(own.key))
    with opened(tmp_path, None, api) as door:
        admin = door.desk.first_admin()
        key = {"X-API-Key": KEY}
        for token, headers in ((None, {}), (admin, {}), (admin, {"X-API-Key": "wrong"}), (admin, {"X-API-Key": ""})):
            assert door.ask("GET", "/users", token, headers=headers).status_code == 401, headers
        assert door.ask("GET", "/users", admin, headers=key).status_code == 200
        assert door.ask("GET", "/session", None, headers=key).json()["actor"] == ""
        # the key opens the door and is nobody's name
        for token, headers in ((None, key), (KEY, {}), (KEY, key), ("phs_forged", key), (TOKEN, key)):
            assert door.ask("GET", "/users", token, headers=headers).status_code == 401, (token, headers)
            added = {"name": "ben", "assignments": ["admin"], "password": PASSWORD}
            assert door.ask("POST", "/users", token, headers=headers, json=added).status_code == 401
        assert door.ask("GET", "/session/callback?state=x", None).status_code == 403, "open, but answers no flow"
        for path in ("/session/callback/", "/session/callback/x", "/session/browser"):
            assert door.ask("GET", path, None).status_code == 401, path
        assert set(door.desk.access.register.accounts) == {"anna"}


def test_many_who_sign_in_at_once_are_told_to_wait_not_kept_waiting(door: Door) -> None:
    release, real = threading.Event(), door.desk.hasher.verify

    def slow(kept: str, secret: str) -> bool:
        release.wait(20)
        return real(kept, secret)

    door.desk.hasher.verify = slow  # type: ignore[method-assign]
    codes: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: codes.append(door.post("/session", {"user": "x", "password": "y"}, None).status_code)
        )
        for _ in range(80)
    ]
    for thread in threads:
        thread.start()
    try:
        assert door.ask("GET", "/session", None).status_code == 200, "reading goes on"
    finally:
        release.set()
        for thread in threads:
            thread.join()
    assert set(codes) <= {401, 403, 409}
    assert 409 in codes
