"""`secret set|list|delete`: values come from the terminal or stdin only, and are never printed."""

from __future__ import annotations

import argparse
import sys

from hmi.base.errors import Exit, UsageError
from hmi.cli import options


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group."""
    group = commands.add_parser("secret", help="secrets in the operating system's keyring")
    actions = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, run, text in (
        ("set", _set, "store a secret; the value is asked for, or read from stdin"),
        ("delete", _delete, "remove a secret"),
    ):
        parser = actions.add_parser(name, help=text)
        parser.add_argument("name", metavar="NAME")
        parser.set_defaults(run=run)
    actions.add_parser("list", help="names of stored secrets").set_defaults(run=_list)


def _set(args: argparse.Namespace) -> int:
    from hmi.secrets import SecretStore

    store = SecretStore()
    store.set(args.name, _ask_value(args.name))
    variable = store.stand_in(args.name)
    if variable:
        print(f"The environment variable {variable} is set and goes before the keyring.", file=sys.stderr)
    return Exit.DONE


def _ask_value(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    import getpass

    value = getpass.getpass(f"Value of {name}: ")
    if value != getpass.getpass("Once more: "):
        raise UsageError("The two entries differ; nothing was stored.")
    return value


def _delete(args: argparse.Namespace) -> int:
    from hmi.secrets import SecretStore

    SecretStore().delete(args.name)
    return Exit.DONE


def _list(args: argparse.Namespace) -> int:
    from hmi.secrets import SecretStore

    names = SecretStore().names()
    if options.wants_json(args):
        options.print_json({"items": names})
    else:
        for name in names:
            print(name)
    return Exit.DONE
