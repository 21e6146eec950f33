"""Add user: the form at the left, at the right what such a person may do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from hmi.facade.access_data import RoleTableItem, UserChange, UserItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.assignments import AssignmentsEditor
from hmi.gui.pages.admin.form import Field, FormDialog, secret_field
from hmi.gui.pages.admin.notices import empty_layout
from hmi.gui.pages.admin.secrets import password_problem, repeat_problem
from hmi.gui.pages.admin.user_detail import TITLE_MOST
from hmi.gui.pages.admin.words import action_word, area_titles, areas_words
from hmi.gui.pages.parts import Words
from hmi.gui.signing import Signer
from hmi.model.access import EVERYWHERE, Permission, Role, is_user_name


def may_do(assignments: list[str], table: RoleTableItem) -> list[tuple[str, list[str]]]:
    """Actions and areas that somebody with these roles has, in the order of the table."""
    found = []
    for row in table.rows:
        areas = set()
        for text in assignments:
            role, _, area = text.partition("@")
            if role in row.roles:
                areas.add(area or EVERYWHERE)
        if Role.NOBODY.value in row.roles or EVERYWHERE in areas:
            areas = {EVERYWHERE}
        if areas:
            found.append((row.permission, sorted(areas)))
    return found


class UserDialog(FormDialog):
    """The form. added(name): the station has the new user."""

    added = Signal(str)

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        title = translate("Users", "Add user")
        super().__init__(parent, title, title, wide=min(920, max(640, parent.width() - 120)))
        self._bridge = bridge
        self._signer = Signer(bridge, self)
        self._table: RoleTableItem | None = None
        state = bridge.people.state
        self._least = state.password_length if state is not None else 10
        self.name = QLineEdit()
        self.name.setMaxLength(64)
        self.full_name = QLineEdit()
        self.full_name.setMaxLength(TITLE_MOST)
        self.roles = AssignmentsEditor(area_titles(bridge.plant))
        self.password, self.again = secret_field(), secret_field()
        self._build()
        self.form.changed.connect(self._preview)
        bridge.ask(bridge.facade.roles(bridge.people.token), self._take_table, lambda _error: None, self)

    def _build(self) -> None:
        self.form.head(translate("Users", "Person"))
        hint = translate("Users", "For signing in, e.g. ana or j.lindner. It stays this person's for ever.")
        self.add(Field(translate("Users", "User name"), self.name, hint, self._name_problem))
        self.add(Field(translate("Users", "Full name"), self.full_name, "", self._title_problem))
        self.roles.set_value([Role.OPERATOR.value])
        field = Field(translate("Users", "Roles"), self.roles, "", lambda: self.roles.problem)
        self.roles.changed.connect(field.touch)
        self.roles.changed.connect(field.changed)
        self.add(field)
        self.form.head(translate("Users", "Password"))
        least = fill(translate("Users", "At least %1 characters."), self._least)
        least += " " + translate("Users", "It has to be changed at the first sign-in.")
        self.add(
            Field(
                translate("Users", "Password"),
                self.password,
                least,
                lambda: password_problem(self.password.text(), self._least),
            )
        )
        self.add(
            Field(
                translate("Users", "Again"),
                self.again,
                check=lambda: repeat_problem(self.password.text(), self.again.text()),
            )
        )
        side = QVBoxLayout()
        side.setSpacing(6)
        side.addWidget(Words(translate("Users", "What this person may do"), "heading", "text1"))
        self._may = QVBoxLayout()
        self._may.setSpacing(4)
        side.addLayout(self._may)
        side.addStretch(1)
        holder = QWidget()
        holder.setLayout(side)
        holder.setFixedWidth(280)
        self.beside.addWidget(holder)
        self.ready()

    def _take_table(self, table: RoleTableItem) -> None:
        self._table = table
        self._preview()

    def _preview(self) -> None:
        if self._table is None:
            return
        empty_layout(self._may)
        plant = self._bridge.plant
        for permission, areas in may_do(self.roles.value, self._table):
            where = "" if areas == [EVERYWHERE] else f" · {areas_words(areas, plant)}"
            self._may.addWidget(Words(action_word(permission) + where, "body", "text1", wrap=True))

    def _name_problem(self) -> str:
        name = self.name.text().strip()
        if not name:
            return translate("Users", "The user name is empty.")
        if not is_user_name(name):
            return fill(
                translate("Users", "“%1” cannot be a user name: small letters, digits, hyphen, underscore, e.g. ana."),
                name,
            )
        return ""

    def _title_problem(self) -> str:
        if self.full_name.text().strip():
            return ""
        return translate("Users", "The full name is empty. It stands in records beside the user name.")

    def send(self) -> None:
        name = self.name.text().strip()
        change = UserChange(
            title=self.full_name.text().strip(), assignments=self.roles.value, password=self.password.text()
        )
        bridge = self._bridge

        def go_on(signature: str) -> None:
            self.wait(translate("Form", "Sending…"))
            future = bridge.facade.add_user(name, change, bridge.people.token, signature)
            bridge.ask(future, self._taken, self.refuse, self)

        words = fill(translate("Users", "Add the user %1"), name)
        self._signer.ask(Permission.USER_MANAGE.value, name, words, go_on)

    def _taken(self, answer: UserItem) -> None:
        self.added.emit(answer.name)
        self.accept()
