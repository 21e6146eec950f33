"""What the section `access` of station.yaml becomes, and the mistakes that would open the station."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmi.model.station import AccessSettings, LdapSettings, OidcSettings, PlaceSettings
from hmi.settings import check, load
from tests.helpers.catalogue import ToyCatalogue

CASE = Path(__file__).parents[1] / "cases" / "settings" / "access"
S_US = 1_000_000
MIN_US = 60 * S_US


def load_station(folder: Path, access: str) -> AccessSettings:
    write(folder, access)
    return load(folder, ToyCatalogue()).station.access


def write(folder: Path, access: str) -> None:
    (folder / "station.yaml").write_text(f"id: s\naccess:\n  {access}\n", encoding="utf-8")
    (folder / "plant.yaml").write_text("plant: {name: W, timezone: UTC}\n", encoding="utf-8")
    (folder / "tags.csv").write_text("path,device,address\n", encoding="utf-8")
    (folder / "alarms.csv").write_text("id,tag,type\n", encoding="utf-8")


def test_every_key_arrives() -> None:
    access = load(CASE, ToyCatalogue()).station.access
    assert access == AccessSettings(
        place="hall-desk",
        places=(
            PlaceSettings("hall-desk", "Desk in the hall"),
            PlaceSettings("office", view_only=True, key="keyring:place-office"),
        ),
        idle_lock_us=0,
        session_us=480 * MIN_US,
        sessions=20,
        sessions_per_user=2,
        attempts=3,
        lockout_us=MIN_US,
        password_length=12,
        banner="Only for staff of the waterworks.",
        second_factor=("admin",),
        fast_sign_in=("operator", "maintenance"),
        offline_us=0,
        ldap=LdapSettings(
            url="ldaps://dc1.plant.example:636",
            ca="/etc/plant-hmi/plant-ca.pem",
            bind_dn="cn=hmi,ou=services,dc=plant,dc=example",
            bind_password="keyring:directory",
            user_base="ou=people,dc=plant,dc=example",
            user_filter="(sAMAccountName={user})",
            title_attribute="cn",
            group_base="ou=groups,dc=plant,dc=example",
            group_filter="(member:1.2.840.113556.1.4.1941:={dn})",
            groups={
                "cn=operators,ou=groups,dc=plant,dc=example": ("operator@bottling", "operator@packing"),
                "cn=engineers,ou=groups,dc=plant,dc=example": ("engineer",),
            },
            timeout_us=3 * S_US,
        ),
        oidc=OidcSettings(
            issuer="https://login.plant.example/realms/plant",
            client_id="plant-hmi",
            secret="env:OIDC_SECRET",
            ca="/etc/plant-hmi/plant-ca.pem",
            title="Company account",
            scopes=("openid", "profile", "groups"),
            user_claim="upn",
            title_claim="display_name",
            groups_claim="roles",
            groups={"hmi-operators": ("operator",), "hmi-admins": ("admin", "engineer")},
            timeout_us=20 * S_US,
        ),
    )


def test_the_limits_themselves_are_allowed(tmp_path: Path) -> None:
    access = load_station(
        tmp_path, "{attempts: 20, lockout: 24 h, password_length: 128, idle_lock: 1 s, offline: 90 d}"
    )
    assert (access.attempts, access.lockout_us, access.password_length) == (20, 1440 * MIN_US, 128)
    assert (access.idle_lock_us, access.offline_us) == (S_US, 90 * 1440 * MIN_US)


@pytest.mark.parametrize(
    ("url", "start_tls", "good"),
    [
        ("ldaps://dc1.plant.example", "no", True),
        ("ldap://dc1.plant.example", "yes", True),
        ("ldap://127.0.0.1:3389", "no", True),
        ("ldap://localhost", "no", True),
        ("ldap://dc1.plant.example", "no", False),
        ("ldap://127.0.0.1.plant.example", "no", False),
        ("ldap://127.plant.example", "no", False),
        ("ldaps://dc1.plant.example", "yes", False),
        ("ldaps://dc1.plant.example/dc=plant", "no", False),
        ("ldaps://", "no", False),
        ("ldaps://dc1:99999", "no", False),
        ("ldapi:///var/run/slapd/ldapi", "no", False),
        ("https://dc1.plant.example", "no", False),
    ],
)
def test_passwords_reach_a_directory_only_encrypted(tmp_path: Path, url: str, start_tls: str, good: bool) -> None:
    write(tmp_path, f'ldap: {{url: "{url}", start_tls: {start_tls}, user_base: "ou=people,dc=plant"}}')
    problems = check(tmp_path, ToyCatalogue())
    assert [(problem.line, problem.key) for problem in problems] == ([] if good else [(3, "access.ldap.url")])


@pytest.mark.parametrize(
    ("issuer", "good"),
    [
        ("https://login.plant.example", True),
        ("https://login.plant.example/realms/plant/", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:8080", True),
        ("http://login.plant.example", False),
        ("http://localhost.plant.example", False),
        ("https://login.plant.example?x=1", False),
        ("https://login.plant.example#x", False),
        ("ftp://login.plant.example", False),
    ],
)
def test_a_provider_is_asked_only_encrypted(tmp_path: Path, issuer: str, good: bool) -> None:
    write(tmp_path, f'oidc: {{issuer: "{issuer}", client_id: hmi}}')
    problems = check(tmp_path, ToyCatalogue())
    assert [(problem.line, problem.key) for problem in problems] == ([] if good else [(3, "access.oidc.issuer")])


@pytest.mark.parametrize("account", ["cn=hmi,dc=plant", "hmi@plant.example"])
def test_both_names_of_an_account_are_allowed(tmp_path: Path, account: str) -> None:
    write(
        tmp_path,
        f'ldap: {{url: "ldaps://dc", user_base: "dc=plant", bind_dn: "{account}", bind_password: keyring:directory}}',
    )
    assert check(tmp_path, ToyCatalogue()) == []


@pytest.mark.parametrize(
    "section",
    [
        'ldap: {url: "ldaps://hmi:canary-1@dc", user_base: "dc=plant"}',
        'ldap: {url: "ldaps://dc", user_base: "dc=plant", bind_dn: "cn=h", bind_password: canary-1}',
        'oidc: {issuer: "https://hmi:canary-1@login", client_id: hmi}',
        "oidc: {issuer: https://login, client_id: hmi, secret: canary-1}",
        "places: [{name: desk, key: canary-1}]",
    ],
)
def test_no_secret_is_printed(tmp_path: Path, section: str) -> None:
    write(tmp_path, section)
    problems = check(tmp_path, ToyCatalogue())
    assert problems
    assert not any("canary" in str(problem) or "canary" in problem.value for problem in problems)


@pytest.mark.parametrize(
    ("places", "good"),
    [
        ("places: [{name: s}, {name: office}]", True),  # the station's id
        ("{place: desk, places: [{name: desk}]}", True),
        ("place: desk", True),
        ("places: [{name: desk}, {name: office}]", False),
    ],
)
def test_the_stations_own_place_is_one_of_the_places(tmp_path: Path, places: str, good: bool) -> None:
    write(tmp_path, places)
    problems = check(tmp_path, ToyCatalogue())
    assert [(problem.line, problem.key) for problem in problems] == ([] if good else [(2, "access")])
    assert all("no place 's'" in problem.message for problem in problems)
