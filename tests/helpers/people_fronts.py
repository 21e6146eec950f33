"""The fronts of a station as one: users of every role, what they may do, and how each front is asked to do it."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hmi.base.errors import Exit, NotPermittedError, PlantError
from hmi.cli.client import ApiClient
from hmi.cli.main import main
from hmi.facade.access_data import AuditQuery, RoleRow, UserChange
from hmi.facade.contract import Facade
from hmi.model.access import Credentials
from tests.helpers.waiting import after_any_other_backup
from tests.unit.test_model_access import EXPECTED

PASSWORD = "correct horse battery"
USERS = {
    "vera": "viewer",
    "otto": "operator",
    "olga": "operator@hall",
    "lin": "operator@bottling",
    "ute": "operator@utilities",
    "mia": "maintenance",
    "hal": "supervisor@hall",
    "sam": "supervisor",
    "eva": "engineer",
    "anna": "admin",
}
NOBODY = ""
FRONTS = ("in process", "over http", "command line")
TURNS = ("first", "edited", "nobody", "locked", "tokens", "process", "signed")
"""Every turn has alarms of its own, so that what was acknowledged before hides nothing."""


@dataclass(frozen=True)
class Action:
    """permission, the areas it lies in (empty = the whole station), and whether the command line has it."""

    permission: str
    areas: tuple[str, ...] = ()
    command: bool = True


ACTIONS = {
    "ack bottling": Action("alarm.ack", ("bottling", "hall")),
    "ack utilities": Action("alarm.ack", ("utilities",)),
    "reset bottling": Action("alarm.reset", ("bottling", "hall")),
    "reset utilities": Action("alarm.reset", ("utilities",)),
    "backup": Action("backup.create"),
    "list users": Action("user.manage"),
    "add user": Action("user.manage"),
    "change user": Action("user.manage"),
    "read audit": Action("audit.read"),
    "verify audit": Action("audit.read"),
    "set role": Action("role.manage", command=False),
    "end session": Action("session.manage", command=False),
}


def may(user: str, action: Action, table: dict[str, str] = EXPECTED) -> bool:
    """What the agreed table says; written without the product's check."""
    role, _, area = USERS.get(user, "nobody").partition("@")
    return role[0] in table[action.permission] and (not area or area in action.areas)


def alarm_of(front: str, area: str, turn: str) -> str:
    path = "bottling/filler/bowl_level" if area == "bottling" else "utilities/air/header_pressure"
    return f"{path}.{front.replace(' ', '-')}-{turn}"


class Fronted:
    """What the two fronts with tokens share."""

    name = ""

    def __init__(self, station: Facade) -> None:
        self.station = station
        self.tokens: dict[str, str] = {NOBODY: ""}

    def token(self, user: str) -> str:
        if user not in self.tokens:
            self.tokens[user] = self.sign_in(user)
        return self.tokens[user]

    def sign_in(self, user: str) -> str:
        raise NotImplementedError

    def session_of_vera(self) -> str:
        """Public id of a session that may be ended."""
        token = self.station.sign_in(Credentials("vera", PASSWORD)).result(10).token
        session = self.station.access(token).result(10).session
        assert session is not None
        return session.id


class InProcess(Fronted):
    name = "in process"

    def sign_in(self, user: str) -> str:
        return self.station.sign_in(Credentials(user, PASSWORD)).result(10).token

    def do(self, user: str, action: str, turn: str) -> Any:
        token, facade = self.token(user), self.station
        word, _, area = action.partition(" ")
        future: Future[Any]
        if word == "ack":
            future = facade.acknowledge(alarm_of(self.name, area, turn), 1, "seen", token)
        elif word == "reset":
            future = facade.reset(alarm_of(self.name, area, turn), "", token)
        elif action == "backup":
            return after_any_other_backup(lambda: facade.create_backup(token).result(60))
        elif action == "list users":
            future = facade.users(token)
        elif action == "add user":
            change = UserChange(assignments=["viewer"], password=PASSWORD)
            future = facade.add_user(f"made-in-process-{user}", change, token)
        elif action == "change user":
            future = facade.change_user("vera", UserChange(title=f"Vera {user}"), token)
        elif action == "read audit":
            future = facade.audit(AuditQuery(), token)
        elif action == "verify audit":
            future = facade.verify_audit(token)
        elif action == "set role":
            future = facade.set_role(RoleRow("window.close", ["admin"], "none"), token)
        else:
            future = facade.end_session(self.session_of_vera(), token)
        answer = future.result(60)
        return [item.name for item in answer] if action == "list users" else answer


class OverHttp(Fronted):
    name = "over http"

    def __init__(self, station: Facade, client: ApiClient) -> None:
        super().__init__(station)
        self.client = client

    def sign_in(self, user: str) -> str:
        return str(self.client.post("/api/v1/session", {"user": user, "password": PASSWORD})["token"])

    def do(self, user: str, action: str, turn: str) -> Any:
        token = self.token(user)
        client = self.client.with_token(token) if token else self.client  # the control token alone
        word, _, area = action.partition(" ")
        if word in ("ack", "reset"):
            body = {"id": alarm_of(self.name, area, turn), "activation_id": 1, "comment": "seen"}
            return client.post(f"/api/v1/alarms/{word}", body)
        if action == "backup":
            return after_any_other_backup(lambda: client.post("/api/v1/backups", {}))
        if action == "list users":
            return [item["name"] for item in client.get("/api/v1/users")["items"]]
        if action == "add user":
            body = {"name": f"made-over-http-{user}", "assignments": ["viewer"], "password": PASSWORD}
            return client.post("/api/v1/users", body)
        if action == "change user":
            return client.post("/api/v1/users/vera", {"title": f"Vera {user}"})
        if action == "read audit":
            return client.get("/api/v1/audit")
        if action == "verify audit":
            return client.get("/api/v1/audit/verify")
        if action == "set role":
            return client.post("/api/v1/roles", {"permission": "window.close", "roles": ["admin"], "rule": "none"})
        return client.delete(f"/api/v1/sessions/{self.session_of_vera()}")


class CommandLine:
    """The commands in this process; `test_the_program_itself` starts them as programs."""

    name = "command line"

    def __init__(self, data: Path, config: Path) -> None:
        self.common = ["--data", str(data), "--config", str(config), "--json"]

    def arguments(self, user: str, action: str, turn: str) -> tuple[list[str], str]:
        """The command, and what is typed into it."""
        word, _, area = action.partition(" ")
        typed = f"{PASSWORD}\n" if user else ""
        if word == "ack":
            command = ["alarms", "ack", alarm_of(self.name, area, turn), "--activation", "1"]
        elif word == "reset":
            command = ["alarms", "reset", alarm_of(self.name, area, turn)]
        elif action == "add user":
            command = ["user", "add", f"made-by-command-{user}", "--role", "viewer"]
            typed += f"{PASSWORD}\n"
        else:
            command = {
                "backup": ["backup", "create"],
                "list users": ["user", "list"],
                "change user": ["user", "change", "vera", "--title", f"Vera {user}"],
                "read audit": ["audit", "list"],
                "verify audit": ["audit", "verify"],
            }[action]
        return [*command, *(["--user", user] if user else []), *self.common], typed

    def do(self, user: str, action: str, turn: str) -> Any:
        return after_any_other_backup(lambda: self.run(*self.arguments(user, action, turn), action))

    def run(self, arguments: list[str], typed: str, action: str) -> Any:
        """Runs one command with what is typed into it."""
        out, err, before = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.StringIO(typed)
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(arguments)
        finally:
            sys.stdin = before
        return told(code, out.getvalue(), err.getvalue(), action)


def told(code: int, out: str, err: str, action: str) -> Any:
    """What a command says, as the other fronts say it."""
    if code == Exit.NOT_PERMITTED:
        raise NotPermittedError(err)
    if code != Exit.DONE:
        raise PlantError(f"{code}: {err}")
    answer = json.loads(out)
    return [item["name"] for item in answer["items"]] if action == "list users" else answer
