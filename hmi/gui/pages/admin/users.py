"""Users: who has an account, what they may do where, and what to change of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from hmi.facade.access_data import UserItem
from hmi.gui.bridge import Bridge
from hmi.gui.dialogs.first_admin import FirstAdminDialog
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.table import Column, Look, RowsModel, RowsTable
from hmi.gui.pages.admin.user_detail import UserDetail
from hmi.gui.pages.admin.user_dialog import UserDialog
from hmi.gui.pages.admin.words import assignments_words, source_word
from hmi.gui.pages.parts import KeyButton, Plate, SearchField, Words
from hmi.gui.shown import moment
from hmi.gui.widgets.figures import age
from hmi.model.access import Permission

_DETAIL = 448


def user_columns() -> tuple[Column, ...]:
    """Columns of the table, in reading order."""
    return (
        Column("name", lambda: translate("Users", "User"), 120, 2),
        Column("title", lambda: translate("Users", "Full name"), 130, 3),
        Column("roles", lambda: translate("Users", "Roles"), 150, 6),
        Column("state", lambda: translate("Users", "State"), 152, 1),
        Column("source", lambda: translate("Users", "From"), 96, 0, rank=2),
        Column("second", lambda: translate("Users", "Second factor"), 100, 0, rank=2),
        Column("fast", lambda: translate("Users", "PIN, badge"), 92, 0, rank=2),
        Column("last", lambda: translate("Users", "Last sign-in"), 96, 0),
    )


class UserModel(RowsModel):
    """Accounts by name."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(user_columns(), parent)
        self._bridge = bridge

    def key(self, row: Any) -> str:
        return str(row.name)

    def text(self, row: Any, column: str) -> str:
        item: UserItem = row
        if column == "name":
            return item.name
        if column == "title":
            return item.title
        if column == "roles":
            return assignments_words(item.assignments, self._bridge.plant)
        if column == "state":
            return state_words(item)
        if column == "source":
            return source_word(item.source)
        if column == "second":
            return translate("Users", "yes") if item.has_totp else translate("Users", "no")
        if column == "fast":
            return fast_words(item)
        if item.t_last_sign_in_us is None:
            return translate("Users", "never")
        return moment(item.t_last_sign_in_us, self._bridge.plant.timezone, self._bridge.now_us)

    def look(self, row: Any, column: str) -> Look:
        item: UserItem = row
        if not item.enabled:
            return Look(strong=False, colour="text3", icon="pause" if column == "state" else "")
        if column == "state" and item.locked_s > 0:
            return Look(strong=True, colour="text1", icon="lock")
        return Look(strong=column == "name", colour="text1" if column in ("name", "title") else "text2")


def state_words(item: UserItem) -> str:
    """Whether the account can be used now."""
    if not item.enabled:
        return translate("Users", "disabled")
    if item.locked_s > 0:
        return fill(translate("Users", "locked, %1 left"), age(item.locked_s))
    if item.must_change:
        return translate("Users", "new password due")
    return translate("Users", "enabled")


def fast_words(item: UserItem) -> str:
    """Which fast ways to sign in are set."""
    words = []
    if item.has_pin:
        words.append(translate("Users", "PIN"))
    if item.has_badge:
        words.append(translate("Users", "badge"))
    return ", ".join(words) or translate("Users", "no")


class UsersSection(Section):
    """Table and detail."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Users", "Users"), Permission.USER_MANAGE)
        self._users: list[UserItem] = []
        self.model = UserModel(bridge, self)
        self.table = RowsTable(self.model, translate("Users", "Users"))
        self.filter = SearchField(translate("Users", "Filter"))
        self.filter.setMaximumWidth(220)
        self.filter.textChanged.connect(self._narrow)
        self.add = KeyButton(translate("Users", "Add user"), icon_name="plus", kind="primary", tall=44)
        self.add.clicked.connect(self.open_add)
        self.detail = UserDetail(bridge)
        self.detail.changed.connect(self.refresh)
        self.detail.setFixedWidth(_DETAIL)
        self.note = Words(
            translate(
                "Users",
                "A user is never deleted: the name stands in the records and is never given to somebody else."
                " Disable who has left.",
            ),
            "label",
            "text3",
            wrap=True,
        )
        self._table_plate = plate = Plate(translate("Users", "Users"), tools=True, tall=60)
        plate.body.setContentsMargins(1, 0, 1, 10)
        plate.head.addWidget(self.filter)
        plate.head.addWidget(self.add)
        plate.body.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setContentsMargins(13, 8, 13, 0)
        below.addWidget(self.note)
        plate.body.addLayout(below)
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(plate, 1)
        row.addWidget(self.detail)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self.detail.begin)

    def question(self) -> Future[list[UserItem]]:
        return self.bridge.facade.users(self.people.token)

    def take(self, answer: Any) -> None:
        self._users = list(answer)
        self.count = str(len(self._users)) if self._users else ""
        self._narrow()

    def hidden_because(self) -> tuple[str, str, tuple[tuple[str, Callable[[], object]], ...]] | None:
        if self._users:
            return None
        return (
            translate("Users", "No users yet"),
            translate(
                "Users",
                "Everybody at this station may do everything, and the records name the login of the operating system."
                " With the first user this ends: from then on people sign in. The first one is an administrator.",
            ),
            ((translate("Users", "Create first administrator…"), self.open_first),),
        )

    def failed(self, error: Exception) -> None:
        self._table_plate.note.setText(fill(translate("Users", "cannot be read anew: %1"), str(error)))

    def forget(self) -> None:
        super().forget()
        self.detail.forget()
        self._users = []
        self.model.show_rows([])

    def find_field(self) -> QWidget:
        return self.filter

    def regions(self) -> list[QWidget]:
        return [self.filter, self.table, self.detail]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.detail.setFixedWidth(400 if compact else _DETAIL)
        self.table.set_small(compact)
        self.filter.setMaximumWidth(170 if compact else 220)

    def open_add(self) -> UserDialog:
        """The form for a new user."""
        dialog = UserDialog(self.bridge, self.window())
        dialog.added.connect(self._added)
        dialog.show_in_window()
        return dialog

    def open_first(self) -> FirstAdminDialog:
        """The form for the first administrator, who is signed in by it."""
        dialog = FirstAdminDialog(self.bridge, self.window())
        dialog.show_in_window()
        return dialog

    def _added(self, name: str) -> None:
        self.filter.clear()
        self.table.choose(name)
        self.refresh()

    def _narrow(self) -> None:
        parts = self.filter.text().lower().split()
        rows = [item for item in self._users if all(part in self._line(item) for part in parts)]
        self.model.show_rows(rows)
        total, disabled = len(self._users), sum(1 for item in self._users if not item.enabled)
        note = fill(translate("Users", "%1 users, %2 disabled"), total, disabled)
        if parts:
            note = fill(translate("Users", "%1 of %2 users"), len(rows), total)
        self._table_plate.note.setText(note)
        self._picked(self.table.key)

    def _line(self, item: UserItem) -> str:
        return " ".join(self.model.text(item, column.name) for column in self.model.columns).lower()

    def _picked(self, key: str) -> None:
        self.detail.show_item(next((item for item in self._users if item.name == key), None))
