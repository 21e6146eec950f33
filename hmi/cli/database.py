"""`database info|encrypt|decrypt`: what the station's database is, and encryption at rest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UsageError
from hmi.cli.options import places, print_json, wants_json

if TYPE_CHECKING:
    from hmi.model.station import StorageSettings
    from hmi.storage.cipher import FileKey
    from hmi.storage.inspection import DatabaseState


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `database info|encrypt|decrypt`."""
    parser = commands.add_parser("database", help="what the station's database is, and its encryption")
    forms = parser.add_subparsers(dest="database_command", metavar="COMMAND", required=True)
    info = forms.add_parser(
        "info", help="engine, encryption, schema, size and soundness, also beside a running station"
    )
    info.set_defaults(run=run_info)
    encrypt = forms.add_parser("encrypt", help="encrypt the database with storage.key; the station is stopped")
    encrypt.set_defaults(run=run_encrypt)
    decrypt = forms.add_parser("decrypt", help="undo the encryption; the station is stopped")
    decrypt.set_defaults(run=run_decrypt)


def run_info(args: argparse.Namespace) -> int:
    """Prints what the database is; exit 1 if it is damaged."""
    state = _look(args)
    document = {
        "place": state.place,
        "engine": state.engine,
        "encrypted": state.encrypted,
        "cipher": state.cipher or None,
        "schema": state.schema or None,
        "bytes": state.bytes,
        "sound": None if state.problems is None else not state.problems,
        "problems": list(state.problems or ()),
    }
    if wants_json(args):
        print_json(document)
    else:
        for name, value in document.items():
            if value is not None and value != []:
                print(f"{name}: {_shown(value)}")
    return Exit.NO if state.problems else Exit.DONE


def _look(args: argparse.Namespace) -> DatabaseState:
    from hmi.cli.stored import configured, key_of, open_reading
    from hmi.storage.cipher import FileKey
    from hmi.storage.inspection import inspect_file, inspect_server

    where = configured(args)
    if not where.storage.url.startswith("sqlite"):
        with open_reading(args, where) as database:
            return inspect_server(database)
    key = key_of(where.storage)
    return inspect_file(_file_of(args, where.storage), FileKey(key) if key else None)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else str(value)


def run_encrypt(args: argparse.Namespace) -> int:
    """Encrypts the file of a stopped station, with a new key if `storage.key` names none that exists."""
    from hmi.cli.offline_trail import record_offline
    from hmi.station.lock import StationLock
    from hmi.storage.cipher import is_plain
    from hmi.storage.conversion import encrypt_file, require_readable

    storage, file = _settings(args)
    with StationLock(places(args).data):
        plain = is_plain(file)
        key, made = _key(storage, may_make=plain is not False)
        if made:
            _say(
                f"A key was made and is kept as '{storage.key}'. Without it neither the database nor its backups "
                "can be read: keep a copy of it in a safe place."
            )
        if plain is None:
            print("there is no database yet; the station makes an encrypted one")
            return Exit.DONE
        if plain is False:
            require_readable(file, key)
            print(f"already encrypted: {file}")
            return Exit.DONE
        rows = encrypt_file(file, key)
        record_offline(args, "DATABASE_ENCRYPTED", "database", "the database is encrypted", new=storage.key)
    print(f"encrypted: {file} ({rows} rows)")
    left = _plain_copies(places(args).data)
    if left:
        _say("Not encrypted are what was kept before, delete it when you have a new backup: " + ", ".join(left))
    return Exit.DONE


def run_decrypt(args: argparse.Namespace) -> int:
    """Makes the file of a stopped station readable without a key again."""
    from hmi.access.audit.trail import INTENDED
    from hmi.cli.offline_trail import record_offline
    from hmi.station.lock import StationLock
    from hmi.storage.cipher import is_plain
    from hmi.storage.conversion import decrypt_file, require_readable

    storage, file = _settings(args)
    with StationLock(places(args).data):
        plain = is_plain(file)
        if plain is None:
            print("there is no database yet")
        elif plain:
            print(f"not encrypted: {file}")
        else:
            key, _ = _key(storage, may_make=False)
            # before: afterwards storage.key no longer fits the file until somebody takes it out
            require_readable(file, key)
            record_offline(args, "DATABASE_DECRYPTED", "database", "the database is decrypted now", result=INTENDED)
            rows = decrypt_file(file, key)
            print(f"decrypted: {file} ({rows} rows)")
    _say("Take storage.key out of station.yaml before the next start; keep the key for the backups made with it.")
    return Exit.DONE


def _settings(args: argparse.Namespace) -> tuple[StorageSettings, Path]:
    from hmi.cli.stored import configured
    from hmi.storage.cipher import need_sqlite

    storage = configured(args).storage
    need_sqlite("sqlite" if storage.url.startswith("sqlite") else "")
    if not storage.key:
        raise UsageError("Name the key first: 'key: keyring:station-db' below storage in station.yaml.")
    return storage, _file_of(args, storage)


def _file_of(args: argparse.Namespace, storage: StorageSettings) -> Path:
    from hmi.storage.database import parse_url

    return Path(str(parse_url(storage.url, places(args).data).database))


def _key(storage: StorageSettings, *, may_make: bool) -> tuple[FileKey, bool]:
    """The key `storage.key` names, and whether it had to be made; only a keyring entry can be made here."""
    from hmi.secrets import SecretStore
    from hmi.secrets.keys import new_key
    from hmi.storage.cipher import FileKey, key_of

    store = SecretStore()
    kind, _, name = storage.key.partition(":")
    if kind != "keyring" or not may_make or store.find(name) is not None:
        return FileKey(key_of(storage, store) or ""), False
    store.set(name, new_key())
    return FileKey(store.resolve(storage.key)), True


def _plain_copies(data: Path) -> list[str]:
    """Backups and replaced databases that hold the content unencrypted."""
    from hmi.storage.archive import BackupError, read_manifest
    from hmi.storage.backup import Backups
    from hmi.storage.cipher import is_plain

    found = []
    backups = Backups(data)
    for record in backups.list():
        try:
            manifest = read_manifest(backups.path(record.id))
        except BackupError:
            continue
        if manifest.database == "sqlite" and not manifest.encrypted:
            found.append(f"backup {record.id}")
    found += [str(file.parent) for file in sorted(data.glob("replaced-*/station.db")) if is_plain(file)]
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr)
