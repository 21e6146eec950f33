"""`alarms list|journal|ack|reset`: through the running station, reading also from its files."""

from __future__ import annotations

import argparse
from typing import Any

from hmi.base.errors import Exit
from hmi.cli.acting import acting, add_signature_options, add_user_option, signed
from hmi.cli.options import places, print_json, wants_json
from hmi.cli.tables import print_table

_LISTS = ("active", "shelved", "suppressed", "out_of_service", "all")


def add_forms(forms: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the forms below `alarms`."""
    listing = forms.add_parser("list", help="alarms now, most important first")
    listing.add_argument("--state", choices=_LISTS, default="active")
    listing.set_defaults(run=run_list)
    journal = forms.add_parser("journal", help="what happened, newest first")
    journal.add_argument("--from", dest="start", default="now-1d", metavar="TIME")
    journal.add_argument("--to", dest="end", default="now", metavar="TIME")
    journal.add_argument("--alarm", default="", metavar="GLOB")
    journal.add_argument("--event", default="", metavar="GLOB")
    journal.set_defaults(run=run_journal)
    ack = forms.add_parser("ack", help="acknowledge one alarm")
    ack.add_argument("id", metavar="ID")
    ack.add_argument(
        "--activation", type=int, metavar="N", help="the activation that was seen (default: the present one)"
    )
    ack.add_argument("--comment", default="")
    add_user_option(ack)
    add_signature_options(ack, reason=False)
    ack.set_defaults(run=run_ack)
    reset = forms.add_parser("reset", help="release a latched alarm that is clear and acknowledged")
    reset.add_argument("id", metavar="ID")
    reset.add_argument("--comment", default="")
    add_user_option(reset)
    add_signature_options(reset, reason=False)
    reset.set_defaults(run=run_reset)


def run_list(args: argparse.Namespace) -> int:
    """Prints a list of alarms; needs the running station, for states live there."""
    from hmi.cli.client import need_station

    client = need_station(places(args).data)
    answer = client.get("/api/v1/alarms", state=args.state, limit=1000)
    if wants_json(args):
        print_json(answer)
        return Exit.DONE
    print_table(
        ("pr", "state", "since", "id", "message", "value", "limit"),
        (
            (a["priority"], a["state"], a["t_active"], a["id"], a["message"], a["value"], a["limit"])
            for a in answer["items"]
        ),
    )
    return Exit.DONE


def run_journal(args: argparse.Namespace) -> int:
    """Prints journal rows, from the running station or from its database."""
    from hmi.cli.client import station_client

    client = station_client(places(args).data)
    if client is not None:
        query: dict[str, Any] = {"from": args.start, "to": args.end, "alarm": args.alarm, "event": args.event}
        rows = client.get_all("/api/v1/alarms/journal", **{key: value for key, value in query.items() if value})
    else:
        rows = _stored_rows(args)
    if wants_json(args):
        print_json({"items": rows, "next": None})
        return Exit.DONE
    print_table(
        ("time", "event", "to", "pr", "alarm", "value", "actor", "comment"),
        (
            (r["t_event"], r["event"], r["to"], r["priority"], r["alarm_id"], r["value"], r["actor"], r["comment"])
            for r in rows
        ),
    )
    return Exit.DONE


def run_ack(args: argparse.Namespace) -> int:
    """Acknowledges the activation that was seen; done means stored."""
    with acting(args) as client:
        activation = args.activation
        if activation is None:
            listed = client.get("/api/v1/alarms", state="all", limit=1000)["items"]
            activation = _known(listed, args.id)["activation_id"]
        body = {"id": args.id, "activation_id": activation, "comment": args.comment}
        body["signature"] = signed(client, "alarm.ack", args.id, args)
        return _done(args, client.post("/api/v1/alarms/ack", body))


def run_reset(args: argparse.Namespace) -> int:
    """Releases a latch; done means stored."""
    with acting(args) as client:
        body = {"id": args.id, "comment": args.comment, "signature": signed(client, "alarm.reset", args.id, args)}
        return _done(args, client.post("/api/v1/alarms/reset", body))


def _known(items: list[dict[str, Any]], alarm_id: str) -> dict[str, Any]:
    from hmi.base.errors import PlantError

    found = next((item for item in items if item["id"] == alarm_id), None)
    if found is None:
        raise PlantError(f"no alarm {alarm_id}")
    return found


def _done(args: argparse.Namespace, item: dict[str, Any]) -> int:
    if wants_json(args):
        print_json(item)
    else:
        print(f"{item['id']} {item['state']}")
    return Exit.DONE


def _stored_rows(args: argparse.Namespace) -> list[dict[str, Any]]:
    from hmi.alarms import store
    from hmi.alarms.views import journal_view
    from hmi.base.clock import SystemClock
    from hmi.base.errors import UsageError
    from hmi.cli.stored import configured, open_reading
    from hmi.facade.data import JournalItem
    from hmi.facade.plain import to_plain
    from hmi.model.timestamps import parse_time

    where, now_us = configured(args), SystemClock().now_us()
    try:
        from_us, to_us = (parse_time(text, where.zone, now_us) for text in (args.start, args.end))
    except ValueError as fault:
        raise UsageError(str(fault)) from None
    with open_reading(args, where) as database, database.reader() as connection:
        found = store.query(connection, from_us, to_us, args.alarm, args.event, 1_000_000, None, True)
    views = [journal_view(row, None) for row in found]
    names = JournalItem.__dataclass_fields__
    return [to_plain(JournalItem(**{name: getattr(view, name) for name in names})) for view in views]
