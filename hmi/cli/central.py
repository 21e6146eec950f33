"""`central`: the server that stations ship to, and the keys of its stations."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hmi.base.errors import Exit, PlantError
from hmi.cli.options import places, print_json, wants_json

if TYPE_CHECKING:
    from hmi.central.store import CentralStore
    from hmi.cli.client import ApiClient

PASSWORD_VARIABLE = "PLANT_HMI_CENTRAL_DATABASE_PASSWORD"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `central` and `central key`."""
    parser = commands.add_parser("central", help="the server that stations ship to")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=4000, help="port, 0 = any free one")
    _add_database(parser)
    parser.set_defaults(run=run)
    parts = parser.add_subparsers(dest="part", metavar="PART")
    key = parts.add_parser("key", help="keys of stations")
    actions = key.add_subparsers(dest="action", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key and print it, this once")
    create.add_argument("station", help="id of the station")
    create.add_argument("--tenant", default="default", help="whose station it is")
    create.set_defaults(run=create_key)
    listed = actions.add_parser("list", help="list keys, never the keys themselves")
    listed.set_defaults(run=list_keys)
    revoke = actions.add_parser("revoke", help="make a key worthless at once")
    revoke.add_argument("id", help="id of the key, from the list")
    revoke.set_defaults(run=revoke_key)
    for action in (create, listed, revoke):
        _add_database(action)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database", default=argparse.SUPPRESS, metavar="URL",
        help=f"sqlite (default, in the data folder) or postgresql+psycopg://USER@HOST/DB; password in "
        f"{PASSWORD_VARIABLE}",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Serves until SIGTERM or SIGINT; prints `ready: URL`."""
    from hmi.base.log import configure_logging
    from hmi.base.serving import is_loopback
    from hmi.central.server import CentralServer
    from hmi.cli.running import stop_on_signal

    folder = _folder(args)
    configure_logging(getattr(args, "log_level", "INFO"), folder / "logs" / "central.log")
    with stop_on_signal() as stop:
        server = CentralServer(
            folder, args.host, args.port, _database(args), password=os.environ.get(PASSWORD_VARIABLE)
        )
        server.start()
        try:
            if not is_loopback(args.host):
                print(
                    "The page and the figures of this server are readable for everyone who reaches this address, "
                    "and keys travel unencrypted: put a TLS proxy with a sign-in in front of it.",
                    file=sys.stderr,
                )
            if wants_json(args):
                print_json({"event": "ready", "url": server.url})
            else:
                print(f"ready: {server.url}", flush=True)
            stop.wait()
        finally:
            server.stop()
    return int(Exit.DONE)


def create_key(args: argparse.Namespace) -> int:
    """Prints a new key."""
    from hmi.central import keys

    running = _running(args)
    if running is not None:
        key = running.post("/api/v1/keys", {"station": args.station, "tenant": args.tenant})["key"]
    else:
        with _store(args) as store:
            key = keys.create(store, args.station, args.tenant)
    if wants_json(args):
        print_json({"key": key, "station": args.station, "tenant": args.tenant})
    else:
        print(key)
        print("This is the only time the key is shown: store it now, e.g. with 'secret set'.", file=sys.stderr)
    return int(Exit.DONE)


def list_keys(args: argparse.Namespace) -> int:
    """Prints the keys by id."""
    running = _running(args)
    if running is not None:
        items: list[dict[str, Any]] = running.get("/api/v1/keys")["items"]
    else:
        from hmi.central.server import key_items

        with _store(args) as store:
            items = key_items(store.keys())
    if wants_json(args):
        print_json({"items": items, "next": None})
    else:
        for item in items:
            state = f"revoked {item['revoked']}" if item["revoked"] else "valid"
            print(f"{item['id']}  {item['tenant']}/{item['station']}  created {item['created']}  {state}")
    return int(Exit.DONE)


def revoke_key(args: argparse.Namespace) -> int:
    """Revokes a key."""
    running = _running(args)
    if running is not None:
        running.delete(f"/api/v1/keys/{args.id}")
    else:
        with _store(args) as store:
            if not store.revoke_key(args.id):
                raise PlantError(f"there is no valid key '{args.id}': 'central key list' names them")
    if wants_json(args):
        print_json({"id": args.id})
    else:
        print(f"key {args.id} is revoked")
    return int(Exit.DONE)


def _folder(args: argparse.Namespace) -> Path:
    # An explicit --data is the server's own folder; the default folder is shared with a station, so go one below.
    given = getattr(args, "data", None) or os.environ.get("PLANT_HMI_DATA")
    return Path(given) if given else places(args).data / "central"


def _database(args: argparse.Namespace) -> str:
    return str(getattr(args, "database", "sqlite"))


def _running(args: argparse.Namespace) -> ApiClient | None:
    from hmi.central.lock import read_central_file
    from hmi.cli.client import ApiClient

    found = read_central_file(_folder(args))
    return None if found is None else ApiClient(found.api, found.admin_token)


@contextmanager
def _store(args: argparse.Namespace) -> Iterator[CentralStore]:
    from hmi.base.clock import SystemClock
    from hmi.central.lock import CentralLock
    from hmi.central.store import CentralStore

    folder = _folder(args)
    lock = CentralLock(folder)
    lock.acquire()
    try:
        password = os.environ.get(PASSWORD_VARIABLE)
        store = CentralStore.open(_database(args), folder, SystemClock(), password)
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()
