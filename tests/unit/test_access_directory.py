"""Names, roles and filters of a directory's people, and a directory server that answers as told."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hmi.access.directory import ldap_session
from hmi.access.directory.bounded import BoundedCalls, Deadline
from hmi.access.directory.build import identity_provider, password_directory
from hmi.access.directory.contract import DirectoryUnreachableError, PasswordDirectory
from hmi.access.directory.dn import DnError, same_dn
from hmi.access.directory.ldap import LdapDirectory, search_filter
from hmi.access.directory.people import assignments_of, shown_title, station_name
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.access import Assignment, Role
from hmi.model.station import LdapSettings, OidcSettings
from tests.helpers.clock import ManualClock
from tests.helpers.scripted_ldap import BIND, Script, ScriptedLdap, head

ANA = (b"uid=ana,ou=people,dc=plant", {b"cn": [b"Ana"], b"memberOf": [b"cn=operators,dc=plant"]})
OK = (0, b"")
WRONG = (49, b"80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 52e, v4563\x00")


def directory_at(url: str, **changes: Any) -> PasswordDirectory:
    settings = LdapSettings(
        url=url,
        bind_dn="cn=hmi,dc=plant",
        bind_password="keyring:directory",
        user_base="ou=people,dc=plant",
        groups={"cn=operators,dc=plant": ("operator@bottling",)},
        timeout_us=700_000,
    )
    directory = password_directory(replace(settings, **changes), lambda _: "canary-account")
    assert directory is not None
    return directory


@pytest.mark.parametrize(
    ("text", "name"), [("ana", "ana"), ("Ana", "ana"), ("a-b_c9", "a-b_c9"), ("9", "9"), ("a" * 40, "a" * 40)]
)
def test_a_name_that_fits(text: str, name: str) -> None:
    assert station_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ana",
        "ana ",
        "-ana",
        "_ana",
        "a" * 41,
        "ana.silva",
        "ana@plant",
        "PLANT\\ana",
        "åna",
        "\u212aarl",
        "ana\n",
        "*",
    ],
)
def test_a_name_that_does_not_fit_is_no_name(text: str) -> None:
    # U+212A is a Kelvin sign: its small letter is k, so it would become somebody else's name
    assert station_name(text) == ""


def test_a_password_typed_as_a_name_is_not_repeated() -> None:
    with pytest.raises(NotPermittedError, match="cannot be a user name here") as caught:
        directory_at("ldap://127.0.0.1:1").authenticate("canary password!", "x")
    assert "canary" not in str(caught.value)


def test_a_title_is_one_line() -> None:
    assert shown_title("Ana\x00 \n Sílva\u202e", "ana") == "Ana Sílva"
    assert shown_title(" \t", "ana") == "ana"
    assert len(shown_title("x" * 1000, "ana")) == 100


def test_roles_of_groups() -> None:
    roles = {"a": ("operator@bottling", "viewer"), "b": ("viewer", "engineer"), "c": ("admin",)}
    assert assignments_of(["a", "b", "unknown"], roles) == (
        Assignment(Role.ENGINEER),
        Assignment(Role.OPERATOR, "bottling"),
        Assignment(Role.VIEWER),
    )
    assert assignments_of([], roles) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CN=Ops,DC=Plant", "cn=ops, dc=plant"),
        ("cn=Ops\\, Day,dc=plant", "cn=Ops\\2C Day,dc=plant"),
        ("cn=\\C3\\9Cber,dc=plant", "cn=über,dc=plant"),
        ("cn=a\\\\b,dc=plant", "cn=a\\5Cb,dc=plant"),
        ("cn=Shift  Leads,dc=plant", "cn= shift leads ,dc=plant"),
        ("cn=a=b,dc=plant", "cn=a\\3db,dc=plant"),
    ],
)
def test_two_spellings_of_one_entry(one: str, other: str) -> None:
    assert same_dn(one) == same_dn(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cn=ops,dc=plant", "cn=ops,dc=plan"),
        ("cn=ops,dc=plant", "ou=ops,dc=plant"),
        ("cn=ops,ou=a,dc=plant", "cn=ops,dc=plant"),
        ("cn=a\\,ou=b,dc=plant", "cn=a,ou=b,dc=plant"),
        ("cn=a+ou=b,dc=plant", "cn=a,ou=b,dc=plant"),
        ("cn=a\\+ou\\=b,dc=plant", "cn=a+ou=b,dc=plant"),
        ("cn=a'\\,'ou='b,dc=plant", "cn=a',ou='b,dc=plant"),
    ],
)
def test_two_entries(one: str, other: str) -> None:
    assert same_dn(one) != same_dn(other)


@pytest.mark.parametrize("text", ["", "operators", "cn=a,", ",cn=a", "=a,dc=b", "cn=a,,dc=b"])
def test_not_the_name_of_an_entry(text: str) -> None:
    with pytest.raises(DnError):
        same_dn(text)


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("(uid={user})", {"user": "*)(uid=*"}, "(uid=\\2a\\29\\28uid=\\2a)"),
        ("(uid={user})", {"user": "a\\b\0"}, "(uid=a\\5cb\\00)"),
        ("(|(uid={user})(cn={user}))", {"user": "ana"}, "(|(uid=ana)(cn=ana))"),
        ("(member={dn})", {"dn": "cn=Bo (x),dc=p", "user": "bo"}, "(member=cn=Bo \\28x\\29,dc=p)"),
        (
            "(|(member={dn})(memberUid={user}))",
            {"dn": "cn={user}", "user": "bo"},
            "(|(member=cn={user})(memberUid=bo))",
        ),
        ("(m:1.2.840.113556.1.4.1941:={dn})", {"dn": "cn=a"}, "(m:1.2.840.113556.1.4.1941:=cn=a)"),
    ],
)
def test_no_character_of_a_name_changes_the_filter(template: str, values: dict[str, str], expected: str) -> None:
    assert search_filter(template, **values) == expected


@pytest.mark.parametrize("user", ["ana", "nobody"])
def test_a_wrong_password_and_an_unknown_name_take_the_same_way(user: str) -> None:
    with ScriptedLdap(Script(binds=[OK, WRONG], entries=[ANA] if user == "ana" else [])) as server:
        assert directory_at(server.url).authenticate(user, "canary-typed") is None
        binds = [request for request in server.requests if head(request)[1] == BIND]
    assert len(binds) == 2
    # what somebody typed goes to the entry that was found, never to a made-up one
    assert (b"canary-typed" in binds[1]) == (user == "ana")


@pytest.mark.parametrize("data", ["52e", "525", "530", "531", "533", "701", "775", "52f"])
def test_active_directory_never_tells_why(data: str) -> None:
    message = f"80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data {data}, v4563\x00"
    with ScriptedLdap(Script(binds=[OK, (49, message.encode())], entries=[ANA])) as server:
        assert directory_at(server.url).authenticate("ana", "canary-typed") is None


@pytest.mark.parametrize("data", ["532", "773"])
def test_a_right_password_that_has_expired_is_said(data: str) -> None:
    message = f"80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data {data}, v4563\x00"
    with ScriptedLdap(Script(binds=[OK, (49, message.encode())], entries=[ANA])) as server:
        with pytest.raises(NotPermittedError, match="new password"):
            directory_at(server.url).authenticate("ana", "canary-typed")


@pytest.mark.parametrize("code", [19, 32, 34, 48, 50, 53])
def test_other_servers_refuse_in_other_words(code: int) -> None:
    with ScriptedLdap(Script(binds=[OK, (code, b"account inactivated")], entries=[ANA])) as server:
        assert directory_at(server.url).authenticate("ana", "canary-typed") is None


@pytest.mark.parametrize("code", [3, 51, 52, 80])
@pytest.mark.parametrize("when", ["account", "search", "person"])
def test_a_server_that_is_busy_is_not_a_wrong_password(code: int, when: str) -> None:
    busy = (code, b"")
    script = Script(
        binds=[busy if when == "account" else OK, busy if when == "person" else OK],
        search=busy if when == "search" else OK,
        entries=[ANA],
    )
    with ScriptedLdap(script) as server, pytest.raises(DirectoryUnreachableError, match="cannot answer now"):
        directory_at(server.url).authenticate("ana", "canary-typed")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(binds=[WRONG], entries=[ANA]), "bind_dn"),
        (Script(binds=[OK], search=(1, b"a successful bind must be completed")), "user_base"),
        (Script(binds=[OK, (8, b"stronger authentication required")], entries=[ANA]), "start_tls"),
        (Script(binds=[OK], search=(10, b"")), "user_base"),
    ],
)
def test_a_setting_that_is_wrong_is_named(script: Script, words: str) -> None:
    with ScriptedLdap(script) as server, pytest.raises(PlantError, match=words) as caught:
        directory_at(server.url).authenticate("ana", "canary-typed")
    assert type(caught.value) is PlantError


def test_a_reference_to_another_server_is_not_followed() -> None:
    with ScriptedLdap(Script(binds=[OK])) as other:
        references = [other.url.encode() + b"/dc=elsewhere"]
        with ScriptedLdap(Script(binds=[OK, OK], entries=[ANA], references=references)) as server:
            user = directory_at(server.url).authenticate("ana", "canary-typed")
        assert user is not None and user.assignments == (Assignment(Role.OPERATOR, "bottling"),)
        assert other.requests == []


def test_the_subject_of_active_directory() -> None:
    entry = (ANA[0], {**ANA[1], b"objectGUID": [bytes(range(16))]})
    with ScriptedLdap(Script(binds=[OK], entries=[entry])) as server:
        user = directory_at(server.url).authenticate("ana", "canary-typed")
    assert user is not None and user.subject == "03020100-0504-0706-0809-0a0b0c0d0e0f"


def test_without_a_lasting_id_the_subject_is_the_entry() -> None:
    with ScriptedLdap(Script(binds=[OK], entries=[ANA])) as server:
        user = directory_at(server.url).authenticate("ana", "canary-typed")
    assert user is not None and user.subject == "uid=ana,ou=people,dc=plant"


def silent() -> Iterator[bytes]:
    return iter(())


def dripping() -> Iterator[bytes]:
    # a lawful beginning of a long answer, one byte at a time
    yield b"\x30\x83\x01\x00\x00"
    for _ in range(200):
        time_passes.wait(0.03)
        yield b"\x02"


def endless() -> Iterator[bytes]:
    yield b"\x30\x84\x7f\xff\xff\xff"
    while True:
        yield bytes(65536)


def garbage() -> Iterator[bytes]:
    yield b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20


time_passes = threading.Event()


@pytest.mark.parametrize("raw", [silent, dripping, endless, garbage])
def test_no_server_holds_the_caller(raw: Any) -> None:
    started = time.monotonic()
    with ScriptedLdap(Script(raw=raw)) as server:
        with pytest.raises(DirectoryUnreachableError) as caught:
            directory_at(server.url).authenticate("ana", "canary-typed")
        assert time.monotonic() - started < 2.0
    assert "canary" not in str(caught.value)


def test_a_server_without_start_tls_gets_no_password() -> None:
    with ScriptedLdap(Script(binds=[OK], entries=[ANA])) as server:
        with pytest.raises(DirectoryUnreachableError, match="StartTLS"):
            directory_at(server.url, start_tls=True).authenticate("ana", "canary-typed")
        assert not any(b"canary" in request for request in server.requests)


def test_an_endless_answer_is_cut_before_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldap_session, "_MOST_BYTES", 200_000)
    with ScriptedLdap(Script(raw=endless)) as server:
        started = time.monotonic()
        with pytest.raises(DirectoryUnreachableError):
            directory_at(server.url, timeout_us=20_000_000).authenticate("ana", "canary-typed")
        assert time.monotonic() - started < 10


def test_a_name_server_that_hangs_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        release.wait(20)
        raise OSError("released")

    monkeypatch.setattr(ldap_session.socket, "getaddrinfo", hang)
    started = time.monotonic()
    try:
        with pytest.raises(DirectoryUnreachableError, match="in time"):
            directory_at("ldaps://directory.plant.example").authenticate("ana", "canary-typed")
        assert time.monotonic() - started < 2.0
    finally:
        release.set()


def test_calls_that_hang_are_left_and_only_a_few_run_at_once() -> None:
    calls = BoundedCalls("test")
    release, entered = threading.Event(), threading.Semaphore(0)

    def hang(_: Deadline) -> None:
        entered.release()
        release.wait(20)

    try:
        for _ in range(8):
            with pytest.raises(DirectoryUnreachableError, match=r"^too late$"):
                calls.run(hang, 20_000, "too late")
        started = time.monotonic()
        with pytest.raises(DirectoryUnreachableError, match=r"^too late$"):
            calls.run(lambda _: None, 20_000, "too late")
        assert time.monotonic() - started < 2.0
        assert sum(entered.acquire(blocking=False) for _ in range(20)) == 8
    finally:
        release.set()
    assert calls.run(lambda _: "answer", 5_000_000, "too late") == "answer"
    with pytest.raises(ZeroDivisionError):
        calls.run(lambda _: 1 / 0, 5_000_000, "too late")


def test_a_deadline_runs_out() -> None:
    clock = ManualClock()
    deadline = Deadline(1_000_000, clock)
    clock.advance(0.75)
    assert deadline.left_s() == 0.25
    clock.advance(0.25)
    with pytest.raises(TimeoutError):
        deadline.left_s()


def test_nothing_configured_is_nothing() -> None:
    assert password_directory(LdapSettings(), str) is None
    assert identity_provider(OidcSettings(), str, ManualClock()) is None


def test_the_libraries_are_loaded_only_where_they_are_used() -> None:
    program = (
        "import sys\n"
        "from hmi.access.directory.build import identity_provider, password_directory\n"
        "from hmi.base.clock import SystemClock\n"
        "from hmi.model.station import LdapSettings, OidcSettings\n"
        "password_directory(LdapSettings(), str); identity_provider(OidcSettings(), str, SystemClock())\n"
        "print([name for name in ('ldap3', 'authlib', 'joserfc', 'requests', 'cryptography') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_directory_is_never_asked_with_an_empty_password() -> None:
    settings = LdapSettings(url="ldap://127.0.0.1:1", bind_dn="cn=hmi,dc=plant", user_base="dc=plant")
    with pytest.raises(PlantError, match="empty password"):
        LdapDirectory(settings, lambda _: "").authenticate("ana", "canary-typed")
