"""One suite for every registered driver, against real servers of its protocol and independent ones."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hmi.acquisition.probe import probe_device
from hmi.drivers import registry
from hmi.drivers.contract import DeviceFaultError, Driver, DriverKind
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import GOOD, is_bad
from hmi.model.samples import SampleBatch
from hmi.model.tags import Access, TagDefinition
from tests.helpers import device_servers
from tests.helpers.counterparts import ROOT
from tests.helpers.device_servers import ServerProcess

TIMEOUT_US = 700_000
DRIVERS_FOLDER = Path(registry.__file__).parent


@dataclass
class Rig:
    """A driver with a server: what to read there and what to expect.

    make: its server, None for a protocol without one. unknown: a right address that the server does not have.
    writable: an address of a number that is 10, empty for a protocol that only reads.
    """

    driver: str
    make: Callable[[], ServerProcess] | None
    options: Callable[[int], dict[str, object]]
    good: dict[str, Any]
    unknown: str
    writable: str = ""
    server: ServerProcess | None = field(default=None)

    def start(self) -> None:
        if self.server is None and self.make is not None:
            self.server = self.make()
        if self.server is not None:
            self.server.start()

    @property
    def kind(self) -> DriverKind:
        return registry.driver_kind(self.driver)

    def device(self, **changes: Any) -> DeviceDefinition:
        options, problems = self.kind.check_options(self.options(self.server.port if self.server else 0))
        assert problems == []
        return DeviceDefinition("rig", self.driver, timeout_us=TIMEOUT_US, options=options, **changes)

    def tag(self, address: str, number: int = 1, **changes: Any) -> TagDefinition:
        kind = self.kind.default_type(address)
        return TagDefinition(f"rig/t{number}", "rig", address, number=number, type=kind, **changes)

    def tags(self) -> list[TagDefinition]:
        addresses = [*self.good, self.unknown]
        return [self.tag(address, number) for number, address in enumerate(addresses, start=1)]

    def create(self) -> Driver:
        return self.kind.create(self.device(), self.tags())


def _recording(tmp: Path) -> Path:
    file = tmp / "recording.csv"
    file.write_text("t,Value,Other\n0,1234,5\n100000,1,2\n", encoding="utf-8")
    return file


MODBUS = {"holding:0": 1234.0, "input:5": 5.0, "holding:7": 7.0}
OPCUA = {"nsu=urn:test:plant;s=Value": 1234.0, "nsu=urn:test:plant;s=Name": "PUMP-07"}


def _modbus(make: Callable[[], ServerProcess]) -> Callable[[Path], Rig]:
    return lambda _: Rig(
        "modbus-tcp", make, lambda port: {"host": "127.0.0.1", "port": port}, MODBUS, "holding:5000", "holding:10"
    )


def _opcua(make: Callable[[], ServerProcess], mode: str) -> Callable[[Path], Rig]:
    return lambda _: Rig(
        "opcua",
        make,
        lambda port: {"url": f"opc.tcp://127.0.0.1:{port}", "mode": mode, "publish": "100 ms", "security": "None"},
        OPCUA,
        "nsu=urn:test:plant;s=Nobody",
        "nsu=urn:test:plant;s=Setpoint",
    )


RIGS: dict[str, Callable[[Path], Rig]] = {
    "modbus-pymodbus": _modbus(lambda: device_servers.pymodbus_server(1)),
    "modbus-libmodbus": _modbus(device_servers.libmodbus_server),
    "modbus-modbus_serial": _modbus(device_servers.modbus_serial_server),
    "opcua-asyncua": _opcua(device_servers.asyncua_server, "subscribe"),
    "opcua-node_opcua": _opcua(device_servers.node_opcua_server, "subscribe"),
    "replay": lambda tmp: Rig(
        "replay", None, lambda _: {"file": str(_recording(tmp))}, {"Value": 1234.0, "Other": 5.0}, "Nobody"
    ),
}
"""A new driver needs one line here; its name begins with the driver's protocol word."""

INDEPENDENT = {"modbus-libmodbus", "modbus-modbus_serial", "opcua-node_opcua"}
"""Rigs whose server is another implementation, installed by `make counterparts`."""

WITHOUT_SERVER = {"replay"}
READ_ONLY: set[str] = {"replay"}
WITH_SERVER = [name for name in RIGS if name not in WITHOUT_SERVER]
WRITABLE = [name for name in RIGS if name not in READ_ONLY]


def _marked(names: list[str]) -> list[Any]:
    return [pytest.param(name, marks=pytest.mark.counterpart) if name in INDEPENDENT else name for name in names]


@pytest.fixture(scope="module")
def rigs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Rig]]:
    started: dict[str, Rig] = {}

    def get(name: str) -> Rig:
        if name not in started:
            started[name] = RIGS[name](tmp_path_factory.mktemp(name))
        started[name].start()
        return started[name]

    yield get
    for rig in started.values():
        if rig.server is not None:
            rig.server.kill()


@pytest.fixture(params=_marked(list(RIGS)))
def rig(request: pytest.FixtureRequest, rigs: Callable[[str], Rig]) -> Rig:
    return rigs(request.param)


@pytest.fixture(params=_marked(WITH_SERVER))
def server_rig(request: pytest.FixtureRequest, rigs: Callable[[str], Rig]) -> Rig:
    return rigs(request.param)


@pytest.fixture(params=_marked(WRITABLE))
def writable_rig(request: pytest.FixtureRequest, rigs: Callable[[str], Rig]) -> Rig:
    return rigs(request.param)


def run(work: Any) -> Any:
    """Runs a coroutine and fails if it leaves a task behind."""

    async def watched() -> Any:
        result = await asyncio.wait_for(work, 30)
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert left == [], f"leaked tasks: {left}"
        return result

    return asyncio.run(watched())


def test_every_folder_is_registered_and_every_name_has_a_folder() -> None:
    folders = {path.parent.name for path in DRIVERS_FOLDER.glob("*/__init__.py")}
    modules = {type(registry.driver_kind(name)).__module__.split(".")[2] for name in registry.driver_names()}
    assert modules == folders
    assert {name.split("-")[0] for name in RIGS} >= {registry.driver_kind(n).protocol for n in registry.driver_names()}


def import_contracts() -> dict[str, Any]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_the_import_contracts_name_every_folder_and_every_codec() -> None:
    folders = {f"hmi.drivers.{path.parent.name}" for path in DRIVERS_FOLDER.glob("*/__init__.py")}
    codecs = {f"hmi.drivers.{path.parent.name}.codec" for path in DRIVERS_FOLDER.glob("*/codec.py")}
    contracts = import_contracts()
    assert set(contracts["drivers"]["modules"]) == folders, "contract 'drivers' in pyproject.toml"
    assert set(contracts["pure"]["source_modules"]) >= codecs, "contract 'pure' in pyproject.toml"


def test_loading_every_kind_loads_no_protocol_library() -> None:
    allowed = [line for line in import_contracts()["libraries"]["ignore_imports"] if line.startswith("hmi.drivers.")]
    libraries = {line.split(" -> ")[1].split(".")[0] for line in allowed}
    assert libraries >= {"pymodbus", "asyncua"}
    code = (
        "import sys; from hmi.drivers import registry\n"
        "[registry.driver_kind(name).check_options({}) for name in registry.driver_names()]\n"
        f"print(sorted({libraries} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", registry.driver_names())
def test_a_kind_lists_every_mistake_in_its_options(name: str) -> None:
    kind = registry.driver_kind(name)
    assert kind.name == name
    _, problems = kind.check_options({"nonsense": 1})
    assert {"nonsense"} < {problem.key for problem in problems}
    assert all(problem.message and problem.expected for problem in problems)
    assert kind.check_address(TagDefinition("a/b", "d", "")) != []
    assert isinstance(kind.default_type(""), str), "a wrong address has a type too"


def test_an_empty_type_is_what_the_protocol_says() -> None:
    assert [registry.driver_kind("modbus-tcp").default_type(text) for text in ("40001", "coil:1", "hr:1.3", "1")] == [
        "uint16", "bool", "bool", "uint16",
    ]  # fmt: skip
    assert registry.driver_kind("opcua").default_type("ns=2;s=A") == ""
    assert registry.driver_kind("replay").default_type("Value") == "float64"


@pytest.mark.parametrize("name", ["modbus-rtu", "s7", "nonsense"])
def test_an_unknown_driver_says_what_can_be_used(name: str) -> None:
    with pytest.raises(registry.UnknownDriverError, match=", ".join(registry.driver_names())):
        registry.driver_kind(name)


def test_a_read_gives_one_sample_per_tag_with_value_status_and_times(rig: Rig) -> None:
    tags = rig.tags()

    async def work() -> SampleBatch:
        driver = rig.create()
        await driver.connect()
        try:
            return await driver.read(tags)
        finally:
            await driver.close()

    batch = run(work())
    assert sorted(batch.tag.tolist()) == [tag.number for tag in tags]
    by_number = {sample.tag: sample for sample in batch.samples()}
    for tag in tags[:-1]:
        sample = by_number[tag.number]
        assert (sample.value, sample.status) == (rig.good[tag.address], GOOD)
        assert 0 < sample.t_source_us <= sample.t_receive_us
        assert sample.t_receive_us % 1000 == 0, "a polled receive time is in whole milliseconds"
    unknown = by_number[tags[-1].number]
    assert is_bad(unknown.status) and unknown.value is None


def test_a_second_read_gives_the_same_values_and_statuses(rig: Rig) -> None:
    tags = rig.tags()

    async def work() -> tuple[SampleBatch, SampleBatch]:
        driver = rig.create()
        await driver.connect()
        try:
            return await driver.read(tags), await driver.read(tags)
        finally:
            await driver.close()

    first, second = run(work())
    statuses = [{s.tag: (s.value, s.status) for s in batch.samples()} for batch in (first, second)]
    assert statuses[0] == statuses[1]


def test_a_refused_connection_is_a_fault_in_plain_words(server_rig: Rig) -> None:
    assert server_rig.server is not None
    server_rig.server.kill()

    async def work() -> DeviceFaultError:
        driver = server_rig.create()
        with pytest.raises(DeviceFaultError) as caught:
            await driver.connect()
        await driver.close()
        return caught.value

    fault = run(work())
    assert (fault.kind, str(fault)) == ("refused", "refuses the connection")
    assert is_bad(fault.status)


def test_a_write_can_be_read_back(writable_rig: Rig) -> None:
    tag = writable_rig.tag(writable_rig.writable, access=Access.WRITE)

    async def work() -> list[Any]:
        driver = writable_rig.kind.create(writable_rig.device(), [tag])
        await driver.connect()
        try:
            seen = []
            for value in (77, 10):
                await driver.write(tag, value)
                seen.append((await driver.read([tag])).scalar(0))
            return seen
        finally:
            await driver.close()

    assert run(work()) == [77.0, 10.0]


def test_a_value_that_does_not_fit_is_refused_before_it_is_sent(writable_rig: Rig) -> None:
    tag = writable_rig.tag(writable_rig.writable, access=Access.WRITE)

    async def work() -> tuple[str, Any]:
        driver = writable_rig.kind.create(writable_rig.device(), [tag])
        await driver.connect()
        try:
            with pytest.raises(DeviceFaultError) as caught:
                await driver.write(tag, 1_000_000)
            return caught.value.kind, (await driver.read([tag])).scalar(0)
        finally:
            await driver.close()

    kind, after = run(work())
    assert kind == "configuration"
    assert after == 10.0


def test_a_write_to_an_address_that_is_unknown_or_read_only_is_a_fault(rig: Rig) -> None:
    tag = rig.tag(rig.unknown, access=Access.WRITE)

    async def work() -> DeviceFaultError:
        driver = rig.kind.create(rig.device(), [tag])
        await driver.connect()
        try:
            with pytest.raises(DeviceFaultError) as caught:
                await driver.write(tag, 5)
            return caught.value
        finally:
            await driver.close()

    assert is_bad(run(work()).status)


def test_a_silent_server_is_a_fault_and_close_still_ends(server_rig: Rig) -> None:
    assert server_rig.server is not None
    tags = server_rig.tags()

    async def work() -> DeviceFaultError:
        driver = server_rig.create()
        await driver.connect()
        assert server_rig.server is not None
        server_rig.server.freeze()
        try:
            with pytest.raises(DeviceFaultError) as caught:
                await driver.read(tags)
        finally:
            await driver.close()
        return caught.value

    try:
        fault = run(work())
    finally:
        server_rig.server.thaw()
    assert (fault.kind, str(fault)) == ("timeout", "does not answer")


def test_connecting_to_a_silent_server_can_be_cancelled_without_a_trace(server_rig: Rig) -> None:
    assert server_rig.server is not None
    server_rig.server.freeze()

    async def work() -> None:
        driver = server_rig.create()
        attempt = asyncio.create_task(driver.connect())
        await asyncio.sleep(0.05)
        attempt.cancel()
        await asyncio.gather(attempt, return_exceptions=True)
        await driver.close()

    try:
        run(work())
    finally:
        server_rig.server.thaw()


def test_a_restarted_server_is_reached_again_by_the_same_driver(server_rig: Rig) -> None:
    server = server_rig.server
    assert server is not None
    tags = server_rig.tags()

    async def work() -> SampleBatch:
        driver = server_rig.create()
        await driver.connect()
        await driver.read(tags)
        server.kill()
        with pytest.raises(DeviceFaultError):
            for _ in range(3):
                await driver.read(tags)
        await driver.close()
        await asyncio.to_thread(server.start)
        await driver.connect()
        try:
            return await driver.read(tags)
        finally:
            await driver.close()

    values = [sample.value for sample in run(work()).samples()]
    assert values == [*server_rig.good.values(), None]


def test_close_may_be_called_at_any_time(rig: Rig) -> None:
    async def work() -> None:
        driver = rig.create()
        await driver.close()
        await driver.connect()
        await driver.close()
        await driver.close()
        with pytest.raises(DeviceFaultError):
            await driver.read(rig.tags())

    run(work())


def test_a_probe_reports_requests_and_samples(rig: Rig) -> None:
    result = probe_device(rig.kind, rig.device(), rig.tags())
    assert (result.fault, result.requests >= 1) == ("", True)
    assert result.batch is not None and len(result.batch) == len(rig.tags())


@pytest.mark.parametrize("name", _marked([name for name in WITH_SERVER if name.startswith("opcua")]))
def test_a_subscription_brings_every_tag_then_changes_and_notices_silence(
    name: str, rigs: Callable[[str], Rig]
) -> None:
    rig = rigs(name)
    server = rig.server
    assert server is not None
    tags = [*rig.tags(), rig.tag("nsu=urn:test:plant;s=Ticker", 9)]

    async def work() -> tuple[dict[int, Any], int]:
        got: list[SampleBatch] = []
        driver = rig.kind.create(rig.device(), tags)
        await driver.connect()
        try:
            assert await driver.subscribe(tags, got.append)
            numbers = {tag.number for tag in tags}
            while not numbers <= {s.tag for batch in got for s in batch.samples()}:
                await asyncio.sleep(0.05)
                await driver.check()
            first = {s.tag: s for batch in reversed(got) for s in batch.samples()}
            ticks = lambda: sum(1 for batch in got for s in batch.samples() if s.tag == 9)  # noqa: E731
            while ticks() < 5:
                await asyncio.sleep(0.05)
            server.freeze()
            with pytest.raises(DeviceFaultError) as caught:
                while True:
                    await asyncio.sleep(0.05)
                    await driver.check()
            assert caught.value.kind == "timeout"
            return first, ticks()
        finally:
            await driver.close()

    try:
        first, ticks = run(work())
    finally:
        server.thaw()
    assert [first[number].value for number in (1, 2)] == [1234.0, "PUMP-07"]
    assert is_bad(first[3].status)
    assert first[1].t_server_us > 0
    assert ticks >= 5
