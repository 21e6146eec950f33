"""A recording as a device: rows by the clock, holes, odd files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from hmi.drivers.contract import DeviceFaultError
from hmi.drivers.replay import ReplayKind
from hmi.drivers.replay.recording import load_recording
from hmi.model.devices import DeviceDefinition
from hmi.model.quality import BAD_CONFIGURATION_ERROR, BAD_NO_DATA, GOOD
from hmi.model.tags import TagDefinition
from tests.helpers.clock import ManualClock
from tests.helpers.counterparts import need_recording

TEXT = "time,A,B\n10,1,x\n12,,y\n13,2.5,z\n"


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "r.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_rows_follow_the_clock_and_the_last_one_holds(tmp_path: Path) -> None:
    clock = ManualClock()
    kind = ReplayKind(clock)
    options, problems = kind.check_options({"file": str(write(tmp_path, TEXT)), "speed": 2})
    assert problems == []
    tags = [
        TagDefinition("r/a", "r", "A", number=1, type="float64"),
        TagDefinition("r/b", "r", "B", number=2, type="string:4"),
    ]
    device = DeviceDefinition("r", "replay", options=options)

    async def work() -> list[tuple[object, int, object]]:
        driver = kind.create(device, tags)
        await driver.connect()
        seen = []
        for _ in range(5):
            batch = await driver.read(tags)
            seen.append((batch.scalar(0), int(batch.status[0]), batch.scalar(1)))
            clock.advance(0.5)
        with pytest.raises(DeviceFaultError, match="recording"):
            await driver.write(tags[0], 1)
        await driver.close()
        return seen

    assert asyncio.run(work()) == [
        (1.0, GOOD, "x"), (1.0, GOOD, "x"), (None, BAD_NO_DATA, "y"), (2.5, GOOD, "z"), (2.5, GOOD, "z"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("A;B\n1;2\n3;4\n5;6\n", [0, 1_000_000, 2_000_000]),
        ("t,A\n5,1\n4,2\n9,3\n", [0, 1_000_000, 6_000_000]),
        ("datetime;A\n2020-01-01 00:00:00;1\n2020-01-01 00:00:10;2\n", [0, 10_000_000]),
        ("t,A\n1,1\n,2\n3,3\n", [0, 1_000_000, 3_000_000]),
    ],
)
def test_times_of_rows(tmp_path: Path, text: str, begins: list[int]) -> None:
    assert load_recording(write(tmp_path, text)).begins_us == begins


@pytest.mark.parametrize("text", ["", "A,B\n", None])
def test_an_unusable_file_is_a_fault_of_the_configuration(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "missing.csv" if text is None else write(tmp_path, text)
    kind = ReplayKind()
    driver = kind.create(DeviceDefinition("r", "replay", options={"file": str(file), "speed": 1.0}), [])
    with pytest.raises(DeviceFaultError) as caught:
        asyncio.run(driver.connect())
    assert caught.value.status == BAD_CONFIGURATION_ERROR and str(file) in str(caught.value)


def test_a_real_recording_is_read_whole() -> None:
    recording = load_recording(need_recording("nab-machine-temperature", "machine_temperature_system_failure.csv"))
    assert len(recording.begins_us) == len(recording.columns["value"]) > 20_000
    assert recording.begins_us == sorted(recording.begins_us)
