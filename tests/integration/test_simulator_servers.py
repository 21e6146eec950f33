"""The simulator's servers on loopback: gateway manners, faults on command, writes, quality."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.ua.uaerrors import BadOutOfRange

from hmi.base.errors import BusyError
from hmi.simulator.faults import Fault
from hmi.simulator.packml import Reason
from hmi.simulator.plant import Plant
from hmi.simulator.servers import SimulatorServers
from tests.helpers.simulated import Running, served, served_machines, served_plant
from tests.helpers.waiting import eventually


class Wire:
    """A raw Modbus client: sends frames, shows what comes back."""

    def __init__(self, port: int, timeout_s: float = 5.0) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self.number = 0

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, unit: int, pdu: bytes) -> int:
        self.number += 1
        self.socket.sendall(struct.pack(">HHHB", self.number, 0, len(pdu) + 1, unit) + pdu)
        return self.number

    def receive(self) -> tuple[int, int, bytes]:
        """Transaction number, unit, rest of the answer."""
        head = self._exactly(7)
        number, protocol, length, unit = struct.unpack(">HHHB", head)
        assert protocol == 0
        return number, unit, self._exactly(length - 1)

    def ask(self, unit: int, pdu: bytes) -> bytes:
        number = self.send(unit, pdu)
        answered, from_unit, answer = self.receive()
        assert (answered, from_unit) == (number, unit)
        return answer

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionError("closed")
            data += more
        return data


def holding(start: int, count: int) -> bytes:
    return struct.pack(">BHH", 3, start, count)


def write_one(address: int, value: int) -> bytes:
    return struct.pack(">BHH", 6, address, value)


READ_FILLER = holding(0, 1)


def test_an_unknown_unit_is_a_gateway_target_that_does_not_respond() -> None:
    with served_machines(Plant(1)) as running, Wire(running.modbus_port) as wire:
        assert wire.ask(9, READ_FILLER) == bytes([0x83, 0x0B])


@pytest.mark.parametrize(
    ("pdu", "code"),
    [
        (holding(500, 1), 2),
        (holding(2, 2), 2),
        (write_one(1000, 1), 2),
        (write_one(0, 900), 3),
        (bytes([99, 0, 0, 0, 1]), 1),
    ],
    ids=["beyond the end", "over the end", "no such register", "value out of range", "unknown function"],
)
def test_wrong_requests_get_the_exception_of_the_specification(pdu: bytes, code: int) -> None:
    with served_machines(Plant(1)) as running, Wire(running.modbus_port) as wire:
        assert wire.ask(1, pdu) == bytes([pdu[0] | 0x80, code])
        assert len(wire.ask(1, READ_FILLER)) == 4, "the connection goes on"


def test_several_requests_in_one_segment_are_all_answered_in_order() -> None:
    with served_machines(Plant(1)) as running, Wire(running.modbus_port) as wire:
        pdus = [holding(0, 1), holding(0, 3), holding(1, 1)]
        frames = b"".join(
            struct.pack(">HHHB", number, 0, len(pdu) + 1, 1) + pdu for number, pdu in enumerate(pdus, start=1)
        )
        wire.socket.sendall(frames[:20])
        wire.socket.sendall(frames[20:])
        assert [wire.receive()[0] for _ in pdus] == [1, 2, 3]


def test_a_written_set_point_reads_back_and_acts() -> None:
    plant = Plant(1)
    with served_machines(plant) as running, Wire(running.modbus_port) as wire:
        assert wire.ask(1, write_one(0, 400)) == write_one(0, 400)
        assert wire.ask(1, READ_FILLER)[2:] == struct.pack(">H", 400)
        assert wire.ask(1, struct.pack(">BHH", 5, 0, 0xFF00)) == struct.pack(">BHH", 5, 0, 0xFF00)
        assert plant.snapshot()["filler/speed_setpoint"] == 400.0
        assert plant.line.infeed_closed


def test_half_of_a_float_set_point_is_refused() -> None:
    plant = Plant(1)
    before = plant.snapshot()
    with served_machines(plant) as running, Wire(running.modbus_port) as wire:
        assert wire.ask(2, write_one(200, 0x4000)) == bytes([0x86, 2])
        whole = struct.pack(">BHHB", 16, 200, 2, 4) + struct.pack(">2H", 0x0000, 0x4000)
        assert wire.ask(2, whole) == struct.pack(">BHH", 16, 200, 2)
    assert before["capper/torque_setpoint"] != 2.0
    assert plant.snapshot()["capper/torque_setpoint"] == 2.0


def test_a_refused_write_in_a_block_applies_none_of_it() -> None:
    plant = Plant(1)
    with served_machines(plant) as running, Wire(running.modbus_port) as wire:
        block = struct.pack(">BHHB", 16, 0, 2, 4) + struct.pack(">2H", 300, 9999)
        assert wire.ask(1, block) == bytes([0x90, 3])
    assert plant.snapshot()["filler/speed_setpoint"] == 560.0


def on(heard: list[tuple[Fault, bool]], begins: bool = True) -> Callable[[], bool]:
    return lambda: any(begun is begins for _, begun in heard)


def test_a_silent_unit_says_nothing_while_the_others_answer_and_comes_back() -> None:
    heard: list[tuple[Fault, bool]] = []
    with served_machines(Plant(1), ["labeller=silent@0s+1s"], heard=heard) as running:
        eventually(on(heard), "the fault begins")
        with Wire(running.modbus_port) as wire:
            wire.send(3, READ_FILLER)
            number = wire.send(1, READ_FILLER)
            assert wire.receive()[:2] == (number, 1), "the first answer is the second request's"
            eventually(on(heard, False), "the fault ends")
            assert len(wire.ask(3, READ_FILLER)) == 4


def test_a_slow_unit_answers_late_with_the_right_number() -> None:
    heard: list[tuple[Fault, bool]] = []
    with served_machines(Plant(1), ["packer=slow:300ms@0s"], heard=heard) as running:
        eventually(on(heard), "the fault begins")
        with Wire(running.modbus_port) as slow, Wire(running.modbus_port) as quick:
            number = slow.send(4, READ_FILLER)
            assert len(quick.ask(1, READ_FILLER)) == 4
            slow.socket.settimeout(0.01)
            with pytest.raises(TimeoutError):
                slow.socket.recv(1, socket.MSG_PEEK)
            slow.socket.settimeout(5.0)
            assert slow.receive()[:2] == (number, 4)


def test_an_exception_on_command() -> None:
    heard: list[tuple[Fault, bool]] = []
    with served_machines(Plant(1), ["capper=exception:4@0s"], heard=heard) as running:
        eventually(on(heard), "the fault begins")
        with Wire(running.modbus_port) as wire:
            assert wire.ask(2, holding(100, 1)) == bytes([0x83, 4])
            assert len(wire.ask(1, READ_FILLER)) == 4


def test_garbage_is_never_a_right_answer() -> None:
    heard: list[tuple[Fault, bool]] = []
    with served_machines(Plant(1), ["filler=garbage@0s"], heard=heard) as running:
        eventually(on(heard), "the fault begins")
        for _ in range(40):
            with Wire(running.modbus_port) as wire:
                number = wire.send(1, READ_FILLER)
                noise = wire.socket.recv(300)
                head = struct.pack(">HHHBB", number, 0, 5, 1, 3)
                assert noise
                assert not noise.startswith(head)


@pytest.mark.parametrize("kind", ["refuse", "reset"])
def test_the_whole_modbus_server_can_be_lost_and_comes_back(kind: str) -> None:
    heard: list[tuple[Fault, bool]] = []
    with served_machines(Plant(1), [f"filler={kind}@500ms+1s"], heard=heard) as running:
        port = running.modbus_port
        with Wire(port) as wire:
            assert len(wire.ask(4, READ_FILLER)) == 4
            eventually(on(heard), "the fault begins")
            with pytest.raises((ConnectionError, OSError)):
                wire.ask(4, READ_FILLER)
        with pytest.raises((ConnectionError, OSError)), Wire(port) as wire:
            wire.ask(4, READ_FILLER)
        eventually(on(heard, False), "the fault ends")
        with Wire(port) as wire:
            assert len(wire.ask(4, READ_FILLER)) == 4


def test_a_taken_port_is_said_in_plain_words() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with (
            pytest.raises(BusyError, match=f"port {port} on 127.0.0.1 cannot be opened"),
            served(lambda: SimulatorServers(Plant(1), opcua_port=port)),
        ):
            pass


def test_time_runs_as_fast_as_asked() -> None:
    plant = Plant(1)
    with served(lambda: SimulatorServers(plant, speed=500.0)):
        eventually(lambda: plant.time_s > 120.0, "two minutes pass in well under one")


def with_client(running: Running, use: Callable[[Client], Awaitable[Any]], timeout_s: float = 4.0) -> Any:
    async def go() -> Any:
        client = Client(running.url, timeout=timeout_s)
        await client.connect()
        try:
            return await use(client)
        finally:
            with contextlib.suppress(Exception):
                await client.disconnect()

    return asyncio.run(go())


def node(client: Client, identifier: str) -> Any:
    return client.get_node(ua.NodeId(identifier, 2))  # type: ignore[arg-type]


def test_opcua_set_points_act_and_a_value_out_of_range_is_refused() -> None:
    plant = Plant(1)

    async def use(client: Client) -> None:
        await node(client, "Tunnel.Zone1.Setpoint").write_value(190.0)
        with pytest.raises(BadOutOfRange):
            await node(client, "Tunnel.Zone1.Setpoint").write_value(999.0)
        assert await node(client, "Tunnel.Zone1.Setpoint").read_value() == 190.0

    with served_plant(plant) as running:
        with_client(running, use)
    assert plant.tunnel.zones[0].setpoint == 190.0


def test_a_tripped_compressor_is_reset_by_a_bit() -> None:
    from dataclasses import replace

    from hmi.simulator.air import Compressor, CompressorState

    plant = Plant(1)
    tripped = Compressor(CompressorState.TRIPPED, left_s=1e9)
    plant.air = replace(plant.air, compressors=(plant.air.compressors[0], tripped, plant.air.compressors[2]))

    async def use(client: Client) -> None:
        await node(client, "Air.Compressor2.Reset").write_value(True)

    with served_plant(plant) as running:
        with_client(running, use)
    assert plant.air.compressors[1].state is CompressorState.STARTING


def test_subscribed_values_move_with_source_times() -> None:
    class Handler:
        def __init__(self) -> None:
            self.times: list[Any] = []

        def datachange_notification(self, _node: Any, _value: Any, data: Any) -> None:
            self.times.append(data.monitored_item.Value.SourceTimestamp)

    async def use(client: Client) -> list[Any]:
        handler = Handler()
        subscription = await client.create_subscription(50, handler)
        await subscription.subscribe_data_change([node(client, "Air.HeaderPressure")])
        deadline = time.monotonic() + 20.0
        while len(handler.times) < 4 and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return handler.times

    with served_plant(Plant(1), moving=True) as running:
        times = with_client(running, use)
    assert len(times) >= 4
    assert times == sorted(times)


@pytest.mark.parametrize("kind", ["refuse", "reset", "silent"])
def test_the_opcua_server_can_be_lost_and_comes_back(kind: str) -> None:
    heard: list[tuple[Fault, bool]] = []

    async def read(client: Client) -> float:
        return float(await node(client, "Air.HeaderPressure").read_value())

    with served_plant(Plant(1), [f"utilities={kind}@500ms+2s"], heard=heard) as running:
        assert with_client(running, read) > 0.0
        eventually(on(heard), "the fault begins")
        with pytest.raises((ConnectionError, OSError, TimeoutError, asyncio.TimeoutError)):
            with_client(running, read, timeout_s=0.5)
        eventually(on(heard, False), "the fault ends")
        assert with_client(running, read) > 0.0


def test_nothing_is_left_behind_by_clients_that_go_without_a_word() -> None:
    plant = Plant(1)
    with served_machines(plant) as running:
        for _ in range(20):
            with Wire(running.modbus_port) as wire:
                wire.send(1, READ_FILLER)
        with Wire(running.modbus_port) as wire:
            assert len(wire.ask(1, READ_FILLER)) == 4
    assert plant.line.machines[0].reason is Reason.NONE
