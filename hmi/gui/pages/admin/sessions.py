"""Sessions: who is signed in, where and since when; a session can be ended from here."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from hmi.facade.access_data import SessionItem
from hmi.gui.bridge import Bridge
from hmi.gui.i18n import fill, translate
from hmi.gui.pages.admin.confirm import ConfirmDialog
from hmi.gui.pages.admin.notices import Outcome
from hmi.gui.pages.admin.section import Section
from hmi.gui.pages.admin.table import Column, Look, RowsModel, RowsTable
from hmi.gui.pages.admin.words import assignments_words, method_word
from hmi.gui.pages.parts import KeyButton, Plate, Words
from hmi.gui.shown import moment
from hmi.gui.widgets.figures import age
from hmi.model.access import Permission


def session_columns() -> tuple[Column, ...]:
    """Columns of the table, in reading order."""
    return (
        Column("user", lambda: translate("Sessions", "User"), 110, 2),
        Column("title", lambda: translate("Sessions", "Full name"), 130, 2),
        Column("roles", lambda: translate("Sessions", "Roles"), 140, 4),
        Column("place", lambda: translate("Sessions", "Place"), 110, 2),
        Column("method", lambda: translate("Sessions", "Signed in with"), 110, 0),
        Column("since", lambda: translate("Sessions", "Since"), 90, 0),
        Column("ends", lambda: translate("Sessions", "Ends at the latest"), 90, 0, rank=2),
        Column("idle", lambda: translate("Sessions", "Idle for"), 80, 0, rank=2),
        Column("state", lambda: translate("Sessions", "State"), 110, 0),
    )


class SessionModel(RowsModel):
    """Sessions in the station's order."""

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(session_columns(), parent)
        self._bridge = bridge

    def key(self, row: Any) -> str:
        return str(row.id)

    def text(self, row: Any, column: str) -> str:
        item: SessionItem = row
        zone, now = self._bridge.plant.timezone, self._bridge.now_us
        if column == "user":
            return item.user
        if column == "title":
            return item.title
        if column == "roles":
            return assignments_words(item.assignments, self._bridge.plant)
        if column == "place":
            return place_title(self._bridge, item.place)
        if column == "method":
            words = method_word(item.method)
            return fill(translate("Sessions", "%1, directory offline"), words) if item.offline else words
        if column == "since":
            return moment(item.t_begin_us, zone, now)
        if column == "ends":
            return moment(item.t_end_us, zone, now)
        if column == "idle":
            return age(item.idle_s)
        own = self._bridge.people.state
        if own is not None and own.session is not None and own.session.id == item.id:
            return translate("Sessions", "this window")
        return translate("Sessions", "locked") if item.state == "locked" else translate("Sessions", "active")

    def look(self, row: Any, column: str) -> Look:
        if column == "state" and row.state == "locked":
            return Look(icon="lock", colour="text1")
        return super().look(row, column)


def place_title(bridge: Bridge, place: str) -> str:
    """A control place by its title; words where none is named."""
    if not place:
        return translate("Sessions", "no place")
    state = bridge.people.state
    places = state.places if state is not None else []
    return next((item.title or item.name for item in places if item.name == place), place)


class SessionsSection(Section):
    """The table with its one action."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, translate("Sessions", "Sessions"), Permission.SESSION_MANAGE)
        self._sessions: list[SessionItem] = []
        self.model = SessionModel(bridge, self)
        self.table = RowsTable(self.model, translate("Sessions", "Sessions"))
        self.end = KeyButton(translate("Sessions", "End session…"), tall=44)
        self.end.clicked.connect(self.ask_end)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self.ask_end)
        self.outcome = Outcome()
        plate = self._table_plate = Plate(translate("Sessions", "Sessions"), tools=True, tall=60)
        plate.body.setContentsMargins(1, 0, 1, 10)
        plate.head.addWidget(self.end)
        plate.body.addWidget(self.table, 1)
        below = QHBoxLayout()
        below.setContentsMargins(13, 8, 13, 0)
        below.setSpacing(12)
        words = translate("Sessions", "Ending a session signs the person out there. Process and alarms stay in view.")
        below.addWidget(Words(words, "label", "text3"), 0)
        below.addWidget(self.outcome, 1)
        plate.body.addLayout(below)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(plate)

    def question(self) -> Future[list[SessionItem]]:
        return self.bridge.facade.sessions(self.people.token)

    def take(self, answer: Any) -> None:
        self._sessions = list(answer)
        self.count = str(len(self._sessions)) if self._sessions else ""
        locked = sum(1 for item in self._sessions if item.state == "locked")
        self._table_plate.note.setText(
            fill(translate("Sessions", "%1 signed in, %2 of them locked"), len(self._sessions), locked)
        )
        self.model.show_rows(self._sessions)
        self._picked(self.table.key)

    def hidden_because(self) -> tuple[str, str, tuple[tuple[str, Callable[[], object]], ...]] | None:
        if self._sessions:
            return None
        if self.people.state is not None and not self.people.state.configured:
            words = translate("Sessions", "There are no users yet, so nobody signs in. Add the first one under Users.")
        else:
            words = translate("Sessions", "A session appears here when somebody signs in.")
        return translate("Sessions", "Nobody is signed in"), words, ()

    def failed(self, error: Exception) -> None:
        self.outcome.problem(fill(translate("Sessions", "Sessions cannot be read anew: %1"), str(error)))

    def forget(self) -> None:
        super().forget()
        self._sessions = []
        self.model.show_rows([])
        self.outcome.clear()

    def regions(self) -> list[QWidget]:
        return [self.table, self.end]

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self.table.set_small(compact)

    def ask_end(self) -> ConfirmDialog | None:
        """Asks whether to end the chosen session."""
        item = next((item for item in self._sessions if item.id == self.table.key), None)
        if item is None:
            return None
        own = self.people.state.session if self.people.state is not None else None
        words = translate("Sessions", "%1 is signed out at: %2. What was not applied there is lost.")
        if own is not None and own.id == item.id:
            words = translate("Sessions", "This is your own session, %1 at: %2. You are signed out.")
        dialog = ConfirmDialog(
            self.window(),
            translate("Sessions", "End session"),
            fill(words, item.title or item.user, place_title(self.bridge, item.place)),
            translate("Sessions", "End session"),
        )
        dialog.agreed.connect(lambda: self._end(item, dialog))
        dialog.show_in_window()
        return dialog

    def _end(self, item: SessionItem, dialog: ConfirmDialog) -> None:
        def done(_answer: None) -> None:
            dialog.accept()
            self.outcome.done(fill(translate("Sessions", "The session of %1 has ended."), item.user))
            self.people.refresh()
            self.refresh()

        dialog.wait(translate("Form", "Sending…"))
        future = self.bridge.facade.end_session(item.id, self.people.token)
        self.bridge.ask(future, done, dialog.refuse, dialog)

    def _picked(self, key: str) -> None:
        self.end.setEnabled(bool(key))
