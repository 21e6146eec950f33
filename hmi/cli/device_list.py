"""`devices list`: the running station's devices, their links and what to do about a silent one."""

from __future__ import annotations

import argparse

from hmi.base.errors import Exit
from hmi.cli.options import places, print_json, wants_json
from hmi.cli.tables import print_table


def add_forms(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the form below `devices`."""
    listing = forms.add_parser("list", help="devices with state, answer time and last error")
    listing.set_defaults(run=run_list)


def run_list(args: argparse.Namespace) -> int:
    """Prints the running station's devices."""
    from hmi.cli.client import need_station

    items = need_station(places(args).data).get_all("/api/v1/devices")
    if wants_json(args):
        print_json({"items": items, "next": None})
        return Exit.DONE
    print_table(
        ("device", "state", "since", "address", "answer ms", "bad/all tags", "last error"),
        (
            (
                i["name"],
                i["state"],
                i["since"],
                i["address"],
                None if i["response_ms"]["p50"] is None else f"{i['response_ms']['p50']:.1f}",
                f"{i['bad_tags']}/{i['tags']}",
                i["last_error"],
            )
            for i in items
        ),
    )
    return Exit.DONE
