"""`audit list|verify` as a person calls them, without a station and beside one, and what a restore leaves on record."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sqlalchemy import text

from hmi.access.audit.checking import FIELDS
from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME, Witness
from hmi.base.clock import SystemClock
from hmi.central.server import CentralServer
from hmi.cli.main import main
from hmi.cli.serving import make_station
from hmi.model.access import AuditRow
from hmi.model.timestamps import US_PER_S, iso, to_datetime, wall_to_us
from hmi.secrets import SecretStore
from hmi.secrets.sealing import SealingKey
from hmi.storage.database import Database
from hmi.wire.batches import Batch, encode
from hmi.wire.witness import to_record

ZONE = ZoneInfo("Europe/Berlin")
PLANT = """plant: {name: Plant, timezone: Europe/Berlin}
devices:
- {name: plc, driver: modbus-tcp, host: 127.0.0.1, port: 9, enabled: no}
"""
TAGS = "path,device,address,type\nline/temp,plc,holding:0,float32\n"
ALARMS = "id,tag,type,limit,deadband\nline/temp.hi,line/temp,hi,80,2\n"


class Bench:
    """A configured station's folders and the command line on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.config, self.data = folder / "config", folder / "data"
        self.config.mkdir()
        self.data.mkdir()
        self._capsys = capsys
        self.configure()

    def configure(self, more: str = "") -> None:
        for name, content in (
            ("station.yaml", f"id: press-3\napi: {{port: 0}}\n{more}"), ("plant.yaml", PLANT), ("tags.csv", TAGS),
            ("alarms.csv", ALARMS),
        ):  # fmt: skip
            (self.config / name).write_text(content, encoding="utf-8")

    def run(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        try:
            code = main([*arguments, "--config", str(self.config), "--data", str(self.data)])
        except SystemExit as end:
            code = int(str(end.code))
        out, err = self._capsys.readouterr()
        return code, out, err

    def verdict(self) -> dict[str, Any]:
        code, out, _ = self.run("audit", "verify", "--json")
        found: dict[str, Any] = json.loads(out.splitlines()[-1])  # a central server in this process logs before it
        assert code == (0 if found["ok"] else 1)
        return found

    def seqs(self, *arguments: str) -> list[int]:
        code, out, err = self.run("audit", "list", "--json", *arguments)
        assert code == 0, err
        return [item["seq"] for item in json.loads(out)["items"]]

    @contextmanager
    def trail(self) -> Iterator[AuditTrail]:
        """What a station would record."""
        key = SealingKey.load(self.data, SecretStore())
        with Database.open("sqlite", data_dir=self.data) as database:
            trail = AuditTrail(database, "press-3", SystemClock(), Witness(self.data / FILE_NAME, key))
            trail.start()
            yield trail
            trail.stop()

    def record(self, *rows: AuditRow) -> None:
        with self.trail() as trail:
            for row in rows:
                trail._database.writer.run(lambda c, row=row: trail.append_in(c, [row]))  # type: ignore[misc]
                trail.witness_head()

    def forge(self, statement: str) -> None:
        with Database.open("sqlite", data_dir=self.data) as database:
            database.writer.run(lambda connection: connection.execute(text(statement)))


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(tmp_path, capsys)


def rows() -> list[AuditRow]:
    """The day before yesterday, yesterday at the first moment of the plant's day, and now."""
    now_us = SystemClock().now_us()
    today = to_datetime(now_us).astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    yesterday_us = wall_to_us(today - timedelta(days=1), ZONE)
    return [
        AuditRow(yesterday_us - US_PER_S, "anna", "ALARM_ACK", "line/temp.hi", reason="Käse; geprüft"),
        AuditRow(yesterday_us, "bert", "USER_ADD", "carla", new="operator@bottling", result="done"),
        AuditRow(now_us, "anna", "ALARM_RESET", "line/temp.hi", old="LATCHED", new="NORMAL"),
    ]


def test_listing_from_the_files(bench: Bench) -> None:
    made = rows()
    bench.record(*made)
    assert bench.seqs() == [3, 2, 1]
    assert bench.seqs("--since", "yesterday") == [3, 2]
    assert bench.seqs("--since", "today") == [3]
    assert bench.seqs("--from", iso(made[0].t_us), "--to", iso(made[1].t_us)) == [1]
    assert bench.seqs("--from", "now-1h") == [3]
    assert bench.seqs("--actor", "an*", "--action", "*ACK") == [1]
    assert bench.seqs("--target", "carla") == [2]
    assert bench.seqs("--text", "KÄSE") == [1]
    assert bench.seqs("--limit", "2") == [3, 2]
    code, out, _ = bench.run("audit", "list")
    assert code == 0
    lines = out.splitlines()
    assert " ".join(lines[0].split()) == "seq time actor action target old new result reason approver"
    assert lines[3].split()[:5] == ["1", iso(made[0].t_us), "anna", "ALARM_ACK", "line/temp.hi"]
    code, out, _ = bench.run("audit", "list", "--csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert [row["seq"] for row in table] == ["3", "2", "1"]
    assert (table[2]["reason"], table[2]["t"], table[2]["station"]) == ("Käse; geprüft", iso(made[0].t_us), "press-3")
    assert set(table[0]) == {"t" if name == "t_us" else name for name in FIELDS}
    assert table[0]["prev_hash"] == table[1]["hash"]


@pytest.mark.parametrize(
    "wrong",
    [("--since", "last summer"), ("--from", "now", "--since", "today"), ("--limit", "0"), ("--to", "12")],
)
def test_wrong_words(bench: Bench, wrong: tuple[str, ...]) -> None:
    bench.record(*rows())
    code, out, err = bench.run("audit", "list", *wrong)
    assert (code, out) == (64, "")
    assert err


def test_the_list_says_that_there_is_more(bench: Bench) -> None:
    now_us = SystemClock().now_us()
    with bench.trail() as trail:
        made = [AuditRow(now_us, "anna", "A") for _ in range(1_205)]
        trail._database.writer.run(lambda c: trail.append_in(c, made))
    code, out, err = bench.run("audit", "list")
    assert (code, len(out.splitlines()), "only the newest 100 rows" in err) == (0, 101, True)
    assert bench.seqs("--since", "today") == list(range(1_205, 0, -1))
    code, out, err = bench.run("audit", "list", "--csv")
    assert (len(out.splitlines()), err) == (1_206, "")


def test_verifying_the_files(bench: Bench) -> None:
    bench.record(*rows())
    code, out, _ = bench.run("audit", "verify")
    assert code == 0
    assert out.startswith("ok: 3 rows, head ")
    assert "witness (local): row 3 at " in out
    verdict = bench.verdict()
    assert list(verdict) == [
        "ok", "rows", "first_seq", "head", "first_bad_seq", "reason", "t_checked", "witness", "witness_seq",
        "t_witness",
    ]  # fmt: skip
    assert (verdict["ok"], verdict["rows"], verdict["witness"], verdict["witness_seq"]) == (True, 3, "local", 3)
    bench.forge("UPDATE audit SET actor = 'eve' WHERE seq = 2")
    code, out, _ = bench.run("audit", "verify")
    assert (code, out) == (1, "first bad seq: 2: its content was changed\n")
    bench.forge("UPDATE audit SET actor = 'bert' WHERE seq = 2")
    assert bench.verdict()["ok"]
    bench.forge("DELETE FROM audit WHERE seq = 3")
    assert bench.verdict()["first_bad_seq"] == 3
    (bench.data / FILE_NAME).unlink()
    verdict = bench.verdict()
    assert (verdict["ok"], verdict["witness"]) == (True, "none")
    code, out, _ = bench.run("audit", "verify")
    assert "note: no witness knows this trail: rows cut off at its end would not be missed" in out


def test_a_look_makes_no_key_and_changes_nothing(bench: Bench) -> None:
    bench.record(*rows())
    (bench.data / "seal.key").unlink()
    before = {path.name: path.read_bytes() for path in bench.data.iterdir() if path.is_file()}
    assert bench.verdict()["witness"] == "none"
    assert bench.seqs() == [3, 2, 1]
    after = {path.name: path.read_bytes() for path in bench.data.iterdir() if path.is_file()}
    assert {name: after[name] for name in before} == before
    assert "seal.key" not in after
    for name in ("seal.key", "seal.keyring"):  # a file that is no key; a keyring that is not here
        (bench.data / name).write_text("x")
        code, _, err = bench.run("audit", "verify")
        assert code == 0
        assert "the witness file cannot be used" in err
        (bench.data / name).unlink()


def test_a_forged_signature_is_named(bench: Bench) -> None:
    made = rows()
    bench.record(made[0], AuditRow(made[1].t_us, "anna", "ALARM_RESET", "x", reason="y", signature="alarm.reset 1 00"))
    verdict = bench.verdict()
    assert (verdict["ok"], verdict["first_bad_seq"]) == (False, 2)
    assert "signature" in verdict["reason"]


def test_without_a_history_it_says_so(bench: Bench) -> None:
    for command in ("list", "verify"):
        code, out, err = bench.run("audit", command)
        assert (code, out) == (1, "")
        assert "does not exist" in err


def test_the_central_server_is_asked_also_while_the_station_is_stopped(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = CentralServer(tmp_path / "central", port=0)
    central.start()
    try:
        monkeypatch.setenv("CENTRAL_KEY", central.create_key("press-3"))
        bench.configure(f"agent: {{central: '{central.url}', key: 'env:CENTRAL_KEY'}}\n")
        bench.record(*rows())
        assert bench.verdict()["witness"] == "local", "nothing was shipped yet"
        with bench.trail() as trail:
            assert trail.witness is not None
            body = encode(Batch("press-3", 1, 1, tuple(to_record(one) for one in trail.witness.unshipped(0))))
        key = os.environ["CENTRAL_KEY"]
        url = f"{central.url}/api/v1/ingest/audit"
        assert requests.post(url, data=body, headers={"X-API-Key": key}, timeout=5).status_code == 200
        verdict = bench.verdict()
        assert (verdict["ok"], verdict["witness"], verdict["witness_seq"]) == (True, "central", 3)
        bench.forge("DELETE FROM audit WHERE seq = 3")
        (bench.data / FILE_NAME).unlink()
        verdict = bench.verdict()
        assert (verdict["first_bad_seq"], verdict["witness"]) == (3, "none")
        assert "central witness" in verdict["reason"]
        monkeypatch.setenv("CENTRAL_KEY", "phk_wrong")
        assert "the central server could not be asked" in bench.verdict()["reason"]
    finally:
        central.stop()


def test_a_restore_is_on_record_and_is_no_cut(bench: Bench) -> None:
    made = rows()
    bench.record(*made[:2])
    code, backup, err = bench.run("backup", "create")
    assert code == 0, err
    backup = backup.strip()
    bench.record(made[2], made[2])
    code, out, err = bench.run("backup", "restore", backup, "--replace")
    assert (code, err) == (0, "")
    verdict = bench.verdict()
    assert (verdict["ok"], verdict["rows"]) == (True, 3)
    assert "rows 3 to 5 were set aside at " in verdict["reason"]
    assert f"by restoring backup {backup}" in verdict["reason"]
    code, out, _ = bench.run("audit", "list", "--action", "BACKUP_RESTORED", "--json")
    (item,) = json.loads(out)["items"]
    assert (item["actor"][:3], item["target"], item["old"], item["new"]) == ("os:", backup, "5", "2")
    bench.record(made[2])
    assert bench.verdict()["ok"]


def test_a_backup_of_a_stopped_station_is_on_record(bench: Bench) -> None:
    bench.record(*rows())
    before = bench.verdict()["rows"]
    code, backup, err = bench.run("backup", "create")
    assert (code, err) == (0, "")
    _, out, _ = bench.run("audit", "list", "--json", "--limit", "1")
    (row,) = json.loads(out)["items"]
    wanted = (before + 1, "BACKUP_CREATED", "backup", backup.strip(), "done")
    assert (row["seq"], row["action"], row["target"], row["new"], row["result"]) == wanted
    assert row["actor"].startswith("os:")
    found = bench.verdict()
    assert (found["ok"], found["rows"], found["witness_seq"]) == (True, before + 1, before + 1)
    (bench.data / "seal.key").write_text("no key", encoding="ascii")
    code, _, err = bench.run("backup", "create")
    assert (code, "the backup is made, but this is not on record: " in err) == (0, True)


def test_beside_a_running_station(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.record(*rows())
    station = make_station(bench.config, bench.data)
    station.start()
    try:
        assert bench.seqs("--actor", "anna") == [3, 1]
        assert bench.seqs("--since", "yesterday", "--action", "USER_*") == [2]
        code, out, _ = bench.run("audit", "list", "--csv", "--to", "now-1h")
        assert [row["seq"] for row in csv.DictReader(io.StringIO(out))] == ["2", "1"]
        verdict = bench.verdict()
        assert (verdict["ok"], verdict["first_bad_seq"], verdict["witness"]) == (True, None, "local")
        assert verdict["rows"] > 3, "the station records its own start"
        bench.forge("UPDATE audit SET actor = 'eve' WHERE seq = 2")
        code, out, _ = bench.run("audit", "verify")
        assert (code, out) == (1, "first bad seq: 2: its content was changed\n")
        monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
        code, _, err = bench.run("user", "add", "anna", "--role", "admin")
        assert code == 0, err
        for command in ("list", "verify"):
            code, out, err = bench.run("audit", command)
            assert (code, out) == (3, ""), "with users, reading needs one who may"
            assert "--user" in err
    finally:
        station.stop()
    assert bench.verdict()["first_bad_seq"] == 2
