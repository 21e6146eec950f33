"""kill -9 at random moments: what was acknowledged is there, and all samples but the last moment's, once each."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from hmi.history.reading.reader import HistoryReader
from hmi.history.store import last_recorded_us
from hmi.storage.database import Database
from tests.helpers.counterparts import ROOT
from tests.helpers.history_format import read_everything
from tests.helpers.history_writer import RUN_SIZE, TAGS
from tests.helpers.waiting import eventually

_pause = threading.Event()


class _Victim:
    """The writing process and what it said before it died."""

    def __init__(self, folder: Path, number: int) -> None:
        self.said: dict[str, int] = {"rec": -1, "ack": -1, "com": -1}
        command = [sys.executable, "-m", "tests.helpers.history_writer", str(folder), str(number)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, _, turn = line.partition(" ")
            if turn.endswith("\n"):
                self.said[word] = int(turn)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(20)
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _kill_and_check(folder: Path, number: int, moment: random.Random) -> int:
    victim = _Victim(folder, number)
    try:
        eventually(lambda: victim.said["rec"] >= 0, "the writing process records", 60)
        _pause.wait(moment.uniform(0.05, 1.5))
    finally:
        victim.kill()
    said = victim.said
    rows = read_everything(folder / "station.db")
    assert len(rows) == TAGS
    for path, samples in rows.items():
        turns = [int(row.value) - number * RUN_SIZE for row in samples if int(row.value) // RUN_SIZE == number]  # type: ignore[arg-type]
        assert turns == list(range(len(turns))), f"{path}: a sample is missing or there twice"
        assert len(turns) > said["com"], f"{path}: a sample said to be on disk is missing"
    connection = sqlite3.connect(folder / "station.db")
    acknowledged = {key for (key,) in connection.execute("SELECT key FROM meta WHERE key LIKE ?", (f"ack/{number}/%",))}
    connection.close()
    assert {f"ack/{number}/{turn}" for turn in range(said["ack"] + 1)} <= acknowledged
    return said["ack"]


def _run(folder: Path, kills: int, seed: int) -> None:
    moment = random.Random(seed)
    acknowledged = interrupted = 0
    for number in range(kills):
        interrupted += number > 0 and _is_anything_recorded(folder)
        acknowledged += _kill_and_check(folder, number, moment) + 1
    assert acknowledged > kills
    with Database.open("sqlite", data_dir=folder, read_only=True) as database:
        reader = HistoryReader(database)
        assert reader.verify() == []
        outside = {path: [r.value for r in rows] for path, rows in read_everything(folder / "station.db").items()}
        for tag in reader.tags():
            mine = [v for part in reader.iterate(tag.number, 0, 2**62) for v in part.value.tolist()]
            assert Counter(mine) == Counter(outside[tag.path])
        stops = [gap for gap in reader.gaps(0, 2**62) if gap.cause == "station_stopped"]
        assert len(stops) == interrupted >= kills - 2


def _is_anything_recorded(folder: Path) -> bool:
    """False after a first run that was killed before its first commit: its successor has nothing to continue."""
    with Database.open("sqlite", data_dir=folder, read_only=True) as database, database.reader() as connection:
        return last_recorded_us(connection) is not None


@pytest.mark.parametrize("seed", [1, 2647127793], ids=["later", "before the first commit"])
def test_a_few_kills(tmp_path: Path, seed: int) -> None:
    _run(tmp_path, 3, seed)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_a_hundred_kills(tmp_path: Path) -> None:
    _run(tmp_path, 100, seed=random.SystemRandom().randrange(2**32))
