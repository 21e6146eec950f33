"""The audit trail of a stopped station: what is done with its files is on record as well."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from hmi.access.audit.trail import AuditTrail
from hmi.access.audit.witness import FILE_NAME, Witness
from hmi.access.guard import os_login
from hmi.base.clock import SystemClock
from hmi.base.errors import PlantError
from hmi.cli.options import places
from hmi.cli.stored import configured, open_writing
from hmi.model.access import AuditRow
from hmi.secrets import SecretStore
from hmi.secrets.sealing import SealingKey
from hmi.station.lock import StationLock


def offline_actor() -> str:
    """Who works on the files of a stopped station."""
    return f"os:{os_login()}"


@contextmanager
def offline_trail(args: argparse.Namespace) -> Iterator[AuditTrail]:
    """The trail, not started yet, for the block; the caller holds the station's lock."""
    data, where = places(args).data, configured(args)
    with open_writing(data, where.storage) as database:
        database.writer.start()
        witness = Witness(data / FILE_NAME, SealingKey.load(data, SecretStore()))
        yield AuditTrail(database, where.station, SystemClock(), witness)


def record_offline(
    args: argparse.Namespace,
    action: str,
    target: str,
    deed: str,
    *,
    new: str = "",
    result: str = "done",
    take_lock: bool = False,
) -> None:
    """Puts a deed on record, or says that it is not. Who can do it has the files: nobody is refused for want of a row.

    deed: what was done, in words, for that sentence. take_lock: the caller does not hold the station's lock.
    """
    try:
        with StationLock(places(args).data) if take_lock else nullcontext(), offline_trail(args) as trail:
            trail.start()
            row = AuditRow(SystemClock().now_us(), offline_actor(), action, target, new=new, result=result)
            trail.record(row).result()
            trail.stop()
    except PlantError as fault:
        print(f"{deed}, but this is not on record: {fault}", file=sys.stderr)
