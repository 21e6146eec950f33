"""kill -9 while the database is encrypted or decrypted: the old file or the new one is there, whole, with all rows."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from hmi.secrets.keys import new_key
from hmi.storage.cipher import FileKey, is_plain
from hmi.storage.conversion import decrypt_file, encrypt_file, open_file
from hmi.storage.database import Database
from tests.helpers.clock import ManualClock
from tests.helpers.counterparts import ROOT
from tests.helpers.databases import running_database
from tests.helpers.program import BASE_ENVIRONMENT
from tests.helpers.waiting import eventually

KEY = new_key()
VARIABLE = "PLANT_HMI_SECRET_STATION_DB"
ROWS = 20_000
_pause = threading.Event()

STEPS = ("_settle", "_need_room", "_make_like", "_export", "_compare", "_check_sound", "_to_disk", "_put_in_place")

_VICTIM = """
import os, signal, sys
from hmi.storage import conversion
from pathlib import Path
step, moment = sys.argv[1].split(":")
owner, name = (conversion, step) if hasattr(conversion, step) else (Path, step)
real = getattr(owner, name)
def die(*arguments):
    if moment == "after":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, die)
from hmi.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A station's database with its log still beside it, as a killed station leaves it."""
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "station.yaml").write_text("id: demo\nstorage: {key: keyring:station-db}\n")
    (folder / "plant.yaml").write_text("plant: {name: Demo, timezone: UTC}\n")
    (folder / "tags.csv").write_text("path,device,address\n")
    made = tmp_path / "made"
    with running_database(made, ManualClock()) as database:
        database.writer.run(
            lambda connection: connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
                "INSERT INTO meta SELECT 'key/' || i, hex(randomblob(200)) FROM n",
                (ROWS,),
            ),
            60,
        )
        (tmp_path / "data").mkdir()
        for file in made.iterdir():
            if not file.name.endswith("-shm"):
                (tmp_path / "data" / file.name).write_bytes(file.read_bytes())
    assert (tmp_path / "data" / "station.db-wal").stat().st_size > 0
    return tmp_path / "data"


def _arguments(data: Path, action: str) -> list[str]:
    return ["database", action, "--data", str(data), "--config", str(data.parent / "config")]


def _digest(data: Path, key: str | None) -> tuple[int, str]:
    from hmi.storage.cipher import cipher_module

    file_key = FileKey(key) if key else None
    with closing(open_file(data / "station.db", file_key, cipher_module(), read_only=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return tuple(
            connection.execute("SELECT count(*), sum(length(key) + unicode(value)) || max(value) FROM meta").fetchone()
        )


def _check(data: Path, expected: tuple[int, str]) -> bool:
    """True if the file is encrypted now; whichever it is, it opens as a station would open it and holds all rows."""
    encrypted = not is_plain(data / "station.db")
    key = KEY if encrypted else None
    assert _digest(data, key) == expected
    with Database.open("sqlite", data_dir=data, key=key) as database:
        assert database.encrypted is encrypted
    assert not list(data.glob("*.converting*"))
    assert _digest(data, key) == expected
    return encrypted


def _kill_at(step: str, data: Path, action: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _VICTIM, step, *_arguments(data, action)],
        env={**BASE_ENVIRONMENT, VARIABLE: KEY},
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def _run_steps(data: Path, moments: list[str]) -> None:
    expected = _digest(data, None)
    assert expected[0] >= ROWS
    for moment in moments:
        _kill_at(moment, data, "encrypt")
        changed = moment in ("_put_in_place:after", "replace:after")
        assert _check(data, expected) is changed, moment
        if changed:
            decrypt_file(data / "station.db", FileKey(KEY))
    encrypt_file(data / "station.db", FileKey(KEY))
    for moment in ("_put_in_place:before", "replace:after"):
        _kill_at(moment, data, "decrypt")
        assert _check(data, expected) is not (moment == "replace:after"), moment


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_at_the_steps_that_matter(data: Path) -> None:
    _run_steps(data, ["_settle:after", "_export:after", "_put_in_place:before", "replace:after"])


@pytest.mark.soak
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_killed_before_and_after_every_step(data: Path) -> None:
    _run_steps(data, [f"{step}:{moment}" for step in STEPS for moment in ("before", "after")] + ["replace:after"])


def _kill_sometime(data: Path, action: str, moment: random.Random) -> None:
    victim = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py"), *_arguments(data, action)],
        env={**BASE_ENVIRONMENT, VARIABLE: KEY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        fresh = data / "station.db.converting"
        eventually(lambda: fresh.exists() or victim.poll() is not None, "the conversion begins", 60)
        _pause.wait(moment.uniform(0, 0.6))
    finally:
        victim.kill()
        victim.wait(20)


def _run(data: Path, kills: int, seed: int) -> None:
    moment = random.Random(seed)
    expected = _digest(data, None)
    encrypted = False
    seen = {False: 0, True: 0}
    for _ in range(kills):
        _kill_sometime(data, "decrypt" if encrypted else "encrypt", moment)
        encrypted = _check(data, expected)
        seen[encrypted] += 1
    assert kills < 100 or all(seen.values()), seen


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_few_random_kills(data: Path) -> None:
    _run(data, 6, seed=3)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_a_hundred_random_kills(data: Path) -> None:
    _run(data, 100, seed=random.SystemRandom().randrange(2**32))
