"""The threads of a station's facade, which come into being as they are needed."""

from __future__ import annotations

import threading

from hmi.facade.contract import Facade
from hmi.station.front.inprocess import READERS
from tests.helpers.waiting import eventually


def start_all_readers(facade: Facade) -> None:
    """Has the pool make all its threads; a station that several tests share would seem to leak one otherwise."""

    def all_run() -> bool:
        for answer in [facade.backups() for _ in range(4 * READERS)]:
            answer.result(30)
        return sum(thread.name.startswith("facade_") for thread in threading.enumerate()) == READERS

    eventually(all_run, "the pool has all its threads", 30)
