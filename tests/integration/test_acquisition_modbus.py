"""Acquisition against a server that misbehaves on command: bad marks, isolation, recovery, gateways."""

from __future__ import annotations

import logging
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.base.errors import PlantError
from hmi.model.devices import LinkState
from hmi.model.quality import (
    BAD_COMMUNICATION_ERROR,
    BAD_CONFIGURATION_ERROR,
    BAD_DEVICE_FAILURE,
    BAD_NO_COMMUNICATION,
    BAD_NODE_ID_UNKNOWN,
    BAD_TIMEOUT,
    GOOD,
    is_bad,
)
from hmi.model.tags import Access, TagDefinition
from tests.helpers.acquired import acquiring, modbus_device, registers
from tests.helpers.device_servers import ServerProcess, pymodbus_server
from tests.helpers.hostile_modbus import HostileModbus
from tests.helpers.ports import free_port
from tests.helpers.waiting import eventually


@pytest.fixture
def server() -> Iterator[HostileModbus]:
    hostile = HostileModbus()
    hostile.start()
    yield hostile
    hostile.stop()


def test_values_arrive_on_the_grid_and_everything_is_told(server: HostileModbus) -> None:
    tags = registers("plc", 1, [0, 1, 2])
    with acquiring([modbus_device("plc", server.port)], tags) as (acquisition, heard):
        eventually(lambda: len(heard.of(1)) >= 5, "five polls")
        assert acquisition.poll_round_done
        assert [heard.last(number).value for number in (1, 2, 3)] == [0.0, 1.0, 2.0]  # type: ignore[union-attr]
        status = acquisition.status("plc")
        assert (status.state, status.breaker, status.last_error) == (LinkState.CONNECTED, "closed", None)
        assert status.requests >= 5 and status.response_p50_us is not None and status.scan_p50_us is not None
        assert status.address == f"127.0.0.1:{server.port}"
        assert [event.state for event in heard.events] == [LinkState.CONNECTED]
        figures = acquisition.figures()
        assert figures.samples >= 15 and figures.requests["modbus"] >= 5
        assert figures.poll_duration["modbus"].count >= 5
    stopped_at = len(heard.batches())
    assert server.asked[1] >= stopped_at - 1
    eventually(lambda: server.open_now == 0, "the connection is closed")


@pytest.mark.parametrize("what", ["silent", "half", "wrong_tid", "wrong_unit"])
def test_without_a_usable_answer_tags_are_bad_first_by_timeout_then_lost(server: HostileModbus, what: str) -> None:
    tags = registers("plc", 1, [0, 1])
    with acquiring([modbus_device("plc", server.port)], tags) as (acquisition, heard):
        eventually(lambda: heard.last(1), "a first value")
        server.default = what
        heard.clear()
        eventually(lambda: acquisition.status("plc").breaker == "open", "the link is given up")
        bad = [sample.status for sample in heard.of(1) if is_bad(sample.status)]
        assert bad == [BAD_TIMEOUT, BAD_NO_COMMUNICATION]
        status = acquisition.status("plc")
        assert status.state is LinkState.DOWN and status.consecutive_failures >= 3
        assert status.last_error is not None and "does not answer since" in status.last_error
        assert "check power and cable; retrying every 500 ms" in status.last_error
        server.default = "good"
        eventually(lambda: heard.last(2) and heard.last(2).status == GOOD, "recovery")  # type: ignore[union-attr]
        after = acquisition.status("plc")
        assert (after.state, after.reconnects, after.breaker) == (LinkState.CONNECTED, 1, "closed")
        assert "it answers again" in str(after.last_error)
        assert [event.state for event in heard.events] == [
            LinkState.CONNECTED, LinkState.DOWN, LinkState.CONNECTED,
        ]  # fmt: skip


@pytest.mark.parametrize("what", ["garbage", "wrong_function", "short", "reset"])
def test_nonsense_is_bad_at_once_and_recovers(server: HostileModbus, what: str) -> None:
    with acquiring([modbus_device("plc", server.port)], registers("plc", 1, [0, 1])) as (acquisition, heard):
        eventually(lambda: heard.last(1), "a first value")
        server.default = what
        eventually(lambda: is_bad(heard.last(1).status), "bad")  # type: ignore[union-attr]
        assert heard.last(1).status in (  # type: ignore[union-attr]
            BAD_COMMUNICATION_ERROR, BAD_TIMEOUT, BAD_NO_COMMUNICATION,
        )  # fmt: skip
        kind = {"reset": "reset", "garbage": "timeout"}.get(what, "protocol")
        eventually(lambda: kind in acquisition.status("plc").errors, "the kind is counted")
        server.default = "good"
        eventually(lambda: heard.last(1).value == 0.0, "recovery")  # type: ignore[union-attr]


def test_a_slow_device_is_polled_less_often_and_overruns_are_counted(server: HostileModbus) -> None:
    server.default = "slow"
    device = modbus_device("plc", server.port, timeout_us=2_000_000)
    with acquiring([device], registers("plc", 1, [0])) as (acquisition, heard):
        eventually(lambda: len(heard.of(1)) >= 4, "four slow polls")
        status = acquisition.status("plc")
        assert status.overruns >= 2 * (status.polls - 2)
        assert server.asked[1] <= status.polls, "missed polls are never made up"
        assert all(sample.status == GOOD for sample in heard.of(1))


def test_an_exception_of_the_device_keeps_its_reason(server: HostileModbus) -> None:
    server.default = "exception:4"
    with acquiring([modbus_device("plc", server.port)], registers("plc", 1, [0])) as (acquisition, heard):
        eventually(lambda: acquisition.status("plc").consecutive_failures >= 3, "three failures")
        assert {sample.status for sample in heard.of(1)} == {BAD_DEVICE_FAILURE}
        assert "answers 'device failure' (exception 04)" in str(acquisition.status("plc").last_error)


def test_an_illegal_function_is_permanent_and_an_unknown_address_is_left_alone(server: HostileModbus) -> None:
    server.default = "exception:1"
    with acquiring([modbus_device("plc", server.port)], registers("plc", 1, [0, 1])) as (acquisition, heard):
        eventually(lambda: len(heard.of(1)) >= 3, "three polls")
        assert {sample.status for sample in heard.of(1)} == {BAD_CONFIGURATION_ERROR}
        assert acquisition.status("plc").state is LinkState.CONNECTED
        assert server.asked[1] == 1, "asked once, never again"


def test_a_merged_block_is_split_once_and_the_hole_remembered() -> None:
    server = pymodbus_server(1)
    server.start()
    try:
        tags = registers("plc", 1, [0, 1, 98, 99, 104])
        with acquiring([modbus_device("plc", server.port)], tags) as (acquisition, heard):
            eventually(lambda: len(heard.of(1)) >= 6, "six polls")
            assert [heard.last(number).value for number in range(1, 6)] == [  # type: ignore[union-attr]
                1234.0, 1.0, 98.0, 99.0, None,
            ]  # fmt: skip
            assert heard.last(5).status == BAD_NODE_ID_UNKNOWN  # type: ignore[union-attr]
            assert all(sample.status == GOOD for number in (1, 2, 3, 4) for sample in heard.of(number))
            status = acquisition.status("plc")
            assert status.errors == {"exception_02": 2}, "the block once and the missing register once"
    finally:
        server.kill()


def test_a_device_with_short_requests_is_learned(server: HostileModbus) -> None:
    server.default = "limit:32"
    with acquiring([modbus_device("plc", server.port)], registers("plc", 1, list(range(100)))) as (acquisition, heard):
        eventually(lambda: len(heard.of(100)) >= 6, "six polls")
        assert all(sample.status == GOOD for batch in heard.batches() for sample in batch.samples())
        errors = dict(acquisition.status("plc").errors)
        polls = acquisition.status("plc").polls
        eventually(lambda: acquisition.status("plc").polls >= polls + 3, "three more polls")
        assert acquisition.status("plc").errors == errors, "once learned, no request is refused again"


@pytest.mark.parametrize("independent", [False, True])
def test_bits_and_coils_are_written_without_touching_their_neighbours(independent: bool) -> None:
    """One server knows the mask write (function 22), the other makes us read and write the register."""
    server = pymodbus_server(1) if independent else HostileModbus()
    server.start()
    try:
        tags = [
            TagDefinition("plc/bit", "plc", "holding:7.3", number=1, type="bool", access=Access.WRITE),
            TagDefinition("plc/word", "plc", "holding:7", number=2, type="uint16"),
            TagDefinition("plc/float", "plc", "holding:20", number=3, type="float32", access=Access.WRITE),
        ]
        if independent:
            tags.append(TagDefinition("plc/coil", "plc", "coil:1", number=4, access=Access.WRITE))
        with acquiring([modbus_device("plc", server.port)], tags) as (acquisition, heard):
            eventually(lambda: heard.last(1), "a value")
            assert acquisition.write("plc/bit", True).result(10).result == "verified"
            assert acquisition.read_now(["plc/word"]).result(10).scalar(0) == 7 | 8
            assert acquisition.write("plc/bit", False).result(10).result == "verified"
            assert acquisition.read_now(["plc/word"]).result(10).scalar(0) == 7
            assert acquisition.write("plc/float", 21.7).result(10).result == "verified"
            if independent:
                assert acquisition.write("plc/coil", True).result(10).result == "verified"
                assert acquisition.write("plc/coil", False).result(10).readback == 0.0
    finally:
        server.kill() if isinstance(server, ServerProcess) else server.stop()


def test_one_dead_device_of_twenty_does_not_hold_up_the_others(server: HostileModbus) -> None:
    silent = HostileModbus()
    silent.default = "silent"
    silent.start()
    try:
        devices = [modbus_device(f"plc{n}", server.port, unit=n) for n in range(1, 19)]
        devices += [modbus_device("dead", silent.port), modbus_device("absent", free_port())]
        tags = [tag for n, device in enumerate(devices) for tag in registers(device.name, 10 * n + 1, [0, 1])]
        with acquiring(devices, tags) as (acquisition, heard):
            eventually(lambda: acquisition.poll_round_done, "every device tried")
            eventually(lambda: acquisition.status("dead").consecutive_failures >= 4, "the dead one tried four times")
            polls = {status.name: status.polls for status in acquisition.statuses()}
            alive = [polls[f"plc{n}"] for n in range(1, 19)]
            assert max(alive) - min(alive) <= 0.5 * max(alive), "all others at the same pace"
            assert min(alive) > 3 * polls["dead"]
            for device in acquisition.statuses()[:18]:
                assert (device.state, device.errors) == (LinkState.CONNECTED, {})
            for number in (181, 191):
                assert heard.last(number).status == BAD_NO_COMMUNICATION  # type: ignore[union-attr]
    finally:
        silent.stop()


def test_units_behind_one_gateway_share_one_connection_and_a_dead_one_stays_in_its_lane(server: HostileModbus) -> None:
    server.behaviour[16] = "silent"
    devices = [modbus_device(f"u{n}", server.port, unit=n) for n in range(1, 17)]
    tags = [tag for n, device in enumerate(devices, start=1) for tag in registers(device.name, 10 * n, [0])]
    with acquiring(devices, tags) as (acquisition, heard):
        eventually(lambda: acquisition.status("u16").consecutive_failures >= 3, "the dead unit is known")
        assert (server.connections, server.open_now) == (1, 1)
        before = {status.name: status.polls for status in acquisition.statuses()}
        asked = server.asked[16]
        eventually(lambda: acquisition.status("u1").polls >= before["u1"] + 40, "forty more polls")
        after = {status.name: status for status in acquisition.statuses()}
        assert server.asked[16] - asked <= 4, "a silent unit is asked rarely"
        for n in range(1, 16):
            status = after[f"u{n}"]
            assert (status.state, status.errors) == (LinkState.CONNECTED, {})
            assert status.polls - before[f"u{n}"] >= 35, "the others keep their pace"
        assert server.connections == 1
        server.behaviour[16] = "good"
        eventually(lambda: acquisition.status("u16").state is LinkState.CONNECTED, "the unit comes back")
    assert heard.last(160).status == GOOD  # type: ignore[union-attr]


def test_a_gateway_that_says_a_unit_is_gone_hurts_only_that_unit(server: HostileModbus) -> None:
    server.behaviour[2] = "exception:11"
    devices = [modbus_device(f"u{n}", server.port, unit=n) for n in (1, 2)]
    tags = registers("u1", 1, [0]) + registers("u2", 11, [0])
    with acquiring(devices, tags) as (acquisition, heard):
        eventually(lambda: len(heard.of(1)) >= 5, "unit 1 goes on")
        assert heard.last(11).status == BAD_NO_COMMUNICATION  # type: ignore[union-attr]
        assert acquisition.status("u1").errors == {}


def test_a_black_hole_behind_an_open_connection_is_left_and_found_again(server: HostileModbus) -> None:
    devices = [modbus_device(f"u{n}", server.port, unit=n) for n in (1, 2)]
    tags = registers("u1", 1, [0]) + registers("u2", 11, [0])
    with acquiring(devices, tags) as (_, heard):
        eventually(lambda: heard.last(1) and heard.last(11), "values of both")
        server.default = "silent"
        eventually(lambda: server.connections >= 2, "the half-open connection is replaced")
        server.default = "good"
        for number in (1, 11):
            eventually(lambda n=number: heard.last(n).status == GOOD, "recovery")


def test_several_scan_groups_are_all_read_again_after_a_loss(server: HostileModbus) -> None:
    tags = registers("plc", 1, [0]) + registers("plc", 11, [5], scan_us=60_000_000)
    with acquiring([modbus_device("plc", server.port)], tags) as (_, heard):
        eventually(lambda: heard.last(11), "the slow group's first value")
        server.default = "reset"
        eventually(lambda: is_bad(heard.last(11).status), "every tag of the device is bad")
        server.default = "good"
        eventually(lambda: heard.last(11).value == 5.0, "also the slow group at once")


def test_a_write_is_read_back_and_never_called_done_otherwise(server: HostileModbus) -> None:
    tags = registers("plc", 1, [0, 7], access=Access.WRITE)
    with acquiring([modbus_device("plc", server.port)], tags) as (acquisition, heard):
        eventually(lambda: heard.last(1), "a value")
        done = acquisition.write("plc/r7", 55).result(10)
        assert (done.result, done.readback, done.message) == ("verified", 55.0, "")
        assert acquisition.read_now(["plc/r7", "plc/r0"]).result(10).samples()[0].value == 55.0
        refused = acquisition.write("plc/r7", 70_000).result(10)
        assert refused.result == "failed" and "does not fit" in refused.message
        asked = server.asked[1]
        server.default = "silent"
        lost = acquisition.write("plc/r7", 56).result(10)
        assert (lost.result, lost.readback) == ("timeout", None) and "not known" in lost.message
        assert server.asked[1] >= asked + 1
        eventually(lambda: acquisition.status("plc").state is LinkState.DOWN, "down")
        down = acquisition.write("plc/r7", 57).result(10)
        assert down.result == "comm" and "nothing was sent" in down.message
        assert acquisition.read_now(["plc/r7"]).result(10).samples()[0].status == BAD_NO_COMMUNICATION
        with pytest.raises(PlantError, match="no tag nobody"):
            acquisition.read_now(["nobody"])
    with pytest.raises(PlantError, match="not running"):
        acquisition.write("plc/r7", 1)


def test_a_disabled_device_is_left_alone(server: HostileModbus) -> None:
    devices = [modbus_device("off", server.port, enabled=False), modbus_device("on", server.port, unit=2)]
    tags = registers("off", 1, [0]) + registers("on", 11, [0])
    with acquiring(devices, tags) as (acquisition, heard):
        eventually(lambda: heard.last(11), "the other one polls")
        assert acquisition.poll_round_done
        assert [status.state for status in acquisition.statuses()] == [LinkState.DISABLED, LinkState.CONNECTED]
        assert server.asked[1] == 0


def test_several_workers_keep_units_of_one_gateway_together(server: HostileModbus) -> None:
    devices = [modbus_device(f"u{n}", server.port, unit=n) for n in range(1, 5)]
    tags = [tag for n, device in enumerate(devices) for tag in registers(device.name, 10 * n + 1, [0])]
    with acquiring(devices, tags, workers=3) as (_, heard):
        eventually(lambda: all(heard.last(10 * n + 1) for n in range(4)), "values of all")
        assert server.connections == 1


def test_a_device_that_wants_its_connection_back_gets_it(server: HostileModbus) -> None:
    device = modbus_device("plc", server.port, close_after_poll=True, pause="10 ms")
    with acquiring([device], registers("plc", 1, [0])) as (_, heard):
        eventually(lambda: len(heard.of(1)) >= 4, "four polls")
        assert server.connections >= 3


def test_a_killed_server_mid_poll_recovers_by_itself() -> None:
    server = pymodbus_server(1)
    server.start()
    try:
        with acquiring([modbus_device("plc", server.port)], registers("plc", 1, list(range(50)))) as (acq, heard):
            eventually(lambda: heard.last(50), "values")
            server.kill()
            eventually(lambda: is_bad(heard.last(50).status), "bad")
            eventually(lambda: "refuses the connection" in str(acq.status("plc").last_error), "refused")
            server.start()
            eventually(lambda: heard.last(50).value == 49.0, "good again")
    finally:
        server.kill()


def test_faults_are_logged_at_onset_and_recovery_only(server: HostileModbus, caplog: pytest.LogCaptureFixture) -> None:
    import structlog

    from hmi.base.log import close_log_files, configure_logging

    caplog.set_level(logging.INFO)
    configure_logging("INFO", stderr=False)
    try:
        server.default = "silent"
        with acquiring([modbus_device("plc", server.port)], registers("plc", 1, [0])) as (acquisition, heard):
            eventually(lambda: acquisition.status("plc").consecutive_failures >= 5, "five failures")
            server.default = "good"
            eventually(lambda: heard.last(1).value == 0.0, "recovery")
        lines = [record.getMessage() for record in caplog.records if record.name == "acquisition"]
        assert sum("does not answer" in line for line in lines) == 1
        assert sum("answers again" in line for line in lines) == 1
    finally:
        close_log_files()
        structlog.reset_defaults()


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_thousand_random_faults_are_all_survived(server: HostileModbus) -> None:
    rng = random.Random(5)
    faults = [
        "silent", "half", "wrong_tid", "wrong_unit", "wrong_function", "short", "garbage", "reset", "exception:2",
        "exception:3", "exception:4", "exception:6", "exception:11",
    ]  # fmt: skip
    devices = [
        modbus_device(f"u{n}", server.port, unit=n, timeout_us=100_000, reconnect_max_us=100_000) for n in range(1, 5)
    ]
    tags = [tag for n, device in enumerate(devices) for tag in registers(device.name, 10 * n + 1, [0])]
    threads = threading.active_count()
    with acquiring(devices, tags) as (acquisition, heard):
        descriptors = _descriptors()
        pause = threading.Event()
        for _ in range(1000):
            server.behaviour[rng.randint(1, 4)] = rng.choice(faults)
            pause.wait(rng.uniform(0.0, 0.15))
            if rng.random() < 0.4:
                server.behaviour.clear()
            heard.clear()
        server.behaviour.clear()
        for number in (1, 11, 21, 31):
            eventually(
                lambda n=number: heard.last(n) and not is_bad(heard.last(n).status), f"tag {number}", timeout_s=90
            )
        assert all(status.state is LinkState.CONNECTED for status in acquisition.statuses())
        assert _descriptors() <= descriptors + 4 and server.open_now <= 1
        assert threading.active_count() <= threads + 3


def _descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.is_dir() else 0  # noqa: PTH208
