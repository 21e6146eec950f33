"""`history export|info|verify` beside a writing station and without one."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from hmi.cli.main import main
from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers
from hmi.model import quality
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database

SECOND = 1_000_000


def _tag(path: str, value_type: str) -> TagDefinition:
    return TagDefinition(path=path, device="plc", address="holding:0", type=value_type)


def _fill(folder: Path, *, keep_open: bool = False) -> None:
    clock = ManualClock()
    with running_database(folder, clock) as database:
        tags = [
            _tag("line1/f", "float32"),
            _tag("line1/big", "uint64"),
            _tag("Line1/text", "string:8"),
            _tag("line1/on", "bool"),
        ]
        numbers = assign_numbers(database, tags, EPOCH_US)
        f, big, text, on = (replace(t, number=numbers[t.path]) for t in tags)
        history = History(database, [f, big, text, on], clock, free_ratio=lambda: 1.0)
        t = EPOCH_US
        rows = [
            Sample(f.number, 0.10000000149011612, 0, t, t + 2_000),
            Sample(f.number, None, quality.BAD_TIMEOUT, t + SECOND, t + SECOND),
            Sample(f.number, float("nan"), quality.UNCERTAIN, t + 2 * SECOND, t + 2 * SECOND),
            Sample(big.number, 2**64 - 1, 0, t, t, t + 5),
            Sample(text.number, 'a "b", c', 0, t, t),
            Sample(on.number, 1.0, 0, t, t),
            Sample(on.number, 0.0, 0, t + 10 * SECOND, t + 10 * SECOND),
        ]
        history.record(SampleBatch.of(rows[:4]))
        history.flush()
        seal_journal(database)
        history.record(SampleBatch.of(rows[4:]))
        history.note_gap("device:plc", t + 3 * SECOND, t + 4 * SECOND, "device_down", "no answer")
        history.flush()
        history.stop()
        if keep_open:
            assert main(["history", "export", "--data", str(folder), "--config", str(folder)]) == 0


EXPECTED = """\
tag,t_source,t_server,t_receive,value,status_hex,status_name
Line1/text,2025-11-21T08:00:00.000000Z,,2025-11-21T08:00:00.000000Z,"a ""b"", c",0x00000000,Good
line1/big,2025-11-21T08:00:00.000000Z,2025-11-21T08:00:00.000005Z,2025-11-21T08:00:00.000000Z,18446744073709551615,0x00000000,Good
line1/f,2025-11-21T08:00:00.000000Z,,2025-11-21T08:00:00.002000Z,0.1,0x00000000,Good
line1/f,2025-11-21T08:00:01.000000Z,,2025-11-21T08:00:01.000000Z,,0x800A0000,BadTimeout
line1/f,2025-11-21T08:00:02.000000Z,,2025-11-21T08:00:02.000000Z,NaN,0x40000000,Uncertain
line1/on,2025-11-21T08:00:00.000000Z,,2025-11-21T08:00:00.000000Z,true,0x00000000,Good
line1/on,2025-11-21T08:00:10.000000Z,,2025-11-21T08:00:10.000000Z,false,0x00000000,Good
"""


@pytest.mark.parametrize("while_running", [False, True])
def test_export_writes_every_sample_as_the_contract_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], while_running: bool
) -> None:
    _fill(tmp_path, keep_open=while_running)
    if not while_running:
        assert main(["history", "export", "--data", str(tmp_path), "--config", str(tmp_path)]) == 0
    assert capsys.readouterr().out == EXPECTED


def test_range_glob_gaps_and_file(tmp_path: Path) -> None:
    _fill(tmp_path)
    out, gaps = tmp_path / "out.csv", tmp_path / "gaps.csv"
    arguments = ["history", "export", "--data", str(tmp_path), "--config", str(tmp_path), "--tag", "LINE1/f"]
    arguments += [
        "--from",
        "2025-11-21T08:00:01Z",
        "--to",
        "2025-11-21T08:00:02Z",
        "--out",
        str(out),
        "--gaps",
        str(gaps),
    ]
    assert main(arguments) == 0
    assert [row["status_name"] for row in csv.DictReader(out.read_text().splitlines())] == ["BadTimeout"]
    assert gaps.read_text() == "tag,t_from,t_to,cause,detail\n"
    arguments[arguments.index("--to") + 1] = "2025-11-21T08:01:00Z"
    assert main(arguments) == 0
    assert gaps.read_text().splitlines()[1:] == [
        "line1/f,2025-11-21T08:00:03.000000Z,2025-11-21T08:00:04.000000Z,device_down,no answer"
    ]


def test_aggregates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fill(tmp_path)
    base = [
        "history",
        "export",
        "--data",
        str(tmp_path),
        "--config",
        str(tmp_path),
        "--tag",
        "line1/on",
        "--every",
        "10 s",
    ]
    base += ["--from", "2025-11-21T08:00:00Z", "--to", "2025-11-21T08:00:20Z"]
    assert main([*base, "--aggregate", "count"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "tag,t,value,count,good_fraction",
        "line1/on,2025-11-21T08:00:00.000000Z,1,1,0.3",  # the device was silent from the third second on
        "line1/on,2025-11-21T08:00:10.000000Z,1,1,0",
    ]
    assert main([*base, "--aggregate", "last"]) == 0
    assert [line.split(",")[2] for line in capsys.readouterr().out.splitlines()[1:]] == ["true", "false"]


def test_info_verify_and_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = ["--data", str(tmp_path), "--config", str(tmp_path)]
    assert main(["history", "info", *places]) == 1
    assert "does not exist" in capsys.readouterr().err
    _fill(tmp_path)
    assert main(["history", "info", "--json", *places]) == 0
    info = json.loads(capsys.readouterr().out)
    assert (info["tags"], info["samples"], info["gaps"]) == (4, 7, 1)
    assert info["first"] == "2025-11-21T08:00:00.000000Z"
    assert main(["history", "verify", *places]) == 0
    assert capsys.readouterr().out == "ok: 7 samples\n"
    assert main(["history", "export", "--format", "xlsx", *places]) == 64
    assert main(["history", "export", "--every", "10", *places]) == 64
    assert main(["history", "export", "--tag", "nothing/*", *places]) == 1


def test_verify_names_the_damaged_chunk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _fill(tmp_path)
    from pysqlite3 import dbapi2

    connection = dbapi2.connect(str(tmp_path / "station.db"))
    number, data = connection.execute("SELECT id, data FROM chunks ORDER BY id LIMIT 1").fetchone()
    connection.execute("UPDATE chunks SET data = ? WHERE id = ?", (data[:20] + b"\xff" + data[21:], number))
    connection.commit()
    connection.close()
    assert main(["history", "verify", "--data", str(tmp_path), "--config", str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"line1/f: chunk {number}: stored history does not match its checksum")
