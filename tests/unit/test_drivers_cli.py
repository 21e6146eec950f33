"""`tags decode` and `devices plan|test` as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.base.errors import Exit
from hmi.cli.main import main
from tests.helpers.hostile_modbus import HostileModbus
from tests.helpers.ports import free_port

VECTORS = json.loads((Path(__file__).parents[1] / "cases" / "drivers" / "vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["id"])
def test_decode_prints_value_and_status(vector: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    words = ["tags", "decode", *str(vector["words"]).split(), "--type", str(vector["type"])]
    words += ["--order", str(vector.get("order", "ABCD"))]
    for option, key in (("raw", "raw"), ("", "range")):
        ends = vector.get(key)
        if isinstance(ends, list):
            prefix = f"--{option}-" if option else "--"
            words += [f"{prefix}low={ends[0]}", f"{prefix}high={ends[1]}"]
    assert main(words) == Exit.DONE
    value, status = capsys.readouterr().out.split()
    assert status == vector.get("status", "Good")
    if "text" in vector:
        assert value == vector["text"]
    elif "near" in vector:
        assert float(value) == pytest.approx(vector["near"], rel=1e-3)
    else:
        assert value == "null"


def test_decode_as_json_keeps_large_integers_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "decode", "FFFF", "FFFF", "FFFF", "FFFF", "--type", "uint64", "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out) == {
        "value": "18446744073709551615", "status": 0, "status_name": "Good", "quality": "good",
    }  # fmt: skip
    assert main(["tags", "decode", "8421", "--bit", "5", "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out)["value"] is True


@pytest.mark.parametrize(
    "words",
    [
        ["XX"], ["12345"], ["1234", "5678"], ["1234", "--type", "float32"], ["1234", "--type", "nonsense"],
        ["1234", "--raw-low", "0"], ["1234", "--scale", "0"], ["1234", "--bit", "16"], ["1234", "--bad-values", "x"],
    ],
)  # fmt: skip
def test_wrong_words_are_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "decode", *words]) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.strip()


@pytest.fixture
def server() -> Iterator[HostileModbus]:
    hostile = HostileModbus()
    hostile.start()
    yield hostile
    hostile.stop()


def configured(folder: Path, port: int) -> Path:
    (folder / "station.yaml").write_text("id: teststation\n", encoding="utf-8")
    (folder / "plant.yaml").write_text(
        "plant: {name: Test, timezone: Europe/Berlin}\n"
        f"devices:\n  - {{name: filler, driver: modbus-tcp, host: 127.0.0.1, port: {port}, scan: 500 ms}}\n",
        encoding="utf-8",
    )
    (folder / "tags.csv").write_text(
        "path,device,address,type,unit\n"
        "line/speed,filler,holding:100,uint16,1/min\nline/level,filler,holding:104,float32,\n"
        "line/count,filler,input:0,uint32,\nline/run,filler,coil:3,bool,\n",
        encoding="utf-8",
    )
    return folder


def test_plan_lists_the_requests_of_a_cycle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(configured(tmp_path, 502))
    assert main(["devices", "plan", "--config", config, "--json"]) == Exit.DONE
    rows = json.loads(capsys.readouterr().out)
    assert [(row["table"], row["start"], row["count"], row["scan_ms"]) for row in rows] == [
        ("coil", 3, 1, 500), ("holding", 100, 6, 500), ("input", 0, 2, 500),
    ]  # fmt: skip
    assert rows[1] == {
        "device": "filler", "unit": 1, "table": "holding", "start": 100, "count": 6, "scan_ms": 500,
        "tags": ["line/speed", "line/level"],
    }  # fmt: skip
    assert main(["devices", "plan", "--config", config]) == Exit.DONE
    assert "filler unit 1 holding:100..105 every 500 ms: line/speed, line/level" in capsys.readouterr().out
    assert main(["devices", "plan", "nobody", "--config", config]) == Exit.NO
    assert "configured are: filler" in capsys.readouterr().err


def test_test_says_what_came(tmp_path: Path, server: HostileModbus, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(configured(tmp_path, server.port))
    assert main(["devices", "test", "filler", "--config", config]) == Exit.DONE
    out = capsys.readouterr().out
    assert f"filler (127.0.0.1:{server.port}) answers" in out and "4 tags in 3 requests" in out
    assert "line/speed 100 1/min Good" in out and "line/run true Good" in out and "line/count 1 Good" in out
    server.default = "exception:2"
    assert main(["devices", "test", "filler", "--config", config, "--json"]) == Exit.NO
    found = json.loads(capsys.readouterr().out)
    assert found["answers"] is True and {row["status_name"] for row in found["tags"]} == {"BadNodeIdUnknown"}


def test_test_of_a_silent_device_exits_unreachable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = str(configured(tmp_path, free_port()))
    assert main(["devices", "test", "filler", "--config", config]) == Exit.UNREACHABLE
    assert "refuses the connection" in capsys.readouterr().out
