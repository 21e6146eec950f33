"""A station of its own behind a real directory and a real identity provider, with people and groups to change."""

from __future__ import annotations

import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests

from tests.helpers.counterparts import ROOT
from tests.helpers.ldap_server import ACCOUNT, ACCOUNT_PASSWORD, BASE, GROUPS, PEOPLE, LdapServer
from tests.helpers.oidc_provider import CLIENT_SECRET, OidcServer
from tests.helpers.program import BASE_ENVIRONMENT, Program
from tests.helpers.waiting import eventually

with warnings.catch_warnings():
    # ldap3 2.9.1 calls pyasn1's tables by their old names
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3

STATION = """
id: north
api: {{port: {port}}}
access:
  offline: {offline}
  attempts: 20
  ldap:
    url: {ldap}
    ca: company-ca.pem
    bind_dn: "{account}"
    bind_password: env:DIRECTORY_PASSWORD
    user_base: "{people}"
    user_filter: "(uid={{user}})"
    groups:
      "cn=filling,{groups}": operator@filling
      "cn=packing,{groups}": [operator@packing, viewer]
      "cn=leads,{groups}": supervisor
  oidc:
    issuer: {issuer}
    client_id: plant-hmi
    secret: env:PROVIDER_SECRET
    title: Company account
    scopes: [openid, profile, groups]
    groups: {{hmi-operators: operator@packing}}
"""
PLANT = """
plant: {{name: North, timezone: UTC}}
areas: [{{name: filling, title: Filling}}, {{name: packing, title: Packing}}]
devices: [{{name: plc, driver: modbus-tcp, host: 127.0.0.1, port: {port}, unit: 1, scan: 200 ms}}]
lines:
  - {{name: line1, area: filling, machines: [{{name: filler}}]}}
  - {{name: line2, area: packing, machines: [{{name: packer}}]}}
"""
TAGS = "path,device,address,type\nline1/filler/level,plc,input:0,uint16\nline2/packer/level,plc,input:0,uint16\n"
LEVEL = "line1/filler/level"
FILLING, PACKING, PACKING_TOO = "line1/filler/level.hi", "line2/packer/level.hi", "line2/packer/level.hihi"
"""Alarms that are active from the start, one for each test that acknowledges."""
ALARMS = (
    "id,tag,type,limit,priority,message,cause,consequence,action\n"
    f"{FILLING},{LEVEL},hi,100,2,Level high,Valve open,Spill,Close it\n"
    f"{PACKING},line2/packer/level,hi,100,2,Level high,Valve open,Spill,Close it\n"
    f"{PACKING_TOO},line2/packer/level,hihi,200,1,Level very high,Valve open,Spill,Close it\n"
)
BOSS = "canary chief of the hall"


@dataclass
class Directory:
    """The slapd with people of these tests; a person's password is `canary-NAME`."""

    server: LdapServer

    def add(self, name: str, *groups: str) -> None:
        """A new person in these groups."""
        person = {"cn": name.title(), "sn": name.title(), "userPassword": f"canary-{name}"}
        with self._root() as root:
            assert root.add(f"uid={name},{PEOPLE}", "inetOrgPerson", person), root.result
        self.move(name, to=groups)

    def move(self, name: str, *, to: tuple[str, ...], out_of: tuple[str, ...] = ()) -> None:
        """Puts a person into groups and takes them out of others."""
        member = f"uid={name},{PEOPLE}"
        with self._root() as root:
            for group in to:
                dn = f"cn={group},{GROUPS}"
                added = root.modify(dn, {"member": [(ldap3.MODIFY_ADD, [member])]})
                assert added or root.add(dn, "groupOfNames", {"member": member}), root.result
            for group in out_of:
                change = {"member": [(ldap3.MODIFY_DELETE, [member]), (ldap3.MODIFY_ADD, [f"cn=hmi,{BASE}"])]}
                assert root.modify(f"cn={group},{GROUPS}", change), root.result

    @contextmanager
    def _root(self) -> Iterator[Any]:
        server = ldap3.Server("127.0.0.1", self.server.port, get_info=ldap3.NONE)
        root = ldap3.Connection(server, f"cn=root,{BASE}", "canary-root-password")
        assert root.bind(), root.result
        try:
            yield root
        finally:
            root.unbind()

    @contextmanager
    def down(self) -> Iterator[None]:
        """The server is killed for the block."""
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()


@dataclass
class Site:
    """A configured station that can be started again; `ask` is a front end on another machine."""

    folder: Path
    directory: Directory
    provider: OidcServer
    port: int
    plc: int
    offline: str = "3 d"
    station: Program | None = None  # None while it does not run
    environment: dict[str, str] = field(default_factory=dict)

    def configure(self) -> None:
        config = self.folder / "config"
        config.mkdir(parents=True)
        shutil.copy(self.directory.server.authority.file, config / "company-ca.pem")
        text = STATION.format(
            port=self.port, offline=self.offline, ldap=self.directory.server.tls_url, account=ACCOUNT, people=PEOPLE,
            groups=GROUPS, issuer=self.provider.issuer,
        )  # fmt: skip
        (config / "station.yaml").write_text(text, encoding="utf-8")
        (config / "plant.yaml").write_text(PLANT.format(port=self.plc), encoding="utf-8")
        (config / "tags.csv").write_text(TAGS, encoding="utf-8")
        (config / "alarms.csv").write_text(ALARMS, encoding="utf-8")
        self.environment = {"DIRECTORY_PASSWORD": ACCOUNT_PASSWORD, "PROVIDER_SECRET": CLIENT_SECRET}

    @property
    def places(self) -> list[str]:
        return ["--config", str(self.folder / "config"), "--data", str(self.folder / "data")]

    def start(self) -> None:
        self.station = Program(*self.places, "run", "--headless", env=self.environment)
        try:
            self.station.ready()
        except AssertionError:
            self.kill()
            raise

    def kill(self) -> None:
        station, self.station = self.station, None
        if station is not None:
            with station:
                station.kill()

    def restart(self) -> None:
        assert self.station is not None
        with self.station as station:
            assert station.terminate() == 0, station.messages[-20:]
        self.start()

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command beside the station; what is typed comes on its standard input."""
        return subprocess.run(
            [sys.executable, str(ROOT / "main.py"), *self.places, *arguments],
            env={**BASE_ENVIRONMENT, **self.environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, token: str = "") -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"http://127.0.0.1:{self.port}/api/v1{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=30)

    def enter(self, user: str, password: str = "", **more: str) -> dict[str, Any]:
        """Signs in and gives the whole answer; with the password of the directory unless another is given."""
        secret = more if "pin" in more else {"password": password or f"canary-{user}", **more}
        answer = self.ask("POST", "/session", {"user": user, **secret})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert found["token"], found
        return found

    def refusal(self, user: str, password: str = "") -> str:
        """Tries to sign in and gives the sentence of the refusal."""
        answer = self.ask("POST", "/session", {"user": user, "password": password or f"canary-{user}"})
        assert answer.status_code in (401, 403), answer.text
        return str(answer.json()["error"]["message"])

    def add_boss(self) -> None:
        """The first local administrator, made with a command beside the running station."""
        added = self.command("user", "add", "boss", "--role", "admin", typed=f"{BOSS}\n")
        assert added.returncode == 0, added.stderr

    def boss(self) -> str:
        """Token of the local administrator."""
        return str(self.enter("boss", BOSS)["token"])

    def problem(self) -> str:
        """What everybody may know about the directory."""
        return str(self.ask("GET", "/session").json()["directory_problem"])

    def acknowledge(self, alarm: str, token: str) -> requests.Response:
        items = self.ask("GET", "/alarms?state=all&limit=1000").json()["items"]
        activation = next(item["activation_id"] for item in items if item["id"] == alarm)
        return self.ask("POST", "/alarms/ack", {"id": alarm, "activation_id": activation}, token)

    def is_live(self) -> bool:
        """True if the value on screen is renewed, and its alarm is there."""
        read = f"/tags/{LEVEL}"
        before = self.ask("GET", read).json()["t_receive"]
        eventually(lambda: self.ask("GET", read).json()["t_receive"] > before, "the value is renewed")
        items = self.ask("GET", "/alarms?state=all&limit=1000").json()["items"]
        return any(item["id"] == FILLING for item in items)

    def rows(self, target: str) -> list[dict[str, Any]]:
        """Rows of the audit trail about a target, oldest first, after the whole chain was found sound."""
        boss = self.boss()
        verdict = self.ask("GET", "/audit/verify", token=boss).json()
        assert verdict["ok"], verdict
        items = self.ask("GET", f"/audit?{urlencode({'target': target, 'limit': 1000})}", token=boss).json()["items"]
        return sorted(items, key=lambda item: int(item["seq"]))

    def callback(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1/session/callback"

    def answered(self, **query: str) -> requests.Response:
        """What a browser gets that comes back from the provider."""
        return requests.get(f"{self.callback()}?{urlencode(query)}", timeout=30)


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Configures the station and runs it for the block."""
    site.configure()
    try:
        site.start()
        yield site
    finally:
        site.kill()
