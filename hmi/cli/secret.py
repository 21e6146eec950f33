"""`secret set|list|delete`: values come from the terminal or stdin only, and are never printed."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from hmi.base.errors import Exit, UsageError
from hmi.cli import options

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from hmi.secrets import SecretStore


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
    listing = actions.add_parser("list", help="names of stored and configured secrets, and where each comes from")
    listing.set_defaults(run=_list)


def _set(args: argparse.Namespace) -> int:
    from hmi.secrets import SecretStore

    store = SecretStore()
    store.set(args.name, _ask_value(args.name))
    given = store.stand_in(args.name)
    if given:
        print(f"The {given} is set and goes before the keyring.", file=sys.stderr)
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

    store = SecretStore()
    references = _configured(args)
    stored = _stored(store, references)
    sources: dict[str, str] = {}
    for reference in references:
        # what the keyring holds needs no kind; the others are shown as the configuration writes them
        name = reference.removeprefix("keyring:")
        sources[name] = store.source(reference)
    for name in stored:
        sources[name] = store.stand_in(name) or "keyring"
    if options.wants_json(args):
        told = [{"name": name, "source": source or None} for name, source in sorted(sources.items())]
        options.print_json({"items": stored, "sources": told})
    else:
        for name, source in sorted(sources.items()):
            print(f"{name}  {source or 'nowhere'}")
    return Exit.DONE


def _stored(store: SecretStore, references: AbstractSet[str]) -> list[str]:
    """Names in the keyring; where there is none, the configured ones are still worth listing."""
    from hmi.secrets import SecretError

    try:
        return store.names()
    except SecretError:
        if store.has_keyring() or not references:
            raise
        return []


def _configured(args: argparse.Namespace) -> AbstractSet[str]:
    """The references of the configuration; a wrong one hides no stored secret."""
    from hmi.secrets import references_in

    folder = options.places(args).config
    if not (folder / "station.yaml").is_file():
        return frozenset()
    from hmi.settings import ConfigurationError, load
    from hmi.station.catalogue import registry_catalogue

    try:
        loaded = load(folder, registry_catalogue())
    except ConfigurationError:
        print("The configuration has mistakes, so its secrets are not listed; see 'plant-hmi check'.", file=sys.stderr)
        return frozenset()
    return references_in(loaded)
