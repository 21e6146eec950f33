"""Commands that act on a running station: as the operating system's user, or signed in where users exist."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from hmi.base.errors import NotPermittedError, PlantError, UsageError
from hmi.cli.client import ApiClient, need_station
from hmi.cli.options import places

WHO: Final = "people sign in on this station"
"""Why a command needs to know who acts."""

_ASKED: Final = {
    "password": "Password of {user}: ",
    "totp": "Code of the second factor: ",
    "new_password": "New password (the present one has to be changed): ",
}


def add_user_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--user`; the password is asked for or read from the first line of stdin, never from the command line."""
    parser.add_argument(
        "--user", default="", metavar="U", help="who acts, where users exist; the password is asked for"
    )


@contextmanager
def acting(args: argparse.Namespace, *, first: bool = False) -> Iterator[ApiClient]:
    """A client that may act while the block runs; signs out at its end.

    first: this may be the first administrator, whom nobody can sign in to add; the station judges.
    """
    client = need_station(places(args).data)
    state = client.get("/api/v1/session")
    user = getattr(args, "user", "")
    if not state["configured"]:
        if user:
            raise UsageError("no users exist on this station: leave --user out")
        yield client
        return
    if not user:
        if not first:
            raise NotPermittedError(f"{WHO}: say who acts with --user NAME")
        yield client
        return
    signed_in = sign_in(client, user)
    try:
        yield signed_in
    finally:
        signed_in.ask("DELETE", "/api/v1/session")


def sign_in(client: ApiClient, user: str) -> ApiClient:
    """A client with a session of the user; asks for what the station wants to know."""
    body = {"user": user, "password": ask_secret("password", user)}
    while True:
        answer = client.post("/api/v1/session", body)
        needs = answer["needs"]
        if not needs:
            if answer["message"]:
                print(answer["message"], file=sys.stderr)
            return client.with_token(answer["token"])
        if needs == "totp_setup":
            raise PlantError("this user has to set up a second factor first: sign in at the window once")
        if needs not in _ASKED or needs in body:
            raise PlantError(f"the station asks for '{needs}', which this command cannot give")
        if needs == "new_password" and sys.stdin.isatty():
            body[needs] = new_secret(_ASKED[needs])
        else:
            body[needs] = ask_secret(needs, user)


def ask_secret(kind: str, user: str = "") -> str:
    """A secret from the terminal, or the next line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass(_ASKED[kind].format(user=user))


def new_secret(prompt: str) -> str:
    """A new secret, asked twice at a terminal, else the next line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    value = getpass.getpass(prompt)
    if value != getpass.getpass("Once more: "):
        raise UsageError("The two entries differ; nothing was changed.")
    return value


def signed(client: ApiClient, permission: str, target: str, args: argparse.Namespace) -> str:
    """The signature an action asks for, empty if it asks for none; reason and second person from the options."""
    state: dict[str, Any] = client.get("/api/v1/session")
    right = next(right for right in state["rights"] if right["permission"] == permission)
    if right["signature"] == "none" or right["reason"]:
        return ""
    reason = getattr(args, "reason", "") or getattr(args, "comment", "")
    if not reason:
        raise UsageError("this action asks for a signature: say what it means with --reason or --comment")
    body: dict[str, Any] = {"permission": permission, "target": target, "reason": reason, "user": args.user}
    body["password"] = ask_secret("password", args.user)
    if right["signature"] == "two":
        second = getattr(args, "approver", "")
        if not second:
            raise UsageError("this action asks for a second person: name them with --approver NAME")
        body["second"] = {"user": second, "password": ask_secret("password", second)}
    return str(client.post("/api/v1/sign", body)["signature"])


def add_signature_options(parser: argparse.ArgumentParser, *, reason: bool) -> None:
    """Adds what an action needs where the role table asks for a signature."""
    if reason:
        parser.add_argument(
            "--reason", default="", metavar="TEXT", help="what a signature means, where one is asked for"
        )
    parser.add_argument(
        "--approver", default="", metavar="U", help="second person of a signature, where one is asked for"
    )
