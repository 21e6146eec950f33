"""`alarms`: trying an alarm on recorded samples, and verifying the journal's hash chain."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hmi.base.errors import Exit, PlantError, UsageError
from hmi.cli import alarm_list
from hmi.cli.options import places, print_json, wants_json

if TYPE_CHECKING:
    from hmi.model.alarms import AlarmRow

_PRINTED = (
    "t_event", "alarm_id", "activation_id", "event", "from", "to", "priority", "value", "limit", "quality", "hidden",
    "time_uncertain", "first_out", "order", "actor", "station", "comment",
)  # fmt: skip


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `alarms`."""
    parser = commands.add_parser("alarms", help="alarms: list, journal, acknowledge, try one on samples")
    forms = parser.add_subparsers(dest="alarms_command", metavar="COMMAND", required=True)
    alarm_list.add_forms(forms)
    add_dry_run(forms)
    add_verify(forms)


def add_dry_run(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `alarms dry-run`."""
    dry_run = forms.add_parser("dry-run", help="what the journal would say for recorded samples; changes nothing")
    dry_run.add_argument("--alarm", required=True, metavar="ID", help="id of a configured alarm")
    dry_run.add_argument(
        "--samples",
        required=True,
        type=Path,
        metavar="FILE",
        help="CSV t,value,status[,action,arg]; t in s or ISO time",
    )
    dry_run.set_defaults(run=run_dry_run)


def add_verify(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `alarms verify`."""
    verify = forms.add_parser("verify", help="follow the hash chain of the whole alarm journal")
    verify.set_defaults(run=run_verify)


def run_dry_run(args: argparse.Namespace) -> int:
    """Prints the journal rows as CSV or JSON."""
    from hmi.alarms.builtin import with_builtin
    from hmi.alarms.dryrun import dry_run, read_steps
    from hmi.settings import load
    from hmi.station.catalogue import registry_catalogue

    plant = load(places(args).config, registry_catalogue()).plant
    known = {definition.id: definition for definition in with_builtin(plant.alarms, plant.devices)}
    definition = known.get(args.alarm)
    if definition is None:
        import difflib

        close = difflib.get_close_matches(args.alarm, list(known), n=1)
        raise PlantError(f"no alarm {args.alarm}" + (f"; did you mean {close[0]}?" if close else ""))
    try:
        with args.samples.open(encoding="utf-8-sig", newline="") as file:
            steps, in_seconds = read_steps(file, args.samples.name, ZoneInfo(plant.timezone))
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"{args.samples} cannot be read: {fault}") from None
    rows = dry_run(definition, {tag.path: tag for tag in plant.tags}, steps)
    if wants_json(args):
        print_json({"items": [_plain(row) for row in rows]})
        return int(Exit.DONE)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_PRINTED)
    for row in rows:
        plain = _plain(row)
        if in_seconds:
            plain["t_event"] = f"{row.t_event_us / 1e6:g}"
        writer.writerow([_cell(plain[column]) for column in _PRINTED])
    return int(Exit.DONE)


def run_verify(args: argparse.Namespace) -> int:
    """Names the first bad row and ends with 1, or says how many rows are as they were written."""
    from hmi.alarms.store import verify_journal
    from hmi.cli.stored import configured, open_reading

    with open_reading(args, configured(args)) as database, database.reader() as connection:
        verdict = verify_journal(connection)
    if wants_json(args):
        print_json(
            {
                "ok": verdict.ok,
                "rows": verdict.rows,
                "first_seq": verdict.first_seq,
                "head": verdict.head,
                "first_bad_seq": verdict.first_bad_seq,
                "reason": verdict.reason,
            }
        )
    elif verdict.ok:
        older = f"; rows before {verdict.first_seq} were removed" if (verdict.first_seq or 1) > 1 else ""
        print(f"ok: {verdict.rows} rows{older}, head {verdict.head}")
    else:
        print(f"first bad seq: {verdict.first_bad_seq}: {verdict.reason}")
    return int(Exit.DONE if verdict.ok else Exit.NO)


def _plain(row: AlarmRow) -> dict[str, Any]:
    from hmi.facade.plain import to_plain

    plain: dict[str, Any] = to_plain(row)
    return plain


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return value
