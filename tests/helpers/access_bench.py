"""People of a station on a real database, with a clock that moves only when told and fast hashes."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from hmi.access.audit.store import AuditSearch
from hmi.access.directory.contract import DirectoryUnreachableError, DirectoryUser
from hmi.access.passwords import Hasher
from hmi.facade.access_data import RoleRow, SignatureRequest, SignedIn, UserChange, UserItem
from hmi.model.access import AuditRow, Credentials, Permission, Role, SignatureRule, parse_assignment
from hmi.model.equipment import Area, Line, Plant
from hmi.model.station import AccessSettings, StationSettings
from hmi.secrets import SecretStore
from hmi.station.front.people import PeopleFront
from hmi.station.people import StationPeople
from hmi.storage.database import Database
from tests.helpers.clock import ManualClock
from tests.helpers.databases import running_database

PASSWORD = "correct horse battery"
OTHER = "quite another phrase"
PLANT = Plant(
    name="Works",
    timezone="UTC",
    areas=(Area("hall", "Hall"), Area("yard", "Yard")),
    lines=(Line("press", "Press", "hall"), Line("tank", "Tank", "yard")),
)


class CountingHasher(Hasher):
    """Fast, and counts how often it hashed, whatever came of it."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.work = 0

    def verify(self, kept: str, secret: str) -> bool:
        self.work += 1
        return super().verify(kept, secret)

    def badge(self, badge: str, salt: bytes) -> str:
        self.work += 1
        return super().badge(badge, salt)


class MemoryDirectory:
    """A directory in memory: {name: (password, person)}; `away` makes it unreachable."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, DirectoryUser]] = {}
        self.away = False
        self.asked = 0

    def add(self, name: str, password: str, *roles: str, subject: str = "") -> None:
        assignments = tuple(parse_assignment(role) for role in roles)
        person = DirectoryUser(name, subject or f"uid={name},ou=people", name.title(), assignments)
        self.people[name] = (password, person)

    def authenticate(self, user: str, password: str) -> DirectoryUser | None:
        self.asked += 1
        if self.away:
            raise DirectoryUnreachableError("the directory does not answer: ask IT")
        kept, person = self.people.get(user, ("", None))
        return person if person is not None and password and kept == password else None


class Bench:
    """A station's people, started; `restart` builds them anew on the same files."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        clock: ManualClock,
        access: AccessSettings,
        directory: MemoryDirectory | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.hasher = CountingHasher()
        self.waits: list[float] = []
        self._folder = folder
        self._access = access
        self._directory = directory
        self._start()

    def _start(self, recovering: bool = False) -> None:
        settings = StationSettings("line1", "Line 1", access=self._access)
        with patch("hmi.station.people.password_directory", return_value=self._directory):
            self.people = StationPeople(
                self.database,
                settings,
                PLANT,
                self._folder,
                SecretStore(),
                self.clock,
                area_of=lambda alarm: alarm.partition("/")[0],
                hasher=self.hasher,
                recovering=recovering,
            )
        self.people.access.recognition._pause = self.waits.append  # the second a refusal takes is counted, not waited
        self.people.start()
        self.access = self.people.access
        self.front = PeopleFront(self.people, self.clock)
        self.front.start_people()

    def stop(self) -> None:
        self.front.stop_people()
        self.people.stop()

    def restart(self, access: AccessSettings | None = None, recovering: bool = False) -> None:
        """Stops in order and starts again on the same files; nobody is signed in afterwards."""
        self.stop()
        self._access = access or self._access
        self._start(recovering)

    def crash(self) -> None:
        """Starts again on the same files without the orderly stop."""
        self.front.stop_people()
        self._start()

    def first_admin(self) -> str:
        """Creates `anna`, signs her in and gives her token."""
        self.add("anna", "admin", token="")
        return self.token("anna")

    def add(self, name: str, *roles: str, token: str = "", must_change: bool = False, **change: str) -> UserItem:
        """Adds an account with `PASSWORD`, which need not be changed unless asked for."""
        wanted = UserChange(assignments=list(roles), password=PASSWORD, **change)  # type: ignore[arg-type]
        item = self.front.add_user(name, wanted, token).result(20)
        account = self.access.register.account(name)
        assert account is not None
        if not must_change and account.user.must_change:
            self.access.register.put_account(replace(account, user=replace(account.user, must_change=False)))
        return item

    def change(self, name: str, token: str, **change: object) -> UserItem:
        return self.front.change_user(name, UserChange(**change), token).result(20)  # type: ignore[arg-type]

    def sign_in(self, user: str, password: str = PASSWORD, **given: str) -> SignedIn:
        return self.front.sign_in(Credentials(user, password, **given)).result(20)

    def token(self, user: str, password: str = PASSWORD, **given: str) -> str:
        answer = self.sign_in(user, password, **given)
        assert answer.token, answer
        return answer.token

    def fail(self, user: str, password: str = "wrong", **given: str) -> str:
        """The sentence of a refused sign-in."""
        return refusal(self.front.sign_in(Credentials(user, password, **given)))

    def sign(
        self,
        permission: Permission,
        target: str,
        token: str,
        *,
        reason: str = "checked",
        second: Credentials | None = None,
    ) -> str:
        own = Credentials(password=PASSWORD)
        return self.front.sign(SignatureRequest(permission.value, target, reason, own, second), token).result(20)

    def rule(
        self, permission: Permission, roles: Sequence[Role], token: str, rule: SignatureRule = SignatureRule.NONE
    ) -> None:
        row = RoleRow(permission.value, [role.value for role in roles], rule.value)
        self.front.set_role(row, token).result(20)

    def rows(self, action: str = "", **search: str) -> list[AuditRow]:
        """Rows of the trail, oldest first."""
        self.database.writer.run(lambda _connection: None)  # what was only submitted is stored before
        found = self.people.trail.search(AuditSearch(action=action, newest_first=False, limit=10_000, **search))  # type: ignore[arg-type]
        return [stored.row for stored in found]

    def actions(self) -> list[str]:
        return [row.action for row in self.rows()]


@contextmanager
def bench(
    folder: Path,
    access: AccessSettings | None = None,
    directory: MemoryDirectory | None = None,
    url: str = "sqlite",
) -> Iterator[Bench]:
    """A bench on a database of its own."""
    clock = ManualClock()
    with running_database(folder, clock, url) as database:
        made = Bench(database, folder, clock, access or AccessSettings(), directory)
        try:
            yield made
        finally:
            made.stop()


def refusal(future: Future[object] | Future[SignedIn]) -> str:
    """The sentence a call was refused with."""
    fault = future.exception(20)
    assert fault is not None, f"not refused: {future.result()}"
    return str(fault)


def totp_code(seed: str, clock: ManualClock, steps: int = 0) -> str:
    """What an authenticator shows (RFC 6238), computed without the product's library."""
    counter = clock.now_us() // 30_000_000 + steps
    digest = hmac.digest(base64.b32decode(seed), counter.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"
