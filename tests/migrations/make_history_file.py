"""Writes the kept history file of the current format version; run once per released version, never to mend a test."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np

from hmi.history.recorder import History
from hmi.history.sealing import seal_journal
from hmi.history.store import assign_numbers
from hmi.model import quality
from hmi.model.samples import Sample, SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database
from tests.helpers.clock import EPOCH_US, ManualClock
from tests.helpers.history_format import read_everything

TYPES = {"line1/analog": "float64", "line1/text": "string:8", "line1/large": "uint64", "line1/late": "float32"}


def write(folder: Path) -> None:
    """Writes `v1.sqlite` and `v1.txt` with every form a column can take."""
    clock = ManualClock()
    file = folder / "v1.sqlite"
    database = Database.open(f"sqlite:///{file}", data_dir=folder, clock=clock)
    definitions = [TagDefinition(path, "plc", "holding:0", type=kind) for path, kind in TYPES.items()]
    numbers = assign_numbers(database, definitions, EPOCH_US)
    tags = {d.path: replace(d, number=numbers[d.path]) for d in definitions}
    history = History(database, tags.values(), clock, free_ratio=lambda: 1.0)
    for turn in range(2):
        history.record(SampleBatch.of(_samples(tags, turn)))
        history.note_gap("device:plc", EPOCH_US, EPOCH_US + 1, "device_down") if turn == 0 else None
        history.flush()
        if turn == 0:
            seal_journal(database)
    history.stop()
    database.close()
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("VACUUM")
    connection.close()
    lines = [
        f"{path} {row.t_source_us} {row.t_receive_us} {row.t_server_us} {row.status:08X} {row.value!r}\n"
        for path, rows in sorted(read_everything(file).items())
        for row in rows
    ]
    (folder / "v1.txt").write_text("".join(lines), encoding="utf-8")


def _samples(tags: dict[str, TagDefinition], turn: int) -> list[Sample]:
    start = EPOCH_US + turn * 100_000_000
    rows = []
    wave = np.round(np.sin(np.arange(60) / 9) * 10, 2).tolist()
    for index, value in enumerate(wave):
        t = start + index * 1_000_000
        bad = index in (7, 8)
        rows.append(
            Sample(tags["line1/analog"].number, None if bad else value, quality.BAD_TIMEOUT if bad else 0, t, t + 2_000)
        )
        rows.append(Sample(tags["line1/late"].number, float(np.float32(value)), 0, t, t + 2_000))
    for index, word in enumerate(["Läuft", "", "a,b", "停止"]):
        rows.append(
            Sample(tags["line1/text"].number, word, 0, start + index * 1_000_001, start + index * 1_000_001 + 7)
        )
    for index, number in enumerate([2**53 + 1, 2**63, 2**64 - 1, 5]):
        t = start + index
        rows.append(
            Sample(tags["line1/large"].number, number, quality.UNCERTAIN_SUB_NORMAL, t, t, t + 3 if index % 2 else 0)
        )
    for value in (float("nan"), float("inf"), -0.0, 1e-310):
        rows.append(Sample(tags["line1/late"].number, value, 0, start - 500_000, start))
    return rows


if __name__ == "__main__":
    target = Path(__file__).parent / "history"
    target.mkdir(exist_ok=True)
    write(target)
