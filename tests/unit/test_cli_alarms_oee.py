"""`alarms dry-run`, `alarms verify` and `oee compute` as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hmi.cli.main import main
from hmi.model.alarms import AlarmRow, AlarmState
from hmi.storage.database import Database

STATION = "id: here\n"
PLANT = """plant: {name: Plant, timezone: Europe/Berlin}
devices:
- {name: plc, driver: modbus-tcp, host: 127.0.0.1}
"""
TAGS = "path,device,address,type\nline/temp,plc,holding:0,float32\n"
ALARMS = "id,tag,type,limit,deadband,on_delay,latching\nline/temp.hi,line/temp,hi,80,2,,\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    for name, text in (
        ("station.yaml", STATION), ("plant.yaml", PLANT), ("tags.csv", TAGS), ("alarms.csv", ALARMS),
    ):  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    out, err = capsys.readouterr()
    return code, out, err


def test_dry_run_prints_journal_rows(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = config.parent / "samples.csv"
    samples.write_text("t,value,status,action,arg\n0,70,\n5,85,Good\n8,,BadTimeout\n12,,,ack,seen\n15,70,\n")
    arguments = ("alarms", "dry-run", "--config", str(config), "--alarm", "line/temp.hi", "--samples", str(samples))
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("t_event,alarm_id,activation_id,event,from,to,priority,value,limit,quality,hidden")
    assert [",".join(line.split(",")[i] for i in (0, 3, 5)) for line in lines[1:]] == [
        "5,ACTIVATE,UNACK_ACTIVE",
        "8,QUALITY_BAD,UNACK_ACTIVE",
        "12,ACK,ACK_ACTIVE",
        "15,QUALITY_GOOD,ACK_ACTIVE",
        "15,CLEAR,NORMAL",
    ]
    code, out, _ = run(capsys, *arguments, "--json")
    assert json.loads(out)["items"][0]["from"] == "NORMAL"
    assert json.loads(out)["items"][0]["t_event"] == "1970-01-01T00:00:05.000000Z"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("t,valu\n", "samples.csv:1: unknown column 'valu'; expected t,value,status"),
        ("t,value\n0,1\nx,1\n", "samples.csv:3: 'x' is not a time"),
        ("t,value\n1,1\n0,1\n", "samples.csv:3: time goes backwards"),
        ("t,value,status,action\n0,,,dance\n", "samples.csv:2: 'dance' is not an action; expected one of ack reset"),
        ("t,value,status\n0,1,Splendid\n", "samples.csv:2: 'Splendid' is not a status"),
        ("t,value,status,action,arg\n0,,,shelve,soon\n", "samples.csv:2: 'soon' is not a duration"),
    ],
)
def test_dry_run_names_the_wrong_line(
    config: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:  # fmt: skip
    samples = config.parent / "samples.csv"
    samples.write_text(text)
    code, _, err = run(
        capsys, "alarms", "dry-run", "--config", str(config), "--alarm", "line/temp.hi", "--samples", str(samples)
    )
    assert code == 1
    assert message in err


def test_dry_run_of_an_unknown_alarm_and_file(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("alarms", "dry-run", "--config", str(config), "--samples", str(config / "none.csv"), "--alarm")
    assert run(capsys, *arguments, "line/temp.hii")[::2] == (1, "no alarm line/temp.hii; did you mean line/temp.hi?\n")
    assert run(capsys, *arguments, "line/temp.hi")[0] == 64


def test_dry_run_of_a_built_in_alarm(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = config.parent / "samples.csv"
    samples.write_text("t,value\n0,0\n1,1\n2,0\n")
    code, out, _ = run(
        capsys, "alarms", "dry-run", "--config", str(config), "--alarm", "system/devices/plc/comm",
        "--samples", str(samples), "--json",
    )  # fmt: skip
    assert code == 0
    assert [row["event"] for row in json.loads(out)["items"]] == ["ACTIVATE", "CLEAR"]


def test_verify(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from sqlalchemy import update

    from hmi.alarms import store
    from hmi.storage.schema.alarms import alarm_journal

    data = config.parent / "data"
    row = AlarmRow(1, "a", 1, "ACTIVATE", AlarmState.NORMAL, AlarmState.UNACK_ACTIVE, 3, value=81.5, comment="ü")
    with Database.open("sqlite", data_dir=data) as database:
        database.writer.start()
        database.writer.run(lambda connection: store.append(connection, [row] * 5, {}, 7), 10)
    arguments = ("alarms", "verify", "--config", str(config), "--data", str(data))
    code, out, _ = run(capsys, *arguments)
    assert (code, out.split(",")[0]) == (0, "ok: 5 rows")
    with Database.open("sqlite", data_dir=data) as database:
        database.writer.start()
        change = update(alarm_journal).where(alarm_journal.c.seq == 3).values(value="80")
        database.writer.run(lambda connection: connection.execute(change), 10)
    assert run(capsys, *arguments)[:2] == (1, "first bad seq: 3: its content was changed\n")
    code, out, _ = run(capsys, *arguments, "--json")
    assert (code, json.loads(out)["first_bad_seq"]) == (1, 3)


E1 = "t,state,total,reject\n0,planned,0,0\n3600,breakdown,0,0\n6420,run,0,0\n28800,run,19271,423\n"
SHIFTS = """ideal_rate: 60/min
states: packml
timezone: Europe/Berlin
shifts:
- {name: early, start: "06:00", end: "14:00", breaks: [{start: "06:00", length: 60 min}]}
- {name: late, start: "14:00", end: "22:00"}
"""
TWO_SHIFTS = """t,state,total,good
2026-01-05T06:00:00,2,0,0
2026-01-05T07:00:00,9,0,0
2026-01-05T07:47:00,6,0,0
2026-01-05T14:00:00,6,19271,18848
2026-01-05T14:10:00,6,19271,18848
"""


def test_compute_example_e1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "e1.csv").write_text(E1)
    (tmp_path / "rules.yaml").write_text("ideal_rate: 1/s\n")
    arguments = ("oee", "compute", str(tmp_path / "e1.csv"), "--rules", str(tmp_path / "rules.yaml"))
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    figures = dict(line.split(maxsplit=1) for line in out.splitlines()[1:])
    assert [figures[word] for word in ("availability", "performance", "quality", "oee")] == [
        "88.81 %", "86.11 %", "97.80 %", "74.79 %",
    ]  # fmt: skip
    code, out, _ = run(capsys, *arguments, "--json")
    (item,) = json.loads(out)["items"]
    assert item["counts"] == {"total": 19271, "good": 18848, "reject": 423, "in_gap": 0, "quarantined": 0}
    assert item["oee"] == pytest.approx(18848 / 25200)


def test_compute_by_shift_with_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "day.csv").write_text(TWO_SHIFTS)
    (tmp_path / "rules.yaml").write_text(SHIFTS)
    code, out, _ = run(
        capsys, "oee", "compute", str(tmp_path / "day.csv"), "--rules", str(tmp_path / "rules.yaml"), "--json"
    )
    early, late = json.loads(out)["items"]
    assert code == 0
    assert (early["shift"], late["shift"]) == ("2026-01-05/early", "2026-01-05/late")
    assert early["times_s"]["planned_stop"] == 3600
    assert round(early["oee"] * 100, 2) == 74.79
    assert (late["oee"], late["counts"]["total"], late["times_s"]["apt"]) == (0.0, 0, 600)


@pytest.mark.parametrize(
    ("table", "rules", "message"),
    [
        (E1, "ideal_rat: 1/s\n", "(did you mean 'ideal_rate'?)"),
        (E1, "ideal_rate: 1/s\ntimezone: Mars/Base\n", "'Mars/Base' is not a time zone"),
        ("t,state,total\n", "ideal_rate: 1/s\n", "exactly one of good and reject is needed"),
        ("t,state,total,good\n0,flying,0,0\n", "ideal_rate: 1/s\n", "table.csv:2: state 'flying' is not known"),
        ("t,state,total,good\n0,6,0,0\n", "ideal_rate: 1/s\n", "there is nothing to compute"),
    ],
)
def test_compute_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, rules: str, message: str
) -> None:
    (tmp_path / "table.csv").write_text(table)
    (tmp_path / "rules.yaml").write_text(rules)
    code, _, err = run(
        capsys, "oee", "compute", str(tmp_path / "table.csv"), "--rules", str(tmp_path / "rules.yaml")
    )  # fmt: skip
    assert code == 1
    assert message in err
