"""Accounts in the files of a stopped station: the same rules, checks and audit rows as beside a running one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hmi.base.errors import NotPermittedError, PlantError, UsageError
from hmi.cli.acting import WHO, ask_secret
from hmi.cli.options import places
from hmi.facade.access_data import UserChange
from hmi.facade.plain import to_plain
from hmi.model.access import Credentials
from hmi.station.front.people import PeopleFront
from hmi.station.people import StationPeople

_TIMEOUT_S = 60.0


@contextmanager
def offline_accounts(args: argparse.Namespace, *, first: bool = False) -> Iterator[OfflineAccounts]:
    """Opens the station's files for the block, holding the lock of a running station. first: as for `acting`."""
    from hmi.base.clock import SystemClock
    from hmi.cli.stored import open_writing
    from hmi.secrets import SecretStore
    from hmi.settings import load
    from hmi.station.catalogue import registry_catalogue
    from hmi.station.lock import StationLock

    here = places(args)
    loaded = load(here.config, registry_catalogue())
    clock = SystemClock()

    def no_alarm(_alarm_id: str) -> str:
        raise PlantError("the station is stopped: alarms are acknowledged while it runs")

    with StationLock(here.data), open_writing(here.data, loaded.station.storage) as database:
        database.writer.start()
        people = StationPeople(
            database, loaded.station, loaded.plant, here.data, SecretStore(), clock, area_of=no_alarm, recovering=True
        )
        people.start()
        front = PeopleFront(people, clock)
        try:
            accounts = OfflineAccounts(front, args, first=first)
            try:
                yield accounts
            finally:
                accounts.sign_out()
        finally:
            front.stop_people()
            people.stop()


class OfflineAccounts:
    """The commands' accounts on the access service of this process; signs in where users exist."""

    def __init__(self, front: PeopleFront, args: argparse.Namespace, *, first: bool) -> None:
        self._front = front
        self._session = ""
        user = getattr(args, "user", "")
        configured = front.access().result(_TIMEOUT_S).configured
        if configured and not user and not first:
            raise NotPermittedError(f"{WHO}: say who acts with --user NAME")
        if user and not configured:
            raise UsageError("no users exist on this station: leave --user out")
        if user:
            self._session = self._sign_in(user)

    def list(self) -> list[dict[str, Any]]:
        """Every account."""
        items: list[dict[str, Any]] = to_plain(self._front.users(self._session).result(_TIMEOUT_S))
        return items

    def add(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        """Adds one."""
        item = self._front.add_user(name, UserChange(**change), self._session).result(_TIMEOUT_S)
        plain: dict[str, Any] = to_plain(item)
        return plain

    def change(self, name: str, change: dict[str, Any]) -> dict[str, Any]:
        """Changes one."""
        item = self._front.change_user(name, UserChange(**change), self._session).result(_TIMEOUT_S)
        plain: dict[str, Any] = to_plain(item)
        return plain

    def set_own_password(self, present: str, new: str) -> None:
        """Changes the caller's own password."""
        self._front.change_own_password(self._session, present, new).result(_TIMEOUT_S)

    def seal(self) -> str:
        """A new emergency code."""
        return self._front.seal_break_glass(self._session).result(_TIMEOUT_S)

    def sign_out(self) -> None:
        """Ends what `--user` began."""
        if self._session:
            self._front.sign_out(self._session).result(_TIMEOUT_S)

    def _sign_in(self, user: str) -> str:
        given = {"user": user, "password": ask_secret("password", user)}
        while True:
            answer = self._front.sign_in(Credentials(**given)).result(_TIMEOUT_S)
            if not answer.needs:
                return answer.token
            if answer.needs not in ("totp", "new_password") or answer.needs in given:
                raise PlantError(f"the station asks for '{answer.needs}': sign in at the window once")
            given[answer.needs] = ask_secret(answer.needs, user)
