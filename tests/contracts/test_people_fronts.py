"""Who may do what, asked of one running station by every front: in its process, over HTTP, on the command line."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests

from hmi.access.passwords import Hasher
from hmi.base.errors import Exit, NotPermittedError, PlantError
from hmi.cli.client import need_station
from hmi.cli.serving import make_station
from hmi.facade.access_data import AuditQuery, RoleRow, SignatureRequest, UserChange
from hmi.facade.contract import Facade
from hmi.model.access import Credentials
from hmi.station.lock import read_station_file
from hmi.station.station import Station
from tests.helpers.access_bench import bench
from tests.helpers.counterparts import ROOT
from tests.helpers.people_fronts import (
    ACTIONS,
    FRONTS,
    NOBODY,
    PASSWORD,
    TURNS,
    USERS,
    CommandLine,
    InProcess,
    OverHttp,
    alarm_of,
    may,
)
from tests.helpers.program import BASE_ENVIRONMENT
from tests.helpers.readers import start_all_readers
from tests.helpers.waiting import after_any_other_backup, eventually
from tests.unit.test_model_access import EXPECTED


@dataclass
class Plant:
    station: Station
    data: Path
    config: Path

    @property
    def facade(self) -> Facade:
        return self.station.facade

    def anna(self) -> str:
        return self.facade.sign_in(Credentials("anna", PASSWORD)).result(10).token

    def acked(self, front: str, area: str, turn: str) -> bool:
        wanted = alarm_of(front, area, turn)
        return next(item for item in self.facade.alarms("all").result(10).items if item.id == wanted).acked

    def users(self) -> set[str]:
        return {item.name for item in self.facade.users(self.anna()).result(10)}

    def denied(self) -> set[tuple[str, str]]:
        rows = self.facade.audit(AuditQuery(action="DENIED", limit=5_000), self.anna()).result(10).items
        return {(row.actor, row.new) for row in rows}


def write_configuration(folder: Path) -> None:
    """The demo plant with alarms that are always active, two for each front and turn."""
    shutil.copytree(ROOT / "config" / "demo", folder)
    file = folder / "alarms.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    header = next(line for line in lines if not line.startswith("#"))
    out = io.StringIO()
    rows = csv.DictWriter(out, header.split(","), lineterminator="\n")
    rows.writeheader()
    for area, limit in (("bottling", "99"), ("utilities", "9.5")):
        for front in FRONTS:
            for turn in TURNS:
                alarm = alarm_of(front, area, turn)
                rows.writerow(
                    {
                        "id": alarm, "tag": alarm.partition(".")[0], "type": "lo", "limit": limit, "priority": "4",
                        "message": "Low", "cause": "Test", "consequence": "None", "action": "Look",
                    }
                )  # fmt: skip
    file.write_text(out.getvalue(), encoding="utf-8")


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    config, data = tmp_path_factory.mktemp("config") / "demo", tmp_path_factory.mktemp("data")
    write_configuration(config)
    made = make_station(
        config,
        data,
        adjust=lambda settings: replace(
            settings,
            api=replace(settings.api, port=0),
            access=replace(settings.access, sessions=1_000, sessions_per_user=1_000),
        ),
        log_level="CRITICAL",
        hasher=Hasher(1, 8, 1),
    )
    made.start()
    try:
        facade = made.facade
        first = UserChange(assignments=["admin"], password=PASSWORD)
        facade.add_user("anna", first).result(10)
        anna = facade.sign_in(Credentials("anna", PASSWORD)).result(10).token
        for user, role in USERS.items():
            if user != "anna":
                facade.add_user(user, UserChange(assignments=[role], password="first " + PASSWORD), anna).result(10)
                given = Credentials(user, "first " + PASSWORD, new_password=PASSWORD)
                assert facade.sign_in(given).result(10).token
        wanted = 2 * len(FRONTS) * len(TURNS)
        eventually(
            lambda: sum(item.active and item.priority == 4 for item in facade.alarms().result(10).items) >= wanted,
            "the alarms of the suite are active",
            40,
        )
        after_any_other_backup(
            lambda: facade.create_backup(anna).result(60)
        )  # starts the last thread that works on demand
        start_all_readers(facade)
        yield Plant(made, data, config)
    finally:
        made.stop()


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest, plant: Plant) -> Any:
    if request.param == "in process":
        return InProcess(plant.facade)
    if request.param == "over http":
        return OverHttp(plant.facade, need_station(plant.data))
    return CommandLine(plant.data, plant.config)


def refused(deed: Callable[[], Any]) -> str:
    """The sentence of a refusal, empty if it was none; a conflict is one after the check, and so is none."""
    try:
        deed()
    except NotPermittedError as fault:
        return str(fault)
    except PlantError as fault:
        known = ("already acknowledged by", "cannot be reset", "exists already")
        assert any(words in str(fault) for words in known), fault
    return ""


def check(plant: Plant, front: Any, user: str, name: str, turn: str, table: dict[str, str] = EXPECTED) -> bool:
    """True if it was allowed, which is just when the table allows it."""
    action = ACTIONS[name]
    if name == "list users" and user and not may(user, action, table):
        assert front.do(user, name, turn) == [user], "who may not manage users sees only themselves"
        return False
    why = refused(lambda: front.do(user, name, turn))
    assert (not why) == may(user, action, table), f"{user or 'nobody'}, {name}, {front.name}: {why or 'done'}"
    return not why


def known_to(front: Any, names: list[str]) -> list[str]:
    return [name for name in names if ACTIONS[name].command or front.name != "command line"]


def test_every_front_allows_what_the_table_says_and_nothing_else(plant: Plant, front: Any) -> None:
    people = plant.users()
    for name in known_to(front, list(ACTIONS)):
        action = ACTIONS[name]
        willing = sorted(USERS, key=lambda user: may(user, action))  # who is refused tries first
        for user in willing:
            if not may(user, action):
                assert not check(plant, front, user, name, "first")
        word, _, area = name.partition(" ")
        if word == "ack":
            assert not plant.acked(front.name, area, "first"), "nobody who was refused acted"
        if name == "add user":
            assert plant.users() == people
        if name == "backup":
            willing = ["mia"]  # one is enough: each is made and verified
        for user in willing:
            if may(user, action):
                assert check(plant, front, user, name, "first")
        if word == "ack":
            assert plant.acked(front.name, area, "first")
        if name == "add user":
            assert len(plant.users()) == len(people) + 1
    expected = {
        (user, ACTIONS[name].permission)
        for user in USERS
        for name in known_to(front, list(ACTIONS))
        if name != "list users" and not may(user, ACTIONS[name])
    }
    assert expected <= plant.denied(), "every refusal is in the audit trail"


def test_an_edited_table_holds_at_once_for_every_front(plant: Plant, front: Any) -> None:
    edited = {**EXPECTED, "alarm.ack": "se", "audit.read": "o"}
    anna = plant.anna()

    def set_rows(table: dict[str, str]) -> None:
        roles = {"v": "viewer", "o": "operator", "m": "maintenance", "s": "supervisor", "e": "engineer", "a": "admin"}
        for permission in ("alarm.ack", "audit.read"):
            row = RoleRow(permission, [roles[letter] for letter in table[permission]], "none")
            plant.facade.set_role(row, anna).result(10)

    set_rows(edited)
    try:
        for name in ("ack bottling", "ack utilities", "read audit", "verify audit"):
            for user in sorted(USERS, key=lambda user, name=name: may(user, ACTIONS[name], edited)):  # type: ignore[misc]
                check(plant, front, user, name, "edited", edited)
    finally:
        set_rows(EXPECTED)
    assert check(plant, front, "anna", "read audit", "edited")


def test_nobody_acts_without_signing_in_not_even_with_the_control_token(plant: Plant, front: Any) -> None:
    people = plant.users()
    for name in known_to(front, list(ACTIONS)):
        why = refused(lambda name=name: front.do(NOBODY, name, "nobody"))  # type: ignore[misc]
        assert "sign in first" in why or "say who acts with --user NAME" in why, (name, why)
    assert plant.users() == people
    for area in ("bottling", "utilities"):
        assert not plant.acked(front.name, area, "nobody")
    if front.name != "command line":
        assert ("nobody", "alarm.ack") in plant.denied()


@pytest.mark.parametrize("front", FRONTS[:2], indirect=True)
def test_a_locked_session_does_nothing_but_silence(plant: Plant, front: Any) -> None:
    token = front.token("anna")
    plant.facade.lock(token).result(10)
    for name in ACTIONS:
        assert "is locked" in refused(lambda name=name: front.do("anna", name, "locked"))  # type: ignore[misc]
    assert not plant.acked(front.name, "bottling", "locked")
    plant.facade.silence(token).result(10)
    unlock = Credentials("anna", PASSWORD, session=token)
    assert plant.facade.sign_in(unlock).result(10).token == token
    assert not refused(lambda: front.do("anna", "ack bottling", "locked"))


@pytest.mark.parametrize("front", FRONTS[:2], indirect=True)
def test_forged_foreign_ended_and_replayed_tokens_do_nothing(plant: Plant, front: Any, tmp_path: Path) -> None:
    with bench(tmp_path) as other:
        foreign = other.first_admin()
    signed_out, ended, own = (plant.anna() for _ in range(3))
    plant.facade.sign_out(signed_out).result(10)
    session = plant.facade.access(ended).result(10).session
    assert session is not None
    plant.facade.end_session(session.id, own).result(10)
    public = plant.facade.access(own).result(10).session
    assert public is not None
    people = plant.users()
    found = read_station_file(plant.data)
    assert found is not None
    control = Path(found.control_token_file).read_text(encoding="utf-8").strip()
    for token in (
        foreign,
        signed_out,
        ended,
        own[:-1],
        own + "A",
        own.lower(),
        public.id,
        "phs_",
        "anna",
        control[:-1],
    ):
        front.tokens["anna"] = token
        for name in ACTIONS:
            assert refused(lambda name=name: front.do("anna", name, "tokens")), (token, name)  # type: ignore[misc]
    assert plant.users() == people
    assert not plant.acked(front.name, "bottling", "tokens")
    front.tokens["anna"] = own
    assert not refused(lambda: front.do("anna", "ack bottling", "tokens"))


def sign_over(front: Any, plant: Plant, user: str, second: str) -> None:
    """Acknowledges with a signature of two people, as the front does it."""
    alarm = alarm_of(front.name, "bottling", "signed")
    if front.name == "in process":
        two = Credentials(second, PASSWORD)
        wanted = SignatureRequest("alarm.ack", alarm, "jam cleared", Credentials(password=PASSWORD), two)
        signature = plant.facade.sign(wanted, front.token(user)).result(10)
        plant.facade.acknowledge(alarm, 1, "seen", front.token(user), signature).result(10)
    elif front.name == "over http":
        client = front.client.with_token(front.token(user))
        body = {"permission": "alarm.ack", "target": alarm, "reason": "jam cleared", "password": PASSWORD}
        answer = client.post("/api/v1/sign", {**body, "second": {"user": second, "password": PASSWORD}})
        client.post("/api/v1/alarms/ack", {"id": alarm, "activation_id": 1, "signature": answer["signature"]})
    else:
        command = ["alarms", "ack", alarm, "--user", user, "--comment", "jam cleared", "--approver", second]
        front.run([*command, *front.common], f"{PASSWORD}\n" * 3, "ack")


def test_a_signed_deed_of_every_front_has_one_row_with_a_genuine_seal(plant: Plant, front: Any) -> None:
    anna, roles = plant.anna(), ["operator", "maintenance", "supervisor", "engineer", "admin"]
    plant.facade.set_role(RoleRow("alarm.ack", roles, "two"), anna).result(10)
    try:
        with pytest.raises(PlantError, match="signature"):
            front.do("olga", "ack bottling", "signed")
        assert not plant.acked(front.name, "bottling", "signed")
        for second in ("olga", "ute", "vera"):
            assert refused(lambda second=second: sign_over(front, plant, "olga", second)), second  # type: ignore[misc]
        assert not plant.acked(front.name, "bottling", "signed")
        sign_over(front, plant, "olga", "otto")
    finally:
        plant.facade.set_role(RoleRow("alarm.ack", roles, "none"), anna).result(10)
    alarm = alarm_of(front.name, "bottling", "signed")
    rows = plant.facade.audit(AuditQuery(action="ALARM_ACK", target=alarm), anna).result(10).items
    assert [(row.actor, row.approver, row.reason, row.result) for row in rows] == [
        ("olga", "otto", "jam cleared", "done")
    ]
    assert rows[0].signature
    verdict = plant.facade.verify_audit(anna).result(60)
    assert verdict.ok, verdict.reason


def test_over_http_no_token_at_all_is_401_and_reading_stays_open(plant: Plant) -> None:
    url = need_station(plant.data).url
    for header in ({}, {"Authorization": "Bearer"}, {"Authorization": "Basic YTpi"}, {"X-API-Key": "x"}):
        body = {"id": alarm_of("over http", "bottling", "tokens"), "activation_id": 1}
        answer = requests.post(f"{url}/api/v1/alarms/ack", json=body, headers=header, timeout=10)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
        for path in ("/api/v1/alarms", "/api/v1/tags", "/health", "/api/v1/session"):
            assert requests.get(url + path, headers=header, timeout=10).status_code in (200, 503), path


def test_the_program_itself(plant: Plant) -> None:
    """The same commands as processes of their own, side by side."""
    line = CommandLine(plant.data, plant.config)
    asked = [
        ("vera", "ack bottling", False), ("ute", "ack bottling", False), ("olga", "add user", False),
        ("eva", "change user", False), ("otto", "verify audit", False), (NOBODY, "backup", False),
        ("otto", "list users", False), ("olga", "ack bottling", True), ("sam", "verify audit", True),
    ]  # fmt: skip
    running = []
    for user, name, _ in asked:
        arguments, typed = line.arguments(user, name, "process")
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "main.py"), *arguments],
            env=BASE_ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append((process, typed))
    answers = [process.communicate(typed, timeout=60) for process, typed in running]
    for (user, name, allowed), (process, _), (out, err) in zip(asked, running, answers, strict=True):
        if name == "list users":
            assert [item["name"] for item in json.loads(out)["items"]] == [user]
            continue
        assert process.returncode == (Exit.DONE if allowed else Exit.NOT_PERMITTED), (user, name, err)
        assert PASSWORD not in out + err
        assert allowed or len(err.strip().splitlines()) == 1, err
    assert plant.acked("command line", "bottling", "process")
    assert "made-by-command-olga" not in plant.users()
