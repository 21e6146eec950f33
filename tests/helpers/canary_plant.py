"""A station and all it talks to, with a canary in every input that takes a secret."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyotp
import requests

from hmi.base.certificates.own import OwnCertificate
from tests.helpers.api_paths import api_paths
from tests.helpers.canary import Canary, canary, everything_below, of_process
from tests.helpers.counterparts import ROOT
from tests.helpers.device_servers import asyncua_server
from tests.helpers.ldap_server import ACCOUNT, ACCOUNT_PASSWORD, GROUPS, PEOPLE, LdapServer
from tests.helpers.oidc_provider import CLIENT_SECRET, oidc_server, sign_in
from tests.helpers.ports import free_port
from tests.helpers.program import BASE_ENVIRONMENT, Program, children_of
from tests.helpers.waiting import eventually

STATION = """
id: canary
storage: {{retention: {{audit: 30 d}}}}
agent: {{central: "{central}", key: env:AGENT_KEY, metrics_every: 1 s}}
api:
  host: 0.0.0.0
  port: {port}
  tls: {{cert: {cert}, key: {key}}}
  key: credential:api-key
log: {{level: DEBUG}}
access:
  place: hall
  attempts: 20
  places:
    - {{name: hall}}
    - {{name: office, key: keyring:place-office}}
"""
DIRECTORY = """
  ldap:
    url: {ldap}
    ca: {ca}
    bind_dn: "{account}"
    bind_password: env:LDAP_PASSWORD
    user_base: "{people}"
    user_filter: "(uid={{user}})"
    groups: {{"cn=shift\\\\2C leads,{groups}": supervisor}}
  oidc:
    issuer: {issuer}
    client_id: plant-hmi
    secret: keyring:oidc
    scopes: [openid, profile, groups]
    groups: {{hmi-operators: operator}}
"""
PLANT = """
plant: {{name: Canary, timezone: Europe/Berlin}}
devices:
  - {{name: server, driver: opcua, url: "opc.tcp://127.0.0.1:{port}", security: Basic256Sha256/SignAndEncrypt,
     user: anna, password: keyring:plc-user}}
areas: [{{name: hall-a, title: Hall A}}]
lines: [{{name: line1, area: hall-a, machines: [{{name: machine1}}]}}]
"""
SECRET_FIELDS = (
    "password", "pin", "badge", "code", "totp", "new_password", "place_key", "signature", "flow", "secret", "token",
)  # fmt: skip
"""Fields that take a secret, in one path or another."""

NAME_FIELDS = ("user", "name", "id", "area", "place", "permission", "target", "second")
"""Fields beside them, into which a secret may be typed by mistake; an answer may name the word to who sent it."""


class CanaryPlant:
    """Runs everything once; `outputs` holds all that came out, `canaries` all that went in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config, self.data, self.central_data = folder / "config", folder / "data", folder / "central"
        self.canaries: list[Canary] = []
        self.outputs: dict[str, bytes] = {}
        self.modes: dict[str, int] = {}
        self._answers = 0
        self._url = ""
        self._session = requests.Session()
        self._session.trust_env = False

    def new(self, name: str) -> str:
        """A further canary."""
        made = canary(name, len(self.canaries))
        self.canaries.append(made)
        return made.value

    def known(self, name: str, value: str) -> str:
        """A secret made by the product or given by a counterpart, looked for like a canary."""
        self.canaries.append(Canary(name, value))
        return value

    def run(self) -> None:
        """Starts everything, uses every input, stops everything, and collects what came out."""
        with ExitStack() as stack:
            self._prepare(stack)
            central = stack.enter_context(self._program("central", "--port", "0", data=self.central_data))
            self._central = central.wait_line("ready: ").removeprefix("ready: ")
            admin = json.loads((self.central_data / "central.json").read_text(encoding="utf-8"))["admin_token"]
            self.known("admin token of the central server", admin)
            made = self._command("--data", str(self.central_data), "central", "key", "create", "canary", told=False)
            self._environment["AGENT_KEY"] = self.known("agent key", made.stdout.strip())
            self._configure(stack)
            station = stack.enter_context(self._program("run", "--headless", "--log-level", "DEBUG", data=self.data))
            self._url = station.ready().replace("0.0.0.0", "127.0.0.1")
            self._use(station)
            self._collect("while it runs", station, central)
            assert station.terminate() == 0, station.messages[-20:]
            assert central.terminate() == 0, central.messages[-20:]
        self._collect("after the end", station, central)

    # before the start

    def _prepare(self, stack: ExitStack) -> None:
        self.config.mkdir()
        credentials = self.folder / "credentials"
        credentials.mkdir()
        self._api_key = self.new("api key")
        (credentials / "plant-hmi-api-key").write_text(self._api_key + "\n", encoding="utf-8")
        self._place_key = self.new("place key")
        self._environment = {
            **BASE_ENVIRONMENT,
            "CREDENTIALS_DIRECTORY": str(credentials),
            "PLANT_HMI_SECRET_PLACE_OFFICE": self._place_key,
            "PLANT_HMI_SECRET_PLC_USER": self.new("OPC UA password"),
            "PLANT_HMI_SECRET_OIDC": self.known("client secret", CLIENT_SECRET),
            "LDAP_PASSWORD": self.known("password of the searching account", ACCOUNT_PASSWORD),
        }
        (self.config / "station.yaml").write_text("id: canary\n", encoding="utf-8")
        (self.config / "plant.yaml").write_text("plant: {name: Canary, timezone: UTC}\n", encoding="utf-8")
        tags = "path,device,address,type\nline1/machine1/value,server,nsu=urn:test:plant;s=Value,float64\n"
        self._tags = tags
        (self.config / "tags.csv").write_text("path,device,address,type\n", encoding="utf-8")
        (self.config / "alarms.csv").write_text("id,tag,type,limit,priority,message\n", encoding="utf-8")
        self._admin = self.new("password of the first administrator")
        self._command("user", "add", "boss", "--role", "admin", typed=f"{self._admin}\n")
        self._command("certificate", "create", "--host", "localhost")

    def _configure(self, stack: ExitStack) -> None:
        ldap = LdapServer(self.folder / "slapd")
        stack.callback(ldap.stop)
        port = free_port()
        os.environ["OIDC_REDIRECT"] = self._callback = f"https://127.0.0.1:{port}/api/v1/session/callback"
        stack.callback(os.environ.pop, "OIDC_REDIRECT", None)
        issuer = stack.enter_context(oidc_server()).issuer
        keys = self.folder / "opcua"
        keys.mkdir()
        server = asyncua_server("secure", str(keys))
        stack.callback(server.kill)
        server.start()
        own = OwnCertificate(self.data)
        certificate, key = own.certificate, own.key
        body = "".join(key.read_text(encoding="ascii").splitlines()[1:-1])
        self.known("private key of the API", body[20:60])
        station = STATION.format(central=self._central, port=port, cert=certificate, key=key)
        directory = DIRECTORY.format(
            ldap=ldap.tls_url, ca=ldap.authority.file, account=ACCOUNT, people=PEOPLE, groups=GROUPS, issuer=issuer
        )
        (self.config / "station.yaml").write_text(station + directory, encoding="utf-8")
        (self.config / "plant.yaml").write_text(PLANT.format(port=server.port), encoding="utf-8")
        (self.config / "tags.csv").write_text(self._tags, encoding="utf-8")
        self._session.verify = str(certificate)
        self._command("check", "--json")

    # while it runs

    def _use(self, station: Program) -> None:
        control = (self.data / "control.token").read_text(encoding="utf-8")
        self.known("control token", control)
        self.known("key of the seals", (self.data / "seal.key").read_text(encoding="ascii").strip())
        boss = self._sign_in(user="boss", password=self._admin)
        self._own_secrets(boss)
        self._refused_sign_ins()
        self._directory_sign_ins()
        self._misuse_every_path(boss, control)
        self._read_every_path(boss, control)
        self._commands(boss)
        eventually(lambda: self._ask("POST", "/api/v1/backups", {}, boss).status_code == 200, "a backup is made", 60)
        eventually(lambda: list(self.central_data.rglob("*.tar.zst")), "the backup is shipped", 60)
        shipped = f"{self._central}/health/detailed"
        eventually(lambda: requests.get(shipped, timeout=5).json()["rows"].get("central_records", 1), "records arrive")
        for path in ("/", "/metrics", "/health/detailed", "/api/v1/keys", "/api/v1/stations"):
            self._keep(f"central GET {path}", requests.get(self._central + path, timeout=10).content)
        for pid in children_of(station.pid):
            self.outputs |= {f"child {pid} {name}": content for name, content in of_process(pid).items()}
        private = (self.data / "control.token", self.data / "station.json", self.central_data / "central.json")
        self.modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in private}
        self.outputs["station command line"] = Path(f"/proc/{station.pid}/cmdline").read_bytes()

    def _own_secrets(self, boss: str) -> None:
        """Accounts with every kind of secret, and each of these used right and wrong."""
        first, own, again = self.new("first password"), self.new("own password"), self.new("changed password")
        badge, pin = self.new("badge"), self.known("PIN", "840271936450")
        change = {"name": "ola", "title": "Ola", "assignments": ["operator"], "password": first, "badge": badge}
        assert self._ask("POST", "/api/v1/users", {**change, "pin": pin}, boss).status_code == 200
        asked = self._ask("POST", "/api/v1/session", {"user": "ola", "password": first})
        assert asked.json()["needs"] == "new_password", asked.text
        ola = self._sign_in(user="ola", password=first, new_password=own)
        body = {"password": own, "new_password": again}
        assert self._ask("POST", "/api/v1/session/password", body, ola).status_code == 200
        pin = self.known("second PIN", "590183746201")
        assert self._ask("POST", "/api/v1/session/pin", {"password": again, "pin": pin}, ola).status_code == 200
        self._sign_in(user="ola", pin=pin)
        self._sign_in(badge=badge, place="office", place_key=self._place_key)
        enrolled = self._ask("POST", "/api/v1/session/totp", {"password": again}, ola, told=False).json()
        seed = self.known("seed of the second factor", enrolled["secret"])
        confirmed = self._ask("POST", "/api/v1/session/totp/confirm", {"totp": pyotp.TOTP(seed).now()}, ola)
        assert confirmed.status_code == 200, confirmed.text
        reset = self.new("reset password")
        assert self._ask("POST", "/api/v1/users/ola", {"password": reset, "totp": False}, boss).status_code == 200
        sealed = self._ask("POST", "/api/v1/break-glass", {}, boss, told=False).json()["code"]
        self.known("emergency code", sealed)
        self.known("emergency code without dashes", sealed.replace("-", ""))
        self._sign_in(code=sealed)
        rule = {"permission": "backup.create", "roles": ["admin"], "rule": "own"}
        assert self._ask("POST", "/api/v1/roles", rule, boss).status_code == 200
        wish = {"permission": "backup.create", "target": "backup", "reason": "canary", "user": "boss"}
        signed = self._ask("POST", "/api/v1/sign", {**wish, "password": self._admin}, boss, told=False)
        self.known("signature", signed.json()["signature"])
        self._ask("POST", "/api/v1/sign", {**wish, "password": self.new("wrong password of a signature")}, boss)
        assert self._ask("POST", "/api/v1/roles", {**rule, "rule": "none"}, boss).status_code == 200

    def _refused_sign_ins(self) -> None:
        mistyped = self.new("password typed as user name")
        lowered = self.new("password typed as user name beside one").lower().replace('/+ &"', "-").replace("%", "")
        self.known("lawful name that is a password", lowered)
        for body in (
            {"user": "boss", "password": self.new("wrong password")},
            {"user": "nobody-here", "password": self.new("password of an unknown user")},
            {"user": mistyped, "password": ""},
            {"user": mistyped, "password": self.new("password beside a password")},
            {"user": lowered, "password": lowered},
            {"user": "ola", "pin": self.known("wrong PIN", "778812349905")},
            {"user": mistyped, "pin": self.known("PIN of an unknown user", "889923450016")},
            {"badge": self.new("unknown badge")},
            {"code": self.new("wrong emergency code")},
            {"user": "boss", "password": self._admin, "place": "office", "place_key": self.new("wrong place key")},
            {"user": "boss", "password": self._admin, "place": self.new("key typed as place")},
        ):
            assert self._ask("POST", "/api/v1/session", body).status_code in (401, 403), body
        self._ask("POST", "/api/v1/session/browser/finish", {"flow": self.new("unknown flow")})
        wrong = {"state": self.new("state in a URL"), "code": self.new("code in a URL"), "error": self.new("error")}
        self._get("/api/v1/session/callback", params=wrong)

    def _directory_sign_ins(self) -> None:
        self._sign_in(user="ana", password=self.known("password of a directory user", "canary-ana"))
        refused = self._ask("POST", "/api/v1/session", {"user": "ana", "password": self.new("wrong LDAP password")})
        assert refused.status_code == 401, refused.text
        begun = self._ask("POST", "/api/v1/session/browser", {}, told=False)
        assert begun.status_code == 200, begun.text
        flow = self.known("flow", begun.json()["flow"])
        back = sign_in(begun.json()["url"], back_to=self._callback)
        self.known("authorisation code", back["code"])
        assert self._get("/api/v1/session/callback", params=back).status_code == 200
        # the name belongs to the directory's ana already, so the provider's is refused: an error with a person in it
        finished = self._ask("POST", "/api/v1/session/browser/finish", {"flow": flow})
        assert finished.status_code == 403, finished.text

    def _misuse_every_path(self, boss: str, control: str) -> None:
        """Secrets in every field, in broken bodies, in wrong kinds, in headers, in the address."""
        secret, word = self.new("secret in a broken request"), self.new("word in the field of a name")
        named = dict.fromkeys(NAME_FIELDS, "hall-a")
        bodies = [
            json.dumps({**named, **dict.fromkeys(SECRET_FIELDS, secret)}),
            json.dumps({**named, **{key: [secret] for key in SECRET_FIELDS}}),
            json.dumps({**named, **{key: {secret: secret} for key in SECRET_FIELDS}}),
            json.dumps({**named, "second": {"user": "ola", "password": secret}}),
            json.dumps(dict.fromkeys(NAME_FIELDS, word)),
            json.dumps({**named, word: secret}),
            json.dumps([secret]),
            json.dumps(secret),
            f'{{"password": "{secret}"',
            f"password={secret}",
            '{"user": "\\ud800", "password": "\\ud800' + secret.replace('"', "") + '"}',
        ]
        self.known("secret beside half a character", secret.replace('"', ""))
        for method, path in api_paths():
            if method == "GET" or path == "/api/v1/break-glass":
                continue
            for token in (boss, control) if "session" not in path else (control,):
                for content in bodies:
                    self._raw(method, path.replace("{name}", "ola").replace("{session_id}", "none"), content, token)
        lost = self.known("secret in a path", self.new("path").replace("/", "").replace(" ", "").replace('"', ""))
        for method, path in (
            ("POST", f"/api/v1/users/{lost}"), ("DELETE", f"/api/v1/sessions/{lost}"),
            ("DELETE", f"/api/v1/sessions/{boss}"), ("GET", f"/api/v1/login/{lost}"),
        ):  # fmt: skip
            for token in (self._low, control, ""):
                self._raw(method, path, '{"enabled": true}', token)
        wrong = self.new("wrong token")
        for shown in (
            {"Authorization": f"Bearer {wrong}"}, {"Authorization": f"Basic {wrong}"}, {"X-API-Key": wrong},
            {"Cookie": f"session={wrong}"}, {"Authorization": f"Bearer {boss}", "Upgrade": "websocket",
             "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"},
        ):  # fmt: skip
            headers = {"X-API-Key": self._api_key, **shown}
            for path in ("/api/v1/session", "/api/v1/users", "/health"):
                self._keep(f"GET {path}", self._session.get(self._url + path, headers=headers, timeout=30).content)
        address = self.new("secret in an address")
        for path in ("/api/v1/session", "/api/v1/users", "/api/v1/login", "/api/v1/tags", "/api/v1/audit", "/health"):
            self._get(path, boss, params={"password": address, "token": address, "api_key": address})

    def _read_every_path(self, boss: str, control: str) -> None:
        for method, template in api_paths():
            if method == "GET" and template != "/api/v1/session/callback":
                path = template.replace("{path:path}", "line1/machine1/value")
                query = {"tag": "line1/machine1/value"} if path.endswith("/history") else {}
                assert self._get(path, boss, params=query).status_code in (200, 503), path
                self._get(path, control, params=query)

    def _commands(self, boss: str) -> None:
        """Commands beside the running station, with secrets on their standard input."""
        first, pin = self.new("first password by command"), self.known("PIN by command", "661200934871")
        own = self.new("own password by command")
        self._command("user", "add", "kim", "--role", "operator", "--user", "boss", typed=f"{self._admin}\n{first}\n")
        self._command("user", "change", "kim", "--pin", "--user", "boss", "--json", typed=f"{self._admin}\n{pin}\n")
        self._command("user", "passwd", "kim", "--user", "kim", typed=f"{first}\n{own}\n{own}\n{own}2\n")
        self._command("user", "list", "--user", "boss", "--json", typed=f"{self._admin}\n")
        self._command("user", "list", "--user", "boss", typed=self.new("wrong password by command"), fails=True)
        self._command("secret", "set", "plc-user", typed=self.new("value for a keyring that is not there"), fails=True)
        for words in (
            ["secret", "list", "--json"], ["health", "--json"], ["devices", "--json"], ["tags", "list", "--json"],
            ["backup", "list", "--json"], ["history", "export"], ["history", "info", "--json"],
            ["certificate", "list", "--json"], ["check"], ["alarms", "list", "--json"],
        ):  # fmt: skip
            self._command(*words, fails=None)

    # asking

    def _sign_in(self, **body: str) -> str:
        answer = self._ask("POST", "/api/v1/session", body, told=False)
        assert answer.status_code == 200, answer.text
        token = str(answer.json()["token"])
        assert token, answer.text
        self._low = self.known(f"session token {len(self.canaries)}", token)
        return token

    def _ask(
        self, method: str, path: str, body: dict[str, Any], token: str = "", *, told: bool = True
    ) -> requests.Response:
        """told: False for the one answer that is meant to hold a secret: a token, a code, a seed."""
        return self._raw(method, path, json.dumps(body), token, told=told)

    def _raw(self, method: str, path: str, content: str, token: str, *, told: bool = True) -> requests.Response:
        headers = {"X-API-Key": self._api_key, "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        url = self._url + path
        answer = self._session.request(method, url, data=content.encode(), headers=headers, timeout=60)
        assert answer.status_code < 500, (method, path, content, answer.text)
        if told:
            self._keep(f"{method} {path} {answer.status_code}", answer.content)
        return answer

    def _get(self, path: str, token: str = "", params: dict[str, str] | None = None) -> requests.Response:
        headers = {"X-API-Key": self._api_key, **({"Authorization": f"Bearer {token}"} if token else {})}
        answer = self._session.get(self._url + path, headers=headers, params=params, timeout=60)
        self._keep(f"GET {path} {answer.status_code}", answer.content)
        return answer

    def _keep(self, what: str, content: bytes) -> None:
        self._answers += 1
        self.outputs[f"answer {self._answers}: {what}"] = content

    # processes

    def _program(self, *words: str, data: Path) -> Program:
        return Program(*words, "--config", str(self.config), "--data", str(data), env=self._environment)

    def _command(
        self, *words: str, typed: str = "", told: bool = True, fails: bool | None = False
    ) -> subprocess.CompletedProcess[str]:
        where = [] if words[0] == "--data" else ["--config", str(self.config), "--data", str(self.data)]
        arguments = [sys.executable, str(ROOT / "main.py"), *where, *words]
        done = subprocess.run(
            arguments, env=self._environment, input=typed, capture_output=True, text=True, timeout=120, check=False
        )
        if fails is not None:
            assert (done.returncode != 0) is fails, (words, done.stdout, done.stderr)
        if told:
            self._keep(f"command {' '.join(words)}", (done.stdout + done.stderr).encode())
        return done

    def _collect(self, when: str, station: Program, central: Program) -> None:
        for name, folder in (("config", self.config), ("data", self.data), ("central", self.central_data)):
            self.outputs |= {f"{when}: {name}/{file}": text for file, text in everything_below(folder).items()}
        for name, program in (("station", station), ("central", central)):
            self.outputs[f"{when}: {name} stdout"] = "\n".join(program.lines).encode()
            self.outputs[f"{when}: {name} stderr"] = "\n".join(program.messages).encode()
