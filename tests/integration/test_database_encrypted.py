"""The station's database encrypted at rest: nothing readable on the disk, everything readable with the key."""

from __future__ import annotations

import json
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection, text

from hmi.base.errors import UsageError
from hmi.cli.main import main
from hmi.history.reading.reader import HistoryReader
from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.secrets.keys import new_key
from hmi.station.lock import StationLock
from hmi.storage import conversion
from hmi.storage.archive import read_manifest, unpack
from hmi.storage.backup import Backups
from hmi.storage.cipher import FileKey, cipher_module, is_plain
from hmi.storage.conversion import decrypt_file, encrypt_file
from hmi.storage.database import Database, has_wal_reset_race
from hmi.storage.faults import StorageError
from hmi.storage.inspection import inspect_server
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.databases import running_database
from tests.helpers.postgres import PostgresServer
from tests.helpers.program import Program, command, get_json
from tests.helpers.secret_service import secret_service

SECOND = 1_000_000
_EXPORT = conversion._export
KEY, OTHER = new_key(), new_key()
CANARY = "canary7f3a"
VARIABLE = "PLANT_HMI_SECRET_STATION_DB"
STATION = "id: demo\nstorage: {key: keyring:station-db}\napi: {port: 0}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "station.yaml").write_text(STATION)
    (folder / "plant.yaml").write_text("plant: {name: Demo, timezone: UTC}\n")
    (folder / "tags.csv").write_text("path,device,address\n")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data of a stopped station that is not encrypted yet, with samples in journal, chunks and text."""
    folder = tmp_path / "data"
    with running_database(folder, ManualClock()) as database:
        _record(database)
    return folder


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, KEY)
    return KEY


@pytest.fixture
def places(data: Path, config: Path) -> list[str]:
    return ["--data", str(data), "--config", str(config)]


def _record(database: Database, start: int = 0) -> None:
    tags = [TagDefinition(path=f"line1/{CANARY}{i}", device="plc", address="holding:0") for i in range(3)]
    numbers = assign_numbers(database, tags, EPOCH_US)
    history = History(database, [replace(t, number=numbers[t.path]) for t in tags], ManualClock(), free_ratio=lambda: 1)
    t = EPOCH_US + (start + np.arange(200, dtype=np.int64)) * SECOND
    for number in numbers.values():
        history.record(
            SampleBatch(np.full(200, number, np.int32), t, t, np.arange(200) * 0.5, np.zeros(200, np.uint32))
        )
    assert history.flush()
    seal_journal(database)
    history.note_gap(f"device:{CANARY}", EPOCH_US, EPOCH_US + SECOND, "device_down", CANARY)
    assert history.flush()
    history.stop()


def _samples(database: Database) -> dict[str, list[object]]:
    reader = HistoryReader(database)
    return {
        tag.path: [s for part in reader.iterate(tag.number, 0, 2**62) for s in part.as_batch(tag.number).samples()]
        for tag in reader.tags()
    }


def _stored(data: Path, key: str | None = None) -> dict[str, list[object]]:
    with Database.open("sqlite", data_dir=data, key=key, read_only=True) as database:
        assert HistoryReader(database).verify() == []
        return _samples(database)


def _readable(folder: Path) -> list[str]:
    """Files in which the content stands in plain: found by a path, or by the head of a SQLite file."""
    signs = (CANARY.encode(), CANARY.encode("utf-16-le"), b"SQLite format 3", b"CREATE TABLE")
    return [
        file.name for file in folder.rglob("*") if file.is_file() and any(sign in file.read_bytes() for sign in signs)
    ]


def test_nothing_is_readable_after_encrypting_and_everything_with_the_key(
    data: Path, places: list[str], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _stored(data)
    assert _readable(data) == ["station.db"]
    mode = (data / "station.db").stat().st_mode
    assert main(["database", "encrypt", *places]) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"encrypted: {data / 'station.db'} (")
    assert _readable(data) == []
    assert not list(data.glob("*.converting*"))
    assert (data / "station.db").stat().st_mode == mode
    assert _stored(data, key) == before
    assert main(["database", "encrypt", *places]) == 0
    assert "already encrypted" in capsys.readouterr().out
    assert main(["database", "decrypt", *places]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("decrypted: ") and "Take storage.key out" in told.err
    assert _stored(data) == before
    assert main(["database", "decrypt", *places]) == 0
    assert "not encrypted" in capsys.readouterr().out


def test_writer_and_readers_work_at_once_and_the_log_is_encrypted_too(tmp_path: Path) -> None:
    with running_database_with(tmp_path, KEY) as database:
        assert database.encrypted
        with database.reader() as connection:
            view = connection.execute(text("SELECT count(*) FROM tags")).scalar()
            _record(database)
            assert connection.execute(text("SELECT count(*) FROM tags")).scalar() == view == 0
        _record(database, 300)
        assert {path: len(rows) for path, rows in _samples(database).items()} == {
            f"line1/{CANARY}{i}": 400 for i in range(3)
        }
        assert (tmp_path / "station.db-wal").stat().st_size > 0
        assert _readable(tmp_path) == []
        second = _stored(tmp_path, KEY)
        with pytest.raises(StorageError):
            database.writer.run(_fill_up, 30)
        assert _samples(database) == second
    assert _readable(tmp_path) == []


def running_database_with(folder: Path, key: str) -> Database:
    database = Database.open("sqlite", data_dir=folder, clock=ManualClock(), key=key)
    database.writer.start()
    return database


def _fill_up(connection: Connection) -> None:
    connection.execute(text("PRAGMA max_page_count=1"))
    connection.execute(text("INSERT INTO meta VALUES ('big', :v)"), {"v": "x" * 10_000_000})


def test_the_engine_is_without_the_race_and_no_older_than_the_other() -> None:
    from pysqlite3 import dbapi2

    assert not has_wal_reset_race(cipher_module().sqlite_version_info)
    assert cipher_module().sqlite_version_info >= dbapi2.sqlite_version_info


@pytest.mark.parametrize("read_only", [True, False])
def test_every_mismatch_of_key_and_file_is_one_plain_sentence(data: Path, read_only: bool) -> None:
    def opened(key: str | None) -> str:
        with pytest.raises(StorageError) as caught:
            Database.open("sqlite", data_dir=data, key=key, read_only=read_only)
        for secret in (KEY, OTHER, "hunter2"):
            assert secret not in str(caught.value)
        return str(caught.value)

    assert "is not encrypted, but storage.key names a key" in opened(KEY)
    assert "64 hexadecimal digits" in opened("hunter2")
    encrypt_file(data / "station.db", FileKey(KEY))
    assert "is encrypted or damaged: name its key with storage.key" in opened(None)
    assert "does not open with the key that storage.key names" in opened(OTHER)
    assert _stored(data, KEY)


def test_a_key_for_a_server_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PostgreSQL server encrypts its own disk"):
        Database.open("postgresql+psycopg://plant@127.0.0.1:1/plant", data_dir=tmp_path, key=KEY)


def test_the_key_is_in_no_repr_and_not_pickled() -> None:
    assert repr(FileKey(KEY)) == "FileKey()"
    with pytest.raises(TypeError):
        pickle.dumps(FileKey(KEY))


def test_a_locked_or_damaged_or_full_file_is_left_as_it_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, file = _stored(data), data / "station.db"
    # the same engine as the conversion's: two engines in one process do not see one another's locks
    other = cipher_module().connect(str(file), isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM tags").fetchall()
    monkeypatch.setattr("hmi.storage.conversion._WAIT_S", 0.05)
    with pytest.raises(StorageError, match=r"locked by another program|in use by another"):
        encrypt_file(file, FileKey(KEY))
    other.close()
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 5000, 5000))
        with pytest.raises(StorageError, match="is full: the new file needs"):
            encrypt_file(file, FileKey(KEY))
    with monkeypatch.context() as broken:
        broken.setattr("hmi.storage.conversion._export", _lose_a_row)
        with pytest.raises(StorageError, match="Table tags has 2 rows instead of 3"):
            encrypt_file(file, FileKey(KEY))
    assert [entry.name for entry in data.iterdir()] == ["station.db"]
    assert _stored(data) == before
    content = bytearray(file.read_bytes())
    content[5000:9000] = bytes(4000)
    file.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        encrypt_file(file, FileKey(KEY))
    assert file.read_bytes()[4096:] == bytes(content)[4096:]


def _lose_a_row(connection: object, fresh: Path, key: FileKey | None) -> None:
    _EXPORT(connection, fresh, key)
    connection.execute("DELETE FROM fresh.tags WHERE number = (SELECT max(number) FROM fresh.tags)")  # type: ignore[attr-defined]


def test_what_the_file_carries_besides_rows_comes_along(data: Path) -> None:
    from pysqlite3 import dbapi2

    file = data / "station.db"
    connection = dbapi2.connect(str(file), isolation_level=None)
    connection.execute("PRAGMA user_version = 7")
    connection.execute("PRAGMA application_id = 42")
    connection.execute("CREATE TRIGGER keep BEFORE DELETE ON meta BEGIN SELECT raise(ABORT, 'no'); END")
    connection.execute("ANALYZE")
    connection.close()
    encrypt_file(file, FileKey(KEY))
    decrypt_file(file, FileKey(KEY))
    connection = dbapi2.connect(str(file), isolation_level=None)
    assert connection.execute("PRAGMA user_version").fetchone() == (7,)
    assert connection.execute("PRAGMA application_id").fetchone() == (42,)
    assert connection.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] >= 1
    connection.close()


def test_leftovers_of_a_killed_conversion_go_when_the_station_starts(data: Path) -> None:
    for name in ("station.db.converting", "station.db.converting-wal"):
        (data / name).write_text(CANARY)
    with running_database(data, ManualClock()):
        assert not list(data.glob("*.converting*"))


def test_the_commands_need_a_stopped_station_and_a_key_in_the_configuration(
    data: Path, config: Path, places: list[str], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with StationLock(data):
        for action in ("encrypt", "decrypt"):
            assert main(["database", action, *places]) == 5
            assert "is in use by" in capsys.readouterr().err
    (config / "station.yaml").write_text("id: demo\n")
    assert main(["database", "encrypt", *places]) == 64
    assert "key: keyring:station-db" in capsys.readouterr().err
    assert is_plain(data / "station.db")


def test_without_a_key_and_without_a_keyring_nothing_happens(
    data: Path, places: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["database", "encrypt", *places]) == 1
    told = capsys.readouterr()
    assert "no keyring that can be trusted" in told.err and VARIABLE in told.err
    assert is_plain(data / "station.db")
    monkeypatch.setenv(VARIABLE, KEY)
    assert main(["database", "encrypt", *places]) == 0
    monkeypatch.delenv(VARIABLE)
    for arguments in (["database", "encrypt"], ["database", "info"], ["database", "decrypt"], ["history", "info"]):
        capsys.readouterr()
        assert main([*arguments, *places]) == 1
        assert "no keyring that can be trusted" in capsys.readouterr().err
    assert _stored(data, KEY)


def test_info(data: Path, places: list[str], key: str, capsys: pytest.CaptureFixture[str], config: Path) -> None:
    (config / "station.yaml").write_text("id: demo\n")
    assert main(["database", "info", "--json", *places]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["encrypted"] is False and plain["sound"] is True and plain["cipher"] is None
    (config / "station.yaml").write_text(STATION)
    assert main(["database", "encrypt", *places]) == 0
    capsys.readouterr()
    assert main(["database", "info", "--json", *places]) == 0
    state = json.loads(capsys.readouterr().out)
    assert state["encrypted"] is True and state["cipher"].startswith("SQLCipher 4")
    assert state["engine"].startswith("SQLite 3.") and state["schema"] == plain["schema"] != ""
    assert state["bytes"] == (data / "station.db").stat().st_size
    assert main(["database", "info", *places]) == 0
    assert "encrypted: yes\n" in capsys.readouterr().out
    content = bytearray((data / "station.db").read_bytes())
    content[-2000] ^= 1
    (data / "station.db").write_bytes(content)
    assert main(["database", "info", *places]) == 1
    told = capsys.readouterr()
    assert "sound: no" in told.out or "damaged" in told.err


@pytest.mark.counterpart
def test_info_of_a_server(tmp_path: Path, postgres: PostgresServer) -> None:
    with running_database(tmp_path, ManualClock(), postgres.new_database()) as database:
        state = inspect_server(database)
    assert state.engine.startswith("PostgreSQL ") and state.bytes > 0
    assert (state.encrypted, state.problems) == (None, None)


def test_commands_beside_the_file_work_with_the_key(
    data: Path, places: list[str], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = (
        ["history", "export"],
        ["history", "info", "--json"],
        ["history", "verify"],
        ["alarms", "verify"],
        ["alarms", "journal"],
    )
    encrypt_file(data / "station.db", FileKey(KEY))
    answers = []
    for arguments in commands:
        code = main([*arguments, *places])
        answers.append((code, capsys.readouterr().out))
        assert code == 0, arguments
    assert CANARY in answers[0][1] and json.loads(answers[1][1])["tags"] == 3
    with running_database_with(data, KEY):
        for arguments in commands:
            assert main([*arguments, *places]) == 0


def test_backups_stay_encrypted_and_come_back(
    data: Path,
    config: Path,
    places: list[str],
    key: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert main(["backup", "create", *places]) == 1
    assert "is not encrypted, but storage.key" in capsys.readouterr().err
    (config / "station.yaml").write_text("id: demo\n")
    (config / "seal.key").write_text(KEY)  # configuration and data in one folder
    assert main(["backup", "create", *places]) == 0
    former = capsys.readouterr().out.strip()
    (config / "station.yaml").write_text(STATION)
    assert main(["database", "encrypt", *places]) == 0
    assert f"backup {former}" in capsys.readouterr().err
    before = _stored(data, KEY)
    assert main(["backup", "create", *places]) == 0
    made = capsys.readouterr().out.strip()
    archive = Backups(data).path(made)
    manifest = read_manifest(archive)
    assert (manifest.encrypted, manifest.key, manifest.rows["tags"]) == (True, "keyring:station-db", 3)
    unpack(archive, tmp_path / "unpacked")
    assert _readable(tmp_path / "unpacked") == []
    assert not list((tmp_path / "unpacked").rglob("seal.key"))
    assert all(KEY.encode() not in file.read_bytes() for file in (tmp_path / "unpacked").rglob("*") if file.is_file())
    assert main(["backup", "verify", made, *places]) == 0
    assert main(["backup", "verify", former, *places]) == 0

    monkeypatch.setenv(VARIABLE, OTHER)
    capsys.readouterr()
    assert main(["backup", "verify", made, *places]) == 1
    assert "does not open with the key of keyring:station-db" in capsys.readouterr().err
    monkeypatch.delenv(VARIABLE)
    for arguments in (["verify", made], ["restore", made, "--replace"], ["restore", made, "--to", str(tmp_path / "r")]):
        assert main(["backup", *arguments, *places]) == 1
        assert f"{archive} is encrypted and its key is missing here." in capsys.readouterr().err
    assert main(["backup", "list", *places]) == 0
    assert made in capsys.readouterr().out
    monkeypatch.setenv(VARIABLE, KEY)
    assert _stored(data, KEY) == before

    (data / "station.db").write_bytes(b"broken")
    (config / "station.yaml").write_text("broken: [")
    assert main(["backup", "restore", made, "--to", str(tmp_path / "restored"), *places]) == 0
    assert main(["backup", "restore", made, "--replace", *places]) == 0
    assert _stored(data, KEY) == _stored(tmp_path / "restored", KEY) == before
    assert (config / "station.yaml").read_text() == STATION


def test_encrypting_and_decrypting_are_on_record(
    data: Path, places: list[str], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for action in ("encrypt", "encrypt", "decrypt", "encrypt"):
        assert main(["database", action, *places]) == 0
    assert "not on record" not in capsys.readouterr().err
    assert main(["audit", "list", "--action", "DATABASE_*", "--json", *places]) == 0
    rows = json.loads(capsys.readouterr().out)["items"]
    assert [(row["action"], row["new"], row["result"]) for row in reversed(rows)] == [
        ("DATABASE_ENCRYPTED", "keyring:station-db", "done"),
        ("DATABASE_DECRYPTED", "", "intended"),
        ("DATABASE_ENCRYPTED", "keyring:station-db", "done"),
    ]
    assert all(row["actor"].startswith("os:") for row in rows)
    assert main(["audit", "verify", *places]) == 0


@pytest.mark.counterpart
def test_a_key_is_made_in_the_keyring_once(data: Path, places: list[str]) -> None:
    before = _stored(data)
    with secret_service() as desktop:
        desktop.lock()
        refused = desktop.program("database", "encrypt", *places)
        assert refused.returncode == 1 and "is locked" in refused.stderr
        assert is_plain(data / "station.db")
    with secret_service() as desktop:
        done = desktop.program("database", "encrypt", *places)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("A key was made and is kept as 'keyring:station-db'.")
        read = "from hmi.secrets import SecretStore; print(SecretStore().resolve('keyring:station-db'))"
        key = desktop.run("-c", read).stdout.strip()
        assert key not in done.stdout + done.stderr
        assert _stored(data, key) == before
        assert desktop.program("database", "decrypt", *places).returncode == 0
        again = desktop.program("database", "encrypt", *places)
        assert (again.returncode, again.stderr) == (0, "")
        assert _stored(data, key) == before
        assert desktop.program("secret", "delete", "station-db").returncode == 0
        lost = desktop.program("database", "encrypt", *places)
        assert lost.returncode == 1 and "'station-db' is not in the keyring" in lost.stderr
        left = json.loads(desktop.program("secret", "list", "--json", *places).stdout)["items"]
        assert left == ["station-seal"], "the key of the station that the trail of these deeds is witnessed with"


def test_a_station_runs_on_it_and_shows_the_key_nowhere(data: Path, places: list[str], key: str) -> None:
    encrypt_file(data / "station.db", FileKey(KEY))
    with Program("run", "--headless", *places, "--log-level", "DEBUG", env={VARIABLE: KEY}) as station:
        api = station.ready()
        answers = [get_json(api + path) for path in ("/health", "/api/v1/tags")]
        made = command("backup", "create", *places, env={VARIABLE: KEY})
        assert made.returncode == 0, made.stderr
        assert station.terminate() == 0
        told = json.dumps(answers) + "\n".join([*station.lines, *station.messages])
    assert KEY not in told
    assert [file for file in data.rglob("*") if file.is_file() and KEY.encode() in file.read_bytes()] == []
    assert read_manifest(Backups(data).path(made.stdout.strip())).encrypted
    assert len(_stored(data, KEY)) >= 3
    refused = command("run", "--headless", *places)
    assert refused.returncode == 1
    assert "It is the key of the database (storage.key)" in refused.stderr
