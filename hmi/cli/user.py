"""`user add|list|change|disable|enable|passwd|unlock|break-glass`: accounts, beside a running station or not."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote

from hmi.base.errors import Exit, NotPermittedError, PlantError, UsageError
from hmi.cli.acting import acting, add_signature_options, add_user_option, ask_secret, new_secret, signed
from hmi.cli.client import ApiClient, station_client
from hmi.cli.options import places, print_json, wants_json
from hmi.cli.tables import print_table

_MANAGE = "user.manage"


class Accounts(Protocol):
    """Accounts as the commands change them: over HTTP, or in the files of a stopped station."""

    def list(self) -> list[dict[str, Any]]:
        """Every account."""
        ...

    def add(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        """Adds one."""
        ...

    def change(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        """Changes one."""
        ...

    def set_own_password(self, present: str, new: str) -> None:
        """Changes the caller's own password."""
        ...

    def seal(self) -> str:
        """A new emergency code."""
        ...


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group."""
    group = commands.add_parser("user", help="accounts of people; passwords come from the terminal or stdin only")
    forms = group.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = _form(forms, "add", run_add, "add an account; the first one has to be an administrator")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--title", default="", metavar="TEXT", help="full name")
    add.add_argument(
        "--role", action="append", required=True, metavar="ROLE[@AREA]", help="e.g. operator@bottling; may be repeated"
    )
    change = _form(forms, "change", run_change, "change name, roles, PIN, badge or second factor of an account")
    change.add_argument("name", metavar="NAME")
    change.add_argument("--title", metavar="TEXT", help="full name")
    change.add_argument("--role", action="append", metavar="ROLE[@AREA]", help="all roles from now on; may be repeated")
    change.add_argument("--pin", action="store_true", help="ask for a PIN; an empty one takes it away")
    change.add_argument("--badge", action="store_true", help="ask for a badge; an empty one takes it away")
    change.add_argument("--no-second-factor", action="store_true", help="take the second factor away")
    for name, run, text in (
        ("disable", run_disable, "nobody signs in under this name any more; it is never given to another person"),
        ("enable", run_enable, "undo disable"),
        ("passwd", run_passwd, "set a password: your own, or reset somebody's, who then has to change it"),
        ("unlock", run_unlock, "let a name that failed too often try again at once"),
    ):
        _form(forms, name, run, text).add_argument("name", metavar="NAME")
    _form(forms, "break-glass", run_break_glass, "make the emergency code anew and print it this once, to be sealed")
    _form(forms, "list", run_list, "every account")


def _form(
    forms: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    parser = forms.add_parser(name, help=text)
    add_user_option(parser)
    add_signature_options(parser, reason=True)
    parser.set_defaults(run=run)
    return parser


def run_add(args: argparse.Namespace) -> int:
    """Adds an account with a first password."""
    with _accounts(args, args.name, first=True) as accounts:
        change = {"title": args.title or args.name, "assignments": args.role}
        change["password"] = new_secret(f"First password of {args.name}: ")
        try:
            return _done(args, accounts.add(args.name, change))
        except NotPermittedError as fault:
            if args.user:
                raise
            raise NotPermittedError(f"{fault}; say who acts with --user NAME") from None


def run_change(args: argparse.Namespace) -> int:
    """Changes what the options name."""
    with _accounts(args, args.name) as accounts:
        change: dict[str, Any] = {}
        if args.title is not None:
            change["title"] = args.title
        if args.role is not None:
            change["assignments"] = args.role
        if args.pin:
            change["pin"] = new_secret(f"PIN of {args.name}: ")
        if args.badge:
            change["badge"] = new_secret(f"Badge of {args.name}, held to the reader: ")
        if args.no_second_factor:
            change["totp"] = False
        if not change:
            raise UsageError("nothing to change: give --title, --role, --pin, --badge or --no-second-factor")
        return _done(args, accounts.change(args.name, change))


def run_disable(args: argparse.Namespace) -> int:
    """Disables an account and ends its sessions."""
    return _switch(args, {"enabled": False})


def run_enable(args: argparse.Namespace) -> int:
    """Enables an account."""
    return _switch(args, {"enabled": True})


def run_unlock(args: argparse.Namespace) -> int:
    """Forgets the failed attempts of a name."""
    return _switch(args, {"unlock": True})


def run_passwd(args: argparse.Namespace) -> int:
    """Sets one's own password, or resets somebody's."""
    with _accounts(args, args.name) as accounts:
        if args.user and args.user == args.name:
            present = ask_secret("password", args.user)
            accounts.set_own_password(present, new_secret("New password: "))
            print(f"{args.name}: password changed")
            return Exit.DONE
        return _done(args, accounts.change(args.name, {"password": new_secret(f"First password of {args.name}: ")}))


def run_break_glass(args: argparse.Namespace) -> int:
    """Prints the emergency code once."""
    with _accounts(args, "break-glass") as accounts:
        code = accounts.seal()
    print_json({"code": code}) if wants_json(args) else print(code)
    return Exit.DONE


def run_list(args: argparse.Namespace) -> int:
    """Prints every account."""
    with _accounts(args, "") as accounts:
        items = accounts.list()
    if wants_json(args):
        print_json({"items": items, "next": None})
        return Exit.DONE
    print_table(
        ("name", "full name", "roles", "source", "state", "second factor", "last sign-in"),
        (
            (
                item["name"],
                item["title"],
                " ".join(item["assignments"]),
                item["source"],
                _state(item),
                "yes" if item["has_totp"] else "no",
                item["t_last_sign_in"] or "never",
            )
            for item in items
        ),
    )
    return Exit.DONE


def _state(item: dict[str, Any]) -> str:
    if not item["enabled"]:
        return "disabled"
    if item["locked_s"]:
        return f"locked for {item['locked_s']:.0f} s"
    return "has to change the password" if item["must_change"] else "enabled"


def _switch(args: argparse.Namespace, change: dict[str, Any]) -> int:
    with _accounts(args, args.name) as accounts:
        return _done(args, accounts.change(args.name, change))


def _done(args: argparse.Namespace, item: dict[str, Any]) -> int:
    if wants_json(args):
        print_json(item)
    else:
        print(f"{item['name']}: {' '.join(item['assignments'])}, {_state(item)}")
    return Exit.DONE


@contextmanager
def _accounts(args: argparse.Namespace, target: str, *, first: bool = False) -> Iterator[Accounts]:
    if station_client(places(args).data) is None:
        from hmi.cli.offline_people import offline_accounts

        with offline_accounts(args, first=first) as accounts:
            yield accounts
        return
    with acting(args, first=first) as client:
        yield _OverHttp(client, args, target)


class _OverHttp:
    """Accounts of a running station."""

    def __init__(self, client: ApiClient, args: argparse.Namespace, target: str) -> None:
        self._client = client
        self._args = args
        self._target = target

    def list(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._client.get("/api/v1/users")["items"]
        return items

    def add(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        return self._post("/api/v1/users", {"name": name, **change})

    def change(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        return self._post(f"/api/v1/users/{quote(name, safe='')}", change)

    def set_own_password(self, present: str, new: str) -> None:
        self._client.post("/api/v1/session/password", {"password": present, "new_password": new})

    def seal(self) -> str:
        return str(self._post("/api/v1/break-glass", {})["code"])

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        signature = signed(self._client, _MANAGE, self._target, self._args)
        answer = self._client.post(path, {**body, "signature": signature} if signature else body)
        if not isinstance(answer, dict):
            raise PlantError(f"{self._client.url} answered nothing that can be read")
        return answer
