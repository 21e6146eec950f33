"""Acquisition against OPC UA servers: quality and times, moved namespaces, loss and return, security."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.acquisition.probe import ProbeResult, probe_device
from hmi.drivers.registry import driver_kind
from hmi.model.devices import LinkState
from hmi.model.quality import (
    BAD_NO_COMMUNICATION,
    BAD_NODE_ID_UNKNOWN,
    BAD_SENSOR_FAILURE,
    GOOD,
    UNCERTAIN_ENGINEERING_UNITS_EXCEEDED,
    UNCERTAIN_SENSOR_NOT_ACCURATE,
    is_bad,
)
from hmi.model.tags import Access, Scaling, TagDefinition
from tests.helpers.acquired import acquiring, opcua_device
from tests.helpers.device_servers import ServerProcess, asyncua_server
from tests.helpers.waiting import eventually

URI = "nsu=urn:test:plant;s="


def tag(name: str, number: int, device: str = "oven", **changes: object) -> TagDefinition:
    return TagDefinition(f"{device}/{name}", device, URI + name, number=number, **changes)  # type: ignore[arg-type]


TAGS = [
    tag("Value", 1), tag("Name", 2), tag("Big", 3), tag("Run", 4), tag("Broken", 5), tag("Doubtful", 6),
    tag("Ticker", 7), tag("Nobody", 8), tag("Setpoint", 9, access=Access.WRITE),
    TagDefinition("oven/other", "oven", "nsu=urn:nobody;s=Value", number=10),
    tag("Value", 11, scaling=Scaling(scale=0.5, offset=1)), tag("Value", 12, high=1000.0),
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[ServerProcess]:
    process = asyncua_server()
    process.start()
    yield process
    process.kill()


@pytest.mark.parametrize("mode", ["subscribe", "read"])
def test_values_statuses_and_times_come_as_the_server_sent_them(server: ServerProcess, mode: str) -> None:
    with acquiring([opcua_device("oven", server.port, {"mode": mode})], TAGS) as (acquisition, heard):
        eventually(lambda: all(heard.last(tag.number) for tag in TAGS), "every tag")
        found = {number: heard.last(number) for number in range(1, 13)}
        values = {number: sample.value for number, sample in found.items() if sample is not None}
        assert [values[n] for n in (1, 2, 3, 4, 6, 9)] == [1234.0, "PUMP-07", 2**63 - 1, 1.0, 7.5, 10.0]
        assert (values[11], values[12]) == (618.0, 1234.0)
        statuses = {number: sample.status for number, sample in found.items() if sample is not None}
        assert statuses[1] == GOOD and statuses[6] == UNCERTAIN_SENSOR_NOT_ACCURATE
        assert (statuses[5], values[5]) == (BAD_SENSOR_FAILURE, None)
        assert statuses[8] == statuses[10] == BAD_NODE_ID_UNKNOWN
        assert statuses[12] == UNCERTAIN_ENGINEERING_UNITS_EXCEEDED
        sample = found[1]
        assert sample is not None and sample.t_server_us > 0
        assert sample.t_source_us < sample.t_receive_us, "the time of the value, not of its arrival"
        status = acquisition.status("oven")
        assert status.subscribed is (mode == "subscribe")
        if mode == "subscribe":
            assert status.stale_after_us == heard.subscribed["oven"] == 1_500_000, "1.5 x 10 keep-alives x 100 ms"
            first = heard.alive["oven"]
            eventually(lambda: heard.alive["oven"] > first, "the link is heard")
        assert acquisition.write("oven/Setpoint", 42).result(10).result == "verified"
        assert acquisition.read_now(["oven/Setpoint"]).result(10).samples()[0].value == 42.0
    assert heard.subscribed.get("oven", 0) == 0


def test_a_lost_server_marks_everything_bad_and_comes_back_with_moved_namespaces() -> None:
    server = asyncua_server("open", "-", "0")
    server.start()
    try:
        with acquiring([opcua_device("oven", server.port)], TAGS[:4]) as (acquisition, heard):
            eventually(lambda: all(heard.last(number) for number in range(1, 5)), "every tag")
            server.kill()
            eventually(lambda: all(is_bad(heard.last(n).status) for n in range(1, 5)), "all bad")  # type: ignore[union-attr]
            eventually(lambda: heard.last(1).status == BAD_NO_COMMUNICATION, "lost")  # type: ignore[union-attr]
            port, server = server.port, asyncua_server("open", "-", "3")
            server.port = port
            server.start()
            eventually(lambda: heard.last(1).value == 1234.0, "values again by URI")  # type: ignore[union-attr]
            status = acquisition.status("oven")
            assert (status.state, status.reconnects) == (LinkState.CONNECTED, 1)
    finally:
        server.kill()


def test_a_frozen_server_is_noticed_long_before_its_keep_alive(server: ServerProcess) -> None:
    device = opcua_device("oven", server.port, {"publish": "1 s"})
    with acquiring([device], TAGS[:2]) as (acquisition, heard):
        eventually(lambda: heard.last(1), "a value")
        assert acquisition.status("oven").stale_after_us == 15_000_000
        server.freeze()
        try:
            eventually(lambda: is_bad(heard.last(1).status), "bad", timeout_s=10)  # type: ignore[union-attr]
            assert "does not answer" in str(acquisition.status("oven").last_error)
        finally:
            server.thaw()
        eventually(lambda: heard.last(1).value == 1234.0, "good again")  # type: ignore[union-attr]


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[ServerProcess]:
    process = asyncua_server("secure", str(tmp_path))
    process.start()
    yield process
    process.kill()


def probe(server: ServerProcess, pki: Path, **options: object) -> ProbeResult:
    kind = driver_kind("opcua", pki)
    return probe_device(kind, opcua_device("oven", server.port, options, timeout_us=5_000_000), [TAGS[0]])


def test_the_strongest_security_is_taken_and_users_sign_in(
    secure: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANT_HMI_SECRET_OVEN", "geheim")
    pki = tmp_path / "pki"
    for options in ({}, {"security": "Basic256Sha256/SignAndEncrypt"}, {"security": "None"}):
        assert probe(secure, pki, **options).fault == ""
    assert probe(secure, pki, user="anna", password="keyring:oven").fault == ""
    assert (pki / "own" / "plant-hmi.pem").stat().st_mode & 0o077 == 0
    monkeypatch.setenv("PLANT_HMI_SECRET_OVEN", "falsch")
    refused = probe(secure, pki, user="anna", password="keyring:oven")
    assert (refused.kind, refused.fault) == ("security", "does not accept user and password")
    missing = probe(secure, pki, security="Aes256_Sha256_RsaPss/Sign")
    assert missing.kind == "security" and "Basic256Sha256/SignAndEncrypt" in missing.fault


def test_another_certificate_than_before_is_refused(secure: ServerProcess, tmp_path: Path) -> None:
    pki = tmp_path / "pki"
    assert probe(secure, pki).fault == ""
    [kept] = (pki / "trusted").iterdir()
    kept.write_bytes(b"somebody else")
    changed = probe(secure, pki)
    assert changed.kind == "security" and str(kept) in changed.fault


def test_a_password_is_not_sent_unprotected(server: ServerProcess, tmp_path: Path) -> None:
    refused = probe(server, tmp_path, user="anna", password="keyring:oven")
    assert refused.kind == "security" and "not sent" in refused.fault
    _, problems = driver_kind("opcua").check_options(
        {"url": "opc.tcp://h:1", "security": "None", "user": "anna", "password": "geheim"}
    )
    assert {problem.key for problem in problems} == {"user", "password"}
