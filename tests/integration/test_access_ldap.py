"""Passwords are checked by a real OpenLDAP server; what goes wrong with it has a sentence and an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hmi.access.directory.build import password_directory
from hmi.access.directory.contract import DirectoryUnreachableError, PasswordDirectory
from hmi.base.errors import NotPermittedError, PlantError
from hmi.model.access import Assignment, Role
from hmi.model.station import LdapSettings
from tests.helpers.certificates import Authority
from tests.helpers.ldap_server import ACCOUNT, ACCOUNT_PASSWORD, BASE, GROUPS, PEOPLE, LdapServer
from tests.helpers.ports import free_port

pytestmark = pytest.mark.counterpart

TIMEOUT_US = 1_500_000
ROLES = {
    f"CN=Operators, OU=groups,{BASE}": ("operator@bottling", "viewer"),
    f"cn=shift\\, leads,{GROUPS}": ("supervisor",),
}
Make = Callable[..., PasswordDirectory]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LdapServer]:
    server = LdapServer(tmp_path_factory.mktemp("slapd"))
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def make(server: LdapServer) -> Make:
    def build(password: str = ACCOUNT_PASSWORD, **changes: Any) -> PasswordDirectory:
        settings = LdapSettings(
            url=server.tls_url,
            ca=str(server.authority.file),
            bind_dn=ACCOUNT,
            bind_password="keyring:directory",
            user_base=PEOPLE,
            user_filter="(uid={user})",
            groups=ROLES,
            timeout_us=TIMEOUT_US,
        )
        secrets = {"keyring:directory": password}
        directory = password_directory(replace(settings, **changes), secrets.__getitem__)
        assert directory is not None
        return directory

    return build


def error_of(
    directory: PasswordDirectory, kind: type[PlantError], user: str = "ana", password: str = "canary-ana"
) -> str:
    """The sentence of the refusal; no secret may be in it."""
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        directory.authenticate(user, password)
    assert time.monotonic() - started < TIMEOUT_US / 1e6 + 1.0
    assert type(caught.value) is kind
    assert "canary" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("way", ["ldaps", "start_tls", "loopback"])
def test_the_right_password(server: LdapServer, make: Make, way: str) -> None:
    changes: dict[str, Any] = {
        "ldaps": {},
        "start_tls": {"url": server.url, "start_tls": True},
        "loopback": {"url": server.url},
    }[way]
    user = make(**changes).authenticate("ana", "canary-ana")
    assert user is not None
    assert (user.name, user.title) == ("ana", "Ana Sílva")
    assert user.assignments == (
        Assignment(Role.OPERATOR, "bottling"), Assignment(Role.SUPERVISOR), Assignment(Role.VIEWER),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("ana", "canary-bo"),
        ("ana", "Canary-ana"),
        ("ana", ""),
        ("ana", "\0"),
        ("ana", "canary-ana\0"),
        ("ana", "x" * 100_000),
        ("nobody-of-this-name", "canary-ana"),
        ("nobody-of-this-name", ""),
        ("twin", "canary-twin"),
        ("lily", "canary-lily"),
        ("bare", "canary-ana"),
    ],
    ids=lambda value: value[:20].replace("\0", "NUL"),
)
def test_everything_else_is_one_answer(make: Make, user: str, password: str) -> None:
    assert make().authenticate(user, password) is None


def test_an_empty_password_never_reaches_the_server(make: Make, server: LdapServer) -> None:
    # without this, the bind would succeed as nobody; a server that is not there shows that it was not asked
    away = make(url=f"ldap://127.0.0.1:{free_port()}")
    assert away.authenticate("ana", "") is None


@pytest.mark.parametrize(
    "name", ["*", "*)(uid=*", "an*", "ana)(|(uid=*", "ana\0", "ana@plant.example", "PLANT\\ana", "", "åna"]
)
def test_a_name_that_does_not_fit_is_refused_in_words(make: Make, name: str) -> None:
    with pytest.raises(NotPermittedError, match="cannot be a user name here"):
        make().authenticate(name, "canary-ana")


def test_capitals_are_the_same_name(make: Make) -> None:
    user = make().authenticate("ANA", "canary-ana")
    assert user is not None and user.name == "ana"


def test_the_subject_is_what_the_directory_never_gives_to_another(make: Make) -> None:
    directory = make()
    ana, again, bo = (directory.authenticate(*who) for who in [("ana", "canary-ana")] * 2 + [("bo", "canary-bo")])
    assert ana is not None and again is not None and bo is not None
    assert ana.subject == again.subject != bo.subject
    assert len(ana.subject) == 36


@pytest.mark.parametrize("user_filter", ["(uid={user})", "(|(uid={user})(sAMAccountName={user}))"])
def test_groups_are_found_by_member(make: Make, user_filter: str) -> None:
    directory = make(group_base=GROUPS, user_filter=user_filter)
    ana = directory.authenticate("ana", "canary-ana")
    bo = directory.authenticate("bo", "canary-bo")  # a name with ( ) * and , in it
    cleo = directory.authenticate("cleo", "canary-cleo")
    assert ana is not None and bo is not None and cleo is not None
    assert [assignment.text for assignment in ana.assignments] == ["operator@bottling", "supervisor", "viewer"]
    assert [assignment.text for assignment in bo.assignments] == ["operator@bottling", "viewer"]
    assert cleo.assignments == ()  # known, without a role here


def test_without_a_searching_account_the_person_asks_for_the_groups(tmp_path: Path) -> None:
    server = LdapServer(tmp_path / "open", anonymous="read")
    try:
        settings = LdapSettings(
            url=server.tls_url, ca=str(server.authority.file), user_base=PEOPLE, user_filter="(uid={user})",
            group_base=GROUPS, groups=ROLES, timeout_us=TIMEOUT_US,
        )  # fmt: skip
        directory = password_directory(settings, {}.__getitem__)
        assert directory is not None
        bo = directory.authenticate("bo", "canary-bo")
        assert bo is not None and len(bo.assignments) == 2
        assert directory.authenticate("bo", "canary-ana") is None
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "canary-wrong"}, "access.ldap.bind_dn"),
        ({"bind_dn": f"cn=gone,{BASE}"}, "access.ldap.bind_dn"),
        ({"bind_dn": ""}, "access.ldap.user_base"),
        ({"user_base": f"ou=gone,{BASE}"}, "access.ldap.user_base"),
        ({"group_base": f"ou=gone,{BASE}"}, "access.ldap.group_base"),
        ({"ca": "/nowhere/ca.pem"}, "access.ldap.ca"),
    ],
    ids=["password", "account", "anonymous", "people", "groups", "authority"],
)
def test_a_wrong_setting_is_named(make: Make, changes: dict[str, Any], words: str) -> None:
    assert words in error_of(make(**changes), PlantError)


def test_a_group_that_is_no_name_is_refused_at_the_start(make: Make) -> None:
    with pytest.raises(PlantError, match=r"access\.ldap\.groups"):
        make(groups={"operators": ("operator",)})


def test_a_server_that_is_not_there(make: Make) -> None:
    sentence = error_of(make(url=f"ldaps://localhost:{free_port()}"), DirectoryUnreachableError)
    assert "Connection refused" in sentence


def test_a_name_nobody_knows(make: Make) -> None:
    sentence = error_of(make(url="ldaps://directory.invalid"), DirectoryUnreachableError)
    assert "directory.invalid" in sentence


@pytest.mark.parametrize("start_tls", [False, True], ids=["ldaps", "start_tls"])
def test_an_authority_that_is_not_ours(server: LdapServer, make: Make, tmp_path: Path, start_tls: bool) -> None:
    other = Authority(tmp_path, "Another authority")
    url = server.url if start_tls else server.tls_url
    sentence = error_of(make(ca=str(other.file), url=url, start_tls=start_tls), DirectoryUnreachableError)
    assert "certificate" in sentence and "access.ldap.ca" in sentence


@pytest.mark.parametrize("start_tls", [False, True], ids=["ldaps", "start_tls"])
@pytest.mark.parametrize(
    ("names", "expired", "words"),
    [(("dc1.plant.example",), False, "not valid for"), (("localhost",), True, "expired")],
    ids=["another host", "expired"],
)
def test_a_certificate_that_does_not_hold(
    tmp_path: Path, names: tuple[str, ...], expired: bool, words: str, start_tls: bool
) -> None:
    server = LdapServer(tmp_path / "own", names=names, expired=expired)
    try:
        settings = LdapSettings(
            url=server.url if start_tls else server.tls_url, start_tls=start_tls, ca=str(server.authority.file),
            bind_dn=ACCOUNT, bind_password="keyring:directory", user_base=PEOPLE, timeout_us=TIMEOUT_US,
        )  # fmt: skip
        directory = password_directory(settings, lambda _: ACCOUNT_PASSWORD)
        assert directory is not None
        sentence = error_of(directory, DirectoryUnreachableError)
        assert "certificate" in sentence and words in sentence
    finally:
        server.stop()


def test_a_port_that_does_not_speak_tls(server: LdapServer, make: Make) -> None:
    sentence = error_of(make(url=server.url.replace("ldap://", "ldaps://")), DirectoryUnreachableError)
    assert "directory server localhost" in sentence


def test_a_server_killed_and_started_again(tmp_path: Path) -> None:
    server = LdapServer(tmp_path / "own")
    try:
        settings = LdapSettings(
            url=server.tls_url, ca=str(server.authority.file), bind_dn=ACCOUNT, bind_password="keyring:directory",
            user_base=PEOPLE, user_filter="(uid={user})", groups=ROLES, timeout_us=TIMEOUT_US,
        )  # fmt: skip
        directory = password_directory(settings, lambda _: ACCOUNT_PASSWORD)
        assert directory is not None
        assert directory.authenticate("ana", "canary-ana") is not None
        server.freeze()
        assert "in time" in error_of(directory, DirectoryUnreachableError)
        server.thaw()
        assert directory.authenticate("ana", "canary-ana") is not None
        server.stop()
        assert "Connection refused" in error_of(directory, DirectoryUnreachableError)
        server.start()
        assert directory.authenticate("ana", "canary-ana") is not None
    finally:
        server.stop()
