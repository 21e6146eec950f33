"""`oee`: figures of the running station."""

from __future__ import annotations

import argparse

from hmi.base.errors import Exit, UsageError
from hmi.cli.options import places, print_json, wants_json


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `oee` without a further word."""
    parser.add_argument("--line", default="", metavar="LINE")
    parser.add_argument("--machine", default="", metavar="MACHINE")
    parser.add_argument("--shift", default="", metavar="current|last|DATE/NAME")
    parser.add_argument("--from", dest="start", default="", metavar="TIME")
    parser.add_argument("--to", dest="end", default="", metavar="TIME")
    parser.set_defaults(run=run_figures)


def run_figures(args: argparse.Namespace) -> int:
    """Prints figures of lines or of one machine for a shift or a range."""
    from hmi.cli.client import need_station
    from hmi.cli.oee import as_text
    from hmi.facade.data import OeeItem
    from hmi.facade.plain import from_plain

    if args.shift and (args.start or args.end):
        raise UsageError("give either --shift, or --from and --to")
    query = {"line": args.line, "machine": args.machine, "shift": args.shift, "from": args.start, "to": args.end}
    client = need_station(places(args).data)
    answer = client.get("/api/v1/oee", **{key: value for key, value in query.items() if value})
    if wants_json(args):
        print_json(answer)
        return Exit.DONE
    print("\n".join(as_text(from_plain(OeeItem, item)) for item in answer["items"]) or "no line is measured")
    return Exit.DONE
