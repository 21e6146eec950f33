"""`certificate create|import|renew|list`: the certificate of the station's API, and all a station stands on."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hmi.base.errors import Exit, PlantError, UnreachableError, UsageError
from hmi.cli import options

if TYPE_CHECKING:
    from hmi.base.certificates.own import OwnCertificate, Taken

_KEY_TYPES: Final = ("ec-p256", "ec-p384", "rsa-3072", "rsa-4096")
_DAYS: Final = 825
_ON_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")
_TAKEN_OVER_S: Final = 15.0
_PLAIN = re.compile(r"[A-Za-z0-9_./@+~-]+")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group."""
    group = commands.add_parser("certificate", help="TLS certificates of this station")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)

    create = actions.add_parser("create", help="make the certificate and key of the API, or a request for one")
    create.add_argument("--host", action="append", default=[], metavar="NAME", help="name clients call; repeatable")
    create.add_argument("--ip", action="append", default=[], metavar="ADDRESS", help="address clients call; repeatable")
    create.add_argument("--replace", action="store_true", help="also if there is one already; the old one is kept")
    _add_making(create)
    create.set_defaults(run=_create)

    take = actions.add_parser("import", help="take the certificate that the site's authority signed")
    take.add_argument("file", type=Path, metavar="FILE", help="PEM (with the authorities in between), DER or PKCS#7")
    take.add_argument("--key", type=Path, metavar="FILE", help="its private key, if it was not made here")
    take.set_defaults(run=_import)

    renew = actions.add_parser("renew", help="make it anew for the same names; a running station takes it over")
    renew.add_argument("--keep-key", action="store_true", help="keep the private key")
    _add_making(renew)
    renew.set_defaults(run=_renew)

    actions.add_parser(
        "list",
        help="certificates, what is wrong with them, days left",
        description="Exit: 0 all are fine, 1 one has expired, expires within 30 days or cannot be used.",
    ).set_defaults(run=_list)


def _add_making(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=days, default=_DAYS, metavar="N", help=f"how long it is valid ({_DAYS})")
    parser.add_argument("--key-type", choices=_KEY_TYPES, default=_KEY_TYPES[0], help="kind of key (ec-p256)")
    parser.add_argument("--csr", action="store_true", help="write a request for the site's authority instead")


def days(text: str) -> int:
    """A length of life; the name is what argparse tells the user."""
    number = int(text)
    if not 1 <= number <= 3650:
        raise ValueError
    return number


def _create(args: argparse.Namespace) -> int:
    from hmi.base.certificates.issuing import names_from

    own = _own(args)
    if args.csr:
        # an authority signs for names that others can call, so those of this machine alone are left out
        return _requested(args, own, own.ask(names_from(args.host, args.ip), args.key_type))
    if not (args.host or args.ip):
        raise UsageError("name at least one --host NAME or --ip ADDRESS under which clients call this station")
    names = names_from([*args.host, *args.ip, *_ON_THIS_MACHINE])
    names_from(args.host, args.ip)  # refuses a name given as --ip
    return _taken(args, own, own.create(names, args.days, args.key_type, _now_us(), replace=args.replace))


def _import(args: argparse.Namespace) -> int:
    own = _own(args)
    return _taken(args, own, own.take(args.file, _now_us(), args.key))


def _renew(args: argparse.Namespace) -> int:
    from hmi.base.certificates.facts import names_of

    own = _own(args)
    named = _named(args)
    if named is not None and not own.exists:
        raise PlantError(
            f"station.yaml names {named}, which was not made here: renew it where it was made and replace the files, "
            "a running station takes them over by itself; or take new ones with 'certificate import FILE --key FILE'"
        )
    if args.csr:
        names = [name for name in names_of(own.current()) if name not in _ON_THIS_MACHINE]
        return _requested(args, own, own.ask(names, args.key_type, keep_key=args.keep_key))
    return _taken(args, own, own.renew(args.days, args.key_type, _now_us(), keep_key=args.keep_key))


def _own(args: argparse.Namespace) -> OwnCertificate:
    from hmi.base.certificates.own import OwnCertificate

    return OwnCertificate(options.places(args).data.absolute())


def _now_us() -> int:
    from hmi.base.clock import SystemClock

    return SystemClock().now_us()


def _named(args: argparse.Namespace) -> Path | None:
    from hmi.cli.certificate_list import configured_file

    return configured_file(options.places(args).config)


def _requested(args: argparse.Namespace, own: OwnCertificate, file: Path) -> int:
    if options.wants_json(args):
        options.print_json({"request": str(file)})
    else:
        print(f"Request: {file}")
        print("Have it signed as a server certificate, then: plant-hmi certificate import FILE")
        if own.exists:
            print("Until then the present certificate stays in use.")
    return Exit.DONE


def _taken(args: argparse.Namespace, own: OwnCertificate, taken: Taken) -> int:
    from hmi.base.certificates.values import day

    facts = taken.facts
    for remark in taken.remarks:
        print(f"Note: {remark}.", file=sys.stderr)
    running = _taken_over(args, own)
    if options.wants_json(args):
        document = {"certificate": _plain(facts, _now_us()), "file": str(own.certificate), "key": str(own.key)}
        options.print_json({**document, "station_yaml": _station_yaml(own), "running_station": running})
        return Exit.NO if running == "old" else Exit.DONE
    print(f"Certificate: {own.certificate}")
    print(f"Names: {', '.join(facts.names)}")
    print(f"Valid until: {day(facts.not_after_us)}")
    print(f"SHA-256: {facts.sha256}")
    if running == "new":
        print("The running station shows it from now on.")
    elif running == "old":
        print(
            "The running station does not show it yet: see 'the API keeps its last certificate' in its log.",
            file=sys.stderr,
        )
        return Exit.NO
    elif not _same_file(_named(args), own.certificate):
        print("In station.yaml:")
        print(_station_yaml(own))
    return Exit.DONE


def _station_yaml(own: OwnCertificate) -> str:
    cert, key = (_word(str(file)) for file in (own.certificate, own.key))
    return f"api:\n  tls: {{cert: {cert}, key: {key}}}"


def _word(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _taken_over(args: argparse.Namespace, own: OwnCertificate) -> str:
    """`new` once the running station shows this certificate, `old` if it does not, `none` if none runs with it."""
    import threading
    import time

    from hmi.cli.client import ApiClient, exactly
    from hmi.station.lock import read_station_file

    running = read_station_file(options.places(args).data)
    if running is None or not running.certificate or not _same_file(Path(running.certificate), own.certificate):
        return "none"
    client = ApiClient(running.api, timeout_s=2.0, trust=exactly(own.certificate))
    end, pause = time.monotonic() + _TAKEN_OVER_S, threading.Event()
    while time.monotonic() < end:
        try:
            client.ask("GET", "/health/live")
        except UnreachableError:
            pause.wait(0.2)
        else:
            return "new"
    return "old"


def _same_file(one: Path | None, other: Path) -> bool:
    return one is not None and one.resolve() == other.resolve()


def _list(args: argparse.Namespace) -> int:
    from hmi.cli.certificate_list import known_certificates

    places = options.places(args)
    now_us = _now_us()
    found = known_certificates(places.config, places.data.absolute())
    rows = [
        {
            "name": item.reading.source.label,
            "file": str(item.reading.source.file),
            "in_use": item.in_use,
            "verdict": item.verdict(now_us),
            "ok": not item.reading.verdict(now_us),
            **(_plain(item.reading.facts, now_us) if item.reading.facts else {}),
        }
        for item in found
    ]
    if options.wants_json(args):
        options.print_json({"items": rows})
    else:
        for row in rows:
            _print(row)
        if not rows:
            print("No certificates. Make one with: plant-hmi certificate create --host NAME")
    return Exit.NO if any(row["in_use"] and not row["ok"] for row in rows) else Exit.DONE


def _plain(facts: Any, now_us: int) -> dict[str, Any]:
    from hmi.model.timestamps import iso

    return {
        "subject": facts.subject,
        "names": list(facts.names),
        "issuer": facts.issuer,
        "self_signed": facts.self_signed,
        "not_before": iso(facts.not_before_us),
        "not_after": iso(facts.not_after_us),
        "days_left": facts.days_left(now_us),
        "sha256": facts.sha256,
        "sha1": facts.sha1,
    }


def _print(row: dict[str, Any]) -> None:
    print(f"{row['name']}  {row['file']}")
    if "subject" in row:
        issuer = "itself" if row["self_signed"] else row["issuer"]
        left = row["days_left"]
        print(f"  subject  {row['subject']}")
        print(f"  names    {', '.join(row['names']) or '(none)'}")
        print(f"  issuer   {issuer}")
        print(f"  valid    {row['not_before'][:10]} to {row['not_after'][:10]}, {left} days left")
        print(f"  SHA-256  {row['sha256']}")
        print(f"  SHA-1    {row['sha1']}")
    print(f"  verdict  {row['verdict']}")
