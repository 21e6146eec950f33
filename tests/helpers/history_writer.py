"""A process that records as a station does until it is killed: `python -m tests.helpers.history_writer FOLDER RUN`.

Prints `ack N` after each acknowledged write, `rec I` before recording turn I, `com I` once all turns up to I are said
to be on disk.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import text

from hmi.base.clock import SystemClock
from hmi.history import recorder
from hmi.history.store import assign_numbers
from hmi.model.samples import SampleBatch
from hmi.model.tags import TagDefinition
from hmi.storage.database import Database

TAGS = 20
RUN_SIZE = 1_000_000


def run(folder: Path, number: int) -> None:
    recorder._SEAL_ROWS = 3  # type: ignore[misc]  # seals under the killer's hands
    clock = SystemClock()
    database = Database.open("sqlite", data_dir=folder)
    database.writer.start()
    definitions = [TagDefinition(f"load/t{i}", "plc", "holding:0", type="uint32") for i in range(TAGS)]
    numbers = assign_numbers(database, definitions, clock.now_us())
    history = recorder.History(
        database, [replace(d, number=numbers[d.path]) for d in definitions], clock, commit_us=250_000
    )
    history.start()
    tags = np.array(sorted(numbers.values()), np.int32)
    recorded: list[tuple[int, int]] = []
    turn = 0
    while True:
        key = f"ack/{number}/{turn}"
        future = database.writer.submit(
            lambda c, key=key: c.execute(text("INSERT INTO meta VALUES (:k, 'x')"), {"k": key})
        )
        print(f"rec {turn}", flush=True)
        now = clock.now_us()
        history.record(
            SampleBatch(
                tag=tags,
                t_source_us=np.full(TAGS, now // 1000 * 1000),
                t_receive_us=np.full(TAGS, now // 1000 * 1000),
                value=np.full(TAGS, float(number * RUN_SIZE + turn)),
                status=np.zeros(TAGS, np.uint32),
            )
        )
        recorded.append((clock.now_us(), turn))
        future.result()
        print(f"ack {turn}", flush=True)
        done = [t for at, t in recorded if at < history.last_commit_us]
        if done:
            print(f"com {done[-1]}", flush=True)
            recorded = [(at, t) for at, t in recorded if t > done[-1]]
        turn += 1
        time.sleep(0.01)


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))
