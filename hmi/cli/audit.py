"""`audit list|verify`: who did what, through the running station or from its files, read-only."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from hmi.base.errors import Exit, PlantError, UsageError
from hmi.cli.options import places, print_json, wants_json
from hmi.cli.tables import print_table

if TYPE_CHECKING:
    from pathlib import Path

    from hmi.access.audit.trail import AuditTrail
    from hmi.access.audit.witness import Mac
    from hmi.cli.stored import Where
    from hmi.facade.access_data import AuditVerdict

_SHOWN: Final = 100
_PAGE: Final = 1_000
_VERIFY_TIMEOUT_S: Final = 600.0
_FILTERS: Final = ("actor", "action", "target", "text")
_COLUMNS: Final = (
    "seq", "t", "station", "actor", "action", "target", "address", "old", "new", "readback", "unit", "reason", "result",
    "approver", "session", "place", "signature", "prev_hash", "hash",
)  # fmt: skip


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `audit list|verify`."""
    from hmi.cli.acting import add_user_option

    parser = commands.add_parser("audit", help="who did what, and proof that nothing of it was changed")
    forms = parser.add_subparsers(dest="audit_command", metavar="COMMAND", required=True)
    listing = forms.add_parser("list", help="rows of the audit trail, newest first")
    listing.add_argument("--from", dest="start", metavar="TIME", help="from this time on")
    listing.add_argument("--to", dest="end", metavar="TIME", help="before this time")
    listing.add_argument("--since", metavar="DAY", help="like --from; also today and yesterday")
    listing.add_argument("--actor", default="", metavar="GLOB", help="who")
    listing.add_argument("--action", default="", metavar="GLOB", help="what, e.g. ALARM_* or USER_*")
    listing.add_argument("--target", default="", metavar="GLOB", help="on what, e.g. line1/*")
    listing.add_argument("--text", default="", metavar="TEXT", help="anywhere in the row")
    listing.add_argument(
        "--limit", type=int, metavar="N", help=f"at most so many rows (default {_SHOWN}, or all with a time or --csv)"
    )
    listing.add_argument("--csv", action="store_true", help="every column, for a spreadsheet")
    add_user_option(listing)
    listing.set_defaults(run=run_list)
    verify = forms.add_parser("verify", help="follow the hash chain of the whole trail and hold it against witnesses")
    add_user_option(verify)
    verify.set_defaults(run=run_verify)


def run_list(args: argparse.Namespace) -> int:
    """Prints rows; from the running station, or from its files."""
    if args.limit is not None and args.limit < 1:
        raise UsageError("--limit must be 1 or more")
    timed = bool(args.start or args.end or args.since)
    limit = args.limit if args.limit is not None else None if timed or args.csv else _SHOWN
    query = _query(args)
    with _source(args, query) as items:
        rows = items if limit is None else islice(items, limit)
        if args.csv:
            _print_csv(rows)
        elif wants_json(args):
            print_json({"items": list(rows), "next": None})
        else:
            _print_rows(rows)
            if args.limit is None and limit is not None and next(iter(items), None) is not None:
                print(f"only the newest {limit} rows; give --since, --from or --limit for more", file=sys.stderr)
    return Exit.DONE


def run_verify(args: argparse.Namespace) -> int:
    """Names the first bad row and ends with 1, or says how many rows are as they were written."""
    verdict = _verdict(args)
    if wants_json(args):
        print_json(verdict)
    elif verdict["ok"]:
        first = verdict["first_seq"] or 1
        older = f"; rows before {first} were removed as too old" if first > 1 else ""
        print(f"ok: {verdict['rows']} rows{older}, head {verdict['head']}")
        if verdict["witness"] != "none":
            print(f"witness ({verdict['witness']}): row {verdict['witness_seq']} at {verdict['t_witness']}")
        if verdict["reason"]:
            print(f"note: {verdict['reason']}")
    else:
        print(f"first bad seq: {verdict['first_bad_seq']}: {verdict['reason']}")
    return Exit.DONE if verdict["ok"] else Exit.NO


def _query(args: argparse.Namespace) -> dict[str, str]:
    """The filters as the API takes them, times as UTC text."""
    from hmi.base.clock import SystemClock
    from hmi.cli.stored import configured
    from hmi.model.timestamps import iso, parse_time, to_datetime, wall_to_us

    if args.start and args.since:
        raise UsageError("give either --from or --since")
    found = {name: getattr(args, name) for name in _FILTERS if getattr(args, name)}
    since, now_us = args.since or args.start, SystemClock().now_us()
    if not since and not args.end:
        return found
    zone = configured(args).zone
    try:
        for name, text in (("from", since), ("to", args.end)):
            days = {"today": 0, "yesterday": 1}.get(text or "")
            if days is not None:
                day = to_datetime(now_us).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
                found[name] = iso(wall_to_us(day.replace(tzinfo=None) - timedelta(days=days), zone))
            elif text:
                found[name] = iso(parse_time(text, zone, now_us))
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    return found


@contextmanager
def _source(args: argparse.Namespace, query: dict[str, str]) -> Iterator[Iterator[dict[str, Any]]]:
    """Rows as the API gives them, newest first, read as they are needed."""
    from hmi.cli.acting import acting
    from hmi.cli.client import station_client

    if station_client(places(args).data) is not None:
        with acting(args) as client:
            yield _from_station(client, query)
        return
    from hmi.cli.stored import configured

    with _stopped(args, configured(args)) as trail:
        yield _from_files(trail, query)


def _from_station(client: Any, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/api/v1/audit", **query, **cursor, limit=_PAGE)
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def _from_files(trail: AuditTrail, query: dict[str, str]) -> Iterator[dict[str, Any]]:
    from hmi.access.audit.store import AuditSearch
    from hmi.facade.plain import to_plain
    from hmi.model.timestamps import to_us
    from hmi.station.front.trail import audit_item

    times = {name: to_us(datetime.fromisoformat(query[name])) for name in ("from", "to") if name in query}
    actor, action, target, text = (query.get(name, "") for name in _FILTERS)
    wanted = AuditSearch(times.get("from", 0), times.get("to", 2**62), actor, action, target, text, _PAGE)
    after: int | None = None
    while True:
        block = trail.search(replace(wanted, after_seq=after))
        for stored in block:
            yield to_plain(audit_item(stored))
        if len(block) < _PAGE:
            return
        after = block[-1].seq


def _verdict(args: argparse.Namespace) -> dict[str, Any]:
    from hmi.cli.acting import acting
    from hmi.cli.client import station_client
    from hmi.facade.plain import to_plain

    if station_client(places(args).data) is not None:
        with acting(args) as client:
            answer: dict[str, Any] = client.with_timeout(_VERIFY_TIMEOUT_S).get("/api/v1/audit/verify")
            return answer
    plain: dict[str, Any] = to_plain(_verified(args))
    return plain


def _verified(args: argparse.Namespace) -> AuditVerdict:
    from hmi.access.signatures import is_genuine
    from hmi.base.clock import SystemClock
    from hmi.cli.stored import configured
    from hmi.facade.access_data import AuditVerdict

    key = _key(places(args).data)
    with _stopped(args, configured(args), key) as trail:
        found = trail.verify()
        if found.ok and key is not None:
            for stored in trail.signed():
                row = stored.row
                if not is_genuine(key, row.signature, row.target, row.reason, row.actor, row.approver):
                    reason = "its signature was not made by this station's key over what the row says"
                    found = replace(found, ok=False, first_bad_seq=stored.seq, reason=reason)
                    break
    return AuditVerdict(**asdict(found), t_checked_us=SystemClock().now_us())


@contextmanager
def _stopped(args: argparse.Namespace, where: Where, key: Mac | None = None) -> Iterator[AuditTrail]:
    """The trail in the files of a station that does not run, opened for reading."""
    from functools import partial

    from hmi.access.audit.trail import AuditTrail
    from hmi.access.audit.witness import FILE_NAME, Witness
    from hmi.agent.witness import central_witnesses
    from hmi.base.clock import SystemClock
    from hmi.cli.stored import open_reading
    from hmi.secrets import SecretStore

    witness = None if key is None else Witness(places(args).data / FILE_NAME, key)
    # A replica may lag behind the witness, so the database itself is read.
    with open_reading(args, replace(where, storage=replace(where.storage, read_url=""))) as database:
        trail = AuditTrail(database, where.station, SystemClock(), witness)
        if where.agent is not None and where.agent.central:
            trail.attach_central(partial(central_witnesses, where.agent, SecretStore().resolve, where.station))
        yield trail


def _key(data: Path) -> Mac | None:
    """The station's key, if it is there and this user may read it; none is made for a look."""
    from hmi.secrets import SecretStore
    from hmi.secrets.sealing import DEFAULT_NAME, FILE_NAME, KEPT_NAME, SealingKey

    secrets = SecretStore()
    try:
        if secrets.find(DEFAULT_NAME) is None and not any((data / name).exists() for name in (FILE_NAME, KEPT_NAME)):
            return None
        return SealingKey.load(data, secrets)
    except PlantError as fault:
        print(f"the witness file cannot be used: {fault}", file=sys.stderr)
        return None


def _print_rows(rows: Iterable[dict[str, Any]]) -> None:
    print_table(
        ("seq", "time", "actor", "action", "target", "old", "new", "result", "reason", "approver"),
        (
            (r["seq"], r["t"], r["actor"], r["action"], r["target"], r["old"], r["new"], r["result"], r["reason"],
             r["approver"])
            for r in rows
        ),
    )  # fmt: skip


def _print_csv(rows: Iterable[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([row[column] for column in _COLUMNS] for row in rows)
