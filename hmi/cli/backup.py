"""`backup create|list|verify|restore`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmi.base.errors import Exit, UsageError
from hmi.cli.acting import acting, add_signature_options, add_user_option, signed
from hmi.cli.options import places, print_json, wants_json

if TYPE_CHECKING:
    from hmi.storage.backup import BackupRecord


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `backup create|list|verify ID|restore ID`."""
    parser = commands.add_parser("backup", help="copies of database and configuration")
    forms = parser.add_subparsers(dest="backup_command", metavar="COMMAND", required=True)
    create = forms.add_parser("create", help="make and verify a backup now, also beside a running station")
    add_user_option(create)
    add_signature_options(create, reason=True)
    create.set_defaults(run=run_create)
    listing = forms.add_parser("list", help="backups, newest first")
    listing.set_defaults(run=run_list)
    verify = forms.add_parser("verify", help="restore into a scratch place and compare")
    verify.add_argument("id", metavar="ID")
    verify.set_defaults(run=run_verify)
    restore = forms.add_parser("restore", help="put a backup into a new folder or in place of the station's data")
    restore.add_argument("id", metavar="ID")
    restore.add_argument("--to", type=Path, metavar="DIR", help="a new or empty folder")
    restore.add_argument(
        "--replace", action="store_true", help="replace data and configuration; the station is stopped"
    )
    restore.set_defaults(run=run_restore)


def run_create(args: argparse.Namespace) -> int:
    """Makes a backup, verifies it and prints its id; a running station makes it and ships it too."""
    from hmi.cli.client import station_client

    if station_client(places(args).data) is not None:
        with acting(args) as client:
            body = {"signature": signed(client, "backup.create", "backup", args)}
            made_there = client.post("/api/v1/backups", body)
        if wants_json(args):
            print_json(made_there)
        else:
            print(made_there["id"])
        return Exit.DONE
    from hmi.cli.offline_trail import record_offline
    from hmi.cli.stored import configured, key_of, password_of
    from hmi.storage.backup import Backups
    from hmi.storage.database import Database

    where = configured(args)
    storage, here = where.storage, places(args)
    with Database.open(
        storage.url, data_dir=here.data, password=password_of(storage), key=key_of(storage), read_only=True
    ) as database:
        backups = Backups(here.data, key=storage.key)
        made = backups.create(database, here.config, where.station or "station")
        record = backups.verify(made.id)
    record_offline(args, "BACKUP_CREATED", "backup", "the backup is made", new=made.id, take_lock=True)
    _print_one(args, record)
    return Exit.DONE


def run_list(args: argparse.Namespace) -> int:
    """Prints the backups in the data directory."""
    from hmi.model.timestamps import iso
    from hmi.storage.backup import Backups

    records = Backups(places(args).data).list()
    if wants_json(args):
        print_json({"items": [_plain(record) for record in records], "next": None})
        return Exit.DONE
    for record in records:
        state = f"verified {iso(record.verified_us)}" if record.verified_us else "not verified"
        print(f"{record.id}  {record.bytes} bytes  {state}  {', '.join(record.places)}")
    return Exit.DONE


def run_verify(args: argparse.Namespace) -> int:
    """Verifies one backup; exit 1 with the reason if it is not sound."""
    from hmi.storage.backup import Backups

    record = Backups(places(args).data, key=_key(args)).verify(args.id)
    if wants_json(args):
        print_json(_plain(record))
    else:
        print(f"ok: {record.id}")
    return Exit.DONE


def run_restore(args: argparse.Namespace) -> int:
    """Restores into `--to`, or with `--replace` in place of what is there."""
    if bool(args.to) == bool(args.replace):
        raise UsageError("give either --to DIR or --replace")
    from hmi.storage.backup import Backups

    here = places(args)
    backups = Backups(here.data, key=_key(args))
    if args.to is not None:
        backups.restore(args.id, args.to)
        print(args.to)
        return Exit.DONE
    from hmi.station.lock import StationLock

    with StationLock(here.data):
        _replace(args, backups)
        _record_restore(args)
    print(f"restored: {args.id}")
    return Exit.DONE


def _replace(args: argparse.Namespace, backups: Any) -> None:
    from hmi.cli.stored import configured, password_of
    from hmi.storage.archive import read_manifest
    from hmi.storage.database import Database

    here = places(args)
    if read_manifest(backups.path(args.id)).database == "sqlite":
        backups.replace(args.id, here.config)
        return
    storage = configured(args).storage
    if storage.url.startswith("sqlite"):
        backups.replace(args.id, here.config)  # refuses, in its own words
        return
    with Database.open(storage.url, data_dir=here.data, password=password_of(storage)) as database:
        backups.replace(args.id, here.config, database)


def _record_restore(args: argparse.Namespace) -> None:
    """Tells the witness of the audit trail, or rows newer than the backup would look like cut off."""
    from hmi.base.errors import PlantError
    from hmi.cli.offline_trail import offline_actor, offline_trail

    try:
        with offline_trail(args) as trail:
            trail.note_restored(args.id, offline_actor())
    except PlantError as fault:
        print(
            f"the backup is restored, but this is not on record and 'audit verify' will miss rows: {fault}",
            file=sys.stderr,
        )


def _key(args: argparse.Namespace) -> str:
    """The reference of `storage.key`; a configuration with mistakes must not keep a backup from being restored."""
    from hmi.base.errors import PlantError
    from hmi.cli.stored import configured

    try:
        return configured(args).storage.key
    except PlantError:
        return ""


def _print_one(args: argparse.Namespace, record: BackupRecord) -> None:
    if wants_json(args):
        print_json(_plain(record))
    else:
        print(record.id)


def _plain(record: BackupRecord) -> dict[str, Any]:
    from hmi.model.timestamps import iso, iso_or_none

    return {
        "id": record.id,
        "station": record.station,
        "version": record.version,
        "created": iso(record.created_us),
        "bytes": record.bytes,
        "verified": iso_or_none(record.verified_us),
        "places": list(record.places),
        "kind": record.kind,
    }
