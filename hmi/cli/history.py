"""`history`: export, facts and verification of what is stored."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from hmi.base.errors import Exit, PlantError, UsageError
from hmi.cli.options import print_json, wants_json

if TYPE_CHECKING:
    from hmi.history.reading.reader import HistoryReader
    from hmi.history.results import StoredTag

_AGGREGATES = ("mean", "min", "max", "first", "last", "count")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `history export|info|verify`."""
    parser = commands.add_parser("history", help="stored values: export, facts, verification")
    forms = parser.add_subparsers(dest="history_command", metavar="COMMAND", required=True)
    export = forms.add_parser("export", help="write stored values as CSV")
    export.add_argument("--tag", action="append", metavar="GLOB", help="tags by path; may be repeated; none = all")
    export.add_argument("--from", dest="start", metavar="TIME", help="first moment, e.g. 2026-01-02T06:00 or now-8h")
    export.add_argument("--to", dest="end", metavar="TIME", help="end, not included; default: everything stored")
    export.add_argument("--format", choices=["csv", "xlsx", "parquet"], default="csv", help="csv")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    export.add_argument("--gaps", type=Path, metavar="FILE", help="also write the gaps")
    export.add_argument("--every", metavar="DURATION", help="one row a span, e.g. '1 min'; needs --aggregate")
    export.add_argument("--aggregate", choices=_AGGREGATES, help="what a row of --every holds; default mean")
    export.set_defaults(run=run_export)
    info = forms.add_parser("info", help="how much is stored")
    info.set_defaults(run=run_info)
    verify = forms.add_parser("verify", help="decode everything stored and name what is damaged")
    verify.set_defaults(run=run_verify)


def run_export(args: argparse.Namespace) -> int:
    """Writes CSV to `--out` or stdout."""
    if args.format != "csv":
        raise UsageError(f"--format {args.format} is not built yet; use csv")
    if args.aggregate and not args.every:
        raise UsageError("--aggregate needs --every, e.g. --every '1 min'")
    from hmi.base.clock import SystemClock
    from hmi.cli.stored import configured
    from hmi.history import export
    from hmi.model.timestamps import parse_duration, parse_time

    where = configured(args)
    now_us = SystemClock().now_us()
    try:
        from_us = parse_time(args.start, where.zone, now_us) if args.start else None
        to_us = parse_time(args.end, where.zone, now_us) if args.end else None
        every_us = parse_duration(args.every) if args.every else 0
    except ValueError as error:
        raise UsageError(str(error)) from None
    if args.every and every_us < 1:
        raise UsageError("--every must be longer than nothing")
    with _reader(args) as reader:
        info = reader.info()
        first = info.first_us if info.first_us is not None else now_us
        last = info.last_us if info.last_us is not None else now_us
        if from_us is None:
            from_us = first // every_us * every_us if every_us else first
        if to_us is None:
            to_us = last + 1
        if to_us <= from_us:
            raise UsageError("--to must be later than --from")
        tags = _matching(reader.tags(), args.tag)
        with _target(args.out) as out:
            if every_us:
                export.write_aggregates(reader, tags, from_us, to_us, every_us, args.aggregate or "mean", out)
            else:
                export.write_samples(reader, tags, from_us, to_us, out)
        if args.gaps is not None:
            with _target(args.gaps) as out:
                export.write_gaps(reader, tags, from_us, max(to_us, now_us) if not args.end else to_us, out)
    return Exit.DONE


def run_info(args: argparse.Namespace) -> int:
    """Prints counts, range and size."""
    from hmi.model.timestamps import iso, iso_or_none

    with _reader(args) as reader:
        info = reader.info()
    if wants_json(args):
        print_json(
            {
                "tags": info.tags,
                "samples": info.samples,
                "first": iso_or_none(info.first_us),
                "last": iso_or_none(info.last_us),
                "bytes": info.bytes,
                "bytes_per_sample": info.bytes_per_sample,
                "gaps": info.gaps,
            }
        )
        return Exit.DONE
    print(f"tags     {info.tags}")
    print(f"samples  {info.samples}")
    if info.first_us is not None and info.last_us is not None:
        print(f"first    {iso(info.first_us)}")
        print(f"last     {iso(info.last_us)}")
    each = "" if info.bytes_per_sample is None else f" ({info.bytes_per_sample:.2f} a sample)"
    print(f"bytes    {info.bytes}{each}")
    print(f"gaps     {info.gaps}")
    return Exit.DONE


def run_verify(args: argparse.Namespace) -> int:
    """Decodes everything; exit 1 and one line a fault if something is damaged."""
    with _reader(args) as reader:
        faults = reader.verify()
        samples = reader.info().samples
    if wants_json(args):
        print_json({"ok": not faults, "samples": samples, "faults": faults})
    else:
        for fault in faults:
            print(fault)
        if not faults:
            print(f"ok: {samples} samples")
    return Exit.NO if faults else Exit.DONE


@contextlib.contextmanager
def _reader(args: argparse.Namespace) -> Iterator[HistoryReader]:
    from hmi.cli.stored import configured, open_reading
    from hmi.history.reading.reader import HistoryReader

    with open_reading(args, configured(args)) as database:
        yield HistoryReader(database)


def _matching(tags: Sequence[StoredTag], globs: Sequence[str] | None) -> list[StoredTag]:
    if not globs:
        return list(tags)
    patterns = [glob.casefold() for glob in globs]
    found = [tag for tag in tags if any(fnmatchcase(tag.path.casefold(), pattern) for pattern in patterns)]
    if not found:
        raise PlantError(f"no stored tag matches {' '.join(globs)}; 'history export' without --tag lists all")
    return found


@contextlib.contextmanager
def _target(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            yield out
    except OSError as error:
        raise PlantError(f"{path} cannot be written: {error.strerror}") from error
