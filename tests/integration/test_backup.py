"""A backup of a writing station restores to identical configuration and history."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hmi.base.errors import BusyError
from hmi.cli.main import main
from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.station.lock import StationLock
from hmi.storage.archive import BackupError, read_manifest
from hmi.storage.backup import Backups
from hmi.storage.database import Database
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database

SECOND = 1_000_000


def _batch(number: int, start: int, count: int = 50) -> SampleBatch:
    t = EPOCH_US + (start + np.arange(count, dtype=np.int64)) * SECOND
    return SampleBatch(
        np.full(count, number, np.int32), t, t + 1_000, np.arange(count) * 0.5, np.zeros(count, np.uint32)
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "displays").mkdir(parents=True)
    (folder / "tags.csv").write_bytes("path,device\r\nlinie/öl,plc\r\n".encode())
    (folder / "displays" / "a.svg").write_text("<svg/>")
    return folder


def _content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _history(database: Database) -> dict[str, list[object]]:
    reader = HistoryReader(database)
    return {
        tag.path: [s for part in reader.iterate(tag.number, 0, 2**62) for s in part.as_batch(tag.number).samples()]
        for tag in reader.tags()
    }


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgres").new_database()
    with running_database(tmp_path / "data", ManualClock(), url) as opened:
        yield opened


def _fill(database: Database) -> History:
    tags = [TagDefinition(path=f"line1/t{i}", device="plc", address="holding:0") for i in range(3)]
    numbers = assign_numbers(database, tags, EPOCH_US)
    history = History(database, [replace(t, number=numbers[t.path]) for t in tags], ManualClock(), free_ratio=lambda: 1)
    for start in range(4):
        for number in numbers.values():
            history.record(_batch(number, start * 50))
        assert history.flush()
        if start == 1:
            seal_journal(database)
    return history


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.counterpart)], indirect=True
)
def test_restore_gives_the_same_configuration_and_history(
    database: Database, tmp_path: Path, config: Path, request: pytest.FixtureRequest
) -> None:
    _fill(database).stop()
    before, before_config = _history(database), _content(config)
    backups = Backups(tmp_path / "data", ManualClock())
    made = backups.create(database, config, "demo")
    assert made.verified_us is None
    assert backups.verify(made.id).verified_us == EPOCH_US
    assert [(b.id, b.verified_us) for b in backups.list()] == [(made.id, EPOCH_US)]
    manifest = backups.restore(made.id, tmp_path / "restored")
    assert _content(tmp_path / "restored" / "config") == before_config
    assert set(_content(tmp_path / "restored")) == {file.path for file in manifest.files}
    if database.dialect == "sqlite":
        with running_database(tmp_path / "restored", ManualClock()) as restored:
            assert _history(restored) == before
        return
    url = request.getfixturevalue("postgres").new_database()
    with running_database(tmp_path / "other", ManualClock(), url) as restored:
        elsewhere = Backups(tmp_path / "data", ManualClock())
        elsewhere.replace(made.id, tmp_path / "other-config", restored)
        assert _history(restored) == before
        more = assign_numbers(restored, [TagDefinition("line1/new", "plc", "holding:0")], EPOCH_US)
        assert more["line1/new"] == 4
        with pytest.raises(BackupError, match="not empty"):
            elsewhere.replace(made.id, tmp_path / "other-config", restored)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_beside_a_writing_station_is_one_moment(database: Database, tmp_path: Path, config: Path) -> None:
    history = _fill(database)
    stop = threading.Event()

    def write() -> None:
        start = 200
        while not stop.is_set():
            for number in (1, 2, 3):
                history.record(_batch(number, start))
            history.flush()
            start += 50

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = Backups(tmp_path / "data", ManualClock())
        for turn in range(3):
            made = backups.create(database, config, "demo")
            backups.verify(made.id)
            backups.restore(made.id, tmp_path / f"restored-{turn}")
            with running_database(tmp_path / f"restored-{turn}", ManualClock()) as restored:
                lengths = {len(samples) for samples in _history(restored).values()}
                assert len(lengths) == 1  # every commit held all three tags
    finally:
        stop.set()
        writer.join()
        history.stop()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_damage_is_found_and_named(database: Database, tmp_path: Path, config: Path) -> None:
    _fill(database).stop()
    backups = Backups(tmp_path / "data", ManualClock())
    made = backups.create(database, config, "demo")
    archive = backups.path(made.id)
    whole = archive.read_bytes()
    for position in (len(whole) // 2, len(whole) - 5):
        archive.write_bytes(whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :])
        with pytest.raises(BackupError):
            backups.verify(made.id)
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BackupError):
        backups.verify(made.id)
    archive.write_bytes(whole)
    assert backups.verify(made.id).verified_us is not None
    with pytest.raises(BackupError, match="newest verified"):
        backups.remove(made.id)


def test_the_commands(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    with running_database(data, ManualClock()) as database:
        history = _fill(database)
        history.stop()
        before = _history(database)
    places = ["--data", str(data), "--config", str(config)]
    assert main(["backup", "create", *places]) == 0
    made = capsys.readouterr().out.strip()
    assert read_manifest(Backups(data).path(made)).files[0].path.startswith("config/")
    assert main(["backup", "list", "--json", *places]) == 0
    (item,) = json.loads(capsys.readouterr().out)["items"]
    assert item["id"] == made and item["verified"] is not None and item["kind"] == "full"
    assert main(["backup", "verify", made, *places]) == 0
    assert main(["backup", "verify", "20260101T000000Z-x-000000", *places]) == 1
    assert main(["backup", "restore", made, *places]) == 64
    before_config = _content(config)
    (config / "tags.csv").write_text("broken")
    (data / "station.db").write_bytes(b"broken")
    with StationLock(data):
        assert main(["backup", "restore", made, "--replace", *places]) == BusyError.exit_code
    assert main(["backup", "restore", made, "--replace", *places]) == 0
    assert _content(config) == before_config
    with running_database(data, ManualClock()) as restored:
        assert _history(restored) == before
    (aside,) = data.glob("replaced-*")
    assert (aside / "station.db").read_bytes() == b"broken"
    assert (aside / "config" / "tags.csv").read_text() == "broken"
