"""Administration on the station's own people, on a real database: what the page does is what the trail tells."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from hmi.facade.access import AccessFacade
from hmi.gui.dialogs.first_admin import FirstAdminDialog
from hmi.gui.dialogs.signature import SignatureDialog
from hmi.gui.pages.admin.break_glass import BreakGlassDialog
from hmi.gui.pages.admin.confirm import ConfirmDialog
from hmi.gui.pages.admin.secrets import PinDialog
from hmi.gui.pages.admin.user_dialog import UserDialog
from hmi.model.access import Permission
from tests.gui.admin_stage import Office
from tests.helpers.access_bench import PASSWORD, Bench, bench
from tests.helpers.fake_facade import FakeFacade


class Works(Office):
    """The page on a plant in memory whose people are those of a real station."""

    def __init__(self, app: QApplication, qtbot: Any, made: Bench) -> None:
        self.bench, self.qtbot = made, qtbot
        facade = FakeFacade(disturbed=False)
        facade.now_us = made.clock.now_us()
        for name, _ in inspect.getmembers(AccessFacade, inspect.isfunction):
            if not name.startswith("_"):
                setattr(facade, name, getattr(made.front, name))
        super().__init__(app, facade, user="")

    def until(self, done: Callable[[], bool]) -> None:
        """Waits for the station's own threads, while the window asks once a second."""

        def tried() -> bool:
            self.pass_time(1.1)
            return done()

        self.qtbot.waitUntil(tried, timeout=20_000)

    def begin(self) -> None:
        """Creates the first administrator with the page, which signs her in."""
        users = self.page.users
        self.until(lambda: bool(users.notice.buttons) and users.notice.title.text() == "No users yet")
        self.click(users.notice.buttons[0])
        dialog = self.dialog(FirstAdminDialog)
        self.type(dialog.name.line, "anna")
        self.type(dialog.title.line, "Anna Weber")
        self.type(dialog.password.line, PASSWORD)
        self.type(dialog.again.line, PASSWORD)
        self.click(dialog.verb)
        self.until(lambda: self.people.user == "anna" and users.is_content)

    def add(self, name: str, title: str) -> None:
        """Adds an operator with the form."""
        self.click(self.page.users.add)
        dialog = self.dialog(UserDialog)
        for field, text in (
            (dialog.name, name),
            (dialog.full_name, title),
            (dialog.password, PASSWORD),
            (dialog.again, PASSWORD),
        ):
            self.type(field, text)
        self.click(dialog.verb)
        self.until(lambda: not self.has_dialog(UserDialog))


@pytest.fixture
def works(qapp: QApplication, qtbot: Any, tmp_path: Path) -> Iterator[Works]:
    with bench(tmp_path) as made:
        office = Works(qapp, qtbot, made)
        yield office
        office.close()


def test_from_the_first_administrator_to_the_trail(works: Works, tmp_path: Path) -> None:
    works.begin()
    page, users = works.page, works.page.users
    works.add("ben", "Ben Okafor")
    works.until(lambda: [row.name for row in users.model.rows] == ["anna", "ben"])
    users.table.choose("ben")
    works.type(users.detail.title_field, "Benjamin Okafor")
    works.click(users.detail.apply)
    works.until(lambda: users.detail.outcome.text == "Applied to ben.")
    works.click(users.detail.set_pin)
    pin = works.dialog(PinDialog)
    works.type(pin.first, "1111")
    works.type(pin.second, "1111")
    works.click(pin.verb)
    works.until(lambda: "repeated" in pin.sentence.text)
    assert pin.first.text() == "1111", "a refusal keeps what was typed"
    works.type(pin.first, "2468")
    works.type(pin.second, "2468")
    works.click(pin.verb)
    works.until(lambda: not works.has_dialog(PinDialog))
    users.table.choose("anna")
    works.click(users.detail.able)
    works.until(lambda: "last administrator" in users.detail.outcome.text)

    works.go("roles")
    works.until(lambda: page.roles.is_content)
    ack = list(Permission).index(Permission.ALARM_ACK)
    page.roles.model.turn(page.roles.model.index(ack, 2))
    works.click(page.roles.apply)
    works.until(lambda: page.roles.outcome.text == "Applied: 1.")
    manage = list(Permission).index(Permission.USER_MANAGE)
    for column in range(1, 8):
        if page.roles.model.is_given(page.roles.model.index(manage, column)):
            page.roles.model.turn(page.roles.model.index(manage, column))
    works.click(page.roles.apply)
    works.until(lambda: page.roles.outcome.text.startswith("Manage users: "))
    assert page.roles.model.changes, "refused, so it is still a draft"

    works.go("audit")
    audit = page.audit
    works.until(lambda: audit.is_content and audit.is_settled and bool(audit.model.rows))
    shown = [row.action for row in audit.model.rows]
    assert {"USER_ADDED", "USER_CHANGED", "PIN_CHANGED", "ROLE_CHANGED", "SIGN_IN"} <= set(shown)
    assert {audit.model.text(row, "what") for row in audit.model.rows}.isdisjoint(shown), "every action has its words"
    audit.deed.setCurrentIndex(audit.deed.findData("ROLE_CHANGED"))
    works.until(lambda: audit.is_settled and {row.action for row in audit.model.rows} == {"ROLE_CHANGED"})
    works.click(audit.verify)
    works.until(audit.verify.isEnabled)
    assert audit.verdict.text.startswith("Chain verified to "), audit.verdict.text
    file = tmp_path / "trail.csv"
    audit.export_to(file)
    works.until(lambda: not audit.is_busy)
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert rows and {row["action"] for row in rows} == {"ROLE_CHANGED"}
    assert audit.outcome.text.startswith(f"{len(rows)} rows written to {file}.")


def test_a_session_ended_here_is_ended_there_and_the_code_is_sealed(works: Works) -> None:
    works.begin()
    works.add("ben", "Ben Okafor")
    account = works.bench.access.register.account("ben")
    assert account is not None
    elsewhere = works.bench.sign_in("ben", new_password="quite another phrase").token
    works.go("sessions")
    sessions = works.page.sessions
    works.until(lambda: {row.user for row in sessions.model.rows} == {"anna", "ben"})
    sessions.table.choose(next(row.id for row in sessions.model.rows if row.user == "ben"))
    works.click(sessions.end)
    works.click(works.dialog(ConfirmDialog).verb)
    works.until(lambda: [row.user for row in sessions.model.rows] == ["anna"])
    assert works.bench.front.access(elsewhere).result(20).session is None

    works.go("account")
    works.until(works.page.account.seal.isEnabled)
    works.click(works.page.account.seal)
    dialog = works.dialog(BreakGlassDialog)
    works.click(dialog.verb)
    works.until(lambda: bool(dialog.code.code))
    code = dialog.code.code
    works.click(dialog.verb)
    works.until(lambda: works.page.account.glass.text().startswith("A code is sealed."))
    assert works.bench.sign_in("", "", code=code).token


def test_signatures_fit_what_the_station_asks_for(works: Works) -> None:
    works.begin()
    page = works.page
    works.go("roles")
    works.until(lambda: page.roles.is_content)
    last = page.roles.model.columnCount() - 1
    manage = list(Permission).index(Permission.USER_MANAGE)
    page.roles.model.turn(page.roles.model.index(manage, last))
    works.click(page.roles.apply)
    works.until(lambda: page.roles.outcome.text == "Applied: 1.")
    works.until(lambda: (right := works.people.right("user.manage")) is not None and right.signature == "own")

    def sign() -> None:
        dialog = works.dialog(SignatureDialog)
        works.type(dialog.reason.line, "as agreed")
        works.type(dialog.password.line, PASSWORD)
        works.click(dialog.verb)
        works.until(lambda: not works.has_dialog(SignatureDialog))

    works.go("users")
    works.click(page.users.add)
    form = works.dialog(UserDialog)
    for field, text in (
        (form.name, "ben"),
        (form.full_name, "Ben Okafor"),
        (form.password, PASSWORD),
        (form.again, PASSWORD),
    ):
        works.type(field, text)
    works.key(form.again, Qt.Key.Key_Return)
    sign()
    works.until(lambda: not works.has_dialog(UserDialog))
    works.until(lambda: page.users.table.key == "ben")
    works.click(page.users.detail.able)
    sign()
    works.until(lambda: page.users.detail.outcome.text == "ben cannot sign in any more.")
    works.go("account")
    works.click(page.account.seal)
    sealing = works.dialog(BreakGlassDialog)
    works.click(sealing.verb)
    sign()
    works.until(lambda: bool(sealing.code.code))
    signed = [row for row in works.bench.rows() if row.signature]
    assert [row.action for row in signed] == ["USER_ADDED", "USER_CHANGED", "BREAK_GLASS_SEALED"]
    assert {row.reason for row in signed} == {"as agreed"}
