"""Signing in at a running station with the accounts of a real directory and a real identity provider."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.device_servers import ServerProcess, pymodbus_server
from tests.helpers.directory_site import BOSS, FILLING, PACKING, PACKING_TOO, Directory, Site, running
from tests.helpers.ldap_server import LdapServer
from tests.helpers.oidc_provider import OidcServer, oidc_server, sign_in
from tests.helpers.ports import free_port

pytestmark = pytest.mark.counterpart

WRONG = "user name or password is wrong"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    server = LdapServer(tmp_path_factory.mktemp("slapd"))
    yield Directory(server)
    server.stop()


@pytest.fixture(scope="module")
def plc() -> Iterator[ServerProcess]:
    server = pymodbus_server()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A port that stays the station's over restarts: bound here as well, so that no connection goes out from it."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield int(kept.getsockname()[1])


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[OidcServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OIDC_REDIRECT", f"http://127.0.0.1:{port}/api/v1/session/callback")
        with oidc_server() as running:
            yield running


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, directory: Directory, provider: OidcServer, plc: ServerProcess, port: int
) -> Iterator[Site]:
    with running(Site(tmp_path_factory.mktemp("site"), directory, provider, port, plc.port)) as made:
        made.add_boss()
        yield made


def actions(rows: list[dict[str, Any]]) -> list[str]:
    return [row["action"] for row in rows]


def test_right_wrong_and_unknown(site: Site, directory: Directory) -> None:
    directory.add("dana", "filling")
    state = site.ask("GET", "/session").json()
    assert {"password", "browser"} <= set(state["methods"])
    assert state["browser_title"] == "Company account"
    session = site.enter(" Dana", "canary-dana")["session"]
    assert (session["user"], session["place"], session["offline"]) == ("dana", "remote", False)
    assert (session["title"], session["assignments"]) == ("Dana", ["operator@filling"])
    refusals = {site.refusal("dana", "canary-ana"), site.refusal("nobody-here"), site.refusal("boss", "canary-boss")}
    assert refusals == {WRONG}
    assert "none of their groups has a role on this station" in site.refusal("cleo")
    rows = site.rows("dana")
    assert actions(rows) == ["SIGN_IN", "USER_ADDED", "SIGN_IN_FAILED"]
    assert (rows[1]["actor"], rows[1]["new"]) == ("system", "Dana; operator@filling; enabled")
    assert rows[1]["reason"].startswith("as ldap says of ")
    assert "none of their groups" in site.rows("cleo")[0]["result"]


def test_a_command_acts_as_somebody_of_the_directory(site: Site, directory: Directory) -> None:
    directory.add("cara", "packing")
    ack = ("alarms", "ack", PACKING, "--user", "cara")
    done = site.command(*ack, typed="canary-cara\n")
    assert done.returncode == 0, done.stderr
    wrong = site.command(*ack, typed="canary-dana\n")
    assert (wrong.returncode, wrong.stderr) == (3, f"{WRONG}\n")
    other = site.command("alarms", "ack", FILLING, "--user", "cara", typed="canary-cara\n")
    assert other.returncode == 3
    assert "cara (operator@packing and viewer) may not acknowledge alarms in line1" in other.stderr
    found = actions(site.rows("cara"))
    assert found == ["SIGN_IN", "USER_ADDED", "SIGN_OUT", "SIGN_IN_FAILED", "SIGN_IN", "SIGN_OUT"]
    (acked,) = [row for row in site.rows(PACKING) if row["action"] == "ALARM_ACK"]
    assert (acked["actor"], acked["place"]) == ("cara", "remote")


def test_groups_give_roles_and_a_change_of_them_acts_at_the_next_sign_in(site: Site, directory: Directory) -> None:
    directory.add("hal", "packing")
    first = site.enter("hal")["token"]
    refused = site.acknowledge(FILLING, first)
    assert refused.status_code == 403
    assert "hal (operator@packing and viewer) may not acknowledge alarms" in refused.text
    directory.move("hal", to=("leads",), out_of=("packing",))
    assert site.acknowledge(FILLING, first).status_code == 403
    second = site.enter("hal")
    assert second["session"]["assignments"] == ["supervisor"]
    assert site.acknowledge(FILLING, second["token"]).status_code == 200
    directory.move("hal", to=(), out_of=("leads",))
    assert "none of their groups has a role" in site.refusal("hal")
    changed = next(row for row in site.rows("hal") if row["action"] == "USER_CHANGED")
    assert changed["old"] == "Hal; operator@packing viewer; enabled"
    assert changed["new"] == "Hal; supervisor; enabled"


def test_an_account_disabled_here_stays_so_whatever_the_directory_says(site: Site, directory: Directory) -> None:
    directory.add("eli", "filling")
    token = site.enter("eli")["token"]
    boss = site.boss()
    assert site.ask("POST", "/users/eli", {"enabled": False}, boss).status_code == 200
    assert site.ask("POST", "/session/touch", {}, token).status_code == 401
    assert "the account is disabled: ask the administrator" in site.refusal("eli")
    assert site.refusal("eli", "wrong") == WRONG, "only who proves to be eli learns it"
    with directory.down():
        assert "the account is disabled" in site.refusal("eli")
    items = site.ask("GET", "/users", token=boss).json()["items"]
    assert next(item for item in items if item["name"] == "eli")["enabled"] is False
    assert actions(site.rows("eli"))[:3] == ["SIGN_IN", "USER_ADDED", "USER_CHANGED"]


def test_an_outage_from_its_beginning_to_its_end(
    tmp_path: Path, directory: Directory, provider: OidcServer, plc: ServerProcess
) -> None:
    for name in ("finn", "gil"):
        directory.add(name, "filling")
    with running(Site(tmp_path, directory, provider, free_port(), plc.port)) as site:
        site.add_boss()
        early = site.enter("finn")["token"]
        assert site.ask("POST", "/session/pin", {"password": "canary-finn", "pin": "7391"}, early).status_code == 200
        with directory.down():
            assert site.ask("POST", "/session/touch", {}, early).status_code == 200, "who is here stays"
            assert site.problem() == "", "nobody has asked it since"
            assert site.enter("finn")["session"]["offline"] is True
            away = site.problem()
            assert away.startswith("The directory server localhost"), away
            assert "(Connection refused); check the network and the server" in away
            refusals = {site.refusal("finn", "canary-gil"), site.refusal("gil"), site.refusal("nobody-here")}
            (words,) = refusals
            assert words.startswith(
                "the directory does not answer: only local users and who signed in within the last 3 d can sign in"
            )
            assert site.enter("finn", pin="7391")["session"]["method"] == "pin"
            assert site.boss()
            assert site.is_live()
            assert site.ask("POST", "/alarms/silence", {}, early).status_code == 200
            control = (site.folder / "data" / "control.token").read_text(encoding="utf-8").strip()
            assert site.ask("POST", "/alarms/silence", {}, control).status_code == 200, "also with nobody signed in"
            site.restart()
            token = site.enter("finn")
            assert token["session"]["offline"] is True
            assert token["session"]["assignments"] == ["operator@filling"]
            assert site.problem() == away
            assert site.is_live()
        assert site.problem() == away
        assert site.enter("finn")["session"]["offline"] is False
        assert site.problem() == ""
        assert site.enter("gil")["session"]["user"] == "gil"
        results = [row["result"] for row in site.rows("finn") if row["action"] == "SIGN_IN"]
        assert results.count("password, directory away: earlier answer used") == 2
        failed = next(row for row in site.rows("gil") if row["action"] == "SIGN_IN")
        assert failed["result"] == "password"


def test_a_station_that_keeps_no_answers_and_its_first_administrator(
    tmp_path: Path, directory: Directory, provider: OidcServer, plc: ServerProcess
) -> None:
    directory.add("ivo", "leads")
    with running(Site(tmp_path, directory, provider, free_port(), plc.port, "none")) as site:
        assert site.enter("ivo")["session"]["assignments"] == ["supervisor"]
        with directory.down():
            assert "only local users can sign in now" in site.refusal("ivo")
            operator = site.command("user", "add", "max", "--role", "operator", typed=f"{BOSS}\n")
            assert (operator.returncode, "has to be an administrator" in operator.stderr) == (1, True)
            site.add_boss()
            assert site.boss()
            again = site.command("user", "add", "max", "--role", "admin", typed=f"{BOSS}\n")
            assert (again.returncode, "say who acts with --user NAME" in again.stderr) == (3, True)
            assert site.is_live()
        (added,) = [row for row in site.rows("boss") if row["action"] == "USER_ADDED"]
        assert added["actor"].startswith("os:")


@contextmanager
def down(provider: OidcServer) -> Iterator[None]:
    """The provider is killed for the block."""
    provider.process.kill()
    try:
        yield
    finally:
        provider.process.start()


def test_the_browser_brings_somebody_in_once(site: Site, provider: OidcServer) -> None:
    begun = site.ask("POST", "/session/browser", {}).json()
    flow = {"flow": begun["flow"]}
    assert site.ask("POST", "/session/browser/finish", flow).json()["needs"] == "browser"
    back = sign_in(begun["url"], "ana", back_to=site.callback())
    forged = site.answered(**{**back, "state": "x" * len(back["state"])})
    assert (forged.status_code, "is not known here" in forged.text) == (403, True)
    page = site.answered(**back)
    assert (page.status_code, "You are signed in as ana" in page.text) == (200, True)
    replayed = site.answered(**back)
    assert (replayed.status_code, "was answered before" in replayed.text) == (403, True)
    done = site.ask("POST", "/session/browser/finish", flow).json()
    session = done["session"]
    assert (session["user"], session["place"], session["method"]) == ("ana", "remote", "browser")
    assert session["title"] == "Ana Sílva"
    second = site.ask("POST", "/session/browser/finish", flow)
    assert (second.status_code, "begin again" in second.text) == (403, True)
    assert site.acknowledge(FILLING, done["token"]).status_code == 403
    assert site.ask("GET", "/session", token=done["token"]).json()["actor"] == "ana"
    assert site.acknowledge(PACKING_TOO, done["token"]).status_code == 200
    assert "is an account of another kind on this station (oidc)" in site.refusal("ana"), (
        "the same name in the directory"
    )
    rows = site.rows("ana")
    assert actions(rows) == ["SIGN_IN", "USER_ADDED", "SIGN_IN_FAILED"]
    assert (rows[0]["result"], rows[0]["place"]) == ("browser", "remote")
    assert rows[1]["reason"] == "as oidc says of subject-ana"
    assert site.ask("POST", "/users/ana", {"pin": "7391"}, site.boss()).status_code == 200
    with down(provider):
        assert site.enter("ana", pin="7391")["session"]["assignments"] == ["operator@packing"]


@pytest.mark.parametrize(
    ("person", "words"),
    [("cleo", "none of their groups has a role on this station"), ("mail", "cannot be a user name here")],
)
def test_the_browser_refuses_in_words(site: Site, person: str, words: str) -> None:
    begun = site.ask("POST", "/session/browser", {}).json()
    page = site.answered(**sign_in(begun["url"], person, back_to=site.callback()))
    assert words in page.text, page.text
    refused = site.ask("POST", "/session/browser/finish", {"flow": begun["flow"]})
    assert (refused.status_code, words in refused.text) == (403, True), refused.text


def test_a_provider_that_is_down_is_named_and_comes_back(site: Site, provider: OidcServer) -> None:
    begun = site.ask("POST", "/session/browser", {}).json()
    back = sign_in(begun["url"], "ana", back_to=site.callback())
    with down(provider):
        assert "The identity provider localhost" in site.answered(**back).text
        answer = site.ask("POST", "/session/browser", {})
        assert answer.status_code == 503
        assert "does not answer" in answer.json()["error"]["message"], answer.text
        assert site.is_live()
        assert site.boss()
    assert site.ask("POST", "/session/browser", {}).status_code == 200
