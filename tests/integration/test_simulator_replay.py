"""A recording served as a PLC: rows come whole, in order, all of them, with holes where the recording has them."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from pathlib import Path
from typing import Any, Literal

import pytest
from asyncua import Client, ua

from hmi.model.quality import BAD_NO_DATA, BAD_WAITING_FOR_INITIAL_DATA
from hmi.simulator.player import Player
from hmi.simulator.recording import Column, Recording
from hmi.simulator.replay import NAMESPACE, ReplayServers
from tests.helpers.simulated import Running, served

COLUMNS = 45


def numbered(rows: int, times: tuple[float, ...] | None = None) -> Recording:
    """Every cell of a row is the row's number."""
    values = tuple(float(row) for row in range(rows))
    return Recording(tuple(Column(f"x{n}", False, values) for n in range(COLUMNS)), times, 0)


class Replayed:
    """A recording being served; `ended` is set when `end` would be printed."""

    def __init__(self, recording: Recording, interval_s: float, *, loop: bool = False, bits: int = 64) -> None:
        self.player = Player(recording, interval_s, loop=loop)
        self.bits = bits
        self.ended = threading.Event()

    def make(self, driver: Literal["modbus-tcp", "opcua"]) -> ReplayServers:
        return ReplayServers(self.player, driver, bits=self.bits, on_end=self.ended.set)


class Poller:
    """Polls the replay's registers in two requests, as a station does with a wide row."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5.0)
        self.number = 0

    def read(self, start: int, count: int) -> list[int]:
        self.number = self.number + 1 & 0xFFFF
        self.socket.sendall(struct.pack(">HHHBBHH", self.number, 0, 6, 1, 3, start, count))
        head, needed = b"", 9 + 2 * count
        while len(head) < needed:
            more = self.socket.recv(needed - len(head))
            if not more:
                raise ConnectionError("closed")
            head += more
        assert head[7] == 3
        return list(struct.unpack(f">{count}H", head[9:]))

    def poll(self) -> tuple[int, set[float]]:
        """Row number and the different values of one poll."""
        words = self.read(0, 122) + self.read(122, 60)
        data = struct.pack(f">{len(words) - 2}H", *words[2:])
        return words[0] << 16 | words[1], set(struct.unpack(f">{len(data) // 8}d", data))

    def close(self) -> None:
        self.socket.close()


def poll_to_the_end(running: Running, replayed: Replayed) -> list[int]:
    poller, rows = Poller(running.modbus_port), []
    try:
        while not replayed.ended.is_set():
            number, values = poller.poll()
            assert values == {float(number)}, "halves of two rows"
            if not rows or rows[-1] != number:
                rows.append(number)
    finally:
        poller.close()
    return rows


def test_every_row_comes_once_whole_and_in_order() -> None:
    replayed = Replayed(numbered(60), 0.02)
    with served(lambda: replayed.make("modbus-tcp")) as running:
        assert poll_to_the_end(running, replayed) == list(range(60))


def test_the_first_row_waits_for_the_first_client_and_the_last_is_held() -> None:
    replayed = Replayed(numbered(3), 0.01)
    with served(lambda: replayed.make("modbus-tcp")) as running:
        assert not replayed.ended.wait(0.3)
        assert replayed.player.position == 0
        assert poll_to_the_end(running, replayed) == [0, 1, 2]
        poller = Poller(running.modbus_port)
        assert poller.poll() == (2, {2.0})
        poller.close()


def test_a_slow_reader_misses_no_row() -> None:
    replayed = Replayed(numbered(4), 0.01)
    pause = threading.Event()
    with served(lambda: replayed.make("modbus-tcp")) as running:
        poller, rows = Poller(running.modbus_port), []
        while not replayed.ended.is_set():
            rows.append(poller.poll()[0])
            pause.wait(0.1)
        poller.close()
    assert sorted(set(rows)) == [0, 1, 2, 3]


def test_a_gap_in_the_recording_is_a_silent_device() -> None:
    replayed = Replayed(numbered(4, (0.0, 1.0, 11.0, 12.0)), 0.1)
    silences, rows = 0, []
    with served(lambda: replayed.make("modbus-tcp")) as running:
        while not replayed.ended.is_set():
            poller = Poller(running.modbus_port)
            poller.socket.settimeout(0.3)
            try:
                while not replayed.ended.is_set():
                    rows.append(poller.poll()[0])
            except TimeoutError:
                silences += 1
                assert rows[-1] == 1, "silent after the row before the gap and nowhere else"
            finally:
                poller.close()
    assert silences >= 2
    assert sorted(set(rows)) == [0, 1, 2, 3]


def test_a_loop_begins_again_and_never_ends() -> None:
    replayed = Replayed(numbered(3), 0.01, loop=True)
    rows: list[int] = []
    with served(lambda: replayed.make("modbus-tcp")) as running:
        poller = Poller(running.modbus_port)
        while len(rows) < 8:
            number = poller.poll()[0]
            if not rows or rows[-1] != number:
                rows.append(number)
        poller.close()
    assert rows == [0, 1, 2, 0, 1, 2, 0, 1]
    assert not replayed.ended.is_set()


class Notes:
    """Everything a subscription tells, by node."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[Any, int, Any]]] = {}

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        told = data.monitored_item.Value
        self.of.setdefault(node.nodeid.Identifier, []).append((value, told.StatusCode.value, told.SourceTimestamp))


def test_over_opcua_rows_have_one_source_time_and_empty_cells_no_data() -> None:
    recording = Recording(
        (Column("a", False, (1.0, None, 3.0, 4.0)), Column("Ö", True, ("x", "y", None, "z"))), None, 5
    )
    replayed = Replayed(recording, 0.3)

    async def use(url: str) -> dict[str, list[tuple[Any, int, Any]]]:
        client = Client(url, timeout=10)
        await client.connect()
        try:
            index = await client.get_namespace_index(NAMESPACE)
            nodes = [client.get_node(ua.NodeId(name, index)) for name in ("row", "a", "column")]  # type: ignore[arg-type]
            notes = Notes()
            subscription = await client.create_subscription(50, notes)
            await subscription.subscribe_data_change(nodes, queuesize=10)
            while not replayed.ended.is_set():
                await asyncio.sleep(0.05)
            return notes.of
        finally:
            await client.disconnect()

    with served(lambda: replayed.make("opcua")) as running:
        told = asyncio.run(use(running.url))
    usable = {name: [entry for entry in entries if entry[1] >> 30 < 2] for name, entries in told.items()}
    assert [value for value, _, _ in usable["row"]] == [5, 6, 7, 8]
    assert [value for value, _, _ in usable["a"]] == [1.0, 3.0, 4.0]
    assert [value for value, _, _ in usable["column"]] == ["x", "y", "z"]
    bad = {name: [status for _, status, _ in entries if status >> 30 >= 2] for name, entries in told.items()}
    assert BAD_NO_DATA in bad["a"]
    assert BAD_NO_DATA in bad["column"]
    assert set(bad["row"]) <= {BAD_WAITING_FOR_INITIAL_DATA}
    time_of_row = {value: source for value, _, source in usable["row"]}
    assert [source for _, _, source in usable["a"]] == [time_of_row[5], time_of_row[7], time_of_row[8]]


@pytest.mark.parametrize("driver", ["modbus-tcp", "opcua"])
def test_the_configuration_it_writes_passes_check(tmp_path: Path, driver: Literal["modbus-tcp", "opcua"]) -> None:
    import csv

    from hmi.simulator.replay_config import write_configuration
    from tests.helpers.program import command

    columns = (Column("T [°C]", False, (1.0,)), Column("row", False, (1.0,)), Column("text, odd", True, ("a b",)))
    replayed = Replayed(Recording(columns, None, 0), 1.0)
    made: list[ReplayServers] = []

    def make() -> ReplayServers:
        made.append(replayed.make(driver))
        return made[0]

    with served(make) as running:
        write_configuration(tmp_path, made[0], running.addresses[0], 'odd "name".csv', 64)
    answer = command("check", "--config", str(tmp_path))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    with (tmp_path / "tags.csv").open(encoding="utf-8") as file:
        tags = list(csv.DictReader(file))
    assert [tag["path"] for tag in tags] == ["replay/row", "replay/T_C", "replay/row_2", "replay/text_odd"]
    assert [tag["description"] for tag in tags[1:]] == ["T [°C]", "row", "text, odd"]
