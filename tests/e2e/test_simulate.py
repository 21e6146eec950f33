"""`simulate` as a process: what it prints, how it ends (`contract.md` 10)."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.counterparts import ROOT
from tests.helpers.program import BASE_ENVIRONMENT, Program, command
from tests.helpers.waiting import eventually

FREE = ("--modbus-port", "0", "--opcua-port", "0")


def test_it_says_where_its_servers_are_and_ends_cleanly_on_a_signal() -> None:
    with Program("simulate", *FREE) as simulator:
        simulator.wait_line("ready")
        modbus, opcua, ready = simulator.lines
        assert re.fullmatch(r"modbus-tcp 127\.0\.0\.1:\d+ filler=1 capper=2 labeller=3 packer=4", modbus)
        assert re.fullmatch(r"opcua opc\.tcp://127\.0\.0\.1:\d+", opcua)
        assert ready == "ready"
        for address in (modbus.split()[1], opcua.removeprefix("opcua opc.tcp://")):
            host, port = address.split(":")
            socket.create_connection((host, int(port)), timeout=5).close()
        assert simulator.terminate() == 0
    assert simulator.messages == []


def test_faults_are_told_when_they_begin_and_end_and_it_ends_after_its_seconds() -> None:
    answer = command("simulate", *FREE, "--seconds", "2", "--fault", "filler=silent@500ms+500ms", "--json")
    assert answer.returncode == 0, answer.stderr
    ready, begun, ended = (json.loads(line) for line in answer.stdout.splitlines())
    assert ready["event"] == "ready"
    assert [server["driver"] for server in ready["servers"]] == ["modbus-tcp", "opcua"]
    assert ready["servers"][0]["units"] == {"filler": 1, "capper": 2, "labeller": 3, "packer": 4}
    assert ready["servers"][1]["url"] == f"opc.tcp://127.0.0.1:{ready['servers'][1]['port']}"
    assert (begun["event"], ended["event"]) == ("fault_start", "fault_end")
    assert begun["fault"] == ended["fault"] == "filler=silent@500ms+500ms"


def test_it_never_outlives_its_parent() -> None:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), "simulate", *FREE, "--with-parent"],
        env=BASE_ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert "ready" in (line.strip() for line in lines)
        process.stdin.close()
        assert process.wait(20) == 0


def test_a_taken_port_ends_it_as_busy() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        answer = command("simulate", "--opcua-port", "0", "--modbus-port", str(port))
    assert answer.returncode == 5
    assert answer.stderr == f"port {port} on 127.0.0.1 cannot be opened (Address already in use); choose another or 0\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--fault", "mixer=silent@1s"], 64),
        (["--speed", "0"], 64),
        (["--rows", "0:5"], 64),
        (["--replay", "no-such-file.csv"], 1),
        (["--replay", str(ROOT / "config/demo/alarms.csv"), "--delimiter", "::"], 64),
    ],
)
def test_wrong_words_are_refused_in_one_plain_sentence(arguments: list[str], code: int) -> None:
    answer = command("simulate", *FREE, *arguments)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert len(answer.stderr.strip().splitlines()) == 1
    assert "Traceback" not in answer.stderr


def test_a_replay_prints_its_end_and_never_overwrites_a_configuration_of_somebody_else(tmp_path: Path) -> None:
    recording = tmp_path / "short.csv"
    recording.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    config = tmp_path / "config"
    arguments = ("--replay", str(recording), "--interval", "50 ms", "--config-out", str(config))
    with Program("simulate", *FREE, *arguments) as simulator:
        simulator.wait_line("ready")
        port = int(simulator.lines[0].split()[1].split(":")[1])
        assert f"port: {port}" in (config / "plant.yaml").read_text(encoding="utf-8")
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:

            def poll() -> bool:
                client.sendall(bytes([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 6]))
                client.recv(100)
                return "end" in simulator.lines

            eventually(poll, "the end is printed")
        assert simulator.terminate() == 0
    (config / "station.yaml").write_text("id: mine\n", encoding="utf-8")
    refused = command("simulate", *FREE, *arguments)
    assert refused.returncode == 1
    assert "not of a replay" in refused.stderr
    assert (config / "station.yaml").read_text(encoding="utf-8") == "id: mine\n"
